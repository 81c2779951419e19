// The built command line on real folders, for every suite that asks what people see.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';

const cli = join(process.cwd(), 'dist', 'cli.js');
const temporary = mkdtempSync(join(tmpdir(), 'distillint-built-'));
after(() => rmSync(temporary, { recursive: true, force: true }));

/** A new folder with these files, gone when the suite ends. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(temporary, 'case-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

/** Runs the built program to its end. */
export function runCli(
  args: readonly string[],
  cwd: string = process.cwd(),
  env: Readonly<Record<string, string>> = {},
): SpawnSyncReturns<string> {
  // What the machine of a test asks of colours is not asked here.
  const environment = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined, ...env };
  return spawnSync(process.execPath, [cli, ...args], { cwd, env: environment, encoding: 'utf8', maxBuffer: 1 << 28 });
}
