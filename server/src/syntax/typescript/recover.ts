// Parsing that survives unfinished code. The parser repairs most damage by itself; what it cannot know is that an open
// bracket or element ends where the next declaration begins. So where a statement with a mistake in it has swallowed a
// line that begins, unindented, like a declaration, the text is cut there and both halves are parsed on their own.
import {
  createSourceFile,
  forEachChild,
  JSDocParsingMode,
  type Node,
  ScriptKind,
  ScriptTarget,
  type SourceFile,
  SyntaxKind,
} from 'typescript';

/** The four ways to read the text: with types or without, with JSX or without (`js` reads JSX as well). */
export type Dialect = 'ts' | 'tsx' | 'js' | 'jsx';

/** What the parser could not read. */
export interface Problem {
  readonly start: number;
  readonly length: number;
  readonly messageText: string | { readonly messageText: string };
}

const scriptKinds: Readonly<Record<Dialect, ScriptKind>> = {
  ts: ScriptKind.TS,
  tsx: ScriptKind.TSX,
  js: ScriptKind.JS,
  jsx: ScriptKind.JSX,
};

/** How often one file is cut. A text that needs more is no program. */
const MAX_CUTS = 4;

const declaration = /^(?:export|import|function|async function|class|abstract class|const|let|var)\b/gm;

/** Parses a text: one tree, or several where damage was cut out. Offsets are those of the whole text in each. */
export function parse(text: string, dialect: Dialect): readonly SourceFile[] {
  let file = createFile(text, dialect);
  if (problemsOf(file).length === 0) return [file];
  const files: SourceFile[] = [];
  let from = 0;
  for (let cut = swallowed(file, from); cut > from && files.length < MAX_CUTS; cut = swallowed(file, from)) {
    files.push(createFile(' '.repeat(from) + text.slice(from, cut), dialect));
    from = cut;
    file = createFile(' '.repeat(from) + text.slice(from), dialect);
  }
  files.push(file);
  return files;
}

/** The parser's complaints about a tree. */
export function problemsOf(file: SourceFile): readonly Problem[] {
  return (file as unknown as { parseDiagnostics?: readonly Problem[] }).parseDiagnostics ?? [];
}

function createFile(text: string, dialect: Dialect): SourceFile {
  const options = { languageVersion: ScriptTarget.Latest, jsDocParsingMode: JSDocParsingMode.ParseNone };
  return createSourceFile(`file.${dialect}`, text, options, false, scriptKinds[dialect]);
}

/** The offset of the first declaration that stands inside a damaged statement, or -1. */
function swallowed(file: SourceFile, from: number): number {
  const problems = problemsOf(file);
  const { text } = file;
  for (const statement of file.statements) {
    // A statement that lacks its end is complained of at its end.
    if (!problems.some(({ start }) => start >= statement.pos && start <= statement.end)) continue;
    declaration.lastIndex = Math.max(statement.pos, from + 1);
    for (let match = declaration.exec(text); match && match.index < statement.end; match = declaration.exec(text)) {
      const { index } = match;
      if (!isBehindTrivia(text, statement.pos, index) && !isInLiteral(statement, index, text)) return index;
    }
  }
  return -1;
}

/** Whether only comments and blanks lie between two offsets: there the statement itself begins. */
function isBehindTrivia(text: string, from: number, to: number): boolean {
  return (
    text
      .slice(from, to)
      .replace(/\/\*[\s\S]*?\*\/|\/\/.*|#!.*/g, '')
      .trim() === ''
  );
}

/** Whether the offset lies in a comment, or in a text that has its end. */
function isInLiteral(statement: Node, at: number, text: string): boolean {
  let node = statement;
  for (;;) {
    const inner: Node | undefined = forEachChild(node, (child) =>
      child.pos <= at && at < child.end ? child : undefined,
    );
    if (!inner) break;
    node = inner;
  }
  switch (node.kind) {
    case SyntaxKind.NoSubstitutionTemplateLiteral:
    case SyntaxKind.TemplateHead:
    case SyntaxKind.TemplateMiddle:
    case SyntaxKind.TemplateTail:
      return (node as unknown as { isUnterminated?: boolean }).isUnterminated !== true;
    default: {
      const open = text.lastIndexOf('/*', at);
      return open > statement.pos && text.indexOf('*/', open) > at;
    }
  }
}
