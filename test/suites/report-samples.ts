// Made-up results for the suites on reports: a finding is written as the piece of text that it stands on.

import type { NotebookPosition, SourceText } from '../../server/src/inputs/files.ts';
import type { CitedClause, Finding, FlowStep, Place } from '../../server/src/policy/finding.ts';
import type { CheckResult, Coverage } from '../../server/src/project.ts';
import type { PrettyOptions } from '../../server/src/report/pretty.ts';
import type { RuleHelp, Sources } from '../../server/src/report/report.ts';

/** Where the made-up files lie. */
export const root = '/project';

/** Texts by path. */
export function sourcesOf(texts: Readonly<Record<string, string | SourceText>>): Sources {
  return (path) => {
    const text = Object.hasOwn(texts, path) ? texts[path] : undefined;
    return typeof text === 'string' ? { path, text, locate: undefined } : text;
  };
}

/** The place of the first `piece` in a text, or of the one after `from`. */
export function placeOf(path: string, text: string, piece: string, from = 0): Place {
  const start = text.indexOf(piece, from);
  if (start < 0) throw new Error(`${piece} is not in ${path}`);
  return { path, start, end: start + piece.length };
}

/** A notebook of cells: the analysed text is the cells one after the other, and lines of the file begin at 10 for each cell. */
export function notebookOf(path: string, cells: readonly string[]): SourceText {
  const text = cells.join('\n');
  const locate = (offset: number): NotebookPosition => {
    let begin = 0;
    let cell = 0;
    while (cell + 1 < cells.length && offset > begin + cells[cell]!.length) begin += cells[cell++]!.length + 1;
    const before = text.slice(begin, offset).split('\n');
    const [line, column] = [before.length, before.at(-1)!.length + 1];
    return { cell: cell * 2 + 1, line, column, fileLine: cell * 10 + 10 + line, fileColumn: column + 5 };
  };
  return { path, text, locate };
}

/** A clause. */
export const clause: CitedClause = {
  id: 'acme.terms.rivals',
  provider: 'acme',
  providerName: 'Acme (Acme AI)',
  document: 'acme.terms',
  title: 'Terms of Service',
  section: '4.2',
  summary: 'Output may not train models that rival those of Acme.',
  url: 'https://acme.example/terms',
  party: 'host',
  use: 'train_competing',
  stance: 'prohibited',
  exceptions: ['Written permission'],
  confidence: 'first-hand',
  firstHand: true,
  effective: '2026-01-01',
  asOf: '2026-08-22',
};

/** A finding at a place; whatever is not given is ordinary. */
export function findingAt(place: Place, given: Partial<Finding> = {}): Finding {
  const step = (role: FlowStep['role'], name: string, why: string): FlowStep => ({ place, role, name, why });
  return {
    rule: 'training/persist-output',
    place,
    flow: [step('source', 'acme.Client.ask', 'acme.Client.ask answers'), step('sink', 'write', 'reaches write')],
    provider: { host: 'acme', author: 'acme', surface: 'api', how: 'client', local: false },
    model: 'acme-1',
    models: [{ value: 'acme-1', how: 'argument', place }],
    clauses: [clause],
    stance: 'prohibited',
    evidence: { for: [{ text: 'the record has a prompt and an answer', weight: 2, place }], against: [] },
    confidence: 'high',
    level: 'warning',
    assumptions: ["the trained model competes with the provider's"],
    changes: ['an agreement with Anthropic that allows this use would settle it'],
    fingerprint: `print-${place.start}-${place.end}`,
    story: 'story-1',
    related: [],
    message: 'Output of acme-1 is stored as training data, which may conflict with Acme Terms of Service, section 4.2.',
    ...given,
  };
}

/** A check's result; whatever is not given is empty. */
export function resultOf(findings: readonly Finding[], given: Partial<CheckResult> = {}): CheckResult {
  return { findings, suppressed: [], problems: [], observations: [], coverage: coverageOf({}), ...given };
}

/** Coverage; whatever is not given is complete. */
export function coverageOf(given: Partial<Coverage>): Coverage {
  return {
    files: 3,
    bytes: 1234,
    parsed: [{ path: `${root}/a.py`, cause: 'names a model library' }],
    skipped: [],
    gaps: [],
    origins: 1,
    assumed: [],
    bounds: [],
    complete: true,
    ...given,
  };
}

const rule: RuleHelp = {
  id: 'training/persist-output',
  title: 'Model output is stored as training data',
  short: 'What a model answered is stored.',
  full: 'What a model answered is stored in the shape of training data.',
  page: '# training/persist-output\n\nWhat it finds.\n',
  level: 'warning',
  enabled: true,
};

/** Options of every format. */
export const options: PrettyOptions = {
  version: '1.2.3',
  root,
  rules: [
    rule,
    { ...rule, id: 'volume/bulk-query', page: undefined },
    { ...rule, id: 'provenance/x', level: 'note', enabled: false },
  ],
  termsAsOf: '2026-11-23',
  snippets: true,
  mistakes: [],
  color: false,
  width: 100,
  brief: false,
};
