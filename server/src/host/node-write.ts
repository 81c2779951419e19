// Writing files so that a reader, or a crash, never sees half of one.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { FileProblem } from './filesystem.ts';
import { problemOf } from './node-fs.ts';

/**
 * Replaces or creates a file in one step: the content goes to a new file beside it, which is then renamed over it.
 * Missing directories are made; the mode of an existing file is kept, and a symbolic link stays one (the file at its end is
 * replaced). On failure the old file is untouched and nothing is left behind.
 */
export function writeAtomically(file: string, content: string | Uint8Array): FileProblem | undefined {
  let target = file;
  let temporary: string | undefined;
  try {
    target = endOfLink(file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    const mode = fs.statSync(target, { throwIfNoEntry: false })?.mode;
    const name = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
    // 'wx' refuses a name that somebody else has just made.
    const handle = fs.openSync(name, 'wx', mode === undefined ? 0o666 : mode & 0o777);
    temporary = name;
    try {
      fs.writeFileSync(handle, content);
      // The process's umask may have narrowed the mode asked for.
      if (mode !== undefined) fs.fchmodSync(handle, mode & 0o777);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(name, target);
    return undefined;
  } catch (error) {
    if (temporary !== undefined) fs.rmSync(temporary, { force: true });
    return problemOf(target, error);
  }
}

function endOfLink(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return file;
  }
}
