// Reads a catalog row against one call: where its places are, whether its guards hold, what constants stand there.
import type { Guard, Place } from '../catalog/model.ts';
import { argumentsAt } from './calls.ts';
import { type AccessPath, concat, pathOf } from './paths.ts';
import { type Address, address, type ModuleId, type Program } from './program.ts';
import type { Thing, Values } from './values.ts';

/** A value somewhere below a node. */
export interface Spot {
  readonly at: Address;
  readonly path: AccessPath;
}

/** Where a place of a row is in a call; empty where the call gives no such argument. */
export function spots(program: Program, module: ModuleId, callIndex: number, place: Place): readonly Spot[] {
  const call = program.graph(module, 'row').calls[callIndex]!;
  const path = pathOf(place.path);
  switch (place.slot.at) {
    case 'self':
      return call.receiver >= 0 ? [{ at: address(module, call.receiver), path }] : [];
    case 'return':
      return [{ at: address(module, call.node), path }];
    case 'argument': {
      const name = place.slot.name;
      return argumentsAt(call, place.slot).map((i) => {
        const arg = call.args[i]!;
        const below = arg.kind === 'keyword-spread' && name !== undefined ? concat([name], path) : path;
        return { at: address(module, arg.value), path: below };
      });
    }
    case 'arguments':
    case 'keywords':
      return argumentsAt(call, place.slot).map((i) => ({ at: address(module, call.args[i]!.value), path }));
    default:
      return [];
  }
}

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

/** Whether all guards hold. Values that cannot be found out are decided by each guard's `assume`. */
export function guardsHold(
  program: Program,
  values: Values,
  module: ModuleId,
  callIndex: number,
  guards: readonly Guard[],
): boolean {
  return guards.every((guard) => {
    const places = spots(program, module, callIndex, guard.place);
    if (guard.test === 'exists') return places.length > 0;
    if (guard.test === 'absent') return places.length === 0;
    if (places.length === 0) return guard.values.includes(null) ? true : guard.assume;
    const constants = places
      .flatMap((s) => values.what(s.at, s.path))
      .flatMap((t) => (t.is === 'constant' ? [t.value] : []));
    if (constants.length === 0) return guard.assume;
    if (guard.test === 'is') return constants.some((c) => guard.values.includes(c));
    const pattern = new RegExp(String(guard.values[0]));
    return constants.some((c) => typeof c === 'string' && pattern.test(c));
  });
}
