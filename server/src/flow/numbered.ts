// Which of several is read where they are kept under names with a number in them (`TIDE_KEY_3`): that of a worker, or the next one
// after a failure. What is named by anything but a number belongs to somebody, a tenant or a provider, and is not one of several.
import { ANY, EdgeKind, eachEdge, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { type Way, waysBack } from './back.ts';
import { takersOf } from './calls.ts';
import { limits } from './limits.ts';
import { ancestors } from './loops.ts';
import { type AccessPath, head, pathOf } from './paths.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { rowsOfCall } from './rows.ts';
import { type Spot, spots } from './spots.ts';
import type { Values } from './values.ts';
import { variableNames } from './variables.ts';
import { callsGiven, hasLoop, isFailover, isGivenToWorkers } from './workers.ts';

/** A read under a name that is put together: what it reads from, and what is put into the name. */
export interface ComputedName {
  readonly pool: Spot;
  readonly holes: readonly Address[];
}

/** Who has another number: each worker, or each attempt. `of` is what gives the numbers. */
export interface Numbering {
  readonly by: 'worker' | 'failure';
  readonly of: Address;
}

/** The name that a member, an element or a variable of the environment is read under, or undefined where it has no holes. */
export function computedName(program: Program, values: Values, at: Address): ComputedName | undefined {
  const module = moduleOf(at);
  const node = nodeOf(at);
  const graph = program.graphBehind(at, 'selection');
  let pool = -1;
  const keys: Address[] = [];
  if (graph.kinds[node] === NodeKind.Load)
    eachEdge(graph.in, node, (end, edge) => {
      if (edge === EdgeKind.Load) pool = end;
      else if (edge === EdgeKind.Key) keys.push(address(module, end));
    });
  else if (graph.kinds[node] === NodeKind.Call) {
    const call = graph.data[node]!;
    pool = graph.calls[call]!.callee;
    keys.push(...variableNames(program, values, module, call));
  }
  const holes = keys.flatMap((key) => holesOf(program, values, key));
  return pool < 0 || holes.length === 0 ? undefined : { pool: { at: address(module, pool), path: ANY }, holes };
}

/** What a text is put together from, as far as it is not written down. */
function holesOf(program: Program, values: Values, key: Address): readonly Address[] {
  return values.behind(key).flatMap(({ at, path }) => {
    const kind = program.graphBehind(at, 'selection').kinds[nodeOf(at)];
    const isMade = kind === NodeKind.Template || kind === NodeKind.Operation || kind === NodeKind.Call;
    return path === '' && isMade ? madeFrom(program, values, at, [EdgeKind.Text]) : [];
  });
}

/** What a text or a number is made from. */
function madeFrom(program: Program, values: Values, at: Address, edges: readonly EdgeKind[]): readonly Address[] {
  const module = moduleOf(at);
  const node = nodeOf(at);
  const graph = program.graphBehind(at, 'selection');
  if (graph.kinds[node] === NodeKind.Call)
    return rowsOfCall(program, values, module, graph.data[node]!).flatMap((row) =>
      row.row === 'flow' && row.to?.slot.at === 'return' && row.to.path.length === 0 && row.how === 'text'
        ? spots(program, module, graph.data[node]!, row.from).flatMap((spot) => (spot.path === '' ? [spot.at] : []))
        : [],
    );
  const found: Address[] = [];
  eachEdge(graph.in, node, (end, edge) => {
    if (edges.includes(edge as EdgeKind)) found.push(address(module, end));
  });
  return found;
}

/** Whether what is put into a name is a number that each worker, or each attempt, has another one of. */
export function numberingOf(program: Program, values: Values, hole: Address): Numbering | undefined {
  for (const way of waysFrom(program, values, hole)) {
    const module = moduleOf(way.at);
    const counted =
      way.path === '' ? program.foundIn(module, `counter ${nodeOf(way.at)}`, counterAt(way), 'selection') : -1;
    const given = counted >= 0 ? { item: way, loop: counted } : givenAt(program, values, way);
    const by = given && manner(program, values, given.item, given.loop);
    if (given && by) return { by, of: given.item.at };
  }
  return undefined;
}

/** The places that a number is followed back to, over what is reckoned from it and the text that it is read from. */
function waysFrom(program: Program, values: Values, root: Address): readonly Way[] {
  return waysBack(values, { at: root, path: '' }, undefined, limits.nodesPerSelector, (way) => {
    const kind = program.graphBehind(way.at, 'selection').kinds[nodeOf(way.at)];
    if (way.path !== '' || (kind !== NodeKind.Operation && kind !== NodeKind.Call)) return [];
    return madeFrom(program, values, way.at, [EdgeKind.Text, EdgeKind.Measure]).map((at) => ({ at, path: '' }));
  });
}

/** The loop that counts a variable on, or -1. */
function counterAt({ at }: Way): (graph: ModuleGraph) => number {
  return (graph) => {
    const node = nodeOf(at);
    if (graph.kinds[node] !== NodeKind.Join) return -1;
    const loop = ancestors(graph, graph.regionOf[node]!).find((r) => graph.regions[r]!.loop?.form === 'for-count');
    let counts = false;
    eachEdge(graph.in, node, (end) => {
      let made = graph.kinds[end] === NodeKind.Operation;
      eachEdge(graph.in, end, (before) => {
        made ||= graph.kinds[before] === NodeKind.Operation;
      });
      counts ||= made;
    });
    return counts && loop !== undefined ? loop : -1;
  };
}

/** What gives a number that was followed back to its end: the variable of a loop over numbers, or the parameter of a callback. */
function givenAt(
  program: Program,
  values: Values,
  end: Way,
): { readonly item: Way; readonly loop: number } | undefined {
  const module = moduleOf(end.at);
  const node = nodeOf(end.at);
  const graph = program.graphBehind(end.at, 'selection');
  const kind = graph.kinds[node];
  if (kind === NodeKind.Parameter && end.path === '')
    return isPosition(program, values, end.at) ? { item: end, loop: -1 } : undefined;
  let item: Way | undefined;
  if (kind === NodeKind.Call && isOfNumbers(program, values, module, graph.data[node]!, end.path)) item = end;
  else if (kind === NodeKind.Constant && end.path === '' && typeof graph.constants[graph.data[node]!] === 'number')
    item = end.before;
  if (item === undefined || head(item.path) !== ANY) return undefined;
  while (item && head(item.path) === ANY) item = item.before;
  if (item === undefined) return undefined;
  const given = nodeOf(item.at);
  const find = (g: ModuleGraph): number => g.regions.findIndex((r) => r.loop?.variable === given);
  const loop = program.foundIn(moduleOf(item.at), `loop with ${given}`, find, 'selection');
  const isParameter = program.graphBehind(item.at, 'selection').kinds[given] === NodeKind.Parameter;
  return loop >= 0 || isParameter ? { item, loop } : undefined;
}

/** Whether a call's result holds numbers under a path: a range, or the numbers of what it pairs with them. */
function isOfNumbers(program: Program, values: Values, module: ModuleId, call: number, path: AccessPath): boolean {
  const rows = rowsOfCall(program, values, module, call);
  if (path === ANY) return rows.some((row) => row.row === 'volume' && row.kind === 'range');
  const gives = (part: string): boolean =>
    rows.some(
      (row) => row.row === 'flow' && row.to?.slot.at === 'return' && pathOf(row.to.path) === pathOf([ANY, part]),
    );
  return path === pathOf([ANY, '0']) && gives('1') && !gives('0');
}

/** Whether a parameter of a callback is the number of the item that it is called for: what stands behind the item itself. */
function isPosition(program: Program, values: Values, at: Address): boolean {
  const module = moduleOf(at);
  const graph = program.graphBehind(at, 'selection');
  const { node, params } = graph.functions[graph.data[nodeOf(at)]!]!;
  const parameter = params.findIndex((param) => param.node === nodeOf(at));
  if (parameter !== 1 || node < 0) return false;
  return takersOf(graph, node).some((call) =>
    rowsOfCall(program, values, module, call).some(
      (row) =>
        row.row === 'call' &&
        row.times === 'repeat' &&
        row.passes.some((pass) => pass.parameter === 0 && pass.from.path.at(-1) === ANY) &&
        !row.passes.some((pass) => pass.parameter === parameter),
    ),
  );
}

/** Who has another number, where a loop (or -1, a callback) gives them. */
function manner(program: Program, values: Values, item: Way, loop: number): Numbering['by'] | undefined {
  const module = moduleOf(item.at);
  const node = nodeOf(item.at);
  if (loop >= 0) {
    if (program.foundIn(module, `failover ${loop}`, (g) => isFailover(g, loop), 'selection')) return 'failure';
    const find = (g: ModuleGraph): readonly number[] => callsGiven(g, node, loop, true);
    const given = program.foundIn(module, `made of ${node} in ${loop}`, find, 'selection');
    return isGivenToWorkers(program, values, module, given) ? 'worker' : undefined;
  }
  // A function that is called once for each number works off one thing after another, or it only does a test.
  for (let way: Way | undefined = item; way; way = way.before) {
    const graph = program.graphBehind(way.at, 'selection');
    if (graph.kinds[nodeOf(way.at)] !== NodeKind.Parameter) continue;
    if (hasLoop(program, moduleOf(way.at), graph.data[nodeOf(way.at)]!)) return 'worker';
  }
  return undefined;
}
