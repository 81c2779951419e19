// Where a graph grows: nodes, edges and strings in typed arrays. What is kept of it is copied in the end, and the arrays serve
// the next file.
import type { EdgeKind, NodeKind } from './graph.ts';
import type { Span } from './specs.ts';

/** The nodes and edges of a graph in the making. */
export interface GraphStore {
  readonly strings: string[];
  /** The index of a string, the same for equal strings. */
  intern(text: string): number;
  /** Adds a node that stands in `region`. */
  node(kind: NodeKind, datum: number, region: number, span: Span): number;
  /** Adds an edge and gives its number. */
  edge(tail: number, head: number, kind: EdgeKind, label?: number): number;
  /** Gives a node that reads an element, and the edge that it reads it by, the name of another element. */
  relabel(n: number, edge: number, label: number): void;
  spanOf(n: number): Span;
  kindOf(n: number): number;
  datumOf(n: number): number;
  /** What was made, for `freeze`; nodes are copied, edges are not. */
  take(): {
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
  };
  /** Hands the arrays on to the next file; the store must not be used afterwards. */
  release(): void;
}

type Buffers = ReturnType<typeof createBuffers>;
let spare: Buffers | undefined;

/** Buffers with room for more edges than this are let go. */
const SPARE_LIMIT = 1 << 19;

function createBuffers(size: number) {
  return {
    kinds: new Uint8Array(size),
    data: new Int32Array(size),
    regionOf: new Int32Array(size),
    starts: new Int32Array(size),
    ends: new Int32Array(size),
    tails: new Int32Array(size),
    heads: new Int32Array(size),
    edgeKinds: new Uint8Array(size),
    labels: new Int32Array(size),
  };
}

/** An empty store. */
export function createStore(): GraphStore {
  let { kinds, data, regionOf, starts, ends, tails, heads, edgeKinds, labels } = spare ?? createBuffers(8192);
  spare = undefined;
  let nodeCount = 0;
  let edgeCount = 0;
  const strings: string[] = [];
  const stringIndex = new Map<string, number>();

  const intern = (text: string): number => {
    let i = stringIndex.get(text);
    if (i === undefined) {
      i = strings.length;
      strings.push(text);
      stringIndex.set(text, i);
    }
    return i;
  };
  function node(kind: NodeKind, datum: number, region: number, span: Span): number {
    if (nodeCount === kinds.length) {
      kinds = grown(kinds);
      data = grown(data);
      regionOf = grown(regionOf);
      starts = grown(starts);
      ends = grown(ends);
    }
    kinds[nodeCount] = kind;
    data[nodeCount] = datum;
    regionOf[nodeCount] = region;
    starts[nodeCount] = span.start;
    ends[nodeCount] = span.end;
    return nodeCount++;
  }
  function edge(tail: number, head: number, kind: EdgeKind, label = -1): number {
    if (edgeCount === tails.length) {
      tails = grown(tails);
      heads = grown(heads);
      edgeKinds = grown(edgeKinds);
      labels = grown(labels);
    }
    tails[edgeCount] = tail;
    heads[edgeCount] = head;
    edgeKinds[edgeCount] = kind;
    labels[edgeCount] = label;
    return edgeCount++;
  }

  return {
    strings,
    intern,
    node,
    edge,
    spanOf: (n) => ({ start: starts[n]!, end: ends[n]! }),
    kindOf: (n) => kinds[n]!,
    datumOf: (n) => data[n]!,
    relabel(n, edge, label) {
      data[n] = label;
      labels[edge] = label;
    },
    take: () => ({
      kinds: kinds.slice(0, nodeCount),
      data: data.slice(0, nodeCount),
      regionOf: regionOf.slice(0, nodeCount),
      starts: starts.slice(0, nodeCount),
      ends: ends.slice(0, nodeCount),
      edgeCount,
      tails,
      heads,
      edgeKinds,
      labels,
    }),
    release() {
      if (tails.length <= SPARE_LIMIT) spare = { kinds, data, regionOf, starts, ends, tails, heads, edgeKinds, labels };
    },
  };
}

/** A copy of `array` with room for as much again. */
function grown<T extends Uint8Array | Int32Array>(array: T): T {
  const copy = new (array.constructor as new (length: number) => T)(array.length * 2);
  copy.set(array);
  return copy;
}
