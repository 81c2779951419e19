// `npm start -- PATH...`: scans a path, from a fresh checkout too. Without a path it scans the example.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, install, root } from './setup.mjs';

const setup = install({ quiet: true }) || build({ quiet: true });
if (setup !== 0) process.exit(setup);

const cli = join(root, 'dist', 'cli.js');
if (!existsSync(cli)) {
  process.stderr.write('There is no command line in this checkout yet (server/src/cli.ts).\n');
  process.exit(2);
}
const args = process.argv.slice(2);
// npm changes into the package's folder; a path that was typed elsewhere is meant from there.
const cwd = process.env.INIT_CWD && args.length > 0 ? process.env.INIT_CWD : root;
const scan = ['scan', ...(args.length > 0 ? args : [join('test', 'example')])];
const result = spawnSync(process.execPath, [cli, ...scan], { cwd, stdio: 'inherit' });
if (result.error) process.stderr.write(`${result.error.message}\n`);
process.exit(result.status ?? 2);
