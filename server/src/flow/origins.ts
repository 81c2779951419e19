// Model calls: where the search starts. A candidate is found by the name of the call, then confirmed by asking backward what
// its receiver is; a distinctive end of the path (`chat.completions.create`) may stand in where the receiver is not known.
import type { ApiPosition, ClientRow, Place, SourceRow, VolumeRow } from '../catalog/model.ts';
import { ANY, callsInOrder, NodeKind } from '../graph/graph.ts';
import { beginsOutside, calleeName, endsWith } from './callee.ts';
import { isCandidate } from './candidates.ts';
import { callsOfConstructor, constructing, madeBy, madeFirst } from './clients.ts';
import { defaultsOf, packageOf } from './defaults.ts';
import { handedOn } from './handed.ts';
import { limits } from './limits.ts';
import { orderOf } from './order.ts';
import { ENCODED, elementsOf, pathOf } from './paths.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { guardsHold, thingsAt } from './rows.ts';
import { isWritten, type Spot, spots } from './spots.ts';
import { textsBehind } from './texts.ts';
import type { Thing } from './things.ts';
import type { Values } from './values.ts';
import { isVariableName } from './variables.ts';
import { walk } from './walk.ts';

/** A confirmed model call. */
export interface Origin {
  readonly module: ModuleId;
  /** The call that has the answer. */
  readonly call: number;
  /** The call whose arguments are those of the model call: another one where the method was handed on (`partial(create, …)`). */
  readonly told: number;
  /** The node of what is called. */
  readonly callee: number;
  readonly at: Address;
  readonly row: SourceRow;
  /** The API path as the catalog writes it. */
  readonly api: string;
  /** The constructor call of the client, or its class in the workspace, where one was found. */
  readonly client: Address | undefined;
  /** Set where the library itself makes many calls of this one. */
  readonly volume: VolumeRow | undefined;
  /** Set where only the end of the path was recognised. */
  readonly assumed: string | undefined;
}

/** All that an origin is, as text: after an edit of its module another object may be the same origin. */
export function identityOf({ at, told, callee, row, api, client, volume, assumed }: Origin): string {
  const rows = [row, volume].map((r) => r && `${r.origin.file}:${r.origin.line}`);
  return [at, told, callee, api, client, assumed, ...rows].join('\n');
}

/** The model calls of one module, in order. */
export function originsOf(program: Program, values: Values, module: ModuleId): readonly Origin[] {
  const graph = program.graph(module, 'names a model library');
  const found: Origin[] = [];
  const { catalog } = program;
  callsInOrder(graph).forEach((index) => {
    const call = graph.calls[index]!;
    const name = calleeName(graph, call.callee);
    const named = isCandidate(program, module, call.callee, 'candidateNames');
    // A renamed import or an instance that is called has another name; asking is cheap where the callee is no member.
    if (!named && (call.receiver >= 0 || !beginsOutside(graph, call.callee))) return;
    const things = values.targets(module, index);
    for (const { thing, client } of madeFirst(program, things)) {
      for (const row of thing.position.rows) {
        if (row.row !== 'source' || !applies(program, values, module, index, row, client)) continue;
        found.push(origin(program, module, index, row, thing.position, client, undefined));
        return;
      }
    }
    if (!named || name === undefined || things.some((t) => t.is === 'function' || t.is === 'class')) return;
    if (things.some((t) => t.is === 'api' && t.position.rows.length > 0)) return;
    for (const { members, position } of catalog.tails(program.ecosystem(module), name)) {
      if (!endsWith(graph, call.callee, members)) continue;
      for (const row of position.rows) {
        if (row.row !== 'source' || !applies(program, values, module, index, row, undefined)) continue;
        found.push(origin(program, module, index, row, position, undefined, `${members.join('.')} is a model call`));
        return;
      }
    }
  });
  for (const { method, callee, row, told, call, volume } of handedOn(program, values, module)) {
    const client = madeBy(program, method);
    if (!applies(program, values, module, told, row, client)) continue;
    const made = origin(program, module, call, row, method.position, client, undefined);
    found.push({ ...made, told, callee, volume: volume ?? made.volume });
  }
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
  const { node, callee } = program.callIn(module, call, 'origin');
  const volume = position.rows.find((r): r is VolumeRow => r.row === 'volume');
  return {
    module,
    call,
    told: call,
    callee,
    at: address(module, node),
    row,
    api: position.path,
    client,
    volume,
    assumed: assumed ?? orderOf(program, address(module, node)),
  };
}

/** Guards hold and, for raw HTTP, the URL is that of a model. */
function applies(
  program: Program,
  values: Values,
  module: ModuleId,
  call: number,
  row: SourceRow,
  client: Address | undefined,
): boolean {
  return guardsHold(program, values, module, call, row.guards) && urlHolds(program, values, module, call, row, client);
}

/** Whether a call goes to the URL of a model or sends what only a model is sent, if that is what makes it a model call. */
export function urlHolds(
  program: Program,
  values: Values,
  module: ModuleId,
  call: number,
  row: SourceRow,
  client: Address | undefined,
): boolean {
  if (!row.url) return true;
  const bases = clientFacts(program, values, client === undefined ? [] : [client]).urls;
  const urls = texts(program, values, [row.url], module, call).flatMap(({ value }) => joined(value, bases));
  if (urls.some((url) => program.modelHost(url))) return true;
  // A page asks its own application, which asks the model; an address that is written down says itself whose it is.
  const isOwn = urls.length > 0 && urls.every((url) => /^\/(?!\/)/.test(url));
  if (isOwn) return false;
  const written = spots(program, module, call, row.url).map(({ at }) => at);
  const isTold = textsBehind(program, values, written, { deep: false, through: [] }).some((text) =>
    /^\w+:\/\//.test(text),
  );
  return !isTold && row.prompt.some((place) => sendsTurns(program, values, spots(program, module, call, place)));
}

/** Whether a body, as it is or encoded, has turns in it that only a model is sent. */
function sendsTurns(program: Program, values: Values, bodies: readonly Spot[]): boolean {
  const role = ['messages', ANY, 'role'];
  return bodies.some(({ at, path }) =>
    [role, [ENCODED, ...role]].some((turns) =>
      values
        .what(at, pathOf([...elementsOf(path), ...turns]))
        .some((thing) => thing.is === 'constant' && program.modelTurn(String(thing.value))),
    ),
  );
}

/** A URL without a host stands below the base URL of its client. */
function joined(url: string, bases: readonly Named[]): readonly string[] {
  return /^\w+:|^\{\}/.test(url) || bases.length === 0 ? [url] : bases.map((base) => `${base.value}/${url}`);
}

/** The text of a thing: a constant, or a template with `{}` for each hole that is not constant; undefined for anything else. */
export function textOf(program: Program, values: Values, thing: Thing, depth = 3): string | undefined {
  if (thing.is === 'constant') return typeof thing.value === 'string' ? thing.value : undefined;
  if (thing.is !== 'template') return undefined;
  const graph = program.graphBehind(thing.at, 'text');
  const parts = graph.templates[graph.data[nodeOf(thing.at)]!]!;
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if (depth === 0) return '{}';
      const hole = { at: address(moduleOf(thing.at), part), path: '' };
      const answers = values.what(hole.at);
      const said = answers.flatMap((answer) => textOf(program, values, answer, depth - 1) ?? []);
      // Beside a variable of the environment stands what is used where it is not set.
      const isKnown = said.length === 1 && (answers.length === 1 || variablesAt(program, values, hole).length > 0);
      return isKnown ? said[0]! : '{}';
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
  /** Environment variables that its address is read from, or else its credentials. */
  readonly env: readonly string[];
  /** The variables that its address is read from, where one is given and the code does not tell it; undefined otherwise. */
  readonly openAddress: readonly string[] | undefined;
}

/** Asks backward for base URL, model and client of an origin. */
export function providerFacts(program: Program, values: Values, from: Origin): ProviderFacts {
  const { row, module, told: call } = from;
  // A model may be an object that was made with the model's name: `generateText({model: openai('gpt-4o')})`.
  const things = row.model.flatMap((place) => thingsAt(program, values, module, call, place));
  const objects = things.flatMap((thing) => (thing.is === 'api' ? [madeBy(program, thing)] : []));
  // An object of a class that the workspace derives from a library's is known by its class, or as what is called.
  const isDerived = from.client !== undefined && (from.client === from.at || isClass(program, from.client));
  const derived = isDerived ? constructing(program, values, module, from.call) : [];
  const made = [from.client, ...derived, ...objects].filter((at) => at !== undefined);
  const own = clientFacts(program, values, made);
  const isTold = own.provider ?? row.provider ?? own.models[0] ?? own.urls[0] ?? row.url;
  const set = isTold === undefined && things.length === 0 ? defaultsOf(program, values, module, from.api, true) : [];
  const client = set.length === 0 ? withClientSet(program, values, from, own) : clientFacts(program, values, set);
  const urls = [...texts(program, values, row.baseUrl, module, call), ...client.urls].map((u) => u.value);
  if (row.url)
    for (const url of texts(program, values, [row.url], module, call)) urls.unshift(...joined(url.value, client.urls));
  return {
    baseUrls: [...new Set(urls)].slice(0, 6),
    client: client.path ?? from.api,
    provider: row.provider ?? client.provider ?? readyProvider(things),
    models: unique([...modelsAt(program, values, row, module, call), ...client.models]).slice(0, 8),
    env: variablesRead(program, values, [{ module, call, row }, ...client.calls]),
    openAddress: urls.length > 0 ? undefined : openAddress(program, values, { module, call, row }, client.calls),
  };
}

/**
 * The variables that an address is read from which the code does not tell; undefined where none is given by name, where nothing
 * may be given instead (`None`), or where one of the clients is made without.
 */
function openAddress(
  program: Program,
  values: Values,
  origin: Told,
  clients: readonly Told[],
): readonly string[] | undefined {
  const given = ({ module, call, row }: Told): readonly Spot[] =>
    row.baseUrl.flatMap((place) => spots(program, module, call, place).filter((spot) => isWritten(program, spot)));
  const ofClients = clients.filter(({ row }) => row.baseUrl.length > 0).map(given);
  if (ofClients.some((found) => found.length === 0)) return undefined;
  const found = [...given(origin), ...ofClients.flat()];
  const isOpen = ({ at, path }: Spot): boolean => !values.what(at, path).some((thing) => thing.is === 'constant');
  if (found.length === 0 || !found.every(isOpen)) return undefined;
  return [...new Set(found.flatMap((spot) => variablesAt(program, values, spot)))];
}

/** What is told of a call, with the client that its program sets where only the library itself says who serves it. */
function withClientSet(program: Program, values: Values, from: Origin, own: ClientFacts): ClientFacts {
  const assumed = own.provider !== undefined && own.urls.length === 0 && from.row.url === undefined;
  if (!assumed || packageOf(own.path ?? from.api) !== packageOf(from.api)) return own;
  const set = defaultsOf(program, values, from.module, from.api, 'client');
  if (set.length === 0) return own;
  const client = clientFacts(program, values, set);
  return { ...client, provider: client.provider ?? own.provider, models: [...own.models, ...client.models] };
}

/** A call that may say where a service is and with which credentials it is asked. */
interface Told {
  readonly module: ModuleId;
  readonly call: number;
  readonly row: SourceRow | ClientRow;
}

function variablesRead(program: Program, values: Values, told: readonly Told[]): readonly string[] {
  const named = (places: (row: Told['row']) => readonly Place[]): string[] =>
    told.flatMap(({ module, call, row }) =>
      places(row).flatMap((place) =>
        spots(program, module, call, place).flatMap((spot) => variablesAt(program, values, spot)),
      ),
    );
  const address = named((row) => row.baseUrl);
  return [...new Set(address.length > 0 ? address : named((row) => row.key))].slice(0, 6);
}

/** Names in capitals that a value is read under, as a member or by a call that the catalog knows. */
function variablesAt(
  program: Program,
  values: Values,
  spot: { readonly at: Address; readonly path: string },
): string[] {
  const names = values.behind(spot.at, spot.path).flatMap(({ at }) => {
    const module = moduleOf(at);
    const graph = program.graphBehind(at, 'environment');
    const datum = graph.data[nodeOf(at)]!;
    if (graph.kinds[nodeOf(at)] === NodeKind.Load) return graph.strings[datum] ?? [];
    if (graph.kinds[nodeOf(at)] !== NodeKind.Call) return [];
    return values
      .targets(module, datum)
      .flatMap((thing) =>
        (thing.is === 'api' ? thing.position.rows : []).flatMap((row) =>
          row.row === 'cell' && row.cell === 'environment'
            ? texts(program, values, [row.key], module, datum).map((t) => t.value)
            : [],
        ),
      );
  });
  return names.filter(isVariableName);
}

interface ClientFacts {
  readonly path: string | undefined;
  readonly provider: string | undefined;
  readonly models: readonly Named[];
  readonly urls: readonly Named[];
  /** The calls that made it. */
  readonly calls: readonly Told[];
}

/** What the constructors of library objects were told; one that was made from another is asked further. */
function clientFacts(program: Program, values: Values, made: readonly Address[]): ClientFacts {
  const models: Named[] = [];
  const urls: Named[] = [];
  const calls: Told[] = [];
  let provider: string | undefined;
  let path: string | undefined;
  let outer: string | undefined;
  const reached = new Set(made);
  for (const at of walk(reached, limits.clientsPerOrigin)) {
    const module = moduleOf(at);
    const index = program.graphBehind(at, 'client').data[nodeOf(at)]!;
    if (isClass(program, at)) {
      for (const thing of makers([{ is: 'class', module, cls: index }]))
        for (const row of clientRows(thing)) {
          path ??= thing.position.path;
          provider ??= row.provider;
        }
      continue;
    }
    for (const thing of makers(values.targets(module, index))) {
      for (const row of clientRows(thing)) {
        calls.push({ module, call: index, row });
        models.push(...modelsAt(program, values, row, module, index));
        urls.push(...texts(program, values, row.baseUrl, module, index));
        // An agent is made with a model, which is made with the model's name.
        const inner = row.model
          .flatMap((place) => thingsAt(program, values, module, index, place))
          .flatMap((model) => (model.is === 'api' ? [madeBy(program, model)] : []))
          .filter((object) => object !== undefined);
        for (const object of inner) reached.add(object);
        // Who is asked is said by what knows a provider or an address, and by a client that was handed in before all.
        const served = inner.some((object) => makesClient(program, values, object));
        if (served || (row.provider === undefined && row.baseUrl.length === 0)) outer ??= thing.position.path;
        else path ??= thing.position.path;
        if (!served) provider ??= servedAs(program, values, row, module, index);
      }
      const before = madeBy(program, thing);
      if (before !== undefined) reached.add(before);
    }
    // A member of a vendor's ready object: `mistral.chat('…')`.
    const { receiver } = program.callIn(module, index, 'client');
    if (receiver >= 0) provider ??= readyProvider(values.what(address(module, receiver)));
  }
  return { path: path ?? outer, provider, models, urls, calls };

  /** The parts of libraries among some things, and those that the workspace's classes are: they are made as what they derive from,
   * unless their constructor says how. */
  function makers(things: readonly Thing[]): readonly Extract<Thing, { is: 'api' }>[] {
    return things.flatMap((thing) => {
      if (thing.is !== 'class') return thing.is === 'api' ? [thing] : [];
      const bases = values.libraryBases(thing.module, thing.cls);
      const inside = bases.length > 0 ? callsOfConstructor(program, values, thing) : undefined;
      for (const object of inside ?? []) reached.add(object);
      return inside ? [] : bases;
    });
  }
}

function isClass(program: Program, made: Address): boolean {
  return program.graphBehind(made, 'client').kinds[nodeOf(made)] === NodeKind.Class;
}

/** The rows that say what is known of a client by how it is made. */
function clientRows(thing: Extract<Thing, { is: 'api' }>): readonly ClientRow[] {
  return thing.position.rows.filter((row): row is ClientRow => row.row === 'client' && row.target.length === 0);
}

/** Who serves what a call makes: `google`, or with the surface that its arguments say: `google/api-vertex`. */
function servedAs(
  program: Program,
  values: Values,
  row: ClientRow,
  module: ModuleId,
  call: number,
): string | undefined {
  const said = row.instead.find(({ guards }) => guardsHold(program, values, module, call, guards));
  return said?.provider === undefined ? row.provider : `${said.provider}/${said.surface}`;
}

/** Whether the call at `made` makes something that the catalog knows as a client or a model. */
function makesClient(program: Program, values: Values, made: Address): boolean {
  if (isClass(program, made)) return true;
  const call = program.graphBehind(made, 'client').data[nodeOf(made)]!;
  return values.targets(moduleOf(made), call).some((thing) => thing.is === 'api' && clientRows(thing).length > 0);
}

/** The provider of a vendor's object that is there without being made. */
function readyProvider(things: readonly Thing[]): string | undefined {
  for (const thing of things)
    if (thing.is === 'api')
      for (const row of thing.position.rows)
        if (row.row === 'client' && row.provider !== undefined) return row.provider;
  return undefined;
}

/** How an id of a model, or a path of one, is spelled: as one word (several are a prompt that another position was taken for), which
 * begins as a name does (an option among the arguments of a program does not). */
const MODEL = /^[\p{L}\p{N}@{./~]\S*$/u;

/** The ids of the models that a call is told, after the routes that it is told apart from them; of a route alone, any of its. */
function modelsAt(
  program: Program,
  values: Values,
  row: SourceRow | ClientRow,
  module: ModuleId,
  call: number,
): readonly Named[] {
  const models = texts(program, values, row.model, module, call).filter(({ value }) => MODEL.test(value.trim()));
  const routes = texts(program, values, row.route, module, call);
  if (routes.length === 0) return models;
  if (models.length === 0) return routes.map(({ value, at }) => ({ value: `${value}/*`, at }));
  return routes.flatMap((route) => models.map(({ value, at }) => ({ value: `${route.value}/${value}`, at })));
}

/** The texts that stand at places of a call. */
function texts(
  program: Program,
  values: Values,
  places: readonly Place[],
  module: ModuleId,
  call: number,
): readonly Named[] {
  return places.flatMap((place) =>
    thingsAt(program, values, module, call, place).flatMap((thing) => {
      const value = textOf(program, values, thing);
      return value !== undefined && 'at' in thing ? [{ value, at: thing.at }] : [];
    }),
  );
}

/**
 * The constant text that a call's prompt is made of, for evidence: pieces of templates and literals, in order found. Parameters
 * hold what the calls of `through` give them; what no such call gives may come from any caller.
 */
export function promptTexts(
  program: Program,
  values: Values,
  from: Origin,
  through: readonly Address[],
): readonly string[] {
  const prompt = from.row.prompt.flatMap((place) => spots(program, from.module, from.told, place));
  const texts = textsBehind(
    program,
    values,
    prompt.map((spot) => spot.at),
    { deep: true, through },
  );
  return texts.filter((text) => text.length > 12).slice(0, limits.textsPerPrompt);
}

function unique(named: readonly Named[]): Named[] {
  const seen = new Set<string>();
  return named.filter((n) => !seen.has(n.value) && seen.add(n.value));
}
