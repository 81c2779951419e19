// A library's method that is handed on instead of called: `to_thread(client.messages.create, model=…)`, `submit(create, …)`,
// `partial(create, …)`, `retry(create, …)`. Whoever takes it calls it, with arguments that stand at the call that hands it on.
import type { CallRow, Place, SourceRow, VolumeRow } from '../catalog/model.ts';
import { EdgeKind, eachEdge, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { calleeName } from './callee.ts';
import { arrivals, isArgument, passedTo, positionOf } from './calls.ts';
import { address, type ModuleId, type Program } from './program.ts';
import { rowsOfCall } from './rows.ts';
import type { Thing, Values } from './values.ts';

/** A method that is called by what it was handed to. */
export interface HandedOn {
  readonly method: Extract<Thing, { is: 'api' }>;
  /** The node at which it is handed on. */
  readonly callee: number;
  /** The row of the method, its places as they stand in the call that hands it on. */
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
  graph.calls.forEach((call, index) => {
    call.args.forEach((arg, i) => {
      if (graph.kinds[arg.value] !== NodeKind.Load) return;
      if (!program.catalog.candidateNames.has(calleeName(graph, arg.value) ?? '')) return;
      for (const method of values.what(address(module, arg.value))) {
        if (method.is !== 'api') continue;
        const rows = method.position.rows.filter((row): row is SourceRow => row.row === 'source');
        for (const row of rows)
          for (const taker of takersOf(program, values, module, graph, index, i))
            found.push({
              method,
              callee: arg.value,
              row: moved(row, taker),
              told: index,
              call: taker.call,
              volume: taker.volume,
            });
        if (rows.length > 0) return;
      }
    });
  });
  return found;
}

/** What calls a method that it was given. */
interface Taker {
  readonly call: number;
  /** Where what the method returns is found at that call. */
  readonly result: Place;
  /** Where the method's argument at a position stands in the call that hands it on. */
  readonly given: (position: number) => readonly Place[];
  readonly volume: VolumeRow | undefined;
}

const RETURNED: Place = { slot: { at: 'return' }, path: [] };

function takersOf(
  program: Program,
  values: Values,
  module: ModuleId,
  graph: ModuleGraph,
  index: number,
  argument: number,
): readonly Taker[] {
  const row = takes(program, values, module, graph, index, argument);
  if (row?.later) {
    const given = (position: number): readonly Place[] => passedTo(row, position);
    return usesOf(program, values, module, graph, graph.calls[index]!.node).map(({ call, by }) => ({
      call,
      result: by?.result ?? RETURNED,
      given,
      volume: undefined,
    }));
  }
  if (row) {
    const { origin, times, iterable } = row;
    const volume = times === 'repeat' ? ({ row: 'volume', origin, kind: 'batch', iterable } as const) : undefined;
    const given = (position: number): readonly Place[] => passedTo(row, position);
    return [{ call: index, result: row.result ?? RETURNED, given, volume }];
  }
  if (!callsWhatItIsGiven(program, values, module, index, argument)) return [];
  const after = positionOf(graph.calls[index]!.args, argument) + 1;
  const given = (position: number): readonly Place[] => [
    { slot: { at: 'argument', index: after + position, name: undefined }, path: [] },
  ];
  return [{ call: index, result: RETURNED, given, volume: undefined }];
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

/** Where a function that was made (`partial(create, …)`) is called in its module, or handed to what calls it. */
function usesOf(
  program: Program,
  values: Values,
  module: ModuleId,
  graph: ModuleGraph,
  node: number,
): { readonly call: number; readonly by: CallRow | undefined }[] {
  const found: { call: number; by: CallRow | undefined }[] = [];
  const seen = new Set<number>();
  const work = [node];
  for (let n = work.shift(); n !== undefined && seen.size < 24; n = work.shift()) {
    if (seen.has(n)) continue;
    seen.add(n);
    eachEdge(graph.out, n, (end, kind, label) => {
      if (kind === EdgeKind.Flow) work.push(end);
      else if (kind === EdgeKind.Callee) found.push({ call: graph.data[end]!, by: undefined });
      else if (kind === EdgeKind.Argument && label >= 0) {
        const call = graph.data[end]!;
        const by = takes(program, values, module, graph, call, label);
        if (by && !by.later) found.push({ call, by });
      }
    });
  }
  return found;
}

/** Whether a function of the workspace calls what stands in an argument: a helper that tries again. */
function callsWhatItIsGiven(
  program: Program,
  values: Values,
  module: ModuleId,
  index: number,
  argument: number,
): boolean {
  const call = program.graph(module, 'hands on a method').calls[index]!;
  return values.targets(module, index).some((thing) => {
    if (thing.is !== 'function') return false;
    const graph = program.graph(thing.module, 'is handed a method');
    const fn = graph.functions[thing.fn]!;
    return arrivals(fn, call, argument, '', thing.bound).some(({ param, path }) => {
      const seen = new Set<number>();
      const work = path === '' ? [fn.params[param]!.node] : [];
      for (let n = work.shift(); n !== undefined && seen.size < 24; n = work.shift()) {
        if (seen.has(n)) continue;
        seen.add(n);
        let called = false;
        eachEdge(graph.out, n, (end, kind) => {
          if (kind === EdgeKind.Flow) work.push(end);
          else if (kind === EdgeKind.Callee) called = true;
        });
        if (called) return true;
      }
      return false;
    });
  });
}

/** A row whose places are those of the call that hands the method on. */
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
