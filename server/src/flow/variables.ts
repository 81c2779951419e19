// Variables of the environment: how they are named, and where a module puts credentials into them.
import { EdgeKind, eachEdge, type ModuleGraph, NodeKind, nodesInOrder } from '../graph/graph.ts';
import type { Address, ModuleId, Program } from './program.ts';
import { rowsOfCall } from './rows.ts';
import { spots } from './spots.ts';
import type { Values } from './values.ts';

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

/** The names of the variables that a call reads, as values: none where it reads no variable. */
export function variableNames(program: Program, values: Values, module: ModuleId, call: number): readonly Address[] {
  return rowsOfCall(program, values, module, call).flatMap((row) =>
    row.row === 'cell' && row.cell === 'environment' && row.access === 'read'
      ? spots(program, module, call, row.key).map(({ at }) => at)
      : [],
  );
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
