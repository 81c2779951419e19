// Which folders there are, and with which settings: the client tells both, at the start and when they change.
import type { Connection, InitializeParams } from 'vscode-languageserver';
import type { Configuration } from './configuration.ts';
import type { Documents } from './documents.ts';
import type { Workspace } from './workspace.ts';

/** The client's folders. */
export interface Folders {
  /** Resolves when all folders of the start are known, and their settings. */
  readonly ready: Promise<void>;
  /** Stops all work. */
  shutdown(): void;
}

/** Keeps the folders of `workspace` and their settings as the client has them. `onSettings`: other findings may be shown. */
export function registerFolders(
  connection: Connection,
  initialize: InitializeParams,
  initialized: Promise<void>,
  workspace: Workspace,
  documents: Documents,
  configuration: Configuration,
  onSettings: () => void,
): Folders {
  let uris = firstFolders(initialize);
  // One after the other, so that an answer of the client that comes late cannot undo a newer one.
  let turn = initialized;

  const apply = async (): Promise<void> => {
    const before = new Map(uris.map((uri) => [uri, configuration.settings(uri)]));
    try {
      await configuration.fetch([undefined, ...uris]);
    } catch (error) {
      connection.console.error(`The client gave no settings: ${error}`);
    }
    for (const folder of workspace.folders()) {
      if (folder.uri !== undefined && !uris.includes(folder.uri)) workspace.remove(folder.uri);
    }
    for (const uri of uris) {
      const { enable, maxFileSize } = configuration.settings(uri);
      // A limit belongs to how a project was made.
      if (before.get(uri)?.maxFileSize !== maxFileSize) workspace.remove(uri);
      const folder = workspace.add(uri, { maxFileSize }, enable);
      if (folder) workspace.enable(folder, enable);
    }
    for (const folder of workspace.folders()) {
      if (folder.uri === undefined) workspace.enable(folder, configuration.settings(undefined).enable);
    }
    documents.reassign();
    onSettings();
  };

  const applyNext = (): Promise<void> => {
    turn = turn.then(apply);
    return turn;
  };
  const ready = applyNext();
  configuration.onChanged(applyNext);
  // Before the answer to `initialize` the library would register for these a second time, and the client refuse.
  void initialized.then(() => {
    if (initialize.capabilities.workspace?.workspaceFolders !== true) return;
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      const gone = new Set(removed.map((folder) => folder.uri));
      uris = [...uris.filter((uri) => !gone.has(uri)), ...added.map((folder) => folder.uri)];
      void applyNext();
    });
  });

  return {
    ready,
    shutdown() {
      for (const folder of workspace.folders()) workspace.stop(folder);
    },
  };
}

function firstFolders(initialize: InitializeParams): readonly string[] {
  const { workspaceFolders, rootUri } = initialize;
  if (workspaceFolders) return workspaceFolders.map((folder) => folder.uri);
  return rootUri ? [rootUri] : [];
}
