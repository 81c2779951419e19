// The fixtures of flows as an editor's suites use them: every case is a folder of one workspace.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { languageOf } from '../../server/src/host/languages.ts';
import type { Found } from '../suites/fixtures.ts';

/** What the suites read of a diagnostic, whichever library made it. */
export interface ShownDiagnostic {
  readonly range: { readonly start: { readonly line: number } };
  readonly code: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

/** The cases below a folder of topics: `<topic>/<case>`. */
export function casesIn(flows: string): string[] {
  return foldersIn(flows).flatMap((topic) => foldersIn(join(flows, topic)).map((name) => join(topic, name)));
}

/** The sources below a folder, as absolute or relative as the folder is. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => languageOf(name) !== undefined)
    .sort()
    .map((name) => join(folder, name));
}

/** The text of a source with its marks, as far as an editor shows what they mark, and in the lines that it shows. */
export function markedText(path: string): string {
  const text = readFileSync(path, 'utf8').replace(permitted, '');
  if (!path.endsWith('.ipynb')) return text;
  // A notebook's lines of code are strings of its file, one to a line as notebooks are written.
  return text.replace(/(?:\\n)?",?[^\S\n]*$/gm, '').replaceAll('\\"', '"');
}

// What terms permit is found, but not shown in an editor. Such marks stand alone in their comments and say so.
const permitted = /(?:#|\/\/)\s*\$ expect:[^;\r\n]*\blevel=permitted\b[^;\r\n]*$/gm;

/** A diagnostic in the words of the marks. Only findings carry data: other diagnostics are not what fixtures mark. */
export function foundIn(diagnostics: readonly ShownDiagnostic[]): Found[] {
  return diagnostics.flatMap(({ range, code, data }) => {
    const rule = typeof code === 'object' && code !== null ? (code as { value: unknown }).value : code;
    return data === undefined ? [] : [{ line: range.start.line + 1, rule: String(rule), facts: data }];
  });
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
