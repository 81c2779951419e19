// What the catalog knows of the call under the pointer, as `distillint catalog try` says it: whoever writes a row sees it work.
import { type Connection, type Hover, MarkupKind } from 'vscode-languageserver';
import { lineStarts, offsetAt, positionAt } from '../base/text.ts';
import type { CallMatch } from '../flow/matches.ts';
import { ourFile } from '../report/catalog.ts';
import { renderMatch } from '../report/matches.ts';
import type { Documents } from './documents.ts';
import { uriOfPath } from './uris.ts';
import type { Folder, Workspace } from './workspace.ts';

/** The server's part of the client's capabilities. */
export const hoverProvider = true;

/** Answers what a call is. */
export function registerHover(connection: Connection, workspace: Workspace, documents: Documents): void {
  const callsIn = createLastCalls();
  connection.onHover(async ({ textDocument, position }, token): Promise<Hover | null> => {
    const place = documents.place(textDocument.uri);
    // Before the first check has ended the files are not read yet.
    if (!place?.folder.result) return null;
    await workspace.settled(place.folder, token);
    const { project } = place.folder.files;
    const text = project.source(place.path);
    // Positions of a notebook are those of a cell, which its file is not made of.
    if (!text || text.locate || token.isCancellationRequested) return null;
    const starts = lineStarts(text.text);
    const call = callAt(callsIn(place.folder, place.path), offsetAt(text.text, starts, position));
    const options = { root: place.folder.path ?? '', file: ourFile, all: false };
    const link = (path: string, line: number, column: number): string =>
      `${uriOfPath(path, textDocument.uri)}#L${line},${column}`;
    const says = call && renderMatch(call, (path) => project.source(path), options, link);
    if (!says) return null;
    const { start, end } = call.callee;
    return {
      contents: { kind: MarkupKind.Markdown, value: says },
      range: { start: positionAt(starts, start), end: positionAt(starts, end) },
    };
  });
}

/** The calls of a file, kept until the next edit or until another file is asked for: the pointer rests at many in a row. */
function createLastCalls(): (folder: Folder, path: string) => readonly CallMatch[] {
  let last: { folder: Folder; generation: number; path: string; calls: readonly CallMatch[] } | undefined;
  return (folder, path) => {
    const { generation } = folder;
    if (last?.folder !== folder || last.generation !== generation || last.path !== path)
      last = { folder, generation, path, calls: folder.files.project.matches(path)?.calls ?? [] };
    return last.calls;
  };
}

/** The innermost call whose callee is written around an offset. */
function callAt(calls: readonly CallMatch[], offset: number): CallMatch | undefined {
  let found: CallMatch | undefined;
  for (const call of calls) {
    const { start, end } = call.callee;
    if (start <= offset && offset <= end && (!found || end - start <= found.callee.end - found.callee.start))
      found = call;
  }
  return found;
}
