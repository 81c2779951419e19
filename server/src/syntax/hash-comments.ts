// Comments of the languages in which they begin with `#`. Graphs keep only those that speak to us.

/** Whether such a comment holds a suppression or, in a fixture, an expectation. */
export function isForUs(comment: string): boolean {
  return /distillint|# \$/.test(comment);
}
