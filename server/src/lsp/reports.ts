// What the editor shows of each file: the findings of a folder's last check, filtered by its settings, as diagnostics.
// Made once for each result; every way to ask for diagnostics (by document, by workspace, pushed) takes them from here.
import type { Diagnostic } from 'vscode-languageserver';
import { hashText } from '../base/hash.ts';
import type { SourceText } from '../inputs/files.ts';
import type { Finding } from '../policy/finding.ts';
import type { CheckResult } from '../project.ts';
import type { Configuration } from './configuration.ts';
import type { Documents } from './documents.ts';
import { toDiagnostic, toProblemDiagnostic } from './findingDiagnostic.ts';
import type { Settings } from './protocol.ts';
import type { Environment, Folder, Workspace } from './workspace.ts';

/** The diagnostics of a file, and the findings behind them: the first so many diagnostics, in the same order. */
export interface Report {
  readonly uri: string;
  readonly path: string;
  /** Equal exactly where the diagnostics are. */
  readonly resultId: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly findings: readonly Finding[];
}

/** All reports, up to date with the last check of each folder. */
export interface Reports {
  /** The reports of a folder by path; a file without findings has none. */
  of(folder: Folder): ReadonlyMap<string, Report>;
  all(): readonly Report[];
}

/** What stands for a file without findings. */
export const nothingId = hashText('[]');

const ranks = { low: 0, medium: 1, high: 2 };

/** Keeps one set of reports for each folder. */
export function createReports(
  environment: Environment,
  workspace: Workspace,
  documents: Documents,
  configuration: Configuration,
): Reports {
  const made = new WeakMap<Folder, { result: CheckResult; settings: Settings; reports: ReadonlyMap<string, Report> }>();

  const reports: Reports = {
    of(folder) {
      const { result } = folder;
      if (!result) return new Map();
      const current = configuration.settings(folder.uri);
      const known = made.get(folder);
      if (known?.result === result && known.settings === current) return known.reports;
      const fresh = makeReports(folder, result, current);
      made.set(folder, { result, settings: current, reports: fresh });
      return fresh;
    },
    all: () => workspace.folders().flatMap((folder) => [...reports.of(folder).values()]),
  };
  return reports;

  function makeReports(folder: Folder, result: CheckResult, current: Settings): Map<string, Report> {
    // A project may make the text anew each time it is asked.
    const sources = new Map<string, SourceText | undefined>();
    const lookup = {
      source(path: string) {
        if (!sources.has(path)) sources.set(path, folder.files.project.source(path));
        return sources.get(path);
      },
      uri: (path: string) => documents.uriOf(folder, path),
    };
    const byPath = new Map<string, { diagnostics: Diagnostic[]; findings: Finding[] }>();
    const entryOf = (path: string) => {
      const entry = byPath.get(path) ?? { diagnostics: [], findings: [] };
      byPath.set(path, entry);
      return entry;
    };
    for (const finding of result.findings) {
      if (environment.offByDefault.has(finding.rule) || !isShown(finding, current)) continue;
      const { path } = finding.place;
      const diagnostic = isOwn(folder, path, lookup.uri) ? toDiagnostic(finding, lookup) : undefined;
      if (!diagnostic) continue;
      entryOf(path).diagnostics.push(diagnostic);
      entryOf(path).findings.push(finding);
    }
    for (const problem of current.enable ? result.problems : []) {
      const diagnostic = toProblemDiagnostic(problem, lookup);
      if (diagnostic && isOwn(folder, problem.place.path, lookup.uri))
        entryOf(problem.place.path).diagnostics.push(diagnostic);
    }
    const reports = new Map<string, Report>();
    for (const [path, { diagnostics, findings }] of byPath) {
      const resultId = hashText(JSON.stringify(diagnostics));
      reports.set(path, { uri: lookup.uri(path), path, resultId, diagnostics, findings });
    }
    return reports;
  }

  /** Where folders lie in each other, the inner one reports its own files. */
  function isOwn(folder: Folder, path: string, uriOf: (path: string) => string): boolean {
    return folder.uri === undefined || workspace.folderOf(uriOf(path)) === folder;
  }
}

function isShown(finding: Finding, settings: Settings): boolean {
  return settings.enable && finding.level !== 'permitted' && ranks[finding.confidence] >= ranks[settings.minConfidence];
}
