// Access paths: which part of an object a fact speaks of. A path is a list of elements joined by a separator that no element
// contains; the empty path means the object as a whole and everything below it. Paths are plain strings so that they compare
// and hash for free.
import { ANY, INSTANCE } from '../graph/graph.ts';
import { limits } from './limits.ts';

/** An access path; '' is the whole object. */
export type AccessPath = string;

/** The element under which encoded text (JSON, pickle, a row of CSV) keeps the fields of what it encodes. */
export const ENCODED = '#encoded';

const SEPARATOR = '\u0001';

/** Puts `element` in front of `path`; what is deeper than the limit is cut, and then means everything below. */
export function prepend(element: string, path: AccessPath): AccessPath {
  if (path === '') return element;
  let end = -1;
  for (let elements = 1; elements < limits.pathDepth; elements++) {
    end = path.indexOf(SEPARATOR, end + 1);
    if (end < 0) return element + SEPARATOR + path;
  }
  return element + SEPARATOR + path.slice(0, end);
}

/** What an instance of a class holds at `path`, as a path of the class; nothing is cut. */
export function ofInstance(path: AccessPath): AccessPath {
  return path === '' ? INSTANCE : INSTANCE + SEPARATOR + path;
}

/** The path of a list of elements. */
export function pathOf(elements: readonly string[]): AccessPath {
  return elements.slice(0, limits.pathDepth).join(SEPARATOR);
}

/** Where content stands in text made of what holds it at `path`: anywhere, unless it was encoded; then decoding finds it again. */
export function textPath(path: AccessPath): AccessPath {
  return head(path) === ENCODED ? path : '';
}

/** What a path asks of encoded text, lines of it or whole, in terms of what was encoded; undefined where it asks nothing of it. */
export function decodedPath(path: AccessPath): AccessPath | undefined {
  let rest = path;
  while (head(rest) === ANY) rest = tail(rest);
  return head(rest) === ENCODED ? tail(rest) : undefined;
}

/** Whether `path` is `before` with an element in front of it and its last one cut off, since it would be too long. */
export function isCut(before: AccessPath, path: AccessPath): boolean {
  const end = before.lastIndexOf(SEPARATOR);
  return end >= 0 && tail(path) === before.slice(0, end) && elementsOf(before).length === limits.pathDepth;
}

/** The elements of a path. */
export function elementsOf(path: AccessPath): readonly string[] {
  return path === '' ? [] : path.split(SEPARATOR);
}

/** The first element of a path, or undefined for the whole object. */
export function head(path: AccessPath): string | undefined {
  if (path === '') return undefined;
  const cut = path.indexOf(SEPARATOR);
  return cut < 0 ? path : path.slice(0, cut);
}

/** A path without its first element. */
export function tail(path: AccessPath): AccessPath {
  const cut = path.indexOf(SEPARATOR);
  return cut < 0 ? '' : path.slice(cut + 1);
}

/** Whether reading `wanted` may read what is stored under `stored`. Encoded text is read by decoding alone. */
export function matches(stored: string, wanted: string): boolean {
  if (stored === wanted) return true;
  if (stored.startsWith('#') || wanted.startsWith('#')) return false;
  return stored === ANY || wanted === ANY;
}

/** Whether what is at `longer` is part of what is at `shorter`, or the same. */
export function covers(shorter: AccessPath, longer: AccessPath): boolean {
  return (
    longer.startsWith(shorter) &&
    (shorter === '' || longer.length === shorter.length || longer[shorter.length] === SEPARATOR)
  );
}

/** What remains of `path` below `prefix`: '' where the path is shorter (everything below is meant), undefined where they part. */
export function below(path: AccessPath, prefix: readonly string[]): AccessPath | undefined {
  let rest = path;
  for (const element of prefix) {
    const first = head(rest);
    if (first === undefined) return '';
    if (!matches(first, element)) return undefined;
    rest = tail(rest);
  }
  return rest;
}

/** `prefix` followed by `path`. */
export function concat(prefix: readonly string[], path: AccessPath): AccessPath {
  let result = path;
  for (let i = prefix.length - 1; i >= 0; i--) result = prepend(prefix[i]!, result);
  return result;
}
