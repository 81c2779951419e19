// The one stateful object: the files of a workspace, what each became, and what was found. Command line, server and tests all
// drive it the same way: `update` says what changed, `check` does the work in small steps, findings are plain data.
//
// The unit of work is one module with model calls. What a unit looked at is recorded, and what each answer looked at that it
// was given: the graphs of modules, and questions of the workspace with their answers, also the empty ones. A later check runs a
// unit again only where one of these has changed, and answers that did not look at it are given again.
import type { Catalog, Ecosystem } from './catalog/model.ts';
import { type Analysis, createAnalysis } from './flow/analysis.ts';
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
import { type ModuleId, moduleName, type Program } from './flow/program.ts';
import { createTracing, type Trace } from './flow/traces.ts';
import type { ModuleGraph } from './graph/graph.ts';
import type { Finding } from './policy/finding.ts';

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
  /** Bounds that were reached, and unresolved callees on the way: what was assumed. */
  readonly assumed: readonly string[];
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

/** Where an offset of the analysed text lies in a notebook. `cell` counts from 0 over all cells; lines and columns from 1. */
export interface NotebookPosition {
  readonly cell: number;
  readonly line: number;
  readonly column: number;
  readonly fileLine: number;
  readonly fileColumn: number;
}

/** The text that positions of findings refer to: offsets in a finding are UTF-16 offsets into `text`. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
  /** Notebooks only. */
  readonly locate: ((offset: number) => NotebookPosition) | undefined;
}

/** A module that a file may import. */
export interface Imported {
  /** As `ModuleResolver.resolve` takes it. */
  readonly specifier: string;
  /** The names that are taken from it; undefined where any may be, because the module itself is bound. */
  readonly names: readonly string[] | undefined;
  /** Whether it is imported as the module that it is, by a statement that takes no names (Python). */
  readonly whole: boolean;
}

/** What can be known of a file without parsing it, and how to parse it. Made by the host. */
export interface FileFacts {
  readonly path: string;
  /** Bytes read. */
  readonly size: number;
  readonly hash: string;
  readonly ecosystem: Ecosystem;
  /** Whether a marker of the catalog occurs. */
  readonly marked: boolean;
  readonly imports: readonly Imported[];
  /** Whether names of other modules may leave it that it binds no value to. */
  readonly reexports: boolean;
  /** Whether it mentions a name: an identifier or the name of a file, with `{}` for what is not constant; `*`: star imports. */
  mentions(name: string): boolean;
  source(): SourceText;
  lower(): ModuleGraph;
}

/** Everything the project needs from outside. */
export interface ProjectParts {
  readonly catalog: Catalog;
  /** Reads a file's bytes; a string is the reason why it cannot be analysed. */
  read(path: string, bytes: Uint8Array): FileFacts | string;
  /** Import resolution over the files of the project, made anew whenever files come or go. */
  resolver(paths: ReadonlySet<string>): ModuleResolver;
  modelHost(url: string): boolean;
  /** The id under which policy lists a data set, by an id, address or file name of it. */
  listedDataset(text: string): string | undefined;
  /** Whether a table is named as those are in which applications keep what models answered. */
  keepsAnswers(table: string): boolean;
  /** From facts to findings. Texts and graphs are for suppressions. */
  judge(
    observations: readonly Observation[],
    beside: Beside,
    source: (path: string) => SourceText | undefined,
    graph: (path: string) => ModuleGraph | undefined,
  ): Judged;
}

/** What is known of the workspace beside its model calls. */
export interface Beside {
  readonly loads: readonly ObservedLoad[];
  /** Where models are trained, whatever on. */
  readonly trainers: readonly ObservedTrainer[];
}

/** Answers which file an import means. */
export interface ModuleResolver {
  resolve(from: string, specifier: string, ecosystem: Ecosystem): string | undefined;
  submodule(path: string, name: string): string | undefined;
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
  const graphs = new Map<string, { hash: string; graph: ModuleGraph }>();
  const units = new Map<string, Unit>();
  /** How many changes there were. */
  let revision = 0;
  const tracing = createTracing(() => revision);
  /** Everything derived from the files; made anew when one comes or goes. */
  let view: View | undefined;
  /** What the next unit goes on with. */
  let running: Running | undefined;

  function graphOf(file: FileFacts): ModuleGraph {
    const known = graphs.get(file.path);
    if (known && known.hash === file.hash) return known.graph;
    const graph = file.lower();
    graphs.set(file.path, { hash: file.hash, graph });
    return graph;
  }

  function viewNow(): View {
    view ??= createView(parts, files);
    return view;
  }

  function* check(): Generator<Progress, CheckResult> {
    const here = viewNow();
    const candidates = here.paths.filter((p) => files.get(p)!.marked);
    const wanted = new Set(candidates);
    for (const path of units.keys()) if (!wanted.has(path)) units.delete(path);
    let done = 0;
    for (const path of candidates) {
      yield { phase: 'searching', done: done++, total: candidates.length, path };
      // A file came or went meanwhile.
      if (view !== here) return yield* check();
      const known = units.get(path);
      if (known && tracing.holds(known.trace)) continue;
      units.set(path, runUnit(path, here));
    }
    yield { phase: 'judging', done, total: candidates.length, path: undefined };
    const observations = candidates.flatMap((p) => units.get(p)!.observations);
    const trainers = candidates.flatMap((p) => units.get(p)!.trainers);
    const loads = candidates.flatMap((p) => units.get(p)!.loads);
    return {
      ...parts.judge(observations, { trainers, loads }, source, graphAt),
      coverage: coverage(observations),
      observations,
    };
  }

  /** The workspace as an analysis sees it. */
  function openProgram(here: View): Program {
    const fileOf = (module: ModuleId): FileFacts => files.get(here.paths[module]!)!;
    const idOf = (answer: string): ModuleId | undefined => (answer === '' ? undefined : here.ids.get(answer));
    const idsOf = (answer: string): readonly ModuleId[] =>
      answer === '' ? [] : answer.split('\n').map((p) => here.ids.get(p)!);
    // The search asks the same again and again; a question is put into words only once.
    const asked = <T>(kind: string, meaning: (answer: string) => T): ((module: ModuleId, name: string) => T) => {
      const known = new Map<ModuleId, Map<string, () => T>>();
      return (module, name) => {
        let ofModule = known.get(module);
        if (!ofModule) {
          ofModule = new Map();
          known.set(module, ofModule);
        }
        let answer = ofModule.get(name);
        if (!answer) {
          const question = `${kind}\n${here.paths[module] ?? ''}\n${name}`;
          answer = tracing.watch(() => viewNow().answer(question), meaning);
          ofModule.set(name, answer);
        }
        return answer();
      };
    };
    const read: (() => ModuleGraph)[] = [];
    // Apart from where it is asked, which happens for each fact and must not make a closure each time.
    const reading = (module: ModuleId, cause: string): (() => ModuleGraph) =>
      tracing.watch(
        () => files.get(here.paths[module]!)?.hash,
        () => graphOf(fileOf(module)),
        { path: here.paths[module]!, cause },
      );
    const packageOf = asked('package', idOf);
    const mentioning = asked('mentioning', idsOf);
    return {
      catalog: parts.catalog,
      tracing,
      graph(module, cause) {
        read[module] ??= reading(module, cause);
        return read[module]();
      },
      ecosystem: (module) => fileOf(module).ecosystem,
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
      listedDataset: parts.listedDataset,
      keepsAnswers: parts.keepsAnswers,
    };
  }

  /** The analysis that goes on from unit to unit and from edit to edit, until it has kept enough. */
  function analysisOf(here: View): Running {
    if (running?.here === here && running.analysis.values.kept() < limits.answersKept) {
      running.analysis.callers.renew();
      return running;
    }
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
    return { observations, origins: origins.length, trainers, loads, trace: tracing.close() };
  }

  function matches(path: string): FileMatches | undefined {
    const here = viewNow();
    const module = here.ids.get(path);
    if (module === undefined) return undefined;
    const { program, analysis } = analysisOf(here);
    const calls = matchesOf(program, analysis.values, module);
    return { marked: files.get(path)!.marked, calls };
  }

  function graphAt(path: string): ModuleGraph | undefined {
    const file = files.get(path);
    return file && graphOf(file);
  }

  function source(path: string): SourceText | undefined {
    return files.get(path)?.source();
  }

  function coverage(observations: readonly Observation[]): Coverage {
    const parsed = new Map<string, string>();
    const assumed = new Set(observations.flatMap((o) => o.bounds));
    const all = [...units.values()];
    const origins = all.reduce((sum, unit) => sum + unit.origins, 0);
    for (const { file } of tracing.inputsOf(all.map(({ trace }) => trace)))
      if (file && !parsed.has(file.path)) parsed.set(file.path, file.cause);
    // Where there is no model call, nothing that was cut could have been found.
    const asking = all.filter((unit) => unit.origins > 0);
    for (const { cut } of tracing.inputsOf(asking.map(({ trace }) => trace))) if (cut !== undefined) assumed.add(cut);
    const gaps = [...parsed.keys()].sort().flatMap((path) => {
      const count = graphs.get(path)?.graph.gaps.length ?? 0;
      return count > 0 ? [{ path, count }] : [];
    });
    const skipped = [...outside, ...[...unreadable].map(([path, reason]) => ({ path, reason }))];
    let bytes = 0;
    for (const file of files.values()) bytes += file.size;
    return {
      files: files.size,
      bytes,
      parsed: [...parsed].map(([path, cause]) => ({ path, cause })).sort((a, b) => (a.path < b.path ? -1 : 1)),
      skipped: skipped.sort((a, b) => (a.path < b.path ? -1 : 1)),
      gaps,
      origins,
      assumed: [...assumed].sort(),
      complete: skipped.length === 0 && assumed.size === 0,
    };
  }

  return {
    update(changes) {
      revision++;
      for (const { path, bytes } of changes) {
        unreadable.delete(path);
        const facts = bytes === undefined ? undefined : parts.read(path, bytes);
        if (facts === undefined || typeof facts === 'string') {
          if (files.delete(path)) view = undefined;
          graphs.delete(path);
          if (facts !== undefined) unreadable.set(path, facts);
        } else {
          if (files.has(path)) view?.edited(path);
          else view = undefined;
          files.set(path, facts);
        }
      }
    },
    relink() {
      revision++;
      view = undefined;
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

/** The workspace as its files make it: numbers in path order, and answers to questions about names. */
interface View {
  readonly paths: readonly string[];
  readonly ids: ReadonlyMap<string, ModuleId>;
  /** Answers a question as text, so that answers compare: paths joined by newlines, '' for none. */
  answer(question: string): string;
  /** The text of a file is another. Only what texts say is asked again: a keystroke must not cost a look at every file. */
  edited(path: string): void;
}

/** How one file imports another: see `Imported`. */
interface Importing {
  readonly names: ReadonlySet<string> | undefined;
  readonly whole: boolean;
}

/** The questions that an edit may change the answers of, but for who mentions a name, which is asked of the edited file alone. */
const ofTexts: ReadonlySet<string> = new Set(['importers', 'holders', 'reexporters']);

function createView(parts: ProjectParts, files: ReadonlyMap<string, FileFacts>): View {
  const paths = [...files.keys()].sort();
  const ids = new Map(paths.map((p, i) => [p, i]));
  const resolver = parts.resolver(new Set(paths));
  /** Answers that hold as long as no file comes or goes, and answers that an edit may change. */
  const lasting = new Map<string, string>();
  const memo = new Map<string, string>();
  /** By file: how the files whose imports may mean it import it; by file: those that its own imports may mean. */
  const importers = new Map<string, Map<string, Importing>>();
  const targets = new Map<string, Iterable<string>>();
  const unread = new Set(paths);
  /** The files whose text has changed, one after another; and the files that mention a name, after so many of these changes. */
  const edits: string[] = [];
  const mentioned = new Map<string, { readonly found: Set<string>; text: string; edits: number }>();

  /** Asked of an edited file alone, once it was asked of all: names are many, and a keystroke must not cost a look at every file. */
  function mentioning(name: string): string {
    let known = mentioned.get(name);
    if (!known) {
      const found = paths.filter((path) => files.get(path)!.mentions(name));
      known = { found: new Set(found), text: found.join('\n'), edits: edits.length };
      mentioned.set(name, known);
    }
    for (; known.edits < edits.length; known.edits++) {
      const path = edits[known.edits]!;
      const mentions = files.get(path)!.mentions(name);
      if (mentions === known.found.has(path)) continue;
      if (mentions) known.found.add(path);
      else known.found.delete(path);
      known.text = [...known.found].sort().join('\n');
    }
    return known.text;
  }

  function importersOf(path: string): ReadonlyMap<string, Importing> {
    for (const from of unread) {
      for (const target of targets.get(from) ?? []) importers.get(target)!.delete(from);
      const { imports, ecosystem } = files.get(from)!;
      const found = new Map<string, Importing>();
      for (const { specifier, names, whole } of imports) {
        const target = resolver.resolve(from, specifier, ecosystem);
        if (target === undefined || target === from) continue;
        const before = found.get(target);
        const all = names && (!before || before.names) ? new Set([...(before?.names ?? []), ...names]) : undefined;
        found.set(target, { names: all, whole: whole || before?.whole === true });
      }
      targets.set(from, [...found.keys()]);
      for (const [target, importing] of found) {
        const known = importers.get(target);
        if (known) known.set(from, importing);
        else importers.set(target, new Map([[from, importing]]));
      }
    }
    unread.clear();
    return importers.get(path) ?? new Map();
  }

  function packageAround(path: string): string {
    const directory = path.replace(/(?:\/__init__)?\.py$/, '').replace(/\/[^/]*$/, '');
    const inside = `${directory}/__init__.py`;
    return path.endsWith('.py') && inside !== path && ids.has(inside) ? inside : '';
  }

  /** The document that a program calls `name`: beside it or in a folder above, or the only one of that name. */
  function documentNear(path: string, name: string): string {
    const wanted = name
      .split(/[\\/]/)
      .filter((part) => part !== '' && part !== '.' && part !== '..')
      .join('/');
    if (!/\.(?:ya?ml|json)$/.test(wanted)) return '';
    for (let folder = path; folder.includes('/'); ) {
      folder = folder.slice(0, folder.lastIndexOf('/'));
      if (ids.has(`${folder}/${wanted}`)) return `${folder}/${wanted}`;
    }
    if (ids.has(wanted)) return wanted;
    const found = paths.filter((p) => p.endsWith(`/${wanted}`));
    return found.length === 1 ? found[0]! : '';
  }

  function find(kind: string, path: string, name: string): string {
    switch (kind) {
      case 'resolve':
        return resolver.resolve(path, name, files.get(path)!.ecosystem) ?? '';
      case 'package':
        return packageAround(path);
      case 'submodule':
        return resolver.submodule(path, name) ?? '';
      case 'document':
        return documentNear(path, name);
      default: {
        // `export =` and default exports are imported under any name.
        const isAnyName = name === '=' || name === 'default';
        const found: string[] = [];
        for (const [from, { names, whole }] of importersOf(path)) {
          const file = files.get(from)!;
          if (kind === 'holders' && !whole) continue;
          if (kind === 'reexporters' && !file.reexports) continue;
          if (names ? names.has(name) : isAnyName || file.mentions(name) || file.mentions('*')) found.push(from);
        }
        found.sort();
        return found.join('\n');
      }
    }
  }

  return {
    paths,
    ids,
    answer(question) {
      const known = lasting.get(question) ?? memo.get(question);
      if (known !== undefined) return known;
      const [kind, path, name] = question.split('\n') as [string, string, string];
      if (kind === 'mentioning') return mentioning(name);
      const answer = find(kind, path, name);
      (ofTexts.has(kind) ? memo : lasting).set(question, answer);
      return answer;
    },
    edited(path) {
      memo.clear();
      unread.add(path);
      edits.push(path);
    },
  };
}
