// A source file as discovery finds it, and whether it is one after all once its bytes are there.
// The latter is asked only before a file is parsed: most files are read for their markers alone, and there even a glance at
// the first kilobyte would cost a quarter of the reading.
import { isBinary, unreadableByContent } from './exclusions.ts';
import type { Language } from './languages.ts';

/** A file to read. */
export interface SourceFile {
  readonly path: string;
  readonly language: Language;
  /** Whether it was named itself: it is then read whatever it looks like, and may be larger. */
  readonly named: boolean;
}

/** Why something was not read; `detail` of a `Skipped` says it in words. */
export type SkipReason =
  | 'ignored'
  | 'excluded'
  | 'foreign'
  | 'environment'
  | 'build-output'
  | 'declarations'
  | 'minified'
  | 'generated'
  | 'too-large'
  | 'binary'
  | 'unknown-language'
  | 'link'
  | 'outside'
  | 'broken'
  | 'unreadable';

/** A file, or a directory with all that is in it, that is not read. */
export interface Skipped {
  readonly path: string;
  readonly reason: SkipReason;
  readonly detail: string;
}

/** The largest source read by default, in bytes. */
export const MAX_FILE_SIZE = 1 << 20;
// Most of a notebook are outputs, which are dropped.
const MAX_NOTEBOOK_SIZE = 20 << 20;
// Dense code takes up to 300 times its size while it is parsed; beyond this the process would run out of memory.
const MAX_NAMED_SIZE = 4 << 20;

/** How many bytes a file may have, where `maxFileSize` holds for ordinary sources; one that was named may have more. */
export function sizeLimit({ language, named }: SourceFile, maxFileSize = MAX_FILE_SIZE): number {
  if (language === 'notebook') return MAX_NOTEBOOK_SIZE;
  return named ? Math.max(MAX_NAMED_SIZE, maxFileSize) : maxFileSize;
}

/** Why a file is not parsed, as far as its content tells; a file that was named is refused only where it is no text. */
export function checkContent(
  file: Pick<SourceFile, 'path' | 'language' | 'named'>,
  bytes: Uint8Array,
): Skipped | undefined {
  const isPlain = file.named || file.language === 'notebook';
  const reason = isPlain ? (isBinary(bytes) ? 'binary' : undefined) : unreadableByContent(bytes);
  return reason && { path: file.path, reason, detail: details[reason] };
}

const details: Readonly<Record<'binary' | 'minified' | 'generated', string>> = {
  binary: 'it is not text in UTF-8',
  minified: 'its lines are too long to be written by hand',
  generated: 'it says that a program wrote it',
};
