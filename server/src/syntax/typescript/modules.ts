// Imports and exports, of ES modules and of CommonJS.
import {
  type BindingName,
  type CallExpression,
  type ExportAssignment,
  type ExportDeclaration,
  type ExternalModuleReference,
  type ImportDeclaration,
  type ImportEqualsDeclaration,
  type NamedExports,
  type NamedImports,
  type Node,
  type ObjectBindingPattern,
  type ObjectLiteralExpression,
  type PropertyAccessExpression,
  type SpreadAssignment,
  SyntaxKind,
} from 'typescript';
import type { Ref } from '../../graph/specs.ts';
import { hasModifier, isText, type Lowering, nameOfProperty, spanOf, textOf, unwrap } from './context.ts';
import { named } from './expressions.ts';
import { type Entry, lowerObject } from './literals.ts';
import { bindPattern } from './patterns.ts';

// ---- ES modules -----------------------------------------------------------------------------------------------------------

/** Binds what an import declaration imports. Types are bound as well: annotations name them. */
export function importDeclaration(l: Lowering, node: ImportDeclaration): void {
  const { b } = l;
  const { importClause, moduleSpecifier } = node;
  if (!isText(moduleSpecifier)) return;
  const specifier = textOf(moduleSpecifier);
  if (!importClause) {
    b.imported(specifier, '*', spanOf(l, node));
    return;
  }
  const { name, namedBindings } = importClause;
  if (name) bind(l, specifier, 'default', name);
  if (namedBindings?.kind === SyntaxKind.NamespaceImport) bind(l, specifier, '*', namedBindings.name);
  else if (namedBindings)
    for (const element of (namedBindings as NamedImports).elements)
      bind(l, specifier, textOf(element.propertyName ?? element.name), element.name);
}

function bind(l: Lowering, specifier: string, name: string, local: Node): void {
  const text = textOf(local);
  if (text !== '') l.b.import(specifier, name, text, spanOf(l, local));
}

/** `import x = require('y')` and `import x = A.B`. */
export function importEquals(l: Lowering, node: ImportEqualsDeclaration): void {
  const { name, moduleReference } = node;
  const text = textOf(name);
  if (text === '') return;
  if (moduleReference.kind === SyntaxKind.ExternalModuleReference) {
    const { expression: specifier } = moduleReference as ExternalModuleReference;
    if (isText(specifier)) l.b.import(textOf(specifier), '*', text, spanOf(l, name));
  } else l.b.assign(text, entity(l, moduleReference), spanOf(l, name));
  exportNamed(l, node, text, undefined);
}

function entity(l: Lowering, node: Node): Ref {
  if (node.kind !== SyntaxKind.QualifiedName) return l.b.read(textOf(node), spanOf(l, node));
  const { left, right } = node as unknown as { left: Node; right: Node };
  return l.b.load(entity(l, left), textOf(right), spanOf(l, node));
}

/** `export { a as b }`, `export { a } from 'x'`, `export * from 'x'`, `export * as a from 'x'`. */
export function exportDeclaration(l: Lowering, node: ExportDeclaration): void {
  const { b } = l;
  const { exportClause, moduleSpecifier } = node;
  const from = moduleSpecifier && isText(moduleSpecifier) ? textOf(moduleSpecifier) : undefined;
  if (exportClause === undefined) {
    if (from !== undefined) b.exportFrom('*', from, '*');
    return;
  }
  if (exportClause.kind === SyntaxKind.NamespaceExport) {
    if (from !== undefined) b.exportFrom(textOf(exportClause.name), from, '*');
    return;
  }
  for (const element of (exportClause as NamedExports).elements) {
    const as = textOf(element.name);
    const local = element.propertyName ?? element.name;
    if (as === '') continue;
    if (from !== undefined) b.exportFrom(as, from, textOf(local));
    else if (l.namespace) l.namespace.push(as);
    else if (!l.types.has(textOf(local))) b.export(as, b.read(textOf(local), spanOf(l, local)));
  }
}

/** `export default value` and `export = value`. */
export function exportDefault(l: Lowering, node: ExportAssignment): void {
  if (node.isExportEquals) {
    exportWhole(l, node.expression);
    return;
  }
  l.b.export('default', named(l, node.expression, 'default'));
}

/** Exports a declaration that has the modifier. The value is needed only where the declaration has no name. */
export function exportNamed(l: Lowering, node: Node, name: string, value: Ref | undefined): void {
  if (!hasModifier(node, SyntaxKind.ExportKeyword)) return;
  if (l.namespace) {
    if (name !== '') l.namespace.push(name);
    return;
  }
  const held = name === '' ? value : l.b.read(name, spanOf(l, node));
  if (held) l.b.export(hasModifier(node, SyntaxKind.DefaultKeyword) ? 'default' : name, held);
}

// ---- CommonJS -------------------------------------------------------------------------------------------------------------

/** What an expression imports: a module (`*`) or one of its names. */
export interface ImportedName {
  readonly specifier: string;
  readonly name: string;
}

/** What `require('x')`, `import('x')` or a member of one imports, or undefined. */
export function importedBy(node: Node): ImportedName | undefined {
  let at = node;
  let name = '*';
  for (;;) {
    at = unwrap(at);
    if (at.kind === SyntaxKind.AwaitExpression) at = (at as unknown as { expression: Node }).expression;
    else if (at.kind === SyntaxKind.PropertyAccessExpression && name === '*') {
      name = textOf((at as PropertyAccessExpression).name);
      at = (at as PropertyAccessExpression).expression;
    } else break;
  }
  const specifier = at.kind === SyntaxKind.CallExpression ? specifierOf(at as CallExpression) : undefined;
  return specifier === undefined || name === '' ? undefined : { specifier, name };
}

/** The value of `require('x')` and of `import('x')`. */
export function importExpression(l: Lowering, node: CallExpression): Ref | undefined {
  const specifier = specifierOf(node);
  return specifier === undefined ? undefined : l.b.imported(specifier, '*', spanOf(l, node));
}

function specifierOf(node: CallExpression): string | undefined {
  const { expression: callee, arguments: args } = node;
  const isImport =
    callee.kind === SyntaxKind.ImportKeyword || (callee.kind === SyntaxKind.Identifier && textOf(callee) === 'require');
  return isImport && args.length > 0 && isText(args[0]!) ? textOf(args[0]!) : undefined;
}

/** Binds `const x = require('y')` or `const { a } = require('y')` as imports. False where it is more than that. */
export function bindImport(l: Lowering, target: BindingName, from: ImportedName, direct: boolean): boolean {
  const { specifier, name } = from;
  if (target.kind === SyntaxKind.Identifier) {
    if (!direct) return false;
    bind(l, specifier, name, target);
    return true;
  }
  if (target.kind !== SyntaxKind.ObjectBindingPattern || name !== '*' || !direct) return false;
  const { elements } = target as ObjectBindingPattern;
  const plain = elements.every(
    (element) =>
      !element.dotDotDotToken &&
      !element.initializer &&
      nameOfProperty(element.propertyName ?? element.name) !== undefined,
  );
  if (!plain) return false;
  for (const element of elements) {
    const imported = nameOfProperty(element.propertyName ?? element.name)!;
    const { name: local } = element;
    if (local.kind === SyntaxKind.Identifier) bind(l, specifier, imported, local);
    else bindPattern(l, local, l.b.imported(specifier, imported, spanOf(l, element)));
  }
  return true;
}

/** Declares the object that `exports` and `module.exports` are, so that a module can use what it has put there. */
export function declareCommonJs(l: Lowering): void {
  const at = { start: 0, end: 0 };
  l.b.declare('exports');
  l.b.assign('exports', l.b.allocate('object', [], at), at);
}

/** Whether `node` is `module.exports`, the one of this module. */
export function isCommonJsObject(l: Lowering, node: Node): boolean {
  if (node.kind !== SyntaxKind.PropertyAccessExpression) return false;
  const { expression: base, name } = node as PropertyAccessExpression;
  return (
    base.kind === SyntaxKind.Identifier &&
    textOf(base) === 'module' &&
    textOf(name) === 'exports' &&
    !l.b.isDeclared('module')
  );
}

function isExportsObject(l: Lowering, node: Node): boolean {
  if (node.kind !== SyntaxKind.Identifier) return isCommonJsObject(l, node);
  if (textOf(node) !== 'exports') return false;
  const { variable } = l.b.read('exports', spanOf(l, node));
  return variable?.fn === 0;
}

/** Exports what `exports.name = value` assigns. False for a target that is nothing of the kind. */
export function exportMember(l: Lowering, target: PropertyAccessExpression, value: Ref, at: Node): boolean {
  const { b } = l;
  const name = textOf(target.name);
  if (!isExportsObject(l, target.expression) || name === '') return false;
  const span = spanOf(l, at);
  b.export(name, value);
  b.store(b.read('exports', span), name, value, span);
  return true;
}

/** Lowers and exports the whole value of a module: `module.exports = value`, `export = value`. */
export function exportWhole(l: Lowering, node: Node): Ref {
  const { b } = l;
  const inner = unwrap(node);
  let value: Ref;
  if (inner.kind === SyntaxKind.ObjectLiteralExpression) {
    const entries: Entry[] = [];
    value = lowerObject(l, inner as ObjectLiteralExpression, entries);
    for (const { element, value: held, spread } of entries)
      if (element !== undefined && !spread) b.export(element, held);
    for (const property of (inner as ObjectLiteralExpression).properties) {
      const from =
        property.kind === SyntaxKind.SpreadAssignment
          ? importedBy((property as SpreadAssignment).expression)
          : undefined;
      if (from?.name === '*') b.exportFrom('*', from.specifier, '*');
    }
  } else {
    value = named(l, node, '');
    const from = importedBy(inner);
    if (from?.name === '*') b.exportFrom('*', from.specifier, '*');
  }
  b.export('=', value);
  if (l.commonjs) b.assign('exports', value, spanOf(l, node));
  return value;
}
