// Which values are one of several, picked anew whenever they are asked for: by chance, by turn, out of a pool, or the next one
// after a failure. A choice by a key that somebody hands in (a tenant, a name) is none of these.
import type { ChoiceRow } from '../catalog/model.ts';
import { ANY, EdgeKind, eachEdge, functionOf, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { isSetAside } from './asides.ts';
import { callOfUpdate } from './calls.ts';
import { limits } from './limits.ts';
import { ancestors, loopsAround, regionsAround } from './loops.ts';
import { computedName, numberingOf } from './numbered.ts';
import { type AccessPath, tail } from './paths.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { guardsHold, rowsOfCall } from './rows.ts';
import { namesOfSearch, readsOfLoop, type Spent, spentByCall, spentByOrder } from './spent.ts';
import { type Spot, spots } from './spots.ts';
import { rowPicked } from './statements.ts';
import type { Values } from './values.ts';
import { walk } from './walk.ts';
import { callsGiven, isFailover, isGivenToWorkers, isMadeOf, poolOfCallback, statementsAround } from './workers.ts';

/** One of several that is picked. */
export interface Selection {
  /** The node that picks. */
  readonly at: Address;
  /** As in the catalog, or `failure`: another one is tried after one has failed; or `worker`: each of several that work beside each
   * other is given one. */
  readonly by: Exclude<ChoiceRow['by'], 'order'> | 'failure' | 'worker';
  /** Where an index gets the value that picks, if that is another place. */
  readonly index: Address | undefined;
  /** What it is picked from. */
  readonly pool: Spot;
  /** Names that the choice is made by: `i`, `minute`, `userId`. */
  readonly reads: readonly string[];
  /** Where records hold the same that it is picked among, if it is not picked among all of them. */
  readonly alike?: readonly AccessPath[];
}

/** What decides an index. */
interface Selector {
  readonly by: Selection['by'] | undefined;
  /** What makes it change from one time to the next. */
  readonly index: Address | undefined;
  /** Values of its module that it is read from: one may be the variable of a loop. */
  readonly variables: ReadonlySet<number>;
  /** Whether it is counted in the loop around it. */
  readonly counts: boolean;
  readonly reads: readonly string[];
}

/** The selection that a node makes, or undefined where it makes none. */
export function selectionAt(program: Program, values: Values, at: Address): Selection | undefined {
  const module = moduleOf(at);
  const node = nodeOf(at);
  const graph = program.graphBehind(at, 'selection');
  const kind = graph.kinds[node];
  if (kind === NodeKind.Call) return callSelection(program, values, module, graph.data[node]!);
  if (kind === NodeKind.PostUpdate) return updateSelection(program, values, module, node);
  if (kind === NodeKind.Parameter) {
    const pool = poolOfCallback(program, values, at);
    return pool && { at, by: 'worker', index: undefined, pool, reads: [] };
  }
  if (kind !== NodeKind.Load) return undefined;
  const label = graph.strings[graph.data[node]!];
  if (label === '0' || label === '-1') {
    const spent = spentByOrder(program, (m, call) => choicesOf(program, values, m, call), at);
    return spent && bySearch(program, values, at, spent);
  }
  if (label !== ANY) return undefined;
  let pool = -1;
  let key = -1;
  eachEdge(graph.in, node, (end, edge) => {
    if (edge === EdgeKind.Load) pool = end;
    else if (edge === EdgeKind.Key) key = end;
  });
  if (pool < 0) return undefined;
  const from = { at: address(module, pool), path: ANY };
  if (key < 0) {
    const loop = program.foundIn(module, `loop that gives ${node}`, (g) => loopThatGives(g, node), 'selection');
    if (loop === undefined) return undefined;
    const isGiven = (): boolean => isGivenToWorkers(program, values, module, loop.given);
    const by = loop.isFailover ? 'failure' : isGiven() ? 'worker' : undefined;
    if (by) return { at, by, index: undefined, pool: from, reads: [] };
    const place = loop.kept < 0 ? at : address(module, loop.kept);
    return loop.reads.length > 0 ? bySearch(program, values, place, { pool: from, reads: loop.reads }) : undefined;
  }
  const selector = selectorOf(program, values, address(module, key), at);
  const keyed = byKey(program, at, selector, from);
  if (keyed) return keyed;
  const find = (g: ModuleGraph): readonly number[] => givenByIndex(g, node, key);
  return isGivenToWorkers(program, values, module, program.foundIn(module, `given ${node} ${key}`, find, 'selection'))
    ? { at, by: 'worker', index: undefined, pool: from, reads: selector.reads }
    : (byNumber(program, values, at, address(module, key), from) ?? numberedSelection(program, values, at));
}

/** One by an index or a key that changes from one time to the next. */
function byKey(
  program: Program,
  at: Address,
  { by, index, variables, counts, reads }: Selector,
  pool: Spot,
): Selection | undefined {
  if (by !== undefined) return { at, by, index, pool, reads };
  const isNext = failoversOf(program, at).some((f) => variables.has(f.variable) || (counts && f.isInnermost));
  return isNext ? { at, by: 'failure', index: undefined, pool, reads } : undefined;
}

/** One that a method reads by the key that it is given: `clients.get(turn)`. */
function byMethod(program: Program, values: Values, at: Address, call: number): Selection | undefined {
  const module = moduleOf(at);
  for (const row of rowsOfCall(program, values, module, call)) {
    if (row.row !== 'flow' || row.from.slot.at !== 'self' || row.to?.slot.at !== 'return') continue;
    const argument = row.from.path.length === 1 ? /^=(\d+)$/.exec(row.from.path[0]!)?.[1] : undefined;
    const { receiver, args } = program.callIn(module, call, 'selection');
    const key = argument === undefined ? undefined : args[Number(argument)];
    if (key === undefined || receiver < 0) continue;
    const selector = selectorOf(program, values, address(module, key.value), at);
    return byKey(program, at, selector, { at: address(module, receiver), path: ANY });
  }
  return undefined;
}

/** One by an index that each worker, or each attempt, has another one of. */
function byNumber(program: Program, values: Values, at: Address, key: Address, pool: Spot): Selection | undefined {
  const numbering = numberingOf(program, values, key);
  return numbering && { at, by: numbering.by, index: numbering.of, pool, reads: [] };
}

/** One of those that are kept under names with a number in them. */
function numberedSelection(program: Program, values: Values, at: Address): Selection | undefined {
  const name = computedName(program, values, at);
  for (const hole of name?.holes ?? []) {
    const numbered = byNumber(program, values, at, hole, name!.pool);
    if (numbered) return numbered;
    const { by, index, counts, reads } = selectorOf(program, values, hole, at);
    const isNext = (): boolean => counts && failoversOf(program, at).some(({ isInnermost }) => isInnermost);
    const picks = by ?? (isNext() ? 'failure' : undefined);
    if (picks) return { at, by: picks, index: index ?? hole, pool: name!.pool, reads };
  }
  return undefined;
}

/** One that is searched for: what passes over those that have failed takes the next after a failure. */
function bySearch(program: Program, values: Values, at: Address, { drawn, ...spent }: Spent): Selection {
  if (drawn) return { at, by: 'chance', index: undefined, pool: spent.pool, reads: [] };
  const isNext = isSetAside(program, values, moduleOf(at), spent.reads);
  return { at, by: isNext ? 'failure' : 'use', index: undefined, ...spent };
}

/** How a value changes from one time to the next, where it does so by itself. `place` is where it decides something. */
export function changing(program: Program, values: Values, at: Address, place: Address): Selection['by'] | undefined {
  return selectorOf(program, values, at, place).by;
}

/** Whether a value is made by chance, from numbers that nobody knows beforehand. */
export function isMadeAtRandom(program: Program, values: Values, at: Address): boolean {
  return changing(program, values, at, at) === 'chance';
}

/** The choices that a call makes by the catalog. */
function choicesOf(program: Program, values: Values, module: ModuleId, call: number): readonly ChoiceRow[] {
  return rowsOfCall(program, values, module, call).filter(
    (row): row is ChoiceRow => row.row === 'choice' && guardsHold(program, values, module, call, row.guards),
  );
}

function callSelection(program: Program, values: Values, module: ModuleId, call: number): Selection | undefined {
  const at = address(module, program.callIn(module, call, 'selection').node);
  for (const row of choicesOf(program, values, module, call)) {
    const [pool] = row.from === undefined ? [] : spots(program, module, call, row.from);
    if (pool === undefined || row.by === 'use' || row.by === 'order') continue;
    if (row.by !== 'chance' && row.by !== 'turn' && row.by !== 'least' && !isLasting(program, module, pool, at))
      continue;
    const alike = row.alike.flatMap((place) => spots(program, module, call, place).map((spot) => tail(spot.path)));
    const own = alike.length > 0 ? { alike } : {};
    return { at, by: row.by, index: undefined, pool: { at: pool.at, path: ANY }, reads: [], ...own };
  }
  const spent = spentByCall(program, (m, each) => choicesOf(program, values, m, each), module, call);
  if (spent) return bySearch(program, values, at, spent);
  const row = rowPicked(program, values, module, call, 'return');
  if (row) return { at, index: undefined, ...row };
  return byMethod(program, values, at, call) ?? numberedSelection(program, values, at);
}

/** Whether a call at a place takes from something that is there before it, so that the next time finds one less. */
function isLasting(program: Program, module: ModuleId, pool: Spot, at: Address): boolean {
  const [kept, place] = [nodeOf(pool.at), nodeOf(at)];
  return program.foundIn(module, `outlives ${kept} ${place}`, (g) => outlives(g, kept, place), 'selection');
}

/** A collection that is put into another order: whatever is read from it later has been picked by that. */
function updateSelection(program: Program, values: Values, module: ModuleId, post: number): Selection | undefined {
  const graph = program.graphBehind(address(module, post), 'selection');
  const call = callOfUpdate(graph, post);
  if (call < 0) return undefined;
  const at = address(module, graph.calls[call]!.node);
  const row = graph.calls[call]!.receiverPost === post && rowPicked(program, values, module, call, 'self');
  if (row) return { at, index: undefined, ...row };
  // What gives the chosen ones as its result leaves the collection as it was.
  const rows = rowsOfCall(program, values, module, call);
  if (rows.some((row) => row.row === 'flow' && row.to?.slot.at === 'return')) return undefined;
  for (const row of choicesOf(program, values, module, call)) {
    if (row.from === undefined || (row.by !== 'chance' && row.by !== 'turn')) continue;
    for (const pool of spots(program, module, call, row.from)) {
      const { receiver, receiverPost, args } = graph.calls[call]!;
      const updated = receiverPost === post ? receiver : args.find((arg) => arg.post === post)?.value;
      if (updated === nodeOf(pool.at))
        return { at, by: row.by, index: undefined, pool: { at: pool.at, path: ANY }, reads: [] };
    }
  }
  return undefined;
}

/** What an index is made of. `place` is where it picks. */
function selectorOf(program: Program, values: Values, key: Address, place: Address): Selector {
  const reads = new Set<string>();
  const variables = new Set<number>();
  const seen = new Set<Address>();
  let chance = false;
  let turn = false;
  let counts = false;
  let lasts = false;
  let failure = false;
  let index: Address | undefined;
  const searched: { readonly at: Address; readonly names: readonly string[] }[] = [];

  function visit(root: Address, operations: readonly Address[]): void {
    for (const { at, path } of values.behind(root)) {
      const module = moduleOf(at);
      const node = nodeOf(at);
      const graph = program.graphBehind(at, 'selection');
      const kind = graph.kinds[node] as NodeKind;
      if (kind === NodeKind.Operation && operations.includes(at)) {
        counts = true;
        index ??= at;
      }
      if (seen.has(at) || seen.size > limits.nodesPerSelector) continue;
      seen.add(at);
      const name = nameAt(graph, node, kind);
      if (name !== undefined) reads.add(name);
      if (kind === NodeKind.Cell || kind === NodeKind.Parameter) lasts = true;
      if (kind === NodeKind.Load && module === moduleOf(place)) variables.add(node);
      // An index that is read from a list of indices is picked by where in that list: `keys[free[random()]]`.
      if (kind === NodeKind.Load && graph.strings[graph.data[node]!] === ANY)
        eachEdge(graph.in, node, (end, edge) => {
          if (edge === EdgeKind.Key) visit(address(module, end), operations);
        });
      // The index of the one that a loop found to be the best so far.
      const kept = program.foundIn(module, `loop that gives ${node}`, (g) => loopThatGives(g, node), 'selection');
      if (kept && kept.kept >= 0 && kept.reads.length > 0) {
        index ??= at;
        searched.push({ at: address(module, kept.kept), names: kept.reads });
      }
      if (path !== '') continue;
      if (kind === NodeKind.Operation) {
        if (graph.strings[graph.data[node]!] === '%') {
          turn = true;
          index ??= at;
        }
        failure ||= regionsAround(graph, node).some((r) => graph.regions[r]!.kind === 'handler');
        eachEdge(graph.in, node, (end, edge) => {
          if (edge === EdgeKind.Measure || edge === EdgeKind.Text) visit(address(module, end), [...operations, at]);
        });
      } else if (kind === NodeKind.Call) {
        const call = graph.calls[graph.data[node]!]!;
        const all = choicesOf(program, values, module, graph.data[node]!);
        const search = all.find((row) => row.by === 'use');
        // What is next of something that is made there is the first of it, and the next time again.
        const isFirst = (row: ChoiceRow): boolean =>
          search !== undefined &&
          row.by === 'next' &&
          !(
            row.from &&
            spots(program, module, graph.data[node]!, row.from).some((s) => isLasting(program, module, s, at))
          );
        const choices = all.filter((row) => row.by !== 'use' && row.by !== 'order' && !isFirst(row));
        if (choices.length > 0 || search) index ??= at;
        if (choices.some((row) => row.by === 'chance')) chance = true;
        else if (choices.length > 0) turn = true;
        else if (search) searched.push({ at, names: namesOfSearch(program, search, module, graph.data[node]!) });
        else if (!values.targets(module, graph.data[node]!).some((t) => t.is === 'function'))
          for (const arg of call.args) visit(address(module, arg.value), operations);
      }
    }
  }
  visit(key, []);
  const moves = turn || (counts && (lasts || failure));
  const search = searched[0];
  if (search && !chance && !moves) {
    const isNext = isSetAside(program, values, moduleOf(search.at), search.names);
    return { by: isNext ? 'failure' : 'use', index: search.at, variables, counts: false, reads: search.names };
  }
  const by = chance ? 'chance' : moves ? (failure ? 'failure' : 'turn') : undefined;
  // Where a counter goes on from one call to the next, what else may say which is the next one only keeps somebody to the one he has.
  const isCounted = counts && lasts && !chance;
  return { by, index, variables, counts: counts && !lasts, reads: isCounted ? [] : [...reads] };
}

function nameAt(graph: ModuleGraph, node: number, kind: NodeKind): string | undefined {
  if (kind === NodeKind.Parameter) return graph.functions[graph.data[node]!]!.params.find((p) => p.node === node)?.name;
  const isNamed = kind === NodeKind.Load || kind === NodeKind.Cell || kind === NodeKind.Definition;
  return isNamed ? graph.strings[graph.data[node]!] : undefined;
}

/** What a loop does with the items that it gives. */
interface Giving {
  readonly isFailover: boolean;
  /** The calls in it that are given an item. */
  readonly given: readonly number[];
  /** The names that decide which item it ends with. */
  readonly reads: readonly string[];
  /** Where it keeps an item for what comes after it; -1 if it does not, or ends with the item. */
  readonly kept: number;
}

function loopThatGives(graph: ModuleGraph, item: number): Giving | undefined {
  const loop = graph.regions.findIndex((r) => r.loop?.variable === item);
  if (loop < 0) return undefined;
  const { form, returns, breaks } = graph.regions[loop]!.loop!;
  const isLeft = form === 'for-each' && (returns || breaks);
  const kept = isLeft ? -1 : keptFor(graph, item, loop);
  return {
    isFailover: isFailover(graph, loop) || (isLeft && isTriedInTurn(graph, item, loop)),
    given: callsGiven(graph, item, loop),
    reads: isLeft || kept >= 0 ? readsOfLoop(graph, loop) : [],
    kept,
  };
}

/** Whether a loop ends with what a call answers that is given an item, if that will do: else it goes on to the next item. */
function isTriedInTurn(graph: ModuleGraph, item: number, loop: number): boolean {
  const tested = graph.regions.flatMap(({ kind, subject }, region) =>
    kind === 'branch' && subject >= 0 && ancestors(graph, region).includes(loop) ? [subject] : [],
  );
  return callsGiven(graph, item, loop, true).some((call) => {
    const { node } = graph.calls[call]!;
    return leaves(graph, node, loop) && tested.some((subject) => tells(graph, subject, node));
  });
}

/** Whether a condition asks anything of a value. */
function tells(graph: ModuleGraph, subject: number, value: number): boolean {
  const reached = new Set([subject]);
  for (const n of walk(reached, limits.nodesPerSelector)) {
    if (n === value) return true;
    eachEdge(graph.in, n, (end, edge) => {
      if (edge !== EdgeKind.Callee) reached.add(end);
    });
  }
  return false;
}

/** Whether a value is there behind a loop, or is what its function returns. */
function leaves(graph: ModuleGraph, node: number, loop: number): boolean {
  const reached = new Set([node]);
  for (const n of walk(reached, limits.nodesPerWalk)) {
    if (!regionsAround(graph, n).includes(loop)) return true;
    eachEdge(graph.out, n, (end, edge) => {
      if (edge === EdgeKind.Flow || edge === EdgeKind.Load || edge === EdgeKind.Text) reached.add(end);
    });
  }
  return false;
}

/** Where a loop keeps an item in a variable from around it, as a condition says: the smallest so far, the last that will do. */
function keptFor(graph: ModuleGraph, item: number, loop: number): number {
  const isWithin = (node: number): boolean => regionsAround(graph, node).includes(loop);
  const inBranch = (node: number): boolean => {
    const around = regionsAround(graph, node);
    return around.slice(0, Math.max(around.indexOf(loop), 0)).some((r) => graph.regions[r]!.kind === 'branch');
  };
  const reached = new Set([item]);
  for (const n of walk(reached, limits.nodesPerWalk)) {
    if (graph.kinds[n] === NodeKind.Definition && inBranch(n) && outlasts(graph, n, isWithin)) return n;
    eachEdge(graph.out, n, (end, edge) => {
      if ((edge === EdgeKind.Flow || edge === EdgeKind.Load) && isWithin(end)) reached.add(end);
    });
  }
  return -1;
}

/** Whether a definition in a loop meets one from before the loop, so that its variable is not made anew in each round. */
function outlasts(graph: ModuleGraph, definition: number, isWithin: (node: number) => boolean): boolean {
  const reached = new Set([definition]);
  for (const n of walk(reached, limits.nodesPerWalk)) {
    let isFromAround = false;
    eachEdge(graph.in, n, (start, edge) => {
      isFromAround ||= edge === EdgeKind.Flow && !isWithin(start);
    });
    if (n !== definition && isFromAround) return true;
    eachEdge(graph.out, n, (end, edge) => {
      if (edge === EdgeKind.Flow && graph.kinds[end] === NodeKind.Join) reached.add(end);
    });
  }
  return false;
}

interface FailoverAround {
  readonly variable: number;
  readonly isInnermost: boolean;
}

function failoversOf(program: Program, at: Address): readonly FailoverAround[] {
  const node = nodeOf(at);
  return program.foundIn(moduleOf(at), `failovers around ${node}`, (g) => failoversAround(g, node), 'selection');
}

/** The loops around a node that are failovers, innermost first. */
function failoversAround(graph: ModuleGraph, node: number): readonly FailoverAround[] {
  return statementsAround(graph, node).flatMap((loop, i) => {
    const { variable } = graph.regions[loop]!.loop!;
    return isFailover(graph, loop) ? [{ variable, isInnermost: i === 0 }] : [];
  });
}

/** The calls that are given what is read at a node by an index, in the loop that gives the index. */
function givenByIndex(graph: ModuleGraph, node: number, index: number): readonly number[] {
  const loop = loopsAround(graph, node).find((r) => {
    const { variable } = graph.regions[r]!.loop!;
    return variable >= 0 && isMadeOf(graph, index, variable);
  });
  return loop === undefined ? [] : callsGiven(graph, node, loop);
}

/** Whether a collection is there before the place that takes from it is come to, so that the next time finds one less. */
function outlives(graph: ModuleGraph, pool: number, place: number): boolean {
  const loops = statementsAround(graph, place);
  const fn = functionOf(graph, place);
  const reached = new Set([pool]);
  for (const n of walk(reached, limits.nodesPerWalk)) {
    switch (graph.kinds[n] as NodeKind) {
      case NodeKind.Parameter:
      case NodeKind.Cell:
      case NodeKind.Import:
        return true;
      case NodeKind.Call:
      case NodeKind.Allocation:
        if (functionOf(graph, n) !== fn || loops.some((loop) => !regionsAround(graph, n!).includes(loop))) return true;
        break;
      default:
        eachEdge(graph.in, n, (end, edge) => {
          if (edge === EdgeKind.Flow || edge === EdgeKind.Load) reached.add(end);
        });
    }
  }
  return false;
}
