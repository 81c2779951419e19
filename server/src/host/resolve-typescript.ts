// Which file of the workspace a JavaScript or TypeScript import means. Follows what editors and bundlers do, and where a
// package names what its build will write, finds the source that it is built from. Libraries are not looked for.
import { languageOf } from './languages.ts';
import { ancestorsOf, type PathIndex, remembered, rootOf } from './path-index.ts';
import { joinPath, nameOf, parentOf } from './paths.ts';
import { mappedPaths, mappingsFor, type ReadText } from './tsconfig.ts';
import { dependsOn, exportedPaths, importedPaths, packageNamed, packageOf, splitSpecifier } from './workspaces.ts';

/**
 * The file that `specifier` means in the file `from`; undefined for a library and for what cannot be found. `readText` gives
 * the text of manifests (package.json, tsconfig.json, …); answers are remembered in the index.
 */
export function resolveTypeScript(
  index: PathIndex,
  readText: ReadText,
  from: string,
  specifier: string,
): string | undefined {
  const directory = parentOf(from);
  return remembered(index, `typescript\0${directory}\0${specifier}`, () => {
    // What a bundler is told by `?raw` or by `!` is not part of the name.
    const plain = specifier.replace(/^[\w-]+!|[?].*$/g, '');
    if (/^\.{1,2}(\/|$)/.test(plain)) return fileAt(index, readText, joinPath(directory, plain));
    if (plain === '' || /^[a-z][\w+.-]*:/i.test(plain)) return undefined;
    const scope = scopeOf(index, directory);
    return remembered(index, `bare\0${scope}\0${plain}`, () => resolveBare(index, readText, scope, plain));
  });
}

/** The innermost directory around one that has a manifest, or its root: bare names mean the same in all that is between. */
function scopeOf(index: PathIndex, directory: string): string {
  return remembered(index, `scope\0${directory}`, () => {
    const around = ancestorsOf(index, directory);
    const has = (at: string, name: string): boolean => index.directories.get(at)?.has(name) === true;
    return around.find((at) => scoping.some((name) => has(at, name))) ?? around.at(-1)!;
  });
}

const scoping = ['package.json', 'tsconfig.json', 'jsconfig.json'];

function resolveBare(index: PathIndex, readText: ReadText, directory: string, specifier: string): string | undefined {
  const first = (paths: readonly string[]) => firstFile(index, readText, paths);
  const holder = packageOf(index, readText, directory);
  if (specifier.startsWith('/')) {
    return first(
      [holder?.directory, rootOf(index, directory)].flatMap((at) => (at === undefined ? [] : at + specifier)),
    );
  }
  if (specifier.startsWith('#') && holder) {
    const found = first(importedPaths(holder, specifier).flatMap(withSources));
    if (found) return found;
  }
  const find = (_: string, name: string) => packageFile(index, readText, directory, name);
  for (const mappings of mappingsFor(index, readText, find, directory)) {
    const found = first(mappedPaths(mappings, specifier));
    if (found) return found;
  }
  const split = splitSpecifier(specifier);
  const named = split && packageNamed(index, readText, holder, split.name);
  if (named) return first(exportedPaths(named, split.subpath).flatMap((path) => withSources(path)));
  const alias = /^(?:@|~|~~|\$lib)\/(.+)$/.exec(specifier)?.[1];
  if (alias !== undefined) return onlyFile(index, readText, directory, alias);
  // `src/a/b` from the package's own directory, as some bundlers are set to; a dependency of that name comes first.
  if (!holder || !split || split.subpath === '.' || specifier.startsWith('@') || dependsOn(holder, split.name))
    return undefined;
  return first([joinPath(holder.directory, specifier), joinPath(holder.directory, `src/${specifier}`)]);
}

/** A file of a package that an `extends` of a configuration names. */
function packageFile(index: PathIndex, readText: ReadText, directory: string, specifier: string): string | undefined {
  const split = splitSpecifier(specifier);
  const found = split && packageNamed(index, readText, packageOf(index, readText, directory), split.name);
  if (!found) return undefined;
  const path = split.subpath === '.' ? 'tsconfig.json' : split.subpath;
  return joinPath(found.directory, path.endsWith('.json') ? path : `${path}.json`);
}

/** An alias that no configuration explains, where only one directory gives it a meaning. */
function onlyFile(index: PathIndex, readText: ReadText, directory: string, path: string): string | undefined {
  const holders = ancestorsOf(index, directory).filter((at) => index.directories.get(at)?.has('package.json'));
  const bases = [...new Set([...holders, rootOf(index, directory)])];
  for (const base of bases) {
    const found = new Set<string>();
    for (const below of ['src', 'src/lib', 'app', '.']) {
      const file = fileAt(index, readText, joinPath(joinPath(base, below), path));
      if (file) found.add(file);
    }
    // The nearest package that knows the name decides, and only if it knows it once.
    if (found.size > 0) return found.size === 1 ? [...found][0] : undefined;
  }
  return undefined;
}

function firstFile(index: PathIndex, readText: ReadText, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const found = fileAt(index, readText, path);
    if (found) return found;
  }
  return undefined;
}

const extensions = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.vue', '.svelte', '.json'];
/** What a written extension may stand for: TypeScript names the file that will be made of the one meant. */
const sourcesOf: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.js', '.jsx'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
  '.d.ts': ['.ts', '.tsx'],
};

/** The file at a path that may lack its extension, name what the file becomes, or be a directory. */
function fileAt(index: PathIndex, readText: ReadText, path: string, depth = 0): string | undefined {
  const direct = plainFileAt(index, path);
  if (direct) return direct;
  const names = index.directories.get(path);
  if (!names) return undefined;
  if (names.has('package.json') && depth === 0) {
    const found = packageOf(index, readText, path);
    for (const target of found ? exportedPaths(found, '.').flatMap(withSources) : []) {
      const file = fileAt(index, readText, target, depth + 1);
      if (file) return file;
    }
  }
  return plainFileAt(index, joinPath(path, 'index'));
}

function plainFileAt(index: PathIndex, path: string): string | undefined {
  const directory = parentOf(path);
  const names = index.directories.get(directory);
  // Most paths that are tried lead into directories that are not there.
  if (!names) return undefined;
  const name = nameOf(path);
  const find = (stem: string, endings: readonly string[]) => {
    const ending = endings.find((one) => names.has(stem + one) && index.files.has(joinPath(directory, stem + one)));
    return ending === undefined ? undefined : joinPath(directory, stem + ending);
  };
  const written = /(\.d\.ts|\.[cm]?jsx?)$/.exec(name)?.[1];
  const source = written === undefined ? undefined : find(name.slice(0, -written.length), sourcesOf[written]!);
  if (source) return source;
  const isReadable = languageOf(path) !== undefined || path.endsWith('.json');
  return (isReadable ? find(name, ['']) : undefined) ?? find(name, extensions);
}

const buildFolder = /\/(?:dist|lib|build|out|esm|cjs|es|types|dist-types)\//;

/** A path of a package's manifest, and the sources that it is likely to be built from. */
function withSources(path: string): string[] {
  const stem = path.replace(/(\.d)?\.[cm]?[jt]sx?$/, '');
  if (!buildFolder.test(path)) return stem === path || nameOf(stem) === '' ? [path] : [path, stem];
  // dist/esm/a.js of src/a.ts, dist/src/a.js of src/a.ts, dist/a.js of a.ts.
  const source = stem.replace(buildFolder, '/src/');
  const deeper = source.replace(/\/src\/(?:esm|cjs|es|types|src)\//, '/src/');
  const flat = stem.replace(buildFolder, '/');
  return [path, stem, ...new Set([source, deeper, flat])];
}
