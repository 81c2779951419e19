// Functions, lambdas, classes and their decorators.

import type { FunctionInfo } from '../../graph/graph.ts';
import type { ParameterSpec, Ref } from '../../graph/specs.ts';
import { annotation } from './annotations.ts';
import { bind, deeper, gap, type Lowering, span, text } from './context.ts';
import { argument, expression, optional } from './expressions.ts';
import { assignTarget } from './patterns.ts';
import { boundNames } from './scopes.ts';
import { block } from './statements.ts';
import { childAt, childOf, children, Field, firstChild, Syntax } from './tree.ts';

type Binding = FunctionInfo['binding'];

/** A definition that stands alone. */
export function definition(l: Lowering, n: number): void {
  decorate(l, n, []);
}

/** `@decorator` lines and the definition under them. */
export function decorated(l: Lowering, n: number): void {
  const target = childAt(l.t, n, Field.definition);
  const decorators = children(l.t, n).filter((c) => l.t.kinds[c] === Syntax.decorator);
  if (target >= 0) decorate(l, target, decorators);
  else for (const c of decorators) gap(l, c);
}

function decorate(l: Lowering, n: number, decorators: readonly number[]): void {
  const nameNode = childAt(l.t, n, Field.name);
  const name = nameNode >= 0 ? text(l, nameNode) : '';
  const isClass = l.t.kinds[n] === Syntax.class_definition;
  let binding: Binding = l.inClass ? implicitBinding(name) : 'none';
  let accessor = false;
  let makesContext = false;
  const wrappers: { node: number; value: Ref }[] = [];
  for (const decorator of decorators) {
    const inner = firstChild(l.t, decorator);
    if (inner < 0) continue;
    const path = text(l, inner);
    const special = !isClass && l.inClass ? bindings[path.split('.').pop()!] : undefined;
    if (special !== undefined) binding = special;
    else if (!isClass && l.inClass && (path === `${name}.setter` || path === `${name}.deleter`)) accessor = true;
    else if (!isClass && l.inClass && path === `${name}.getter`) binding = 'property';
    else {
      makesContext ||= /^(?:contextlib\.)?(?:async)?contextmanager$/.test(path);
      wrappers.push({ node: decorator, value: expression(l, inner) });
    }
  }
  let value = deeper(
    l,
    n,
    () => (isClass ? classValue(l, n, name) : functionValue(l, n, name, binding, makesContext)),
    () => l.b.unknown(span(l, n)),
  );
  for (const { node, value: decorator } of wrappers.reverse()) {
    value = l.b.call(decorator, [{ value }], span(l, node), 'decorator');
  }
  if (name === '') return;
  // A setter must not hide the property that it belongs to.
  const bound = accessor ? `${name}.setter` : name;
  bind(l, bound, value, span(l, nameNode));
}

const bindings: Readonly<Record<string, Binding>> = {
  staticmethod: 'static',
  classmethod: 'class',
  property: 'property',
  cached_property: 'property',
  abstractproperty: 'property',
};

/** What a method is bound to without a decorator: Python makes a few of them class methods by name. */
function implicitBinding(name: string): Binding {
  return name === '__new__' || name === '__init_subclass__' || name === '__class_getitem__' ? 'class' : 'instance';
}

function functionValue(l: Lowering, n: number, name: string, binding: Binding, makesContext: boolean): Ref {
  const t = l.t;
  const list = childAt(t, n, Field.parameters);
  const body = childAt(t, n, Field.body);
  const params = parameters(l, list, binding !== 'none' && binding !== 'static');
  const returns = annotation(l, childAt(t, n, Field.return_type));
  const names = boundNames(t, body < 0 ? t.next[n]! : body, t.next[n]!);
  const spec = {
    start: t.starts[n]!,
    end: t.ends[n]!,
    name,
    params: params.specs,
    async: childOf(t, n, Syntax.async) >= 0,
    generator: names.yields,
    binding,
    returns,
  };
  return l.b.function(spec, () => {
    const { inClass: outerClass, self: outerSelf, makesContext: outerContext } = l;
    l.inClass = false;
    l.makesContext = makesContext;
    // A function within a method reads the method's instance.
    if (outerClass) l.self = params.specs[0]?.kind === 'self' ? params.specs[0].name : undefined;
    for (const global of names.globals) l.b.redirect(global, 'global');
    for (const nonlocal of names.nonlocals) l.b.redirect(nonlocal, 'nonlocal');
    for (const local of names.bound) l.b.declare(local);
    params.unpack();
    if (body >= 0) block(l, body);
    l.inClass = outerClass;
    l.makesContext = outerContext;
    l.self = outerSelf;
  });
}

/** The value of a lambda. */
export function lambda(l: Lowering, n: number): Ref {
  const params = parameters(l, childAt(l.t, n, Field.parameters), false);
  const body = childAt(l.t, n, Field.body);
  return l.b.function({ start: l.t.starts[n]!, end: l.t.ends[n]!, name: '', params: params.specs }, () => {
    const outerClass = l.inClass;
    l.inClass = false;
    for (const local of body < 0 ? [] : boundNames(l.t, body, l.t.next[n]!).bound) l.b.declare(local);
    params.unpack();
    l.b.returns(optional(l, body));
    l.inClass = outerClass;
  });
}

interface Parameters {
  readonly specs: ParameterSpec[];
  /** Binds what parameters in parentheses (Python 2) take apart; runs inside the function. */
  unpack(): void;
}

function parameters(l: Lowering, list: number, method: boolean): Parameters {
  const t = l.t;
  const specs: ParameterSpec[] = [];
  const tuples: { node: number; name: string }[] = [];
  let keywordOnly = false;
  for (const c of list < 0 ? [] : children(t, list)) {
    if (t.kinds[c] === Syntax.positional_separator) continue;
    if (t.kinds[c] === Syntax.keyword_separator) {
      keywordOnly = true;
      continue;
    }
    const target = targetOf(l, c);
    if (target < 0) {
      gap(l, c, 'parameter');
      continue;
    }
    const targetKind = t.kinds[target];
    const rest = targetKind === Syntax.list_splat_pattern;
    const restKeywords = targetKind === Syntax.dictionary_splat_pattern;
    const inner = rest || restKeywords ? firstChild(t, target) : target;
    let name = inner >= 0 ? text(l, inner) : '';
    if (targetKind === Syntax.tuple_pattern) {
      name = `.${specs.length}`;
      tuples.push({ node: target, name });
    }
    let kind: ParameterSpec['kind'] = 'positional';
    if (rest) kind = 'rest';
    else if (restKeywords) kind = 'keyword-rest';
    else if (keywordOnly) kind = 'keyword';
    else if (method && specs.length === 0) kind = 'self';
    const plain = c === target;
    const fallback = plain ? undefined : optional(l, childAt(t, c, Field.value));
    const type = plain ? undefined : annotation(l, childAt(t, c, Field.type));
    specs.push({ start: t.starts[target]!, end: t.ends[target]!, name, kind, fallback, annotation: type });
    if (rest) keywordOnly = true;
  }
  return {
    specs,
    unpack() {
      for (const { node, name } of tuples) assignTarget(l, node, l.b.read(name, span(l, node)));
    },
  };
}

/** The node that names a parameter. */
function targetOf(l: Lowering, n: number): number {
  const t = l.t;
  switch (t.kinds[n]) {
    case Syntax.default_parameter:
    case Syntax.typed_default_parameter:
      return childAt(t, n, Field.name);
    case Syntax.typed_parameter:
      return firstChild(t, n);
    case Syntax.identifier:
    case Syntax.list_splat_pattern:
    case Syntax.dictionary_splat_pattern:
    case Syntax.tuple_pattern:
      return n;
    default:
      return -1;
  }
}

function classValue(l: Lowering, n: number, name: string): Ref {
  const t = l.t;
  const list = childAt(t, n, Field.superclasses);
  const bases: Ref[] = [];
  const named: number[] = [];
  for (const c of list < 0 ? [] : children(t, list)) {
    if (t.kinds[c] === Syntax.keyword_argument) {
      argument(l, c);
      continue;
    }
    // `Base[T]` inherits from Base.
    if (t.kinds[c] === Syntax.subscript) bases.push(annotation(l, c) ?? l.b.unknown(span(l, c)));
    else bases.push(expression(l, c));
    if (t.kinds[c] !== Syntax.call) named.push(c);
  }
  const body = childAt(t, n, Field.body);
  return l.b.class(name, bases, span(l, n), () => {
    const { inClass: outerClass, bases: outerBases } = l;
    l.inClass = true;
    l.bases = named;
    if (body >= 0) {
      const names = boundNames(t, body, t.next[n]!);
      for (const global of names.globals) l.b.redirect(global, 'global');
      for (const nonlocal of names.nonlocals) l.b.redirect(nonlocal, 'nonlocal');
      block(l, body);
    }
    l.inClass = outerClass;
    l.bases = outerBases;
  });
}

/** The name before `: type` in a class body, bound so that it becomes a member; its value is not known. */
export function declareMember(l: Lowering, target: number): Ref {
  return bind(l, text(l, target), l.b.unknown(span(l, target)), span(l, target));
}
