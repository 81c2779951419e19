// Starts what a person would look at: code-server with a fresh profile, and a headless browser. Both belong to the process
// that started them and leave with it, also when it is killed or its output is cut off.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const startTimeout = 120_000;

// Nothing that talks to a network, interrupts, or changes files by itself.
const settings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.commandCenter': false,
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'editor.stickyScroll.enabled': false,
};

/**
 * Starts code-server. `extensions` are .vsix files to install first; `testing` lets a page run a test suite, which a built
 * workbench otherwise refuses. Returns `{ port, log, stop }`; `log()` is what the server has printed.
 */
export async function startServer({ tools, extensions = [], testing = false, userSettings = {} }) {
  const profile = mkdtempSync(join(tmpdir(), 'distillint-editor-'));
  const home = join(profile, 'home');
  const user = join(profile, 'data', 'User');
  mkdirSync(home);
  mkdirSync(user, { recursive: true });
  writeFileSync(join(profile, 'config.yaml'), '');
  writeFileSync(join(user, 'settings.json'), JSON.stringify({ ...settings, ...userSettings }));
  const args = [
    join(tools.codeServer, 'out', 'node', 'entry.js'),
    ...['--config', join(profile, 'config.yaml')],
    ...['--user-data-dir', join(profile, 'data')],
    ...['--extensions-dir', join(profile, 'extensions')],
  ];
  // An empty gallery keeps the page from asking for a marketplace.
  const env = { ...process.env, HOME: home, EXTENSIONS_GALLERY: '{}' };
  for (const extension of extensions)
    await finished(start(tools.node, [...args, '--install-extension', extension], env));

  const server = start(
    tools.node,
    [
      ...args,
      ...['--auth', 'none', '--bind-addr', '127.0.0.1:0'],
      ...[
        '--disable-telemetry',
        '--disable-update-check',
        '--disable-workspace-trust',
        '--disable-getting-started-override',
      ],
      // The last resort where even our exit handlers did not run.
      ...['--idle-timeout-seconds', '300'],
      ...(testing ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ],
    env,
  );
  const stop = async () => {
    server.end();
    await server.closed;
    // Extension hosts leave a moment later and may still write to their profile.
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
  };
  try {
    const port = await within(startTimeout, 'code-server did not start', portOf(server));
    return { port, log: () => server.output(), stop };
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${server.output()}`);
  }
}

/** Starts a headless browser. */
export function startBrowser({ tools }) {
  return chromium.launch({
    executablePath: tools.chromium,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** The address of a page of the workbench that opens `target` (a folder, or a .code-workspace file) with a payload. */
export function workbenchUrl(port, target, payload = []) {
  const kind = target.endsWith('.code-workspace') ? 'workspace' : 'folder';
  const query = new URLSearchParams({ [kind]: target });
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `http://127.0.0.1:${port}/?${query}`;
}

/** How the page names a file of this machine. */
export function remoteUri(port, path) {
  return `vscode-remote://127.0.0.1:${port}${path}`;
}

/** Waits for a promise, but not for ever. */
export function within(milliseconds, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${milliseconds / 1000} s`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const groups = new Set();
process.on('exit', () => {
  for (const group of groups) kill(group, 'SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
// A closed pipe (`| head`) ends us too, but not by an exception that a handler further up may swallow.
process.stdout.on('error', () => process.exit(1));

/** Starts a program as the leader of its own process group, so that its children can be ended with it. */
function start(command, args, env) {
  const child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  groups.add(child.pid);
  let output = '';
  const collect = (chunk) => {
    output += chunk;
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const closed = new Promise((resolve) => {
    child.on('error', (error) => {
      output += error.message;
      resolve(1);
    });
    child.on('close', resolve);
  }).finally(() => groups.delete(child.pid));
  return { closed, stdout: child.stdout, output: () => output, end: () => kill(child.pid, 'SIGTERM') };
}

function kill(group, signal) {
  try {
    process.kill(-group, signal);
  } catch {
    // It has gone already.
  }
}

async function finished(program) {
  const code = await program.closed;
  if (code !== 0) throw new Error(`code-server could not install the extension:\n${program.output()}`);
}

function portOf(server) {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = /HTTP server listening on http:\/\/[^:\s]+:(\d+)/.exec(server.output());
      if (found) resolve(Number(found[1]));
    };
    server.stdout.on('data', look);
    server.closed.then((code) => reject(new Error(`code-server ended with ${code}`)));
  });
}
