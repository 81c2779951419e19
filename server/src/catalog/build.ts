// Grows the trie of one ecosystem: nodes for packages, types and paths. Used while loading only.

import type { CompiledNode, GrowingTrie } from './compiled.ts';
import type { Ecosystem } from './model.ts';
import type { Step } from './paths.ts';

function newNode(trie: GrowingTrie, path: string): number {
  trie.nodes.push({ path });
  return trie.nodes.length - 1;
}

function memberNode(trie: GrowingTrie, node: number, name: string): number {
  const at = trie.nodes[node]!;
  at.members ??= {};
  if (!Object.hasOwn(at.members, name)) at.members[name] = newNode(trie, `${at.path}.${name}`);
  return at.members[name]!;
}

/** The node of package `name`, made if there is none. Dotted Python modules are members of their parents. */
export function packageNode(trie: GrowingTrie, ecosystem: Ecosystem, name: string): number {
  const [first, ...rest] = ecosystem === 'python' ? name.split('.') : [name];
  if (!Object.hasOwn(trie.roots, first!)) trie.roots[first!] = newNode(trie, first!);
  return rest.reduce((node, part) => memberNode(trie, node, part), trie.roots[first!]!);
}

/** The node of type `id`, made if there is none. */
export function typeNode(trie: GrowingTrie, id: string): number {
  if (!Object.hasOwn(trie.types, id)) trie.types[id] = newNode(trie, id);
  return trie.types[id]!;
}

/** The node that `steps` lead to from `node`, made if there is none. */
export function walk(trie: GrowingTrie, node: number, steps: readonly Step[]): number {
  return steps.reduce((from, step) => follow(trie, from, step), node);
}

function follow(trie: GrowingTrie, from: number, step: Step): number {
  const at: CompiledNode = trie.nodes[from]!;
  switch (step.step) {
    case 'member':
      return memberNode(trie, from, step.name);
    case 'call':
      at.call ??= newNode(trie, `${at.path}()`);
      return at.call;
    case 'element':
      at.element ??= newNode(trie, `${at.path}.Element`);
      return at.element;
    case 'subclass':
      at.subclass ??= newNode(trie, `${at.path}.Subclass`);
      return at.subclass;
    case 'capture':
      at.capture ??= [step.name, newNode(trie, `${at.path}.{${step.name}}`)];
      return at.capture[1];
  }
}

/** Keeps the name of a member of a package by which a program sets who answers all calls of it. */
export function addDefault(trie: GrowingTrie, packageName: string, name: string): void {
  const first = packageName.split('.')[0]!;
  const known = trie.defaults[first] ?? [];
  if (!known.includes(name)) trie.defaults[first] = [...known, name];
}

/** The node for a tail of members (`chat.completions.create`), made if there is none. */
export function tailNode(trie: GrowingTrie, members: readonly string[]): number {
  const last = members.at(-1)!;
  if (!Object.hasOwn(trie.tails, last)) trie.tails[last] = [];
  const known = trie.tails[last]!.find(([names]) => names.join('.') === members.join('.'));
  if (known) return known[1];
  const node = newNode(trie, `….${members.join('.')}`);
  trie.tails[last]!.push([members, node]);
  return node;
}

/** Makes member `name` of `node` the node `target`. */
export function setMember(trie: GrowingTrie, node: number, name: string, target: number): void {
  const at = trie.nodes[node]!;
  at.members = { ...at.members, [name]: target };
}

/** Adds `value` to the list `key` of a node, once. */
export function addTo(node: CompiledNode, key: 'also' | 'rows', value: number): void;
export function addTo(node: CompiledNode, key: 'types', value: string): void;
export function addTo(node: CompiledNode, key: 'also' | 'rows' | 'types', value: number | string): void {
  const list = (node[key] ?? []) as (number | string)[];
  if (!list.includes(value)) node[key] = [...list, value] as number[] & string[];
}
