// Comments of the languages in which they begin with `#`. Graphs keep only those that speak to us.

/** Whether such a comment holds a suppression or, in a fixture, an expectation. */
export function isForUs(comment: string): boolean {
  return /distillint|# \$/.test(comment);
}

/** What stands in a notebook's text for the first blank of a command that is kept as a comment: no comment that people write has it. */
export const COMMAND_MARK = '\u00a0';

/** Whether a comment of a notebook is a command for the shell, `!wget …`. */
export function isCommand(comment: string): boolean {
  return /^#\S*\u00a0/.test(comment);
}
