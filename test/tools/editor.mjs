// The suites that need VS Code itself. Sets up code-server and a browser where they are missing, packs the extension, and runs
//   package    what is in the .vsix
//   extension  test/editor/suite.ts inside the extension host, through @vscode/test-electron
//   ui         the packed .vsix in a real window, by keyboard and mouse
// `editor.mjs NAME...` runs only those. DISTILLINT_VSCODE names a desktop VS Code to use for `extension` instead.
// DISTILLINT_TEST_GREP runs only the tests of `extension` whose title contains it.
// The last line is one JSON for test.mjs. A suite that cannot start has failed; none is skipped.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { runTests } from '@vscode/test-electron';
import * as esbuild from 'esbuild';
import { compareFiles, packExtension } from '../editor/package.mjs';
import { prepareTools, say } from '../editor/tools.mjs';
import { runUserInterface } from '../editor/ui.mjs';
import { root } from './setup.mjs';

const flows = join(root, 'test', 'fixtures', 'flows');
const only = process.argv.slice(2);
const desktop = process.env.DISTILLINT_VSCODE;
const suites = { package: checkPackage, extension: runInExtensionHost, ui: runInWindow };
const folders = [];
let passed = 0;
let failed = 0;

await main();
console.log(JSON.stringify({ suite: 'editor', passed, failed }));
process.exit(failed > 0 ? 1 : 0);

async function main() {
  const unknown = only.filter((name) => !(name in suites));
  if (unknown.length > 0) return broken(`there is no suite ${unknown.join(', ')}`);
  const names = Object.keys(suites).filter((name) => only.length === 0 || only.includes(name));
  try {
    say('packing the extension ...');
    const extension = packExtension();
    folders.push(extension.folder);
    const tools = desktop ? undefined : await prepareTools();
    for (const name of names) await runSuite(name, { extension, tools });
  } catch (error) {
    broken(error.message);
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function runSuite(name, context) {
  const started = performance.now();
  say(`running ${name} ...`);
  try {
    const counts = await suites[name](context);
    passed += counts.passed;
    failed += counts.failed;
  } catch (error) {
    broken(`${name}: ${error.message}`);
  }
  say(`${name} took ${Math.round((performance.now() - started) / 1000)} s`);
}

function broken(what) {
  failed++;
  console.log(`FAILED: ${what}`);
}

function checkPackage({ extension }) {
  const differences = compareFiles(extension.files);
  for (const line of differences) console.log(`  ${line}`);
  return differences.length > 0 ? { passed: 0, failed: 1 } : { passed: 1, failed: 0 };
}

async function runInExtensionHost({ extension, tools }) {
  const folder = scratch();
  const result = join(folder, 'result.json');
  const suite = join(folder, 'suite.js');
  const log = join(root, 'dist', 'editor.log');
  await esbuild.build({
    entryPoints: [join(root, 'test', 'editor', 'suite.ts')],
    outfile: suite,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    external: ['vscode'],
    define: { MOCHA: JSON.stringify(join(root, 'node_modules', 'mocha')) },
  });
  try {
    await runTests({
      vscodeExecutablePath: desktop ?? join(root, 'test', 'editor', 'shim.mjs'),
      extensionDevelopmentPath: extension.folder,
      extensionTestsPath: suite,
      launchArgs: [copyAllFixtures(folder)],
      extensionTestsEnv: {
        DISTILLINT_TEST_RESULT: result,
        DISTILLINT_EDITOR_TOOLS: JSON.stringify(tools),
        DISTILLINT_EDITOR_LOG: log,
      },
    });
  } catch (error) {
    if (!desktop) say(`what the window said of itself is in ${log}`);
    // A suite that ran to its end has said more than the exit code does.
    if (!existsSync(result)) throw error;
  }
  return JSON.parse(readFileSync(result, 'utf8'));
}

function runInWindow({ extension, tools }) {
  if (!tools) throw new Error('needs code-server; run it without DISTILLINT_VSCODE');
  const screenshots = join(root, 'dist', 'screenshots');
  return runUserInterface({ tools, vsix: extension.vsix, workspace: copyFixture(scratch()), screenshots });
}

/** A copy of one fixture's folder: the suites edit files, and an editor leaves things beside them. */
function copyFixture(folder) {
  const workspace = join(folder, 'workspace');
  cpSync(join(flows, 'editor', 'workspace'), workspace, { recursive: true });
  return workspace;
}

/** A copy of all fixtures of flows, and a workspace in which each of them is a folder; the one to work in comes first. */
function copyAllFixtures(folder) {
  const copy = join(folder, 'flows');
  cpSync(flows, copy, { recursive: true });
  const cases = readdirSync(copy).flatMap((topic) => readdirSync(join(copy, topic)).map((name) => join(topic, name)));
  const first = join('editor', 'workspace');
  const ordered = [first, ...cases.filter((name) => name !== first)];
  const file = join(folder, 'flows.code-workspace');
  writeFileSync(file, JSON.stringify({ folders: ordered.map((name) => ({ name, path: join('flows', name) })) }));
  return file;
}

function scratch() {
  const folder = mkdtempSync(join(tmpdir(), 'distillint-suite-'));
  folders.push(folder);
  return folder;
}
