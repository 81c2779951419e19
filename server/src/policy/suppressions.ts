// Comments that silence one rule at one place: `distillint-ignore <rule>: <reason> [until YYYY-MM-DD]`, on the line of the
// finding or alone on the line before. A reason is required. One that is malformed or has expired silences nothing and is a
// problem of its own, with what to write instead.
import { nearest } from '../catalog/yaml.ts';
import type { Place } from './finding.ts';

/** A comment of a source file. */
export interface SourceComment {
  readonly place: Place;
  /** Counted from 1. */
  readonly line: number;
  /** With or without its markers (`#`, `//`, `/*`). */
  readonly text: string;
  /** Whether nothing but white space stands before it on its line. */
  readonly alone: boolean;
}

/** A suppression in force. */
export interface Suppression {
  readonly rule: string;
  readonly reason: string;
  readonly until?: string;
  readonly place: Place;
  /** The lines whose findings it silences. */
  readonly lines: readonly number[];
}

/** A suppression that does not count. */
export interface SuppressionProblem {
  readonly place: Place;
  readonly message: string;
  /** What to do about it, in one sentence. */
  readonly cure: string;
}

/** The suppressions among the comments of one file, and what is wrong with the others. `today` is `YYYY-MM-DD`. */
export function readSuppressions(
  comments: readonly SourceComment[],
  rules: readonly string[],
  today: string,
): { readonly suppressions: readonly Suppression[]; readonly problems: readonly SuppressionProblem[] } {
  const suppressions: Suppression[] = [];
  const problems: SuppressionProblem[] = [];
  const own = comments.flatMap((comment) => {
    const rest = suppressionText(comment.text);
    return rest === undefined ? [] : [{ comment, rest }];
  });
  const aloneOn = new Set(own.filter(({ comment }) => comment.alone).map(({ comment }) => comment.line));
  for (const { comment, rest } of own) {
    const parsed = parse(rest, rules, today);
    if ('message' in parsed) problems.push({ place: comment.place, ...parsed });
    else suppressions.push({ ...parsed, place: comment.place, lines: linesOf(comment, aloneOn) });
  }
  return { suppressions, problems };
}

/** The suppression that silences a finding of `rule` on `line`, if any. */
export function suppressionFor(
  rule: string,
  line: number,
  suppressions: readonly Suppression[],
): Suppression | undefined {
  return suppressions.find((suppression) => suppression.rule === rule && suppression.lines.includes(line));
}

/** Its own line, and for a comment on a line of its own the next line that is not another such comment. */
function linesOf(comment: SourceComment, aloneOn: ReadonlySet<number>): readonly number[] {
  if (!comment.alone) return [comment.line];
  let next = comment.line + 1;
  while (aloneOn.has(next)) next++;
  return [comment.line, next];
}

const form = 'distillint-ignore <rule>: <reason> [until YYYY-MM-DD]';

/** What follows the keyword; undefined where the comment is no suppression but only speaks of one. */
function suppressionText(text: string): string | undefined {
  const found = /(?:^|#|\/\/|\/\*+|<!--)\s*distillint-ignore(?![A-Za-z0-9_])([^\n]*)/.exec(text);
  return found?.[1]?.replace(/(\*+\/|-->)\s*\}?\s*$/, '').trimEnd();
}

function parse(
  rest: string,
  rules: readonly string[],
  today: string,
): Pick<Suppression, 'rule' | 'reason' | 'until'> | { readonly message: string; readonly cure: string } {
  const parts = /^\s+([\w/*-]+)\s*(?::\s*(.*))?$/.exec(rest);
  const rule = parts?.[1];
  if (rule === undefined) return { message: 'The suppression names no rule.', cure: `Write ${form}.` };
  if (!rules.includes(rule)) {
    const near = nearest(rule, rules);
    return {
      message: `The suppression names a rule that does not exist: ${rule}.`,
      cure: near === undefined ? `Name one of ${rules.join(', ')}.` : `Did you mean ${near}?`,
    };
  }
  const [, reason = '', until] = /^(.*?)(?:\s*\buntil\s+(\S*\d\S*))?\s*$/.exec(parts?.[2] ?? '') ?? [];
  if (until !== undefined && !isDay(until)) {
    return {
      message: `The suppression ends on a day that does not exist: ${until}.`,
      cure: 'Write the day as YYYY-MM-DD.',
    };
  }
  if (!/\p{L}/u.test(reason)) {
    return { message: 'The suppression gives no reason.', cure: `Say why after a colon: ${form}.` };
  }
  if (until !== undefined && until < today) {
    return {
      message: `The suppression ended on ${until}.`,
      cure: 'Remove it, or look at the finding again and set a new day.',
    };
  }
  return { rule, reason: reason.trim(), ...(until === undefined ? {} : { until }) };
}

function isDay(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.slice(1).map(Number);
  if (!parts) return false;
  const [year, month, day] = parts as [number, number, number];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day >= 1 && day <= (days[month - 1] ?? 0);
}
