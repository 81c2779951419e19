// Where text comes from: the one interface through which anything above `host` sees files.
// Synchronous, because the core is; a host with asynchronous files (a browser) reads ahead into memory.ts.
// Nothing here throws for a file that is missing, closed to us or of the wrong kind: such things are values.

/** Why a file or directory could not be read. */
export type ProblemCause =
  | 'missing'
  | 'denied'
  | 'not-a-file'
  | 'not-a-directory'
  | 'link-loop'
  | 'too-large'
  | 'exists'
  | 'input-output';

/** A failed access: which path, which kind of failure, and a sentence for a person. */
export interface FileProblem {
  readonly problem: ProblemCause;
  readonly path: string;
  readonly message: string;
}

/** What stands under one name in a directory; `other` is a socket, device or pipe, and is never read. */
export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
}

/** What a path leads to once symbolic links are followed; `size` in bytes. */
export interface FileStat {
  readonly kind: 'file' | 'directory' | 'other';
  readonly size: number;
}

/** Files by absolute '/'-separated path (see paths.ts). */
export interface FileSystem {
  /** The bytes of a regular file; more than `limit` bytes are `too-large` and are not read. */
  readBytes(path: string, limit?: number): Uint8Array | FileProblem;
  /**
   * The same of a file that `list` shows as one, for a look that keeps nothing: the next call may overwrite these bytes. Most
   * files of a workspace are only looked at, and asking for their size or for memory of their own costs half of the reading.
   */
  lendBytes(path: string, limit?: number): Uint8Array | FileProblem;
  /** The entries of a directory in no particular order, links unresolved and without size: `stat` only what is wanted. */
  list(directory: string): readonly Entry[] | FileProblem;
  stat(path: string): FileStat | FileProblem;
  /** The path with every symbolic link resolved. */
  realpath(path: string): string | FileProblem;
}

/** Whether an access failed. */
export function isProblem(result: unknown): result is FileProblem {
  return typeof result === 'object' && result !== null && 'problem' in result;
}

/** A problem with its usual sentence. */
export function fileProblem(problem: ProblemCause, path: string, detail?: string): FileProblem {
  const message = detail === undefined ? sentences[problem] : `${sentences[problem]}: ${detail}`;
  return { problem, path, message };
}

const sentences: Record<ProblemCause, string> = {
  missing: 'it does not exist',
  denied: 'permission denied',
  'not-a-file': 'it is not a regular file',
  'not-a-directory': 'it is not a directory',
  'link-loop': 'its symbolic links form a loop',
  'too-large': 'it is too large',
  exists: 'it already exists',
  'input-output': 'it could not be accessed',
};
