// What client and server say to each other beyond the Language Server Protocol. Types only: the client is another bundle and
// takes nothing else from here. A method is a literal type, so that a name spelled differently on one side does not compile.

/**
 * Server to client, a notification: how the server is, for the language status item. Sent when a check begins or ends, and
 * at most ten times a second while one runs. A client that does not know it may ignore it.
 */
export interface StatusNotification {
  readonly method: 'distillint/status';
  readonly params: StatusParams;
}

/** How the server is: the worst state of all folders counts, and numbers are sums over them. */
export interface StatusParams {
  /** `failed`: a check ended with an error of ours, which is in the log; findings are those of the check before. */
  readonly state: 'idle' | 'busy' | 'failed';
  /** What is being done, while busy. */
  readonly phase: 'reading' | 'searching' | 'judging' | undefined;
  readonly done: number;
  readonly total: number;
  /** Findings shown in the editor. */
  readonly findings: number;
  /** Files of which no more than the name is known, because they were skipped or could not be read. */
  readonly skipped: number;
  /** Whether a bound was reached, so that there may be more to find. */
  readonly incomplete: boolean;
}

/**
 * Client to server, a request: read every folder from disk again and check it. Answered when that is done. Progress goes to
 * `workDoneToken`; cancelling the request stops the check and keeps the findings there were.
 */
export interface ScanRequest {
  readonly method: 'distillint/scan';
  readonly params: ScanParams;
  readonly result: ScanSummary;
}

/** Where to report progress; a token that the client made. */
export interface ScanParams {
  readonly workDoneToken?: string | number;
}

/** What a scan found, over all folders. */
export interface ScanSummary {
  readonly files: number;
  readonly findings: number;
  readonly warnings: number;
  readonly skipped: number;
  /** Whether the scan was cancelled or failed before its end. */
  readonly stopped: boolean;
}

/**
 * The settings of a folder, the section `distillint` of the client's configuration. `maxFileSize` is the window's, the others
 * may differ between folders. A client without `workspace/configuration` gives them as `settings` in its initialization
 * options, or in `workspace/didChangeConfiguration`.
 */
export interface Settings {
  readonly enable: boolean;
  readonly minConfidence: 'high' | 'medium' | 'low';
  readonly maxFileSize: number;
}

/**
 * The `data` of a diagnostic, for programs: what identifies its finding from one check to the next wherever its lines have
 * moved, and what the message says in words. Ids are those of the rules' data.
 */
export interface DiagnosticData {
  readonly fingerprint: string;
  readonly provider: string;
  readonly author: string;
  readonly model?: string;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly level: 'warning' | 'note';
  readonly stance: string;
  /** Of what is asked in bulk how often, the outermost factor first, `?` for what is not known: `?×4`. */
  readonly calls?: string;
  /** How many of those calls run at once, where several do; `?` where that is not known. */
  readonly atOnce?: string;
}

/**
 * Executed by the server (`workspace/executeCommand`) so that any client can offer it: opens a clause's document, its only
 * argument, through `window/showDocument`.
 */
export type OpenClauseCommand = 'distillint.openClause';
