// `distillint catalog` as commander knows it.
import type { Command } from 'commander';
import type { CatalogOptions } from './catalog.ts';
import { choice, collect } from './options.ts';

/** What the subcommands do; each returns an exit code. */
export interface CatalogActions {
  list(word: string | undefined, options: CatalogOptions): Promise<number>;
  show(topic: string, options: CatalogOptions): Promise<number>;
  check(files: readonly string[]): Promise<number>;
  try(file: string, options: CatalogOptions): Promise<number>;
}

const about = `
The catalog says what library calls do: which give model output, which store it or train on it, and how values move through
others. A team's own files have the same form; rules/README.md describes it.

Examples:
  $ distillint catalog list langchain                      packages, their rows by kind, what they were checked against
  $ distillint catalog show openai                         all rows of a package, as they are written
  $ distillint catalog show "openai.OpenAI().files.create" the rows about one call
  $ distillint catalog check own/python/acme.yaml          whether own rows are right
  $ distillint catalog try ask.py --rules own/python       which rows are about the calls of a file, and why

Findings are information, not legal advice.`;

const exits = `
Exit codes:
  0  done
  2  could not be done; standard error says why`;

/** Adds the command and its subcommands. */
export function addCatalogCommands(
  program: Command,
  actions: CatalogActions,
  exit: (code: number | undefined) => void,
): void {
  const catalog = program
    .command('catalog')
    .description('what is known of libraries: list, show, check and try rows')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', about);

  catalog
    .command('list')
    .description('packages with their rows by kind and the version they were checked against')
    .argument('[word]', 'only packages and files with this in their name')
    .addOption(choice('-f, --format <format>', 'how to list', ['pretty', 'json'], 'pretty'))
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      `
Examples:
  $ distillint catalog list
  $ distillint catalog list ai-sdk
  $ distillint catalog list --format json
${exits}`,
    )
    .action(async (word: string | undefined, options: CatalogOptions) => exit(await actions.list(word, options)));

  catalog
    .command('show')
    .description('rows as they are written, with file and line')
    .argument('<package|api-path>', 'a package, or what is called, from the package on')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      `
An API path begins with a package or a type and goes on with members; () is the result of calling or constructing.
Quote it, or the shell takes the parentheses.

Examples:
  $ distillint catalog show datasets
  $ distillint catalog show "@anthropic-ai/sdk.Anthropic().messages.create"
  $ distillint catalog show "json.dump"
${exits}`,
    )
    .action(async (topic: string, options: CatalogOptions) => exit(await actions.show(topic, options)));

  catalog
    .command('check')
    .description('check own catalog files')
    .argument('<files...>', 'files, or folders of files that end in .yaml')
    .addHelpText(
      'after',
      `
Own files are read as ours are. All that are named are read together, so that one may use the types of another.
A file lies in a folder named python or javascript, or says \`language: python\`.

Examples:
  $ distillint catalog check acme.yaml
  $ distillint catalog check .distillint/catalog

Exit codes:
  0  everything is right
  2  mistakes; each is named with file, line, key, what was expected and the nearest word`,
    )
    .action(async (files: string[]) => exit(await actions.check(files)));

  catalog
    .command('try')
    .description('which calls of a source file match which rows, and why')
    .argument('<file>', 'a source file or notebook')
    .option('-r, --rules <file>', 'own rows to add, a file or a folder; may be repeated', collect, [])
    .option('--in <directory>', 'also read the files of this directory, for what the file imports from them')
    .option('-a, --all', 'also calls that no row is about', false)
    .addOption(choice('-f, --format <format>', 'how to answer', ['pretty', 'json'], 'pretty'))
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      `
For each call: what the callee is and where that comes from, the rows about it (+ holds, - does not), and each guard with what
was found for it. Nothing is followed and nothing is judged; that is what scan does.

Examples:
  $ distillint catalog try ask.py
  $ distillint catalog try src/ask.ts --in . --rules own/javascript/acme.yaml
  $ distillint catalog try ask.py --all --format json
${exits}`,
    )
    .action(async (file: string, options: CatalogOptions) => exit(await actions.try(file, options)));
}
