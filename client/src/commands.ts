// The commands of the palette that the client runs itself; what edits files or opens documents is the server's.
import { commands, type Disposable, type LogOutputChannel, l10n, ProgressLocation, window } from 'vscode';
import { WorkDoneProgress } from 'vscode-languageclient';
import type { ScanRequest } from '../../server/src/lsp/protocol.ts';
import type { Server } from './server.ts';

const scanMethod: ScanRequest['method'] = 'distillint/scan';

/** Registers the commands. */
export function registerCommands(server: Server, output: LogOutputChannel): Disposable[] {
  return [
    commands.registerCommand('distillint.restartServer', () => server.restart()),
    commands.registerCommand('distillint.showOutput', () => output.show()),
    commands.registerCommand('distillint.scanWorkspace', () => scanWorkspace(server, output)),
  ];
}

let scans = 0;

async function scanWorkspace(server: Server, output: LogOutputChannel): Promise<ScanRequest['result'] | undefined> {
  const client = await server.ready();
  if (!client) {
    const restart = l10n.t('Restart');
    const choice = await window.showErrorMessage(l10n.t('The language server is not running.'), restart);
    if (choice === restart) await server.restart();
    return undefined;
  }
  const workDoneToken = `distillint-scan-${++scans}`;
  const summary = await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Scanning the workspace'), cancellable: true },
    async (display, token): Promise<ScanRequest['result']> => {
      let shown = 0;
      const listening = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
        if (value.kind !== 'report') return;
        const increment = Math.max(0, (value.percentage ?? 0) - shown);
        shown += increment;
        display.report({ increment, ...(value.message === undefined ? {} : { message: value.message }) });
      });
      try {
        return await client.sendRequest<ScanRequest['result']>(scanMethod, { workDoneToken }, token);
      } finally {
        listening.dispose();
      }
    },
  );
  output.info(`scanned ${summary.files} files: ${summary.findings} findings, ${summary.skipped} skipped`);
  await show(summary, output);
  return summary;
}

async function show(summary: ScanRequest['result'], output: LogOutputChannel): Promise<void> {
  if (summary.stopped) return;
  if (summary.findings > 0) {
    await commands.executeCommand('workbench.actions.view.problems');
    return;
  }
  const more = l10n.t('Show Output');
  // Not awaited by the command: the message may stay for long.
  void window.showInformationMessage(l10n.t('No findings in {0} files.', summary.files), more).then((choice) => {
    if (choice === more) output.show();
  });
}
