// Repairs what an editor's half-written line does to the rest of a file. The grammar recovers well inside a line, but an open
// bracket, a trailing dot or a missing colon makes it swallow the definitions that follow. So, only for text that it could not
// read, the lines are lexed here and each statement that cannot go on where the next one begins is completed: a bracket
// closed, a colon or an operand put in. What is put in has no place in the real text; offsets are mapped back.
import { Syntax, type SyntaxTree } from './tree.ts';

/** One repair: `blank` characters before `at` are blanked, then `insert` is put there. */
export interface Repair {
  readonly at: number;
  readonly blank: number;
  readonly insert: string;
}

/** A repaired text, and for each of its offsets (and its end) the offset that it had. */
export interface Repaired {
  readonly text: string;
  readonly origin: Int32Array;
}

/** Applies repairs, which are in the order of the text. */
export function applyRepairs(text: string, repairs: readonly Repair[]): Repaired {
  const pieces: string[] = [];
  let length = text.length;
  for (const r of repairs) length += r.insert.length;
  const origin = new Int32Array(length + 1);
  let from = 0;
  let at = 0;
  const keep = (end: number): void => {
    pieces.push(text.slice(from, end));
    for (; from < end; from++) origin[at++] = from;
  };
  for (const r of repairs) {
    keep(Math.max(from, r.at - r.blank));
    pieces.push(' '.repeat(r.at - from));
    for (; from < r.at; from++) origin[at++] = from;
    pieces.push(r.insert);
    for (let i = 0; i < r.insert.length; i++) origin[at++] = r.at;
  }
  keep(text.length);
  origin[at] = text.length;
  return { text: pieces.join(''), origin };
}

/** The tree of a repaired text as the tree of the text that was repaired. */
export function restoreOffsets(tree: SyntaxTree, text: string, origin: Int32Array): SyntaxTree {
  const at = (offset: number): number => origin[offset] ?? text.length;
  return {
    ...tree,
    text,
    starts: tree.starts.map(at),
    ends: tree.ends.map(at),
    comments: tree.comments.map(at),
    errors: tree.errors.map(at),
  };
}

/** Whether `repaired` tells more of the text than `first`: more definitions, or the same with less that is unreadable. */
export function isBetter(repaired: SyntaxTree, first: SyntaxTree): boolean {
  const gained = definitions(repaired) - definitions(first);
  return gained > 0 || (gained === 0 && unreadable(repaired) < unreadable(first));
}

function definitions(t: SyntaxTree): number {
  let count = 0;
  for (let n = 0; n < t.count; n++) {
    if (t.kinds[n] === Syntax.function_definition || t.kinds[n] === Syntax.class_definition) count++;
  }
  return count;
}

function unreadable(t: SyntaxTree): number {
  let sum = 0;
  for (let i = 0; i < t.errors.length; i += 2) sum += t.errors[i + 1]! - t.errors[i]! + 1;
  return sum;
}

type TokenKind = 'name' | 'number' | 'string' | 'open' | 'close' | 'operator';
interface Token {
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

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
/** Words that only begin statements: inside brackets they prove that the bracket was never closed. */
const statements =
  /^(?:return|raise|import|pass|break|continue|global|nonlocal|del|assert)\b|^(?:async\s+)?def\s+\w|^class\s+\w+\s*[:([]|^from\s+[\w.]+\s+import\b|^if\s+__name__\b/;
/** Words that begin statements where the line ends with a colon, and may otherwise stand in an expression. */
const headers = /^(?:if|elif|else|for|while|with|try|except|finally|async|match|case)\b[^#]*:\s*(?:#.*)?$/;
const compound = /^(?:def|class|if|elif|else|for|while|with|try|except|finally|match|case)$/;
/** Words between operands: a line may begin with them and still continue the one before. */
const infix = /^(?:for|if|else|and|or|not|in|is|async|as|from|await|lambda)$/;
/** Words that want an operand behind them. */
const dangling = /^(?:and|or|not|in|is|if|elif|while|with|await|assert|lambda|for|del)$/;

/** The statement being read. */
interface Statement {
  readonly start: number;
  readonly indent: number;
  readonly keyword: string;
  /** Number of tokens so far. */
  size: number;
  /** Whether the colon that ends a header was seen. */
  colon: boolean;
  lambdas: number;
}

/** The repairs that `text` needs. Of use only where a parser found errors. */
export function findRepairs(text: string): Repair[] {
  const repairs: Repair[] = [];
  const open: string[] = [];
  let statement: Statement | undefined;
  let last: Token | undefined;

  const finish = (nextIndent: number): void => {
    if (!statement || !last) return;
    repairs.push(...completion(statement, last, open, nextIndent));
    open.length = 0;
    statement = undefined;
  };
  for (const token of tokens(text)) {
    if (token.indent >= 0 && statement && last) {
      const joining = last.end;
      if (token.joined) {
        if (statements.test(lineFrom(text, token.start))) {
          finish(token.indent);
          repairs.push({ at: text.indexOf('\\', joining) + 1, blank: 1, insert: '' });
        }
      } else if (open.length === 0 || cutsHere(text, token, last, statement, open)) finish(token.indent);
    }
    if (!statement) {
      const word =
        token.text === 'async' ? /^async\s+(\w+)/.exec(text.slice(token.start, token.start + 40))?.[1] : token.text;
      statement = {
        start: token.start,
        indent: Math.max(token.indent, 0),
        keyword: word ?? '',
        size: 0,
        colon: false,
        lambdas: 0,
      };
    }
    statement.size++;
    if (token.kind === 'open') open.push(token.text);
    else if (token.kind === 'close') {
      if (closers[open[open.length - 1] ?? ''] === token.text) open.pop();
    } else if (token.text === 'lambda') statement.lambdas++;
    else if (token.text === ':' && open.length === 0) {
      if (statement.lambdas > 0) statement.lambdas--;
      else statement.colon = true;
    }
    if (token.missing !== '') repairs.push({ at: token.end, blank: 0, insert: token.missing });
    last = token;
  }
  finish(0);
  return repairs;
}

/** Whether the line that `token` begins cannot continue the statement before, whose brackets are still open. */
function cutsHere(text: string, token: Token, last: Token, statement: Statement, open: readonly string[]): boolean {
  const line = lineFrom(text, token.start);
  if (token.kind === 'operator') return token.text === '@' && token.indent <= statement.indent && /^@\s*\w/.test(line);
  if (token.kind !== 'name') return false;
  if (statements.test(line) || (headers.test(line) && last.text !== ':')) return true;
  // Two values without anything between them.
  const operand = last.kind === 'close' || last.kind === 'number' || last.kind === 'string' || isOperandName(last);
  if (operand && !infix.test(token.text)) return true;
  if (token.indent < statement.indent) return true;
  const assigns = /^[\w.]+\s*=(?!=)/.test(line) && token.indent <= statement.indent;
  return assigns && (open[open.length - 1] !== '(' || !/[,)]\s*(?:#.*)?$/.test(line));
}

function isOperandName(token: Token): boolean {
  return token.kind === 'name' && !infix.test(token.text) && !dangling.test(token.text) && token.text !== 'yield';
}

/** What a statement needs so that the next may begin behind its last token. */
function completion(statement: Statement, last: Token, open: readonly string[], nextIndent: number): Repair[] {
  const at = last.end;
  const size = at - statement.start;
  let insert = '';
  let blank = 0;
  if (last.text === '.') blank = 1;
  else if (/^(?:import|def|class|@|async)$/.test(last.text)) return [{ at, blank: size, insert: '' }];
  else if (last.text === 'as') insert = ' _';
  else if (last.kind === 'name' && (dangling.test(last.text) || (last.text === 'else' && statement.size > 1)))
    insert = ' None';
  else if (last.kind === 'operator' && !/^[,;:]$|^\.\.\.$/.test(last.text)) {
    const wanted = last.text !== '*' || statement.keyword !== 'from';
    // `x =` alone is read well, and says that the value is not known.
    if (wanted && (last.text !== '=' || open.length > 0)) insert = ' None';
  } else if (last.text === ':' && (open.length > 0 || (!compound.test(statement.keyword) && statement.size > 1)))
    insert = ' None';
  for (let i = open.length - 1; i >= 0; i--) insert += closers[open[i]!];
  if (compound.test(statement.keyword)) insert += headerEnd(statement, last, open, nextIndent);
  return insert === '' && blank === 0 ? [] : [{ at, blank, insert }];
}

function headerEnd(statement: Statement, last: Token, open: readonly string[], nextIndent: number): string {
  const { keyword } = statement;
  const empty = nextIndent <= statement.indent;
  const closed = open.length === 0;
  if (statement.colon) return closed && last.text === ':' && empty ? ' pass' : '';
  // `match` and `case` are also names; `else` and `try` stand alone.
  if ((keyword === 'match' || keyword === 'case') && (empty || statement.size < 2)) return '';
  if (/^(?:else|try|finally)$/.test(keyword) && statement.size > 1) return '';
  const list = keyword === 'def' && closed && statement.size === (statement.colon ? 3 : 2) ? '()' : '';
  return `${list}:${empty ? ' pass' : ''}`;
}

function lineFrom(text: string, start: number): string {
  const end = text.slice(start).search(/[\r\n]/);
  return end < 0 ? text.slice(start) : text.slice(start, start + end);
}

const space = /[ \t\f]*/y;
const tokenPattern =
  /(\\\r?\n)|(\r\n?|\n)|(#[^\r\n]*)|([rRbBuUfFtT]{0,3}(?:"""|'''|"|'))|([\p{L}_][\p{L}\p{N}_]*)|(\d[\w.]*)|([([{])|([)\]}])|(\.\.\.|\*\*|\/\/|[-+*/%@&|^=<>!:]=|->|<<|>>|[^\s\w])/uy;

/** The tokens of `text`, without white space and comments. */
function* tokens(text: string): Generator<Token> {
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
