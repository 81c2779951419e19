// Which files could matter at all: one pass over a file's bytes for all markers of the catalog at once (Aho and Corasick's
// automaton, made deterministic). A file without a hit is never decoded nor parsed, so this is the speed of a scan.
// Matching is case-sensitive. Hits are a superset: comments and strings count.

import { isImportPosition } from './import-position.ts';
import type { Language } from './languages.ts';

/** A text that makes a file worth parsing. */
export interface Marker {
  readonly text: string;
  /** `import`: an ordinary English word that counts only as the name of an imported package. */
  readonly position: 'anywhere' | 'import';
}

/** The automaton of a list of markers; hits are indexes into that list. Immutable, shared by all scans. */
export interface Prefilter {
  readonly markers: readonly Marker[];
  /** What the automaton looks for: a marker, for an imported word with what may stand before it. */
  readonly needles: readonly Needle[];
  /** Length of the longest needle in bytes. */
  readonly longest: number;
  /** Class of each byte; bytes in no needle share class 0. */
  readonly classes: Uint8Array;
  /** Next state by state (premultiplied by the number of classes) plus class. */
  readonly table: Uint16Array | Uint32Array;
  /** States from here on end a needle. */
  readonly firstAccepting: number;
  readonly width: number;
  /** The needles that end in each accepting state, by (state - firstAccepting) / width. */
  readonly accepts: readonly (readonly number[])[];
}

interface Needle {
  readonly marker: number;
  readonly bytes: Uint8Array;
  /** How many of the bytes are the marker itself, at the end. */
  readonly length: number;
  readonly isImport: boolean;
}

/** Builds the automaton. An empty marker is an error of the catalog and throws: it would hit everywhere. */
export function buildPrefilter(markers: readonly Marker[]): Prefilter {
  const needles = markers.flatMap((marker, index) => needlesOf(marker, index));
  const { classes, width } = classesOf(needles);
  const trie = buildTrie(needles, classes, width);
  completeTrie(trie, width);
  const longest = needles.reduce((most, needle) => Math.max(most, needle.bytes.length), 0);
  return { markers, needles, longest, classes, width, ...renumber(trie, width) };
}

/**
 * The markers in a file's bytes, ascending and each once. `language` decides what an import looks like.
 *
 * Each step waits for the one before, so two halves of the file are walked side by side: while one waits the other goes on.
 * The walk over the first half then goes on until nothing that began in it can be left.
 */
export function scanMarkers(prefilter: Prefilter, bytes: Uint8Array, language: Language): readonly number[] {
  const { classes, table, firstAccepting } = prefilter;
  const length = bytes.length;
  const half = length >>> 1;
  let found: Set<number> | undefined;
  let left = 0;
  let right = 0;
  for (let at = 0, beyond = half; at < half; at++, beyond++) {
    left = table[left + classes[bytes[at]!]!]!;
    right = table[right + classes[bytes[beyond]!]!]!;
    if (left >= firstAccepting || right >= firstAccepting) {
      if (left >= firstAccepting) found = accept(prefilter, bytes, language, left, at + 1, found);
      if (right >= firstAccepting) found = accept(prefilter, bytes, language, right, beyond + 1, found);
    }
  }
  const seam = Math.min(length, half + prefilter.longest);
  for (let at = half; at < seam; at++) {
    left = table[left + classes[bytes[at]!]!]!;
    if (left >= firstAccepting) found = accept(prefilter, bytes, language, left, at + 1, found);
  }
  if (length > half * 2) {
    right = table[right + classes[bytes[length - 1]!]!]!;
    if (right >= firstAccepting) found = accept(prefilter, bytes, language, right, length, found);
  }
  return found ? [...found].sort((a, b) => a - b) : none;
}

const none: readonly number[] = [];

/** Adds what ends in a state. Kept out of the loop, so that the loop stays small enough for the compiler to do well. */
function accept(
  prefilter: Prefilter,
  bytes: Uint8Array,
  language: Language,
  state: number,
  end: number,
  given: Set<number> | undefined,
): Set<number> {
  const found = given ?? new Set();
  for (const index of prefilter.accepts[(state - prefilter.firstAccepting) / prefilter.width]!) {
    const needle = prefilter.needles[index]!;
    if (found.has(needle.marker)) continue;
    if (!needle.isImport || isImportPosition(bytes, end - needle.length, end, language)) found.add(needle.marker);
  }
  return found;
}

function needlesOf(marker: Marker, index: number): Needle[] {
  if (marker.text === '') throw new Error(`marker ${index} is empty`);
  const encoder = new TextEncoder();
  const isImport = marker.position === 'import';
  return (isImport ? beforeImport : ['']).map((before) => ({
    marker: index,
    bytes: encoder.encode(before + marker.text),
    length: encoder.encode(marker.text).length,
    isImport,
  }));
}

// An English word alone would be met in every comment, and each hit costs a look around.
const beforeImport: readonly string[] = ['from ', 'import ', ', ', ',', "'", '"', '`'];

function classesOf(needles: readonly Needle[]): { classes: Uint8Array; width: number } {
  const classes = new Uint8Array(256);
  let width = 1;
  for (const { bytes } of needles) for (const byte of bytes) if (classes[byte] === 0) classes[byte] = width++;
  return { classes, width };
}

/** A trie under construction: `next` by state times width plus class, -1 where there is no such edge. */
interface Trie {
  readonly next: number[];
  /** The needles that end in a state. */
  readonly ends: number[][];
}

function buildTrie(needles: readonly Needle[], classes: Uint8Array, width: number): Trie {
  const trie: Trie = { next: new Array(width).fill(-1), ends: [[]] };
  needles.forEach(({ bytes }, needle) => {
    let state = 0;
    for (const byte of bytes) {
      const edge = state * width + classes[byte]!;
      if (trie.next[edge] === -1) {
        trie.next[edge] = trie.ends.length;
        trie.ends.push([]);
        for (let column = 0; column < width; column++) trie.next.push(-1);
      }
      state = trie.next[edge]!;
    }
    trie.ends[state]!.push(needle);
  });
  return trie;
}

/** Fills every missing edge with where the longest proper suffix would go, and passes on what ends there. */
function completeTrie(trie: Trie, width: number): void {
  const { next, ends } = trie;
  const suffix = new Int32Array(ends.length);
  const queue: number[] = [];
  for (let column = 0; column < width; column++) {
    const state = next[column]!;
    if (state > 0) queue.push(state);
    else next[column] = 0;
  }
  for (const state of queue) {
    ends[state]!.push(...ends[suffix[state]!]!);
    for (let column = 0; column < width; column++) {
      const through = next[suffix[state]! * width + column]!;
      const target = next[state * width + column]!;
      if (target === -1) next[state * width + column] = through;
      else {
        suffix[target] = through;
        queue.push(target);
      }
    }
  }
}

/** Puts the accepting states last, so that one comparison tells a hit, and multiplies states by the width in advance. */
function renumber(trie: Trie, width: number): Pick<Prefilter, 'table' | 'firstAccepting' | 'accepts'> {
  const states = trie.ends.map((_, state) => state);
  const accepting = states.filter((state) => trie.ends[state]!.length > 0);
  const order = [...states.filter((state) => trie.ends[state]!.length === 0), ...accepting];
  const position = new Int32Array(order.length);
  order.forEach((state, index) => {
    position[state] = index;
  });
  const size = order.length * width;
  const table = size <= 0x10000 ? new Uint16Array(size) : new Uint32Array(size);
  order.forEach((state, index) => {
    for (let column = 0; column < width; column++) {
      table[index * width + column] = position[trie.next[state * width + column]!]! * width;
    }
  });
  return {
    table,
    firstAccepting: (order.length - accepting.length) * width,
    accepts: accepting.map((state) => trie.ends[state]!),
  };
}
