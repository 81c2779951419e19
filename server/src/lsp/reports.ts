// What the editor shows of each file: the findings of a folder's last check, filtered by its settings, as diagnostics.
// Made once for each result; every way to ask for diagnostics (by document, by workspace, pushed) takes them from here.
import type { Diagnostic } from 'vscode-languageserver';
import { hashText } from '../base/hash.ts';
import type { Finding } from '../policy/finding.ts';
import type { CheckResult, SourceText } from '../project.ts';
import type { Configuration } from './configuration.ts';
import type { Documents } from './documents.ts';
import { toDiagnostic } from './findingDiagnostic.ts';
import type { Settings } from './protocol.ts';
import type { Folder, Workspace } from './workspace.ts';

/** The diagnostics of a file, and the findings behind them, in the same order. */
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
export function createReports(workspace: Workspace, documents: Documents, configuration: Configuration): Reports {
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
    for (const finding of result.findings) {
      if (!isShown(finding, current)) continue;
      const { path } = finding.place;
      // Where folders lie in each other, the inner one reports its own files.
      if (folder.uri !== undefined && workspace.folderOf(lookup.uri(path)) !== folder) continue;
      const diagnostic = toDiagnostic(finding, lookup);
      if (!diagnostic) continue;
      const entry = byPath.get(path) ?? { diagnostics: [], findings: [] };
      entry.diagnostics.push(diagnostic);
      entry.findings.push(finding);
      byPath.set(path, entry);
    }
    const reports = new Map<string, Report>();
    for (const [path, { diagnostics, findings }] of byPath) {
      const resultId = hashText(JSON.stringify(diagnostics));
      reports.set(path, { uri: lookup.uri(path), path, resultId, diagnostics, findings });
    }
    return reports;
  }
}

function isShown(finding: Finding, settings: Settings): boolean {
  return settings.enable && finding.level !== 'permitted' && ranks[finding.confidence] >= ranks[settings.minConfidence];
}
