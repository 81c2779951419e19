// Operators: what a sum, a comparison, a choice and an assignment make of their operands.
import {
  type BinaryExpression,
  type Node,
  type PropertyAccessExpression,
  SyntaxKind,
  type TemplateExpression,
} from 'typescript';
import type { Ref, Span } from '../../graph/specs.ts';
import { isText, type Lowering, spanOf, startOf, textOf, unwrap } from './context.ts';
import { expression, named, pushText, templateParts, textValue } from './expressions.ts';
import { exportWhole, isCommonJsObject } from './modules.ts';
import { assignTo } from './patterns.ts';

function isAssignment(operator: SyntaxKind): boolean {
  return operator >= SyntaxKind.FirstAssignment && operator <= SyntaxKind.LastAssignment;
}

/** Operators of one precedence lean to the left, so a sum of ten thousand parts is ten thousand deep: go by a loop. */
export function binary(l: Lowering, node: BinaryExpression): Ref {
  if (isAssignment(node.operatorToken.kind)) return assignment(l, node);
  const spine: BinaryExpression[] = [];
  let at: Node = node;
  while (at.kind === SyntaxKind.BinaryExpression && !isAssignment((at as BinaryExpression).operatorToken.kind)) {
    spine.push(at as BinaryExpression);
    at = (at as BinaryExpression).left;
  }
  const start = startOf(l, at);
  let value: Ref | undefined;
  for (let i = spine.length - 1; i >= 0; ) {
    if (spine[i]!.operatorToken.kind === SyntaxKind.PlusToken) {
      // A run of `+` is one sum: its first operand is what came before, the others are on the right.
      const first = i;
      while (i > 0 && spine[i - 1]!.operatorToken.kind === SyntaxKind.PlusToken) i--;
      value = sum(l, value ?? at, spine, first, i, { start, end: spine[i]!.end });
      i--;
      continue;
    }
    const { operatorToken, right, end } = spine[i]!;
    value = operate(l, value ?? expression(l, at), operatorToken.kind, expression(l, right), { start, end });
    i--;
  }
  return value!;
}

function operate(l: Lowering, left: Ref, operator: SyntaxKind, right: Ref, span: Span): Ref {
  switch (operator) {
    case SyntaxKind.BarBarToken:
    case SyntaxKind.QuestionQuestionToken:
    case SyntaxKind.AmpersandAmpersandToken:
      return l.b.choice([left, right], span);
    case SyntaxKind.CommaToken:
      return right;
    default:
      return l.b.measure([left, right], span, operator === SyntaxKind.PercentToken ? '%' : undefined);
  }
}

/** A sum: text with holes if one operand is known to be text, a number if one is, else either of its operands. */
function sum(
  l: Lowering,
  head: Ref | Node,
  spine: readonly BinaryExpression[],
  first: number,
  last: number,
  span: Span,
): Ref {
  const operands: (Ref | Node)[] = [head];
  let text = 'kind' in head && isTextual(head);
  let number = 'kind' in head && head.kind === SyntaxKind.NumericLiteral;
  for (let i = first; i >= last; i--) {
    const { right } = spine[i]!;
    operands.push(right);
    text ||= isTextual(right);
    number ||= right.kind === SyntaxKind.NumericLiteral;
  }
  if (!text) {
    const values = operands.map((operand) => ('kind' in operand ? expression(l, operand) : operand));
    return number ? l.b.measure(values, span) : l.b.either(values, span);
  }
  const parts: (string | Ref)[] = [];
  for (const operand of operands) {
    if (!('kind' in operand)) parts.push(operand);
    else if (isText(operand) || operand.kind === SyntaxKind.NumericLiteral) pushText(parts, textOf(operand));
    else if (operand.kind === SyntaxKind.TemplateExpression) templateParts(l, operand as TemplateExpression, parts);
    else parts.push(expression(l, operand));
  }
  return textValue(l, parts, span);
}

/** Whether an operand is text by its looks. */
function isTextual(node: Node): boolean {
  const inner = unwrap(node);
  switch (inner.kind) {
    case SyntaxKind.StringLiteral:
    case SyntaxKind.NoSubstitutionTemplateLiteral:
    case SyntaxKind.TemplateExpression:
      return true;
    case SyntaxKind.BinaryExpression: {
      const { left, operatorToken, right } = inner as BinaryExpression;
      if (operatorToken.kind !== SyntaxKind.PlusToken) return false;
      const kind = unwrap(left).kind;
      return isTextual(right) || (kind !== SyntaxKind.BinaryExpression && isTextual(left));
    }
    default:
      return false;
  }
}

function assignment(l: Lowering, node: BinaryExpression): Ref {
  const { left, operatorToken, right } = node;
  const hint = left.kind === SyntaxKind.Identifier ? textOf(left) : memberName(left);
  switch (operatorToken.kind) {
    case SyntaxKind.EqualsToken: {
      if (l.commonjs && isCommonJsObject(l, left)) return exportWhole(l, right);
      const value = named(l, right, hint);
      return assignTo(l, left, value, node);
    }
    case SyntaxKind.PlusEqualsToken: {
      const span = spanOf(l, node);
      const before = expression(l, left);
      let value: Ref;
      if (isTextual(right)) {
        const parts: (string | Ref)[] = [before];
        if (isText(right)) pushText(parts, textOf(right));
        else if (right.kind === SyntaxKind.TemplateExpression) templateParts(l, right as TemplateExpression, parts);
        else parts.push(expression(l, right));
        value = l.b.template(parts, span);
      } else {
        const inputs = [before, expression(l, right)];
        value = right.kind === SyntaxKind.NumericLiteral ? l.b.measure(inputs, span) : l.b.either(inputs, span);
      }
      return assignTo(l, left, value, node);
    }
    case SyntaxKind.BarBarEqualsToken:
    case SyntaxKind.QuestionQuestionEqualsToken:
    case SyntaxKind.AmpersandAmpersandEqualsToken: {
      const value = l.b.either([expression(l, left), named(l, right, hint)], spanOf(l, node));
      return assignTo(l, left, value, node);
    }
    default: {
      const remainder = operatorToken.kind === SyntaxKind.PercentEqualsToken ? '%' : undefined;
      const value = l.b.measure([expression(l, left), expression(l, right)], spanOf(l, node), remainder);
      return assignTo(l, left, value, node);
    }
  }
}

function memberName(node: Node): string {
  return node.kind === SyntaxKind.PropertyAccessExpression ? textOf((node as PropertyAccessExpression).name) : '';
}
