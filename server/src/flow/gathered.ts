// Where calls that are made one after another are awaited together, so that they run at once.
import { EdgeKind, eachEdge } from '../graph/graph.ts';
import { limits } from './limits.ts';
import { type Address, address, moduleOf, nodeOf, type Program } from './program.ts';
import { rowsOfCall } from './rows.ts';
import type { Values } from './values.ts';
import { walk } from './walk.ts';

/** The call that awaits all of a repeated call: `gather(*[ask(x) for x in xs])`, or a list that each, or its task, was appended to. */
export function gatheredBy(program: Program, values: Values, at: Address): Address | undefined {
  const module = moduleOf(at);
  const reached = new Set([nodeOf(at)]);
  let gathered = -1;
  for (const n of walk(reached, limits.nodesPerWalk)) {
    if (gathered >= 0) break;
    const graph = program.graphAround(address(module, n), 'gathered');
    eachEdge(graph.out, n, (end, kind, label) => {
      if (kind === EdgeKind.Flow || kind === EdgeKind.Store) reached.add(end);
      if (kind !== EdgeKind.Argument || label < 0 || n === end) return;
      const index = graph.data[end]!;
      const rows = rowsOfCall(program, values, module, index);
      if (rows.some((row) => row.row === 'volume' && row.kind === 'gather')) gathered = end;
      const { receiverPost } = graph.calls[index]!;
      if (receiverPost >= 0 && rows.some((row) => row.row === 'flow' && row.to?.slot.at === 'self'))
        reached.add(receiverPost);
      // A task that is made of it: `create_task(ask(x))`.
      if (rows.some((row) => row.row === 'flow' && row.how === 'value' && row.to?.slot.at === 'return'))
        reached.add(end);
    });
  }
  return gathered < 0 ? undefined : address(module, gathered);
}

/** The index of the call whose result is at a node. */
export function callAt(program: Program, at: Address): number {
  return program.graphBehind(at, 'volume').data[nodeOf(at)]!;
}
