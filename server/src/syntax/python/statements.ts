// Statements, in the order in which they run.

import { ANY } from '../../graph/graph.ts';
import type { Ref } from '../../graph/specs.ts';
import { annotation } from './annotations.ts';
import { bind, DEPTH_LIMIT, deeper, gap, type Lowering, span, text, unwrap } from './context.ts';
import { expression, optional } from './expressions.ts';
import { declareMember, decorated, definition } from './functions.ts';
import { augmented, isList } from './operators.ts';
import { assignPairwise, assignTarget, matchPattern } from './patterns.ts';
import { aliasName, importedName, secondValue } from './scopes.ts';
import { childAt, childOf, children, Field, firstChild, Syntax, type SyntaxName, syntaxName, textOf } from './tree.ts';

type Handler = (l: Lowering, n: number) => void;

/** Lowers every statement of block (or module) node `n`. */
export function block(l: Lowering, n: number): void {
  if (l.depth >= DEPTH_LIMIT) {
    gap(l, n, 'nesting too deep');
    return;
  }
  l.depth++;
  const end = l.t.next[n]!;
  for (let c = n + 1; c < end; c = l.t.next[c]!) statement(l, c);
  l.depth--;
}

function statement(l: Lowering, n: number): void {
  const handler = handlers[l.t.kinds[n]!];
  if (handler) handler(l, n);
  else if (syntaxName(l.t.kinds[n]!).endsWith('_statement')) gap(l, n);
  // What stands where a statement should is a leftover of damage: its values may still matter.
  else expression(l, n);
}

function bodyOf(l: Lowering, n: number, field: number = Field.body): void {
  const body = n < 0 ? -1 : childAt(l.t, n, field);
  if (body >= 0) block(l, body);
}

function damaged(l: Lowering, n: number): void {
  gap(l, n, 'syntax error');
  deeper(
    l,
    n,
    () => {
      for (const c of children(l.t, n)) if (l.t.kinds[c] !== Syntax.operator) statement(l, c);
    },
    () => undefined,
  );
}

// ---- assignment -----------------------------------------------------------------------------------------------------------

function expressionStatement(l: Lowering, n: number): void {
  for (const c of children(l.t, n)) {
    const kind = l.t.kinds[c];
    if (kind === Syntax.assignment) assignment(l, c);
    else if (kind === Syntax.augmented_assignment) augmentedAssignment(l, c);
    // A text that nobody reads documents the code around it.
    else if ((kind !== Syntax.string || firstChild(l.t, c) >= 0) && kind !== Syntax.ellipsis) expression(l, c);
  }
}

function assignment(l: Lowering, n: number): void {
  const t = l.t;
  // `a = b = value` nests to the right; the value is evaluated once, the targets are assigned from the left.
  const targets: number[] = [];
  let at = n;
  let right = -1;
  for (;;) {
    const left = childAt(t, at, Field.left);
    if (left >= 0) targets.push(left);
    right = childAt(t, at, Field.right);
    if (right < 0 || t.kinds[right] !== Syntax.assignment) break;
    at = right;
  }
  const type = childAt(t, n, Field.type);
  if (type >= 0) {
    typedAssignment(l, n, type, right);
    return;
  }
  if (right < 0) return;
  if (targets.length === 1 && assignPairwise(l, targets[0]!, right)) return;
  const value = assigned(l, right);
  for (const target of targets) assignTarget(l, target, value);
}

/** The value on the right of `=`, which may itself be an augmented assignment in damaged code. */
function assigned(l: Lowering, n: number): Ref {
  if (l.t.kinds[n] === Syntax.augmented_assignment) {
    augmentedAssignment(l, n);
    return optional(l, childAt(l.t, n, Field.left)) ?? l.b.unknown(span(l, n));
  }
  return expression(l, n);
}

function typedAssignment(l: Lowering, n: number, type: number, right: number): void {
  const target = childAt(l.t, n, Field.left);
  if (target < 0) return;
  const value = right >= 0 ? assigned(l, right) : undefined;
  const declared = annotation(l, type);
  if (l.t.kinds[target] === Syntax.identifier) {
    // Outside of a class a declaration without a value binds nothing.
    if (!value && !l.inClass && !declared) return;
    const definition = value ? bind(l, text(l, target), value, span(l, target)) : declareMember(l, target);
    if (declared) l.b.annotate(definition, declared);
    return;
  }
  // A field has no node of its own: the value that is put into it carries the type.
  if (!value && !declared) return;
  const stored = value && !declared ? value : value ? l.b.either([value], span(l, n)) : l.b.unknown(span(l, target));
  if (declared) l.b.annotate(stored, declared);
  assignTarget(l, target, stored);
}

function augmentedAssignment(l: Lowering, n: number): void {
  const t = l.t;
  const target = childAt(t, n, Field.left);
  const right = childAt(t, n, Field.right);
  const operator = childAt(t, n, Field.operator);
  if (target < 0 || right < 0) return;
  const before = expression(l, target);
  const symbol = operator >= 0 ? text(l, operator).replace(/=$/, '') : '';
  if (symbol === '+' && isList(l, right)) {
    // A list is extended in place: whoever else holds it sees the new elements.
    const added = expression(l, right);
    l.b.store(before, undefined, l.b.load(added, undefined, span(l, right)), span(l, n));
    return;
  }
  const value = augmented(l, n, symbol, before, right);
  const kind = t.kinds[target];
  if (before.base === undefined || (kind !== Syntax.attribute && kind !== Syntax.subscript)) {
    assignTarget(l, target, value);
    return;
  }
  // The place was evaluated for the value before; only a name is read again, so that what the right side did is not lost.
  const object = childAt(t, target, kind === Syntax.attribute ? Field.object : Field.value);
  const place = isName(l, object) ? expression(l, object) : before.base;
  l.b.store(place, before.element === ANY ? undefined : before.element, value, span(l, target));
}

function isName(l: Lowering, n: number): boolean {
  return n >= 0 && l.t.kinds[n] === Syntax.identifier;
}

function typeAlias(l: Lowering, n: number): void {
  const name = aliasName(l.t, n);
  if (name >= 0) {
    const value = annotation(l, childAt(l.t, n, Field.right)) ?? l.b.unknown(span(l, n));
    bind(l, text(l, name), value, span(l, name));
    return;
  }
  const left = unwrap(l.t, childAt(l.t, n, Field.left));
  const value = optional(l, childAt(l.t, n, Field.right));
  const object = left < 0 || l.t.kinds[left] !== Syntax.attribute ? -1 : childAt(l.t, left, Field.object);
  const field = left < 0 ? -1 : childAt(l.t, left, Field.attribute);
  if (!value || object < 0 || field < 0) {
    gap(l, n);
    return;
  }
  const start = l.t.starts[n]!;
  const callee = l.b.read('type', { start, end: start + 'type'.length });
  const type = l.b.call(callee, [{ value: expression(l, object) }], { start, end: l.t.ends[object]! });
  l.b.store(type, text(l, field), value, span(l, n));
}

// ---- imports --------------------------------------------------------------------------------------------------------------

function importStatement(l: Lowering, n: number): void {
  for (const c of children(l.t, n)) {
    if (l.t.fields[c] !== Field.name) continue;
    const path = moduleName(l, childAt(l.t, c, Field.name) >= 0 ? childAt(l.t, c, Field.name) : c);
    const local = importedName(l.t, c, false);
    const aliased = childAt(l.t, c, Field.alias) >= 0;
    if (aliased || !path.includes('.')) {
      importAs(l, path, '*', local, c);
    } else {
      // `import a.b` binds a; that a.b is loaded as well is said by an import that binds nothing.
      importAs(l, local, '*', local, c);
      l.b.imported(path, '*', span(l, c));
    }
  }
}

function importFrom(l: Lowering, n: number): void {
  const module = childAt(l.t, n, Field.module_name);
  if (module < 0) return;
  const specifier = moduleName(l, module);
  if (childOf(l.t, n, Syntax.wildcard_import) >= 0) l.b.importStar(specifier);
  for (const c of children(l.t, n)) {
    if (l.t.fields[c] !== Field.name) continue;
    const name = childAt(l.t, c, Field.name);
    importAs(l, specifier, moduleName(l, name >= 0 ? name : c), importedName(l.t, c, true), c);
  }
}

function importAs(l: Lowering, specifier: string, name: string, local: string, n: number): void {
  l.b.import(specifier, name, local, span(l, n));
}

function moduleName(l: Lowering, n: number): string {
  return textOf(l.t, n).replace(/[\s\\]/g, '');
}

// ---- control flow ---------------------------------------------------------------------------------------------------------

/** How many `elif` stand in one another's place as they do in the source; beyond, they are alternatives of one choice. */
const ELIF_LIMIT = 50;

function ifStatement(l: Lowering, n: number): void {
  const alternatives: number[] = [];
  for (let c = n + 1; c < l.t.next[n]!; c = l.t.next[c]!) if (l.t.fields[c] === Field.alternative) alternatives.push(c);
  branch(l, n, alternatives, 0);
}

/** `if` or `elif` node `n`, and what follows it: the alternatives from `next` on. */
function branch(l: Lowering, n: number, alternatives: readonly number[], next: number): void {
  const condition = optional(l, childAt(l.t, n, Field.condition));
  const consequence = childAt(l.t, n, Field.consequence);
  const cases: { start: number; end: number; run: () => void }[] = [];
  if (consequence >= 0) {
    const run = (): void => block(l, consequence);
    cases.push({ start: l.t.starts[consequence]!, end: l.t.ends[consequence]!, run });
  }
  const other = alternatives[next];
  let exhaustive = false;
  if (other !== undefined && next < ELIF_LIMIT) {
    const last = alternatives[alternatives.length - 1]!;
    const run = (): void => {
      if (l.t.kinds[other] === Syntax.elif_clause) branch(l, other, alternatives, next + 1);
      else bodyOf(l, other);
    };
    cases.push({ start: l.t.starts[other]!, end: l.t.ends[last]!, run });
    exhaustive = true;
  } else {
    for (const c of alternatives.slice(next)) {
      const run = (): void => {
        optional(l, childAt(l.t, c, Field.condition));
        bodyOf(l, c, l.t.kinds[c] === Syntax.elif_clause ? Field.consequence : Field.body);
      };
      cases.push({ ...span(l, c), run });
    }
  }
  l.b.alternatives(condition, cases, exhaustive);
}

function forStatement(l: Lowering, n: number): void {
  const t = l.t;
  const right = childAt(t, n, Field.right);
  const left = childAt(t, n, Field.left);
  const subject = optional(l, right) ?? l.b.unknown(span(l, n));
  const async = childOf(t, n, Syntax.async) >= 0;
  const target = left < 0 ? undefined : span(l, left);
  l.b.loop({ form: 'for-each', async, subject, target, ...loopSpan(l, n) }, (element) => {
    if (element && left >= 0) assignTarget(l, left, element);
    bodyOf(l, n);
  });
  loopElse(l, n);
}

function whileStatement(l: Lowering, n: number): void {
  const condition = childAt(l.t, n, Field.condition);
  const endless = condition >= 0 && /^(True|1)$/.test(text(l, unwrap(l.t, condition)));
  l.b.loop({ form: 'while', endless, ...loopSpan(l, n) }, () => {
    const value = optional(l, condition);
    if (value) l.b.condition(value);
    bodyOf(l, n);
  });
  loopElse(l, n);
}

/** The loop without its `else`. */
function loopSpan(l: Lowering, n: number): { start: number; end: number } {
  const body = childAt(l.t, n, Field.body);
  return { start: l.t.starts[n]!, end: l.t.ends[body < 0 ? n : body]! };
}

function loopElse(l: Lowering, n: number): void {
  const other = childAt(l.t, n, Field.alternative);
  // It runs unless the loop was left by `break`.
  if (other >= 0) l.b.alternatives(undefined, [{ ...span(l, other), run: () => bodyOf(l, other) }], false);
}

function tryStatement(l: Lowering, n: number): void {
  const t = l.t;
  const handlers: { start: number; end: number; type: Ref | undefined; run: () => void }[] = [];
  for (const c of children(t, n)) {
    if (t.kinds[c] !== Syntax.except_clause) continue;
    const first = childAt(t, c, Field.value);
    const named = first >= 0 && t.kinds[first] === Syntax.as_pattern;
    const typeNode = named ? firstChild(t, first) : first;
    const type = typeNode >= 0 ? expression(l, typeNode) : undefined;
    const alias = named ? childAt(t, first, Field.alias) : childAt(t, c, Field.alias);
    const target = alias >= 0 ? alias : secondValue(t, c);
    const run = (): void => {
      if (target >= 0) {
        const error = l.b.unknown(span(l, target));
        if (type) l.b.annotate(error, type);
        assignTarget(l, target, error);
      }
      const body = childOf(t, c, Syntax.block);
      if (body >= 0) block(l, body);
    };
    handlers.push({ ...span(l, c), type, run });
  }
  const body = childAt(t, n, Field.body);
  const other = childOf(t, n, Syntax.else_clause);
  const last = childOf(t, n, Syntax.finally_clause);
  l.b.attempt(
    body >= 0 ? span(l, body) : span(l, n),
    () => {
      if (body >= 0) block(l, body);
      // In a block of its own: handlers also see what held before it.
      if (other >= 0) l.b.alternatives(undefined, [{ ...span(l, other), run: () => bodyOf(l, other) }], true);
    },
    handlers,
    last < 0
      ? undefined
      : () => {
          const inner = childOf(t, last, Syntax.block);
          if (inner >= 0) block(l, inner);
        },
  );
}

function withStatement(l: Lowering, n: number): void {
  const clause = childOf(l.t, n, Syntax.with_clause);
  const items = clause < 0 ? [] : withItems(l, clause);
  const enter = (i: number): void => {
    const item = items[i];
    if (item === undefined) {
      bodyOf(l, n);
      return;
    }
    const named = l.t.kinds[item] === Syntax.as_pattern;
    const source = named ? firstChild(l.t, item) : item;
    const context = source < 0 ? l.b.unknown(span(l, item)) : expression(l, source);
    const alias = named ? childAt(l.t, item, Field.alias) : -1;
    l.b.within(context, { start: l.t.starts[item]!, end: l.t.ends[n]! }, (value) => {
      if (alias >= 0) assignTarget(l, alias, value);
      deeper(
        l,
        item,
        () => enter(i + 1),
        () => undefined,
      );
      leave(l, n, alias >= 0 ? alias : source);
    });
  };
  enter(0);
}

/** Leaving a with statement calls what its context does at the end, where its last line stands. */
function leave(l: Lowering, n: number, context: number): void {
  const held = context < 0 ? -1 : nameIn(l, context);
  if (held < 0) return;
  const at = span(l, lastOf(l, n));
  const method = l.t.text.startsWith('async', l.t.starts[n]!) ? '__aexit__' : '__exit__';
  l.b.call(l.b.load(l.b.read(text(l, held), at), method, at), [], at);
}

/** The name that an expression or a target is, or -1. */
function nameIn(l: Lowering, n: number): number {
  if (l.t.kinds[n] === Syntax.identifier) return n;
  const inner = l.t.kinds[n] === Syntax.as_pattern_target ? firstChild(l.t, n) : -1;
  return inner >= 0 && l.t.kinds[inner] === Syntax.identifier ? inner : -1;
}

/** The last simple statement inside a statement, or itself. */
function lastOf(l: Lowering, n: number): number {
  let last = n;
  for (let at = childAt(l.t, n, Field.body); at >= 0; ) {
    const inner = children(l.t, at).at(-1) ?? -1;
    if (inner < 0) break;
    last = inner;
    at = childAt(l.t, inner, Field.body);
  }
  return last;
}

/** The contexts of a with statement: expressions, or `expression as target`. */
function withItems(l: Lowering, clause: number): number[] {
  const items: number[] = [];
  for (const c of children(l.t, clause)) {
    const value = childAt(l.t, c, Field.value);
    const inner = value < 0 ? c : value;
    // `with (open(a) as f, open(b) as g):` may be read as a tuple.
    if (l.t.kinds[inner] === Syntax.tuple) items.push(...children(l.t, inner));
    else items.push(inner);
  }
  return items;
}

function matchStatement(l: Lowering, n: number): void {
  const t = l.t;
  const subjects = children(t, n).filter((c) => t.fields[c] === Field.subject);
  const values = subjects.map((c) => expression(l, c));
  const subject =
    values.length === 1
      ? values[0]!
      : l.b.allocate(
          'tuple',
          values.map((value, i) => ({ element: String(i), value })),
          span(l, n),
        );
  const body = childAt(t, n, Field.body);
  const clauses = body < 0 ? [] : children(t, body).filter((c) => t.kinds[c] === Syntax.case_clause);
  const cases = clauses.map((c) => ({ ...span(l, c), run: () => caseClause(l, c, subject) }));
  const last = clauses[clauses.length - 1];
  l.b.alternatives(subject, cases, last !== undefined && isDefault(l, last));
}

function caseClause(l: Lowering, n: number, subject: Ref): void {
  const t = l.t;
  for (const c of children(t, n)) {
    if (t.kinds[c] === Syntax.case_pattern) matchPattern(l, c, subject);
    else if (t.fields[c] === Field.guard) {
      const condition = firstChild(t, c);
      if (condition >= 0) expression(l, condition);
    }
  }
  bodyOf(l, n, Field.consequence);
}

function isDefault(l: Lowering, n: number): boolean {
  const pattern = childOf(l.t, n, Syntax.case_pattern);
  return pattern >= 0 && childAt(l.t, n, Field.guard) < 0 && /^[A-Za-z_]\w*$/.test(text(l, pattern));
}

function returnStatement(l: Lowering, n: number): void {
  const value = firstChild(l.t, n);
  l.b.returns(value < 0 ? undefined : expression(l, value));
}

function evaluateAll(l: Lowering, n: number): void {
  for (const c of children(l.t, n)) expression(l, c);
}

/** `print` and `exec` of Python 2: calls of the builtins of Python 3. */
function builtinStatement(name: string): Handler {
  return (l, n) => {
    const callee = l.b.read(name, { start: l.t.starts[n]!, end: l.t.starts[n]! + name.length });
    const args = children(l.t, n).map((c) => {
      if (l.t.kinds[c] !== Syntax.chevron) return { value: expression(l, c) };
      const file = firstChild(l.t, c);
      const value = file < 0 ? l.b.unknown(span(l, c)) : expression(l, file);
      return { value, kind: 'keyword' as const, name: 'file' };
    });
    l.b.call(callee, args, span(l, n));
  };
}

const nothing: Handler = () => undefined;

const table: Partial<Record<SyntaxName, Handler>> = {
  expression_statement: expressionStatement,
  assignment,
  augmented_assignment: augmentedAssignment,
  type_alias_statement: typeAlias,
  import_statement: importStatement,
  import_from_statement: importFrom,
  future_import_statement: nothing,
  global_statement: nothing,
  nonlocal_statement: nothing,
  pass_statement: nothing,
  // Deleting a name or an element changes no value that flows elsewhere.
  delete_statement: nothing,
  break_statement: (l) => l.b.break(),
  continue_statement: (l) => l.b.continue(),
  return_statement: returnStatement,
  raise_statement: (l, n) => {
    evaluateAll(l, n);
    l.b.throws();
  },
  assert_statement: evaluateAll,
  print_statement: builtinStatement('print'),
  exec_statement: builtinStatement('exec'),
  if_statement: ifStatement,
  for_statement: forStatement,
  while_statement: whileStatement,
  try_statement: tryStatement,
  with_statement: withStatement,
  match_statement: matchStatement,
  function_definition: definition,
  class_definition: definition,
  decorated_definition: decorated,
  block,
  ERROR: damaged,
};

const handlers: (Handler | undefined)[] = [];
for (const [name, handler] of Object.entries(table)) handlers[Syntax[name as SyntaxName]] = handler;
