// Python source to module graph. Total: any text gives a graph, and a list of what in it was not understood.
import { createBuilder } from '../../graph/builder.ts';
import type { ModuleGraph } from '../../graph/graph.ts';
import { lowerCommands } from '../configuration/shell.ts';
import { isCommand, isForUs } from '../hash-comments.ts';
import type { Lowering } from './context.ts';
import type { PythonParser } from './parser.ts';
import { boundNames } from './scopes.ts';
import { block } from './statements.ts';
import { children, Syntax, type SyntaxTree, textOf } from './tree.ts';

/** Lowers one file; of a notebook `cells` are the offsets at which its cells begin. The same text always gives the same graph. */
export function lowerPython(parser: PythonParser, text: string, cells?: Uint32Array): ModuleGraph {
  try {
    return lowerTree(parser.parse(text), cells);
  } catch (error) {
    // A mistake of ours, or no memory left: one file must not end the scan of all.
    const b = createBuilder(text.length);
    b.gap({ start: 0, end: text.length }, `not read: ${error instanceof Error ? error.message : error}`);
    return b.finish();
  }
}

/** Lowers a syntax tree; of a notebook `cells` are the offsets at which its cells begin. */
export function lowerTree(tree: SyntaxTree, cells?: Uint32Array): ModuleGraph {
  const b = createBuilder(tree.text.length, cells);
  const l: Lowering = { b, t: tree, depth: 0, inClass: false, makesContext: false, bases: [], self: undefined };
  // Functions read names of the module that are assigned further down.
  const names = boundNames(tree, 0, tree.count);
  for (const name of names.bound) b.declare(name);
  declareGlobals(tree, (name) => b.declare(name));
  block(l, 0);
  comments(l, cells !== undefined);
  return b.finish();
}

/** Names that functions make global by saying so. */
function declareGlobals(tree: SyntaxTree, declare: (name: string) => void): void {
  if (!tree.text.includes('global')) return;
  for (let n = 0; n < tree.count; n++) {
    if (tree.kinds[n] === Syntax.global_statement) for (const c of children(tree, n)) declare(textOf(tree, c));
  }
}

/** Keeps the comments that matter; those of a notebook may be commands. */
function comments(l: Lowering, inNotebook: boolean): void {
  const { text, comments: places } = l.t;
  for (let i = 0; i < places.length; i += 2) {
    const start = places[i]!;
    const end = places[i + 1]!;
    const comment = text.slice(start, end);
    if (isForUs(comment)) l.b.comment({ start, end }, comment);
    if (!inNotebook || !isCommand(comment)) continue;
    let last = end;
    while (text[last - 1] === '\\' && i + 2 < places.length) {
      i += 2;
      last = places[i + 1]!;
    }
    lowerCommands(l.b, text.slice(start, last).replace(/^#|(?<=\n)#|\u00a0/g, ' '), start);
  }
}
