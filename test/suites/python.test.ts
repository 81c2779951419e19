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
