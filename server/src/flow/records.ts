// The records that content is put into on its way: their keys, and what constant stands under them. Pure questions of one place.
import {
  ANY,
  type Constant,
  constantOf,
  EdgeKind,
  eachEdge,
  functionAt,
  functionOf,
  type ModuleGraph,
  NodeKind,
} from '../graph/graph.ts';
import { CONSTRUCTORS } from './classes.ts';
import type { Fact } from './facts.ts';
import { limits } from './limits.ts';
import { textOf } from './origins.ts';
import { ENCODED, elementsOf, head } from './paths.ts';
import { type Address, address, moduleOf, nodeOf, type Program } from './program.ts';
import type { Values } from './values.ts';
import { walk } from './walk.ts';

/** A record that content was put into: its keys, and the constants that stand under them. */
export interface RecordShape {
  readonly at: Address;
  readonly keys: readonly string[];
  readonly constants: ReadonlyMap<string, Constant>;
  /** Where content was read out of it again on its way: those of its keys that are read there. */
  readonly read?: readonly string[] | undefined;
  /** Whether it is the state of an object that content was read out of again: what is written has not its shape. */
  readonly left?: boolean | undefined;
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
  path.forEach((fact, i) => {
    const key = head(fact.path);
    if (fact.how !== 'store' || key === undefined) return;
    if (isKeptByAnother(path, i) && isState(program, fact.at)) return;
    const whole = recordAt(program, values, filled(program, path, i));
    const out = readOut(path, i);
    const read = out === undefined ? undefined : keysReadFrom(program, out);
    const part = read && partOf(whole, read);
    const left = out !== undefined && isState(program, fact.at);
    const record = part && isInstance(program, fact.at) ? part : { ...whole, read: part?.keys, left };
    if (record.keys.length > 0) records.push(record);
    if (key === ANY || /^\d+$/.test(key))
      for (const turn of besideIn(program.graphBehind(fact.at, 'record'), nodeOf(fact.at)))
        records.push(recordAt(program, values, address(moduleOf(fact.at), turn)));
  });
  return records;
}

/** Where the record that step `i` of the way put content into has all that is put into it on the way: `row.answer = …; row.question = …`. */
function filled(program: Program, path: readonly Fact[], i: number): Address {
  let last = path[i]!.at;
  for (let j = i + 1; j < path.length && path[j]!.how === 'flow' && path[j]!.path === path[i]!.path; j++) {
    const { at } = path[j]!;
    if (program.graphBehind(at, 'record').kinds[nodeOf(at)] === NodeKind.PostUpdate) last = at;
  }
  return last;
}

/** Where content that step `i` of the way put into a record is read out of it again, as a value of its own; undefined: nowhere. */
function readOut(path: readonly Fact[], i: number): Address | undefined {
  const depth = elementsOf(path[i]!.path).length;
  for (let j = i + 1; j < path.length; j++) {
    const { length } = elementsOf(path[j]!.path);
    // A path that is cut, and text, no longer tell what the content stands in.
    if (length >= limits.pathDepth || path[j]!.how === 'text') return undefined;
    if (length < depth) return path[j]!.how === 'load' ? path[j - 1]!.at : undefined;
  }
  return undefined;
}

/** Whether what step `i` of the way put content into is kept in a field of something else afterwards: `this.client = client`. */
function isKeptByAnother(path: readonly Fact[], i: number): boolean {
  return path.slice(i + 1).some(({ how, path: inside }) => how === 'store' && /^\p{L}/u.test(head(inside) ?? ''));
}

/** Whether a method sets a field of its own object, other than when it is made: that is the state of whoever works, and no record. */
function isState(program: Program, at: Address): boolean {
  const graph = program.graphBehind(at, 'record');
  const { owner, binding, name, params } = graph.functions[functionOf(graph, nodeOf(at))]!;
  if (owner < 0 || binding !== 'instance' || CONSTRUCTORS.includes(name)) return false;
  const reached = new Set([nodeOf(at)]);
  for (const node of walk(reached, limits.statesPerRecord)) {
    if (node === params[0]?.node) return true;
    eachEdge(graph.in, node, (end, edge) => {
      if (edge === EdgeKind.Flow) reached.add(end);
    });
  }
  return false;
}

/** Whether a value is made by a call: an object, which is handed on for its fields, and not a row that stands as it was written. */
function isInstance(program: Program, at: Address): boolean {
  return program.graphBehind(at, 'record').kinds[nodeOf(at)] === NodeKind.Call;
}

/** What of a record goes on where its fields are read one by one: those that are read. */
function partOf({ at, keys, constants }: RecordShape, read: ReadonlySet<string>): RecordShape {
  return { at, keys: keys.filter((key) => read.has(key)), constants };
}

/** Whether texts are put together to one, with no record of any: `"\n\n".join(pages)`. */
export function areJoined(path: readonly Fact[]): boolean {
  return path.some(({ how, path: whole }, i) => how === 'text' && whole === '' && path[i - 1]?.path === ANY);
}

/** Whether records are written one a line: encoded, with a line's end behind each. */
export function isByLine(program: Program, path: readonly Fact[]): boolean {
  return path.some((fact) => {
    if (fact.how !== 'text' || head(fact.path) !== ENCODED) return false;
    const graph = program.graphBehind(fact.at, 'record');
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
    const graph = program.graphBehind(at, 'record');
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
  const graph = program.graphBehind(at, 'record');
  const keys = new Set<string>();
  const constants = new Map<string, Constant>();
  const reached = new Set([node]);
  for (const n of walk(reached, limits.statesPerRecord)) {
    // What is read from the same record belongs to its shape: `row.answer = ask(row.question)`.
    if (graph.kinds[n] !== NodeKind.Allocation && graph.kinds[n] !== NodeKind.Parameter)
      for (const key of keysReadFrom(program, address(module, n))) keys.add(key);
    eachEdge(graph.in, n, (end, kind, label) => {
      if (kind === EdgeKind.Flow) reached.add(end);
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
      for (const [name, member] of program.classIn(thing.module, thing.cls, 'record').members)
        if (functionAt(program.graphBehind(address(thing.module, member), 'record'), member) < 0) keys.add(name);
    }
  }
  return { at, keys: [...keys], constants };
}

/** The keys under which members of a value are read as values, and not only called. */
function keysReadFrom(program: Program, at: Address): ReadonlySet<string> {
  const graph = program.graphAround(at, 'record');
  const isRead = (load: number): boolean => isMoreThanCalled(program, address(moduleOf(at), load));
  const keys = new Set<string>();
  eachEdge(graph.out, nodeOf(at), (end, kind, label) => {
    const key = graph.strings[label]!;
    if (kind === EdgeKind.Load && key !== ANY && !/^\d+$/.test(key) && isRead(end)) keys.add(key);
  });
  return keys;
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
function isMoreThanCalled(program: Program, load: Address): boolean {
  let read = false;
  eachEdge(program.graphAround(load, 'record').out, nodeOf(load), (_, kind) => {
    if (kind !== EdgeKind.Callee) read = true;
  });
  return read;
}
