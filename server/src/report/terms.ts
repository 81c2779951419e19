// The terms for reading: providers with their documents and what each surface makes of each use, the clauses of one provider, and
// what changed between two versions. Pure text from plain data; today is told.
import { createColors } from 'picocolors';
import { daysBetween, isStale } from '../policy/ages.ts';
import { NOT_LEGAL_ADVICE } from '../policy/finding.ts';
import { type Clause, type Document, type PolicyData, type Stance, type Surface, uses } from '../policy/schema.ts';
import type { TermsChange } from '../policy/termsDiff.ts';
import type { ListingLook } from './catalog.ts';
import { useWords } from './pretty.ts';
import { plural } from './report.ts';
import { visible, visibleJson, wrap } from './terminal.ts';

/** What is known, and when this is. */
export interface TermsPack {
  readonly policy: Pick<PolicyData, 'clauses' | 'documents' | 'providers'>;
  /** The last day for which we know how any of the documents read. */
  readonly termsAsOf: string | undefined;
  /** `YYYY-MM-DD` */
  readonly today: string;
}

/** The forms of `terms --format json` and `terms diff --format json`. */
export const TERMS_SCHEMA = 'distillint-terms/1';
export const TERMS_DIFF_SCHEMA = 'distillint-terms-diff/1';

/** Every provider with its surfaces, stances and documents. */
export function renderTermsList(pack: TermsPack, look: ListingLook): string {
  const colors = createColors(look.color);
  const blocks = Object.values(pack.policy.providers).map(({ id, name, surfaces }) => {
    const documents = documentsOf(id, pack);
    const clauses = clausesOf(id, pack).length;
    return [
      `${colors.bold(id)}  ${visible(name)}, ${plural(documents.length, 'document')}, ${plural(clauses, 'clause')}`,
      ...surfaces.flatMap((surface) => surfaceLines(surface, look)),
      ...documents.map((document) => `  ${visible(document.id)}  ${ageWords(document.checked, pack, look)}`),
    ];
  });
  const count = Object.keys(pack.policy.providers).length;
  const stale = Object.values(pack.policy.clauses).filter(({ checked }) => isStale(checked, pack.today)).length;
  blocks.push([
    `${plural(count, 'provider')}, ${plural(Object.keys(pack.policy.clauses).length, 'clause')}, ${stale} of them not checked in the last 90 days. distillint terms <provider> shows clauses.`,
    colors.dim(footer(pack)),
  ]);
  return text(blocks);
}

/** One provider whole. */
export function renderTermsOf(id: string, pack: TermsPack, look: ListingLook): string {
  const colors = createColors(look.color);
  const provider = pack.policy.providers[id]!;
  const width = Math.min(Math.max(look.width, 40), 110);
  const head = [
    `${colors.bold(id)}  ${visible(provider.name)}: ${provider.roles.join(', ')}`,
    ...[provider.note, ...provider.exceptions].flatMap((part) => wrapped(part ?? '', 2, width)),
  ];
  const documents = documentsOf(id, pack).map((document) => [
    `${colors.bold(visible(document.title))} ${colors.dim(`(${document.id}; ${document.kind})`)}`,
    `  ${visible(document.url)}`,
    `  ${[
      `applies to ${document.applies_to}`,
      document.effective === undefined ? '' : `in force since ${document.effective}`,
      document.superseded_by === undefined ? '' : `replaced by ${document.superseded_by}`,
    ]
      .filter((part) => part !== '')
      .map(visible)
      .join(', ')}`,
    `  ${ageWords(document.checked, pack, look)}, ${document.seen}`,
  ]);
  const surfaces = provider.surfaces.map((surface) => [
    `${colors.bold(surface.id)} ${colors.dim(`(${surface.kind})`)}`,
    ...uses.map((use) => {
      const { stance, clauses } = surface.stances[use];
      return `  ${useWords[use]}: ${stanceWords(stance, look)}${clauses.length === 0 ? '' : colors.dim(` ${clauses.join(', ')}`)}`;
    }),
    ...wrapped(surface.note ?? '', 2, width),
  ]);
  const clauses = clausesOf(id, pack).map(([clauseId, clause]) => clauseLines(clauseId, clause, pack, look, width));
  return text([head, ...documents, ...surfaces, ...clauses, [colors.dim(footer(pack))]]);
}

/** Providers with all that is known of them, for programs. */
export function renderTermsJson(ids: readonly string[], pack: TermsPack): string {
  const aged = <T extends { readonly checked?: string | undefined }>(row: T) => ({
    ...row,
    ageInDays: row.checked === undefined ? null : daysBetween(row.checked, pack.today),
    stale: isStale(row.checked, pack.today),
  });
  const providers = ids.map((id) => ({
    ...pack.policy.providers[id]!,
    documents: documentsOf(id, pack).map(aged),
    clauses: clausesOf(id, pack).map(([, clause]) => aged(clause)),
  }));
  const data = {
    schema: TERMS_SCHEMA,
    disclaimer: NOT_LEGAL_ADVICE,
    termsAsOf: pack.termsAsOf ?? null,
    today: pack.today,
    providers,
  };
  return `${visibleJson(JSON.stringify(data, null, 2))}\n`;
}

/** What changed between two versions. */
export function renderTermsDiff(changes: readonly TermsChange[], look: ListingLook): string {
  const colors = createColors(look.color);
  const width = Math.min(Math.max(look.width, 40), 110);
  const signs = { added: colors.green('+'), removed: colors.red('-'), changed: colors.yellow('~') };
  const blocks: string[][] = [];
  let provider: string | undefined;
  for (const change of changes) {
    if (change.provider !== provider) blocks.push([colors.bold(visible(change.provider))]);
    provider = change.provider;
    const block = blocks.at(-1)!;
    block.push(`  ${signs[change.change]} ${change.what} ${visible(change.id)} ${change.change}`);
    if (change.change !== 'changed') block.push(...wrapped(change.says, 6, width));
    for (const { field, before, after } of change.fields)
      block.push(`      ${field}: ${visible(before ?? 'none')} -> ${visible(after ?? 'none')}`);
  }
  const count = (kind: TermsChange['change']): number => changes.filter(({ change }) => change === kind).length;
  blocks.push([
    changes.length === 0
      ? 'No changes.'
      : `${count('added')} added, ${count('removed')} removed, ${count('changed')} changed.`,
    colors.dim(NOT_LEGAL_ADVICE),
  ]);
  return text(blocks);
}

/** The same for programs. */
export function renderTermsDiffJson(changes: readonly TermsChange[]): string {
  const data = { schema: TERMS_DIFF_SCHEMA, disclaimer: NOT_LEGAL_ADVICE, changes };
  return `${visibleJson(JSON.stringify(data, null, 2))}\n`;
}

function surfaceLines(surface: Surface, look: ListingLook): readonly string[] {
  const stances = uses.map((use) => `${use} ${stanceWords(surface.stances[use].stance, look)}`);
  return [`  ${visible(surface.id)} (${surface.kind}): ${stances.join(', ')}`];
}

function clauseLines(id: string, clause: Clause, pack: TermsPack, look: ListingLook, width: number): readonly string[] {
  const colors = createColors(look.color);
  const stances = Object.entries(clause.stances).map(([use, stance]) => `${use} ${stanceWords(stance, look)}`);
  const facts = [
    clause.section === undefined ? '' : `section ${visible(clause.section)}`,
    clause.category,
    clause.confidence,
    clause.effective === undefined ? '' : `in force since ${clause.effective}`,
    ageWords(clause.checked, pack, look),
    clause.superseded_by === undefined ? '' : `replaced by ${clause.superseded_by}`,
  ];
  return [
    colors.bold(id),
    ...wrapped(clause.summary, 2, width),
    ...wrapped(clause.exceptions.length === 0 ? '' : `Except: ${clause.exceptions.join('; ')}`, 2, width),
    ...(stances.length === 0 ? [] : [`  ${stances.join(', ')}`]),
    `  ${facts.filter((fact) => fact !== '').join(', ')}`,
  ];
}

/** `checked 2026-08-22, 97 days ago`, in another colour where that is long ago. */
function ageWords(checked: string | undefined, { today }: TermsPack, { color }: ListingLook): string {
  const colors = createColors(color);
  if (checked === undefined) return colors.yellow('no day of a check is known');
  const days = daysBetween(checked, today);
  const ago = days < 0 ? '' : days === 0 ? ', today' : `, ${plural(days, 'day')} ago`;
  const words = `checked ${checked}${ago}`;
  return isStale(checked, today) ? colors.yellow(`${words} (stale)`) : words;
}

function stanceWords(stance: Stance, { color }: ListingLook): string {
  const colors = createColors(color);
  if (stance === 'prohibited' || stance === 'restricted') return colors.yellow(stance);
  return stance === 'permitted' ? colors.green(stance) : stance;
}

function documentsOf(provider: string, { policy }: TermsPack): readonly Document[] {
  return Object.values(policy.documents).filter((document) => document.provider === provider);
}

function clausesOf(provider: string, { policy }: TermsPack): readonly (readonly [string, Clause])[] {
  return Object.entries(policy.clauses).filter(([, clause]) => clause.provider === provider);
}

function footer({ termsAsOf, today }: TermsPack): string {
  const asOf = termsAsOf === undefined ? '' : `Terms as of ${termsAsOf}; ages as of ${today}. `;
  return `${asOf}Summaries are ours; the linked documents decide. ${NOT_LEGAL_ADVICE}`;
}

function wrapped(words: string, indent: number, width: number): readonly string[] {
  return wrap(visible(words), width - indent).map((line) => ' '.repeat(indent) + line);
}

function text(blocks: readonly (readonly string[])[]): string {
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
