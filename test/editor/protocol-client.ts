// A client of the language server for tests: the real server as a process of its own, and real messages over its pipes.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';

/** What a test gives a client to say of itself. */
export interface ClientOptions {
  readonly command: readonly string[];
  readonly folders: readonly string[];
  /** Merged over the capabilities of a client that can do what VS Code can. */
  readonly capabilities?: object;
  readonly settings?: object;
}

/** A connected client; everything the server sends by itself is kept here. */
export interface Client {
  readonly connection: MessageConnection;
  readonly capabilities: Record<string, unknown>;
  readonly published: Map<string, Diagnostic[]>;
  readonly registered: { method: string; registerOptions?: unknown }[];
  readonly statuses: { state: string; findings: number }[];
  readonly progress: { kind: string }[];
  readonly shown: { uri: string; external?: boolean }[];
  readonly refreshes: () => number;
  /** Changes the settings and tells the server. */
  configure(settings: object): Promise<void>;
  open(path: string, languageId: string, text: string): Promise<void>;
  change(path: string, version: number, text: string): Promise<void>;
  close(path: string): Promise<void>;
  pull(path: string, previousResultId?: string): Promise<Report>;
  /** Says goodbye and returns the exit code. */
  shutdown(): Promise<number | null>;
  kill(): void;
}

export interface Position {
  readonly line: number;
  readonly character: number;
}
export interface Diagnostic {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly severity: number;
  readonly source: string;
  readonly code: string;
  readonly codeDescription?: { readonly href: string };
  readonly message: string;
  readonly relatedInformation: readonly { readonly location: { readonly uri: string }; readonly message: string }[];
  readonly data: { readonly fingerprint: string };
}
export interface Report {
  readonly kind: 'full' | 'unchanged';
  readonly resultId: string;
  readonly items?: Diagnostic[];
}

const allCapabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
    workspaceEdit: { documentChanges: true, snippetEditSupport: true },
  },
  textDocument: {
    diagnostic: { dynamicRegistration: false, relatedInformation: true },
    codeAction: { dataSupport: true },
  },
  window: { workDoneProgress: true, showDocument: { support: true } },
};

/** The URI of a path, as a client would write it. */
export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}

/** Starts a server and introduces a client to it. */
export async function connect(options: ClientOptions): Promise<Client> {
  const [command, ...args] = options.command;
  const server: ChildProcess = spawn(command!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = once(server, 'exit').then(([code]) => code as number | null);
  const reader = new StreamMessageReader(server.stdout!);
  // A server that is killed in the middle of a message leaves half of it behind. The reader would wait for the rest in
  // rounds of a timer, which no `dispose` stops, and the process of the tests would never end.
  reader.partialMessageTimeout = 0;
  const connection = createMessageConnection(reader, new StreamMessageWriter(server.stdin!));
  let settings = options.settings ?? {};
  let refreshes = 0;
  const published = new Map<string, Diagnostic[]>();
  const registered: Client['registered'] = [];
  const statuses: Client['statuses'] = [];
  const progress: Client['progress'] = [];
  const shown: Client['shown'] = [];

  connection.onRequest('workspace/configuration', ({ items }) => items.map(() => settings));
  connection.onRequest('client/registerCapability', ({ registrations }) => void registered.push(...registrations));
  connection.onRequest('window/workDoneProgress/create', () => null);
  connection.onRequest('workspace/diagnostic/refresh', () => {
    refreshes++;
    return null;
  });
  connection.onRequest('window/showDocument', (params) => {
    shown.push(params);
    return { success: true };
  });
  connection.onNotification('$/progress', ({ value }) => void progress.push(value));
  connection.onNotification('distillint/status', (params) => void statuses.push(params));
  connection.onNotification('textDocument/publishDiagnostics', (params) => {
    published.set(params.uri, params.diagnostics);
  });
  connection.listen();
  // What was asked of a server that is gone fails instead of waiting.
  void exit.then(() => connection.dispose());

  const { capabilities } = await connection.sendRequest<{ capabilities: Record<string, unknown> }>('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: { ...allCapabilities, ...options.capabilities },
    workspaceFolders: options.folders.map((folder) => ({ uri: uriOf(folder), name: folder })),
  });
  await connection.sendNotification('initialized', {});

  return {
    connection,
    capabilities,
    published,
    registered,
    statuses,
    progress,
    shown,
    refreshes: () => refreshes,
    configure(next) {
      settings = next;
      return connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    },
    open: (path, languageId, text) =>
      connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri: uriOf(path), languageId, version: 1, text },
      }),
    change: (path, version, text) =>
      connection.sendNotification('textDocument/didChange', {
        textDocument: { uri: uriOf(path), version },
        contentChanges: [{ text }],
      }),
    close: (path) => connection.sendNotification('textDocument/didClose', { textDocument: { uri: uriOf(path) } }),
    pull: (path, previousResultId) =>
      connection.sendRequest<Report>('textDocument/diagnostic', {
        textDocument: { uri: uriOf(path) },
        ...(previousResultId === undefined ? {} : { previousResultId }),
      }),
    async shutdown() {
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      const code = await exit;
      connection.dispose();
      return code;
    },
    kill() {
      connection.dispose();
      server.kill('SIGKILL');
    },
  };
}

/** Waits until `holds` does; tests wait for what is to happen, never for a time. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limit = 20_000): Promise<void> {
  const end = Date.now() + limit;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${limit / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
