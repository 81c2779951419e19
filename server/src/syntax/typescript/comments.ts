// Comments that speak to us: suppressions, and what fixtures expect. Few files have any, so nothing is scanned until the
// words turn up; the tree then says whether they stand in a comment or in a text.
import { forEachChild, type Node, type SourceFile, SyntaxKind } from 'typescript';
import { type Lowering, startOf } from './context.ts';

const words = /distillint|\/[/*]\s*\$\s/g;

/** Gives the builder every comment with one of our words in it. */
export function lowerComments(l: Lowering, files: readonly SourceFile[]): void {
  const { text } = l;
  let after = 0;
  words.lastIndex = 0;
  for (let match = words.exec(text); match; match = words.exec(text)) {
    if (match.index < after) continue;
    const found = commentAround(l, files, match.index);
    if (!found) continue;
    const { start, end } = found;
    after = end;
    l.b.comment(found, text.slice(start, end));
  }
}

function commentAround(
  l: Lowering,
  files: readonly SourceFile[],
  at: number,
): { start: number; end: number } | undefined {
  const { text } = l;
  const line = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
  for (let i = text.indexOf('//', line); i >= 0 && i <= at; i = text.indexOf('//', i + 1)) {
    if (!isBetweenTokens(l, files, i)) continue;
    const end = /[\r\n]|$/g;
    end.lastIndex = i;
    return { start: i, end: end.exec(text)!.index };
  }
  const open = text.lastIndexOf('/*', at);
  if (open < 0 || !isBetweenTokens(l, files, open)) return undefined;
  const close = text.indexOf('*/', open + 2);
  const end = close < 0 ? text.length : close + 2;
  return at < end ? { start: open, end } : undefined;
}

/** Whether no token of the tree covers the offset, which is then blank, punctuation or a comment. */
function isBetweenTokens(l: Lowering, files: readonly SourceFile[], at: number): boolean {
  // Where the text was cut, each tree ends where the next begins.
  let node: Node = files.find((file) => at < file.end) ?? files[files.length - 1]!;
  for (;;) {
    const inner: Node | undefined = forEachChild(node, (child) =>
      child.pos <= at && at < child.end ? child : undefined,
    );
    if (!inner) break;
    node = inner;
  }
  switch (node.kind) {
    case SyntaxKind.StringLiteral:
    case SyntaxKind.NoSubstitutionTemplateLiteral:
    case SyntaxKind.TemplateHead:
    case SyntaxKind.TemplateMiddle:
    case SyntaxKind.TemplateTail:
    case SyntaxKind.RegularExpressionLiteral:
      return at < startOf(l, node);
    case SyntaxKind.JsxText:
      return false;
    default:
      return true;
  }
}
