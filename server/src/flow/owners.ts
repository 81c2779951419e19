// Objects of the workspace that keep a credential each, and whose method makes a model call with it: where one of several is picked
// to be asked, so is its credential.
import { ANY, NodeKind } from '../graph/graph.ts';
import { chainOf, type Way } from './back.ts';
import type { Callers } from './callers.ts';
import { limits } from './limits.ts';
import { head } from './paths.ts';
import { type Address, address, moduleOf, nodeOf, type Program } from './program.ts';
import type { Selection } from './selection.ts';
import type { Spot } from './spots.ts';

/** The questions that are asked of an object: what it is made of, and whether a place picks it. */
export interface OwnerQuestions {
  readonly follow: (spot: Spot, before: Way | undefined, inward: boolean) => readonly Way[];
  readonly select: (at: Address) => Selection | undefined;
}

/** An object that is picked, and where. */
export interface Owner {
  readonly way: Way;
  readonly selection: Selection;
}

/**
 * The choices of the object whose method makes the call. `ways` lead from a credential to all that it is made of, `to` to the client
 * that it is given to; where they pass what a method sees as its object, the call of that method says which object it is.
 */
export function ownersPicked(
  program: Program,
  callers: Callers,
  ways: readonly Way[],
  to: Way | undefined,
  { follow, select }: OwnerQuestions,
): readonly Owner[] {
  const several = ways.filter((way) => head(way.path) === ANY);
  if (several.length === 0) return [];
  const found: Owner[] = [];
  const met = new Set<Address>();
  // A method may be called by another of the same object.
  const work = [...ways, ...(to ? chainOf(to) : [])];
  for (const way of work) {
    if (met.has(way.at) || met.size >= limits.objectsPerOrigin) continue;
    const receivers = receiversOf(program, callers, way.at);
    if (receivers.length > 0) met.add(way.at);
    for (const spot of receivers)
      for (const back of follow(spot, way, false)) {
        if (back.path !== '') continue;
        const selection = select(back.at);
        if (!selection || selection.by === 'use' || selection.by === 'worker') work.push(back);
        else if (isOneEach(selection)) found.push({ way: back, selection });
      }
  }
  return found;

  /** Whether the objects that one is picked of were made with another element of a collection each. */
  function isOneEach({ pool }: Selection): boolean {
    const given = new Set(follow(pool, undefined, false).flatMap(({ at }) => argumentsOf(program, at)));
    return several.some((way) => chainOf(way).some(({ at }) => given.has(at)));
  }
}

/** What a call is given; nothing, if `at` is none. */
function argumentsOf(program: Program, at: Address): readonly Address[] {
  const graph = program.graphBehind(at, 'owners');
  const node = nodeOf(at);
  if (graph.kinds[node] !== NodeKind.Call) return [];
  return graph.calls[graph.data[node]!]!.args.map((arg) => address(moduleOf(at), arg.value));
}

/** What stands before the method's name in every call of it, where `at` is the object as the method sees it; else nothing. */
function receiversOf(program: Program, callers: Callers, at: Address): readonly Spot[] {
  const graph = program.graphBehind(at, 'owners');
  const node = nodeOf(at);
  if (graph.kinds[node] !== NodeKind.Parameter) return [];
  const fn = graph.data[node]!;
  if (graph.functions[fn]!.params.find((param) => param.node === node)?.kind !== 'self') return [];
  return callers.of(moduleOf(at), fn).flatMap(({ module, call, constructs }) => {
    if (call < 0 || constructs) return [];
    const { receiver } = program.callIn(module, call, 'owners');
    return receiver < 0 ? [] : [{ at: address(module, receiver), path: '' }];
  });
}
