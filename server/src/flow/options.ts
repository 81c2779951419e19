// What a model call is given under names, in its arguments or in what configures them: how long an answer may be.
import { EdgeKind, eachEdge, NodeKind } from '../graph/graph.ts';
import { limits } from './limits.ts';
import { numberAt } from './numbers.ts';
import type { Origin } from './origins.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import type { Values } from './values.ts';

/** Names under which a model call is given something, with the number that it is, or null. */
export type Options = Readonly<Record<string, number | null>>;

/** What the code gives a model call by name, and the number that it is where it is one; of several under one name the largest. */
export function optionsGiven(program: Program, values: Values, { module, told }: Origin): Options {
  const found: Record<string, number | null> = {};

  function named(name: string | undefined, at: Address, depth: number): void {
    const known = name === undefined ? undefined : numberAt(program, values, at);
    if (name !== undefined) found[name] ??= null;
    if (known && !known.byDefault) found[name!] = Math.max(found[name!] ?? 0, known.value);
    else if (depth < limits.optionDepth)
      for (const thing of values.what(at)) if ('at' in thing) within(thing.at, depth + 1);
  }

  function within(at: Address, depth: number): void {
    const graph = program.graphBehind(at, 'options');
    const node = nodeOf(at);
    if (graph.kinds[node] === NodeKind.Call) ofCall(moduleOf(at), graph.data[node]!, depth);
    else if (graph.kinds[node] === NodeKind.Allocation)
      eachEdge(graph.in, node, (end, kind, label) => {
        const key = kind === EdgeKind.Store ? graph.strings[label]! : '';
        if (/^\p{L}/u.test(key)) named(key, address(moduleOf(at), end), depth);
      });
  }

  function ofCall(inModule: ModuleId, call: number, depth: number): void {
    for (const { name, value } of program.callIn(inModule, call, 'options').args)
      named(name, address(inModule, value), depth);
  }

  ofCall(module, told, 0);
  return found;
}
