// A library's method that is handed on instead of called: `to_thread(client.messages.create, model=…)`, `submit(create, …)`,
// `partial(create, …)`, `retry(create, …)`. Whoever takes it calls it, with arguments that stand at the call that hands it on.
import type { CallRow, Place, SourceRow, VolumeRow } from '../catalog/model.ts';
import { callsInOrder, EdgeKind, eachEdge, functionOf, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { arrivals, isArgument, passedTo, positionOf } from './calls.ts';
import { isCandidate } from './candidates.ts';
import { madeFirst } from './clients.ts';
import { limits } from './limits.ts';
import { address, type ModuleId, type Program } from './program.ts';
import { rowsOfCall } from './rows.ts';
import type { Thing } from './things.ts';
import type { Values } from './values.ts';
import { walk } from './walk.ts';

/** A method that is called by what it was handed to. */
export interface HandedOn {
  readonly method: Extract<Thing, { is: 'api' }>;
  /** The node at which it is handed on. */
  readonly callee: number;
  /** The row of the method, its places as they stand in the call that gives it its arguments. */
  readonly row: SourceRow;
  /** The call whose arguments it is given. */
  readonly told: number;
  /** The call that has its result. */
  readonly call: number;
  /** Set where it is called once for each of some items. */
  readonly volume: VolumeRow | undefined;
}

/** The methods that a module hands on and that are model calls, in order. */
export function handedOn(program: Program, values: Values, module: ModuleId): readonly HandedOn[] {
  const graph = program.graph(module, 'hands on a method');
  const found: HandedOn[] = [];
  const add = (node: number, takers: () => readonly Taker[]): void => {
    if (graph.kinds[node] !== NodeKind.Load) return;
    if (!isCandidate(program, module, node, 'candidateNames')) return;
    for (const { thing: method } of madeFirst(program, values.what(address(module, node)))) {
      const rows = method.position.rows.filter((row): row is SourceRow => row.row === 'source');
      for (const row of rows)
        for (const taker of takers()) found.push({ method, callee: node, row: moved(row, taker), ...pick(taker) });
      if (rows.length > 0) return;
    }
  };
  callsInOrder(graph).forEach((index) => {
    const call = graph.calls[index]!;
    call.args.forEach((arg, i) => {
      add(arg.value, () => takersOf(program, values, module, graph, index, i));
    });
    // `create.bind(completions)` is the method again.
    if (call.receiver >= 0)
      add(call.receiver, () => {
        const rows = rowsOfCall(program, values, module, index);
        const again = rows.some((row) => row.row === 'call' && row.callable.at === 'self' && row.later);
        return again ? calledAs(program, values, module, graph, call.node) : [];
      });
  });
  return found;
}

function pick({ told, call, volume }: Taker): Pick<HandedOn, 'told' | 'call' | 'volume'> {
  return { told, call, volume };
}

/** What calls a method that it was given. */
interface Taker {
  readonly told: number;
  readonly call: number;
  /** Where what the method returns is found at that call. */
  readonly result: Place;
  /** Where the method's argument at a position stands in the call that gives it its arguments. */
  readonly given: (position: number) => readonly Place[];
  readonly volume: VolumeRow | undefined;
}

const RETURNED: Place = { slot: { at: 'return' }, path: [] };

/** The argument at a position, and after some others. */
function argumentsAfter(count: number): Taker['given'] {
  return (position) => [{ slot: { at: 'argument', index: count + position, name: undefined }, path: [] }];
}

function takersOf(
  program: Program,
  values: Values,
  module: ModuleId,
  graph: ModuleGraph,
  index: number,
  argument: number,
  depth = 0,
): readonly Taker[] {
  const call = graph.calls[index]!;
  const row = takes(program, values, module, graph, index, argument);
  if (row) {
    const given = (position: number): readonly Place[] => passedTo(row, position);
    if (row.later)
      return calledAs(program, values, module, graph, call.node, depth).map((taker) => ({
        ...taker,
        told: index,
        given,
      }));
    const { origin, times, iterable } = row;
    const volume =
      times === 'repeat' ? ({ row: 'volume', origin, kind: 'batch', iterable, by: row } as const) : undefined;
    return [{ told: index, call: index, result: row.result ?? RETURNED, given, volume }];
  }
  const calls = callsOfGiven(program, values, module, index, argument);
  if (calls === 'itself') {
    const given = argumentsAfter(positionOf(call.args, argument) + 1);
    return [{ told: index, call: index, result: RETURNED, given, volume: undefined }];
  }
  if (calls === 'by what it gives') return calledAs(program, values, module, graph, call.node, depth);
  const kept = calledAsField(program, values, module, graph, index, argument);
  if (kept.length > 0) return kept;
  // A wrapper of another library, `retry(…)(create)`, gives the method again.
  const isOwn = values.targets(module, index).some((thing) => thing.is === 'function' || thing.is === 'class');
  return isOwn || call.args.length > 1 ? [] : calledAs(program, values, module, graph, call.node, depth);
}

/** What calls a method under the name of the field that a function or constructor of the module keeps it in. */
function calledAsField(
  program: Program,
  values: Values,
  module: ModuleId,
  graph: ModuleGraph,
  index: number,
  argument: number,
): readonly Taker[] {
  const call = graph.calls[index]!;
  const fields = new Set<string>();
  for (const thing of values.targets(module, index)) {
    if (thing.is !== 'function' && thing.is !== 'class') continue;
    const called = thing.is === 'function' ? thing : values.constructorOf(thing.module, thing.cls);
    if (called?.module !== module) continue;
    const fn = graph.functions[called.fn]!;
    for (const { param, path } of arrivals(fn, call, argument, '', thing.is === 'class' || thing.bound))
      if (path === '')
        eachEdge(graph.out, fn.params[param]!.node, (_, kind, label) => {
          if (kind === EdgeKind.Store) fields.add(graph.strings[label]!);
        });
  }
  if (fields.size === 0) return [];
  const method = values.what(address(module, call.args[argument]!.value));
  return callsInOrder(graph).flatMap((other): Taker[] => {
    const { callee } = graph.calls[other]!;
    if (graph.kinds[callee] !== NodeKind.Load || !fields.has(graph.strings[graph.data[callee]!]!)) return [];
    // What has a name that models' methods have is asked about without this.
    if (isCandidate(program, module, callee, 'candidateNames')) return [];
    const called = values.what(address(module, callee));
    if (!method.some((m) => m.is === 'api' && called.some((c) => c.is === 'api' && c.position === m.position)))
      return [];
    return [{ told: other, call: other, result: RETURNED, given: argumentsAfter(0), volume: undefined }];
  });
}

/** The row by which a call takes a function in one of its arguments and calls it, or gives one that will. */
function takes(
  program: Program,
  values: Values,
  module: ModuleId,
  graph: ModuleGraph,
  index: number,
  argument: number,
): CallRow | undefined {
  return rowsOfCall(program, values, module, index).find((row): row is CallRow => {
    if (row.row !== 'call' || row.callable.at !== 'argument' || row.inside) return false;
    return isArgument(graph.calls[index]!, argument, row.callable.index, row.callable.name);
  });
}

/** What calls a value that stands for a method, in its module. */
function calledAs(
  program: Program,
  values: Values,
  module: ModuleId,
  graph: ModuleGraph,
  node: number,
  depth = 0,
): readonly Taker[] {
  const found: Taker[] = [];
  const reached = new Set([node]);
  for (const n of walk(reached, limits.nodesPerWalk)) {
    eachEdge(graph.out, n, (end, kind, label) => {
      if (kind === EdgeKind.Flow) reached.add(end);
      else if (kind === EdgeKind.Callee) {
        const call = graph.data[end]!;
        found.push({ told: call, call, result: RETURNED, given: argumentsAfter(0), volume: undefined });
      } else if (kind === EdgeKind.Argument && label >= 0 && depth < limits.handedDepth)
        found.push(...takersOf(program, values, module, graph, graph.data[end]!, label, depth + 1));
    });
  }
  return found;
}

/** Who calls what stands in an argument of a function of the workspace: a helper that tries again does it itself, and one that wraps
 * methods gives another that will, whenever that is called. */
function callsOfGiven(
  program: Program,
  values: Values,
  module: ModuleId,
  index: number,
  argument: number,
): 'itself' | 'by what it gives' | undefined {
  const call = program.graph(module, 'hands on a method').calls[index]!;
  let found: 'by what it gives' | undefined;
  for (const thing of values.targets(module, index)) {
    if (thing.is !== 'function') continue;
    const graph = program.graph(thing.module, 'is handed a method');
    const fn = graph.functions[thing.fn]!;
    const gives = (inner: number): boolean =>
      values
        .what(address(thing.module, fn.result))
        .some((one) => one.is === 'function' && one.module === thing.module && one.fn === inner);
    const isGiven = (inner: number): boolean =>
      inner >= 0 && inner !== thing.fn && (gives(inner) || isGiven(graph.functions[inner]!.parent));
    for (const { param, path } of arrivals(fn, call, argument, '', thing.bound, thing.given?.positions)) {
      const reached = new Set(path === '' ? [fn.params[param]!.node] : []);
      for (const n of walk(reached, limits.nodesPerWalk)) {
        let called: typeof found | 'itself';
        eachEdge(graph.out, n, (end, kind) => {
          if (kind === EdgeKind.Flow) reached.add(end);
          else if (kind === EdgeKind.Callee) called = isGiven(functionOf(graph, end)) ? 'by what it gives' : 'itself';
        });
        if (called === 'itself') return called;
        found ??= called;
      }
    }
  }
  return found;
}

/** A row whose places are those of the call that gives the method its arguments. */
function moved(row: SourceRow, taker: Taker): SourceRow {
  const all = (places: readonly Place[]): readonly Place[] =>
    places.flatMap((place) => {
      const { slot, path } = place;
      if (slot.at !== 'argument') return slot.at === 'self' ? [] : [place];
      const named: Place[] =
        slot.name === undefined ? [] : [{ slot: { at: 'argument', index: -1, name: slot.name }, path }];
      const positional = slot.index < 0 ? [] : taker.given(slot.index);
      return [...named, ...positional.map((to) => ({ slot: to.slot, path: [...to.path, ...path] }))];
    });
  return {
    ...row,
    result: row.result.flatMap(({ slot }) => (slot.at === 'return' ? [taker.result] : [])),
    model: all(row.model),
    route: all(row.route),
    baseUrl: all(row.baseUrl),
    prompt: all(row.prompt),
    key: all(row.key),
    proxy: all(row.proxy),
    guards: row.guards
      .flatMap((guard) => all([guard.place]).map((place) => ({ ...guard, place })))
      .slice(0, row.guards.length),
    url: row.url && all([row.url])[0],
  };
}
