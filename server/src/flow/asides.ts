// Whether what one of several is searched by is changed where something has failed: `dead.add(key)`, `key.works = false`. Then the
// search passes over whatever failed, under whatever name that is kept.
import { ANY, callsInOrder, EdgeKind, eachEdge, type ModuleGraph, NodeKind, nodesInOrder } from '../graph/graph.ts';
import { ancestors } from './loops.ts';
import type { ModuleId, Program } from './program.ts';
import { rowsOfCall } from './rows.ts';
import type { Values } from './values.ts';

/** What a module changes in its handlers of failures and in the functions that they call: fields that are set, and collections that
 * a call may put something into. */
interface Changes {
  readonly fields: readonly string[];
  readonly calls: readonly { readonly call: number; readonly name: string }[];
}

/** Whether something of these names, which a search reads, is changed after a failure in the same module. */
export function isSetAside(program: Program, values: Values, module: ModuleId, names: readonly string[]): boolean {
  if (names.length === 0) return false;
  const handling = program.foundIn(module, 'calls in handlers', (graph) => callsInHandlers(graph), 'selection');
  const called = handling.flatMap((call) =>
    values
      .targets(module, call)
      .flatMap((thing) => (thing.is === 'function' && thing.module === module ? [thing.fn] : [])),
  );
  const fns = [...new Set(called)];
  const find = (graph: ModuleGraph): Changes => changesIn(graph, fns);
  const { fields, calls } = program.foundIn(module, `changes in handlers and ${fns.join(' ')}`, find, 'selection');
  return (
    fields.some((name) => names.includes(name)) ||
    calls.some(
      ({ call, name }) =>
        names.includes(name) &&
        rowsOfCall(program, values, module, call).some((row) => row.row === 'flow' && row.to?.slot.at === 'self'),
    )
  );
}

function callsInHandlers(graph: ModuleGraph): readonly number[] {
  return callsInOrder(graph).filter((call) => isHandling(graph, graph.calls[call]!.node, []));
}

function changesIn(graph: ModuleGraph, fns: readonly number[]): Changes {
  const fields: string[] = [];
  for (const node of nodesInOrder(graph)) {
    if (graph.kinds[node] !== NodeKind.PostUpdate || !isHandling(graph, node, fns)) continue;
    let object = -1;
    const put: string[] = [];
    eachEdge(graph.in, node, (end, edge, label) => {
      if (edge === EdgeKind.Flow) object = end;
      else if (edge === EdgeKind.Store) put.push(graph.strings[label]!);
    });
    // What was caught, or made there, is not what is searched.
    if (object < 0 || isOfHandler(graph, object)) continue;
    for (const label of put) fields.push(label === ANY ? (nameOf(graph, object) ?? ANY) : label);
  }
  const calls = callsInOrder(graph).flatMap((call) => {
    const { node, receiver } = graph.calls[call]!;
    const name = receiver < 0 || !isHandling(graph, node, fns) ? undefined : nameOf(graph, receiver);
    return name === undefined ? [] : [{ call, name }];
  });
  return { fields, calls };
}

/** Whether a node stands in a handler, or in one of these functions. */
function isHandling(graph: ModuleGraph, node: number, fns: readonly number[]): boolean {
  const region = graph.regionOf[node]!;
  return (
    fns.includes(graph.regions[region]!.fn) ||
    ancestors(graph, region).some((r) => graph.regions[r]!.kind === 'handler')
  );
}

/** Whether a handler itself gives a value its name. */
function isOfHandler(graph: ModuleGraph, node: number): boolean {
  const kind = graph.kinds[node];
  return (
    (kind === NodeKind.Definition || kind === NodeKind.Unknown) &&
    ancestors(graph, graph.regionOf[node]!).some((r) => graph.regions[r]!.kind === 'handler')
  );
}

function nameOf(graph: ModuleGraph, node: number): string | undefined {
  const kind = graph.kinds[node] as NodeKind;
  const isNamed = kind === NodeKind.Load || kind === NodeKind.Cell || kind === NodeKind.Definition;
  return isNamed || kind === NodeKind.Join ? graph.strings[graph.data[node]!] : undefined;
}
