// The packages of a JavaScript workspace: which directory a package name means, and what a package offers under which path.
import { minimatch } from 'minimatch';
import { member, parseJsonc, texts } from './jsonc.ts';
import { ancestorsOf, type PathIndex, remembered } from './path-index.ts';
import { comparePaths, isWithin, joinPath, nameOf, parentOf, relativeTo } from './paths.ts';
import { matchPattern, type ReadText } from './tsconfig.ts';

/** A directory with a package.json. */
export interface Package {
  readonly directory: string;
  readonly manifest: unknown;
}

/** The innermost package that holds a directory. */
export function packageOf(index: PathIndex, readText: ReadText, directory: string): Package | undefined {
  const holder = ancestorsOf(index, directory).find((at) => index.directories.get(at)?.has('package.json'));
  return holder === undefined ? undefined : readPackage(index, readText, holder);
}

/** The package of the workspace that `name` means in `from`: a member, a package by path, or the one that `from` is in. */
export function packageNamed(
  index: PathIndex,
  readText: ReadText,
  from: Package | undefined,
  name: string,
): Package | undefined {
  if (from && member(from.manifest, 'name') === name) return from;
  const linked = from && linkedPackage(index, readText, from, name);
  return linked ?? members(index, readText).get(name);
}

/** Splits `@scope/name/a/b` into the name of the package and './a/b', or '.'. */
export function splitSpecifier(specifier: string): { readonly name: string; readonly subpath: string } | undefined {
  const match = /^((?:@[^/]+\/)?[^/@.#][^/]*)(?:\/(.+))?$/.exec(specifier);
  return match ? { name: match[1]!, subpath: match[2] === undefined ? '.' : `./${match[2]}` } : undefined;
}

/** The files that a package may mean by a subpath, absolute, the likeliest first; they need not exist. */
export function exportedPaths(found: Package, subpath: string): string[] {
  const { directory, manifest } = found;
  const exported = member(manifest, 'exports');
  const offered = exported === undefined ? [] : targetsOf(exported, subpath);
  if (subpath !== '.')
    return [...offered, subpath, `./src/${subpath.slice(2)}`].map((path) => joinPath(directory, path));
  const fields = ['source', 'types', 'typings', 'module', 'main'].flatMap((field) => texts(member(manifest, field)));
  const guesses = ['./src/index', './index', './src/main', './lib/index', './src'];
  return [...offered, ...fields, ...guesses].map((path) => joinPath(directory, path));
}

/** What the `imports` of a package map `#name` to, absolute. */
export function importedPaths(found: Package, specifier: string): string[] {
  const imports = member(found.manifest, 'imports');
  if (typeof imports !== 'object' || imports === null) return [];
  return targetsOf(imports, specifier).map((path) => joinPath(found.directory, path));
}

/** Whether the package depends on a library of this name, so that no directory of its own can be meant. */
export function dependsOn(found: Package, name: string): boolean {
  return dependencyFields.some((field) => member(member(found.manifest, field), name) !== undefined);
}

const dependencyFields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

function readPackage(index: PathIndex, readText: ReadText, directory: string): Package {
  return remembered(index, `package\0${directory}`, () => {
    return { directory, manifest: parseJsonc(readText(joinPath(directory, 'package.json')) ?? '') };
  });
}

function linkedPackage(index: PathIndex, readText: ReadText, from: Package, name: string): Package | undefined {
  for (const field of dependencyFields) {
    const version = member(member(from.manifest, field), name);
    const path = typeof version === 'string' ? /^(?:file|link|portal):(.+)$/.exec(version)?.[1] : undefined;
    const directory = path === undefined ? undefined : joinPath(from.directory, path);
    if (directory !== undefined && index.directories.has(directory)) return readPackage(index, readText, directory);
  }
  return undefined;
}

/** All packages that some workspace lists, by name; of two with one name the first by path. */
function members(index: PathIndex, readText: ReadText): ReadonlyMap<string, Package> {
  return remembered(index, 'workspace members', () => {
    const manifests = [...index.files].filter((path) => manifestNames.has(nameOf(path))).sort(comparePaths);
    const directories = manifests.filter((path) => nameOf(path) === 'package.json').map(parentOf);
    const found = new Map<string, Package>();
    const inside = new Set<string>();
    for (const manifest of manifests) {
      const globs = memberGlobs(nameOf(manifest), readText(manifest) ?? '');
      if (globs.length === 0) continue;
      const root = parentOf(manifest);
      for (const directory of directories) if (isMember(root, directory, globs)) inside.add(directory);
    }
    for (const directory of [...inside].sort(comparePaths)) {
      const read = readPackage(index, readText, directory);
      const name = member(read.manifest, 'name');
      if (typeof name === 'string' && !found.has(name)) found.set(name, read);
    }
    return found;
  });
}

const manifestNames = new Set(['package.json', 'pnpm-workspace.yaml', 'lerna.json', 'rush.json']);

function memberGlobs(name: string, text: string): string[] {
  if (name === 'pnpm-workspace.yaml') return yamlList(text, 'packages');
  const json = parseJsonc(text);
  if (name === 'lerna.json') return texts(member(json, 'packages'));
  if (name === 'rush.json') {
    const projects = member(json, 'projects');
    return Array.isArray(projects) ? projects.flatMap((project) => texts(member(project, 'projectFolder'))) : [];
  }
  const workspaces = member(json, 'workspaces');
  return Array.isArray(workspaces) ? texts(workspaces) : texts(member(workspaces, 'packages'));
}

function isMember(root: string, directory: string, globs: readonly string[]): boolean {
  if (!isWithin(directory, root)) return false;
  const relative = relativeTo(root, directory);
  const matches = (glob: string) => minimatch(relative, glob.replace(/^\.\//, '').replace(/\/+$/, ''));
  const isOut = globs.some((glob) => glob.startsWith('!') && matches(glob.slice(1)));
  return !isOut && globs.some((glob) => !glob.startsWith('!') && matches(glob));
}

/** A list of texts at the top of a YAML file, as package managers write it; nothing else of YAML is understood. */
function yamlList(text: string, key: string): string[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => line.replace(/\s+(#.*)?$/, '').startsWith(`${key}:`));
  if (start < 0) return [];
  const unquote = (item: string) =>
    /^\s*(?:"([^"]*)"|'([^']*)'|([^#]*?))\s*(?:#.*)?$/
      .exec(item)
      ?.slice(1)
      .find((part) => part);
  const inline = /\[(.*)\]/.exec(lines[start]!);
  if (inline) return inline[1]!.split(',').flatMap((item) => unquote(item) ?? []);
  const found: string[] = [];
  for (const line of lines.slice(start + 1)) {
    const item = /^\s*-\s+(.*)$/.exec(line);
    if (item) found.push(...[unquote(item[1]!) ?? []].flat());
    else if (/^[^\s#]/.test(line)) break;
  }
  return found;
}

/** The paths under a key of an `exports` or `imports` object, through its conditions. */
function targetsOf(value: unknown, key: string): string[] {
  const hasKeys = typeof value === 'object' && value !== null && Object.keys(value).some((name) => /^[.#]/.test(name));
  if (!hasKeys) return key === '.' ? leaves(value) : [];
  const exact = member(value, key);
  if (exact !== undefined) return leaves(exact);
  let best: { pattern: string; rest: string } | undefined;
  for (const pattern of Object.keys(value as object)) {
    const rest = pattern.includes('*') ? matchPattern(pattern, key) : undefined;
    if (rest !== undefined && pattern.length > (best?.pattern.length ?? 0)) best = { pattern, rest };
  }
  if (!best) return [];
  const { pattern, rest } = best;
  return leaves(member(value, pattern)).map((target) => target.replaceAll('*', () => rest));
}

/** All paths below a value, those written for sources and types first. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('.') ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value !== 'object' || value === null) return [];
  const rank = (condition: string) =>
    condition === 'source' || condition === 'development' ? 0 : condition === 'types' ? 1 : 2;
  const conditions = Object.keys(value).sort((a, b) => rank(a) - rank(b));
  return conditions.flatMap((condition) => leaves(member(value, condition)));
}
