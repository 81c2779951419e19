// Binary operators. A chain such as `a + b + c` is read from its left end without recursion, and becomes one value: text with
// holes where the source shows that it is text, a choice where it may be lists.
import type { Ref } from '../../graph/specs.ts';
import { type Lowering, span, text, unwrap } from './context.ts';
import { expression, hole } from './expressions.ts';
import { constantString, percentPieces, stringPieces } from './strings.ts';
import { childAt, children, Field, Syntax } from './tree.ts';

type Part = string | Ref;

/** A `+` or `/` chain that is still being read. */
interface Chain {
  operator: '' | '+' | '/';
  readonly parts: Part[];
  /** Whether a part shows that this is text, or that it is a number. */
  textual: boolean;
  numeric: boolean;
}

/** The value of a binary operator node. */
export function binary(l: Lowering, n: number): Ref {
  const t = l.t;
  const links: number[] = [];
  let at = n;
  while (t.kinds[at] === Syntax.binary_operator) {
    links.push(at);
    const left = childAt(t, at, Field.left);
    if (left < 0) break;
    at = left;
  }
  let chain = start(l, at);
  for (let link = links.pop(); link !== undefined; link = links.pop()) {
    const left = childAt(t, link, Field.left);
    const right = childAt(t, link, Field.right);
    if (right < 0) continue;
    const operator = operatorOf(l, link);
    if (operator === '+' || operator === '/') {
      if (chain.operator !== '' && chain.operator !== operator) {
        chain = { ...chain, operator: '', parts: [finish(l, chain, left)] };
      }
      chain.operator = operator;
      if (operator === '/') chain.parts.push('/');
      add(l, chain, right);
    } else {
      const textual = operator === '%' && chain.textual;
      const value = other(l, link, operator, chain, left, right);
      chain = { operator: '', parts: [value], textual, numeric: arithmetic.has(operator) };
    }
  }
  return finish(l, chain, n);
}

const arithmetic = new Set(['-', '//', '**', '^', '<<', '@']);

/** An operator that does not build chains. */
function other(l: Lowering, n: number, operator: string, chain: Chain, left: number, right: number): Ref {
  const at = span(l, n);
  if (operator === '%' && chain.parts.length === 1 && typeof chain.parts[0] === 'string') {
    return percent(l, n, chain.parts[0], right);
  }
  const first = finish(l, chain, left);
  const second = expression(l, right);
  const numeric = chain.numeric || isNumber(l, right);
  if (operator === '%') return numeric ? l.b.measure([first, second], at, '%') : l.b.text([first, second], at, '%');
  // Union of dicts and sets; a chain of steps in libraries that overload it, where what is made on the right takes what is on the
  // left.
  if (operator === '|')
    return makesStep(l, right)
      ? l.b.call(l.b.load(second, '__ror__', span(l, right)), [{ value: first }], span(l, right))
      : l.b.either([first, second], at);
  // Hardly ever arithmetic in the code that we read: libraries overload it to join steps.
  if (operator === '>>' && !numeric) return l.b.call(l.b.load(first, '__rshift__', at), [{ value: second }], at);
  // Repeats a list or a text; where it is arithmetic, content has hardly ever got so far.
  if (operator === '*') return l.b.either([first, second], at);
  return l.b.measure([first, second], at);
}

function start(l: Lowering, n: number): Chain {
  const chain: Chain = { operator: '', parts: [], textual: false, numeric: false };
  add(l, chain, n);
  return chain;
}

function add(l: Lowering, chain: Chain, n: number): void {
  const literal = unwrap(l.t, n);
  if (isLiteral(l, literal)) {
    chain.textual = true;
    for (const piece of stringPieces(l.t, literal))
      chain.parts.push(typeof piece === 'string' ? piece : hole(l, piece));
    if (stringPieces(l.t, literal).length === 0) chain.parts.push('');
    return;
  }
  chain.textual ||= isText(l, literal);
  chain.numeric ||= isNumber(l, literal);
  chain.parts.push(expression(l, n));
}

function finish(l: Lowering, chain: Chain, n: number): Ref {
  const only = chain.parts[0];
  if (chain.parts.length === 1 && only !== undefined && typeof only !== 'string') return only;
  if (chain.textual) return joined(l, chain.parts, n);
  const values = chain.parts.filter((p) => typeof p !== 'string');
  if (chain.numeric) return l.b.measure(values, span(l, n));
  // `/` between names joins paths more often than it divides anything that matters.
  return chain.operator === '/' ? joined(l, chain.parts, n) : l.b.either(values, span(l, n));
}

/** Text made of `parts` in order: a constant where no part is a value. */
export function joined(l: Lowering, parts: readonly Part[], n: number): Ref {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged.length - 1;
    if (typeof part === 'string' && typeof merged[last] === 'string') merged[last] = `${merged[last]}${part}`;
    else if (part !== '') merged.push(part);
  }
  const only = merged[0];
  if (merged.length === 0) return l.b.constant('', span(l, n));
  if (merged.length === 1 && typeof only === 'string') return l.b.constant(only, span(l, n));
  return l.b.template(merged, span(l, n));
}

/** `format % right`: the pieces of the format with the values in their places, where the source shows which is which. */
function percent(l: Lowering, n: number, format: string, right: number): Ref {
  const pieces = percentPieces(format);
  const positional = pieces.filter((p) => p === true).length;
  const source = unwrap(l.t, right);
  const values =
    l.t.kinds[source] === Syntax.tuple ? children(l.t, source).map((c) => expression(l, c)) : [expression(l, right)];
  const named = pieces.some((p) => typeof p === 'object');
  if (named ? values.length !== 1 || positional > 0 : values.length !== positional) return l.b.text(values, span(l, n));
  let next = 0;
  const parts = pieces.map((p): Part => {
    if (typeof p === 'string') return p;
    return p === true ? values[next++]! : l.b.load(values[0]!, p.key, span(l, right));
  });
  return joined(l, parts, n);
}

/** What `target operator= value` leaves in the target. */
export function augmented(l: Lowering, n: number, operator: string, before: Ref, right: number): Ref {
  const at = span(l, n);
  if (operator === '+') {
    const chain: Chain = { operator: '+', parts: [before], textual: false, numeric: false };
    add(l, chain, right);
    return finish(l, chain, n);
  }
  const value = expression(l, right);
  if (operator === '|') return l.b.either([before, value], at);
  if (operator === '%' && !isNumber(l, right)) return l.b.text([before, value], at, '%');
  if (operator === '/' && isText(l, right)) return l.b.template([before, '/', value], at);
  // A set or list without some of its elements, a list repeated: still what it was.
  if ((operator === '-' || operator === '*' || operator === '&') && !isNumber(l, right))
    return l.b.either([before], at);
  return l.b.measure([before, value], at, operator === '%' ? '%' : undefined);
}

function operatorOf(l: Lowering, n: number): string {
  const operator = childAt(l.t, n, Field.operator);
  return operator >= 0 ? text(l, operator) : '';
}

function isLiteral(l: Lowering, n: number): boolean {
  return l.t.kinds[n] === Syntax.string || l.t.kinds[n] === Syntax.concatenated_string;
}

/** Whether the source shows that `n` is a list or tuple. */
export function isList(l: Lowering, n: number): boolean {
  const kind = l.t.kinds[unwrap(l.t, n)];
  return kind === Syntax.list || kind === Syntax.list_comprehension || kind === Syntax.tuple;
}

/** Whether the source shows that `n` is made on the spot: by a call, or as a step with a label (`'ask' >> Map(ask)`). */
function makesStep(l: Lowering, n: number): boolean {
  const at = unwrap(l.t, n);
  if (at < 0) return false;
  if (l.t.kinds[at] === Syntax.binary_operator) return operatorOf(l, at) === '>>';
  return l.t.kinds[at] === Syntax.call;
}

const textMethods = /^(join|format|strip|lower|upper|replace|rstrip|lstrip)$/;

/** Whether the source shows that `n` is text. */
function isText(l: Lowering, n: number): boolean {
  const at = unwrap(l.t, n);
  if (at < 0 || isLiteral(l, at)) return at >= 0;
  if (l.t.kinds[at] !== Syntax.call) return false;
  const callee = childAt(l.t, at, Field.function);
  if (callee < 0) return false;
  if (l.t.kinds[callee] === Syntax.identifier) return text(l, callee) === 'str';
  if (l.t.kinds[callee] !== Syntax.attribute) return false;
  const object = childAt(l.t, callee, Field.object);
  const name = childAt(l.t, callee, Field.attribute);
  return object >= 0 && name >= 0 && constantString(l.t, object) !== undefined && textMethods.test(text(l, name));
}

const numbers = /^(len|int|float|sum|abs|round|ord)$/;

/** Whether the source shows that `n` is a number. */
function isNumber(l: Lowering, n: number): boolean {
  const at = unwrap(l.t, n);
  switch (l.t.kinds[at]) {
    case Syntax.integer:
    case Syntax.float:
    case Syntax.unary_operator:
    case Syntax.comparison_operator:
    case Syntax.not_operator:
      return true;
    case Syntax.binary_operator:
      return arithmetic.has(operatorOf(l, at));
    case Syntax.call: {
      const callee = childAt(l.t, at, Field.function);
      return callee >= 0 && l.t.kinds[callee] === Syntax.identifier && numbers.test(text(l, callee));
    }
    default:
      return false;
  }
}
