// What the analysis needs to know of a file, and of what its imports mean. Made by the host.
import type { Ecosystem } from '../catalog/model.ts';
import type { ModuleGraph } from '../graph/graph.ts';

/** Where an offset of the analysed text lies in a notebook. `cell` counts from 0 over all cells; lines and columns from 1. */
export interface NotebookPosition {
  readonly cell: number;
  readonly line: number;
  readonly column: number;
  readonly fileLine: number;
  readonly fileColumn: number;
}

/** The text that positions of findings refer to: offsets in a finding are UTF-16 offsets into `text`. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
  /** Notebooks only. */
  readonly locate: ((offset: number) => NotebookPosition) | undefined;
}

/** A module that a file may import. */
export interface Imported {
  /** As `ModuleResolver.resolve` takes it. */
  readonly specifier: string;
  /** The names that are taken from it; undefined where any may be, because the module itself is bound. */
  readonly names: readonly string[] | undefined;
  /** Whether it is imported as the module that it is, by a statement that takes no names (Python). */
  readonly whole: boolean;
}

/** What can be known of a file without parsing it, and how to parse it. Made by the host. */
export interface FileFacts {
  readonly path: string;
  /** Bytes read. */
  readonly size: number;
  readonly hash: string;
  readonly ecosystem: Ecosystem;
  /** Whether a marker of the catalog occurs. */
  readonly marked: boolean;
  readonly imports: readonly Imported[];
  /** Whether names of other modules may leave it that it binds no value to. */
  readonly reexports: boolean;
  /** Whether it mentions a name: an identifier or the name of a file, with `{}` for what is not constant; `*`: star imports. */
  mentions(name: string): boolean;
  source(): SourceText;
  lower(): ModuleGraph;
}

/** Answers which file an import means. */
export interface ModuleResolver {
  resolve(from: string, specifier: string, ecosystem: Ecosystem): string | undefined;
  submodule(path: string, name: string): string | undefined;
}
