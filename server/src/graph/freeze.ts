// Turns what the builder collected into the compact, immutable form: trivial joins replaced by the value they stand for, edges
// sorted by their ends in both directions.
import {
  type Argument,
  type Call,
  type ClassInfo,
  EdgeKind,
  type EdgeTable,
  type ExportInfo,
  type FunctionInfo,
  type ModuleGraph,
  type Parameter,
  type Region,
  type TemplatePart,
} from './graph.ts';
import { simplify } from './ssa.ts';

/** Nodes and edges in the order in which they were made. The arrays of edges are longer than `edgeCount`, and written to. */
export interface RawGraph {
  readonly kinds: Uint8Array;
  readonly data: Int32Array;
  readonly regionOf: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly edgeCount: number;
  readonly tails: Int32Array;
  readonly heads: Int32Array;
  readonly edgeKinds: Uint8Array;
  readonly labels: Int32Array;
  readonly joins: ReadonlyMap<number, readonly number[]>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Everything of a module graph that is not an array of nodes or edges: the builder's own, rewritten here in place. */
export type Tables = Omit<
  ModuleGraph,
  'kinds' | 'data' | 'regionOf' | 'starts' | 'ends' | 'out' | 'in' | 'calls' | 'functions' | 'classes' | 'annotations'
> & {
  readonly calls: Mutable<Call>[];
  readonly functions: Mutable<FunctionInfo>[];
  readonly classes: ClassInfo[];
  readonly annotations: Map<number, number>;
};

/** Builds the module graph. Every node index in `tables` is rewritten past trivial joins. */
export function freeze(raw: RawGraph, tables: Tables): ModuleGraph {
  const { joins, edgeCount } = raw;
  const same = simplify(joins);
  const nodes = raw.kinds.length;
  const stands = new Int32Array(nodes);
  for (let n = 0; n < nodes; n++) stands[n] = n;
  for (const [join, value] of same) stands[join] = value;
  let extra = 0;
  for (const [join, operands] of joins) if (!same.has(join)) extra += operands.length;
  // In place: an edge never moves behind where it was.
  const tails = withRoom(raw.tails, edgeCount + extra);
  const heads = withRoom(raw.heads, edgeCount + extra);
  const kinds = withRoom(raw.edgeKinds, edgeCount + extra);
  const labels = withRoom(raw.labels, edgeCount + extra);
  let count = 0;
  for (let i = 0; i < edgeCount; i++) {
    const tail = stands[tails[i]!]!;
    const head = stands[heads[i]!]!;
    if (tail === head) continue;
    tails[count] = tail;
    heads[count] = head;
    kinds[count] = kinds[i]!;
    labels[count++] = labels[i]!;
  }
  if (extra > 0) {
    for (const [join, operands] of joins) {
      if (same.has(join)) continue;
      for (const tail of new Set(operands.map((operand) => stands[operand]!))) {
        if (tail === join) continue;
        tails[count] = tail;
        heads[count] = join;
        kinds[count] = EdgeKind.Flow;
        labels[count++] = -1;
      }
    }
  }
  if (same.size > 0) rewrite(tables, (n) => (n < 0 ? n : stands[n]!));
  return {
    kinds: raw.kinds,
    data: raw.data,
    regionOf: raw.regionOf,
    starts: raw.starts,
    ends: raw.ends,
    out: table(nodes, count, tails, heads, kinds, labels),
    in: table(nodes, count, heads, tails, kinds, labels),
    ...tables,
  };
}

function withRoom<T extends Uint8Array | Int32Array>(array: T, room: number): T {
  if (array.length >= room) return array;
  const copy = new (array.constructor as new (length: number) => T)(room);
  copy.set(array);
  return copy;
}

function rewrite(tables: Tables, at: (n: number) => number): void {
  for (const parts of tables.templates as TemplatePart[][])
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]!;
      if (typeof part === 'number') parts[i] = at(part);
    }
  for (const call of tables.calls) {
    call.callee = at(call.callee);
    call.receiver = at(call.receiver);
    for (const argument of call.args as Mutable<Argument>[]) argument.value = at(argument.value);
  }
  for (const { params } of tables.functions)
    for (const param of params as Mutable<Parameter>[]) param.fallback = at(param.fallback);
  for (const { bases, members } of tables.classes) {
    for (let i = 0; i < bases.length; i++) (bases as number[])[i] = at(bases[i]!);
    for (const [name, n] of members) (members as Map<string, number>).set(name, at(n));
  }
  for (const entry of tables.exports as Mutable<ExportInfo>[]) entry.node = at(entry.node);
  for (const region of tables.regions as Mutable<Region>[]) region.subject = at(region.subject);
  const annotations = [...tables.annotations];
  tables.annotations.clear();
  for (const [n, type] of annotations) tables.annotations.set(at(n), at(type));
}

/** Groups edges by `near`, keeping their order, by counting. */
function table(
  nodes: number,
  count: number,
  near: Int32Array,
  far: Int32Array,
  kinds: Uint8Array,
  labels: Int32Array,
): EdgeTable {
  const offsets = new Int32Array(nodes + 1);
  for (let i = 0; i < count; i++) offsets[near[i]! + 1]!++;
  for (let n = 0; n < nodes; n++) offsets[n + 1]! += offsets[n]!;
  const next = offsets.slice();
  const result = {
    offsets,
    ends: new Int32Array(count),
    kinds: new Uint8Array(count),
    labels: new Int32Array(count),
  };
  for (let i = 0; i < count; i++) {
    const slot = next[near[i]!]!++;
    result.ends[slot] = far[i]!;
    result.kinds[slot] = kinds[i]!;
    result.labels[slot] = labels[i]!;
  }
  return result;
}
