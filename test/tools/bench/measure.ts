// The measured side of the bench; bench.mjs bundles it and starts it in a process of its own for each part:
//   node --expose-gc measure.js PART < arguments.json
// Prints one line of JSON. Times are milliseconds of CPU of the whole process (user and system, all threads), since the clock
// on the wall tells more about what else the machine does.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeText } from '../../../server/src/base/text.ts';
import { asciiJson } from '../../../server/src/catalog/compile.ts';
import { packCatalog, unpackCatalog } from '../../../server/src/catalog/pack.ts';
import { openCatalog } from '../../../server/src/catalog/trie.ts';
import { analysedText, isNotAnalysed } from '../../../server/src/host/container.ts';
import { discover } from '../../../server/src/host/discovery.ts';
import { isForeignDirectory } from '../../../server/src/host/exclusions.ts';
import { languageOf } from '../../../server/src/host/languages.ts';
import { readBuilt, readRules } from '../../../server/src/host/node-built.ts';
import { nodeFileSystem, portablePath } from '../../../server/src/host/node-fs.ts';
import { buildPrefilter } from '../../../server/src/host/prefilter.ts';
import type { CheckResult } from '../../../server/src/project.ts';
import { type Engine, openEngine, openWorkspace, type Workspace } from '../../../server/src/workspace.ts';
import { multiplied } from './catalog.ts';

/** Times of one phase, one for each round, by the name of the phase. */
type Rounds = Record<string, number[]>;

interface Arguments {
  /** The folder with rules.json and the parsers. */
  readonly dist: string;
  readonly rounds: number;
  readonly roots: readonly string[];
  /** Growth: the same twice. */
  readonly twice?: readonly string[];
  /** Edit: the file, and its text where it is not on the disk. */
  readonly file?: string;
  readonly text?: string;
  /** Start, matching, multiply: a file with other rules than those of the build, and how many times its packages. */
  readonly rules?: string;
  readonly times?: number;
  /** Fresh: parse these, or find and read them, instead of scanning. */
  readonly parse?: readonly string[];
  readonly read?: readonly string[];
}

// Sources beyond this are parsed as an even sample, and the time of all is worked out from the bytes.
const sampleBytes = 3_000_000;

const parts: Record<string, (given: Arguments) => Promise<unknown>> = {
  scan,
  edit,
  growth,
  fresh,
  start,
  multiply,
  matching,
  list,
};

void main();

async function main(): Promise<void> {
  const given = JSON.parse(readFileSync(0, 'utf8')) as Arguments;
  const result = await parts[process.argv[2]!]!(given);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** A scan beside finding and reading the same files, parsing those that matter, and parsing all. */
async function scan({ dist, roots, rounds }: Arguments): Promise<unknown> {
  const engine = await open(dist);
  const result = scanOnce(engine, roots).result;
  const paths = discover(nodeFileSystem, portable(roots)).files.map((file) => file.path);
  const matter = parsers(
    engine,
    result.coverage.parsed.map(({ path }) => path),
  );
  const all = parsers(engine, paths);
  const step = Math.ceil(all.bytes / sampleBytes);
  const sample =
    step > 1
      ? parsers(
          engine,
          paths.filter((_, index) => index % step === 0),
        )
      : all;
  const times: Rounds = { scan: [], load: [], check: [], read: [], matter: [], all: [] };
  interleave(times, rounds, () => {
    const { load, check } = scanOnce(engine, roots);
    times.scan!.push(load + check);
    times.load!.push(load);
    times.check!.push(check);
    times.read!.push(cpu(() => readAll(roots, paths)));
    times.matter!.push(cpu(matter.parse));
    times.all!.push((cpu(sample.parse) * all.bytes) / sample.bytes);
  });
  return {
    times,
    files: paths.length,
    bytes: result.coverage.bytes,
    parsed: result.coverage.parsed.map(({ path }) => path),
    parsedBytes: matter.bytes,
    origins: result.coverage.origins,
    findings: result.findings.length,
    sampled: step > 1 ? sample.bytes : undefined,
  };
}

/** From an edit in the server's project to the end of the check, beside parsing the new text of that one file. */
async function edit({ dist, roots, rounds, file, text }: Arguments): Promise<unknown> {
  const engine = await open(dist);
  const path = portablePath(file!, process.cwd());
  const original = text ?? readFileSync(path, 'utf8');
  const workspace = opened(engine, roots, false);
  drain(workspace.load());
  workspace.overlay(path, original);
  let result = drain(workspace.project.check());
  const times: Rounds = { edit: [], update: [], check: [], parse: [] };
  let keystroke = 0;
  interleave(times, rounds, () => {
    const edited = insertLine(original, path, ++keystroke);
    const update = cpu(() => workspace.overlay(path, edited));
    const check = cpu(() => {
      result = drain(workspace.project.check());
    });
    times.edit!.push(update + check);
    times.update!.push(update);
    times.check!.push(check);
    times.parse!.push(cpu(() => lower(engine, path, edited)));
  });
  const lines = original.split('\n').length;
  const origins = result.coverage.origins;
  return { times, lines, files: result.coverage.files, origins, findings: result.findings.length };
}

/** A workspace beside two copies of it. */
async function growth({ dist, roots, twice, rounds }: Arguments): Promise<unknown> {
  const engine = await open(dist);
  const times: Rounds = { once: [], twice: [] };
  const total = (given: readonly string[]): number => {
    const { load, check } = scanOnce(engine, given);
    return load + check;
  };
  interleave(times, rounds, () => {
    times.once!.push(total(roots));
    times.twice!.push(total(twice!));
  });
  return { times };
}

/**
 * What one scan costs in a process that did nothing before, and the most memory that the process had; without roots, rules and
 * parsers alone. With `parse`: parsing and lowering these files instead; with `read`: finding and reading them.
 */
async function fresh({ dist, roots, parse, read }: Arguments): Promise<unknown> {
  const engine = await open(dist);
  let time = 0;
  if (parse) time = cpu(parsers(engine, parse).parse);
  else if (read) time = cpu(() => readAll(roots, read));
  else if (roots.length > 0) {
    const { load, check } = scanOnce(engine, roots);
    time = load + check;
  }
  return { time, peak: process.resourceUsage().maxRSS * 1024 };
}

/** What a process pays before its first file: the rules, and for comparison loading the TypeScript parser. */
async function start({ dist, rounds, rules: file }: Arguments): Promise<unknown> {
  const rules = (): void => {
    const { catalog } = JSON.parse(readRules(file ?? join(dist, 'rules.json')));
    buildPrefilter(openCatalog(unpackCatalog(catalog)).markers);
  };
  const parser = (): void => {
    require(join(dist, 'ts-parser.js'));
  };
  // Each process can do it only once, so there are as many processes as rounds, and they take turns in what goes first.
  if (rounds % 2 === 1) return { rules: cpu(rules), parser: cpu(parser) };
  const parserTime = cpu(parser);
  return { rules: cpu(rules), parser: parserTime };
}

/** Writes the rules of the build with ten times the packages to `rules`, and says how many rows both have. */
async function multiply({ dist, rules, times }: Arguments): Promise<unknown> {
  const compiled = JSON.parse(readRules(join(dist, 'rules.json')));
  const catalog = unpackCatalog(compiled.catalog);
  const many = multiplied(catalog, times!);
  writeFileSync(rules!, asciiJson({ ...compiled, catalog: packCatalog(many) }));
  return { once: catalog.rows.length, many: many.rows.length };
}

/** The check of a workspace, with the rules of the build and with those in `rules`. */
async function matching({ dist, roots, rounds, rules }: Arguments): Promise<unknown> {
  const once = await open(dist);
  const many = await open(dist, rules);
  const times: Rounds = { once: [], many: [], readOnce: [], readMany: [] };
  interleave(times, rounds, () => {
    for (const [engine, name] of [
      [once, 'Once'],
      [many, 'Many'],
    ] as const) {
      const { load, check } = scanOnce(engine, roots);
      times[name.toLowerCase()]!.push(check);
      times[`read${name}`]!.push(load);
    }
  });
  return { times };
}

/** The files that a scan reads, and those that say how its imports are resolved. */
async function list({ roots }: Arguments): Promise<unknown> {
  const found = discover(nodeFileSystem, portable(roots));
  return { files: [...found.files.map((file) => file.path), ...found.manifests] };
}

async function open(dist: string, rules = join(dist, 'rules.json')): Promise<Engine> {
  return openEngine(readBuilt(readRules(rules), dist));
}

/** A workspace as the command line opens it, for one scan, or as an editor does. */
function opened(engine: Engine, roots: readonly string[], once: boolean): Workspace {
  return openWorkspace(engine, nodeFileSystem, portable(roots), { today: '2026-01-01', once });
}

function scanOnce(engine: Engine, roots: readonly string[]): { load: number; check: number; result: CheckResult } {
  const workspace = opened(engine, roots, true);
  let result: CheckResult | undefined;
  const load = cpu(() => drain(workspace.load()));
  latest[0] = workspace;
  const check = cpu(() => {
    result = drain(workspace.project.check());
  });
  return { load, check, result: result! };
}

// Kept until the next one is loaded. Once all objects of a shape are collected, V8 throws away the code that it made for them,
// and each round would compile all of it again, which neither a server nor a command line ever has to.
const latest: Workspace[] = [];

function drain<R>(steps: Generator<unknown, R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Parser and lowering of files, their texts in memory. */
function parsers(engine: Engine, paths: readonly string[]) {
  const texts = paths.map((path) => ({ path, text: decodeText(readFileSync(path)).text }));
  return {
    count: paths.length,
    bytes: texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
    parse: () => {
      for (const { path, text } of texts) lower(engine, path, text);
    },
  };
}

function lower(engine: Engine, path: string, text: string): void {
  const found = analysedText(languageOf(path)!, text);
  if (isNotAnalysed(found)) return;
  engine.lower(found.language, found.text);
}

/** The least that anyone pays who reads a repository: every directory is listed, and then these files are read. */
function readAll(roots: readonly string[], paths: readonly string[]): number {
  const pending = [...roots];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory() && !isForeignDirectory(entry.name)) pending.push(join(directory, entry.name));
    }
  }
  let bytes = 0;
  for (const path of paths) bytes += readFileSync(path).length;
  return bytes;
}

/** The text with one more statement in its middle, between two definitions: what typing leaves behind. */
function insertLine(text: string, path: string, keystroke: number): string {
  const isPython = path.endsWith('.py');
  const definition = isPython ? /\n(?=(async )?def |class )/g : /\n(?=(export )?(async )?(function|class|const) )/g;
  definition.lastIndex = text.length >> 1;
  const at = (definition.exec(text)?.index ?? text.length - 1) + 1;
  const line = isPython ? `edited_${keystroke} = ${keystroke}\n` : `const edited${keystroke} = ${keystroke};\n`;
  return text.slice(0, at) + line + text.slice(at);
}

// Until V8 has compiled what is hot, which takes seconds whatever the workspace, its compiler threads are most of a small scan.
// What a process pays that did nothing before is measured by `fresh`.
const warmUp = { rounds: 2, milliseconds: 4_000 };

/** Runs rounds, one phase after the other in each; the first ones only warm the compiler and do not count. */
function interleave(times: Rounds, rounds: number, round: () => void): void {
  const spent = process.cpuUsage();
  const isWarm = (): boolean => {
    const { user, system } = process.cpuUsage(spent);
    return user + system >= warmUp.milliseconds * 1000;
  };
  for (let i = 0; i < warmUp.rounds || !isWarm(); i++) round();
  for (const list of Object.values(times)) list.length = 0;
  for (let i = 0; i < rounds; i++) round();
}

/**
 * Milliseconds of CPU. Begins without young garbage, so that no phase pays for that of another. A full collection would also
 * throw away compiled code, and each phase would pay its compiler again, which no process ever has to.
 */
function cpu(work: () => void): number {
  globalThis.gc!({ type: 'minor' });
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000;
}

function portable(paths: readonly string[]): string[] {
  return paths.map((path) => portablePath(path, process.cwd()));
}
