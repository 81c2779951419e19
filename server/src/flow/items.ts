// What a loop or a pool walks: how many items there are, where they come from, and who decides that.
import type { CellRow, Place, Row } from '../catalog/model.ts';
import { EdgeKind, eachEdge, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { limits } from './limits.ts';
import { type Known, numberAt } from './numbers.ts';
import type { Origin } from './origins.ts';
import { type AccessPath, below, head, prepend } from './paths.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { guardsHold, rowsOfCall } from './rows.ts';
import { type Spot, spots } from './spots.ts';
import { passedThrough, putInto, textsBehind } from './texts.ts';
import { isWithout, type Thing } from './things.ts';
import type { Values } from './values.ts';
import { walk } from './walk.ts';

/** The items of one level. */
export interface Items {
  /** How many, where it can be told. */
  readonly count: number | undefined;
  /** What they are, in words for people: `a data set`, `a range of 100`. */
  readonly over: string;
  readonly provenance: 'file' | 'dataset' | 'range' | 'literal' | 'unknown';
  /** Whether they are cut from more, as is done to try what is meant for all. */
  readonly cut?: boolean;
  /** Whether there may be another number of them that the code does not tell. */
  readonly open?: boolean;
  /** Whether the number is a default, which whoever runs the program may change. */
  readonly byDefault?: boolean;
  /** Where the number, or what is read, is written. */
  readonly from?: Address | undefined;
}

/** What is iterated over, and how many items that is. */
export function iterated(program: Program, values: Values, subject: readonly Address[]): Items {
  const things = subject.flatMap((at): readonly (Thing | undefined)[] =>
    isAddedTo(program, at) ? [undefined] : values.what(at),
  );
  const counts = things.map((thing) => (thing?.is === 'collection' ? literalCount(program, thing.at) : undefined));
  if (counts.length > 0 && counts.every((count) => count !== undefined)) {
    const count = Math.max(...counts);
    const long = things[counts.indexOf(count)];
    const length = long?.is === 'collection' ? statedLength(program, values, long.at) : undefined;
    if (length) return rangeOf(length);
    return {
      count,
      over: `a list of ${count}`,
      provenance: 'literal',
      from: long && 'at' in long ? long.at : undefined,
    };
  }
  // A library is told how many times: `times(40, ask)`.
  const told = things.find((thing) => thing?.is === 'constant' && typeof thing.value === 'number');
  const number = told && subject.length === 1 ? numberAt(program, values, subject[0]!) : undefined;
  if (number) return rangeOf(number);
  const cuts = subject.map((at) => cutTo(program, values, at));
  if (cuts.length > 0 && cuts.every((cut) => cut !== undefined)) {
    const count = Math.max(...cuts);
    return { count, over: `${count} of a collection`, provenance: 'range', cut: true };
  }
  for (const { module, call } of callsBehind(program, values, subject))
    for (const target of values.targets(module, call)) {
      const rows = target.is === 'api' ? target.position.rows : [];
      // A request by which models are asked as well gives what a service answers.
      const isRequest = rows.some((row) => row.row === 'source');
      for (const row of rows) {
        if (isRead(row) && !(isRequest && row.cell === 'uri')) {
          if (!guardsHold(program, values, module, call, row.guards)) continue;
          const from = program.callIn(module, call, 'volume').node;
          return {
            count: undefined,
            ...(row.cell === 'file' || row.cell === 'directory'
              ? { over: 'what a file holds', provenance: 'file' }
              : { over: 'a data set', provenance: 'dataset' }),
            from: address(module, from),
          };
        }
        if (row.row === 'volume' && row.kind === 'range') {
          const bounds = row.iterable ? spots(program, module, call, row.iterable) : [];
          return rangeOf(rangeCount(bounds.map(({ at, path }) => numberAt(program, values, at, path))));
        }
      }
    }
  return { count: undefined, over: 'a collection', provenance: 'unknown' };
}

/** The values at the place of a row that is iterated over: an argument, or what a record in it holds under a key. */
export function walked(program: Program, module: ModuleId, call: number, place: Place | undefined): readonly Address[] {
  if (!place) return [];
  return spots(program, module, call, place).flatMap(({ at, path }) => {
    const key = head(path);
    if (key === undefined) return [at];
    const graph = program.graphBehind(at, 'volume');
    const held: Address[] = [];
    eachEdge(graph.in, nodeOf(at), (end, kind, label) => {
      if (kind === EdgeKind.Store && graph.strings[label] === key) held.push(address(moduleOf(at), end));
    });
    return held;
  });
}

/** Whether what is walked are the calls of tools that an answer asks for, not what was read out of one: they are steps of one task. */
export function areToolCalls(program: Program, values: Values, subject: Address): boolean {
  const { toolCallNames } = program.catalog;
  return values.behind(subject).some(({ at, path }) => {
    if (toolCallNames.has(path)) return true;
    const graph = program.graphBehind(at, 'volume');
    const isRead = path === '' && graph.kinds[nodeOf(at)] === NodeKind.Load;
    return isRead && toolCallNames.has(graph.strings[graph.data[nodeOf(at)]!]!);
  });
}

/** Whether what is walked are attempts at one thing, which a library hands out until one succeeds. */
export function areAttempts(program: Program, values: Values, subject: Address): boolean {
  const isAttempts = (row: Row): boolean => row.row === 'volume' && row.kind === 'attempts';
  return callsBehind(program, values, [subject]).some(({ module, call }) =>
    rowsOfCall(program, values, module, call).some(isAttempts),
  );
}

function rangeOf(known: Known | undefined): Items {
  if (known === undefined) return { count: undefined, over: 'a range', provenance: 'range' };
  const { value: count, at: from, open, byDefault } = known;
  const over = `a range of ${count}${byDefault ? ' by default' : ''}`;
  return { count, over, provenance: 'range', from, open, byDefault };
}

/** The length that an object without elements says it has: `Array.from({ length: 40 }, ask)`. */
function statedLength(program: Program, values: Values, at: Address): Known | undefined {
  if (program.ecosystem(moduleOf(at)) !== 'javascript') return undefined;
  const graph = program.graphBehind(at, 'volume');
  let length = -1;
  eachEdge(graph.in, nodeOf(at), (end, kind, label) => {
    if (kind === EdgeKind.Store && graph.strings[label] === 'length') length = end;
  });
  return length < 0 ? undefined : numberAt(program, values, address(moduleOf(at), length));
}

/** How many items at most a slice with constant bounds leaves: `rows[:5]`, on the way back to a collection. */
function cutTo(program: Program, values: Values, subject: Address): number | undefined {
  let at: Address | undefined = subject;
  for (let steps = 0; at !== undefined && steps < limits.stepsPerCut; steps++) {
    const module = moduleOf(at);
    const node = nodeOf(at);
    const graph: ModuleGraph = program.graphBehind(at, 'volume');
    const from: Address[] = [];
    let bounds = -1;
    if (graph.kinds[node] === NodeKind.Call) from.push(...passedThrough(program, values, module, graph.data[node]!));
    else
      eachEdge(graph.in, node, (end, kind) => {
        if (kind === EdgeKind.Flow) from.push(address(module, end));
        else if (kind === EdgeKind.Key && graph.kinds[node] === NodeKind.Operation) bounds = end;
      });
    const count = bounds < 0 ? undefined : sliceCount(graph, bounds);
    if (count !== undefined) return count;
    at = from.length === 1 ? from[0] : undefined;
  }
  return undefined;
}

/** The number of items between the constant bounds of a slice; without a lower one from the first on. */
function sliceCount(graph: ModuleGraph, bounds: number): number | undefined {
  let [lower, upper] = [0, Number.NaN];
  eachEdge(graph.in, bounds, (end) => {
    const value = graph.kinds[end] === NodeKind.Constant ? graph.constants[graph.data[end]!] : undefined;
    const number = typeof value === 'number' && value >= 0 ? value : Number.NaN;
    if (graph.ends[end] === graph.ends[bounds]) upper = number;
    else lower = number;
  });
  return Number.isNaN(upper - lower) ? undefined : Math.max(0, upper - lower);
}

/** What a counting loop counts to: a number, or the length of what it walks. */
export function counted(program: Program, values: Values, graph: ModuleGraph, condition: readonly Address[]): Items {
  let most: Known | undefined;
  const walked: Address[] = [];
  for (const at of condition) {
    for (const base of measuredBy(program, values, moduleOf(at), nodeOf(at))) walked.push(address(moduleOf(at), base));
    eachEdge(graph.in, nodeOf(at), (end) => {
      const number = numberAt(program, values, address(moduleOf(at), end));
      if (number && number.value > (most?.value ?? 0)) most = number;
    });
  }
  if (walked.length > 0) return iterated(program, values, walked);
  return most === undefined ? { count: undefined, over: 'a count', provenance: 'range' } : rangeOf(most);
}

/** The values whose length a condition asks for: what a frontend has read as a measure of one value, or a library call measures. */
export function measuredBy(program: Program, values: Values, module: ModuleId, condition: number): readonly number[] {
  if (condition < 0) return [];
  const graph = program.graphBehind(address(module, condition), 'volume');
  const found: number[] = [];
  const reached = new Set([condition]);
  for (const n of walk(reached, limits.nodesPerWalk)) {
    const measured: number[] = [];
    eachEdge(graph.in, n, (end, kind) => {
      if (kind === EdgeKind.Measure) measured.push(end);
      if (graph.kinds[end] === NodeKind.Operation) reached.add(end);
      if (graph.kinds[end] !== NodeKind.Call) return;
      const index = graph.data[end]!;
      if (rowsOfCall(program, values, module, index).some((row) => row.row === 'flow' && row.how === 'measure'))
        for (const arg of graph.calls[index]!.args) found.push(arg.value);
    });
    if (measured.length === 1 && graph.kinds[measured[0]!] !== NodeKind.Call) found.push(measured[0]!);
  }
  return found;
}

/** Whether a condition compares one value with another: with how many there are to be. */
export function compares(graph: ModuleGraph, condition: number): boolean {
  const reached = new Set([condition]);
  for (const n of walk(reached, limits.nodesPerWalk)) {
    if (n < 0 || graph.kinds[n] !== NodeKind.Operation) continue;
    let measured = 0;
    eachEdge(graph.in, n, (end, kind) => {
      if (kind === EdgeKind.Measure) measured++;
      reached.add(end);
    });
    if (measured > 1) return true;
  }
  return false;
}

/**
 * How many items one request asks for: `Write 40 questions`, also where the number is filled in. One, where none is named.
 * `through`: the calls by which the prompt is filled.
 */
export function askedAtOnce(
  program: Program,
  values: Values,
  { module, told, row }: Origin,
  through: readonly Address[],
): number {
  const prompt = row.prompt.flatMap((place) => spots(program, module, told, place)).map((spot) => spot.at);
  const texts = textsBehind(program, values, prompt, { deep: true, through, numbers: true });
  const counts = texts.flatMap((text) => [...text.matchAll(ASKS_FOR)].map((match) => Number(match[1])));
  return Math.max(1, ...counts);
}

/** A request to make so many of something, which is not how long a text is. */
const ASKS_FOR =
  /\b(?:generate|create|write|produce|compose|invent|draft|make|give|list|provide)(?: (?:me|us|exactly|about|at least|up to|around|approximately|a list of|a set of|a total of))* (\d{1,4}) (?!words|characters|tokens|sentences|paragraphs|lines|pages)[a-z]/gi;

/** Whether items came in by a parameter of the function that walks them: then whoever calls it decides how many there are. */
export function cameIn(program: Program, values: Values, items: readonly Address[]): boolean {
  return cameInBy(program, values, items).length > 0;
}

/**
 * The parameters by which items came into the function that walks them, whole, cut, filtered or put into words. None if any are
 * its own: what it loads, asks for or keeps in its object.
 */
export function cameInBy(program: Program, values: Values, items: readonly Address[]): readonly Address[] {
  const reached = new Set(items);
  const came: Address[] = [];
  for (const at of walk(reached, limits.nodesPerWalk)) {
    const module = moduleOf(at);
    const graph = program.graphBehind(at, 'volume');
    const node = nodeOf(at);
    const push = (end: number): void => {
      reached.add(address(module, end));
    };
    switch (graph.kinds[node] as NodeKind) {
      case NodeKind.Parameter: {
        const param = graph.functions[graph.data[node]!]!.params.find((p) => p.node === node);
        if (param?.kind === 'self') return [];
        came.push(at);
        break;
      }
      case NodeKind.Call: {
        const index = graph.data[node]!;
        const rows = rowsOfCall(program, values, module, index);
        if (rows.length === 0 || rows.some(isRead)) return [];
        const { receiver, args } = graph.calls[index]!;
        for (const end of [receiver, ...args.map((arg) => arg.value)]) if (end >= 0) push(end);
        break;
      }
      default:
        eachEdge(graph.in, node, (end, edge) => {
          if (edge !== EdgeKind.Key && edge < EdgeKind.Argument) push(end);
        });
    }
  }
  return came;
}

/** Whether a row reads items from somewhere; settings are none. */
function isRead(row: Row): row is CellRow {
  return row.row === 'cell' && row.access === 'read' && row.cell !== 'environment' && row.cell !== 'option';
}

/** The number of entries of a literal, or undefined where others are spread into it or a comprehension makes them. */
function literalCount(program: Program, at: Address): number | undefined {
  const graph = program.graphBehind(at, 'volume');
  let count = 0;
  let open = false;
  const node = nodeOf(at);
  eachEdge(graph.in, node, (end, kind) => {
    if (kind === EdgeKind.Store) count++;
    if (kind === EdgeKind.Flow) open = true;
    // A comprehension's loop, perhaps around a condition.
    for (let r = graph.regionOf[end]!; r > 0; r = graph.regions[r]!.parent) {
      const region = graph.regions[r]!;
      if (region.start < graph.starts[node]! || region.end > graph.ends[node]!) break;
      if (region.loop) open = true;
    }
  });
  return open || count === 0 ? undefined : count;
}

/** Whether something is put into a collection before it is walked. What a loop changes of an element is put back, not added. */
function isAddedTo(program: Program, at: Address): boolean {
  const graph = program.graphBehind(at, 'volume');
  const reached = new Set([nodeOf(at)]);
  let added = false;
  for (const n of walk(reached, limits.nodesPerWalk)) {
    if (added) break;
    eachEdge(graph.in, n, (end, kind) => {
      if (kind === EdgeKind.Flow) reached.add(end);
      if (kind === EdgeKind.Store && graph.kinds[n] === NodeKind.PostUpdate && graph.kinds[end] !== NodeKind.PostUpdate)
        added = true;
    });
  }
  return added;
}

/**
 * The library calls that a value comes from: through variables, containers, project functions and what libraries pass on. What
 * stands beside it in a record is not where it comes from.
 */
function callsBehind(
  program: Program,
  values: Values,
  from: readonly Address[],
): readonly { readonly module: ModuleId; readonly call: number }[] {
  const found: { module: ModuleId; call: number }[] = [];
  const known = new Set<string>();
  const reached = new Set<Spot>();
  const reach = (at: Address, path: AccessPath): void => {
    const key = `${at}|${path}`;
    if (known.has(key)) return;
    known.add(key);
    reached.add({ at, path });
  };
  for (const at of from) reach(at, '');
  for (const { at, path } of walk(reached, limits.nodesPerItems)) {
    const module = moduleOf(at);
    const graph = program.graphBehind(at, 'volume');
    const node = nodeOf(at);
    const kind = graph.kinds[node];
    if (kind === NodeKind.Call) {
      const call = graph.data[node]!;
      found.push({ module, call });
      // What a model answers is its own, whatever it was asked about.
      if (rowsOfCall(program, values, module, call).some((row) => row.row === 'source')) continue;
      for (const passed of passedThrough(program, values, module, call)) reach(passed, '');
    } else if (kind === NodeKind.Parameter || kind === NodeKind.Import || kind === NodeKind.Load) {
      for (const thing of values.what(at, path)) if ('at' in thing && !isWithout(program, thing)) reach(thing.at, '');
    }
    for (const put of putInto(program, values, module, node)) reach(put, '');
    eachEdge(graph.in, node, (end, edge, label) => {
      const other = address(module, end);
      if (edge === EdgeKind.Flow) reach(other, path);
      else if (edge === EdgeKind.Text) reach(other, '');
      else if (edge === EdgeKind.Load) reach(other, prepend(graph.strings[graph.data[node]!]!, path));
      else if (edge === EdgeKind.Store) {
        const rest = below(path, [graph.strings[label]!]);
        if (rest !== undefined) reach(other, rest);
      }
    });
  }
  return found;
}

/** The number of items of a range with known bounds; it is told by the one at which it ends. */
function rangeCount(bounds: readonly (Known | undefined)[]): Known | undefined {
  const numbers = bounds.filter((bound) => bound !== undefined);
  if (numbers.length === 0 || numbers.length < bounds.length) return undefined;
  const open = numbers.some((bound) => bound.open);
  const byDefault = numbers.some((bound) => bound.byDefault);
  const [a, b, step] = numbers;
  if (b === undefined) return { ...a!, open, byDefault };
  return { ...b, value: Math.max(0, Math.ceil((b.value - a!.value) / (step?.value || 1))), open, byDefault };
}
