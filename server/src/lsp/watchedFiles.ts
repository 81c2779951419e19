// Changes on disk that the client sees: branches, generators, other editors.
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  WatchKind,
} from 'vscode-languageserver';
import { addTo } from '../base/groups.ts';
import { pathOfUri } from './uris.ts';
import type { Folder, Workspace } from './workspace.ts';

// More changes than this are a new branch: reading everything again, in slices, keeps messages flowing.
const manyChanges = 500;

// The names that host/languages.ts knows; a test compares.
const sources = '**/*.{py,ipynb,ts,mts,cts,tsx,js,jsx,mjs,cjs,vue,svelte}';
const manifests =
  '**/{package.json,tsconfig*.json,jsconfig*.json,pnpm-workspace.yaml,lerna.json,rush.json,distillint.yaml}';

/** Asks the client to watch files and reads again what changed. */
export function registerWatchedFiles(
  connection: Connection,
  initialize: InitializeParams,
  initialized: Promise<void>,
  workspace: Workspace,
): void {
  void initialized.then(() => {
    if (!initialize.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration) return;
    const watchers = [
      { globPattern: sources },
      { globPattern: manifests },
      // Of a removed directory the client tells no more than its own name.
      { globPattern: '**/*', kind: WatchKind.Delete },
    ];
    connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(() => {});
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const paths = new Map<Folder, string[]>();
    for (const { uri } of changes) {
      const folder = workspace.folderOf(uri);
      const path = pathOfUri(uri);
      if (!folder || path === undefined) continue;
      addTo(paths, folder, path);
    }
    for (const [folder, changed] of paths) {
      if (!folder.enabled) continue;
      const load = changed.length > manyChanges;
      if (!load) folder.files.reread(changed);
      workspace.changed(folder, { load });
    }
  });
}
