// Labels of real repositories: where a result is expected, and where something that looks like one must stay silent. The files
// that hold them lie outside of this repository; this is what is read of them.

/** A line of a file, or of a notebook's cell: cells count from 0, lines from 1. */
export type LabelLine = number | { readonly path?: string; readonly cell: number; readonly line: number };

/** The kinds of site: persisted, trained on, queried in bulk, reasoning captured, limits evaded, listed data set loaded. */
export type Category = 'A' | 'B' | 'C' | 'D' | 'E' | 'F';

/** A place where a result is expected. */
export interface Site {
  readonly category: string;
  readonly line: LabelLine;
  /** Lines that are as good. */
  readonly altLines?: readonly LabelLine[];
  readonly sourceLine?: LabelLine;
  readonly sourcePath?: string;
  readonly sinkLine?: LabelLine;
  readonly sinkPath?: string;
  /** How far the value goes: `intra`, `inter`, `cross-file`, `cross-process`. */
  readonly flow?: string;
  /** Why the site is hard to find, if it is. */
  readonly hard?: unknown;
  /** Counts neither way. */
  readonly borderline?: unknown;
  readonly rationale?: string;
}

/** A place that only looks like one. */
export interface Benign {
  readonly line: LabelLine;
  readonly why?: string;
  /** The categories that it looks like; every one where it does not say. */
  readonly mimics?: string;
  /** `info`: a note is not wrong there. */
  readonly tolerate?: 'none' | 'info';
  readonly ambiguous?: boolean;
}

/** The labels of one file. */
export interface LabelledFile {
  readonly repo: string;
  readonly kind: 'positive' | 'ordinary';
  /** Null for a repository that has no label and is scanned all the same. */
  readonly path: string | null;
  readonly language?: string;
  readonly sites?: readonly Site[];
  readonly benign?: readonly Benign[];
}

/** The repositories of a file of labels with their files, in the file's order. Throws where it is no list of such. */
export function labelsByRepository(text: string): ReadonlyMap<string, readonly LabelledFile[]> {
  const found = new Map<string, LabelledFile[]>();
  const files: unknown = JSON.parse(text);
  if (!Array.isArray(files)) throw new Error('a file of labels is a list of labelled files');
  files.forEach((file: LabelledFile, index) => {
    const isNamed =
      typeof file?.path === 'string' || ((file?.sites ?? []).length === 0 && (file?.benign ?? []).length === 0);
    if (typeof file?.repo !== 'string' || !isNamed)
      throw new Error(`entry ${index} names no repo, or no path for its labels`);
    const known = found.get(file.repo);
    if (known) known.push(file);
    else found.set(file.repo, [file]);
  });
  return found;
}
