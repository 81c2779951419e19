// Where the places of a catalog row are in one call.
import type { Place } from '../catalog/model.ts';
import { EdgeKind, eachEdge, functionAt, type ModuleGraph } from '../graph/graph.ts';
import { argumentsAt, elementAt, selfOf } from './calls.ts';
import { type AccessPath, concat, elementsOf, pathOf } from './paths.ts';
import { type Address, address, type ModuleId, nodeOf, type Program } from './program.ts';

/** A value somewhere below a node. */
export interface Spot {
  readonly at: Address;
  readonly path: AccessPath;
}

/** Where a place of a row is in a call; empty where the call gives no such argument. */
export function spots(program: Program, module: ModuleId, callIndex: number, place: Place): readonly Spot[] {
  const call = program.callIn(module, callIndex, 'row');
  const path = pathOf(place.path);
  switch (place.slot.at) {
    case 'self':
      return [{ at: address(module, selfOf(call)), path }];
    case 'return':
      return [{ at: address(module, call.node), path }];
    case 'argument': {
      const { index, name } = place.slot;
      return argumentsAt(call, place.slot).map((i) => {
        const { kind, value } = call.args[i]!;
        const element = kind === 'spread' ? elementAt(call, i, index) : kind === 'keyword-spread' ? name : undefined;
        return { at: address(module, value), path: element === undefined ? path : concat([element], path) };
      });
    }
    case 'arguments':
    case 'keywords':
      return argumentsAt(call, place.slot).map((i) => ({ at: address(module, call.args[i]!.value), path }));
    case 'callback': {
      // Of a function that is written there.
      const { parameter, inside = [] } = place.slot;
      const graph = program.graphOfCall(module, callIndex, 'row');
      return argumentsAt(call, place.slot).flatMap((i) => {
        const fn = functionAt(graph, writtenIn(graph, call.args[i]!.value, inside));
        const node = graph.functions[fn]?.params[parameter]?.node;
        return node === undefined ? [] : [{ at: address(module, node), path }];
      });
    }
    default:
      return [];
  }
}

/** Whether the call itself writes what stands there: an argument of its own, or a member of an object that is written as one. */
export function isWritten(program: Program, { at, path }: Spot): boolean {
  return path === '' || writtenIn(program.graphBehind(at, 'row'), nodeOf(at), elementsOf(path)) >= 0;
}

/** What is written under keys of a literal object, or -1. */
export function writtenIn(graph: ModuleGraph, node: number, keys: readonly string[]): number {
  let at = node;
  for (const key of keys) {
    let held = -1;
    eachEdge(graph.in, at, (end, kind, label) => {
      if (kind === EdgeKind.Store && graph.strings[label] === key) held = end;
    });
    if (held < 0) return -1;
    at = held;
  }
  return at;
}
