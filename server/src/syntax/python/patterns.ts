// What is assigned to: names, attributes, subscripts, nested tuples, and the patterns of match statements.
import type { Ref } from '../../graph/specs.ts';
import { bind, deeper, gap, type Lowering, span, text } from './context.ts';
import { elementOf, expression, isKept } from './expressions.ts';
import { captureOf } from './scopes.ts';
import { constantString } from './strings.ts';
import { childAt, childOf, children, Field, firstChild, Syntax } from './tree.ts';

const sequences = new Set<number>([
  Syntax.pattern_list,
  Syntax.tuple_pattern,
  Syntax.list_pattern,
  Syntax.tuple,
  Syntax.list,
  Syntax.expression_list,
]);
const stars = new Set<number>([Syntax.list_splat_pattern, Syntax.list_splat]);

/** Assigns `value` to target node `n`. Gives the new definition where the target is a name. */
export function assignTarget(l: Lowering, n: number, value: Ref): Ref | undefined {
  const t = l.t;
  const kind = t.kinds[n]!;
  if (kind === Syntax.identifier) return bind(l, text(l, n), value, span(l, n));
  if (kind === Syntax.attribute) {
    const object = childAt(t, n, Field.object);
    const name = childAt(t, n, Field.attribute);
    if (object >= 0 && name >= 0) l.b.store(expression(l, object), text(l, name), value, span(l, n));
    return undefined;
  }
  if (kind === Syntax.subscript) {
    const base = childAt(t, n, Field.value);
    if (base < 0) return undefined;
    const place = expression(l, base);
    // `futures[pool.submit(f, x)] = x`: walking the dict gives its keys.
    const element = elementOf(l, n, (key, at) => {
      if (isKept(l, at)) l.b.store(place, undefined, key, span(l, n));
    });
    // `xs[a:b] = ys` puts the elements of ys into xs.
    const put = childOf(t, n, Syntax.slice) >= 0 ? l.b.load(value, undefined, span(l, n)) : value;
    l.b.store(place, element, put, span(l, n));
    return undefined;
  }
  return deeper(
    l,
    n,
    () => {
      if (sequences.has(kind)) unpack(l, children(t, n), value);
      else if (kind === Syntax.parenthesized_expression || kind === Syntax.as_pattern_target || stars.has(kind)) {
        const inner = firstChild(t, n);
        return inner >= 0 ? assignTarget(l, inner, value) : undefined;
      } else {
        gap(l, n, 'assignment target');
        expression(l, n);
      }
      return undefined;
    },
    () => undefined,
  );
}

function unpack(l: Lowering, targets: readonly number[], value: Ref): void {
  let starred = false;
  targets.forEach((target, i) => {
    const at = span(l, target);
    if (stars.has(l.t.kinds[target]!)) {
      starred = true;
      const rest = l.b.allocate('list', [{ element: undefined, value: l.b.load(value, undefined, at) }], at);
      assignTarget(l, target, rest);
    } else assignTarget(l, target, l.b.load(value, starred ? undefined : String(i), at));
  });
}

/**
 * Assigns the values of `a, b = x, y` one to one, without the tuple between them. Gives false where the two sides do not
 * match by count alone; then nothing has been done.
 */
export function assignPairwise(l: Lowering, left: number, right: number): boolean {
  const t = l.t;
  const rightKind = t.kinds[right];
  if (!sequences.has(t.kinds[left]!) || (rightKind !== Syntax.expression_list && rightKind !== Syntax.tuple))
    return false;
  const targets = children(t, left);
  const sources = children(t, right);
  if (targets.length !== sources.length || targets.length === 0) return false;
  if ([...targets, ...sources].some((c) => stars.has(t.kinds[c]!))) return false;
  const values = sources.map((c) => expression(l, c));
  targets.forEach((target, i) => {
    // What was read from a name may be another object by now: `a, b = b, a`.
    const value = values[i]!;
    assignTarget(l, target, value.variable && !value.base ? { node: value.node } : value);
  });
  return true;
}

/** Binds the captures of match pattern `n` from `subject`. */
export function matchPattern(l: Lowering, n: number, subject: Ref): void {
  deeper(
    l,
    n,
    () => {
      const t = l.t;
      switch (t.kinds[n]) {
        case Syntax.case_pattern:
        case Syntax.union_pattern:
        case Syntax.parenthesized_expression:
          for (const c of children(t, n)) matchPattern(l, c, subject);
          return;
        case Syntax.identifier:
        case Syntax.dotted_name: {
          const name = captureOf(t, n);
          if (name !== '') bind(l, name, subject, span(l, n));
          return;
        }
        case Syntax.splat_pattern: {
          const name = firstChild(t, n);
          if (name >= 0) matchPattern(l, name, l.b.either([subject], span(l, n)));
          return;
        }
        case Syntax.as_pattern: {
          const parts = children(t, n);
          parts.forEach((c, i) => {
            if (i === 0 || t.kinds[c] !== Syntax.as_pattern_target) matchPattern(l, c, subject);
            else assignTarget(l, c, subject);
          });
          return;
        }
        case Syntax.list_pattern:
        case Syntax.tuple_pattern:
          return matchSequence(l, n, subject);
        case Syntax.dict_pattern:
          return matchMapping(l, n, subject);
        case Syntax.class_pattern:
          return matchClass(l, n, subject);
      }
    },
    () => undefined,
  );
}

function matchSequence(l: Lowering, n: number, subject: Ref): void {
  const parts = children(l.t, n);
  // A single pattern in parentheses without a comma only groups.
  if (l.t.kinds[n] === Syntax.tuple_pattern && parts.length === 1 && !text(l, n).includes(',')) {
    matchPattern(l, parts[0]!, subject);
    return;
  }
  let starred = false;
  parts.forEach((c, i) => {
    if (childOf(l.t, c, Syntax.splat_pattern) >= 0 || l.t.kinds[c] === Syntax.splat_pattern) {
      starred = true;
      matchPattern(l, c, subject);
    } else matchPattern(l, c, l.b.load(subject, starred ? undefined : String(i), span(l, c)));
  });
}

function matchMapping(l: Lowering, n: number, subject: Ref): void {
  let key: string | undefined;
  for (const c of children(l.t, n)) {
    const field = l.t.fields[c];
    if (field === Field.key) key = constantString(l.t, c);
    else if (field === Field.value) matchPattern(l, c, l.b.load(subject, key, span(l, c)));
    else matchPattern(l, c, subject);
  }
}

function matchClass(l: Lowering, n: number, subject: Ref): void {
  children(l.t, n).forEach((c, i) => {
    if (i === 0) return;
    const keyword = l.t.kinds[c] === Syntax.case_pattern ? childOf(l.t, c, Syntax.keyword_pattern) : c;
    if (keyword >= 0 && l.t.kinds[keyword] === Syntax.keyword_pattern) {
      const [name, value] = children(l.t, keyword);
      if (name !== undefined && value !== undefined) {
        matchPattern(l, value, l.b.load(subject, text(l, name), span(l, value)));
      }
    } else matchPattern(l, c, l.b.load(subject, undefined, span(l, c)));
  });
}
