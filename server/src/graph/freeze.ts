// Turns what the builder collected into the compact, immutable form: trivial joins replaced by the value they stand for, edges
// sorted by their ends in both directions.
import { EdgeKind, type EdgeTable, type ModuleGraph } from './graph.ts';
import { simplify } from './ssa.ts';

/** Nodes and edges in the order in which they were made. */
export interface RawGraph {
  readonly kinds: readonly number[];
  readonly data: readonly number[];
  readonly regionOf: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly tails: readonly number[];
  readonly heads: readonly number[];
  readonly edgeKinds: readonly number[];
  readonly labels: readonly number[];
  readonly joins: ReadonlyMap<number, readonly number[]>;
}

/** Everything of a module graph that is not an array of nodes or edges. */
export type Tables = Omit<ModuleGraph, 'kinds' | 'data' | 'regionOf' | 'starts' | 'ends' | 'out' | 'in'>;

/** Builds the module graph. Every node index in `tables` is rewritten past trivial joins. */
export function freeze(raw: RawGraph, tables: Tables): ModuleGraph {
  const same = simplify(raw.joins);
  const at = (n: number): number => (n < 0 ? n : (same.get(n) ?? n));
  const tails: number[] = [];
  const heads: number[] = [];
  const kinds: number[] = [];
  const labels: number[] = [];
  for (let i = 0; i < raw.tails.length; i++) {
    const tail = at(raw.tails[i]!);
    const head = at(raw.heads[i]!);
    if (tail === head) continue;
    tails.push(tail);
    heads.push(head);
    kinds.push(raw.edgeKinds[i]!);
    labels.push(raw.labels[i]!);
  }
  for (const [join, operands] of raw.joins) {
    if (same.has(join)) continue;
    for (const operand of new Set(operands.map(at))) {
      if (operand === join) continue;
      tails.push(operand);
      heads.push(join);
      kinds.push(EdgeKind.Flow);
      labels.push(-1);
    }
  }
  const count = raw.kinds.length;
  return {
    kinds: Uint8Array.from(raw.kinds),
    data: Int32Array.from(raw.data),
    regionOf: Int32Array.from(raw.regionOf),
    starts: Int32Array.from(raw.starts),
    ends: Int32Array.from(raw.ends),
    out: table(count, tails, heads, kinds, labels),
    in: table(count, heads, tails, kinds, labels),
    ...tables,
    templates: tables.templates.map((parts) => parts.map((p) => (typeof p === 'number' ? at(p) : p))),
    calls: tables.calls.map((c) => ({
      ...c,
      callee: at(c.callee),
      receiver: at(c.receiver),
      args: c.args.map((a) => ({ ...a, value: at(a.value) })),
    })),
    functions: tables.functions.map((f) => ({
      ...f,
      params: f.params.map((p) => ({ ...p, fallback: at(p.fallback) })),
    })),
    classes: tables.classes.map((c) => ({
      ...c,
      bases: c.bases.map(at),
      members: new Map([...c.members].map(([name, n]) => [name, at(n)])),
    })),
    exports: tables.exports.map((e) => ({ ...e, node: at(e.node) })),
    regions: tables.regions.map((r) => ({ ...r, subject: at(r.subject) })),
    annotations: new Map([...tables.annotations].map(([n, type]) => [at(n), at(type)])),
  };
}

/** Groups edges by `near`, keeping their order, by counting. */
function table(
  count: number,
  near: readonly number[],
  far: readonly number[],
  kinds: readonly number[],
  labels: readonly number[],
): EdgeTable {
  const offsets = new Int32Array(count + 1);
  for (const n of near) offsets[n + 1]!++;
  for (let n = 0; n < count; n++) offsets[n + 1]! += offsets[n]!;
  const next = offsets.slice();
  const result = {
    offsets,
    ends: new Int32Array(near.length),
    kinds: new Uint8Array(near.length),
    labels: new Int32Array(near.length),
  };
  for (let i = 0; i < near.length; i++) {
    const slot = next[near[i]!]!++;
    result.ends[slot] = far[i]!;
    result.kinds[slot] = kinds[i]!;
    result.labels[slot] = labels[i]!;
  }
  return result;
}
