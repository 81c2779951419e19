// What the editor suites need besides this repository: a Node that code-server accepts, code-server (VS Code with its
// extension host, from the npm registry), and a Chromium. Installed once below node_modules/.cache, then found there.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { root } from '../tools/setup.mjs';

// The switch that lets a built workbench run a test suite, and the major version of Node that code-server accepts, belong to
// a version of code-server: change the two together.
const codeServerVersion = '4.139.1';
const nodeVersion = '24.21.0';
const nodeMajor = nodeVersion.split('.')[0];

const cache = join(root, 'node_modules', '.cache', 'editor');

/**
 * Installs what is missing and returns the paths `{ node, codeServer, chromium }`.
 * Throws an error whose message tells a person what to do.
 */
export async function prepareTools() {
  if (process.platform !== 'linux' && !process.env.DISTILLINT_VSCODE) {
    throw new Error(
      'The editor suites set up their own VS Code on Linux only. Elsewhere set DISTILLINT_VSCODE to the executable of a desktop VS Code.',
    );
  }
  mkdirSync(cache, { recursive: true });
  const [node, codeServer, chromium] = await Promise.all([findNode(), findCodeServer(), findChromium()]);
  return { node, codeServer, chromium };
}

/** Prints one line of progress; everything the editor suites say of themselves starts alike. */
export function say(text) {
  console.log(`editor: ${text}`);
}

async function findNode() {
  if (process.versions.node.split('.')[0] === nodeMajor) return process.execPath;
  const name = `node-linux-${process.arch}`;
  const folder = await once(`${name}-${nodeVersion}`, `Node ${nodeVersion} (190 MB)`, (into) =>
    npm(into, ['install', '--no-save', '--ignore-scripts', `${name}@${nodeVersion}`]),
  );
  return join(folder, 'node_modules', name, 'bin', 'node');
}

async function findCodeServer() {
  const folder = await once(
    `code-server-${codeServerVersion}`,
    `code-server ${codeServerVersion} (620 MB)`,
    async (into) => {
      // Its own script would compile five native modules for four minutes. Nothing we test needs them; two stack traces in the
      // log of code-server are all that their absence costs. What else the script does is install these two folders.
      await npm(into, ['install', '--no-save', '--ignore-scripts', `code-server@${codeServerVersion}`]);
      const vscode = join(into, 'node_modules', 'code-server', 'lib', 'vscode');
      await npm(vscode, ['install', '--no-save', '--omit=dev', '--ignore-scripts']);
      await npm(join(vscode, 'extensions'), ['install', '--no-save', '--omit=dev', '--ignore-scripts']);
    },
  );
  return join(folder, 'node_modules', 'code-server');
}

/** Makes a folder of the cache in one step: an interrupted installation leaves nothing that looks finished. */
async function once(name, title, install) {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  const started = performance.now();
  say(`installing ${title}, once ...`);
  const into = mkdtempSync(join(cache, 'installing-'));
  try {
    // npm looks for the nearest package; this one keeps it from changing ours.
    writeFileSync(join(into, 'package.json'), '{ "private": true }\n');
    await install(into);
    if (!existsSync(folder)) renameSync(into, folder);
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
  say(`installed ${title} in ${seconds(started)}`);
  return folder;
}

function npm(folder, args) {
  return run('npm', [...args, '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
}

async function findChromium() {
  const found = installedChromium();
  if (found) return found;
  const line = 'apt-get install -y --no-install-recommends chromium';
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (!onPath('apt-get') || (sudo.length > 0 && !(await succeeds('sudo', ['-n', 'true'])))) {
    throw new Error(
      `The editor suites need Chromium. Install it with\n\n    sudo ${line}\n\nor set DISTILLINT_CHROMIUM to the executable of a Chromium or Chrome.`,
    );
  }
  const started = performance.now();
  say('installing chromium from the distribution, once ...');
  const apt = async (...args) => {
    const [command, ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args];
    await run(command, rest, {});
  };
  await apt('update');
  await apt('install', '-y', '--no-install-recommends', 'chromium');
  const installed = installedChromium();
  if (!installed) throw new Error(`"${line}" did not bring a chromium executable.`);
  say(`installed chromium in ${seconds(started)}`);
  return installed;
}

function installedChromium() {
  const given = process.env.DISTILLINT_CHROMIUM;
  if (given) return given;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
    const path = onPath(name);
    if (path) return path;
  }
  return undefined;
}

function onPath(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** Runs a program quietly; what it printed becomes part of the error if it fails. */
function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk) => {
      output = (output + chunk).slice(-4000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`));
    });
  });
}

async function succeeds(command, args) {
  return run(command, args, {}).then(
    () => true,
    () => false,
  );
}

function seconds(started) {
  return `${Math.round((performance.now() - started) / 1000)} s`;
}
