// Paths as the whole program writes them: absolute, '/' between segments, no '.', '..' or trailing slash ('/' and 'C:/' aside).
// Pure text; what exists is the FileSystem's business, and turning a platform's path into this form is node-fs.ts's.

/** The path without its last segment; '/' and 'C:/' are their own parents. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash < 0) return path;
  return path.slice(0, slash === 0 || (slash === 2 && path[1] === ':') ? slash + 1 : slash);
}

/** The last segment. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The extension of the last segment in lower case with its dot, '' where there is none; a leading dot starts a name. */
export function extensionOf(path: string): string {
  const name = nameOf(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot).toLowerCase();
}

/** `directory` and a relative path below or beside it as one path; '.' and '..' are resolved, an absolute `path` wins. */
export function joinPath(directory: string, path: string): string {
  const absolute = path.startsWith('/') || /^[A-Za-z]:(\/|$)/.test(path);
  if (!absolute && isPlain(path)) return directory.endsWith('/') ? directory + path : `${directory}/${path}`;
  const whole = absolute ? path : `${directory}/${path}`;
  // '//server/share' and '/x' keep what is before their first segment.
  const lead = /^\/{0,2}/.exec(whole)?.[0] ?? '';
  const segments: string[] = [];
  for (const segment of whole.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.length > 1 || (segments.length === 1 && !segments[0]!.endsWith(':'))) segments.pop();
  }
  return lead + segments.join('/') + (segments.length === 1 && segments[0]!.endsWith(':') ? '/' : '');
}

/** The path of an entry of `directory`, by its name. */
export function childOf(directory: string, name: string): string {
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}

/** Whether `path` is `directory` or below it. */
export function isWithin(path: string, directory: string): boolean {
  if (!path.startsWith(directory)) return false;
  return path.length === directory.length || directory.endsWith('/') || path[directory.length] === '/';
}

/** `path` relative to `directory`, which holds it; '' for the directory itself, and `path` unchanged where it is outside. */
export function relativeTo(directory: string, path: string): string {
  if (!isWithin(path, directory)) return path;
  return path.slice(directory.endsWith('/') ? directory.length : directory.length + 1);
}

/** Order of paths everywhere: by UTF-16 code unit, so that no locale can change a report. */
export function comparePaths(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isPlain(path: string): boolean {
  return path !== '' && !path.startsWith('.') && !path.endsWith('/') && !path.includes('/.') && !path.includes('//');
}
