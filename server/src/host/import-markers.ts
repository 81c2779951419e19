// Markers that count only as the name of an imported package: which of them does the import at a keyword name?
// A look at the bytes behind the keyword, no parse. Text that only looks like an import may be taken for one.
import { beginsStatement, isBlank, isWord, moduleEnd, skipAlias, skipBlanks, skipSpace } from './import-statements.ts';
import type { Language } from './languages.ts';

/** Words of which every import has one; `export … from` has no other. */
export const importKeywords: readonly string[] = ['import', 'from', 'require'];

/** Names of packages by the hash of their bytes. */
export interface ImportMarkers {
  readonly byHash: ReadonlyMap<number, readonly Named[]>;
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
  let longest = 0;
  for (const [text, marker] of named) {
    // `@scope/` is the beginning of a specifier like `@scope`.
    const name = new TextEncoder().encode(text.replace(/\/$/, ''));
    const hash = name.reduce(extendHash, 0);
    byHash.set(hash, [...(byHash.get(hash) ?? []), { name, marker }]);
    longest = Math.max(longest, name.length);
  }
  return { byHash, longest };
}

/**
 * Adds the markers that are the module named at the keyword `bytes[start, end)`, or the beginning of it: `import a, b.c`,
 * `from b.c import d` and `import_module('b.c')` in Python; `from 'b/c'`, `import 'b/c'`, `import('b/c')` and `require('b/c')`
 * in JavaScript. In a notebook both, with the quotes and line breaks of JSON.
 */
export function addImported(
  markers: ImportMarkers,
  bytes: Uint8Array,
  language: Language,
  start: number,
  end: number,
  found: Set<number>,
): void {
  const isFrom = end - start === 4;
  const isNotebook = language === 'notebook';
  const isPython = isNotebook || language === 'python';
  if (isPython && isBlank(bytes[end]) && (beginsStatement(bytes, start) || (isNotebook && beginsLine(bytes, start)))) {
    let at = end;
    do {
      at = skipBlanks(bytes, at + 1);
      addModule(markers, bytes, at, true, found);
      if (isFrom) return;
      at = skipAlias(bytes, moduleEnd(bytes, at));
    } while (bytes[at] === COMMA);
    return;
  }
  let at = end;
  // Whatever holds the word and is called with a text: `import_module`, `importActual`, `lazy_import`.
  while (!isFrom && isWord(bytes[at])) at++;
  at = skipSpace(bytes, at);
  const isCall = bytes[at] === OPEN;
  if (isCall ? isFrom : language === 'python') return;
  if (isCall) at = skipSpace(bytes, at + 1);
  if (isNotebook && bytes[at] === BACKSLASH) at++;
  if (isQuote(bytes[at])) addModule(markers, bytes, at + 1, isPython, found);
}

/** Adds the markers that the module's name begins with, segment by segment. */
function addModule(
  { byHash, longest }: ImportMarkers,
  bytes: Uint8Array,
  start: number,
  isPython: boolean,
  found: Set<number>,
): void {
  const limit = Math.min(start + longest, bytes.length);
  for (let at = start, hash = 0; at <= limit; at++) {
    const byte = bytes[at]!;
    const separates = byte === SLASH || (byte === DOT && isPython);
    const isInside = isWord(byte) || byte === DASH || byte === AT || byte === DOT;
    if (separates || !isInside) {
      for (const { name, marker } of byHash.get(hash) ?? none) if (isAt(bytes, start, at, name)) found.add(marker);
      // A relative module is none of a package.
      if (!separates || at === start) return;
    }
    hash = extendHash(hash, byte);
  }
}

const none: readonly Named[] = [];
const LETTER_N = 110;
const BACKSLASH = 92;
const AT = 64;
const SLASH = 47;
const DOT = 46;
const DASH = 45;
const COMMA = 44;
const OPEN = 40;
const DOUBLE_QUOTE = 34;

function extendHash(hash: number, byte: number): number {
  return Math.imul(hash + byte + 1, 0x9e3779b1);
}

function isAt(bytes: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  return end - start === name.length && name.every((byte, index) => bytes[start + index] === byte);
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
