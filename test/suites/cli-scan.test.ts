// A scan from within: progress, interrupts and mistakes with a made-up workspace; and the built program over every fixture of flows.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { decodeText, lineAt, lineStarts } from '../../server/src/base/text.ts';
import { progressLine } from '../../server/src/commands/drive.ts';
import { knowledgeOf } from '../../server/src/commands/knowledge.ts';
import { type ScanOptions, scan } from '../../server/src/commands/scan.ts';
import type { Terminal, TextStream } from '../../server/src/commands/streams.ts';
import type { OpenedWorkspace } from '../../server/src/commands/workspace.ts';
import { analysedText, isNotAnalysed } from '../../server/src/host/container.ts';
import { languageOf } from '../../server/src/host/languages.ts';
import { portablePath } from '../../server/src/host/node-fs.ts';
import { atOnceInShort, factorsInShort } from '../../server/src/policy/estimate.ts';
import type { CallEstimate } from '../../server/src/policy/finding.ts';
import type { CheckResult, Progress } from '../../server/src/project.ts';
import { displayWidth } from '../../server/src/report/terminal.ts';
import { differences, type Found } from './fixtures.ts';
import { coverageOf, findingAt, resultOf } from './report-samples.ts';

const here = portablePath(mkdtempSync(join(tmpdir(), 'distillint-scan-')), '/');
after(() => rmSync(here, { recursive: true, force: true }));

const finding = findingAt({ path: `${here}/a.py`, start: 0, end: 1 });
const rules = JSON.parse(readFileSync(join('dist', 'rules.json'), 'utf8'));
const knowledge = knowledgeOf(rules);

const standard: ScanOptions = {
  format: 'pretty',
  minConfidence: 'medium',
  failOn: 'warning',
  rule: [],
  stats: false,
  snippets: true,
  color: true,
  quiet: false,
  requireComplete: false,
};

test('confidence, rules and what is off by default decide what counts', async () => {
  const low = { ...finding, confidence: 'low' as const };
  const notice = { ...finding, rule: 'provenance/model-notice', level: 'note' as const };
  const problems = [{ place: finding.place, message: 'The suppression gives no reason.', cure: 'Say why.' }];
  assert.equal((await runFake(resultOf([low]))).code, 0);
  assert.equal((await runFake(resultOf([low]), { minConfidence: 'low' })).code, 1);
  assert.equal((await runFake(resultOf([finding]), { rule: ['volume/bulk-query'] })).code, 0);
  assert.equal((await runFake(resultOf([notice]), { failOn: 'note' })).code, 0);
  assert.equal((await runFake(resultOf([notice]), { failOn: 'note', rule: ['provenance/model-notice'] })).code, 1);
  assert.equal((await runFake(resultOf([{ ...finding, level: 'permitted' }]), { failOn: 'note' })).code, 0);
  const wrong = await runFake(resultOf([], { problems }));
  assert.equal(wrong.code, 1);
  assert.match(wrong.out, /The suppression gives no reason\. Say why\. \[config\/suppression\]/);
});

test('mistakes in configuration fail the scan, but not the report', async () => {
  const mistakes = [
    { path: `${here}/distillint.yaml`, line: 4, message: 'found `purpse`, expected one of the keys purpose' },
  ];
  const { code, out, err } = await runFake(resultOf([finding]), { format: 'json' }, { mistakes });
  assert.equal(code, 2);
  assert.equal(JSON.parse(out).results.length, 1);
  assert.match(err, /^distillint: distillint\.yaml:4: found `purpse`, expected/m);
});

test('partial coverage is named, and fails only if it was asked for', async () => {
  const skipped = [
    { path: `${here}/b.py`, reason: 'unreadable: permission denied' },
    { path: `${here}/c.py`, reason: 'ignored: by an ignore file' },
  ];
  const result = resultOf([], { coverage: coverageOf({ skipped }) });
  const lax = await runFake(result);
  assert.equal(lax.code, 0);
  assert.equal(lax.err, 'distillint: skipped b.py: unreadable: permission denied\n');
  assert.match(lax.out, /Not looked at: 1 ignored, 1 unreadable\./);
  const strict = await runFake(result, { requireComplete: true, quiet: true });
  assert.equal(strict.code, 2);
  assert.equal(
    strict.err,
    'distillint: coverage is partial, and --require-complete was given: 1 file not looked at.\n',
  );
});

test('an interrupt ends with 130, and nothing that was found is written', async () => {
  for (const phase of ['load', 'check'] as const) {
    function* interrupted<R>(result: R): Generator<Progress, R> {
      process.emit('SIGINT');
      // Longer than a slice: an interrupt is heard between two.
      const end = Date.now() + 200;
      while (Date.now() < end) yield { phase: 'searching', done: 1, total: 2, path: `${here}/a.py` };
      return result;
    }
    const steps =
      phase === 'load' ? { load: () => interrupted(undefined) } : { check: () => interrupted(resultOf([finding])) };
    const { code, out, err } = await runFake(resultOf([finding]), {}, steps);
    assert.deepEqual([code, out, err], [130, '', 'distillint: interrupted; nothing was written.\n']);
  }
  assert.equal(process.listenerCount('SIGINT'), 0);
});

test('an error of ours is not swallowed, and leaves no line of progress', async () => {
  // biome-ignore lint/correctness/useYield: it fails before its first step.
  function* broken(): Generator<Progress, CheckResult> {
    throw new Error('a mistake');
  }
  await assert.rejects(runFake(resultOf([]), {}, { check: broken }), /a mistake/);
  assert.equal(process.listenerCount('SIGINT'), 0);
});

test('progress is one line on a terminal, and is gone at the end', async () => {
  const { err } = await runFake(resultOf([]), {}, { columns: 40 });
  assert.match(err, /^\r.\[KReading files 1 /);
  assert.match(err, /\r.\[K$/);
  assert.doesNotMatch(err, /\n/);
  assert.equal((await runFake(resultOf([]), { quiet: true }, { columns: 40 })).err, '');
  assert.equal((await runFake(resultOf([]))).err, '');
  const path = `${here}/日本/${'long/'.repeat(30)}end.py`;
  const line = progressLine({ phase: 'searching', done: 2, total: 7, path }, here, 60);
  assert.match(line, /^Searching 2\/7 ….*long\/end\.py$/);
  assert.ok(displayWidth(line) <= 60);
});

// Every folder test/fixtures/flows/<topic>/<case> says on which lines what is found; the command line has to agree.
const flows = join('test', 'fixtures', 'flows');
const cases = foldersIn(flows).flatMap((topic) => foldersIn(join(flows, topic)).map((name) => `${topic}/${name}`));

test('fixtures of flows, through the command line', { concurrency: availableParallelism() }, async (t) => {
  await Promise.all(
    cases.map((name) =>
      t.test(name, async () => {
        const folder = join(flows, name);
        const { results } = await scanBuilt(folder);
        const problems = sourcesIn(folder).flatMap((file) => {
          const text = analysed(join(folder, file));
          const starts = lineStarts(text);
          const found = results.filter(({ place }) => place.path === file).map((result) => foundIn(result, starts));
          return differences(file, text, found);
        });
        assert.ok(problems.length === 0, `\n  ${problems.join('\n  ')}`);
      }),
    ),
  );
});

/** A result as the JSON report gives it, as far as marks ask. */
interface JsonResult {
  readonly rule: string;
  readonly place: { readonly path: string; readonly start: number };
  readonly provider: { readonly host: string; readonly author: string };
  readonly confidence: string;
  readonly level: string;
  readonly stance: string;
  readonly model?: string;
  readonly estimate?: CallEstimate;
}

function foundIn(result: JsonResult, starts: Uint32Array): Found {
  const { rule, place, provider, confidence, level, stance, model, estimate } = result;
  const calls = estimate && factorsInShort(estimate);
  const atOnce = estimate && atOnceInShort(estimate);
  const facts = { provider: provider.host, author: provider.author, confidence, level, stance, model, calls, atOnce };
  return { line: lineAt(starts, place.start) + 1, rule, facts };
}

function scanBuilt(folder: string): Promise<{ readonly results: readonly JsonResult[] }> {
  return new Promise((resolve, reject) => {
    const args = [join('dist', 'cli.js'), 'scan', folder, '--format', 'json'];
    execFile(process.execPath, args, { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error && error.code !== 1) reject(new Error(stderr));
      else resolve(JSON.parse(stdout));
    });
  });
}

/** The text that offsets refer to. */
function analysed(file: string): string {
  const found = analysedText(languageOf(file)!, decodeText(readFileSync(file)).text);
  return isNotAnalysed(found) ? '' : found.text;
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return entries.map((entry) => entry.name).sort();
}

function sourcesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));
  return names.filter((name) => languageOf(name) !== undefined).sort();
}

interface Fake extends Partial<OpenedWorkspace> {
  readonly check?: () => Generator<Progress, CheckResult>;
  /** Makes standard error a terminal. */
  readonly columns?: number;
}

/** Runs a scan of a workspace that has `result`. */
async function runFake(result: CheckResult, given: Partial<ScanOptions> = {}, fake: Fake = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const stream = (to: string[], columns?: number): TextStream => ({
    ...(columns === undefined ? {} : { isTTY: true, columns }),
    write(text, done) {
      to.push(text);
      done();
      return true;
    },
  });
  const terminal: Terminal = { stdout: stream(out), stderr: stream(err, fake.columns), cwd: here, env: {} };
  const check = fake.check ?? (() => steps(result));
  const workspace: OpenedWorkspace = {
    project: { check, source: () => undefined, graph: () => undefined, matches: () => undefined },
    load: () => steps(undefined),
    ...fake,
  };
  const code = await scan(
    [],
    { ...standard, ...given },
    { open: async () => workspace, knowledge, version: '0', terminal },
  );
  return { code, out: out.join(''), err: err.join('') };
}

function* steps<R>(result: R): Generator<Progress, R> {
  yield { phase: 'reading', done: 1, total: 1, path: `${here}/a.py` };
  return result;
}
