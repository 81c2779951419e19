// The one stateful object: the files of a workspace, what each became, and what was found. Command line, server and tests all
// drive it the same way: `update` says what changed, `check` does the work in small steps, `findings` are plain data.
import type { Finding } from './policy/finding.ts';

/** One file that was added, changed (`text` as analysed, see host/container) or removed (`bytes` undefined). */
export interface Change {
  /** Absolute, '/'-separated. */
  readonly path: string;
  readonly bytes: Uint8Array | undefined;
}

/** How far a check has come. `total` may grow while values reach more files. */
export interface Progress {
  readonly phase: 'reading' | 'parsing' | 'searching' | 'judging';
  readonly done: number;
  readonly total: number;
  readonly path: string | undefined;
}

/** A file that was not analysed, or only in part, and why. */
export interface Skipped {
  readonly path: string;
  readonly reason: string;
}

/** What a check saw; every report shows it. */
export interface Coverage {
  readonly files: number;
  readonly bytes: number;
  readonly parsed: readonly { readonly path: string; readonly cause: string }[];
  readonly skipped: readonly Skipped[];
  /** Files with text that the parser did not understand. */
  readonly gaps: readonly { readonly path: string; readonly count: number }[];
  readonly origins: number;
  /** Bounds that were reached, and unresolved callees on the way: what was assumed. */
  readonly assumed: readonly string[];
  readonly complete: boolean;
}

export interface CheckResult {
  readonly findings: readonly Finding[];
  readonly coverage: Coverage;
}

/** The text that positions of findings refer to: offsets in a finding are UTF-16 offsets into `text`. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
  /** Notebooks: where an offset lies. Absent for plain files. */
  readonly locate: ((offset: number) => { cell: number; line: number; column: number; fileLine: number; fileColumn: number }) | undefined;
}

export interface Project {
  update(changes: readonly Change[]): void;
  /** Yields after each unit of work. Dropping the generator loses nothing: finished units are remembered. */
  check(): Generator<Progress, CheckResult>;
  source(path: string): SourceText | undefined;
}
