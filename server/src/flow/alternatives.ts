// Credentials that are written out apart, without a list of them, of which another one is taken once a request has failed, or by turn
// or by chance.
import { callsInOrder, constantOf, functionOf, type ModuleGraph, NodeKind, type Region } from '../graph/graph.ts';
import { chainOf, type Way } from './back.ts';
import { regionsAround } from './loops.ts';
import type { Origin } from './origins.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { rowsOfCall } from './rows.ts';
import { changing, type Selection } from './selection.ts';
import type { Spot } from './spots.ts';
import { textsBehind } from './texts.ts';
import type { Values } from './values.ts';
import { isVariableName, variableNames } from './variables.ts';

/** A value that a model call may be given as its credential, and what is given beside it. */
export interface Candidate {
  readonly way: Way;
  /** The client that is made with it, if there is one. */
  readonly client: Address | undefined;
  /** The addresses and models that are given beside it. */
  readonly beside: readonly Spot[];
}

/** A credential that is taken instead of another one. */
export interface Alternative {
  readonly by: Extract<Selection['by'], 'failure' | 'turn' | 'chance'>;
  /** Where it is taken. */
  readonly at: Address;
  readonly first: Candidate;
  readonly second: Candidate;
  /** Those of the two that are texts. */
  readonly secrets: readonly Address[];
}

/** A handler of an error, or what runs by a condition. */
interface Part extends Pick<Region, 'kind' | 'fn' | 'subject'> {
  readonly module: ModuleId;
  readonly region: number;
}

/** The credential that is taken instead of another one for a model call; undefined where there is none. `back` asks what a value is. */
export function alternativeOf(
  program: Program,
  values: Values,
  origin: Origin,
  candidates: readonly Candidate[],
  back: (spot: Spot) => readonly Way[],
): Alternative | undefined {
  const isOf = (client: string | undefined) => (one: Candidate) => clientOf(program, values, one) === client;
  const leaves = candidates.filter(({ way }) => mayBeMarked(program, way));
  if (leaves.length < 2) return undefined;
  for (const second of leaves) {
    // What is told from the graphs alone comes first: hardly any credential stands in a handler or a branch, beside another one.
    const taken = takenAt(program, second.way);
    if (!taken) continue;
    const { at, part } = taken;
    const others = leaves.filter(({ way }) => !standsIn(program, way, part) && isNear(program, way, second.way, part));
    if (others.length === 0) continue;
    const mark = markOf(program, values, second.way);
    if (mark === undefined) continue;
    const first = others.filter(isOf(clientOf(program, values, second))).find(({ way }) => {
      const own = markOf(program, values, way);
      return own !== undefined && own !== mark;
    });
    const by = first && manner(program, values, origin, part, at);
    if (!first || by === undefined) continue;
    // An address or a model that is chosen as well makes it another provider that stands in.
    const isRoute = second.beside.some((spot) =>
      back(spot).some((way) => way.path === '' && standsIn(program, way, part)),
    );
    if (isRoute) continue;
    const secrets = [first, second].flatMap(({ way }) => (isConstant(program, way) ? [way.at] : []));
    return { by, at, first, second, secrets };
  }
  return undefined;
}

/** Whether a way ends at what may tell a credential from another one, by the graph alone. */
function mayBeMarked(program: Program, { at, path }: Way): boolean {
  const graph = program.graphBehind(at, 'credentials');
  const datum = graph.data[nodeOf(at)]!;
  switch (path === '' ? graph.kinds[nodeOf(at)] : undefined) {
    case NodeKind.Constant:
      return typeof graph.constants[datum] === 'string' && graph.constants[datum] !== '';
    case NodeKind.Load:
      return isVariableName(graph.strings[datum]!);
    case NodeKind.Call:
      return graph.calls[datum]!.args.some(({ value }) => isVariableName(String(constantOf(graph, value) ?? '')));
    default:
      return false;
  }
}

/** What tells a credential that may be marked from another one: its text, or the name of the variable that holds it; undefined where a
 * call reads no variable. */
function markOf(program: Program, values: Values, { at }: Way): string | undefined {
  const graph = program.graphBehind(at, 'credentials');
  const datum = graph.data[nodeOf(at)]!;
  if (graph.kinds[nodeOf(at)] === NodeKind.Constant) return String(graph.constants[datum]);
  if (graph.kinds[nodeOf(at)] === NodeKind.Load) return graph.strings[datum];
  const names = variableNames(program, values, moduleOf(at), datum);
  return textsBehind(program, values, names, { deep: false, through: [] })[0];
}

function isConstant(program: Program, { at }: Way): boolean {
  return program.graphBehind(at, 'credentials').kinds[nodeOf(at)] === NodeKind.Constant;
}

/** The library's class that a client is made of. */
function clientOf(program: Program, values: Values, { client }: Candidate): string | undefined {
  if (client === undefined) return undefined;
  const module = moduleOf(client);
  const graph = program.graphBehind(client, 'credentials');
  const rows =
    graph.kinds[nodeOf(client)] === NodeKind.Call
      ? rowsOfCall(program, values, module, graph.data[nodeOf(client)]!)
      : [];
  return rows.find((row) => row.row === 'client')?.origin.path;
}

/** Where a credential is taken and not another one: in a handler or a branch, the nearest on its way. */
function takenAt(program: Program, way: Way): { readonly at: Address; readonly part: Part } | undefined {
  for (const { at } of chainOf(way)) {
    const graph = program.graphBehind(at, 'credentials');
    const region = regionsAround(graph, nodeOf(at)).find((r) => {
      const { kind, subject } = graph.regions[r]!;
      return kind === 'handler' || (kind === 'branch' && subject >= 0);
    });
    if (region === undefined) continue;
    const { kind, fn, subject } = graph.regions[region]!;
    return { at, part: { module: moduleOf(at), region, kind, fn, subject } };
  }
  return undefined;
}

function standsIn(program: Program, way: Way, { module, region }: Part): boolean {
  return chainOf(way).some(
    ({ at }) =>
      moduleOf(at) === module && regionsAround(program.graphBehind(at, 'credentials'), nodeOf(at)).includes(region),
  );
}

/** Whether two credentials are those of one client or variable: both are given in one function, or to what its module keeps. A helper
 * asks with those of all its callers. */
function isNear(program: Program, first: Way, second: Way, { module, fn }: Part): boolean {
  const functionAt = (at: Address): number => functionOf(program.graphBehind(at, 'credentials'), nodeOf(at));
  const met = new Set(chainOf(second).map(({ at }) => at));
  return chainOf(first).some(({ at }) => {
    const own = functionAt(at);
    return (moduleOf(at) === module && own === fn) || (own === 0 && met.has(at));
  });
}

/** How it comes that a handler or branch is run, where that is another time than before; undefined where somebody decides it. */
function manner(
  program: Program,
  values: Values,
  origin: Origin,
  { module, region, kind, subject }: Part,
  at: Address,
): Alternative['by'] | undefined {
  if (kind === 'branch') {
    const by = changing(program, values, address(module, subject), at);
    return by === 'turn' || by === 'chance' ? by : undefined;
  }
  const asked = address(origin.module, program.callIn(origin.module, origin.told, 'selection').node);
  const asking = functionOf(program.graphBehind(asked, 'selection'), nodeOf(asked));
  const attempted = program.foundIn(
    module,
    `attempted before ${region}`,
    (graph) => callsAttempted(graph, region),
    'selection',
  );
  const asks = attempted.some(
    (call) =>
      (module === origin.module && call === origin.told) ||
      values
        .targets(module, call)
        .some((thing) => thing.is === 'function' && thing.module === origin.module && thing.fn === asking),
  );
  return asks ? 'failure' : undefined;
}

/** The calls whose failure a handler is for. */
function callsAttempted(graph: ModuleGraph, handler: number): readonly number[] {
  const { parent, start } = graph.regions[handler]!;
  const before = graph.regions
    .map((r, i) => ({ ...r, i }))
    .filter((r) => r.kind === 'try' && r.parent === parent && r.end <= start);
  const attempt = before.sort((a, b) => b.end - a.end)[0]?.i;
  if (attempt === undefined) return [];
  return callsInOrder(graph).filter((call) => regionsAround(graph, graph.calls[call]!.node).includes(attempt));
}
