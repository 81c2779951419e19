// The grammar of the strings in rules/catalog: API paths (which call a row is about), places (where in that call a value sits),
// flows (`place -> place`) and guards. Parsing never throws: it gives the value or says what was expected.

import { isRegularExpression } from '../base/text.ts';
import type { CallSlot, Guard, Place } from './model.ts';

/** What stood in the way of parsing: the part that was not understood, what was expected, and the words to choose from. */
export interface SyntaxProblem {
  readonly found: string;
  readonly expected: string;
  readonly words: readonly string[];
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: SyntaxProblem };

/** One step of an API path. */
export type Step =
  | { readonly step: 'member'; readonly name: string }
  | { readonly step: 'capture'; readonly name: string }
  | { readonly step: 'call' }
  | { readonly step: 'element' }
  | { readonly step: 'subclass' };

/** One target of a `passes` list: which parameter of the callable receives the value. */
export interface Pass {
  readonly from: Place;
  readonly parameter: number;
  readonly spread: boolean;
}

const SLOT_WORDS = ['Argument', 'Self', 'ReturnValue', 'Parameter', 'Module', 'Rerun', 'Member'];
const PATH_WORDS = ['Field', 'Element', 'ReturnValue', 'Parameter', '#encoded'];

function ok<T>(value: T): Parsed<T> {
  return { ok: true, value };
}
function fail(found: string, expected: string, words: readonly string[] = []): Parsed<never> {
  return { ok: false, problem: { found, expected, words } };
}

/** Parses an API path (`OpenAI().chat.completions.create`, `LLM.Subclass.parse`, `PrismaClient().{table}.create`, `.`). */
export function parseApiPath(text: string): Parsed<readonly Step[]> {
  if (text === '.') return ok([]);
  const steps: Step[] = [];
  const token = /(^|\.)([A-Za-z_$][\w$]*)|(^|\.)\{(\w+)\}|\(\)/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (!match) return fail(text.slice(at), 'a member (`.name`), `()`, `.Element`, `.Subclass` or `{name}`');
    if (match[4] !== undefined) steps.push({ step: 'capture', name: match[4] });
    else if (match[2] === undefined) steps.push({ step: 'call' });
    else if (match[2] === 'Element') steps.push({ step: 'element' });
    else if (match[2] === 'Subclass') steps.push({ step: 'subclass' });
    else steps.push({ step: 'member', name: match[2] });
  }
  if (steps.length === 0) return fail(text, 'an API path, or `.` for the package itself');
  return ok(steps);
}

/** Splits `Argument[0].Field[a.b].Element` at the dots that stand outside brackets. */
function splitAtDots(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '[') depth++;
    else if (c === ']') depth--;
    else if (c === '.' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

const ARGUMENT = /^Argument\[(?:(any)|(\d+)\.\.|(\*):|(\d+)|(?:(\d+),)?([A-Za-z_$][\w$.]*):)\]$/;

function parseSlot(part: string): Parsed<CallSlot> {
  if (part === 'Self') return ok({ at: 'self' });
  if (part === 'ReturnValue') return ok({ at: 'return' });
  if (part === 'Module') return ok({ at: 'module' });
  if (part === 'Rerun') return ok({ at: 'rerun' });
  if (part === 'Member') return ok({ at: 'member' });
  const capture = /^\{(\w+)\}$/.exec(part);
  if (capture) return ok({ at: 'capture', name: capture[1]! });
  const parameter = /^Parameter\[(\d+)\]$/.exec(part);
  if (parameter) return ok({ at: 'callback', index: -2, name: undefined, parameter: Number(parameter[1]) });
  const argument = ARGUMENT.exec(part);
  if (argument) {
    if (argument[1]) return ok({ at: 'arguments', from: 0 });
    if (argument[2]) return ok({ at: 'arguments', from: Number(argument[2]) });
    if (argument[3]) return ok({ at: 'keywords' });
    const index = argument[4] ?? argument[5];
    return ok({ at: 'argument', index: index === undefined ? -1 : Number(index), name: argument[6] });
  }
  if (part.startsWith('Argument'))
    return fail(
      part,
      '`Argument[0]`, `Argument[name:]`, `Argument[0,name:]`, `Argument[any]`, `Argument[1..]` or `Argument[*:]`',
    );
  return fail(
    part,
    '`Argument[…]`, `Self`, `ReturnValue`, `Parameter[n]`, `Module`, `Rerun`, `Member` or `{name}`',
    SLOT_WORDS,
  );
}

/** One element of the access path below a slot, as it is kept in `Place.path`. */
function parseElement(part: string): Parsed<string> {
  if (part === 'Element') return ok('*');
  if (part === '#encoded' || /^\d+$/.test(part)) return ok(part);
  const field = /^Field\[(.+)\]$/.exec(part);
  if (!field)
    return fail(
      part,
      '`Field[name]`, `Element`, a tuple index, `#encoded`, `Parameter[n]` or `ReturnValue`',
      PATH_WORDS,
    );
  const key = field[1]!;
  if (!key.startsWith('=')) return ok(key);
  if (key === '=name') return ok(key);
  const computed = /^=Argument\[(\d+)\]$/.exec(key);
  return computed ? ok('=' + computed[1]) : fail(part, '`Field[=Argument[n]]` or `Field[=name]`');
}

/** Parses a place in a call (`Argument[0,messages:].Element.Field[content]`, `Argument[0].Field[onFinish].Parameter[0]`). */
export function parsePlace(text: string): Parsed<Place> {
  const place = placeOf(text);
  // Only what arrives has a name by which a parameter is found.
  return place.ok && isOfAnyName(place.value)
    ? fail(text, '`Parameter[n]`; `Parameter[*:]` stands at the end of a flow only: `Argument[*:] -> …Parameter[*:]`')
    : place;
}

function isOfAnyName({ slot }: Place): boolean {
  return slot.at === 'callback' && slot.parameter === -1;
}

function placeOf(text: string): Parsed<Place> {
  const parts = splitAtDots(text);
  const first = parseSlot(parts[0]!);
  if (!first.ok) return first;
  let slot = first.value;
  let path: string[] = [];
  for (const part of parts.slice(1)) {
    const passed = /^Argument\[(\d+)\]$/.exec(part);
    if (passed && slot.at === 'callback' && slot.parameter !== -1 && path.length === 0) {
      slot = { ...slot, at: 'callback-argument', argument: Number(passed[1]) };
      continue;
    }
    const parameter = /^Parameter\[(?:(\d+)|\*:)\]$/.exec(part);
    if (!parameter && part !== 'ReturnValue') {
      const element = parseElement(part);
      if (!element.ok) return element;
      path.push(element.value);
      continue;
    }
    if (slot.at !== 'argument' && slot.at !== 'self')
      return fail(part, 'a callable in an argument or in Self before it');
    const index: number = slot.at === 'self' ? -2 : slot.index;
    const name: string | undefined = slot.at === 'self' ? undefined : slot.name;
    const inside: { inside?: readonly string[] } = path.length > 0 ? { inside: path } : {};
    slot = parameter
      ? { at: 'callback', index, name, ...inside, parameter: Number(parameter[1] ?? -1) }
      : { at: 'callback-return', index, name, ...inside };
    path = [];
  }
  return ok({ slot, path });
}

/** Parses `place -> place`; without an arrow the content stops at the place. */
export function parseFlow(text: string): Parsed<{ readonly from: Place; readonly to: Place | undefined }> {
  const sides = text.split('->').map((side) => side.trim());
  if (sides.length > 2) return fail(text, '`place -> place`');
  const from = parsePlace(sides[0]!);
  if (!from.ok) return from;
  if (sides.length === 1) return ok({ from: from.value, to: undefined });
  const to = placeOf(sides[1]!);
  if (!to.ok) return to;
  // What a call gives has only other ends of the same thing to go to: nobody holds its arguments for it.
  if (from.value.slot.at === 'return' && to.value.slot.at !== 'return')
    return fail(
      text,
      '`ReturnValue… -> ReturnValue…`, two ends of what the call gives, or another place before the arrow',
    );
  return ok({ from: from.value, to: to.value });
}

/** Parses `place -> Parameter[n]`, or `place -> Parameter[n..]` to spread elements over parameters. */
export function parsePass(text: string): Parsed<Pass> {
  const [left, right, ...rest] = text.split('->').map((side) => side.trim());
  const target = /^Parameter\[(\d+)(\.\.)?\]$/.exec(right ?? '');
  if (!target || rest.length > 0) return fail(text, '`place -> Parameter[n]` or `place -> Parameter[n..]`');
  const from = parsePlace(left!);
  return from.ok ? ok({ from: from.value, parameter: Number(target[1]), spread: target[2] !== undefined }) : from;
}

/** The constant that a word of a guard stands for. */
function constant(word: string): string | number | boolean | null {
  const bare = word.trim().replace(/^(['"])(.*)\1$/, '$2');
  if (bare !== word.trim()) return bare;
  if (bare === 'true' || bare === 'True') return true;
  if (bare === 'false' || bare === 'False') return false;
  if (bare === 'null' || bare === 'None') return null;
  return /^-?\d+(\.\d+)?$/.test(bare) ? Number(bare) : bare;
}

const GUARD_WORDS = ['is', 'matches', 'exists', 'absent'];

/**
 * Parses a guard: `place is a | b`, `place matches regex`, `place exists`, `place absent`, each followed by nothing,
 * `or absent` (also holds where the argument is not given) and `or unknown` (also holds where its value cannot be found out); or
 * `module imports a | b`.
 */
export function parseGuard(text: string): Parsed<Guard> {
  const packages = /^module imports (.+)$/.exec(text.trim())?.[1];
  if (packages !== undefined) {
    const place: Place = { slot: { at: 'self' }, path: [] };
    return ok({ place, test: 'imports', values: packages.split('|').map((name) => name.trim()), assume: false });
  }
  const match = /^(\S+)\s+(\S+)(?:\s+(.*?))?$/s.exec(text.trim());
  if (!match) return fail(text, '`place is value`, `place matches regex`, `place exists` or `place absent`', []);
  const place = parsePlace(match[1]!);
  if (!place.ok) return place;
  const test = match[2]!;
  if (!GUARD_WORDS.includes(test)) return fail(test, '`is`, `matches`, `exists` or `absent`', GUARD_WORDS);
  let rest = ' ' + (match[3] ?? '');
  let assume = false;
  let absent = false;
  for (let more = true; more; ) {
    more = false;
    const tail = /\s+or (unknown|absent)\s*$/.exec(rest);
    if (!tail) break;
    if (tail[1] === 'unknown') assume = true;
    else absent = true;
    rest = rest.slice(0, tail.index);
    more = true;
  }
  rest = rest.trim();
  const bare = test === 'exists' || test === 'absent';
  if (bare !== (rest === ''))
    return fail(text, bare ? `nothing but \`or unknown\` after \`${test}\`` : `a value after \`${test}\``);
  const values: (string | number | boolean | null)[] = bare
    ? []
    : test === 'is'
      ? rest.split('|').map(constant)
      : [rest];
  if (test === 'matches' && !isRegularExpression(rest)) return fail(rest, 'a regular expression');
  if (absent) values.push(null);
  return ok({ place: place.value, test: test as Guard['test'], values, assume });
}

/** The members that end a path, or those before the `()` that end it. */
export function lastMembers(steps: readonly Step[]): readonly string[] {
  let end = steps.length;
  while (end > 0 && steps[end - 1]!.step !== 'member') end--;
  let start = end;
  while (start > 0 && steps[start - 1]!.step === 'member') start--;
  return steps.slice(start, end).map((step) => (step.step === 'member' ? step.name : ''));
}
