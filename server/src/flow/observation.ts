// What was found from one model call, as plain data without node numbers: places are paths and offsets, so that it outlives the
// graphs it was read from. Policy weighs it; nothing here judges.
import type { Label, SinkKind } from '../catalog/model.ts';
import { type Constant, functionOf, type ModuleGraph, NodeKind, nameOf } from '../graph/graph.ts';
import type { LoadResult, OriginResult, Repeated, SinkFound, StoredResult } from './analysis.ts';
import { calleeName } from './callee.ts';
import { type Together, togetherIn } from './concurrency.ts';
import type { Rotation } from './evasion.ts';
import { type Construct, extentOf } from './loops.ts';
import type { Options } from './options.ts';
import { type Address, moduleOf, nodeOf, type Program } from './program.ts';
import type { RecordShape } from './records.ts';
import { perFound } from './traces.ts';
import type { Level } from './volume.ts';
import type { Step } from './ways.ts';

/** A range of a file, UTF-16 offsets into the analysed text. */
export interface SourcePlace {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

export interface ObservedStep {
  readonly place: SourcePlace;
  readonly role: Step['role'];
  readonly why: string;
  /** What stands there, on one line: for fingerprints. */
  readonly name: string;
}

export interface ObservedRecord {
  readonly place: SourcePlace;
  readonly keys: readonly string[];
  readonly constants: Readonly<Record<string, Constant>>;
  /** Where content was read out of it again on its way: those of its keys that are read there. */
  readonly read: readonly string[] | undefined;
  /** Whether it is the state of an object that content was read out of again: what is written has not its shape. */
  readonly left: boolean | undefined;
}

export interface ObservedSink {
  readonly kind: SinkKind;
  readonly api: string;
  /** Whether the row that knows it was checked against its package. */
  readonly verified: boolean;
  readonly place: SourcePlace;
  readonly write: SourcePlace;
  readonly scope: string;
  readonly steps: readonly ObservedStep[];
  /** The names that content was put under on its way. */
  readonly under: readonly string[];
  /** Ways to the same place on which content was put under keys that hold reasoning. */
  readonly others: readonly Pick<ObservedSink, 'steps' | 'under' | 'assumed'>[];
  readonly label: Label;
  readonly records: readonly ObservedRecord[];
  readonly byLine: boolean;
  readonly joined?: boolean;
  readonly frames: readonly string[];
  readonly targets: readonly string[];
  readonly named: boolean;
  readonly assumed: readonly string[];
  readonly prompts: readonly string[];
  /** Indices into the repetitions of the observation. */
  readonly repetitions: readonly number[];
}

export interface ObservedLevel extends Pick<Level, 'kind' | 'dependent' | 'count' | 'over' | 'provenance'> {
  readonly shares: Level['shares'] | undefined;
  readonly place: SourcePlace;
  readonly call: SourcePlace;
  readonly gathered: SourcePlace | undefined;
}

/** What a model call is repeated for, however few times. */
export interface ObservedFactor extends Pick<Level, 'dependent' | 'count' | 'over'> {
  /** Whether the number is a default only. */
  readonly byDefault: boolean;
  readonly place: SourcePlace;
  /** Where the number, or what is read, is written. */
  readonly from: SourcePlace | undefined;
}

/** How many calls run at once, and where that is written. */
export interface ObservedTogether extends Pick<Together, 'count' | 'byDefault'> {
  readonly from: readonly SourcePlace[];
}

export interface ObservedRepetition {
  readonly place: SourcePlace;
  readonly scope: string;
  readonly levels: readonly ObservedLevel[];
  readonly factors: readonly ObservedFactor[];
  /** How many calls run at once, where that can be told. */
  readonly together: ObservedTogether | undefined;
  readonly chain: readonly SourcePlace[];
  readonly outward: readonly SourcePlace[];
  readonly kept: boolean | 'later';
  readonly keys: readonly string[];
}

/** Credentials or proxies of which one is picked for a model call. */
export interface ObservedRotation
  extends Pick<Rotation, 'what' | 'by' | 'reads' | 'written' | 'variable' | 'field' | 'routes'> {
  readonly place: SourcePlace;
  readonly scope: string;
  /** The call that has a helper pick at `place`. */
  readonly handed: { readonly place: SourcePlace; readonly scope: string } | undefined;
  readonly steps: readonly ObservedStep[];
  readonly secrets: readonly SourcePlace[];
}

/** Where a model is trained, whatever on. */
export interface ObservedTrainer {
  readonly place: SourcePlace;
  /** By this code, or by a service that it asks. */
  readonly by: 'code' | 'service';
}

/** One model call, or rows in which an application kept answers of one, and everything that comes of it. */
export interface Observation {
  readonly origin: {
    readonly place: SourcePlace;
    readonly scope: string;
    readonly api: string;
    /** Whether the row that knows it was checked against its package. */
    readonly verified: boolean;
    readonly label: Label;
    readonly assumed: string | undefined;
    /** What the call is given under names. */
    readonly options?: Options;
    /** The table that the answers are read back from, where no model call is in sight. */
    readonly stored: string | undefined;
  };
  readonly provider: {
    readonly baseUrls: readonly string[];
    readonly client: string | undefined;
    readonly provider: string | undefined;
    readonly models: readonly { readonly value: string; readonly place: SourcePlace }[];
    readonly env: readonly string[];
    readonly openAddress: readonly string[] | undefined;
  };
  readonly sinks: readonly ObservedSink[];
  readonly repetitions: readonly ObservedRepetition[];
  readonly rotations: readonly ObservedRotation[];
  /** The model calls that the answers are put into the prompt of. */
  readonly prompted: readonly SourcePlace[];
  readonly bounds: readonly string[];
}

/** Where an address stands in its file. */
export function placeOf(program: Program, at: Address): SourcePlace {
  const graph = program.graph(moduleOf(at), 'report');
  return { path: program.path(moduleOf(at)), start: graph.starts[nodeOf(at)]!, end: graph.ends[nodeOf(at)]! };
}

function constructPlace(program: Program, construct: Construct): SourcePlace {
  const module = moduleOf(construct.at);
  return { path: program.path(module), ...extentOf(program.graph(module, 'report'), construct) };
}

/** A listed data set that is loaded, and where its rows go. */
export interface ObservedLoad {
  readonly place: SourcePlace;
  readonly scope: string;
  readonly api: string;
  readonly ids: readonly string[];
  readonly sinks: readonly ObservedSink[];
  readonly bounds: readonly string[];
}

// Each is the same object as before as long as nothing has changed in what it shows: a program may have many sinks, and most edits
// are on the way to few of them.

/** Renders a load as plain data. */
export const observeLoad = perFound((program: Program, { load, sinks, bounds }: LoadResult): ObservedLoad => {
  const { at, api, ids } = load;
  return {
    place: placeOf(program, at),
    scope: scopeOf(program, at),
    api,
    ids,
    sinks: sinks.map((sink) => observeSink(program, sink)),
    bounds,
  };
});

/** Renders stored answers as plain data. */
export const observeStored = perFound((program: Program, result: StoredResult): Observation => {
  return {
    origin: observeRows(program, result),
    provider: { baseUrls: [], client: undefined, provider: undefined, models: [], env: [], openAddress: undefined },
    sinks: result.sinks.map((sink) => observeSink(program, sink)),
    repetitions: [],
    rotations: [],
    prompted: [],
    bounds: result.bounds,
  };
});

const observeRows = perFound((program: Program, { stored }: StoredResult): Observation['origin'] => {
  const { at, row, table } = stored;
  return {
    place: placeOf(program, at),
    scope: scopeOf(program, at),
    api: row.origin.path,
    verified: row.origin.verified,
    label: 'text',
    assumed: undefined,
    stored: table,
  };
});

/** Renders a result as plain data. */
export const observe = perFound((program: Program, result: OriginResult): Observation => {
  return {
    origin: observeOrigin(program, result),
    provider: observeProvider(program, result.provider),
    sinks: result.sinks.map((sink) => observeSink(program, sink)),
    repetitions: result.repetitions.map((repeated) => observeRepetition(program, repeated)),
    rotations: result.rotations.map((rotation) => observeRotation(program, rotation)),
    prompted: result.prompted.map((at) => placeOf(program, at)),
    bounds: result.bounds,
  };
});

const observeOrigin = perFound((program: Program, { origin, options }: OriginResult): Observation['origin'] => {
  return {
    place: placeOf(program, origin.at),
    scope: scopeOf(program, origin.at),
    api: origin.api,
    verified: origin.row.origin.verified,
    label: origin.row.shape.label,
    assumed: origin.assumed,
    options,
    stored: undefined,
  };
});

const observeProvider = perFound((program: Program, provider: OriginResult['provider']): Observation['provider'] => {
  return { ...provider, models: provider.models.map(({ value, at }) => ({ value, place: placeOf(program, at) })) };
});

const observeRotation = perFound((program: Program, rotation: Rotation): ObservedRotation => {
  const { what, by, reads, written, variable, field, routes, at, handed, steps, secrets } = rotation;
  return {
    handed: handed === undefined ? undefined : { place: placeOf(program, handed), scope: scopeOf(program, handed) },
    secrets: secrets.map((secret) => placeOf(program, secret)),
    what,
    by,
    reads,
    written,
    variable,
    field,
    routes,
    place: placeOf(program, at),
    scope: scopeOf(program, at),
    steps: observeSteps(program, steps),
  };
});

const observeRepetition = perFound((program: Program, repeated: Repeated): ObservedRepetition => {
  const place = (at: Address): SourcePlace => placeOf(program, at);
  const together = togetherIn(repeated.factors);
  return {
    place: place(repeated.place),
    scope: scopeOf(program, repeated.place),
    levels: observeLevels(program, repeated.levels),
    together: together && { ...together, from: together.from.map(place) },
    factors: repeated.factors
      .filter(({ shares }) => shares === undefined)
      .map(({ dependent, count, over, byDefault, construct, from }) => ({
        dependent,
        count,
        over,
        byDefault: byDefault === true,
        place: constructPlace(program, construct),
        from: from === undefined ? undefined : place(from),
      })),
    chain: repeated.chain.map(place),
    outward: repeated.outward.map(place),
    kept: repeated.kept,
    keys: repeated.keys,
  };
});

const observeLevels = perFound((program: Program, levels: readonly Level[]): readonly ObservedLevel[] => {
  return levels.map((level) => ({
    kind: level.kind,
    dependent: level.dependent,
    count: level.count,
    over: level.over,
    provenance: level.provenance,
    shares: level.shares,
    place: constructPlace(program, level.construct),
    call: placeOf(program, level.call),
    gathered: level.gathered === undefined ? undefined : placeOf(program, level.gathered),
  }));
});

const observeSink = perFound((program: Program, sink: SinkFound): ObservedSink => {
  return {
    kind: sink.kind,
    api: sink.api,
    verified: sink.verified,
    place: placeOf(program, sink.place),
    write: placeOf(program, sink.write),
    scope: scopeOf(program, sink.place),
    steps: observeSteps(program, sink.steps),
    under: sink.under,
    others: sink.others.map((other) => ({ ...other, steps: observeSteps(program, other.steps) })),
    label: sink.label,
    records: sink.records.map((record) => observeRecord(program, record)),
    byLine: sink.byLine,
    joined: sink.joined,
    frames: sink.frames,
    targets: sink.targets,
    named: sink.named,
    assumed: sink.assumed,
    prompts: sink.prompts,
    repetitions: sink.repetitions,
  };
});

function observeSteps(program: Program, steps: readonly Step[]): readonly ObservedStep[] {
  return steps.map((step) => ({
    place: placeOf(program, step.at),
    role: step.role,
    why: step.why,
    name: nodeName(program.graph(moduleOf(step.at), 'report'), nodeOf(step.at)),
  }));
}

function observeRecord(program: Program, r: RecordShape): ObservedRecord {
  const { at, keys, constants, read, left } = r;
  return { place: placeOf(program, at), keys, constants: Object.fromEntries(constants), read, left };
}

function scopeOf(program: Program, at: Address): string {
  return scopeName(program.graph(moduleOf(at), 'report'), nodeOf(at));
}

/** The qualified name of the functions and classes around a node; empty at module level. */
export function scopeName(graph: ModuleGraph, node: number): string {
  const names: string[] = [];
  for (let fn = functionOf(graph, node); fn > 0; fn = graph.functions[fn]!.parent) {
    const info = graph.functions[fn]!;
    names.unshift(info.name || 'anonymous');
    if (info.owner >= 0) names.unshift(graph.classes[info.owner]!.name);
  }
  return names.join('.');
}

/** A short name for what stands at a node, without its surroundings; empty where it has none. */
function nodeName(graph: ModuleGraph, node: number): string {
  const datum = graph.data[node]!;
  switch (graph.kinds[node] as NodeKind) {
    case NodeKind.Call:
      return calleeName(graph, graph.calls[datum]!.callee) ?? 'call';
    case NodeKind.Parameter:
      return graph.functions[datum]!.params.find((param) => param.node === node)?.name ?? '';
    case NodeKind.Import:
    case NodeKind.Function:
    case NodeKind.Class:
      return calleeName(graph, node) ?? '';
    case NodeKind.Constant:
    case NodeKind.Template:
    case NodeKind.Return:
    case NodeKind.ParameterOut:
      return '';
    default:
      return nameOf(graph, node);
  }
}
