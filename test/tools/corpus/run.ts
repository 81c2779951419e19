// Scans labelled repositories with the command line of the build and compares what it finds with the labels; corpus.mjs says how
// it is called. Nothing of the repositories is run.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Log } from 'sarif';
import { discover } from '../../../server/src/host/discovery.ts';
import { nodeFileSystem, portablePath } from '../../../server/src/host/node-fs.ts';
import { type Detection, detectionOf, worseThan } from './floors.ts';
import { type LabelledFile, labelsByRepository } from './labels.ts';
import { addScore, emptyScore, type Share } from './score.ts';

const floorsFile = join('docs', 'detection.json');

/** What one scan took: seconds on the clock and megabytes at most. */
interface Cost {
  readonly repo: string;
  readonly seconds: number;
  readonly megabytes: number;
}

main().catch((error: Error) => stop(error.message));

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      repo: { type: 'string', multiple: true, default: [] },
      jobs: { type: 'string', default: '1' },
      confidence: { type: 'string', default: 'medium' },
      raise: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
    },
  });
  const [labelsFile, code] = positionals as [string, string];
  const labels = [...labelsByRepository(readFileSync(labelsFile, 'utf8'))].filter(
    ([repo]) => values.repo.length === 0 || values.repo.includes(repo),
  );
  const missing = labels.filter(([repo]) => !existsSync(folderOf(code, repo))).map(([repo]) => repo);
  if (missing.length > 0) stop(`not laid out in ${code} as owner+name: ${missing.join(', ')}`);
  const temporary = mkdtempSync(join(tmpdir(), 'distillint-corpus-'));
  process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));
  const score = emptyScore();
  const costs: Cost[] = [];
  let lines = 0;
  const pending = [...labels];
  const scanNext = async (): Promise<void> => {
    for (let next = pending.shift(); next; next = pending.shift()) {
      const [repo, files] = next;
      const folder = folderOf(code, repo);
      const out = join(temporary, `${repo.replace('/', '+')}.sarif`);
      costs.push({ repo, ...(await scan(folder, out, values.confidence)) });
      addScore(score, files, JSON.parse(readFileSync(out, 'utf8')) as Log);
      if (isOrdinary(files)) lines += linesOf(folder);
      process.stderr.write(`${labels.length - pending.length}/${labels.length} ${repo}\n`);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, scanNext));
  const now = detectionOf(score, lines);
  if (!values.quiet) for (const remark of [...score.remarks].sort()) console.log(remark);
  show(now, costs);
  // A part of the labels says nothing about the floors of all.
  if (values.repo.length === 0 && values.confidence === 'medium') compare(now, values.raise);
}

function folderOf(code: string, repo: string): string {
  return join(code, repo.replace('/', '+'));
}

function isOrdinary(files: readonly LabelledFile[]): boolean {
  return files[0]?.kind === 'ordinary';
}

/** Scans one repository. A scan that does not finish ends everything: a score without it would say too much or too little. */
function scan(folder: string, out: string, confidence: string): Promise<Omit<Cost, 'repo'>> {
  const program = [
    '--require',
    join(process.cwd(), 'test', 'tools', 'corpus', 'peak.cjs'),
    join(process.cwd(), 'dist', 'cli.js'),
    ...['scan', folder, '--format', 'sarif', '--output', out, '--quiet', '--min-confidence', confidence],
  ];
  const begin = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, program, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
    let errors = '';
    let peak = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    (child.stdio[3] as NodeJS.ReadableStream).setEncoding('utf8').on('data', (text: string) => {
      peak += text;
    });
    child.on('close', (status) => {
      if (status !== 0 && status !== 1) stop(`${folder}: the scan ended with ${status ?? 'a signal'}\n${errors}`);
      resolve({ seconds: (performance.now() - begin) / 1000, megabytes: Number(peak) / 1024 });
    });
  });
}

function linesOf(folder: string): number {
  let lines = 0;
  for (const { path } of discover(nodeFileSystem, [portablePath(folder, process.cwd())]).files)
    for (const byte of readFileSync(path)) if (byte === 10) lines++;
  return lines;
}

function show(now: Detection, costs: readonly Cost[]): void {
  const listed = (shares: Readonly<Record<string, Share>>): string =>
    Object.entries(shares)
      .map(([name, share]) => `${name} ${written(share)}`)
      .join(', ');
  for (const kind of ['categories', 'flows', 'languages', 'difficulty'] as const)
    console.log(`${kind}: ${listed(now[kind])}`);
  const { hit, places } = now.benign;
  const { warnings, notes, lines } = now.ordinary;
  console.log(`all sites: ${written(now.all)}; benign places hit: ${hit} of ${places}`);
  console.log(`ordinary repositories: ${warnings} unlabelled warnings, ${notes} notes in ${lines} lines`);
  const most = (by: 'seconds' | 'megabytes'): string =>
    [...costs]
      .sort((a, b) => b[by] - a[by])
      .slice(0, 5)
      .map((cost) => `${cost.repo} ${cost[by].toFixed(by === 'seconds' ? 1 : 0)}`)
      .join(', ');
  console.log(`most seconds: ${most('seconds')}\nmost megabytes: ${most('megabytes')}`);
}

function written({ found, sites }: Share): string {
  return `${found}/${sites} (${sites === 0 ? '-' : ((100 * found) / sites).toFixed(1)} %)`;
}

function compare(now: Detection, raise: boolean): void {
  const floors = existsSync(floorsFile) ? (JSON.parse(readFileSync(floorsFile, 'utf8')) as Detection) : undefined;
  const worse = floors ? worseThan(floors, now) : [];
  for (const problem of worse) console.log(`BELOW THE FLOOR ${problem}`);
  if (worse.length > 0) process.exitCode = 1;
  else if (raise) {
    writeFileSync(floorsFile, `${JSON.stringify(now, undefined, 2)}\n`);
    console.log(`${floorsFile} is written; npm run docs:tables brings it into docs/detection.md`);
  }
}

function stop(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
