// TypeScript and JavaScript text to a module graph. Any text gives a graph: what the parser repairs is lowered as repaired,
// what is not understood is a gap. The tree lives only as long as the call.
import { createSourceFile, JSDocParsingMode, ScriptKind, ScriptTarget, type SourceFile } from 'typescript';
import { createBuilder } from '../../graph/builder.ts';
import type { ModuleGraph } from '../../graph/graph.ts';
import { lowerComments } from './comments.ts';
import type { Lowering } from './context.ts';
import { declareCommonJs } from './modules.ts';
import { hoistVariables, lowerStatements } from './statements.ts';

/** The four ways to read the text: with types or without, with JSX or without (`js` reads JSX as well). */
export type Dialect = 'ts' | 'tsx' | 'js' | 'jsx';

const scriptKinds: Readonly<Record<Dialect, ScriptKind>> = {
  ts: ScriptKind.TS,
  tsx: ScriptKind.TSX,
  js: ScriptKind.JS,
  jsx: ScriptKind.JSX,
};

/** How many of the parser's complaints are kept: the first says where, the hundredth says nothing more. */
const MAX_PROBLEMS = 20;

/** Lowers the text of one file. Total: never throws, whatever the text. */
export function lowerTypeScript(text: string, dialect: Dialect): ModuleGraph {
  try {
    return lower(text, dialect);
  } catch (error) {
    // The parser descends by recursion and may run out of stack; nothing else may fail.
    if (!(error instanceof RangeError)) throw error;
    const b = createBuilder(text.length);
    b.gap({ start: 0, end: text.length }, 'nested too deeply');
    return b.finish();
  }
}

function lower(text: string, dialect: Dialect): ModuleGraph {
  const file = parse(text, dialect);
  const b = createBuilder(text.length);
  const l: Lowering = {
    b,
    file,
    text,
    types: new Set(),
    hasVar: /\bvar\b/.test(text),
    commonjs: text.includes('exports') && !isModule(file),
    hasThis: false,
    blocks: 0,
    namespace: undefined,
    depth: 0,
    thisOffsets: undefined,
  };
  if (l.commonjs) declareCommonJs(l);
  hoistVariables(l, file);
  lowerStatements(l, file.statements);
  lowerComments(l);
  const { parseDiagnostics } = file as unknown as { parseDiagnostics?: readonly Problem[] };
  for (const problem of parseDiagnostics?.slice(0, MAX_PROBLEMS) ?? []) {
    const { start, length, messageText } = problem;
    const what = typeof messageText === 'string' ? messageText : messageText.messageText;
    b.gap({ start, end: start + length }, what);
  }
  return b.finish();
}

function parse(text: string, dialect: Dialect): SourceFile {
  const options = { languageVersion: ScriptTarget.Latest, jsDocParsingMode: JSDocParsingMode.ParseNone };
  return createSourceFile(`file.${dialect}`, text, options, false, scriptKinds[dialect]);
}

/** What the parser could not read. */
interface Problem {
  readonly start: number;
  readonly length: number;
  readonly messageText: string | { readonly messageText: string };
}

/** Whether the file is an ES module, in which `exports` is a name like any other. */
function isModule(file: SourceFile): boolean {
  return (file as { externalModuleIndicator?: unknown }).externalModuleIndicator !== undefined;
}
