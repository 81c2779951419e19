// Reading one import out of a file's bytes, from the keyword on. Text that only looks like an import may be taken for one:
// the reference then leads nowhere. Nothing here throws or reads far beyond the statement.
import type { ImportReference, Keyword } from './imports.ts';

/** The imports of the Python statement that `keyword` at `bytes[start, end)` begins; none where it begins no statement. */
export function readPythonImport(bytes: Uint8Array, keyword: Keyword, start: number, end: number): ImportReference[] {
  if (!beginsStatement(bytes, start)) return [];
  return keyword === 'from' ? readFrom(bytes, end) : readModules(bytes, end);
}

/** The module that a JavaScript `from`, `import` or `require` names by a constant text. */
export function readJavaScriptImport(
  bytes: Uint8Array,
  keyword: Keyword,
  start: number,
  end: number,
): ImportReference[] {
  // `object.from 'x'` cannot be; `object.import(…)` and `module.require(…)` may.
  if (keyword === 'from' && bytes[start - 1] === DOT) return [];
  let at = skipSpace(bytes, end);
  if (keyword !== 'from' && bytes[at] === OPEN) at = skipSpace(bytes, at + 1);
  else if (keyword === 'require') return [];
  const quote = bytes[at]!;
  if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE && quote !== BACK_QUOTE) return [];
  const close = bytes.indexOf(quote, at + 1);
  if (close <= at + 1 || close - at > MAX_SPECIFIER) return [];
  const specifier = textOf(bytes, at + 1, close);
  if (/[\n\r\\]|\$\{/.test(specifier)) return [];
  return [{ specifier, level: 0, names: [], whole: false }];
}

const MAX_SPECIFIER = 500;
// Between a keyword and its specifier; what is longer is no import, and looking for its end could take for ever.
const MAX_COMMENT = 2000;
const DOT = 46;
const COMMA = 44;
const OPEN = 40;
const CLOSE = 41;
const STAR = 42;
const SLASH = 47;
const HASH = 35;
const BACKSLASH = 92;
const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const BACK_QUOTE = 96;
const LINE_FEED = 10;
const RETURN = 13;

/** Whether only blanks stand between `start` and a line break, a `;`, a `:` or the beginning of the file. */
export function beginsStatement(bytes: Uint8Array, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && isBlank(bytes[at])) at--;
  const before = bytes[at];
  // 0xbf: the end of a byte order mark.
  return (
    before === undefined ||
    before === LINE_FEED ||
    before === RETURN ||
    before === 59 ||
    before === 58 ||
    (at === 2 && before === 0xbf)
  );
}

/** `a.b as c, d` after `import`. */
function readModules(bytes: Uint8Array, end: number): ImportReference[] {
  const found: ImportReference[] = [];
  for (let at = skipBlanks(bytes, end); ; at = skipBlanks(bytes, at + 1)) {
    const stop = moduleEnd(bytes, at);
    if (stop === at) return found;
    found.push({ specifier: textOf(bytes, at, stop), level: 0, names: [], whole: true });
    at = skipAlias(bytes, stop);
    if (bytes[at] !== COMMA) return found;
  }
}

/** `..a.b import (c as d, e)` after `from`. */
function readFrom(bytes: Uint8Array, end: number): ImportReference[] {
  let at = skipBlanks(bytes, end);
  let level = 0;
  for (; bytes[at] === DOT || isBlank(bytes[at]); at++) if (bytes[at] === DOT) level++;
  const stop = moduleEnd(bytes, at);
  if (stop === at && level === 0) return [];
  const specifier = level > 0 && textOf(bytes, at, stop) === 'import' ? '' : textOf(bytes, at, stop);
  at = specifier === '' ? at : skipBlanks(bytes, stop);
  const afterImport = wordEnd(bytes, at);
  if (textOf(bytes, at, afterImport) !== 'import') return [];
  return [{ specifier, level, names: readNames(bytes, skipBlanks(bytes, afterImport)), whole: false }];
}

function readNames(bytes: Uint8Array, start: number): string[] {
  if (bytes[start] === STAR) return ['*'];
  const isOpen = bytes[start] === OPEN;
  const skip = isOpen ? skipLines : skipBlanks;
  const names: string[] = [];
  for (let at = skip(bytes, isOpen ? start + 1 : start); ; at = skip(bytes, at + 1)) {
    const stop = wordEnd(bytes, at);
    // An empty name is the end, or text that is no import after all.
    if (stop === at || bytes[at] === CLOSE) return names;
    names.push(textOf(bytes, at, stop));
    at = skip(bytes, skipAlias(bytes, stop, skip));
    if (bytes[at] !== COMMA) return names;
  }
}

/** Past `as name`, if that follows. */
export function skipAlias(bytes: Uint8Array, from: number, skip = skipBlanks): number {
  const at = skip(bytes, from);
  const stop = wordEnd(bytes, at);
  if (textOf(bytes, at, stop) !== 'as') return at;
  return skip(bytes, wordEnd(bytes, skip(bytes, stop)));
}

/** Past blanks and continued lines. */
export function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    if (isBlank(bytes[at])) at++;
    else if (bytes[at] === BACKSLASH && bytes[at + 1] === LINE_FEED) at += 2;
    else if (bytes[at] === BACKSLASH && bytes[at + 1] === RETURN) at += bytes[at + 2] === LINE_FEED ? 3 : 2;
    else return at;
  }
}

/** Past blanks, line breaks and comments of Python. */
function skipLines(bytes: Uint8Array, from: number): number {
  let at = skipBlanks(bytes, from);
  for (;;) {
    if (bytes[at] === HASH) while (at < bytes.length && bytes[at] !== LINE_FEED && bytes[at] !== RETURN) at++;
    if (bytes[at] !== LINE_FEED && bytes[at] !== RETURN) return at;
    at = skipBlanks(bytes, at + 1);
  }
}

/** Past white space and comments of JavaScript. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    while (isBlank(bytes[at]) || bytes[at] === LINE_FEED || bytes[at] === RETURN) at++;
    if (bytes[at] !== SLASH) return at;
    if (bytes[at + 1] === SLASH) {
      const end = bytes.indexOf(LINE_FEED, at);
      at = end < 0 ? bytes.length : end;
    } else if (bytes[at + 1] === STAR) {
      const limit = Math.min(at + MAX_COMMENT, bytes.length);
      at += 2;
      while (at < limit && !(bytes[at] === STAR && bytes[at + 1] === SLASH)) at++;
      if (at >= limit) return at;
      at += 2;
    } else return at;
  }
}

/** The end of the dotted name at `start`. */
export function moduleEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isWord(bytes[at]) || (bytes[at] === DOT && at > start)) at++;
  return at;
}

function wordEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isWord(bytes[at])) at++;
  return at;
}

/** A space, a tab or a form feed. */
export function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 12;
}

/** A byte of an identifier; every byte that is not ASCII is taken for one. */
export function isWord(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  if (byte >= 128 || byte === 95) return true;
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
}

/** The text of a range; nearly always ASCII. */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= 128) return new TextDecoder().decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}
