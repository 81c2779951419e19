// Which files could matter at all: one pass over a file's bytes for all markers of the catalog at once. A file without a hit
// is never decoded nor parsed, so this is the speed of a scan.
// Only every fourth place is looked at: wherever a needle begins, three of its bytes stand at one of these. Three bytes of no
// needle, which is nearly always so, cost one multiplication and one look into a table, whatever the number of markers.
// Matching is case-sensitive. Hits are a superset: comments and strings count.
import {
  buildImportMarkers,
  type ImportMarkers,
  importedMarker,
  importKeywords,
  isAt,
  isBesideKeyword,
} from './import-markers.ts';
import type { Language } from './languages.ts';

/** A text that makes a file worth parsing. */
export interface Marker {
  readonly text: string;
  /** `import`: counts only as the name of an imported package, of at least two bytes; `anywhere` needs four. */
  readonly position: 'anywhere' | 'import';
}

/** A list of markers, prepared. Immutable, shared by all scans. */
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
  const filter = new Uint16Array(0x10000);
  const places: Place[][] = [[]];
  const add = (text: string, marker: number, isBeside: (byte: number) => boolean) => {
    const needle = new TextEncoder().encode(text);
    for (const offset of offsetsOf(needle)) {
      for (const key of keysAt(needle, offset, isBeside)) {
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
    const least = position === 'import' ? 2 : SHORTEST;
    if (text.length < least) throw new Error(`marker ${marker} (${JSON.stringify(text)}) is too short`);
    if (position === 'import') imports.push([text, marker]);
    else add(text, marker, () => true);
  });
  if (imports.length > 0) for (const keyword of importKeywords) add(keyword, -1, isBesideKeyword);
  return { markers, filter, places, imports: buildImportMarkers(imports) };
}

/** The index of the first marker met in a file's bytes, -1 where there is none. `language` decides what an import looks like. */
export function findMarker(prefilter: Prefilter, given: Uint8Array, language: Language): number {
  const { filter } = prefilter;
  // Words can be read only where memory is aligned, as that of a file nearly always is.
  const bytes = given.byteOffset % STRIDE === 0 ? given : new Uint8Array(given);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  // A local variable, since a constant of the module would be read for every word.
  const mask = keyMask;
  const eights = words.length & -8;
  // Eight at a time, so that most of the branches fall away.
  for (let at = 0; at < eights; at += 8) {
    const first = filter[hashOf(words[at]! & mask)]! | filter[hashOf(words[at + 1]! & mask)]!;
    const second = filter[hashOf(words[at + 2]! & mask)]! | filter[hashOf(words[at + 3]! & mask)]!;
    const third = filter[hashOf(words[at + 4]! & mask)]! | filter[hashOf(words[at + 5]! & mask)]!;
    const fourth = filter[hashOf(words[at + 6]! & mask)]! | filter[hashOf(words[at + 7]! & mask)]!;
    if ((first | second | third | fourth) === 0) continue;
    for (let i = at; i < at + 8; i++) {
      const marker = markerAt(prefilter, words[i]! & mask, bytes, language, i * STRIDE);
      if (marker >= 0) return marker;
    }
  }
  for (let at = eights; at < words.length; at++) {
    const marker = markerAt(prefilter, words[at]! & mask, bytes, language, at * STRIDE);
    if (marker >= 0) return marker;
  }
  const end = bytes.length & -STRIDE;
  if (end === bytes.length) return -1;
  rest.fill(0);
  for (let at = end; at < bytes.length; at++) rest[at - end] = bytes[at]!;
  return markerAt(prefilter, restWord[0]! & mask, bytes, language, end);
}

/** The marker that holds the three bytes at `at`, if it stands there as a whole; else -1. */
function markerAt(prefilter: Prefilter, key: number, bytes: Uint8Array, language: Language, at: number): number {
  const known = prefilter.filter[hashOf(key)]!;
  if (known === 0) return -1;
  const places = prefilter.places[known]!;
  for (let i = 0; i < places.length; i++) {
    const { needle, offset, marker } = places[i]!;
    const start = at - offset;
    if (!isAt(bytes, start, needle)) continue;
    const end = start + needle.length;
    const found = marker >= 0 ? marker : importedMarker(prefilter.imports, bytes, language, start, end);
    if (found >= 0) return found;
  }
  return -1;
}

const STRIDE = 4;
const KEY = 3;
const SHORTEST = 4;
// The first three of four bytes, in whatever order the machine puts them.
const rest = new Uint8Array(STRIDE);
const restWord = new Int32Array(rest.buffer);
const keyMask = new Int32Array(Uint8Array.of(255, 255, 255, 0).buffer)[0]!;

function hashOf(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> 16;
}

/** For each place modulo four where a needle may begin: where in it, or just before or behind it, a look tells most. */
function offsetsOf(needle: Uint8Array): number[] {
  return Array.from({ length: STRIDE }, (_, inside) => {
    let best = inside - STRIDE;
    for (let offset = inside; offset < needle.length; offset += STRIDE)
      if (rarityAt(needle, offset) > rarityAt(needle, best)) best = offset;
    return best;
  });
}

/** How seldom the three bytes at an offset are met elsewhere: the more of them are known, and are no small letters. */
function rarityAt(needle: Uint8Array, offset: number): number {
  let rarity = 0;
  for (const byte of [needle[offset], needle[offset + 1], needle[offset + 2]])
    if (byte !== undefined) rarity += isSmallLetter(byte) ? 4 : 5;
  return rarity;
}

function isSmallLetter(byte: number): boolean {
  return byte >= 97 && byte <= 122;
}

/** The three bytes at an offset of a needle; one outside it may be any that stands beside needles of this kind. */
function keysAt(needle: Uint8Array, offset: number, isBeside: (byte: number) => boolean): number[] {
  const bytes = Uint8Array.from({ length: STRIDE }, (_, index) => (index < KEY ? (needle[offset + index] ?? 0) : 0));
  const word = new Int32Array(bytes.buffer);
  const outside = [0, 1, 2].find((index) => needle[offset + index] === undefined);
  if (outside === undefined) return [word[0]!];
  return Array.from({ length: 256 }, (_, byte) => byte)
    .filter(isBeside)
    .map((byte) => {
      bytes[outside] = byte;
      return word[0]!;
    });
}
