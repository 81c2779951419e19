// `npm run catalog:verify [-- NAME...]`: are the API paths of rules/catalog declared in the packages that they speak of?
import { bundleTool } from './bundle.mjs';
import { build, install, run } from './setup.mjs';

const usage = `npm run catalog:verify [-- NAME... --missing]

Gets the newest version of each package that a \`checked\` of rules/catalog names (or only of the packages NAME, and with
--missing of those whose rows have changed since, or whose paths were not all found), without what it depends on, through npm
and pip as they are set up here. Reads its sources, stubs and .d.ts files with our own parsers, follows re-exports, annotations
and results, and looks for every API path and keyword of the rows; what is gone from the newest version, in those that the row
names. Of configurations and commands it looks for a file that asks for the keys. Packages that a row names together are read
as one. Nothing of a package is imported or run; what has no archive of files is not read.

Writes rules/verified.yaml, and lists what was not found: drift, slips, and what cannot be told from one package alone.
A package that no row names is not asked for.

Exit code: 0 if everything was found, 1 if something was not, 2 if the tool could not run.`;

const given = process.argv.slice(2);
if (given.some((argument) => argument.startsWith('-') && argument !== '--missing')) {
  console.log(usage);
  process.exit(given.includes('--help') ? 0 : 2);
}
const setup = install({ quiet: true }) || build({ quiet: true });
if (setup !== 0) process.exit(2);
const tool = await bundleTool('catalog/verify.ts');
process.exitCode = run(process.execPath, ['--enable-source-maps', tool, ...given]);
