// Expressions. Each gives the value it stands for, with the place it was read from; what does not change a value (`await`,
// parentheses, casts) gives the value itself. Chains of calls and of operators are lowered by loops: they can be ten
// thousand long where everything else is nested by hand.
import {
  type ArrayLiteralExpression,
  type AwaitExpression,
  type BinaryExpression,
  type CallExpression,
  type ClassExpression,
  type ConditionalExpression,
  type ElementAccessExpression,
  type FunctionExpression,
  type MetaProperty,
  type NewExpression,
  type Node,
  type ObjectLiteralExpression,
  type ParenthesizedExpression,
  type PostfixUnaryExpression,
  type PrefixUnaryExpression,
  type PropertyAccessExpression,
  SyntaxKind,
  type TaggedTemplateExpression,
  type TemplateExpression,
  type YieldExpression,
} from 'typescript';
import { INSTANCE } from '../../graph/graph.ts';
import type { ArgumentSpec, Ref, Span } from '../../graph/specs.ts';
import { lowerClass } from './classes.ts';
import { gap, isText, type Lowering, MAX_DEPTH, spanOf, startOf, textOf, unwrap } from './context.ts';
import { lowerFunction } from './functions.ts';
import { lowerJsx } from './jsx.ts';
import { lowerArray, lowerObject } from './literals.ts';
import { importExpression, isCommonJsObject } from './modules.ts';
import { binary } from './operators.ts';
import { assignTo } from './patterns.ts';
import { promisedValue } from './types.ts';

/** Lowers an expression. */
export function expression(l: Lowering, node: Node): Ref {
  if (l.depth >= MAX_DEPTH) return gap(l, node, 'nested too deeply');
  l.depth++;
  const value = dispatch(l, node);
  l.depth--;
  return value;
}

/** Lowers an expression that a name is given to: functions and classes take it as theirs. */
export function named(l: Lowering, node: Node, name: string): Ref {
  const inner = unwrap(node);
  switch (inner.kind) {
    case SyntaxKind.ArrowFunction:
    case SyntaxKind.FunctionExpression:
      return lowerFunction(l, inner as FunctionExpression, name);
    case SyntaxKind.ClassExpression:
      return lowerClass(l, inner as ClassExpression, name);
    default:
      return expression(l, inner);
  }
}

function dispatch(l: Lowering, node: Node): Ref {
  const { b } = l;
  switch (node.kind) {
    case SyntaxKind.Identifier: {
      const name = textOf(node);
      if (name === '') return b.unknown(spanOf(l, node));
      if (name === 'undefined') return b.constant(null, spanOf(l, node));
      return b.read(name, spanOf(l, node));
    }
    case SyntaxKind.PropertyAccessExpression:
    case SyntaxKind.ElementAccessExpression:
    case SyntaxKind.CallExpression:
    case SyntaxKind.NonNullExpression:
    case SyntaxKind.TaggedTemplateExpression:
      return chain(l, node);
    case SyntaxKind.StringLiteral:
    case SyntaxKind.NoSubstitutionTemplateLiteral:
      return b.constant(textOf(node), spanOf(l, node));
    case SyntaxKind.NumericLiteral:
      return b.constant(Number(textOf(node)), spanOf(l, node));
    case SyntaxKind.BigIntLiteral:
      return b.constant(Number(textOf(node).slice(0, -1)), spanOf(l, node));
    case SyntaxKind.TrueKeyword:
      return b.constant(true, spanOf(l, node));
    case SyntaxKind.FalseKeyword:
      return b.constant(false, spanOf(l, node));
    case SyntaxKind.NullKeyword:
      return b.constant(null, spanOf(l, node));
    case SyntaxKind.ObjectLiteralExpression:
      return lowerObject(l, node as ObjectLiteralExpression);
    case SyntaxKind.ArrayLiteralExpression:
      return lowerArray(l, node as ArrayLiteralExpression);
    case SyntaxKind.ArrowFunction:
    case SyntaxKind.FunctionExpression:
      return lowerFunction(l, node as FunctionExpression, '');
    case SyntaxKind.ClassExpression:
      return lowerClass(l, node as ClassExpression, '');
    case SyntaxKind.BinaryExpression:
      return binary(l, node as BinaryExpression);
    case SyntaxKind.TemplateExpression:
      return textValue(l, templateParts(l, node as TemplateExpression, []), spanOf(l, node));
    case SyntaxKind.ParenthesizedExpression:
    case SyntaxKind.AsExpression:
    case SyntaxKind.SatisfiesExpression:
    case SyntaxKind.TypeAssertionExpression:
    case SyntaxKind.ExpressionWithTypeArguments:
    case SyntaxKind.PartiallyEmittedExpression:
      return expression(l, unwrap(node));
    case SyntaxKind.AwaitExpression:
      return expression(l, (node as AwaitExpression).expression);
    case SyntaxKind.NewExpression: {
      const { expression: callee, arguments: args } = node as NewExpression;
      // What is made is no method call: `new ns.Client()` changes nothing in `ns`.
      const target = { node: expression(l, callee).node };
      return b.call(target, args ? callArguments(l, args) : [], spanOf(l, node), 'new');
    }
    case SyntaxKind.ConditionalExpression: {
      const { condition, whenTrue, whenFalse } = node as ConditionalExpression;
      expression(l, condition);
      return b.choice([expression(l, whenTrue), expression(l, whenFalse)], spanOf(l, node));
    }
    case SyntaxKind.ThisKeyword:
      if (l.hasThis) return b.read('this', spanOf(l, node));
      // Outside of functions it is what the module exports.
      return l.commonjs ? b.read('exports', spanOf(l, node)) : b.unknown(spanOf(l, node));
    case SyntaxKind.SuperKeyword:
      return superValue(l, node);
    case SyntaxKind.PrefixUnaryExpression:
    case SyntaxKind.PostfixUnaryExpression: {
      const { operand, operator } = node as PrefixUnaryExpression | PostfixUnaryExpression;
      if (operator === SyntaxKind.MinusToken && operand.kind === SyntaxKind.NumericLiteral)
        return b.constant(-Number(textOf(operand)), spanOf(l, node));
      const value = b.measure([expression(l, operand)], spanOf(l, node));
      if (operator === SyntaxKind.PlusPlusToken || operator === SyntaxKind.MinusMinusToken)
        assignTo(l, operand, value, node);
      return value;
    }
    case SyntaxKind.TypeOfExpression:
    case SyntaxKind.VoidExpression:
    case SyntaxKind.DeleteExpression:
      return b.measure([expression(l, (node as unknown as { expression: Node }).expression)], spanOf(l, node));
    case SyntaxKind.YieldExpression: {
      const { expression: value, asteriskToken } = node as YieldExpression;
      return b.yields(value && expression(l, value), asteriskToken !== undefined, spanOf(l, node));
    }
    case SyntaxKind.SpreadElement:
      return expression(l, (node as unknown as { expression: Node }).expression);
    case SyntaxKind.JsxElement:
    case SyntaxKind.JsxSelfClosingElement:
    case SyntaxKind.JsxFragment:
      return lowerJsx(l, node);
    case SyntaxKind.MetaProperty: {
      const meta = node as MetaProperty;
      return meta.keywordToken === SyntaxKind.ImportKeyword && textOf(meta.name) === 'meta'
        ? b.read('import.meta', spanOf(l, node))
        : b.unknown(spanOf(l, node));
    }
    case SyntaxKind.ImportKeyword:
      return b.read('import', spanOf(l, node));
    case SyntaxKind.RegularExpressionLiteral:
    case SyntaxKind.OmittedExpression:
      return b.unknown(spanOf(l, node));
    default:
      return gap(l, node, `expression of kind ${SyntaxKind[node.kind]}`);
  }
}

// ---- member accesses and calls ---------------------------------------------------------------------------------------

type Link = PropertyAccessExpression | ElementAccessExpression | CallExpression | TaggedTemplateExpression;

/** `a.b(c)[d]…`, from its innermost part outwards. */
function chain(l: Lowering, node: Node): Ref {
  const links: Link[] = [];
  let at = node;
  let value: Ref | undefined;
  let parentheses = false;
  descend: for (;;) {
    switch (at.kind) {
      case SyntaxKind.CallExpression:
        value = importExpression(l, at as CallExpression);
        if (value) break descend;
        links.push(at as CallExpression);
        at = (at as CallExpression).expression;
        break;
      case SyntaxKind.PropertyAccessExpression:
        if (l.commonjs && isCommonJsObject(l, at)) {
          value = l.b.read('exports', spanOf(l, at));
          break descend;
        }
        links.push(at as Link);
        at = (at as PropertyAccessExpression).expression;
        break;
      case SyntaxKind.ElementAccessExpression:
        links.push(at as Link);
        at = (at as ElementAccessExpression).expression;
        break;
      case SyntaxKind.TaggedTemplateExpression:
        links.push(at as Link);
        at = (at as TaggedTemplateExpression).tag;
        break;
      case SyntaxKind.ParenthesizedExpression:
        parentheses = true;
        at = (at as ParenthesizedExpression).expression;
        break;
      case SyntaxKind.NonNullExpression:
        at = (at as unknown as { expression: Node }).expression;
        break;
      default:
        break descend;
    }
  }
  const start = startOf(l, at);
  const last = links.length - 1;
  // `super(…)` and `super.m(…)` are called on the instance at hand.
  let onThis = -1;
  if (at.kind === SyntaxKind.SuperKeyword && l.hasThis) {
    onThis = links[last]?.kind === SyntaxKind.CallExpression ? last : last - 1;
    if (onThis === last && l.base) value = expression(l, l.base);
  }
  value ??= expression(l, at);
  for (let i = last; i >= 0; i--) {
    const link = links[i]!;
    const span: Span = { start: parentheses ? startOf(l, link) : start, end: link.end };
    switch (link.kind) {
      case SyntaxKind.PropertyAccessExpression: {
        const name = textOf((link as PropertyAccessExpression).name);
        const isCallee = links[i - 1]?.kind === SyntaxKind.CallExpression;
        value = isCallee ? l.b.load(value, name, span) : readMember(l, value, name, span);
        break;
      }
      case SyntaxKind.ElementAccessExpression: {
        let key: Ref | undefined;
        const element = keyOf(l, (link as ElementAccessExpression).argumentExpression, (made) => {
          key = made;
        });
        value = l.b.load(value, element, span, key);
        break;
      }
      case SyntaxKind.CallExpression: {
        if (i === onThis) value = { node: value.node, base: l.b.read('this', span) };
        const { arguments: args, typeArguments } = link as CallExpression;
        value = l.b.call(value, callArguments(l, args), span);
        const promised = promisedValue(l, typeArguments);
        if (promised) value = l.b.either([value, promised], span);
        break;
      }
      case SyntaxKind.TaggedTemplateExpression:
        value = l.b.call(value, tagArguments(l, link as TaggedTemplateExpression), span, 'tag');
        break;
    }
  }
  return value;
}

/** What `super` stands for: what an instance of the class holds that the class at hand extends. */
function superValue(l: Lowering, node: Node): Ref {
  return l.base ? l.b.load(expression(l, l.base), INSTANCE, spanOf(l, node)) : l.b.unknown(spanOf(l, node));
}

/** Reads a member. A length only measures; everything else is what the value holds under that name. */
export function readMember(l: Lowering, base: Ref, name: string | undefined, span: Span): Ref {
  return name === 'length' || name === 'size' ? l.b.measure([base], span) : l.b.load(base, name, span);
}

/** The constant key of an element access, or undefined after lowering a computed one. */
export function keyOf(l: Lowering, node: Node, computed?: (key: Ref) => void): string | undefined {
  if (isText(node) || node.kind === SyntaxKind.NumericLiteral) return textOf(node);
  const key = expression(l, node);
  computed?.(key);
  return undefined;
}

/** Lowers the arguments of a call, in order. */
export function callArguments(l: Lowering, nodes: readonly Node[]): ArgumentSpec[] {
  const args: ArgumentSpec[] = [];
  for (const node of nodes) {
    if (node.kind === SyntaxKind.SpreadElement)
      args.push({ value: expression(l, (node as unknown as { expression: Node }).expression), kind: 'spread' });
    else args.push({ value: expression(l, node) });
  }
  return args;
}

/** A tag gets the whole text first, as if it were put together, and then each hole. */
function tagArguments(l: Lowering, node: TaggedTemplateExpression): ArgumentSpec[] {
  const { template } = node;
  if (template.kind !== SyntaxKind.TemplateExpression) return [{ value: expression(l, template) }];
  const holes: Ref[] = [];
  const whole = l.b.template(templateParts(l, template as TemplateExpression, [], holes), spanOf(l, template));
  return [{ value: whole }, ...holes.map((value) => ({ value }))];
}

/** Appends the pieces of a template to `parts`, and its holes to `holes`. */
export function templateParts(
  l: Lowering,
  node: TemplateExpression,
  parts: (string | Ref)[],
  holes?: Ref[],
): (string | Ref)[] {
  pushText(parts, textOf(node.head));
  for (const { expression: hole, literal } of node.templateSpans) {
    const value = expression(l, hole);
    parts.push(value);
    holes?.push(value);
    pushText(parts, textOf(literal));
  }
  return parts;
}

/** Text put together of `parts`; without holes it is a constant. */
export function textValue(l: Lowering, parts: readonly (string | Ref)[], span: Span): Ref {
  const [only] = parts;
  return parts.length === 1 && typeof only === 'string' ? l.b.constant(only, span) : l.b.template(parts, span);
}

/** Appends constant text to the pieces of a template. */
export function pushText(parts: (string | Ref)[], text: string): void {
  const last = parts.length - 1;
  if (text === '') return;
  if (typeof parts[last] === 'string') parts[last] += text;
  else parts.push(text);
}
