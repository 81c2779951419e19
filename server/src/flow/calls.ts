// How the arguments of a call meet the parameters of a function, in both directions. Pure: one call, one function.

import { addTo } from '../base/groups.ts';
import type { CallRow, CallSlot, Place } from '../catalog/model.ts';
import {
  ANY,
  type Argument,
  type Call,
  callsInOrder,
  EdgeKind,
  eachEdge,
  type FunctionInfo,
  type ModuleGraph,
  NodeKind,
  type Parameter,
  perGraph,
} from '../graph/graph.ts';
import { limits } from './limits.ts';
import { type AccessPath, head, matches, prepend, tail } from './paths.ts';
import { walk } from './walk.ts';

/** A parameter and the access path under which the argument's value arrives in it. */
export interface Arrival {
  readonly param: number;
  readonly path: AccessPath;
}

/** Position of argument `index` among the positional ones, or -1 after a spread (its position is unknown). */
export function positionOf(args: readonly Argument[], index: number): number {
  let position = 0;
  for (let i = 0; i < index; i++) {
    if (args[i]!.kind === 'spread') return -1;
    if (args[i]!.kind === 'positional') position++;
  }
  return position;
}

/** Where a value at `path` of argument `index` arrives. `bound`: the first parameter is the receiver, not an argument, also of a
 * function that stands for a method (`wrapper(*args)`); `given`: so many arguments were given beforehand. */
export function arrivals(
  fn: FunctionInfo,
  call: Call,
  index: number,
  path: AccessPath,
  bound: boolean,
  given = 0,
): Arrival[] {
  const arg = call.args[index]!;
  const params = fn.params;
  const first = firstArgument(fn, bound);
  const before = bound && first === 0 && standsForMethod(params) ? given + 1 : given;
  switch (arg.kind) {
    case 'positional':
      return positional(params, first, behind(positionOf(call.args, index), before), path);
    case 'keyword':
      return arg.name === undefined ? [] : named(params, first, arg.name, path);
    case 'spread': {
      const element = head(path);
      const start = behind(positionOf(call.args, index), before);
      if (element !== undefined && /^\d+$/.test(element) && start >= 0)
        return positional(params, first, start + Number(element), tail(path));
      return positional(params, first, -1, element === undefined ? '' : tail(path));
    }
    case 'keyword-spread': {
      const element = head(path);
      if (element !== undefined && element !== ANY) return named(params, first, element, tail(path));
      const rest = element === undefined ? '' : tail(path);
      return params.flatMap(({ kind }, param) => (param < first || kind === 'rest' ? [] : [{ param, path: rest }]));
    }
  }
}

/** A position, if it is known, behind so many arguments. */
function behind(position: number, before: number): number {
  return position < 0 ? position : position + before;
}

/** The first parameter that is an argument: not the receiver of what is `bound`. */
function firstArgument({ params: [self], binding }: FunctionInfo, bound: boolean): number {
  return bound && self && (self.kind === 'self' || binding === 'instance' || binding === 'class') ? 1 : 0;
}

/** Whether a function outside of any class takes a receiver as the first of what it is given: a wrapper of a method. */
function standsForMethod([first]: readonly Parameter[]): boolean {
  return first?.kind === 'rest' || first?.name === 'self';
}

/** Where the argument at a position arrives; one of unknown position (-1) in all that take one, but not as the receiver: that is one
 * object, and most of what is given with it is not. */
function positional(params: readonly Parameter[], first: number, position: number, path: AccessPath): Arrival[] {
  const found: Arrival[] = [];
  let at = 0;
  for (let param = first; param < params.length; param++) {
    const { kind } = params[param]!;
    if (kind === 'rest') {
      found.push({ param, path: prepend(position < 0 ? ANY : String(position - at), path) });
      break;
    }
    if (kind === 'keyword' || kind === 'keyword-rest') continue;
    if (position < 0 ? kind !== 'self' : at === position) found.push({ param, path });
    if (at === position) break;
    at++;
  }
  return found;
}

/** Where an argument that is given by name arrives: the parameter of that name, or the one that takes any. */
function named(params: readonly Parameter[], first: number, name: string, path: AccessPath): Arrival[] {
  const isNamed = ({ kind, name: own }: Parameter, i: number): boolean =>
    i >= first && own === name && kind !== 'rest' && kind !== 'keyword-rest';
  const param = params.findIndex(isNamed);
  if (param >= 0) return [{ param, path }];
  const rest = params.findIndex(({ kind }) => kind === 'keyword-rest');
  return rest >= 0 ? [{ param: rest, path: prepend(name, path) }] : [];
}

/** What reaches parameter `param`: argument indices, and the path to ask for below each. The reverse of `arrivals`. */
export function suppliers(
  fn: FunctionInfo,
  call: Call,
  param: number,
  path: AccessPath,
  bound: boolean,
  before = 0,
): { readonly index: number; readonly path: AccessPath }[] {
  const found: { index: number; path: AccessPath }[] = [];
  const params = fn.params;
  const wanted = params[param]!;
  const first = firstArgument(fn, bound);
  call.args.forEach((arg, index) => {
    if (arg.kind === 'positional') {
      const position = positionOf(call.args, index);
      const into = arrivals(fn, call, index, '', bound, before).find((a) => a.param === param);
      if (!into) return;
      if (wanted.kind === 'rest') {
        const element = head(path);
        if (element === undefined || matches(head(into.path) ?? ANY, element)) found.push({ index, path: tail(path) });
      } else if (position >= 0 || into) found.push({ index, path });
    } else if (arg.kind === 'keyword') {
      const into = arrivals(fn, call, index, '', bound, before).find((a) => a.param === param);
      if (!into) return;
      if (wanted.kind === 'keyword-rest') {
        const element = head(path);
        if (element === undefined || matches(arg.name ?? ANY, element)) found.push({ index, path: tail(path) });
      } else found.push({ index, path });
    } else if (arg.kind === 'spread') {
      const element = elementAt(call, index, param - first - before);
      if (wanted.kind === 'rest') found.push({ index, path });
      else if (wanted.kind === 'positional' && param >= first + before && element !== undefined)
        found.push({ index, path: prepend(element, path) });
    } else if (wanted.kind === 'keyword-rest') found.push({ index, path });
    else if (param >= first) found.push({ index, path: prepend(wanted.name, path) });
  });
  return found;
}

/** The element of what is spread as argument `index` that stands at a position; undefined where it stands before that. */
export function elementAt(call: Call, index: number, position: number): string | undefined {
  const start = positionOf(call.args, index);
  if (start < 0) return ANY;
  return position < start ? undefined : String(position - start);
}

/** The calls that are given the value at a node as an argument; `called`: also those of its methods. */
export function takersOf(graph: ModuleGraph, node: number, called = false): readonly number[] {
  const calls: number[] = [];
  eachEdge(graph.out, node, (end, kind) => {
    if (kind === EdgeKind.Argument || (called && kind === EdgeKind.Receiver)) calls.push(graph.data[end]!);
  });
  return calls;
}

/** The node that `Self` means at a call: the receiver, or what is called where there is none (`chord(tasks)(save)`). */
export function selfOf(call: Call): number {
  return call.receiver >= 0 ? call.receiver : call.callee;
}

/** Whether a call of a class fills in the object at hand rather than makes one: `super().__init__(rows)`. Its callee is the class
 * itself, where that of `models.Forest(rows)` is read from the receiver. */
export function fillsIn(graph: ModuleGraph, { callee, receiver }: Call): boolean {
  if (receiver < 0) return false;
  let isRead = false;
  eachEdge(graph.in, callee, (end, kind) => {
    if (kind === EdgeKind.Load && end === receiver) isRead = true;
  });
  return !isRead;
}

/** Indices of the arguments that a catalog slot speaks of. */
export function argumentsAt(call: Call, slot: CallSlot): readonly number[] {
  const found: number[] = [];
  for (let i = 0; i < call.args.length; i++) if (isAt(call, i, slot)) found.push(i);
  return found;
}

function isAt(call: Call, i: number, slot: CallSlot): boolean {
  const { kind } = call.args[i]!;
  switch (slot.at) {
    case 'keywords':
      return kind === 'keyword' || kind === 'keyword-spread';
    case 'arguments': {
      const position = positionOf(call.args, i);
      return kind !== 'positional' || position < 0 || position >= slot.from;
    }
    case 'argument':
    case 'callback':
    case 'callback-return':
      return (
        isArgument(call, i, slot.index, slot.name) ||
        (kind === 'keyword-spread' && slot.name !== undefined && !isGiven(call, slot.name))
      );
    default:
      return false;
  }
}

/** Whether an argument is written out under a name: then what is spread beside it has none of that name. */
function isGiven(call: Call, name: string): boolean {
  return call.args.some((arg) => arg.kind === 'keyword' && arg.name === name);
}

/** Whether argument `i` is the one at position `index` or of name `name`. */
export function isArgument(call: Call, i: number, index: number, name: string | undefined): boolean {
  const arg = call.args[i]!;
  if (arg.kind === 'keyword') return name !== undefined && arg.name === name;
  if (index < 0) return false;
  if (arg.kind === 'spread') return positionOf(call.args, i) <= index;
  return arg.kind === 'positional' && positionOf(call.args, i) === index;
}

/** Where a library that invokes a callback takes the callback's parameter from, the one at a position or of a name. */
export function passedTo(row: CallRow, parameter: number, name?: string): readonly Place[] {
  const found = row.passes.flatMap(({ parameter: first, from, spread }) => {
    if (spread && first <= parameter) return [{ ...from, path: [...from.path, String(parameter - first)] }];
    return first === parameter ? [from] : [];
  });
  if (row.forwardsFrom >= 0)
    found.push({ slot: { at: 'argument', index: row.forwardsFrom + parameter, name }, path: [] });
  return found;
}

/** The call after which `node` is what its receiver has become, or -1. */
export function callUpdating(graph: ModuleGraph, node: number): number {
  return updates(graph).get(node) ?? -1;
}

const updates = perGraph(
  (graph) => new Map(callsInOrder(graph).map((index) => [graph.calls[index]!.receiverPost, index])),
);

/** The call after which `post` is what its receiver or one of its arguments has become, or -1. */
export function callOfUpdate(graph: ModuleGraph, post: number): number {
  const isAround = (index: number): boolean => {
    const { node } = graph.calls[index]!;
    return graph.starts[node]! <= graph.starts[post]! && graph.ends[node]! >= graph.ends[post]!;
  };
  return leaving(graph).get(post)?.find(isAround) ?? -1;
}

/** By the node after a call that is what its receiver or an argument has become: the calls, in order. */
const leaving = perGraph((graph) => {
  const found = new Map<number, number[]>();
  for (const index of callsInOrder(graph)) {
    const { receiverPost, args } = graph.calls[index]!;
    for (const post of new Set([receiverPost, ...args.map((arg) => arg.post)])) addTo(found, post, index);
  }
  return found;
});

/** The call whose receiver is the value of `node`, or -1. */
export function calledOn(graph: ModuleGraph, node: number): number {
  let call = -1;
  eachEdge(graph.out, node, (end, kind) => {
    if (kind === EdgeKind.Receiver) call = graph.data[end]!;
  });
  return call;
}

/** The parameter that a node is, of whatever function, or -1. */
export function parameterBehind(graph: ModuleGraph, node: number): number {
  let at = node;
  for (let steps = 0; steps < limits.namesPerChain && graph.kinds[at] !== NodeKind.Parameter; steps++) {
    let before = -1;
    eachEdge(graph.in, at, (end, edge) => {
      if (edge === EdgeKind.Flow) before = end;
    });
    if (before < 0) return -1;
    at = before;
  }
  return graph.kinds[at] === NodeKind.Parameter ? at : -1;
}

/** The calls of an object's methods: the one that leaves it as it is at a node, and those that are made on it next. */
export function callsOn(graph: ModuleGraph, node: number): readonly number[] {
  const found: number[] = [];
  const last = graph.kinds[node] === NodeKind.PostUpdate ? callUpdating(graph, node) : -1;
  if (last >= 0) found.push(last);
  eachEdge(graph.out, node, (end, edge) => {
    if (edge === EdgeKind.Receiver) found.push(graph.data[end]!);
  });
  return found;
}

/** Which parameter of a function of its module a value is, whole or as a copy that is worked through, or -1. */
export function parameterOf(graph: ModuleGraph, node: number, { params }: FunctionInfo): number {
  const reached = new Set([node]);
  for (const n of walk(reached, limits.nodesPerWalk)) {
    const param = params.findIndex((p) => p.node === n);
    if (param >= 0) return param;
    eachEdge(graph.in, n, (end, kind) => {
      if (kind === EdgeKind.Flow) reached.add(end);
    });
  }
  return -1;
}

/** Adds a node that is a call, or the calls that a literal collection holds. */
export function addCalls(graph: ModuleGraph, node: number, calls: Set<number>): void {
  if (graph.kinds[node] === NodeKind.Call) calls.add(node);
  if (graph.kinds[node] !== NodeKind.Allocation) return;
  eachEdge(graph.in, node, (end, kind) => {
    if (kind === EdgeKind.Store && graph.kinds[end] === NodeKind.Call) calls.add(end);
  });
}
