// The tokens of Python, read without the grammar: what is needed to repair a text that the grammar could not read.

/** What a token is. */
export type TokenKind = 'name' | 'number' | 'string' | 'open' | 'close' | 'operator';
/** One token. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Indentation, for the first token of a line; else -1. */
  readonly indent: number;
  /** Whether a backslash joins its line to the one before. */
  readonly joined: boolean;
  /** What closes a string that its line does not. */
  readonly missing: string;
}

const space = /[ \t\f]*/y;
const tokenPattern =
  /(\\\r?\n)|(\r\n?|\n)|(#[^\r\n]*)|([rRbBuUfFtT]{0,3}(?:"""|'''|"|'))|([\p{L}_][\p{L}\p{N}_]*)|(\d[\w.]*)|([([{])|([)\]}])|(\.\.\.|\*\*|\/\/|[-+*/%@&|^=<>!:]=|->|<<|>>|[^\s\w])/uy;

/** The tokens of `text`, without white space and comments. */
export function* tokens(text: string): Generator<Token> {
  let at = 0;
  let lineStart = 0;
  let first = true;
  let joined = false;
  while (at < text.length) {
    space.lastIndex = at;
    space.exec(text);
    at = Math.max(at, space.lastIndex);
    tokenPattern.lastIndex = at;
    const m = tokenPattern.exec(text);
    if (!m) {
      at++;
      continue;
    }
    const start = at;
    at = tokenPattern.lastIndex;
    if (m[1] !== undefined || m[2] !== undefined) {
      lineStart = at;
      first = true;
      joined = m[1] !== undefined;
      continue;
    }
    if (m[3] !== undefined) continue;
    let kind: TokenKind = 'operator';
    let missing = '';
    if (m[4] !== undefined) {
      kind = 'string';
      ({ end: at, missing } = endOfString(text, at, m[4]));
    } else if (m[5] !== undefined) kind = 'name';
    else if (m[6] !== undefined) kind = 'number';
    else if (m[7] !== undefined) kind = 'open';
    else if (m[8] !== undefined) kind = 'close';
    yield {
      kind,
      text: text.slice(start, at),
      start,
      end: at,
      indent: first ? width(text, lineStart, start) : -1,
      joined,
      missing,
    };
    first = false;
    joined = false;
  }
}

/** The end of the string whose opening quotes end at `start`, and what it lacks there where its line does not close it. */
function endOfString(text: string, start: number, opening: string): { end: number; missing: string } {
  const quotes = opening.replace(/^[a-zA-Z]+/, '');
  for (let at = start; at < text.length; at++) {
    const c = text[at];
    if (c === '\\') at++;
    else if (quotes.length === 1 && (c === '\n' || c === '\r')) return unclosed(text, start, at, opening, quotes);
    else if (text.startsWith(quotes, at)) return { end: at + quotes.length, missing: '' };
  }
  return unclosed(text, start, text.length, opening, quotes);
}

function unclosed(
  text: string,
  start: number,
  end: number,
  opening: string,
  quotes: string,
): { end: number; missing: string } {
  const content = text.slice(start, end);
  const holes = openHoles(content, opening);
  // In an open hole a comment would hide what is put in behind it.
  const comment = holes === '' ? -1 : content.search(/\s*#[^'"{}]*$/);
  return { end: comment < 0 ? end : start + comment, missing: holes + quotes };
}

/** What closes the holes of an f-string that are still open. */
function openHoles(content: string, opening: string): string {
  if (!/[fFtT]/.test(opening)) return '';
  const holes = content.replaceAll('{{', '').replaceAll('}}', '');
  return '}'.repeat(Math.max(0, holes.split('{').length - holes.split('}').length));
}

function width(text: string, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++)
    sum = text[i] === '\t' ? (Math.floor(sum / 8) + 1) * 8 : text[i] === '\f' ? 0 : sum + 1;
  return sum;
}
