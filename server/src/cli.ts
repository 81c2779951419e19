// The command line's door. Wiring only: streams, the compiled rules, the commands. The process ends by itself when all is written.
import { readFileSync, statSync } from 'node:fs';
import { CommanderError } from 'commander';
import { version } from '../../package.json';
import { once } from './base/memo.ts';
import type { CompiledCatalog } from './catalog/compiled.ts';
import type { RuleFile } from './catalog/load.ts';
import { type PackedCatalog, unpackCatalog } from './catalog/pack.ts';
import type { CatalogParts } from './commands/catalog.ts';
import { explain } from './commands/explain.ts';
import { type Knowledge, knowledgeOf } from './commands/knowledge.ts';
import { startServer } from './commands/lsp.ts';
import { createProgram, usageError } from './commands/program.ts';
import { scan } from './commands/scan.ts';
import { say, type Terminal } from './commands/streams.ts';
import type { OpenedWorkspace } from './commands/workspace.ts';
import { beside, readBuilt, readRules, today } from './host/node-built.ts';
import { nodeFileSystem, portablePath } from './host/node-fs.ts';
import { collectEarly } from './host/node-heap.ts';
import { maskText } from './report/mask.ts';

collectEarly();

// A reader that goes away ends no program; writes say by themselves how they went.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

/** What is read here of the compiled rules. */
interface CompiledRules {
  readonly catalog: PackedCatalog;
  readonly policy: { readonly providers: Readonly<Record<string, unknown>> };
}

const terminal: Terminal = {
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: portablePath('.', process.cwd()),
  env: process.env,
};

async function main(): Promise<void> {
  const program = createProgram(
    version,
    {
      scan: (paths, options) => {
        const openFor = (roots: readonly string[], rules?: readonly string[]) => open(roots, [], rules);
        return scan(paths, options, { open: openFor, knowledge: knowledge(), version, terminal });
      },
      explain: (topic, color) => explain(topic, color, knowledge(), today(), terminal),
      catalog: {
        list: async (word, options) => (await catalogCommands()).catalogList(word, options, catalogParts),
        show: async (topic, options) => (await catalogCommands()).catalogShow(topic, options, catalogParts),
        check: async (files) => (await catalogCommands()).catalogCheck(files, catalogParts),
        try: async (file, options) => (await catalogCommands()).catalogTry(file, options, catalogParts),
      },
      terms: {
        show: async (id, options) => (await termsCommands()).terms(id, options, knowledge(), today(), terminal),
        diff: async (before, after, options) => (await termsCommands()).termsDiff(before, after, options, terminal),
      },
      lsp: () => startServer(process.argv.slice(3), beside('server.js'), terminal),
    },
    (code) => {
      if (code !== undefined) process.exitCode = code;
    },
  );
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) await endUsage(error);
    else await crash(error);
  }
}

// A scan does without what these load: schemas, and a parser of YAML.
const catalogCommands = () => import('./commands/catalog.ts');
const termsCommands = () => import('./commands/terms.ts');

const rulesText = once(() => readRules());

function knowledge(): Knowledge {
  return knowledgeOf(JSON.parse(rulesText()));
}

const catalogParts: CatalogParts = {
  terminal,
  built() {
    const { catalog, policy } = JSON.parse(rulesText()) as CompiledRules;
    return { catalog: unpackCatalog(catalog), providers: Object.keys(policy.providers) };
  },
  written: () => JSON.parse(readFileSync(beside('catalog.json'), 'utf8')) as readonly RuleFile[],
  open,
};

async function open(
  roots: readonly string[],
  own: readonly CompiledCatalog[] = [],
  rules: readonly string[] = [],
): Promise<OpenedWorkspace> {
  // Parsers and analysis are loaded only where files are looked at.
  const { openEngine, openWorkspace } = await import('./workspace.ts');
  const engine = await openEngine(readBuilt(rulesText()), own);
  return openWorkspace(engine, nodeFileSystem, roots, { today: today(), rules, once: true });
}

void main();

/** Help and version are no errors; everything else that commander throws is a mistake in the arguments. */
async function endUsage(error: CommanderError): Promise<void> {
  if (error.exitCode === 0) return;
  process.exitCode = 2;
  const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
  await say(terminal, usageError(error, process.argv.slice(2), isThere));
}

async function crash(error: unknown): Promise<void> {
  process.exitCode = 2;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await say(terminal, `could not finish, because of a mistake in Distillint: ${maskText(text.split('\n')[0]!)}`);
  for (const line of text.split('\n').slice(1, 6)) await say(terminal, maskText(line));
}
