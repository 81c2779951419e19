// Whether a loop goes through parts of what another walks within it: then both together ask once for each item, and no more.
import { ANY, EdgeKind, eachEdge, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { loopsAround } from './loops.ts';
import { head } from './paths.ts';
import { type Address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { backward } from './rounds.ts';
import { rowsOfCall } from './rows.ts';
import type { Values } from './values.ts';

/**
 * Whether what is walked at `items` is, each time, another part of a whole that the loop goes through: the `loop`-th around `at`,
 * counted from the innermost. Parts are slices between bounds that move, or what a library cuts a collection into.
 */
export function walksParts(
  program: Program,
  values: Values,
  at: Address,
  loop: number,
  items: readonly Address[],
): boolean {
  const module = moduleOf(at);
  const graph = program.graphBehind(at, 'volume');
  const region = loopsAround(graph, nodeOf(at))[loop];
  if (region === undefined) return false;
  return items.some((item) => {
    if (moduleOf(item) !== module || !varies(graph, [nodeOf(item)], region)) return false;
    return values.behind(item).some((passed) => isCut(program, values, passed.at, passed.path));
  });
}

/** Whether one of the values is another one in each round of a loop. */
function varies(graph: ModuleGraph, nodes: readonly number[], region: number): boolean {
  const { variable } = graph.regions[region]!.loop!;
  const reach = backward(graph, nodes, graph.regions[region]!, -1, () => false);
  return reach.varies || (variable >= 0 && reach.nodes.has(variable));
}

/** Whether the value at `path` below a node is a part that is cut from a whole there. */
function isCut(program: Program, values: Values, at: Address, path: string): boolean {
  const module = moduleOf(at);
  const node = nodeOf(at);
  const graph = program.graphBehind(at, 'volume');
  if (graph.kinds[node] === NodeKind.Operation)
    return path === '' && hasMovingBounds(graph, node, boundsOf(graph, node));
  if (graph.kinds[node] !== NodeKind.Call) return false;
  const index = graph.data[node]!;
  if (path !== '') return head(path) === ANY && cutsUp(program, values, module, index);
  const { args } = graph.calls[index]!;
  const bounds = args.map((arg) => arg.value).filter((value) => graph.kinds[value] !== NodeKind.Function);
  return hasMovingBounds(graph, node, bounds) && slices(program, values, module, index);
}

function boundsOf(graph: ModuleGraph, node: number): readonly number[] {
  const bounds: number[] = [];
  eachEdge(graph.in, node, (end, kind) => {
    if (kind === EdgeKind.Key) bounds.push(end);
  });
  return bounds;
}

function hasMovingBounds(graph: ModuleGraph, node: number, bounds: readonly number[]): boolean {
  return bounds.length > 0 && loopsAround(graph, node).some((region) => varies(graph, bounds, region));
}

/** Whether a call gives what its receiver holds, as `slice` does. */
function slices(program: Program, values: Values, module: ModuleId, index: number): boolean {
  return rowsOfCall(program, values, module, index).some(
    (row) =>
      row.row === 'flow' &&
      row.from.slot.at === 'self' &&
      row.to?.slot.at === 'return' &&
      row.from.path.length === row.to.path.length,
  );
}

/** Whether a library puts what it is given into the elements of what it gives: `chunked(rows, 100)`. */
function cutsUp(program: Program, values: Values, module: ModuleId, index: number): boolean {
  return rowsOfCall(program, values, module, index).some(
    (row) =>
      row.row === 'flow' &&
      row.from.slot.at !== 'self' &&
      row.to?.slot.at === 'return' &&
      row.to.path.length === row.from.path.length + 1 &&
      row.to.path.every((element) => element === ANY),
  );
}
