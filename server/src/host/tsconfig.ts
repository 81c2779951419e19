// What tsconfig.json and jsconfig.json say of how modules are found: `paths` and `baseUrl`, through `extends`.
import { member, parseJsonc, texts } from './jsonc.ts';
import { ancestorsOf, type PathIndex, remembered } from './path-index.ts';
import { joinPath, parentOf } from './paths.ts';

/** How a specifier may be rewritten; all paths are absolute. */
export interface PathMappings {
  /** `@/*` and the like with their targets, which hold the same `*`; the most specific first. */
  readonly paths: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
  readonly baseUrl: string | undefined;
}

/** The text of a manifest, undefined where it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/** Finds the file that an `extends` names by a package. */
export type FindPackageFile = (from: string, specifier: string) => string | undefined;

/**
 * The mappings for files of `directory`: of the nearest configuration, then of those above it. A configuration without
 * mappings of its own that only refers to others (`references`) stands for these.
 */
export function mappingsFor(
  index: PathIndex,
  readText: ReadText,
  findPackageFile: FindPackageFile,
  directory: string,
): readonly PathMappings[] {
  return remembered(index, `tsconfig\0${directory}`, () => {
    const found: PathMappings[] = [];
    for (const at of ancestorsOf(index, directory)) {
      const names = index.directories.get(at);
      const name = names?.has('tsconfig.json')
        ? 'tsconfig.json'
        : names?.has('jsconfig.json')
          ? 'jsconfig.json'
          : undefined;
      if (name === undefined) continue;
      const load = (path: string) => loadConfig(index, readText, findPackageFile, path);
      const config = load(joinPath(at, name));
      const all = hasMappings(config) ? [config] : config.references.map(load);
      for (const one of all) if (hasMappings(one)) found.push({ paths: one.paths ?? [], baseUrl: one.baseUrl });
    }
    return found;
  });
}

/** The paths that a specifier is mapped to, the likeliest first, still without extension. */
export function mappedPaths(mappings: PathMappings, specifier: string): string[] {
  for (const { pattern, targets } of mappings.paths) {
    const rest = matchPattern(pattern, specifier);
    if (rest !== undefined) return targets.map((target) => target.replace('*', () => rest));
  }
  return mappings.baseUrl === undefined ? [] : [joinPath(mappings.baseUrl, specifier)];
}

/** What `*` of a pattern stands for in a text, '' for a pattern without; undefined where it does not match. */
export function matchPattern(pattern: string, text: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text ? '' : undefined;
  const head = pattern.slice(0, star);
  const tail = pattern.slice(star + 1);
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return undefined;
  return text.slice(head.length, text.length - tail.length);
}

interface Config {
  readonly paths: PathMappings['paths'] | undefined;
  readonly baseUrl: string | undefined;
  /** Paths of the configurations referred to. */
  readonly references: readonly string[];
}

const nothing: Config = { paths: undefined, baseUrl: undefined, references: [] };

function hasMappings(config: Config): boolean {
  return config.paths !== undefined || config.baseUrl !== undefined;
}

function loadConfig(index: PathIndex, readText: ReadText, findPackageFile: FindPackageFile, path: string): Config {
  const key = `tsconfig file\0${path}`;
  // A file that extends itself, however far around, adds nothing the second time.
  if (!index.memo.has(key)) index.memo.set(key, nothing);
  else return index.memo.get(key) as Config;
  const config = readConfig(index, readText, findPackageFile, path);
  index.memo.set(key, config);
  return config;
}

function readConfig(index: PathIndex, readText: ReadText, findPackageFile: FindPackageFile, path: string): Config {
  const text = readText(path);
  const json = text === undefined ? undefined : parseJsonc(text);
  if (json === undefined) return nothing;
  const directory = parentOf(path);
  let base = nothing;
  for (const specifier of texts(member(json, 'extends'))) {
    const target = extendedPath(findPackageFile, path, specifier);
    if (target === undefined) continue;
    const inherited = loadConfig(index, readText, findPackageFile, target);
    base = { ...base, paths: inherited.paths ?? base.paths, baseUrl: inherited.baseUrl ?? base.baseUrl };
  }
  const options = member(json, 'compilerOptions');
  const absolute = (value: string) => joinPath(directory, value.replace(/^\$\{configDir\}/, '.'));
  const ownBase = member(options, 'baseUrl');
  const baseUrl = typeof ownBase === 'string' ? absolute(ownBase) : base.baseUrl;
  const ownPaths = member(options, 'paths');
  const paths =
    typeof ownPaths === 'object' && ownPaths !== null ? readPaths(ownPaths, baseUrl ?? directory) : base.paths;
  const references = member(json, 'references');
  const referred = Array.isArray(references) ? references.flatMap((item) => texts(member(item, 'path'))) : [];
  return { paths, baseUrl, references: referred.map((item) => configPath(absolute(item))) };
}

function readPaths(value: object, base: string): PathMappings['paths'] {
  const found = Object.entries(value).map(([pattern, targets]) => ({
    pattern,
    targets: texts(targets).map((target) => joinPath(base, target.replace(/^\$\{configDir\}/, '.'))),
  }));
  // An exact pattern before one with a star, a longer beginning before a shorter.
  const rank = (pattern: string) => (pattern.includes('*') ? pattern.indexOf('*') : Number.MAX_SAFE_INTEGER);
  return found.sort((a, b) => rank(b.pattern) - rank(a.pattern));
}

function extendedPath(findPackageFile: FindPackageFile, path: string, specifier: string): string | undefined {
  const isPath = specifier.startsWith('.') || specifier.startsWith('/');
  if (isPath) return configFile(joinPath(parentOf(path), specifier));
  return findPackageFile(path, specifier);
}

function configFile(path: string): string {
  return path.endsWith('.json') ? path : `${path}.json`;
}

/** A reference names a file or the directory of a tsconfig.json. */
function configPath(path: string): string {
  return path.endsWith('.json') ? path : joinPath(path, 'tsconfig.json');
}
