// Who else holds an object that is changed. A list's items stand in whatever was made of the list by picking, pairing or ordering
// them, so what is put into `item` of `for i, item in enumerate(rows)` stands in `rows` afterwards. The graph knows of places that
// are read by name and member; here are those behind calls of libraries, slices and comprehensions.
import type { Row } from '../catalog/model.ts';
import { ANY, EdgeKind, eachEdge, functionOf, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { argumentsAt, callUpdating } from './calls.ts';
import { type AddFact, type Entry, type Fact, type SearchParts, settled } from './facts.ts';
import { limits } from './limits.ts';
import { namedOutside } from './outside.ts';
import { type AccessPath, below, concat, elementsOf, head, matches, prepend, tail } from './paths.ts';
import { address, type ModuleId, moduleOf, nodeOf } from './program.ts';
import { elementsAt } from './reversal.ts';
import { guardsHold, rowsOfCall } from './rows.ts';

export interface Sharing {
  /** Content that a change has put into the object at `node`: it stands in what else holds the object. */
  changed(fact: Fact, graph: ModuleGraph, module: ModuleId, node: number): void;
  /** What a call was given at `node`, which names no place, was changed at `path`. */
  givenChanged(fact: Fact, entry: Entry, graph: ModuleGraph, module: ModuleId, node: number, path: AccessPath): void;
}

/** Tells a function that listens at an object, by a row of an earlier call, what the object holds at `path` now. */
type Hear = (fact: Fact, path: AccessPath, module: ModuleId, call: number, row: Row) => void;

/** Creates the step from an object that was changed to others that hold it, and to those who `hear` of it. */
export function createSharing({ program, values, openEntry }: SearchParts, add: AddFact, hear: Hear): Sharing {
  function changed(fact: Fact, graph: ModuleGraph, module: ModuleId, node: number): void {
    if (fact.path === '' || !(fact.how === 'store' || fact.how === 'exit' || fact.how === 'library')) return;
    const back = backFrom(fact, fact.entry, graph, module, node, isOfElement(fact));
    before(graph, node, (n) => back(n, fact.path));
  }

  /** The way back from a change at `node`. `inPlace`: what was changed is an element, where it stood; nothing was added. */
  function backFrom(
    fact: Fact,
    entry: Entry,
    graph: ModuleGraph,
    module: ModuleId,
    node: number,
    inPlace: boolean,
  ): (n: number, path: AccessPath) => void {
    const after = beginningOf(graph, node);
    const seen = new Set<string>();
    return (n, path) => back(n, path, false);

    /** `picked`: on the way was a slice, which is none of the values that it was cut from. */
    function back(n: number, path: AccessPath, picked: boolean): void {
      const key = `${n}:${path}`;
      if (seen.size >= limits.stepsPerChange || seen.has(key) || functionOf(graph, n) !== functionOf(graph, node))
        return;
      seen.add(key);
      switch (graph.kinds[n]) {
        case NodeKind.Call:
          through(graph.data[n]!, 'return', path);
          return;
        case NodeKind.Allocation:
          stored(n, path);
          return;
        case NodeKind.Operation:
          if (inPlace && isElementwise(path) && isSlice(graph, n)) before(graph, n, (b) => back(b, path, true));
          return;
        case NodeKind.Definition:
        case NodeKind.Join:
        case NodeKind.PostUpdate:
        case NodeKind.Parameter:
          if (picked) put(n, path);
          if (graph.kinds[n] === NodeKind.PostUpdate) {
            const call = callUpdating(graph, n);
            if (call >= 0 && inPlace) through(call, 'self', path);
            if (call >= 0) tell(call, path);
            if (n !== node) stored(n, path);
          }
          before(graph, n, (b) => back(b, path, false));
          return;
        case NodeKind.Load:
          for (const { at, path: whole } of namedOutside(program, module, graph, n, path))
            add(at, whole, openEntry(moduleOf(at), 0), fact, 'store');
          if (picked) put(n, path);
          return;
        default:
          if (picked) put(n, path);
      }
    }

    /** Back to what was put into a collection under the key of the element that was changed. */
    function stored(n: number, path: AccessPath): void {
      const first = head(path);
      if (!inPlace || first === undefined) return;
      eachEdge(graph.in, n, (end, kind, label) => {
        if (kind === EdgeKind.Store && matches(graph.strings[label]!, first)) element(end, tail(path));
      });
    }

    /** An object that was put into a collection as it stands: `[row for row in rows if …]`. */
    function element(n: number, path: AccessPath): void {
      if (path === '' || seen.size >= limits.stepsPerChange) return;
      const kind = graph.kinds[n];
      if (kind === NodeKind.Call) through(graph.data[n]!, 'return', path);
      else if (kind === NodeKind.Load)
        eachEdge(graph.in, n, (end, edge, label) => {
          if (edge !== EdgeKind.Load) return;
          const whole = prepend(graph.strings[label]!, path);
          put(end, whole);
          back(end, whole, false);
        });
      else if (kind === NodeKind.Definition || kind === NodeKind.PostUpdate) {
        put(n, path);
        before(graph, n, (b) => element(b, path));
      }
    }

    /** Back through a call: what it gave, or what it put into its receiver, is what it was given, or an element of that. */
    function through(index: number, end: 'return' | 'self', path: AccessPath): void {
      const call = graph.calls[index]!;
      const ecosystem = program.ecosystem(module);
      for (const row of rowsOfCall(program, values, module, index)) {
        if (row.row !== 'flow' || row.how !== 'value' || row.to?.slot.at !== end) continue;
        const from = elementsAt(row.from.path, graph, ecosystem, index);
        const to = elementsAt(row.to.path, graph, ecosystem, index);
        // Two ends of one thing: what is put in at one of them comes out at the other.
        if (row.from.slot.at === 'return') {
          const put = below(path, from);
          if (put !== undefined) add(address(module, call.node), concat(to, put), entry, fact, 'store');
          continue;
        }
        if (!shares(from, to, path) || !guardsHold(program, values, module, index, row.guards ?? [])) continue;
        const given = concat(from, below(path, to)!);
        if (row.from.slot.at === 'self') held(call.receiver, call.receiverPost, given);
        else for (const i of argumentsAt(call, row.from.slot)) held(call.args[i]!.value, call.args[i]!.post, given);
      }
    }

    /** Who was told to listen before it changed hears of it: `bus.on('row', keep); bus.emit('row', row)`. */
    function tell(index: number, path: AccessPath): void {
      for (const row of rowsOfCall(program, values, module, index))
        if (row.row === 'flow' && row.from.slot.at === 'self' && row.to?.slot.at === 'callback')
          hear(fact, path, module, index, row);
    }

    /** Whether a change at `path` of what stands at `to` of a call is one of the object that stands at `from` of it. */
    function shares(from: readonly string[], to: readonly string[], path: AccessPath): boolean {
      const rest = below(path, to);
      if (!rest || elementsOf(path).length <= to.length) return false;
      if (from.length > 0 && to.length === 0) return true;
      return inPlace && (to.length > 0 || isElementwise(rest));
    }

    function held(n: number, post: number, path: AccessPath): void {
      if (post >= 0) add(address(module, post), path, entry, fact, 'store');
      else if (n >= 0) back(n, path, false);
    }

    function put(n: number, path: AccessPath): void {
      add(address(module, n), path, entry, fact, 'store', { after });
    }
  }

  /** Whether what was changed is an element of the object, where it stood. */
  function isOfElement(fact: Fact): boolean {
    let at: Fact = fact;
    for (
      let steps = 0;
      steps < limits.stepsPerChange && at.parent && (at.how === 'exit' || at.how === 'flow');
      steps++
    ) {
      if (isParameterOut(at.parent) && isLonger(at.path, at.parent.path)) return true;
      at = at.parent;
    }
    if (at.how !== 'store' || !at.parent) return false;
    return kindOf(at.parent) === NodeKind.PostUpdate;
  }

  function isParameterOut(fact: Fact): boolean {
    return kindOf(fact) === NodeKind.ParameterOut;
  }

  function kindOf({ at }: Fact): number {
    return program.graphBehind(at, 'a change').kinds[nodeOf(at)]!;
  }

  return {
    changed,
    givenChanged(fact, entry, graph, module, node, path) {
      // A library that gives elements to a callback leads up from them.
      const inPlace = (isParameterOut(fact) && isLonger(path, fact.path)) || isOfElement(fact);
      if (path !== '') backFrom(fact, entry, graph, module, node, inPlace)(node, path);
    },
  };
}

function isLonger(path: AccessPath, than: AccessPath): boolean {
  return elementsOf(path).length > elementsOf(than).length;
}

/** Whether a path is that of something inside an element. */
function isElementwise(path: AccessPath): boolean {
  const first = head(path);
  return first !== undefined && (first === ANY || /^\d+$/.test(first)) && tail(path) !== '';
}

/** Calls `visit` for each value that a node has its own from. */
function before(graph: ModuleGraph, node: number, visit: (node: number) => void): void {
  eachEdge(graph.in, node, (end, kind) => {
    if (kind === EdgeKind.Flow) visit(end);
  });
}

/** Whether an operation cuts several elements out of a list, which it shares with that. */
function isSlice(graph: ModuleGraph, node: number): boolean {
  let keyed = false;
  eachEdge(graph.in, node, (_, kind) => {
    if (kind === EdgeKind.Key) keyed = true;
  });
  return keyed;
}

/** Where a change begins to hold: where it stands, or where the outermost loop around it begins. */
function beginningOf(graph: ModuleGraph, node: number): number {
  let start = graph.starts[node]!;
  for (let r = graph.regionOf[node]!; r > 0 && graph.regions[r]!.kind !== 'function'; r = graph.regions[r]!.parent)
    if (graph.regions[r]!.loop) start = graph.regions[r]!.start;
  return start;
}

/** Nodes whose place in the text is not where they are read. */
const placeless: ReadonlySet<number> = new Set([NodeKind.Join, NodeKind.Cell, NodeKind.Return, NodeKind.ParameterOut]);

/** Whether a value is read before a place of the text, so that what was changed there is not yet in it. */
export function isReadBefore(graph: ModuleGraph, node: number, place: number): boolean {
  return graph.starts[node]! < place && !placeless.has(graph.kinds[node]!);
}

/** Whether a value that was read from an object, as a part of what is known of it, is put back unchanged under `element`, by which the
 * object becomes `changed`: then nothing more is known of it than before. */
export function isPutBack(graph: ModuleGraph, fact: Fact, changed: number, element: string): boolean {
  const read = settled(fact);
  if (read === fact || read.how !== 'load' || read.parent === undefined || head(read.parent.path) === element)
    return false;
  const object = nodeOf(read.parent.at);
  const states = new Set([changed]);
  for (const state of states) {
    if (state === object) return true;
    if (states.size > limits.stepsPerChange) return false;
    before(graph, state, (n) => states.add(n));
  }
  return false;
}
