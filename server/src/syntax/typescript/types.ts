// Type annotations as values: `client: OpenAI` says that the value is what the name `OpenAI` stands for. Only plain names
// count, seen through `Promise<T>`, `T | undefined` and `T[]`; there is no type checker here.
import {
  type ArrayTypeNode,
  type EntityName,
  type Identifier,
  type ImportTypeNode,
  type LiteralTypeNode,
  type Node,
  type QualifiedName,
  SyntaxKind,
  type TypeQueryNode,
  type TypeReferenceNode,
  type UnionTypeNode,
} from 'typescript';
import type { Ref } from '../../graph/specs.ts';
import { isText, type Lowering, spanOf, textOf } from './context.ts';

/** Generic types whose first argument is what the value holds or becomes. */
const transparent = new Set([
  'Promise',
  'PromiseLike',
  'Array',
  'ReadonlyArray',
  'Awaited',
  'Readonly',
  'Partial',
  'Required',
  'NonNullable',
]);

/** The value that the type names, or undefined where it names none. */
export function typeValue(l: Lowering, type: Node | undefined): Ref | undefined {
  for (let at = type; at !== undefined; ) {
    switch (at.kind) {
      case SyntaxKind.TypeReference: {
        const reference = at as TypeReferenceNode;
        const { typeName, typeArguments } = reference;
        if (typeName.kind === SyntaxKind.Identifier && typeArguments?.[0] && transparent.has(textOf(typeName))) {
          at = typeArguments[0];
          continue;
        }
        return entityValue(l, typeName);
      }
      case SyntaxKind.ArrayType:
        at = (at as ArrayTypeNode).elementType;
        continue;
      case SyntaxKind.ParenthesizedType:
      case SyntaxKind.TypeOperator:
      case SyntaxKind.OptionalType:
      case SyntaxKind.RestType:
        at = (at as unknown as { type: Node }).type;
        continue;
      case SyntaxKind.UnionType:
        at = onlyNamed(at as UnionTypeNode);
        continue;
      case SyntaxKind.ImportType:
        return importedType(l, at as ImportTypeNode);
      default:
        return undefined;
    }
  }
  return undefined;
}

/** What a call gives by its own word: `proxy<typeof activities>()` gives something that is used as `activities` is. */
export function promisedValue(l: Lowering, typeArguments: readonly Node[] | undefined): Ref | undefined {
  const [type] = typeArguments ?? [];
  if (typeArguments?.length !== 1) return undefined;
  if (type!.kind === SyntaxKind.TypeQuery) return entityValue(l, (type as TypeQueryNode).exprName as EntityName);
  if (type!.kind === SyntaxKind.ImportType && (type as ImportTypeNode).isTypeOf)
    return importedType(l, type as ImportTypeNode);
  return undefined;
}

/** The one member of a union that is not `null`, `undefined` or another type without a name. */
function onlyNamed(union: UnionTypeNode): Node | undefined {
  let only: Node | undefined;
  for (const member of union.types) {
    if (member.kind === SyntaxKind.UndefinedKeyword || member.kind === SyntaxKind.LiteralType) continue;
    if (only !== undefined) return undefined;
    only = member;
  }
  return only;
}

function entityValue(l: Lowering, name: EntityName): Ref | undefined {
  const parts: Identifier[] = [];
  let at: EntityName = name;
  while (at.kind === SyntaxKind.QualifiedName) {
    parts.push((at as QualifiedName).right);
    at = (at as QualifiedName).left;
  }
  const root = textOf(at);
  if (root === '' || l.types.has(root)) return undefined;
  // A name bound nowhere is a global type or, by custom in capitals, a type parameter.
  if (!l.b.isDeclared(root) && /^[TKVU]([A-Z]\w*)?$/.test(root)) return undefined;
  const { end } = name;
  const { start } = spanOf(l, at);
  let value = l.b.readType(root, { start, end: at.end });
  for (let i = parts.length - 1; i >= 0; i--) value = l.b.load(value, textOf(parts[i]!), { start, end: parts[i]!.end });
  return end > start ? value : undefined;
}

function importedType(l: Lowering, type: ImportTypeNode): Ref | undefined {
  const literal = (type.argument as LiteralTypeNode).literal as Node | undefined;
  if (literal === undefined || !isText(literal)) return undefined;
  if (type.qualifier === undefined)
    return type.isTypeOf ? l.b.imported(textOf(literal), '*', spanOf(l, type)) : undefined;
  const names: Identifier[] = [];
  let at: EntityName = type.qualifier;
  while (at.kind === SyntaxKind.QualifiedName) {
    names.push((at as QualifiedName).right);
    at = (at as QualifiedName).left;
  }
  const span = spanOf(l, type);
  let value = l.b.imported(textOf(literal), textOf(at), span);
  for (let i = names.length - 1; i >= 0; i--) value = l.b.load(value, textOf(names[i]!), span);
  return value;
}
