// `distillint catalog`: what the catalog knows (list, show), whether own files are right (check), and which rows are about the
// calls of a file (try).
import { type CompiledCatalog, ECOSYSTEMS } from '../catalog/compiled.ts';
import type { RuleFile } from '../catalog/load.ts';
import type { ApiPosition, Catalog, Ecosystem } from '../catalog/model.ts';
import { parseApiPath } from '../catalog/paths.ts';
import { rowAt, type WrittenDocument, writtenDocuments } from '../catalog/source.ts';
import { openCatalog } from '../catalog/trie.ts';
import { nearest } from '../catalog/yaml.ts';
import { isProblem } from '../host/filesystem.ts';
import { nodeFileSystem, portablePath } from '../host/node-fs.ts';
import {
  type ListingLook,
  ourFile,
  renderCatalogDocuments,
  renderCatalogList,
  renderCatalogListJson,
  renderCatalogPaths,
  type ShownPath,
} from '../report/catalog.ts';
import { renderMatches, renderMatchesJson } from '../report/matches.ts';
import { plural, shownPath } from '../report/report.ts';
import { visible } from '../report/terminal.ts';
import { type BuiltRules, loadOwnRules } from './ownRules.ts';
import { columnsOf, say, type Terminal, wantsColor, writeText } from './streams.ts';
import type { OpenedWorkspace } from './workspace.ts';

/** The options of `catalog list`, `show` and `try`, as the command line gives them; each command has some of them. */
export interface CatalogOptions {
  readonly format?: 'pretty' | 'json';
  readonly color: boolean;
  readonly rules?: readonly string[];
  readonly in?: string;
  readonly all?: boolean;
}

/** What the commands work with. */
export interface CatalogParts {
  readonly terminal: Terminal;
  /** The compiled rules of this build. */
  readonly built: () => BuiltRules;
  /** The files of the catalog as they are written, by their path below `rules/`. */
  readonly written: () => readonly RuleFile[];
  /** Opens roots with own rules added to ours. */
  readonly open: (roots: readonly string[], own: readonly CompiledCatalog[]) => Promise<OpenedWorkspace>;
}

/** Lists the packages that have `word` in their name, their file or what they were checked against. Returns the exit code. */
export async function catalogList(
  word: string | undefined,
  options: CatalogOptions,
  parts: CatalogParts,
): Promise<number> {
  const all = writtenDocuments(parts.written());
  const wanted = word?.toLowerCase();
  const found = all.filter(
    ({ packages, file, checked }) =>
      wanted === undefined || [...packages, file, checked].some((name) => name.toLowerCase().includes(wanted)),
  );
  if (found.length === 0) {
    const near = nearest(word ?? '', packageNames(all));
    return failed(parts.terminal, `no package of the catalog has ${visible(word ?? '')} in its name.${hint(near)}`);
  }
  const ordered = [...found].sort((a, b) => order(a.ecosystem, b.ecosystem) || order(a.packages[0]!, b.packages[0]!));
  const text =
    options.format === 'json'
      ? renderCatalogListJson(ordered, ourFile)
      : renderCatalogList(ordered, look(parts, options));
  return written(text, parts.terminal);
}

/** Shows the rows of a package, or those about an API path, as they are written. Returns the exit code. */
export async function catalogShow(topic: string, options: CatalogOptions, parts: CatalogParts): Promise<number> {
  const documents = writtenDocuments(parts.written());
  const named = documents.filter(({ packages }) => packages.includes(topic));
  if (named.length > 0) return written(renderCatalogDocuments(named, ourFile, look(parts, options)), parts.terminal);
  const catalog = openCatalog(parts.built().catalog);
  const paths: ShownPath[] = [];
  let close: Walked | undefined;
  for (const ecosystem of ECOSYSTEMS) {
    const walked = walkPath(catalog, ecosystem, topic);
    if (walked && walked.rest === '') paths.push(shownAt(catalog, walked, documents));
    else if (walked && (!close || walked.rest.length < close.rest.length)) close = walked;
  }
  if (paths.length > 0) return written(renderCatalogPaths(paths, ourFile, look(parts, options)), parts.terminal);
  if (!close) {
    const near = nearest(topic, packageNames(documents));
    return failed(parts.terminal, `${visible(topic)} is no package of the catalog and begins with none.${hint(near)}`);
  }
  const steps = catalog.steps(close.position);
  const next = /^\.?[\w$]+|^\(\)/.exec(close.rest)?.[0] ?? close.rest;
  const near = nearest(next.startsWith('(') ? next : `.${next.replace(/^\./, '')}`, steps);
  const known = topic.slice(0, topic.length - close.rest.length);
  return failed(
    parts.terminal,
    `the catalog knows ${visible(known)} and below it no ${visible(close.rest)}.${hint(near && known + near)}`,
  );
}

/** Checks own files and says what is wrong with them. Returns the exit code. */
export async function catalogCheck(paths: readonly string[], parts: CatalogParts): Promise<number> {
  const { terminal } = parts;
  const own = loadOwnRules(paths, terminal.cwd, parts.built());
  for (const mistake of own.mistakes) await say(terminal, mistake);
  if (own.mistakes.length > 0) return failed(terminal, `${plural(own.mistakes.length, 'mistake')}.`);
  const rows = writtenDocuments(own.files).flatMap((document) => document.rows);
  return written(
    `${plural(own.files.length, 'file')} with ${plural(rows.length, 'row')}, no mistakes. distillint catalog try <source> --rules <file> shows what they match.\n`,
    terminal,
  );
}

/** Shows which rows are about the calls of a file. Returns the exit code. */
export async function catalogTry(given: string, options: CatalogOptions, parts: CatalogParts): Promise<number> {
  const { terminal } = parts;
  const path = portablePath(given, terminal.cwd);
  const found = nodeFileSystem.stat(path);
  if (isProblem(found)) return failed(terminal, `${shownPath(path, terminal.cwd)} cannot be read: ${found.message}.`);
  if (found.kind === 'directory')
    return failed(terminal, `${shownPath(path, terminal.cwd)} is a directory; name one source file in it.`);
  const own = loadOwnRules(options.rules ?? [], terminal.cwd, parts.built());
  for (const mistake of own.mistakes) await say(terminal, mistake);
  if (own.mistakes.length > 0) return failed(terminal, 'own rules with mistakes are not tried.');
  const roots = options.in === undefined ? [path] : [portablePath(options.in, terminal.cwd), path];
  const workspace = await parts.open(roots, [own.catalog]);
  for (const _ of workspace.load());
  const matches = workspace.project.matches(path);
  if (!matches)
    return failed(
      terminal,
      `${shownPath(path, terminal.cwd)} is no Python, JavaScript or TypeScript file that can be read.`,
    );
  const names = new Set(own.files.map((file) => file.path));
  const settings = {
    root: terminal.cwd,
    file: (name: string) => (names.has(name) ? name : ourFile(name)),
    all: options.all ?? false,
  };
  const sources = (name: string) => workspace.project.source(name);
  const text =
    options.format === 'json'
      ? renderMatchesJson(path, matches, sources, settings)
      : renderMatches(path, matches, sources, settings, look(parts, options));
  return written(text, terminal);
}

/** How far an API path leads, and what is left of it. */
interface Walked {
  readonly ecosystem: Ecosystem;
  readonly position: ApiPosition;
  readonly rest: string;
}

/** Walks an API path from the longest package or type that it begins with; `builtins` may be left out. */
function walkPath(catalog: Catalog, ecosystem: Ecosystem, text: string): Walked | undefined {
  const ends = [...text.matchAll(/[.(/]|$/g)].map(({ index }) => index).reverse();
  let best: Walked | undefined;
  const from = (position: ApiPosition | undefined, rest: string): void => {
    if (!position) return;
    const walked = walkSteps(catalog, ecosystem, position, rest);
    if (!best || walked.rest.length < best.rest.length) best = walked;
  };
  for (const end of ends) {
    const head = text.slice(0, end);
    if (head === '') continue;
    from(catalog.type(ecosystem, head), text.slice(end));
    from(catalog.root(ecosystem, head), text.slice(end));
    if (best?.rest === '') return best;
  }
  const builtins = catalog.root(ecosystem, 'builtins');
  if (builtins) {
    const walked = walkSteps(catalog, ecosystem, builtins, text);
    if (walked.rest !== text && (!best || walked.rest.length < best.rest.length)) best = walked;
  }
  return best;
}

function walkSteps(catalog: Catalog, ecosystem: Ecosystem, start: ApiPosition, text: string): Walked {
  let position = start;
  let rest = text;
  while (rest !== '') {
    const step = /^\.?(?:[A-Za-z_$][\w$]*|\{\w+\})|^\(\)/.exec(rest)?.[0];
    const parsed = step === undefined ? undefined : parseApiPath(step.replace(/^\./, ''));
    if (!step || !parsed?.ok) break;
    const next = follow(catalog, position, parsed.value[0]!);
    if (!next) break;
    position = next;
    rest = rest.slice(step.length);
  }
  return { ecosystem, position, rest };
}

type Step = Extract<ReturnType<typeof parseApiPath>, { ok: true }>['value'][number];

function follow(catalog: Catalog, position: ApiPosition, step: Step): ApiPosition | undefined {
  switch (step.step) {
    case 'call':
      return catalog.result(position);
    case 'element':
      return catalog.element(position);
    case 'subclass':
      return catalog.instance(position);
    default:
      return catalog.member(position, step.name);
  }
}

function shownAt(catalog: Catalog, { ecosystem, position }: Walked, documents: readonly WrittenDocument[]): ShownPath {
  return {
    ecosystem,
    path: position.path,
    type: position.type,
    rows: position.rows.map((row) => ({ row, written: rowAt(documents, row.origin.file, row.origin.line) })),
    steps: catalog.steps(position),
  };
}

function packageNames(documents: readonly WrittenDocument[]): readonly string[] {
  return [...new Set(documents.flatMap(({ packages }) => packages))];
}

function look({ terminal }: CatalogParts, { color }: CatalogOptions): ListingLook {
  return { color: wantsColor(terminal.stdout, terminal.env, color), width: columnsOf(terminal.stdout) };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hint(near: string | undefined): string {
  return near === undefined ? '' : ` Did you mean ${visible(near)}?`;
}

async function written(text: string, terminal: Terminal): Promise<number> {
  const problem = await writeText(terminal.stdout, text);
  return problem === undefined ? 0 : failed(terminal, `the answer could not be written: ${problem}.`);
}

async function failed(terminal: Terminal, sentence: string): Promise<number> {
  await say(terminal, sentence);
  return 2;
}
