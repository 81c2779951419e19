// Looking into JSON text by position: where a member or an element begins and ends in the file. For notebooks, whose findings
// need the line of the file, and whose outputs (most of the bytes) are better stepped over than parsed.
// Strings are stepped over whole; a value that is not looked into is checked for its brackets only.

/** A value from its first character to behind its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The offset from which a text was found to be no JSON, if that is what an error thrown here says. */
export function brokenAt(error: unknown): number | undefined {
  return error instanceof Error && error.message === NOT_JSON && typeof error.cause === 'number'
    ? error.cause
    : undefined;
}

/** The value at the top of the text. Throws; see `brokenAt`. */
export function topValue(text: string): Span {
  const start = skipSpace(text, 0);
  return { start, end: valueEnd(text, start) };
}

/** The members of an object by name, the last of equal names; undefined where the value is no object. Throws; see `brokenAt`. */
export function membersOf(text: string, value: Span | undefined): Map<string, Span> | undefined {
  if (!value || text[value.start] !== '{') return undefined;
  const found = new Map<string, Span>();
  let at = skipSpace(text, value.start + 1);
  if (text[at] === '}') return found;
  for (;;) {
    if (text[at] !== '"') throw broken(at);
    const keyEnd = stringEnd(text, at);
    const colon = skipSpace(text, keyEnd);
    if (text[colon] !== ':') throw broken(colon);
    const start = skipSpace(text, colon + 1);
    const end = valueEnd(text, start);
    found.set(text.slice(at + 1, keyEnd - 1), { start, end });
    at = skipSpace(text, end);
    if (text[at] === '}') return found;
    if (text[at] !== ',') throw broken(at);
    at = skipSpace(text, at + 1);
  }
}

/** The elements of an array; undefined where the value is none. Throws; see `brokenAt`. */
export function elementsOf(text: string, value: Span | undefined): Span[] | undefined {
  if (!value || text[value.start] !== '[') return undefined;
  const found: Span[] = [];
  let at = skipSpace(text, value.start + 1);
  if (text[at] === ']') return found;
  for (;;) {
    const end = valueEnd(text, at);
    found.push({ start: at, end });
    at = skipSpace(text, end);
    if (text[at] === ']') return found;
    if (text[at] !== ',') throw broken(at);
    at = skipSpace(text, at + 1);
  }
}

/** The text of a string value, undefined for another value. */
export function stringOf(text: string, value: Span | undefined): string | undefined {
  if (!value || text[value.start] !== '"') return undefined;
  const raw = text.slice(value.start + 1, value.end - 1);
  return raw.includes('\\') ? raw.replace(escapes, unitOf) : raw;
}

/** Calls back for every escape within a string value: its offset in the file and its length there (it stands for one unit). */
export function eachEscape(text: string, value: Span, onEscape: (offset: number, length: number) => void): void {
  for (let at = text.indexOf('\\', value.start + 1); at >= 0 && at < value.end - 1; ) {
    const length = text[at + 1] === 'u' && /^[0-9a-f]{4}$/i.test(text.slice(at + 2, at + 6)) ? 6 : 2;
    onEscape(at, length);
    at = text.indexOf('\\', at + length);
  }
}

const NOT_JSON = 'not JSON';

function broken(offset: number): Error {
  return new Error(NOT_JSON, { cause: offset });
}

const escapes = /\\(?:u[0-9a-fA-F]{4}|[\s\S])/g;
const simple: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function unitOf(written: string): string {
  if (written.length === 6) return String.fromCharCode(Number.parseInt(written.slice(2), 16));
  return simple[written[1]!] ?? written[1]!;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === 32 || code === 10 || code === 13 || code === 9; ) {
    code = text.charCodeAt(++at);
  }
  return at;
}

function stringEnd(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  for (; quote > 0; quote = text.indexOf('"', quote + 1)) {
    let backslash = quote - 1;
    while (text[backslash] === '\\') backslash--;
    if ((quote - backslash) % 2 === 1) return quote + 1;
  }
  throw broken(start);
}

function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first !== '{' && first !== '[') {
    plain.lastIndex = start;
    if (!plain.test(text)) throw broken(start);
    return plain.lastIndex;
  }
  let depth = 0;
  interesting.lastIndex = start;
  for (let match = interesting.exec(text); match; match = interesting.exec(text)) {
    const character = match[0];
    if (character === '"') interesting.lastIndex = stringEnd(text, match.index);
    else if (character === '{' || character === '[') depth++;
    else if (--depth === 0) return match.index + 1;
  }
  throw broken(text.length);
}

const plain = /true|false|null|NaN|-?Infinity|-?\d[\d.eE+-]*/y;
const interesting = /["{}[\]]/g;
