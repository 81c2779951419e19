// The rows of a catalog as their files have them: for showing a row as it was written, at its line.
// Nothing is checked here; load.ts says what is wrong with a file.
import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type YAMLMap } from 'yaml';
import { ECOSYSTEMS } from './compiled.ts';
import type { RuleFile } from './load.ts';
import type { Ecosystem } from './model.ts';

/** The kinds of rows, as the keys of a document name them. */
export const ROW_KEYS = ['types', 'sources', 'sinks', 'flows', 'calls', 'volumes', 'choices', 'cells'] as const;
export type RowKey = (typeof ROW_KEYS)[number];

/** One row as it is written. Lines count from 1; `text` has the indentation of its first line taken off. */
export interface WrittenRow {
  readonly kind: RowKey;
  readonly line: number;
  readonly endLine: number;
  readonly text: string;
}

/** One document of a catalog file. */
export interface WrittenDocument {
  readonly file: string;
  readonly line: number;
  readonly ecosystem: Ecosystem;
  readonly packages: readonly string[];
  /** Package and version that the rows were checked against, or `unverified`. */
  readonly checked: string;
  readonly rows: readonly WrittenRow[];
}

/** The ecosystem whose folder of a catalog a file lies in, if any. */
export function ecosystemOf(path: string): Ecosystem | undefined {
  return ECOSYSTEMS.find((name) => path.includes(`/${name}/`) || path.startsWith(`${name}/`));
}

/** The documents of catalog files, in order. Files of shapes, and documents without a package or a language, are left out. */
export function writtenDocuments(files: readonly RuleFile[]): readonly WrittenDocument[] {
  return files.flatMap(({ path, text }) => {
    const lines = new LineCounter();
    const parsed = parseAllDocuments(text, { lineCounter: lines });
    return (Array.isArray(parsed) ? parsed : []).flatMap(({ contents }) => {
      if (!isMap(contents)) return [];
      const packages = words(contents.get('package', true));
      const ecosystem = ECOSYSTEMS.find((name) => name === String(contents.get('language'))) ?? ecosystemOf(path);
      if (packages.length === 0 || ecosystem === undefined) return [];
      const at = (offset: number): number => lines.linePos(offset).line;
      const document: WrittenDocument = {
        file: path,
        line: at(contents.range![0]),
        ecosystem,
        packages,
        checked: words(contents.get('checked', true)).join(', '),
        rows: ROW_KEYS.flatMap((kind) => rowsOf(contents, kind, text, at)),
      };
      return [document];
    });
  });
}

/** The row that a line of a file belongs to. */
export function rowAt(documents: readonly WrittenDocument[], file: string, line: number): WrittenRow | undefined {
  for (const document of documents) {
    if (document.file !== file) continue;
    const row = document.rows.find((written) => written.line <= line && line <= written.endLine);
    if (row) return row;
  }
  return undefined;
}

function words(node: unknown): readonly string[] {
  if (isScalar(node)) return [String(node.value)];
  return isSeq(node) ? node.items.map((item) => String(isScalar(item) ? item.value : item)) : [];
}

function rowsOf(document: YAMLMap, kind: RowKey, text: string, at: (offset: number) => number): readonly WrittenRow[] {
  const list = document.get(kind, true);
  if (!isSeq(list)) return [];
  return list.items.flatMap((item) => {
    const range = (item as Node).range;
    if (!range) return [];
    const start = text.lastIndexOf('\n', range[0] - 1) + 1;
    const last = text.slice(0, range[1]).trimEnd().length;
    const after = text.indexOf('\n', last);
    const lines = text.slice(start, after < 0 ? text.length : after).split(/\r?\n/);
    const indent = /^ */.exec(lines[0]!)![0].length;
    const written = lines.map((line) => (line.slice(0, indent).trim() === '' ? line.slice(indent) : line));
    return [{ kind, line: at(range[0]), endLine: at(last), text: written.join('\n').trimEnd() }];
  });
}
