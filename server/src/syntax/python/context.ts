// What every part of the lowering shares: the builder, the tree, and where in the program it stands.
import type { Builder } from '../../graph/builder.ts';
import type { Ref, Span } from '../../graph/specs.ts';
import { children, Syntax, type SyntaxTree, syntaxName, textOf } from './tree.ts';

/** The state of lowering one file. */
export interface Lowering {
  readonly b: Builder;
  readonly t: SyntaxTree;
  /** How deep expressions and blocks are nested here. */
  depth: number;
  /** Whether names bound here are members of a class body. */
  inClass: boolean;
  /** Whether the function around makes a context: what it yields is what `with … as` names, not one of several. */
  makesContext: boolean;
  /** What the class at hand extends, where those are names: lowered again wherever `super()` is written. */
  bases: readonly number[];
  /** What the method at hand calls its instance or class. */
  self: string | undefined;
}

/** Nesting that is still followed. Far above what people write, far below what overflows the stack. */
export const DEPTH_LIMIT = 200;

/** The span of node `n`. */
export function span(l: Lowering, n: number): Span {
  return { start: l.t.starts[n]!, end: l.t.ends[n]! };
}

/** The source text of node `n`. */
export function text(l: Lowering, n: number): string {
  return textOf(l.t, n);
}

/** Notes that node `n` was not understood, and gives a value in its place. */
export function gap(l: Lowering, n: number, what: string = syntaxName(l.t.kinds[n]!)): Ref {
  l.b.gap(span(l, n), what);
  return l.b.unknown(span(l, n));
}

/** Binds a name in the scope that stands here. */
export function bind(l: Lowering, name: string, value: Ref, at: Span): Ref {
  // Other scopes know all their names from the start; a class body reads outer names until it binds its own.
  if (l.inClass) l.b.declare(name);
  return l.b.assign(name, value, at);
}

/** Runs `run` one level deeper, or gives `fallback` where the nesting is beyond all reason. */
export function deeper<T>(l: Lowering, n: number, run: () => T, fallback: () => T): T {
  if (l.depth >= DEPTH_LIMIT) {
    l.b.gap(span(l, n), 'nesting too deep');
    return fallback();
  }
  l.depth++;
  const value = run();
  l.depth--;
  return value;
}

/** The node inside parentheses, however many. */
export function unwrap(t: SyntaxTree, n: number): number {
  let at = n;
  while (t.kinds[at] === Syntax.parenthesized_expression || t.kinds[at] === Syntax.type) {
    const inner = children(t, at);
    if (inner.length !== 1) break;
    at = inner[0]!;
  }
  return at;
}
