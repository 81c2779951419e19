// Which calls may be what some rows speak of, told by how they are named, before anything is asked of them.
import type { NameSet } from '../catalog/compiled.ts';
import { nameIn } from '../catalog/names.ts';
import { type Call, callsInOrder, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { calleeName, memberBefore, writtenText } from './callee.ts';
import { argumentsAt } from './calls.ts';
import { address, type ModuleId, type Program } from './program.ts';
import { patternOf } from './rows.ts';

/**
 * Whether a callee may be one of the calls of a set of names. Where every collection has a method of that name (`get` of
 * `batches.get`), the member before it is asked for too: what all of them are called on was half the questions of a scan.
 */
export function isCandidate(program: Program, module: ModuleId, callee: number, set: NameSet): boolean {
  return isNamedSo(program, module, program.graphBehind(address(module, callee), 'names a call'), callee, set);
}

/** The calls of a module that may be one of those of a set of names, in order. */
export function candidatesIn(program: Program, module: ModuleId, set: NameSet): readonly number[] {
  const list = (graph: ModuleGraph): readonly number[] =>
    callsInOrder(graph).filter((call) => isNamedSo(program, module, graph, graph.calls[call]!.callee, set));
  return program.foundIn(module, set, list, 'names a call');
}

function isNamedSo(program: Program, module: ModuleId, graph: ModuleGraph, callee: number, set: NameSet): boolean {
  const { catalog } = program;
  const names = catalog[set];
  const name = calleeName(graph, callee);
  const ecosystem = program.ecosystem(module);
  if (name === undefined || !names.has(nameIn(ecosystem, name))) return false;
  if (names.has(nameIn(ecosystem, `.${name}`)) || !catalog.untyped(ecosystem, name)) return true;
  if (graph.kinds[callee] !== NodeKind.Load) return false;
  const before = memberBefore(graph, callee);
  return before !== undefined && names.has(nameIn(ecosystem, `${before}.${name}`));
}

/** The calls of a module that may read what was written, in order. */
export function readersIn(program: Program, module: ModuleId): readonly number[] {
  const list = (graph: ModuleGraph): readonly number[] =>
    callsInOrder(graph).filter((index) => {
      const call = graph.calls[index]!;
      // A client that is the tag of its statements has the name that the program gave it; of a command, what is made may be the last.
      if (call.form === 'tag' || program.ecosystem(module) === 'configuration') return true;
      return (
        isNamedSo(program, module, graph, call.callee, 'readerNames') || isSpelledReader(program, module, graph, call)
      );
    });
  return program.foundIn(module, 'readers', list, 'reads what is written');
}

/**
 * Whether a method that many objects have is called with what rows of any receiver ask of its key, as far as the module itself
 * writes that down: to ask of each `get` what it is called on would cost as much as all else that a scan asks.
 */
function isSpelledReader(program: Program, module: ModuleId, graph: ModuleGraph, call: Call): boolean {
  const { catalog } = program;
  const name = calleeName(graph, call.callee);
  const ecosystem = program.ecosystem(module);
  if (name === undefined || !catalog.spelledReaderNames.has(nameIn(ecosystem, name))) return false;
  const rows = catalog.untyped(ecosystem, name)?.rows ?? [];
  return rows.some((row) => {
    if (row.row !== 'cell' || row.access !== 'read') return false;
    const patterns = row.guards.filter((guard) => guard.test === 'matches' && !guard.assume);
    return patterns.every((guard) => {
      const { slot } = guard.place;
      const given = slot.at === 'argument' ? argumentsAt(call, slot) : [];
      const pattern = patternOf(guard);
      return given.some((argument) => pattern.test(writtenText(graph, call.args[argument]!.value) ?? ''));
    });
  });
}
