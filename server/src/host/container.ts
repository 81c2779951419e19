// The text of a file that is analysed. For most files that is all of it; a Vue or Svelte component is its scripts, a notebook
// its code cells one after the other. Offsets everywhere else are offsets into this text.
import type { Language } from './languages.ts';
import { type CellMap, extractNotebook } from './notebook.ts';

/** How the analysed text is parsed. */
export type ParsedLanguage = 'python' | 'typescript' | 'tsx' | 'javascript' | 'shell' | 'document';

/** What is analysed of a file. */
export interface AnalysedText {
  readonly text: string;
  readonly language: ParsedLanguage;
  /** Of a notebook only: where the text comes from; see `locateCell`. */
  readonly cells: CellMap | undefined;
}

/** A file that cannot be analysed, and why. */
export interface NotAnalysed {
  readonly reason: 'broken' | 'unknown-language';
  readonly detail: string;
}

/** The text to analyse of a file's decoded text. Only a notebook can be `NotAnalysed`. */
export function analysedText(language: Language, text: string): AnalysedText | NotAnalysed {
  switch (language) {
    case 'notebook':
      return extractNotebook(text);
    case 'vue':
    case 'svelte':
      return extractScripts(text);
    default:
      return { text, language, cells: undefined };
  }
}

/** Whether there is nothing to analyse. */
export function isNotAnalysed(result: AnalysedText | NotAnalysed): result is NotAnalysed {
  return 'reason' in result;
}

/** The scripts of a component, everything around them blanked, so that every offset is one into the file. */
function extractScripts(text: string): AnalysedText {
  let scripts = '';
  let language: ParsedLanguage = 'javascript';
  // A comment is matched so that a script within it is not.
  const opening = /<!--|<script(?=[\s/>])/gi;
  const closing = /<\/script\s*>/gi;
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    if (match[0] === '<!--') {
      const end = text.indexOf('-->', match.index);
      opening.lastIndex = end < 0 ? text.length : end;
      continue;
    }
    const start = tagEnd(text, opening.lastIndex);
    const attributes = text.slice(opening.lastIndex, start - 1);
    opening.lastIndex = start;
    if (attributes.endsWith('/') || !isCode(attribute(attributes, 'type'))) continue;
    closing.lastIndex = start;
    const end = closing.exec(text)?.index ?? text.length;
    scripts += blank(text.slice(scripts.length, start)) + text.slice(start, end);
    const lang = attribute(attributes, 'lang') ?? attribute(attributes, 'type')?.replace(/^.*\//, '');
    if (lang === 'ts' || lang === 'typescript') language = 'typescript';
    if (lang === 'tsx') language = 'tsx';
    opening.lastIndex = end;
  }
  return { text: scripts + blank(text.slice(scripts.length)), language, cells: undefined };
}

/** Behind the `>` that ends a tag; one within a quoted attribute does not. */
function tagEnd(text: string, start: number): number {
  const notable = /["'>]/g;
  notable.lastIndex = start;
  for (let match = notable.exec(text); match; match = notable.exec(text)) {
    if (match[0] === '>') return notable.lastIndex;
    const quote = text.indexOf(match[0], notable.lastIndex);
    if (quote < 0) break;
    notable.lastIndex = quote + 1;
  }
  return text.length;
}

function attribute(attributes: string, name: string): string | undefined {
  const match = new RegExp(String.raw`\s${name}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))`, 'i').exec(attributes);
  return (match?.[1] ?? match?.[2] ?? match?.[3])?.trim().toLowerCase();
}

/** Whether a script of this type is code and not data or a template. */
function isCode(type: string | undefined): boolean {
  return (
    type === undefined ||
    type === '' ||
    type === 'module' ||
    /^(?:text|application)\/(?:javascript|ecmascript|typescript|babel)$/.test(type)
  );
}

/** Blanks of the same length; lines stay lines. */
function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
