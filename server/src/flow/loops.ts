// What the text of a module says of its loops and of what stands in them. Each is a question to the graph alone, so that an edit
// elsewhere in the module disturbs nobody.
import type { ModuleGraph } from '../graph/graph.ts';
import { type Address, moduleOf, nodeOf, type Program } from './program.ts';

/** A construct that repeats what is in it: a node, or the loop that is the `loop`-th around it, counted from the innermost, 0. */
export interface Construct {
  readonly at: Address;
  readonly loop: number | undefined;
}

/** The offsets of a construct in the text of its module. */
export function extentOf(
  graph: ModuleGraph,
  { at, loop }: Construct,
): { readonly start: number; readonly end: number } {
  const node = nodeOf(at);
  if (loop === undefined) return { start: graph.starts[node]!, end: graph.ends[node]! };
  const { start, end } = graph.regions[loopsAround(graph, node)[loop]!]!;
  return { start, end };
}

/** The regions that a region stands in, itself first, up to the function around it. */
export function ancestors(graph: ModuleGraph, region: number): readonly number[] {
  const found: number[] = [];
  for (let r = region; r >= 0; r = graph.regions[r]!.parent) {
    found.push(r);
    if (graph.regions[r]!.kind === 'function') break;
  }
  return found;
}

/** The regions around a node in its function, innermost first. */
export function regionsAround(graph: ModuleGraph, node: number): readonly number[] {
  return ancestors(graph, graph.regionOf[node]!);
}

/** The loops and comprehensions among them. */
export function loopsAround(graph: ModuleGraph, node: number): readonly number[] {
  return regionsAround(graph, node).filter((r) => graph.regions[r]!.loop);
}

/** Of each loop around a node, innermost first: whether its body is one attempt and it is left when the attempt went well. */
export function attemptsAround(program: Program, at: Address): readonly boolean[] {
  const leavesOnSuccess = (graph: ModuleGraph, loop: number): boolean => {
    const { breaks, returns } = graph.regions[loop]!.loop!;
    return (breaks || returns) && graph.regions.some((r) => r.kind === 'try' && r.parent === loop);
  };
  const find = (graph: ModuleGraph): readonly boolean[] =>
    loopsAround(graph, nodeOf(at)).map((loop) => leavesOnSuccess(graph, loop));
  return program.foundIn(moduleOf(at), `attempts around ${nodeOf(at)}`, find, 'volume');
}
