// Between the URIs of a client and the paths of a project ('/'-separated, 'C:/x' on Windows). Only text: nothing is looked up.

/** The parts of a URI that matter here, decoded; undefined for what is no URI. */
export function parseUri(
  uri: string,
): { readonly scheme: string; readonly authority: string; readonly path: string } | undefined {
  const match = /^([a-zA-Z][\w+.-]*):(?:\/\/([^/?#]*))?([^?#]*)/.exec(uri);
  if (!match) return undefined;
  return { scheme: match[1]!.toLowerCase(), authority: decode(match[2] ?? ''), path: decode(match[3]!) };
}

/** The path that a URI names: of a file, or below a virtual workspace's root. `undefined` for what has none. */
export function pathOfUri(uri: string): string | undefined {
  const parts = parseUri(uri);
  if (!parts?.path.startsWith('/')) return undefined;
  const { scheme, authority } = parts;
  let path = parts.path.length > 1 && parts.path.endsWith('/') ? parts.path.slice(0, -1) : parts.path;
  if (scheme !== 'file') return path;
  // A drive letter is written in either case; the file system writes it large.
  if (/^\/[a-zA-Z]:/.test(path)) path = path[1]!.toUpperCase() + path.slice(2);
  return authority === '' ? path : `//${authority}${path}`;
}

/** The URI of a path, with the scheme and authority of `like` (the URI of the folder that holds it). */
export function uriOfPath(path: string, like: string): string {
  const { scheme, authority } = parseUri(like) ?? { scheme: 'file', authority: '' };
  if (scheme !== 'file') return `${scheme}://${encodeURIComponent(authority)}${encode(path)}`;
  // '//server/share' carries its authority itself.
  if (path.startsWith('//')) return `file:${encode(path)}`;
  return `file://${encode(path.startsWith('/') ? path : `/${path}`)}`;
}

/** One spelling for all spellings of a URI: clients and servers differ in what they encode. */
export function normalUri(uri: string): string {
  const parts = parseUri(uri);
  const path = pathOfUri(uri);
  if (!parts || path === undefined) return uri;
  return uriOfPath(path, parts.scheme === 'file' ? 'file:///' : uri);
}

function encode(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone per cent sign: some clients do not encode it.
    return text;
  }
}
