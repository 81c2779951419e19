// `distillint lsp`: hands over to the language server's door, which reads its transport from the command line itself.
import { pathToFileURL } from 'node:url';
import { say, type Terminal } from './streams.ts';

const transports = /^--(?:stdio|node-ipc|socket(?:=.*)?|pipe(?:=.*)?)$/;

/** Starts the server of `file`; resolves once it listens, with an exit code only if it cannot. */
export async function startServer(
  args: readonly string[],
  file: string,
  terminal: Terminal,
): Promise<number | undefined> {
  if (!args.some((arg) => transports.test(arg))) {
    await say(terminal, 'say how to talk to the editor: distillint lsp --stdio.');
    return 2;
  }
  try {
    // Loaded only here: a scan needs nothing of the server.
    await import(pathToFileURL(file).href);
    return undefined;
  } catch (error) {
    await say(terminal, `the language server could not be started: ${error instanceof Error ? error.message : error}.`);
    return 2;
  }
}
