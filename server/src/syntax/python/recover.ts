// Repairs what an editor's half-written line does to the rest of a file. The grammar recovers well inside a line, but an open
// bracket, a trailing dot or a missing colon makes it swallow the definitions that follow. So, only for text that it could not
// read, the lines are lexed here and each statement that cannot go on where the next one begins is completed: a bracket
// closed, a colon or an operand put in. What is put in has no place in the real text; offsets are mapped back.
import { type Token, tokens } from './tokens.ts';
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
  /** Conditional expressions outside brackets that have no `else` yet. */
  conditionals: number;
}

/** The clauses that continue a statement, and what may stand before them at the same indentation. */
const continues: Readonly<Record<string, RegExp>> = {
  elif: /^(?:if|elif)$/,
  else: /^(?:if|elif|for|while|try|except)$/,
  except: /^(?:try|except)$/,
  finally: /^(?:try|except|else)$/,
};

/** The repairs that `text` needs. Of use only where a parser found errors. */
export function findRepairs(text: string): Repair[] {
  const repairs: Repair[] = [];
  const open: string[] = [];
  /** The statements that the next one may continue, by indentation. */
  const before: { readonly indent: number; keyword: string }[] = [];
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
      const indent = Math.max(token.indent, 0);
      const keyword = word ?? '';
      if (token.indent >= 0) repairs.push(...strayClause(text, before, token, keyword));
      statement = { start: token.start, indent, keyword, size: 0, colon: false, lambdas: 0, conditionals: 0 };
    }
    statement.size++;
    if (token.kind === 'open') open.push(token.text);
    else if (token.kind === 'close') {
      if (closers[open[open.length - 1] ?? ''] === token.text) open.pop();
    } else if (token.text === 'lambda') statement.lambdas++;
    else if (token.text === 'if' && open.length === 0 && statement.size > 1) statement.conditionals++;
    else if (token.text === 'else' && open.length === 0)
      statement.conditionals = Math.max(0, statement.conditionals - 1);
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

/** A clause that continues nothing, such as an `else` without its `if`, becomes a statement of its own. */
function strayClause(
  text: string,
  before: { readonly indent: number; keyword: string }[],
  token: Token,
  keyword: string,
): Repair[] {
  while (before.length > 0 && before[before.length - 1]!.indent > token.indent) before.pop();
  const last = before[before.length - 1];
  const sibling = last?.indent === token.indent ? last : undefined;
  const stray = continues[keyword] !== undefined && !continues[keyword].test(sibling?.keyword ?? '');
  if (sibling) sibling.keyword = stray ? 'if' : keyword;
  else before.push({ indent: token.indent, keyword: stray ? 'if' : keyword });
  if (!stray) return [];
  // What an `elif` asks or an `except` catches becomes a condition.
  const bare = keyword === 'else' || keyword === 'finally' || /^\s*:/.test(text.slice(token.end, token.end + 20));
  return [
    { at: token.start, blank: 0, insert: bare ? 'if None' : 'if' },
    { at: token.end, blank: keyword.length, insert: '' },
  ];
}

/** Whether the line that `token` begins cannot continue the statement before, whose brackets are still open. */
function cutsHere(text: string, token: Token, last: Token, statement: Statement, open: readonly string[]): boolean {
  const line = lineFrom(text, token.start);
  if (token.kind === 'operator') return token.text === '@' && token.indent <= statement.indent && /^@\s*\w/.test(line);
  if (token.kind !== 'name') return false;
  if (statements.test(line) || headers.test(line)) return true;
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
  // The `if` of a case is its guard.
  if (statement.conditionals > 0 && statement.keyword !== 'case') insert += ' else None';
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
  const list = keyword === 'def' && closed && statement.size === 2 ? '()' : '';
  return `${list}:${empty ? ' pass' : ''}`;
}

function lineFrom(text: string, start: number): string {
  const end = text.slice(start).search(/[\r\n]/);
  return end < 0 ? text.slice(start) : text.slice(start, start + end);
}
