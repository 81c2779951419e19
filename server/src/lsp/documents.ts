// Open documents: their text lies over the files on disk, saved or not.
import {
  type Connection,
  TextDocumentSyncKind,
  type TextDocumentSyncOptions,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parseUri, pathOfUri, uriOfPath } from './uris.ts';
import type { Folder, Workspace } from './workspace.ts';

/** The documents that are open in the client. */
export interface Documents {
  /** An open document, by the client's own URI. */
  get(uri: string): TextDocument | undefined;
  /** Where a document is: its folder, and its path there. Undefined for documents that are not checked. */
  place(uri: string): Place | undefined;
  /** How the client names a path: open documents keep the client's own spelling. */
  uriOf(folder: Folder, path: string): string;
  /** The open documents that are checked. */
  open(): readonly { readonly document: TextDocument; readonly place: Place }[];
  /** Finds out where every open document belongs, at the start and after folders came or went. */
  reassign(): void;
}

/** A document's folder, and its path there. */
export interface Place {
  readonly folder: Folder;
  readonly path: string;
}

/** The server's part of the client's capabilities. */
export const documentSync: TextDocumentSyncOptions = {
  openClose: true,
  change: TextDocumentSyncKind.Incremental,
  save: false,
};

/** Follows the client's documents and lays their text over the files of `workspace`. */
export function registerDocuments(connection: Connection, workspace: Workspace): Documents {
  const documents = new TextDocuments(TextDocument);
  /** Where each open document was laid over, so that it can be taken away from there. */
  const places = new Map<string, Place>();
  const byPath = new Map<Folder, Map<string, string>>();
  // Before the folders are known, every document would seem to lie outside of them.
  let foldersKnown = false;

  const placeOf = (uri: string, languageId: string | undefined): Place | undefined => {
    const folder = foldersKnown ? workspace.folderOf(uri) : undefined;
    const path = documentPath(uri, languageId);
    return folder && path !== undefined ? { folder, path } : undefined;
  };

  const lay = (document: TextDocument): void => {
    const place = placeOf(document.uri, document.languageId);
    const before = places.get(document.uri);
    if (before && (before.folder !== place?.folder || before.path !== place.path)) lift(document.uri);
    if (!place) return;
    places.set(document.uri, place);
    const uris = byPath.get(place.folder) ?? new Map<string, string>();
    byPath.set(place.folder, uris.set(place.path, document.uri));
    place.folder.files.overlay(place.path, document.getText());
    workspace.changed(place.folder);
  };

  const lift = (uri: string): void => {
    const place = places.get(uri);
    if (!place) return;
    places.delete(uri);
    byPath.get(place.folder)?.delete(place.path);
    place.folder.files.overlay(place.path, undefined);
    workspace.changed(place.folder);
  };

  // Opening is a change of content, too.
  documents.onDidChangeContent(({ document }) => lay(document));
  documents.onDidClose(({ document }) => lift(document.uri));
  documents.listen(connection);

  return {
    get: (uri) => documents.get(uri),
    place: (uri) => places.get(uri) ?? placeOf(uri, undefined),
    uriOf(folder, path) {
      return byPath.get(folder)?.get(path) ?? uriOfPath(path, folder.uri ?? 'file:///');
    },
    open() {
      return documents.all().flatMap((document) => {
        const place = places.get(document.uri);
        return place ? [{ document, place }] : [];
      });
    },
    reassign() {
      foldersKnown = true;
      for (const document of documents.all()) {
        const place = placeOf(document.uri, document.languageId);
        if (places.get(document.uri)?.folder !== place?.folder) lay(document);
      }
    },
  };
}

/** An untitled document has a name, but no directory and no extension that tells its language. */
function documentPath(uri: string, languageId: string | undefined): string | undefined {
  if (parseUri(uri)?.scheme !== 'untitled') return pathOfUri(uri);
  const name = parseUri(uri)!.path.replace(/^\/*/, '/');
  const extension = extensions[languageId ?? ''];
  return extension === undefined || name.endsWith(extension) ? name : name + extension;
}

const extensions: Readonly<Record<string, string>> = {
  python: '.py',
  typescript: '.ts',
  typescriptreact: '.tsx',
  javascript: '.js',
  javascriptreact: '.jsx',
  vue: '.vue',
  svelte: '.svelte',
};
