// What a person sees of the work: the status notification, and the client's own progress display while a folder is read.
import type { Connection, InitializeParams, WorkDoneProgressReporter } from 'vscode-languageserver';
import type { StatusNotification, StatusParams } from './protocol.ts';
import type { Environment, Folder } from './workspace.ts';

/** Tells the client how the work goes. */
export interface ProgressDisplay {
  /** A load or a check begins, or has done a step. */
  progressed(folder: Folder): void;
  /** Nothing runs any more in a folder. */
  settled(folder: Folder): void;
}

const statusMethod: StatusNotification['method'] = 'distillint/status';
const statusInterval = 100;

/**
 * Shows progress. `status` sums up all folders; it is asked for only when a notification is sent.
 */
export function registerProgress(
  connection: Connection,
  initialize: InitializeParams,
  environment: Environment,
  status: () => StatusParams,
): ProgressDisplay {
  const shows = initialize.capabilities.window?.workDoneProgress === true;
  const loading = new Map<Folder, Promise<WorkDoneProgressReporter>>();
  const reporters = new Map<Folder, WorkDoneProgressReporter>();
  let lastSent = Number.NEGATIVE_INFINITY;

  const send = (): void => {
    lastSent = environment.now();
    void connection.sendNotification(statusMethod, status());
  };
  const begin = (folder: Folder): void => {
    const created = connection.window.createWorkDoneProgress().then((reporter) => {
      reporter.begin('Distillint', 0, undefined, false);
      reporters.set(folder, reporter);
      return reporter;
    });
    created.catch(() => {});
    loading.set(folder, created);
  };

  return {
    progressed(folder) {
      // Only a load is worth the client's display: checks after an edit are too short, and would flicker.
      if (shows && folder.progress?.phase === 'reading' && !loading.has(folder)) begin(folder);
      if (environment.now() - lastSent < statusInterval) return;
      send();
      if (folder.progress) reporters.get(folder)?.report(percentage(folder.progress), describe(folder.progress));
    },
    settled(folder) {
      // The client may not have answered yet that it made the display.
      void loading.get(folder)?.then(
        (reporter) => reporter.done(),
        () => {},
      );
      loading.delete(folder);
      reporters.delete(folder);
      send();
    },
  };
}

/** How far, for a progress bar. The total grows while values reach more files, so this may go back. */
export function percentage(progress: { readonly done: number; readonly total: number }): number {
  return progress.total === 0 ? 0 : Math.min(99, Math.floor((100 * progress.done) / progress.total));
}

/** How far, in words. */
export function describe(progress: { readonly phase: string; readonly done: number; readonly total: number }): string {
  return progress.total === 0 ? progress.phase : `${progress.phase} ${progress.done}/${progress.total}`;
}
