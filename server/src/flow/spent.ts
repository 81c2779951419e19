// Which of several is picked by what has come of each so far: the one that was used least, the first that is not used up. What tells
// is named by whatever compares them, so those names are handed on; a choice by an id or a tenant is made the same way.
import type { ChoiceRow } from '../catalog/model.ts';
import { ANY, EdgeKind, eachEdge, functionAt, type ModuleGraph, NodeKind, nodesInOrder } from '../graph/graph.ts';
import { callOfUpdate } from './calls.ts';
import { limits } from './limits.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { type Spot, spots } from './spots.ts';

/** One of several, and the names that it is picked by. */
export interface Spent {
  readonly pool: Spot;
  readonly reads: readonly string[];
}

/** The choices that a call makes by the catalog. */
export type ChoicesOf = (module: ModuleId, call: number) => readonly ChoiceRow[];

/** What a call picks, or undefined where it picks nothing by what has been used. */
export function spentByCall(program: Program, choices: ChoicesOf, module: ModuleId, call: number): Spent | undefined {
  const row = choices(module, call).find((each) => each.by === 'use');
  return row && spentBy(program, row, module, call);
}

/** What is read as the first or last of a collection that was sorted or sifted. */
export function spentByOrder(program: Program, choices: ChoicesOf, at: Address): Spent | undefined {
  const module = moduleOf(at);
  const graph = program.graphBehind(at, 'selection');
  const reads: string[] = [];
  let pool: Spot | undefined;
  let node = before(graph, nodeOf(at), EdgeKind.Load);
  for (let steps = 0; node >= 0 && steps < limits.stepsPerOrder; steps++) {
    const call = callAt(graph, node);
    const row = call < 0 ? undefined : choices(module, call).find((each) => each.by === 'order');
    const found = row && spentBy(program, row, module, call);
    if (found) {
      pool = found.pool;
      reads.push(...found.reads);
      node = nodeOf(found.pool.at);
    } else if (graph.kinds[node] === NodeKind.Call) break;
    else if (graph.kinds[node] === NodeKind.Allocation) {
      const names = namesToldIn(program, module, node);
      if (names.length > 0) pool ??= { at: address(module, node), path: ANY };
      reads.push(...names);
      break;
    } else node = before(graph, node, EdgeKind.Flow);
  }
  return pool && { pool, reads };
}

/** The names that decide which item a loop ends with. */
export function readsOfLoop(graph: ModuleGraph, loop: number): readonly string[] {
  return graph.regions.flatMap((region, index) =>
    region.kind === 'branch' && region.subject >= 0 && isIn(graph, index, loop)
      ? namesBehind(graph, region.subject)
      : [],
  );
}

function spentBy(program: Program, row: ChoiceRow, module: ModuleId, call: number): Spent | undefined {
  const [pool] = row.from === undefined ? [] : spots(program, module, call, row.from);
  if (pool === undefined) return undefined;
  const { args } = program.callIn(module, call, 'selection');
  const told = [nodeOf(pool.at), ...args.map((arg) => arg.value)];
  return { pool: { at: pool.at, path: ANY }, reads: told.flatMap((node) => namesToldIn(program, module, node)) };
}

function namesToldIn(program: Program, module: ModuleId, node: number): readonly string[] {
  return program.foundIn(module, `names told ${node}`, (graph) => namesTold(graph, node), 'selection');
}

/** The names in a function that is handed over to compare or to test, or in the condition of a comprehension. */
function namesTold(graph: ModuleGraph, node: number): readonly string[] {
  const fn = functionAt(graph, node);
  if (fn >= 0) {
    const { start, end } = graph.regions[graph.functions[fn]!.region]!;
    const names = new Set<string>();
    for (const n of nodesInOrder(graph))
      if (isNamed(graph, n) && graph.starts[n]! >= start && graph.ends[n]! <= end)
        names.add(graph.strings[graph.data[n]!]!);
    return [...names];
  }
  if (graph.kinds[node] !== NodeKind.Allocation) return [];
  const start = graph.starts[node]!;
  const end = graph.ends[node]!;
  return graph.regions.flatMap((region) =>
    region.kind === 'branch' && region.subject >= 0 && region.start >= start && region.end <= end
      ? namesBehind(graph, region.subject)
      : [],
  );
}

/** The names of all that a value is made of. */
function namesBehind(graph: ModuleGraph, node: number): readonly string[] {
  const names = new Set<string>();
  const seen = new Set<number>();
  const work = [node];
  for (let n = work.pop(); n !== undefined && seen.size < limits.nodesPerSelector; n = work.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (isNamed(graph, n)) names.add(graph.strings[graph.data[n]!]!);
    eachEdge(graph.in, n, (end, edge) => {
      if (edge !== EdgeKind.Store) work.push(end);
    });
  }
  return [...names];
}

function isNamed(graph: ModuleGraph, node: number): boolean {
  const kind = graph.kinds[node] as NodeKind;
  return kind === NodeKind.Load || kind === NodeKind.Definition || kind === NodeKind.Cell || kind === NodeKind.Global;
}

/** The call that a value comes from, or that it stands after; -1 for anything else. */
function callAt(graph: ModuleGraph, node: number): number {
  if (graph.kinds[node] === NodeKind.Call) return graph.data[node]!;
  return graph.kinds[node] === NodeKind.PostUpdate ? callOfUpdate(graph, node) : -1;
}

function before(graph: ModuleGraph, node: number, kind: EdgeKind): number {
  let found = -1;
  eachEdge(graph.in, node, (end, edge) => {
    if (edge === kind && found < 0) found = end;
  });
  return found;
}

function isIn(graph: ModuleGraph, region: number, loop: number): boolean {
  for (let r = region; r >= 0; r = graph.regions[r]!.parent) if (r === loop) return true;
  return false;
}
