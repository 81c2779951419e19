// The ignore files of one work tree as an ordered list of patterns, the last match deciding, as git has it.
// Patterns of a nested file are rewritten to stand at the base: then one matcher knows every parent, and a nested '!build'
// can bring back what a file above it took away.
import ignore, { type Ignore } from 'ignore';
import { relativeTo } from './paths.ts';

/** The rules in force in one directory; a nested ignore file makes new ones and leaves these as they are. */
export interface IgnoreRules {
  /** The directory that paths are matched below. */
  readonly base: string;
  readonly ignoreCase: boolean;
  readonly matcher: Ignore | undefined;
}

/** No rules yet for the tree at `base`; `ignoreCase` as in git's core.ignorecase. */
export function noRules(base: string, ignoreCase: boolean): IgnoreRules {
  return { base, ignoreCase, matcher: undefined };
}

/** The rules with those of an ignore file in `directory` (at or below the base) after them. */
export function withIgnoreFile(rules: IgnoreRules, directory: string, text: string): IgnoreRules {
  const below = relativeTo(rules.base, directory);
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => (below === '' ? line : rebase(line, below)))
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (patterns.length === 0) return rules;
  const matcher = ignore({ ignoreCase: rules.ignoreCase });
  if (rules.matcher) matcher.add(rules.matcher);
  return { ...rules, matcher: matcher.add(patterns) };
}

/** Whether a path below the base is ignored, by itself or because a directory above it is. */
export function isIgnored(rules: IgnoreRules, path: string, isDirectory: boolean): boolean {
  if (!rules.matcher) return false;
  const relative = relativeTo(rules.base, path);
  return relative !== '' && rules.matcher.ignores(isDirectory ? `${relative}/` : relative);
}

/** A pattern of the ignore file in `below`, as it would be written in the base directory. */
function rebase(line: string, below: string): string {
  if (line === '' || line.startsWith('#')) return '';
  const negated = line.startsWith('!');
  const pattern = negated ? line.slice(1) : line;
  if (pattern.trim() === '') return '';
  // A slash anywhere but at the end ties a pattern to its own directory; without one it holds at any depth.
  const tied = /\/(?=.*\S)/.test(pattern);
  const place = below.replace(/[*?[\]\\!# ]/g, '\\$&');
  return `${negated ? '!' : ''}/${place}/${tied ? '' : '**/'}${pattern.startsWith('/') ? pattern.slice(1) : pattern}`;
}
