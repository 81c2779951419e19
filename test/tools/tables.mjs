// `npm run docs:tables`: writes the tables of rules, libraries and providers, and the lists on the rules' pages, from rules/.
import { bundleTool } from './bundle.mjs';
import { build, install, run } from './setup.mjs';

const setup = install({ quiet: true }) || build({ quiet: true });
if (setup !== 0) process.exit(2);
process.exitCode = run(process.execPath, ['--enable-source-maps', await bundleTool('docs/write.ts')]);
