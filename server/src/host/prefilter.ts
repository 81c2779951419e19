// Which files could matter at all: one pass over a file's bytes for all markers of the catalog at once. A file without a hit
// is never decoded nor parsed, so this is the speed of a scan.
// Only every fourth place is looked at: whatever is at least six bytes long holds three bytes that begin there. Three bytes
// of no needle, which is nearly always so, cost one multiplication and one look into a table, whatever the number of markers.
// Matching is case-sensitive. Hits are a superset: comments and strings count.
import { addImported, buildImportMarkers, type ImportMarkers, importKeywords } from './import-markers.ts';
import type { Language } from './languages.ts';

/** A text that makes a file worth parsing. */
export interface Marker {
  readonly text: string;
  /** `import`: counts only as the name of an imported package; `anywhere` needs at least four bytes. */
  readonly position: 'anywhere' | 'import';
}

/** A list of markers, prepared; hits are indexes into that list. Immutable, shared by all scans. */
export interface Prefilter {
  readonly markers: readonly Marker[];
  /** By the hash of three bytes: 0 where no needle holds them, else the index of those that do. */
  readonly filter: Uint16Array;
  readonly places: readonly (readonly Place[])[];
  readonly imports: ImportMarkers;
}

/** What is looked for, a marker or a keyword of imports, and where in it three bytes stand. */
interface Place {
  readonly needle: Uint8Array;
  readonly offset: number;
  /** -1 for a keyword. */
  readonly marker: number;
}

/** Prepares markers. One that is too short is an error of the catalog and throws: it would hit everywhere. */
export function buildPrefilter(markers: readonly Marker[]): Prefilter {
  const filter = new Uint16Array(1 << HASH_BITS);
  const places: Place[][] = [[]];
  const add = (text: string, marker: number) => {
    const needle = new TextEncoder().encode(text);
    for (const offset of offsetsOf(needle.length)) {
      for (const key of keysAt(needle, offset)) {
        const hash = hashOf(key);
        if (filter[hash] === 0) filter[hash] = places.push([]) - 1;
        const list = places[filter[hash]!]!;
        // Two keys of a place may hash alike.
        const last = list.at(-1);
        if (last?.needle !== needle || last.offset !== offset) list.push({ needle, offset, marker });
      }
    }
  };
  const imports: [string, number][] = [];
  markers.forEach(({ text, position }, marker) => {
    const least = position === 'import' ? 1 : SHORTEST;
    if (text.length < least) throw new Error(`marker ${marker} (${JSON.stringify(text)}) is too short`);
    if (position === 'import') imports.push([text, marker]);
    else add(text, marker);
  });
  if (imports.length > 0) for (const keyword of importKeywords) add(keyword, -1);
  return { markers, filter, places, imports: buildImportMarkers(imports) };
}

/** The markers in a file's bytes, ascending and each once. `language` decides what an import looks like. */
export function scanMarkers(prefilter: Prefilter, given: Uint8Array, language: Language): readonly number[] {
  const { filter } = prefilter;
  // Words can be read only where memory is aligned, as that of a file nearly always is.
  const bytes = given.byteOffset % STRIDE === 0 ? given : new Uint8Array(given);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  const found = new Set<number>();
  let at = 0;
  // Four at a time, so that most of the branches fall away.
  for (const end = words.length - 3; at < end; at += 4) {
    const first = filter[hashOf(words[at]!)]! | filter[hashOf(words[at + 1]!)]!;
    const second = filter[hashOf(words[at + 2]!)]! | filter[hashOf(words[at + 3]!)]!;
    if ((first | second) !== 0) for (let i = at; i < at + 4; i++) look(prefilter, bytes, language, words[i]!, i, found);
  }
  for (; at < words.length; at++) look(prefilter, bytes, language, words[at]!, at, found);
  const rest = new Uint8Array(STRIDE);
  rest.set(bytes.subarray(at * STRIDE));
  look(prefilter, bytes, language, new Int32Array(rest.buffer)[0]!, at, found);
  return found.size === 0 ? none : [...found].sort((a, b) => a - b);
}

const none: readonly number[] = [];

/** Adds the markers that have the three bytes at a word's beginning, if they stand there as a whole. */
function look(
  { filter, places, imports }: Prefilter,
  bytes: Uint8Array,
  language: Language,
  word: number,
  index: number,
  found: Set<number>,
): void {
  const known = filter[hashOf(word)]!;
  if (known === 0) return;
  for (const { needle, offset, marker } of places[known]!) {
    const start = index * STRIDE - offset;
    let length = 0;
    while (length < needle.length && bytes[start + length] === needle[length]) length++;
    if (length < needle.length) continue;
    if (marker >= 0) found.add(marker);
    else addImported(imports, bytes, language, start, start + length, found);
  }
}

const STRIDE = 4;
const KEY = 3;
const SHORTEST = 4;
const HASH_BITS = 16;
// The first three of four bytes, in whatever order the machine puts them.
const keyMask = new Int32Array(Uint8Array.of(255, 255, 255, 0).buffer)[0]!;

function hashOf(word: number): number {
  return Math.imul(word & keyMask, 0x9e3779b1) >>> (32 - HASH_BITS);
}

/** For each place modulo four where a needle may begin: where in it, or just before it, the next look falls that says most. */
function offsetsOf(length: number): number[] {
  const size = Math.min(length, STRIDE + KEY - 1);
  return Array.from({ length: STRIDE }, (_, inside) =>
    Math.min(KEY, size - inside) > Math.min(size, KEY + inside - STRIDE) ? inside : inside - STRIDE,
  );
}

/** The three bytes at an offset of a needle; a byte outside it may be any. */
function keysAt(needle: Uint8Array, offset: number): number[] {
  const bytes = Uint8Array.from({ length: STRIDE }, (_, index) => needle[offset + index] ?? 0);
  const word = new Int32Array(bytes.buffer);
  const outside = [0, 1, 2].find((index) => needle[offset + index] === undefined);
  if (outside === undefined) return [word[0]!];
  return Array.from({ length: 256 }, (_, byte) => {
    bytes[outside] = byte;
    return word[0]!;
  });
}
