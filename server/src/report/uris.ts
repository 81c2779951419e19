// Paths as URIs: every segment encoded, so that no name can be read as a scheme, a query or an escape.

/** A relative path as a relative URI. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeSegment).join('/');
}

/** An absolute path as a `file:` URI, ending in a slash for a directory. */
export function fileUri(path: string, isDirectory: boolean): string {
  // '//server/share' carries its host itself, '/x' has none, and 'C:/x' needs a slash before.
  const lead = path.startsWith('//') ? 'file:' : path.startsWith('/') ? 'file://' : 'file:///';
  const uri = lead + encodePath(path).replace(/^([A-Za-z])%3A/, '$1:');
  return isDirectory && !uri.endsWith('/') ? `${uri}/` : uri;
}

function encodeSegment(segment: string): string {
  // Half of a surrogate pair has no encoding.
  const whole = segment.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
  return encodeURIComponent(whole);
}
