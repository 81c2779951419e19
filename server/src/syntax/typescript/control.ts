// Control flow: branches, loops, exceptions and switches.
import {
  type CaseClause,
  type DoStatement,
  type Expression,
  type ForInStatement,
  type ForOfStatement,
  type ForStatement,
  type IfStatement,
  type Node,
  NodeFlags,
  type SwitchStatement,
  SyntaxKind,
  type TryStatement,
  type VariableDeclarationList,
  type WhileStatement,
} from 'typescript';
import type { Ref, Span } from '../../graph/specs.ts';
import { type Lowering, spanOf, textOf, unwrap } from './context.ts';
import { expression } from './expressions.ts';
import { assignTo, bindPattern, boundNames } from './patterns.ts';
import { declareList, declareName, hoist, lowerBlock, lowerStatement, lowerVariables } from './statements.ts';

/** Lowers `if`, and `else` with it. */
export function lowerIf(l: Lowering, node: IfStatement): void {
  const { expression: condition, thenStatement, elseStatement } = node;
  const subject = expression(l, condition);
  const cases = [{ ...spanOf(l, thenStatement), run: () => lowerStatement(l, thenStatement) }];
  if (elseStatement) cases.push({ ...spanOf(l, elseStatement), run: () => lowerStatement(l, elseStatement) });
  l.b.alternatives(subject, cases, elseStatement !== undefined);
}

/** Runs `run` in a scope for the variables of a loop's head. */
function withHead(l: Lowering, head: Node | undefined, run: () => void): void {
  if (head?.kind !== SyntaxKind.VariableDeclarationList || (head.flags & NodeFlags.BlockScoped) === 0) {
    run();
    return;
  }
  l.b.pushScope();
  l.blocks++;
  declareList(l, head as VariableDeclarationList);
  run();
  l.blocks--;
  l.b.popScope();
}

/** Lowers `for … of` and `for … in`. */
export function lowerForEach(l: Lowering, node: ForOfStatement | ForInStatement, label: string | undefined): void {
  const { b } = l;
  const { initializer, expression: iterated, statement } = node;
  const subject = expression(l, iterated);
  const async = node.kind === SyntaxKind.ForOfStatement && (node as ForOfStatement).awaitModifier !== undefined;
  withHead(l, initializer, () => {
    b.loop(
      { ...spanOf(l, node), form: 'for-each', async, subject, target: spanOf(l, initializer) },
      (element) => {
        // `for … in` gives the keys, which tell little of what lies under them.
        const value =
          node.kind === SyntaxKind.ForInStatement ? b.measure([element!], spanOf(l, initializer)) : element!;
        if (initializer.kind === SyntaxKind.VariableDeclarationList) {
          const declaration = (initializer as VariableDeclarationList).declarations[0];
          if (declaration) bindPattern(l, declaration.name, value);
        } else assignTo(l, initializer, value, initializer);
        lowerStatement(l, statement);
      },
      label,
    );
  });
}

/** Lowers a counting loop. */
export function lowerFor(l: Lowering, node: ForStatement, label: string | undefined): void {
  const { b } = l;
  const { initializer, condition, incrementor, statement } = node;
  withHead(l, initializer, () => {
    if (initializer?.kind === SyntaxKind.VariableDeclarationList)
      lowerVariables(l, initializer as VariableDeclarationList);
    else if (initializer) expression(l, initializer);
    b.loop(
      { ...spanOf(l, node), form: 'for-count', endless: condition === undefined || isTrue(condition) },
      () => {
        if (condition) b.condition(expression(l, condition));
        lowerStatement(l, statement);
        if (incrementor) expression(l, incrementor);
      },
      label,
    );
  });
}

/** Lowers a loop that decides first. */
export function lowerWhile(l: Lowering, node: WhileStatement, label: string | undefined): void {
  l.b.loop(
    { ...spanOf(l, node), form: 'while', endless: isTrue(node.expression) },
    () => {
      l.b.condition(expression(l, node.expression));
      lowerStatement(l, node.statement);
    },
    label,
  );
}

/** Lowers a loop that decides last. */
export function lowerDo(l: Lowering, node: DoStatement, label: string | undefined): void {
  l.b.loop(
    { ...spanOf(l, node), form: 'while', endless: isTrue(node.expression) },
    () => {
      lowerStatement(l, node.statement);
      // Its end is the only place where it ends by itself, so what the body assigned is what holds behind it.
      l.b.condition(expression(l, node.expression));
    },
    label,
  );
}

function isTrue(condition: Expression): boolean {
  const inner = unwrap(condition);
  return inner.kind === SyntaxKind.TrueKeyword || (inner.kind === SyntaxKind.NumericLiteral && textOf(inner) !== '0');
}

/** Lowers `try`, its handler and what runs in any case. */
export function lowerTry(l: Lowering, node: TryStatement): void {
  const { tryBlock, catchClause, finallyBlock } = node;
  const handlers: (Span & { type?: Ref; run: () => void })[] = [];
  if (catchClause) {
    const { variableDeclaration, block } = catchClause;
    const run = (): void => {
      l.b.pushScope();
      l.blocks++;
      if (variableDeclaration) {
        const { name } = variableDeclaration;
        boundNames(name, (bound) => declareName(l, bound));
        bindPattern(l, name, l.b.unknown(spanOf(l, name)));
      }
      lowerBlock(l, block.statements);
      l.blocks--;
      l.b.popScope();
    };
    handlers.push({ ...spanOf(l, catchClause), run });
  }
  const last = finallyBlock && ((): void => lowerBlock(l, finallyBlock.statements));
  l.b.attempt(spanOf(l, tryBlock), () => lowerBlock(l, tryBlock.statements), handlers, last);
}

/** Lowers a switch; a clause that falls into the next after statements of its own is taken to leave. */
export function lowerSwitch(l: Lowering, node: SwitchStatement, label: string | undefined): void {
  const { b } = l;
  const subject = expression(l, node.expression);
  const { clauses } = node.caseBlock;
  b.pushScope();
  l.blocks++;
  const all: Node[] = [];
  for (const clause of clauses) for (const statement of clause.statements) all.push(statement);
  hoist(l, all);
  let exhaustive = false;
  const cases: (Span & { run: () => void })[] = [];
  for (const clause of clauses) {
    if (clause.kind === SyntaxKind.DefaultClause) exhaustive = true;
    else expression(l, (clause as CaseClause).expression);
    const run = (): void => {
      for (const statement of clause.statements) lowerStatement(l, statement);
    };
    // A clause without statements falls into the next.
    if (clause.statements.length > 0) cases.push({ ...spanOf(l, clause), run });
  }
  b.breakable(label, () => b.alternatives(subject, cases, exhaustive && cases.length > 0));
  l.blocks--;
  b.popScope();
}
