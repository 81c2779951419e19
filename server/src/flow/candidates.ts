// Which calls may be what some rows speak of, told by how they are named, before anything is asked of them.
import type { NameSet } from '../catalog/compiled.ts';
import { NodeKind } from '../graph/graph.ts';
import { calleeName, memberBefore } from './callee.ts';
import type { ModuleId, Program } from './program.ts';

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
