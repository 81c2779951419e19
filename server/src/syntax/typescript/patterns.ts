// Destructuring and the targets of assignments. A name bound by a pattern is a load from the value, so that a mutation of
// it updates the place it was read from.
import {
  type ArrayBindingPattern,
  type ArrayLiteralExpression,
  type BinaryExpression,
  type BindingName,
  type ElementAccessExpression,
  type Identifier,
  type Node,
  type ObjectBindingPattern,
  type ObjectLiteralExpression,
  type PropertyAccessExpression,
  type PropertyAssignment,
  type ShorthandPropertyAssignment,
  type SpreadAssignment,
  type SpreadElement,
  SyntaxKind,
} from 'typescript';
import { ANY } from '../../graph/graph.ts';
import type { Ref } from '../../graph/specs.ts';
import { gap, type Lowering, nameOfProperty, spanOf, startOf, textOf, unwrap } from './context.ts';
import { expression, keyOf, named, readMember } from './expressions.ts';
import { exportMember } from './modules.ts';

/** Binds the names of a declaration's left side to the parts of `value` that they stand for. */
export function bindPattern(l: Lowering, target: BindingName, value: Ref): Ref | undefined {
  switch (target.kind) {
    case SyntaxKind.Identifier: {
      const name = textOf(target);
      return name === '' ? undefined : l.b.assign(name, value, spanOf(l, target));
    }
    case SyntaxKind.ObjectBindingPattern: {
      for (const element of (target as ObjectBindingPattern).elements) {
        const span = spanOf(l, element);
        if (element.dotDotDotToken) {
          bindPattern(l, element.name, l.b.either([value], span));
          continue;
        }
        const key = propertyKey(l, element.propertyName ?? element.name);
        const part = readMember(l, value, key, span);
        bindPattern(l, element.name, withDefault(l, part, element.initializer, element.name));
      }
      return undefined;
    }
    case SyntaxKind.ArrayBindingPattern: {
      let index = 0;
      for (const element of (target as ArrayBindingPattern).elements) {
        const position = index++;
        if (element.kind === SyntaxKind.OmittedExpression) continue;
        const span = spanOf(l, element);
        const part = element.dotDotDotToken ? l.b.either([value], span) : l.b.load(value, String(position), span);
        bindPattern(l, element.name, withDefault(l, part, element.initializer, element.name));
      }
      return undefined;
    }
  }
}

/** Every name that a pattern binds, in order. */
export function boundNames(target: BindingName, visit: (name: Identifier) => void): void {
  if (target.kind === SyntaxKind.Identifier) {
    visit(target as Identifier);
    return;
  }
  for (const element of (target as ObjectBindingPattern | ArrayBindingPattern).elements)
    if (element.kind === SyntaxKind.BindingElement) boundNames(element.name, visit);
}

/**
 * Assigns `value` to a target written as an expression: a name, a member, or a pattern of them. Gives the value with the
 * place that it is in now, so that `(groups[key] ??= []).push(x)` is seen in `groups`.
 */
export function assignTo(l: Lowering, left: Node, value: Ref, at: Node): Ref {
  const target = unwrap(left);
  switch (target.kind) {
    case SyntaxKind.Identifier: {
      const name = textOf(target);
      return name === '' ? value : l.b.assign(name, value, spanOf(l, target));
    }
    case SyntaxKind.PropertyAccessExpression: {
      const access = target as PropertyAccessExpression;
      if (l.commonjs && exportMember(l, access, value, at)) return value;
      return storeTo(l, expression(l, access.expression), textOf(access.name), value, at);
    }
    case SyntaxKind.ElementAccessExpression: {
      const access = target as ElementAccessExpression;
      const base = expression(l, access.expression);
      return storeTo(l, base, keyOf(l, access.argumentExpression), value, at);
    }
    case SyntaxKind.ObjectLiteralExpression:
      assignProperties(l, target as ObjectLiteralExpression, value, at);
      return value;
    case SyntaxKind.ArrayLiteralExpression:
      assignElements(l, target as ArrayLiteralExpression, value, at);
      return value;
    case SyntaxKind.BinaryExpression: {
      const { left: inner, right, operatorToken } = target as BinaryExpression;
      if (operatorToken.kind === SyntaxKind.EqualsToken)
        return assignTo(l, inner, withDefault(l, value, right, inner), at);
    }
  }
  expression(l, target);
  gap(l, target, 'assignment to something that is no place');
  return value;
}

function storeTo(l: Lowering, base: Ref, element: string | undefined, value: Ref, at: Node): Ref {
  l.b.store(base, element, value, spanOf(l, at));
  return { node: value.node, base, element: element ?? ANY };
}

function assignProperties(l: Lowering, pattern: ObjectLiteralExpression, value: Ref, at: Node): void {
  for (const property of pattern.properties) {
    const span = spanOf(l, property);
    switch (property.kind) {
      case SyntaxKind.ShorthandPropertyAssignment: {
        const { name, objectAssignmentInitializer } = property as ShorthandPropertyAssignment;
        const part = readMember(l, value, textOf(name), span);
        assignTo(l, name, withDefault(l, part, objectAssignmentInitializer, name), at);
        break;
      }
      case SyntaxKind.PropertyAssignment: {
        const { name, initializer } = property as PropertyAssignment;
        assignTo(l, initializer, readMember(l, value, propertyKey(l, name), span), at);
        break;
      }
      case SyntaxKind.SpreadAssignment:
        assignTo(l, (property as SpreadAssignment).expression, l.b.either([value], span), at);
        break;
    }
  }
}

function assignElements(l: Lowering, pattern: ArrayLiteralExpression, value: Ref, at: Node): void {
  let index = 0;
  for (const element of pattern.elements) {
    const position = index++;
    if (element.kind === SyntaxKind.OmittedExpression) continue;
    const span = spanOf(l, element);
    if (element.kind === SyntaxKind.SpreadElement)
      assignTo(l, (element as SpreadElement).expression, l.b.either([value], span), at);
    else assignTo(l, element, l.b.load(value, String(position), span), at);
  }
}

/** The name of a property, lowering it where it is computed. */
function propertyKey(l: Lowering, name: Node): string | undefined {
  const key = nameOfProperty(name);
  if (key === undefined && name.kind === SyntaxKind.ComputedPropertyName)
    expression(l, (name as unknown as { expression: Node }).expression);
  return key;
}

function withDefault(l: Lowering, value: Ref, initializer: Node | undefined, name: Node): Ref {
  if (initializer === undefined) return value;
  const hint = name.kind === SyntaxKind.Identifier ? textOf(name) : '';
  const fallback = named(l, initializer, hint);
  return l.b.either([value, fallback], { start: startOf(l, name), end: initializer.end });
}
