// `distillint terms` as commander knows it.
import type { Command } from 'commander';
import { choice } from './options.ts';
import type { TermsOptions } from './terms.ts';

/** What the command does; each returns an exit code. */
export interface TermsActions {
  show(provider: string | undefined, options: TermsOptions): Promise<number>;
  diff(before: string, after: string, options: TermsOptions): Promise<number>;
}

/** Adds the command and its subcommand. */
export function addTermsCommands(
  program: Command,
  actions: TermsActions,
  exit: (code: number | undefined) => void,
): void {
  const terms = program
    .command('terms')
    .description('providers, their documents and clauses, and how long ago they were checked')
    .argument('[provider]', 'one provider whole, with every clause')
    .addOption(choice('-f, --format <format>', 'how to answer', ['pretty', 'json'], 'pretty'))
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      `
Without a provider: each provider's surfaces with the stance on each use, and its documents with the day of their last check.
What was not checked in the last 90 days is marked stale, here and in every report.

Examples:
  $ distillint terms
  $ distillint terms anthropic
  $ distillint terms --format json
  $ distillint terms diff old/providers new/providers

Exit codes:
  0  done
  2  could not be done; standard error says why

Summaries of clauses are ours. Information, not legal advice.`,
    )
    .action(async (provider: string | undefined, options: TermsOptions) => exit(await actions.show(provider, options)));

  terms
    .command('diff')
    .description('what changed between two versions of the terms')
    .argument('<old>', 'a provider file, or a folder of provider files')
    .argument('<new>', 'the same of another version')
    // The options stand on the command above as well, which would take them.
    .action(async (before: string, after: string, _options: unknown, command: Command) =>
      exit(await actions.diff(before, after, command.optsWithGlobals() as TermsOptions)),
    )
    .addHelpText(
      'after',
      `
Providers, surfaces, documents and clauses that came, went or changed: stance, dates, summary, link.
--format and --no-color are those of distillint terms.

Examples:
  $ distillint terms diff old/rules new/rules
  $ distillint terms diff openai-2026-08.yaml rules/providers/openai.yaml --format json

Exit codes:
  0  no changes
  1  changes
  2  could not compare; standard error says why

Information, not legal advice.`,
    );
}
