// Where a module puts credentials into the environment.
import { EdgeKind, eachEdge, type ModuleGraph, NodeKind, nodesInOrder } from '../graph/graph.ts';

/** A field of an object that is named as the environment's variables with credentials are, and what is put there. */
export interface VariableSet {
  readonly object: number;
  readonly value: number;
  readonly variable: string;
}

/** Where a module sets such fields: variables whose names end as those of credentials do. */
export function variablesSet(graph: ModuleGraph): readonly VariableSet[] {
  const found: VariableSet[] = [];
  for (const node of nodesInOrder(graph)) {
    if (graph.kinds[node] !== NodeKind.PostUpdate) continue;
    let object = -1;
    let value = -1;
    let variable = '';
    eachEdge(graph.in, node, (end, edge, label) => {
      if (edge === EdgeKind.Flow) object = end;
      else if (edge === EdgeKind.Store) {
        value = end;
        variable = graph.strings[label]!;
      }
    });
    if (object >= 0 && /^[A-Z][A-Z0-9_]*_(?:KEY|TOKEN)$/.test(variable)) found.push({ object, value, variable });
  }
  return found;
}
