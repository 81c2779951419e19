// `distillint scan`: opens the workspace, checks it, writes one report, and says by the exit code how it went: 0 nothing at the
// failing level, 1 findings, 2 could not run or could not finish, 130 interrupted. Every code but 0 comes with a sentence.
import { nearest } from '../catalog/yaml.ts';
import { isProblem } from '../host/filesystem.ts';
import { nodeFileSystem, portablePath } from '../host/node-fs.ts';
import { joinPath, nameOf, parentOf } from '../host/paths.ts';
import type { Confidence, Finding } from '../policy/finding.ts';
import type { CheckResult, Skipped } from '../project.ts';
import { isComplete, missing, skipKind } from '../report/coverage.ts';
import { renderJson } from '../report/json.ts';
import { maskText } from '../report/mask.ts';
import { renderPretty } from '../report/pretty.ts';
import {
  countFindings,
  plural,
  problemFindings,
  type ReportOptions,
  type Sources,
  shownPath,
} from '../report/report.ts';
import { renderSarif } from '../report/sarif.ts';
import { visible } from '../report/terminal.ts';
import { createDriver, type Driver } from './drive.ts';
import { dumpFacts, dumpGraphs } from './dump.ts';
import type { Knowledge } from './knowledge.ts';
import { statsLines } from './stats.ts';
import { columnsOf, namesBeside, say, type Terminal, wantsColor, writeReport, writeText } from './streams.ts';
import type { OpenedWorkspace, OpenWorkspace } from './workspace.ts';

/** The formats of a report. */
export const formats = ['pretty', 'json', 'sarif'] as const;
/** From the most sure on. */
export const confidences: readonly Confidence[] = ['high', 'medium', 'low'];
/** Which findings fail a scan. */
export const failLevels = ['warning', 'note', 'never'] as const;
/** What can be shown of the work. */
export const dumps = ['graph', 'facts'] as const;

/** The options of a scan, as the command line gives them. */
export interface ScanOptions {
  readonly format: (typeof formats)[number];
  readonly output?: string;
  readonly minConfidence: Confidence;
  readonly failOn: (typeof failLevels)[number];
  readonly rule: readonly string[];
  readonly stats: boolean;
  readonly snippets: boolean;
  readonly color: boolean;
  readonly quiet: boolean;
  readonly requireComplete: boolean;
  readonly dump?: (typeof dumps)[number];
}

/** What a scan works with. */
export interface ScanParts {
  readonly open: OpenWorkspace;
  readonly knowledge: Knowledge;
  readonly version: string;
  readonly terminal: Terminal;
}

/** Exit codes. */
export const exitCodes = { clean: 0, findings: 1, failed: 2, interrupted: 130 } as const;

/** Runs a scan and returns its exit code. */
export async function scan(paths: readonly string[], options: ScanOptions, parts: ScanParts): Promise<number> {
  const { terminal, knowledge } = parts;
  const unknown = unknownRule(options.rule, knowledge);
  if (unknown !== undefined) return fail(terminal, unknown);
  const roots = [...new Set((paths.length === 0 ? ['.'] : paths).map((path) => portablePath(path, terminal.cwd)))];
  for (const root of roots) {
    const found = nodeFileSystem.stat(root);
    if (isProblem(found)) return fail(terminal, noSuchPath(root, found.message, terminal));
  }
  const driver = createDriver(terminal, !options.quiet);
  try {
    const workspace = await parts.open(roots, options.rule);
    if (!(await driver.run(workspace.load()))) return await interrupted(terminal, driver);
    const checked = await driver.run(workspace.project.check());
    if (!checked) return await interrupted(terminal, driver);
    driver.end();
    const seen: Seen = {
      roots,
      workspace,
      root: reportRoot(roots),
      result: filtered(checked.value, options, knowledge),
    };
    if (options.dump) return await writeDump(options.dump, seen, options, parts);
    return await finish(seen, driver, options, parts);
  } finally {
    driver.end();
  }
}

/** What a scan has seen. */
interface Seen {
  readonly roots: readonly string[];
  readonly workspace: OpenedWorkspace;
  /** The directory that reported paths are relative to. */
  readonly root: string;
  readonly result: CheckResult;
}

async function finish(seen: Seen, driver: Driver, options: ScanOptions, parts: ScanParts): Promise<number> {
  const { terminal } = parts;
  const { result, workspace, root } = seen;
  const complaints: string[] = [];
  const lost = await writeResult(render(seen, options, parts), options, terminal);
  if (lost !== undefined) complaints.push(lost);
  if (!options.quiet) await sayWhatIsMissing(result, terminal);
  if (options.stats) {
    const lines = statsLines(result, driver.times, process.memoryUsage().rss, root);
    await writeText(terminal.stderr, `${lines.join('\n')}\n`);
  }
  for (const { path, line, message } of workspace.mistakes ?? []) {
    const place = path === undefined ? '' : `${shownPath(path, terminal.cwd)}${line === undefined ? '' : `:${line}`}: `;
    complaints.push(maskText(`${place}${message}`));
  }
  if (options.requireComplete && !isComplete(result.coverage)) complaints.push(incomplete(result));
  for (const complaint of complaints) await say(terminal, complaint);
  const failing = failure(result.findings, options.failOn);
  if (failing !== undefined && !options.quiet) await say(terminal, failing);
  if (complaints.length > 0) return exitCodes.failed;
  return failing === undefined ? exitCodes.clean : exitCodes.findings;
}

function render({ result, workspace, root }: Seen, options: ScanOptions, parts: ScanParts): string {
  const { terminal, knowledge, version } = parts;
  const sources: Sources = (path) => workspace.project.source(path);
  const common: ReportOptions = {
    version,
    root,
    rules: knowledge.rules,
    termsAsOf: knowledge.termsAsOf,
    snippets: options.snippets,
    mistakes: workspace.mistakes ?? [],
  };
  if (options.format === 'json') return renderJson(result, sources, common);
  if (options.format === 'sarif') return renderSarif(result, sources, common);
  const toTerminal = options.output === undefined;
  return renderPretty(result, sources, {
    ...common,
    // People click on paths, and their terminal stands in the working directory.
    root: terminal.cwd,
    color: toTerminal && wantsColor(terminal.stdout, terminal.env, options.color),
    width: toTerminal ? columnsOf(terminal.stdout) : defaultWidth,
    brief: options.quiet,
  });
}

const defaultWidth = 100;

/** Writes a report where it belongs; returns what went wrong. */
async function writeResult(text: string, { output }: ScanOptions, terminal: Terminal): Promise<string | undefined> {
  if (output !== undefined && output !== '-') return writeReport(terminal, output, text);
  const problem = await writeText(terminal.stdout, text);
  return problem && `the report could not be written: ${problem}.`;
}

async function writeDump(
  kind: (typeof dumps)[number],
  seen: Seen,
  options: ScanOptions,
  parts: ScanParts,
): Promise<number> {
  const { project } = seen.workspace;
  const files = seen.roots.filter((path) => {
    const found = nodeFileSystem.stat(path);
    return !isProblem(found) && found.kind === 'file';
  });
  // A file that is named is parsed for this; in a directory only what was parsed anyway is shown.
  const paths = [...new Set([...files, ...seen.result.coverage.parsed.map(({ path }) => path)])].sort();
  const text = kind === 'graph' ? dumpGraphs(paths, project, seen.root) : dumpFacts(seen.result, project, seen.root);
  const lost = await writeResult(text, options, parts.terminal);
  return lost === undefined ? exitCodes.clean : fail(parts.terminal, lost);
}

/** What was asked for. A rule that is off by default has to be named. */
function filtered(result: CheckResult, { rule, minConfidence }: ScanOptions, knowledge: Knowledge): CheckResult {
  const least = confidences.indexOf(minConfidence);
  const off = knowledge.rules.filter(({ enabled }) => !enabled).map(({ id }) => id);
  const isWanted = (finding: Finding): boolean =>
    confidences.indexOf(finding.confidence) <= least &&
    (rule.length === 0 ? !off.includes(finding.rule) : rule.includes(finding.rule));
  return {
    ...result,
    findings: [...result.findings, ...problemFindings(result)].filter(isWanted),
    suppressed: result.suppressed.filter(({ finding }) => isWanted(finding)),
    problems: [],
  };
}

/** Why the scan fails by its findings; undefined if it does not. Stories count, since one mistake may have several results. */
function failure(findings: readonly Finding[], failOn: ScanOptions['failOn']): string | undefined {
  const { warnings, notes, warningStories, stories } = countFindings(findings);
  if (failOn === 'warning' && warnings > 0)
    return `${plural(warnings, 'warning')} in ${plural(warningStories, 'story')}.`;
  if (failOn === 'note' && warnings + notes > 0) {
    return `${plural(warnings, 'warning')} and ${plural(notes, 'note')} in ${plural(stories, 'story')}.`;
  }
  return undefined;
}

async function sayWhatIsMissing({ coverage }: CheckResult, terminal: Terminal): Promise<void> {
  const named = (skipped: Skipped): boolean => skipKind(skipped).kind === 'unknown-language';
  for (const skipped of [...missing(coverage), ...coverage.skipped.filter(named)]) {
    await say(terminal, `skipped ${maskText(`${shownPath(skipped.path, terminal.cwd)}: ${skipped.reason}`)}`);
  }
  if (coverage.files === 0)
    await say(terminal, 'there was nothing to look at: no Python, JavaScript or TypeScript files.');
}

function incomplete({ coverage }: CheckResult): string {
  const parts = [
    [missing(coverage).length, 'file not looked at', 'files not looked at'],
    [coverage.gaps.length, 'file not wholly understood', 'files not wholly understood'],
    [coverage.bounds.length, 'bound reached', 'bounds reached'],
  ] as const;
  const words = parts.flatMap(([count, one, many]) => (count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]));
  return `coverage is partial, and --require-complete was given: ${words.join(', ')}.`;
}

function unknownRule(rules: readonly string[], knowledge: Knowledge): string | undefined {
  const known = knowledge.rules.map(({ id }) => id);
  const unknown = rules.find((rule) => !known.includes(rule));
  if (unknown === undefined) return undefined;
  const near = nearest(unknown, known);
  return `there is no rule ${visible(unknown)}. ${near === undefined ? `Rules: ${known.join(', ')}.` : `Did you mean ${near}?`}`;
}

function noSuchPath(path: string, why: string, terminal: Terminal): string {
  const near = nearest(nameOf(path), namesBeside(path));
  const hint =
    near === undefined || near === nameOf(path)
      ? ''
      : ` Did you mean ${shownPath(joinPath(parentOf(path), near), terminal.cwd)}?`;
  return `${maskText(shownPath(path, terminal.cwd))} cannot be scanned: ${why}.${hint}`;
}

/** The directory that holds all that was asked for: the scanned one, or what several have in common. */
function reportRoot(roots: readonly string[]): string {
  const directories = roots.map((path) => {
    const found = nodeFileSystem.stat(path);
    return !isProblem(found) && found.kind === 'directory' ? path : parentOf(path);
  });
  return directories.reduce((common, path) => {
    let shared = common;
    while (
      path !== shared &&
      !path.startsWith(shared.endsWith('/') ? shared : `${shared}/`) &&
      parentOf(shared) !== shared
    ) {
      shared = parentOf(shared);
    }
    return shared;
  });
}

async function interrupted(terminal: Terminal, driver: Driver): Promise<number> {
  driver.end();
  await say(terminal, 'interrupted; nothing was written.');
  return exitCodes.interrupted;
}

async function fail(terminal: Terminal, sentence: string): Promise<number> {
  await say(terminal, sentence);
  return exitCodes.failed;
}
