// The language server's door for Node: `server.js --stdio` for any client, `--node-ipc` for our own. Wiring only.
import { performance } from 'node:perf_hooks';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { version } from '../../package.json';
import { readBuilt, readRules, today } from './host/node-built.ts';
import { nodeFileSystem } from './host/node-fs.ts';
import { collectEarly } from './host/node-heap.ts';
import { startServer } from './lsp/server.ts';
import { openEngine, openWorkspace } from './workspace.ts';

collectEarly();

// Reads its transport (--stdio, --node-ipc, --pipe, --socket) from the command line.
const connection = createConnection(ProposedFeatures.all);

// A promise that nobody waited for is a mistake of ours, and no reason to leave a person without diagnostics.
process.on('unhandledRejection', (error) => {
  connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
});

main().catch((error) => {
  process.stderr.write(`The language server could not start: ${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
});

/** What the client says meanwhile waits in the pipe. */
async function main(): Promise<void> {
  const engine = await openEngine(readBuilt(readRules()));
  startServer(connection, {
    version,
    createWorkspaceProject: (folder, { maxFileSize }) =>
      openWorkspace(engine, nodeFileSystem, folder === undefined ? [] : [folder], { maxFileSize, today: today() }),
    offByDefault: new Set(engine.policy.rules.filter((rule) => !rule.default).map(({ id }) => id)),
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    now: () => performance.now(),
  });
}
