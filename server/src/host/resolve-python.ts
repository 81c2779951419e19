// Which file a Python import means. Nothing is executed and no environment is asked: what the interpreter's path would be is
// guessed from where packages lie, in the order in which the guesses are likely.
import { ancestorsOf, type PathIndex, remembered } from './path-index.ts';
import { comparePaths, joinPath, nameOf, parentOf } from './paths.ts';
import { isStandardModule } from './python-standard.ts';

/**
 * `import a.b` is {specifier: 'a.b', level: 0}; `from ..a import b` is {specifier: 'a', level: 2}, and asked again with the
 * name 'b' for the case that b is a module.
 */
export interface PythonModule {
  readonly specifier: string;
  readonly level: number;
  readonly name?: string;
}

/**
 * The file of a module (a package's `__init__.py`), or with `name` the file of that submodule; undefined for a library, a
 * directory without `__init__.py` (a namespace package) and a name that is no module.
 *
 * A top-level name for which `isLibrary` holds is found only where the interpreter itself would prefer it: beside a script, as a
 * regular package above it, or as a package beside a file of a package, which may be a script as well. Even then it may be the library (somebody's `openai.py` beside the file that uses openai):
 * what such a file does not define is to be looked for in the library. Answers are remembered, so one index goes with one
 * `isLibrary`.
 */
export function resolvePython(
  index: PathIndex,
  from: string,
  module: PythonModule,
  isLibrary: (name: string) => boolean = isStandardModule,
): string | undefined {
  const directory = parentOf(from);
  const key = `python\0${directory}\0${module.level}\0${module.specifier}\0${module.name ?? ''}`;
  const found = remembered(index, key, () => candidates(index, directory, module, isLibrary));
  // A file cannot mean itself: `import openai` in somebody's openai.py is the library.
  return found.find((path) => path !== from);
}

/** At most a few files, the likeliest first. */
function candidates(
  index: PathIndex,
  directory: string,
  module: PythonModule,
  isLibrary: (name: string) => boolean,
): string[] {
  const segments = module.specifier === '' ? [] : module.specifier.split('.');
  if (module.level > 0) {
    let base = directory;
    for (let up = 1; up < module.level; up++) base = parentOf(base);
    const found = lookUp(index, base, segments, module.name);
    return typeof found === 'string' ? [found] : [];
  }
  const top = segments[0];
  if (top === undefined) return [];
  const library = isLibrary(top);
  const roots = importRoots(index, directory);
  const found: string[] = [];
  for (const root of [...roots.strict, ...roots.loose]) {
    const own = joinPath(root, top);
    // Below a package only another package beside the file is meant rather than the library, or a part of its own that is there.
    const isOwn = roots.strict.includes(root)
      ? moduleAt(index, own)
      : (segments.length > 1 || isBeside(own, directory)) && packageAt(index, own);
    if (library && !isOwn) continue;
    const answer = lookUp(index, root, segments, module.name);
    // The first root that holds the module decides, even where the name turns out to be none of its submodules.
    if (answer === 'held') break;
    if (answer !== undefined) found.push(answer);
    if (found.length > 1) break;
  }
  if (found.length === 0 && !library) {
    const root = nearest(directory, topLevel(index).get(top) ?? []);
    const answer = root === undefined ? undefined : lookUp(index, root, segments, module.name);
    if (answer !== undefined && answer !== 'held') found.push(answer);
  }
  return found;
}

/** Whether a folder is none that a directory lies in. */
function isBeside(folder: string, directory: string): boolean {
  return directory !== folder && !directory.startsWith(`${folder}/`);
}

/** The module below `root`; 'held' where the module is there but `name` is none of its submodules. */
function lookUp(index: PathIndex, root: string, segments: readonly string[], name?: string): string | undefined {
  const path = segments.length === 0 ? root : joinPath(root, segments.join('/'));
  // `from . import x` means the package that the file is in, never a module of that name beside it.
  const module = segments.length > 0 ? moduleAt(index, path) : packageAt(index, path);
  if (name === undefined) return module;
  return moduleAt(index, joinPath(path, name)) ?? (module === undefined ? undefined : 'held');
}

function moduleAt(index: PathIndex, path: string): string | undefined {
  const file = `${path}.py`;
  return packageAt(index, path) ?? (index.files.has(file) ? file : undefined);
}

function packageAt(index: PathIndex, path: string): string | undefined {
  const file = joinPath(path, '__init__.py');
  return index.files.has(file) ? file : undefined;
}

function isPackage(index: PathIndex, directory: string): boolean {
  return index.directories.get(directory)?.has('__init__.py') === true;
}

/** Directories in which a file's absolute imports may begin. `loose` would need a path that only its author knows. */
interface ImportRoots {
  readonly strict: readonly string[];
  readonly loose: readonly string[];
}

function importRoots(index: PathIndex, directory: string): ImportRoots {
  return remembered(index, `python roots\0${directory}`, () => {
    const strict: string[] = [];
    const loose: string[] = [];
    let inPackage = isPackage(index, directory);
    for (const at of ancestorsOf(index, directory)) {
      inPackage &&= isPackage(index, at);
      if (inPackage) {
        loose.push(at);
        continue;
      }
      strict.push(at);
      for (const child of sourceFolders) {
        const below = joinPath(at, child);
        if (index.directories.has(below) && !isPackage(index, below)) strict.push(below);
      }
    }
    return { strict, loose };
  });
}

const sourceFolders = ['src', 'lib', 'python'];

/** Directories that hold a regular package or module of a name and are no package themselves, by that name. */
function topLevel(index: PathIndex): ReadonlyMap<string, readonly string[]> {
  return remembered(index, 'python top level', () => {
    const found = new Map<string, string[]>();
    const add = (name: string, directory: string) => {
      if (isPackage(index, directory)) return;
      const held = found.get(name);
      if (!held) found.set(name, [directory]);
      else if (!held.includes(directory)) held.push(directory);
    };
    for (const path of [...index.files].sort(comparePaths)) {
      if (!path.endsWith('.py')) continue;
      const directory = parentOf(path);
      if (nameOf(path) === '__init__.py') add(nameOf(directory), parentOf(directory));
      else add(nameOf(path).slice(0, -3), directory);
    }
    return found;
  });
}

/** The directory that shares the longest way with `directory`; undefined where several do. */
function nearest(directory: string, roots: readonly string[]): string | undefined {
  let best: string | undefined;
  let longest = -1;
  for (const root of roots) {
    const length = sharedSegments(directory, root);
    if (length === longest) best = undefined;
    if (length > longest) {
      longest = length;
      best = root;
    }
  }
  return best;
}

function sharedSegments(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  let count = 0;
  while (count < left.length && left[count] === right[count]) count++;
  return count;
}
