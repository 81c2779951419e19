// Data sets that a document registers for a trainer, each under a name: which of them a run selects by that name.
import { callsInOrder, EdgeKind, eachEdge, type ModuleGraph, NodeKind, nodesInOrder } from '../graph/graph.ts';
import { limits } from './limits.ts';
import { address, type ModuleId, type Program } from './program.ts';
import type { Values } from './values.ts';

/** Whether another file of the workspace gives `option` the name under which the entry that call `entry` reads is registered. */
export function isSelected(program: Program, values: Values, module: ModuleId, entry: number, option: string): boolean {
  return namesOf(program, module, entry).some((name) => isGiven(program, values, module, name, option));
}

/** Whether an entry is registered to be selected by an option, and runs select others of its document instead: where none is
 * selected, a run may stand anywhere. */
export function isPassedOver(
  program: Program,
  values: Values,
  module: ModuleId,
  entry: number,
  option: string | undefined,
): boolean {
  if (option === undefined || isSelected(program, values, module, entry, option)) return false;
  const names = program.foundIn(module, 'registered names', registeredNames, 'registered');
  return names.slice(0, limits.filesPerName).some((name) => isGiven(program, values, module, name, option));
}

/** The names under which an entry stands in its document. */
function namesOf(program: Program, module: ModuleId, entry: number): readonly string[] {
  const find = (graph: ModuleGraph): readonly string[] => namesOfEntry(graph, graph.calls[entry]!.node);
  return program.foundIn(module, `registered as ${entry}`, find, 'registered');
}

/** The names of all entries of a document. */
function registeredNames(graph: ModuleGraph): readonly string[] {
  return callsInOrder(graph).flatMap((call) => namesOfEntry(graph, graph.calls[call]!.node));
}

function namesOfEntry(graph: ModuleGraph, entry: number): readonly string[] {
  const names: string[] = [];
  eachEdge(graph.out, entry, (end, kind, index) => {
    const name =
      kind === EdgeKind.Argument && index >= 0 ? graph.calls[graph.data[end]!]!.args[index]!.name : undefined;
    if (name !== undefined) names.push(name);
  });
  return names;
}

/** Whether a file besides `module` gives an option a name, alone or in a list. */
function isGiven(program: Program, values: Values, module: ModuleId, name: string, option: string): boolean {
  const given = (graph: ModuleGraph): readonly number[] => givenTo(graph, option);
  return program
    .mentioning(name)
    .filter((other) => other !== module)
    .slice(0, limits.filesPerName)
    .some((other) =>
      program
        .foundIn(other, `given to ${option}`, given, 'selects what is registered')
        .flatMap((node) => values.what(address(other, node)))
        .some(
          (thing) =>
            thing.is === 'constant' &&
            String(thing.value)
              .split(/[\s,]+/)
              .includes(name),
        ),
    );
}

/** The values that a file gives an option: by a key or an argument of that name, and what they hold. */
function givenTo(graph: ModuleGraph, option: string): readonly number[] {
  const found: number[] = [];
  const add = (node: number): void => {
    found.push(node);
    if (graph.kinds[node] !== NodeKind.Allocation) return;
    eachEdge(graph.in, node, (end, kind) => {
      if (kind === EdgeKind.Store) found.push(end);
    });
  };
  for (const call of callsInOrder(graph))
    for (const { name, value } of graph.calls[call]!.args) if (name === option) add(value);
  for (const node of nodesInOrder(graph)) {
    if (graph.kinds[node] !== NodeKind.Allocation) continue;
    eachEdge(graph.in, node, (end, kind, label) => {
      if (kind === EdgeKind.Store && graph.strings[label] === option) add(end);
    });
  }
  return found;
}
