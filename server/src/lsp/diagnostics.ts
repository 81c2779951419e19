// Diagnostics, asked for by the client (for a document, for the workspace), or pushed to clients that do not ask.
// An answer always belongs to the text that the client has: a request waits for the check that its last change began.
import {
  type Connection,
  type Diagnostic,
  DocumentDiagnosticReportKind,
  type InitializeParams,
  type PreviousResultId,
  type WorkspaceFullDocumentDiagnosticReport,
} from 'vscode-languageserver';
import type { Documents } from './documents.ts';
import { nothingId, type Report, type Reports } from './reports.ts';
import { normalUri } from './uris.ts';
import type { Environment, Folder, Token, Workspace } from './workspace.ts';

/** To be told when reports may have changed. */
export interface DiagnosticsFeature {
  /** A check ended, or settings changed. */
  changed(): void;
  /** Answers what is still waiting: the server is to end. */
  shutdown(): void;
}

/** The server's part of the client's capabilities. */
export const diagnosticProvider = { interFileDependencies: true, workspaceDiagnostics: true };

/** Answers and sends diagnostics. */
export function registerDiagnostics(
  connection: Connection,
  initialize: InitializeParams,
  environment: Environment,
  workspace: Workspace,
  documents: Documents,
  reports: Reports,
  ready: Promise<void>,
): DiagnosticsFeature {
  const pulls = initialize.capabilities.textDocument?.diagnostic !== undefined;
  const refreshes = initialize.capabilities.workspace?.diagnostics?.refreshSupport === true;
  /** What the client last got for each document that it asked for. */
  const answered = new Map<string, string>();
  let waiting: (() => void)[] = [];
  let ended = false;

  connection.languages.diagnostics.on(async (params, token) => {
    const { uri } = params.textDocument;
    await ready;
    const place = documents.place(uri);
    if (place) await workspace.settled(place.folder, token);
    const report = place && reports.of(place.folder).get(place.path);
    const resultId = report?.resultId ?? nothingId;
    if (!token.isCancellationRequested) answered.set(uri, resultId);
    if (params.previousResultId === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
    return { kind: DocumentDiagnosticReportKind.Full, resultId, items: [...(report?.diagnostics ?? [])] };
  });

  // The client keeps one such request open all the time: it is answered when there is news, and then asked again.
  connection.languages.diagnostics.onWorkspace(async (params, token) => {
    await ready;
    const previous = new Map(params.previousResultIds.map((id) => [normalUri(id.uri), id]));
    for (;;) {
      const items = news(reports.all(), previous);
      if (items.length > 0 || token.isCancellationRequested || ended) return { items };
      await change(token);
    }
  });

  function news(current: readonly Report[], previous: ReadonlyMap<string, PreviousResultId>) {
    const gone = new Map(previous);
    const items: WorkspaceFullDocumentDiagnosticReport[] = [];
    for (const { uri, resultId, diagnostics } of current) {
      const key = normalUri(uri);
      gone.delete(key);
      if (previous.get(key)?.value !== resultId) items.push(full(uri, resultId, [...diagnostics]));
    }
    for (const { uri, value } of gone.values()) if (value !== nothingId) items.push(full(uri, nothingId, []));
    return items;
  }

  function full(uri: string, resultId: string, items: Diagnostic[]): WorkspaceFullDocumentDiagnosticReport {
    return {
      kind: DocumentDiagnosticReportKind.Full,
      uri,
      version: documents.get(uri)?.version ?? null,
      resultId,
      items,
    };
  }

  function change(token: Token): Promise<void> {
    return new Promise((resolve) => {
      const subscription = token.onCancellationRequested(resolve);
      waiting.push(() => {
        subscription.dispose();
        resolve();
      });
    });
  }

  /** Asks the client to ask again, if it has an open document that shows something else than it should. */
  async function refreshOpen(): Promise<void> {
    // What waited for this check is answered first.
    await environment.pause();
    const isOld = ({ document, place }: { document: { uri: string }; place: { folder: Folder; path: string } }) => {
      const shown = answered.get(document.uri);
      if (shown === undefined || place.folder.running) return false;
      return shown !== (reports.of(place.folder).get(place.path)?.resultId ?? nothingId);
    };
    if (documents.open().some(isOld)) await connection.languages.diagnostics.refresh();
  }

  /** What was pushed, by URI. */
  const pushed = new Map<string, string>();

  function push(): void {
    const current = new Map(reports.all().map((report) => [report.uri, report]));
    for (const [uri, { resultId, diagnostics }] of current) {
      const document = documents.get(uri);
      const key = `${resultId} ${document?.version}`;
      if (pushed.get(uri) === key) continue;
      pushed.set(uri, key);
      const version = document ? { version: document.version } : {};
      void connection.sendDiagnostics({ uri, ...version, diagnostics: [...diagnostics] });
    }
    for (const uri of [...pushed.keys()].filter((uri) => !current.has(uri))) {
      pushed.delete(uri);
      void connection.sendDiagnostics({ uri, diagnostics: [] });
    }
  }

  return {
    changed() {
      if (!pulls) push();
      else if (refreshes) refreshOpen().catch(() => {});
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    shutdown() {
      ended = true;
      this.changed();
    },
  };
}
