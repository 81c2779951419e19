// The server as the extension sees it: started, stopped, restarted, also after it failed to start or has died.
import { type LogOutputChannel, l10n, window } from 'vscode';
import {
  type BaseLanguageClient,
  CloseAction,
  ErrorAction,
  type ErrorHandler,
  type LanguageClientOptions,
  State,
} from 'vscode-languageclient';
import type { StatusNotification, StatusParams } from '../../server/src/lsp/protocol.ts';
import { selector } from './languages.ts';
import type { Status } from './status.ts';

/** Makes a client that is not started. */
export type MakeClient = (id: string, name: string, options: LanguageClientOptions) => BaseLanguageClient;

/** The language server, whichever process it is at the moment. */
export interface Server {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops what runs, or what is left of it, and starts anew. Asked for again meanwhile, it does so once more, and once only. */
  restart(): Promise<void>;
  /** The client, once its server answers; undefined if that does not come to pass. */
  ready(): Promise<BaseLanguageClient | undefined>;
}

const statusMethod: StatusNotification['method'] = 'distillint/status';
// The library would start the same client again, in the background: one that we stop meanwhile comes up later, and is in the
// way of its successor. So it never does, and whoever restarts a server makes a new client.
const errorHandler: ErrorHandler = {
  error: (_error, _message, count) => ({
    action: (count ?? 0) <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
    handled: true,
  }),
  closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
};

// As many crashes in as much time end the attempts.
const crashes = 4;
const crashWindow = 3 * 60_000;
const startPatience = 5_000;

/** A server that is not started. */
export function createServer(makeClient: MakeClient, output: LogOutputChannel, status: Status): Server {
  let client: BaseLanguageClient | undefined;
  let starting: Promise<void> | undefined;
  let restarting: Promise<void> | undefined;
  let restartAgain: Promise<void> | undefined;
  let deaths: readonly number[] = [];

  const start = async (): Promise<void> => {
    status.starting();
    // The id is the prefix of our settings: the client library reads `<id>.trace.server` by itself.
    const made = makeClient('distillint', 'Distillint', {
      documentSelector: selector,
      outputChannel: output,
      errorHandler,
      // Restarts are ours: the library would offer its own message besides.
      initializationFailedHandler: () => false,
    });
    client = made;
    made.onNotification(statusMethod, (params: StatusParams) => status.show(params));
    made.onDidChangeState(({ newState }) => {
      if (client !== made || newState !== State.Stopped) return;
      status.stopped();
      void revive();
    });
    try {
      await made.start();
    } catch (error) {
      output.error(`The language server did not start: ${error instanceof Error ? error.message : error}`);
      status.stopped();
    }
  };

  const stop = async (): Promise<void> => {
    const old = client;
    client = undefined;
    // A client cannot be stopped while it starts. One that never does is left to the library, which ends its process.
    await Promise.race([starting, new Promise((resolve) => setTimeout(resolve, startPatience))]);
    try {
      await old?.dispose();
    } catch {
      // It was not running: failed, stuck, or dead.
    }
  };

  const restartNow = async (): Promise<void> => {
    await stop();
    starting = start();
    await starting;
  };

  const server: Server = {
    start() {
      starting ??= start();
      return starting;
    },
    stop,
    restart() {
      if (!restarting) {
        restarting = restartNow().finally(() => {
          restarting = undefined;
        });
        return restarting;
      }
      restartAgain ??= restarting.then(() => {
        restartAgain = undefined;
        return server.restart();
      });
      return restartAgain;
    },
    async ready() {
      await (restarting ?? starting);
      return client?.isRunning() ? client : undefined;
    },
  };
  return server;

  /** Starts a server that has died by itself, unless it does so again and again. */
  async function revive(): Promise<void> {
    const now = Date.now();
    deaths = [...deaths.filter((time) => now - time < crashWindow), now];
    if (deaths.length < crashes) return server.restart();
    deaths = [];
    await offerRestart();
  }

  async function offerRestart(): Promise<void> {
    const restart = l10n.t('Restart');
    const show = l10n.t('Show Output');
    const message = l10n.t('The Distillint language server has ended unexpectedly several times.');
    const choice = await window.showErrorMessage(message, restart, show);
    if (choice === restart) await server.restart();
    else if (choice === show) output.show();
  }
}
