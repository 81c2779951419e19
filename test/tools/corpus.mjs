// `npm run corpus -- LABELS CODE`: how much of what is labelled in real repositories is found.
import { resolve } from 'node:path';
import { bundleTool } from './bundle.mjs';
import { build, install, run } from './setup.mjs';

const usage = `npm run corpus -- LABELS CODE [--repo OWNER/NAME] [--jobs N] [--confidence LEVEL] [--quiet] [--raise]

Scans the repositories that LABELS (a JSON file) speaks of, which lie in CODE as owner+name, and says how many of the labelled
sites are found, which benign places are hit, and what is reported in ordinary repositories at no label. Labels and code stay
outside of this repository; nothing of them is run.

  --repo        only this repository; may be given several times
  --jobs        scans side by side (default 1)
  --confidence  results from here on count (default medium)
  --quiet       no list of single places
  --raise       write what was measured to docs/detection.json, if nothing is worse than what stands there

Exit code: 0 if nothing is worse than docs/detection.json, 1 if something is, 2 if the tool could not run.`;

const given = process.argv.slice(2);
const plain = given.filter((argument, i) => !argument.startsWith('--') && !takesValue(given[i - 1]));
if (given.includes('--help') || plain.length !== 2) {
  console.log(usage);
  process.exit(given.includes('--help') ? 0 : 2);
}
const setup = install({ quiet: true }) || build({ quiet: true });
if (setup !== 0) process.exit(2);
// npm changes into the package's folder; a path that was typed elsewhere is meant from there.
const from = process.env.INIT_CWD ?? process.cwd();
const values = given.map((argument) => (plain.includes(argument) ? resolve(from, argument) : argument));
process.exitCode = run(process.execPath, ['--enable-source-maps', await bundleTool('corpus/run.ts'), ...values]);

function takesValue(argument) {
  return ['--repo', '--jobs', '--confidence'].includes(argument);
}
