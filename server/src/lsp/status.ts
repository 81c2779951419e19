// One summary of all folders, for the language status item and for the answer to a scan.
import type { ScanSummary, StatusParams } from './protocol.ts';
import type { Reports } from './reports.ts';
import type { Workspace } from './workspace.ts';

/** How the server is. */
export function statusOf(workspace: Workspace, reports: Reports): StatusParams {
  const folders = workspace.folders();
  const busy = folders.filter((folder) => folder.running);
  const state = busy.length > 0 ? 'busy' : folders.some((folder) => folder.failed) ? 'failed' : 'idle';
  const total = (key: 'done' | 'total') => busy.reduce((sum, folder) => sum + (folder.progress?.[key] ?? 0), 0);
  return {
    state,
    phase: busy[0]?.progress?.phase,
    done: total('done'),
    total: total('total'),
    findings: stories(reports),
    skipped: folders.reduce((sum, { result }) => sum + (result?.coverage.skipped.length ?? 0), 0),
    incomplete: folders.some(({ result }) => result?.coverage.complete === false),
  };
}

/** What all folders together hold. */
export function summaryOf(workspace: Workspace, reports: Reports, stopped: boolean): ScanSummary {
  const results = workspace.folders().flatMap(({ result }) => result ?? []);
  return {
    files: results.reduce((sum, { coverage }) => sum + coverage.files, 0),
    findings: stories(reports),
    warnings: stories(reports, 'warning'),
    skipped: results.reduce((sum, { coverage }) => sum + coverage.skipped.length, 0),
    stopped,
  };
}

/** Results of one pipeline are one story; people count those. */
function stories(reports: Reports, level?: 'warning'): number {
  const found = reports.all().flatMap((report) => report.findings);
  return new Set(found.filter((finding) => !level || finding.level === level).map((finding) => finding.story)).size;
}
