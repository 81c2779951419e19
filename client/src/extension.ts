// The extension's door in a VS Code with Node: the server is a process of its own.
import type { ExtensionContext } from 'vscode';
import { LanguageClient, type ServerOptions, TransportKind } from 'vscode-languageclient/node';
import { activateWith, type Running } from './activate.ts';

let running: Running | undefined;

/** Called by VS Code when a file of one of our languages is opened, or one of our commands is used. */
export function activate(context: ExtensionContext): void {
  const module = context.asAbsolutePath('dist/server.js');
  const server: ServerOptions = {
    run: { module, transport: TransportKind.ipc },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6009'] } },
  };
  running = activateWith(context, (id, name, options) => new LanguageClient(id, name, server, options));
}

/** Called by VS Code before it ends. */
export function deactivate(): Promise<void> | undefined {
  return running?.stop();
}
