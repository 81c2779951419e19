// The constant text behind a value: what a file name, a hub id or a prompt is put together from. Unlike a backward question this
// does not ask what the value is; it gathers every piece of text that goes into it.
import { EdgeKind, eachEdge, NodeKind } from '../graph/graph.ts';
import { calleeName } from './callee.ts';
import { argumentsAt, callUpdating, suppliers } from './calls.ts';
import { limits } from './limits.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { rowsOfCall, rowsOfTargets } from './rows.ts';
import { spots } from './spots.ts';
import type { Thing } from './things.ts';
import type { Values } from './values.ts';
import { walk } from './walk.ts';

/** How texts are gathered. */
export interface Gathering {
  /** Whether what containers hold is looked into. */
  readonly deep: boolean;
  /** The calls through which functions are entered, where they are known. */
  readonly through: readonly Address[];
  /** Whether templates are given as a whole too, with the largest number that each hole may hold. */
  readonly numbers?: boolean;
}

/** Constant pieces behind the values at `from`, nearest first, each once. */
export function textsBehind(
  program: Program,
  values: Values,
  from: readonly Address[],
  { deep, through, numbers = false }: Gathering,
): readonly string[] {
  const found = new Set<string>();
  const reached = new Set(from);
  for (const at of walk(reached, limits.nodesPerPrompt)) {
    const module = moduleOf(at);
    const node = nodeOf(at);
    const graph = program.graphBehind(at, 'text');
    switch (graph.kinds[node] as NodeKind) {
      case NodeKind.Constant: {
        const value = graph.constants[graph.data[node]!];
        if (typeof value === 'string' && value !== '') found.add(value);
        break;
      }
      case NodeKind.Template:
        if (numbers) found.add(withNumbers(program, values, through, at));
        for (const part of graph.templates[graph.data[node]!]!) {
          if (typeof part === 'string') found.add(part);
          else reached.add(address(module, part));
        }
        break;
      case NodeKind.Call:
        for (const spot of passedThrough(program, values, module, graph.data[node]!)) reached.add(spot);
        for (const spot of givenByCallback(program, values, module, graph.data[node]!)) reached.add(spot);
        break;
      case NodeKind.Parameter: {
        const given = givenBy(program, values, through, module, node);
        for (const supplied of given) reached.add(supplied);
        if (given.length > 0) break;
        for (const thing of values.what(at)) if ('at' in thing && thing.at !== at) reached.add(thing.at);
        break;
      }
      case NodeKind.Import:
      case NodeKind.Load:
        for (const thing of values.what(at)) if ('at' in thing && thing.at !== at) reached.add(thing.at);
        break;
      default:
        if (deep) for (const put of putInto(program, values, module, node)) reached.add(put);
        eachEdge(graph.in, node, (end, kind) => {
          if (kind === EdgeKind.Flow || kind === EdgeKind.Text || (deep && kind === EdgeKind.Store))
            reached.add(address(module, end));
        });
    }
  }
  return [...found];
}

/** A template with the numbers that fill its holes; nothing stands where something else does. */
function withNumbers(program: Program, values: Values, through: readonly Address[], at: Address): string {
  const module = moduleOf(at);
  const graph = program.graphBehind(at, 'text');
  return graph.templates[graph.data[nodeOf(at)]!]!.map((part) => {
    if (typeof part === 'string') return part;
    const isParameter = graph.kinds[part] === NodeKind.Parameter;
    const given = isParameter ? givenBy(program, values, through, module, part) : [];
    const numbers = (given.length > 0 ? given : [address(module, part)])
      .flatMap((from) => values.what(from))
      .flatMap((thing) => (thing.is === 'constant' && typeof thing.value === 'number' ? [thing.value] : []));
    return numbers.length > 0 ? Math.max(...numbers) : '';
  }).join('');
}

/** What the calls among `through` that invoke a parameter's function give it. */
function givenBy(
  program: Program,
  values: Values,
  through: readonly Address[],
  module: ModuleId,
  node: number,
): readonly Address[] {
  const { data, functions } = program.graphBehind(address(module, node), 'text');
  const fn = data[node]!;
  const info = functions[fn]!;
  const param = info.params.findIndex((p) => p.node === node);
  return through.flatMap((at) => {
    const graph = program.graphBehind(at, 'text');
    if (graph.kinds[nodeOf(at)] !== NodeKind.Call) return [];
    const index = graph.data[nodeOf(at)]!;
    const target = values
      .targets(moduleOf(at), index)
      .find((thing) => thing.is === 'function' && thing.module === module && thing.fn === fn);
    if (target?.is !== 'function') return [];
    const call = graph.calls[index]!;
    return suppliers(info, call, param, '', target.bound, target.given?.positions).map((s) =>
      address(moduleOf(at), call.args[s.index]!.value),
    );
  });
}

/** What a call's result is made of: what catalogued libraries pass on, and what project functions return. */
export function passedThrough(program: Program, values: Values, module: ModuleId, index: number): readonly Address[] {
  return [...passedTo(program, values, module, index, 'return'), ...resultsOf(program, values.targets(module, index))];
}

/** What a library call puts into its receiver, if `node` is the receiver after such a call: `rows.append(row)`. */
export function putInto(program: Program, values: Values, module: ModuleId, node: number): readonly Address[] {
  const graph = program.graphBehind(address(module, node), 'text');
  if (graph.kinds[node] !== NodeKind.PostUpdate) return [];
  const index = callUpdating(graph, node);
  return index < 0 ? [] : passedTo(program, values, module, index, 'self');
}

/** What rows of a library call pass on to its result or its receiver. */
function passedTo(
  program: Program,
  values: Values,
  module: ModuleId,
  index: number,
  slot: 'return' | 'self',
): readonly Address[] {
  const graph = program.graphOfCall(module, index, 'text');
  const call = graph.calls[index]!;
  const name = calleeName(graph, call.callee);
  const rows = rowsOfTargets(values, module, index);
  const untyped = name === undefined ? undefined : program.catalog.untyped(program.ecosystem(module), name);
  return (rows.length > 0 ? rows : (untyped?.rows ?? [])).flatMap((row) =>
    row.row === 'flow' && row.to?.slot.at === slot && row.how !== 'measure' && row.how !== 'stop'
      ? spots(program, module, index, row.from).map((spot) => spot.at)
      : [],
  );
}

/** What a callback gives for each item, where the call of a library gives all of that: `messages.map((message) => …)`. */
function givenByCallback(program: Program, values: Values, module: ModuleId, index: number): readonly Address[] {
  const call = program.callIn(module, index, 'text');
  return rowsOfCall(program, values, module, index)
    .flatMap((row) => (row.row === 'call' && row.result?.slot.at === 'return' ? argumentsAt(call, row.callable) : []))
    .flatMap((i) => resultsOf(program, values.what(address(module, call.args[i]!.value))));
}

/** What the functions among some things return. */
function resultsOf(program: Program, things: readonly Thing[]): readonly Address[] {
  return things.flatMap((thing) =>
    thing.is === 'function' ? [address(thing.module, program.functionIn(thing.module, thing.fn, 'text').result)] : [],
  );
}
