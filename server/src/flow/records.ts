// The records that content is put into on its way: their keys, and what constant stands under them. Pure questions of one place.
import {
  ANY,
  type Constant,
  constantOf,
  EdgeKind,
  eachEdge,
  functionAt,
  type ModuleGraph,
  NodeKind,
} from '../graph/graph.ts';
import type { Fact } from './facts.ts';
import { textOf } from './origins.ts';
import { ENCODED, head } from './paths.ts';
import { type Address, address, moduleOf, nodeOf, type Program } from './program.ts';
import type { Values } from './values.ts';

/** A record that content was put into: its keys, and the constants that stand under them. */
export interface RecordShape {
  readonly at: Address;
  readonly keys: readonly string[];
  readonly constants: ReadonlyMap<string, Constant>;
}

/**
 * The records built on the way: for each store, the keys of what it is stored in. What is read back and put into records anew
 * has left its old ones behind.
 */
export function recordsOn(program: Program, values: Values, path: readonly Fact[]): RecordShape[] {
  const read = path.map(({ how }) => how).lastIndexOf('artifact');
  const anew = recordsAt(program, values, path.slice(read + 1));
  return anew.length > 0 || read < 0 ? anew : recordsAt(program, values, path.slice(0, read));
}

function recordsAt(program: Program, values: Values, path: readonly Fact[]): RecordShape[] {
  const records: RecordShape[] = [];
  for (const fact of path) {
    const key = head(fact.path);
    if (fact.how !== 'store' || key === undefined) continue;
    const record = recordAt(program, values, fact.at);
    if (record.keys.length > 0) records.push(record);
    if (key === ANY || /^\d+$/.test(key))
      for (const turn of besideIn(program.graph(moduleOf(fact.at), 'record'), nodeOf(fact.at)))
        records.push(recordAt(program, values, address(moduleOf(fact.at), turn)));
  }
  return records;
}

/** Whether records are written one a line: encoded, with a line's end behind each. */
export function isByLine(program: Program, path: readonly Fact[]): boolean {
  return path.some((fact) => {
    if (fact.how !== 'text' || head(fact.path) !== ENCODED) return false;
    const graph = program.graph(moduleOf(fact.at), 'record');
    const node = nodeOf(fact.at);
    const endsLine = (n: number): boolean => String(constantOf(graph, n)).endsWith('\n');
    if (graph.kinds[node] === NodeKind.Template)
      return graph.templates[graph.data[node]!]!.some((part) =>
        typeof part === 'string' ? part.endsWith('\n') : endsLine(part),
      );
    const call = graph.kinds[node] === NodeKind.Call ? graph.calls[graph.data[node]!] : undefined;
    return (
      call !== undefined && [call.receiver, ...call.args.map((arg) => arg.value)].some((n) => n >= 0 && endsLine(n))
    );
  });
}

/** The constant text around content on its way: what stands before, between and behind the holes that it was put into. */
export function frameTexts(program: Program, values: Values, path: readonly Fact[]): readonly string[] {
  const frames = new Set<string>();
  path.forEach(({ at, how }, i) => {
    if (how !== 'text') return;
    const graph = program.graph(moduleOf(at), 'record');
    const node = nodeOf(at);
    if (graph.kinds[node] === NodeKind.Template) {
      for (const part of graph.templates[graph.data[node]!]!) if (typeof part === 'string') frames.add(part);
      return;
    }
    // `frame.format(content)`, `frame % content`; what the content itself came from is no frame of it.
    const beside: Address[] = [];
    const call = graph.kinds[node] === NodeKind.Call ? graph.calls[graph.data[node]!] : undefined;
    if (call !== undefined && call.receiver >= 0) beside.push(address(moduleOf(at), call.receiver));
    if (graph.kinds[node] === NodeKind.Operation)
      eachEdge(graph.in, node, (end, kind) => {
        if (kind === EdgeKind.Text) beside.push(address(moduleOf(at), end));
      });
    for (const other of beside)
      if (other !== path[i - 1]?.at)
        for (const thing of values.what(other)) {
          const text = textOf(program, values, thing);
          if (text !== undefined) frames.add(text);
        }
  });
  return [...frames].filter((text) => text.trim() !== '').slice(0, MAX_FRAMES);
}

const MAX_FRAMES = 40;

/** The entries of a literal list, at most a few: the turns of a conversation belong to its shape. */
function besideIn(graph: ModuleGraph, list: number): readonly number[] {
  const found: number[] = [];
  if (graph.kinds[list] !== NodeKind.Allocation) return found;
  eachEdge(graph.in, list, (end, kind) => {
    if (kind === EdgeKind.Store && graph.kinds[end] === NodeKind.Allocation && found.length < 8) found.push(end);
  });
  return found;
}

/** The record that is made or filled at a place: its keys and constants. Of a call, its keyword arguments are keys. */
export function recordAt(program: Program, values: Values, at: Address): RecordShape {
  const module = moduleOf(at);
  const node = nodeOf(at);
  const graph = program.graph(module, 'record');
  const keys = new Set<string>();
  const constants = new Map<string, Constant>();
  const seen = new Set<number>();
  const work = [node];
  for (let n = work.shift(); n !== undefined && seen.size < 24; n = work.shift()) {
    if (seen.has(n)) continue;
    seen.add(n);
    // What is read from the same record belongs to its shape: `row.answer = ask(row.question)`.
    if (graph.kinds[n] !== NodeKind.Allocation && graph.kinds[n] !== NodeKind.Parameter)
      eachEdge(graph.out, n, (end, kind, label) => {
        const key = graph.strings[label]!;
        if (kind === EdgeKind.Load && key !== '*' && !/^\d+$/.test(key) && isRead(graph, end)) keys.add(key);
      });
    eachEdge(graph.in, n, (end, kind, label) => {
      if (kind === EdgeKind.Flow) work.push(end);
      if (kind !== EdgeKind.Store) return;
      const key = graph.strings[label]!;
      if (key === '*' || /^\d+$/.test(key)) return;
      keys.add(key);
      const constant = graph.kinds[end] === NodeKind.Constant ? graph.constants[graph.data[end]!] : undefined;
      if (constant !== undefined) constants.set(key, constant);
    });
  }
  if (graph.kinds[node] === NodeKind.Call) {
    for (const arg of graph.calls[graph.data[node]!]!.args) if (arg.kind === 'keyword' && arg.name) keys.add(arg.name);
    // An instance has the fields of its class, however they were given.
    for (const thing of values.targets(module, graph.data[node]!)) {
      if (thing.is !== 'class') continue;
      const target = program.graph(thing.module, 'record');
      for (const [name, member] of target.classes[thing.cls]!.members)
        if (functionAt(target, member) < 0) keys.add(name);
    }
  }
  return { at, keys: [...keys], constants };
}

/** Keys of the records that content was stored in, over the whole reached graph. */
export function keysBeside(program: Program, values: Values, facts: readonly Fact[]): readonly string[] {
  const keys = new Set<string>();
  for (const fact of facts) {
    if (fact.how !== 'store') continue;
    const record = recordAt(program, values, fact.at);
    for (const key of record.keys) if (!isPlaceholder(record.constants.get(key))) keys.add(key);
  }
  return [...keys].sort();
}

/** Whether what stands under a key says nothing yet: `score: 0`. */
export function isPlaceholder(constant: Constant | undefined): boolean {
  return constant !== undefined && typeof constant !== 'string';
}

/** Whether a member is read as a value, and not only called. */
function isRead(graph: ModuleGraph, load: number): boolean {
  let read = false;
  eachEdge(graph.out, load, (_, kind) => {
    if (kind !== EdgeKind.Callee) read = true;
  });
  return read;
}
