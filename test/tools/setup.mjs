// What every command does first: install what the lock file names, and build what is stale.
// Only Node's own modules here: this file runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const buildStamp = join(root, 'dist', '.built');

/** Runs a program in the repository and returns its exit code; output goes where the caller's goes unless quiet. */
export function run(command, args, { quiet = false } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    encoding: 'utf8',
    // npm is a command script on Windows, which can only be started through a shell.
    shell: process.platform === 'win32' && command === 'npm',
  });
  // A quiet step speaks only when it fails, and then on the error stream: standard output may be piped.
  if (quiet && result.status !== 0) process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  if (result.error) process.stderr.write(`${command}: ${result.error.message}\n`);
  return result.status ?? 1;
}

/** Installs the locked packages unless they are installed. Returns an exit code. */
export function install(options) {
  requireNode();
  if (isInstalled()) return 0;
  process.stderr.write('Installing packages (once)...\n');
  return run('npm', ['ci', '--no-audit', '--no-fund'], options);
}

/** Compares the lock file with npm's own record of what it put there last; times of files say nothing after a checkout. */
function isInstalled() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(record, 'utf8')).packages;
  // Optional packages are those of other platforms.
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || found[path]?.integrity === entry.integrity,
  );
}

/** Builds dist/ when a source is newer than the last build. Returns an exit code. */
export function build(options) {
  if (existsSync(buildStamp) && newestSource() <= statSync(buildStamp).mtimeMs) return 0;
  return run(process.execPath, [join('test', 'tools', 'build.mjs')], options);
}

function requireNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 20) return;
  process.stderr.write(`Distillint needs Node 20 or newer; this is ${process.versions.node}.\n`);
  process.exit(2);
}

function newestSource() {
  let newest = 0;
  const visit = (path) => {
    const info = statSync(path);
    // A folder's own time changes when a file is removed from it, which is a reason to build as well.
    newest = Math.max(newest, info.mtimeMs);
    if (info.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
  };
  for (const path of ['client', 'server', 'rules', 'test/tools', 'package.json', 'package-lock.json']) {
    if (existsSync(join(root, path))) visit(join(root, path));
  }
  return newest;
}
