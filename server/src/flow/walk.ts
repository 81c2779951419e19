// Short walks: over what a value of one function is made of, or goes into.

/**
 * The members of a set in the order in which they were put there, also those that are added on the way: each once, the nearest
 * first. After `most` of them, a bound of `limits`, the walk is over.
 */
export function* walk<T>(reached: ReadonlySet<T>, most: number): Generator<T, void> {
  let left = most;
  for (const one of reached) {
    if (left-- === 0) return;
    yield one;
  }
}
