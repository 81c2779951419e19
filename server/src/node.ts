// The language server's door for Node: `server.js --stdio` for any client, `--node-ipc` for our own. Wiring only.
import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { version } from '../../package.json';
import { startServer } from './lsp/server.ts';
import { stubProjects } from './lsp/stub.ts';

// Reads its transport (--stdio, --node-ipc, --pipe, --socket) from the command line.
const connection = createConnection(ProposedFeatures.all);

startServer(connection, {
  version,
  createWorkspaceProject: stubProjects({ list, read }),
  watch: ['**/*.{py,ipynb,ts,mts,cts,tsx,js,jsx,mjs,cjs,vue,svelte}', '**/package.json', '**/distillint.yaml'],
  pause: () => new Promise((resolve) => setImmediate(resolve)),
  now: () => performance.now(),
});

function* list(folder: string): Iterable<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name !== 'node_modules') yield* list(`${folder}/${entry.name}`);
    else if (/\.(py|[jt]sx?)$/.test(entry.name)) yield `${folder}/${entry.name}`;
  }
}

function read(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
