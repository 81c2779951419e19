// Which files could matter at all: one pass over a file's bytes for all markers of the catalog at once. A file without a hit
// is never decoded nor parsed, so this is the speed of a scan.
// Of each marker a word of four bytes is looked for, a rare one or one that many share; for all markers that stand in imports
// together the keywords of imports are. Where some are found, the whole is compared.
// Matching is case-sensitive. Hits are a superset: comments and strings count.
import { addTo } from '../base/groups.ts';
import type { MarkerRow } from '../catalog/model.ts';
import { rateOfWord, WORD, wordAt } from './byte-rates.ts';
import { buildImportMarkers, type ImportMarkers, importedMarker, importKeywords, isAt } from './import-markers.ts';
import type { Language } from './languages.ts';
import { buildTeddy, search, type Teddy } from './teddy.ts';

/** A text that makes a file worth parsing: anywhere of at least four bytes, as the name of an imported package of two. */
export type Marker = MarkerRow;

/** A list of markers, prepared. Shared by all scans. */
export interface Prefilter {
  readonly markers: readonly Marker[];
  readonly teddy: Teddy;
  /** By their words, as `wordAt` has them. */
  readonly needles: ReadonlyMap<number, readonly Needle[]>;
  readonly imports: ImportMarkers;
}

/** What is looked for, a marker or a keyword of imports. */
interface Needle {
  readonly bytes: Uint8Array;
  /** Where in it the word stands. */
  readonly offset: number;
  /** -1 for a keyword. */
  readonly marker: number;
  /** One of them has to be in the file as well; none: nothing else has to. */
  readonly with: readonly Uint8Array[];
}

/** Prepares markers. One that is too short is an error of the catalog and throws: it would hit everywhere. */
export function buildPrefilter(markers: readonly Marker[]): Prefilter {
  const texts: Omit<Needle, 'offset'>[] = [];
  const imports: [string, number][] = [];
  markers.forEach(({ text, position, with: others = [] }, marker) => {
    const least = position === 'import' ? 2 : WORD;
    if (text.length < least) throw new Error(`marker ${marker} (${JSON.stringify(text)}) is too short`);
    if (position === 'import') imports.push([text, marker]);
    else texts.push({ bytes: utf8(text), marker, with: others.map(utf8) });
  });
  if (imports.length > 0)
    for (const keyword of importKeywords) texts.push({ bytes: utf8(keyword), marker: -1, with: [] });
  const sharing = countWords(texts.map((text) => text.bytes));
  const needles = new Map<number, Needle[]>();
  for (const text of texts) {
    const offset = cheapestWord(text.bytes, sharing);
    addTo(needles, wordAt(text.bytes, offset), { ...text, offset });
  }
  const words = [...needles.values()].map(([first]) => first!.bytes.subarray(first!.offset, first!.offset + WORD));
  return { markers, teddy: buildTeddy(words), needles, imports: buildImportMarkers(imports) };
}

/** The index of the first marker met in a file's bytes, -1 where there is none. `language` decides what an import looks like. */
export function findMarker(prefilter: Prefilter, bytes: Uint8Array, language: Language): number {
  const { teddy, needles, imports } = prefilter;
  return search(teddy, bytes, (at) => {
    const found = needles.get(wordAt(bytes, at));
    if (found === undefined) return -1;
    for (const needle of found) {
      const start = at - needle.offset;
      if (!isAt(bytes, start, needle.bytes)) continue;
      if (needle.with.length > 0 && !needle.with.some((other) => isIn(bytes, other))) continue;
      if (needle.marker >= 0) return needle.marker;
      const imported = importedMarker(imports, bytes, language, start, start + needle.bytes.length);
      if (imported >= 0) return imported;
    }
    return -1;
  });
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function isIn(bytes: Uint8Array, text: Uint8Array): boolean {
  for (let at = bytes.indexOf(text[0]!); at >= 0; at = bytes.indexOf(text[0]!, at + 1))
    if (isAt(bytes, at, text)) return true;
  return false;
}

/** In how many places of the texts each word stands, by `wordAt`. */
function countWords(texts: readonly Uint8Array[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const text of texts) {
    for (let offset = 0; offset + WORD <= text.length; offset++) {
      const key = wordAt(text, offset);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

/** Where in a needle the word stands that costs least: it is seldom met elsewhere, and serves many needles. */
function cheapestWord(needle: Uint8Array, sharing: ReadonlyMap<number, number>): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let offset = 0; offset + WORD <= needle.length; offset++) {
    const cost = rateOfWord(needle, offset) / sharing.get(wordAt(needle, offset))!;
    if (cost < least) [best, least] = [offset, cost];
  }
  return best;
}
