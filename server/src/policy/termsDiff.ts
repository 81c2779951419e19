// What changed between two versions of a terms pack: providers, what their surfaces make of each use, documents, clauses.
// Ids tell what is the same; a clause whose id changed is one that went and one that came.
import type * as z from 'zod';
import { type Clause, type Document, type Provider, type providerFile, type Stance, type Use, uses } from './schema.ts';

/** One provider's file, as it was read. */
export type TermsFile = z.infer<typeof providerFile>;

/** One value that differs; absent where there is none. */
export interface FieldChange {
  readonly field: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Something with an id that came, went or differs. */
export interface TermsChange {
  readonly what: 'provider' | 'surface' | 'document' | 'clause';
  readonly id: string;
  readonly provider: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** What it is about, for people: a name, a title, a summary. */
  readonly says: string;
  /** For `changed`. */
  readonly fields: readonly FieldChange[];
}

/** The changes from one version to the next, by provider. */
export function diffTerms(before: readonly TermsFile[], after: readonly TermsFile[]): readonly TermsChange[] {
  return paired(before, after).flatMap(({ id, old, now }) => [
    ...changeOf('provider', id, id, old, now, (file) => file.name, providerFields),
    ...listChanges('surface', id, old?.surfaces, now?.surfaces, (row) => row.kind, surfaceFields),
    ...listChanges('document', id, old?.documents, now?.documents, (row) => row.title, documentFields),
    ...listChanges('clause', id, old?.clauses, now?.clauses, (row) => row.summary, clauseFields),
  ]);
}

type Row = { readonly id: string };
type Fields = Readonly<Record<string, string | undefined>>;

function paired<T extends Row>(before: readonly T[], after: readonly T[]) {
  const ids = [...new Set([...before, ...after].map(({ id }) => id))].sort();
  const of = (list: readonly T[], id: string): T | undefined => list.find((row) => row.id === id);
  return ids.map((id) => ({ id, old: of(before, id), now: of(after, id) }));
}

function listChanges<T extends Row>(
  what: TermsChange['what'],
  provider: string,
  before: readonly T[] = [],
  after: readonly T[] = [],
  says: (row: T) => string,
  fields: (row: T) => Fields,
): readonly TermsChange[] {
  return paired(before, after).flatMap(({ id, old, now }) => changeOf(what, id, provider, old, now, says, fields));
}

function changeOf<T>(
  what: TermsChange['what'],
  id: string,
  provider: string,
  old: T | undefined,
  now: T | undefined,
  says: (row: T) => string,
  fieldsOf: (row: T) => Fields,
): readonly TermsChange[] {
  if (!old || !now) {
    const change = old ? 'removed' : 'added';
    return [{ what, id, provider, change, says: says((now ?? old)!), fields: [] }];
  }
  const [a, b] = [fieldsOf(old), fieldsOf(now)];
  const fields = [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((field): FieldChange[] =>
    a[field] === b[field] ? [] : [{ field, before: a[field], after: b[field] }],
  );
  return fields.length === 0 ? [] : [{ what, id, provider, change: 'changed', says: says(now), fields }];
}

function providerFields({
  name,
  roles,
  aliases,
  exceptions,
  note,
}: Pick<Provider, 'name' | 'roles' | 'aliases' | 'exceptions' | 'note'>): Fields {
  return { name, roles: listed(roles), aliases: listed(aliases), exceptions: listed(exceptions), note };
}

function surfaceFields(surface: TermsFile['surfaces'][number]): Fields {
  const stances = uses.flatMap((use) => {
    const row = surface.stances[use];
    return [[`stance on ${use}`, row.stance] as const, [`clauses on ${use}`, listed(row.clauses)] as const];
  });
  return {
    kind: surface.kind,
    documents: listed(surface.documents),
    ...Object.fromEntries(stances),
    note: surface.note,
  };
}

function documentFields(document: Omit<Document, 'provider'>): Fields {
  const { title, kind, url, applies_to, effective, captured, checked, seen, superseded_by, note } = document;
  return { title, kind, link: url, applies_to, effective, captured, checked, seen, superseded_by, note };
}

function clauseFields(clause: Omit<Clause, 'provider'>): Fields {
  const { document, section, category, about, summary, applies_to, effective, captured, checked, confidence } = clause;
  const stances = Object.entries(clause.stances) as [Use, Stance][];
  return {
    document,
    section,
    category,
    about,
    summary,
    ...Object.fromEntries(stances.map(([use, stance]) => [`stance on ${use}`, stance])),
    exceptions: listed(clause.exceptions),
    applies_to,
    effective,
    captured,
    checked,
    confidence,
    superseded_by: clause.superseded_by,
  };
}

function listed(words: readonly string[]): string | undefined {
  return words.length === 0 ? undefined : words.join('; ');
}
