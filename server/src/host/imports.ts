// What a file imports and which names it mentions, from one pass over its bytes: enough to decide whether a file must be
// parsed, at a hundredth of the cost of parsing it. A superset: comments and strings count like code, because a name in a
// string may be a path that another program writes.
import { readJavaScriptImport, readPythonImport } from './import-statements.ts';
import type { Language } from './languages.ts';
import { hashName, hashNames } from './names.ts';

/** One imported module. */
export interface ImportReference {
  /** As written, without the leading dots of Python. */
  readonly specifier: string;
  /** Leading dots of a relative import in Python; 0 elsewhere. */
  readonly level: number;
  /** Names of a `from … import` in Python, `*` included: each may be a module too. Empty elsewhere. */
  readonly names: readonly string[];
  /** Whether the module itself is imported (`import a.b`), and not only names of it; never elsewhere than in Python. */
  readonly whole: boolean;
}

/** The part of a file that questions about the whole workspace need. */
export interface FileSummary {
  /** In order of first occurrence, each module once. */
  readonly imports: readonly ImportReference[];
  /** Hashes of identifiers and of names of files in string literals, ascending, each once. */
  readonly names: Uint32Array;
}

/**
 * Summarises source text in UTF-8. For a notebook give the text of its cells (container.ts), for Vue and Svelte either the
 * whole file or its scripts.
 */
export function summarise(bytes: Uint8Array, language: Language): FileSummary {
  const imports = new Map<string, { specifier: string; level: number; names: Set<string>; whole: boolean }>();
  const isPython = language === 'python' || language === 'notebook';
  const keywords = isPython ? pythonKeywords : javascriptKeywords;
  const read = isPython ? readPythonImport : readJavaScriptImport;
  const names = hashNames(bytes, keywords.hashes, (hash, start, end) => {
    for (const found of read(bytes, keywords.words[keywords.hashes.indexOf(hash)]!, start, end)) {
      const key = `${found.level}:${found.specifier}`;
      const known = imports.get(key);
      if (!known) imports.set(key, { ...found, names: new Set(found.names) });
      else {
        for (const name of found.names) known.names.add(name);
        known.whole ||= found.whole;
      }
    }
  });
  return { imports: [...imports.values()].map((found) => ({ ...found, names: [...found.names] })), names };
}

/**
 * Whether the file mentions a name: an identifier, or the name of a file or folder as it ends a string literal or a segment
 * of one (`train-v2.jsonl`). A false yes is possible (two names in 2^32 hash alike), a false no is not.
 */
export function mentions(summary: FileSummary, name: string): boolean {
  return includes(summary.names, hashOf(name));
}

/**
 * Whether the file mentions every identifier-like part of a text: for a segment that other code may put together
 * (`train_{split}-v2.jsonl`), where no literal holds all of it.
 */
export function mentionsParts(summary: FileSummary, text: string): boolean {
  const parts = hashesOf(text);
  return parts.length > 0 && parts.every((part) => includes(summary.names, part));
}

const hashOf = rememberingLast(hashName);
const hashesOf = rememberingLast((text) => (text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []).map(hashName));

/** One text is asked of all files, one after another: what was found for it is given until another is asked for. */
function rememberingLast<T>(find: (text: string) => T): (text: string) => T {
  let last = '';
  let found = find(last);
  return (text) => {
    if (text !== last) {
      found = find(text);
      last = text;
    }
    return found;
  };
}

/** Hashes are spread evenly: one of them stands near its share of all there are, and a search that begins there, with steps that
 * double, touches little memory. */
function includes(sorted: Uint32Array, value: number): boolean {
  const end = sorted.length;
  let low = Math.floor((value / 2 ** 32) * end);
  let high = low;
  for (let step = 4; low > 0 && sorted[low]! > value; step *= 2) {
    high = low;
    low = Math.max(0, low - step);
  }
  for (let step = 4; high < end && sorted[high]! < value; step *= 2) {
    low = high + 1;
    high = Math.min(end, high + step);
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value;
}

/** Words that may begin an import; the reader looks at what stands around them. */
export type Keyword = 'import' | 'from' | 'require';

const pythonKeywords = hashed(['import', 'from']);
const javascriptKeywords = hashed(['import', 'from', 'require']);

function hashed(words: readonly Keyword[]): { readonly words: readonly Keyword[]; readonly hashes: readonly number[] } {
  return { words, hashes: words.map((word) => hashName(word) | 0) };
}
