// The one stateful object: the files of a workspace, what each became, and what was found. Command line, server and tests all
// drive it the same way: `update` says what changed, `check` does the work in small steps, findings are plain data.
//
// The unit of work is one module with model calls. What a unit looked at is recorded, and what each answer looked at that it
// was given: the graphs of modules, and questions of the workspace with their answers, also the empty ones. A later check runs a
// unit again only where one of these has changed, and answers that did not look at it are given again.
import type { Catalog, Ecosystem } from './catalog/model.ts';
import { type Analysis, createAnalysis } from './flow/analysis.ts';
import { createCoarseTracing } from './flow/coarse.ts';
import { limits } from './flow/limits.ts';
import { type CallMatch, matchesOf } from './flow/matches.ts';
import {
  type Observation,
  type ObservedLoad,
  type ObservedTrainer,
  observe,
  observeLoad,
  observeStored,
  placeOf,
} from './flow/observation.ts';
import { type ModuleId, moduleName, moduleOf, nodeOf, type Program } from './flow/program.ts';
import { createTracing, type Trace } from './flow/traces.ts';
import { TOO_DEEP } from './flow/ways.ts';
import type { ModuleGraph } from './graph/graph.ts';
import type { FileFacts, ModuleResolver, SourceText } from './inputs/files.ts';
import { type Answered, createInputs } from './inputs/inputs.ts';
import type { Reading } from './inputs/reading.ts';
import type { QuestionKind, View } from './inputs/view.ts';
import type { Finding } from './policy/finding.ts';
import type { Facts } from './policy/findings.ts';

/** One file that was added or changed, or removed (`bytes` undefined). */
export interface Change {
  /** Absolute, '/'-separated. */
  readonly path: string;
  readonly bytes: Uint8Array | undefined;
}

/** How far a check has come. `total` may grow while values reach more files. */
export interface Progress {
  readonly phase: 'reading' | 'searching' | 'judging';
  readonly done: number;
  readonly total: number;
  readonly path: string | undefined;
}

/** A file that was not analysed, or only in part, and why. */
export interface Skipped {
  readonly path: string;
  readonly reason: string;
}

/** What a check saw; every report shows it. */
export interface Coverage {
  readonly files: number;
  readonly bytes: number;
  readonly parsed: readonly { readonly path: string; readonly cause: string }[];
  readonly skipped: readonly Skipped[];
  /** Files with text that the parser did not understand. */
  readonly gaps: readonly { readonly path: string; readonly count: number }[];
  readonly origins: number;
  /** Bounds that were reached, and what was assumed on the way to what is found, such as of callees that nobody describes. */
  readonly assumed: readonly string[];
  /** Those of them that are bounds: what lies behind one was not looked at. */
  readonly bounds: readonly string[];
  /** Whether all that was to be looked at was. What was assumed of a callee was looked at as far as there is anything to see. */
  readonly complete: boolean;
}

/** Findings, and what comments of the code said of them. */
export interface Judged {
  readonly findings: readonly Finding[];
  /** Findings that a comment silences, with its reason. */
  readonly suppressed: readonly { readonly finding: Finding; readonly reason: string }[];
  /** Suppressions that silence nothing because they are malformed or have ended. */
  readonly problems: readonly { readonly place: Finding['place']; readonly message: string; readonly cure: string }[];
}

export interface CheckResult extends Judged {
  readonly coverage: Coverage;
  /** What every finding was judged from, for `--dump facts`. */
  readonly observations: readonly Observation[];
}

/** Everything the project needs from outside. */
export interface ProjectParts {
  readonly catalog: Catalog;
  /** Reads a file's bytes; a string is the reason why it cannot be analysed. */
  read(path: string, bytes: Uint8Array): FileFacts | string;
  /** Import resolution over the files of the project, made anew whenever files come or go. */
  resolver(paths: ReadonlySet<string>): ModuleResolver;
  modelHost(url: string): boolean;
  modelTurn(role: string): boolean;
  /** The id under which policy lists a data set, by an id, address or file name of it. */
  listedDataset(text: string): string | undefined;
  /** Whether a table is named as those are in which applications keep what models answered. */
  keepsAnswers(table: string): boolean;
  /** Whether the path of a file says that training data is made or used there. */
  saysTraining(path: string): boolean;
  /** Whether a key says that it holds how a model came to its answer. */
  holdsReasoning(key: string): boolean;
  /** Whether it is checked once: then no edit is prepared for, and after any change everything is found anew. */
  readonly once: boolean;
  /** From facts to findings. Texts and graphs are for suppressions. */
  judge(
    facts: Facts,
    source: (path: string) => SourceText | undefined,
    graph: (path: string) => ModuleGraph | undefined,
  ): Judged;
}

export interface Project {
  update(changes: readonly Change[]): void;
  /** Imports may mean other files than before, because a manifest has changed. */
  relink(): void;
  /** Says why files of the workspace were not given to `update`; part of coverage. */
  skip(skipped: readonly Skipped[]): void;
  /** Yields after each unit of work. Dropping the generator loses nothing: finished units are remembered. */
  check(): Generator<Progress, CheckResult>;
  source(path: string): SourceText | undefined;
  /** The graph of a file, parsed if need be; undefined for unknown files. For `--dump graph`. */
  graph(path: string): ModuleGraph | undefined;
  /** The calls of a file and the rows of the catalog that are about them; undefined for unknown files. For `catalog try`. */
  matches(path: string): FileMatches | undefined;
}

/** The calls of one file, in order. Where nothing marks it, a scan looks at it only if a value reaches it from another file. */
export interface FileMatches {
  readonly marked: boolean;
  readonly calls: readonly CallMatch[];
}

interface Unit {
  readonly observations: readonly Observation[];
  readonly origins: number;
  readonly trainers: readonly ObservedTrainer[];
  readonly loads: readonly ObservedLoad[];
  /** What it was found from. */
  readonly trace: Trace | undefined;
}

/** An answer of the workspace as text, and what it means. */
interface Understood<T> {
  readonly answered: Answered;
  answer: string;
  means: T;
}

/** An analysis at work. */
interface Running {
  readonly here: View;
  readonly program: Program;
  readonly analysis: Analysis;
}

/** Creates an empty project. */
export function createProject(parts: ProjectParts): Project {
  const files = new Map<string, FileFacts>();
  const unreadable = new Map<string, string>();
  let outside: readonly Skipped[] = [];
  /** The marked files, in path order; undefined when there may be others. */
  let candidates: readonly string[] | undefined;
  const units = new Map<string, Unit>();
  const tracing = parts.once ? createCoarseTracing() : createTracing();
  const inputs = createInputs(files, parts.resolver, tracing);
  /** What the next unit goes on with. */
  let running: Running | undefined;

  function* check(): Generator<Progress, CheckResult> {
    const here = inputs.settle();
    candidates ??= findCandidates(here);
    // An edit may come between two steps.
    const marked = candidates;
    const total = marked.length;
    for (let done = 0; done < total; done++) {
      const path = marked[done]!;
      const known = units.get(path);
      if (known && tracing.holds(known.trace)) continue;
      yield { phase: 'searching', done, total, path };
      // A file came or went meanwhile.
      if (inputs.settle() !== here) return yield* check();
      units.set(path, runUnit(path, here));
    }
    yield { phase: 'judging', done: total, total, path: undefined };
    const found = marked.map((path) => units.get(path)!);
    const observations = found.flatMap((unit) => unit.observations);
    const trainers = found.flatMap((unit) => unit.trainers);
    const loads = found.flatMap((unit) => unit.loads);
    const judged = parts.judge({ observations, trainers, loads }, source, graphAt);
    return { ...judged, coverage: coverage(found, observations, judged), observations };
  }

  function findCandidates(here: View): readonly string[] {
    const found = here.paths.filter((path) => files.get(path)!.marked);
    const wanted = new Set(found);
    for (const path of units.keys()) if (!wanted.has(path)) units.delete(path);
    return found;
  }

  /** The workspace as an analysis sees it. */
  function openProgram(here: View): Program {
    const fileOf = (module: ModuleId): FileFacts => files.get(here.paths[module]!)!;
    const idOf = (answer: string): ModuleId | undefined => (answer === '' ? undefined : here.ids.get(answer));
    const idsOf = (answer: string): readonly ModuleId[] =>
      answer === '' ? [] : answer.split('\n').map((p) => here.ids.get(p)!);
    // The search asks the same again and again; a question is put into words, and its answer understood, only once.
    const asked = <T>(kind: QuestionKind, meaning: (answer: string) => T): ((module: ModuleId, name: string) => T) => {
      const known = new Map<ModuleId, Map<string, Understood<T>>>();
      return (module, name) => {
        let ofModule = known.get(module);
        if (!ofModule) {
          ofModule = new Map();
          known.set(module, ofModule);
        }
        let understood = ofModule.get(name);
        if (!understood) {
          const answered = inputs.question(kind, here.paths[module] ?? '', name);
          understood = { answered, answer: answered.answer, means: meaning(answered.answer) };
          ofModule.set(name, understood);
        }
        const { answered } = understood;
        tracing.saw(answered.input);
        if (understood.answer !== answered.answer) {
          understood.answer = answered.answer;
          understood.means = meaning(answered.answer);
        }
        return understood.means;
      };
    };
    const readings: Reading[] = [];
    const ecosystems: Ecosystem[] = [];
    const reading = (module: ModuleId, cause: string): Reading => {
      readings[module] ??= inputs.reading(here.paths[module]!, cause);
      return readings[module];
    };
    const behind = (reading: Reading, node: number): ModuleGraph => {
      tracing.saw(reading.behind(node));
      return reading.graph;
    };
    const graphOfCall: Program['graphOfCall'] = (module, call, cause) => {
      const read = reading(module, cause);
      return behind(read, read.graph.calls[call]!.node);
    };
    const graphOfClass: Program['graphOfClass'] = (module, cls, cause) => {
      const read = reading(module, cause);
      return behind(read, read.graph.classes[cls]!.node);
    };
    const packageOf = asked('package', idOf);
    const mentioning = asked('mentioning', idsOf);
    return {
      catalog: parts.catalog,
      tracing,
      graph(module, cause) {
        const { whole, graph } = reading(module, cause);
        tracing.saw(whole);
        return graph;
      },
      graphBehind: (at, cause) => behind(reading(moduleOf(at), cause), nodeOf(at)),
      graphAround(at, cause) {
        const read = reading(moduleOf(at), cause);
        tracing.saw(read.around(nodeOf(at)));
        return read.graph;
      },
      graphOfCall,
      graphOfClass,
      callIn: (module, call, cause) => graphOfCall(module, call, cause).calls[call]!,
      classIn: (module, cls, cause) => graphOfClass(module, cls, cause).classes[cls]!,
      functionIn(module, fn, cause) {
        const read = reading(module, cause);
        const found = read.graph.functions[fn]!;
        // The body of a module has no node and no parameters.
        behind(read, Math.max(found.node, 0));
        return found;
      },
      graphOfFields(module, fn, cause) {
        const read = reading(module, cause);
        tracing.saw(read.fields(fn));
        return read.graph;
      },
      graphOfImports(module, cause) {
        const { imports, graph } = reading(module, cause);
        tracing.saw(imports);
        return graph;
      },
      graphOfExports(module, cause) {
        const { exports, graph } = reading(module, cause);
        tracing.saw(exports);
        return graph;
      },
      graphOfGlobal(module, name, cause) {
        const read = reading(module, cause);
        tracing.saw(read.global(name));
        return read.graph;
      },
      foundIn(module, key, find, cause) {
        const { input, found } = reading(module, cause).found(key, find);
        tracing.saw(input);
        return found;
      },
      ecosystem(module) {
        ecosystems[module] ??= fileOf(module).ecosystem;
        return ecosystems[module];
      },
      path: (module) => here.paths[module]!,
      resolve: asked('resolve', idOf),
      submodule: asked('submodule', idOf),
      package(module) {
        const inPackage = packageOf(module, '');
        if (inPackage === undefined) return undefined;
        const name = moduleName(here.paths[module]!);
        return name === undefined ? undefined : { module: inPackage, name };
      },
      importers: asked('importers', idsOf),
      holders: asked('holders', idsOf),
      reexporters: asked('reexporters', idsOf),
      document: asked('document', idOf),
      mentioning: (name) => mentioning(-1, name),
      modelHost: parts.modelHost,
      modelTurn: parts.modelTurn,
      listedDataset: parts.listedDataset,
      keepsAnswers: parts.keepsAnswers,
      saysTraining: (module) => parts.saysTraining(here.paths[module]!),
      holdsReasoning: parts.holdsReasoning,
    };
  }

  /** The analysis that goes on from unit to unit and from edit to edit, until it has kept enough. */
  function analysisOf(here: View): Running {
    const isMuch = tracing.made() >= limits.tracesKept || (running?.analysis.values.kept() ?? 0) >= limits.answersKept;
    if (running?.here === here && !isMuch) {
      running.analysis.callers.renew();
      return running;
    }
    running = undefined;
    inputs.forgetAskers();
    tracing.keepOnly([...units.values()].map(({ trace }) => trace));
    const program = openProgram(here);
    running = { here, program, analysis: createAnalysis(program) };
    return running;
  }

  function runUnit(path: string, here: View): Unit {
    const working = analysisOf(here);
    const { program, analysis } = working;
    // An error of ours would leave questions open: they must not be gone on with then.
    running = undefined;
    const own = here.ids.get(path)!;
    tracing.begin();
    const origins = [own, ...analysis.handedTo(own).filter((m) => !files.get(program.path(m))!.marked)].flatMap((m) =>
      analysis.origins(m),
    );
    const observations = [
      ...origins.map((origin) => observe(program, analysis.follow(origin))),
      ...analysis.stored(own).map((stored) => observeStored(program, stored)),
    ];
    const trainers = analysis.trainers(own).map(({ at, by }) => ({ place: placeOf(program, at), by }));
    const loads = analysis.loads(own).map((load) => observeLoad(program, load));
    running = working;
    const trace = tracing.close();
    // A bound that questions reached holds for whatever they were asked for.
    const cuts = [...(trace?.cuts ?? [])];
    const bounded = <T extends { readonly bounds: readonly string[] }>(found: readonly T[]): readonly T[] =>
      cuts.length === 0
        ? found
        : found.map((one) => ({ ...one, bounds: [...new Set([...one.bounds, ...cuts])].sort() }));
    return {
      observations: bounded(observations),
      origins: origins.length,
      trainers,
      loads: bounded(loads),
      trace,
    };
  }

  function matches(path: string): FileMatches | undefined {
    const here = inputs.settle();
    const module = here.ids.get(path);
    if (module === undefined) return undefined;
    const { program, analysis } = analysisOf(here);
    const calls = matchesOf(program, analysis.values, module);
    return { marked: files.get(path)!.marked, calls };
  }

  function graphAt(path: string): ModuleGraph | undefined {
    const file = files.get(path);
    return file && inputs.graphOf(file);
  }

  function source(path: string): SourceText | undefined {
    return files.get(path)?.source();
  }

  function coverage(found: readonly Unit[], observations: readonly Observation[], judged: Judged): Coverage {
    // Where there is no model call, and no data set, nothing that was cut could have been found.
    const bounds = new Set([...observations, ...found.flatMap(({ loads }) => loads)].flatMap((one) => one.bounds));
    const onTheWay = assumedFor(judged, observations);
    if (onTheWay.includes(TOO_DEEP)) bounds.add(TOO_DEEP);
    const assumed = new Set([...bounds, ...onTheWay]);
    const skipped = [...outside, ...[...unreadable].map(([path, reason]) => ({ path, reason }))];
    let read: Pick<Coverage, 'parsed' | 'gaps'> | undefined;
    return {
      files: files.size,
      // Whoever checks at each keystroke does not ask for how much that is, or which files were read for it.
      get bytes() {
        let bytes = 0;
        for (const file of files.values()) bytes += file.size;
        return bytes;
      },
      get parsed() {
        read ??= readFor(found);
        return read.parsed;
      },
      get gaps() {
        read ??= readFor(found);
        return read.gaps;
      },
      skipped: skipped.sort((a, b) => (a.path < b.path ? -1 : 1)),
      origins: found.reduce((sum, unit) => sum + unit.origins, 0),
      assumed: [...assumed].sort(),
      bounds: [...bounds].sort(),
      complete: skipped.length === 0 && bounds.size === 0,
    };
  }

  /** What was assumed on the way to places where something is found; elsewhere it changes nothing. */
  function assumedFor({ findings }: Judged, observations: readonly Observation[]): readonly string[] {
    const key = ({ path, start }: Finding['place']): string => `${path}\n${start}`;
    const shown = new Set(findings.flatMap(({ place, confidence }) => (confidence === 'low' ? [] : [key(place)])));
    return observations.flatMap(({ origin, sinks }) => {
      const assumed = sinks.flatMap((sink) => (shown.has(key(sink.place)) ? sink.assumed : []));
      return assumed.length > 0 && origin.assumed !== undefined ? [...assumed, origin.assumed] : assumed;
    });
  }

  /** The files that units were found from. */
  function readFor(found: readonly Unit[]): Pick<Coverage, 'parsed' | 'gaps'> {
    const causes = tracing.filesOf(found.map(({ trace }) => trace));
    const parsed = [...causes].map(([path, cause]) => ({ path, cause })).sort((a, b) => (a.path < b.path ? -1 : 1));
    const gaps = parsed.flatMap(({ path }) => {
      const count = graphAt(path)?.gaps.length ?? 0;
      return count > 0 ? [{ path, count }] : [];
    });
    return { parsed, gaps };
  }

  return {
    update(changes) {
      for (const { path, bytes } of changes) {
        unreadable.delete(path);
        const before = files.get(path);
        const facts = bytes === undefined ? undefined : parts.read(path, bytes);
        if (facts === undefined || typeof facts === 'string') {
          files.delete(path);
          if (facts !== undefined) unreadable.set(path, facts);
        } else files.set(path, facts);
        const now = files.get(path);
        if (before?.marked !== now?.marked) candidates = undefined;
        if ((before === undefined) !== (now === undefined)) inputs.renew();
        inputs.edited(path);
      }
    },
    relink() {
      inputs.renew();
    },
    skip(skipped) {
      outside = skipped;
    },
    check,
    source,
    graph: graphAt,
    matches,
  };
}
