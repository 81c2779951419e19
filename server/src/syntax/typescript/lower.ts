// TypeScript and JavaScript text to a module graph. Any text gives a graph: what the parser repairs is lowered as repaired,
// what is not understood is a gap. The tree lives only as long as the call.
import type { SourceFile } from 'typescript';
import { createBuilder } from '../../graph/builder.ts';
import type { ModuleGraph } from '../../graph/graph.ts';
import { lowerComments } from './comments.ts';
import type { Lowering } from './context.ts';
import { declareCommonJs } from './modules.ts';
import { type Dialect, parse, problemsOf } from './recover.ts';
import { hoistVariables, lowerStatements } from './statements.ts';

/** How many of the parser's complaints are kept: the first says where, the hundredth says nothing more. */
const MAX_PROBLEMS = 20;

/** Lowers the text of one file; of a notebook `cells` are the offsets at which its cells begin. Never throws, whatever the text. */
export function lowerTypeScript(text: string, dialect: Dialect, cells?: Uint32Array): ModuleGraph {
  try {
    return lower(text, dialect, cells);
  } catch (error) {
    // The parser descends by recursion and may run out of stack; nothing else may fail.
    if (!(error instanceof RangeError)) throw error;
    const b = createBuilder(text.length);
    b.gap({ start: 0, end: text.length }, 'nested too deeply');
    return b.finish();
  }
}

function lower(text: string, dialect: Dialect, cells: Uint32Array | undefined): ModuleGraph {
  const files = parse(text, dialect);
  const b = createBuilder(text.length, cells);
  const statements = files.length === 1 ? files[0]!.statements : files.flatMap((file) => file.statements);
  const l: Lowering = {
    b,
    text,
    file: { text } as SourceFile,
    types: new Set(),
    hasVar: /\bvar\b/.test(text),
    commonjs: text.includes('exports') && (!files.some(isModule) || MIXED.test(text)),
    hasThis: false,
    base: undefined,
    blocks: 0,
    namespace: undefined,
    depth: 0,
    thisOffsets: undefined,
  };
  if (l.commonjs) declareCommonJs(l);
  for (const file of files) hoistVariables(l, file);
  lowerStatements(l, statements);
  lowerComments(l, files);
  for (const { start, length, messageText } of files.flatMap(problemsOf).slice(0, MAX_PROBLEMS)) {
    const what = typeof messageText === 'string' ? messageText : messageText.messageText;
    b.gap({ start, end: start + length }, what);
  }
  return b.finish();
}

/** What bundlers allow in an ES module, too: a statement that exports the way of CommonJS. */
const MIXED = /^module\.exports(?:\.\w+)?\s*=/m;

/** Whether the file is an ES module, in which `exports` is a name like any other. */
function isModule(file: SourceFile): boolean {
  return (file as { externalModuleIndicator?: unknown }).externalModuleIndicator !== undefined;
}
