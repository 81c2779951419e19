// JSX. What is rendered goes to a page, never to a dataset: elements are lowered for the calls and functions in them, and
// are themselves unknown values.
import {
  type JsxAttribute,
  type JsxElement,
  type JsxExpression,
  type JsxFragment,
  type JsxSelfClosingElement,
  type JsxSpreadAttribute,
  type Node,
  SyntaxKind,
} from 'typescript';
import type { Ref } from '../../graph/specs.ts';
import { isText, type Lowering, nameOfProperty, spanOf } from './context.ts';
import { expression, named } from './expressions.ts';

/** Lowers a JSX element or fragment. */
export function lowerJsx(l: Lowering, node: Node): Ref {
  switch (node.kind) {
    case SyntaxKind.JsxSelfClosingElement:
      lowerAttributes(l, (node as JsxSelfClosingElement).attributes.properties);
      break;
    case SyntaxKind.JsxElement:
      lowerAttributes(l, (node as JsxElement).openingElement.attributes.properties);
      lowerChildren(l, (node as JsxElement).children);
      break;
    case SyntaxKind.JsxFragment:
      lowerChildren(l, (node as JsxFragment).children);
      break;
  }
  return l.b.unknown(spanOf(l, node));
}

function lowerAttributes(l: Lowering, attributes: readonly Node[]): void {
  for (const attribute of attributes) {
    if (attribute.kind === SyntaxKind.JsxSpreadAttribute) {
      expression(l, (attribute as JsxSpreadAttribute).expression);
      continue;
    }
    const { initializer, name } = attribute as JsxAttribute;
    if (initializer === undefined || isText(initializer)) continue;
    if (initializer.kind === SyntaxKind.JsxExpression) {
      const { expression: value } = initializer as JsxExpression;
      if (value) named(l, value, nameOfProperty(name) ?? '');
    } else expression(l, initializer);
  }
}

function lowerChildren(l: Lowering, children: readonly Node[]): void {
  for (const child of children) {
    if (child.kind === SyntaxKind.JsxText) continue;
    if (child.kind === SyntaxKind.JsxExpression) {
      const { expression: value } = child as JsxExpression;
      if (value) expression(l, value);
    } else expression(l, child);
  }
}
