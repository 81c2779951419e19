// Finding the sources below some roots: what is read, what is not, and why not.
// Reads directories, ignore files and git's index, never a source: what only its size or content can tell is asked by
// source.ts when the file is read anyway. The result is sorted and depends on nothing but the tree.

import { generatedByName, isBuildDirectory, isEnvironment, isForeignDirectory } from './exclusions.ts';
import { type Entry, type FileProblem, type FileSystem, isProblem } from './filesystem.ts';
import {
  excludeFile,
  findRepository,
  openRepository,
  type Repository,
  type TrackedFiles,
  trackedFiles,
} from './git.ts';
import { type IgnoreRules, isEntryIgnored, isIgnored, noRules, withIgnoreFile } from './gitignore.ts';
import { isManifest, isRead, languageOf } from './languages.ts';
import { childOf, comparePaths, isWithin, joinPath, nameOf, parentOf, relativeTo } from './paths.ts';
import { MAX_FILE_SIZE, type Skipped, type SkipReason, type SourceFile } from './source.ts';

/** What there is below the roots. Each list is sorted by path. */
export interface Discovery {
  readonly files: readonly SourceFile[];
  readonly skipped: readonly Skipped[];
  /** Files that tell how modules are found: package.json, tsconfig and their like. */
  readonly manifests: readonly string[];
}

/** One directory is done; a caller may stop here, or tell a person. */
export interface DiscoveryProgress {
  readonly directory: string;
  /** Sources found so far. */
  readonly files: number;
}

/** How to look. */
export interface DiscoveryOptions {
  /** A team's own exclusions; gets paths below the root. */
  readonly exclude?: (relative: string, isDirectory: boolean) => boolean;
  /** Whether ignore files and git's index count; default true. */
  readonly git?: boolean;
}

/** Finds everything at once; see `discoverSteps`. */
export function discover(fs: FileSystem, roots: readonly string[], options: DiscoveryOptions = {}): Discovery {
  const steps = discoverSteps(fs, roots, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * Finds the sources below `roots` (absolute paths of directories or files), one directory a step. Never throws for what is
 * on the disk: a root that does not exist is in `skipped`.
 */
export function* discoverSteps(
  fs: FileSystem,
  roots: readonly string[],
  options: DiscoveryOptions = {},
): Generator<DiscoveryProgress, Discovery> {
  const walk: Walk = {
    fs,
    options,
    files: new Map(),
    skipped: [],
    manifests: new Set(),
    visited: new Set(),
    links: [],
  };
  const directories: string[] = [];
  const named: string[] = [];
  for (const root of new Set(roots)) {
    const found = fs.stat(root);
    if (isProblem(found)) walk.skipped.push({ path: root, reason: 'unreadable', detail: found.message });
    else (found.kind === 'directory' ? directories : named).push(root);
  }
  // Named files first, so that a walk that meets them again leaves them as they are.
  for (const path of named) addNamed(walk, path);
  for (const root of directories) {
    walk.links = [];
    yield* walkTree(walk, rootFrame(walk, root));
    // Links come last, so that a file that can be reached without one is known by its own path.
    for (let link = walk.links.shift(); link; link = walk.links.shift()) {
      const frame = followLink(walk, link);
      if (frame) yield* walkTree(walk, frame);
    }
  }
  const byPath = (a: { path: string }, b: { path: string }) => comparePaths(a.path, b.path);
  return {
    files: [...walk.files.values()].sort(byPath),
    skipped: walk.skipped.sort(byPath),
    manifests: [...walk.manifests].sort(comparePaths),
  };
}

/** The state of one discovery. */
interface Walk {
  readonly fs: FileSystem;
  readonly options: DiscoveryOptions;
  /** By real path, so that no file is read twice. */
  readonly files: Map<string, SourceFile>;
  readonly skipped: Skipped[];
  readonly manifests: Set<string>;
  /** Real paths of the directories entered. */
  readonly visited: Set<string>;
  links: Link[];
}

/** A directory to read, and what holds there. */
interface Frame {
  readonly path: string;
  readonly real: string;
  readonly root: string;
  readonly realRoot: string;
  readonly rules: IgnoreRules;
  readonly tracked: Tracked;
  /** Whether a repository is known, whose ignore files then hold. */
  readonly governed: boolean;
  /** An ignored directory that holds tracked files: only these are read. */
  readonly onlyTracked: boolean;
}

/** What git tracks. Reads the index only when something is ignored, which in many repositories nothing is. */
type Tracked = () => TrackedFiles | undefined;

interface Link {
  readonly path: string;
  readonly frame: Frame;
}

function addNamed(walk: Walk, path: string): void {
  const language = languageOf(path);
  const found = walk.fs.stat(path);
  const real = walk.fs.realpath(path);
  if (isProblem(found) || isProblem(real)) return;
  if (!language) skip(walk, path, 'unknown-language', 'its extension is none of those that are read');
  else walk.files.set(real, { path, language, named: true });
}

function rootFrame(walk: Walk, root: string): Frame {
  const real = walk.fs.realpath(root);
  const realRoot = isProblem(real) ? root : real;
  const bare = { path: root, real: realRoot, root, realRoot, onlyTracked: false };
  const repository = walk.options.git === false ? undefined : findRepository(walk.fs, root);
  // What is left of a repository without its git files was exported from it, and so is tracked whatever the ignore files say:
  // data/ is often ignored for what is in it, although the scripts beside that were added.
  if (!repository) return { ...bare, rules: noRules(root, false), tracked: () => undefined, governed: false };
  const { tracked, governed, ...entered } = enterRepository(walk, repository);
  let rules = entered.rules;
  // The ignore files between the work tree and the root; the root's own is read with the root.
  for (const directory of directoriesBetween(repository.workTree, root)) rules = addIgnoreFile(walk, rules, directory);
  // Who names an ignored directory wants it read; only what is ignored within it stays so.
  if (isIgnored(rules, root, true)) rules = noRules(root, repository.ignoreCase);
  return { ...bare, rules, tracked, governed };
}

function enterRepository(walk: Walk, repository: Repository): Pick<Frame, 'rules' | 'tracked' | 'governed'> {
  const rules = noRules(repository.workTree, repository.ignoreCase);
  const exclude = excludeFile(walk.fs, repository);
  let tracked: TrackedFiles | FileProblem | undefined;
  return {
    governed: true,
    rules: exclude === undefined ? rules : withIgnoreFile(rules, repository.workTree, exclude),
    tracked() {
      if (tracked === undefined) {
        tracked = trackedFiles(walk.fs, repository, isRead);
        if (isProblem(tracked)) skip(walk, tracked.path, 'unreadable', tracked.message);
      }
      return isProblem(tracked) ? undefined : tracked;
    },
  };
}

function directoriesBetween(top: string, bottom: string): string[] {
  const found: string[] = [];
  for (let at = bottom; at !== top && parentOf(at) !== at; at = parentOf(at)) found.unshift(parentOf(at));
  return found;
}

function addIgnoreFile(walk: Walk, rules: IgnoreRules, directory: string): IgnoreRules {
  const path = joinPath(directory, '.gitignore');
  const bytes = walk.fs.readBytes(path, MAX_FILE_SIZE);
  if (!isProblem(bytes)) return withIgnoreFile(rules, directory, new TextDecoder().decode(bytes));
  if (bytes.problem !== 'missing') skip(walk, path, 'unreadable', bytes.message);
  return rules;
}

function* walkTree(walk: Walk, top: Frame): Generator<DiscoveryProgress, void> {
  const pending = [top];
  for (let frame = pending.pop(); frame; frame = pending.pop()) {
    if (walk.visited.has(frame.real)) continue;
    walk.visited.add(frame.real);
    pending.push(...readDirectory(walk, frame, frame === top).reverse());
    yield { directory: frame.path, files: walk.files.size };
  }
}

/** Sorts out the entries of one directory and returns those to go down into, in order. */
function readDirectory(walk: Walk, given: Frame, isTop: boolean): Frame[] {
  const { fs, options } = walk;
  const entries = fs.list(given.path);
  if (isProblem(entries)) {
    skip(walk, given.path, 'unreadable', entries.message);
    return [];
  }
  const names = new Set(entries.map((entry) => entry.name));
  if (!isTop && isEnvironment(names)) {
    skip(walk, given.path, 'environment', 'a Python environment');
    return [];
  }
  let frame = given;
  if (options.git !== false) {
    // A repository in the repository has its own index and is not subject to the ignore files around it.
    const nested = names.has('.git') && given.rules.base !== given.path ? openRepository(fs, given.path) : undefined;
    if (nested) frame = { ...frame, ...enterRepository(walk, nested), onlyTracked: false };
    if (frame.governed && names.has('.gitignore'))
      frame = { ...frame, rules: addIgnoreFile(walk, frame.rules, frame.path) };
  }
  const below: Frame[] = [];
  for (const entry of [...entries].sort((a, b) => comparePaths(a.name, b.name))) {
    const path = childOf(frame.path, entry.name);
    if (entry.kind === 'directory') {
      const next = enterDirectory(walk, frame, path, entry);
      if (next) below.push(next);
    } else if (entry.kind === 'file') addFile(walk, frame, path, entry.name);
    else if (entry.kind === 'symlink') walk.links.push({ path, frame });
  }
  return below;
}

function enterDirectory(walk: Walk, frame: Frame, path: string, entry: Entry): Frame | undefined {
  // Nobody expects it to be read, so nobody is told.
  if (entry.name === '.git') return undefined;
  if (isForeignDirectory(entry.name)) return skip(walk, path, 'foreign', 'not the code of this project');
  if (walk.options.exclude?.(relativeTo(frame.root, path), true))
    return skip(walk, path, 'excluded', 'by configuration');
  const ignored = frame.onlyTracked || isEntryIgnored(frame.rules, path, true);
  if (ignored || isBuildDirectory(entry.name)) {
    const holdsTracked = frame.tracked()?.directories.has(path) === true;
    if (!holdsTracked && ignored) return skip(walk, path, 'ignored', 'by an ignore file');
    if (!holdsTracked) return skip(walk, path, 'build-output', 'untracked build output');
  }
  return { ...frame, path, real: childOf(frame.real, entry.name), onlyTracked: ignored };
}

function addFile(walk: Walk, frame: Frame, path: string, name: string, linked?: string): undefined {
  const language = languageOf(name);
  if (!language && !isManifest(name)) return;
  if (walk.options.exclude?.(relativeTo(frame.root, path), false))
    return skip(walk, path, 'excluded', 'by configuration');
  if ((frame.onlyTracked || isEntryIgnored(frame.rules, path, false)) && !frame.tracked()?.files.has(path))
    return skip(walk, path, 'ignored', 'by an ignore file');
  if (!language) {
    walk.manifests.add(path);
    return;
  }
  const real = linked ?? (frame.real === frame.path ? path : childOf(frame.real, name));
  if (walk.files.has(real)) return;
  const written = generatedByName(name);
  if (written) return skip(walk, path, written, 'by its name');
  walk.files.set(real, { path, language, named: false });
}

/** Adds a linked file, or returns the frame of a linked directory that was not read under another path. */
function followLink(walk: Walk, { path, frame }: Link): Frame | undefined {
  const real = walk.fs.realpath(path);
  const found = isProblem(real) ? real : walk.fs.stat(real);
  if (isProblem(real) || isProblem(found)) {
    // Only what would have been read is worth a word.
    if (languageOf(path) || !nameOf(path).includes('.'))
      skip(walk, path, 'unreadable', (found as { message: string }).message);
    return undefined;
  }
  if (found.kind === 'file' && !languageOf(path)) return undefined;
  if (!isWithin(real, frame.realRoot)) return skip(walk, path, 'outside', `a symbolic link to ${real}`);
  if (relativeTo(frame.realRoot, real).split('/').some(isForeignDirectory)) {
    return skip(walk, path, 'foreign', `a symbolic link to ${real}`);
  }
  const known = found.kind === 'directory' ? walk.visited.has(real) : walk.files.has(real);
  if (known) return skip(walk, path, 'link', `already read as ${real}`);
  if (found.kind === 'file') {
    addFile(walk, frame, path, nameOf(path), real);
    return undefined;
  }
  const next = enterDirectory(walk, frame, path, { name: nameOf(path), kind: 'directory' });
  return next && { ...next, real };
}

function skip(walk: Walk, path: string, reason: SkipReason, detail: string): undefined {
  walk.skipped.push({ path, reason, detail });
}
