// Which fields a method reads and sets, by their names: what is kept in an object is looked for in those methods alone.
import {
  ANY,
  EdgeKind,
  eachEdge,
  functionOf,
  type ModuleGraph,
  NodeKind,
  type Parameter,
  perGraph,
} from '../graph/graph.ts';
import { calleeName } from './callee.ts';
import { callUpdating } from './calls.ts';

/** By name of a field: the functions that read it from anything, themselves or in a closure. */
const readsOf = perGraph((graph) => {
  const index = new Map<string, Set<number>>();
  for (let n = 0; n < graph.kinds.length; n++) {
    if (graph.kinds[n] !== NodeKind.Load) continue;
    const name = graph.strings[graph.data[n]!]!;
    let readers = index.get(name);
    if (!readers) {
      readers = new Set();
      index.set(name, readers);
    }
    for (let f = functionOf(graph, n); f >= 0; f = graph.functions[f]!.parent) readers.add(f);
  }
  return index;
});

/** Whether a function of the module (or a closure in it) reads a field of that name from anything. */
export function readsField(graph: ModuleGraph, fn: number, element: string): boolean {
  const index = readsOf(graph);
  return (element === ANY ? [...index.values()].some((r) => r.has(fn)) : index.get(element)?.has(fn)) ?? false;
}

/** What a method may have put into its object when it is left. */
interface Changes {
  /** The fields that it sets. */
  readonly fields: ReadonlySet<string>;
  /** The names of the methods that it calls on the object. */
  readonly calls: ReadonlySet<string>;
}

const changes = new WeakMap<ModuleGraph, Map<number, Changes>>();

/**
 * Whether a method may set field `element` of its object, which it leaves as `self.out`: by a statement, or by a call of one of
 * `keepers`, methods that keep what they are given under names of their own.
 */
export function setsField(
  graph: ModuleGraph,
  { out }: Parameter,
  element: string,
  keepers: ReadonlySet<string>,
): boolean {
  let ofGraph = changes.get(graph);
  if (!ofGraph) {
    ofGraph = new Map();
    changes.set(graph, ofGraph);
  }
  let known = ofGraph.get(out);
  if (!known) {
    known = changesOf(graph, out);
    ofGraph.set(out, known);
  }
  if (known.fields.has(ANY) || known.fields.has(element) || (element === ANY && known.fields.size > 0)) return true;
  for (const name of known.calls) if (keepers.has(name)) return true;
  return false;
}

function changesOf(graph: ModuleGraph, out: number): Changes {
  const fields = new Set<string>();
  const calls = new Set<string>();
  const seen = new Set([out]);
  for (const node of seen) {
    const kind = graph.kinds[node] as NodeKind;
    if (kind === NodeKind.Parameter) continue;
    // Something else stands in its place.
    if (!states.has(kind)) fields.add(ANY);
    const call = kind === NodeKind.PostUpdate ? callUpdating(graph, node) : -1;
    if (call >= 0) calls.add(calleeName(graph, graph.calls[call]!.callee) ?? '');
    eachEdge(graph.in, node, (end, edge, label) => {
      if (edge === EdgeKind.Store) fields.add(graph.strings[label]!);
      else if (edge === EdgeKind.Flow) seen.add(end);
    });
  }
  return { fields, calls };
}

/** The fields of an object in which a method of it leaves others of its methods, by the names of these: `self.ask = self._ask_by_http`. */
function methodsLeft(graph: ModuleGraph, { node: self, out }: Parameter): ReadonlyMap<string, ReadonlySet<string>> {
  const left = new Map<string, Set<string>>();
  const isSelf = (object: number): boolean => {
    const before = new Set([object]);
    for (const n of before) {
      if (n === self) return true;
      if (!states.has(graph.kinds[n] as NodeKind)) continue;
      eachEdge(graph.in, n, (end, edge) => {
        if (edge === EdgeKind.Flow) before.add(end);
      });
    }
    return false;
  };
  const put = (field: string, value: number): void => {
    const before = new Set([value]);
    for (const n of before)
      eachEdge(graph.in, n, (end, edge, label) => {
        if (edge === EdgeKind.Flow && graph.kinds[n] !== NodeKind.Call) before.add(end);
        else if (edge === EdgeKind.Load && graph.strings[label] !== ANY && isSelf(end))
          left.set(field, (left.get(field) ?? new Set()).add(graph.strings[label]!));
      });
  };
  const seen = new Set(out < 0 ? [] : [out]);
  for (const n of seen) {
    if (!states.has(graph.kinds[n] as NodeKind)) continue;
    eachEdge(graph.in, n, (end, edge, label) => {
      if (edge === EdgeKind.Store && graph.strings[label] !== ANY) put(graph.strings[label]!, end);
      else if (edge === EdgeKind.Flow) seen.add(end);
    });
  }
  return left;
}

/** The fields in which the constructors of a class, given with the parameter under which they see the object, leave any of `names`. */
export function fieldsHolding(graph: ModuleGraph, selves: readonly Parameter[], names: readonly string[]): string[] {
  const fields = selves.flatMap((self) =>
    [...methodsLeft(graph, self)].flatMap(([field, held]) => (names.some((name) => held.has(name)) ? [field] : [])),
  );
  return [...new Set(fields)].filter((field) => !names.includes(field));
}

/** All that `readsField` and `setsField` may say of a function, as text that compares. */
export function fieldsSaid(graph: ModuleGraph, fn: number): string {
  const { params: [self] = [] } = graph.functions[fn] ?? {};
  const said = self && self.out >= 0 ? changesOf(graph, self.out) : undefined;
  const read = [...readsOf(graph)].flatMap(([name, readers]) => (readers.has(fn) ? [name] : []));
  return JSON.stringify([read.sort(), [...(said?.fields ?? [])].sort(), [...(said?.calls ?? [])].sort()]);
}

/** What an object is between two changes. */
const states: ReadonlySet<NodeKind> = new Set([
  NodeKind.ParameterOut,
  NodeKind.PostUpdate,
  NodeKind.Definition,
  NodeKind.Join,
  NodeKind.Cell,
]);
