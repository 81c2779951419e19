// Object and array literals. Methods of an object literal see the object as `this`, by a hidden variable around them.
import {
  type AccessorDeclaration,
  type ArrayLiteralExpression,
  type MethodDeclaration,
  type Node,
  type ObjectLiteralElementLike,
  type ObjectLiteralExpression,
  type PropertyAssignment,
  type ShorthandPropertyAssignment,
  type SpreadAssignment,
  type SpreadElement,
  SyntaxKind,
} from 'typescript';
import type { Ref } from '../../graph/specs.ts';
import { type Lowering, mentionsThis, nameOfProperty, spanOf, textOf } from './context.ts';
import { expression, named } from './expressions.ts';
import { lowerFunction } from './functions.ts';

/** One property as it was written; element undefined for a computed key. */
export interface Entry {
  readonly element: string | undefined;
  readonly value: Ref;
  readonly spread?: boolean;
}

/** How many elements of an array literal are told apart. */
const MAX_ELEMENTS = 16;

/** Lowers an array literal. */
export function lowerArray(l: Lowering, node: ArrayLiteralExpression): Ref {
  const { elements } = node;
  let exact = elements.length <= MAX_ELEMENTS;
  const entries: Entry[] = [];
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i]!;
    if (element.kind === SyntaxKind.OmittedExpression) continue;
    if (element.kind === SyntaxKind.SpreadElement) {
      exact = false;
      entries.push({ element: undefined, value: expression(l, (element as SpreadElement).expression), spread: true });
    } else entries.push({ element: exact ? String(i) : undefined, value: expression(l, element) });
  }
  return l.b.allocate('list', entries, spanOf(l, node));
}

/** Lowers an object literal; `entries` receives its properties for whoever needs them one by one. */
export function lowerObject(l: Lowering, node: ObjectLiteralExpression, entries: Entry[] = []): Ref {
  const { b } = l;
  const { properties } = node;
  let methods: ObjectLiteralElementLike[] | undefined;
  for (const property of properties) {
    switch (property.kind) {
      case SyntaxKind.PropertyAssignment: {
        const { name, initializer } = property as PropertyAssignment;
        if (initializer.kind === SyntaxKind.FunctionExpression && mentionsThis(l, initializer)) {
          methods ??= [];
          methods.push(property);
          break;
        }
        const key = keyOfProperty(l, name);
        entries.push({ element: key, value: named(l, initializer, key ?? '') });
        break;
      }
      case SyntaxKind.ShorthandPropertyAssignment: {
        const { name } = property as ShorthandPropertyAssignment;
        const element = textOf(name);
        if (element !== '') entries.push({ element, value: expression(l, name) });
        break;
      }
      case SyntaxKind.SpreadAssignment:
        entries.push({
          element: undefined,
          value: expression(l, (property as SpreadAssignment).expression),
          spread: true,
        });
        break;
      default:
        methods ??= [];
        methods.push(property);
    }
  }
  if (methods === undefined) return b.allocate('object', entries, spanOf(l, node));
  if (!methods.some((method) => mentionsThis(l, method))) {
    for (const method of methods) lowerMethod(l, method, entries);
    return b.allocate('object', entries, spanOf(l, node));
  }
  return withThis(l, node, methods, entries);
}

function withThis(l: Lowering, node: Node, methods: readonly ObjectLiteralElementLike[], entries: Entry[]): Ref {
  const { b } = l;
  const object = b.allocate('object', entries, spanOf(l, node));
  b.pushScope();
  b.declare('this');
  const self = b.assign('this', object, spanOf(l, node));
  const before = l.hasThis;
  l.hasThis = true;
  const first = entries.length;
  for (const method of methods) lowerMethod(l, method, entries, true);
  for (let i = first; i < entries.length; i++) b.fill(object, entries[i]!.element, entries[i]!.value);
  l.hasThis = before;
  b.popScope();
  // The definition of `this` also has what the methods do to it; the literal itself has not.
  return { node: self.node };
}

function lowerMethod(l: Lowering, property: ObjectLiteralElementLike, entries: Entry[], keepThis = false): void {
  const { b } = l;
  const element = keyOfProperty(l, property.name);
  switch (property.kind) {
    case SyntaxKind.PropertyAssignment: {
      const method = (property as PropertyAssignment).initializer as unknown as MethodDeclaration;
      entries.push({ element, value: lowerFunction(l, method, element ?? '', { keepThis }) });
      break;
    }
    case SyntaxKind.MethodDeclaration:
      entries.push({ element, value: lowerFunction(l, property as MethodDeclaration, element ?? '', { keepThis }) });
      break;
    case SyntaxKind.GetAccessor: {
      const getter = lowerFunction(l, property as AccessorDeclaration, element ?? '', { keepThis });
      entries.push({ element, value: b.call(getter, [], spanOf(l, property)) });
      break;
    }
    case SyntaxKind.SetAccessor:
      lowerFunction(l, property as AccessorDeclaration, element ?? '', { keepThis });
      break;
  }
}

function keyOfProperty(l: Lowering, name: Node | undefined): string | undefined {
  if (name === undefined) return undefined;
  const key = nameOfProperty(name);
  if (key === undefined && name.kind === SyntaxKind.ComputedPropertyName)
    expression(l, (name as unknown as { expression: Node }).expression);
  return key;
}
