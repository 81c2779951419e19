// Which rows of the catalog hold for each call of a module, and why: for those who write rows (`distillint catalog try`).
// It asks what the search asks of a call that a value reaches, in the same order, and follows nothing.
import type { ApiPosition, Guard, Row } from '../catalog/model.ts';
import { guardText, placeText } from '../catalog/words.ts';
import { type Call, callsInOrder, NodeKind } from '../graph/graph.ts';
import { calleeName, endsWith } from './callee.ts';
import { madeBy } from './clients.ts';
import { placeOf, type SourcePlace } from './observation.ts';
import { urlHolds } from './origins.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { guardHolds, thingsAt } from './rows.ts';
import { spots } from './spots.ts';
import { isWithout, type Thing } from './things.ts';
import type { Values } from './values.ts';

/** One condition of a row, tried on a call. */
export interface GuardMatch {
  /** In the words of the grammar. */
  readonly text: string;
  readonly holds: boolean;
  /** The constants that may stand there; `not given` and `not known` where there are none. */
  readonly found: readonly (string | number | boolean | null)[] | 'not given' | 'not known';
}

/** One row that is about a call. It holds if all its guards do. */
export interface RowMatch {
  readonly row: Row;
  readonly holds: boolean;
  readonly guards: readonly GuardMatch[];
}

/** Where the value of a library came from that a callee was read from. */
export interface Through {
  readonly place: SourcePlace;
  readonly how: 'import' | 'call' | 'global' | 'class' | 'value';
}

/** One thing that a callee may be, and the rows that are about it. */
export interface Way {
  /** The API path. */
  readonly api: string;
  /** `path`: the callee is known; `end`: only the end of its path is; `method`: any receiver has a method of that name. */
  readonly by: 'path' | 'end' | 'method';
  readonly through: Through | undefined;
  readonly rows: readonly RowMatch[];
}

/** One call of a module. */
export interface CallMatch {
  readonly place: SourcePlace;
  readonly callee: SourcePlace;
  readonly ways: readonly Way[];
  /** What the callee is of a library where the catalog has nothing to say: API paths. */
  readonly outside: readonly string[];
  /** Whether it may be a function or class of the workspace. */
  readonly own: boolean;
}

/** The calls of a module in source order. */
export function matchesOf(program: Program, values: Values, module: ModuleId): readonly CallMatch[] {
  const graph = program.graph(module, 'asked for');
  const matches = callsInOrder(graph).map((index): CallMatch => {
    const call = graph.calls[index]!;
    const things = values.targets(module, index);
    const ways = things.flatMap((thing): Way[] => {
      if (thing.is !== 'api' || thing.position.rows.length === 0) return [];
      const through = throughOf(program, thing.at);
      const rows = thing.position.rows.map((row) => rowMatch(program, values, module, index, row, thing));
      return [{ api: thing.position.path, by: 'path', through, rows }];
    });
    const own = things.some((thing) => thing.is === 'function' || thing.is === 'class');
    if (ways.length === 0 && !own) ways.push(...waysByName(program, values, module, index));
    return {
      place: placeOf(program, address(module, call.node)),
      callee: calleePlace(program, module, call),
      ways,
      outside: [...new Set(things.flatMap((thing) => outsideName(thing)))],
      own,
    };
  });
  return matches.sort((a, b) => a.place.start - b.place.start || a.place.end - b.place.end);
}

/** Where a call writes what it invokes. What a function closes over stands in the graph once, where it was declared. */
function calleePlace(program: Program, module: ModuleId, call: Call): SourcePlace {
  const callee = placeOf(program, address(module, call.callee));
  const place = placeOf(program, address(module, call.node));
  if (callee.start >= place.start && callee.end <= place.end) return callee;
  const start = place.start + (call.form === 'new' ? 'new '.length : 0);
  return { ...place, start, end: Math.min(place.end, start + callee.end - callee.start) };
}

/** What a call is known as by the name of its callee alone. */
function waysByName(program: Program, values: Values, module: ModuleId, index: number): Way[] {
  const graph = program.graph(module, 'asked for');
  const call = graph.calls[index]!;
  const name = calleeName(graph, call.callee);
  if (name === undefined) return [];
  const ecosystem = program.ecosystem(module);
  const way = (position: ApiPosition, by: Way['by']): Way => ({
    api: position.path,
    by,
    through: undefined,
    rows: position.rows.map((row) => rowMatch(program, values, module, index, row, undefined)),
  });
  const tails = program.catalog
    .tails(ecosystem, name)
    .filter(({ members }) => endsWith(graph, call.callee, members))
    .map(({ position }) => way(position, 'end'));
  if (tails.length > 0 || call.receiver < 0) return tails;
  const untyped = program.catalog.untyped(ecosystem, name);
  return untyped && untyped.rows.length > 0 ? [way(untyped, 'method')] : [];
}

function rowMatch(
  program: Program,
  values: Values,
  module: ModuleId,
  index: number,
  row: Row,
  thing: Extract<Thing, { is: 'api' }> | undefined,
): RowMatch {
  const written = 'guards' in row ? (row.guards ?? []) : [];
  const guards = written.map((guard) => guardMatch(program, values, module, index, guard));
  if (row.row === 'source' && row.url) {
    const client = thing && madeBy(program, thing);
    guards.push({
      text: `${placeText(row.url)} is the address of a model`,
      holds: urlHolds(program, values, module, index, row, client),
      found: foundAt(program, values, module, index, row.url),
    });
  }
  return { row, holds: guards.every(({ holds }) => holds), guards };
}

function guardMatch(program: Program, values: Values, module: ModuleId, index: number, guard: Guard): GuardMatch {
  return {
    text: guardText(guard),
    holds: guardHolds(program, values, module, index, guard),
    found: foundAt(program, values, module, index, guard.place),
  };
}

function foundAt(
  program: Program,
  values: Values,
  module: ModuleId,
  index: number,
  place: Guard['place'],
): GuardMatch['found'] {
  if (spots(program, module, index, place).length === 0) return 'not given';
  const things = thingsAt(program, values, module, index, place);
  if (things.length > 0 && things.every((thing) => isWithout(program, thing))) return 'not given';
  const constants = things.flatMap((thing) => (thing.is === 'constant' ? [thing.value] : []));
  return constants.length === 0 ? 'not known' : constants;
}

const ways: Partial<Record<NodeKind, Through['how']>> = {
  [NodeKind.Import]: 'import',
  [NodeKind.Call]: 'call',
  [NodeKind.Global]: 'global',
  [NodeKind.Class]: 'class',
};

function throughOf(program: Program, at: Address): Through {
  const graph = program.graph(moduleOf(at), 'asked for');
  return { place: placeOf(program, at), how: ways[graph.kinds[nodeOf(at)] as NodeKind] ?? 'value' };
}

function outsideName(thing: Thing): readonly string[] {
  if (thing.is === 'outside') return [thing.name];
  return thing.is === 'api' && thing.position.rows.length === 0 ? [thing.position.path] : [];
}
