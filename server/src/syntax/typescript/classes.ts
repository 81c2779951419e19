// Classes. Fields are lowered twice over: as members of the class, and as stores to `this` where an instance is made.
// A field that holds a function is a method: it is called in the same way and sees the same `this`.
import {
  type AccessorDeclaration,
  type ClassLikeDeclaration,
  type ClassStaticBlockDeclaration,
  type ConstructorDeclaration,
  type FunctionExpression,
  type HeritageClause,
  type MethodDeclaration,
  type Node,
  type PropertyAccessExpression,
  type PropertyDeclaration,
  SyntaxKind,
} from 'typescript';
import type { Ref } from '../../graph/specs.ts';
import { hasModifier, type Lowering, mentionsThis, nameOfProperty, spanOf, textOf, unwrap } from './context.ts';
import { expression, named } from './expressions.ts';
import { lowerDecorators, lowerFunction, lowerImplicit } from './functions.ts';
import { lowerStatement } from './statements.ts';
import { typeValue } from './types.ts';

/** Adds a member to the class at hand; one with a computed name is nobody's. */
type Member = (name: string | undefined, value: Ref) => void;

/** Lowers a class to its value. */
export function lowerClass(l: Lowering, node: ClassLikeDeclaration, name: string): Ref {
  const { b } = l;
  const bases: Ref[] = [];
  let base: Node | undefined;
  for (const clause of node.heritageClauses ?? []) {
    if ((clause as HeritageClause).token !== SyntaxKind.ExtendsKeyword) continue;
    for (const type of clause.types) {
      base = type.expression;
      bases.push(expression(l, base));
    }
  }
  const ownName = node.kind === SyntaxKind.ClassExpression && node.name ? textOf(node.name) : '';
  if (ownName !== '') {
    b.pushScope();
    b.declare(ownName);
  }
  const span = spanOf(l, node);
  const outerThis = l.hasThis;
  const outerBase = l.base;
  l.hasThis = false;
  l.base = base && isName(base) ? base : undefined;
  const value = b.class(name === '' ? ownName : name, bases, span, (member) => {
    lowerMembers(l, node, bases.length > 0, (key, held) => {
      if (key !== undefined) member(key, held);
    });
  });
  l.hasThis = outerThis;
  l.base = outerBase;
  if (ownName !== '') {
    b.assign(ownName, value, span);
    b.popScope();
  }
  if (node.modifiers) lowerDecorators(l, node.modifiers, value);
  return value;
}

function lowerMembers(l: Lowering, node: ClassLikeDeclaration, derived: boolean, member: Member): void {
  let made: ConstructorDeclaration | undefined;
  const fields: PropertyDeclaration[] = [];
  for (const element of node.members) {
    switch (element.kind) {
      case SyntaxKind.Constructor:
        // Overloads have no body.
        if ((element as ConstructorDeclaration).body) made = element as ConstructorDeclaration;
        break;
      case SyntaxKind.MethodDeclaration:
        lowerMethod(l, element as MethodDeclaration, member);
        break;
      case SyntaxKind.GetAccessor:
      case SyntaxKind.SetAccessor:
        lowerAccessor(l, element as AccessorDeclaration, member);
        break;
      case SyntaxKind.PropertyDeclaration:
        if (!lowerField(l, element as PropertyDeclaration, member)) fields.push(element as PropertyDeclaration);
        break;
      case SyntaxKind.ClassStaticBlockDeclaration:
        lowerStatement(l, (element as ClassStaticBlockDeclaration).body);
        break;
    }
  }
  if (made) {
    const { parameters } = made;
    const prologue = (): void => {
      initialise(l, fields, member);
      for (const { name, modifiers } of parameters) {
        if (!modifiers || name.kind !== SyntaxKind.Identifier) continue;
        const text = textOf(name);
        if (text === '' || modifiers.every((modifier) => modifier.kind === SyntaxKind.Decorator)) continue;
        const value = l.b.read(text, spanOf(l, name));
        l.b.store(l.b.read('this', spanOf(l, name)), text, value, spanOf(l, name));
        member(text, value);
      }
    };
    member('constructor', lowerFunction(l, made, 'constructor', { binding: 'instance', prologue }));
  } else if (fields.length > 0) {
    // A derived class without a constructor is made by its base's: this one must not stand in its way.
    const implicit = lowerImplicit(l, derived ? '(fields)' : 'constructor', spanOf(l, fields[0]!), () => {
      initialise(l, fields, member);
    });
    if (!derived) member('constructor', implicit);
  }
}

/** Stores the initial values of `fields` to `this`, inside the constructor. */
function initialise(l: Lowering, fields: readonly PropertyDeclaration[], member: Member): void {
  const { b } = l;
  for (const { name, initializer, type } of fields) {
    const span = spanOf(l, name);
    const text = memberKey(l, name);
    let value = named(l, initializer!, text ?? '');
    const annotation = typeValue(l, type);
    if (annotation) {
      value = b.either([value], span);
      b.annotate(value, annotation);
    }
    b.store(b.read('this', span), text, value, span);
    member(text, value);
  }
}

/** Lowers a field, unless it needs an instance to be initialised. */
function lowerField(l: Lowering, node: PropertyDeclaration, member: Member): boolean {
  const { name, initializer, type, modifiers } = node;
  const isStatic = hasModifier(node, SyntaxKind.StaticKeyword);
  if (modifiers) lowerDecorators(l, modifiers, undefined);
  if (initializer === undefined) {
    const annotation = typeValue(l, type);
    if (annotation) {
      const value = l.b.unknown(spanOf(l, name));
      l.b.annotate(value, annotation);
      member(memberKey(l, name), value);
    }
    return true;
  }
  const inner = unwrap(initializer);
  if (inner.kind === SyntaxKind.ArrowFunction || inner.kind === SyntaxKind.FunctionExpression) {
    const text = memberKey(l, name);
    const binding = isStatic ? staticBinding(l, inner) : 'instance';
    member(text, lowerFunction(l, inner as FunctionExpression, text ?? '', { binding }));
    return true;
  }
  if (!isStatic) return false;
  const text = memberKey(l, name);
  member(text, named(l, initializer, text ?? ''));
  return true;
}

function lowerMethod(l: Lowering, node: MethodDeclaration, member: Member): void {
  if (!node.body) return;
  const name = memberKey(l, node.name);
  const isStatic = hasModifier(node, SyntaxKind.StaticKeyword);
  const value = lowerFunction(l, node, name ?? '', { binding: isStatic ? staticBinding(l, node) : 'instance' });
  if (node.modifiers) lowerDecorators(l, node.modifiers, value);
  member(name, value);
}

function lowerAccessor(l: Lowering, node: AccessorDeclaration, member: Member): void {
  if (!node.body) return;
  const name = memberKey(l, node.name);
  const isStatic = hasModifier(node, SyntaxKind.StaticKeyword);
  if (node.kind === SyntaxKind.SetAccessor) {
    // Only its body is of interest: what it stores, it stores under another name.
    lowerFunction(l, node, name ?? '', { binding: isStatic ? staticBinding(l, node) : 'instance' });
    return;
  }
  member(name, lowerFunction(l, node, name ?? '', { binding: 'property' }));
}

/** A static member that speaks of `this` means its class. */
function staticBinding(l: Lowering, node: Node): 'class' | 'static' {
  return mentionsThis(l, node) ? 'class' : 'static';
}

function memberKey(l: Lowering, name: Node): string | undefined {
  const key = nameOfProperty(name);
  if (key === undefined && name.kind === SyntaxKind.ComputedPropertyName)
    expression(l, (name as unknown as { expression: Node }).expression);
  return key;
}

function isName(node: Node): boolean {
  let at = node;
  while (at.kind === SyntaxKind.PropertyAccessExpression) at = (at as PropertyAccessExpression).expression;
  return at.kind === SyntaxKind.Identifier;
}
