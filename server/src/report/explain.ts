// What a rule looks for and what a clause says, for reading in a terminal.
import { createColors } from 'picocolors';
import { isStale } from '../policy/ages.ts';
import { NOT_LEGAL_ADVICE } from '../policy/finding.ts';
import type { Clause, PolicyData, Stance, Use } from '../policy/schema.ts';
import { useWords } from './pretty.ts';
import { pageAddress, type RuleHelp } from './report.ts';
import { visible, wrap } from './terminal.ts';

/** How an explanation looks. */
export interface ExplainOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/** The page of a rule. */
export function explainRule(rule: RuleHelp, options: ExplainOptions): string {
  const colors = createColors(options.color);
  const heading = (line: string): string => (/^#{1,6} /.test(line) ? colors.bold(line) : line);
  const page = rule.page
    ?.trimEnd()
    .split(/\r\n|\r|\n/)
    .map((line) => heading(visible(line)));
  const facts = `${rule.level === 'warning' ? 'A warning where terms forbid or restrict the use, else a note.' : 'Always a note.'}${rule.enabled ? '' : ' Off by default.'}`;
  return lines([
    ...(page ?? [colors.bold(rule.id), '', ...wrapped(rule.short, options), '', ...wrapped(rule.full, options)]),
    '',
    facts,
    pageAddress(rule.id),
    ...(rule.page?.includes(NOT_LEGAL_ADVICE) ? [] : [colors.dim(NOT_LEGAL_ADVICE)]),
  ]);
}

/** A clause with its document, what it makes of each use, and how surely we know it. */
export function explainClause(
  id: string,
  clause: Clause,
  data: Pick<PolicyData, 'documents' | 'providers'>,
  options: ExplainOptions & { readonly today: string },
): string {
  const colors = createColors(options.color);
  const document = data.documents[clause.document];
  const provider = data.providers[clause.provider];
  const stances = Object.entries(clause.stances) as [Use, Stance][];
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Provider', provider?.name ?? clause.provider],
    ['Document', document?.title ?? clause.document],
    ['Section', clause.section],
    ['Address', document?.url],
    ['Applies to', clause.applies_to ?? document?.applies_to],
    ['In force', clause.effective === undefined ? undefined : `since ${clause.effective}`],
    ['As of', clause.checked],
    ['Stale', isStale(clause.checked, options.today) ? 'not checked in the last 90 days' : undefined],
    ['Seen', seenWords[clause.confidence]],
    ['Replaced by', clause.superseded_by],
  ];
  return lines([
    colors.bold(id),
    '',
    ...wrapped(clause.summary, options),
    '',
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [`${`${name}:`.padEnd(13)}${visible(value)}`])),
    ...list(
      'What it makes of',
      stances.map(([use, stance]) => `${useWords[use]}: ${stance}`),
    ),
    ...list('Exceptions', clause.exceptions),
    '',
    'The summary is ours; the linked document decides.',
    colors.dim(NOT_LEGAL_ADVICE),
  ]);
}

/** How a text was seen, in words. */
const seenWords: Readonly<Record<Clause['confidence'], string>> = {
  'first-hand': 'read in a stored copy of the document',
  'first-hand-partial': 'read in part',
  'second-hand': 'reported by others, not read',
  'general-knowledge': 'not found; verify before use',
};

function list(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : ['', `${title}:`, ...items.map((item) => `  - ${visible(item)}`)];
}

function wrapped(text: string, { width }: ExplainOptions): readonly string[] {
  return wrap(visible(text), Math.min(Math.max(width, 40), 100));
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
