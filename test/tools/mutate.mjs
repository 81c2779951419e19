// `npm run catalog:mutate [-- FILE.yaml...]`: which entries of rules/catalog does no fixture need?
import { relative, resolve } from 'node:path';
import { bundleTool } from './bundle.mjs';
import { build, install, root, run } from './setup.mjs';

const usage = `npm run catalog:mutate [-- FILE.yaml...]

Switches off one entry of rules/catalog after another: a row as it is written, with all its paths. Lists those whose absence
changes no finding in test/fixtures/flows and in the examples of rules/pages: neither rule, place, provider, model, confidence
and level nor the places of the flow. With files, only their entries.

  rules/catalog/python/openai.yaml:31 source chat.completions.create

Exit code: 0 if every entry is needed, 1 if some are not, 2 if the tool could not run.`;

const given = process.argv.slice(2);
if (given.some((argument) => argument.startsWith('-'))) {
  console.log(usage);
  process.exit(given.includes('--help') ? 0 : 2);
}
const setup = install({ quiet: true }) || build({ quiet: true });
if (setup !== 0) process.exit(2);
// npm changes into the package's folder; a path that was typed elsewhere is meant from there.
const files = given.map((file) => relative(root, resolve(process.env.INIT_CWD ?? root, file)).replaceAll('\\', '/'));
const tool = await bundleTool('catalog/mutate.ts');
process.exitCode = run(process.execPath, ['--enable-source-maps', tool, ...files]);
