// The language status item: what the server does, beside the language's name in the status bar.
import { type LanguageStatusItem, LanguageStatusSeverity, l10n } from 'vscode';
import type { StatusParams } from '../../server/src/lsp/protocol.ts';

/** Shows how the server is. */
export interface Status {
  starting(): void;
  stopped(): void;
  show(status: StatusParams): void;
}

/** Shows the server in `item`. */
export function createStatus(item: LanguageStatusItem): Status {
  const show = (severity: LanguageStatusSeverity, text: string, detail: string, busy = false): void => {
    const failed = severity === LanguageStatusSeverity.Error;
    Object.assign(item, { severity, text, detail, busy });
    item.command = failed
      ? { command: 'distillint.restartServer', title: l10n.t('Restart') }
      : { command: 'distillint.showOutput', title: l10n.t('Show Output') };
  };
  const { Information, Warning, Error: Failure } = LanguageStatusSeverity;
  item.name = 'Distillint';
  return {
    starting: () => show(Information, 'Distillint', l10n.t('starting'), true),
    stopped: () => show(Failure, 'Distillint', l10n.t('The language server is not running.')),
    show(status) {
      if (status.state === 'busy') return show(Information, 'Distillint', progress(status), true);
      const detail = found(status.findings);
      if (status.state === 'failed')
        return show(Failure, 'Distillint', l10n.t('The last check failed; see the output.'));
      if (!status.incomplete) return show(Information, 'Distillint', detail);
      show(Warning, 'Distillint', l10n.t('{0}; parts were not looked at: see the output', detail));
    },
  };
}

function progress({ phase, done, total }: StatusParams): string {
  const counts = total > 0 ? ` ${done}/${total}` : '';
  if (phase === 'reading') return l10n.t('reading files{0}', counts);
  return l10n.t('checking{0}', counts);
}

function found(count: number): string {
  if (count === 0) return l10n.t('no findings');
  return count === 1 ? l10n.t('1 finding') : l10n.t('{0} findings', count);
}
