// The report for programs: everything a finding holds, with lines and columns beside the offsets, and what was looked at.
// `schema` names the form; it changes whenever a program that reads it would have to.
import type { Evidence, Finding, Place } from '../policy/finding.ts';
import { NOT_LEGAL_ADVICE } from '../policy/finding.ts';
import type { CheckResult } from '../project.ts';
import { isComplete, missing, skipKind } from './coverage.ts';
import { shownFor } from './credentials.ts';
import { codeLine } from './frame.ts';
import { isSecretName } from './keyPositions.ts';
import type { Masker } from './mask.ts';
import { type Places, preparePlaces } from './places.ts';
import { countFindings, inOrder, providerData, type ReportOptions, type Sources, shownPath } from './report.ts';
import { visibleJson } from './terminal.ts';

/** The form of the report. */
export const JSON_SCHEMA = 'distillint-report/1';

/** Renders a result as JSON. */
export function renderJson(result: CheckResult, sources: Sources, options: ReportOptions): string {
  const places = preparePlaces(result, sources);
  const report = {
    schema: JSON_SCHEMA,
    tool: { name: 'distillint', version: options.version },
    disclaimer: NOT_LEGAL_ADVICE,
    termsAsOf: options.termsAsOf ?? null,
    root: options.root,
    summary: { ...countFindings(result.findings), suppressed: result.suppressed.length },
    results: inOrder(result.findings).map((finding) => findingData(finding, places, options)),
    suppressed: result.suppressed.map(({ finding, reason }) => ({ reason, ...findingData(finding, places, options) })),
    mistakes: options.mistakes.map((mistake) => ({
      path: mistake.path === undefined ? null : shownPath(mistake.path, options.root),
      line: mistake.line ?? null,
      message: mistake.message,
    })),
    coverage: coverageData(result.coverage, options.root),
  };
  return `${maskedJson(report, places.mask)}\n`;
}

/** JSON of `value` in which no string holds a credential and nothing acts on a terminal. */
export function maskedJson(value: unknown, mask: Masker): string {
  const masked = (key: string, inner: unknown): unknown => {
    if (typeof inner !== 'string') return inner;
    return isSecretName(key) ? shownFor(inner) : mask(inner);
  };
  return visibleJson(JSON.stringify(value, masked, 2));
}

function findingData(finding: Finding, places: Places, options: ReportOptions) {
  const at = (place: Place) => placeData(place, places, options);
  const evidence = ({ place, ...rest }: Evidence) => ({ ...rest, ...(place ? { place: at(place) } : {}) });
  const {
    rule,
    level,
    confidence,
    message,
    place,
    flow,
    provider,
    models,
    related,
    estimate,
    secrets: _,
    ...rest
  } = finding;
  return {
    rule,
    level,
    permitted: level === 'permitted',
    confidence,
    message,
    place: at(place),
    flow: flow.map((step) => ({ ...step, place: at(step.place) })),
    provider: providerData(provider),
    ...rest,
    models: models.map(({ place: found, ...model }) => ({ ...model, ...(found ? { place: at(found) } : {}) })),
    evidence: { for: finding.evidence.for.map(evidence), against: finding.evidence.against.map(evidence) },
    ...(estimate === undefined
      ? {}
      : {
          estimate: {
            ...estimate,
            ...(estimate.concurrency
              ? { concurrency: { ...estimate.concurrency, from: estimate.concurrency.from.map(at) } }
              : {}),
            factors: estimate.factors.map(({ place: loop, from, ...factor }) => ({
              ...factor,
              place: at(loop),
              ...(from ? { from: at(from) } : {}),
            })),
          },
        }),
    related: related.map((other) => ({ ...other, place: at(other.place) })),
  };
}

/** In a notebook, `line` and `column` are those of the cell, and `file` has those of the file. */
function placeData(place: Place, places: Places, options: ReportOptions) {
  const path = shownPath(place.path, options.root);
  const { start, end } = place;
  const range = places.range(place);
  if (!range) return { path, start, end };
  const text = options.snippets ? places.text(place.path) : undefined;
  const snippet = text ? { snippet: codeLine(text, place, longestSnippet) } : {};
  const cell = places.cell(place);
  return cell ? { path, start, end, ...cell, file: range, ...snippet } : { path, start, end, ...range, ...snippet };
}

const longestSnippet = 200;

function coverageData(coverage: CheckResult['coverage'], root: string) {
  const shown = (path: string): string => shownPath(path, root);
  return {
    complete: isComplete(coverage),
    files: coverage.files,
    bytes: coverage.bytes,
    origins: coverage.origins,
    missing: missing(coverage).length,
    parsed: coverage.parsed.map(({ path, cause }) => ({ path: shown(path), cause })),
    skipped: coverage.skipped.map((skipped) => ({
      path: shown(skipped.path),
      reason: skipped.reason,
      ...skipKind(skipped),
    })),
    gaps: coverage.gaps.map(({ path, count }) => ({ path: shown(path), count })),
    assumed: coverage.assumed,
    bounds: coverage.bounds,
  };
}
