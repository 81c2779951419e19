// rules/verified.yaml: which API paths of the rows are declared in which package, found by reading it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Ecosystem } from '../../../server/src/catalog/model.ts';
import type { Claim } from './claims.ts';

export const tablePath = 'rules/verified.yaml';

/** One package as it was read. Keys of the inner maps are the documents' packages and API paths, as they are written. */
export interface VerifiedPackage {
  readonly package: string;
  readonly language: Ecosystem;
  readonly version: string;
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** The file of the package that declares what the path ends in. */
  readonly found: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Why a path is not found. */
  readonly open: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The table as it stands; empty if there is none. */
export function readTable(path = tablePath): VerifiedPackage[] {
  return existsSync(path) ? ((parse(readFileSync(path, 'utf8')) as VerifiedPackage[] | null) ?? []) : [];
}

/** Writes the table, sorted, one path a line. */
export function writeTable(packages: readonly VerifiedPackage[], path = tablePath): void {
  const sorted = [...packages].sort(
    (a, b) =>
      compare(`${a.language} ${a.package}`, `${b.language} ${b.package}`) || compareVersions(b.version, a.version),
  );
  const text = sorted.map(({ package: name, language, version, day, found, open }) =>
    [
      `- package: ${quote(name)}`,
      `  language: ${language}`,
      `  version: ${quote(version)}`,
      `  day: ${day}`,
      ...section('found', found),
      ...section('open', open),
    ].join('\n'),
  );
  writeFileSync(path, `${head}\n${text.join('\n')}\n`);
}

const head = `# Which API paths of rules/catalog are declared in the packages that \`checked\` names, and in which file. \`open\` says why a
# path was not found. Written by \`npm run catalog:verify\`, which reads packages and runs nothing of them; not by hand.`;

function section(name: string, paths: VerifiedPackage['found']): string[] {
  const groups = Object.entries(paths).filter(([, group]) => Object.keys(group).length > 0);
  if (groups.length === 0) return [`  ${name}: {}`];
  const lines = groups
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([group, list]) => [
      `    ${quote(group)}:`,
      ...Object.entries(list)
        .sort(([a], [b]) => compare(a, b))
        .map(([path, value]) => `      ${quote(path)}: ${quote(value)}`),
    ]);
  return [`  ${name}:`, ...lines];
}

/** Quoted, since versions look like numbers and paths hold characters that mean something in YAML. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Negative if version `a` is older than `b`, by the numbers in them; suffixes of equal numbers do not count. */
export function compareVersions(a: string, b: string): number {
  const numbers = (version: string): number[] => (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);
  const left = numbers(a);
  const right = numbers(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A claim of the rows that the table says nothing of. */
export interface Behind {
  readonly language: Ecosystem;
  readonly package: string;
  readonly message: string;
}

/** Where the table is older than the rows: packages and paths that it does not know, and versions newer than those it read. */
export function behindOf(table: readonly VerifiedPackage[], claims: readonly Claim[]): Behind[] {
  return claims.flatMap(({ named, path, entry, package: group, ecosystem }) => {
    const place = `${entry.document.file}:${entry.line}: ${path}`;
    const read = named.map(({ name }) => table.filter((one) => one.package === name && one.language === ecosystem));
    const isKnown = read.flat().some((one) => (one.found[group]?.[path] ?? one.open[group]?.[path]) !== undefined);
    return named.flatMap(({ name, version }, i): Behind[] => {
      const behind = (message: string) => [{ language: ecosystem, package: name, message: `${place}: ${message}` }];
      if (read[i]!.length === 0) return behind(`${name} was never read`);
      if (!isKnown) return behind(`the path is not among those of ${name}`);
      const isOld = read[i]!.every((one) => compareVersions(one.version, version) < 0);
      return isOld ? behind(`checked against ${version}, but ${read[i]![0]!.version} was read`) : [];
    });
  });
}
