// What is not as it was in a new graph of a file that has the numbers of the graph before it (`renumber.ts`): at which nodes
// somebody who asked the graph before may be told something else by the new one. Where things stand in the text never counts.
import {
  type Argument,
  type Call,
  type ClassInfo,
  EdgeKind,
  type EdgeTable,
  type FunctionInfo,
  functionOf,
  type ImportInfo,
  type LoopInfo,
  type ModuleGraph,
  NodeKind,
  type Parameter,
  type Region,
} from './graph.ts';

/** Where two graphs of one file differ. The arrays hold 0 or 1 for each number that either graph has. */
export interface Difference {
  /** Nodes from which a question that goes back, along edges to their tails, may find something else. */
  readonly behind: Uint8Array;
  /** Nodes at which somebody who reads their edges and the nodes at the other ends may read something else. */
  readonly around: Uint8Array;
  /** Functions, by index, in which or in a function of which something has changed, in either graph. Never the module, 0. */
  readonly functions: ReadonlySet<number>;
  /** Whether the module imports something else, or to other nodes. */
  readonly imports: boolean;
  /** Whether the module exports something else, from other nodes, or in another order. */
  readonly exports: boolean;
  /** Names of the module's scope that are new or gone, or whose cell is another node. */
  readonly globals: ReadonlySet<string>;
}

/** How `now` differs from `before`: graphs of one file with common numbers, as `renumber(lowered, before)` gives them. */
export function differenceOf(before: ModuleGraph, now: ModuleGraph): Difference {
  const both = Math.min(before.kinds.length, now.kinds.length);
  const size = Math.max(before.kinds.length, now.kinds.length);
  const labels = labelsBefore(before, now);
  const exports = !sameList(before.exports, now.exports, sameExport);
  const globals = globalsChanged(before, now);
  const own = ownChanges(before, now, labels);
  if (exports) markExports(own, before, now);
  for (const name of globals) for (const graph of [before, now]) mark(own, graph.globals.get(name));

  // A node that stands in one graph only has changed, whatever its edges.
  const changed = own.slice();
  const leaving = new Uint8Array(size).fill(1, both);
  for (let n = 0; n < both; n++) {
    if (edgesDiffer(before.in, now.in, n, own, labels)) changed[n] = 1;
    if (edgesDiffer(before.out, now.out, n, own, labels)) leaving[n] = 1;
  }
  // What a call makes of what it was given is known from the call, by no edge.
  for (let n = 0; n < size; n++) if (own[n] === 1) for (const graph of [before, now]) markKept(graph, n, changed);
  return {
    behind: reachable(now, changed),
    around: beside(now, changed, leaving),
    functions: functionsAround([before, now], changed, leaving),
    imports: !sameImports(before, now),
    exports,
    globals,
  };
}

function mark(flags: Uint8Array, n: number | undefined): void {
  if (n !== undefined && n >= 0) flags[n] = 1;
}

/** Answers whether two records agree in some fields. */
function sameIn<T>(...fields: readonly (keyof T)[]): (before: T, now: T) => boolean {
  return (before, now) => fields.every((field) => before[field] === now[field]);
}

function sameList<T>(before: readonly T[], now: readonly T[], same: (a: T, b: T) => boolean): boolean {
  if (before.length !== now.length) return false;
  for (let i = 0; i < now.length; i++) if (!same(before[i]!, now[i]!)) return false;
  return true;
}

/** For each string of `now` its index in `before`, or -2: no label, which is -1, is like it. */
function labelsBefore(before: ModuleGraph, now: ModuleGraph): Int32Array {
  const result = new Int32Array(now.strings.length);
  let known: Map<string, number> | undefined;
  now.strings.forEach((text, i) => {
    // Strings are numbered as they come: up to the edit the numbers agree.
    if (before.strings[i] === text) result[i] = i;
    else {
      known ??= new Map(before.strings.map((each, index) => [each, index]));
      result[i] = known.get(text) ?? -2;
    }
  });
  return result;
}

// ---- nodes by themselves ----------------------------------------------------------------------------------------------------

/** Marks the nodes that are something else than they were, apart from the names of the module that stand for them. */
function ownChanges(before: ModuleGraph, now: ModuleGraph, labels: Int32Array): Uint8Array {
  const both = Math.min(before.kinds.length, now.kinds.length);
  const sameRegion = regionMatch(before, now);
  const functions = functionChanges(before, now, sameRegion);
  const classes = classChanges(before, now);
  const own = new Uint8Array(Math.max(before.kinds.length, now.kinds.length)).fill(1, both);
  for (let n = 0; n < both; n++) if (!isSame(n)) own[n] = 1;
  for (const [n, type] of now.annotations) if (before.annotations.get(n) !== type) own[n] = own[type] = 1;
  // Both ends: who follows a class asks what is declared to be of it.
  for (const [n, type] of before.annotations) if (now.annotations.get(n) !== type) own[n] = own[type] = 1;
  return own;

  function isSame(n: number): boolean {
    return (
      before.kinds[n] === now.kinds[n] &&
      sameRegion(before.regionOf[n]!, now.regionOf[n]!) &&
      // Who reads a node asks what function it stands in.
      functions[functionOf(now, n)] === 0 &&
      sameDatum(now.kinds[n]!, before.data[n]!, now.data[n]!)
    );
  }
  function sameDatum(kind: number, old: number, datum: number): boolean {
    switch (kind) {
      case NodeKind.Constant:
        return Object.is(before.constants[old], now.constants[datum]);
      case NodeKind.Template:
        return sameList(before.templates[old]!, now.templates[datum]!, Object.is);
      case NodeKind.Call:
        return old === datum && sameCall(before.calls[old]!, now.calls[datum]!);
      case NodeKind.Parameter:
      case NodeKind.Function:
      case NodeKind.Return:
      case NodeKind.ParameterOut:
        return old === datum && functions[datum] === 0;
      case NodeKind.Class:
        return old === datum && classes[datum] === 0;
      case NodeKind.Import: {
        const { specifier, name } = now.imports[datum]!;
        return before.imports[old]!.specifier === specifier && before.imports[old]!.name === name;
      }
      default:
        return old === (datum < 0 ? datum : labels[datum]!);
    }
  }
}

const sameWithoutArguments = sameIn<Call>('callee', 'receiver', 'receiverPost', 'form');
const sameArgument = sameIn<Argument>('value', 'kind', 'name', 'post');

function sameCall(before: Call, now: Call): boolean {
  return sameWithoutArguments(before, now) && sameList(before.args, now.args, sameArgument);
}

/** Answers whether a region of `before` and one of `now` are the same. Each is the same as one other at most. */
function regionMatch(before: ModuleGraph, now: ModuleGraph): (old: number, region: number) => boolean {
  const partners = new Int32Array(now.regions.length).fill(-1);
  const taken = new Uint8Array(before.regions.length);
  return function same(old, region) {
    if (old < 0 || region < 0) return old === region;
    const partner = partners[region]!;
    if (partner >= 0 || taken[old] === 1) return partner === old;
    const a = before.regions[old]!;
    const b = now.regions[region]!;
    if (!sameRegionInfo(a, b) || !same(a.parent, b.parent)) return false;
    partners[region] = old;
    taken[old] = 1;
    return true;
  };
}

function sameRegionInfo(before: Region, now: Region): boolean {
  if (before.kind !== now.kind || before.fn !== now.fn || before.subject !== now.subject) return false;
  const a = before.loop;
  const b = now.loop;
  if (a === undefined || b === undefined) return a === b;
  return sameLoop(a, b);
}

const sameLoop = sameIn<LoopInfo>('form', 'async', 'endless', 'breaks', 'returns', 'variable');

/** For each function 1 if it or a function around it is something else than it was, or if only one graph has it. */
function functionChanges(
  before: ModuleGraph,
  now: ModuleGraph,
  sameRegion: (old: number, region: number) => boolean,
): Uint8Array {
  const both = Math.min(before.functions.length, now.functions.length);
  const changed = new Uint8Array(Math.max(before.functions.length, now.functions.length)).fill(1, both);
  const isSame = (f: number): boolean => {
    const old = before.functions[f]!;
    const info = now.functions[f]!;
    return sameFunction(old, info) && sameRegion(old.region, info.region) && sameOwner(old.owner, info.owner);
  };
  // The class that a method belongs to is read from the method, by no edge.
  const sameOwner = (old: number, owner: number): boolean =>
    old === owner &&
    (owner < 0 ||
      (before.classes[old]!.node === now.classes[owner]!.node &&
        before.classes[old]!.name === now.classes[owner]!.name));
  for (let f = 0; f < both; f++) if (!isSame(f)) changed[f] = 1;
  const itself = changed.slice();
  // A function may have a smaller number than the one around it.
  for (let f = 0; f < both; f++)
    for (let at = f; at >= 0 && changed[f] === 0; at = now.functions[at]!.parent) changed[f] = itself[at]!;
  return changed;
}

const sameWithoutParameters = sameIn<FunctionInfo>('node', 'name', 'result', 'generator', 'async', 'binding', 'parent');
const sameParameter = sameIn<Parameter>('node', 'name', 'kind', 'fallback', 'out');

function sameFunction(before: FunctionInfo, now: FunctionInfo): boolean {
  return sameWithoutParameters(before, now) && sameParameters(before, now);
}

function sameParameters(before: FunctionInfo, now: FunctionInfo): boolean {
  return sameList(before.params, now.params, sameParameter);
}

/** For each class 1 if it is something else than it was: its methods and their parameters are a part of it. */
function classChanges(before: ModuleGraph, now: ModuleGraph): Uint8Array {
  const both = Math.min(before.classes.length, now.classes.length);
  const changed = new Uint8Array(Math.max(before.classes.length, now.classes.length)).fill(1, both);
  for (let c = 0; c < both; c++) if (!sameClass(before.classes[c]!, now.classes[c]!)) changed[c] = 1;
  const functions = Math.max(before.functions.length, now.functions.length);
  for (let f = 0; f < functions; f++) {
    const old = before.functions[f];
    const info = now.functions[f];
    if (old && info && old.owner === info.owner && (info.owner < 0 || sameParameters(old, info))) continue;
    mark(changed, old?.owner);
    mark(changed, info?.owner);
  }
  return changed;
}

function sameClass(before: ClassInfo, now: ClassInfo): boolean {
  return (
    before.name === now.name &&
    sameList(before.bases, now.bases, Object.is) &&
    sameList([...before.members], [...now.members], ([name, n], [other, m]) => name === other && n === m)
  );
}

// ---- names of the module ----------------------------------------------------------------------------------------------------

type Exported = ModuleGraph['exports'][number];

function sameExport(before: Exported, now: Exported): boolean {
  return (
    before.name === now.name &&
    before.node === now.node &&
    before.from?.specifier === now.from?.specifier &&
    before.from?.name === now.from?.name
  );
}

/** Marks the nodes that are exported under a name in one of the graphs only, or more often in one of them. */
function markExports(flags: Uint8Array, before: ModuleGraph, now: ModuleGraph): void {
  const more = new Map<string, { readonly node: number; count: number }>();
  const count = ({ exports }: ModuleGraph, by: number): void => {
    for (const { node, name } of exports) {
      const key = `${node} ${name}`;
      const known = more.get(key) ?? { node, count: 0 };
      known.count += by;
      more.set(key, known);
    }
  };
  count(now, 1);
  count(before, -1);
  for (const { node, count } of more.values()) if (count !== 0) mark(flags, node);
}

function globalsChanged(before: ModuleGraph, now: ModuleGraph): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const [name, n] of now.globals) if (before.globals.get(name) !== n) changed.add(name);
  for (const name of before.globals.keys()) if (!now.globals.has(name)) changed.add(name);
  return changed;
}

function sameImports(before: ModuleGraph, now: ModuleGraph): boolean {
  // The table is in the order of the text, in which an import may have moved without a change.
  const byNode = ({ imports }: ModuleGraph) => [...imports].sort((a, b) => a.node - b.node);
  return sameList(before.starImports, now.starImports, Object.is) && sameList(byNode(before), byNode(now), sameImport);
}

const sameImport = sameIn<ImportInfo>('node', 'specifier', 'name');

// ---- edges ------------------------------------------------------------------------------------------------------------------

/** Whether node `n` has other edges in the two tables, or in another order, or one with a node at its end that has changed. */
function edgesDiffer(before: EdgeTable, now: EdgeTable, n: number, own: Uint8Array, labels: Int32Array): boolean {
  const first = now.offsets[n]!;
  const count = now.offsets[n + 1]! - first;
  const shift = before.offsets[n]! - first;
  if (before.offsets[n + 1]! - first - shift !== count) return true;
  for (let i = first; i < first + count; i++) {
    const end = now.ends[i]!;
    const kind = now.kinds[i]!;
    if (before.ends[i + shift] !== end || before.kinds[i + shift] !== kind || own[end] === 1) return true;
    const label = now.labels[i]!;
    if (before.labels[i + shift] !== (kind === EdgeKind.Argument || label < 0 ? label : labels[label])) return true;
  }
  return false;
}

/** The nodes that are marked, and all that their values get to in `graph`, also by calls that keep something. */
function reachable(graph: ModuleGraph, marked: Uint8Array): Uint8Array {
  const { offsets, ends } = graph.out;
  const reached = marked.slice();
  const work: number[] = [];
  const reach = (n: number): void => {
    if (n < 0 || reached[n] === 1) return;
    reached[n] = 1;
    work.push(n);
  };
  for (let n = 0; n < marked.length; n++) if (marked[n] === 1) work.push(n);
  for (let n = work.pop(); n !== undefined; n = work.pop()) {
    if (n >= graph.kinds.length) continue;
    for (let i = offsets[n]!; i < offsets[n + 1]!; i++) reach(ends[i]!);
    eachKept(graph, n, reach);
  }
  return reached;
}

/** Calls `visit` for what node `n`, if it is a call, leaves of its receiver and its arguments, and, where it is called on what
 * another call gives, for what that one leaves: it may go on with the same object. */
function eachKept(graph: ModuleGraph, n: number, visit: (post: number) => void): void {
  for (let at = n; at >= 0 && graph.kinds[at] === NodeKind.Call; at = graph.calls[graph.data[at]!]!.receiver) {
    const { receiverPost, args } = graph.calls[graph.data[at]!]!;
    visit(receiverPost);
    for (const { post } of args) visit(post);
  }
}

function markKept(graph: ModuleGraph, n: number, flags: Uint8Array): void {
  eachKept(graph, n, (post) => mark(flags, post));
}

/** The nodes that are marked in either way, and those that have an edge of `graph` with one that has changed. */
function beside(graph: ModuleGraph, changed: Uint8Array, leaving: Uint8Array): Uint8Array {
  const result = changed.slice();
  for (let n = 0; n < changed.length; n++) {
    if (leaving[n] === 1) result[n] = 1;
    if (changed[n] === 0 || n >= graph.kinds.length) continue;
    for (const { offsets, ends } of [graph.in, graph.out])
      for (let i = offsets[n]!; i < offsets[n + 1]!; i++) result[ends[i]!] = 1;
  }
  return result;
}

/** The functions in which a marked node stands in one of the graphs, and the functions around them, without the module. */
function functionsAround(
  graphs: readonly ModuleGraph[],
  changed: Uint8Array,
  leaving: Uint8Array,
): ReadonlySet<number> {
  const found = new Set<number>();
  for (const graph of graphs) {
    const seen = new Uint8Array(graph.functions.length);
    for (let n = 0; n < graph.kinds.length; n++) {
      if (changed[n] === 0 && leaving[n] === 0) continue;
      for (let f = functionOf(graph, n); f > 0 && seen[f] === 0; f = graph.functions[f]!.parent) {
        seen[f] = 1;
        found.add(f);
      }
    }
  }
  return found;
}
