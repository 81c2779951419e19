// String literals: their text, pieces and holes.
import { Syntax, type SyntaxTree } from './tree.ts';

/** How a string literal is written. */
interface Quotes {
  readonly prefix: string;
  /** Where its content begins and ends. */
  readonly start: number;
  readonly end: number;
}

const QUOTE = 39;
const DOUBLE = 34;

function quotesOf(t: SyntaxTree, n: number): Quotes {
  const text = t.text;
  const first = t.starts[n]!;
  const last = t.ends[n]!;
  let at = first;
  while (at < last && text.charCodeAt(at) !== QUOTE && text.charCodeAt(at) !== DOUBLE) at++;
  const prefix = at > first ? text.slice(first, at).toLowerCase() : '';
  const quote = text[at] ?? '';
  const triple = text.startsWith(quote + quote + quote, at) && last - at >= 6;
  const start = at + (triple ? 3 : 1);
  const closing = triple ? quote + quote + quote : quote;
  // A string that the writer has not closed yet ends where the parser gave up.
  const closed = last - closing.length >= start && text.startsWith(closing, last - closing.length);
  return { prefix, start: Math.min(start, last), end: closed ? last - closing.length : last };
}

/** A literal's constant pieces and, between them, the interpolation nodes. Neighbouring pieces are one. */
export function stringPieces(t: SyntaxTree, n: number, pieces: (string | number)[] = []): (string | number)[] {
  if (t.kinds[n] === Syntax.concatenated_string) {
    for (let c = n + 1; c < t.next[n]!; c = t.next[c]!) if (t.kinds[c] === Syntax.string) stringPieces(t, c, pieces);
    return pieces;
  }
  const { prefix, start, end } = quotesOf(t, n);
  const holes = prefix !== '' && /[ft]/.test(prefix);
  let at = start;
  for (let c = n + 1; holes && c < t.next[n]!; c = t.next[c]!) {
    if (t.kinds[c] !== Syntax.interpolation) continue;
    addPiece(pieces, decode(t.text.slice(at, t.starts[c]!), prefix, holes));
    pieces.push(c);
    at = t.ends[c]!;
  }
  addPiece(pieces, decode(t.text.slice(at, Math.max(at, end)), prefix, holes));
  return pieces;
}

/** The constant that a literal without holes stands for, else undefined. */
export function constantString(t: SyntaxTree, n: number): string | undefined {
  const kind = t.kinds[n];
  if (kind !== Syntax.string && kind !== Syntax.concatenated_string) return undefined;
  const pieces = stringPieces(t, n);
  if (pieces.length === 0) return '';
  return pieces.length === 1 && typeof pieces[0] === 'string' ? pieces[0] : undefined;
}

function addPiece(pieces: (string | number)[], piece: string): void {
  if (piece === '') return;
  const last = pieces.length - 1;
  if (typeof pieces[last] === 'string') pieces[last] = `${pieces[last]}${piece}`;
  else pieces.push(piece);
}

const simpleEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
  '\r\n': '',
  '\r': '',
};

function decode(raw: string, prefix: string, holes: boolean): string {
  let text = raw;
  if (text.includes('\\') && !prefix.includes('r')) {
    text = text.replace(
      /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|N\{[^}]*\}|(\r\n|[\s\S]))/g,
      (all, x?: string, u?: string, long?: string, octal?: string, simple?: string) => {
        const hex = x ?? u ?? long;
        if (hex !== undefined) {
          const code = Number.parseInt(hex, 16);
          return code <= 0x10ffff ? String.fromCodePoint(code) : all;
        }
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
        return simple === undefined ? all : (simpleEscapes[simple] ?? all);
      },
    );
  }
  return holes ? text.replaceAll('{{', '{').replaceAll('}}', '}') : text;
}

/** A piece of a `%` format: constant text, a positional hole (true) or a named one. */
export type FormatPiece = string | true | { readonly key: string };

/** Splits a `%` format into its pieces. */
export function percentPieces(format: string): FormatPiece[] {
  const pieces: FormatPiece[] = [];
  let at = 0;
  let constant = '';
  for (const m of format.matchAll(
    /%(?:\(([^)]*)\))?[#0\- +]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[hlL]?([diouxXeEfFgGcrsa%])/g,
  )) {
    constant += format.slice(at, m.index);
    at = m.index + m[0].length;
    if (m[2] === '%') {
      constant += '%';
      continue;
    }
    if (constant !== '') pieces.push(constant);
    constant = '';
    pieces.push(m[1] === undefined ? true : { key: m[1] });
  }
  constant += format.slice(at);
  if (constant !== '') pieces.push(constant);
  return pieces;
}
