// What rests on cells of a notebook being run in another order than that of the document.
import { EdgeKind, eachEdge, NodeKind } from '../graph/graph.ts';
import { readOutOfOrder } from '../graph/later.ts';
import type { Fact } from './facts.ts';
import { type Address, address, moduleOf, nodeOf, type Program } from './program.ts';

const OUT_OF_ORDER = 'cells run out of order';

/** How far back what a call invokes is looked at: members of members (`client.messages.create`), changed or not. */
const STEPS = 8;

/** What a way of content assumes of the order in which cells are run: nothing, or one sentence. */
export function orderAssumed(program: Program, path: readonly Fact[]): readonly string[] {
  const places = path.flatMap(({ at, site }) => (site === undefined ? [at] : [at, site]));
  return places.some((at) => isOutOfOrder(program, at)) ? [OUT_OF_ORDER] : [];
}

/** What a model call assumes of the order in which cells are run, or undefined. */
export function orderOf(program: Program, call: Address): string | undefined {
  return isOutOfOrder(program, call) ? OUT_OF_ORDER : undefined;
}

/** Whether the value at a place, or what is called there, is given by a cell further down. */
function isOutOfOrder(program: Program, at: Address): boolean {
  const module = moduleOf(at);
  let graph = program.graphBehind(at, 'order');
  let node = nodeOf(at);
  if (graph.kinds[node] !== NodeKind.Call) return readOutOfOrder(graph, node);
  node = graph.calls[graph.data[node]!]!.callee;
  for (let steps = 0; node >= 0 && steps < STEPS; steps++) {
    graph = program.graphBehind(address(module, node), 'order');
    if (readOutOfOrder(graph, node)) return true;
    let before = -1;
    eachEdge(graph.in, node, (end, kind) => {
      if (before < 0 && (kind === EdgeKind.Flow || kind === EdgeKind.Load)) before = end;
    });
    node = before;
  }
  return false;
}
