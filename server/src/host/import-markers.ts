// Markers that count only as the name of an imported package: which of them does the import at a keyword name?
// A look at the bytes behind the keyword, no parse. Text that only looks like an import may be taken for one.
import { beginsStatement, isBlank, isWord, moduleEnd, skipAlias, skipBlanks, skipSpace } from './import-statements.ts';
import type { Language } from './languages.ts';

/** Words of which every import has one; `export … from` has no other. */
export const importKeywords: readonly string[] = ['import', 'from', 'require'];

/** Names of packages by the hash of their bytes. */
export interface ImportMarkers {
  readonly byHash: ReadonlyMap<number, readonly Named[]>;
  /** By the hash of two bytes: whether a name may begin with them. Most modules fail here. */
  readonly begins: Uint8Array;
  /** Length of the longest name in bytes. */
  readonly longest: number;
}

interface Named {
  readonly name: Uint8Array;
  readonly marker: number;
}

/** Prepares names of packages, each with the number of its marker. */
export function buildImportMarkers(named: Iterable<readonly [name: string, marker: number]>): ImportMarkers {
  const byHash = new Map<number, Named[]>();
  const begins = new Uint8Array(BEGINS);
  let longest = 0;
  for (const [text, marker] of named) {
    // `@scope/` is the beginning of a specifier like `@scope`.
    const name = new TextEncoder().encode(text.replace(/\/$/, ''));
    const hash = name.reduce(extendHash, 0);
    byHash.set(hash, [...(byHash.get(hash) ?? []), { name, marker }]);
    begins[beginOf(name, 0)] = 1;
    longest = Math.max(longest, name.length);
  }
  return { byHash, begins, longest };
}

/**
 * A marker that is the module named at the keyword `bytes[start, end)`, or the beginning of it: `import a, b.c`,
 * `from b.c import d` and `import_module('b.c')` in Python; `from 'b/c'`, `import 'b/c'`, `import('b/c')` and `require('b/c')`
 * in JavaScript. In a notebook both, with the quotes and line breaks of JSON. -1 where there is none.
 */
export function importedMarker(
  markers: ImportMarkers,
  bytes: Uint8Array,
  language: Language,
  start: number,
  end: number,
): number {
  const isFrom = end - start === 4;
  const isNotebook = language === 'notebook';
  const isPython = isNotebook || language === 'python';
  if (isPython && isBlank(bytes[end]) && (beginsStatement(bytes, start) || (isNotebook && beginsLine(bytes, start)))) {
    let at = end;
    do {
      at = skipBlanks(bytes, at + 1);
      const found = markerOf(markers, bytes, at, true);
      if (found >= 0 || isFrom) return found;
      at = skipAlias(bytes, moduleEnd(bytes, at));
    } while (bytes[at] === COMMA);
    return -1;
  }
  let at = end;
  // Whatever holds the word and is called with a text: `import_module`, `importActual`, `lazy_import`.
  while (!isFrom && isWord(bytes[at])) at++;
  at = skipSpace(bytes, at);
  const isCall = bytes[at] === OPEN;
  if (isCall ? isFrom : language === 'python') return -1;
  if (isCall) at = skipSpace(bytes, at + 1);
  if (isNotebook && bytes[at] === BACKSLASH) at++;
  return isQuote(bytes[at]) ? markerOf(markers, bytes, skipRegistry(bytes, at + 1), isPython) : -1;
}

/** The marker that a module's name begins with, segment by segment. */
function markerOf(markers: ImportMarkers, bytes: Uint8Array, start: number, isPython: boolean): number {
  const { byHash, begins, longest } = markers;
  if (begins[beginOf(bytes, start)] === 0) return -1;
  const limit = Math.min(start + longest, bytes.length);
  for (let at = start, hash = 0; at <= limit; at++) {
    const byte = bytes[at]!;
    // A version follows the name: `npm:openai@4`.
    const separates = byte === SLASH || (byte === DOT && isPython) || (byte === AT && at > start);
    const isInside = isWord(byte) || byte === DASH || byte === AT || byte === DOT;
    if (separates || !isInside) {
      for (const { name, marker } of byHash.get(hash) ?? none)
        if (at - start === name.length && isAt(bytes, start, name)) return marker;
      // A relative module is none of a package.
      if (!separates || at === start) return -1;
    }
    hash = extendHash(hash, byte);
  }
  return -1;
}

/** The place behind `npm:`, `jsr:` or `https://esm.sh/`, where a specifier begins with one of them. */
function skipRegistry(bytes: Uint8Array, start: number): number {
  if (bytes[start + 3] === COLON) return start + 4;
  const scheme = bytes[start + 4] === COLON ? start + 4 : start + 5;
  if (bytes[scheme] !== COLON || bytes[scheme + 1] !== SLASH) return start;
  let at = scheme + 3;
  while (isWord(bytes[at]) || bytes[at] === DOT || bytes[at] === DASH) at++;
  return bytes[at] === SLASH ? at + 1 : start;
}

const none: readonly Named[] = [];
const LETTER_N = 110;
const BACKSLASH = 92;
const BEGINS = 0x1000;
const AT = 64;
const SLASH = 47;
const DOT = 46;
const DASH = 45;
const COMMA = 44;
const COLON = 58;
const OPEN = 40;
const DOUBLE_QUOTE = 34;

function beginOf(bytes: Uint8Array, start: number): number {
  return ((bytes[start]! << 4) ^ bytes[start + 1]!) & (BEGINS - 1);
}

function extendHash(hash: number, byte: number): number {
  return Math.imul(hash + byte + 1, 0x9e3779b1);
}

/** Whether `text` stands in `bytes` from `start` on. */
export function isAt(bytes: Uint8Array, start: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}

/** The same in JSON: behind the quote before a line, or behind the n of a line break. */
function beginsLine(bytes: Uint8Array, start: number): boolean {
  let at = start - 1;
  while (isBlank(bytes[at])) at--;
  return bytes[at] === DOUBLE_QUOTE || (bytes[at] === LETTER_N && bytes[at - 1] === BACKSLASH);
}

function isQuote(byte: number | undefined): boolean {
  return byte === 34 || byte === 39 || byte === 96;
}
