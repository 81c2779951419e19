// Reads a catalog row against one call: whether its guards hold, what may stand at its places.
import type { Guard, Place, Row } from '../catalog/model.ts';
import { calleeName, writtenText } from './callee.ts';
import { type ModuleId, nodeOf, type Program } from './program.ts';
import { spots } from './spots.ts';
import { isFull, type Thing } from './things.ts';
import type { Values } from './values.ts';

/** What may stand at a place of a call. */
export function thingsAt(
  program: Program,
  values: Values,
  module: ModuleId,
  callIndex: number,
  place: Place,
): readonly Thing[] {
  return spots(program, module, callIndex, place).flatMap((s) => values.what(s.at, s.path));
}

/** The rows of what a call is known to invoke. */
export function rowsOfTargets(values: Values, module: ModuleId, call: number): readonly Row[] {
  return values.targets(module, call).flatMap((thing) => (thing.is === 'api' ? thing.position.rows : []));
}

/** The rows that hold for a call: of what it invokes, or of methods of its name where that is not known. */
export function rowsOfCall(program: Program, values: Values, module: ModuleId, call: number): readonly Row[] {
  const things = values.targets(module, call);
  const rows = things.flatMap((t) => (t.is === 'api' ? t.position.rows : []));
  if (rows.length > 0 || things.some((t) => t.is === 'function' || t.is === 'class')) return rows;
  const graph = program.graphOfCall(module, call, 'row');
  const name = calleeName(graph, graph.calls[call]!.callee);
  return (name === undefined ? undefined : program.catalog.untyped(program.ecosystem(module), name))?.rows ?? [];
}

/** Whether all guards hold. */
export function guardsHold(
  program: Program,
  values: Values,
  module: ModuleId,
  callIndex: number,
  guards: readonly Guard[],
): boolean {
  return guards.every((guard) => guardHolds(program, values, module, callIndex, guard));
}

/** Whether a guard holds. A value that cannot be found out is decided by its `assume`. */
export function guardHolds(
  program: Program,
  values: Values,
  module: ModuleId,
  callIndex: number,
  guard: Guard,
): boolean {
  if (guard.test === 'imports') {
    const { imports } = program.graphOfImports(module, 'guard');
    return imports.some(({ specifier }) => guard.values.includes(specifier.split('.')[0]!));
  }
  const places = spots(program, module, callIndex, guard.place);
  const deep = guard.place.path.length > 0;
  if (guard.test === 'exists' || guard.test === 'absent') {
    // Of a field it is asked whether anything is known to stand there.
    const given = places.some((s) => !deep || values.what(s.at, s.path).some((t) => t.is !== 'unknown'));
    return given === (guard.test === 'exists');
  }
  if (places.length === 0) return guard.values.includes(null) ? true : guard.assume;
  const answers = places.map((s) => values.what(s.at, s.path));
  // What is asked for is among so many by chance, unless all are constants.
  const isOpen = (things: readonly Thing[]): boolean => isFull(things) && things.some((t) => t.is !== 'constant');
  if (answers.some(isOpen)) return guard.assume;
  const constants = answers.flat().flatMap((t) => {
    if (t.is === 'constant') return [t.value];
    if (t.is !== 'template' || guard.test !== 'matches') return [];
    // How it begins may be all that is asked.
    return [writtenText(program.graphBehind(t.at, 'guard'), nodeOf(t.at)) ?? ''];
  });
  if (constants.length === 0) return guard.assume;
  if (guard.test === 'is') return constants.some((c) => guard.values.includes(c));
  const pattern = patternOf(guard);
  return constants.some((c) => typeof c === 'string' && pattern.test(c));
}

/** The regular expression of a guard that asks whether a text matches. */
export function patternOf({ values }: Guard): RegExp {
  const source = String(values[0]);
  let pattern = patterns.get(source);
  if (!pattern) {
    pattern = new RegExp(source);
    patterns.set(source, pattern);
  }
  return pattern;
}

// Guards are few and are asked of many calls.
const patterns = new Map<string, RegExp>();

/** The name that a call's API path kept for a place `{name}`; undefined for any other place. */
export function nameKept(values: Values, module: ModuleId, callIndex: number, place: Place): string | undefined {
  const { slot } = place;
  if (slot.at !== 'capture') return undefined;
  for (const thing of values.targets(module, callIndex)) {
    const name = thing.is === 'api' ? thing.position.captures.get(slot.name) : undefined;
    if (name !== undefined) return name;
  }
  return undefined;
}
