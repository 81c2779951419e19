// Teddy: where in a text may one of a few short words stand? The algorithm is that of Hyperscan (Wang et al., NSDI 2019, and
// its source, fdr/teddy.c), which looks at sixteen places at once with vector instructions.
// Each half of each of four bytes is a look into a table of the groups whose words may have it there, so a group also admits
// mixtures of its words. Most of these have another hash than any word: what is found are candidates.
// In WebAssembly, since JavaScript has no such instructions, and since it is as fast on the first file as on the last.
import { byteRates, rateOfWord, WORD, wordAt } from './byte-rates.ts';
import code from './teddy.wat';

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
    group.halves.forEach((halves, table) => {
      for (let half = 0; half < 16; half++) if (halves & (1 << half)) bytes[table * 16 + half]! |= 1 << index;
    });
  });
  for (const word of words) {
    const hash = hashOf(word);
    bytes[HASHES + (hash >> 3)]! |= 1 << (hash & 7);
  }
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
const HASHES = WORD * 32;
const TEXT = HASHES + (1 << 13);
const CAPACITY = 1 << 18;
const SLACK = 18;

/** As teddy.wat works it out: the word as a number, scattered over 16 bits. */
function hashOf(word: Uint8Array): number {
  return Math.imul(wordAt(word, 0), 0x9e3779b1) >>> 16;
}

interface Group {
  /** For each table, which halves of bytes the words have there: bit n for the half n. */
  readonly halves: Uint16Array;
  /** The share of the places of a text that are to be expected as candidates. */
  rate: number;
}

/** The words as eight groups, those that are met most first, each added where the fewest more candidates are to be expected. */
function grouped(words: readonly Uint8Array[]): Group[] {
  const groups: Group[] = Array.from({ length: GROUPS }, () => ({ halves: new Uint16Array(WORD * 2), rate: 0 }));
  // Sums of rates by the halves that bytes may have; most are asked for many times.
  const shares = new Map<number, number>();
  const falling = words
    .map((word) => ({ word, rate: rateOfWord(word, 0) }))
    .sort((one, other) => other.rate - one.rate);
  for (const { word } of falling) {
    let best = groups[0]!;
    let growth = Number.POSITIVE_INFINITY;
    for (const group of groups) {
      const grown = rateWith(group.halves, word, shares) - group.rate;
      if (grown < growth) [best, growth] = [group, grown];
    }
    for (let index = 0; index < WORD; index++) {
      best.halves[index * 2]! |= 1 << (word[index]! & 15);
      best.halves[index * 2 + 1]! |= 1 << (word[index]! >> 4);
    }
    best.rate += growth;
  }
  return groups;
}

/** The rate of a group with one more word. */
function rateWith(halves: Uint16Array, word: Uint8Array, shares: Map<number, number>): number {
  let rate = 1;
  for (let index = 0; index < WORD; index++) {
    const byte = word[index]!;
    const lowers = halves[index * 2]! | (1 << (byte & 15));
    const uppers = halves[index * 2 + 1]! | (1 << (byte >> 4));
    const key = (uppers << 16) | lowers;
    let share = shares.get(key);
    if (share === undefined) {
      share = shareOf(lowers, uppers);
      shares.set(key, share);
    }
    rate *= share;
  }
  return rate;
}

function shareOf(lowers: number, uppers: number): number {
  let share = 0;
  for (let rest = uppers; rest !== 0; rest &= rest - 1) {
    const upper = (31 - Math.clz32(rest & -rest)) << 4;
    for (let left = lowers; left !== 0; left &= left - 1) share += byteRates[upper | (31 - Math.clz32(left & -left))]!;
  }
  return share;
}
