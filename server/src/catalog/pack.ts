// The compiled catalog as it is written to disk. A run looks at the rows of the few packages that it meets, so nodes and rows
// are kept in blocks of text that are parsed when one of theirs is asked for: what starting costs hardly grows with the catalog.

import {
  type CompiledCatalog,
  type CompiledNode,
  type CompiledRow,
  type CompiledTrie,
  forEcosystems,
  type Indexed,
} from './compiled.ts';
import type { Ecosystem } from './model.ts';

/** A list as blocks of JSON, each of `size` items but the last. */
interface PackedList {
  readonly length: number;
  readonly size: number;
  readonly blocks: readonly string[];
}

/** A compiled catalog on disk. */
export interface PackedCatalog extends Omit<CompiledCatalog, 'rows' | 'tries'> {
  readonly rows: PackedList;
  readonly tries: Readonly<Record<Ecosystem, Omit<CompiledTrie, 'nodes'> & { readonly nodes: PackedList }>>;
}

// Documents are compiled one after the other, so a package's nodes and rows stand side by side.
const SIZE = 64;

/** Packs a catalog for the disk. */
export function packCatalog(catalog: CompiledCatalog): PackedCatalog {
  const trie = (of: CompiledTrie) => ({ ...of, nodes: pack(of.nodes) });
  return { ...catalog, rows: pack(catalog.rows), tries: forEcosystems((name) => trie(catalog.tries[name])) };
}

/** The catalog that was packed. What is packed is parsed when it is first asked for. */
export function unpackCatalog(packed: PackedCatalog): CompiledCatalog {
  const trie = (of: PackedCatalog['tries'][Ecosystem]): CompiledTrie => ({
    ...of,
    nodes: unpack<CompiledNode>(of.nodes),
  });
  const tries = forEcosystems((name) => trie(packed.tries[name]));
  return { ...packed, rows: unpack<CompiledRow>(packed.rows), tries };
}

/** JSON in JSON is full of escaped quotes, which are slow to read. With the other kind of quotes in their place few are left. */
function swapQuotes(text: string): string {
  return text.replace(/["']/g, (quote) => (quote === '"' ? "'" : '"'));
}

function pack(list: Indexed<unknown>): PackedList {
  const items = [...list];
  const blocks: string[] = [];
  for (let from = 0; from < items.length; from += SIZE)
    blocks.push(swapQuotes(JSON.stringify(items.slice(from, from + SIZE))));
  return { length: items.length, size: SIZE, blocks };
}

function unpack<T>({ length, size, blocks }: PackedList): Indexed<T> {
  const parsed: T[][] = [];
  const at = (index: number): T | undefined => {
    const block = Math.floor(index / size);
    if (index >= 0 && index < length) parsed[block] ??= JSON.parse(swapQuotes(blocks[block]!)) as T[];
    return parsed[block]?.[index % size];
  };
  return {
    length,
    at,
    *[Symbol.iterator]() {
      for (let index = 0; index < length; index++) yield at(index)!;
    },
  };
}
