// The two declarations of TypeScript that make objects: enums and namespaces.
import { type EnumDeclaration, type ModuleBlock, type ModuleDeclaration, type Node, SyntaxKind } from 'typescript';
import type { Ref } from '../../graph/specs.ts';
import { hasModifier, type Lowering, nameOfProperty, spanOf, textOf } from './context.ts';
import { expression } from './expressions.ts';
import type { Entry } from './literals.ts';
import { exportNamed } from './modules.ts';
import { lowerStatements } from './statements.ts';

/** Lowers an enum: an object of its members, numbered where nothing else is written. */
export function lowerEnum(l: Lowering, node: EnumDeclaration): void {
  const { b } = l;
  const entries: Entry[] = [];
  let next = 0;
  for (const { name, initializer } of node.members) {
    let value: Ref;
    if (initializer === undefined) value = b.constant(next++, spanOf(l, name));
    else {
      value = expression(l, initializer);
      if (initializer.kind === SyntaxKind.NumericLiteral) next = Number(textOf(initializer)) + 1;
    }
    entries.push({ element: nameOfProperty(name), value });
  }
  define(l, node, node.name, b.allocate('object', entries, spanOf(l, node)));
}

/** Lowers a namespace: a block, and an object of what it exports. */
export function lowerNamespace(l: Lowering, node: ModuleDeclaration): void {
  const { b } = l;
  const { body, name } = node;
  if (!body || name.kind !== SyntaxKind.Identifier || hasModifier(node, SyntaxKind.DeclareKeyword)) return;
  const outer = l.namespace;
  const exported: string[] = [];
  l.namespace = exported;
  b.pushScope();
  l.blocks++;
  // `namespace a.b {}` is a namespace in a namespace.
  if (body.kind === SyntaxKind.ModuleDeclaration) {
    const inner = textOf((body as ModuleDeclaration).name);
    if (inner !== '') {
      b.declare(inner);
      exported.push(inner);
    }
    lowerNamespace(l, body as ModuleDeclaration);
  } else lowerStatements(l, (body as ModuleBlock).statements);
  const entries = [...new Set(exported)].map((element) => ({ element, value: b.read(element, spanOf(l, name)) }));
  l.blocks--;
  b.popScope();
  l.namespace = outer;
  define(l, node, name, b.allocate('object', entries, spanOf(l, node)));
}

function define(l: Lowering, node: Node, name: Node, value: Ref): void {
  const text = textOf(name);
  if (text === '') return;
  l.b.assign(text, value, spanOf(l, name));
  exportNamed(l, node, text, undefined);
}
