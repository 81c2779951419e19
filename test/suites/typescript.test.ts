// Lowering of TypeScript and JavaScript. The fixtures state facts in the language itself: `source('name')` makes a value, and
// `sink(x); // $ names` lists the sources whose values x holds, in any order. A small search over the graph's edges answers;
// it knows calls inside the file, `push` and fields of instances, and is not the engine.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { dumpGraph } from '../../server/src/graph/dump.ts';
import {
  type Call,
  constantOf,
  EdgeKind,
  eachEdge,
  functionOf,
  INSTANCE,
  type ModuleGraph,
  NodeKind,
  nameOf,
} from '../../server/src/graph/graph.ts';
import { lowerTypeScript } from '../../server/src/syntax/typescript/lower.ts';
import type { Dialect } from '../../server/src/syntax/typescript/recover.ts';

const folder = join('test', 'fixtures', 'lowering', 'typescript');
const fixtures = readdirSync(folder)
  .sort()
  .map((name) => ({
    name,
    dialect: name.slice(name.lastIndexOf('.') + 1) as Dialect,
    text: readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n'),
  }));

// ---- facts ------------------------------------------------------------------------------------------------------------------

for (const { name, text, dialect } of fixtures) {
  test(`facts of ${name}`, () => {
    const graph = lowerTypeScript(text, dialect);
    const expected = new Map(graph.comments.map((c) => [lineOf(text, c.start), c.text.replace('// $', '')]));
    const trace = createTrace(graph);
    const found: string[] = [];
    const wanted: string[] = [];
    for (const call of graph.calls) {
      if (calleeName(graph, call.callee) !== 'sink') continue;
      const line = lineOf(text, graph.starts[call.node]!);
      found.push(`${line}: ${words([...trace.sources(call.args[0]!.value)].join(' '))}`);
      wanted.push(`${line}: ${words(expected.get(line) ?? '')}`);
    }
    const byLine = (a: string, b: string): number => Number.parseInt(a, 10) - Number.parseInt(b, 10);
    assert.deepEqual(found.sort(byLine), wanted.sort(byLine));
    assert.ok(found.length > 0);
    assert.deepEqual(graph.gaps, []);
  });
}

function words(text: string): string {
  return [...new Set(text.split(' ').filter((word) => word !== ''))].sort().join(' ');
}

/** Answers what a node may be, by walking edges backward with the path that is asked for. */
function createTrace(graph: ModuleGraph) {
  const known = new Map<string, Set<number>>();

  /** The nodes whose whole value node `at` may be. */
  function values(at: number, wanted: readonly string[] = []): Set<number> {
    const start = `${at} ${wanted.join('.')}`;
    const before = known.get(start);
    if (before) return before;
    const result = new Set<number>();
    known.set(start, result);
    const seen = new Set<string>();
    const work: { n: number; path: readonly string[] }[] = [];
    const go = (n: number, path: readonly string[]): void => {
      const short = path.slice(0, 4);
      const key = `${n} ${short.join('.')}`;
      if (n < 0 || seen.has(key)) return;
      seen.add(key);
      work.push({ n, path: short });
    };
    const put = (n: number, element: string, path: readonly string[]): void => {
      const [first, ...rest] = path;
      if (first === undefined || first === element || first === '*' || element === '*') go(n, rest);
    };
    go(at, wanted);
    for (let item = work.pop(); item; item = work.pop()) {
      const { n, path } = item;
      if (path.length === 0) result.add(n);
      eachEdge(graph.in, n, (tail, kind, label) => {
        if (kind === EdgeKind.Flow) go(tail, path);
        else if (kind === EdgeKind.Store) put(tail, graph.strings[label]!, path);
        else if (kind === EdgeKind.Load) go(tail, [graph.strings[label]!, ...path]);
        else if (kind === EdgeKind.Text) go(tail, []);
      });
      const datum = graph.data[n]!;
      switch (graph.kinds[n]) {
        case NodeKind.Call: {
          const call = graph.calls[datum]!;
          if (call.form === 'tag') for (const argument of call.args) go(argument.value, []);
          for (const f of targets(call)) go(graph.functions[f]!.result, path);
          for (const c of classesOf(call.callee)) field(c, path, go);
          break;
        }
        case NodeKind.Class: {
          if (path[0] === INSTANCE) field(datum, path.slice(1), go);
          const member = graph.classes[datum]!.members.get(path[0] ?? '');
          if (member !== undefined) go(member, path.slice(1));
          break;
        }
        case NodeKind.PostUpdate:
          for (const call of graph.calls) {
            if (call.receiverPost === n && calleeName(graph, call.callee) === 'push')
              put(call.args[0]!.value, '*', path);
            for (const f of targets(call))
              for (const [p, a] of paired(f, call))
                if (call.args[a]!.post === n) go(graph.functions[f]!.params[p]!.out, path);
          }
          break;
        case NodeKind.Parameter: {
          const param = graph.functions[datum]!.params.find((p) => p.node === n)!;
          if (param.kind === 'self') field(graph.functions[datum]!.owner, path, go);
          for (const call of graph.calls) {
            if (!targets(call).includes(datum)) continue;
            for (const [p, a] of paired(datum, call)) {
              if (graph.functions[datum]!.params[p] !== param) continue;
              const { value, kind } = call.args[a]!;
              if (param.kind === 'rest') put(value, '*', path);
              else go(value, kind === 'spread' ? ['*', ...path] : path);
            }
          }
          break;
        }
      }
    }
    return result;
  }

  /** What the instances of a class hold under a path: its members, and what its methods leave in `this`. */
  function field(owner: number, path: readonly string[], go: (n: number, path: readonly string[]) => void): void {
    const info = graph.classes[owner];
    if (!info || path.length === 0) return;
    const member = info.members.get(path[0]!);
    if (member !== undefined) {
      const f = graph.kinds[member] === NodeKind.Function ? graph.functions[graph.data[member]!]! : undefined;
      if (f?.binding === 'property') go(f.result, path.slice(1));
      else go(member, path.slice(1));
    }
    for (const f of graph.functions) if (f.owner === owner && f.params[0]?.kind === 'self') go(f.params[0].out, path);
    for (const base of info.bases) for (const c of classesAt(base)) if (!info.members.has(path[0]!)) field(c, path, go);
  }

  function classesAt(n: number): number[] {
    return [...values(n)].flatMap((v) => (graph.kinds[v] === NodeKind.Class ? [graph.data[v]!] : []));
  }
  function classesOf(callee: number): number[] {
    return classesAt(callee);
  }
  /** The functions of the file that a call may run. */
  function targets(call: Call): number[] {
    const found: number[] = [];
    for (const v of values(call.callee)) {
      if (graph.kinds[v] === NodeKind.Function) found.push(graph.data[v]!);
      if (graph.kinds[v] === NodeKind.Unknown || graph.kinds[v] === NodeKind.Load) {
        // What an annotation says of the value that a member is read from.
        eachEdge(graph.in, v, (tail, kind, label) => {
          const type = kind === EdgeKind.Load ? graph.annotations.get(tail) : undefined;
          for (const c of type === undefined ? [] : classesAt(type)) {
            const member = graph.classes[c]!.members.get(graph.strings[label]!);
            if (member !== undefined && graph.kinds[member] === NodeKind.Function) found.push(graph.data[member]!);
          }
        });
      }
    }
    for (const c of classesOf(call.callee)) {
      const made = graph.classes[c]!.members.get('constructor');
      if (made !== undefined) found.push(graph.data[made]!);
    }
    return found;
  }
  /** Which argument goes to which parameter. */
  function paired(f: number, call: Call): [param: number, arg: number][] {
    const { params } = graph.functions[f]!;
    let position = params[0]?.kind === 'self' ? 1 : 0;
    return call.args.flatMap((_, i): [number, number][] => {
      if (position >= params.length) return [];
      const p = position;
      if (params[p]!.kind !== 'rest') position++;
      return [[p, i]];
    });
  }

  return {
    sources: (at: number): Set<string> =>
      new Set(
        [...values(at)].flatMap((v) => {
          const call = graph.kinds[v] === NodeKind.Call ? graph.calls[graph.data[v]!]! : undefined;
          return call && calleeName(graph, call.callee) === 'source'
            ? [String(constantOf(graph, call.args[0]!.value))]
            : [];
        }),
      ),
  };
}

function calleeName(graph: ModuleGraph, callee: number): string {
  const kind = graph.kinds[callee];
  return kind === NodeKind.Global || kind === NodeKind.Load ? nameOf(graph, callee) : '';
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

// ---- shapes -----------------------------------------------------------------------------------------------------------------

test('imports keep their specifier, name and binding', () => {
  const graph = lowerTypeScript(
    [
      `import a, { b, c as d, type E, default as f } from 'one';`,
      `import * as g from './two.js';`,
      `import 'three';`,
      `import type { H } from 'four' with { type: 'json' };`,
      `import i = require('five');`,
      `const j = require('six'), { k, l: m } = require('seven');`,
      `const n = require('eight').inner;`,
      `const { o } = await import('nine');`,
      `async function p() { return (await import('ten')).default; }`,
      `require('eleven').setup();`,
      `import(somewhere);`,
    ].join('\n'),
    'ts',
  );
  assert.deepEqual(
    graph.imports.map((i) => `${i.specifier} ${i.name}`),
    [
      ...['one default', 'one b', 'one c', 'one E', 'one default', './two.js *', 'three *', 'four H'],
      ...['ten *', 'five *', 'six *', 'seven k', 'seven l', 'eight inner', 'nine o', 'eleven *'],
    ],
  );
  assert.deepEqual([...graph.globals.keys()].sort(), [
    'E',
    'H',
    'a',
    'b',
    'd',
    'f',
    'g',
    'i',
    'j',
    'k',
    'm',
    'n',
    'o',
    'p',
  ]);
  assert.equal(calleeName(graph, graph.calls.at(-1)!.callee), 'import');
});

test('exports name their values and where they come from', () => {
  const graph = lowerTypeScript(
    [
      `export { early as first, type Hidden };`,
      `const early = 1;`,
      `interface Hidden {}`,
      `export const [x, { y }] = pair, z = 2;`,
      `export function f() {}`,
      `export async function* g() {}`,
      `export class C {}`,
      `export enum E { A }`,
      `export namespace N { export const inside = 1; }`,
      `export { a, b as c } from './other.ts';`,
      `export * from './all.ts';`,
      `export * as ns from './ns.ts';`,
      `export type { T } from './types.ts';`,
      `export interface I {}`,
      `export default async () => 1;`,
    ].join('\n'),
    'ts',
  );
  const local = graph.exports.filter((e) => !e.from);
  assert.deepEqual(local.map((e) => e.name).sort(), ['C', 'E', 'N', 'default', 'f', 'first', 'g', 'x', 'y', 'z']);
  for (const e of local) assert.ok(e.node >= 0, e.name);
  assert.equal(graph.exports.find((e) => e.name === 'first')!.node, graph.globals.get('early'));
  assert.equal(graph.functions.find((f) => f.name === 'default')!.node, local.find((e) => e.name === 'default')!.node);
  assert.deepEqual(
    graph.exports.filter((e) => e.from).map((e) => `${e.name} = ${e.from!.specifier} ${e.from!.name}`),
    ['a = ./other.ts a', 'c = ./other.ts b', '* = ./all.ts *', 'ns = ./ns.ts *', 'T = ./types.ts T'],
  );
});

test('CommonJS exports one value, and its parts by name', () => {
  const exported = (text: string, dialect: Dialect = 'js'): string[] =>
    lowerTypeScript(text, dialect).exports.map((e) => (e.from ? `${e.name} from ${e.from.specifier}` : e.name));
  assert.deepEqual(exported('module.exports = { a, b: 1, c() {}, ...require("./d") };'), [
    'a',
    'b',
    'c',
    '* from ./d',
    '=',
  ]);
  assert.deepEqual(exported('module.exports = require("./x");'), ['* from ./x', '=']);
  assert.deepEqual(exported('exports.a = exports.b = () => 1; module.exports.c = 2;'), ['b', 'a', 'c']);
  assert.deepEqual(exported('exports = module.exports = class {};'), ['=']);
  assert.deepEqual(exported('class A {}\nexport = A;', 'ts'), ['=']);
  assert.deepEqual(exported('function f(exports, module) { exports.a = 1; module.exports = 2; }'), []);
  assert.deepEqual(exported('import x from "y"; module.exports = { x };'), []);
});

test('parameters, bindings and what a function is', () => {
  const graph = lowerTypeScript(
    [
      'async function* f(this: Window, a: string, { b }: P, c = 1, ...d: T[]): Promise<R> {}',
      'class C {',
      '  constructor(private x: string, readonly y = 2) { }',
      '  m() {} static s() {} static k() { return this; } get p() { return 1; } set p(v) {} #q = () => this;',
      '  n = function () {}; static t = () => 1; *[Symbol.iterator]() {}',
      '}',
      'const o = { m() { return this; }, g: async () => 1 };',
    ].join('\n'),
    'ts',
  );
  const f = graph.functions[1]!;
  assert.deepEqual(
    f.params.map((p) => `${p.kind} ${p.name}${p.fallback < 0 ? '' : ` = ${constantOf(graph, p.fallback)}`}`),
    ['positional a', 'positional #1', 'positional c = 1', 'rest d'],
  );
  assert.ok(f.async && f.generator);
  assert.equal(nameOf(graph, graph.annotations.get(f.result)!), 'R');
  assert.deepEqual(
    graph.functions.slice(2).map((m) => `${m.name} ${m.binding} ${m.owner} ${m.params[0]?.kind ?? ''}`.trim()),
    [
      ...['m instance 0 self', 's static 0', 'k class 0 self', 'p property 0 self', 'p instance 0 self'],
      ...[
        '#q instance 0 self',
        'n instance 0 self',
        't static 0',
        '@@iterator instance 0 self',
        'constructor instance 0 self',
      ],
      ...['g none -1', 'm none -1'],
    ],
  );
  assert.deepEqual(
    [...graph.classes[0]!.members.keys()],
    ['m', 's', 'k', 'p', '#q', 'n', 't', '@@iterator', 'x', 'y', 'constructor'],
  );
});

test('a default is evaluated inside its function', () => {
  const graph = lowerTypeScript('function f(model = MODEL, again = model) {}\nconst MODEL = "m";', 'ts');
  const [model, again] = graph.functions[1]!.params;
  assert.equal(graph.kinds[model!.fallback], NodeKind.Cell, 'all that the constant may be, though it is set later');
  assert.equal(again!.fallback, model!.node);
});

test('decorators are calls with what they decorate', () => {
  const graph = lowerTypeScript(
    '@outer(1) @inner class C { @method() m() {} @field f: T; constructor(@param() p: T) {} }',
    'ts',
  );
  const calls = graph.calls.filter((c) => c.form === 'decorator');
  assert.deepEqual(
    calls.map((c) => (c.args.length === 0 ? '' : graph.kinds[c.args[0]!.value])),
    [NodeKind.Function, '', '', NodeKind.Class, NodeKind.Class],
  );
});

test('annotations name the type behind its wrappers', () => {
  for (const type of [
    'T1',
    'p.T1',
    'Promise<T1>',
    'T1 | undefined',
    'null | T1',
    'T1[]',
    'readonly T1[]',
    'Array<T1>',
  ]) {
    const graph = lowerTypeScript(`function f(x: ${type}) {}`, 'ts');
    const node = graph.annotations.get(graph.functions[1]!.params[0]!.node);
    assert.ok(node !== undefined && nameOf(graph, node) === 'T1', type);
  }
  for (const type of [
    'string',
    'number | null',
    '{ a: string }',
    '"text"',
    'T',
    'Row',
    'typeof x',
    '() => T1',
    'A | B',
  ])
    assert.equal(lowerTypeScript(`interface Row {}\nfunction f(x: ${type}) {}`, 'ts').annotations.size, 0, type);
  const places = lowerTypeScript(
    [
      'import { OpenAI } from "openai";',
      'let a: OpenAI;',
      'const b: OpenAI = make();',
      'class C { c: OpenAI; d: OpenAI = make(); constructor(private e: OpenAI) {} }',
      'const f = (): OpenAI => a;',
      'let g: import("openai").OpenAI;',
    ].join('\n'),
    'ts',
  );
  const [first] = places.imports;
  const named = [...places.annotations].filter(([, type]) => type === first!.node || nameOf(places, type) === 'OpenAI');
  assert.equal(named.length, 6, dumpGraph(places, ''));
  assert.equal(places.imports.filter((i) => i.specifier === 'openai').length, 2);
});

test('constants and templates', () => {
  const cases: [source: string, expected: unknown][] = [
    ['"a\\n\\u{1F600}\\x41"', 'a\n😀A'],
    ["'a'", 'a'],
    ['`a\\``', 'a`'],
    ['`a${x}b`', ['a', 'x', 'b']],
    ['`${x}${y}`', ['x', 'y']],
    ['"a" + "b"', 'ab'],
    ['dir + "/" + name + ".jsonl"', ['dir', '/', 'name', '.jsonl']],
    ['"a" + `b${x}` + 1', ['ab', 'x', '1']],
    ['x + (y + "z")', ['x', undefined]],
    ['0x10', 16],
    ['1_000', 1000],
    ['-1.5', -1.5],
    ['10n', 10],
    ['true', true],
    ['null', null],
    ['undefined', null],
    ['`plain`', 'plain'],
  ];
  for (const [source, expected] of cases) {
    const graph = lowerTypeScript(`use(${source})`, 'ts');
    const value = graph.calls.at(-1)!.args[0]!.value;
    const parts = graph.kinds[value] === NodeKind.Template ? graph.templates[graph.data[value]!]! : undefined;
    const part = (p: string | number): string | undefined =>
      typeof p === 'string' ? p : graph.kinds[p] === NodeKind.Template ? undefined : nameOf(graph, p);
    assert.deepEqual(parts ? parts.map(part) : constantOf(graph, value), expected, source);
  }
});

test('arguments and receivers', () => {
  const graph = lowerTypeScript('f(a, ...b); o.m(1); new ns.C(2); o?.["p"]?.q(3); tag`a${x}`; super_(4);', 'ts');
  assert.deepEqual(
    graph.calls[0]!.args.map((a) => a.kind),
    ['positional', 'spread'],
  );
  assert.equal(nameOf(graph, graph.calls[1]!.receiver), 'o');
  assert.equal(graph.calls[2]!.form, 'new');
  assert.equal(graph.calls[2]!.receiver, -1);
  assert.equal(nameOf(graph, graph.calls[3]!.receiver), 'p');
  assert.equal(graph.calls[4]!.form, 'tag');
  assert.deepEqual(
    graph.calls[4]!.args.map((a) => graph.kinds[a.value]),
    [NodeKind.Template, NodeKind.Global],
  );
});

test('regions say what is iterated, decided and caught', () => {
  const text = [
    'async function f(xs) {',
    '  for await (const x of xs) if (x) break;',
    '  for (let i = 0; i < n(); i++) continue;',
    '  while (await more()) { try { go(); } catch (e) { return; } }',
    '  for (;;) {}',
    '}',
    'switch (kind) { case 1: a(); break; default: b(); }',
    'do { c(); } while (true);',
  ].join('\n');
  const graph = lowerTypeScript(text, 'ts');
  const shown = graph.regions.slice(1).map((r) => {
    const subject = r.subject < 0 ? '' : text.slice(graph.starts[r.subject], graph.ends[r.subject]);
    const flags = Object.entries(r.loop ?? {}).flatMap(([key, value]) => (value === true ? [key] : []));
    return [r.kind, r.loop?.form ?? '', subject, ...flags].filter((s) => s !== '').join(' ');
  });
  assert.deepEqual(shown, [
    'function',
    'loop for-each xs async breaks',
    'branch x',
    'loop for-count i < n()',
    'loop while more() returns',
    'try',
    'handler',
    'loop for-count endless',
    'branch kind',
    'branch kind',
    'loop while true endless',
  ]);
  const call = (name: string): number => graph.calls.find((c) => calleeName(graph, c.callee) === name)!.region;
  assert.equal(graph.regions[call('more')]!.loop!.form, 'while', 'a condition runs in its loop');
  assert.equal(graph.regions[call('n')]!.loop!.form, 'for-count');
});

test('comments that speak to us are kept, others are not', () => {
  const graph = lowerTypeScript(
    [
      `#!/usr/bin/env node`,
      `f('// $ text'); // distillint-ignore a/b: because`,
      'g(`// distillint ${1} // $ x`); /* distillint */',
      `const url = 'http://x'; // see http://y distillint`,
      `/re// $ /; /[/]distillint/;`,
      `// $ expect: a/b`,
      `/**`,
      ` * distillint over lines`,
      ` */`,
      `const v = <p>text // $ shown {/* $ jsx */}</p>;`,
      `// another comment`,
      `h(); // $`,
    ].join('\r\n'),
    'tsx',
  );
  assert.deepEqual(
    graph.comments.map((c) => c.text),
    [
      '// distillint-ignore a/b: because',
      '/* distillint */',
      '// see http://y distillint',
      '// $ expect: a/b',
      '/**\r\n * distillint over lines\r\n */',
      '/* $ jsx */',
    ],
  );
});

// ---- offsets ----------------------------------------------------------------------------------------------------------------

test('offsets are UTF-16 code units, whatever the text holds', () => {
  const befores = [
    '',
    '// 😀 é\n',
    `const x = '😀𝒳é';\n`,
    'const x = `😀${1}𝒳`;\r\n',
    '\uFEFFx = 1;\n',
    '#!/usr/bin/node 😀\n',
    '\tx = 1;\r',
    '\u00a0/* 😀 */\u2028',
    'const é𝒳 = 1;\n',
    '<<<<<<< HEAD\n',
  ];
  for (const before of befores)
    for (const damage of ['', `y = '😀' + openai.\n`, `const z = "😀\n`]) {
      const text = `${before}${damage}function wanted(a) {\n\treturn /* 😀 */ needle(a, "😀", b);\n}\n`;
      const graph = lowerTypeScript(text, 'ts');
      const call = graph.calls.find((c) => calleeName(graph, c.callee) === 'needle');
      assert.ok(call, JSON.stringify(text));
      assert.equal(text.slice(graph.starts[call.node], graph.ends[call.node]), 'needle(a, "😀", b)');
      assert.equal(text.slice(graph.starts[call.args[2]!.value], graph.ends[call.args[2]!.value]), 'b');
      assertWhole(graph, text);
    }
});

/** What holds of every graph, whatever its text: indices and offsets lie within what they index. */
function assertWhole(graph: ModuleGraph, text: string): void {
  const count = graph.kinds.length;
  const isNode = (n: number): boolean => n >= -1 && n < count;
  for (let n = 0; n < count; n++) {
    const start = graph.starts[n]!;
    const end = graph.ends[n]!;
    assert.ok(start >= 0 && start <= end && end <= text.length, `node ${n}: ${start}..${end} of ${text.length}`);
    assert.ok(graph.regionOf[n]! < graph.regions.length);
  }
  assert.ok(graph.out.ends.every(isNode) && graph.in.ends.every(isNode));
  for (const c of graph.calls)
    assert.ok([c.callee, c.receiver, c.receiverPost, ...c.args.map((a) => a.value)].every(isNode));
  for (const r of graph.regions)
    assert.ok(r.parent < graph.regions.length && isNode(r.subject) && r.end <= text.length);
}

// ---- damage -----------------------------------------------------------------------------------------------------------------

/** What editors hold half-written. Behind each, `g` must still be a function with its call inside. */
const damages: readonly (readonly [what: string, text: string, dialect?: Dialect])[] = [
  ['a member not named yet', 'const client = openai.'],
  ['an optional member', 'const client = openai?.'],
  ['an initialiser missing', 'const x = ;'],
  ['an unclosed block', 'if (x) {\n  y();'],
  ['an unclosed text', `const x = "abc`],
  ['an unclosed call', 'foo(a, b'],
  ['brackets of every kind', 'foo(a, [b, { c: (d'],
  ['an unclosed object', 'const o = {\n  a: 1,\n  b: call(['],
  ['an unclosed class', 'class C {\n  m() {\n    if (x) {'],
  ['an unclosed comment before', '/* a */ foo(`x\nimport y`, ('],
  ['two at once', 'foo(\nconst a = [\nexport const b = <'],
  ['an unclosed template', 'const x = `abc ${y}`; const z = `${'],
  ['an unclosed element', 'const v = <div><p>;', 'tsx'],
  ['conflict markers', '<<<<<<< HEAD\nconst a = 1;\n=======\nconst a = 2;\n>>>>>>> branch'],
  ['mustaches', 'const a = {{ value }};'],
  ['a keyword as a name', 'const class = 1;'],
  ['an arrow without a body', 'const f = (a) => ;'],
  ['an import half-written', `import { a, from 'x'`],
  ['a decorator alone', '@'],
  ['a type half-written', 'type A = {'],
  ['a parameter list', 'function h(a, b'],
];

for (const [what, damage, dialect] of damages) {
  test(`damage: ${what}`, () => {
    const text = `${damage}\nfunction g(a) {\n  sink(a);\n}\n`;
    const graph = lowerTypeScript(text, dialect ?? 'ts');
    const g = graph.functions.findIndex((f) => f.name === 'g');
    const call = graph.calls.find((c) => calleeName(graph, c.callee) === 'sink');
    assert.ok(g > 0, dumpGraph(graph, text));
    assert.ok(call && functionOf(graph, call.node) === g, dumpGraph(graph, text));
    assert.ok(graph.gaps.length > 0);
  });
}

// ---- any text ---------------------------------------------------------------------------------------------------------------

test('prefixes of every fixture give graphs', () => {
  // Every fifth, from another start in each: all of them take as long as the rest of the suites together.
  for (const [start, { text, dialect }] of fixtures.entries())
    for (let end = start % 5; end < text.length; end += 5) {
      const part = text.slice(0, end);
      assertWhole(lowerTypeScript(part, dialect), part);
    }
});

test('mutations give graphs in bounded time', () => {
  const random = createRandom(20260713);
  const all = fixtures.map((f) => f.text).join('\n');
  const started = process.cpuUsage();
  for (let i = 0; i < 300; i++) {
    const { text, dialect } = fixtures[random(fixtures.length)]!;
    let mutant = text;
    for (let edits = 1 + random(4); edits > 0; edits--) {
      const at = random(mutant.length);
      const piece = random(all.length);
      const inserted = ['', '(', '}', '`', '"', '/*', '<', '=>', '😀', all.slice(piece, piece + random(60))][
        random(10)
      ]!;
      mutant = mutant.slice(0, at) + inserted + mutant.slice(at + random(12));
    }
    assertWhole(lowerTypeScript(mutant, dialect), mutant);
  }
  assert.ok(process.cpuUsage(started).user < 60e6);
});

test('the same text gives the same graph', () => {
  for (const { text, dialect } of fixtures)
    assert.equal(dumpGraph(lowerTypeScript(text, dialect), text), dumpGraph(lowerTypeScript(text, dialect), text));
});

test('long chains and deep nesting end in a graph', () => {
  const many = 10_000;
  const long: [what: string, text: string][] = [
    ['sum', `use(${'a + '.repeat(many)}a)`],
    ['text', `use('x' + ${'a + '.repeat(many)}a)`],
    ['or', `use(${'a || '.repeat(many)}a)`],
    ['calls', `use(a${'.b()'.repeat(many)})`],
    ['members', `use(a${'!.b[0]'.repeat(many)})`],
    ['statements', 'a = a + 1;\n'.repeat(many)],
    ['loops', 'for (const a of b) a();\n'.repeat(2000)],
    ['branches', 'if (a) b = c;\n'.repeat(2000)],
  ];
  for (const [what, text] of long) {
    const graph = lowerTypeScript(text, 'ts');
    assert.ok(graph.kinds.length > 1000, what);
    assert.deepEqual(graph.gaps, [], what);
  }
  const deep: [what: string, text: string][] = [
    ['parentheses', `use(${'('.repeat(many)}a${')'.repeat(many)})`],
    ['blocks', '{'.repeat(many) + '}'.repeat(many)],
    ['arrays', '['.repeat(many)],
    ['arrows', 'a => '.repeat(many)],
    ['calls', 'f('.repeat(many)],
    ['elements', '<a>'.repeat(many)],
    ['else', `${'if (a) b(); else '.repeat(many)}c();`],
    ['unary', `${'!'.repeat(many)}a`],
    ['templates', '`${'.repeat(many)],
    ['objects', '({a:'.repeat(many)],
    ['ternary', `${'a ? b : '.repeat(many)}c`],
    ['types', `let x: ${'A<'.repeat(many)}`],
    ['assignments', `${'a = '.repeat(many)}b`],
  ];
  for (const [what, text] of deep) assert.ok(lowerTypeScript(text, 'tsx').gaps.length > 0, what);
});

/** Numbers from 0 to `below`, the same for the same seed (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
