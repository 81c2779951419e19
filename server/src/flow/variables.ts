// Variables of the environment: how they are named, and where a module puts credentials into them.
import { EdgeKind, eachEdge, type ModuleGraph, NodeKind, nodesInOrder } from '../graph/graph.ts';

/** A field of an object that is named as the environment's variables with credentials are, and what is put there. */
export interface VariableSet {
  readonly object: number;
  readonly value: number;
  readonly variable: string;
}

/** Whether a name is written as those of variables of the environment and of settings are: in capitals. */
export function isVariableName(name: string): boolean {
  return /^[A-Z][A-Z0-9_]+$/.test(name);
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
