// What library calls put into an object that they are called on (`parser.add_argument('--out', default='rows.jsonl')`), and what
// they give parameters by their names (`@click.option('--out', default='rows.jsonl')`), both asked backward.
import type { Row } from '../catalog/model.ts';
import { callsInOrder, EdgeKind, eachEdge, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { callUpdating } from './calls.ts';
import { type AccessPath, concat, elementsOf, prepend } from './paths.ts';
import { address, type ModuleId, type Program } from './program.ts';
import { isSameObject, type Source, sourcesOf } from './reversal.ts';
import { guardsHold, rowsOfTargets } from './rows.ts';
import { type Spot, spots } from './spots.ts';
import { keepersFrom } from './states.ts';
import type { Values } from './values.ts';

/** What stands at `path` in an object after the call that left it at `node`, if that call or one on its result put it there. */
export function putInto(
  program: Program,
  values: Values,
  graph: ModuleGraph,
  module: ModuleId,
  node: number,
  path: AccessPath,
): readonly Source[] {
  const calls = keepersFrom(graph, callUpdating(graph, node), program.catalog.keeperNames);
  return putBy(program, values, graph, module, calls, path);
}

/** What the calls of a module put at `path` into an object of a library that it imports at `node`. Wherever the module names it, it
 * is the same object, and in its body the graph has no states of it. */
export function putIntoImported(
  program: Program,
  values: Values,
  module: ModuleId,
  node: number,
  path: AccessPath,
): readonly Source[] {
  const { keeperNames } = program.catalog;
  const chains = program.foundIn(module, 'keepers', (graph) => keepersOnImports(graph, keeperNames), 'value');
  return chains.flatMap(({ on, calls }) => {
    if (on !== node) return [];
    const graphs = calls.map((call) => program.graphOfCall(module, call, 'value'));
    return putBy(program, values, graphs[0]!, module, calls, path);
  });
}

/** The calls of such methods on what is imported, each with those on its result and the node of the import. */
function keepersOnImports(graph: ModuleGraph, names: ReadonlySet<string>): { on: number; calls: readonly number[] }[] {
  return callsInOrder(graph).flatMap((call) => {
    const on = graph.calls[call]!.receiver;
    if (on < 0 || graph.kinds[on] !== NodeKind.Import) return [];
    const calls = keepersFrom(graph, call, names);
    return calls.length > 0 ? [{ on, calls }] : [];
  });
}

function putBy(
  program: Program,
  values: Values,
  graph: ModuleGraph,
  module: ModuleId,
  calls: readonly number[],
  path: AccessPath,
): readonly Source[] {
  const found: Source[] = [];
  for (const index of calls) {
    const rows = rowsOfTargets(values, module, index);
    found.push(
      ...sourcesOf(flowsOf(program, values, module, index), graph, program.ecosystem(module), index, 'self', path),
    );
    // What is called on its result goes on with the same object, where a row says so: `program.option(…).option(…)`.
    if (!rows.some(isSameObject)) break;
  }
  return found;
}

/** The flow rows of what a call is known to invoke, as far as their guards hold. */
function flowsOf(program: Program, values: Values, module: ModuleId, index: number): readonly Row[] {
  return rowsOfTargets(values, module, index).filter(
    (row) => row.row === 'flow' && guardsHold(program, values, module, index, row.guards ?? []),
  );
}

/** The calls that are decorators of a function, the innermost first. */
export function decoratorsOf(program: Program, module: ModuleId, fn: number): readonly number[] {
  const found: number[] = [];
  const { node } = program.functionIn(module, fn, 'value');
  for (let at = node; at >= 0; ) {
    const graph = program.graphAround(address(module, at), 'value');
    let next = -1;
    eachEdge(graph.out, at, (end, kind) => {
      if (kind !== EdgeKind.Argument || graph.kinds[end] !== NodeKind.Call) return;
      const call = graph.data[end]!;
      if (graph.calls[call]!.form !== 'decorator') return;
      found.push(call);
      next = end;
    });
    at = next;
  }
  return found;
}

/** What a library call gives, by a row, to what is at `path` of the parameter `name` of a function that it is handed. */
export function givenByName(
  program: Program,
  values: Values,
  module: ModuleId,
  index: number,
  name: string,
  path: AccessPath,
): readonly Spot[] {
  const wanted = prepend(name, path);
  return rowsOfTargets(values, module, index).flatMap((row): readonly Spot[] => {
    if (row.row !== 'flow' || row.to?.slot.at !== 'callback' || row.to.slot.parameter >= 0) return [];
    if (!guardsHold(program, values, module, index, row.guards ?? [])) return [];
    if (row.from.slot.at === 'self') return keptByCallee(program, values, module, index, wanted);
    return spots(program, module, index, row.from).map((spot) => ({
      at: spot.at,
      path: concat(elementsOf(spot.path), wanted),
    }));
  });
}

/** What was put at `path` into the result that call `index` calls: a decorator has one option, and says nothing of others. */
function keptByCallee(
  program: Program,
  values: Values,
  module: ModuleId,
  index: number,
  path: AccessPath,
): readonly Spot[] {
  const { callee } = program.callIn(module, index, 'value');
  const graph = program.graphBehind(address(module, callee), 'value');
  if (graph.kinds[callee] !== NodeKind.Call) return [];
  const made = graph.data[callee]!;
  return sourcesOf(flowsOf(program, values, module, made), graph, program.ecosystem(module), made, 'return', path).map(
    (source) => ({
      at: address(module, source.node),
      path: source.path,
    }),
  );
}
