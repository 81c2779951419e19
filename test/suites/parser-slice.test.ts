// The parser cut out of typescript must build the same trees as the whole package: over our sources, over damaged
// text, and over JSX.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';
import * as slice from 'typescript';

type TypeScript = typeof import('typescript');
// Asked for at run time: an import would be answered with the slice.
const whole = createRequire(__filename)('typescript') as TypeScript;

test('the slice offers the members and the enums of the package', () => {
  assert.equal(whole.version, '6.0.3');
  assert.equal(slice.SyntaxKind.CallExpression, whole.SyntaxKind.CallExpression);
  assert.equal(slice.SyntaxKind[slice.SyntaxKind.CallExpression], 'CallExpression');
  assert.equal(slice.ScriptTarget.Latest, whole.ScriptTarget.Latest);
});

test('the slice builds equal trees', () => {
  const samples = [...sources('server/src'), ...sources('client/src'), ...sources('test/suites'), ...written];
  for (const sample of samples) compare(sample.name, sample.text);
});

test('the slice builds equal trees of damaged text', () => {
  const text = readFileSync('test/suites/parser-slice.test.ts', 'utf8');
  for (let end = 0; end < text.length; end += 97) compare(`first ${end} characters.tsx`, text.slice(0, end));
});

const written = [
  {
    name: 'a.tsx',
    text: 'const a = <A b={1} {...c}><></>{d?.e!}</A>;\nfunction f<T,>(this: T) { return <T,>(x: T) => x; }',
  },
  {
    name: 'b.jsx',
    text: '/** @type {string} */\nexport default async function* g() { yield* <a.b.c/>; }\nlabel: for await (const x of y) {}',
  },
  {
    name: 'c.mts',
    text: "import x, { type y as z } from 'm' with { type: 'json' };\nenum E { A = 1 << 2 }\n@d class C { #p = 1; static {} accessor q; }",
  },
  {
    name: 'd.js',
    text: "const r = /[/]\\/(?<n>x)/giu, t = `a${b}c${`d${e}`}`, u = 0x1n;\nmodule.exports = { get a() { return r; } };\n'😀'",
  },
  {
    name: 'e.cts',
    text: 'let x = <any>y; declare module "m" { export = x; }\nusing a = b; abstract class D<in out T> { constructor(private x?: number) { super(); } }',
  },
];

function compare(name: string, text: string): void {
  const ours = print(slice as TypeScript, name, text);
  const theirs = print(whole, name, text);
  assert.deepEqual(ours, theirs, name);
}

function print(ts: TypeScript, name: string, text: string): string[] {
  const tree = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const lines: string[] = [];
  const visit = (node: import('typescript').Node): void => {
    lines.push(`${node.kind} ${node.pos} ${ts.getTokenPosOfNode(node, tree)} ${node.end} ${node.flags}`);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const { parseDiagnostics } = tree as unknown as {
    parseDiagnostics: { code: number; start: number; length: number }[];
  };
  for (const problem of parseDiagnostics) lines.push(`error ${problem.code} ${problem.start} ${problem.length}`);
  return lines;
}

function sources(folder: string): { name: string; text: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}
