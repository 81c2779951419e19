// Whether a word in a file's bytes stands where the name of an imported package would: a look at its surroundings, no parse.
import type { Language } from './languages.ts';

/**
 * Whether `bytes[start, end)` is the first segment of an imported module: `import x`, `import a, x`, `from x import` and
 * `import_module('x')` in Python, a whole specifier or its beginning after `from`, `import`, `require(` and `import(` in
 * JavaScript. In a notebook both, with the quotes and line breaks of JSON.
 */
export function isImportPosition(bytes: Uint8Array, start: number, end: number, language: Language): boolean {
  const python = language === 'python' || language === 'notebook';
  const javascript = language !== 'python';
  if (isQuote(bytes[start - 1])) return isSpecifier(bytes, start, end, python);
  if (javascript && !python) return false;
  return isPythonModule(bytes, start, end, language === 'notebook');
}

function isSpecifier(bytes: Uint8Array, start: number, end: number, python: boolean): boolean {
  let after = end;
  if (bytes[after] === BACKSLASH) after++;
  if (!isQuote(bytes[after]) && bytes[after] !== SLASH && !(python && bytes[after] === DOT)) return false;
  let at = start - 2;
  if (bytes[at] === BACKSLASH) at--;
  at = skipSpaceBack(bytes, at);
  if (bytes[at] === OPEN) {
    at = skipSpaceBack(bytes, at - 1);
    return ['require', 'import', 'import_module', '__import__'].some((word) => endsWith(bytes, at, word));
  }
  return endsWith(bytes, at, 'from') || endsWith(bytes, at, 'import');
}

function isPythonModule(bytes: Uint8Array, start: number, end: number, inJson: boolean): boolean {
  if (isWord(bytes[end])) return false;
  // Back over the rest of the statement; what may stand before the name is `from ` or `import a.b as c, `.
  let at = start - 1;
  if (!isSpace(bytes[at]) && bytes[at] !== COMMA) return false;
  const limit = Math.max(0, start - MAX_STATEMENT);
  while (at >= limit && (isWord(bytes[at]) || isSpace(bytes[at]) || bytes[at] === COMMA || bytes[at] === DOT)) at--;
  let first = at + 1;
  // The n of a line break as JSON writes it, or the quote before a line.
  if (inJson && bytes[at] === BACKSLASH && bytes[first] === LETTER_N) first++;
  else if (at >= 0 && !isStatementEnd(bytes[at]) && !(inJson && bytes[at] === DOUBLE_QUOTE)) return false;
  else if (first === 0 && bytes[0] === BYTE_ORDER_MARK) first = 3;
  while (isSpace(bytes[first])) first++;
  if (startsWith(bytes, first, 'from')) return only(bytes, first + 4, start, isSpace);
  if (!startsWith(bytes, first, 'import') || !isSpace(bytes[first + 6])) return false;
  const before = bytes[skipSpaceBack(bytes, start - 1)];
  return before === COMMA || skipSpaceBack(bytes, start - 1) === first + 5;
}

const MAX_STATEMENT = 400;
const BYTE_ORDER_MARK = 0xef;
const LETTER_N = 110;
const BACKSLASH = 92;
const SLASH = 47;
const DOT = 46;
const DOUBLE_QUOTE = 34;
const COMMA = 44;
const OPEN = 40;

function only(bytes: Uint8Array, from: number, to: number, test: (byte: number | undefined) => boolean): boolean {
  for (let at = from; at < to; at++) if (!test(bytes[at])) return false;
  return to > from;
}

function skipSpaceBack(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at >= 0 && (isSpace(bytes[at]) || bytes[at] === 10 || bytes[at] === 13)) at--;
  return at;
}

function startsWith(bytes: Uint8Array, at: number, word: string): boolean {
  for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word.charCodeAt(index)) return false;
  return true;
}

function endsWith(bytes: Uint8Array, last: number, word: string): boolean {
  const first = last - word.length + 1;
  return first >= 0 && startsWith(bytes, first, word) && !isWord(bytes[first - 1]);
}

/** A line break, `;` or `:`. */
function isStatementEnd(byte: number | undefined): boolean {
  return byte === 10 || byte === 13 || byte === 59 || byte === 58;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 9;
}

function isQuote(byte: number | undefined): boolean {
  return byte === 34 || byte === 39 || byte === 96;
}

function isWord(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  if (byte >= 128 || byte === 95) return true;
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
}
