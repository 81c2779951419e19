// One package at a time, without what it depends on, through the ordinary clients as they are set up. Only archives of files are
// taken: what would have to be built is not, because building runs the package's own code.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Ecosystem } from '../../../../server/src/catalog/model.ts';

/** An unpacked package, or why it cannot be had. */
export type Archive = { readonly folder: string; readonly version: string } | string;

const timeout = 180_000;

/** Downloads `name`, in its newest version or the one given, and unpacks it into `temporary`. */
export function unpackArchive(
  ecosystem: Ecosystem,
  name: string,
  version: string | undefined,
  temporary: string,
): Archive {
  rmSync(temporary, { recursive: true, force: true });
  const folder = join(temporary, 'files');
  mkdirSync(folder, { recursive: true });
  // Programs that train are Python's.
  const get = ecosystem === 'javascript' ? fromNpm : fromPip;
  return get(name, version, temporary, folder);
}

function fromNpm(name: string, version: string | undefined, temporary: string, folder: string): Archive {
  const packed = run(
    'npm',
    ['pack', `${name}@${version ?? 'latest'}`, '--json', '--ignore-scripts', '--loglevel=error'],
    temporary,
  );
  if (typeof packed !== 'string') return packed.reason;
  const [made] = JSON.parse(packed) as { filename: string; version: string }[];
  if (!made) return 'npm packed nothing';
  const file = readdirSync(temporary).find((entry) => entry.endsWith('.tgz'))!;
  const unpacked = run(
    'tar',
    ['-xzf', join(temporary, file), '-C', folder, '--strip-components=1', '--no-same-owner'],
    temporary,
  );
  return typeof unpacked === 'string' ? { folder, version: made.version } : unpacked.reason;
}

function fromPip(name: string, version: string | undefined, temporary: string, folder: string): Archive {
  const wanted = version === undefined ? name : `${name}==${version}`;
  const options = ['download', '--no-deps', '--only-binary=:all:', '--quiet', '--disable-pip-version-check', '--dest'];
  const downloaded = run('pip', [...options, temporary, wanted], temporary);
  if (typeof downloaded !== 'string') return downloaded.reason;
  const wheel = readdirSync(temporary).find((entry) => entry.endsWith('.whl'));
  if (wheel === undefined) return 'pip gave no wheel';
  const unpacked = run('python3', ['-m', 'zipfile', '-e', join(temporary, wheel), folder], temporary);
  return typeof unpacked === 'string' ? { folder, version: wheel.split('-')[1]! } : unpacked.reason;
}

function run(command: string, args: readonly string[], cwd: string): string | { readonly reason: string } {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', timeout, maxBuffer: 1 << 26, shell: false });
  if (result.status === 0) return result.stdout;
  if (result.error) return { reason: `${command}: ${result.error.message}` };
  const said = result.stderr.trim().split('\n');
  // What a client says of the host it asked is nobody's business.
  const isAddress = (line: string): boolean => line.includes('://');
  const telling = said.find((line) => /no matching|could not be found|notarget/i.test(line) && !isAddress(line));
  const reason = telling ?? said.find((line) => !isAddress(line)) ?? `exit code ${result.status}`;
  return {
    reason: `${command}: ${reason.replace(/^(?:npm error|ERROR:)\s*(?:(?:\d+|notarget)\s+)?/, '').slice(0, 140)}`,
  };
}
