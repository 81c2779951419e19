// Files held in memory: a whole file system for tests and browsers, and unsaved editor buffers laid over another one.
import { type Entry, type FileProblem, type FileStat, type FileSystem, fileProblem, isProblem } from './filesystem.ts';
import { isWithin, joinPath, nameOf, parentOf, relativeTo } from './paths.ts';

/** Content by absolute path; text is taken as UTF-8. */
export type FileContents = ReadonlyMap<string, string | Uint8Array>;

/** A file system of exactly these files. Directories exist where a file is below them; there are no links. */
export function memoryFileSystem(files: FileContents): FileSystem {
  const directories = new Map<string, Map<string, Entry>>([['/', new Map()]]);
  for (const path of files.keys()) addToTree(directories, path);
  const readBytes: FileSystem['readBytes'] = (path, limit = Number.POSITIVE_INFINITY) => {
    const content = files.get(path);
    if (content === undefined) return fileProblem(directories.has(path) ? 'not-a-file' : 'missing', path);
    return limited(path, toBytes(content), limit);
  };
  return {
    readBytes,
    lendBytes: readBytes,
    list(directory) {
      const entries = directories.get(directory);
      if (entries) return [...entries.values()];
      return fileProblem(files.has(directory) ? 'not-a-directory' : 'missing', directory);
    },
    stat(path): FileStat | FileProblem {
      const content = files.get(path);
      if (content !== undefined) return { kind: 'file', size: toBytes(content).length };
      return directories.has(path) ? { kind: 'directory', size: 0 } : fileProblem('missing', path);
    },
    realpath(path) {
      return files.has(path) || directories.has(path) ? path : fileProblem('missing', path);
    },
  };
}

/**
 * `base` with some files replaced or added. The map is read at every call, so an editor changes it in place; it is expected
 * to be small (open documents), not a second workspace.
 */
export function overlay(base: FileSystem, files: FileContents): FileSystem {
  const isImplied = (directory: string) => {
    for (const path of files.keys()) if (path !== directory && isWithin(path, directory)) return true;
    return false;
  };
  return {
    readBytes(path, limit = Number.POSITIVE_INFINITY) {
      const content = files.get(path);
      return content === undefined ? base.readBytes(path, limit) : limited(path, toBytes(content), limit);
    },
    lendBytes(path, limit = Number.POSITIVE_INFINITY) {
      const content = files.get(path);
      return content === undefined ? base.lendBytes(path, limit) : limited(path, toBytes(content), limit);
    },
    list(directory) {
      const below = base.list(directory);
      const entries = new Map<string, Entry>();
      for (const path of files.keys()) {
        if (path === directory || !isWithin(path, directory)) continue;
        const [name, ...rest] = relativeTo(directory, path).split('/');
        entries.set(name!, { name: name!, kind: rest.length > 0 ? 'directory' : 'file' });
      }
      if (isProblem(below)) return entries.size > 0 ? [...entries.values()] : below;
      // A link stays a link: the buffer then stands for the file at its end.
      for (const entry of below) entries.set(entry.name, entry);
      return [...entries.values()];
    },
    stat(path) {
      const content = files.get(path);
      if (content !== undefined) return { kind: 'file', size: toBytes(content).length };
      const found = base.stat(path);
      return isProblem(found) && isImplied(path) ? { kind: 'directory', size: 0 } : found;
    },
    realpath(path) {
      const found = base.realpath(path);
      return isProblem(found) && (files.has(path) || isImplied(path)) ? path : found;
    },
  };
}

function addToTree(directories: Map<string, Map<string, Entry>>, path: string): void {
  let kind: Entry['kind'] = 'file';
  for (let at = path; parentOf(at) !== at; at = parentOf(at)) {
    const parent = parentOf(at);
    let entries = directories.get(parent);
    const known = entries !== undefined;
    if (!entries) {
      entries = new Map();
      directories.set(parent, entries);
    }
    entries.set(nameOf(at), { name: nameOf(at), kind });
    // A parent that was there already hangs in the tree.
    if (known) return;
    kind = 'directory';
  }
}

function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

function limited(path: string, bytes: Uint8Array, limit: number): Uint8Array | FileProblem {
  return bytes.length > limit ? fileProblem('too-large', path, `${bytes.length} bytes`) : bytes;
}

/** Files given as a plain record below `root`, for fixtures: `files('/w', { 'a/b.py': 'x = 1' })`. */
export function filesBelow(root: string, contents: Readonly<Record<string, string | Uint8Array>>): FileContents {
  return new Map(Object.entries(contents).map(([path, content]) => [joinPath(root, path), content]));
}
