// Whether the credentials or proxies of a model call are picked from several. The question goes backward: from the call to the
// objects that make it, to the places where these are given credentials, and from there to where one of several is picked.
// A client that is picked from several with a credential each comes to the same, and so does an object of the workspace whose method
// makes the call.
import type { ClientRow, Place, Row } from '../catalog/model.ts';
import { ANY, EdgeKind, eachEdge, functionOf, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { alikeDiffer } from './alike.ts';
import { alternativeOf, type Candidate } from './alternatives.ts';
import { chainOf, type Way, waysBack } from './back.ts';
import type { Callers } from './callers.ts';
import { callOfUpdate, callsOn } from './calls.ts';
import { holesOf } from './holes.ts';
import { limits } from './limits.ts';
import { loopsAround } from './loops.ts';
import type { Origin } from './origins.ts';
import { ownersPicked } from './owners.ts';
import { type AccessPath, below, elementsOf, head, pathOf, tail } from './paths.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { rowsOfCall } from './rows.ts';
import { isMadeAtRandom, type Selection, selectionAt } from './selection.ts';
import { type Spot, spots } from './spots.ts';
import { textsBehind } from './texts.ts';
import type { Values } from './values.ts';
import { isVariableName, variablesSet } from './variables.ts';
import type { Step } from './ways.ts';

/** Credentials or proxies of which one is picked for a model call. */
export interface Rotation {
  /** `value`: not one of several, but made up anew each time. */
  readonly what: Given['what'] | 'client' | 'value';
  readonly by: Selection['by'] | 'made';
  /** The place that picks. */
  readonly at: Address;
  /** The call that has it pick, where it is a helper that picks from whatever it is handed. */
  readonly handed: Address | undefined;
  /** From where they are kept over the choice and the client to the model call. `{rotated}` stands for what they are, in words. */
  readonly steps: readonly Step[];
  /** Names that the choice is made by. */
  readonly reads: readonly string[];
  /** How many there are, where they are written down. */
  readonly written: number | undefined;
  /** Texts that are used as credentials, whatever they look like: no report may show them. */
  readonly secrets: readonly Address[];
  /** The variable of the environment that it is put into, for whatever client reads it there. */
  readonly variable: string | undefined;
  /** The name of the field or header that it is put into among others, as far as one is seen. */
  readonly field: string | undefined;
  /** Whether the same choice, or one beside it, decides the address or the model: then it is a route. */
  readonly routes: boolean;
}

/** A place where credentials or proxies are given, by the call that takes them. */
interface Given {
  readonly what: 'credential' | 'proxy';
  readonly spot: Spot;
  readonly to: Way | undefined;
  readonly variable?: string;
  /** The addresses and models that are given beside them. */
  readonly address: readonly Spot[];
  readonly model: readonly Spot[];
}

/** The rotations behind a model call, each choice once. */
export function rotationsOf(program: Program, values: Values, callers: Callers, origin: Origin): readonly Rotation[] {
  const selections = new Map<Address, Selection | undefined>();
  const select = (at: Address): Selection | undefined => {
    if (!selections.has(at)) selections.set(at, selectionAt(program, values, at));
    return selections.get(at);
  };
  const at = (module: ModuleId, call: number, places: readonly Place[]): Spot[] =>
    places.flatMap((place) => [...spots(program, module, call, place)]);

  /** Follows a question back to everything the value is made of. `inward` also goes into what it was made with. */
  function follow(start: Spot, before: Way | undefined, inward: boolean): Way[] {
    return waysBack(values, start, before, limits.waysPerQuestion, (way) => beyond(way, inward));
  }

  /** Where a question goes on that asks what text is made of and what methods put into an object. */
  function beyond({ at: here, path }: Way, inward: boolean): readonly Spot[] {
    const module = moduleOf(here);
    const node = nodeOf(here);
    const graph = program.graphBehind(here, 'credentials');
    const found: Spot[] = [];
    const kind = graph.kinds[node];
    if (kind === NodeKind.PostUpdate) {
      const call = callOfUpdate(graph, node);
      if (call < 0 || path === '' || graph.calls[call]!.receiverPost !== node) return found;
      return intoSelf(module, call, path);
    }
    if (kind === NodeKind.Call) {
      const call = graph.data[node]!;
      for (const row of rowsOfCall(program, values, module, call)) {
        if (row.row === 'flow' && row.to?.slot.at === 'return' && row.how === 'text' && below(path, row.to.path) === '')
          found.push(...spots(program, module, call, row.from));
        else if (row.row === 'client' && inward && path === '')
          found.push(...at(module, call, [...row.key, ...row.proxy]));
      }
      return found;
    }
    if (path !== '') return found;
    eachEdge(graph.in, node, (end, edge) => {
      if (edge === EdgeKind.Text) found.push({ at: address(module, end), path: '' });
    });
    return found;
  }

  /** The selection nearest to a way's beginning on the chain that it ends. One by use may be a search for what was picked before. */
  function selected(way: Way | undefined): Selection | undefined {
    let found: Selection | undefined;
    for (let w = way; w; w = w.before) {
      const here = select(w.at);
      if (here && (here.by !== 'use' || found === undefined || found.by === 'use')) found = here;
    }
    return found;
  }

  const places: Given[] = [];
  const objects: Way[] = [];
  /** Addresses and models that the request is told, not its client. */
  const asked = new Set<Spot>();
  collect();
  if (!places.some((given) => given.what === 'credential')) fromEnvironment();
  const rotations = new Map<Address, Rotation>();
  const candidates: Candidate[] = [];
  for (const place of places) {
    const given = { ...place, to: overChoice(place.to) };
    const ways = follow(given.spot, given.to, true);
    const client = selected(given.to);
    const byUse = new Set<Address>();
    for (const way of ways) {
      const selection = select(way.at);
      const nearer = selected(way.before);
      if (!selection || rotations.has(selection.at)) continue;
      if (nearer && (nearer.by !== 'use' || selection.by === 'use')) continue;
      add(given, selection, ways, way);
      if (selection.by === 'use') byUse.add(selection.at);
      else for (const found of byUse) rotations.delete(found);
    }
    if (client && !rotations.has(client.at) && isOneEach(given, ways)) add(given, client, ways, given.to);
    if (rotations.size === 0)
      for (const { way, selection } of ownersPicked(program, callers, ways, given.to, { follow, select }))
        if (!rotations.has(selection.at)) add({ ...given, to: way }, selection, ways, way);
    for (const way of ways) addMade(given, way);
    const beside = [...given.address, ...given.model];
    if (given.what === 'credential') candidates.push(...ways.map((way) => ({ way, client: given.to?.at, beside })));
  }
  if (rotations.size === 0) addAlternative();
  return [...rotations.values()];

  /** The way to an object that goes over a choice, where a shorter one passes by it: where both meet, only the first went on. */
  function overChoice(to: Way | undefined): Way | undefined {
    if (to === undefined || selected(to)) return to;
    const chain = chainOf(to);
    for (const way of objects) {
      const choice = select(way.at);
      if (choice === undefined || choice.by === 'use') continue;
      const pool = new Set(values.behind(choice.pool.at, choice.pool.path).map((passed) => passed.at));
      const met = chain.findIndex((w) => w.path !== '' && pool.has(w.at));
      if (met < 0) continue;
      return chain
        .slice(0, met + 1)
        .reduceRight((before: Way, { at: here, path }) => ({ at: here, path, before }), way);
    }
    return to;
  }

  /** Finds the objects that make the call, and what each is given. */
  function collect(): void {
    const { module, told: call, row, callee } = origin;
    const holes = row.url ? holesOf(program, values, at(module, call, [row.url])) : [];
    const addresses = [
      ...at(module, call, row.baseUrl),
      ...holes.flatMap(({ is, spot }) => (is === 'address' ? [spot] : [])),
    ];
    const model = at(module, call, row.model);
    // Models that are objects were made with a credential themselves.
    const made = model.filter((spot) => values.what(spot.at, spot.path).some((thing) => thing.is === 'api'));
    const beside = { address: addresses, model };
    for (const spot of [...addresses, ...model]) asked.add(spot);
    for (const spot of at(module, call, row.key)) places.push({ what: 'credential', spot, to: undefined, ...beside });
    for (const spot of at(module, call, row.proxy)) places.push({ what: 'proxy', spot, to: undefined, ...beside });
    for (const { is, spot } of holes)
      if (is === 'credential') places.push({ what: 'credential', spot, to: undefined, ...beside });
    const work: { readonly spot: Spot; readonly before: Way | undefined }[] = [
      { spot: { at: address(module, callee), path: '' }, before: undefined },
      ...made.map((spot) => ({ spot, before: undefined })),
    ];
    const followed = new Set<Address>();
    for (let next = work.shift(); next !== undefined && followed.size < limits.objectsPerOrigin; next = work.shift()) {
      if (followed.has(next.spot.at)) continue;
      followed.add(next.spot.at);
      for (const way of follow(next.spot, next.before, false)) {
        objects.push(way);
        own(way, beside);
        const here = moduleOf(way.at);
        const there = program.graphBehind(way.at, 'credentials');
        if (there.kinds[nodeOf(way.at)] !== NodeKind.Call) continue;
        const index = there.data[nodeOf(way.at)]!;
        const rows = rowsOfCall(program, values, here, index).filter(isClient);
        for (const client of rows) {
          const besides = {
            address: [...addresses, ...at(here, index, client.baseUrl)],
            model: [...model, ...at(here, index, client.model)],
          };
          for (const spot of at(here, index, client.key))
            places.push({ what: 'credential', spot, to: way, ...besides });
          for (const spot of at(here, index, client.proxy)) places.push({ what: 'proxy', spot, to: way, ...besides });
          for (const spot of at(here, index, client.model)) work.push({ spot, before: way });
        }
        // What a client gives (`model.startChat()`) asks through the client.
        if (rows.length > 0 || values.targets(here, index).some((target) => target.is === 'api'))
          work.push({ spot: { at: address(here, there.calls[index]!.callee), path: '' }, before: way });
      }
    }
  }

  /** What is put into the environment, where clients find the credential that they are not given: by the modules that make them. */
  function fromEnvironment(): void {
    for (const module of new Set([origin.module, ...objects.map((way) => moduleOf(way.at))])) {
      for (const { object, value, variable } of program.foundIn(module, 'variables', variablesSet, 'credentials')) {
        const rows = values.what(address(module, object)).flatMap((t) => (t.is === 'api' ? t.position.rows : []));
        if (!rows.some((row) => isClient(row) && row.key.some((p) => p.slot.at === 'self' && p.path[0] === variable)))
          continue;
        const spot = { at: address(module, value), path: '' };
        places.push({ what: 'credential', spot, to: undefined, variable, address: [], model: [] });
      }
    }
  }

  /** What is put into the fields of an object on the way: `client.api_key = …`, or by a method (`module.configure(…)`). */
  function own(way: Way, beside: Pick<Given, 'address' | 'model'>): void {
    const module = moduleOf(way.at);
    const node = nodeOf(way.at);
    const kind = kindOf(way);
    if (kind !== NodeKind.PostUpdate && kind !== NodeKind.Import && kind !== NodeKind.Cell) return;
    const put = (path: AccessPath): readonly Spot[] => {
      const found: Spot[] = [];
      const graph = program.graphAround(way.at, 'credentials');
      eachEdge(graph.in, node, (end, edge, label) => {
        if (edge === EdgeKind.Store && graph.strings[label] === head(path))
          found.push({ at: address(module, end), path: tail(path) });
      });
      for (const call of callsOn(graph, node)) found.push(...intoSelf(module, call, path));
      return found;
    };
    for (const thing of values.what(way.at))
      for (const row of thing.is === 'api' ? thing.position.rows.filter(isClient) : [])
        for (const [what, list] of [['credential', row.key] as const, ['proxy', row.proxy] as const])
          for (const place of list.filter((p) => p.slot.at === 'self'))
            for (const spot of put(pathOf(place.path))) places.push({ what, spot, to: undefined, ...beside });
  }

  /** What a call puts under a path of its receiver. */
  function intoSelf(module: ModuleId, call: number, path: AccessPath): readonly Spot[] {
    return rowsOfCall(program, values, module, call).flatMap((row) => {
      const rest = row.row === 'flow' && row.to?.slot.at === 'self' ? below(path, row.to.path) : undefined;
      if (row.row !== 'flow' || rest === undefined) return [];
      return spots(program, module, call, row.from).map((s) => ({ at: s.at, path: s.path === '' ? rest : s.path }));
    });
  }

  /** The call of a helper that picks from whatever collection it is handed: the choice is its caller's. */
  function helperOf({ at: here, pool }: Selection, picked: Way): Way | undefined {
    const fn = functionOf(program.graphBehind(here, 'credentials'), nodeOf(here));
    const isHelper = ({ at: call }: Way): boolean =>
      values
        .targets(moduleOf(call), program.graphBehind(call, 'credentials').data[nodeOf(call)]!)
        .some((thing) => thing.is === 'function' && thing.module === moduleOf(here) && thing.fn === fn);
    const helper = chainOf(picked).find((way) => isOwnCall(way) && isHelper(way));
    const isHanded = (way: Way): boolean => {
      const graph = program.graphBehind(way.at, 'credentials');
      return (
        kindOf(way) === NodeKind.Parameter && graph.data[nodeOf(way.at)] === fn && moduleOf(way.at) === moduleOf(here)
      );
    };
    return helper && follow(pool, undefined, false).some((way) => way.path === ANY && isHanded(way))
      ? helper
      : undefined;
  }

  /** Of what a helper is handed by all of its callers, that which one of them hands it. */
  function handedBy(pool: readonly Way[], helper: Way | undefined): readonly Way[] {
    if (helper === undefined) return pool;
    const graph = program.graphBehind(helper.at, 'credentials');
    const args = graph.calls[graph.data[nodeOf(helper.at)]!]!.args.map((arg) =>
      address(moduleOf(helper.at), arg.value),
    );
    const handed = pool.filter((way) => chainOf(way).some((w) => args.includes(w.at)));
    return handed.length > 0 ? handed : pool;
  }

  /** Whether clients of which one is picked have a credential each: made from the elements of a collection, or written out. */
  function isOneEach(given: Given, ways: readonly Way[]): boolean {
    const choice = selected(given.to);
    if (choice?.alike) {
      const asking = { follow: (spot: Spot) => follow(spot, undefined, false), marks: marksOf };
      return alikeDiffer(program, choice, choice.alike, tail(given.spot.path), asking);
    }
    if (ways.some((way) => head(way.path) === '*')) return true;
    const mine = marksOf(given.spot);
    return places.some(
      (other) =>
        other.what === given.what &&
        other.spot.path === given.spot.path &&
        other.to !== undefined &&
        other.to.at !== given.to?.at &&
        selected(other.to)?.at === selected(given.to)?.at &&
        marksOf(other.spot) !== mine,
    );
  }

  /** What tells a value from another one: the texts it is made of and the names that it is read by; empty where there is none. */
  function marksOf(spot: Spot): string {
    const marks = follow(spot, undefined, false).flatMap(({ at: here, path }) => {
      const graph = program.graphBehind(here, 'credentials');
      const data = graph.data[nodeOf(here)]!;
      switch (graph.kinds[nodeOf(here)]) {
        case NodeKind.Constant:
          return path === '' ? [String(graph.constants[data])] : [];
        case NodeKind.Template:
          return graph.templates[data]!.filter((part) => typeof part === 'string');
        case NodeKind.Load:
          return [graph.strings[data]!];
        case NodeKind.Parameter:
          return [`${here}`];
        case NodeKind.Call:
          return textsBehind(
            program,
            values,
            graph.calls[data]!.args.map((arg) => address(moduleOf(here), arg.value)),
            { deep: false, through: [] },
          );
        default:
          return [];
      }
    });
    return [...new Set(marks)].join('\n');
  }

  function add(given: Given, selection: Selection, ways: readonly Way[], picked: Way | undefined): void {
    const helper = picked && helperOf(selection, picked);
    const pool = handedBy(follow(selection.pool, undefined, false), helper);
    const { written, several } = counted(pool);
    if (selection.by === 'take' && !several) return;
    // What an item brings along (`tenant.key`) is that of whoever a worker works for.
    const isBrought = /\p{L}/u.test(picked?.path ?? '');
    if (selection.by === 'worker' && (picked === given.to ? bringsObject(picked, selection) : isBrought)) return;
    // What the items of a pool bring along beside what is to be done is the same for all of them, as often as not.
    if (selection.by === 'worker' && picked && kindOf(picked) === NodeKind.Parameter && picked.path !== '') return;
    // What is put into another order to be done one by one, as tasks are, brings along what the whole run has.
    if (picked && elementsOf(picked.path).length > 2 && kindOf(picked) === NodeKind.PostUpdate) return;
    const inTurn = selected(given.to) === selection && ways.some((way) => head(way.path) === '*');
    // Addresses from the same choice, from one beside it by the same index, or one for each of the clients.
    const routes = [...given.address, ...given.model].some((spot) => {
      const back = follow(spot, undefined, false);
      const isChosen = (way: Way): boolean => {
        const other = select(way.at);
        const same = other?.at === selection.at || (other?.index !== undefined && other.index === selection.index);
        // What the request is told of its own, such as the next model of a list, each of the clients is asked for.
        const theirs = !asked.has(spot) || ways.some((w) => w.at === way.at && head(w.path) === '*');
        return same || (inTurn && theirs && head(way.path) === '*');
      };
      const chosen = back.filter(isChosen);
      // Text that is made with what is chosen (`https://${region}…`), or kept where it is chosen from, is another each time.
      const varied = new Map<Way, Set<Way | undefined>>();
      for (const way of chosen)
        for (let inner: Way | undefined, w: Way | undefined = way; w; inner = w, w = w.before)
          varied.set(w, (varied.get(w) ?? new Set()).add(inner));
      const isVaried = (way: Way): boolean => {
        for (let inner: Way | undefined, w: Way | undefined = way; w; inner = w, w = w.before) {
          const parts = varied.get(w);
          if (parts && (isChosen(w) || (kindOf(w) === NodeKind.Template && !parts.has(inner)))) return true;
        }
        return false;
      };
      const isFixed = (way: Way): boolean =>
        ((isText(way) && !varied.has(way)) || isSetting(way)) && !selected(way) && !isVaried(way);
      // One that only some of them bring along, beside a constant one for the others, is no route; but what is tried in place of
      // another, and brings its own along, is.
      const each = selection.by === 'failure' && isBrought;
      return chosen.length > 0 && (each || !back.some(isFixed));
    });
    rotations.set(selection.at, {
      what: given.what === 'credential' && picked === given.to && picked !== undefined ? 'client' : given.what,
      by: selection.by,
      at: selection.at,
      handed: helper?.at,
      steps: stepsOf(given, selection, pool, picked),
      reads: selection.reads,
      written,
      secrets: given.what === 'credential' ? [...new Set([...pool, ...ways].filter(isText).map((way) => way.at))] : [],
      variable: given.variable,
      field: namedBy(program, picked)?.name,
      routes: selection.alike === undefined && (routes || (picked === given.to && isAtOneEach(given, selection))),
    });
  }

  /** One of two that are written out apart. */
  function addAlternative(): void {
    const found = alternativeOf(program, values, origin, candidates, (spot) => follow(spot, undefined, false));
    if (found === undefined) return;
    const steps: Step[] = [
      { at: found.first.way.at, role: 'source', why: 'one of several {rotated} comes from here' },
      { at: found.at, role: 'step', why: `another one is picked ${manner[found.by]}` },
      { at: origin.at, role: 'sink', why: `used for ${origin.api}` },
    ];
    const rest = { handed: undefined, reads: [], variable: undefined, field: undefined, routes: false };
    rotations.set(found.at, { what: 'credential', written: 2, steps, ...rest, ...found });
  }

  /** A value that is made up at random, and put into a field or header each time anew. */
  function addMade(given: Given, way: Way): void {
    const kind = kindOf(way);
    if (way.path !== '' || (kind !== NodeKind.Call && kind !== NodeKind.Operation) || isOwnCall(way)) return;
    const named = namedBy(program, way);
    if (named === undefined || rotations.has(named.way.at) || selected(way)) return;
    if (!isMadeAtRandom(program, values, way.at)) return;
    // What a whole module makes once, it sends with each call.
    const isOnce = ({ at: here }: Way): boolean => {
      const graph = program.graphBehind(here, 'credentials');
      return functionOf(graph, nodeOf(here)) === 0 && loopsAround(graph, nodeOf(here)).length === 0;
    };
    if (chainOf(way).some((w) => kindOf(w) === NodeKind.Call && isOnce(w))) return;
    const steps: Step[] = [{ at: named.way.at, role: 'source', why: '{rotated} are made up here' }];
    if (given.to) steps.push({ at: given.to.at, role: 'call', why: 'a client is made with it' });
    steps.push({ at: origin.at, role: 'sink', why: `used for ${origin.api}` });
    rotations.set(named.way.at, {
      what: 'value',
      by: 'made',
      at: named.way.at,
      handed: undefined,
      steps,
      reads: [],
      written: undefined,
      secrets: [],
      variable: given.variable,
      field: named.name,
      routes: false,
    });
  }

  /** Whether clients that are written out each ask another address, with the credential that is for it. */
  function isAtOneEach(given: Given, selection: Selection): boolean {
    const isBeside = ({ what, spot, to }: Given): boolean =>
      what === given.what && spot.path === given.spot.path && selected(to)?.at === selection.at;
    const clients = new Map(places.flatMap((one) => (one.to && isBeside(one) ? [[one.to.at, one.address]] : [])));
    const addresses = [...clients.values()].map((all) =>
      all.flatMap((spot) => (asked.has(spot) ? [] : [marksOf(spot)])).join('\n'),
    );
    return clients.size > 1 && !addresses.includes('') && new Set(addresses).size === addresses.length;
  }

  function kindOf({ at: here }: Way): number | undefined {
    return program.graphBehind(here, 'credentials').kinds[nodeOf(here)];
  }

  /** Whether an item that was picked only holds the object that a way ends at: `tenant.client`. */
  function bringsObject(way: Way | undefined, selection: Selection): boolean {
    const depth = elementsOf(way?.path ?? '').length;
    for (let w = way; w; w = w.before) if (select(w.at)?.at === selection.at) return elementsOf(w.path).length > depth;
    return false;
  }

  /** Whether a way ends in text that is written down. */
  function isText({ at: here, path }: Way): boolean {
    const graph = program.graphBehind(here, 'credentials');
    const node = nodeOf(here);
    if (path !== '') return false;
    if (graph.kinds[node] === NodeKind.Template) return true;
    const value = graph.kinds[node] === NodeKind.Constant ? graph.constants[graph.data[node]!] : undefined;
    return typeof value === 'string' && value !== '';
  }

  /** Whether a way reads a variable of the environment or a setting, by its name. */
  function isSetting({ at: here, path }: Way): boolean {
    const graph = program.graphBehind(here, 'credentials');
    const node = nodeOf(here);
    return path === '' && graph.kinds[node] === NodeKind.Load && isVariableName(graph.strings[graph.data[node]!]!);
  }

  /** Whether a way is the call of a function of the workspace. */
  function isOwnCall({ at: here }: Way): boolean {
    const graph = program.graphBehind(here, 'credentials');
    if (graph.kinds[nodeOf(here)] !== NodeKind.Call) return false;
    return values.targets(moduleOf(here), graph.data[nodeOf(here)]!).some((thing) => thing.is === 'function');
  }

  /** How many a pool holds: where they are written down, or whether there are signs of several. */
  function counted(pool: readonly Way[]): { readonly written: number | undefined; readonly several: boolean } {
    let written: number | undefined;
    let open = false;
    for (const way of pool) {
      const module = moduleOf(way.at);
      const graph = program.graphBehind(way.at, 'credentials');
      const node = nodeOf(way.at);
      const kind = graph.kinds[node];
      if (kind === NodeKind.Call) {
        const rows = rowsOfCall(program, values, module, graph.data[node]!);
        open ||= rows.some((row) => row.row === 'flow' && (row.how === 'text' || row.how === 'decode'));
      } else if (kind === NodeKind.PostUpdate && head(way.path) !== undefined) {
        const call = callOfUpdate(graph, node);
        if (call >= 0 && graph.calls[call]!.receiverPost === node)
          open ||= rowsOfCall(program, values, module, call).some((r) => r.row === 'flow' && r.to?.slot.at === 'self');
      } else if (kind === NodeKind.Allocation && head(way.path) !== undefined) {
        let count = 0;
        eachEdge(graph.in, node, (end, edge) => {
          if (edge === EdgeKind.Flow || graph.regionOf[end] !== graph.regionOf[node]) open = true;
          else if (edge === EdgeKind.Store) count++;
        });
        written = Math.max(written ?? 0, count);
      }
    }
    return { written: open ? undefined : written, several: open || (written ?? 0) > 1 };
  }

  function stepsOf(given: Given, selection: Selection, pool: readonly Way[], picked: Way | undefined): readonly Step[] {
    const steps: Step[] = [];
    // The collection, as far back as it goes.
    const collections = pool.filter(({ at: here, path }) => {
      const kind = program.graphBehind(here, 'credentials').kinds[nodeOf(here)];
      return head(path) === ANY && (kind === NodeKind.Allocation || kind === NodeKind.Call) && here !== selection.at;
    });
    const kept = collections.sort((a, b) => chainOf(b).length - chainOf(a).length)[0];
    if (kept) steps.push({ at: kept.at, role: 'source', why: 'several {rotated} come from here' });
    for (let way = kept?.before; way; way = way.before)
      if (isOwnCall(way)) steps.push({ at: way.at, role: 'return', why: 'returned to its caller' });
    const { index } = selection;
    if (index !== undefined && !isWithin(program, index, selection.at))
      steps.push({ at: index, role: 'step', why: 'which one is next is found here' });
    steps.push({ at: selection.at, role: 'step', why: `one of them is picked ${manner[selection.by]}` });
    for (let way = picked?.before; way && way !== given.to; way = way.before)
      if (isOwnCall(way)) steps.push({ at: way.at, role: 'return', why: 'returned to its caller' });
    if (given.to && given.to.at !== selection.at)
      steps.push({ at: given.to.at, role: 'call', why: 'a client is made with it' });
    steps.push({ at: origin.at, role: 'sink', why: `used for ${origin.api}` });
    return steps;
  }
}

/** The name under which what is picked stands in the object that a way reads it from: a header; and what stands there. */
function namedBy(program: Program, picked: Way | undefined): { readonly name: string; readonly way: Way } | undefined {
  for (let way = picked; way?.before; way = way.before) {
    const { at, path } = way.before;
    // A row that asks for one header says which: no other field is written with hyphens.
    const asked = head(path);
    if ((asked !== ANY && !asked?.includes('-')) || moduleOf(at) !== moduleOf(way.at)) continue;
    const graph = program.graphBehind(at, 'credentials');
    let name: string | undefined;
    eachEdge(graph.in, nodeOf(at), (end, edge, label) => {
      if (edge === EdgeKind.Store && end === nodeOf(way!.at) && (asked === ANY || asked === graph.strings[label]))
        name = graph.strings[label];
    });
    if (name !== undefined && name !== ANY && !/^\d+$/.test(name)) return { name, way };
  }
  return undefined;
}

/** Whether one node stands in the text of another. */
function isWithin(program: Program, inner: Address, outer: Address): boolean {
  if (moduleOf(inner) !== moduleOf(outer)) return false;
  const [small, large] = [nodeOf(inner), nodeOf(outer)];
  const find = ({ starts, ends }: ModuleGraph): boolean =>
    starts[small]! >= starts[large]! && ends[small]! <= ends[large]!;
  return program.foundIn(moduleOf(inner), `within ${small} ${large}`, find, 'credentials');
}

function isClient(row: Row): row is ClientRow {
  return row.row === 'client' && row.target.length === 0;
}

/** How one is picked, in words. */
const manner: Record<Selection['by'], string> = {
  chance: 'at random',
  turn: 'by turn',
  least: 'as the first by a measure',
  next: 'as the next one',
  take: 'out of a pool',
  failure: 'after another has failed',
  worker: 'one for each worker',
  use: 'by how much each has been used',
};
