// The objects of libraries that model calls are methods of, and the calls that made them.
import { callsInOrder, functionOf, NodeKind } from '../graph/graph.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import type { Thing } from './things.ts';
import type { Values } from './values.ts';

/** An object of a library, and what made it, if that is seen. */
export interface LibraryObject {
  readonly thing: Extract<Thing, { is: 'api' }>;
  readonly client: Address | undefined;
}

/** The node at which the library object was made, if it is a call; the class, if it is an object of the workspace's own class that
 * derives from the library's. */
export function madeBy(program: Program, thing: Extract<Thing, { is: 'api' }>): Address | undefined {
  const kind = program.graphBehind(thing.at, 'client').kinds[nodeOf(thing.at)];
  return kind === NodeKind.Call || kind === NodeKind.Class ? thing.at : undefined;
}

/** The library objects among some things: those of which it is seen what made them before those that are only declared, `-> OpenAI`. */
export function madeFirst(program: Program, things: readonly Thing[]): readonly LibraryObject[] {
  const found = things.flatMap((thing) => (thing.is === 'api' ? [{ thing, client: madeBy(program, thing) }] : []));
  if (found.length < 2) return found;
  return [...found.filter(({ client }) => client !== undefined), ...found.filter(({ client }) => client === undefined)];
}

/** The calls on the way back from what a call invokes that make objects of the workspace's own classes: `Reasoner(model='…')(rows)`. */
export function constructing(program: Program, values: Values, module: ModuleId, call: number): readonly Address[] {
  const { callee } = program.callIn(module, call, 'client');
  return values.behind(address(module, callee)).flatMap(({ at }) => {
    const graph = program.graphBehind(at, 'client');
    if (graph.kinds[nodeOf(at)] !== NodeKind.Call) return [];
    const things = values.targets(moduleOf(at), graph.data[nodeOf(at)]!);
    return things.some((thing) => thing.is === 'class') ? [at] : [];
  });
}

/** The calls in the constructor of a class, `super().__init__(model='…')` among them; undefined where the workspace has none. */
export function callsOfConstructor(
  program: Program,
  values: Values,
  { module, cls }: Extract<Thing, { is: 'class' }>,
): readonly Address[] | undefined {
  const maker = values.constructorOf(module, cls);
  if (!maker) return undefined;
  const nodes = program.foundIn(
    maker.module,
    `calls in ${maker.fn}`,
    (graph) =>
      callsInOrder(graph).flatMap((index) => {
        const { node } = graph.calls[index]!;
        return functionOf(graph, node) === maker.fn ? [node] : [];
      }),
    'client',
  );
  return nodes.map((node) => address(maker.module, node));
}
