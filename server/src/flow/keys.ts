// The keys of artifacts: names of files and directories, and ids of hubs, with holes for what is not constant. Pure.
import type { CellRow } from '../catalog/model.ts';

/** The key of an artifact. */
export interface Key {
  /** The last segment of a path, or the whole id; `{}` stands for what is not constant. */
  readonly name: string;
  readonly cell: CellRow['cell'];
}

/** Fewest constant letters and digits of a name with holes that tell it from others, its extension apart. */
const DISTINCTIVE = 4;

/** Reads a key; undefined where the text names no artifact, or could be any. */
export function keyOf(text: string, cell: CellRow['cell']): Key | undefined {
  const plain = text
    .trim()
    .replace(/\$?\{[^{}]*\}|%[sd]/g, '{}')
    .replace(/\\/g, '/');
  if (cell === 'uri')
    return /^[\w.-]+\/[\w.{}-]+$/.test(plain) && isDistinctive(plain) ? { name: plain, cell } : undefined;
  const name = plain
    .split('/')
    .filter((segment) => segment !== '')
    .at(-1);
  if (name === undefined || name.length > 120 || /[\s*?<>|"']/.test(name)) return undefined;
  if (cell === 'file' && !/\.[A-Za-z][A-Za-z0-9]{1,9}$/.test(name)) return undefined;
  return isDistinctive(name) ? { name, cell } : undefined;
}

function isDistinctive(name: string): boolean {
  const stem = name.replace(/\.[A-Za-z0-9]+$/, '');
  return !stem.includes('{}') || stem.replace(/\{\}|[^A-Za-z0-9]/g, '').length >= DISTINCTIVE;
}

/** Whether two keys may be one: equal, or equal where both are constant. */
export function fits(a: Key, b: Key): boolean {
  if ((a.cell === 'uri') !== (b.cell === 'uri')) return false;
  if (a.name === b.name) return true;
  if (a.name.includes('{}')) return matches(a.name, b.name) || (b.name.includes('{}') && matches(b.name, a.name));
  return b.name.includes('{}') && matches(b.name, a.name);
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('{}').map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`).test(name.replaceAll('{}', '0'));
}

/** Those of `items` whose files share the longest path with `from`: the file itself before its folder before those above. */
export function nearest<T>(items: readonly T[], pathOf: (item: T) => string, from: string): readonly T[] {
  const depth = (path: string): number => {
    if (path === from) return Number.POSITIVE_INFINITY;
    const [mine, its] = [from.split('/').slice(0, -1), path.split('/').slice(0, -1)];
    let common = 0;
    while (common < mine.length && mine[common] === its[common]) common++;
    return common;
  };
  const best = Math.max(...items.map((item) => depth(pathOf(item))));
  return items.filter((item) => depth(pathOf(item)) === best);
}
