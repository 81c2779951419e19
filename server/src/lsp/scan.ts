// The request to read and check everything again, with progress and an answer for the person who asked.
import type { CancellationToken, Connection } from 'vscode-languageserver';
import { describe, percentage } from './progress.ts';
import type { ScanParams, ScanRequest } from './protocol.ts';
import type { Reports } from './reports.ts';
import { summaryOf } from './status.ts';
import type { Workspace } from './workspace.ts';

const method: ScanRequest['method'] = 'distillint/scan';
const reportInterval = 100;

/** Answers scan requests. */
export function registerScan(
  connection: Connection,
  workspace: Workspace,
  reports: Reports,
  ready: Promise<void>,
): void {
  connection.onRequest(method, async (params: ScanParams | undefined, token: CancellationToken) => {
    await ready;
    const reporter = connection.window.attachWorkDoneProgress(params?.workDoneToken);
    reporter.begin('Distillint', 0, undefined, true);
    const folders = workspace.folders().filter((folder) => folder.enabled);
    for (const folder of folders) workspace.changed(folder, { load: true });
    const timer = setInterval(() => {
      const running = folders.find((folder) => folder.progress)?.progress;
      if (running) reporter.report(percentage(running), describe(running));
    }, reportInterval);
    const cancelled = token.onCancellationRequested(() => {
      for (const folder of folders) workspace.stop(folder);
    });
    try {
      await Promise.all(folders.map((folder) => workspace.settled(folder)));
    } finally {
      clearInterval(timer);
      cancelled.dispose();
      reporter.done();
    }
    const stopped = token.isCancellationRequested || folders.some((folder) => folder.failed);
    return summaryOf(workspace, reports, stopped);
  });
}
