// Functions of every form: parameters, their defaults and patterns, and the body.
import {
  type Block as BlockNode,
  type Decorator,
  type FunctionLikeDeclaration,
  type Node,
  type ParameterDeclaration,
  SyntaxKind,
} from 'typescript';
import type { FunctionInfo } from '../../graph/graph.ts';
import type { ParameterSpec, Ref, Span } from '../../graph/specs.ts';
import { hasModifier, type Lowering, spanOf, textOf } from './context.ts';
import { expression, named } from './expressions.ts';
import { bindPattern, boundNames } from './patterns.ts';
import { hoistVariables, lowerStatements } from './statements.ts';
import { typeValue } from './types.ts';

/** How a function stands in what surrounds it. */
export interface FunctionContext {
  /** Set for members of classes: how it is bound. */
  readonly binding?: FunctionInfo['binding'];
  /** Whether it sees the surrounding `this` though it is no arrow function. */
  readonly keepThis?: boolean;
  /** What runs before its body. */
  readonly prologue?: () => void;
}

/** Lowers a function to its value. */
export function lowerFunction(
  l: Lowering,
  node: FunctionLikeDeclaration,
  name: string,
  context: FunctionContext = {},
): Ref {
  const { b } = l;
  const { binding = 'none' } = context;
  const bindsThis = binding === 'instance' || binding === 'class' || binding === 'property';
  const outerThis = l.hasThis;
  const outerBlocks = l.blocks;
  const outerNamespace = l.namespace;
  const ownName = node.kind === SyntaxKind.FunctionExpression && node.name ? textOf(node.name) : '';
  l.hasThis = bindsThis || ((node.kind === SyntaxKind.ArrowFunction || context.keepThis === true) && outerThis);
  l.blocks = 0;
  l.namespace = undefined;
  const span = spanOf(l, node);
  const params: ParameterSpec[] = [];
  if (bindsThis) params.push({ name: 'this', kind: 'self', start: span.start, end: span.start });
  const patterns = parameters(l, node.parameters, params);
  if (ownName !== '') {
    b.pushScope();
    b.declare(ownName);
  }
  const value = b.function(
    {
      name: name === '' ? ownName : name,
      params,
      async: hasModifier(node, SyntaxKind.AsyncKeyword),
      generator: node.asteriskToken !== undefined,
      binding,
      returns: typeValue(l, node.type),
      start: span.start,
      end: span.end,
    },
    () => {
      // An undeclared name would be one of the module.
      for (const [parameter] of patterns) boundNames(parameter.name, (bound) => b.declare(textOf(bound)));
      for (const [parameter, at] of patterns) bindPattern(l, parameter.name, b.read(at, spanOf(l, parameter.name)));
      context.prologue?.();
      if (node.body) lowerBody(l, node.body);
    },
  );
  if (ownName !== '') {
    b.assign(ownName, value, span);
    b.popScope();
  }
  l.hasThis = outerThis;
  l.blocks = outerBlocks;
  l.namespace = outerNamespace;
  return value;
}

/** Adds what the parameters are to `specs`. Gives those that are patterns, with the names that stand for them. */
function parameters(
  l: Lowering,
  nodes: readonly ParameterDeclaration[],
  specs: ParameterSpec[],
): [ParameterDeclaration, string][] {
  const patterns: [ParameterDeclaration, string][] = [];
  for (const node of nodes) {
    const { name, initializer, type, dotDotDotToken, modifiers } = node;
    let text = name.kind === SyntaxKind.Identifier ? textOf(name) : '';
    // `this: T` is a promise to the type checker, not a parameter.
    if (text === 'this') continue;
    if (text === '') {
      text = `#${specs.length}`;
      if (name.kind !== SyntaxKind.Identifier) patterns.push([node, text]);
    }
    if (modifiers) lowerDecorators(l, modifiers, undefined);
    const { start, end } = spanOf(l, name);
    specs.push({
      name: text,
      start,
      end,
      kind: dotDotDotToken ? 'rest' : 'positional',
      fallback: initializer && (() => named(l, initializer, text)),
      annotation: typeValue(l, type),
    });
  }
  return patterns;
}

function lowerBody(l: Lowering, body: Node): void {
  if (body.kind !== SyntaxKind.Block) {
    l.b.returns(expression(l, body));
    return;
  }
  if (l.hasVar) hoistVariables(l, body);
  lowerStatements(l, (body as BlockNode).statements);
}

/** Lowers decorators as calls with what they decorate. */
export function lowerDecorators(l: Lowering, modifiers: readonly Node[], target: Ref | undefined): void {
  for (const modifier of modifiers) {
    if (modifier.kind !== SyntaxKind.Decorator) continue;
    const callee = expression(l, (modifier as Decorator).expression);
    l.b.call(callee, target ? [{ value: target }] : [], spanOf(l, modifier), 'decorator');
  }
}

/** The function that a class without a constructor is made by: it only runs `prologue`. */
export function lowerImplicit(l: Lowering, name: string, span: Span, prologue: () => void): Ref {
  const outerThis = l.hasThis;
  const outerBlocks = l.blocks;
  l.hasThis = true;
  l.blocks = 0;
  const at = { start: span.start, end: span.start };
  const value = l.b.function(
    { name, params: [{ name: 'this', kind: 'self', ...at }], binding: 'instance', ...at },
    prologue,
  );
  l.hasThis = outerThis;
  l.blocks = outerBlocks;
  return value;
}
