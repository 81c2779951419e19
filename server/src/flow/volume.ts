// How often a model call is made. Volume follows the effect of the call, not its content: from the call up through everyone who
// calls its function, each loop, pool and callback on the way is a level. Streams, agent loops, retries and polling are none.
import type { CallRow, Place, VolumeRow } from '../catalog/model.ts';
import { ANY, type FunctionInfo, functionOf, type ModuleGraph, type Region } from '../graph/graph.ts';
import type { Artifacts } from './artifacts.ts';
import type { Callers } from './callers.ts';
import { addCalls, parameterOf, passedTo, suppliers } from './calls.ts';
import { walksParts } from './chunks.ts';
import { type Concurrency, limited, limitOf, runAtOnce } from './concurrency.ts';
import type { Caller, Entry } from './facts.ts';
import { callAt, gatheredBy } from './gathered.ts';
import {
  areAttempts,
  areToolCalls,
  askedAtOnce,
  cameIn,
  cameInBy,
  compares,
  counted,
  type Items,
  iterated,
  measuredBy,
  walked,
} from './items.ts';
import { limits } from './limits.ts';
import { attemptsAround, type Construct, loopsAround } from './loops.ts';
import { type Known, oneAt } from './numbers.ts';
import type { Origin } from './origins.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { backward, isChangedIn, reachesWithin, takesElement } from './rounds.ts';
import type { Routes } from './routes.ts';
import { rowsOfCall } from './rows.ts';
import { spots } from './spots.ts';
import type { Values } from './values.ts';

/** One construct that repeats a call. */
export interface Level extends Items, Concurrency {
  readonly kind: 'loop' | 'comprehension' | 'pool';
  /** The call that is repeated at this level. */
  readonly call: Address;
  /** Where that is told: the call itself, or what awaits several calls that are written out side by side. */
  readonly told: Address;
  readonly construct: Construct;
  /** Whether what the call is given changes with the iteration. */
  readonly dependent: boolean;
  /** Set while the repeated call invokes a function that was handed in: the level belongs to the call that hands it in. */
  readonly handedIn: boolean;
  /** What is walked, if anything is. */
  readonly subject: Address | undefined;
  /** What is walked, as far as it is a value. */
  readonly items: readonly Address[];
  /** Whether what is walked came in by a parameter: whoever calls the function decides how often it asks. */
  readonly cameIn: boolean;
  /** Where the repeated calls are awaited together, if that is a call of its own. */
  readonly gathered: Address | undefined;
  /** Set where it repeats too few times to be volume: within others it is a factor of how often the model is asked, no more. */
  readonly few?: boolean;
  /** Set where it multiplies nothing: it starts workers that each take a share of what a level within it walks, or goes through
   * parts of that. */
  readonly shares?: 'workers' | 'parts';
}

/** The way from a model call out to one of its outermost callers, with the levels met. */
export interface Repetition {
  /** The repeated call where it is decided how often: in the innermost level that walks what its function has of its own, or else
   * in the outermost. */
  readonly place: Address;
  readonly levels: readonly Level[];
  /** The same with the few times that something is repeated within or around them, innermost first. */
  readonly factors: readonly Level[];
  /** The calls from the model call outward, to the place. */
  readonly chain: readonly Address[];
  /** The calls from there outward, to the outermost level and on to where the items that it walks are handed in. */
  readonly outward: readonly Address[];
}

/** How it begins that the repetitions of a model call were not looked for to their end. */
export const HOW_OFTEN = 'how often it is asked was looked at through';

/** Whether so many requests are too few to be volume. */
type IsFew = (count: number) => boolean;

interface Site {
  readonly module: ModuleId;
  readonly node: number;
  /** Index of the call, or -1 for a property read. */
  readonly call: number;
  readonly entry: Entry | undefined;
  readonly row: CallRow | undefined;
  /** Those of few times among them. */
  readonly levels: readonly Level[];
  /** What limits how many run at once, between the outermost level and here. */
  readonly limit: Known | undefined;
  /** What the call hands in that the outermost level walks. */
  readonly items: readonly Address[];
  /** What the call is given that says who is asked, and as whom: nothing that is asked about. */
  readonly aside: ReadonlySet<number>;
  readonly chain: readonly Address[];
  /** Whether it is more than the one call of a function by another beside it: such a wrapper asks as often as it is called. */
  readonly isBranch: boolean;
  /** How many such calls were passed on the way. */
  readonly depth: number;
}

const NOTHING: ReadonlySet<number> = new Set();

/** Arguments of a model call with an address, a credential or a proxy: trying one after another of those asks nothing more. */
function asideOf(program: Program, { module, told, call, row }: Origin): ReadonlySet<number> {
  if (told !== call) return NOTHING;
  const given = (places: readonly Place[]): number[] =>
    places.flatMap((place) => spots(program, module, call, place).map(({ at }) => nodeOf(at)));
  const asked = given(row.prompt);
  const who = given([...row.key, ...row.proxy, ...row.baseUrl, ...(row.url ? [row.url] : [])]);
  return new Set(who.filter((node) => !asked.includes(node)));
}

/** All repetitions of a model call, one for each outermost repeated call. `cut` is told which bounds were reached. */
export function repetitions(
  program: Program,
  values: Values,
  callers: Callers,
  artifacts: Artifacts,
  routes: Routes,
  origin: Origin,
  cut: (says: string) => void,
): readonly Repetition[] {
  // Asking again for what a batch has answered asks no model.
  if (origin.row.mode === 'batch' && origin.volume === undefined) return [];
  const found = new Map<Address, Repetition>();
  /** The places of which it is known where their items are made. */
  const settled = new Set<Address>();
  /** The places at which a way ends that meets no further level, whatever others go on from there. */
  const ended = new Set<Address>();
  const seen = new Set<string>();
  /** Calls looked at that are one of several of their function. */
  let branches = 0;
  const graph = program.graphOfCall(origin.module, origin.call, 'volume');
  const call = graph.calls[origin.call]!;
  const work: Site[] = [
    {
      module: origin.module,
      node: call.node,
      call: origin.call,
      entry: undefined,
      row: undefined,
      levels: libraryLevels(program, values, origin, fewAsked(program, values, origin, [])),
      limit: undefined,
      items: [],
      aside: asideOf(program, origin),
      chain: [],
      isBranch: false,
      depth: 0,
    },
  ];
  for (let site = work.shift(); site; site = work.shift()) {
    const key = `${site.module}:${site.node}:${site.entry?.id ?? ''}`;
    if (seen.has(key)) continue;
    if (site.isBranch && ++branches > limits.volumeSites) {
      cut(`${HOW_OFTEN} ${limits.volumeSites} calls of its callers; there are more`);
      break;
    }
    seen.add(key);
    const at = address(site.module, site.node);
    const here = program.graphBehind(at, 'volume');
    const chain = [...site.chain, at];
    const isFew = fewAsked(program, values, origin, chain);
    const isTold = site.row?.times === 'unknown';
    const met = isTold
      ? []
      : [
          ...poolLevels(program, values, site, at, isFew),
          ...loopLevels(program, values, here, site, at, isFew),
          ...listLevels(program, values, here, site, at, isFew),
        ];
    const repeats = met.map((level, i, all) => {
      if (startsCrew(level, site!)) return { ...level, shares: 'workers' as const };
      const { loop } = level.construct;
      const walked = i > 0 ? all[i - 1]!.items : site!.items;
      const isPart = loop !== undefined && walked.length > 0 && walksParts(program, values, at, loop, walked);
      return isPart ? { ...level, shares: 'parts' as const } : level;
    });
    const { around, left } = limited(program, values, at, limitAt(program, values, site), repeats);
    const factors = [...(around.every(isOfFew) ? shared(program, values, here, site, around) : site.levels), ...around];
    const levels = factors.filter((level) => !isOfFew(level));
    const fn = functionOf(here, site.node);
    const outermost = levels[levels.length - 1];
    const walkedHere = outermost && around.includes(outermost) ? outermost.items : site.items;
    const all = isTold
      ? []
      : [...(fn === 0 ? [] : callersOf(callers, routes, site, fn)), ...jobsOf(program, callers, artifacts, site)];
    const isWrapped =
      all.length === 1 && all[0]!.module === site.module && all[0]!.call >= 0 && all[0]!.row === undefined;
    const depth = site.depth + (isWrapped ? 0 : 1);
    const outer = depth < limits.volumeDepth ? all : [];
    if (outer.length < all.length)
      cut(`${HOW_OFTEN} ${limits.volumeDepth} callers, one above the other; there are more`);
    const info = here.functions[fn]!;
    for (const caller of outer) {
      const items = handedIn(program, values, walkedHere, info, caller);
      work.push({
        module: caller.module,
        node: caller.node,
        call: caller.call,
        entry: caller.entry,
        row: caller.row,
        levels: factors.flatMap((level) =>
          level.handedIn
            ? handedOver(program, values, level, site!.module, info, caller, isFew)
            : [level === outermost ? comeFrom(program, values, level, items) : level],
        ),
        limit: left,
        items,
        aside: NOTHING,
        chain,
        isBranch: !isWrapped,
        depth,
      });
    }
    // What was handed in is repeated for those who handed it in, and told there.
    if (!outermost || (outermost.handedIn && outer.length > 0)) continue;
    const decided = levels.find((l) => l.dependent && !l.handedIn && !l.cameIn) ?? outermost;
    const place = decided.told;
    if (outer.length === 0 && (outermost.provenance === 'file' || outermost.provenance === 'dataset')) ended.add(place);
    const [to, end] = [chain.indexOf(decided.call) + 1, chain.indexOf(outermost.call) + 1];
    const known = found.get(place);
    if (known && known.levels.length >= levels.length) {
      // One way is shown on which the items are handed in: one that ends where they are made, if there is any.
      if (site.items.length > 0 && known.levels.length === levels.length && !settled.has(place)) {
        found.set(place, { place, levels, factors, chain: chain.slice(0, to), outward: chain.slice(to) });
        if (!cameIn(program, values, site.items)) settled.add(place);
      } else if (known.levels.length === levels.length && repeatsMore(factors, known.factors))
        found.set(place, { ...known, levels, factors });
      continue;
    }
    settled.delete(place);
    found.set(place, { place, levels, factors, chain: chain.slice(0, to), outward: chain.slice(to, end) });
  }
  // A place that is only the inner part of longer ways is told by the longest one.
  const all = [...found.values()];
  const isInner = (r: Repetition): boolean =>
    all.some((o) => o !== r && o.levels.length > r.levels.length && o.chain.includes(r.place));
  return all.filter((r) => ended.has(r.place) || !isInner(r));
}

/** Whether more is repeated, or run at once, for few times: by whoever is further out. */
function repeatsMore(factors: readonly Level[], known: readonly Level[]): boolean {
  const pools = (list: readonly Level[]): number => list.filter(({ kind }) => kind === 'pool').length;
  return factors.length > known.length || pools(factors) > pools(known);
}

/** Few requests are a demonstration, unless each asks for many items. `chain`: the calls that fill the prompt. */
function fewAsked(program: Program, values: Values, origin: Origin, chain: readonly Address[]): IsFew {
  let asked: number | undefined;
  return (count) => {
    if (count >= limits.fewItems) return false;
    asked ??= askedAtOnce(program, values, origin, chain);
    return count * asked < limits.fewItems;
  };
}

/** What limits how many run at once up to a call: what it hands on waits for a place. */
function limitAt(program: Program, values: Values, site: Site): Known | undefined {
  if (!isHanded(site) || site.call < 0) return site.limit;
  const own = limitOf(program, values, site.module, site.call, site.row);
  return own && (site.limit === undefined || own.value < site.limit.value) ? own : site.limit;
}

function isOfFew({ few }: Level): boolean {
  return few === true;
}

/** A level of a helper, as a level of the call that hands the repeated function to it; of few if that gives it a few items only. */
function handedOver(
  program: Program,
  values: Values,
  level: Level,
  module: ModuleId,
  info: FunctionInfo,
  caller: Caller,
  isFew: IsFew,
): readonly Level[] {
  const at = address(caller.module, caller.node);
  const moved = { ...level, call: at, told: at, handedIn: isHandedIn(caller.entry), subject: undefined };
  const isHere = level.subject !== undefined && moduleOf(level.subject) === module;
  const param = isHere ? parameterOf(program.graphBehind(level.subject!, 'volume'), nodeOf(level.subject!), info) : -1;
  const call = caller.call < 0 || caller.row ? undefined : program.callIn(caller.module, caller.call, 'volume');
  if (param < 0 || !call) return [moved];
  const given = suppliers(info, call, param, '', caller.bound, caller.given?.positions);
  const subject = given.map(({ index }) => address(caller.module, call.args[index]!.value));
  if (subject.length === 0) return [moved];
  const own = { subject: subject[0], items: subject, cameIn: cameIn(program, values, subject) };
  return asFactor({ ...moved, ...own, ...iteratedFew(program, values, subject, isFew) });
}

/** What a caller gives for the parameters by which the items came in that its callee walks. */
function handedIn(
  program: Program,
  values: Values,
  items: readonly Address[],
  info: FunctionInfo,
  caller: Caller,
): readonly Address[] {
  if (items.length === 0 || caller.call < 0 || caller.row?.times === 'repeat') return [];
  const call = program.callIn(caller.module, caller.call, 'volume');
  return cameInBy(program, values, items).flatMap((at) => {
    const param = info.params.findIndex((p) => p.node === nodeOf(at));
    if (param < 0) return [];
    if (caller.row) {
      const position = info.params[0]!.kind === 'self' ? param - 1 : param;
      const places = passedTo(caller.row, position, info.params[param]!.name);
      return places.flatMap((place) => walked(program, caller.module, caller.call, place));
    }
    const given = suppliers(info, call, param, '', caller.bound, caller.given?.positions);
    return given.map(({ index }) => address(caller.module, call.args[index]!.value));
  });
}

/** A level that walks what came in, once it is known where that was made: a list that was filled tells more there than its
 * beginning does. */
function comeFrom(program: Program, values: Values, level: Level, items: readonly Address[]): Level {
  if (level.provenance !== 'unknown' || !level.cameIn || items.length === 0) return level;
  const over = iterated(program, values, items);
  return over.provenance === 'file' || over.provenance === 'dataset' ? { ...level, ...over } : level;
}

/** Whether a level makes a number of workers of what walks something by itself. One that is told which it is may walk all of it. */
function startsCrew({ kind, provenance, dependent, few }: Level, { levels }: Site): boolean {
  return kind === 'pool' && provenance === 'range' && (few || !dependent) && !levels.every(isOfFew);
}

/** The levels of what a few workers do, each with a share, where a short loop starts them: they run at once. */
function shared(
  program: Program,
  values: Values,
  graph: ModuleGraph,
  site: Site,
  around: readonly Level[],
): readonly Level[] {
  const last = site.levels.reduce((found, level, i) => (isOfFew(level) ? found : i), -1);
  if (last < 0 || !isInLoop(graph, site) || !runsBeside(program, values, site)) return site.levels;
  const own = around.some(({ shares }) => shares === 'workers') ? { width: oneAt(site.levels[last]!.told) } : {};
  return site.levels.map((level, i) => (i === last ? { ...level, kind: 'pool', ...own } : level));
}

/** Whether what a loop calls runs beside what it called before: it is handed to a pool, or awaited together with the others. */
function runsBeside(program: Program, values: Values, site: Site): boolean {
  return isHanded(site) || gatheredBy(program, values, address(site.module, site.node)) !== undefined;
}

function isHanded({ row }: Site): boolean {
  return row !== undefined && row.times === 'once' && !row.later;
}

/** Whether what is called here came in as the function itself; a method of an object that came in is the callee's own affair. */
function isHandedIn(entry: Entry | undefined): boolean {
  return entry !== undefined && !entry.open && entry.path === '';
}

function callersOf(callers: Callers, routes: Routes, site: Site, fn: number): readonly Caller[] {
  const { entry, module } = site;
  const own = entry && entry.module === module && entry.fn === fn ? entry : callers.openEntry(module, fn, entry);
  return [...callers.ofEntry(own), ...routes.requestsOf(module, fn)];
}

/** Who adds the jobs that a worker is called for, where the site is what makes it one: it is called once for each. */
function jobsOf(program: Program, callers: Callers, artifacts: Artifacts, { module, call, row }: Site): Caller[] {
  if (row === undefined) return [];
  return artifacts.jobsOf(module, call, row.callable).map((job) => {
    const graph = program.graphOfCall(job.module, job.call, 'volume');
    const { node } = graph.calls[job.call]!;
    const entry = callers.openEntry(job.module, functionOf(graph, node));
    const element = job.value.path.indexOf(ANY);
    const iterable = element < 0 ? undefined : { ...job.value, path: job.value.path.slice(0, element) };
    const added = {
      ...row,
      times: iterable ? 'repeat' : 'once',
      atOnce: true,
      iterable,
      concurrency: undefined,
    } as const;
    return { ...job, node, entry, row: added, bound: false, fact: undefined, constructs: false };
  });
}

/** The library makes many calls of this one: `batch(prompts)`. */
function libraryLevels(program: Program, values: Values, origin: Origin, isFew: IsFew): Level[] {
  const { volume, module, call, at } = origin;
  if (volume?.kind !== 'batch') return [];
  const items = walked(program, module, call, volume.iterable);
  const run = runAtOnce(program, values, module, call, volume);
  return repeatedOver(program, values, at, items, { ...run, handed: false, isFew });
}

/** What is repeated at `at` for each of `items`, `beside` one another or awaited together. */
function repeatedOver(
  program: Program,
  values: Values,
  at: Address,
  items: readonly Address[],
  { beside, width, handed, isFew }: ReturnType<typeof runAtOnce> & { readonly handed: boolean; readonly isFew: IsFew },
): Level[] {
  const over = iteratedFew(program, values, items, isFew);
  const gathered = beside ? undefined : gatheredBy(program, values, at);
  const kind = beside || gathered !== undefined ? 'pool' : 'loop';
  const own = { kind, width, items, cameIn: cameIn(program, values, items), gathered } as const;
  return asFactor({ ...poolAt(at, at), ...own, dependent: true, handedIn: handed, ...over });
}

/** What is iterated over, and whether that is few. */
function iteratedFew(program: Program, values: Values, items: readonly Address[], isFew: IsFew) {
  const over = { cut: false, open: false, byDefault: false, from: undefined, ...iterated(program, values, items) };
  return { ...over, few: isKnownFew(over, isFew) };
}

/** Whether items are known to be few, however the program is run. */
function isKnownFew({ count, cut, open }: Items, isFew: IsFew): boolean {
  return count !== undefined && !cut && !open && isFew(count);
}

/** A level, unless it repeats nothing. */
function asFactor(level: Level): Level[] {
  return level.few && (level.count ?? 0) < 2 ? [] : [level];
}

/** A pool at `told`, in which `call` is repeated. */
function poolAt(call: Address, told: Address) {
  return { kind: 'pool', call, told, construct: { at: told, loop: undefined }, subject: undefined } as const;
}

/** The library that invokes a callback, or a function that it has wrapped, makes one level if it does so once for each item. */
function poolLevels(program: Program, values: Values, site: Site, at: Address, isFew: IsFew): Level[] {
  if (site.call < 0) return [];
  const row = site.row ?? (site.chain.length > 0 ? wrappedBy(program, values, site) : undefined);
  if (row === undefined || (row.row === 'call' && row.times !== 'repeat')) return [];
  const items = walked(program, site.module, site.call, row.iterable);
  const run = runAtOnce(program, values, site.module, site.call, row);
  return repeatedOver(program, values, at, items, { ...run, handed: isHandedIn(site.entry), isFew });
}

/** The row by which a library calls a project's function once for each item where its value is called: `udf(ask)(column)`. */
function wrappedBy(program: Program, values: Values, site: Site): VolumeRow | undefined {
  const rows = rowsOfCall(program, values, site.module, site.call);
  return rows.find((row): row is VolumeRow => row.row === 'volume' && row.kind === 'batch');
}

/** The loops of the call's function around the call, innermost first, that repeat it. */
function loopLevels(
  program: Program,
  values: Values,
  graph: ModuleGraph,
  site: Site,
  at: Address,
  isFew: IsFew,
): Level[] {
  const found: { readonly level: Level; readonly few: boolean }[] = [];
  const within = site.levels.filter((level) => !isOfFew(level)).length;
  for (const [loop, index] of loopsAround(graph, site.node).entries()) {
    const region = graph.regions[index]!;
    // What rounds without end repeat is told by the loops in them.
    if (region.loop!.endless && found.length + within > 0) continue;
    const level = loopLevel(program, values, graph, site, region, { at, loop });
    if (level) found.push({ level, few: isKnownFew(level, isFew) });
  }
  // Short loops within one another ask as often as a long one, and numbers are counted around a long one for more of the same;
  // a short list is of models, languages or styles to compare.
  const together = found.reduce((product, { level }) => product * (level.count ?? 1), 1);
  const isLong = found.some(({ few }) => !few);
  const counts = ({ level, few }: (typeof found)[number]): boolean =>
    !few || (isLong ? level.dependent && level.provenance === 'range' : !isFew(together));
  return found.flatMap((one) => asFactor({ ...one.level, few: !counts(one) }));
}

function loopLevel(
  program: Program,
  values: Values,
  graph: ModuleGraph,
  site: Site,
  region: Region,
  construct: { readonly at: Address; readonly loop: number },
): Level | undefined {
  const loop = region.loop!;
  const { at } = construct;
  const leavesOnSuccess = (): boolean => attemptsAround(program, at)[construct.loop]!;
  const call = site.call >= 0 ? graph.calls[site.call]! : undefined;
  const inputs = call ? call.args.map((a) => a.value).filter((value) => !site.aside.has(value)) : [];
  const reach = backward(graph, inputs, region, site.node, (index) => takesElement(program, graph, site.module, index));
  // A conversation: what the call is given contains what it returned before.
  if (reach.feedback) return undefined;
  const variable = loop.variable;
  const inner = site.chain.flatMap((one) => (moduleOf(one) === site.module ? [nodeOf(one)] : []));
  const isRead = variable >= 0 && (reach.nodes.has(variable) || reachesWithin(graph, region, variable, inner));
  const dependent = reach.varies || isRead;
  const base = {
    call: at,
    told: at,
    construct,
    handedIn: isHandedIn(site.entry),
  } as const;
  const subject = region.subject >= 0 ? [address(site.module, region.subject)] : [];
  const own = {
    subject: subject[0],
    items: subject,
    cameIn: cameIn(program, values, subject),
    gathered: undefined,
  };
  if (loop.form === 'while') {
    // `while True` that ends by itself repeats until it succeeds or a person stops it.
    if (loop.endless && !dependent) return undefined;
    if (loop.endless && loop.returns) return undefined;
    if (!dependent && (loop.breaks || loop.returns)) return undefined;
    if (leavesOnSuccess()) return undefined;
    // A service that runs until it is told to stop counts nothing of what its rounds do.
    if (!dependent && !compares(graph, region.subject)) return undefined;
    // What a condition measures until it is empty is what is walked.
    const sizes = measuredBy(program, values, site.module, region.subject);
    const info = graph.functions[region.fn]!;
    const sizeAt = (n: number): Address => address(site.module, n);
    const measured = sizes
      .map(sizeAt)
      .find((size) => parameterOf(program.graphBehind(size, 'volume'), nodeOf(size), info) >= 0);
    // What does not grow in the loop is walked by an index.
    const indexed = sizes
      .filter((n) => !isChangedIn(graph, n, region))
      .map((n) => iterated(program, values, [sizeAt(n)]))
      .find(({ provenance }) => provenance === 'file' || provenance === 'dataset');
    const over = indexed ?? ({ count: undefined, over: 'a condition', provenance: 'unknown' } as const);
    return { ...base, ...own, subject: measured ?? subject[0], kind: 'loop', dependent, ...over };
  }
  if (!dependent && (loop.breaks || loop.returns)) return undefined;
  if (subject[0] !== undefined && areToolCalls(program, values, subject[0])) return undefined;
  if (subject[0] !== undefined && areAttempts(program, values, subject[0])) return undefined;
  // A number of attempts: what is counted is not asked about.
  if (leavesOnSuccess() && !(variable >= 0 && reach.nodes.has(variable))) return undefined;
  const over =
    loop.form === 'for-count' ? counted(program, values, graph, subject) : iterated(program, values, subject);
  if (loop.async && !dependent) return undefined;
  const gathered = gatheredBy(program, values, at);
  const beside = isHanded(site) || gathered !== undefined;
  return {
    ...base,
    ...own,
    gathered,
    width: gathered === undefined ? undefined : limitOf(program, values, moduleOf(gathered), callAt(program, gathered)),
    kind: beside ? 'pool' : loop.form === 'comprehension' ? 'comprehension' : 'loop',
    dependent,
    ...over,
  };
}

/** Requests that are written out side by side and awaited together, each of which asks for many items: `gather(f(80), g(40))`. */
function listLevels(
  program: Program,
  values: Values,
  graph: ModuleGraph,
  site: Site,
  at: Address,
  isFew: IsFew,
): Level[] {
  if (site.call < 0 || site.levels.some((level) => !isOfFew(level)) || isInLoop(graph, site)) return [];
  const gathered = gatheredBy(program, values, at);
  if (gathered === undefined) return [];
  const index = callAt(program, gathered);
  const calls = new Set<number>();
  for (const row of rowsOfCall(program, values, site.module, index)) {
    if (row.row !== 'volume' || row.kind !== 'gather') continue;
    for (const item of walked(program, site.module, index, row.iterable)) {
      for (const thing of [...values.what(item), { at: item }])
        if ('at' in thing && moduleOf(thing.at) === site.module)
          addCalls(program.graphBehind(thing.at, 'volume'), nodeOf(thing.at), calls);
    }
  }
  if (!calls.has(site.node) || calls.size < 2 || isFew(calls.size)) return [];
  return [
    {
      ...poolAt(at, gathered),
      dependent: false,
      handedIn: isHandedIn(site.entry),
      items: [],
      cameIn: false,
      gathered,
      count: calls.size,
      over: `a list of ${calls.size} that each ask for many items`,
      provenance: 'literal',
    },
  ];
}

function isInLoop(graph: ModuleGraph, { node }: Site): boolean {
  return loopsAround(graph, node).length > 0;
}
