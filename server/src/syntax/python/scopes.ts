// Which names a piece of code binds. Python decides scope by this before anything runs: a name assigned anywhere in a function
// is local to all of it.
import { childAt, childOf, children, Field, firstChild, Syntax, type SyntaxTree, textOf } from './tree.ts';

/** The names that a body binds itself, not counting functions, classes and lambdas inside it. */
export interface BoundNames {
  readonly bound: ReadonlySet<string>;
  readonly globals: ReadonlySet<string>;
  readonly nonlocals: ReadonlySet<string>;
  readonly yields: boolean;
}

/** Reads the names bound by the nodes `from` to `to` (exclusive) in one pass. */
export function boundNames(t: SyntaxTree, from: number, to: number): BoundNames {
  const bound = new Set<string>();
  let globals = none;
  let nonlocals = none;
  let yields = false;
  for (let n = from; n < to; n++) {
    switch (t.kinds[n]) {
      case Syntax.function_definition:
      case Syntax.class_definition: {
        const name = childAt(t, n, Field.name);
        if (name >= 0) bound.add(textOf(t, name));
        n = t.next[n]! - 1;
        break;
      }
      case Syntax.lambda:
        n = t.next[n]! - 1;
        break;
      case Syntax.yield:
        yields = true;
        break;
      case Syntax.assignment:
      case Syntax.augmented_assignment:
      case Syntax.for_statement:
        addTarget(t, childAt(t, n, Field.left), bound);
        break;
      case Syntax.named_expression:
        addTarget(t, childAt(t, n, Field.name), bound);
        break;
      case Syntax.as_pattern_target:
        addTarget(t, firstChild(t, n), bound);
        break;
      case Syntax.except_clause: {
        addTarget(t, childAt(t, n, Field.alias), bound);
        const second = secondValue(t, n);
        if (second >= 0) addTarget(t, second, bound);
        break;
      }
      case Syntax.import_statement:
      case Syntax.import_from_statement:
        addImports(t, n, bound);
        n = t.next[n]! - 1;
        break;
      case Syntax.global_statement:
        globals = withNames(t, n, globals);
        break;
      case Syntax.nonlocal_statement:
        nonlocals = withNames(t, n, nonlocals);
        break;
      case Syntax.type_alias_statement:
        addAlias(t, n, bound);
        break;
      case Syntax.case_clause:
        for (const c of children(t, n)) if (t.kinds[c] === Syntax.case_pattern) addCaptures(t, c, bound);
        break;
    }
  }
  for (const name of globals) bound.delete(name);
  for (const name of nonlocals) bound.delete(name);
  return { bound, globals, nonlocals, yields };
}

const none: ReadonlySet<string> = new Set();

function withNames(t: SyntaxTree, n: number, names: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...names, ...children(t, n).map((c) => textOf(t, c))]);
}

/** Adds every name that an assignment to node `n` binds. */
export function addTarget(t: SyntaxTree, n: number, bound: Set<string>): void {
  if (n < 0) return;
  const end = t.next[n]!;
  for (let i = n; i < end; i++) {
    const kind = t.kinds[i];
    if (kind === Syntax.identifier) bound.add(textOf(t, i));
    // `a.b = x` and `a[i] = x` bind nothing.
    else if (kind === Syntax.attribute || kind === Syntax.subscript || kind === Syntax.call) i = t.next[i]! - 1;
  }
}

/** The name in `except E, name:` as Python 2 wrote it, or -1. Python 3.14 reads it as two types; binding it harms neither. */
export function secondValue(t: SyntaxTree, clause: number): number {
  const values = children(t, clause).filter((c) => t.fields[c] === Field.value);
  return values.length === 2 && t.kinds[values[1]!] === Syntax.identifier ? values[1]! : -1;
}

/** The name that `import` or `from … import` binds for child `n`. */
export function importedName(t: SyntaxTree, n: number, from: boolean): string {
  const alias = childAt(t, n, Field.alias);
  if (alias >= 0) return textOf(t, alias);
  const name = textOf(t, n);
  return from ? name : (name.split('.')[0] ?? name).trim();
}

function addImports(t: SyntaxTree, n: number, bound: Set<string>): void {
  const from = t.kinds[n] === Syntax.import_from_statement;
  for (const c of children(t, n)) if (t.fields[c] === Field.name) bound.add(importedName(t, c, from));
}

function addAlias(t: SyntaxTree, n: number, bound: Set<string>): void {
  const name = aliasName(t, n);
  if (name >= 0) bound.add(textOf(t, name));
}

/** The name that a type alias binds, or -1 for what only looks like one: `type(x).y = z` calls `type`. */
export function aliasName(t: SyntaxTree, n: number): number {
  const left = childAt(t, n, Field.left);
  if (left < 0 || textOf(t, left).startsWith('(')) return -1;
  for (let i = left; i < t.next[left]!; i++) if (t.kinds[i] === Syntax.identifier) return i;
  return -1;
}

/** The name that a node of a match pattern captures, or ''. */
export function captureOf(t: SyntaxTree, n: number): string {
  const kind = t.kinds[n];
  if (kind === Syntax.dotted_name || kind === Syntax.identifier) {
    const name = textOf(t, n);
    return name.includes('.') || name === '_' ? '' : name;
  }
  return '';
}

function addCaptures(t: SyntaxTree, pattern: number, bound: Set<string>): void {
  const end = t.next[pattern]!;
  for (let n = pattern; n < end; n++) {
    const kind = t.kinds[n];
    if (kind === Syntax.class_pattern) {
      // The class itself is read, not bound.
      const name = childOf(t, n, Syntax.dotted_name);
      if (name === n + 1) n++;
    } else if (kind === Syntax.keyword_pattern) {
      n++;
    } else {
      const name = captureOf(t, n);
      if (name !== '') bound.add(name);
    }
  }
}
