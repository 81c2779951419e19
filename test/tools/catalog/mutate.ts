// `npm run catalog:mutate`, as mutate.mjs starts it: node mutate.js FILE...
import { join } from 'node:path';
import { readCatalog } from '../../../server/src/catalog/documents.ts';
import { builtEngine } from '../../suites/workspaces.ts';
import { describeEntry, type Entry, entriesOf, ruleFiles } from './entries.ts';
import { idleEntries } from './idle.ts';
import { smallProjects } from './projects.ts';

/** The tool. `files` narrows it to entries of these files; gives an exit code. */
async function mutate(files: readonly string[]): Promise<number> {
  const { text, problems } = readCatalog(ruleFiles(join('rules', 'catalog')));
  for (const { message } of problems) console.error(message);
  if (problems.length > 0) return 2;
  const all = entriesOf(text);
  const isOf = (file: string, { document }: Entry): boolean => `/${document.file}`.endsWith(`/${file}`);
  const wanted = files.length === 0 ? all : all.filter((entry) => files.some((file) => isOf(file, entry)));
  const unknown = files.filter((file) => !all.some((entry) => isOf(file, entry)));
  for (const file of unknown) console.error(`${file}: not a file with entries below rules/catalog`);
  if (unknown.length > 0) return 2;
  const idle = idleEntries(text, wanted, smallProjects(), await builtEngine());
  console.log(idle.map((entry) => `${describeEntry(entry)}\n`).join(''));
  console.log(`${idle.length} of ${wanted.length} entries change nothing that a fixture or an example says`);
  return idle.length > 0 ? 1 : 0;
}

void mutate(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
