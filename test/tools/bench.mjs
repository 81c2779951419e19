// `npm run bench [-- FOLDER...]`: what Distillint costs, as ratios to reading and parsing the same files in the same run.
// Without folders it measures workspaces that it makes itself. All times are CPU times of processes, so that a busy machine
// changes them little; they are shown, but only their ratios have limits.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { generateLongFile, generatePlain, generateWithModelCalls } from './bench/generate.mjs';
import { createTable, megabytes } from './bench/table.mjs';
import { bundleTool } from './bundle.mjs';
import { build, install, root } from './setup.mjs';

const help = `npm run bench -- [--check] [--rounds=N] [FOLDER...]

Says what Distillint costs, as ratios to reading and parsing the same files in the same run.
Without a FOLDER it measures workspaces that it makes itself, which takes some minutes.

  --check      exit code 1 if a ratio is over its limit
  --rounds=N   how often everything is measured, at least 9 (default 11)
  --help       this text`;

const { values: options, positionals: given } = readArguments();
const rounds = Math.max(9, Number(options.rounds) || 11);
// npm changes into the package's folder; a path that was typed elsewhere is meant from there.
const folders = given.map((folder) => resolve(process.env.INIT_CWD ?? process.cwd(), folder));
const dist = join(root, 'dist');

// The limits of docs/architecture.md.
const limits = { reading: 2, parsing: 3, keystroke: 3, growth: 2.1, rules: 0.5, rows: 1.1 };

const temporary = mkdtempSync(join(tmpdir(), 'distillint-bench-'));
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));
process.on('SIGINT', () => process.exit(130));

const setup = install({ quiet: true });
if (setup !== 0) process.exit(setup);
if (build({ quiet: true }) !== 0) {
  if (!existsSync(join(dist, 'rules.json'))) process.exit(1);
  console.error('The build failed; rules and parsers are those of the last one.');
}
const measurer = await bundleTool('bench/measure.ts');

const model = cpus()[0]?.model.trim() ?? 'unknown processor';
console.log(`${cpus().length} × ${model}, Node ${process.versions.node}, ${process.platform}`);
console.log(`${rounds} rounds; ratios are medians, with the smallest and the largest\n`);
const table = createTable();
if (folders.length > 0) for (const folder of folders) measureFolder(folder);
else measureGenerated();
measureStart();
measureRows();
if (table.isOver() && options.check) process.exitCode = 1;

function readArguments() {
  try {
    const read = parseArgs({
      allowPositionals: true,
      options: { check: { type: 'boolean' }, rounds: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (!read.values.help) return read;
    console.log(help);
    process.exit(0);
  } catch (error) {
    console.error(`${error.message}\n\n${help}`);
    process.exit(2);
  }
}

function measureGenerated() {
  const plain = join(temporary, 'plain');
  const withCalls = join(temporary, 'with-calls');
  const large = join(temporary, 'large');
  // Many, since reading few files costs less than compiling what reads them.
  generatePlain(plain, 4000);
  generateWithModelCalls(withCalls, 300);
  generateWithModelCalls(large, 1500);
  measureScan('without model calls', plain);
  measureScan('with model calls', withCalls);
  for (const [name, file] of [
    ['Python', 'scripts/long.py'],
    ['TypeScript', 'web/pipeline/long.ts'],
  ]) {
    const text = generateLongFile(name === 'Python' ? 'python' : 'typescript', 1000);
    table.head(`keystroke in a ${name} file that calls a model`);
    measureEdit('in a workspace', withCalls, file, text);
    measureEdit('in one five times as big', large, file, text);
  }
  table.head('keystroke in a file that calls no model');
  measureEdit('in a workspace', withCalls, 'app/orders/long.py', generateLongFile('python', 1000, { isPlain: true }));
  measureGrowth('without model calls', plain);
  measureGrowth('with model calls', withCalls);
}

function measureFolder(folder) {
  const { parsed } = measureScan(folder, folder);
  // The file that matters whose length is nearest to a thousand lines.
  const lines = (path) => readFileSync(path, 'utf8').split('\n').length;
  const file = parsed
    .filter((path) => /\.(py|[cm]?[jt]sx?)$/.test(path))
    .map((path) => ({ path, distance: Math.abs(lines(path) - 1000) }))
    .sort((a, b) => a.distance - b.distance)[0]?.path;
  if (file !== undefined) {
    table.head(`keystroke in ${relative(folder, file)}`);
    measureEdit('in its workspace', folder, file);
  }
  measureGrowth(folder, folder);
}

/** Part 1 and 3: a scan of one workspace, what it is compared with, and the memory it takes. */
function measureScan(name, folder) {
  const result = run('scan', { roots: [folder] });
  const { times, parsed } = result;
  table.head(
    `scan ${name}: ${result.files} files, ${megabytes(result.bytes)}; ${parsed.length} parsed, ${megabytes(result.parsedBytes)}; ` +
      `${result.origins} model calls, ${result.findings} findings`,
  );
  const hasCalls = parsed.length > 0;
  table.ratio('scan / finding and reading the files', times.scan, times.read, hasCalls ? undefined : limits.reading);
  table.ratio('  of it before the search', times.load, times.read);
  if (hasCalls) {
    table.ratio('scan / parsing the files that matter', times.scan, times.matter, limits.parsing);
    table.ratio('  of it the search', times.check, times.matter);
  }
  const sampled = result.sampled === undefined ? '' : `, from ${megabytes(result.sampled)} of them`;
  table.ratio(`scan / parsing all files${sampled}`, times.scan, times.all);
  measureFresh(folder, parsed);
  return result;
}

/** The same in processes that did nothing before, as the command line is, where all code is still cold; and their memory. */
function measureFresh(folder, parsed) {
  const scans = [];
  const parses = [];
  const reads = [];
  const bare = [];
  const { files } = run('list', { roots: [folder] });
  for (let round = 0; round < rounds; round++) {
    scans.push(run('fresh', { roots: [folder] }));
    if (parsed.length > 0) parses.push(run('fresh', { roots: [], parse: parsed }));
    else reads.push(run('fresh', { roots: [folder], read: files }));
    bare.push(run('fresh', { roots: [] }));
  }
  const times = (runs) => runs.map(({ time }) => time);
  const peaks = (runs) => runs.map(({ peak }) => peak);
  if (parsed.length > 0) table.ratio('the same in a fresh process, scan / parsing', times(scans), times(parses));
  else table.ratio('the same in a fresh process, scan / reading', times(scans), times(reads));
  table.ratio('peak memory / that of rules and parsers', peaks(scans), peaks(bare), undefined, megabytes);
}

/** Part 2. */
function measureEdit(name, folder, file, text) {
  const { times, files, lines } = run('edit', { roots: [folder], file: resolve(folder, file), text });
  const about = `${name} of ${files} files / parsing its ${lines} lines`;
  table.ratio(about, times.edit, times.parse, limits.keystroke);
  table.ratio('  of it the check', times.check, times.parse);
}

/** Part 4: copies, so that only their number differs. */
function measureGrowth(name, folder) {
  table.head(`growth ${name}`);
  const to = mkdtempSync(join(temporary, 'growth-'));
  const { files } = run('list', { roots: [folder] });
  for (const copy of ['once/a', 'twice/a', 'twice/b']) {
    for (const file of files) {
      const target = join(to, copy, relative(folder, file));
      mkdirSync(dirname(target), { recursive: true });
      cpSync(file, target);
    }
  }
  const { times } = run('growth', { roots: [join(to, 'once')], twice: [join(to, 'twice')] });
  table.ratio('twice the workspace / once', times.twice, times.once, limits.growth);
  const peaks = (folder) => Array.from({ length: 3 }, () => run('fresh', { roots: [folder] }).peak);
  table.ratio('peak memory of twice / once', peaks(join(to, 'twice')), peaks(join(to, 'once')), undefined, megabytes);
}

/** Part 5: each of these happens once in a process, so every round is one. */
function measureStart() {
  table.head('start');
  measureLoading('loading the rules / the TypeScript parser', undefined, limits.rules);
}

function measureLoading(name, rules, limit) {
  const starts = Array.from({ length: rounds }, (_, round) => run('start', { roots: [], rounds: round, rules }));
  table.ratio(
    name,
    starts.map((start) => start.rules),
    starts.map(({ parser }) => parser),
    limit,
  );
}

/** Part 6: ten times the packages, of which a workspace uses no more than before. */
function measureRows() {
  const rules = join(temporary, 'rules.json');
  const { once, many } = run('multiply', { roots: [], rules, times: 10 });
  const folder = join(temporary, 'rows');
  generateWithModelCalls(folder, 300);
  table.head(`${many} rows instead of ${once}`);
  const { times } = run('matching', { roots: [folder], rules });
  table.ratio('the search with ten times the rows / once', times.many, times.once, limits.rows);
  table.ratio('finding and reading files with them / once', times.readMany, times.readOnce);
  measureLoading('loading them / the TypeScript parser', rules);
}

function run(part, argumentsOfPart) {
  const values = JSON.stringify({ dist, rounds, ...argumentsOfPart });
  // A long text does not fit into an argument everywhere.
  const result = spawnSync(process.execPath, ['--expose-gc', measurer, part], { input: values, encoding: 'utf8' });
  if (result.status === 0) return JSON.parse(result.stdout);
  process.stderr.write(result.stderr);
  console.error(`measuring ${part} failed`);
  process.exit(1);
}
