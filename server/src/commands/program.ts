// The command line as commander knows it: names, options, help that teaches, and errors that name the nearest word that is valid.
import { Command, type CommanderError } from 'commander';
import { addCatalogCommands, type CatalogActions } from './catalogProgram.ts';
import { choice, collect } from './options.ts';
import { confidences, dumps, failLevels, formats, type ScanOptions } from './scan.ts';
import { addTermsCommands, type TermsActions } from './termsProgram.ts';

/** What the commands do; each returns an exit code, or nothing where the process goes on. */
export interface Actions {
  scan(paths: readonly string[], options: ScanOptions): Promise<number>;
  explain(topic: string, color: boolean): Promise<number>;
  lsp(): Promise<number | undefined>;
  readonly catalog: CatalogActions;
  readonly terms: TermsActions;
}

const about = [
  'Finds code that turns the output of language models into training data, follows it from the model call to the data set or',
  "the trainer, and names the clause of the provider's terms that it may conflict with.",
  'It runs none of the code that it reads, opens no network connection and collects nothing.',
  'What it says is information, not legal advice.',
].join(' ');

const examples = `
Examples:
  $ distillint scan                               scan the directory you are in
  $ distillint scan src notebooks/a.ipynb         scan a directory and a file
  $ distillint scan --format sarif -o out.sarif   a report for code scanning
  $ distillint explain training/persist-output    what a rule looks for, and what to do
  $ distillint catalog try src/ask.py             which calls of a file the catalog knows, and as what
  $ distillint terms anthropic                    the clauses of a provider, and when they were checked
  $ distillint lsp --stdio                        the language server, for an editor

distillint <command> --help tells more.`;

const scanExamples = `
Examples:
  $ distillint scan .                                     findings, with the code and the way to it
  $ distillint scan . --min-confidence low                also what is less sure
  $ distillint scan . --rule training/train-on-output     one rule only
  $ distillint scan . --format json --no-snippets         for programs, without any code
  $ distillint scan . --fail-on never                     report, but never fail a build
  $ distillint scan . --require-complete                  fail if anything could not be looked at
  $ distillint scan train.py --dump graph                 what the file became

Exit codes:
  0  nothing at the failing level
  1  findings at the failing level
  2  could not run or could not finish, even if findings were written
Whatever is not 0 is explained in a sentence on standard error.

Findings are information, not legal advice.`;

/** Builds the command line. */
export function createProgram(version: string, actions: Actions, exit: (code: number | undefined) => void): Command {
  const program = new Command('distillint');
  program
    .description(about)
    .version(version, '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', examples)
    // Failing is our business: codes, words and streams.
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .showSuggestionAfterError(true);

  program
    .command('scan')
    .description('find model output that becomes training data')
    .argument('[paths...]', 'directories and files; by default the directory you are in')
    .addOption(choice('-f, --format <format>', 'how to report', formats, 'pretty'))
    .option('-o, --output <file>', 'write the report to a file instead of standard output')
    .addOption(
      choice('-c, --min-confidence <level>', 'show findings that are at least this sure', confidences, 'medium'),
    )
    .addOption(choice('--fail-on <level>', 'the level from which on findings fail the scan', failLevels, 'warning'))
    .option('-r, --rule <id>', 'only this rule; may be repeated', collect, [])
    .option('--require-complete', 'fail if coverage is partial', false)
    .option('--stats', 'show what was read and parsed, and how long it took', false)
    .option('--no-snippets', 'show no code of the scanned files')
    .option('--no-color', 'no colours')
    .option('-q, --quiet', 'only the report: no progress, no remarks, no summary', false)
    .addOption(choice('--dump <what>', 'show what files became (graph) or what was found out (facts)', dumps))
    .addHelpText('after', scanExamples)
    .action(async (paths: string[], options: ScanOptions) => exit(await actions.scan(paths, options)));

  program
    .command('explain')
    .description('what a rule looks for, or what a clause says')
    .argument('<rule|clause>', 'an id as it stands in a report')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      `
Examples:
  $ distillint explain volume/bulk-query
  $ distillint explain anthropic.commercial.use-restrictions.competing-models

Summaries of clauses are ours. Information, not legal advice.`,
    )
    .action(async (topic: string, { color }: { color: boolean }) => exit(await actions.explain(topic, color)));

  addCatalogCommands(program, actions.catalog, exit);
  addTermsCommands(program, actions.terms, exit);

  program
    .command('lsp')
    .description('start the language server')
    .option('--stdio', 'talk over standard input and output')
    // Editors add options of their own, such as --clientProcessId.
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async () => exit(await actions.lsp()));

  return program;
}

/** What to tell somebody whose arguments make no sense, in one sentence or two. */
export function usageError(error: CommanderError, args: readonly string[], isThere: (path: string) => boolean): string {
  const [first] = args;
  // Without a command commander has nothing to say but its help.
  if (error.code === 'commander.help') return 'say what to do: distillint scan, or distillint --help.';
  if (error.code === 'commander.unknownCommand' && first !== undefined && isThere(first)) {
    return `there is no command ${first}. Did you mean distillint scan ${first}?`;
  }
  const words = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  const command = ['scan', 'explain', 'catalog', 'terms'].includes(first ?? '') ? `${first} ` : '';
  return `${words.replace(/([^.?!)])$/, '$1.')} See distillint ${command}--help.`;
}
