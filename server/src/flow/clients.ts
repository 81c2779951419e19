// The objects of libraries that model calls are methods of, and the calls that made them.
import { NodeKind } from '../graph/graph.ts';
import { type Address, nodeOf, type Program } from './program.ts';
import type { Thing } from './things.ts';

/** An object of a library, and the call that made it, if one is seen. */
export interface LibraryObject {
  readonly thing: Extract<Thing, { is: 'api' }>;
  readonly client: Address | undefined;
}

/** The node at which the library object was made, if it is a call. */
export function madeBy(program: Program, thing: Extract<Thing, { is: 'api' }>): Address | undefined {
  const graph = program.graphBehind(thing.at, 'client');
  return graph.kinds[nodeOf(thing.at)] === NodeKind.Call ? thing.at : undefined;
}

/** The library objects among some things: those that a call made before those that are only declared, `-> OpenAI`. */
export function madeFirst(program: Program, things: readonly Thing[]): readonly LibraryObject[] {
  const found = things.flatMap((thing) => (thing.is === 'api' ? [{ thing, client: madeBy(program, thing) }] : []));
  if (found.length < 2) return found;
  return [...found.filter(({ client }) => client !== undefined), ...found.filter(({ client }) => client === undefined)];
}
