// Gives a new graph of a file the numbers of the graph before it, so that what was found at a node is still found there after
// an edit elsewhere in the file.
//
// Which nodes are the same is decided by a comparison of two sequences, as of the lines of two texts: the nodes in the order in
// which they were made, each by a signature of what it says. To take two nodes for the same that are not is no mistake that
// anyone sees: a number means nothing by itself, and `difference.ts` compares what stands behind it.
import { diffArrays } from 'diff';
import {
  type Argument,
  type Call,
  type ClassInfo,
  type Constant,
  type EdgeTable,
  type FunctionInfo,
  type ModuleGraph,
  NodeKind,
  nodesInOrder,
  type Region,
  type TemplatePart,
} from './graph.ts';

/** How many nodes make a page, as a power of two. What is new never gets numbers of a page in which something was before: whoever
 * looks at nodes by the page is not disturbed by it. */
export const PAGE = 6;

/** Nodes added and removed, together, up to which a new graph is compared with the one before. The work grows with the square. */
const MAX_EDITS = 200;

/**
 * `graph`, as it was lowered, with the numbers that `before` has for the same nodes, calls, functions and classes. Regions,
 * imports, constants, templates and strings keep their indices. A number of `before` that nothing has any more is a hole: a node
 * of kind Unknown without name and edges, or an entry of `calls`, `functions` or `classes` whose node is one. A graph that would
 * have more holes than nodes is given as it is, and so is one in which nothing has to be changed. Neither graph is changed.
 */
export function renumber(graph: ModuleGraph, before: ModuleGraph): ModuleGraph {
  const old = [...nodesInOrder(before)];
  const kept = align(signaturesOf(before), signaturesOf(graph));
  for (let n = 0; n < kept.length; n++) if (kept[n]! >= 0) kept[n] = old[kept[n]!]!;
  const keptAt = (node: number, kind: NodeKind): number => {
    const n = node < 0 ? -1 : kept[node]!;
    return n >= 0 && before.kinds[n] === kind ? before.data[n]! : -1;
  };
  const nodes = numbered(kept, before.kinds.length, PAGE);
  if (nodes.size > 2 * kept.length + (2 << PAGE)) return graph;
  const calls = numbered(
    Int32Array.from(graph.calls, ({ node }) => keptAt(node, NodeKind.Call)),
    before.calls.length,
  );
  const functions = numbered(
    // The module stands at no node.
    Int32Array.from(graph.functions, ({ node }, i) => (i === 0 ? 0 : keptAt(node, NodeKind.Function))),
    before.functions.length,
  );
  const classes = numbered(
    Int32Array.from(graph.classes, ({ node }) => keptAt(node, NodeKind.Class)),
    before.classes.length,
  );
  const all: Numbers = { nodes, calls, functions, classes };
  if (isIdentity(all)) return graph;
  const result = rewrite(graph, all);
  // What stands in the text, and in which order, is not changed by numbers.
  signatures.set(result, signaturesOf(graph));
  return result;
}

// ---- signatures -------------------------------------------------------------------------------------------------------------

const signatures = new WeakMap<ModuleGraph, Int32Array>();

/** For each node, in the order of the text, a hash of its kind and of what its datum means: nothing of places, numbers or edges. */
function signaturesOf(graph: ModuleGraph): Int32Array {
  const known = signatures.get(graph) ?? signaturesAnew(graph);
  signatures.set(graph, known);
  return known;
}

function signaturesAnew(graph: ModuleGraph): Int32Array {
  const { kinds, data } = graph;
  const strings = Int32Array.from(graph.strings, hash);
  const functions = Int32Array.from(graph.functions, ({ name }) => hash(name));
  return Int32Array.from(nodesInOrder(graph), (n) => mixed(kinds[n]!, meaning(kinds[n]!, data[n]!)));

  function meaning(kind: number, datum: number): number {
    switch (kind) {
      case NodeKind.Constant:
        return hashOfConstant(graph.constants[datum]!);
      case NodeKind.Template:
        return hashOfTemplate(graph.templates[datum]!);
      case NodeKind.Call:
        return hashOfCall(graph.calls[datum]!);
      case NodeKind.Parameter:
      case NodeKind.Function:
      case NodeKind.Return:
      case NodeKind.ParameterOut:
        return functions[datum]!;
      case NodeKind.Class:
        return hash(graph.classes[datum]!.name);
      case NodeKind.Import: {
        const { specifier, name } = graph.imports[datum]!;
        return mixed(hash(specifier), hash(name));
      }
      default:
        return datum < 0 ? 0 : strings[datum]!;
    }
  }
}

function hashOfConstant(value: Constant): number {
  // Text is by far the most frequent, and needs no word for its type.
  return typeof value === 'string' ? hash(value) : mixed(hash(typeof value), hash(String(value)));
}

function hashOfTemplate(parts: readonly TemplatePart[]): number {
  let result = parts.length;
  for (const part of parts) result = mixed(result, typeof part === 'string' ? hash(part) : 0);
  return result;
}

const forms: Readonly<Record<Call['form'], number>> = { call: 1, new: 2, decorator: 3, tag: 4 };
const argumentKinds: Readonly<Record<Argument['kind'], number>> = {
  positional: 1,
  keyword: 2,
  spread: 3,
  'keyword-spread': 4,
};

function hashOfCall(call: Call): number {
  let result = forms[call.form];
  for (const { kind, name } of call.args) {
    result = mixed(result, argumentKinds[kind]);
    if (name !== undefined) result = mixed(result, hash(name));
  }
  return result;
}

/** How much of each end of a long text is hashed: prompts fill pages, and two that differ in their midst alone may count as one. */
const ENDS = 32;

/** FNV-1a over UTF-16 code units. */
function hash(text: string): number {
  const { length } = text;
  let result = 0x811c9dc5 ^ length;
  for (let i = 0; i < length; i++) {
    if (i === ENDS && length > 2 * ENDS) i = length - ENDS;
    result = Math.imul(result ^ text.charCodeAt(i), 0x01000193);
  }
  return result;
}

function mixed(first: number, second: number): number {
  const product = Math.imul(first ^ 0x9e3779b9, 0x85ebca6b);
  return Math.imul(product ^ (product >>> 15) ^ second, 0xc2b2ae35);
}

// ---- alignment --------------------------------------------------------------------------------------------------------------

/** For each place in `now` the place in `before` that it is aligned with, or -1. Places of both rise together. */
function align(before: Int32Array, now: Int32Array): Int32Array {
  const aligned = new Int32Array(now.length).fill(-1);
  const shorter = Math.min(before.length, now.length);
  let same = 0;
  while (same < shorter && before[same] === now[same]) same++;
  let sameEnd = 0;
  while (sameEnd < shorter - same && before[before.length - 1 - sameEnd] === now[now.length - 1 - sameEnd]) sameEnd++;
  for (let i = 0; i < same; i++) aligned[i] = i;
  for (let i = 1; i <= sameEnd; i++) aligned[now.length - i] = before.length - i;
  const left = before.subarray(same, before.length - sameEnd);
  const right = now.subarray(same, now.length - sameEnd);
  if (left.length > 0 && right.length > 0) alignMiddle(left, right, same, aligned);
  slideUp(aligned, now);
  const back = inverse(aligned, before.length);
  slideUp(back, before);
  return inverse(back, now.length);
}

function alignMiddle(left: Int32Array, right: Int32Array, offset: number, aligned: Int32Array): void {
  let before = offset;
  let now = offset;
  const changes = diffArrays(Array.from(left), Array.from(right), { maxEditLength: MAX_EDITS });
  for (const { added, removed, count } of changes ?? []) {
    if (added) now += count;
    else if (removed) before += count;
    else for (let i = 0; i < count; i++) aligned[now++] = before++;
  }
}

/**
 * Moves each run of places that are aligned with nothing as far up as it can be. Where a run begins is open if it ends as the
 * text before it does: `1, a, [1, b], 1, c` is also `1, a, 1, [b, 1], c`. A value is made before what holds it, so a run that
 * ends with its holder is the statement that was written, and takes no value from the statement behind it.
 */
function slideUp(aligned: Int32Array, signatures: Int32Array): void {
  for (let n = 0; n < aligned.length; n++) {
    if (aligned[n]! >= 0) continue;
    let start = n;
    while (n < aligned.length && aligned[n]! < 0) n++;
    let end = n;
    while (start > 0 && aligned[start - 1]! >= 0 && signatures[start - 1] === signatures[end - 1]) {
      aligned[--end] = aligned[--start]!;
      aligned[start] = -1;
    }
  }
}

function inverse(aligned: Int32Array, length: number): Int32Array {
  const back = new Int32Array(length).fill(-1);
  for (let n = 0; n < aligned.length; n++) if (aligned[n]! >= 0) back[aligned[n]!] = n;
  return back;
}

// ---- numbers ----------------------------------------------------------------------------------------------------------------

/** New numbers by old ones, and how many there are with the holes. */
interface Numbering {
  readonly numbers: Int32Array;
  readonly size: number;
}

interface Numbers {
  readonly nodes: Numbering;
  readonly calls: Numbering;
  readonly functions: Numbering;
  readonly classes: Numbering;
}

/** Keeps the numbers that are not -1, all different and less than `size`, and gives the others those of pages that are free. */
function numbered(kept: Int32Array, size: number, page = 0): Numbering {
  const taken = new Uint8Array((size >> page) + 1);
  for (const n of kept) if (n >= 0) taken[n >> page] = 1;
  const numbers = kept.slice();
  let free = 0;
  for (let n = 0; n < numbers.length; n++) {
    if (numbers[n]! >= 0) continue;
    while (taken[free >> page]) free++;
    numbers[n] = free++;
  }
  return { numbers, size: Math.max(size, free) };
}

function hasHoles({ numbers, size }: Numbering): boolean {
  return numbers.length < size;
}

function isIdentity(all: Numbers): boolean {
  for (const each of [all.nodes, all.calls, all.functions, all.classes]) {
    if (hasHoles(each)) return false;
    for (let n = 0; n < each.numbers.length; n++) if (each.numbers[n] !== n) return false;
  }
  return true;
}

// ---- rewriting --------------------------------------------------------------------------------------------------------------

function rewrite(graph: ModuleGraph, all: Numbers): ModuleGraph {
  const inTables = [all.calls, all.functions, all.classes];
  // Entries that are holes need a node to stand at.
  const size = all.nodes.size + (inTables.some(hasHoles) && !hasHoles(all.nodes) ? 1 : 0);
  const source = inverse(all.nodes.numbers, size);
  const hole = source.indexOf(-1);
  const node = (n: number): number => (n < 0 ? n : all.nodes.numbers[n]!);
  const fn = (f: number): number => (f < 0 ? f : all.functions.numbers[f]!);
  const data = new Int32Array(size).fill(-1);
  for (let n = 0; n < graph.data.length; n++) data[node(n)] = datum(graph.kinds[n]!, graph.data[n]!);
  return {
    ...graph,
    kinds: moved(graph.kinds, all.nodes, size),
    data,
    regionOf: moved(graph.regionOf, all.nodes, size),
    starts: moved(graph.starts, all.nodes, size),
    ends: moved(graph.ends, all.nodes, size),
    out: movedEdges(graph.out, source, all.nodes.numbers),
    in: movedEdges(graph.in, source, all.nodes.numbers),
    templates: graph.templates.map((parts) => parts.map((part) => (typeof part === 'number' ? node(part) : part))),
    calls: placed(graph.calls.map(call), all.calls, () => emptyCall(hole)),
    functions: placed(graph.functions.map(info), all.functions, () => emptyFunction(hole)),
    classes: placed(graph.classes.map(cls), all.classes, () => emptyClass(hole)),
    imports: graph.imports.map((entry) => ({ ...entry, node: node(entry.node) })),
    exports: graph.exports.map((entry) => ({ ...entry, node: node(entry.node) })),
    regions: graph.regions.map(region),
    annotations: new Map(Array.from(graph.annotations, ([n, type]) => [node(n), node(type)])),
    globals: new Map(Array.from(graph.globals, ([name, n]) => [name, node(n)])),
    order: { nodes: all.nodes.numbers, calls: all.calls.numbers, functions: all.functions.numbers },
  };

  function datum(kind: number, index: number): number {
    switch (kind) {
      case NodeKind.Call:
        return all.calls.numbers[index]!;
      case NodeKind.Parameter:
      case NodeKind.Function:
      case NodeKind.Return:
      case NodeKind.ParameterOut:
        return fn(index);
      case NodeKind.Class:
        return all.classes.numbers[index]!;
      default:
        return index;
    }
  }
  function argument(arg: Argument): Argument {
    return { ...arg, value: node(arg.value), post: node(arg.post) };
  }
  function call(entry: Call): Call {
    return {
      ...entry,
      node: node(entry.node),
      callee: node(entry.callee),
      receiver: node(entry.receiver),
      receiverPost: node(entry.receiverPost),
      args: entry.args.map(argument),
    };
  }
  function info(entry: FunctionInfo): FunctionInfo {
    return {
      ...entry,
      node: node(entry.node),
      params: entry.params.map((param) => ({
        ...param,
        node: node(param.node),
        fallback: node(param.fallback),
        out: node(param.out),
      })),
      result: node(entry.result),
      owner: entry.owner < 0 ? entry.owner : all.classes.numbers[entry.owner]!,
      parent: fn(entry.parent),
    };
  }
  function cls(entry: ClassInfo): ClassInfo {
    return {
      ...entry,
      node: node(entry.node),
      bases: entry.bases.map(node),
      members: new Map(Array.from(entry.members, ([name, n]) => [name, node(n)])),
    };
  }
  function region(entry: Region): Region {
    return {
      ...entry,
      fn: fn(entry.fn),
      subject: node(entry.subject),
      loop: entry.loop && { ...entry.loop, variable: node(entry.loop.variable) },
    };
  }
}

/** What holds of each node under its new number; 0, which is kind Unknown and the region of the module, of holes. */
function moved<T extends Uint8Array | Int32Array>(array: T, { numbers }: Numbering, size: number): T {
  const result = new (array.constructor as new (length: number) => T)(size);
  for (let n = 0; n < array.length; n++) result[numbers[n]!] = array[n]!;
  return result;
}

/** `source` has the old number of each node by its new one, or -1. The edges of one node stay in order. */
function movedEdges(table: EdgeTable, source: Int32Array, numbers: Int32Array): EdgeTable {
  const count = table.ends.length;
  const result = {
    offsets: new Int32Array(source.length + 1),
    ends: new Int32Array(count),
    kinds: new Uint8Array(count),
    labels: new Int32Array(count),
  };
  let slot = 0;
  for (let n = 0; n < source.length; n++) {
    const from = source[n]!;
    const last = from < 0 ? 0 : table.offsets[from + 1]!;
    for (let i = from < 0 ? 0 : table.offsets[from]!; i < last; i++) {
      result.ends[slot] = numbers[table.ends[i]!]!;
      result.kinds[slot] = table.kinds[i]!;
      result.labels[slot++] = table.labels[i]!;
    }
    result.offsets[n + 1] = slot;
  }
  return result;
}

function placed<T>(entries: readonly T[], { numbers, size }: Numbering, empty: () => T): T[] {
  const result: (T | undefined)[] = new Array(size).fill(undefined);
  entries.forEach((entry, i) => {
    result[numbers[i]!] = entry;
  });
  return result.map((entry) => entry ?? empty());
}

function emptyCall(hole: number): Call {
  return { node: hole, callee: hole, receiver: -1, receiverPost: -1, args: [], form: 'call', region: 0 };
}

function emptyFunction(hole: number): FunctionInfo {
  return {
    node: hole,
    name: '',
    params: [],
    result: hole,
    generator: false,
    async: false,
    owner: -1,
    binding: 'none',
    parent: 0,
    region: 0,
  };
}

function emptyClass(hole: number): ClassInfo {
  return { node: hole, name: '', bases: [], members: new Map(), region: 0 };
}
