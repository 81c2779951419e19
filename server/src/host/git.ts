// What git's own files say of a work tree: where it begins, what is tracked, what is ignored besides the .gitignore files.
// Read as data: git is never started, so that nothing in a hostile repository's configuration can run.
import { type FileProblem, type FileSystem, fileProblem, isProblem } from './filesystem.ts';
import { joinPath, nameOf, parentOf } from './paths.ts';

/** A work tree and the directory that holds its git files (elsewhere for a submodule or a linked work tree). */
export interface Repository {
  readonly workTree: string;
  readonly gitDirectory: string;
  /** Where what is shared between linked work trees is kept. */
  readonly commonDirectory: string;
  /** Length in bytes of an object's name. */
  readonly nameLength: 20 | 32;
  readonly ignoreCase: boolean;
}

/** Tracked files by absolute path, and the directories above them up to the work tree. */
export interface TrackedFiles {
  readonly files: ReadonlySet<string>;
  readonly directories: ReadonlySet<string>;
}

/** The repository whose work tree holds `directory`, looking upward. */
export function findRepository(fs: FileSystem, directory: string): Repository | undefined {
  for (let at = directory; ; at = parentOf(at)) {
    const found = openRepository(fs, at);
    if (found || parentOf(at) === at) return found;
  }
}

/** The repository whose work tree begins at `directory`. */
export function openRepository(fs: FileSystem, directory: string): Repository | undefined {
  const dot = joinPath(directory, '.git');
  const found = fs.stat(dot);
  if (isProblem(found)) return undefined;
  let gitDirectory = dot;
  if (found.kind === 'file') {
    const target = /^gitdir: (.+?)\s*$/.exec(readText(fs, dot) ?? '')?.[1];
    if (target === undefined) return undefined;
    gitDirectory = joinPath(directory, target.replaceAll('\\', '/'));
  }
  if (isProblem(fs.stat(joinPath(gitDirectory, 'HEAD')))) return undefined;
  const common = readText(fs, joinPath(gitDirectory, 'commondir'))?.trim();
  const commonDirectory = common ? joinPath(gitDirectory, common) : gitDirectory;
  const config = readText(fs, joinPath(commonDirectory, 'config')) ?? '';
  return {
    workTree: directory,
    gitDirectory,
    commonDirectory,
    nameLength: /^\s*objectformat\s*=\s*sha256\b/im.test(config) ? 32 : 20,
    ignoreCase: /^\s*ignorecase\s*=\s*(true|yes|on|1)\b/im.test(config),
  };
}

/** The text of .git/info/exclude, undefined where there is none. */
export function excludeFile(fs: FileSystem, repository: Repository): string | undefined {
  return readText(fs, joinPath(repository.commonDirectory, 'info/exclude'));
}

/**
 * The files in the repository's index that `keep` wants. A repository without an index tracks nothing; an index that cannot
 * be understood is a problem.
 */
export function trackedFiles(
  fs: FileSystem,
  repository: Repository,
  keep: (path: string) => boolean,
): TrackedFiles | FileProblem {
  const files = new Set<string>();
  const directories = new Set<string>();
  const add = (relative: string) => {
    if (!keep(relative)) return;
    const path = joinPath(repository.workTree, relative);
    files.add(path);
    for (let at = parentOf(path); !directories.has(at); at = parentOf(at)) {
      directories.add(at);
      if (at === repository.workTree || parentOf(at) === at) break;
    }
  };
  const index = joinPath(repository.gitDirectory, 'index');
  const problem = readIndex(fs, repository, index, add);
  if (problem && problem.problem !== 'missing') return problem;
  return { files, directories };
}

/** Reads an index of version 2, 3 or 4 and, where it is split, the shared one that it builds on. */
function readIndex(
  fs: FileSystem,
  repository: Repository,
  path: string,
  add: (relative: string) => void,
): FileProblem | undefined {
  const bytes = fs.readBytes(path);
  if (isProblem(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes.length >= 12 && view.getUint32(0) === SIGNATURE ? view.getUint32(4) : 0;
  if (version < 2 || version > 4) return fileProblem('input-output', path, 'it is not a git index of a known version');
  const end = readEntries(bytes, view, version, repository.nameLength, add);
  if (end === undefined) return fileProblem('input-output', path, 'the git index ends too early');
  const shared = sharedIndex(bytes, view, end, repository.nameLength);
  // What the split index removes from the shared one stays in the set; it matters only to a file that is there and ignored.
  if (shared === undefined || nameOf(path).startsWith('sharedindex.')) return undefined;
  return readIndex(fs, repository, joinPath(repository.gitDirectory, `sharedindex.${shared}`), add);
}

/** Reads the entries and tells where they end; undefined where the file does first. */
function readEntries(
  bytes: Uint8Array,
  view: DataView,
  version: number,
  nameLength: number,
  add: (relative: string) => void,
): number | undefined {
  const decoder = new TextDecoder();
  const count = view.getUint32(8);
  let at = 12;
  // The name before, in bytes: version 4 shares its beginning, which may end within a character.
  let name = new Uint8Array(256);
  let length = 0;
  for (let entry = 0; entry < count; entry++) {
    const start = at;
    // 40 bytes of what stat said, the object's name, 16 bits of flags and, if flagged, 16 more.
    const flags = start + 40 + nameLength;
    if (flags + 2 > bytes.length) return undefined;
    const extended = version >= 3 && (view.getUint16(flags) & 0x4000) !== 0;
    at = flags + (extended ? 4 : 2);
    let kept = 0;
    if (version === 4) {
      // How many bytes to drop from the end of the name before, in git's offset encoding.
      let drop = bytes[at]! & 127;
      while (at < bytes.length && (bytes[at++]! & 128) !== 0) drop = ((drop + 1) << 7) | (bytes[at]! & 127);
      kept = Math.max(0, length - drop);
    }
    const zero = bytes.indexOf(0, at);
    if (zero < 0) return undefined;
    length = kept + zero - at;
    if (length > name.length) {
      const longer = new Uint8Array(length * 2);
      longer.set(name.subarray(0, kept));
      name = longer;
    }
    name.set(bytes.subarray(at, zero), kept);
    // Before version 4 an entry is padded with 1 to 8 zeros to a multiple of 8 bytes.
    at = version === 4 ? zero + 1 : start + ((zero - start + 8) & ~7);
    // Submodules and folded directories (mode 16 and 04 in octal) are not files.
    const type = view.getUint32(start + 24) >>> 12;
    if (length > 0 && (type === 8 || type === 10)) add(decoder.decode(name.subarray(0, length)));
  }
  return at <= bytes.length ? at : undefined;
}

/** The name of the shared index in the `link` extension, which is only there in a split index. */
function sharedIndex(bytes: Uint8Array, view: DataView, start: number, nameLength: number): string | undefined {
  for (let at = start; at + 8 + nameLength <= bytes.length; at += 8 + view.getUint32(at + 4)) {
    if (view.getUint32(at) !== LINK) continue;
    const name = Array.from(bytes.subarray(at + 8, at + 8 + nameLength), (byte) => byte.toString(16).padStart(2, '0'));
    return name.join('');
  }
  return undefined;
}

function readText(fs: FileSystem, path: string): string | undefined {
  const bytes = fs.readBytes(path, TEXT_LIMIT);
  return isProblem(bytes) ? undefined : new TextDecoder().decode(bytes);
}

const SIGNATURE = 0x44495243;
const LINK = 0x6c696e6b;
const TEXT_LIMIT = 1 << 20;
