// The report for people at a terminal: each finding with its message, the code, the flow step by step, the clauses and what speaks
// for and against it; then what was looked at. The first line of a finding keeps the form `path:line:column: level: message [rule]`,
// which editors and scripts recognise.
import { createColors } from 'picocolors';
import type { CitedClause, Evidence, Finding, Place } from '../policy/finding.ts';
import { NOT_LEGAL_ADVICE } from '../policy/finding.ts';
import { citation } from '../policy/message.ts';
import type { CheckResult } from '../project.ts';
import { coverageSentences } from './coverage.ts';
import { codeFrame, codeLine } from './frame.ts';
import { type Places, preparePlaces } from './places.ts';
import { countFindings, inOrder, plural, type ReportOptions, type Sources, shownPath } from './report.ts';
import { visible, wrap } from './terminal.ts';

/** How the report for people looks. */
export interface PrettyOptions extends ReportOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Leaves out what follows the findings. */
  readonly brief: boolean;
}

type Colors = ReturnType<typeof createColors>;

/** What every part of the report needs. */
interface Writing {
  readonly places: Places;
  readonly colors: Colors;
  readonly options: PrettyOptions;
  /** Ids of clauses that stand in full above. */
  readonly explained: Set<string>;
}

const narrowest = 40;
const widest = 160;
const mostEvidence = 6;

/** Renders a result for people. Permitted findings are counted and not shown. */
export function renderPretty(result: CheckResult, sources: Sources, options: PrettyOptions): string {
  const writing: Writing = {
    places: preparePlaces(result, sources),
    colors: createColors(options.color),
    options: { ...options, width: Math.min(Math.max(options.width, narrowest), widest) },
    explained: new Set(),
  };
  const blocks = inOrder(result.findings)
    .filter(({ level }) => level !== 'permitted')
    .map((finding) => findingLines(finding, writing));
  blocks.push([...options.mistakes.map((mistake) => mistakeLine(mistake, writing))].flat());
  if (!options.brief) blocks.push(summaryLines(result, writing));
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function findingLines(finding: Finding, writing: Writing): readonly string[] {
  const { colors, options, places } = writing;
  const level = finding.level === 'warning' ? colors.yellow('warning') : colors.cyan('note');
  const head = `${colors.bold(where(finding.place, writing))}: ${level}: ${said(finding.message, writing)} ${colors.dim(`[${finding.rule}]`)}`;
  const text = places.text(finding.place.path);
  const frame = options.snippets && text ? codeFrame(text, finding.place, frameLook(writing, 2)) : [];
  return [
    head,
    ...block(frame),
    ...section('Flow', flowLines(finding, writing), writing),
    ...section(
      'Clauses',
      finding.clauses.flatMap((clause) => clauseLines(clause, writing)),
      writing,
    ),
    ...section('How often', estimateLines(finding, writing), writing),
    ...section('Why', evidenceLines(finding, writing), writing),
    ...section(
      'Assumed',
      finding.assumptions.map((text) => said(text, writing)),
      writing,
    ),
    ...section(
      'Would change it',
      finding.changes.map((text) => said(text, writing)),
      writing,
    ),
    ...section('Same story', relatedLines(finding, writing), writing),
    '',
    colors.dim(`  ${aboutLine(finding, writing)}`),
  ];
}

function block(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines.map((line) => `  ${line}`)];
}

function section(title: string, lines: readonly string[], { colors }: Writing): readonly string[] {
  return lines.length === 0 ? [] : ['', `  ${colors.bold(title)}`, ...lines.map((line) => `    ${line}`)];
}

function flowLines(finding: Finding, writing: Writing): readonly string[] {
  const { places, options, colors } = writing;
  const digits = String(finding.flow.length).length;
  return finding.flow.flatMap((step, index) => {
    const number = String(index + 1).padStart(digits);
    const line = `${number}. ${said(step.why, writing)} ${colors.dim(`(${step.role})`)} ${colors.dim(where(step.place, writing))}`;
    const text = places.text(step.place.path);
    const code = options.snippets && text ? codeLine(text, step.place, options.width - digits - 10) : '';
    return code === '' ? [line] : [line, `${' '.repeat(digits + 2)}${colors.dim('|')} ${code}`];
  });
}

function clauseLines(clause: CitedClause, writing: Writing): readonly string[] {
  const { colors, options, explained } = writing;
  const facts = [
    clause.effective === undefined ? '' : `in force since ${clause.effective}`,
    clause.asOf === undefined ? '' : `as of ${clause.asOf}`,
    clause.stale ? colors.yellow('not checked in the last 90 days') : '',
    clause.firstHand ? '' : `not read first hand (${clause.confidence})`,
  ].filter((fact) => fact !== '');
  const head = `${said(citation(clause), writing)}: ${stanceOf(clause)} ${colors.dim(`(${useWords[clause.use]}; ${clause.id})`)}`;
  if (explained.has(clause.id)) return [head];
  explained.add(clause.id);
  const lines = [head, ...wrap(visible(clause.summary), options.width - 6).map((line) => `  ${line}`)];
  if (clause.exceptions.length > 0) {
    lines.push(
      ...wrap(visible(`Except: ${clause.exceptions.join('; ')}`), options.width - 6).map((line) => `  ${line}`),
    );
  }
  return [...lines, `  ${[visible(clause.url), ...facts].join(', ')}`];
}

/** What a clause says by itself, and what its terms come to here where that is another stance. */
function stanceOf({ stance, applied }: CitedClause): string {
  return applied === undefined ? stance : `${stance} by itself, ${applied} as applied here`;
}

/** The uses that terms are asked about, in words. */
export const useWords: Readonly<Record<CitedClause['use'], string>> = {
  train_competing: 'training a competing model',
  train_any: 'training any model',
  bulk_extraction: 'collecting outputs in bulk',
  evade_limits: 'getting around limits',
  reasoning_capture: 'collecting reasoning',
};

function evidenceLines(finding: Finding, writing: Writing): readonly string[] {
  const line = (sign: string) => (evidence: Evidence) =>
    `${sign} ${said(evidence.text, writing)}${evidence.place ? writing.colors.dim(` ${where(evidence.place, writing)}`) : ''}`;
  const strongest = (list: readonly Evidence[]): readonly Evidence[] =>
    [...list].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, mostEvidence);
  const { evidence } = finding;
  return [...strongest(evidence.for).map(line('+')), ...strongest(evidence.against).map(line('-'))];
}

function estimateLines({ estimate }: Finding, writing: Writing): readonly string[] {
  if (!estimate) return [];
  const factors = estimate.factors.map(
    ({ over, place, from }) =>
      `× ${said(over, writing)} ${writing.colors.dim([place, ...(from ? [from] : [])].map((at) => where(at, writing)).join(', from '))}`,
  );
  const { concurrency } = estimate;
  const places = (concurrency?.from ?? []).map((place) => where(place, writing)).join(', ');
  const atOnce = concurrency ? [`${concurrency.count.toLocaleString('en')} at once ${writing.colors.dim(places)}`] : [];
  return [said(estimate.text, writing), ...factors, ...atOnce];
}

function relatedLines(finding: Finding, writing: Writing): readonly string[] {
  return finding.related.map(
    ({ place, message, rule }) =>
      `${said(message, writing)} ${writing.colors.dim(where(place, writing) + (rule === undefined ? '' : ` [${rule}]`))}`,
  );
}

function aboutLine({ confidence, provider, model, fingerprint, flow }: Finding, writing: Writing): string {
  // A mistake in a comment has no model behind it.
  if (flow.length === 0) return `fingerprint ${visible(fingerprint)}`;
  const host = provider.hostName ?? provider.host;
  const parts = [
    `confidence ${confidence}`,
    `provider ${said(host, writing)}`,
    provider.author === provider.host || provider.author === 'unknown'
      ? ''
      : `author ${said(provider.author, writing)}`,
    model === undefined ? '' : `model ${said(model, writing)}`,
    `fingerprint ${visible(fingerprint)}`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function mistakeLine(mistake: ReportOptions['mistakes'][number], { options, places, colors }: Writing): string {
  const path = mistake.path === undefined ? '' : visible(shownPath(mistake.path, options.root));
  const place = path === '' ? '' : `${path}${mistake.line === undefined ? '' : `:${mistake.line}`}: `;
  return `${colors.bold(place)}${colors.red('mistake')}: ${visible(places.mask(mistake.message))}`;
}

function summaryLines(result: CheckResult, { options, colors }: Writing): readonly string[] {
  const { warnings, notes, permitted, stories } = countFindings(result.findings);
  const counts = `${plural(warnings, 'warning')} and ${plural(notes, 'note')} in ${plural(stories, 'story')}`;
  const first = warnings + notes === 0 ? colors.green('No findings.') : colors.bold(`${counts}.`);
  const suppressed = result.suppressed.length;
  const hidden = [
    permitted === 0 ? '' : `${plural(permitted, 'use')} permitted`,
    suppressed === 0 ? '' : `${plural(suppressed, 'finding')} suppressed by comments`,
  ].filter((part) => part !== '');
  const asOf = options.termsAsOf === undefined ? '' : `Terms as of ${options.termsAsOf}; check the linked documents. `;
  const notShown = hidden.length === 0 ? [] : [`Not shown: ${hidden.join(', ')} (--format json or sarif lists them).`];
  return [first, ...notShown, ...coverageSentences(result.coverage), colors.dim(`${asOf}${NOT_LEGAL_ADVICE}`)];
}

/** `src/a.py:3:5`; for a notebook the place in the file and in words the cell. */
function where(place: Place, { places, options }: Writing): string {
  const path = visible(places.mask(shownPath(place.path, options.root)));
  const range = places.range(place);
  if (!range) return path;
  const cell = places.cell(place);
  return `${path}:${range.line}:${range.column}${cell ? ` (cell ${cell.cell + 1}, line ${cell.line})` : ''}`;
}

/** Words that may quote the analysed code. */
function said(text: string, { places }: Writing): string {
  return visible(places.mask(text));
}

function frameLook({ colors, options }: Writing, context: number) {
  return { context, width: options.width - 2, accent: colors.red, faint: colors.dim };
}
