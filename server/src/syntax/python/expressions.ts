// Expressions: every kind of the grammar to what it means for values.
import { INSTANCE } from '../../graph/graph.ts';
import type { ArgumentSpec, Ref, Span } from '../../graph/specs.ts';
import { DEPTH_LIMIT, deeper, gap, type Lowering, span, text, unwrap } from './context.ts';
import { lambda } from './functions.ts';
import { binary, joined } from './operators.ts';
import { assignTarget } from './patterns.ts';
import { constantString, stringPieces } from './strings.ts';
import { childAt, childOf, children, Field, firstChild, Syntax, type SyntaxName, textOf } from './tree.ts';

type Handler = (l: Lowering, n: number) => Ref;

/** The value of expression node `n`. */
export function expression(l: Lowering, n: number): Ref {
  const kind = l.t.kinds[n]!;
  // By far the most frequent: not worth a level of nesting.
  if (kind === Syntax.identifier) return l.b.read(text(l, n), span(l, n));
  if (l.depth >= DEPTH_LIMIT) return gap(l, n, 'nesting too deep');
  l.depth++;
  const value = (handlers[kind] ?? notUnderstood)(l, n);
  l.depth--;
  return value;
}

/** The value of child `n`, or nothing where the parser found none. */
export function optional(l: Lowering, n: number): Ref | undefined {
  return n < 0 ? undefined : expression(l, n);
}

/** The path element that subscript node `n` names, or undefined for any. Evaluates the index; `computed` is given a key that is not constant. */
export function elementOf(l: Lowering, n: number, computed?: (key: Ref, n: number) => void): string | undefined {
  const t = l.t;
  let element: string | undefined;
  let count = 0;
  for (let c = n + 1; c < t.next[n]!; c = t.next[c]!) {
    if (t.fields[c] !== Field.subscript) continue;
    count++;
    const key = constantKey(l, c);
    const value = key === undefined ? expression(l, c) : undefined;
    if (value !== undefined) computed?.(value, c);
    element = count === 1 ? key : undefined;
  }
  return element;
}

/** Whether the subscript at `key` is all that stands in the brackets of node `n`. */
function isOnlyKey({ t }: Lowering, n: number, key: number): boolean {
  return childAt(t, n, Field.subscript) === key && t.next[key] === t.next[n];
}

/** The path element that a constant key names: text, or a number that is no position from the end. */
function constantKey(l: Lowering, n: number): string | undefined {
  const kind = l.t.kinds[n];
  if (kind === Syntax.integer) {
    const value = numberOf(text(l, n));
    return value === undefined ? undefined : String(value);
  }
  return constantString(l.t, n);
}

function numberOf(source: string): number | undefined {
  if (/^(?:0|[1-9]\d*)$/.test(source)) return Number(source);
  let digits = source.replaceAll('_', '').replace(/[lL]$/, '');
  if (/^0\d/.test(digits) && !/[.eE]/.test(digits)) digits = `0o${digits.slice(1)}`;
  const value = Number(digits);
  return Number.isNaN(value) ? undefined : value;
}

function notUnderstood(l: Lowering, n: number): Ref {
  gap(l, n);
  const parts = children(l.t, n).map((c) => expression(l, c));
  return parts.length > 0 ? l.b.either(parts, span(l, n)) : l.b.unknown(span(l, n));
}

/** A chain of `.name`, `(…)`, `[…]` and `await`, walked without recursion: such chains grow long. */
function postfix(l: Lowering, n: number): Ref {
  const t = l.t;
  const chain: number[] = [];
  let at = n;
  for (;;) {
    const inner = operandOf(l, at);
    if (inner < 0) break;
    chain.push(at);
    at = inner;
  }
  // The grammar takes the star of `[*a.b(c)]` for a part of `a`: there too the chain begins behind it.
  const starred = t.kinds[at] === Syntax.list_splat && chain.length > 0 ? firstChild(t, at) : -1;
  const spanOf = (link: number): Span =>
    starred < 0 ? span(l, link) : { start: t.starts[starred]!, end: t.ends[link]! };
  const parent = ofParent(l, at, chain);
  if (parent) chain.length -= parent.links;
  let value = parent?.value ?? expression(l, at);
  for (let link = chain.pop(); link !== undefined; link = chain.pop()) {
    const kind = t.kinds[link];
    if (kind === Syntax.attribute) {
      const name = childAt(t, link, Field.attribute);
      const member = name >= 0 ? text(l, name) : undefined;
      // The fields of an object, under their names, are the object.
      if (member !== '__dict__') value = l.b.load(value, member, spanOf(link));
    } else if (kind === Syntax.call) {
      const onSelf = link === parent?.call;
      if (onSelf) value = { node: value.node, base: l.b.read(l.self!, spanOf(link)) };
      const args = callArguments(l, link);
      value = l.b.call(value, onSelf ? args.slice(parent.selves) : args, spanOf(link));
    } else if (kind === Syntax.subscript) {
      let key: Ref | undefined;
      const element = elementOf(l, link, (made, place) => {
        // One of several (`table[row, NAME]`) is no key by itself, whatever it is called.
        key = isOnlyKey(l, link, place) ? made : { node: made.node };
      });
      const sliced = childOf(t, link, Syntax.slice) >= 0;
      value = sliced ? l.b.slice(value, key ? [key] : [], spanOf(link)) : l.b.load(value, element, spanOf(link), key);
    }
  }
  return value;
}

/** A method of a base class that is called on the instance at hand. */
interface OfParent {
  /** What an instance of the base holds; where it is made, as `super().__init__` does, the base itself. */
  readonly value: Ref;
  /** How many links of the chain that is. */
  readonly links: number;
  /** The call, and how many of its arguments are the instance. */
  readonly call: number | undefined;
  readonly selves: number;
}

/** What stands at the beginning of a chain `super().m(…)` or `Base.m(self, …)`. */
function ofParent(l: Lowering, at: number, chain: readonly number[]): OfParent | undefined {
  const t = l.t;
  if (l.self === undefined || l.bases.length === 0 || t.kinds[at] !== Syntax.identifier) return undefined;
  const name = text(l, at);
  const isSuper = name === 'super' && t.kinds[chain[chain.length - 1]!] === Syntax.call;
  const bases = isSuper ? l.bases : l.bases.filter((base) => text(l, base) === name);
  const before = chain.length - (isSuper ? 2 : 1);
  const link = chain[before];
  const call = chain[before - 1];
  const isMethod = link !== undefined && t.kinds[link] === Syntax.attribute && call !== undefined;
  if (!isSuper && (bases.length === 0 || !isMethod || !takesSelf(l, call))) return undefined;
  const member = isMethod ? childAt(t, link, Field.attribute) : -1;
  const isMade = member >= 0 && text(l, member) === '__init__';
  const values = bases.map((base) => {
    const value = expression(l, t.kinds[base] === Syntax.subscript ? firstChild(t, base) : base);
    return isMade ? value : l.b.load(value, INSTANCE, span(l, at));
  });
  const value = values.length === 1 ? values[0]! : l.b.either(values, span(l, at));
  return { value, links: (isSuper ? 1 : 0) + (isMade ? 1 : 0), call, selves: isSuper ? 0 : 1 };
}

/** Whether a call is given the instance at hand first. */
function takesSelf(l: Lowering, call: number): boolean {
  const list = l.t.kinds[call] === Syntax.call ? childAt(l.t, call, Field.arguments) : -1;
  const first = list < 0 ? undefined : children(l.t, list)[0];
  return first !== undefined && l.t.kinds[first] === Syntax.identifier && text(l, first) === l.self;
}

/** What a link of a postfix chain stands on, or -1 where node `n` is no such link. */
function operandOf(l: Lowering, n: number): number {
  switch (l.t.kinds[n]) {
    case Syntax.attribute:
      return childAt(l.t, n, Field.object);
    case Syntax.call:
      return childAt(l.t, n, Field.function);
    case Syntax.subscript:
      return childAt(l.t, n, Field.value);
    case Syntax.await:
      return firstChild(l.t, n);
    default:
      return -1;
  }
}

/** The arguments of call node `n`. */
export function callArguments(l: Lowering, n: number): ArgumentSpec[] {
  const list = childAt(l.t, n, Field.arguments);
  if (list < 0) return [];
  if (l.t.kinds[list] !== Syntax.argument_list) return [{ value: expression(l, list) }];
  return children(l.t, list).map((c) => argument(l, c));
}

/** One argument as it stands in an argument list. */
export function argument(l: Lowering, n: number): ArgumentSpec {
  const t = l.t;
  switch (t.kinds[n]) {
    case Syntax.keyword_argument: {
      const name = childAt(t, n, Field.name);
      const value = optional(l, childAt(t, n, Field.value)) ?? l.b.unknown(span(l, n));
      return { value, kind: 'keyword', name: name >= 0 ? textOf(t, name) : '' };
    }
    case Syntax.list_splat:
      return { value: inner(l, n), kind: 'spread' };
    case Syntax.dictionary_splat:
      return { value: inner(l, n), kind: 'keyword-spread' };
    default:
      return { value: expression(l, n) };
  }
}

/** The value of a node that only wraps another. */
function inner(l: Lowering, n: number): Ref {
  const parts = children(l.t, n);
  if (parts.length === 1) return expression(l, parts[0]!);
  return parts.length === 0 ? l.b.unknown(span(l, n)) : sequence('tuple')(l, n);
}

const STAR = 42;

function sequence(kind: 'list' | 'tuple' | 'set'): Handler {
  return (l, n) => {
    let position = kind === 'tuple' ? 0 : -1;
    const entries = children(l.t, n).map((c) => {
      const childKind = l.t.kinds[c];
      const splat = childKind === Syntax.list_splat || childKind === Syntax.parenthesized_list_splat;
      if (splat || l.t.text.charCodeAt(l.t.starts[c]!) === STAR) {
        position = -1;
        return { element: undefined, value: splat ? inner(l, c) : expression(l, c), spread: true };
      }
      const element = position < 0 ? undefined : String(position++);
      return { element, value: expression(l, c) };
    });
    return l.b.allocate(kind, entries, span(l, n));
  };
}

function dictionary(l: Lowering, n: number): Ref {
  const entries: { element: string | undefined; value: Ref; spread?: boolean }[] = [];
  for (const c of children(l.t, n)) {
    const kind = l.t.kinds[c];
    if (kind === Syntax.dictionary_splat) entries.push({ element: undefined, value: inner(l, c), spread: true });
    else if (kind === Syntax.pair) entries.push(...pair(l, c));
    else notUnderstood(l, c);
  }
  return l.b.allocate('dict', entries, span(l, n));
}

/** Whether walking a dict may give the key at node `n` again: what a call makes or a variable holds. */
export function isKept(l: Lowering, n: number): boolean {
  return l.t.kinds[n] === Syntax.call || l.t.kinds[n] === Syntax.identifier;
}

/** What a key and its value put into a dict. A key that a call makes (`{pool.submit(f, x): x}`) is what walking the dict gives. */
function pair(l: Lowering, n: number): { element: string | undefined; value: Ref }[] {
  const key = childAt(l.t, n, Field.key);
  const value = childAt(l.t, n, Field.value);
  const element = key >= 0 ? constantKey(l, key) : undefined;
  const made = key >= 0 && element === undefined ? expression(l, key) : undefined;
  const entry = { element, value: optional(l, value) ?? l.b.unknown(span(l, n)) };
  return made !== undefined && isKept(l, key) ? [{ element: undefined, value: made }, entry] : [entry];
}

function comprehension(kind: 'list' | 'set' | 'dict'): Handler {
  return (l, n) => {
    const t = l.t;
    const made = l.b.allocate(kind, [], span(l, n));
    const body = childAt(t, n, Field.body);
    const clauses = children(t, n).filter((c) => c !== body);
    const outerClass = l.inClass;
    let scoped = false;
    const run = (i: number): void => {
      const clause = clauses[i];
      if (clause === undefined) {
        if (body < 0) return;
        const entries =
          t.kinds[body] === Syntax.pair ? pair(l, body) : [{ element: undefined, value: expression(l, body) }];
        for (const entry of entries) l.b.fill(made, entry.element, entry.value);
      } else if (t.kinds[clause] === Syntax.for_in_clause) {
        const subjects = children(t, clause).filter((c) => t.fields[c] === Field.right);
        const values = subjects.map((c) => expression(l, c));
        const subject = values.length === 1 ? values[0]! : l.b.either(values, span(l, clause));
        // The first subject belongs to the scope outside.
        if (!scoped) l.b.pushScope();
        scoped = true;
        l.inClass = false;
        const left = childAt(t, clause, Field.left);
        declareTargets(l, left);
        const async = childOf(t, clause, Syntax.async) >= 0;
        const target = left < 0 ? undefined : span(l, left);
        l.b.loop({ form: 'comprehension', async, subject, target, ...span(l, n) }, (element) => {
          if (element && left >= 0) assignTarget(l, left, element);
          deeper(
            l,
            clause,
            () => run(i + 1),
            () => undefined,
          );
        });
      } else if (t.kinds[clause] === Syntax.if_clause) {
        const condition = inner(l, clause);
        const last = t.ends[n]!;
        const rest = {
          start: t.starts[clause]!,
          end: last,
          run: () =>
            deeper(
              l,
              clause,
              () => run(i + 1),
              () => undefined,
            ),
        };
        l.b.alternatives(condition, [rest], false);
      } else {
        notUnderstood(l, clause);
        run(i + 1);
      }
    };
    run(0);
    if (scoped) l.b.popScope();
    l.inClass = outerClass;
    return made;
  };
}

function declareTargets(l: Lowering, n: number): void {
  if (n < 0) return;
  const t = l.t;
  for (let i = n; i < t.next[n]!; i++) {
    const kind = t.kinds[i];
    if (kind === Syntax.identifier) l.b.declare(text(l, i));
    else if (kind === Syntax.attribute || kind === Syntax.subscript || kind === Syntax.call) i = t.next[i]! - 1;
  }
}

function stringLiteral(l: Lowering, n: number): Ref {
  return joined(
    l,
    stringPieces(l.t, n).map((p) => (typeof p === 'string' ? p : hole(l, p))),
    n,
  );
}

/** The value of an interpolation in a string. */
export function hole(l: Lowering, n: number): Ref {
  return optional(l, childAt(l.t, n, Field.expression)) ?? l.b.unknown(span(l, n));
}

function booleanOperator(l: Lowering, n: number): Ref {
  const t = l.t;
  const operands: number[] = [];
  let at = n;
  while (t.kinds[at] === Syntax.boolean_operator) {
    const right = childAt(t, at, Field.right);
    if (right >= 0) operands.push(right);
    const left = childAt(t, at, Field.left);
    if (left < 0) break;
    at = left;
  }
  operands.push(at);
  return l.b.choice(
    operands.reverse().map((c) => expression(l, c)),
    span(l, n),
  );
}

function measured(l: Lowering, n: number): Ref {
  const t = l.t;
  const parts = children(t, n).filter((c) => t.kinds[c] !== Syntax.operator);
  return l.b.measure(
    parts.map((c) => expression(l, c)),
    span(l, n),
  );
}

function unary(l: Lowering, n: number): Ref {
  const argument = unwrap(l.t, childAt(l.t, n, Field.argument));
  const operator = childAt(l.t, n, Field.operator);
  if (argument >= 0 && (l.t.kinds[argument] === Syntax.integer || l.t.kinds[argument] === Syntax.float)) {
    const value = numberOf(text(l, argument));
    const sign = operator >= 0 ? text(l, operator) : '';
    if (value !== undefined && sign !== '~') return l.b.constant(sign === '-' ? -value : value, span(l, n));
  }
  return measured(l, n);
}

function conditional(l: Lowering, n: number): Ref {
  const [yes, condition, no] = children(l.t, n);
  if (condition !== undefined) expression(l, condition);
  const values = [yes, no].filter((c) => c !== undefined).map((c) => expression(l, c));
  return l.b.choice(values, span(l, n));
}

function named(l: Lowering, n: number): Ref {
  const name = childAt(l.t, n, Field.name);
  const value = optional(l, childAt(l.t, n, Field.value)) ?? l.b.unknown(span(l, n));
  return name >= 0 ? l.b.assign(text(l, name), value, span(l, name)) : value;
}

function yielded(l: Lowering, n: number): Ref {
  const all = /^yield\s+from\b/.test(text(l, n).slice(0, 40));
  const value = childOf(l.t, n, Syntax.expression_list) >= 0 || firstChild(l.t, n) >= 0 ? inner(l, n) : undefined;
  return l.b.yields(value, all || l.makesContext, span(l, n));
}

function number(l: Lowering, n: number): Ref {
  const value = numberOf(text(l, n));
  return value === undefined ? l.b.measure([], span(l, n)) : l.b.constant(value, span(l, n));
}

/** A name with type arguments that stands where a value is expected. */
function generic(l: Lowering, n: number): Ref {
  const base = firstChild(l.t, n);
  return base < 0 ? l.b.unknown(span(l, n)) : l.b.load(expression(l, base), undefined, span(l, n));
}

/** The bounds of a slice: what stands at the end of it is the upper one, unless there is a step. */
function slice(l: Lowering, n: number): Ref {
  const bounds = l.b.measure(
    children(l.t, n).map((c) => expression(l, c)),
    span(l, n),
  );
  return text(l, n).split(':').length > 2 ? l.b.measure([bounds], span(l, n)) : bounds;
}

const table: Partial<Record<SyntaxName, Handler>> = {
  attribute: postfix,
  call: postfix,
  subscript: postfix,
  await: postfix,
  string: stringLiteral,
  concatenated_string: stringLiteral,
  integer: number,
  float: number,
  true: (l, n) => l.b.constant(true, span(l, n)),
  false: (l, n) => l.b.constant(false, span(l, n)),
  none: (l, n) => l.b.constant(null, span(l, n)),
  ellipsis: (l, n) => l.b.unknown(span(l, n)),
  list: sequence('list'),
  list_pattern: sequence('list'),
  tuple: sequence('tuple'),
  tuple_pattern: sequence('tuple'),
  expression_list: sequence('tuple'),
  pattern_list: sequence('tuple'),
  set: sequence('set'),
  dictionary,
  list_comprehension: comprehension('list'),
  generator_expression: comprehension('list'),
  set_comprehension: comprehension('set'),
  dictionary_comprehension: comprehension('dict'),
  parenthesized_expression: inner,
  list_splat: inner,
  list_splat_pattern: inner,
  dictionary_splat: inner,
  dictionary_splat_pattern: inner,
  parenthesized_list_splat: inner,
  keyword_argument: (l, n) => argument(l, n).value,
  as_pattern: (l, n) => {
    const value = firstChild(l.t, n);
    return value < 0 ? l.b.unknown(span(l, n)) : expression(l, value);
  },
  type: inner,
  generic_type: generic,
  binary_operator: binary,
  boolean_operator: booleanOperator,
  comparison_operator: measured,
  not_operator: measured,
  unary_operator: unary,
  conditional_expression: conditional,
  named_expression: named,
  lambda,
  yield: yielded,
  slice,
  dotted_name: (l, n) => {
    const [first, ...rest] = text(l, n).split('.');
    return rest.reduce((base, name) => l.b.load(base, name.trim(), span(l, n)), l.b.read(first!.trim(), span(l, n)));
  },
};

const handlers: (Handler | undefined)[] = [];
for (const [name, handler] of Object.entries(table)) handlers[Syntax[name as SyntaxName]] = handler;
