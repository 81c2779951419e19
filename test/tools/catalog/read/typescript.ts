// Declarations of TypeScript's .d.ts files, and of JavaScript where a package has none.
import {
  createSourceFile,
  type Expression,
  forEachChild,
  SyntaxKind as K,
  type Node,
  type NodeArray,
  type ParameterDeclaration,
  ScriptKind,
  ScriptTarget,
  type Statement,
} from 'typescript';
import {
  ANY_MEMBER,
  addName,
  type Declaration,
  declaration,
  type ModuleText,
  type Reference,
  type Scope,
} from './declarations.ts';

type Meaning = Reference | Declaration;

/** A module or namespace while its statements are read. */
interface Place {
  readonly scope: Scope;
  readonly holder: Declaration;
  readonly module: ModuleText;
  /** Everything in it is exported: `declare module`, namespaces of a .d.ts file, scripts. */
  readonly isOpen: boolean;
}

// The parser's node types say more than is needed here; each case knows what it looks at.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Any = any;

/** Reads one file. */
export function readTypeScript(file: string, text: string): ModuleText {
  const kind = /\.jsx$/.test(file) ? ScriptKind.JSX : /\.[cm]?js$/.test(file) ? ScriptKind.JS : ScriptKind.TS;
  const tree = createSourceFile(file, text, ScriptTarget.Latest, false, kind);
  const scope: Scope = { file, names: new Map(), parent: undefined };
  const isModule = (tree as { externalModuleIndicator?: unknown }).externalModuleIndicator !== undefined;
  const isScript = !isModule && /\.d\.[cm]?ts$/.test(file);
  const module: ModuleText = { file, module: declaration(scope), stars: [], isScript, ambient: new Map() };
  statements(tree.statements, { scope, holder: module.module, module, isOpen: isScript });
  return module;
}

function textOf(node: Any): string {
  return String(node?.text ?? node?.escapedText ?? '');
}

function statements(list: readonly Statement[], place: Place): void {
  for (const node of list) statement(node, place);
}

function has(node: Any, kind: K): boolean {
  return (node.modifiers ?? []).some((modifier: Node) => modifier.kind === kind);
}

function bind(place: Place, node: Any, name: string, value: Declaration): void {
  addName(place.scope.names, name, value);
  if (has(node, K.DefaultKeyword)) addName(place.holder.members, 'default', value);
  else if (place.isOpen || has(node, K.ExportKeyword)) addName(place.holder.members, name, value);
}

function statement(node: Any, place: Place): void {
  switch (node.kind) {
    case K.ClassDeclaration:
      bind(place, node, textOf(node.name), classLike(node, place.scope));
      return;
    case K.InterfaceDeclaration:
      bind(place, node, textOf(node.name), interfaceLike(node, place.scope));
      return;
    case K.FunctionDeclaration:
      bind(place, node, textOf(node.name), functionLike(node, place.scope));
      return;
    case K.TypeAliasDeclaration:
      bind(place, node, textOf(node.name), declaration(place.scope, meanings(node.type, place.scope)));
      return;
    case K.EnumDeclaration: {
      const made = declaration(place.scope);
      for (const { name } of node.members) addName(made.members, textOf(name), declaration(place.scope));
      bind(place, node, textOf(node.name), made);
      return;
    }
    case K.VariableStatement:
      for (const { name, type, initializer } of node.declarationList.declarations)
        if (name.kind === K.Identifier) bind(place, node, textOf(name), heldBy(type, initializer, place.scope));
        else if (name.kind === K.ObjectBindingPattern) destructured(node, name.elements, initializer, place);
      return;
    case K.ModuleDeclaration:
      moduleDeclaration(node, place);
      return;
    case K.ImportDeclaration:
      importDeclaration(node, place.scope);
      return;
    case K.ImportEqualsDeclaration: {
      const { moduleReference } = node;
      const isExternal = moduleReference.kind === K.ExternalModuleReference;
      const specifier = isExternal ? textOf(moduleReference.expression) : undefined;
      const means = specifier === undefined ? meanings(moduleReference, place.scope) : [{ specifier, names: [] }];
      bind(place, node, textOf(node.name), declaration(place.scope, means));
      return;
    }
    case K.ExportDeclaration:
      exportDeclaration(node, place);
      return;
    case K.ExportAssignment: {
      const made = declaration(place.scope, expressionMeanings(node.expression, place.scope));
      if (!node.isExportEquals) addName(place.holder.members, 'default', made);
      else {
        addName(place.holder.members, 'default', made);
        place.holder.means.push(made);
      }
      return;
    }
    // `if (typeof module !== 'undefined') module.exports = Client;`
    case K.IfStatement:
      for (const branch of [node.thenStatement, node.elseStatement]) if (branch) statement(branch, place);
      return;
    case K.Block:
      statements(node.statements, place);
      return;
    case K.ExpressionStatement:
      commonJs(node.expression, place);
      return;
  }
}

/** `const { Client, open: start } = require('./client')` */
function destructured(node: Any, elements: readonly Any[], initializer: Any, place: Place): void {
  const held = expressionMeanings(initializer, place.scope);
  for (const { name, propertyName } of elements) {
    if (name.kind !== K.Identifier) continue;
    const member = textOf(propertyName ?? name);
    const means = held.flatMap((holder): Meaning[] =>
      'scope' in holder ? (holder.members.get(member) ?? []) : [{ ...holder, names: [...holder.names, member] }],
    );
    bind(place, node, textOf(name), declaration(place.scope, means));
  }
}

function moduleDeclaration(node: Any, place: Place): void {
  const { name, body } = node;
  if (!body) return;
  const text = textOf(name);
  // `declare module 'fs'` and `declare global`
  const isAmbient = name.kind === K.StringLiteral || (text === 'global' && !has(node, K.ExportKeyword));
  const scope: Scope = { file: place.scope.file, names: new Map(), parent: place.scope };
  let { module } = place;
  if (isAmbient) {
    const known = module.ambient.get(text);
    const made = known ?? {
      file: module.file,
      module: declaration(scope),
      stars: [],
      isScript: false,
      ambient: new Map(),
    };
    module.ambient.set(text, made);
    module = made;
  } else bind(place, node, text, declaration(scope));
  const holder = isAmbient ? module.module : place.scope.names.get(text)!.at(-1)!;
  const inner: Place = { scope: holder.scope, holder, module, isOpen: true };
  if (body.kind === K.ModuleDeclaration) moduleDeclaration(body, inner);
  else statements(body.statements ?? [], inner);
}

function importDeclaration(node: Any, scope: Scope): void {
  const specifier = textOf(node.moduleSpecifier);
  const clause = node.importClause;
  const bindTo = (name: Any, names: string[]): void =>
    addName(scope.names, textOf(name), declaration(scope, [{ specifier, names }]));
  if (clause?.name) bindTo(clause.name, ['default']);
  const bindings = clause?.namedBindings;
  if (bindings?.kind === K.NamespaceImport) bindTo(bindings.name, []);
  for (const element of bindings?.elements ?? []) bindTo(element.name, [textOf(element.propertyName ?? element.name)]);
}

function exportDeclaration(node: Any, place: Place): void {
  const specifier = node.moduleSpecifier ? textOf(node.moduleSpecifier) : undefined;
  const clause = node.exportClause;
  if (!clause) {
    if (specifier !== undefined) place.module.stars.push(specifier);
    return;
  }
  if (clause.kind === K.NamespaceExport) {
    addName(
      place.holder.members,
      textOf(clause.name),
      declaration(place.scope, [{ specifier: specifier!, names: [] }]),
    );
    return;
  }
  for (const element of clause.elements) {
    const names = [textOf(element.propertyName ?? element.name)];
    const reference = specifier === undefined ? { names } : { specifier, names };
    addName(place.holder.members, textOf(element.name), declaration(place.scope, [reference]));
  }
}

function commonJs(node: Any, place: Place): void {
  if (node.kind === K.CallExpression) {
    const [first, , third] = node.arguments;
    const required = first && requireOf(first);
    if (required !== undefined && /exportStar/i.test(nameOf(node.expression).join('.')))
      place.module.stars.push(required);
    if (nameOf(node.expression).join('.') === 'Object.defineProperty' && nameOf(first).join('.') === 'exports')
      addName(
        place.holder.members,
        textOf(node.arguments[1]),
        declaration(place.scope, third ? deepMeanings(third, place.scope) : []),
      );
    return;
  }
  if (node.kind !== K.BinaryExpression || node.operatorToken.kind !== K.EqualsToken) return;
  const target = nameOf(node.left);
  const names =
    target[0] === 'module' && target[1] === 'exports'
      ? target.slice(2)
      : target[0] === 'exports'
        ? target.slice(1)
        : undefined;
  if (!names) {
    // `Client.prototype = {…}`, `Client.prototype.ask = function`, `Client.ask = function`
    const [holder, ...rest] = target;
    const name = rest.filter((part) => part !== 'prototype')[0];
    const known = holder === undefined ? undefined : place.scope.names.get(holder);
    if (known && rest.join('.') === 'prototype') known[0]!.means.push(heldBy(undefined, node.right, place.scope));
    else if (known && name !== undefined && rest.length <= 2)
      addName(known[0]!.members, name, heldBy(undefined, node.right, place.scope));
    return;
  }
  const made = heldBy(undefined, node.right, place.scope);
  if (names.length === 1) addName(place.holder.members, names[0]!, made);
  else if (names.length === 0) {
    place.holder.means.push(made);
    addName(place.holder.members, 'default', made);
  }
  if (node.right.kind === K.BinaryExpression) commonJs(node.right, place);
}

function deepMeanings(node: Any, scope: Scope): Meaning[] {
  const found: Meaning[] = [];
  const visit = (at: Any): void => {
    if (at.kind === K.ReturnStatement && at.expression) found.push(...expressionMeanings(at.expression, scope));
    else forEachChild(at, visit);
  };
  visit(node);
  return found;
}

/** `a.b.c` as its names, `this` among them; nothing for other expressions. */
function nameOf(node: Any): string[] {
  if (!node) return [];
  if (node.kind === K.ThisKeyword) return ['this'];
  if (node.kind === K.Identifier) return [textOf(node)];
  if (node.kind !== K.PropertyAccessExpression && node.kind !== K.QualifiedName) return [];
  const left = nameOf(node.kind === K.QualifiedName ? node.left : node.expression);
  return left.length === 0 ? [] : [...left, textOf(node.kind === K.QualifiedName ? node.right : node.name)];
}

function requireOf(node: Any): string | undefined {
  if (node.kind !== K.CallExpression || textOf(node.expression) !== 'require') return undefined;
  return textOf(node.arguments[0]);
}

function classLike(node: Any, outer: Scope): Declaration {
  const made = declaration(outer);
  const scope = bounded(node, outer);
  addName(scope.names, 'this', made);
  for (const clause of node.heritageClauses ?? [])
    for (const type of clause.types)
      made.means.push(...meanings(type, outer), ...expressionMeanings(type.expression, outer));
  for (const member of node.members) memberOf(made, member, scope);
  return made;
}

function interfaceLike(node: Any, outer: Scope): Declaration {
  const made = declaration(outer);
  for (const clause of node.heritageClauses ?? [])
    for (const type of clause.types) made.means.push(...meanings(type, outer));
  const scope = bounded(node, outer);
  for (const member of node.members) memberOf(made, member, scope);
  return made;
}

/** The scope of a class or interface: its type parameters may be what bounds them. */
function bounded({ typeParameters }: Any, outer: Scope): Scope {
  const scope: Scope = { file: outer.file, names: new Map(), parent: outer };
  for (const { name, constraint } of typeParameters ?? [])
    if (constraint) addName(scope.names, textOf(name), declaration(outer, meanings(constraint, outer)));
  return scope;
}

function memberOf(made: Declaration, node: Any, scope: Scope): void {
  switch (node.kind) {
    case K.Constructor:
    case K.ConstructSignature:
    case K.CallSignature: {
      const called = functionLike(node, scope);
      made.parameters.push(...called.parameters);
      made.parameterTypes.push(...called.parameterTypes);
      if (node.kind !== K.Constructor) made.means.push(...called.means);
      for (const parameter of node.parameters)
        if (parameter.modifiers)
          addName(made.members, textOf(parameter.name), heldBy(parameter.type, undefined, scope));
      stores(made, node.body, scope);
      return;
    }
    case K.IndexSignature:
      made.isOpen = true;
      return;
    case K.MethodDeclaration:
    case K.MethodSignature:
      stores(made, node.body, scope);
      addName(made.members, textOf(node.name), functionLike(node, scope));
      return;
    case K.GetAccessor:
      addName(made.members, textOf(node.name), functionLike(node, scope));
      return;
    case K.PropertyDeclaration:
    case K.PropertySignature:
      addName(made.members, textOf(node.name), heldBy(node.type, node.initializer, scope));
      return;
  }
}

/** What JavaScript stores to `this`. */
function stores(made: Declaration, body: Any, scope: Scope): void {
  if (!body) return;
  const visit = (at: Any): void => {
    if (at.kind === K.BinaryExpression && at.operatorToken.kind === K.EqualsToken) {
      const [first, name, ...rest] = nameOf(at.left);
      if (first === 'this' && name !== undefined && rest.length === 0)
        addName(made.members, name, heldBy(undefined, at.right, scope));
    }
    forEachChild(at, visit);
  };
  visit(body);
}

function functionLike(node: Any, outer: Scope): Declaration {
  const made = declaration(outer);
  for (const parameter of node.parameters as NodeArray<ParameterDeclaration>) {
    made.parameters.push(textOf(parameter.name));
    if (parameter.type) made.parameterTypes.push(...meanings(parameter.type, outer));
    if (parameter.type && takesAnything(parameter.type, node.typeParameters)) made.isOpen = true;
    if (parameter.name.kind === K.ObjectBindingPattern)
      for (const element of parameter.name.elements) made.parameters.push(textOf(element.propertyName ?? element.name));
  }
  // A result or an argument that is a type parameter may be what bounds it.
  for (const { name, constraint } of (node.typeParameters ?? []) as Any[])
    if (constraint) {
      if (textOf(node.type?.typeName) === textOf(name)) made.means.push(...meanings(constraint, outer));
      if (node.parameters.some(({ type }: Any) => textOf(type?.typeName) === textOf(name)))
        made.parameterTypes.push(...meanings(constraint, outer));
    }
  if (node.type) made.means.push(...meanings(node.type, outer));
  else if (node.body?.kind === K.Block) made.means.push(...deepMeanings(node.body, outer));
  else if (node.body) made.means.push(...expressionMeanings(node.body, outer));
  return made;
}

function takesAnything(type: Any, typeParameters: Any): boolean {
  if (type.kind === K.AnyKeyword || type.kind === K.UnknownKeyword || type.kind === K.ObjectKeyword) return true;
  return (typeParameters ?? []).some(
    ({ name, constraint }: Any) => !constraint && textOf(type.typeName) === textOf(name),
  );
}

function heldBy(type: Node | undefined, initializer: Expression | undefined, scope: Scope): Declaration {
  const made = declaration(scope);
  if (type) made.means.push(...meanings(type, scope));
  if (initializer) made.means.push(...expressionMeanings(initializer, scope));
  return made;
}

/** What a type names: all of its parts, but not the types of parameters. */
function meanings(type: Any, scope: Scope): Meaning[] {
  const found: Meaning[] = [];
  const visit = (node: Any): void => {
    switch (node.kind) {
      case K.TypeReference:
        found.push({ names: nameOf(node.typeName) });
        for (const argument of node.typeArguments ?? []) visit(argument);
        return;
      case K.TypeQuery:
        if (node.exprName.kind === K.ImportType) visit(node.exprName);
        else found.push({ names: nameOf(node.exprName) });
        return;
      case K.ExpressionWithTypeArguments:
        found.push({ names: nameOf(node.expression) });
        for (const argument of node.typeArguments ?? []) visit(argument);
        return;
      case K.ImportType: {
        const specifier = textOf(node.argument.literal);
        found.push({ specifier, names: node.qualifier ? nameOf(node.qualifier) : [] });
        return;
      }
      case K.TypeLiteral:
        found.push(interfaceLike(node, scope));
        return;
      // A name in quotes may become a member: `Record<'info' | 'warn', Log>`.
      case K.LiteralType:
        if (node.literal.kind === K.StringLiteral) {
          const named = declaration(scope);
          addName(named.members, textOf(node.literal), declaration(scope));
          found.push(named);
        }
        return;
      // `Makers[Kind]`: one of its members.
      case K.IndexedAccessType:
        for (const holder of meanings(node.objectType, scope))
          if ('scope' in holder) found.push(...[...holder.members.values()].flat());
          else found.push({ ...holder, names: [...holder.names, ANY_MEMBER] });
        return;
      case K.FunctionType:
      case K.ConstructorType:
        found.push(functionLike(node, scope));
        return;
      case K.Identifier:
      case K.QualifiedName:
        found.push({ names: nameOf(node) });
        return;
      default:
        forEachChild(node, visit);
    }
  };
  visit(type);
  return found;
}

/** What an expression names: `new Chat(this)`, `{ create }`, `a ?? b`. */
function expressionMeanings(node: Any, scope: Scope): Meaning[] {
  if (!node) return [];
  switch (node.kind) {
    case K.Identifier:
    case K.PropertyAccessExpression: {
      const names = nameOf(node);
      if (names.length > 0) return [{ names }];
      const required = node.expression && requireOf(node.expression);
      return required === undefined ? [] : [{ specifier: required, names: [textOf(node.name)] }];
    }
    case K.CallExpression:
    case K.NewExpression: {
      const required = node.kind === K.CallExpression ? requireOf(node) : undefined;
      if (required !== undefined) return [{ specifier: required, names: [] }];
      const handed = (node.arguments ?? []).filter((a: Any) => a.kind === K.CallExpression || a.kind === K.Identifier);
      return [node.expression, ...handed].flatMap((inner: Any) => expressionMeanings(inner, scope));
    }
    case K.FunctionExpression:
    case K.ArrowFunction:
      return [functionLike(node, scope)];
    case K.ClassExpression:
      return [classLike(node, scope)];
    case K.ObjectLiteralExpression: {
      const made = declaration(scope);
      for (const property of node.properties) {
        if (property.kind === K.SpreadAssignment) made.means.push(...expressionMeanings(property.expression, scope));
        else if (property.kind === K.ShorthandPropertyAssignment)
          addName(made.members, textOf(property.name), declaration(scope, [{ names: [textOf(property.name)] }]));
        else if (property.kind === K.PropertyAssignment)
          addName(made.members, textOf(property.name), heldBy(undefined, property.initializer, scope));
        else addName(made.members, textOf(property.name), functionLike(property, scope));
      }
      return [made];
    }
    case K.BinaryExpression:
      return [node.left, node.right].flatMap((inner: Any) => expressionMeanings(inner, scope));
    case K.ConditionalExpression:
      return [node.whenTrue, node.whenFalse].flatMap((inner: Any) => expressionMeanings(inner, scope));
    default:
      return node.expression ? expressionMeanings(node.expression, scope) : [];
  }
}
