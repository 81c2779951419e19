// The catalog for reading: which packages it knows, and rows as they are written. Pure text from plain data.
import { createColors } from 'picocolors';
import type { Ecosystem, Row } from '../catalog/model.ts';
import type { WrittenDocument, WrittenRow } from '../catalog/source.ts';
import { plural } from './report.ts';
import { countWords, rowCounts, rowWords } from './rows.ts';
import { displayWidth, visible, visibleJson } from './terminal.ts';

/** How a listing looks. */
export interface ListingLook {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/** Where a file of our catalog is, for people. */
export function ourFile(path: string): string {
  return `rules/${path}`;
}

/** The form of `catalog list --format json`. */
export const CATALOG_SCHEMA = 'distillint-catalog/1';

/** Packages with their rows by kind and what they were checked against. */
export function renderCatalogList(documents: readonly WrittenDocument[], look: ListingLook): string {
  const colors = createColors(look.color);
  const rows = documents.map(({ ecosystem, packages, checked, rows, file }) => ({
    ecosystem,
    name: visible(packages.length > 1 ? `${packages[0]} and ${packages.length - 1} more` : nameOf(packages[0]!, file)),
    counts: countWords(rowCounts(rows)) || 'no rows',
    checked: visible(someVersions(checked)),
  }));
  const width = (texts: readonly string[]): number => Math.min(widest, Math.max(0, ...texts.map(displayWidth)));
  const [name, counts] = [width(rows.map((row) => row.name)), width(rows.map((row) => row.counts))];
  const lines: string[] = [];
  let language: string | undefined;
  for (const row of rows) {
    if (row.ecosystem !== language) lines.push(...(language === undefined ? [] : ['']), colors.bold(row.ecosystem));
    language = row.ecosystem;
    lines.push(`  ${padded(row.name, name)}  ${padded(row.counts, counts)}  ${colors.dim(row.checked)}`);
  }
  const packages = documents.reduce((sum, document) => sum + document.packages.length, 0);
  const total = documents.reduce((sum, document) => sum + document.rows.length, 0);
  lines.push(
    '',
    `${plural(packages, 'package')}, ${plural(total, 'row')}. distillint catalog show <package> shows them.`,
  );
  return `${lines.join('\n')}\n`;
}

/** The same for programs. `file` turns a path of the catalog into what is shown. */
export function renderCatalogListJson(documents: readonly WrittenDocument[], file: (path: string) => string): string {
  const packages = documents.map(({ ecosystem, packages, checked, rows, line, file: path }) => ({
    language: ecosystem,
    packages,
    checked,
    file: file(path),
    line,
    rows: rowCounts(rows),
  }));
  return `${visibleJson(JSON.stringify({ schema: CATALOG_SCHEMA, packages }, null, 2))}\n`;
}

/** Documents with every row as it is written, below its place. */
export function renderCatalogDocuments(
  documents: readonly WrittenDocument[],
  file: (path: string) => string,
  look: ListingLook,
): string {
  const colors = createColors(look.color);
  const blocks = documents.flatMap((document) => [
    [
      `${colors.bold(visible(document.packages.join(', ')))} (${document.ecosystem}), checked: ${visible(document.checked)}`,
    ],
    ...document.rows.map((row) => writtenLines(row, document.file, file, look)),
  ]);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** What is known of one API path in one language. */
export interface ShownPath {
  readonly ecosystem: Ecosystem;
  readonly path: string;
  /** The type of a value there, and whatever else it is known as. */
  readonly type: string | undefined;
  /** Rows that hold when it is called, with what is written for each. */
  readonly rows: readonly { readonly row: Row; readonly written: WrittenRow | undefined }[];
  /** Steps that lead on. */
  readonly steps: readonly string[];
}

/** The rows about calls of an API path, as they are written. */
export function renderCatalogPaths(
  paths: readonly ShownPath[],
  file: (path: string) => string,
  look: ListingLook,
): string {
  const colors = createColors(look.color);
  const blocks = paths.flatMap(({ ecosystem, path, type, rows, steps }) => {
    const head = [
      `${colors.bold(visible(path))} (${ecosystem})${type === undefined ? '' : `, a value of type ${visible(type)}`}`,
    ];
    if (rows.length === 0) head.push('No row is about calling it.');
    if (steps.length > 0) head.push(`Below it: ${visible(someOf(steps))}`);
    const seen = new Set<string>();
    const written = rows.flatMap(({ row, written }) => {
      const place = `${row.origin.file}:${written?.line ?? row.origin.line}`;
      if (seen.has(place)) return [];
      seen.add(place);
      if (written) return [writtenLines(written, row.origin.file, file, look)];
      return [[colors.dim(`${visible(file(row.origin.file))}:${row.origin.line}`), `  ${rowWords(row)}`]];
    });
    return [head, ...written];
  });
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function writtenLines(
  row: WrittenRow,
  path: string,
  file: (path: string) => string,
  { color }: ListingLook,
): readonly string[] {
  const colors = createColors(color);
  return [
    `${colors.dim(`${visible(file(path))}:${row.line}`)} ${row.kind}`,
    ...row.text.split('\n').map((line) => `  ${visible(line)}`),
  ];
}

/** The paths of a document for any package start with one, so it is known by its file. */
function nameOf(name: string, file: string): string {
  const where = /([^/]+)\.ya?ml$/.exec(file)?.[1] ?? file;
  if (name === '*') return `several, in ${where}`;
  return name === 'builtins' && where !== name ? `${name}, in ${where}` : name;
}

/** What rows were checked against, the first of many. */
function someVersions(checked: string): string {
  const versions = checked.startsWith('unverified') ? [checked] : checked.split(/\s*,\s*/);
  return versions.length > mostVersions
    ? `${versions.slice(0, mostVersions).join(', ')} and ${versions.length - mostVersions} more`
    : checked;
}

const mostVersions = 4;

const most = 24;
const widest = 56;

function someOf(steps: readonly string[]): string {
  return steps.length > most ? `${steps.slice(0, most).join(' ')} and ${steps.length - most} more` : steps.join(' ');
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
