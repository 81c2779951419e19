// An object between its changes: each statement that may change it leaves a state of its own in the graph, and most of these
// say of a given field what the one before said.
import { EdgeKind, type ModuleGraph, NodeKind, valueBefore } from '../graph/graph.ts';
import { calleeName } from './callee.ts';
import { calledOn, callUpdating } from './calls.ts';
import { limits } from './limits.ts';
import { type AccessPath, head, matches } from './paths.ts';
import { type Address, address, moduleOf, nodeOf, type Program } from './program.ts';

/** The places at which the object of a value was changed before, the last first, as far as it was only named in between. */
export function* changesBefore(graph: ModuleGraph, node: number): Generator<number> {
  // Definitions may stand in a circle, so the walk is bounded.
  for (let at = valueBefore(graph, node), steps = 0; at >= 0 && steps < limits.stepsPerQuestion; steps++) {
    if (graph.kinds[at] === NodeKind.PostUpdate) yield at;
    else if (graph.kinds[at] !== NodeKind.Definition) return;
    at = valueBefore(graph, at);
  }
}

/** The call `index` and those that are called on what it gives, up to the last whose name is one of `keepers`, which may keep
 * something: what a call is takes a question of its own. */
export function keepersFrom(graph: ModuleGraph, index: number, keepers: ReadonlySet<string>): readonly number[] {
  const chain: number[] = [];
  let last = 0;
  for (let at = index; at >= 0 && chain.length < limits.stepsPerQuestion; at = calledOn(graph, graph.calls[at]!.node)) {
    chain.push(at);
    if (keepers.has(calleeName(graph, graph.calls[at]!.callee) ?? '')) last = chain.length;
  }
  return chain.slice(0, last);
}

/** Finds the state of an object that a question is best put to. */
export interface States {
  /** The first value, from a place backward, that may say more of what stands at `path` than the one before it. */
  telling(at: Address, path: AccessPath): Address;
}

/** Creates the search for telling states of `program`. */
export function createStates(program: Program): States {
  const keepers = program.catalog.keeperNames;
  // For each place, whether a method that keeps something is called there: 1 yes, 2 no, 0 not looked.
  const keeping = new WeakMap<ModuleGraph, Uint8Array>();

  function mayKeep(graph: ModuleGraph, node: number): boolean {
    let ofGraph = keeping.get(graph);
    if (!ofGraph) {
      ofGraph = new Uint8Array(graph.kinds.length);
      keeping.set(graph, ofGraph);
    }
    ofGraph[node] ||= keepersFrom(graph, callUpdating(graph, node), keepers).length > 0 ? 1 : 2;
    return ofGraph[node] === 1;
  }

  /** The one value that a state takes everything at `path` from, or -1. */
  function same(graph: ModuleGraph, node: number, path: AccessPath, first: string | undefined): number {
    const kind = graph.kinds[node];
    if (kind !== NodeKind.PostUpdate && kind !== NodeKind.Definition) return -1;
    const { offsets, ends, kinds, labels } = graph.in;
    let before = -1;
    for (let i = offsets[node]!; i < offsets[node + 1]!; i++) {
      if (kinds[i] === EdgeKind.Flow) {
        if (before >= 0 || (labels[i]! >= 0 && first === graph.strings[labels[i]!])) return -1;
        before = ends[i]!;
      } else if (kinds[i] !== EdgeKind.Store || (first !== undefined && matches(graph.strings[labels[i]!]!, first)))
        return -1;
    }
    if (before < 0 || graph.annotations.has(node)) return -1;
    return kind === NodeKind.PostUpdate && path !== '' && mayKeep(graph, node) ? -1 : before;
  }

  return {
    telling(at, path) {
      const module = moduleOf(at);
      const graph = program.graphBehind(at, 'value');
      const first = head(path);
      let node = nodeOf(at);
      // Definitions may stand in a circle, so the walk is bounded.
      for (let steps = 0; steps < limits.stepsPerQuestion; steps++) {
        const before = same(graph, node, path, first);
        if (before < 0) break;
        node = before;
      }
      return address(module, node);
    },
  };
}
