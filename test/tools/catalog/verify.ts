// `npm run catalog:verify`, as verify.mjs starts it: node verify.js NAME...
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCatalog } from '../../../server/src/catalog/documents.ts';
import type { Ecosystem } from '../../../server/src/catalog/model.ts';
import type { PythonParser } from '../../../server/src/syntax/python/parser.ts';
import { builtPython } from '../../suites/workspaces.ts';
import { type Claim, claimsOf, createStarts, type Start } from './claims.ts';
import { ruleFiles } from './entries.ts';
import { type Answer, lookUp } from './lookup.ts';
import { unpackArchive } from './read/archives.ts';
import { createReader } from './read/declarations.ts';
import { npmFolder, pythonFolder } from './read/folders.ts';
import { behindOf, readTable, type VerifiedPackage, writeTable } from './table.ts';

/** Reads the named packages, all, or with `--missing` those that the table is behind of, and writes it. Gives an exit code. */
async function verify(given: readonly string[]): Promise<number> {
  const names = given.filter((name) => name !== '--missing');
  const { text, problems } = readCatalog(ruleFiles(join('rules', 'catalog')));
  for (const { message } of problems) console.error(message);
  if (problems.length > 0) return 2;
  const claims = claimsOf(text);
  const startsOf = createStarts(text);
  const starts = (claim: Claim): Start[] => startsOf(claim.entry.document, claim.path);
  let table = readTable();
  const behind = new Set(behindOf(table, claims).map(({ language, package: name }) => `${language} ${name}`));
  const packages = packagesIn(claims).filter(({ ecosystem, name }) =>
    names.length > 0 ? names.includes(name) : !given.includes('--missing') || behind.has(`${ecosystem} ${name}`),
  );
  for (const name of names)
    if (!packages.some((other) => other.name === name)) console.error(`${name}: no row is checked against it`);
  const python = await builtPython();
  const temporary = mkdtempSync(join(tmpdir(), 'distillint-verify-'));
  // What no row names any more is forgotten.
  const all = packagesIn(claims);
  table = table.filter((known) =>
    all.some(({ name, ecosystem }) => name === known.package && ecosystem === known.language),
  );
  try {
    for (const wanted of packages) {
      const readVersion = (claims: readonly Claim[], version?: string) =>
        readPackage(wanted, claims, version, starts, python, join(temporary, 'package'));
      const newest = readVersion(wanted.claims);
      const made = [newest];
      // What is gone from the newest version may well have been in the one that a person looked at; old code still uses it.
      const gone = wanted.claims.filter(({ package: group, path }) => newest.open[group]?.[path] !== undefined);
      if (gone.length > 0 && newest.version !== wanted.version) {
        const older = readVersion(gone, wanted.version);
        if (Object.keys(older.found).length > 0) made.push({ ...older, open: {} });
      }
      table = table.filter((known) => known.package !== wanted.name || known.language !== wanted.ecosystem);
      table.push(...made);
      table = settled(table);
      writeTable(table);
      console.error(`${wanted.name} ${newest.version}`);
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  let drifted = 0;
  for (const wanted of packages) {
    const versions = table.filter(
      ({ package: name, language }) => name === wanted.name && language === wanted.ecosystem,
    );
    drifted += report(versions, wanted.version);
  }
  return drifted > 0 || names.some((name) => !packages.some((other) => other.name === name)) ? 1 : 0;
}

/** Where a row names several packages, its paths need only be in one of them. */
function settled(table: readonly VerifiedPackage[]): VerifiedPackage[] {
  return table.map((one) => {
    const others = table.filter(({ package: name, language }) => name !== one.package && language === one.language);
    const open = Object.entries(one.open).map(([group, paths]) => [
      group,
      Object.fromEntries(Object.entries(paths).filter(([path]) => !others.some((o) => o.found[group]?.[path]))),
    ]);
    return { ...one, open: Object.fromEntries(open) };
  });
}

interface Wanted {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  /** The newest that a row names. */
  readonly version: string;
  readonly claims: readonly Claim[];
}

/** The packages that rows are checked against. */
function packagesIn(claims: readonly Claim[]): Wanted[] {
  const found = new Map<string, { ecosystem: Ecosystem; name: string; version: string; claims: Claim[] }>();
  for (const claim of claims)
    for (const { name, version } of claim.named) {
      const key = `${claim.ecosystem} ${name}`;
      const known = found.get(key) ?? { ecosystem: claim.ecosystem, name, version, claims: [] };
      known.claims.push(claim);
      found.set(key, known);
    }
  return [...found.values()];
}

/** Reads one version, by default the newest, and looks for the paths of `claims` in it. */
function readPackage(
  { ecosystem, name, version: claimed }: Wanted,
  claims: readonly Claim[],
  version: string | undefined,
  starts: (claim: Claim) => Start[],
  python: PythonParser,
  temporary: string,
): VerifiedPackage {
  const archive = unpackArchive(ecosystem, name, version, temporary);
  if (typeof archive === 'string') {
    const answers = claims.map(() => ({ open: archive }));
    return entryOf(ecosystem, name, version ?? claimed, claims, answers);
  }
  const text = ecosystem === 'python' ? pythonFolder(archive.folder, python) : npmFolder(archive.folder);
  const answers = lookUp(claims, starts, createReader(text));
  rmSync(temporary, { recursive: true, force: true });
  return entryOf(ecosystem, name, archive.version, claims, answers);
}

function entryOf(
  language: Ecosystem,
  name: string,
  version: string,
  claims: readonly Claim[],
  answers: readonly Answer[],
): VerifiedPackage {
  const found: Record<string, Record<string, string>> = {};
  const open: Record<string, Record<string, string>> = {};
  claims.forEach((claim, i) => {
    const answer = answers[i]!;
    const [group, value] = 'file' in answer ? [found, answer.file] : [open, answer.open];
    group[claim.package] ??= {};
    group[claim.package]![claim.path] = value;
  });
  // A path that stands in two rows is found if one of them is.
  for (const [group, paths] of Object.entries(found)) for (const path of Object.keys(paths)) delete open[group]?.[path];
  return { package: name, language, version, day: new Date().toISOString().slice(0, 10), found, open };
}

/** Says what the newest version has not; gives how many paths no version has. */
function report([newest, older]: readonly VerifiedPackage[], claimed: string): number {
  const { package: name, version, found, open } = newest!;
  const count = (paths: VerifiedPackage['found']): number =>
    Object.values(paths).reduce((sum, group) => sum + Object.keys(group).length, 0);
  console.log(`${name} ${version} (rows: ${claimed}): ${count(found)} found, ${count(open)} not`);
  for (const [group, paths] of Object.entries(open))
    for (const [path, reason] of Object.entries(paths)) {
      const before = older?.found[group]?.[path] === undefined ? '' : `; still there in ${older.version}`;
      console.log(`  ${group}: ${path}: ${reason}${before}`);
    }
  return count(open) - count(older?.found ?? {});
}

void verify(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
