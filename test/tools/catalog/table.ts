// rules/verified.yaml: which API paths of the rows are declared in which package, found by reading it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Ecosystem } from '../../../server/src/catalog/model.ts';
import type { Claim, Named, Reading } from './claims.ts';

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

/** Where a path is declared, or why it is not found. */
export type Result = (Named & { readonly file: string }) | { readonly open: string };

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

/**
 * The table with what a reading found in place of what it said of the same claims. `read` are the newest versions; what is not
 * found stands with the first of them. What no row claims any more is forgotten, and so are older versions without any path.
 */
export function enter(
  table: readonly VerifiedPackage[],
  { ecosystem, names, claims }: Reading,
  results: readonly Result[],
  read: readonly Named[],
): VerifiedPackage[] {
  const day = new Date().toISOString().slice(0, 10);
  const isClaimed = (group: string, path: string): boolean =>
    claims.some((claim) => claim.package === group && claim.path === path);
  const without = (paths: Paths): Paths => select(paths, (group, path) => !isClaimed(group, path));
  const entered = table
    .filter(({ package: name, language, version }) => {
      const newest = language === ecosystem ? read.find((one) => one.name === name) : undefined;
      return newest === undefined || newest.version !== version;
    })
    .map((one) =>
      one.language === ecosystem && names.includes(one.package)
        ? { ...one, found: without(one.found), open: without(one.open) }
        : one,
    );
  const entryOf = ({ name, version }: Named): VerifiedPackage => {
    const isIt = (one: VerifiedPackage): boolean =>
      one.package === name && one.language === ecosystem && one.version === version;
    let entry = entered.find(isIt);
    if (!entry) {
      const before = table.find(isIt) ?? { found: {}, open: {} };
      entry = {
        package: name,
        language: ecosystem,
        version,
        day,
        found: without(before.found),
        open: without(before.open),
      };
      entered.push(entry);
    }
    return entry;
  };
  for (const one of read) entryOf(one);
  const put = (paths: Paths, group: string, path: string, value: string): void => {
    (paths as Record<string, Record<string, string>>)[group] ??= {};
    (paths as Record<string, Record<string, string>>)[group]![path] = value;
  };
  claims.forEach(({ package: group, path }, i) => {
    const result = results[i]!;
    if ('file' in result) put(entryOf(result).found, group, path, result.file);
    else put(entryOf(read[0]!).open, group, path, result.open);
  });
  return entered;
}

type Paths = VerifiedPackage['found'];

function select(paths: Paths, holds: (group: string, path: string) => boolean): Paths {
  return Object.fromEntries(
    Object.entries(paths).map(([group, list]) => [
      group,
      Object.fromEntries(Object.entries(list).filter(([path]) => holds(group, path))),
    ]),
  );
}

/** The table without packages and paths that no claim speaks of, and without older versions that nothing is left of. */
export function forget(table: readonly VerifiedPackage[], claims: readonly Claim[]): VerifiedPackage[] {
  const known = new Set(
    claims.flatMap(({ ecosystem, named, package: group, path }) =>
      named.map(({ name }) => JSON.stringify([ecosystem, name, group, path])),
    ),
  );
  const names = new Set(claims.flatMap(({ ecosystem, named }) => named.map(({ name }) => `${ecosystem} ${name}`)));
  return table
    .filter(({ language, package: name }) => names.has(`${language} ${name}`))
    .map((one) => {
      const isKnown = (group: string, path: string): boolean =>
        known.has(JSON.stringify([one.language, one.package, group, path]));
      return { ...one, found: select(one.found, isKnown), open: select(one.open, isKnown) };
    })
    .filter(({ package: name, language, version, open, found }, _, all) => {
      const isEmpty = [...Object.values(open), ...Object.values(found)].every((list) => Object.keys(list).length === 0);
      const isSame = (one: VerifiedPackage): boolean => one.package === name && one.language === language;
      return !isEmpty || !all.some((other) => isSame(other) && compareVersions(other.version, version) > 0);
    });
}

/** What the table says, or does not say, of a claim of the rows. */
export interface Remark {
  readonly language: Ecosystem;
  readonly package: string;
  readonly message: string;
}

/** Where the table is older than the rows: packages and paths that it does not know, and versions newer than those it read. */
export function behindOf(table: readonly VerifiedPackage[], claims: readonly Claim[]): Remark[] {
  return claims.flatMap((claim) => {
    const { named, path, package: group } = claim;
    const read = named.map(({ name }) => versionsOf(table, claim, name));
    const isKnown = read.flat().some((one) => (one.found[group]?.[path] ?? one.open[group]?.[path]) !== undefined);
    if (named.length > 0 && !isKnown && read.every((versions) => versions.length > 0))
      return [remark(claim, named[0]!.name, 'the path was never looked for')];
    return named.flatMap(({ name, version }, i): Remark[] => {
      if (read[i]!.length === 0) return [remark(claim, name, `${name} was never read`)];
      const isOld = read[i]!.every((one) => compareVersions(one.version, version) < 0);
      return isOld ? [remark(claim, name, `checked against ${version}, but ${read[i]![0]!.version} was read`)] : [];
    });
  });
}

/** Whether some of these paths were not found: a row may name another version of the package since. */
export function hasOpen(table: readonly VerifiedPackage[], claims: readonly Claim[]): boolean {
  return claims.some(({ ecosystem, package: group, path }) =>
    table.some(({ language, open }) => language === ecosystem && open[group]?.[path] !== undefined),
  );
}

function versionsOf(table: readonly VerifiedPackage[], { ecosystem }: Claim, name: string): VerifiedPackage[] {
  return table.filter((one) => one.package === name && one.language === ecosystem);
}

function remark({ entry, path, ecosystem }: Claim, name: string, says: string): Remark {
  return { language: ecosystem, package: name, message: `${entry.document.file}:${entry.line}: ${path}: ${says}` };
}
