// Lowering of Python. The fixtures state facts in the language itself: `source("name")` makes a value, and
// `sink(x)  # $ names` lists the sources whose values x holds. A small search over the graph's edges answers; it knows calls
// inside the file and `append`, and is not the engine.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';
import { dumpGraph } from '../../server/src/graph/dump.ts';
import {
  constantOf,
  EdgeKind,
  eachEdge,
  functionOf,
  type ModuleGraph,
  NodeKind,
  nameOf,
} from '../../server/src/graph/graph.ts';
import { lowerPython } from '../../server/src/syntax/python/lower.ts';
import { loadPython } from '../../server/src/syntax/python/parser.ts';
import { applyRepairs, findRepairs } from '../../server/src/syntax/python/recover.ts';

const packages = createRequire(__filename);
const wasm = (name: string): Uint8Array => new Uint8Array(readFileSync(packages.resolve(name)));
const loading = loadPython(
  wasm('web-tree-sitter/web-tree-sitter.wasm'),
  wasm('tree-sitter-python/tree-sitter-python.wasm'),
);
const folder = join('test', 'fixtures', 'lowering', 'python');
const fixtures = readdirSync(folder)
  .filter((name) => name.endsWith('.py'))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

/** A test that needs the parser. */
function pythonTest(name: string, run: (lower: (text: string) => ModuleGraph) => void): void {
  test(name, async () => {
    const parser = await loading;
    run((text) => lowerPython(parser, text));
  });
}

// ---- facts ------------------------------------------------------------------------------------------------------------------

for (const { name, text } of fixtures) {
  pythonTest(`facts of ${name}`, (lower) => {
    const graph = lower(text);
    const expected = new Map(graph.comments.map((c) => [lineOf(text, c.start), c.text.replace('# $', '').trim()]));
    const found: string[] = [];
    const wanted: string[] = [];
    for (const call of graph.calls) {
      if (calleeName(graph, call.callee) !== 'sink') continue;
      const line = lineOf(text, graph.starts[call.node]!);
      found.push(`${line}: ${[...sourcesOf(graph, call.args[0]!.value)].sort().join(' ')}`);
      wanted.push(`${line}: ${(expected.get(line) ?? '').split(' ').sort().join(' ')}`);
    }
    assert.deepEqual(found, wanted);
    assert.deepEqual(graph.gaps, []);
  });
}

/** The names of the sources whose values node `at` holds. */
function sourcesOf(graph: ModuleGraph, at: number): Set<string> {
  const names = new Set<string>();
  const seen = new Set<string>();
  const work: { n: number; path: readonly string[] }[] = [];
  const go = (n: number, path: readonly string[]): void => {
    const key = `${n} ${path.slice(0, 4).join('.')}`;
    if (n < 0 || seen.has(key)) return;
    seen.add(key);
    work.push({ n, path: path.slice(0, 4) });
  };
  const put = (n: number, element: string, path: readonly string[]): void => {
    const [first, ...rest] = path;
    if (first === undefined || first === element || first === '*' || element === '*') go(n, rest);
  };
  go(at, []);
  for (let item = work.pop(); item; item = work.pop()) {
    const { n, path } = item;
    eachEdge(graph.in, n, (tail, kind, label) => {
      if (kind === EdgeKind.Flow) go(tail, path);
      else if (kind === EdgeKind.Store) put(tail, graph.strings[label]!, path);
      else if (kind === EdgeKind.Load) go(tail, [graph.strings[label]!, ...path]);
      else if (kind === EdgeKind.Text) go(tail, []);
    });
    const kind = graph.kinds[n];
    if (kind === NodeKind.Call) {
      const call = graph.calls[graph.data[n]!]!;
      if (calleeName(graph, call.callee) === 'source') names.add(String(constantOf(graph, call.args[0]!.value)));
      for (const f of targets(graph, call.callee)) go(graph.functions[f]!.result, path);
    } else if (kind === NodeKind.PostUpdate) {
      for (const call of graph.calls) {
        if (call.receiverPost === n && calleeName(graph, call.callee) === 'append') put(call.args[0]!.value, '*', path);
        for (const f of targets(graph, call.callee)) {
          for (const [p, a] of paired(graph, f, call)) {
            if (call.args[a]!.post === n) go(graph.functions[f]!.params[p]!.out, path);
          }
        }
      }
    } else if (kind === NodeKind.Parameter) {
      const f = graph.data[n]!;
      for (const call of graph.calls) {
        if (!targets(graph, call.callee).includes(f)) continue;
        for (const [p, a] of paired(graph, f, call)) {
          const param = graph.functions[f]!.params[p]!;
          if (param.node !== n) continue;
          const value = call.args[a]!.value;
          if (param.kind === 'rest') put(value, '*', path);
          else if (param.kind === 'keyword-rest') put(value, call.args[a]!.name!, path);
          else go(value, path);
        }
      }
    }
  }
  return names;
}

/** Which argument goes to which parameter. */
function paired(graph: ModuleGraph, f: number, call: ModuleGraph['calls'][number]): [param: number, arg: number][] {
  const { params } = graph.functions[f]!;
  let position = params[0]?.kind === 'self' ? 1 : 0;
  return call.args.flatMap((a, i): [number, number][] => {
    const rest = a.kind === 'keyword' ? 'keyword-rest' : 'rest';
    let p = a.kind === 'keyword' ? params.findIndex((param) => param.name === a.name) : position;
    if (a.kind !== 'keyword' && params[p]?.kind !== 'rest') position++;
    if (params[p] === undefined) p = params.findIndex((param) => param.kind === rest);
    return p < 0 ? [] : [[p, i]];
  });
}

/** The functions of the file that a callee may be, looking through names, classes and `Class.method`. */
function targets(graph: ModuleGraph, callee: number): number[] {
  const found: number[] = [];
  const seen = new Set<number>();
  const visit = (n: number): void => {
    if (seen.has(n)) return;
    seen.add(n);
    if (graph.kinds[n] === NodeKind.Function) found.push(graph.data[n]!);
    else if (graph.kinds[n] === NodeKind.Class) visitMember(graph.classes[graph.data[n]!]!.members.get('__init__'));
    eachEdge(graph.in, n, (tail, kind, label) => {
      if (kind === EdgeKind.Flow) visit(tail);
      else if (kind === EdgeKind.Load) {
        for (const c of graph.classes)
          if (holds(graph, tail, c.node)) visitMember(c.members.get(graph.strings[label]!));
      }
    });
  };
  const visitMember = (n: number | undefined): void => {
    if (n !== undefined) visit(n);
  };
  visit(callee);
  return found;
}

function holds(graph: ModuleGraph, n: number, value: number, seen = new Set<number>()): boolean {
  if (n === value) return true;
  if (seen.has(n)) return false;
  seen.add(n);
  let found = false;
  eachEdge(graph.in, n, (tail, kind) => {
    if (kind === EdgeKind.Flow) found ||= holds(graph, tail, value, seen);
  });
  return found;
}

function calleeName(graph: ModuleGraph, callee: number): string {
  const kind = graph.kinds[callee];
  return kind === NodeKind.Global || kind === NodeKind.Load ? nameOf(graph, callee) : '';
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

// ---- shapes -----------------------------------------------------------------------------------------------------------------

pythonTest('imports keep their specifier, name and binding', (lower) => {
  const graph = lower(
    [
      'import a, b.c, d.e as f',
      'from g import h as i, j',
      'from .k import l',
      'from . import m',
      'from ...n.o import p',
      'from q import *',
      'from r import (s,',
      '    t)',
      'import u . v',
      'from __future__ import annotations',
    ].join('\n'),
  );
  const list = graph.imports.map((i) => `${i.specifier} ${i.name}`);
  assert.deepEqual(list, [
    ...['a *', 'b *', 'b.c *', 'd.e *', 'g h', 'g j', '.k l', '. m', '...n.o p', 'r s', 'r t', 'u *', 'u.v *'],
  ]);
  assert.deepEqual(graph.starImports, ['q']);
  assert.deepEqual([...graph.globals.keys()].sort(), ['a', 'b', 'f', 'i', 'j', 'l', 'm', 'p', 's', 't', 'u']);
});

pythonTest('parameters, defaults and what a function is', (lower) => {
  const graph = lower(
    'async def f(a, /, b: int = 1, *args, c, d="x", **kw) -> T:\n    yield a\nclass C:\n    def m(self): pass\n' +
      '    @staticmethod\n    def s(x): pass\n    @classmethod\n    def k(cls): pass\n    @property\n    def p(self): pass\n' +
      '    @p.setter\n    def p(self, v): pass\n    @functools.cached_property\n    def q(self): pass\n    def __new__(cls): pass\n' +
      '    n = lambda self: 1\n    def outer(self):\n        def inner(self): pass\n',
  );
  const f = graph.functions[1]!;
  assert.deepEqual(
    f.params.map((p) => `${p.kind} ${p.name}${p.fallback < 0 ? '' : ` = ${constantOf(graph, p.fallback)}`}`),
    ['positional a', 'positional b = 1', 'rest args', 'keyword c', 'keyword d = x', 'keyword-rest kw'],
  );
  assert.ok(f.async && f.generator);
  assert.equal(nameOf(graph, graph.annotations.get(f.result)!), 'T');
  const methods = graph.functions
    .slice(2)
    .map((m) => `${m.name} ${m.binding} ${m.owner} ${m.params[0]?.kind ?? ''}`.trim());
  assert.deepEqual(
    methods,
    [
      ...['m instance 0 self', 's static 0 positional', 'k class 0 self', 'p property 0 self', 'p instance 0 self'],
      ...[
        'q property 0 self',
        '__new__ class 0 self',
        'none -1 positional',
        'outer instance 0 self',
        'inner none -1 positional',
      ],
    ].map((m) => (m.startsWith('none') ? ` ${m}`.trim() : m)),
  );
  const members = [...graph.classes[0]!.members.keys()];
  assert.deepEqual(members, ['m', 's', 'k', 'p', 'p.setter', 'q', '__new__', 'n', 'outer']);
  assert.equal(
    graph.functions.find((m) => m.name === 'inner')!.parent,
    graph.functions.findIndex((m) => m.name === 'outer'),
  );
});

pythonTest('decorators are calls from the inside out, but for the builtin ones', (lower) => {
  const graph = lower(
    '@outer(1)\n@inner\ndef f(): pass\n@dataclass\nclass C:\n    x: int = 1\n    y: str\n    z: "pkg.T | None"',
  );
  const calls = graph.calls.filter((c) => c.form === 'decorator');
  assert.equal(calls.length, 3);
  assert.equal(calleeName(graph, calls[0]!.callee), 'inner');
  assert.equal(graph.kinds[calls[0]!.args[0]!.value], NodeKind.Function);
  assert.equal(calls[1]!.args[0]!.value, calls[0]!.node);
  assert.equal(graph.kinds[calls[2]!.args[0]!.value], NodeKind.Class);
  assert.deepEqual([...graph.classes[0]!.members.keys()], ['x', 'y', 'z']);
  const z = graph.annotations.get(graph.classes[0]!.members.get('z')!)!;
  assert.equal(nameOf(graph, z), 'T');
});

pythonTest('annotations name the type behind their wrappers', (lower) => {
  const types = [
    'T',
    'p.T',
    '"T"',
    '"p.T"',
    'Optional[T]',
    'T | None',
    'None | T',
    'Union[T, None]',
    'typing.Optional["T"]',
  ];
  types.push('Annotated[T, 1]', 'ClassVar[T]', 'T[int]', '"T[U]"', '"Optional[T]"', 'Final[Optional[T]]');
  for (const type of types) {
    const graph = lower(`def f(x: ${type}): pass`);
    const node = graph.annotations.get(graph.functions[1]!.params[0]!.node);
    assert.ok(node !== undefined && nameOf(graph, node) === 'T', type);
  }
  for (const type of ['str', 'int | None', 'Optional[str]', '"not a name"', 'None', 'Any']) {
    assert.equal(lower(`def f(x: ${type}): pass`).annotations.size, 0, type);
  }
  const field = lower('class C:\n    def __init__(self, v):\n        self.x: T = v\n        self.y: T');
  assert.deepEqual(
    [...field.annotations.values()].map((n) => nameOf(field, n)),
    ['T', 'T'],
  );
});

pythonTest('constants and templates', (lower) => {
  const cases: [source: string, expected: unknown][] = [
    ['"a" \'b\'', 'ab'],
    ['"""a\n"b" """', 'a\n"b" '],
    ['"\\x41\\u00e9\\U0001F600\\101\\n\\q\\\n"', 'Aé😀A\n\\q'],
    ['r"\\n"', '\\n'],
    ['b"x"', 'x'],
    ['""', ''],
    ["''''''", ''],
    ['"a" + "b"', 'ab'],
    ['f"{{}}"', '{}'],
    ['0x10', 16],
    ['1_000', 1000],
    ['-1.5', -1.5],
    ['0o17', 15],
    ['017', 15],
    ['True', true],
    ['None', null],
    ['f"a{x}b"', ['a', 'x', 'b']],
    ['"a" + x + "b" + y', ['a', 'x', 'b', 'y']],
    ['base + "/v1"', ['base', '/v1']],
    ['"%s/%s" % (x, y)', ['x', '/', 'y']],
    ['"100%% %d" % x', ['100% ', 'x']],
    ['root / "a" / "b.jsonl"', ['root', '/a/b.jsonl']],
    ['"a" f"{x}" "b"', ['a', 'x', 'b']],
    ['f"{x:>{y}}"', ['x']],
    ['f"{x!r}{y=}"', ['x', 'y']],
    ["f'''{\nx}'''", ['x']],
    ['f"{x["k"]}"', ['k']],
  ];
  for (const [source, expected] of cases) {
    const graph = lower(`use(${source})`);
    const value = graph.calls[graph.calls.length - 1]!.args[0]!.value;
    const parts = graph.kinds[value] === NodeKind.Template ? graph.templates[graph.data[value]!]! : undefined;
    const shown = parts ? parts.map((p) => (typeof p === 'string' ? p : nameOf(graph, p))) : constantOf(graph, value);
    assert.deepEqual(shown, expected, source);
  }
});

pythonTest('arguments keep their kind and name', (lower) => {
  const graph = lower('f(a, *b, k=c, **d)\nf(x for x in y)\nprint >>out, e\no.m(1)');
  assert.deepEqual(
    graph.calls[0]!.args.map((a) => `${a.kind} ${a.name ?? ''}`.trim()),
    ['positional', 'spread', 'keyword k', 'keyword-spread'],
  );
  assert.equal(graph.kinds[graph.calls[1]!.args[0]!.value], NodeKind.Allocation);
  assert.deepEqual(
    graph.calls[2]!.args.map((a) => a.name),
    ['file', undefined],
  );
  assert.equal(nameOf(graph, graph.calls[3]!.receiver), 'o');
});

pythonTest('what stands once is called once, at its own place', (lower) => {
  const cases: [source: string, calls: string[]][] = [
    ['d[f(x)] += g(y)', ['f(x)', 'g(y)']],
    ['f(x).y += 1', ['f(x)']],
    ['a = b = f(x)', ['f(x)']],
    ['[*a.f(x)]', ['a.f(x)']],
    ['y = *f(x), 1', ['f(x)']],
    ['type(x).y = f(z)', ['f(z)', 'type(x)']],
    ['type(x)', ['type(x)']],
    ['@f(x)\ndef g(y=h(1)): pass', ['f(x)', 'h(1)', '@f(x)']],
    ['with f(x), g(z): pass', ['f(x)', 'g(z)']],
    // What has a name is left where the last line stands.
    ['with f(x) as y: y.z()', ['f(x)', 'y.z()', 'y.z()']],
    ['while f(x): pass', ['f(x)']],
    ['[f(y) for y in g(x) if h(y)]', ['g(x)', 'h(y)', 'f(y)']],
    ['class C(f(x), metaclass=g(y)): z = h(1)', ['f(x)', 'g(y)', 'h(1)']],
    ['f"{f(x):{g(y)}}"', ['f(x)']],
    ['step >> next', ['step >> next']],
    ['first | f(x)', ['f(x)', 'f(x)']],
  ];
  for (const [source, calls] of cases) {
    const graph = lower(source);
    assert.deepEqual(
      graph.calls.map((c) => source.slice(graph.starts[c.node], graph.ends[c.node])),
      calls,
      source,
    );
  }
});

pythonTest('regions say what is iterated, decided and entered', (lower) => {
  const text = [
    'async def f(xs):',
    '    async for x in range(10):',
    '        if x > 1: break',
    '    while True:',
    '        try: pass',
    '        except E as e: return',
    '    while len(ys) < 5: pass',
    '    with open("a") as b, c: pass',
    '    [y for y in xs if y]',
    '    for z in xs: pass',
    '    else: pass',
  ].join('\n');
  const graph = lower(text);
  const shown = graph.regions.slice(2).map((r) => {
    const subject = r.subject < 0 ? '' : text.slice(graph.starts[r.subject], graph.ends[r.subject]);
    const flags = r.loop
      ? Object.entries(r.loop)
          .filter(([, v]) => v === true)
          .map(([k]) => k)
      : [];
    return [r.kind, r.loop?.form ?? '', subject, ...flags].filter((s) => s !== '').join(' ');
  });
  assert.deepEqual(shown, [
    'loop for-each range(10) async breaks',
    'branch x > 1',
    'loop while True endless returns',
    'try',
    'handler E',
    'loop while len(ys) < 5',
    'with open("a")',
    'with c',
    'comprehension comprehension xs',
    'branch y',
    'loop for-each xs',
    'branch',
  ]);
  assert.equal(functionOf(graph, graph.calls[0]!.node), 1);
});

pythonTest('comments that speak to us are kept, others are not', (lower) => {
  const graph = lower('x = 1  # distillint: ignore\ny = (2,  # $ expect\n  3)\n# other\nz = "# $ no comment"');
  assert.deepEqual(
    graph.comments.map((c) => c.text),
    ['# distillint: ignore', '# $ expect'],
  );
});

pythonTest('a damaged place is a gap, and its parts are still read', (lower) => {
  const graph = lower('x = f(a b)\ny = g(1)\n');
  assert.ok(graph.gaps.length > 0);
  assert.deepEqual(graph.calls.map((c) => calleeName(graph, c.callee)).sort(), ['f', 'g']);
});

// ---- offsets ----------------------------------------------------------------------------------------------------------------

pythonTest('offsets are UTF-16 code units, whatever the text holds', (lower) => {
  for (const before of [
    '',
    '# 😀 é\n',
    "x = '😀𝒳é'\n",
    'x = f"😀{1}𝒳"\r\n',
    '\uFEFFx = 1\n',
    '\tx = 1\r',
    'if x:\r\n\ty = 1\r\n',
    'é = "\\N{DASH}"\n',
  ]) {
    for (const damage of ['', "y = '😀' + openai.\n", 'z = f(["😀", a\n']) {
      const text = `${before}${damage}def wanted(a):\n    return needle(a, "😀", b)\n`;
      const graph = lower(text);
      const call = graph.calls.find((c) => calleeName(graph, c.callee) === 'needle');
      assert.ok(call, JSON.stringify(text));
      assert.equal(text.slice(graph.starts[call.node], graph.ends[call.node]), 'needle(a, "😀", b)');
      assert.equal(text.slice(graph.starts[call.args[2]!.value], graph.ends[call.args[2]!.value]), 'b');
      assert.ok(graph.ends.every((end, n) => end <= text.length && graph.starts[n]! <= end));
    }
  }
});

// ---- damage -----------------------------------------------------------------------------------------------------------------

/** What editors hold half-written. Behind each, `def g` must still be a function with its call inside. */
const damages = [
  ...[
    'client = openai.',
    'x = ',
    'x = foo(a, [b',
    'x = foo(a',
    "x = 'abc",
    'x = """abc',
    'x = f"{a',
    'x = f"{foo(a}"',
    'f(a; b',
  ],
  ...[
    'def h(a, b',
    'def h(a, b\n    return a',
    'def h(a, b\n    x = foo(a)\n    return x',
    'def h(a, b)\n    return a',
    'def',
    'def h',
  ],
  ...[
    'if x\n    y = 1\n    z = 2',
    'for x in y\n    foo(x)',
    'class A\n    x = 1',
    'if x:\n    a\nelse\n    b',
    'try\n    b\nexcept\n    c',
  ],
  ...[
    'def h(a):\n    x = 1\n      y = 2\n  z = 3',
    'def h(a):\n\tx = 1\n        y = 2',
    'print "a"\nexec "x"\nx = `a`',
  ],
  ...[
    'try:\n    a\nexcept X, e:\n    raise',
    '<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b',
    '%matplotlib inline\n!pip install x',
  ],
  ...[
    'x = {{ y }}\n{% if z %}\n{% endif %}',
    'x = a +',
    'x = a and',
    'x = not',
    'import',
    'from x import',
    'from x import (a, b',
  ],
  ...[
    '@',
    '@foo(',
    'class',
    'class H',
    'class H(Base',
    'return a if',
    'x = a if b else',
    'x = foo(a=',
    'x = foo(a))',
    'x = {"a": 1,',
  ],
  ...[
    'x = {"a": foo(',
    'x = lambda a:',
    'def h(a):',
    'if x:',
    'class A[T = int]:\n    pass',
    'for x in',
    'while',
    'with open(x) as',
  ],
  ...[
    'with open(x',
    'x = a[',
    'x = a["b"',
    'x = a[1:',
    'foo(*',
    'x +=',
    'x = a <',
    'x = "a" %',
    '[a for',
    '[a for b in',
    'x:',
  ],
  ...[
    'def h():\n    client = openai.\n    x = 1',
    'def h():\n    client.create(\n    x = 1\n    y(x)',
    'class A:\n    def m(self):\n        self.',
  ],
  ...[
    'class A:\n    def m(self)\n        return 1\n    def n(self):\n        return 2',
    'async def h():\n    x = await',
    'match x\n    case 1:\n        y',
  ],
  ...[
    'x = foo(a # c',
    'x = foo(a, \ny = 3',
    'rows.append(ask(q)\nsave(rows)',
    'x = [foo(b for b in [1, 2]\n\nz = 3',
    'x = a + \\',
  ],
  ...[
    'try:',
    'try:\n    x = 1',
    'if a:\n    b\nelif',
    'try:\n    a\nexcept Exception as',
    'def h():\n    yield from',
    'if (n := ',
  ],
  'x = client.create(model="a", messages=[{"role": "user", "content":',
  ...[
    'x = a if b',
    'else:',
    'else:\n    a',
    'elif x:\n    a',
    'except:',
    'finally:',
    'def h():\n    if x:\n        else:\n        y',
  ],
  ...['x = foo(a, {"b":\nif c:\n    d = 1\n    e'],
];

pythonTest('a damaged statement does not swallow the definition behind it', (lower) => {
  const lost: string[] = [];
  for (const damage of damages) {
    for (const gap of ['\n', '\n\n', '\r\n', '  # note\n', ' \n\n\n']) {
      const text = `${damage}${gap}def g(a):\n    sink(a)\n    return a\n`;
      const graph = lower(text);
      const f = graph.functions.findIndex((info) => info.name === 'g' && info.parent === 0 && info.owner < 0);
      const inside = graph.calls.some((c) => calleeName(graph, c.callee) === 'sink' && functionOf(graph, c.node) === f);
      const node = graph.functions[f]?.node ?? 0;
      if (f < 1 || !inside || !text.slice(graph.starts[node], graph.ends[node]).startsWith('def g(a):\n    sink(a)'))
        lost.push(text);
    }
  }
  assert.deepEqual(lost, []);
});

test('repairs put in and blank, and offsets lead back', () => {
  const text = 'x = foo(a, [b\nopenai.\ndef h(a)\n  pass\n';
  const { text: repaired, origin } = applyRepairs(text, findRepairs(text));
  assert.equal(repaired, 'x = foo(a, [b])\nopenai \ndef h(a):\n  pass\n');
  assert.equal(origin.length, repaired.length + 1);
  assert.equal(origin[repaired.indexOf('def')], text.indexOf('def'));
  assert.equal(origin[repaired.length], text.length);
  for (const { text: whole } of fixtures.filter((f) => f.name !== 'versions.py'))
    assert.deepEqual(findRepairs(whole), []);
});

// ---- any text ---------------------------------------------------------------------------------------------------------------

pythonTest('prefixes of the fixtures give graphs', (lower) => {
  for (const { name, text } of fixtures) {
    // All of them where the syntax is strangest.
    const step = name === 'versions.py' ? 1 : 7;
    for (let end = 0; end <= text.length; end += step) sound(lower, text.slice(0, end));
  }
});

pythonTest('300 random mutations of the fixtures give graphs, the same each time', (lower) => {
  const random = randomNumbers(1);
  const pick = (limit: number): number => Math.floor(random() * limit);
  const scraps = [
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ':',
    ',',
    '.',
    '"',
    "'",
    '"""',
    '\\',
    '\n',
    '\t',
    ' ',
    '=',
    '*',
    '#',
    'f"{',
    'def ',
    'class ',
  ];
  scraps.push(
    'lambda ',
    'yield ',
    'match ',
    'global x\n',
    'async ',
    '@',
    '😀',
    '\ud800',
    '\0',
    '\r',
    '0x',
    'import ',
    'from . ',
    ':=',
    'case _',
  );
  for (let i = 0; i < 300; i++) {
    let { text } = fixtures[pick(fixtures.length)]!;
    for (let edits = 1 + pick(6); edits > 0; edits--) {
      const at = pick(text.length);
      const removed = pick(3) === 0 ? pick(40) : 0;
      text = text.slice(0, at) + (pick(4) === 0 ? '' : scraps[pick(scraps.length)]) + text.slice(at + removed);
    }
    const graph = sound(lower, text);
    if (i % 10 === 0) assert.equal(dumpGraph(lower(text), text), dumpGraph(graph, text));
  }
});

pythonTest('nesting and length beyond all reason are bounded', (lower) => {
  const times = 10_000;
  const texts = [
    ...[
      '(',
      '[',
      '{',
      '[(',
      '-',
      'not ',
      'lambda: ',
      'await ',
      'f(',
      '{"a": ',
      '*',
      'yield ',
      'a if b else ',
      'a ** ',
    ].map((s) => s.repeat(times)),
    ...['a+', 'a + b - ', 'a or ', 'a or b and ', 'a < ', '"a" ', 'a = ', 'a, ', '"%s" % ', 'a | '].map(
      (s) => `x = ${s.repeat(times)}a`,
    ),
    ...['.b', '()', '[0]', '.b(c)', '.b[0](c)'].map((s) => `x = a${s.repeat(times)}`),
    `x = ${'('.repeat(times)}a${')'.repeat(times)}`,
    `x: ${'Optional['.repeat(times)}T${']'.repeat(times)}`,
    `if a: b\n${'elif c: d\n'.repeat(2000)}else: e\n`,
    `[x ${'for x in y '.repeat(1000)}${'if x '.repeat(1000)}]`,
    `match x:\n case ${'['.repeat(1000)}a${']'.repeat(1000)}: pass`,
    `with ${'a as b, '.repeat(1000)}c: pass`,
    `${'('.repeat(1000)}a${')'.repeat(1000)} = b`,
    `${'@a\n'.repeat(1000)}def f(): pass`,
    `f"${'{f"'.repeat(100)}x${'"}'.repeat(100)}"`,
    ...['if a:', 'for a in b:', 'def f():', 'class A:', 'try:', 'with a:', 'while a:'].map((line) =>
      Array.from({ length: 400 }, (_, i) => ' '.repeat(i) + line).join('\n'),
    ),
    'rows.append(f(x))\n'.repeat(times),
    'if c:\n  x = f(x)\n'.repeat(2000),
    'while c:\n  x = f(x)\n'.repeat(1000),
    'x = f(x,\n'.repeat(2000),
  ];
  for (const text of texts) {
    const started = performance.now();
    sound(lower, text);
    // A hundred times what they take: only what grows with the square of the text would not fit.
    assert.ok(performance.now() - started < 30_000, text.slice(0, 40));
  }
});

/** Lowers any text; checks that the graph's indices and spans are within it. */
function sound(lower: (text: string) => ModuleGraph, text: string): ModuleGraph {
  const graph = lower(text);
  const count = graph.kinds.length;
  assert.ok(
    !graph.gaps.some((g) => g.what.startsWith('not read')),
    `${graph.gaps[0]?.what} in ${JSON.stringify(text)}`,
  );
  for (let n = 0; n < count; n++) {
    if (graph.starts[n]! < 0 || graph.ends[n]! < graph.starts[n]! || graph.ends[n]! > text.length) {
      assert.fail(`span of node ${n} in ${JSON.stringify(text)}`);
    }
  }
  for (const end of graph.out.ends)
    if (end < 0 || end >= count) assert.fail(`edge to ${end} in ${JSON.stringify(text)}`);
  return graph;
}

/** Numbers from 0 to 1 that are the same on every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
