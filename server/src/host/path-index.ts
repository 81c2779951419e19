// The files of a workspace as a set that modules are looked up in, so that finding a module asks no disk.
import { nameOf, parentOf } from './paths.ts';

/** Known files and the directories above them. Immutable: a file that comes or goes makes a new index. */
export interface PathIndex {
  /** The directories that the workspace consists of. */
  readonly roots: readonly string[];
  readonly files: ReadonlySet<string>;
  /** Names of what each directory holds, files and directories. */
  readonly directories: ReadonlyMap<string, ReadonlySet<string>>;
  /** Answers already given by the functions that resolve modules; each prefixes its keys. */
  readonly memo: Map<string, unknown>;
}

/** Builds the index of these files: sources and manifests, absolute. */
export function buildPathIndex(paths: Iterable<string>, roots: readonly string[]): PathIndex {
  const files = new Set<string>();
  const directories = new Map<string, Set<string>>();
  for (const path of paths) {
    files.add(path);
    for (let at = path; ; at = parentOf(at)) {
      const parent = parentOf(at);
      if (parent === at) break;
      const names = directories.get(parent);
      if (names) {
        names.add(nameOf(at));
        break;
      }
      directories.set(parent, new Set([nameOf(at)]));
    }
  }
  return { roots, files, directories, memo: new Map() };
}

/** The innermost root that holds `path`; '/' where none does. */
export function rootOf(index: PathIndex, path: string): string {
  let best = '/';
  for (const root of index.roots) {
    if (root.length > best.length && (path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`)))
      best = root;
  }
  return best;
}

/** `directory` and the directories above it up to its root, innermost first. */
export function ancestorsOf(index: PathIndex, directory: string): string[] {
  const root = rootOf(index, directory);
  const found: string[] = [];
  for (let at = directory; ; at = parentOf(at)) {
    found.push(at);
    if (at === root || parentOf(at) === at) return found;
  }
}

/** The answer under `key`, found by `find` the first time. */
export function remembered<T>(index: PathIndex, key: string, find: () => T): T {
  if (index.memo.has(key)) return index.memo.get(key) as T;
  const answer = find();
  index.memo.set(key, answer);
  return answer;
}
