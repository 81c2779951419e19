// Mistakes in data files as problems with a place: file, line, key, what was expected and the nearest word that is valid.
import { isMap, isPair, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';
import type * as z from 'zod';

/** One mistake in one data file. Lines and columns count from 1. */
export interface DataProblem {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** The key as one would say it: `documents[2].url`. */
  readonly key: string;
  readonly message: string;
  readonly expected: string;
  readonly nearest: string | undefined;
}

/** A parsed file with what is needed to find places in it. */
export interface SourceText {
  readonly path: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

export type KeyPath = readonly PropertyKey[];

/** The problem at `key` of a file; `on` says whether the key itself is wrong or its value. */
export function problemAt(
  source: SourceText,
  key: KeyPath,
  expected: string,
  found?: string,
  words: Iterable<string> = [],
  on: 'key' | 'value' = 'value',
): DataProblem {
  const { line, col } = source.lines.linePos(offsetOf(source.document, key, on));
  const name = keyName(key);
  const nearest = found === undefined ? undefined : nearestWord(found, words);
  const hint = nearest === undefined ? '' : `; did you mean '${nearest}'?`;
  const what = on === 'key' ? `the key '${String(key.at(-1))}' is not known` : `${name || 'the file'}: expected ${expected}`;
  const saw = found === undefined || on === 'key' ? '' : `, found '${found}'`;
  const message = on === 'key' ? `${what}; expected ${expected}${hint}` : `${what}${saw}${hint}`;
  return { path: source.path, line: Math.max(line, 1), column: Math.max(col, 1), key: name, message, expected, nearest };
}

/** What zod found, as problems. `value` is what it looked at. */
export function schemaProblems(source: SourceText, error: z.ZodError, value: unknown, schema: z.ZodType): DataProblem[] {
  return error.issues.flatMap((issue) => issueProblems(source, issue, value, schema));
}

function issueProblems(
  source: SourceText,
  issue: z.core.$ZodIssue,
  value: unknown,
  schema: z.ZodType,
): readonly DataProblem[] {
  const found = describe(at(value, issue.path));
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(schema, issue.path);
      const expected = known.length > 0 ? `one of ${known.join(', ')}` : 'no such key';
      return issue.keys.map((key) => problemAt(source, [...issue.path, key], expected, key, known, 'key'));
    }
    case 'invalid_value': {
      const words = issue.values.map(String);
      const expected = words.length === 1 ? words[0]! : `one of ${words.join(', ')}`;
      return [problemAt(source, issue.path, expected, found, words)];
    }
    case 'invalid_union': {
      // The form that fits best is the one with the fewest complaints.
      const forms = issue.errors.map((issues) => issues.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })));
      const best = forms.sort((a, b) => a.length - b.length)[0] ?? [];
      return best.flatMap((inner) => issueProblems(source, inner as z.core.$ZodIssue, value, schema));
    }
    case 'invalid_type':
      return [problemAt(source, issue.path, typeName(issue.expected), found)];
    case 'too_small':
      return [problemAt(source, issue.path, 'a text that is not empty', found)];
    default:
      return [problemAt(source, issue.path, issue.message, found)];
  }
}

/** The word nearest to `found`, if one is near enough to be meant. */
export function nearestWord(found: string, words: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(found.length / 3)) + 1;
  for (const word of words) {
    if (Math.abs(word.length - found.length) >= least) continue;
    const distance = editDistance(found.toLowerCase(), word.toLowerCase());
    if (distance < least) {
      least = distance;
      best = word;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Where the key or value at a path stands; the nearest thing around it where it is missing. */
function offsetOf(document: Document, path: KeyPath, on: 'key' | 'value'): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [index, part] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part));
      if (!pair) return offset;
      const key = pair.key as Node;
      const last = index === path.length - 1;
      node = pair.value as Node | null;
      offset = ((last && on === 'key') || !node ? key.range?.[0] : node.range?.[0]) ?? offset;
    } else if (isSeq(node)) {
      node = (node.items[Number(part)] as Node | undefined) ?? null;
      offset = node?.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

function keyName(path: KeyPath): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

function at(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (inner, part) => (typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[part] : undefined),
    value,
  );
}

function describe(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : 'a map';
}

function typeName(expected: string): string {
  const names: Record<string, string> = { string: 'a text', array: 'a list', object: 'a map', record: 'a map', boolean: 'true or false' };
  return names[expected] ?? expected;
}

/** The keys that the schema knows at a path. */
function knownKeys(schema: z.ZodType, path: KeyPath): string[] {
  let inner: unknown = schema;
  for (const part of path) {
    const def = definition(inner);
    if (def?.shape) inner = def.shape[String(part)];
    else if (def?.element) inner = def.element;
    else if (def?.valueType) inner = def.valueType;
    else return [];
  }
  const def = definition(inner);
  const forms = def?.options ?? [inner];
  return [...new Set(forms.flatMap((form) => Object.keys(definition(form)?.shape ?? {})))];
}

interface Definition {
  readonly shape?: Record<string, unknown>;
  readonly element?: unknown;
  readonly valueType?: unknown;
  readonly options?: readonly unknown[];
  readonly innerType?: unknown;
}

/** The definition behind defaults and optionals. */
function definition(schema: unknown): Definition | undefined {
  const def = (schema as { readonly def?: Definition } | undefined)?.def;
  return def?.innerType ? definition(def.innerType) : def;
}
