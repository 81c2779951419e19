// Which file of some unpacked packages an import means. Only files are read; nothing of a package is run.
// A file is named by its package and its path in it: `openai/dist/index.d.ts`.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { PythonParser } from '../../../../server/src/syntax/python/parser.ts';
import {
  addName,
  type Declaration,
  declaration,
  type ModuleText,
  type PackageText,
  type Scope,
} from './declarations.ts';
import { readPython } from './python.ts';
import { readTypeScript } from './typescript.ts';

/** Files beyond this are not searched for names that no import leads to. */
const MAX_FILES = 3000;

/** Unpacked packages that are read as one: the folder of each, by name. */
export type Folders = ReadonlyMap<string, string>;

/** Modules by their files, each read once. */
class Files {
  private readonly modules = new Map<string, ModuleText>();
  private readonly folders: Folders;
  private readonly parse: (file: string, text: string) => ModuleText;

  constructor(folders: Folders, parse: (file: string, text: string) => ModuleText) {
    this.folders = folders;
    this.parse = parse;
  }

  /** The absolute path of a file of one of the packages; undefined for what lies outside of them. */
  private locate(file: string): string | undefined {
    const owner = [...this.folders].find(([name]) => file.startsWith(`${name}/`));
    return owner && join(owner[1], file.slice(owner[0].length));
  }

  has(file: string): boolean {
    const path = this.locate(file);
    return path !== undefined && existsSync(path) && statSync(path).isFile();
  }

  hasFolder(file: string): boolean {
    const path = this.locate(file);
    return path !== undefined && existsSync(path) && statSync(path).isDirectory();
  }

  read(file: string): ModuleText {
    let module = this.modules.get(file);
    if (!module) {
      module = this.parse(file, file.endsWith('/') ? '' : readFileSync(this.locate(file)!, 'utf8'));
      this.modules.set(file, module);
    }
    return module;
  }
}

/** The modules of some wheels, and of the stubs in them. */
export function pythonFolders(folders: Folders, parser: PythonParser): PackageText {
  const files = new Files(folders, (file, text) => readPython(parser, file, text));
  /** Where modules lie: those of the language itself are in a package that brings stubs of them. */
  const roots = [...folders].flatMap(([name, folder]) => [
    ...filesBelow(folder, /(^|\/)typeshed\/(stdlib\/)?builtins\.pyi$/).map((file) => `${name}/${posix.dirname(file)}/`),
    `${name}/`,
  ]);
  /** Stubs of a package may lie in a folder beside it, or in another package. */
  const places = (path: string): string[] =>
    roots.flatMap((root) => [`${root}${path.replace(/^[^/]+/, '$&-stubs')}`, `${root}${path}`]);
  const at = (path: string): ModuleText | undefined => {
    const all = places(path);
    const found =
      first(all, (place) => first(endings, (ending) => (files.has(place + ending) ? place + ending : undefined))) ??
      // A folder without `__init__` is a package of nothing but modules.
      first(all, (place) => (files.hasFolder(place) ? `${place}/` : undefined));
    return found === undefined ? undefined : files.read(found);
  };
  /** The path of an import that leads to the file. */
  const pathOf = (file: string): string => {
    const root = roots.find((root) => file.startsWith(root))!;
    return file.slice(root.length).replace(/^([^/]+)-stubs\//, '$1/');
  };
  return {
    module(from, specifier) {
      const dots = /^\.*/.exec(specifier)![0].length;
      const steps = specifier
        .slice(dots)
        .split('.')
        .filter((name) => name !== '');
      if (dots === 0) return at(steps.join('/'));
      let directory = posix.dirname(pathOf(from ?? ''));
      for (let i = 1; i < dots; i++) directory = posix.dirname(directory);
      return at(posix.join(directory, ...steps));
    },
    submodule(module, name) {
      const inside = /^(.*)\/(?:__init__\.pyi?)?$/.exec(module.file)?.[1];
      return inside === undefined ? undefined : at(`${pathOf(`${inside}/`)}${name}`);
    },
    globals: () => at('builtins')?.module,
    *all() {
      for (const [name, folder] of folders)
        for (const file of filesBelow(folder, /\.pyi?$/)) yield files.read(`${name}/${file}`);
    },
  };
}

const endings = ['.pyi', '.py', '/__init__.pyi', '/__init__.py'];

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Manifest {
  readonly types?: string;
  readonly typings?: string;
  readonly module?: string;
  readonly main?: string;
  readonly exports?: unknown;
  readonly imports?: unknown;
}

/** The modules of some npm packages: their .d.ts files, or their JavaScript where they have none. */
export function npmFolders(folders: Folders): PackageText {
  const files = new Files(folders, readTypeScript);
  const manifests = new Map(
    [...folders].map(([name, folder]) => [
      name,
      JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest,
    ]),
  );
  const at = (path: string): ModuleText | undefined => {
    const base = path.replace(/\.([cm]?)[jt]s$/, '');
    const suffix = /\.([cm]?)[jt]s$/.exec(path)?.[1] ?? '';
    const file = [
      ...(/\.d\.[cm]?ts$/.test(path) ? [path] : []),
      `${base}.d.${suffix}ts`,
      ...['.d.ts', '.d.mts', '.d.cts', '/index.d.ts', '/index.d.mts', '/index.d.cts'].map((end) => path + end),
      `${base}.d.ts`,
      path,
      ...['.ts', '.js', '.mjs', '.cjs', '/index.js', '/index.mjs', '/index.cjs'].map((end) => path + end),
    ].find((name) => /\.[cm]?[jt]sx?$/.test(name) && files.has(name));
    return file === undefined ? undefined : files.read(file);
  };
  const all = function* (isWanted: (name: string) => boolean = () => true): Iterable<ModuleText> {
    for (const [name, folder] of folders) {
      if (!isWanted(name)) continue;
      const typed = filesBelow(folder, /\.d\.[cm]?ts$/);
      for (const file of typed.length > 0 ? typed : filesBelow(folder, /\.[cm]?js$/))
        yield files.read(`${name}/${file}`);
    }
  };
  /** Packages that declare what others see without importing it. */
  const isGlobal = (name: string): boolean => name === 'typescript' || /^@types\/|-types$/.test(name);
  /** What is declared as `declare module 'specifier'`. */
  const ambientAt = (specifier: string, isWanted = isGlobal): ModuleText | undefined => {
    const bare = specifier.replace(/^node:/, '');
    const names = new Set([specifier, bare, `node:${bare}`]);
    const [found, ...more] = [...all(isWanted)].flatMap(({ ambient }) =>
      [...names].flatMap((name) => ambient.get(name) ?? []),
    );
    for (const { module } of more)
      if (module !== found!.module && !found!.module.means.includes(module)) found!.module.means.push(module);
    // Its pieces see each other's names.
    for (const { module } of more) share(module.scope.names, found!.module.scope.names);
    for (const { module } of more) share(found!.module.scope.names, module.scope.names);
    return found;
  };
  const done = new Set<ModuleText>();
  /** With what other files of the package add to its interfaces: `declare module '../index'`. */
  const augmented = (module: ModuleText, name: string): ModuleText => {
    if (done.has(module) || !isGlobal(name)) return module;
    done.add(module);
    const holders = [module.module, ...[...module.module.scope.names.values()].flat()];
    for (const { file, ambient } of all((other) => other === name))
      for (const [specifier, added] of ambient) {
        if (!specifier.startsWith('.') || at(posix.join(posix.dirname(file), specifier)) !== module) continue;
        for (const [member, list] of added.module.members)
          for (const holder of holders) holder.members.get(member)?.push(...list);
      }
    return module;
  };
  let globals: Declaration | undefined;
  const target = (name: string, manifest: Manifest, path: string): ModuleText | undefined =>
    first(entries(manifest, path), (target) => at(posix.join(name, target)));
  return {
    module(from, specifier) {
      if (specifier.startsWith('.'))
        return from === undefined ? undefined : at(posix.join(posix.dirname(from), specifier));
      const own = [...manifests.keys()].find((name) => from?.startsWith(`${name}/`));
      if (specifier.startsWith('#'))
        return own === undefined ? undefined : target(own, { exports: manifests.get(own)!.imports }, specifier);
      for (const [name, manifest] of manifests) {
        const stubbed = name.replace(/^@types\//, '').replace(/^(\w.*)__/, '@$1/');
        for (const known of [name, stubbed]) {
          if (specifier !== known && !specifier.startsWith(`${known}/`)) continue;
          const found = target(name, manifest, `.${specifier.slice(known.length)}`);
          // A package may say in a script what its module is, in pieces and in several files.
          if (
            found?.ambient.has(specifier) &&
            (found.isScript || found.module.members.size + found.module.means.length === 0)
          )
            return ambientAt(specifier, (other) => other === name);
          if (found) return augmented(found, name);
        }
      }
      return ambientAt(specifier);
    },
    submodule: () => undefined,
    globals() {
      if (!globals) {
        globals = declaration({ file: 'globals', names: new Map(), parent: undefined });
        addName(globals.members, 'globalThis', globals);
        const add = ({ isScript, module, ambient }: ModuleText): void => {
          if (isScript && !globals!.means.includes(module)) globals!.means.push(module);
          for (const [name, inner] of ambient) {
            if (name === 'global') globals!.means.push(inner.module);
            add(inner);
          }
        };
        for (const module of all(isGlobal)) add(module);
      }
      return globals;
    },
    all: () => all(),
  };
}

function share(from: Scope['names'], to: Scope['names']): void {
  for (const [name, list] of from) if (!to.has(name)) to.set(name, list);
}

/** Types first, and what is for browsers and phones last: programs that ask models run elsewhere. */
function rank(condition: string): number {
  return condition === 'types' ? 0 : condition === 'browser' || condition === 'react-native' ? 2 : 1;
}

/** Where a manifest says that `path` (`.`, `./sub`) is, what is typed first. */
function entries(manifest: Manifest, path: string): string[] {
  const found: string[] = [];
  const take = (value: unknown, star: string): void => {
    if (typeof value === 'string') found.push(value.replaceAll('*', star));
    else if (Array.isArray(value)) for (const inner of value) take(inner, star);
    else if (typeof value === 'object' && value !== null) {
      const conditions = Object.entries(value).sort(([a], [b]) => rank(a) - rank(b));
      // `types@<5` is for readers older than this one.
      for (const [name, inner] of conditions) if (!name.includes('@')) take(inner, star);
    }
  };
  const { exports } = manifest;
  if (typeof exports === 'object' && exports !== null && !Array.isArray(exports)) {
    const table = exports as Record<string, unknown>;
    const isTable = Object.keys(table).some((key) => key.startsWith('.') || key.startsWith('#'));
    if (!isTable && path === '.') take(table, '');
    else if (path in table) take(table[path], '');
    else
      for (const [key, value] of Object.entries(table)) {
        const [before, after] = key.split('*');
        if (after !== undefined && path.startsWith(before!) && path.endsWith(after))
          take(value, path.slice(before!.length, path.length - after.length));
      }
  } else if (path === '.') take(exports, '');
  if (path === '.')
    found.push(...[manifest.types, manifest.typings, manifest.module, manifest.main].flatMap((name) => name ?? []));
  found.push(path === '.' ? './index' : path);
  // Declarations first.
  return found.sort((a, b) => Number(/\.d\.[cm]?ts$/.test(b)) - Number(/\.d\.[cm]?ts$/.test(a)));
}

/** Files of a package whose path in it matches, without those of its tests. */
export function filesBelow(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => pattern.test(name) && !/(^|\/)(tests?|node_modules)\//.test(name))
    .sort()
    .slice(0, MAX_FILES);
}
