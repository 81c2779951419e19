// What a closure calls of what it has captured: all decorated functions share one wrapper, and each of them is called by the wrapper
// that was made for it alone.
import type { ModuleGraph } from '../graph/graph.ts';
import { givenBy, type Made } from './bound.ts';
import { parameterBehind } from './calls.ts';
import type { Entry } from './facts.ts';
import type { ModuleId, Program } from './program.ts';
import type { Thing } from './things.ts';
import type { Values } from './values.ts';

/** What a call invokes in a closure that was given by `made`: where it is a parameter of the function around, what that was given. */
export function targetsOf(
  program: Program,
  values: Values,
  graph: ModuleGraph,
  module: ModuleId,
  call: number,
  made: (fn: number) => Made | undefined,
): readonly Thing[] {
  const things = values.targets(module, call);
  if (things.length < 2) return things;
  const captured = parameterBehind(graph, graph.calls[call]!.callee);
  const fn = captured < 0 ? -1 : graph.data[captured]!;
  const by = fn < 0 ? undefined : made(fn);
  if (!by) return things;
  const info = graph.functions[fn]!;
  const index = info.params.findIndex(({ node }) => node === captured);
  const own = givenBy(program, info, index, '', by).flatMap(({ at, path }) => values.what(at, path));
  return own.some(({ is }) => is === 'function' || is === 'api') ? own : things;
}

/** The call that gave the closure in which an entry stands, or one around it, out of function `fn` of its module. */
export function madeFor(entry: Entry, module: ModuleId, fn: number): Made | undefined {
  for (let e: Entry | undefined = entry; e; e = e.outer) if (e.module === module && e.made?.fn === fn) return e.made;
  return undefined;
}
