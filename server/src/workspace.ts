// Puts the parts together: a file system, the compiled rules and the parsers become projects. Command line and server open
// workspaces only here, so that both see the same files and the same rules.
import { hashBytes } from './base/hash.ts';
import { perObject } from './base/memo.ts';
import { decodeText, lineAt, lineStarts } from './base/text.ts';
import type { CompiledCatalog } from './catalog/compiled.ts';
import type { Catalog } from './catalog/model.ts';
import { type PackedCatalog, unpackCatalog } from './catalog/pack.ts';
import { openCatalog } from './catalog/trie.ts';
import { NODES } from './flow/program.ts';
import type { ModuleGraph } from './graph/graph.ts';
import type { BuiltFiles } from './host/built.ts';
import { analysedText, isNotAnalysed, type ParsedLanguage } from './host/container.ts';
import { type DiscoveryOptions, discoverSteps } from './host/discovery.ts';
import { type FileSystem, isProblem } from './host/filesystem.ts';
import { type FileSummary, type ImportReference, mentions, mentionsParts, summarise } from './host/imports.ts';
import { type Language, languageOf } from './host/languages.ts';
import { overlay } from './host/memory.ts';
import { locateCell } from './host/notebook.ts';
import { buildPathIndex } from './host/path-index.ts';
import { isWithin, parentOf, relativeTo } from './host/paths.ts';
import { buildPrefilter, findMarker, type Prefilter } from './host/prefilter.ts';
import { isStandardModule } from './host/python-standard.ts';
import { resolvePython } from './host/resolve-python.ts';
import { resolveScript } from './host/resolve-script.ts';
import { resolveTypeScript } from './host/resolve-typescript.ts';
import { scriptsIn } from './host/scripts.ts';
import { checkContent, type Skipped as NotRead, type SourceFile, sizeLimit } from './host/source.ts';
import type { FileFacts, Imported, SourceText } from './inputs/files.ts';
import type { EvidenceData } from './policy/evidence.ts';
import { createJudging } from './policy/findings.ts';
import { hostOf, hostRow } from './policy/hosts.ts';
import { nameOfDataset } from './policy/restricted.ts';
import type { PolicyData, Purpose } from './policy/schema.ts';
import { namesAnswers, namesTraining } from './policy/stored.ts';
import { readSuppressions, type SourceComment, suppressionFor } from './policy/suppressions.ts';
import { namesReasoning } from './policy/weigh.ts';
import { createProject, type Judged, type Progress, type Project, type Skipped } from './project.ts';
import { lowerDocument } from './syntax/configuration/document.ts';
import { lowerShell } from './syntax/configuration/shell.ts';
import { lowerPython } from './syntax/python/lower.ts';
import { loadPython, type PythonParser } from './syntax/python/parser.ts';
import { lowerTypeScript } from './syntax/typescript/lower.ts';

/** What a text becomes; any text gives a graph. */
export type Lower = (language: ParsedLanguage, text: string, cells?: Uint32Array) => ModuleGraph;

/** Rules and parsers, loaded once and shared by all projects. */
export interface Engine {
  readonly catalog: Catalog;
  readonly policy: PolicyData;
  readonly evidence: EvidenceData;
  readonly lower: Lower;
  readonly prefilter: Prefilter;
}

/**
 * Loads rules and parsers; `own` are catalogs of a team that add to ours. Rejects if the files are not those of this build.
 */
export async function openEngine(files: BuiltFiles, own: readonly CompiledCatalog[] = []): Promise<Engine> {
  const rules = JSON.parse(files.rules) as { catalog: PackedCatalog; policy: PolicyData; evidence: EvidenceData };
  const catalog = openCatalog([unpackCatalog(rules.catalog), ...own]);
  return {
    catalog,
    policy: rules.policy,
    evidence: rules.evidence,
    lower: lowerWith(await loadPython(files.treeSitterWasm, files.pythonWasm)),
    prefilter: buildPrefilter([...catalog.markers, ...datasetMarkers(rules.policy), ...hostMarkers(rules.policy)]),
  };
}

/** The file names of listed data sets: a script that reads one may import no library that we know. */
function datasetMarkers(policy: PolicyData): Prefilter['markers'] {
  return policy.datasets.flatMap(({ files }) => files.map((text) => ({ text, position: 'anywhere' as const })));
}

/** The addresses of vendors: a script that sends requests to one may get them ready elsewhere. With their slashes, by which the
 * prefilter tells nearly all text from all of them at once; and those alone whose credentials have names of their own, since each
 * further one costs every scan. */
function hostMarkers(policy: PolicyData): Prefilter['markers'] {
  return policy.routing.hosts.flatMap(({ host, surface, env }) =>
    surface === 'consumer' || env.length === 0 || host.includes('*')
      ? []
      : [{ text: `//${host}`, position: 'anywhere' as const }],
  );
}

/** How a workspace is opened. */
export interface WorkspaceOptions extends Pick<DiscoveryOptions, 'exclude'> {
  /** In bytes; default 1 MiB. Notebooks, whose outputs are dropped, and files that are named or open may be larger. */
  readonly maxFileSize?: number;
  /** What the team trains, which decides the stance; default unknown. */
  readonly purpose?: Purpose;
  /** Rules that are off by default and wanted here. */
  readonly rules?: readonly string[];
  /** Whether it is checked once, which takes less memory: after any change everything is found anew. Default false. */
  readonly once?: boolean;
  /** `YYYY-MM-DD`: suppressions may end, and clauses that were checked long ago are marked. */
  readonly today: string;
}

/** A project and where its text comes from. */
export interface Workspace {
  readonly project: Project;
  /** Finds and reads the files below the roots and gives them to the project, also again later. */
  load(): Generator<Progress, void>;
  /** Lays the text of an open document over the file, or takes it away again: what is on disk then counts. */
  overlay(path: string, text: string | undefined): void;
  /** These files or directories were made, changed or removed on disk. Overlays stay on top. */
  reread(paths: readonly string[]): void;
}

/** Opens a workspace of `roots` (absolute directories or files). Without roots it holds nothing but what is laid over it. */
export function openWorkspace(
  engine: Engine,
  disk: FileSystem,
  roots: readonly string[],
  options: WorkspaceOptions,
): Workspace {
  const open = new Map<string, string>();
  const fs = overlay(disk, open);
  const known = new Map<string, SourceFile>();
  const directories = roots.map((root) => (isDirectory(disk, root) ? root : parentOf(root)));
  let manifests: readonly string[] = [];
  const texts = new Map<string, string | undefined>();

  const relative = (path: string): string => {
    const root = directories.filter((d) => isWithin(path, d)).sort((a, b) => b.length - a.length)[0];
    return root === undefined ? path : relativeTo(root, path);
  };

  const judging = createJudging({
    policy: engine.policy,
    evidence: engine.evidence,
    purpose: options.purpose ?? 'unknown',
    wanted: options.rules ?? [],
    today: options.today,
    relative,
  });
  const suppress = createSuppressing(engine.policy, options.today);

  const project = createProject({
    once: options.once ?? false,
    catalog: engine.catalog,
    read: (path, bytes) => readFacts(engine, fs, known.get(path) ?? namedFile(path), bytes),
    resolver(paths) {
      const index = buildPathIndex([...paths, ...manifests], directories);
      const readText = (path: string): string | undefined => {
        if (!texts.has(path)) {
          const bytes = fs.readBytes(path, 1 << 20);
          texts.set(path, isProblem(bytes) ? undefined : decodeText(bytes).text);
        }
        return texts.get(path);
      };
      const isLibrary = (name: string): boolean =>
        isStandardModule(name) || engine.catalog.root('python', name) !== undefined;
      return {
        resolve(from, specifier, ecosystem) {
          if (ecosystem === 'configuration') return resolveScript(index, from, specifier);
          if (ecosystem === 'javascript') return resolveTypeScript(index, readText, from, specifier);
          const dots = /^\.*/.exec(specifier)![0].length;
          return resolvePython(index, from, { specifier: specifier.slice(dots), level: dots }, isLibrary);
        },
        submodule: (path, name) =>
          path.endsWith('/__init__.py')
            ? resolvePython(index, path, { specifier: '', level: 1, name }, isLibrary)
            : undefined,
      };
    },
    modelHost(url) {
      const { routing } = engine.policy;
      const host = hostOf(url);
      const endsIn = (paths: readonly string[]): boolean => {
        const path = url.replace(/\/?(?:[?#].*)?$/, '');
        return paths.some((end) => path.endsWith(end));
      };
      const row = host === undefined ? undefined : hostRow(host, routing);
      if (row && (row.only?.some((part) => url.includes(part)) ?? true)) return !endsIn(routing.other_paths);
      return endsIn(routing.api_paths);
    },
    modelTurn: (role) => engine.policy.routing.api_turns.includes(role),
    listedDataset: (text) => nameOfDataset(text, engine.policy),
    keepsAnswers: (table) => namesAnswers(table, engine.evidence),
    saysTraining: (path) => namesTraining(relative(path), engine.evidence),
    holdsReasoning: (key) => namesReasoning(key, engine.evidence),
    judge: (facts, source, graph) => suppress(judging(facts), source, graph),
  });

  function* load(): Generator<Progress, void> {
    texts.clear();
    const steps = discoverSteps(disk, roots, options);
    let step = steps.next();
    for (; !step.done; step = steps.next())
      yield { phase: 'reading', done: 0, total: step.value.files, path: step.value.directory };
    const found = step.value;
    manifests = found.manifests;
    const before = new Set(known.keys());
    known.clear();
    const skipped: Skipped[] = found.skipped
      .filter(isWorthTelling)
      .map(({ path, reason, detail }) => ({ path, reason: `${reason}: ${detail}` }));
    let done = 0;
    for (const file of found.files) {
      known.set(file.path, file);
      before.delete(file.path);
      const limit = sizeLimit(file, options.maxFileSize);
      const bytes = fs.lendBytes(file.path, limit);
      if (!isProblem(bytes)) project.update([{ path: file.path, bytes }]);
      else {
        const isLarge = bytes.problem === 'too-large';
        const reason = isLarge ? `too-large: more than ${limit} bytes` : `unreadable: ${bytes.message}`;
        skipped.push({ path: file.path, reason });
      }
      yield { phase: 'reading', done: ++done, total: found.files.length, path: file.path };
    }
    project.update([...before].filter((path) => !open.has(path)).map((path) => ({ path, bytes: undefined })));
    project.skip(skipped);
    project.relink();
  }

  function refresh(path: string): void {
    // Who opens a document means it, as who names a file does.
    const bytes = fs.readBytes(path, sizeLimit(known.get(path) ?? namedFile(path), options.maxFileSize));
    project.update([{ path, bytes: isProblem(bytes) ? undefined : bytes }]);
  }

  return {
    project,
    load,
    overlay(path, text) {
      if (languageOf(path) === undefined) return;
      if (text === undefined) open.delete(path);
      else open.set(path, text);
      if (text === undefined && !known.has(path)) project.update([{ path, bytes: undefined }]);
      else refresh(path);
    },
    reread(paths) {
      for (const path of paths) {
        texts.delete(path);
        if (languageOf(path) === undefined) {
          // A manifest, or a directory: whatever of it is known may have gone.
          project.relink();
          for (const file of known.keys()) if (isWithin(file, path)) refresh(file);
        } else refresh(path);
      }
    },
  };
}

function isDirectory(fs: FileSystem, path: string): boolean {
  const found = fs.stat(path);
  return !isProblem(found) && found.kind === 'directory';
}

/** Files left out on purpose are no gap in coverage. */
function isWorthTelling(skipped: NotRead): boolean {
  return ['too-large', 'binary', 'broken', 'unreadable', 'link', 'outside'].includes(skipped.reason);
}

function namedFile(path: string): SourceFile {
  return { path, language: languageOf(path) ?? 'python', named: true };
}

function readFacts(engine: Engine, fs: FileSystem, file: SourceFile, bytes: Uint8Array): FileFacts | string {
  const marked = findMarker(engine.prefilter, bytes, file.language) >= 0;
  if (marked) {
    const refused = checkContent(file, bytes);
    if (refused?.reason === 'binary') return `binary: ${refused.detail}`;
    if (refused) return emptyFacts(file, bytes.length);
  }
  return new ReadFile(engine, fs, file, bytes.length, marked ? hashBytes(bytes) : undefined);
}

/**
 * What a file is before it is parsed. Its bytes are not kept: the few files that matter are read again. A class, since there
 * is one for every file of a workspace and closures would cost more than finding the markers.
 */
class ReadFile implements FileFacts {
  readonly path: string;
  readonly size: number;
  readonly marked: boolean;
  private readonly engine: Engine;
  private readonly fs: FileSystem;
  private readonly language: Language;
  private knownHash: string | undefined;
  private knownSummary: Summary | undefined;

  /** `hash` is known where the file is marked. */
  constructor(engine: Engine, fs: FileSystem, file: SourceFile, size: number, hash: string | undefined) {
    this.engine = engine;
    this.fs = fs;
    this.path = file.path;
    this.language = file.language;
    this.size = size;
    this.marked = hash !== undefined;
    this.knownHash = hash;
    this.knownSummary = undefined;
  }

  get ecosystem(): FileFacts['ecosystem'] {
    return ecosystemOf(this.language);
  }

  get hash(): string {
    this.knownHash ??= hashBytes(this.read());
    return this.knownHash;
  }

  get imports(): FileFacts['imports'] {
    return this.summary.imports;
  }

  get reexports(): boolean {
    return this.summary.reexports;
  }

  mentions(name: string): boolean {
    const { names, star } = this.summary;
    if (name === '*') return star;
    // A name stands in no quotes there.
    return name.includes('{}') || this.ecosystem === 'configuration'
      ? mentionsParts(names, name)
      : mentions(names, name);
  }

  source(): SourceText {
    return sourceOf(this.path, this.language, this.read());
  }

  lower(): ModuleGraph {
    return lower(this.engine, this.language, this.read());
  }

  private get summary(): Summary {
    this.knownSummary ??= summaryFrom(this.language, this.read());
    return this.knownSummary;
  }

  private read(): Uint8Array {
    const again = this.fs.readBytes(this.path);
    return isProblem(again) ? new Uint8Array() : again;
  }
}

function emptyFacts(file: SourceFile, size: number): FileFacts {
  const nothing = (): ModuleGraph => lowerTypeScript('', 'js');
  return {
    path: file.path,
    size,
    hash: '',
    ecosystem: 'javascript',
    marked: false,
    imports: [],
    reexports: false,
    mentions: () => false,
    source: () => ({ path: file.path, text: '', locate: undefined }),
    lower: nothing,
  };
}

interface Summary {
  readonly names: FileSummary;
  readonly imports: readonly Imported[];
  /** Whether it brings in names that it does not write down. */
  readonly star: boolean;
  readonly reexports: boolean;
}

declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** The languages that are read with their like; any other is JavaScript. */
function ecosystemOf(language: Language): FileFacts['ecosystem'] {
  if (language === 'python' || language === 'notebook') return 'python';
  return language === 'shell' || language === 'document' ? 'configuration' : 'javascript';
}

function summaryFrom(language: Language, bytes: Uint8Array): Summary {
  const isPython = language === 'python' || language === 'notebook';
  const content = language === 'notebook' ? new TextEncoder().encode(textOf(language, bytes)?.text ?? '') : bytes;
  const names = summarise(content, language);
  if (isPython) {
    const star = names.imports.some((i) => i.names.includes('*'));
    return { names, imports: names.imports.flatMap(importedInPython), star, reexports: star };
  }
  if (ecosystemOf(language) === 'configuration') {
    const scripts = language === 'shell' ? scriptsIn(decodeText(bytes).text) : [];
    const imports = scripts.map((specifier) => ({ specifier, names: undefined, whole: false }));
    return { names, imports, star: false, reexports: false };
  }
  const imports = names.imports.map(({ specifier }) => ({ specifier, names: undefined, whole: false }));
  const { text } = decodeText(bytes);
  const reexports = /\bexport\s*(?:type\s*)?[*{]|\bmodule\.exports\b|\bexports\s*=/.test(text);
  return { names, imports, star: /export\s*\*/.test(text), reexports };
}

/** `import a.b.c` means each of a, a.b and a.b.c; `from pkg import name` a name of pkg, or the module pkg.name. */
function importedInPython({ specifier, level, names, whole }: ImportReference): Imported[] {
  const dots = '.'.repeat(level);
  const parts = whole ? specifier.split('.').map((_, i, all) => all.slice(0, i + 1).join('.')) : [];
  const found: Imported[] = parts.map((part) => ({ specifier: dots + part, names: undefined, whole }));
  if (names.length === 0) return found;
  found.push({ specifier: dots + specifier, names: names.includes('*') ? undefined : names, whole: false });
  const inside = specifier === '' ? dots : `${dots}${specifier}.`;
  for (const name of names) if (name !== '*') found.push({ specifier: inside + name, names: undefined, whole: false });
  return found;
}

function textOf(language: Language, bytes: Uint8Array) {
  const found = analysedText(language, decodeText(bytes).text);
  return isNotAnalysed(found) ? undefined : found;
}

function sourceOf(path: string, language: Language, bytes: Uint8Array) {
  const found = textOf(language, bytes);
  const cells = found?.cells;
  return { path, text: found?.text ?? '', locate: cells ? (offset: number) => locateCell(cells, offset) : undefined };
}

function lower(engine: Engine, language: Language, bytes: Uint8Array): ModuleGraph {
  const found = textOf(language, bytes);
  const graph = engine.lower(found?.language ?? 'javascript', found?.text ?? '', found?.cells?.cellStarts);
  if (graph.kinds.length <= NODES) return graph;
  const gap = { start: 0, end: found?.text.length ?? 0, what: `more than ${NODES} values` };
  return { ...engine.lower('javascript', ''), gaps: [gap] };
}

function lowerWith(python: PythonParser): Lower {
  return (language, text, cells) => {
    switch (language) {
      case 'python':
        return lowerPython(python, text, cells);
      case 'shell':
        return lowerShell(text);
      case 'document':
        return lowerDocument(text);
      case 'typescript':
        return lowerTypeScript(text, 'ts', cells);
      case 'tsx':
        return lowerTypeScript(text, 'tsx', cells);
      default:
        return lowerTypeScript(text, 'jsx', cells);
    }
  };
}

/** Takes out the findings that a comment silences, and says which comments silence nothing because they are wrong. */
function createSuppressing(policy: PolicyData, today: string) {
  const rules = policy.rules.map((rule) => rule.id);
  const known = perObject<ModuleGraph, ReturnType<typeof read>>();

  function read(path: string, text: string, graph: ModuleGraph) {
    const starts = lineStarts(text);
    const comments = graph.comments.map((comment): SourceComment => {
      const line = lineAt(starts, comment.start);
      return {
        place: { path, start: comment.start, end: comment.end },
        line: line + 1,
        text: comment.text,
        alone: text.slice(starts[line]!, comment.start).trim() === '',
      };
    });
    return { ...readSuppressions(comments, rules, today), starts };
  }

  return (
    findings: Judged['findings'],
    source: (path: string) => { readonly text: string } | undefined,
    graphOf: (path: string) => ModuleGraph | undefined,
  ): Judged => {
    const kept: Judged['findings'][number][] = [];
    const suppressed: Judged['suppressed'][number][] = [];
    const problems = new Set<Judged['problems'][number]>();
    for (const finding of findings) {
      const { path, start } = finding.place;
      const graph = graphOf(path);
      // A graph is made of one text, which is read from the disk again where it has to be looked at. A file may be gone since it was
      // searched.
      const said = graph && known(graph, () => read(path, source(path)!.text, graph));
      for (const problem of said?.problems ?? []) problems.add(problem);
      const suppression = said && suppressionFor(finding.rule, lineAt(said.starts, start) + 1, said.suppressions);
      if (suppression) suppressed.push({ finding, reason: suppression.reason });
      else kept.push(finding);
    }
    return { findings: kept, suppressed, problems: [...problems] };
  };
}
