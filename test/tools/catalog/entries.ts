// The entries of rules/catalog: one row as a person writes it, whatever number of paths and compiled rows it stands for.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogText, PackageFile } from '../../../server/src/catalog/documents.ts';
import type { RuleFile } from '../../../server/src/catalog/load.ts';
import type { PackageDocument } from '../../../server/src/catalog/schema.ts';

const KEYS = ['types', 'sources', 'sinks', 'flows', 'calls', 'volumes', 'choices', 'cells'] as const;

/** One item of a list of rows in a document. */
export interface Entry {
  readonly document: PackageFile;
  readonly key: (typeof KEYS)[number];
  readonly index: number;
  readonly line: number;
}

/** Every YAML file below `folder`, by its path as given. */
export function ruleFiles(folder: string): RuleFile[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)).replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.yaml'))
    .sort()
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

/** The entries of all documents, in the order in which they are written; a type that is only named says nothing. */
export function entriesOf({ documents }: CatalogText): Entry[] {
  return documents.flatMap((document) => {
    const { value, lineOf } = document.checked;
    return KEYS.flatMap((key) =>
      value[key].flatMap((row, index) =>
        'type' in row && row.is.length === 0 ? [] : [{ document, key, index, line: lineOf([key, index]) }],
      ),
    );
  });
}

/** `rules/catalog/python/openai.yaml:31 source chat.completions.create` */
export function describeEntry({ document, key, index, line }: Entry): string {
  const row = document.checked.value[key][index]!;
  const paths = 'type' in row ? [row.type, ...row.is.slice(0, 1)] : [row.call].flat();
  const more = paths.length > 1 && !('type' in row) ? `, and ${paths.length - 1} more` : '';
  return `${document.file}:${line} ${key.slice(0, -1)} ${'type' in row ? paths.join(' = ') : paths[0]}${more}`;
}

/** The same catalog with one entry switched off: it stays in its place, and a type keeps its name, but nothing leads to it. */
export function without(text: CatalogText, entry: Entry): CatalogText {
  const { document, key, index } = entry;
  const value = document.checked.value;
  const row = value[key][index]!;
  const off = 'type' in row ? { type: row.type, is: [], same: [], instead: [] } : { ...row, call: [] };
  const rows = value[key].map((other, i) => (i === index ? off : other));
  const changed = { ...value, [key]: rows } as PackageDocument;
  const replaced = { ...document, checked: { ...document.checked, value: changed } };
  return { ...text, documents: text.documents.map((other) => (other === document ? replaced : other)) };
}
