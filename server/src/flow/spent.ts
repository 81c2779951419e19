// Which of several is picked by what has come of each so far: the one that was used least, the first that is not used up. What tells
// is named by whatever compares them, so those names are handed on; a choice by an id or a tenant is made the same way.
import type { ChoiceRow } from '../catalog/model.ts';
import {
  ANY,
  callsInOrder,
  EdgeKind,
  eachEdge,
  functionAt,
  type ModuleGraph,
  NodeKind,
  nodesInOrder,
} from '../graph/graph.ts';
import { callOfUpdate } from './calls.ts';
import { limits } from './limits.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { type Spot, spots } from './spots.ts';
import { walk } from './walk.ts';

/** One of several, and the names that it is picked by. */
export interface Spent {
  readonly pool: Spot;
  readonly reads: readonly string[];
  /** It was put first by chance. */
  readonly drawn?: boolean;
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
  let drawn = false;
  let node = before(graph, nodeOf(at), EdgeKind.Load);
  for (let steps = 0; node >= 0 && steps < limits.stepsPerOrder; steps++) {
    const call = callAt(graph, node);
    const row = call < 0 ? undefined : choices(module, call).find((each) => each.by === 'order');
    const found = row && spentBy(program, row, module, call);
    if (found) {
      pool = found.pool;
      reads.push(...found.reads);
      drawn ||= program.callIn(module, call, 'selection').args.some((arg) => draws(graph, choices, module, arg.value));
      node = nodeOf(found.pool.at);
    } else if (graph.kinds[node] === NodeKind.Call) break;
    else if (graph.kinds[node] === NodeKind.Allocation) {
      const names = namesToldIn(program, module, node);
      if (names.length > 0) pool ??= { at: address(module, node), path: ANY };
      reads.push(...names);
      break;
    } else node = before(graph, node, EdgeKind.Flow);
  }
  return pool && { pool, reads, drawn };
}

/** Whether a function that compares asks for a number by chance. */
function draws(graph: ModuleGraph, choices: ChoicesOf, module: ModuleId, node: number): boolean {
  const fn = functionAt(graph, node);
  return (
    fn >= 0 &&
    callsInOrder(graph).some(
      (call) =>
        isIn(graph, graph.regionOf[graph.calls[call]!.node]!, graph.functions[fn]!.region) &&
        choices(module, call).some((row) => row.by === 'chance' && row.from === undefined),
    )
  );
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
  return pool && { pool: { at: pool.at, path: ANY }, reads: namesOfSearch(program, row, module, call) };
}

/** The names that a call searches by: in the function that it is given to test or to compare, or in what it searches. */
export function namesOfSearch(program: Program, row: ChoiceRow, module: ModuleId, call: number): readonly string[] {
  const [pool] = row.from === undefined ? [] : spots(program, module, call, row.from);
  const told = program.callIn(module, call, 'selection').args.map((arg) => arg.value);
  if (pool) told.unshift(nodeOf(pool.at));
  return told.flatMap((node) => namesToldIn(program, module, node));
}

function namesToldIn(program: Program, module: ModuleId, node: number): readonly string[] {
  return program.foundIn(module, `names told ${node}`, (graph) => namesTold(graph, node), 'selection');
}

/** The names in a function that is handed over to compare or to test, or in the condition of a comprehension. */
function namesTold(graph: ModuleGraph, node: number): readonly string[] {
  const fn = functionAt(graph, node);
  if (fn >= 0) {
    const names = new Set<string>();
    const add = (n: number): void => {
      if (isNamed(graph, n)) names.add(graph.strings[graph.data[n]!]!);
    };
    for (const n of nodesInOrder(graph)) {
      if (!isIn(graph, graph.regionOf[n]!, graph.functions[fn]!.region)) continue;
      add(n);
      // A variable of the functions around it is one place, whoever reads it.
      eachEdge(graph.in, n, (end) => {
        if (graph.kinds[end] === NodeKind.Cell) add(end);
      });
    }
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
  const reached = new Set([node]);
  for (const n of walk(reached, limits.nodesPerSelector)) {
    if (isNamed(graph, n)) names.add(graph.strings[graph.data[n]!]!);
    eachEdge(graph.in, n, (end, edge) => {
      if (edge !== EdgeKind.Store) reached.add(end);
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

function isIn(graph: ModuleGraph, region: number, outer: number): boolean {
  for (let r = region; r >= 0; r = graph.regions[r]!.parent) if (r === outer) return true;
  return false;
}
