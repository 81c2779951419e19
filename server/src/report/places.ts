// From offsets to what people and other programs count in: lines and columns from 1, cells of notebooks from 0 (people are shown
// one more: no editor shows a number, and the first is the first). And the texts
// behind them, with what is secret in each, looked up once.
import { lineAt, lineStarts } from '../base/text.ts';
import type { SourceText } from '../inputs/files.ts';
import type { Finding, Place } from '../policy/finding.ts';
import type { CheckResult } from '../project.ts';
import type { Secret } from './keyPositions.ts';
import { createMasker, type Masker, replace, secretsIn, withLiterals } from './mask.ts';

/** A range in lines and columns of the file as it lies on the disk. */
export interface FileRange {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Where a place begins in a notebook: `cell` counts from 0 over all cells, lines and columns in the cell from 1. */
export interface CellPosition {
  readonly cell: number;
  readonly line: number;
  readonly column: number;
}

/** A text that findings refer to, prepared for showing. */
export interface PreparedText {
  readonly source: SourceText;
  readonly starts: Uint32Array;
  readonly secrets: readonly Secret[];
}

/** The texts behind a result; each is looked up and searched for secrets at most once. */
export interface Places {
  text(path: string): PreparedText | undefined;
  /** Undefined where the text is gone or the place lies outside of it. */
  range(place: Place): FileRange | undefined;
  cell(place: Place): CellPosition | undefined;
  /** The text of a place without secrets; a long one is cut. */
  snippet(place: Place): string | undefined;
  readonly mask: Masker;
}

/** Prepares the places of a result. */
export function preparePlaces(
  result: Pick<CheckResult, 'findings' | 'suppressed'>,
  sources: (path: string) => SourceText | undefined,
): Places {
  const known = new Map<string, PreparedText | undefined>();
  const findings = [...result.findings, ...result.suppressed.map(({ finding }) => finding)];
  const literals = findings.flatMap(({ secrets = [] }) => secrets);
  const text = (path: string): PreparedText | undefined => {
    if (!known.has(path)) {
      const source = sources(path);
      const own = literals.filter((place) => place.path === path);
      known.set(path, source && prepare(source, own));
    }
    return known.get(path);
  };
  const paths = new Set(findings.flatMap((finding) => placesOf(finding).map((place) => place.path)));
  const values: string[] = [];
  for (const path of [...paths].sort()) {
    const prepared = text(path);
    for (const { start, end } of prepared?.secrets ?? []) values.push(prepared!.source.text.slice(start, end));
  }
  return {
    text,
    range(place) {
      const prepared = text(place.path);
      return prepared && isInside(place, prepared.source) ? rangeIn(prepared, place) : undefined;
    },
    cell(place) {
      const prepared = text(place.path);
      if (!prepared?.source.locate || !isInside(place, prepared.source)) return undefined;
      const { cell, line, column } = prepared.source.locate(place.start);
      return { cell, line, column };
    },
    snippet(place) {
      const prepared = text(place.path);
      return prepared && isInside(place, prepared.source) ? snippetOf(prepared, place) : undefined;
    },
    mask: createMasker(values),
  };
}

function prepare(source: SourceText, literals: readonly Place[]): PreparedText {
  const inside = literals.filter((place) => isInside(place, source));
  return {
    source,
    starts: lineStarts(source.text),
    secrets: withLiterals(secretsIn(source.text), source.text, inside),
  };
}

/** Every place that a finding names. */
export function placesOf(finding: Finding): readonly Place[] {
  const optional = [...finding.evidence.for, ...finding.evidence.against, ...finding.models].flatMap(({ place }) =>
    place ? [place] : [],
  );
  const others = [...finding.flow, ...finding.related].map(({ place }) => place);
  return [finding.place, ...others, ...optional, ...(finding.secrets ?? [])];
}

function isInside(place: Place, source: SourceText): boolean {
  return place.start >= 0 && place.start <= place.end && place.end <= source.text.length;
}

const longestSnippet = 1000;

function snippetOf({ source, secrets }: PreparedText, place: Place): string {
  const end = Math.min(place.end, place.start + longestSnippet);
  const within = secrets
    .filter((secret) => secret.end > place.start && secret.start < end)
    .map(({ shown, ...secret }) => ({
      start: Math.max(secret.start, place.start) - place.start,
      end: Math.min(secret.end, end) - place.start,
      // Of one that began before, the public beginning is not here.
      shown: secret.start < place.start ? '***' : shown,
    }));
  return replace(source.text.slice(place.start, end), within);
}

function rangeIn({ source, starts }: PreparedText, place: Place): FileRange {
  if (source.locate) {
    const from = source.locate(place.start);
    // The place may end where its cell does; the next cell is elsewhere in the file.
    const last = source.locate(Math.max(place.start, place.end - 1));
    const after = source.locate(place.end);
    const isBeside = after.fileLine === last.fileLine && after.fileColumn >= last.fileColumn;
    return {
      line: from.fileLine,
      column: from.fileColumn,
      endLine: last.fileLine,
      endColumn: isBeside ? after.fileColumn : last.fileColumn + 1,
    };
  }
  const line = lineAt(starts, place.start);
  const endLine = lineAt(starts, place.end);
  return {
    line: line + 1,
    column: place.start - starts[line]! + 1,
    endLine: endLine + 1,
    endColumn: place.end - starts[endLine]! + 1,
  };
}
