// `npm run catalog:verify`, as verify.mjs starts it: node verify.js NAME...
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCatalog } from '../../../server/src/catalog/documents.ts';
import type { Ecosystem } from '../../../server/src/catalog/model.ts';
import { builtPython } from '../../suites/workspaces.ts';
import { type Claim, claimsOf, createStarts, type Named, type Reading, readingsOf } from './claims.ts';
import { ruleFiles } from './entries.ts';
import { type Answer, lookUp, lookUpKeys, NO_MODULE } from './lookup.ts';
import { unpackArchive } from './read/archives.ts';
import { createReader } from './read/declarations.ts';
import { npmFolders, pythonFolders } from './read/folders.ts';
import { readAsked } from './read/keys.ts';
import { behindOf, enter, forget, hasOpen, type Result, readTable, writeTable } from './table.ts';

/** Reads the packages of the names given and, with `--missing`, those that the table is behind of or has open paths of; without either all. Gives an exit code. */
async function verify(given: readonly string[]): Promise<number> {
  const names = given.filter((name) => name !== '--missing');
  const { text, problems } = readCatalog(ruleFiles(join('rules', 'catalog')));
  for (const { message } of problems) console.error(message);
  if (problems.length > 0) return 2;
  const claims = claimsOf(text);
  const all = readingsOf(claims);
  const unknown = names.filter((name) => !all.some((reading) => reading.names.includes(name)));
  for (const name of unknown) console.error(`${name}: no row is checked against it`);
  let table = forget(readTable(), claims);
  const readings = all.filter((reading) => {
    if (reading.names.some((name) => names.includes(name))) return true;
    return given.includes('--missing')
      ? behindOf(table, reading.claims).length > 0 || hasOpen(table, reading.claims)
      : names.length === 0;
  });
  const python = await builtPython();
  const startsOf = createStarts(text);
  const archives = createArchives();
  const look = ({ ecosystem }: Reading, some: readonly Claim[], packages: readonly Unpacked[]): Look[] => {
    const folders = new Map(packages.flatMap(({ name, folder }) => (folder === undefined ? [] : [[name, folder]])));
    const answers = (): Answer[] => {
      if (ecosystem === 'configuration') return lookUpKeys(some, readAsked(folders));
      const reader = createReader(ecosystem === 'python' ? pythonFolders(folders, python) : npmFolders(folders));
      return lookUp(some, (claim) => startsOf(claim.entry.document, claim.path), reader);
    };
    const missing = packages.flatMap(({ name, reason }) => (reason === undefined ? [] : `${name}: ${reason}`));
    return answers().map((answer) => {
      if ('open' in answer)
        return answer.open === NO_MODULE && missing.length > 0 ? { open: missing.join('; ') } : answer;
      const { name, version } = packages.find(({ name }) => answer.file.startsWith(`${name}/`))!;
      return { ...answer, name, version, file: answer.file.slice(name.length + 1) };
    });
  };
  let open = 0;
  try {
    for (const [i, reading] of readings.entries()) {
      const newest = archives.get(reading.ecosystem, roundsOf(reading.claims[0]!)[0]!, false);
      const looks = look(reading, reading.claims, newest);
      // What is gone from the newest version may well have been in one that a person looked at; old code still uses it.
      const lost = new Set<string>();
      const gone = reading.claims.filter((_, j) => isOpen(looks[j]!));
      for (const claimed of new Set(gone.map(({ checked }) => checked)))
        for (const versions of roundsOf(gone.find(({ checked }) => checked === claimed)!)) {
          const some = reading.claims.filter((claim, j) => claim.checked === claimed && isOpen(looks[j]!));
          if (some.length === 0) break;
          if (versions.every((one) => newest.some(({ name, version }) => name === one.name && version === one.version)))
            continue;
          const named = archives.get(reading.ecosystem, versions, true);
          for (const { name, version, reason } of named)
            if (reason !== undefined) lost.add(`${name} ${version}: ${reason}`);
          const older = look(reading, some, named);
          some.forEach((claim, j) => {
            const at = reading.claims.indexOf(claim);
            looks[at] = together(looks[at]!, older[j]!);
          });
        }
      const results = looks.map(resultOf);
      table = forget(enter(table, reading, results, newest), claims);
      writeTable(table);
      open += report(reading, results, newest) + lost.size;
      for (const one of lost) console.log(`  ${one}`);
      archives.keep(readings.slice(i + 1));
    }
  } finally {
    archives.keep([]);
  }
  return open + unknown.length > 0 ? 1 : 0;
}

/** What one version has of a path. */
type Look = (Named & { readonly file: string; readonly missing: readonly string[] }) | { readonly open: string };

function isOpen(look: Look): boolean {
  return 'open' in look || look.missing.length > 0;
}

/** What two versions have together: a row may know what a keyword is called now and what it was called before. */
function together(newer: Look, older: Look): Look {
  if ('open' in older) return newer;
  if ('open' in newer) return older;
  return { ...newer, missing: newer.missing.filter((name) => older.missing.includes(name)) };
}

function resultOf(look: Look): Result {
  if ('open' in look || look.missing.length === 0) return look;
  return { open: `takes no ${look.missing.join(', ')} in ${look.name}/${look.file}` };
}

/** The versions that a claim names, one of each package at a time: it may name several of one, the newest first. */
function roundsOf({ named }: Claim): Named[][] {
  const versions = new Map<string, Named[]>();
  for (const one of named) versions.set(one.name, [...(versions.get(one.name) ?? []), one]);
  const rounds = Math.max(...[...versions.values()].map((list) => list.length));
  return Array.from({ length: rounds }, (_, i) => [...versions.values()].map((list) => list[i] ?? list.at(-1)!));
}

/** A package that was asked for: where it lies, or why it cannot be had. */
interface Unpacked extends Named {
  readonly folder?: string;
  readonly reason?: string;
}

/** Gets each package once, as long as a reading still needs it. */
function createArchives() {
  const root = mkdtempSync(join(tmpdir(), 'distillint-verify-'));
  const known = new Map<string, { readonly owner: string; readonly place: string; readonly unpacked: Unpacked }>();
  return {
    /** The packages in their newest versions, or in exactly those named. */
    get(ecosystem: Ecosystem, named: readonly Named[], isExact: boolean): readonly Unpacked[] {
      return named.map(({ name, version }) => {
        const owner = `${ecosystem} ${name}`;
        const key = isExact ? `${owner} ${version}` : owner;
        let entry = known.get(key);
        if (!entry) {
          const place = join(root, String(known.size));
          const archive = unpackArchive(ecosystem, name, isExact ? version : undefined, place);
          const unpacked = typeof archive === 'string' ? { name, version, reason: archive } : { name, ...archive };
          entry = { owner, place, unpacked };
          known.set(key, entry);
        }
        return entry.unpacked;
      });
    },
    /** Deletes what none of these needs. */
    keep(readings: readonly Reading[]): void {
      const needed = new Set(readings.flatMap(({ ecosystem, names }) => names.map((name) => `${ecosystem} ${name}`)));
      for (const { owner, place } of known.values())
        if (!needed.has(owner)) rmSync(place, { recursive: true, force: true });
      if (readings.length === 0) rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Says what was not found, and what only an older version has; gives how many paths no version has. */
function report({ claims }: Reading, results: readonly Result[], newest: readonly Unpacked[]): number {
  const open = results.filter((result) => 'open' in result).length;
  const names = newest.map(({ name, version, reason }) => `${name} ${reason === undefined ? version : `(${reason})`}`);
  console.log(`${names.join(', ')}: ${results.length - open} found, ${open} not`);
  claims.forEach(({ package: group, path, entry }, i) => {
    const result = results[i]!;
    const place = `${entry.document.file}:${entry.line}: ${group}: ${path}`;
    if ('open' in result) console.log(`  ${place}: ${result.open}`);
    else if (!newest.some(({ name, version }) => name === result.name && version === result.version))
      console.log(`  ${place}: only in ${result.name} ${result.version}`);
  });
  return open;
}

void verify(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
