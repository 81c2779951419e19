// Literals where a secret is expected: assigned to, compared with, passed as or stored under a name that says so. Works on code of
// either language, on JSON, YAML and our own messages, without parsing: it follows one expression from the name on.
import { harmlessTokens, secretNames, shownFor, suspiciousNames } from './credentials.ts';
import { looksLikeChance } from './randomness.ts';

/** A stretch of a text that must not be shown, and what stands in its place. */
export interface Secret {
  readonly start: number;
  readonly end: number;
  readonly shown: string;
}

// The name may end a longer one and may carry a number or a stage: `hf_token`, `openaiApiKey2`, `API_KEY_PROD`.
const sureName = new RegExp(
  `(?:${secretNames.join('|')})(?:[_-]?(?:\\d+|prod|dev|test|live|default|value|str))?(?![A-Za-z0-9_$])`,
  'gi',
);
const suspiciousName = new RegExp(`(?<![A-Za-z0-9])(?:${suspiciousNames.join('|')})(?![A-Za-z0-9_$])`, 'gi');
// What may stand between a name and its value: a closing quote or bracket, a question mark, an operator.
const operator = /(\()|\\?["'`]?\s*\]?\s*(?:\?\?=?|\|\|=?|or\b|\??\s*(?:(,)|:=|={1,3}|!={1,2}|=>|:))/y;

// No key is further from its name than this. A text of nothing but names uses up what it may cost, and is then looked at less far.
const reach = 4000;
const shortReach = 100;
const costPerCharacter = 8;
const longestName = 80;

/** Whether a name by itself says that its value is a secret. */
export function isSecretName(name: string): boolean {
  sureName.lastIndex = 0;
  const found = sureName.exec(name);
  return found !== null && found.index + found[0].length === name.length && !harmlessTokens.test(name);
}

/** The literals of `text` in key positions; the same place may be found twice. */
export function literalsInKeyPosition(text: string): Secret[] {
  const found: Secret[] = [];
  const budget = { left: costPerCharacter * text.length + reach };
  for (const match of text.matchAll(sureName)) follow(text, match.index, match[0], { found, budget, sure: true });
  for (const match of text.matchAll(suspiciousName))
    follow(text, match.index, match[0], { found, budget, sure: false });
  return found;
}

function follow(text: string, at: number, word: string, how: Pick<Search, 'found' | 'budget' | 'sure'>): void {
  operator.lastIndex = at + word.length;
  const match = operator.exec(text);
  if (!match) return;
  const [, call, comma] = match;
  const before = text.slice(Math.max(0, at - longestName), at);
  const whole = /[\w$-]*$/.exec(before)![0] + word;
  if (harmlessTokens.test(whole)) return;
  // `("Authorization", "…")` and `--token, …` pass a value; `["user", "token", "title"]` is a list of words.
  if (comma && !whole.startsWith('--') && !/[\w\])]\(\s*\\?["'`][\w.$-]*$/.test(before)) return;
  // `setApiKey("…")` is given a key; `getApiKey("…")` is given a name.
  if (call && (/authorization$/i.test(whole) || asksFor.test(whole))) return;
  const isToken = /tokens?$/i.test(word);
  how.budget.left -= readExpression({ ...how, text, isToken, isCall: call !== undefined }, operator.lastIndex);
}

const asksFor =
  /(?:^|[._-])(?:get|load|read|fetch|find|has|is|check|require|env|parse|delete|use|create|new|validate|decode|encode|resolve|count)/i;
// Calls whose second argument stands in where the first is not set.
const withDefault = /(?:getenv|env|get|environ|setdefault|config|option|pop)$/i;

/** What is being looked for, and where it goes. */
interface Search {
  readonly text: string;
  readonly found: Secret[];
  /** Characters that may still be looked at. */
  readonly budget: { left: number };
  /** Whether any literal is a secret here, or only what looks like one. */
  readonly sure: boolean;
  readonly isToken: boolean;
  /** Whether the name is that of a function: its first argument is meant, and nothing that is in it. */
  readonly isCall: boolean;
}

/** An open bracket: of a call or an index (what is in it is not the value itself), or around the value. */
interface Bracket {
  readonly open: string;
  readonly callee: string | undefined;
}

/** Walks over one expression, from behind the operator to where it ends, and looks at its literals; returns how far it got. */
function readExpression(search: Search, from: number): number {
  const { text, budget } = search;
  const brackets: Bracket[] = [];
  const limit = Math.min(text.length, from + (budget.left > 0 ? reach : shortReach));
  let isFirst = true;
  let at = from;
  for (; at < limit; at++) {
    const character = text[at]!;
    if (character === '\n' || character === '\r') {
      if (brackets.length === 0 && !continues(text, at, isFirst)) break;
      continue;
    }
    if (character === ' ' || character === '\t' || character === '\\') continue;
    if (brackets.length === 0 && endsExpression(text, at)) break;
    if (character === '"' || character === "'" || character === '`') {
      const literal = readLiteral(text, at);
      consider(search, literal, brackets);
      at = literal.end - 1;
    } else if (character === '(' || character === '[' || character === '{') {
      const callee =
        character === '{'
          ? undefined
          : /[\w$\])]$/.exec(text.slice(Math.max(0, at - 1), at))
            ? nameBefore(text, at)
            : undefined;
      brackets.push({ open: character, callee });
    } else if (character === ')' || character === ']' || character === '}') {
      if (brackets.length === 0) break;
      brackets.pop();
    } else if (isFirst) hideBareValue(search, at);
    isFirst = false;
  }
  return at - from;
}

function nameBefore(text: string, at: number): string {
  return /[\w$.]*$/.exec(text.slice(Math.max(0, at - longestName), at))![0];
}

function endsExpression(text: string, at: number): boolean {
  const character = text[at]!;
  if (character === ',' || character === ';') return true;
  const isComment = character === '#' || (character === '/' && text[at + 1] === '/');
  return isComment && /\s/.test(text[at - 1] ?? ' ');
}

/** Whether the expression goes on behind a line break outside of brackets. */
function continues(text: string, at: number, isFirst: boolean): boolean {
  const next = /\S/.exec(text.slice(at, at + 200))?.[0];
  if (isFirst) return next === '"' || next === "'" || next === '`';
  const last = /(\S)\s*$/.exec(text.slice(Math.max(0, at - 200), at))?.[1];
  return (last !== undefined && '+?|&\\'.includes(last)) || (next !== undefined && '+?|&'.includes(next));
}

interface Literal {
  /** Of the content. */
  readonly start: number;
  readonly stop: number;
  /** Behind the closing quote. */
  readonly end: number;
  readonly hasHoles: boolean;
}

function readLiteral(text: string, at: number): Literal {
  const quote = text[at]!;
  // Inside a string of JSON, quotes are escaped themselves.
  const escaped = text[at - 1] === '\\';
  const triple = !escaped && text.startsWith(quote.repeat(3), at);
  const close = escaped ? `\\${quote}` : triple ? quote.repeat(3) : quote;
  const start = at + (triple ? 3 : 1);
  const hasHoles = quote === '`' || /(?:^|[^\w])(?:[fF][rR]?|[rR][fF])$/.test(text.slice(Math.max(0, at - 3), at));
  const limit = Math.min(text.length, start + reach);
  let stop = start;
  while (stop < limit && !text.startsWith(close, stop)) {
    const character = text[stop]!;
    if ((character === '\n' || character === '\r') && !triple) return { start, stop, end: stop, hasHoles };
    stop += character === '\\' && !escaped ? 2 : 1;
  }
  stop = Math.min(stop, limit);
  return { start, stop, end: Math.min(text.length, stop + close.length), hasHoles };
}

// Nothing, a placeholder, or what `typeof` gives.
const harmless = /^(?:\s*|<[^<>]*>|\$?\{[^{}]*\}|\{\{[^{}]*\}\}|string|number|boolean|object|function|undefined)$/;

function consider(search: Search, literal: Literal, brackets: readonly Bracket[]): void {
  const { text, sure, isToken, isCall } = search;
  const content = text.slice(literal.start, literal.stop);
  if (harmless.test(content) || (isToken && /^(?:\[.*\]|.{0,2})$/.test(content))) return;
  const inner = brackets.at(-1);
  // A key of a mapping; what stands under it comes next.
  if (inner?.open === '{' && /^\s*:/.test(text.slice(literal.end, literal.end + 20))) return;
  const isPart = brackets.some(({ callee }) => isCall || callee !== undefined);
  const isDefault =
    inner?.callee !== undefined &&
    withDefault.test(inner.callee) &&
    /,\s*$/.test(text.slice(Math.max(0, literal.start - 20), literal.start - 1));
  if ((sure && (!isPart || isDefault)) || looksLikeChance(content)) hide(search, literal, content);
}

/** Hides what a literal says; the expressions in a template, and the word before a key in a header, are no secret. */
function hide({ found }: Search, literal: Literal, content: string): void {
  const scheme = /^(?:Bearer|Basic|Token|ApiKey|Key)\s+/i.exec(content)?.[0].length ?? 0;
  let from = scheme;
  const add = (start: number, stop: number): void => {
    const piece = content.slice(start, stop);
    if (/[A-Za-z0-9]/.test(piece))
      found.push({ start: literal.start + start, end: literal.start + stop, shown: shownFor(piece) });
  };
  if (literal.hasHoles) {
    for (const hole of content.matchAll(/\$?\{[^{}]*\}/g)) {
      if (hole.index > from) add(from, hole.index);
      from = Math.max(from, hole.index + hole[0].length);
    }
  }
  add(from, content.length);
}

/** YAML and .env files need no quotes. */
function hideBareValue({ text, found }: Search, at: number): void {
  const value = /^[\w+/=.~-]{16,}/.exec(text.slice(at, at + 500))?.[0];
  if (
    value === undefined ||
    !looksLikeChance(value) ||
    /^\s*\(/.test(text.slice(at + value.length, at + value.length + 2))
  )
    return;
  found.push({ start: at, end: at + value.length, shown: shownFor(value) });
}
