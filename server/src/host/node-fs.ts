// The file system of Node. Platform paths become '/'-separated ones here and nowhere else.
import fs from 'node:fs';
import path from 'node:path';
import {
  type Entry,
  type FileProblem,
  type FileStat,
  type FileSystem,
  fileProblem,
  type ProblemCause,
} from './filesystem.ts';

/** The files of this machine. */
export const nodeFileSystem: FileSystem = { readBytes, lendBytes, list, stat, realpath };

/** A path as a person or the platform writes it, as an absolute '/'-separated one; `base` is where relative paths start. */
export function portablePath(given: string, base: string): string {
  return toPortable(path.resolve(base, given));
}

/** The problem behind an error thrown by Node for `path`. */
export function problemOf(path: string, error: unknown): FileProblem {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const cause = causes[code];
  if (cause !== undefined) return fileProblem(cause, path);
  return fileProblem('input-output', path, code || (error instanceof Error ? error.message : String(error)));
}

const causes: Readonly<Record<string, ProblemCause>> = {
  ENOENT: 'missing',
  EACCES: 'denied',
  EPERM: 'denied',
  ENOTDIR: 'not-a-directory',
  EISDIR: 'not-a-file',
  ELOOP: 'link-loop',
  EFBIG: 'too-large',
  EEXIST: 'exists',
};

// Opening a pipe for reading would wait for a writer for ever.
const openFlags = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0);

function readBytes(file: string, limit = Number.POSITIVE_INFINITY): Uint8Array | FileProblem {
  let handle: number;
  try {
    handle = fs.openSync(file, openFlags);
  } catch (error) {
    return problemOf(file, error);
  }
  try {
    const found = fs.fstatSync(handle);
    if (!found.isFile()) return fileProblem('not-a-file', file);
    if (found.size > limit) return fileProblem('too-large', file, `${found.size} bytes`);
    const bytes = Buffer.allocUnsafe(found.size);
    let length = 0;
    while (length < bytes.length) {
      const count = fs.readSync(handle, bytes, length, bytes.length - length, null);
      // The file became shorter while it was read.
      if (count === 0) break;
      length += count;
    }
    return length === bytes.length ? bytes : bytes.subarray(0, length);
  } catch (error) {
    return problemOf(file, error);
  } finally {
    fs.closeSync(handle);
  }
}

let lent = new Uint8Array(0);

function lendBytes(file: string, limit = Number.POSITIVE_INFINITY): Uint8Array | FileProblem {
  let handle: number;
  try {
    handle = fs.openSync(file, openFlags);
  } catch (error) {
    return problemOf(file, error);
  }
  let length = 0;
  try {
    if (lent.length === 0) lent = new Uint8Array(LENT_SIZE);
    // Until nothing comes: a file system over a network may give less than there is.
    for (let count = -1; count !== 0 && length < lent.length; length += count)
      count = fs.readSync(handle, lent, length, lent.length - length, null);
  } catch (error) {
    return problemOf(file, error);
  } finally {
    fs.closeSync(handle);
  }
  if (length === lent.length) return readBytes(file, limit);
  return length > limit ? fileProblem('too-large', file, `${length} bytes`) : lent.subarray(0, length);
}

// Nearly every source is smaller; the others are read in the other way.
const LENT_SIZE = 1 << 18;

function list(directory: string): readonly Entry[] | FileProblem {
  try {
    return fs.readdirSync(directory, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      kind: entry.isSymbolicLink() ? 'symlink' : kindOf(entry),
    }));
  } catch (error) {
    return problemOf(directory, error);
  }
}

function stat(file: string): FileStat | FileProblem {
  try {
    const found = fs.statSync(file);
    return { kind: kindOf(found), size: found.size };
  } catch (error) {
    return problemOf(file, error);
  }
}

function realpath(file: string): string | FileProblem {
  try {
    return toPortable(fs.realpathSync.native(file));
  } catch (error) {
    return problemOf(file, error);
  }
}

function kindOf(found: { isFile(): boolean; isDirectory(): boolean }): FileStat['kind'] {
  return found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
}

function toPortable(absolute: string): string {
  // A backslash is an ordinary character in a name everywhere but on Windows.
  if (path.sep === '/') return absolute;
  const slashed = absolute.replaceAll('\\', '/');
  const rooted = /^[a-z]:/.test(slashed) ? slashed[0]!.toUpperCase() + slashed.slice(1) : slashed;
  return rooted.length > 3 && rooted.endsWith('/') ? rooted.slice(0, -1) : rooted;
}
