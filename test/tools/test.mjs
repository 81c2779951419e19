// `npm test`: sets up, builds, type checks, lints, runs every suite, and ends with one line of totals.
// `npm test -- NAME...` runs only the suites whose file name contains a NAME, without the checks.
// Only Node's own modules here: on a fresh machine nothing is installed yet.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { install, root, run } from './setup.mjs';

const only = process.argv.slice(2);
let passed = 0;
let failed = 0;

main();

async function main() {
  if (install() !== 0) return finish('install');
  const wanted = only.length > 0 ? `--tests=${only.join(',')}` : '--tests';
  if (run(process.execPath, [tool('build'), wanted]) !== 0) {
    // Who asks for one suite may be in the middle of something else; who asks for all wants to know.
    if (only.length === 0) return finish('build');
    console.error('The build failed; the suites run with what is there.');
  }
  if (only.length === 0) {
    check('type check', process.execPath, [tool('typecheck')]);
    check('lint', process.execPath, [
      join('node_modules', '@biomejs', 'biome', 'bin', 'biome'),
      'check',
      '--error-on-warnings',
    ]);
  }
  runSuites();
  if (only.length === 0 && existsSync(join(root, tool('editor')))) await runEditor();
  finish();
}

function tool(name) {
  return join('test', 'tools', `${name}.mjs`);
}

function check(name, command, args) {
  const ok = run(command, args) === 0;
  console.log(`${ok ? 'passed' : 'FAILED'}: ${name}`);
  if (ok) passed++;
  else failed++;
}

function runSuites() {
  const folder = join(root, 'dist', 'test');
  const all = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.test.js')) : [];
  const suites = all.filter((name) => only.length === 0 || only.some((part) => name.includes(part)));
  if (suites.length === 0) return only.length > 0 ? broken(`no suite is named ${only.join(' or ')}`) : undefined;
  // Two runs in one checkout must not read each other's.
  const totals = join(mkdtempSync(join(tmpdir(), 'distillint-')), 'totals.json');
  run(process.execPath, [
    '--enable-source-maps',
    '--test',
    // A suite that waits for ever has failed.
    '--test-timeout=300000',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=./${tool('reporter').replaceAll('\\', '/')}`,
    `--test-reporter-destination=${totals}`,
    ...suites.map((name) => join('dist', 'test', name)),
  ]);
  // The totals are the last thing written: without them the run broke off.
  try {
    const counts = JSON.parse(readFileSync(totals, 'utf8'));
    passed += counts.passed;
    failed += counts.failed;
  } catch {
    broken('the suites did not run to their end');
  } finally {
    rmSync(dirname(totals), { recursive: true, force: true });
  }
}

/** The editor's tests count themselves and say so in one line of JSON; everything else they print is passed on. */
function runEditor() {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [tool('editor')], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let rest = '';
    let counts;
    const take = (line) => {
      const found = line.startsWith('{"suite":') ? parseCounts(line) : undefined;
      if (found)
        counts = { passed: (counts?.passed ?? 0) + found.passed, failed: (counts?.failed ?? 0) + found.failed };
      else console.log(line);
    };
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
    });
    child.on('error', (error) => console.error(error.message));
    child.on('close', (code) => {
      if (rest !== '') take(rest);
      passed += counts?.passed ?? 0;
      failed += counts?.failed ?? 0;
      if (!counts) broken('the editor suites did not run to their end');
      else if (code !== 0 && counts.failed === 0) broken(`the editor suites ended with exit code ${code}`);
      resolve();
    });
  });
}

function parseCounts(line) {
  try {
    const value = JSON.parse(line);
    return Number.isInteger(value.passed) && Number.isInteger(value.failed) ? value : undefined;
  } catch {
    return undefined;
  }
}

function broken(what) {
  console.error(`FAILED: ${what}`);
  failed++;
}

function finish(brokenStep) {
  if (brokenStep) broken(brokenStep);
  console.log(`tests: ${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
