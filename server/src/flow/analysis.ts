// One origin, whole: follows the content of a model call to sinks and its effect to loops, and says what was found as facts.
// What the facts weigh, and what is allowed, is decided by policy.
import { addTo } from '../base/groups.ts';
import type { CallSlot, Label, SinkKind, SinkRow } from '../catalog/model.ts';
import { type Call, callsInOrder, functionOf, type ModuleGraph, NodeKind, nodesInOrder } from '../graph/graph.ts';
import { createArtifacts } from './artifacts.ts';
import { createAsking } from './asked.ts';
import { createBindings } from './bindings.ts';
import { calleeName, isImported } from './callee.ts';
import { type Callers, createCallers } from './callers.ts';
import { argumentsAt } from './calls.ts';
import { isCandidate } from './candidates.ts';
import { createCommands } from './commands.ts';
import { createContexts } from './contexts.ts';
import { type Load, loadsOf } from './datasets.ts';
import { type Rotation, rotationsOf } from './evasion.ts';
import type { Entry, Fact, Search, SearchParts } from './facts.ts';
import { entriesAround, framesOf } from './frames.ts';
import { columnsIn, plain, tableOf } from './keys.ts';
import { createKeyTexts, type Frame, frameName, type KeyTexts } from './keyTexts.ts';
import { limits } from './limits.ts';
import { createLinker, type Linker } from './link.ts';
import { createNamed, type Named } from './named.ts';
import { isNamedByContent } from './naming.ts';
import { type Options, optionsGiven } from './options.ts';
import { orderAssumed } from './order.ts';
import {
  identityOf,
  type Origin,
  originsOf,
  type ProviderFacts,
  promptTexts,
  providerFacts,
  textOf,
} from './origins.ts';
import { pathOf } from './paths.ts';
import { pickedAssumed } from './picked.ts';
import { type Address, address, type ModuleId, moduleOf, type Program } from './program.ts';
import { createReaders } from './readers.ts';
import { areJoined, frameTexts, isByLine, keysBeside, type RecordShape, recordAt, recordsOn } from './records.ts';
import { createRoutes } from './routes.ts';
import { guardsHold, nameKept } from './rows.ts';
import { createSearch } from './search.ts';
import { spots } from './spots.ts';
import { type Stored, storedIn } from './stored.ts';
import { type Trainer, trainersOf } from './trainers.ts';
import { createValues, type Values } from './values.ts';
import { type Repetition, repetitions } from './volume.ts';
import { handedBy, isTakenForWhole, keysOn, lifted, returnsOn, type Step, stepsOf, TOO_DEEP, waysTo } from './ways.ts';
import { createWhole } from './whole.ts';

/** Content that reached a sink. */
export interface SinkFound {
  readonly kind: SinkKind;
  /** The API path of the sink. */
  readonly api: string;
  /** Whether its row was checked against the package. */
  readonly verified: boolean;
  /** The call that writes. */
  readonly write: Address;
  /** Where the write is reported: the write itself, or the call of the helper that does it. */
  readonly place: Address;
  readonly steps: readonly Step[];
  /** The names that content was put under on the way that is shown. */
  readonly under: readonly string[];
  /** Ways to the same place on which content was put under keys that hold reasoning; the first for each, at most a few. */
  readonly others: readonly OtherWay[];
  readonly label: Label;
  readonly records: readonly RecordShape[];
  /** Whether the records are written one a line. */
  readonly byLine: boolean;
  /** Whether texts are put together to one on the way. */
  readonly joined: boolean;
  /** The constant text around the content. */
  readonly frames: readonly string[];
  /** File names, hub ids, tables: constant text with `{}` for holes. */
  readonly targets: readonly string[];
  /** Whether content is in the name that it is written under. */
  readonly named: boolean;
  readonly assumed: readonly string[];
  /** The constant text of the prompt, as the calls on this way fill it. */
  readonly prompts: readonly string[];
  /** Which of the origin's repetitions have their answers come here. */
  readonly repetitions: readonly number[];
}

/** A way to a sink beside the one that is shown. */
export type OtherWay = Pick<SinkFound, 'steps' | 'under' | 'assumed'>;

/** A repetition, and what is done with its answers. */
export interface Repeated extends Repetition {
  /** Whether its answers are collected: put into a container that outlives the call, or written. `later`: the call starts a job,
   * whose answers are for whoever fetches them. */
  readonly kept: boolean | 'later';
  /** Keys of the records that its answers are put into, for evidence against. */
  readonly keys: readonly string[];
}

/** A listed data set and where its rows go. */
export interface LoadResult {
  readonly load: Load;
  readonly sinks: readonly SinkFound[];
  readonly bounds: readonly string[];
}

/** Answers that were stored, and where they go. */
export interface StoredResult {
  readonly stored: Stored;
  readonly sinks: readonly SinkFound[];
  readonly bounds: readonly string[];
}

/** Everything found from one model call. */
export interface OriginResult {
  readonly origin: Origin;
  readonly provider: ProviderFacts;
  /** What the call is given under names. */
  readonly options: Options;
  readonly sinks: readonly SinkFound[];
  readonly repetitions: readonly Repeated[];
  /** Credentials and proxies of which one is picked for the call. */
  readonly rotations: readonly Rotation[];
  /** Other model calls that the content is known to be put into the prompt of. */
  readonly prompted: readonly Address[];
  /** Bounds that were reached. */
  readonly bounds: readonly string[];
  /** Facts followed. */
  readonly facts: number;
}

/** The questions that all origins of the workspace share, from edit to edit as long as no file comes or goes. */
export interface Analysis {
  readonly values: Values;
  readonly callers: Callers;
  readonly linker: Linker;
  /** The model calls of a module, in order. */
  origins(module: ModuleId): readonly Origin[];
  /** The calls of a module that train models, whatever on. */
  trainers(module: ModuleId): readonly Trainer[];
  /** Other modules that client objects made in a module are handed to: model calls may stand there too. */
  handedTo(module: ModuleId): readonly ModuleId[];
  /** Follows one model call. */
  follow(origin: Origin): OriginResult;
  /** The listed data sets that a module loads, and where their rows go. */
  loads(module: ModuleId): readonly LoadResult[];
  /** The stored answers that a module reads, and where they go. */
  stored(module: ModuleId): readonly StoredResult[];
}

/** What a flow begins with, in words, and what was assumed of it. */
interface Beginning {
  readonly says: string;
  readonly assumed: string | undefined;
  /** The model call, if it is one. */
  readonly origin: Origin | undefined;
}

/** Content that arrived at a sink. */
interface Hit {
  readonly fact: Fact;
  readonly row: SinkRow;
  readonly module: ModuleId;
  readonly call: number;
}

interface Reached {
  readonly sinks: readonly SinkFound[];
  /** How many facts were followed, and those that belong to each repetition. */
  readonly facts: number;
  readonly contexts: readonly (readonly Fact[])[];
  readonly prompted: readonly Address[];
  readonly bounds: readonly string[];
}

/** Creates the analysis of a workspace. */
export function createAnalysis(program: Program): Analysis {
  const asking = createAsking(program.tracing);
  const linker = createLinker(program, asking);
  const bindings = createBindings(program, linker, asking);
  let callers: Callers;
  let keyTexts: KeyTexts;
  const values = createValues(
    program,
    linker,
    asking,
    () => callers,
    () => keyTexts,
  );
  let named: Named;
  callers = createCallers(
    program,
    linker,
    bindings,
    values,
    asking,
    () => named,
    () => artifacts,
  );
  const { ofEntry: callersOf, openEntry, nextEntryId } = callers;
  const opened = { callersOf, openEntry, nextEntryId, generation: 0 };
  const parts: SearchParts = { program, linker, bindings, values, named: () => named, ...opened };
  const commands = createCommands(program, asking);
  keyTexts = createKeyTexts(program, values, asking, commands);
  named = createNamed(program, linker, values, keyTexts, asking);
  const readers = createReaders(parts);
  const artifacts = createArtifacts(parts, keyTexts, readers, commands, asking);
  const routes = createRoutes(program, values, callers, asking);

  const followed = asking.memo<string, OriginResult>();

  const follow = (origin: Origin): OriginResult => followed(identityOf(origin), () => followAnew(origin));

  function followAnew(origin: Origin): OriginResult {
    const from = { says: `${origin.api} answers`, assumed: origin.assumed, origin };
    const bounds = new Set<string>();
    const repetitionsFound = repetitions(program, values, callers, artifacts, routes, origin, (says) =>
      bounds.add(says),
    );
    const repeated = repetitionsFound.slice(0, limits.repetitionsPerOrigin);
    if (repeated.length < repetitionsFound.length)
      bounds.add(
        `it is asked in more than ${limits.repetitionsPerOrigin} places many times; the rest was not looked at`,
      );
    const reached = followContent((search) => seed(origin, search), from, repeated);
    return {
      origin,
      provider: providerFacts(program, values, origin),
      // They say something of what is asked many times, and of nothing else.
      options: repeated.length === 0 ? {} : optionsGiven(program, values, origin),
      sinks: reached.sinks,
      repetitions: repeated.map((repetition, i) => ({
        ...repetition,
        kept:
          reached.sinks.some((sink) => sink.repetitions.includes(i)) ||
          reached.contexts[i]!.some(({ how, path }) => how === 'store' && path !== '') ||
          (origin.row.shape.label === 'reference' && 'later'),
        keys: keysBeside(program, values, reached.contexts[i]!),
      })),
      rotations: rotationsOf(program, values, callers, origin),
      prompted: reached.prompted,
      bounds: [...reached.bounds, ...bounds],
      facts: reached.facts,
    };
  }

  function perModule<T>(find: (module: ModuleId) => T): (module: ModuleId) => T {
    const known = asking.memo<ModuleId, T>();
    return (module) => known(module, () => find(module));
  }

  function loads(module: ModuleId): readonly LoadResult[] {
    return loadsOf(program, values, commands, keyTexts, readers, module).map((load) => ({
      load,
      ...followRows(load, `${load.api} loads ${load.ids.join(', ')}`),
    }));
  }

  function stored(module: ModuleId): readonly StoredResult[] {
    return storedIn(program, artifacts, module).map((stored) => ({
      stored,
      ...followRows(stored, `${stored.row.origin.path} reads ${stored.table}`),
    }));
  }

  /** Follows rows that a call reads, whoever wrote them. */
  function followRows(
    { at, value, isPath, readers }: Pick<Load, 'at' | 'value'> & Partial<Pick<Load, 'isPath' | 'readers'>>,
    says: string,
  ): Pick<Reached, 'sinks' | 'bounds'> {
    const seeds = (search: Search): void => {
      const entry = search.entryFor(at, readers);
      for (const spot of value) search.seed(spot.at, spot.path, entry, 'text', undefined);
    };
    return followContent(seeds, { says, assumed: undefined, origin: undefined }, [], isPath);
  }

  /** Follows content from where it is seeded to sinks, and tells apart what is done with the answers of each repetition. */
  function followContent(
    seeds: (search: Search) => void,
    from: Beginning,
    repeated: readonly Repetition[],
    paths = false,
  ): Reached {
    const bounds = new Set<string>();
    const hits = new Map<string, Hit[]>();
    const prompted = new Map<Address, Fact>();
    const writes = new Map<Entry, (() => void)[]>();
    const acted: Fact[] = [];
    const search = createSearch(parts, {
      subject: 'content',
      paths,
      maxFacts: limits.factsPerOrigin,
      sink(fact, row, module, call) {
        const key = `${module}:${call}:${row.kind}`;
        let known = hits.get(key);
        if (!known && (fact.label !== 'reference' || takesReferences.has(row.kind))) {
          if (!guardsHold(program, values, module, call, row.guards)) return;
          if (hits.size >= limits.sinksPerOrigin) {
            bounds.add(MANY_SINKS);
            return;
          }
          known = [];
          hits.set(key, known);
        }
        if (known && known.length < limits.arrivalsPerSink) known.push({ fact, row, module, call });
        readBack(fact, module, call);
      },
      written: readBack,
      acted: (fact) => void acted.push(fact),
      entered(entry) {
        for (const again of writes.get(entry) ?? []) again();
      },
      prompt(fact, _row, module, call) {
        const at = address(module, program.callIn(module, call, 'prompt').node);
        if (!prompted.has(at)) prompted.set(at, fact);
      },
      limit: (says) => void bounds.add(says),
    });
    /** What is written by a helper is written under what its callers say: again for each that is found later. */
    function readBack(fact: Fact, module: ModuleId, call: number): void {
      const done = new Set<string>();
      const goOn = (within: Frame | undefined): void => {
        const name = within ? frameName(within) : '';
        if (done.has(name)) return;
        done.add(name);
        for (const reading of artifacts.readBack(module, call, fact.path, within)) search.readBack(fact, reading);
      };
      if (!artifacts.hasSeveralNames(module, call)) {
        goOn(undefined);
        return;
      }
      const again = (): void => framesOf(fact.entry, limits.framesPerReader).forEach(goOn);
      again();
      for (const entry of entriesAround(fact.entry, limits.framesPerReader)) addTo(writes, entry, again);
    }
    seeds(search);
    search.run();
    let places: ReadonlySet<Address> | undefined;
    const isContent = (at: Address): boolean => {
      // Asked of files alone, and most searches reach none.
      places ??= new Set(search.facts.map((fact) => fact.at));
      return places.has(at);
    };
    const isWhole = createWhole(program, acted);
    const labelOn = (path: readonly Fact[]): Label => labelled(path) ?? (isWhole(path) ? 'tool-call' : 'text');
    const contextOf = createContexts(search.facts);
    const contexts = repeated.map(({ chain }) => contextOf(chain));
    const sinks = new Map<string, SinkFound>();
    // A write in a helper stands at each of the calls that hand something to it.
    for (const arrived of hits.values())
      for (const hit of arrived)
        for (const path of waysTo(hit.fact, () => bounds.add(MANY_WAYS))) {
          const place = placeOf(path, hit);
          const key = `${hit.row.kind}:${place}`;
          const known = sinks.get(key);
          const label = labelOn(path);
          if (known) sinks.set(key, withWay(known, path, label, hit, from));
          if (known) continue;
          if (sinks.size >= limits.sinksPerOrigin) {
            bounds.add(MANY_SINKS);
            continue;
          }
          // The way that is shown is one of several: what counts is what was handed in, and that it arrives.
          const given = path[path.map(({ site }) => site).lastIndexOf(place) - 1] ?? hit.fact;
          const repetitions = contexts.flatMap((isIn, i) => (isIn(given) && isIn(hit.fact) ? [i] : []));
          sinks.set(key, sinkFound(from, path, label, hit, place, repetitions, isContent));
        }
    return {
      sinks: [...sinks.values()],
      facts: search.facts.length,
      contexts: contexts.map((isIn) => search.facts.filter(isIn)),
      // What is only assumed to arrive makes one story of whatever meets in a helper.
      prompted: [...prompted].flatMap(([at, fact]) => (isCertain(waysTo(fact)[0] ?? []) ? [at] : [])),
      bounds: [...bounds],
    };
  }

  function handedTo(module: ModuleId): readonly ModuleId[] {
    const graph = program.graph(module, 'client');
    const modules = new Set<ModuleId>();
    const search = createSearch(parts, { subject: 'function', maxFacts: limits.factsPerClient });
    callsInOrder(graph).forEach((index) => {
      const call = graph.calls[index]!;
      // One client may be made by another: `genAI.getGenerativeModel(…)`.
      const isMade = call.receiver >= 0 && isCandidate(program, module, call.callee, 'makerNames');
      if (!isMade && !isImported(graph, call.callee)) return;
      // A model that runs in the process is passed around by all of a training framework: only clients of services are looked for.
      const isClient = values
        .targets(module, index)
        .some(
          (t) =>
            t.is === 'api' &&
            t.position.rows.some((r) => r.row === 'client' && r.provider !== undefined && r.provider !== 'local'),
        );
      if (!isClient) return;
      const fn = functionOf(graph, call.node);
      search.seed(address(module, call.node), '', callers.openEntry(module, fn), 'text', undefined);
    });
    // A request is made where its address arrives: `ask(prompt, URL)`.
    for (const node of addressesIn(graph, module)) {
      const entry = callers.openEntry(module, functionOf(graph, node));
      search.seed(address(module, node), '', entry, 'text', undefined);
    }
    search.run();
    for (const fact of search.facts) if (moduleOf(fact.at) !== module) modules.add(moduleOf(fact.at));
    return [...modules].sort((a, b) => a - b);
  }

  /** The addresses of models that a module writes out, and what it hands on that is one of them: `args.api_url`. */
  function addressesIn(graph: ModuleGraph, module: ModuleId): readonly number[] {
    const isAddress = (text: unknown): boolean =>
      typeof text === 'string' && /^\w+:\/\//.test(text) && program.modelHost(text);
    const textAt = (node: number): unknown => {
      const datum = graph.data[node]!;
      if (graph.kinds[node] === NodeKind.Constant) return graph.constants[datum];
      if (graph.kinds[node] !== NodeKind.Template) return undefined;
      return graph.templates[datum]!.map((part) => (typeof part === 'string' ? part : '{}')).join('');
    };
    const written = [...nodesInOrder(graph)].filter((node) => isAddress(textAt(node)));
    // Forward from where it is written it is not followed through what keeps it: an option's default.
    const calls = written.length === 0 ? [] : callsInOrder(graph).map((index) => graph.calls[index]!);
    const isKept = calls.some(
      ({ callee, args }) =>
        args.some(({ value }) => written.includes(value)) &&
        program.catalog.keeperNames.has(calleeName(graph, callee) ?? ''),
    );
    if (!isKept) return written;
    const handed = calls
      .flatMap(({ args }) => args.map(({ value }) => value))
      .filter((node) => bearsName.has(graph.kinds[node]!))
      .filter((node) => values.what(address(module, node)).some((thing) => isAddress(textOf(program, values, thing))));
    return [...new Set([...written, ...handed])];
  }

  function seed(origin: Origin, search: Search): void {
    const graph = program.graphOfCall(origin.module, origin.call, 'origin');
    const fn = graph.regions[graph.calls[origin.call]!.region]!.fn;
    const entry = callers.openEntry(origin.module, fn);
    const { shape } = origin.row;
    for (const place of origin.row.result) {
      const slot = place.slot;
      if (slot.at === 'return') search.seed(origin.at, pathOf(place.path), entry, shape.label, shape);
      else if (slot.at === 'callback') {
        // The library hands the content to a callback: it starts at that function's parameter.
        const at = { slot: { at: 'argument', index: slot.index, name: slot.name }, path: slot.inside ?? [] } as const;
        for (const spot of spots(program, origin.module, origin.call, at))
          for (const thing of values.what(spot.at, spot.path)) {
            if (thing.is !== 'function') continue;
            const { params } = program.functionIn(thing.module, thing.fn, 'callback');
            const param = params[slot.parameter + (thing.bound ? 1 : 0)];
            if (param)
              search.seed(
                address(thing.module, param.node),
                '',
                callers.openEntry(thing.module, thing.fn),
                shape.label,
                shape,
              );
          }
      } else
        for (const node of afterCall(graph.calls[origin.call]!, slot))
          search.seed(address(origin.module, node), pathOf(place.path), entry, shape.label, shape);
    }
  }

  /** The receiver or arguments of a call, as they are after it: what a library keeps in them. */
  function afterCall(call: Call, slot: CallSlot): readonly number[] {
    const nodes = slot.at === 'self' ? [call.receiverPost] : argumentsAt(call, slot).map((i) => call.args[i]!.post);
    return nodes.filter((node) => node >= 0);
  }

  /** Where the write of a hit is reported, for one of the ways to it. */
  function placeOf(path: readonly Fact[], hit: Hit): Address {
    return lifted(program, path, new Set(hit.row.at.flatMap((at) => at.path))) ?? writeOf(hit);
  }

  function writeOf({ module, call }: Hit): Address {
    return address(module, program.callIn(module, call, 'sink').node);
  }

  function sinkFound(
    from: Beginning,
    path: readonly Fact[],
    label: Label,
    hit: Hit,
    place: Address,
    repetitions: readonly number[],
    isContent: (at: Address) => boolean,
  ): SinkFound {
    const { row, module, call } = hit;
    const write = writeOf(hit);
    const within = handedBy(path);
    const names = row.target ? targetTexts(row, module, call, within) : [];
    const columns = row.kind === 'store' ? [...new Set(names.flatMap(columnsIn))] : [];
    return {
      kind: row.kind,
      api: row.origin.path,
      verified: row.origin.verified,
      write,
      place,
      ...wayOf(path, hit, from),
      others: [],
      label,
      // A sink that takes any keyword is given a record: `Row.create(prompt=…, completion=…)`.
      records: [
        ...recordsOn(program, values, path),
        ...(row.at.some(({ slot }) => slot.at === 'keywords') ? [recordAt(program, values, write)] : []),
        ...(columns.length > 0 ? [{ at: write, keys: columns, constants: new Map() }] : []),
      ],
      byLine: isByLine(program, path),
      joined: areJoined(path),
      frames: frameTexts(program, values, path),
      targets: row.kind === 'store' ? names.map(tableOf) : names,
      named:
        row.kind === 'file' &&
        row.target !== undefined &&
        isNamedByContent(program, values, module, call, row.target, within, isContent),
      prompts: from.origin ? promptTexts(program, values, from.origin, returnsOn(path)) : [],
      repetitions,
    };
  }

  /** Whether nothing is taken for granted on a way. */
  function isCertain(path: readonly Fact[]): boolean {
    return path.every(({ assumed }) => assumed === undefined) && !isTakenForWhole(path);
  }

  /** What a person is shown of a way to a sink, and what was assumed on it. */
  function wayOf(path: readonly Fact[], hit: Hit, from: Beginning): OtherWay {
    const steps = stepsOf(program, path, from.says);
    steps.push({ at: writeOf(hit), role: 'sink', why: `reaches ${hit.row.origin.path}` });
    const assumed = new Set([
      ...path.flatMap((f) => (f.assumed ? [f.assumed] : [])),
      ...(from.assumed ? [from.assumed] : []),
      ...orderAssumed(program, path),
      ...pickedAssumed(program, values, path),
      ...(isTakenForWhole(path) ? [TOO_DEEP] : []),
    ]);
    return { steps, under: keysOn(path), assumed: [...assumed] };
  }

  /**
   * A sink with one more way to it. Reasoning on any of the ways is reasoning kept, and then that way is shown, with what was
   * assumed on it: an answer that is kept beside it shows nothing of that.
   */
  function withWay(known: SinkFound, path: readonly Fact[], label: Label, hit: Hit, from: Beginning): SinkFound {
    if (told(label) > told(known.label)) return { ...known, ...wayOf(path, hit, from), label };
    const under = keysOn(path);
    const isNew = (key: string): boolean =>
      program.holdsReasoning(key) && ![known, ...known.others].some((other) => other.under.includes(key));
    if (known.others.length >= limits.othersPerSink || !under.some(isNew)) return known;
    return { ...known, others: [...known.others, wayOf(path, hit, from)] };
  }

  /** The names under which a call writes, `{}` for what is not constant. */
  function targetTexts(row: SinkRow, module: ModuleId, call: number, within: Frame | undefined): string[] {
    const kept = row.target && nameKept(values, module, call, row.target);
    if (kept !== undefined) return [kept];
    const texts = row.target ? spots(program, module, call, row.target).flatMap((at) => keyTexts(at, within)) : [];
    return [...new Set(texts.map(plain))].filter((text) => /[^{}/.]/.test(text)).slice(0, limits.namesPerWrite);
  }

  return {
    values,
    callers,
    linker,
    handedTo: perModule(handedTo),
    origins: perModule((module) => originsOf(program, values, module)),
    loads: perModule(loads),
    stored: perModule(stored),
    trainers: perModule((module) => trainersOf(program, values, module)),
    follow,
  };
}

/** Kinds of nodes that stand for a value under a name. */
const bearsName: ReadonlySet<number> = new Set([NodeKind.Definition, NodeKind.Join, NodeKind.Cell, NodeKind.Load]);

/** What content is by the labels that it had on its way; undefined: text, or an id. */
function labelled(path: readonly Fact[]): Label | undefined {
  return path.find((fact) => fact.label !== 'text' && fact.label !== 'reference')?.label;
}

/** How much a label says of what is kept: that a message is whole less than what was read out of it. */
function told(label: Label): number {
  return label === 'text' ? 0 : label === 'tool-call' ? 1 : 2;
}

const MANY_WAYS = `what is answered comes to one place by more than ${limits.arrivalsPerSink} ways; the rest was not looked at`;
const MANY_SINKS = `what is answered is kept in more than ${limits.sinksPerOrigin} places; the rest was not looked at`;

/** Sinks that are told what to train on by an id. */
const takesReferences: ReadonlySet<SinkKind> = new Set(['train', 'job']);
