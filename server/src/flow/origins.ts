// Model calls: where the search starts. A candidate is found by the name of the call, then confirmed by asking backward what
// its receiver is; a distinctive end of the path (`chat.completions.create`) may stand in where the receiver is not known.
import type { ApiPosition, SourceRow } from '../catalog/model.ts';
import { EdgeKind, eachEdge, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { guardsHold, spots, thingsAt } from './rows.ts';
import { textsBehind } from './texts.ts';
import { calleeName, type Thing, type Values } from './values.ts';

/** A confirmed model call. */
export interface Origin {
  readonly module: ModuleId;
  readonly call: number;
  readonly at: Address;
  readonly row: SourceRow;
  /** The API path as the catalog writes it. */
  readonly api: string;
  /** The constructor call of the client, where it was found. */
  readonly client: Address | undefined;
  /** Set where only the end of the path was recognised. */
  readonly assumed: string | undefined;
}

/** The model calls of one module, in order. */
export function originsOf(program: Program, values: Values, module: ModuleId): readonly Origin[] {
  const graph = program.graph(module, 'names a model library');
  const found: Origin[] = [];
  const { catalog } = program;
  graph.calls.forEach((call, index) => {
    const name = calleeName(graph, call.callee);
    const named = name !== undefined && catalog.candidateNames.has(name);
    // A renamed import or an instance that is called has another name; asking is cheap where the callee is no member.
    if (!named && call.receiver >= 0) return;
    const things = values.targets(module, index);
    for (const thing of things) {
      if (thing.is !== 'api') continue;
      for (const row of thing.position.rows) {
        if (row.row !== 'source' || !applies(program, values, module, index, row)) continue;
        found.push(origin(program, module, index, row, thing.position, madeBy(program, thing), undefined));
        return;
      }
      if (thing.position.rows.length > 0) return;
    }
    if (!named || things.some((t) => t.is === 'function' || t.is === 'class')) return;
    for (const { members, position } of catalog.tails(program.ecosystem(module), name)) {
      if (!endsWith(graph, call.callee, members)) continue;
      for (const row of position.rows) {
        if (row.row !== 'source' || !applies(program, values, module, index, row)) continue;
        found.push(origin(program, module, index, row, position, undefined, `${members.join('.')} is a model call`));
        return;
      }
    }
  });
  return found;
}

function origin(
  program: Program,
  module: ModuleId,
  call: number,
  row: SourceRow,
  position: ApiPosition,
  client: Address | undefined,
  assumed: string | undefined,
): Origin {
  const node = program.graph(module, 'origin').calls[call]!.node;
  return { module, call, at: address(module, node), row, api: position.path, client, assumed };
}

/** Guards hold and, for raw HTTP, the URL is that of a model. */
function applies(program: Program, values: Values, module: ModuleId, call: number, row: SourceRow): boolean {
  if (!guardsHold(program, values, module, call, row.guards)) return false;
  if (!row.url) return true;
  return thingsAt(program, values, module, call, row.url).some((t) =>
    program.modelHost(textOf(program, values, t) ?? ''),
  );
}

/** The node at which the library object was made, if it is a call. */
function madeBy(program: Program, thing: Extract<Thing, { is: 'api' }>): Address | undefined {
  const graph = program.graph(moduleOf(thing.at), 'client');
  return graph.kinds[nodeOf(thing.at)] === NodeKind.Call ? thing.at : undefined;
}

/** Whether a callee is a chain of members that ends in `members`. */
function endsWith(graph: ModuleGraph, callee: number, members: readonly string[]): boolean {
  let node = callee;
  for (let i = members.length - 1; i >= 0; i--) {
    if (graph.kinds[node] !== NodeKind.Load || graph.strings[graph.data[node]!] !== members[i]) return false;
    let base = -1;
    eachEdge(graph.in, node, (end, kind) => {
      if (kind === EdgeKind.Load) base = end;
    });
    if (base < 0) return false;
    // An intermediate object kept in a variable breaks no chain.
    while (graph.kinds[base] === NodeKind.Definition || graph.kinds[base] === NodeKind.PostUpdate) {
      let before = -1;
      eachEdge(graph.in, base, (end, kind) => {
        if (kind === EdgeKind.Flow && before < 0) before = end;
      });
      if (before < 0) break;
      base = before;
    }
    node = base;
  }
  return true;
}

/** The text of a thing: a constant, or a template with `{}` for each hole that is not constant; undefined for anything else. */
export function textOf(program: Program, values: Values, thing: Thing, depth = 3): string | undefined {
  if (thing.is === 'constant') return typeof thing.value === 'string' ? thing.value : undefined;
  if (thing.is !== 'template') return undefined;
  const graph = program.graph(moduleOf(thing.at), 'text');
  const parts = graph.templates[graph.data[nodeOf(thing.at)]!]!;
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if (depth === 0) return '{}';
      const answers = values.what(address(moduleOf(thing.at), part));
      return (answers.length === 1 ? textOf(program, values, answers[0]!, depth - 1) : undefined) ?? '{}';
    })
    .join('');
}

/** A model name, base URL or provider default, with where it was found. */
export interface Named {
  readonly value: string;
  readonly at: Address;
}

/** What code says about who serves a call: open questions for policy. */
export interface ProviderFacts {
  readonly baseUrls: readonly string[];
  readonly client: string | undefined;
  readonly provider: string | undefined;
  readonly models: readonly Named[];
}

/** Asks backward for base URL, model and client of an origin. */
export function providerFacts(program: Program, values: Values, from: Origin): ProviderFacts {
  const { row, module, call } = from;
  const texts = (places: SourceRow['model'], inModule: ModuleId, inCall: number): Named[] =>
    places.flatMap((place) =>
      thingsAt(program, values, inModule, inCall, place).flatMap((thing) => {
        const value = textOf(program, values, thing);
        return value !== undefined && 'at' in thing ? [{ value, at: thing.at }] : [];
      }),
    );
  const models = texts(row.model, module, call);
  const urls = texts(row.baseUrl, module, call);
  if (row.url) urls.push(...texts([row.url], module, call));
  let provider = row.provider;
  let client: string | undefined;
  const seen = new Set<Address>();
  let made = from.client;
  while (made !== undefined && !seen.has(made) && seen.size < 6) {
    seen.add(made);
    const graph = program.graph(moduleOf(made), 'client');
    const index = graph.data[nodeOf(made)]!;
    let next: Address | undefined;
    for (const thing of values.targets(moduleOf(made), index)) {
      if (thing.is !== 'api') continue;
      client ??= thing.position.path;
      for (const clientRow of thing.position.rows) {
        if (clientRow.row !== 'client') continue;
        provider ??= clientRow.provider;
        models.push(...texts(clientRow.model, moduleOf(made), index));
        urls.push(...texts(clientRow.baseUrl, moduleOf(made), index));
      }
      next ??= graph.kinds[nodeOf(thing.at)] === NodeKind.Call ? thing.at : undefined;
    }
    made = next;
  }
  return {
    baseUrls: [...new Set(urls.map((u) => u.value))].slice(0, 6),
    client: client ?? from.api,
    provider,
    models: unique(models).slice(0, 8),
  };
}

/** The constant text that a call's prompt is made of, for evidence: pieces of templates and literals, in order found. */
export function promptTexts(program: Program, values: Values, from: Origin): readonly string[] {
  const prompt = from.row.prompt.flatMap((place) => spots(program, from.module, from.call, place));
  const texts = textsBehind(
    program,
    values,
    prompt.map((spot) => spot.at),
    true,
  );
  return texts.filter((text) => text.length > 12).slice(0, 20);
}

function unique(named: readonly Named[]): Named[] {
  const seen = new Set<string>();
  return named.filter((n) => !seen.has(n.value) && seen.add(n.value));
}
