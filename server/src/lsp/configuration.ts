// Settings, asked of the client folder by folder. They are fetched ahead and after each change, so that everything else can
// read them without waiting.
import { type Connection, DidChangeConfigurationNotification, type InitializeParams } from 'vscode-languageserver';
import type { Settings } from './protocol.ts';

/** The settings of every folder, as last fetched. */
export interface Configuration {
  /** Of a folder, or of documents outside of all folders. */
  settings(folderUri: string | undefined): Settings;
  /** Calls `listener` when the client says that settings have changed; they are still to be fetched then. */
  onChanged(listener: () => void): void;
  /** Asks the client again. */
  fetch(folderUris: readonly (string | undefined)[]): Promise<void>;
}

/** What holds where the client says nothing; package.json shows the same to people. */
export const defaultSettings: Settings = { enable: true, minConfidence: 'medium', maxFileSize: 1 << 20 };

const section = 'distillint';

/** Keeps settings at hand. */
export function registerConfiguration(
  connection: Connection,
  initialize: InitializeParams,
  initialized: Promise<void>,
): Configuration {
  const workspace = initialize.capabilities.workspace;
  const asks = workspace?.configuration === true;
  let given = readSettings(initialize.initializationOptions?.settings, defaultSettings);
  const fetched = new Map<string | undefined, Settings>();
  let changed: () => void = () => {};

  connection.onDidChangeConfiguration((params) => {
    // Clients that cannot be asked send all their settings, with or without the section's name around ours.
    if (!asks) given = readSettings(params.settings?.[section] ?? params.settings, given);
    changed();
  });
  void initialized.then(() => {
    if (!workspace?.didChangeConfiguration?.dynamicRegistration) return;
    connection.client.register(DidChangeConfigurationNotification.type, { section }).catch(() => {});
  });

  return {
    settings: (folderUri) => (asks ? fetched.get(folderUri) : undefined) ?? given,
    onChanged(listener) {
      changed = listener;
    },
    async fetch(folderUris) {
      if (!asks || folderUris.length === 0) return;
      const items = folderUris.map((uri) => (uri === undefined ? { section } : { scopeUri: uri, section }));
      const answers = await connection.workspace.getConfiguration(items);
      for (const [index, uri] of folderUris.entries()) fetched.set(uri, readSettings(answers[index], given));
    },
  };
}

/** Takes what is well formed; a setting of the wrong kind is as if it were not there. */
function readSettings(value: unknown, base: Settings): Settings {
  if (typeof value !== 'object' || value === null) return base;
  const { enable, minConfidence, maxFileSize } = value as Record<string, unknown>;
  return {
    enable: typeof enable === 'boolean' ? enable : base.enable,
    minConfidence:
      minConfidence === 'high' || minConfidence === 'medium' || minConfidence === 'low'
        ? minConfidence
        : base.minConfidence,
    maxFileSize: typeof maxFileSize === 'number' && maxFileSize > 0 ? maxFileSize : base.maxFileSize,
  };
}
