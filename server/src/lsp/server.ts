// The language server, without its door: node.ts and browser.ts make a connection and an environment and call this.
// It reads as a table of contents: one register function for each feature, each in its own file.
import type { Connection, InitializeResult } from 'vscode-languageserver';
import { codeActionProvider, executeCommandProvider, registerCodeActions } from './codeActions.ts';
import { registerConfiguration } from './configuration.ts';
import { diagnosticProvider, registerDiagnostics } from './diagnostics.ts';
import { documentSync, registerDocuments } from './documents.ts';
import { registerFolders } from './folders.ts';
import { hoverProvider, registerHover } from './hover.ts';
import { registerProgress } from './progress.ts';
import { createReports } from './reports.ts';
import { registerScan } from './scan.ts';
import { statusOf } from './status.ts';
import { registerWatchedFiles } from './watchedFiles.ts';
import { createWorkspace, type Environment } from './workspace.ts';

/** Serves a client until it says goodbye. */
export function startServer(connection: Connection, environment: Environment): void {
  const initialized = new Promise<void>((resolve) => connection.onInitialized(() => resolve()));
  connection.onInitialize((initialize): InitializeResult => {
    const workspace = createWorkspace(environment, {
      progressed: (folder) => progress.progressed(folder),
      settled(folder) {
        diagnostics.changed();
        progress.settled(folder);
      },
      error: (what, error) => connection.console.error(`${what}: ${error instanceof Error ? error.stack : error}`),
    });
    const documents = registerDocuments(connection, workspace);
    const configuration = registerConfiguration(connection, initialize, initialized);
    const reports = createReports(environment, workspace, documents, configuration);
    const progress = registerProgress(connection, initialize, environment, () => statusOf(workspace, reports));
    const folders = registerFolders(connection, initialize, initialized, workspace, documents, configuration, () =>
      diagnostics.changed(),
    );
    const diagnostics = registerDiagnostics(
      connection,
      initialize,
      environment,
      workspace,
      documents,
      reports,
      folders.ready,
    );
    registerCodeActions(connection, initialize, workspace, documents, reports);
    registerHover(connection, workspace, documents);
    registerWatchedFiles(connection, initialize, initialized, workspace);
    registerScan(connection, workspace, reports, folders.ready);
    connection.onShutdown(() => {
      folders.shutdown();
      diagnostics.shutdown();
    });

    return {
      serverInfo: { name: 'distillint', version: environment.version },
      capabilities: {
        textDocumentSync: documentSync,
        diagnosticProvider,
        codeActionProvider,
        hoverProvider,
        executeCommandProvider,
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });
  connection.listen();
}
