// What every renderer gets beside the result, and what every report says. Renderers are pure: the same result, texts and options
// give the same string, whatever the machine, the hour or the order of files.
import { hashText } from '../base/hash.ts';
import { comparePaths, relativeTo } from '../host/paths.ts';
import type { SourceText } from '../inputs/files.ts';
import { type Finding, NOT_LEGAL_ADVICE } from '../policy/finding.ts';
import type { CheckResult } from '../project.ts';
import { maskKnownKeys } from './mask.ts';

/** Where the text of a path comes from. */
export type Sources = (path: string) => SourceText | undefined;

/** A rule as reports explain it. */
export interface RuleHelp {
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly short: string;
  readonly full: string;
  /** Markdown; the rule's page. */
  readonly page: string | undefined;
  /** The highest level of its findings. */
  readonly level: 'warning' | 'note';
  readonly enabled: boolean;
}

/** A mistake in configuration or own rules that did not stop the scan. */
export interface Mistake {
  readonly path: string | undefined;
  readonly line: number | undefined;
  readonly message: string;
}

/** What all formats need. */
export interface ReportOptions {
  readonly version: string;
  /** The directory that paths are relative to, absolute and '/'-separated. */
  readonly root: string;
  readonly rules: readonly RuleHelp[];
  /** The last day for which we know how any of the terms read. */
  readonly termsAsOf: string | undefined;
  /** Whether lines of the analysed files are shown. */
  readonly snippets: boolean;
  readonly mistakes: readonly Mistake[];
}

/** Renders a result. */
export type Renderer<Options extends ReportOptions = ReportOptions> = (
  result: CheckResult,
  sources: Sources,
  options: Options,
) => string;

/** Where the project lives. */
export const homepage = 'https://github.com/distillint/distillint';

/** The address of a rule's page. */
export function pageAddress(rule: string): string {
  return `${homepage}/blob/main/rules/pages/${rule}.md`;
}

/** A text that ends with our reminder, unless it holds it already. */
export function reminded(text: string): string {
  return text.includes(NOT_LEGAL_ADVICE) ? text : `${text.trimEnd()}\n\n${NOT_LEGAL_ADVICE}`;
}

/** `path` relative to the report's root, without credentials; what lies outside stays absolute. */
export function shownPath(path: string, root: string): string {
  return maskKnownKeys(relativeTo(root, path) || '.');
}

/** Findings in the order of every report: by path, place and rule. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) =>
      comparePaths(a.place.path, b.place.path) ||
      a.place.start - b.place.start ||
      a.place.end - b.place.end ||
      comparePaths(a.rule, b.rule) ||
      comparePaths(a.fingerprint, b.fingerprint),
  );
}

/** Suppressions that do not count, as findings of the rule for them. */
export function problemFindings({ problems }: Pick<CheckResult, 'problems'>): readonly Finding[] {
  return problems.map(({ place, message, cure }) => {
    const fingerprint = hashText([suppressionRule, place.path, place.start, message].join('\n'));
    return {
      rule: suppressionRule,
      place,
      flow: [],
      provider: {
        host: 'unknown',
        author: 'unknown',
        surface: 'unknown',
        how: 'no provider is asked about',
        local: false,
      },
      models: [],
      clauses: [],
      stance: 'none',
      evidence: { for: [], against: [] },
      confidence: 'high',
      level: 'warning',
      assumptions: [],
      changes: [],
      fingerprint,
      story: fingerprint,
      related: [],
      message: `${message} ${cure}`,
    };
  });
}

const suppressionRule = 'config/suppression';

/** A provider as reports show it; what policy keeps beside it is its own business. */
export function providerData({ host, hostName, author, surface, how, local, unknownReason }: Finding['provider']) {
  return {
    host,
    ...(hostName === undefined ? {} : { hostName }),
    author,
    surface,
    how,
    local,
    ...(unknownReason === undefined ? {} : { unknownReason }),
  };
}

/** How many findings there are of each level, and how many stories tell them. */
export interface Totals {
  readonly warnings: number;
  readonly notes: number;
  readonly permitted: number;
  /** Stories with a warning. */
  readonly warningStories: number;
  /** Stories with a warning or a note. */
  readonly stories: number;
}

/** Counts findings. A story counts once, by its highest level. */
export function countFindings(findings: readonly Finding[]): Totals {
  const of = (level: Finding['level']): readonly Finding[] => findings.filter((finding) => finding.level === level);
  const stories = (some: readonly Finding[]): number => new Set(some.map(({ story }) => story)).size;
  const [warnings, notes] = [of('warning'), of('note')];
  return {
    warnings: warnings.length,
    notes: notes.length,
    permitted: of('permitted').length,
    warningStories: stories(warnings),
    stories: stories([...warnings, ...notes]),
  };
}

/** `1 file`, `2 days`, `2 stories`. */
export function plural(count: number, word: string): string {
  const many = /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
  return `${count} ${count === 1 ? word : many}`;
}
