// What rests on one of several functions being called: a table of them is read by a key that is known at run time alone.
import { ANY, EdgeKind, eachEdge, functionOf, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { calleeName, calleeText } from './callee.ts';
import type { Fact } from './facts.ts';
import { address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import type { Values } from './values.ts';

/** Steps back from what is called to where it was picked. */
const STEPS = 12;

/** What a way of content assumes of which function is called, a sentence for each table that one of several is picked from. */
export function pickedAssumed(program: Program, values: Values, path: readonly Fact[]): readonly string[] {
  return path.flatMap((fact) => {
    if (fact.how !== 'exit' || fact.site === undefined) return [];
    const module = moduleOf(fact.site);
    const graph = program.graphBehind(fact.site, 'picked');
    if (graph.kinds[nodeOf(fact.site)] !== NodeKind.Call) return [];
    const index = graph.data[nodeOf(fact.site)]!;
    const table = tableBehind(program, module, graph, index);
    if (table < 0) return [];
    const called = values.targets(module, index).flatMap((thing) => (thing.is === 'function' ? [thing] : []));
    const several = new Set(called.map((thing) => `${thing.module}:${thing.fn}`));
    for (const from of [fact.parent, ...(fact.also ?? []).map((way) => way.from)])
      if (from)
        several.delete(`${moduleOf(from.at)}:${functionOf(program.graphBehind(from.at, 'picked'), nodeOf(from.at))}`);
    if (several.size === 0) return [];
    const name = calleeText(program.graphBehind(address(module, table), 'picked'), table) ?? 'a table';
    return [`which of the functions in ${name} is called is decided at run time`];
  });
}

/** The table that the callee of a call, or its receiver, is read from by a key that is no constant; -1: it is not. */
function tableBehind(program: Program, module: ModuleId, graph: ModuleGraph, index: number): number {
  let node = graph.calls[index]!.callee;
  for (let steps = 0; node >= 0 && steps < STEPS; steps++) {
    const here = program.graphBehind(address(module, node), 'picked');
    if (here.kinds[node] === NodeKind.Call) {
      const inner = here.data[node]!;
      if (isLookedUp(program, here, module, inner)) return here.calls[inner]!.receiver;
      // What a class that was picked makes has its methods.
      node = here.calls[inner]!.callee;
      continue;
    }
    let before = -1;
    let isAny = false;
    let hasKey = false;
    eachEdge(here.in, node, (end, kind, label) => {
      if (kind === EdgeKind.Key) hasKey = true;
      if (before >= 0 || (kind !== EdgeKind.Flow && kind !== EdgeKind.Load)) return;
      before = end;
      isAny = kind === EdgeKind.Load && here.strings[label] === ANY;
    });
    if (isAny) return hasKey ? before : -1;
    node = before;
  }
  return -1;
}

/** Whether a call gives what its receiver has under a key that is no constant: `backends.get(name)`. */
function isLookedUp(program: Program, graph: ModuleGraph, module: ModuleId, index: number): boolean {
  const call = graph.calls[index]!;
  const name = call.receiver < 0 ? undefined : calleeName(graph, call.callee);
  const key = call.args[0]?.value;
  if (name === undefined || key === undefined || graph.kinds[key] === NodeKind.Constant) return false;
  const rows = program.catalog.untyped(program.ecosystem(module), name)?.rows ?? [];
  return rows.some((row) => row.row === 'flow' && row.from.slot.at === 'self' && row.from.path[0]?.startsWith('='));
}
