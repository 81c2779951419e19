// Teddy: where in a text may one of a few short words stand? The algorithm is that of Hyperscan (Wang et al., NSDI 2019, and
// its source, fdr/teddy.c), which looks at sixteen places at once with vector instructions.
// Each half of each of four bytes is a look into a table of the groups whose words may have it there, so a group also admits
// mixtures of its words: what is found are candidates.
// In WebAssembly, since JavaScript has no such instructions, and since it is as fast on the first file as on the last.
import code from './teddy.wat';

/** Length of the words in bytes. */
export const WORD = 4;

/** Words, prepared. Shared by all searches, of which there is one at a time. */
export interface Teddy {
  readonly memory: Uint8Array;
  readonly next: (at: number, end: number) => number;
}

/** Prepares words of four bytes. */
export function buildTeddy(words: readonly Uint8Array[]): Teddy {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code));
  const { memory, next } = exports as { memory: { buffer: ArrayBuffer }; next: Teddy['next'] };
  const bytes = new Uint8Array(memory.buffer);
  grouped(words).forEach((group, index) => {
    group.forEach((halves, table) => {
      for (let half = 0; half < 16; half++) if (halves & (1 << half)) bytes[table * 16 + half]! |= 1 << index;
    });
  });
  return { memory: bytes, next };
}

/**
 * Asks `accept` of each place of `bytes` where a word may stand, in order, and ends with its first answer that is not
 * negative; -1 where all are.
 */
export function search(teddy: Teddy, bytes: Uint8Array, accept: (at: number) => number): number {
  const { memory, next } = teddy;
  for (let start = 0; start < bytes.length; start += CAPACITY) {
    // A word may begin in one part and end in the next.
    const part = bytes.length <= CAPACITY ? bytes : bytes.subarray(start, start + CAPACITY + WORD - 1);
    memory.set(part, TEXT);
    memory.fill(0, TEXT + part.length, TEXT + part.length + SLACK);
    const end = TEXT + Math.min(part.length, CAPACITY);
    for (let at = next(TEXT, end); at < end; at = next(at + 1, end)) {
      const answer = accept(start + at - TEXT);
      if (answer >= 0) return answer;
    }
  }
  return -1;
}

// As teddy.wat has them.
const GROUPS = 8;
const TEXT = WORD * 32;
const CAPACITY = 1 << 18;
const SLACK = 18;

/** For each table, which halves of bytes the words of a group have there: bit n for the half n. */
type Group = readonly number[];

/** The words as eight groups, each added where the fewest mixtures become possible. */
function grouped(words: readonly Uint8Array[]): Group[] {
  const groups: Group[] = Array.from({ length: GROUPS }, () => new Array<number>(WORD * 2).fill(0));
  for (const word of words) {
    const own = Array.from(word).flatMap((byte) => [1 << (byte & 15), 1 << (byte >> 4)]);
    const joined = groups.map((group) => group.map((halves, table) => halves | own[table]!));
    let best = 0;
    const growth = (index: number) => mixtures(joined[index]!) - mixtures(groups[index]!);
    for (let index = 1; index < GROUPS; index++) if (growth(index) < growth(best)) best = index;
    groups[best] = joined[best]!;
  }
  return groups;
}

function mixtures(group: Group): number {
  return group.reduce((product, halves) => product * countBits(halves), 1);
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
