// Type checks everything, and the core once more without Node's and the browser's globals.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

// The parser we ship is an older, pinned TypeScript; checking uses the current one, which is many times faster.
const tsc = join(root, 'node_modules', 'typescript-current', 'bin', 'tsc');
const core = ['base', 'graph', 'syntax', 'catalog', 'flow', 'policy', 'config', 'edit', 'report'];

const projects = [];
if (hasTypeScript('client/src') || hasTypeScript('server/src') || hasTypeScript('test/suites')) projects.push('.');
if (core.some((folder) => hasTypeScript(`server/src/${folder}`))) projects.push('server');

const codes = await Promise.all(projects.map(check));
process.exit(codes.some((code) => code !== 0) ? 1 : 0);

function check(project) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [tsc, '--noEmit', '-p', project], { cwd: root, stdio: 'inherit' });
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function hasTypeScript(folder) {
  const path = join(root, folder);
  return existsSync(path) && readdirSync(path, { recursive: true }).some((name) => String(name).endsWith('.ts'));
}
