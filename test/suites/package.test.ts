// What npm packs is enough: installed into an empty folder, without the network, it scans.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'node:test';

/** Runs a command to its end and gives what it printed; `code` is the exit code that is right. */
function run(command: string, args: readonly string[], cwd: string, code = 0): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  assert.equal(status, code, `${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

test('a packed install scans, and shows catalog and terms', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'distillint-package-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const packed = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], process.cwd());
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  run(
    'npm',
    ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder, filename],
    folder,
  );
  const cli = join(folder, 'node_modules', '.bin', 'distillint');
  assert.match(run(cli, ['--version'], folder), /^\d+\.\d+\.\d+/);
  const report = run(cli, ['scan', resolve('test/example'), '--no-color'], folder, 1);
  assert.match(report, /training\/persist-output/);
  assert.match(report, /not legal advice/);
  assert.match(run(cli, ['catalog', 'show', 'openai'], folder), /rules\/catalog\/python\/openai\.yaml:\d+ sources/);
  assert.match(run(cli, ['terms', 'openai'], folder), /openai\.services-agreement/);
});
