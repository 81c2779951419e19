// Answers that are remembered for as long as what they are about is there.

/** Remembers the last answer about each object. It is found anew where it was found under other circumstances: `under` lists them, each
 * the same value or object as long as nothing of it has changed. */
export function perObject<K extends object, T>(): (key: K, find: () => T, under?: readonly unknown[]) => T {
  const known = new WeakMap<K, { readonly under: readonly unknown[]; readonly value: T }>();
  return (key, find, under = []) => {
    const before = known.get(key);
    if (before && isSame(before.under, under)) return before.value;
    const value = find();
    known.set(key, { under, value });
    return value;
  };
}

/** The same as `find`, which is called once, when it is asked for first. */
export function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}

/** Whether two lists hold the same values and objects. */
export function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, i) => Object.is(one, b[i]));
}
