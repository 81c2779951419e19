// What an edit does to a graph: the numbers of what is still the same stay (`renumber.ts`), and what has changed is known
// precisely (`difference.ts`). Both are held against the same graph written as text, which knows nothing of how they work.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { type Difference, differenceOf } from '../../server/src/graph/difference.ts';
import {
  EdgeKind,
  type EdgeTable,
  functionOf,
  type ModuleGraph,
  NodeKind,
  nodesInOrder,
} from '../../server/src/graph/graph.ts';
import { PAGE, renumber } from '../../server/src/graph/renumber.ts';
import { languageOf } from '../../server/src/host/languages.ts';
import { builtEngine } from './workspaces.ts';

const flows = join('test', 'fixtures', 'flows');
const languages = ['python', 'typescript', 'javascript'] as const;
const files = readdirSync(flows, { recursive: true })
  .map((name) => join(flows, String(name)))
  .filter((path) => statSync(path).isFile())
  .sort()
  .map((path) => ({ path, language: languages.find((language) => language === languageOf(path)) }));

// ---- graphs as text ---------------------------------------------------------------------------------------------------------

/** Writes the parts of a graph as text, numbers through `at`. */
function writer(graph: ModuleGraph, at: (n: number) => number) {
  const fn = (f: number): unknown => (f > 0 ? at(graph.functions[f]!.node) : f);
  const cls = (c: number): unknown => (c < 0 ? c : at(graph.classes[c]!.node));
  function functionInfo(f: number): unknown {
    const { node, params, result, owner, parent, region: _, ...rest } = graph.functions[f]!;
    const own = params.map((p) => ({ ...p, node: at(p.node), fallback: at(p.fallback), out: at(p.out) }));
    return { ...rest, node: at(node), result: at(result), params: own, owner: cls(owner), parent: fn(parent) };
  }
  function classInfo(c: number): unknown {
    const { name, bases, members } = graph.classes[c]!;
    return { name, bases: bases.map(at), members: [...members].map(([member, n]) => [member, at(n)]) };
  }
  function datum(n: number): unknown {
    const index = graph.data[n]!;
    switch (graph.kinds[n]) {
      case NodeKind.Constant:
        return [String(graph.constants[index]), typeof graph.constants[index]];
      case NodeKind.Template:
        return graph.templates[index]!.map((part) => (typeof part === 'number' ? at(part) : part));
      case NodeKind.Call: {
        const { callee, receiver, receiverPost, args, form } = graph.calls[index]!;
        const given = args.map((arg) => ({ ...arg, value: at(arg.value), post: at(arg.post) }));
        return { callee: at(callee), receiver: at(receiver), receiverPost: at(receiverPost), given, form };
      }
      case NodeKind.Parameter:
      case NodeKind.Function:
      case NodeKind.Return:
      case NodeKind.ParameterOut:
        return functionInfo(index);
      case NodeKind.Class:
        return classInfo(index);
      case NodeKind.Import:
        return [graph.imports[index]!.specifier, graph.imports[index]!.name];
      default:
        return index < 0 ? undefined : graph.strings[index];
    }
  }
  function region(r: number): unknown {
    const { kind, fn: around, subject, loop } = graph.regions[r]!;
    return { kind, fn: fn(around), subject: at(subject), loop: loop && { ...loop, variable: at(loop.variable) } };
  }
  function regions(r: number): unknown[] {
    return r < 0 ? [] : [region(r), ...regions(graph.regions[r]!.parent)];
  }
  function edges(table: EdgeTable, n: number): unknown[] {
    const found: unknown[] = [];
    for (let i = table.offsets[n]!; i < table.offsets[n + 1]!; i++) {
      const label = table.labels[i]!;
      const kind = table.kinds[i]!;
      found.push([at(table.ends[i]!), kind, kind === EdgeKind.Argument ? label : graph.strings[label]]);
    }
    return found;
  }
  return { classInfo, datum, edges, functionInfo, region, regions };
}

/** The entry of a table that stands at node `n`. */
function recordOf(graph: ModuleGraph, n: number): { readonly region: number } | undefined {
  const index = graph.data[n]!;
  if (graph.kinds[n] === NodeKind.Call) return graph.calls[index];
  if (graph.kinds[n] === NodeKind.Function) return graph.functions[index];
  return graph.kinds[n] === NodeKind.Class ? graph.classes[index] : undefined;
}

/** A graph as lines of text that do not depend on its numbers: nodes are named by the order in which they were made. */
function canonical(graph: ModuleGraph): string {
  const order = [...nodesInOrder(graph)];
  const places = new Map(order.map((n, place) => [n, place]));
  const at = (n: number): number => {
    const place = n < 0 ? n : places.get(n);
    assert.ok(place !== undefined, `n${n} is named, and is a hole`);
    return place;
  };
  const write = writer(graph, at);
  const isThere = ({ node }: { readonly node: number }): boolean => places.has(node);
  const lines: unknown[] = order.map((n) => [
    graph.kinds[n],
    write.datum(n),
    [graph.regionOf[n], recordOf(graph, n)?.region, graph.starts[n], graph.ends[n]],
    write.edges(graph.in, n),
    write.edges(graph.out, n),
  ]);
  lines.push(write.functionInfo(0));
  lines.push([graph.calls, graph.functions, graph.classes].map((table) => table.filter(isThere).length));
  for (const [r, { parent, start, end }] of graph.regions.entries()) lines.push([write.region(r), parent, start, end]);
  lines.push(graph.imports.map((entry) => ({ ...entry, node: at(entry.node) })));
  lines.push(graph.exports.map((entry) => ({ ...entry, node: at(entry.node) })));
  lines.push([...graph.annotations].map(([n, type]) => [at(n), at(type)]));
  lines.push([...graph.globals].map(([name, n]) => [name, at(n)]));
  lines.push(graph.starImports, graph.comments, graph.gaps);
  return lines.map((line) => JSON.stringify(line)).join('\n');
}

/** For each number of a graph what it says by itself, its edges, and what it has edges with; numbers as they are. */
function described(graph: ModuleGraph) {
  const write = writer(graph, (n) => n);
  const around = (f: number): unknown[] =>
    f < 0 ? [] : [write.functionInfo(f), ...around(graph.functions[f]!.parent)];
  const own = Array.from(graph.kinds, (kind, n) =>
    JSON.stringify([
      kind,
      write.datum(n),
      write.regions(graph.regionOf[n]!),
      around(functionOf(graph, n)),
      graph.annotations.get(n),
      graph.exports.filter(({ node }) => node === n).map(({ name }) => name),
      [...graph.globals].filter(([, node]) => node === n).map(([name]) => name),
    ]),
  );
  const ends = (table: EdgeTable, n: number): number[] => [
    ...table.ends.subarray(table.offsets[n], table.offsets[n + 1]),
  ];
  const edges = (table: EdgeTable, n: number): string =>
    JSON.stringify([write.edges(table, n), ends(table, n).map((end) => own[end])]);
  return {
    coming: own.map((text, n) => text + edges(graph.in, n)),
    leaving: own.map((_, n) => edges(graph.out, n)),
    tails: (n: number) => ends(graph.in, n),
    neighbours: (n: number) => [...ends(graph.in, n), ...ends(graph.out, n)],
  };
}

/** Holds a difference against what it claims of the nodes that it leaves out. */
function assertTrue(found: Difference, before: ModuleGraph, now: ModuleGraph, what: string): void {
  const old = described(before);
  const is = described(now);
  const same = (n: number): boolean => old.coming[n] === is.coming[n];
  for (let n = 0; n < found.behind.length; n++) {
    if (found.behind[n] === 0) {
      assert.ok(same(n), `n${n} has changed: ${what}`);
      for (const tail of is.tails(n)) assert.equal(found.behind[tail], 0, `n${tail} gets to n${n}: ${what}`);
    }
    if (found.around[n] === 0) {
      assert.ok(same(n) && old.leaving[n] === is.leaving[n], `n${n} has other edges: ${what}`);
      for (const end of is.neighbours(n)) assert.ok(same(end), `n${end} beside n${n} has changed: ${what}`);
    }
    if (same(n) && old.leaving[n] === is.leaving[n]) continue;
    for (const graph of [before, now])
      if (n < graph.kinds.length)
        for (let f = functionOf(graph, n); f > 0; f = graph.functions[f]!.parent)
          assert.ok(found.functions.has(f), `something in f${f} has changed: ${what}`);
  }
}

// ---- any edit ---------------------------------------------------------------------------------------------------------------

/** Numbers in [0, 1) that are the same at every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 4294967296;
  };
}

function edit(text: string, random: () => number): string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const lines = text.split('\n');
  const line = Math.floor(random() * lines.length);
  const indent = /^\s*/.exec(lines[line]!)![0];
  const name = pick(text.match(/\b[a-z_]{4,}\b/g) ?? ['none']);
  const kind = random();
  if (kind < 0.25) lines.splice(line, 1);
  else if (kind < 0.5) lines.splice(line, 0, pick(lines));
  else if (kind < 0.6) lines.splice(line, 0, `${indent}edited = ${name}('edited')`);
  else if (kind < 0.7) return text.replace(/(['"])([^'"\n]*)\1/, (_, quote, inner) => `${quote}${inner}x${quote}`);
  else return kind < 0.85 ? text.replace(name, `${name}_x`) : text.replaceAll(name, `${name}_x`);
  return lines.join('\n');
}

test('after any edit a graph is the same under other numbers, and what differs is known', async () => {
  const engine = await builtEngine();
  const random = randomNumbers(1);
  let kept = 0;
  let all = 0;
  for (const { path, language } of files.filter((_, i) => i % 10 === 0)) {
    if (!language) continue;
    let text = readFileSync(path, 'utf8');
    let graph = engine.lower(language, text);
    for (let i = 0; i < 5; i++) {
      text = edit(text, random);
      const what = `edit ${i + 1} of ${path}\n${text}`;
      const lowered = engine.lower(language, text);
      const expected = canonical(lowered);
      const now = renumber(lowered, graph);
      assert.ok(canonical(now) === expected, `another graph after ${what}`);
      assert.ok(canonical(lowered) === expected, `the graph given was changed by ${what}`);
      assertHoles(now);
      const found = differenceOf(graph, now);
      assertTrue(found, graph, now, what);
      const nodes = [...nodesInOrder(now)];
      kept += nodes.filter((n) => found.around[n] === 0).length;
      all += nodes.length;
      graph = now;
    }
  }
  assert.ok(kept > 0.85 * all, `${kept} of ${all} nodes are as they were`);
});

function assertHoles(graph: ModuleGraph): void {
  const order = new Set(nodesInOrder(graph));
  for (let n = 0; n < graph.kinds.length; n++) {
    if (order.has(n)) continue;
    assert.deepEqual([graph.kinds[n], graph.data[n], graph.regionOf[n]], [NodeKind.Unknown, -1, 0]);
    for (const { offsets } of [graph.in, graph.out]) assert.equal(offsets[n], offsets[n + 1]);
  }
  for (const { node, callee } of graph.calls) assert.ok(order.has(node) || callee === node);
  assert.equal(graph.functions[0]!.node, -1);
}

// ---- some edits -------------------------------------------------------------------------------------------------------------

const python = `import json
from openai import OpenAI

client = OpenAI()
one = 1
two = 1
rows = [one, two]


def ask(text):
    answer = client.responses.create(model="gpt", input=text)
    return answer.output_text


def count(items):
    total = 0
    for item in items:
        total += len(item)
    return total


print(count(rows))
`;
const typescript = `import fs from 'node:fs';
import OpenAI from 'openai';

const client = new OpenAI();
const one = 1;
const two = 1;
export const rows = [one, two];

export async function ask(text: string) {
  const answer = await client.responses.create({ model: 'gpt', input: text });
  return answer.output_text;
}

function count(items: string[]) {
  let total = 0;
  for (const item of items) total += item.length;
  return total;
}

console.log(count(rows));
`;

interface Sample {
  readonly language: 'python' | 'typescript';
  readonly text: string;
  readonly lower: (text: string) => ModuleGraph;
}

function eachLanguage(name: string, run: (sample: Sample) => void): void {
  for (const [language, text] of [
    ['python', python],
    ['typescript', typescript],
  ] as const)
    test(`${name}: ${language}`, async () => {
      const engine = await builtEngine();
      run({ language, text, lower: (each) => engine.lower(language, each) });
    });
}

/** Replaces `from`, which must be there. */
function replaced(text: string, from: string | RegExp, to: string): string {
  const result = text.replace(from, to);
  assert.notEqual(result, text);
  return result;
}

/** The numbers that are set among the first `length`. */
function numbersSet(flags: Uint8Array, length: number): number[] {
  return [...flags.subarray(0, length).keys()].filter((n) => flags[n] === 1);
}

function functionNamed(graph: ModuleGraph, name: string): number {
  return graph.functions.findIndex((info) => info.name === name);
}

eachLanguage('the same text has the same numbers, and nothing differs', ({ text, lower }) => {
  const before = lower(text);
  const now = renumber(lower(`${text}\n`), before);
  for (const part of ['kinds', 'data', 'regionOf', 'starts'] as const) assert.deepEqual(now[part], before[part]);
  assert.deepEqual(
    [now.in, now.out, now.calls, now.functions],
    [before.in, before.out, before.calls, before.functions],
  );
  const found = differenceOf(before, now);
  assert.deepEqual(numbersSet(found.behind, now.kinds.length), []);
  assert.deepEqual(numbersSet(found.around, now.kinds.length), []);
  assert.deepEqual([found.functions.size, found.imports, found.exports, found.globals.size], [0, false, false, 0]);
});

eachLanguage('a definition in the middle touches nothing else', ({ language, text, lower }) => {
  const inserted = language === 'python' ? 'edited = 1' : 'const edited = 1;';
  const edited = replaced(text, /^.*two = 1/m, `${inserted}\n$&`);
  const before = lower(text);
  const now = renumber(lower(edited), before);
  const length = before.kinds.length;
  const added = [...nodesInOrder(now)].filter((n) => n >= length);
  assert.deepEqual(now.kinds.subarray(0, length), before.kinds);
  assert.equal(added.length, 3, 'a constant, a definition, a cell');
  assert.ok(
    added.every((n) => n >> PAGE > (length - 1) >> PAGE),
    'on a page of their own',
  );
  const found = differenceOf(before, now);
  assert.deepEqual(numbersSet(found.behind, length), []);
  assert.deepEqual(numbersSet(found.around, length), []);
  assert.deepEqual([found.imports, found.exports, [...found.globals]], [false, false, ['edited']]);
  assert.equal(found.functions.size, 0);

  // And back, ten times, in different places.
  let graph = now;
  for (let i = 0; i < 10; i++) {
    const without = renumber(lower(text), graph);
    graph = renumber(lower(replaced(text, i % 2 ? /^.*one = 1/m : /^.*rows = /m, `${inserted}\n$&`)), without);
    assert.deepEqual(numbersSet(differenceOf(without, graph).behind, length), []);
  }
  assert.equal(graph.kinds.length, now.kinds.length);
});

eachLanguage('what is typed in a function is not seen in another', ({ text, lower }) => {
  const before = lower(text);
  const now = renumber(lower(replaced(text, /(['"])gpt/, '$1gpt-5')), before);
  const found = differenceOf(before, now);
  const ask = functionNamed(now, 'ask');
  const count = functionNamed(now, 'count');
  assert.deepEqual([...found.functions], [ask]);
  const marked = numbersSet(found.behind, now.kinds.length);
  const touched = [...marked, ...numbersSet(found.around, now.kinds.length)];
  assert.ok(marked.includes(now.functions[ask]!.result), 'what the function returns is joined with the call in it');
  assert.ok(marked.length < 0.6 * before.kinds.length, `${marked.length} of ${before.kinds.length}`);
  assert.deepEqual(
    touched.filter((n) => functionOf(now, n) === count),
    [],
  );
});

eachLanguage('another parameter changes all that stands in the function', ({ text, lower }) => {
  const before = lower(text);
  const now = renumber(lower(replaced(text, 'count(items', 'count(edited, items')), before);
  const { around } = differenceOf(before, now);
  const inside = [...nodesInOrder(now)].filter((n) => functionOf(now, n) === functionNamed(now, 'count'));
  assert.ok(inside.length > 5);
  for (const n of inside) assert.equal(around[n], 1);
});

eachLanguage('an import read in a function for the first time keeps the numbers', ({ language, text, lower }) => {
  const [name, line] = language === 'python' ? ['json', '    total = 0\n'] : ['fs', '  let total = 0;\n'];
  const before = lower(text);
  const now = renumber(lower(replaced(text, line, `${line}${' '.repeat(line.search(/\S/))}${name}\n`)), before);
  assert.equal(now.globals.has(name!), true);
  const found = differenceOf(before, now);
  const gone = numbersSet(found.around, before.kinds.length).filter((n) => before.kinds[n] !== now.kinds[n]);
  assert.ok(gone.length <= 1, `${gone.length}: its cell alone is made anew`);
  const touched = numbersSet(found.around, before.kinds.length);
  assert.ok(touched.length < 0.2 * before.kinds.length, `${touched.length} of ${before.kinds.length}`);
  assert.equal(found.imports, false);
});
