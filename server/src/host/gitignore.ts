// The ignore files of one work tree as an ordered list of patterns, the last match deciding, as git has it.
// Patterns of a nested file are rewritten to stand at the base: then one matcher knows every parent, and a nested '!build'
// can bring back what a file above it took away.
import ignore, { type Ignore } from 'ignore';
import { isReadExtension } from './languages.ts';
import { extensionOf, relativeTo } from './paths.ts';

/** The rules in force in one directory; a nested ignore file makes new ones and leaves these as they are. */
export interface IgnoreRules {
  /** The directory that paths are matched below. */
  readonly base: string;
  readonly ignoreCase: boolean;
  readonly matcher: Ignore | undefined;
  /** What a path must be like to be matched at all: most are not, and asking the matcher would cost as much as reading. */
  readonly likely: { readonly files: readonly RegExp[]; readonly directories: readonly RegExp[] };
}

/** No rules yet for the tree at `base`; `ignoreCase` as in git's core.ignorecase. */
export function noRules(base: string, ignoreCase: boolean): IgnoreRules {
  return { base, ignoreCase, matcher: undefined, likely: { files: [], directories: [] } };
}

/** The rules with those of an ignore file in `directory` (at or below the base) after them. */
export function withIgnoreFile(rules: IgnoreRules, directory: string, text: string): IgnoreRules {
  const below = relativeTo(rules.base, directory);
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.replace(/^!/, '').trim() !== '' && !line.startsWith('#'));
  if (lines.length === 0) return rules;
  const matcher = ignore({ ignoreCase: rules.ignoreCase });
  if (rules.matcher) matcher.add(rules.matcher);
  matcher.add(below === '' ? lines : lines.map((line) => rebase(line, below)));
  const paths = lines.map(likelyPath);
  const add = (known: readonly RegExp[], more: readonly Likely[]): readonly RegExp[] =>
    more.length === 0 ? known : [...known, new RegExp(more.map((p) => p.path).join('|'), rules.ignoreCase ? 'i' : '')];
  const files = paths.filter((path) => path.isFile);
  const likely = { files: add(rules.likely.files, files), directories: add(rules.likely.directories, paths) };
  return { ...rules, matcher, likely };
}

/** Whether a path below the base is ignored, by itself or because a directory above it is. */
export function isIgnored(rules: IgnoreRules, path: string, isDirectory: boolean): boolean {
  if (!rules.matcher) return false;
  const relative = relativeTo(rules.base, path);
  return relative !== '' && rules.matcher.ignores(isDirectory ? `${relative}/` : relative);
}

/** The same for a directory, or a file that is read, in a directory that is not ignored itself. */
export function isEntryIgnored(rules: IgnoreRules, path: string, isDirectory: boolean): boolean {
  const likely = isDirectory ? rules.likely.directories : rules.likely.files;
  return likely.some((pattern) => pattern.test(path)) && isIgnored(rules, path, isDirectory);
}

/** A regular expression that finds something in at least the paths that a pattern matches. */
interface Likely {
  readonly path: string;
  /** Whether these may be files that are read; most patterns are about others. */
  readonly isFile: boolean;
}

function likelyPath(line: string): Likely {
  const segments = line.replace(/^!/, '').trimEnd().split('/');
  while (segments.length > 1 && segments.at(-1) === '') segments.pop();
  let last = segments.length - 1;
  while (last >= 0 && /^\**$/.test(segments[last]!)) last--;
  // What is escaped, a blank among that, is rare enough to be left to the matcher.
  if (last < 0 || /[\\\t]/.test(line)) return { path: '/', isFile: true };
  const name = segments[last]!.replace(/\[.*\]|[\s\S]/g, (part) => {
    if (part === '*' || part.length > 1) return '[^/]*';
    return part === '?' ? '[^/]' : part.replace(/[$()+.[\]^{|}]/, '\\$&');
  });
  if (last < segments.length - 1) return { path: `/${name}/`, isFile: true };
  // Behind the last wildcard a dot tells the extension; without one it is still open.
  const end = /[^*?\]]*$/.exec(segments[last]!)![0];
  const isOpen = end !== segments[last] && !end.includes('.');
  return { path: `/${name}$`, isFile: isOpen || isReadExtension(extensionOf(`x${end}`)) };
}

/** A pattern of the ignore file in `below`, as it would be written in the base directory. */
function rebase(line: string, below: string): string {
  const negated = line.startsWith('!');
  const pattern = negated ? line.slice(1) : line;
  // A slash anywhere but at the end ties a pattern to its own directory; without one it holds at any depth.
  const tied = /\/(?=.*\S)/.test(pattern);
  const place = below.replace(/[*?[\]\\!# ]/g, '\\$&');
  return `${negated ? '!' : ''}/${place}/${tied ? '' : '**/'}${pattern.startsWith('/') ? pattern.slice(1) : pattern}`;
}
