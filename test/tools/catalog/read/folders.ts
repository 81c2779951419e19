// Which file of an unpacked package an import means. Only files are read; nothing of a package is run.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { PythonParser } from '../../../../server/src/syntax/python/parser.ts';
import { declaration, type ModuleText, type PackageText } from './declarations.ts';
import { readPython } from './python.ts';
import { readTypeScript } from './typescript.ts';

/** Files beyond this are not searched for names that no import leads to. */
const MAX_FILES = 3000;

/** The modules of a wheel, or of the folder in it that holds stubs. Paths are those in `folder`. */
export function pythonFolder(folder: string, parser: PythonParser): PackageText {
  const modules = new Map<string, ModuleText>();
  const at = (path: string): ModuleText | undefined => {
    const file = [`${path}.pyi`, `${path}.py`, `${path}/__init__.pyi`, `${path}/__init__.py`].find((name) =>
      isFile(join(folder, name)),
    );
    // A folder without `__init__` is a package of nothing but modules.
    const key = file ?? (isFolder(join(folder, path)) ? `${path}/` : undefined);
    if (key === undefined) return undefined;
    let module = modules.get(key);
    if (!module) {
      module =
        file === undefined ? emptyModule(key) : readPython(parser, file, readFileSync(join(folder, file), 'utf8'));
      modules.set(key, module);
    }
    return module;
  };
  return {
    module(from, specifier) {
      const dots = /^\.*/.exec(specifier)![0].length;
      const names = specifier
        .slice(dots)
        .split('.')
        .filter((name) => name !== '');
      if (dots === 0) return at(names.join('/'));
      let directory = posix.dirname(from ?? '');
      for (let i = 1; i < dots; i++) directory = posix.dirname(directory);
      return at(posix.join(directory, ...names));
    },
    submodule(module, name) {
      const inside = /^(.*)\/(?:__init__\.pyi?)?$/.exec(module.file)?.[1];
      return inside === undefined ? undefined : at(`${inside}/${name}`);
    },
    *all() {
      for (const file of filesBelow(folder, /\.pyi?$/)) {
        const module = at(file.replace(/(?:\/__init__)?\.pyi?$/, ''));
        if (module) yield module;
      }
    },
  };
}

function emptyModule(file: string): ModuleText {
  const module = declaration({ file, names: new Map(), parent: undefined });
  return { file, module, stars: [], ambient: new Map() };
}

interface Manifest {
  readonly name?: string;
  readonly types?: string;
  readonly typings?: string;
  readonly module?: string;
  readonly main?: string;
  readonly exports?: unknown;
}

/** The modules of an npm package: its .d.ts files, or its JavaScript where it has none. */
export function npmFolder(folder: string): PackageText {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const modules = new Map<string, ModuleText>();
  let ambient: Map<string, ModuleText> | undefined;
  const read = (file: string): ModuleText => {
    let module = modules.get(file);
    if (!module) {
      module = readTypeScript(file, readFileSync(join(folder, file), 'utf8'));
      modules.set(file, module);
    }
    return module;
  };
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
    ].find((name) => /\.[cm]?[jt]sx?$/.test(name) && isFile(join(folder, name)));
    return file === undefined ? undefined : read(posix.normalize(file));
  };
  const all = function* (): Iterable<ModuleText> {
    const typed = filesBelow(folder, /\.d\.[cm]?ts$/);
    for (const file of typed.length > 0 ? typed : filesBelow(folder, /\.[cm]?js$/)) yield read(file);
  };
  const ambientAt = (specifier: string): ModuleText | undefined => {
    if (!ambient) {
      ambient = new Map();
      for (const file of all())
        for (const [name, module] of file.ambient) {
          const known = ambient.get(name);
          if (known) known.module.means.push(module.module);
          else ambient.set(name, module);
        }
    }
    const bare = specifier.replace(/^node:/, '');
    return ambient.get(specifier) ?? ambient.get(bare) ?? ambient.get(`node:${bare}`);
  };
  return {
    module(from, specifier) {
      if (specifier.startsWith('.'))
        return from === undefined ? undefined : at(posix.join(posix.dirname(from), specifier));
      const name = manifest.name ?? '';
      const stubbed = name.replace(/^@types\//, '').replace(/^(\w.*)__/, '@$1/');
      for (const own of [name, stubbed]) {
        if (specifier !== own && !specifier.startsWith(`${own}/`)) continue;
        const path = `.${specifier.slice(own.length)}`;
        for (const target of entries(manifest, path)) {
          const found = at(posix.normalize(target));
          if (found) return found;
        }
      }
      if (specifier.startsWith('#')) {
        const target = entries({ exports: (manifest as { imports?: unknown }).imports }, specifier)[0];
        return target === undefined ? undefined : at(posix.normalize(target));
      }
      return name.startsWith('@types/') ? ambientAt(specifier) : undefined;
    },
    submodule: () => undefined,
    all,
  };
}

/** Where a manifest says that `path` (`.`, `./sub`) is, what is typed first. */
function entries(manifest: Manifest, path: string): string[] {
  const found: string[] = [];
  const take = (value: unknown, star: string): void => {
    if (typeof value === 'string') found.push(value.replaceAll('*', star));
    else if (Array.isArray(value)) for (const inner of value) take(inner, star);
    else if (typeof value === 'object' && value !== null) {
      const conditions = Object.entries(value).sort(([a], [b]) => Number(b === 'types') - Number(a === 'types'));
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
    for (const name of [manifest.types, manifest.typings, manifest.module, manifest.main, './index'])
      if (name !== undefined) found.unshift(...(name === './index' ? [] : [name]));
  found.push(path === '.' ? './index' : path);
  // Declarations first.
  return found.sort((a, b) => Number(/\.d\.[cm]?ts$/.test(b)) - Number(/\.d\.[cm]?ts$/.test(a)));
}

function filesBelow(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => pattern.test(name) && !/(^|\/)(tests?|node_modules)\//.test(name))
    .sort()
    .slice(0, MAX_FILES);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
