// What every part of the lowering shares: the builder, the text, and what surrounds the place that is being lowered.
import {
  getTokenPosOfNode,
  type Node,
  type PropertyAccessExpression,
  type PropertyName,
  type SourceFile,
  SyntaxKind,
} from 'typescript';
import type { Builder } from '../../graph/builder.ts';
import { ITERATOR } from '../../graph/graph.ts';
import type { Ref, Span } from '../../graph/specs.ts';

/** One lowering. The mutable fields describe the surroundings; whoever changes one puts it back. */
export interface Lowering {
  readonly b: Builder;
  /** Stands for the file where the parser asks for one, which is only for its text. */
  readonly file: SourceFile;
  readonly text: string;
  /** Names of interfaces and type aliases: annotations with them say nothing about a value. */
  readonly types: Set<string>;
  /** Whether the file has a `var` at all; most do not, and need no search for them. */
  readonly hasVar: boolean;
  /** Whether `module.exports` and `exports` mean this module. */
  readonly commonjs: boolean;
  /** Whether `this` means something we follow: an instance, or the object literal around a method. */
  hasThis: boolean;
  /** What the class at hand extends, where that is a name: lowered again wherever `super` is written. */
  base: Node | undefined;
  /** Open block scopes of the function at hand. */
  blocks: number;
  /** Names exported from the namespace at hand, or undefined outside of one. */
  namespace: string[] | undefined;
  /** Nesting of expressions and statements at hand. */
  depth: number;
  /** Offsets of every `this`, made when first asked for. */
  thisOffsets: number[] | undefined;
}

/** Deeper nesting is not followed: no one writes it, and the call stack ends somewhere. */
export const MAX_DEPTH = 600;

/** Offset of the first token of `node`, without the comments and blanks before it. */
export function startOf(l: Lowering, node: Node): number {
  const { text } = l;
  const { end } = node;
  let i = node.pos;
  if (i === end) return i;
  for (;;) {
    const c = text.charCodeAt(i);
    if (c === 32 || c === 10 || c === 13 || c === 9) i++;
    else if (c === 47) {
      const next = text.charCodeAt(i + 1);
      if (next === 47) {
        i = lineEnd(text, i);
      } else if (next === 42) {
        const close = text.indexOf('*/', i + 2);
        i = close < 0 ? text.length : close + 2;
      } else return i;
    } else if (
      c > 127 ||
      c < 33 ||
      c === 35 ||
      ((c === 60 || c === 61 || c === 62 || c === 124) && text.charCodeAt(i + 1) === c)
    ) {
      // Rare blanks, `#!`, conflict markers: the parser knows them all.
      return getTokenPosOfNode(node, l.file);
    } else return i;
    if (i >= end) return getTokenPosOfNode(node, l.file);
  }
}

function lineEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || c === 13 || c === 0x2028 || c === 0x2029) return i;
  }
  return text.length;
}

/** The part of the text that `node` covers, from its first token. */
export function spanOf(l: Lowering, node: Node): Span {
  return { start: startOf(l, node), end: node.end };
}

/** The constant name that a property is given by, or undefined for a computed one. */
export function nameOfProperty(name: PropertyName | Node): string | undefined {
  switch (name.kind) {
    case SyntaxKind.Identifier:
    case SyntaxKind.PrivateIdentifier:
    case SyntaxKind.StringLiteral:
    case SyntaxKind.NoSubstitutionTemplateLiteral:
    case SyntaxKind.NumericLiteral:
      return textOf(name);
    case SyntaxKind.ComputedPropertyName: {
      const { expression } = name as unknown as { expression: Node };
      if (isText(expression) || expression.kind === SyntaxKind.NumericLiteral) return textOf(expression);
      return isIterator(expression) ? ITERATOR : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether an expression is the symbol that iteration asks an object for, `Symbol.iterator` or `Symbol.asyncIterator`. */
function isIterator(node: Node): boolean {
  if (node.kind !== SyntaxKind.PropertyAccessExpression) return false;
  const { expression, name } = node as PropertyAccessExpression;
  return (
    expression.kind === SyntaxKind.Identifier &&
    textOf(expression) === 'Symbol' &&
    (textOf(name) === 'iterator' || textOf(name) === 'asyncIterator')
  );
}

/** The text that an identifier or a literal stands for. */
export function textOf(node: Node): string {
  const identifier = node as unknown as { escapedText?: string; text?: string };
  // Identifiers hold their text escaped: a third leading underscore is the parser's own.
  const { escapedText } = identifier;
  if (escapedText === undefined) return identifier.text ?? '';
  return escapedText.startsWith('___') ? escapedText.slice(1) : escapedText;
}

/** Whether `node` is constant text: a string, or a template without holes. */
export function isText(node: Node): boolean {
  return node.kind === SyntaxKind.StringLiteral || node.kind === SyntaxKind.NoSubstitutionTemplateLiteral;
}

/** Whether `node` is written with the modifier `kind`. */
export function hasModifier(node: Node, kind: SyntaxKind): boolean {
  const { modifiers } = node as { modifiers?: readonly Node[] };
  if (modifiers !== undefined) for (const modifier of modifiers) if (modifier.kind === kind) return true;
  return false;
}

/** The expression inside parentheses, casts and assertions, none of which change a value. */
export function unwrap(node: Node): Node {
  let at = node;
  for (;;) {
    switch (at.kind) {
      case SyntaxKind.ParenthesizedExpression:
      case SyntaxKind.AsExpression:
      case SyntaxKind.SatisfiesExpression:
      case SyntaxKind.NonNullExpression:
      case SyntaxKind.TypeAssertionExpression:
      case SyntaxKind.ExpressionWithTypeArguments:
      case SyntaxKind.PartiallyEmittedExpression:
        at = (at as unknown as { expression: Node }).expression;
        break;
      default:
        return at;
    }
  }
}

/** Whether the text of `node` mentions `this`. */
export function mentionsThis(l: Lowering, node: Node): boolean {
  let offsets = l.thisOffsets;
  if (offsets === undefined) {
    offsets = [];
    for (let i = l.text.indexOf('this'); i >= 0; i = l.text.indexOf('this', i + 4)) offsets.push(i);
    l.thisOffsets = offsets;
  }
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! < node.pos) low = middle + 1;
    else high = middle;
  }
  return low < offsets.length && offsets[low]! < node.end;
}

/** A value that is not understood, said so. */
export function gap(l: Lowering, node: Node, what: string): Ref {
  const span = spanOf(l, node);
  l.b.gap(span, what);
  return l.b.unknown(span);
}
