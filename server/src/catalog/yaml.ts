// Reads YAML under a zod schema and says what is wrong in the words of the file: name, line, key, what was expected, and the
// nearest word that would have been right.

import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { z } from 'zod';

/** One thing that is wrong with a rules file. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  /** `sources[0].shape` */
  readonly key: string;
  readonly expected: string;
  readonly nearest: string | undefined;
  /** The whole of it in one sentence. */
  readonly message: string;
}

/** One document of a YAML file that follows its schema, with the means to name places in it. */
export interface Checked<T> {
  readonly value: T;
  lineOf(path: KeyPath): number;
  problem(path: KeyPath, found: string, expected: string, words?: readonly string[]): Problem;
}

/** Keys and indices that lead to a value in a document. */
export type KeyPath = readonly (string | number)[];

/** Parses every document of `text` and checks each against `schema`; documents with problems are left out. */
export function readYaml<T>(
  file: string,
  text: string,
  schema: z.ZodType<T>,
): { readonly documents: readonly Checked<T>[]; readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines });
  const problems: Problem[] = [];
  const documents: Checked<T>[] = [];
  for (const document of Array.isArray(parsed) ? parsed : []) {
    if (document.errors.length > 0) {
      for (const error of document.errors) {
        const line = lines.linePos(error.pos[0]).line;
        problems.push(problemAt(file, line, '', error.message.split('\n')[0]!, 'YAML', []));
      }
      continue;
    }
    const at = (path: KeyPath): number => lineAt(document, lines, path);
    const problem: Checked<T>['problem'] = (path, found, expected, words = []) =>
      problemAt(file, at(path), keyText(path), found, expected, words);
    const checked = schema.safeParse(document.toJS());
    if (checked.success) documents.push({ value: checked.data, lineOf: at, problem });
    else for (const issue of checked.error.issues) problems.push(...describe(issue, [], schema, problem, document));
  }
  return { documents, problems };
}

function problemAt(
  file: string,
  line: number,
  key: string,
  found: string,
  expected: string,
  words: readonly string[],
): Problem {
  // `Feild[name]`: the word that is misspelt is the one before the bracket.
  const near = nearest(found, words) ?? nearest(found.replace(/[[(].*$/s, ''), words);
  const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
  const where = key === '' ? '' : `${key}: `;
  return {
    file,
    line,
    key,
    expected,
    nearest: near,
    message: `${file}:${line}: ${where}found \`${found}\`, expected ${expected}${hint}`,
  };
}

/** `sources[0].shape` */
export function keyText(path: KeyPath): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}

/** The line of the value at `path`, of its key where the value is a map's, or of the nearest parent that exists. */
function lineAt(document: Document, lines: LineCounter, path: KeyPath): number {
  let node: unknown = document.contents;
  let offset = (document.contents as Node | null)?.range?.[0] ?? 0;
  for (const part of path) {
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
      const key = pair?.key as Node | undefined;
      if (key?.range) offset = key.range[0];
      next = pair?.value;
    } else if (isSeq(node)) {
      next = node.items[Number(part)];
      const range = (next as Node | undefined)?.range;
      if (range) offset = range[0];
    }
    if (next === undefined || next === null) break;
    node = next;
  }
  return lines.linePos(offset).line;
}

/** Turns an issue of zod into problems; a union reports the branch that got furthest. */
function describe(
  issue: z.core.$ZodIssue,
  above: KeyPath,
  schema: z.ZodType,
  problem: Checked<unknown>['problem'],
  document: Document,
): readonly Problem[] {
  const path = [...above, ...(issue.path as (string | number)[])];
  const found = short(document.getIn(path, false));
  switch (issue.code) {
    case 'unrecognized_keys': {
      const words = keysAt(schema, path);
      return issue.keys.map((key) => problem([...path, key], key, `one of the keys ${words.join(', ')}`, words));
    }
    case 'invalid_value':
      return [problem(path, found, `one of ${issue.values.join(', ')}`, issue.values.map(String))];
    case 'invalid_union': {
      const deepest = issue.errors.flat().filter((inner) => inner.path.length > 0);
      if (deepest.length > 0) return deepest.flatMap((inner) => describe(inner, path, schema, problem, document));
      const words: string[] = [];
      const expected = issue.errors.flat().flatMap((inner) => {
        if (inner.code !== 'invalid_value') return 'expected' in inner ? String(inner.expected) : inner.message;
        words.push(...inner.values.map(String));
        return inner.values.map(String);
      });
      return [problem(path, found, [...new Set(expected)].join(' or '), words)];
    }
    case 'invalid_type':
      return [
        problem(
          path,
          found === 'undefined' ? 'nothing' : found,
          `${issue.expected === 'array' ? 'list' : issue.expected}`,
        ),
      ];
    default:
      return [problem(path, found, issue.message.toLowerCase())];
  }
}

function short(value: unknown): string {
  if (value === null || value === undefined || typeof value !== 'object') return String(value);
  return isSeq(value) || Array.isArray(value) ? 'a list' : 'a map';
}

/** The keys that the schema allows for the object at `path`. */
function keysAt(schema: z.ZodType, path: KeyPath): readonly string[] {
  let current: z.core.$ZodType | undefined = schema;
  for (const part of path) {
    current = unwrap(current);
    const definition = current?._zod.def as {
      shape?: Record<string, z.ZodType>;
      element?: z.ZodType;
      valueType?: z.ZodType;
    };
    current = typeof part === 'number' ? definition?.element : (definition?.shape?.[part] ?? definition?.valueType);
    if (!current) return [];
  }
  const shape = (unwrap(current)?._zod.def as { shape?: Record<string, unknown> } | undefined)?.shape;
  return shape ? Object.keys(shape) : [];
}

/** The schema below `optional`, `default` and the like. */
function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let current = schema;
  for (;;) {
    const inner = (current?._zod.def as { innerType?: z.core.$ZodType } | undefined)?.innerType;
    if (!inner) return current;
    current = inner;
  }
}

/** The word nearest to `found` by edit distance, if it is near enough to be what was meant. */
export function nearest(found: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.ceil(found.length / 3)) + 1;
  for (const word of words) {
    const d = distance(found.toLowerCase(), word.toLowerCase());
    if (d < least) {
      least = d;
      best = word;
    }
  }
  // A word that was cut short differs by more than a slip of the pen.
  return best ?? (found.length > 2 ? words.find((word) => word.startsWith(found)) : undefined);
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
