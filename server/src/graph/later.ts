// Cells of a notebook are run in whatever order somebody likes. What a cell reads before any cell above has given it stands
// further down, and so may what a collection holds that is empty where it is read. Such a read is a cell of its own that has its
// value from the variable's (`readOutOfOrder`): whoever follows it assumes that the notebook was run in another order.
import { lineAt } from '../base/text.ts';
import { EdgeKind, eachEdge, type ModuleGraph, NodeKind } from './graph.ts';
import type { Ref, Span } from './specs.ts';
import type { Variable } from './ssa.ts';
import type { GraphStore } from './store.ts';

/** What the builder supplies. */
export interface LaterHost {
  /** Adds a cell, at a place, for the variable named. */
  cell(name: string, span: Span): number;
  /** Whether a variable is one of the module itself and not of a class or block in it, and the module's own code is being read. */
  isOfModule(variable: Variable): boolean;
  /** The cell of a variable. */
  cellOf(variable: Variable): number;
}

export interface LaterReads {
  /** An allocation or the definition that it is assigned by holds nothing yet; an allocation is filled after all. */
  empty(n: number): void;
  filled(allocation: number): void;
  isEmpty(n: number): boolean;
  /** A variable is read that no definition reaches; gives the node of that read, or undefined where it is none of the module. */
  unassigned(variable: Variable, span: Span): number | undefined;
  /** A variable's value at `before` is changed and is `after` from then on. */
  changed(before: number, after: number): void;
  /** The node that stands for a value where it is used as a whole: the value itself, or one that what is put into it later reaches. */
  used(value: Ref, span: Span): number;
  /** Leads what stands further down to where it is read. `joins` are those of the whole module, with their operands. */
  finish(joins: ReadonlyMap<number, readonly number[]>): void;
}

/** Creates the reads out of order of one notebook whose code cells begin at the offsets `cells`, in order. */
export function createLaterReads(cells: Uint32Array, store: GraphStore, host: LaterHost): LaterReads {
  const empty = new Set<number>();
  const unassigned = new Map<number, Variable>();
  const changes = new Map<number, number>();
  const used: { readonly variable: Variable; readonly node: number; readonly start: number }[] = [];
  const { spanOf, kindOf } = store;
  const flow = (tail: number, head: number): number => store.edge(tail, head, EdgeKind.Flow);
  const cellAt = (offset: number): number => lineAt(cells, offset);

  /** Whether a join has any value but those that nothing gave, changed or not. */
  function isGiven(join: number, joins: ReadonlyMap<number, readonly number[]>): boolean {
    const seen = new Set([join]);
    for (const n of seen) {
      const before = changes.get(n);
      if (before !== undefined) seen.add(before);
      else if (joins.has(n)) for (const operand of joins.get(n)!) seen.add(operand);
      else if (!unassigned.has(n)) return true;
    }
    return false;
  }

  return {
    empty: (allocation) => empty.add(allocation),
    filled: (allocation) => empty.delete(allocation),
    isEmpty: (n) => empty.has(n),
    unassigned(variable, span) {
      if (!host.isOfModule(variable)) return undefined;
      const n = host.cell(variable.name, span);
      unassigned.set(n, variable);
      return n;
    },
    changed: (before, after) => changes.set(after, before),
    used(value, span) {
      const { node, variable } = value;
      if (!variable || !empty.has(node) || !host.isOfModule(variable)) return node;
      if (cellAt(spanOf(node).start) === cellAt(span.start)) return node;
      const n = host.cell(variable.name, span);
      flow(node, n);
      used.push({ variable, node: n, start: span.start });
      return n;
    },
    finish(joins) {
      // Where a branch or an earlier turn of a loop has given it, nothing is missing.
      const given = new Set<number>();
      if (unassigned.size > 0)
        for (const [join, operands] of joins)
          if (operands.some((n) => unassigned.has(n)) && isGiven(join, joins)) for (const n of operands) given.add(n);
      for (const [n, variable] of unassigned) if (!given.has(n)) flow(host.cellOf(variable), n);
      for (const { variable, node, start } of used) {
        if (variable.definitions.filter((n) => kindOf(n) === NodeKind.Definition).length > 1) continue;
        const later = variable.definitions.filter(
          (n) => kindOf(n) === NodeKind.PostUpdate && cellAt(spanOf(n).start) > cellAt(start),
        );
        if (later.length === 0) continue;
        const after = host.cell(variable.name, spanOf(later[0]!));
        for (const change of later) flow(change, after);
        flow(after, node);
      }
    },
  };
}

/** Whether a value is read before the cell of the notebook that gives it stands in the document. */
export function readOutOfOrder(graph: ModuleGraph, n: number): boolean {
  if (graph.kinds[n] !== NodeKind.Cell) return false;
  let found = false;
  eachEdge(graph.in, n, (end, kind) => {
    if (kind === EdgeKind.Flow && graph.kinds[end] === NodeKind.Cell) found = true;
  });
  return found;
}
