// The keys of artifacts: names of files and directories, and ids of hubs, with holes for what is not constant. Pure.
import type { CellRow } from '../catalog/model.ts';

/** The key of an artifact. */
export interface Key {
  /** The segments of its path. `{…}` stands for what is not constant; equal names within the braces for the same value. */
  readonly segments: readonly string[];
  readonly cell: CellRow['cell'];
  /** The module that is spoken of, and whether it speaks of itself. */
  readonly module?: { readonly id: number; readonly own: boolean };
}

/**
 * How well two keys agree: `same` where all that both say is constant and tells them from others; `likely` where there are holes;
 * `common` where they are the same, or have the same folder and the same holes, but of a name that anyone may give.
 */
export type Agreement = 'same' | 'likely' | 'common';

/** Reads a key; undefined where the text names no artifact. Roots that say nothing (`./`, `../`, a hole) are left out. */
export function keyOf(text: string, cell: CellRow['cell']): Key | undefined {
  if (cell === 'table') {
    const table = tableOf(text);
    return /^[\w.$-]{3,60}$/.test(table) ? { segments: [table], cell } : undefined;
  }
  const segments = text
    .trim()
    .replace(/^file:\/+/, '')
    .split(/[\\/]+/)
    .filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
  const last = segments.at(-1);
  // Whose data set it is, an id of a hub may say with a hole of its own, where it names the set.
  const least = cell === 'uri' && last !== undefined && !isHole(last) ? 2 : 1;
  while (segments.length > least && isHole(segments[0]!)) segments.shift();
  if (last === undefined || segments.some((s) => s.length > 120 || /[\n<>|"]/.test(s))) return undefined;
  if (cell === 'uri' && segments.length !== 2 && !isHole(last)) return undefined;
  if (cell === 'file' && !isHole(last) && !/\.[A-Za-z]\w{1,11}$|\}$|\*$/.test(last)) return undefined;
  return { segments, cell };
}

/** A key for people and for questions about names: the value in a hole is left out. */
export function plain(segment: string): string {
  return segment.replace(HOLES, '{}');
}

/** The segment of a key by which other files are found that name it: the last one that tells it from others. */
export function distinctiveSegment(key: Key): string | undefined {
  const found = [...key.segments].reverse().find(isDistinctive);
  return found === undefined ? undefined : plain(found);
}

/** Whether what is written under one key is read under another. */
export function agreement(write: Key, read: Key): Agreement | undefined {
  if ((write.cell === 'uri') !== (read.cell === 'uri')) return undefined;
  // What is sent to a module it reads itself, and what it sends those who name it.
  if (write.module || read.module)
    return write.module?.id === read.module?.id && write.module?.own !== read.module?.own ? 'same' : undefined;
  // A table of a name is the one table of that name.
  if (write.cell === 'table' || read.cell === 'table')
    return write.cell === read.cell && write.segments.join() === read.segments.join() ? 'same' : undefined;
  // Whose data set it is tells none from another: its name does, as a whole where a hole says whose.
  const [mine, its] = [write.segments.at(-1)!, read.segments.at(-1)!];
  const isId = write.cell === 'uri' && write.segments.length === 2 && read.segments.length === 2;
  if (isId && mine !== its && [...write.segments, ...read.segments].some(isHole)) return undefined;
  if (write.cell === 'file' && read.cell === 'directory') return aligned(write.segments.slice(0, -1), read.segments);
  // What is written as a directory of parts may be read part by part.
  if (write.cell === 'directory' && read.cell === 'file') {
    const within = aligned(write.segments, read.segments.slice(0, -1));
    if (within !== undefined && within !== 'common') return within;
  }
  return aligned(write.segments, read.segments);
}

/** Compares from the end, as far as both go: what stands before is where a program was started. */
function aligned(write: readonly string[], read: readonly string[]): Agreement | undefined {
  const length = Math.min(write.length, read.length);
  if (length === 0) return undefined;
  let holes = false;
  let distinctive = false;
  let folder = false;
  let alike = true;
  for (let i = 1; i <= length; i++) {
    const [mine, its] = [write.at(-i)!, read.at(-i)!];
    const named = mine === its && !mine.includes('{}');
    if (!named && !mayBe(mine, its)) return undefined;
    // The same variable on both sides needs no name.
    if (named ? isDistinctive(mine) || /\{[^{}]/.test(mine) : isDistinctive(mine) && isDistinctive(its))
      distinctive = true;
    if (!named && (i === 1 || !isHole(mine) || !isHole(its))) holes = true;
    if (named && i > 1) folder = true;
    if (!named && (starred(mine) !== starred(its) || isHole(mine))) alike = false;
  }
  if (distinctive) return holes ? 'likely' : 'same';
  // One file for each item: `raw/{id}.json`, read as `raw/*.json`.
  if (holes) return folder && alike ? 'common' : undefined;
  return length < Math.min(2, write.length, read.length) ? undefined : 'common';
}

/** Whether two segments may be the same, holes and wildcards filled in. */
function mayBe(a: string, b: string): boolean {
  if (a === b) return true;
  const [first, second] = [starred(a), starred(b)];
  if (first === second) return true;
  return fills(first, second) || fills(second, first);
}

/** A segment with wildcards in place of its holes. */
function starred(segment: string): string {
  return segment.replace(HOLES, '*');
}

function fills(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return false;
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^$()|[\]\\{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name.replaceAll('*', '0'));
}

function isHole(segment: string): boolean {
  return /^(?:\{[^{}]*\})+$/.test(segment);
}

/** Whether a segment tells its file from others: two words, or one that is not given to every second file. */
function isDistinctive(segment: string): boolean {
  const words = segment
    .replace(/\.[A-Za-z][A-Za-z0-9]*$/, '')
    .replace(HOLES, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .match(/\p{L}{2,}/gu);
  if (!words) return false;
  const own = words.filter((word) => !common.has(word.replace(/s$/, '')));
  return own.some((word) => word.length > 3) || words.join('').length > 8;
}

/** The first table that a statement of SQL names, without its schema; other text is the name of a table. */
export function tableOf(text: string): string {
  return (
    /\b(?:from|into|update)\s+(?:["`[]?\w+["`\]]?\.)?["`[]?(\w+)/i.exec(text)?.[1] ?? text.replace(/^\w+:\/\/.*\//, '')
  );
}

/** The columns that a statement of SQL gives values to, as far as it names them. */
export function columnsIn(text: string): readonly string[] {
  const listed = /\b(?:insert|replace)\b[^()]*\binto\s+[^()]+\(([^()]+)\)/i.exec(text)?.[1];
  const named = listed?.split(',') ?? [...text.matchAll(/[\s,](["`[]?\w+["`\]]?)\s*=/g)].map(([, column]) => column!);
  return named.map((column) => column.replace(/\W/g, '')).filter((column) => column !== '');
}

/** What a statement of SQL puts rows in order by of which it gives the first alone, and what it asks of them; else undefined. */
export function firstBy(text: string): { readonly order: string; readonly where: string } | undefined {
  const order = /\border\s+by\b(.*?)\blimit\s+1(?!\d)/is.exec(text)?.[1];
  return order === undefined ? undefined : { order, where: /\bwhere\b(.*?)\border\s+by\b/is.exec(text)?.[1] ?? '' };
}

const HOLES = /\{[^{}]*\}/g;

/** Words that say nothing of which file it is. */
const common: ReadonlySet<string> = new Set(
  'data dataset train training test valid validation eval file input output out result final sample example item row line main index metadata config setting cache log tmp temp text content message response prompt answer question model report summary new old raw all json jsonl csv txt'.split(
    ' ',
  ),
);
