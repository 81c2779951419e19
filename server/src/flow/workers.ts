// Loops that try another item after a failure, and loops that start a thread or a task with each item.
import type { Row } from '../catalog/model.ts';
import { ANY, callsInOrder, EdgeKind, eachEdge, functionOf, type ModuleGraph } from '../graph/graph.ts';
import { takersOf } from './calls.ts';
import { gatheredBy } from './gathered.ts';
import { limits } from './limits.ts';
import { ancestors, loopsAround } from './loops.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { rowsOfCall } from './rows.ts';
import type { Spot } from './spots.ts';
import type { Values } from './values.ts';
import { walk } from './walk.ts';

/** Whether a loop goes on to the next item after a failure, and ends with the first success. */
export function isFailover(graph: ModuleGraph, loop: number): boolean {
  const { loop: info } = graph.regions[loop]!;
  if (!info?.breaks && !info?.returns) return false;
  return graph.regions.some((r, i) => r.kind === 'handler' && ancestors(graph, i).includes(loop));
}

/** The calls in a loop that are given an item; `made`: also those that are given what is made with it. */
export function callsGiven(graph: ModuleGraph, item: number, loop: number, made = false): readonly number[] {
  return callsInOrder(graph).filter((index) => {
    const { node, args } = graph.calls[index]!;
    return loopsAround(graph, node).includes(loop) && args.some(({ value }) => isMadeOf(graph, value, item, made));
  });
}

/** Whether one of the calls that are given an item starts a thread or a task with it. */
export function isGivenToWorkers(
  program: Program,
  values: Values,
  module: ModuleId,
  given: readonly number[],
): boolean {
  return given.some(
    (call) => rowsOfCall(program, values, module, call).some(isTask) || isWorker(program, values, module, call),
  );
}

/** Whether a library calls what it is given, once, in its own time. */
const isTask = (row: Row): boolean => row.row === 'call' && row.times === 'once' && !row.later;

/** Whether a call is awaited together with others, or made a task that nobody has to await, and works off one thing after another:
 * one that asks once does a test, or compares. */
function isWorker(program: Program, values: Values, module: ModuleId, call: number): boolean {
  const targets = values.targets(module, call);
  if (!targets.some((thing) => thing.is === 'function' && hasLoop(program, thing.module, thing.fn))) return false;
  const { node } = program.callIn(module, call, 'selection');
  if (gatheredBy(program, values, address(module, node)) !== undefined) return true;
  const takers = takersOf(program.graphAround(address(module, node), 'selection'), node);
  return takers.some((taker) => rowsOfCall(program, values, module, taker).some(isTask));
}

/**
 * The items that a library calls a function for one after the other (`pool.map(work, keys)`), at the parameter that is given one of
 * them, where the function works off one thing after another, or is written there and calls one that does.
 */
export function poolOfCallback(program: Program, values: Values, at: Address): Spot | undefined {
  const module = moduleOf(at);
  const graph = program.graphBehind(at, 'selection');
  const fn = graph.data[nodeOf(at)]!;
  const works = (): boolean => {
    if (hasLoop(program, module, fn)) return true;
    const calls = program.foundIn(
      module,
      `calls of ${fn} given ${nodeOf(at)}`,
      (g) => callsOfFunction(g, fn, nodeOf(at)),
      'selection',
    );
    return calls.some((call) =>
      values.targets(module, call).some((t) => t.is === 'function' && hasLoop(program, t.module, t.fn)),
    );
  };
  if (!works()) return undefined;
  // What is spread over parameters (`work(*args)`) is an element too, but of one call.
  const given = values
    .behind(at)
    .find((way) => way.before === 0 && way.path === ANY && isWalked(program, values, way.at));
  return given && { at: given.at, path: ANY };
}

/** Whether a library walks what a value holds and calls a function for each. */
function isWalked(program: Program, values: Values, at: Address): boolean {
  const graph = program.graphBehind(at, 'selection');
  return takersOf(graph, nodeOf(at), true).some((call) =>
    rowsOfCall(program, values, moduleOf(at), call).some((row) => row.row === 'call' && row.times === 'repeat'),
  );
}

/** The calls in a function that are given an item, where the function is handed over as it is written; else none. */
function callsOfFunction(graph: ModuleGraph, fn: number, item: number): readonly number[] {
  let isHanded = false;
  eachEdge(graph.out, graph.functions[fn]!.node, (_, edge) => {
    isHanded ||= edge === EdgeKind.Argument;
  });
  return callsInOrder(graph).filter((index) => {
    const { node, args } = graph.calls[index]!;
    return isHanded && functionOf(graph, node) === fn && args.some(({ value }) => isMadeOf(graph, value, item));
  });
}

/** Whether a loop stands in a function. */
export function hasLoop(program: Program, module: ModuleId, fn: number): boolean {
  const find = (graph: ModuleGraph): boolean => graph.regions.some((r) => r.kind === 'loop' && r.fn === fn);
  return program.foundIn(module, `has loop ${fn}`, find, 'selection');
}

/** Whether a value is an item, a part of it, or a list of them that is written out; `made`: or made with it. */
export function isMadeOf(graph: ModuleGraph, value: number, item: number, made = false): boolean {
  const reached = new Set([value]);
  for (const n of walk(reached, limits.nodesPerWalk)) {
    if (n === item) return true;
    eachEdge(graph.in, n, (end, edge) => {
      const holds = edge === EdgeKind.Flow || edge === EdgeKind.Load || edge === EdgeKind.Store;
      if (holds || (made && edge !== EdgeKind.Callee && edge !== EdgeKind.Receiver)) reached.add(end);
    });
  }
  return false;
}

/** The loops around a node that are statements. */
export function statementsAround(graph: ModuleGraph, node: number): readonly number[] {
  return loopsAround(graph, node).filter((r) => graph.regions[r]!.kind === 'loop');
}
