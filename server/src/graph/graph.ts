// The module graph: what one source file becomes, whatever its language.
//
// Nodes are values and are named by their index. Edges say how a value moves. Nothing here knows a language, a library or
// another file. A graph is immutable once the builder has finished it, depends on the text of its file alone, and is plain
// data (typed arrays, strings, small records), so it can be cached and passed between threads as it is.
// Offsets are UTF-16 code units into the analysed text.
import { addTo } from '../base/groups.ts';

/** What a node stands for. */
export const NodeKind = {
  /** A value the frontend did not understand, or an expression without a better kind. */
  Unknown: 0,
  /** A literal; `data` indexes `constants`. */
  Constant: 1,
  /** Text with holes; `data` indexes `templates`. */
  Template: 2,
  /** One definition of a local variable (SSA); `data` is its name. */
  Definition: 3,
  /** A join of several definitions of one variable; `data` is its name. */
  Join: 4,
  /** A parameter; `data` indexes `functions`. */
  Parameter: 5,
  /** The result of a call; `data` indexes `calls`. */
  Call: 6,
  /** A field, element or key read; `data` is the name of the access path element. */
  Load: 7,
  /** A list, tuple, dict, object or set literal; `data` is its `AllocationKind` as a name. */
  Allocation: 8,
  /** The value of an object after a statement that may have changed it. */
  PostUpdate: 9,
  /** A name bound by an import; `data` indexes `imports`. */
  Import: 10,
  /** A function value (closure); `data` indexes `functions`. */
  Function: 11,
  /** A class value; `data` indexes `classes`. */
  Class: 12,
  /** What a function returns; yielded values are stored in it under `*`. `data` indexes `functions`. */
  Return: 13,
  /** A parameter as its function leaves it; `data` indexes `functions`. */
  ParameterOut: 14,
  /** All definitions of a variable that other functions or modules read; `data` is its name. */
  Cell: 15,
  /** A name bound nowhere in the module: a builtin, or what a star import brings; `data` is its name. */
  Global: 16,
  /** A value computed from others: concatenation, comparison, conditional, spread. `data` is its operator where that matters
   * (`%`, a remainder), else -1. */
  Operation: 17,
} as const;
export type NodeKind = (typeof NodeKind)[keyof typeof NodeKind];

/** How the value at the head of an edge relates to the value at its tail. */
export const EdgeKind = {
  /** The same value: assignment, return, await, conditional, spread. A `label` names a field that it no longer holds. */
  Flow: 0,
  /** The tail is put into the head under `label`. */
  Store: 1,
  /** The head is what the tail holds under `label`. */
  Load: 2,
  /** The head is text made of the tail and keeps its content. */
  Text: 3,
  /** The head only measures the tail: a length, a comparison, a hash. */
  Measure: 4,
  /** The tail is argument `label` (an index into the call's `args`, as a number) of the call at the head. */
  Argument: 5,
  /** The tail is the receiver of the call at the head. */
  Receiver: 6,
  /** The tail is what the call at the head invokes. */
  Callee: 7,
  /** The tail is the computed key under which the head is read: what chooses it among others. */
  Key: 8,
} as const;
export type EdgeKind = (typeof EdgeKind)[keyof typeof EdgeKind];

/** The access path element that stands for any key or element. */
export const ANY = '*';
/** The element under which a class keeps what its instances hold. */
export const INSTANCE = '#instance';

/** The name of the method by which an object of JavaScript is iterated, asynchronously or not; as ECMAScript writes it. */
export const ITERATOR = '@@iterator';

/** The kinds of allocation. */
export type AllocationKind = 'list' | 'tuple' | 'dict' | 'object' | 'set';

/** One argument of a call, in source order. `post` is the argument's value after the call, or -1 if it names no place. */
export interface Argument {
  readonly value: number;
  readonly kind: 'positional' | 'keyword' | 'spread' | 'keyword-spread';
  readonly name: string | undefined;
  readonly post: number;
}

/** One call. `receiver` and `receiverPost` are -1 where the callee is no member of a value. */
export interface Call {
  readonly node: number;
  readonly callee: number;
  readonly receiver: number;
  readonly receiverPost: number;
  readonly args: readonly Argument[];
  /** `new C()`, or a tagged template, a decorator, a with statement: what the source wrote instead of a plain call. */
  readonly form: 'call' | 'new' | 'decorator' | 'tag';
  readonly region: number;
}

/** One parameter of a function. `fallback` is the node of its default value, or -1; `out` its `ParameterOut` node, or -1. */
export interface Parameter {
  readonly node: number;
  readonly name: string;
  readonly kind: 'positional' | 'keyword' | 'rest' | 'keyword-rest' | 'self';
  readonly fallback: number;
  readonly out: number;
}

/** One function, method, lambda or the module body itself (index 0, whose `node` is -1). */
export interface FunctionInfo {
  readonly node: number;
  readonly name: string;
  readonly params: readonly Parameter[];
  readonly result: number;
  readonly generator: boolean;
  readonly async: boolean;
  /** Index of the class that declares it as a method, or -1. */
  readonly owner: number;
  /** `static` methods and Python's `staticmethod` have no self; `class` binds the class; `property` is called by reading. */
  readonly binding: 'none' | 'instance' | 'class' | 'static' | 'property';
  /** Index of the function it stands in, or -1. */
  readonly parent: number;
  readonly region: number;
}

/** One class. `members` maps a name to the node of its value in the class body. */
export interface ClassInfo {
  readonly node: number;
  readonly name: string;
  readonly bases: readonly number[];
  readonly members: ReadonlyMap<string, number>;
  readonly region: number;
}

/** One bound import. `name` is `*` for the module itself, `default` for a default export. `level` counts Python's dots. */
export interface ImportInfo {
  readonly node: number;
  readonly specifier: string;
  readonly name: string;
}

/** One exported name. A re-export without a local value has `node` -1 and names the module it comes from. */
export interface ExportInfo {
  readonly name: string;
  readonly node: number;
  /** For `export { name } from 'x'` and `export * from 'x'` (name `*`): the specifier and the name there. */
  readonly from: { readonly specifier: string; readonly name: string } | undefined;
}

/** A part of the text that matters to volume, evidence and scope. Index 0 is the module. */
export interface Region {
  readonly kind: 'module' | 'function' | 'class' | 'loop' | 'comprehension' | 'try' | 'handler' | 'with' | 'branch';
  readonly parent: number;
  /** Index of the function whose body holds it. */
  readonly fn: number;
  readonly start: number;
  readonly end: number;
  /** Loops and comprehensions: the node iterated over, or the condition of a while loop; branches: the condition; with: the
   * context; handlers: the exception type. Else -1. */
  readonly subject: number;
  /** Loops only: how it is written, and how it may end before its subject is exhausted. */
  readonly loop: LoopInfo | undefined;
}
export interface LoopInfo {
  readonly form: 'for-each' | 'for-count' | 'while' | 'comprehension';
  /** `for await` / `async for`. */
  readonly async: boolean;
  /** `while True`, `for (;;)`. */
  readonly endless: boolean;
  breaks: boolean;
  returns: boolean;
  /** The node of the loop variable (an element of the subject), or -1. */
  readonly variable: number;
}

/** Text with holes: constant pieces and the nodes between them, in order. */
export type TemplatePart = string | number;

/** A comment that speaks to us: a suppression, or a fixture's expectation. */
export interface Comment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A place that the frontend did not understand, and what it was. */
export interface Gap {
  readonly start: number;
  readonly end: number;
  readonly what: string;
}

/** Edges grouped by one of their ends: those of node n are at `offsets[n] .. offsets[n + 1]`. */
export interface EdgeTable {
  readonly offsets: Int32Array;
  readonly ends: Int32Array;
  readonly kinds: Uint8Array;
  /** Index into `strings`, or the argument's index for `Argument` edges. */
  readonly labels: Int32Array;
}

/** The value of a literal. */
export type Constant = string | number | boolean | null;

/** The value-flow graph of one file. */
export interface ModuleGraph {
  readonly kinds: Uint8Array;
  readonly data: Int32Array;
  readonly regionOf: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly out: EdgeTable;
  readonly in: EdgeTable;
  readonly strings: readonly string[];
  readonly constants: readonly Constant[];
  readonly templates: readonly (readonly TemplatePart[])[];
  readonly calls: readonly Call[];
  readonly functions: readonly FunctionInfo[];
  readonly classes: readonly ClassInfo[];
  readonly imports: readonly ImportInfo[];
  readonly exports: readonly ExportInfo[];
  /** Specifiers of star imports (`from x import *`), in order. */
  readonly starImports: readonly string[];
  readonly regions: readonly Region[];
  /** Type annotations: node of a variable or parameter → node of the annotation's value. */
  readonly annotations: ReadonlyMap<number, number>;
  /** Variables of the module scope by name: their cells. What other modules import in Python. */
  readonly globals: ReadonlyMap<string, number>;
  readonly comments: readonly Comment[];
  readonly gaps: readonly Gap[];
  /** Set where the numbers were given to agree with those of another graph (`renumber.ts`). */
  readonly order?: Order;
}

/** Nodes, and indices of calls and functions, in the order of the text. Numbers and indices that nothing has are left out. */
export interface Order {
  readonly nodes: Int32Array;
  readonly calls: Int32Array;
  readonly functions: Int32Array;
}

/** The nodes of a graph in the order of the text: whoever takes the first, or not all, goes by that. */
export function nodesInOrder({ order, kinds }: ModuleGraph): Iterable<number> {
  return order?.nodes ?? kinds.keys();
}

/** The indices of a graph's calls in the order of the text. */
export function callsInOrder({ order, calls }: ModuleGraph): readonly number[] {
  return Array.from(order?.calls ?? calls.keys());
}

/** The indices of a graph's functions in the order of the text. */
export function functionsInOrder({ order, functions }: ModuleGraph): readonly number[] {
  return Array.from(order?.functions ?? functions.keys());
}

/** The function whose body holds node `n` (0 is the module body). */
export function functionOf(graph: ModuleGraph, n: number): number {
  return graph.regions[graph.regionOf[n]!]!.fn;
}

/** The name that node `n` carries: of its variable, field, global or allocation kind. Only for kinds whose data is a name. */
export function nameOf(graph: ModuleGraph, n: number): string {
  return graph.strings[graph.data[n]!] ?? '';
}

/** The constant at node `n`, or undefined where it is none. */
export function constantOf(graph: ModuleGraph, n: number): Constant | undefined {
  return graph.kinds[n] === NodeKind.Constant ? graph.constants[graph.data[n]!] : undefined;
}

/** What is found in a graph alone, found once and kept as long as the graph is. */
export function perGraph<T>(find: (graph: ModuleGraph) => T): (graph: ModuleGraph) => T {
  const found = new WeakMap<ModuleGraph, { readonly value: T }>();
  return (graph) => {
    let known = found.get(graph);
    if (!known) {
      known = { value: find(graph) };
      found.set(graph, known);
    }
    return known.value;
  };
}

/** For each node that names a type: the nodes of the values that are declared to be of it. */
export const declaredBy = perGraph((graph): ReadonlyMap<number, readonly number[]> => {
  const result = new Map<number, number[]>();
  for (const [value, type] of graph.annotations) addTo(result, type, value);
  return result;
});

/** Calls `visit` for each edge that leaves node `n` (or enters it, with `graph.in`). */
export function eachEdge(
  table: EdgeTable,
  n: number,
  visit: (end: number, kind: EdgeKind, label: number) => void,
): void {
  const last = table.offsets[n + 1]!;
  for (let i = table.offsets[n]!; i < last; i++) visit(table.ends[i]!, table.kinds[i] as EdgeKind, table.labels[i]!);
}

/** The node that `n` has its value from, the first of them where several meet, or -1. */
export function valueBefore(graph: ModuleGraph, n: number): number {
  let before = -1;
  eachEdge(graph.in, n, (end, kind) => {
    if (kind === EdgeKind.Flow && before < 0) before = end;
  });
  return before;
}

/** The function that stands at node `n`, or that the definition at `n` gives a name to; -1 for anything else. */
export function functionAt(graph: ModuleGraph, n: number): number {
  let at = n;
  for (let steps = 0; steps < 4; steps++) {
    if (graph.kinds[at] === NodeKind.Function) return graph.data[at]!;
    if (graph.kinds[at] !== NodeKind.Definition) return -1;
    let before = -1;
    eachEdge(graph.in, at, (end, kind) => {
      if (kind === EdgeKind.Flow) before = end;
    });
    if (before < 0) return -1;
    at = before;
  }
  return -1;
}
