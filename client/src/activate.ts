// What both doors share. Nothing here waits: the server starts in the background, and commands wait for it themselves.
import { type ExtensionContext, languages, window } from 'vscode';
import { registerCommands } from './commands.ts';
import { selector } from './languages.ts';
import { createServer, type MakeClient } from './server.ts';
import { createStatus } from './status.ts';

/** What has to be stopped at the end. */
export interface Running {
  stop(): Promise<void>;
}

/** Starts the extension; `makeClient` makes a client for the server of this platform. */
export function activateWith(context: ExtensionContext, makeClient: MakeClient): Running {
  const output = window.createOutputChannel('Distillint', { log: true });
  const item = languages.createLanguageStatusItem('distillint.status', selector);
  const status = createStatus(item);
  const server = createServer(makeClient, output, status);
  context.subscriptions.push(output, item, ...registerCommands(server, output));
  // A failed start is shown in the status item and the output channel; restarting is offered there.
  void server.start();
  return { stop: () => server.stop() };
}
