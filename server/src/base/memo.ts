// Answers that are remembered for as long as what they are about is there.

/** Remembers the last answer about each object. It is found anew where it was found under other circumstances: `under` says which. */
export function perObject<K extends object, T>(): (key: K, find: () => T, under?: string) => T {
  const known = new WeakMap<K, { readonly under: string; readonly value: T }>();
  return (key, find, under = '') => {
    const before = known.get(key);
    if (before?.under === under) return before.value;
    const value = find();
    known.set(key, { under, value });
    return value;
  };
}
