// A finding as the editor shows it. The only place that turns places of the core into positions of the protocol.
import { type Diagnostic, DiagnosticSeverity, type Location, type Range } from 'vscode-languageserver';
import { lineStarts, positionAt } from '../base/text.ts';
import type { SourceText } from '../inputs/files.ts';
import { atOnceInShort, factorsInShort } from '../policy/estimate.ts';
import type { CallEstimate, CitedClause, Finding, Place } from '../policy/finding.ts';
import type { CheckResult } from '../project.ts';
import { maskText } from '../report/mask.ts';
import type { DiagnosticData } from './protocol.ts';

/** Where the text of a path and its URI come from. */
export interface Lookup {
  source(path: string): SourceText | undefined;
  uri(path: string): string;
}

/** What stands below every message; it also says where the leading clause was not looked at for long. */
function reminder(clause: CitedClause | undefined): string {
  const age = clause?.stale
    ? `; the clause was last checked ${clause.asOf === undefined ? 'on a day that is not known' : `on ${clause.asOf}`}`
    : '';
  return `(information, not legal advice${age})`;
}

/** The diagnostic for a finding; undefined where its file is gone. */
export function toDiagnostic(finding: Finding, lookup: Lookup): Diagnostic | undefined {
  const range = toRange(finding.place, lookup);
  if (!range) return undefined;
  const [clause] = finding.clauses;
  return {
    range: firstLine(range, finding.place, lookup),
    severity: finding.level === 'warning' ? DiagnosticSeverity.Warning : DiagnosticSeverity.Information,
    source: 'distillint',
    code: finding.rule,
    ...(clause && isLink(clause.url) ? { codeDescription: { href: clause.url } } : {}),
    message: maskText(`${finding.message} ${reminder(clause)}`),
    relatedInformation: relatedInformation(finding, lookup),
    data: dataOf(finding),
  };
}

/** The diagnostic for a comment that was meant to suppress a finding and does not. */
export function toProblemDiagnostic(problem: CheckResult['problems'][number], lookup: Lookup): Diagnostic | undefined {
  const range = toRange(problem.place, lookup);
  return (
    range && {
      range,
      severity: DiagnosticSeverity.Warning,
      source: 'distillint',
      code: 'config/suppression',
      message: `${problem.message} ${problem.cure}`,
    }
  );
}

/** The positions of a place; undefined where its file is gone. */
export function toRange(place: Place, lookup: Lookup): Range | undefined {
  const source = lookup.source(place.path);
  if (!source) return undefined;
  if (source.locate) {
    // A notebook's file is what a client without notebooks opens, and where the Problems view leads.
    const [start, end] = [source.locate(place.start), source.locate(place.end)];
    return {
      start: { line: start.fileLine - 1, character: start.fileColumn - 1 },
      end: { line: end.fileLine - 1, character: end.fileColumn - 1 },
    };
  }
  const starts = startsOf(source);
  return { start: positionAt(starts, place.start), end: positionAt(starts, place.end) };
}

function dataOf({ fingerprint, provider, model, confidence, level, stance, estimate }: Finding): DiagnosticData {
  return {
    fingerprint,
    provider: provider.host,
    author: provider.author,
    ...(model === undefined ? {} : { model }),
    confidence,
    level: level === 'warning' ? 'warning' : 'note',
    stance,
    ...(estimate === undefined ? {} : shortOf(estimate)),
  };
}

/** A call that spans lines is underlined on its first: enough to see it, and the rest of it stays readable. */
function firstLine(range: Range, place: Place, lookup: Lookup): Range {
  if (range.start.line === range.end.line) return range;
  const text = lookup.source(place.path)!.text;
  const line = /^[^\r\n]*/.exec(text.slice(place.start))![0].trimEnd();
  return { start: range.start, end: { line: range.start.line, character: range.start.character + line.length } };
}

function relatedInformation(finding: Finding, lookup: Lookup): { location: Location; message: string }[] {
  const at = (place: Place, message: string) => {
    const range = toRange(place, lookup);
    return range ? [{ location: { uri: lookup.uri(place.path), range }, message }] : [];
  };
  return [
    ...finding.flow.flatMap((step, index) => at(step.place, `${index + 1}. ${step.why}`)),
    ...(finding.estimate ? howOften(finding.place, finding.estimate) : []).flatMap(([place, text]) => at(place, text)),
    ...finding.related.flatMap((related) => at(related.place, related.message)),
  ];
}

function shortOf(estimate: CallEstimate): Pick<DiagnosticData, 'calls' | 'atOnce'> {
  const atOnce = atOnceInShort(estimate);
  return { calls: factorsInShort(estimate), ...(atOnce === undefined ? {} : { atOnce }) };
}

/** What an estimate comes to, and each of its factors where the number is written, or else where it is repeated. */
function howOften(place: Place, { text, factors, concurrency }: CallEstimate): readonly (readonly [Place, string])[] {
  return [
    [place, `How often: ${text}`],
    ...factors.map(({ over, place, from }) => [from ?? place, `× ${over}`] as const),
    ...(concurrency?.from ?? []).map((from) => [from, `${concurrency!.count} at once`] as const),
  ];
}

/** An editor opens what stands here on a click. */
function isLink(url: string): boolean {
  return /^https?:\/\//.test(url);
}

// Most findings of a check lie in a few files.
const knownStarts = new WeakMap<SourceText, Uint32Array>();

function startsOf(source: SourceText): Uint32Array {
  let starts = knownStarts.get(source);
  if (!starts) {
    starts = lineStarts(source.text);
    knownStarts.set(source, starts);
  }
  return starts;
}
