// What was looked at, what was not and why: in words, and as plain data. Silence means nothing without it.
import type { Coverage, Skipped } from '../project.ts';
import { plural } from './report.ts';

/** A kind of reason for which something was not analysed. */
export interface SkipKind {
  readonly kind: string;
  /** Whether the user or the project's shape asked for it; what is not is missing from what was asked. */
  readonly intended: boolean;
}

// The words that the host has for what is not read, and whether nobody wants it read. What is not in the table was wanted.
const kinds: Readonly<Record<string, boolean>> = {
  ignored: true,
  excluded: true,
  foreign: true,
  environment: true,
  'build-output': true,
  declarations: true,
  minified: true,
  generated: true,
  'unknown-language': true,
  link: true,
  outside: true,
  'too-large': false,
  binary: false,
  broken: false,
  unreadable: false,
};

/** The kind of a skip: `reason` is a word for it, or begins with one and a colon. */
export function skipKind({ reason }: Skipped): SkipKind {
  const word = /^([a-z-]+)(?::|$)/.exec(reason)?.[1] ?? '';
  const kind = Object.hasOwn(kinds, word) ? word : 'unreadable';
  return { kind, intended: kinds[kind]! };
}

/** The files that were to be analysed and could not be. */
export function missing(coverage: Coverage): readonly Skipped[] {
  return coverage.skipped.filter((skipped) => !skipKind(skipped).intended);
}

/** Whether everything was analysed that was to be, within all bounds. */
export function isComplete(coverage: Coverage): boolean {
  return missing(coverage).length === 0 && coverage.gaps.length === 0 && coverage.bounds.length === 0;
}

/** How many were skipped for each kind of reason, the most frequent first. */
export function skipCounts(coverage: Coverage): readonly { readonly kind: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const skipped of coverage.skipped) {
    const { kind } = skipKind(skipped);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts]
    .map(([kind, count]) => ({ kind, count }))
    .sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
}

/** Coverage in one to four sentences. */
export function coverageSentences(coverage: Coverage): readonly string[] {
  const { files, bytes, parsed, origins, gaps, bounds } = coverage;
  const assumed = coverage.assumed.length - bounds.length;
  const sentences = [
    `Looked at ${plural(files, 'file')} (${sizeText(bytes)}); ${parsed.length} parsed, ${plural(origins, 'origin')} followed.`,
  ];
  const skips = skipCounts(coverage).map(({ kind, count }) => `${count} ${kind}`);
  if (skips.length > 0) sentences.push(`Not looked at: ${skips.join(', ')}.`);
  const partly = [
    gaps.length > 0 ? `${plural(gaps.length, 'file')} not wholly understood` : '',
    bounds.length > 0 ? `${plural(bounds.length, 'bound')} reached` : '',
  ].filter((part) => part !== '');
  if (partly.length > 0) sentences.push(`Coverage is partial: ${partly.join(', ')}.`);
  if (assumed > 0) sentences.push(`${plural(assumed, 'assumption')} on the way to what is found.`);
  return sentences;
}

/** `812 B`, `1.4 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
