// The parser-only slice of typescript (test/tools/parser-slice.mjs) has what the package's declarations leave out, and
// lacks what they promise: nodes have fields but no methods, so `getTokenPosOfNode(node, file)`, never `node.getStart()`.
import type { Node, SourceFile } from 'typescript';

declare module 'typescript' {
  function getTokenPosOfNode(node: Node, sourceFile?: SourceFile, includeJsDoc?: boolean): number;
}
