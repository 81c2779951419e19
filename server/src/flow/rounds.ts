// What changes from one round of a loop to the next: what a call in it is given, whether that holds what it returned before, and
// whether a variable is given another value.
import { ANY, EdgeKind, eachEdge, type ModuleGraph, NodeKind, type Region } from '../graph/graph.ts';
import { calleeName } from './callee.ts';
import { callUpdating } from './calls.ts';
import { limits } from './limits.ts';
import { loopsAround } from './loops.ts';
import type { ModuleId, Program } from './program.ts';
import { walk } from './walk.ts';

/**
 * Looks backward from what a call is given, inside its module. `feedback`: the call's own result is among it, unless only a loop
 * within this one adds it to what each round makes anew. `varies`: something made anew in the loop is. `takes` says whether a call
 * takes an element out of its receiver.
 */
export function backward(
  graph: ModuleGraph,
  inputs: readonly number[],
  region: Region,
  callNode: number,
  takes: (call: number) => boolean,
): { nodes: Set<number>; feedback: boolean; varies: boolean } {
  const [innermost] = loopsAround(graph, callNode);
  const within = innermost === undefined ? region : graph.regions[innermost]!;
  const nodes = new Set<number>();
  const seen = new Set<string>();
  // `field`: all that is asked for of an object, so that what is put into another of its fields is no answer to that.
  const work: { readonly n: number; readonly field: number }[] = inputs.map((n) => ({ n, field: -1 }));
  let feedback = false;
  let varies = false;
  for (let item = work.pop(); item !== undefined && seen.size < limits.nodesPerRound; item = work.pop()) {
    const { n, field } = item;
    const asked = `${n}:${field}`;
    if (seen.has(asked)) continue;
    seen.add(asked);
    nodes.add(n);
    const inside = graph.starts[n]! >= region.start && graph.ends[n]! <= region.end;
    if (!inside) continue;
    const kind = graph.kinds[n];
    if (kind === NodeKind.Join) varies = true;
    const isAnew = kind === NodeKind.Join && within !== region && isMadeAnew(graph, n, region.start, within.start);
    eachEdge(graph.in, n, (end, edge, label) => {
      if (edge === EdgeKind.Callee) return;
      const isOther = edge === EdgeKind.Store && field >= 0 && label !== field && graph.strings[label] !== ANY;
      if (isOther) return;
      if (isAnew && graph.starts[end]! >= within.start) return;
      if (end === callNode) feedback = true;
      const isField = edge === EdgeKind.Load && graph.strings[label] !== ANY;
      work.push({ n: end, field: isField ? label : edge === EdgeKind.Flow ? field : -1 });
    });
    // What a call inside the loop returns may differ each time: `random.sample(seeds, 3)`, `queue.shift()`.
    if (
      kind === NodeKind.Call &&
      n !== callNode &&
      (graph.calls[graph.data[n]!]!.args.length > 0 || takes(graph.data[n]!))
    )
      varies = true;
  }
  return { nodes, feedback, varies };
}

/** Whether a variable that a loop goes round with begins, between two places before that loop, with a value of no earlier round. */
function isMadeAnew(graph: ModuleGraph, join: number, start: number, end: number): boolean {
  const isBefore = (n: number): boolean => graph.starts[n]! >= start && graph.starts[n]! < end;
  const isSame = (n: number): boolean => graph.kinds[n] === NodeKind.Join && graph.data[n] === graph.data[join];
  const begins = new Set<number>();
  eachEdge(graph.in, join, (from) => {
    if (isBefore(from)) begins.add(from);
  });
  let anew = begins.size > 0;
  for (const n of walk(begins, limits.nodesPerWalk))
    eachEdge(graph.in, n, (from) => {
      if (isBefore(from)) begins.add(from);
      else if (isSame(n) || isSame(from)) anew = false;
    });
  return anew;
}

/** Whether the variable of a loop reaches a call that functions written inside of the loop make: they read it where it stands. */
export function reachesWithin(graph: ModuleGraph, region: Region, variable: number, calls: readonly number[]): boolean {
  return calls.some((node) => {
    const isInside = graph.starts[node]! >= region.start && graph.ends[node]! <= region.end;
    const call = isInside && graph.kinds[node] === NodeKind.Call ? graph.calls[graph.data[node]!] : undefined;
    const inputs = call?.args.map((arg) => arg.value) ?? [];
    return inputs.length > 0 && backward(graph, inputs, region, node, () => false).nodes.has(variable);
  });
}

/** Whether a call gives an element of its receiver: `pop`, `shift`, `get`. */
export function takesElement(program: Program, graph: ModuleGraph, module: ModuleId, index: number): boolean {
  const call = graph.calls[index]!;
  const name = call.receiver < 0 ? undefined : calleeName(graph, call.callee);
  const rows = name === undefined ? undefined : program.catalog.untyped(program.ecosystem(module), name)?.rows;
  return (rows ?? []).some(
    (row) =>
      row.row === 'flow' &&
      row.from.slot.at === 'self' &&
      // The key that no argument gives: any.
      /^[*=]/.test(row.from.path[0] ?? '') &&
      row.to?.slot.at === 'return',
  );
}

/** Whether a variable is given another value in a region, or what it holds grows or shrinks there. */
export function isChangedIn(graph: ModuleGraph, node: number, { start, end }: Region): boolean {
  const reached = new Set([node]);
  let changed = false;
  for (const n of walk(reached, limits.nodesPerWalk)) {
    if (changed) break;
    if (n !== node && (graph.starts[n]! < start || graph.starts[n]! >= end)) continue;
    changed = n !== node && (graph.kinds[n] === NodeKind.Definition || callUpdating(graph, n) >= 0);
    eachEdge(graph.in, n, (from, kind) => {
      if (kind === EdgeKind.Flow) reached.add(from);
      else if (kind === EdgeKind.Store && graph.kinds[from] !== NodeKind.PostUpdate) changed = true;
    });
  }
  return changed;
}
