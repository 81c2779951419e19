// Quick fixes of a finding: read the clause, or say here why it is all right.
import {
  type CodeAction,
  CodeActionKind,
  type Connection,
  type Diagnostic,
  type InitializeParams,
  type Position,
  type Range,
  type SnippetTextEdit,
  type TextEdit,
} from 'vscode-languageserver';
import { lineStarts, positionAt } from '../base/text.ts';
import { languageOf } from '../host/languages.ts';
import type { Finding } from '../policy/finding.ts';
import type { Documents, Place } from './documents.ts';
import type { DiagnosticData, OpenClauseCommand } from './protocol.ts';
import type { Report, Reports } from './reports.ts';
import { type SuppressEdit, suppressEdit } from './suppressEdit.ts';
import type { Workspace } from './workspace.ts';

const openClause: OpenClauseCommand = 'distillint.openClause';

/** The server's part of the client's capabilities. */
export const codeActionProvider = { codeActionKinds: [CodeActionKind.QuickFix] };
/** The server's part of the client's capabilities. */
export const executeCommandProvider = { commands: [openClause] };

/** Offers the fixes and runs their command. */
export function registerCodeActions(
  connection: Connection,
  initialize: InitializeParams,
  workspace: Workspace,
  documents: Documents,
  reports: Reports,
): void {
  const capabilities = initialize.capabilities;
  const edits = capabilities.workspace?.workspaceEdit;
  const snippets = edits?.snippetEditSupport === true && edits.documentChanges === true;

  connection.onCodeAction(async (params, token) => {
    const { only } = params.context;
    if (only && !only.some((kind) => kind === '' || kind === CodeActionKind.QuickFix)) return [];
    const place = documents.place(params.textDocument.uri);
    // Before the first check has ended nothing is underlined.
    if (!place?.folder.result) return [];
    await workspace.settled(place.folder, token);
    const report = reports.of(place.folder).get(place.path);
    if (!report || token.isCancellationRequested) return [];
    const chosen = report.findings.flatMap((finding, index) => {
      const diagnostic = report.diagnostics[index]!;
      return overlap(diagnostic.range, params.range) ? [{ diagnostic, finding }] : [];
    });
    return chosen.flatMap(({ diagnostic, finding }) => {
      const shown =
        params.context.diagnostics.find((other) => fingerprint(other) === finding.fingerprint) ?? diagnostic;
      return [...suppressing(finding, shown, place, report), ...opening(finding, shown)];
    });
  });

  connection.onExecuteCommand(async ({ command, arguments: given }) => {
    const [url] = given ?? [];
    if (command !== openClause || typeof url !== 'string' || !/^https?:\/\//.test(url)) return;
    if (capabilities.window?.showDocument?.support) await connection.window.showDocument({ uri: url, external: true });
    else connection.window.showInformationMessage(url);
  });

  function suppressing(finding: Finding, diagnostic: Diagnostic, place: Place, report: Report): CodeAction[] {
    const source = place.folder.files.project.source(place.path);
    // A notebook's file is JSON: a line cannot simply be put into it.
    if (!source || source.locate) return [];
    const document = documents.get(report.uri);
    const text = document?.getText() ?? source.text;
    const language = languageOf(place.path) === 'python' ? 'python' : 'javascript';
    const edit = suppressEdit(text, finding.place.start, finding.rule, language);
    if (!edit) return [];
    const at = positionAt(lineStarts(text), edit.offset);
    const action = {
      title: `Suppress ${finding.rule} here…`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
    };
    const textDocument = { uri: report.uri, version: document?.version ?? null };
    if (edits?.documentChanges !== true) return [{ ...action, edit: { changes: { [report.uri]: [plain(edit, at)] } } }];
    const change = snippets ? snippet(edit, at) : plain(edit, at);
    return [{ ...action, edit: { documentChanges: [{ textDocument, edits: [change] }] } }];
  }
}

function opening(finding: Finding, diagnostic: Diagnostic): CodeAction[] {
  const seen = new Set<string>();
  return finding.clauses.flatMap((clause) => {
    if (!/^https?:\/\//.test(clause.url) || seen.has(clause.url)) return [];
    seen.add(clause.url);
    const title = `Open clause: ${[clause.document, clause.section].filter((part) => part).join(', ')}`;
    const command = { title, command: openClause, arguments: [clause.url] };
    return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], command }];
  });
}

function plain(edit: SuppressEdit, at: Position): TextEdit {
  return { range: { start: at, end: at }, newText: edit.before + edit.reason + edit.after };
}

/** The same with the reason selected, ready to be typed over. */
function snippet(edit: SuppressEdit, at: Position): SnippetTextEdit {
  const escaped = (text: string) => text.replace(/[\\$}]/g, '\\$&');
  const value = `${escaped(edit.before)}\${1:${escaped(edit.reason)}}${escaped(edit.after)}`;
  return { range: { start: at, end: at }, snippet: { kind: 'snippet', value } };
}

function fingerprint(diagnostic: Diagnostic): string | undefined {
  return (diagnostic.data as DiagnosticData | undefined)?.fingerprint;
}

function overlap(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
