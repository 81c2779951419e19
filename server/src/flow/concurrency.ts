// Whether repeated calls run at once, and how many of them: pools and libraries are told a number, and what limits (a semaphore, a
// queue) lets so many pass whoever comes.
import type { CallRow, VolumeRow } from '../catalog/model.ts';
import { type ModuleGraph, NodeKind } from '../graph/graph.ts';
import type { Items } from './items.ts';
import { type Construct, loopsAround, regionsAround } from './loops.ts';
import { type Known, numberAt } from './numbers.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { rowsOfTargets } from './rows.ts';
import { spots } from './spots.ts';
import type { Values } from './values.ts';

/** How many run at once, at most, where that can be told. */
export interface Concurrency {
  /** Of each time that this level is gone through. */
  readonly width?: Known | undefined;
  /** Of all that this level and those around it repeat: what stands between it and the call within it lets no more pass. */
  readonly within?: Known | undefined;
}

/** A level, as far as it matters for how many run at once. */
interface Repeated extends Concurrency, Pick<Items, 'count' | 'from' | 'byDefault'> {
  readonly kind: 'loop' | 'comprehension' | 'pool';
  readonly told: Address;
  readonly construct: Construct;
}

/** How many calls run at once, and where that is written: each number whose product it is. */
export interface Together {
  readonly count: number;
  readonly byDefault: boolean;
  readonly from: readonly Address[];
}

/**
 * Whether of the calls that a library makes at call `index`, known by `row`, several run at once: the row says so, or their number
 * is given there, and it is not one. What makes many calls of a model by itself does. `width`: their number, where it can be told.
 */
export function runAtOnce(
  program: Program,
  values: Values,
  module: ModuleId,
  index: number,
  row: CallRow | VolumeRow,
): { readonly beside: boolean; readonly width: Known | undefined } {
  const calling = row.row === 'volume' ? row.by : row;
  if (calling === undefined) return { beside: true, width: undefined };
  if (index < 0) return { beside: calling.atOnce === true, width: undefined };
  const given = calling.concurrency ? spots(program, module, index, calling.concurrency) : [];
  if (given.length === 0) {
    const width = calling.atOnce ? limitOf(program, values, module, index) : undefined;
    return { beside: calling.atOnce === true && !isOne(width), width };
  }
  const numbers = given.flatMap(({ at, path }) => values.what(at, path));
  const beside = !numbers.some((thing) => thing.is === 'constant' && (thing.value === 1 || thing.value === null));
  const width = beside ? numberAt(program, values, given[0]!.at, given[0]!.path) : undefined;
  return { beside, width: width && width.value > 0 ? width : undefined };
}

function isOne(limit: Known | undefined): boolean {
  return limit?.value === 1 && !limit.open;
}

/**
 * The number that lets pass what call `index` hands on: of the pool that it is given, by its `row`, of the pool or queue whose method
 * it is, or of the limiter that it calls.
 */
export function limitOf(
  program: Program,
  values: Values,
  module: ModuleId,
  index: number,
  row?: CallRow,
): Known | undefined {
  const [given] = row?.concurrency ? spots(program, module, index, row.concurrency) : [];
  if (given) return limitBehind(program, values, given.at);
  const { receiver, callee } = program.callIn(module, index, 'volume');
  return limitBehind(program, values, address(module, receiver >= 0 ? receiver : callee));
}

/** The number with which a pool, a queue or a semaphore was made, the largest of several that a value may be. */
function limitBehind(program: Program, values: Values, at: Address): Known | undefined {
  let found: Known | undefined;
  for (const passed of values.behind(at)) {
    const graph = program.graphBehind(passed.at, 'volume');
    if (passed.path !== '' || graph.kinds[nodeOf(passed.at)] !== NodeKind.Call) continue;
    const module = moduleOf(passed.at);
    const index = graph.data[nodeOf(passed.at)]!;
    for (const row of rowsOfTargets(values, module, index)) {
      if (row.row !== 'volume' || row.kind !== 'limit' || row.iterable === undefined) continue;
      const [given] = spots(program, module, index, row.iterable);
      const number = given && numberAt(program, values, given.at, given.path);
      if (number && number.value > (found?.value ?? 0)) found = number;
    }
  }
  return found;
}

/**
 * The levels around the call at `node`, the innermost first, each with what limits it from within. `before`: what stands nearer to
 * the model call, and limits the first of them. `left` limits whatever is around all of these.
 */
export function limited<L extends Repeated>(
  program: Program,
  values: Values,
  at: Address,
  before: Known | undefined,
  around: readonly L[],
): { readonly around: readonly L[]; readonly left: Known | undefined } {
  const module = moduleOf(at);
  const graph = program.graphBehind(at, 'volume');
  const regions = regionsAround(graph, nodeOf(at));
  let next = 0;
  let left = before;
  const passUpTo = (end: number): void => {
    for (; next < regions.length && regions[next] !== end; next++)
      left = least(left, enteredAt(program, values, module, graph, regions[next]!));
  };
  const found = around.map((level) => {
    const { loop } = level.construct;
    if (loop !== undefined) passUpTo(loopsAround(graph, nodeOf(at))[loop]!);
    const within = left;
    left = undefined;
    return within === undefined ? level : { ...level, within };
  });
  passUpTo(-1);
  return { around: found, left };
}

/** How many may be in a `with` at a time. What is made there is nobody else's, and limits nobody who comes. */
function enteredAt(
  program: Program,
  values: Values,
  module: ModuleId,
  graph: ModuleGraph,
  region: number,
): Known | undefined {
  const { kind, subject } = graph.regions[region]!;
  if (kind !== 'with' || subject < 0 || graph.kinds[subject] === NodeKind.Call) return undefined;
  return limitBehind(program, values, address(module, subject));
}

function least(a: Known | undefined, b: Known | undefined): Known | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.value < a.value ? b : a;
}

/** How many calls run at once in `levels`, the innermost first; undefined where one of them goes on without a number that is known. */
export function togetherIn(levels: readonly Repeated[]): Together | undefined {
  let count = 1;
  let numbers: readonly Pick<Known, 'at' | 'byDefault'>[] = [];
  for (const { kind, count: items, from, told, byDefault = false, width, within } of [...levels].reverse()) {
    if (kind === 'pool') {
      const all = items === undefined ? undefined : { value: items, at: from ?? told, open: false, byDefault };
      const own = least(all, width);
      count *= own?.value ?? Number.POSITIVE_INFINITY;
      if (own && own.value > 1) numbers = [...numbers, own];
    }
    if (within && within.value < count) {
      count = within.value;
      numbers = [within];
    }
  }
  if (count < 2 || !Number.isFinite(count)) return undefined;
  return { count, byDefault: numbers.some((number) => number.byDefault), from: numbers.map(({ at }) => at) };
}
