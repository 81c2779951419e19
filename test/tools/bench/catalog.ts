// A catalog of many times as many packages: the same rows again under other names.
import {
  type CompiledCatalog,
  type CompiledNode,
  type CompiledTrie,
  forEcosystems,
} from '../../../server/src/catalog/compiled.ts';

/** `catalog` with `times - 1` copies of all its packages and types, renamed, with their nodes, rows and markers. */
export function multiplied(catalog: CompiledCatalog, times: number): CompiledCatalog {
  const copies = Array.from({ length: times }, (_, copy) => copy);
  const rows = [...catalog.rows];
  return {
    ...catalog,
    rows: copies.flatMap(() => rows),
    markers: copies.flatMap((copy) => catalog.markers.map((marker) => ({ ...marker, text: named(marker.text, copy) }))),
    tries: forEcosystems((name) => multipliedTrie(catalog.tries[name], copies, rows.length)),
  };
}

/** Ends of paths stay as they are: that they are few is a rule of the catalog, not a matter of how many packages there are. */
function multipliedTrie(trie: CompiledTrie, copies: readonly number[], rows: number): CompiledTrie {
  const nodes = [...trie.nodes];
  const copied = (node: CompiledNode, copy: number): CompiledNode => {
    const at = (index: number): number => index + copy * nodes.length;
    const { members, call, element, subclass, capture, also, types } = node;
    return {
      path: named(node.path, copy),
      ...(members && { members: Object.fromEntries(Object.entries(members).map(([name, to]) => [name, at(to)])) }),
      ...(call !== undefined && { call: at(call) }),
      ...(element !== undefined && { element: at(element) }),
      ...(subclass !== undefined && { subclass: at(subclass) }),
      ...(capture && { capture: [capture[0], at(capture[1])] as const }),
      ...(also && { also: also.map(at) }),
      ...(types && { types: types.map((id) => named(id, copy)) }),
      ...(node.rows && { rows: node.rows.map((row) => row + copy * rows) }),
    };
  };
  const renamed = (record: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(
      copies.flatMap((copy) =>
        Object.entries(record).map(([name, node]) => [named(name, copy), node + copy * nodes.length]),
      ),
    );
  return {
    nodes: copies.flatMap((copy) => nodes.map((node) => copied(node, copy))),
    roots: renamed(trie.roots),
    types: renamed(trie.types),
    tails: trie.tails,
    defaults: trie.defaults,
  };
}

/** `openai.Client` as `openai~3.Client`: no other name, whatever copy it is of. The first keeps its name. */
function named(name: string, copy: number): string {
  return copy === 0 ? name : name.replace(/^[^.(]+/, (first) => `${first}~${copy}`);
}
