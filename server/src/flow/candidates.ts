// Which calls may be what some rows speak of, told by how they are named, before anything is asked of them.
import type { NameSet } from '../catalog/compiled.ts';
import { type Call, NodeKind } from '../graph/graph.ts';
import { calleeName, memberBefore, writtenText } from './callee.ts';
import { argumentsAt } from './calls.ts';
import type { ModuleId, Program } from './program.ts';
import { patternOf } from './rows.ts';

/**
 * Whether a callee may be one of the calls of a set of names. Where every collection has a method of that name (`get` of
 * `batches.get`), the member before it is asked for too: what all of them are called on was half the questions of a scan.
 */
export function isCandidate(program: Program, module: ModuleId, callee: number, set: NameSet): boolean {
  const { catalog } = program;
  const names = catalog[set];
  const graph = program.graph(module, 'names a call');
  const name = calleeName(graph, callee);
  if (name === undefined || !names.has(name)) return false;
  if (names.has(`.${name}`) || !catalog.untyped(program.ecosystem(module), name)) return true;
  if (graph.kinds[callee] !== NodeKind.Load) return false;
  const before = memberBefore(graph, callee);
  return before !== undefined && names.has(`${before}.${name}`);
}

/**
 * Whether a method that many objects have is called with what rows of any receiver ask of its key, as far as the module itself
 * writes that down: to ask of each `get` what it is called on would cost as much as all else that a scan asks.
 */
export function isSpelledReader(program: Program, module: ModuleId, call: Call): boolean {
  const { catalog } = program;
  const graph = program.graph(module, 'names a call');
  const name = calleeName(graph, call.callee);
  if (name === undefined || !catalog.spelledReaderNames.has(name)) return false;
  const rows = catalog.untyped(program.ecosystem(module), name)?.rows ?? [];
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
