// The names in a file's bytes as a set of hashes, at a speed that allows it for every file of a workspace.
// Two kinds: words (identifiers, numbers, words of comments and strings alike), and runs of words, dots and dashes that end
// at a quote or a slash: names of files and folders (`train-v2.jsonl`).
import { addToSet, type HashSet, makeHashSet, sortedMembers } from './hash-set.ts';

/** The hash under which `FileSummary.names` holds a name: a polynomial of its UTF-8 bytes modulo 2^32. */
export function hashName(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code >= 128) return hashRange(new TextEncoder().encode(name), 0);
    hash = Math.imul(hash + code + 1, MULTIPLIER);
  }
  return hash >>> 0;
}

function hashRange(bytes: Uint8Array, start: number, end = bytes.length): number {
  let hash = 0;
  for (let at = start; at < end; at++) hash = Math.imul(hash + bytes[at]! + 1, MULTIPLIER);
  return hash >>> 0;
}

/** Tells of a word that equals a hash asked for, and where it is. */
export type OnWord = (hash: number, start: number, end: number) => void;

/**
 * The hashes of all names in `bytes` (UTF-8), ascending, each once. `onWord` is called for every occurrence of the words
 * whose hashes are in `watched` (at most three).
 */
export const hashNames: (bytes: Uint8Array, watched: readonly number[], onWord: OnWord) => Uint32Array =
  makeHashNames();

// Odd, and its bits are spread: the set is ordered by the high ones.
const MULTIPLIER = 0x9e3779b1;

/**
 * The tables live in a closure because there is only ever one: the compiler then takes them for constants, and knows that a
 * byte is never past their end. As constants of the module, which a bundler turns into variables, they cost a third more.
 */
function makeHashNames(): (bytes: Uint8Array, watched: readonly number[], onWord: OnWord) => Uint32Array {
  const CLOSE = 1;
  const JOINT = 2;
  const WORD = 3;
  const kinds = new Uint8Array(256).fill(WORD, 128);
  const mark = (text: string, kind: number) => {
    for (const character of text) kinds[character.charCodeAt(0)] = kind;
  };
  mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$0123456789', WORD);
  mark('.-', JOINT);
  mark('\'"`/\\', CLOSE);
  // What the hash adds for a byte and is multiplied by; 0 for what is in no word, which so begins a new hash.
  const terms = Int32Array.from(kinds, (kind, byte) => (kind === WORD ? byte + 1 : 0));
  const factors = Int32Array.from(kinds, (kind) => (kind === WORD ? 0x9e3779b1 : 0));
  // The words of one stretch of a file, as pairs: the hash, and where the word ends.
  const STRETCH = 1 << 16;
  const words = new Int32Array(STRETCH + 4);

  return (bytes, watched, onWord) => {
    const set = makeHashSet(bytes.length);
    let begun = 0;
    // The byte order mark would be taken for letters.
    let from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    while (from < bytes.length) {
      const to = Math.min(from + STRETCH, bytes.length);
      let count = readWords(bytes, from, to, begun);
      begun = words[count]!;
      if (to === bytes.length && begun !== 0) count += 2;
      addWords(set, bytes, count, watched, onWord);
      from = to;
    }
    return sortedMembers(set);
  };

  /**
   * Fills `words` from `bytes[from, to)` and returns how many numbers it put there; `begun` is the hash of a word begun
   * before. Words are short, so that a branch at their ends would be guessed wrong most of the time: instead every byte
   * writes a word, and only a word's end keeps it. The word that the stretch ends in is written but not counted.
   */
  function readWords(bytes: Uint8Array, from: number, to: number, begun: number): number {
    let hash = begun | 0;
    let count = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!;
      const factor = factors[byte]!;
      words[count] = hash;
      words[count + 1] = at;
      count += (+(factor === 0) & +(hash !== 0)) << 1;
      hash = Math.imul(hash + terms[byte]!, factor);
    }
    words[count] = hash;
    words[count + 1] = to;
    return count;
  }

  function addWords(set: HashSet, bytes: Uint8Array, count: number, watched: readonly number[], onWord: OnWord): void {
    const [first = 0, second = 0, third = 0] = watched;
    const length = bytes.length;
    for (let word = 0; word < count; word += 2) {
      const hash = words[word]!;
      const end = words[word + 1]!;
      addToSet(set, hash);
      if (hash === first || hash === second || hash === third) onWord(hash, wordStart(bytes, end), end);
      if (end < length && kinds[bytes[end]!] === CLOSE) {
        const start = startOfRun(bytes, end);
        if (start >= 0) addToSet(set, hashRange(bytes, start, end) | 0);
      }
    }
  }

  function wordStart(bytes: Uint8Array, end: number): number {
    let at = end;
    while (at > 0 && kinds[bytes[at - 1]!]! === WORD) at--;
    return at;
  }

  /** Where the run of words and joints that ends at `end` begins; -1 where it is a single word. */
  function startOfRun(bytes: Uint8Array, end: number): number {
    let at = wordStart(bytes, end);
    if (at === 0 || kinds[bytes[at - 1]!]! !== JOINT) return -1;
    while (at > 0 && kinds[bytes[at - 1]!]! >= JOINT) at--;
    return at;
  }
}
