// Statements, blocks and hoisting. Names are declared before their block is lowered and functions are lowered first, so
// that a call before the declaration sees the function.
import {
  type Block as BlockNode,
  type BreakOrContinueStatement,
  type ClassDeclaration,
  type DoStatement,
  type EnumDeclaration,
  type ExportAssignment,
  type ExportDeclaration,
  type ExpressionStatement,
  type ForInStatement,
  type ForOfStatement,
  type ForStatement,
  type FunctionDeclaration,
  forEachChild,
  type IfStatement,
  type ImportDeclaration,
  type ImportEqualsDeclaration,
  type LabeledStatement,
  type ModuleDeclaration,
  type Node,
  NodeFlags,
  type ReturnStatement,
  type SwitchStatement,
  SyntaxKind,
  type ThrowStatement,
  type TryStatement,
  type TypeAliasDeclaration,
  type VariableDeclaration,
  type VariableDeclarationList,
  type VariableStatement,
  type WhileStatement,
  type WithStatement,
} from 'typescript';
import { lowerClass } from './classes.ts';
import { gap, hasModifier, type Lowering, MAX_DEPTH, spanOf, textOf } from './context.ts';
import { lowerDo, lowerFor, lowerForEach, lowerIf, lowerSwitch, lowerTry, lowerWhile } from './control.ts';
import { lowerEnum, lowerNamespace } from './declarations.ts';
import { expression, named } from './expressions.ts';
import { lowerFunction } from './functions.ts';
import {
  bindImport,
  exportDeclaration,
  exportDefault,
  exportNamed,
  importDeclaration,
  importEquals,
  importedBy,
} from './modules.ts';
import { bindPattern, boundNames } from './patterns.ts';
import { typeValue } from './types.ts';

/** Lowers the statements of one block into the scope at hand. */
export function lowerStatements(l: Lowering, statements: readonly Node[]): void {
  hoist(l, statements);
  for (const statement of statements) lowerStatement(l, statement);
}

/** Declares what the block declares, then lowers its functions. */
export function hoist(l: Lowering, statements: readonly Node[]): void {
  let functions: FunctionDeclaration[] | undefined;
  for (const statement of statements) {
    switch (statement.kind) {
      case SyntaxKind.VariableStatement:
        declareList(l, (statement as VariableStatement).declarationList);
        break;
      case SyntaxKind.FunctionDeclaration:
        // An overload's signature has no body, and no value of its own.
        if (!(statement as FunctionDeclaration).body) break;
        functions ??= [];
        functions.push(statement as FunctionDeclaration);
        declareName(l, (statement as FunctionDeclaration).name);
        break;
      case SyntaxKind.ClassDeclaration:
      case SyntaxKind.EnumDeclaration:
        declareName(l, (statement as ClassDeclaration | EnumDeclaration).name);
        break;
      case SyntaxKind.ModuleDeclaration:
        if (!hasModifier(statement, SyntaxKind.DeclareKeyword)) declareName(l, (statement as ModuleDeclaration).name);
        break;
      case SyntaxKind.InterfaceDeclaration:
      case SyntaxKind.TypeAliasDeclaration:
        l.types.add(textOf((statement as TypeAliasDeclaration).name));
        break;
      case SyntaxKind.ImportDeclaration:
        importDeclaration(l, statement as ImportDeclaration);
        break;
      case SyntaxKind.ImportEqualsDeclaration:
        declareName(l, (statement as ImportEqualsDeclaration).name);
        break;
    }
  }
  if (functions === undefined) return;
  for (const node of functions) {
    const name = node.name ? textOf(node.name) : '';
    const value = lowerFunction(
      l,
      node,
      name === '' && hasModifier(node, SyntaxKind.DefaultKeyword) ? 'default' : name,
    );
    if (name !== '') l.b.assign(name, value, spanOf(l, node.name!));
    exportNamed(l, node, name, value);
  }
}

/** Declares the name that an identifier is, if it has one. */
export function declareName(l: Lowering, name: Node | undefined): void {
  if (name?.kind !== SyntaxKind.Identifier) return;
  const text = textOf(name);
  if (text !== '') l.b.declare(text);
}

/** Declares what `let`, `const` and `using` bind. */
export function declareList(l: Lowering, list: VariableDeclarationList): void {
  if ((list.flags & NodeFlags.BlockScoped) === 0) return;
  for (const { name } of list.declarations) boundNames(name, (bound) => declareName(l, bound));
}

/** Declares every `var` below `node`, which is the body of a function or the file, in the scope at hand. */
export function hoistVariables(l: Lowering, node: Node): void {
  if (!l.hasVar) return;
  // An own stack: statements nest as deeply as the parser allows.
  const open: Node[] = [];
  const visit = (child: Node): void => {
    switch (child.kind) {
      case SyntaxKind.VariableDeclarationList: {
        if ((child.flags & NodeFlags.BlockScoped) !== 0) return;
        const { declarations } = child as VariableDeclarationList;
        for (const { name } of declarations) boundNames(name, (bound) => declareName(l, bound));
        return;
      }
      case SyntaxKind.Block:
      case SyntaxKind.IfStatement:
      case SyntaxKind.DoStatement:
      case SyntaxKind.WhileStatement:
      case SyntaxKind.ForStatement:
      case SyntaxKind.ForInStatement:
      case SyntaxKind.ForOfStatement:
      case SyntaxKind.WithStatement:
      case SyntaxKind.SwitchStatement:
      case SyntaxKind.CaseBlock:
      case SyntaxKind.CaseClause:
      case SyntaxKind.DefaultClause:
      case SyntaxKind.LabeledStatement:
      case SyntaxKind.TryStatement:
      case SyntaxKind.CatchClause:
      case SyntaxKind.VariableStatement:
        open.push(child);
    }
  };
  for (let at: Node | undefined = node; at; at = open.pop()) forEachChild(at, visit);
}

/** Lowers a block in a scope of its own. */
export function lowerBlock(l: Lowering, statements: readonly Node[]): void {
  l.b.pushScope();
  l.blocks++;
  lowerStatements(l, statements);
  l.blocks--;
  l.b.popScope();
}

/** Lowers one statement. */
export function lowerStatement(l: Lowering, node: Node, label?: string): void {
  if (l.depth >= MAX_DEPTH) {
    gap(l, node, 'nested too deeply');
    return;
  }
  l.depth++;
  dispatch(l, node, label);
  l.depth--;
}

function dispatch(l: Lowering, node: Node, label: string | undefined): void {
  const { b } = l;
  switch (node.kind) {
    case SyntaxKind.ExpressionStatement:
      expression(l, (node as ExpressionStatement).expression);
      return;
    case SyntaxKind.VariableStatement:
      lowerVariables(l, (node as VariableStatement).declarationList);
      if ((node as VariableStatement).modifiers)
        for (const { name } of (node as VariableStatement).declarationList.declarations)
          boundNames(name, (bound) => exportNamed(l, node, textOf(bound), undefined));
      return;
    case SyntaxKind.ReturnStatement: {
      const { expression: value } = node as ReturnStatement;
      b.returns(value && expression(l, value));
      return;
    }
    case SyntaxKind.IfStatement:
      lowerIf(l, node as IfStatement);
      return;
    case SyntaxKind.Block:
      if (label === undefined) lowerBlock(l, (node as BlockNode).statements);
      else b.breakable(label, () => lowerBlock(l, (node as BlockNode).statements));
      return;
    case SyntaxKind.ForOfStatement:
    case SyntaxKind.ForInStatement:
      lowerForEach(l, node as ForOfStatement | ForInStatement, label);
      return;
    case SyntaxKind.ForStatement:
      lowerFor(l, node as ForStatement, label);
      return;
    case SyntaxKind.WhileStatement:
      lowerWhile(l, node as WhileStatement, label);
      return;
    case SyntaxKind.DoStatement:
      lowerDo(l, node as DoStatement, label);
      return;
    case SyntaxKind.BreakStatement:
    case SyntaxKind.ContinueStatement: {
      const { label: to } = node as BreakOrContinueStatement;
      if (node.kind === SyntaxKind.BreakStatement) b.break(to && textOf(to));
      else b.continue(to && textOf(to));
      return;
    }
    case SyntaxKind.ThrowStatement:
      expression(l, (node as ThrowStatement).expression);
      b.throws();
      return;
    case SyntaxKind.TryStatement:
      lowerTry(l, node as TryStatement);
      return;
    case SyntaxKind.SwitchStatement:
      lowerSwitch(l, node as SwitchStatement, label);
      return;
    case SyntaxKind.LabeledStatement:
      lowerStatement(l, (node as LabeledStatement).statement, textOf((node as LabeledStatement).label));
      return;
    case SyntaxKind.ClassDeclaration: {
      const declaration = node as ClassDeclaration;
      const name = declaration.name ? textOf(declaration.name) : '';
      const value = lowerClass(
        l,
        declaration,
        name === '' && hasModifier(node, SyntaxKind.DefaultKeyword) ? 'default' : name,
      );
      if (name !== '') b.assign(name, value, spanOf(l, declaration.name!));
      exportNamed(l, node, name, value);
      return;
    }
    case SyntaxKind.EnumDeclaration:
      lowerEnum(l, node as EnumDeclaration);
      return;
    case SyntaxKind.ModuleDeclaration:
      lowerNamespace(l, node as ModuleDeclaration);
      return;
    case SyntaxKind.ImportEqualsDeclaration:
      importEquals(l, node as ImportEqualsDeclaration);
      return;
    case SyntaxKind.ExportDeclaration:
      exportDeclaration(l, node as ExportDeclaration);
      return;
    case SyntaxKind.ExportAssignment:
      exportDefault(l, node as ExportAssignment);
      return;
    case SyntaxKind.WithStatement:
      expression(l, (node as WithStatement).expression);
      lowerStatement(l, (node as WithStatement).statement);
      return;
    case SyntaxKind.FunctionDeclaration:
      // Hoisted, unless it stands alone (`if (x) function f() {}`), which only old scripts do.
      return;
    case SyntaxKind.ImportDeclaration:
    case SyntaxKind.InterfaceDeclaration:
    case SyntaxKind.TypeAliasDeclaration:
    case SyntaxKind.EmptyStatement:
    case SyntaxKind.DebuggerStatement:
    case SyntaxKind.NotEmittedStatement:
    case SyntaxKind.NamespaceExportDeclaration:
    case SyntaxKind.MissingDeclaration:
      return;
    default:
      gap(l, node, `statement of kind ${SyntaxKind[node.kind]}`);
  }
}

// ---- variables -----------------------------------------------------------------------------------------------------------

/** Lowers the declarations of one list, in order. */
export function lowerVariables(l: Lowering, list: VariableDeclarationList): void {
  const blockScoped = (list.flags & NodeFlags.BlockScoped) !== 0;
  for (const declaration of list.declarations) lowerVariable(l, declaration, blockScoped);
}

function lowerVariable(l: Lowering, node: VariableDeclaration, blockScoped: boolean): void {
  const { b } = l;
  const { name, initializer, type } = node;
  const hint = name.kind === SyntaxKind.Identifier ? textOf(name) : '';
  if (initializer === undefined) {
    const annotation = hint === '' ? undefined : typeValue(l, type);
    if (annotation) b.annotate(b.assign(hint, b.unknown(spanOf(l, name)), spanOf(l, name)), annotation);
    return;
  }
  const imported = importedBy(initializer);
  if (imported && bindImport(l, name, imported, blockScoped || l.blocks === 0)) return;
  const definition = bindPattern(l, name, named(l, initializer, hint));
  if (type && definition) {
    const annotation = typeValue(l, type);
    if (annotation) b.annotate(definition, annotation);
  }
}
