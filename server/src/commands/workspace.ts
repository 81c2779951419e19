// What a scan needs of a workspace: to have it read, checked, and asked about. The door gives the real one.
import type { Progress, Project } from '../project.ts';
import type { Mistake } from '../report/report.ts';

/** A workspace that can be read and checked. */
export interface OpenedWorkspace {
  readonly project: Pick<Project, 'check' | 'source' | 'graph' | 'matches'>;
  /** Reads what is to be checked. */
  load(): Generator<Progress, void>;
  /** Mistakes in configuration and own rules, complete after `load`. What is right in them still counts. */
  readonly mistakes?: readonly Mistake[];
}

/** Opens the directories and files `roots`: absolute, '/'-separated, all of them there. `rules`: those asked for by name. */
export type OpenWorkspace = (roots: readonly string[], rules?: readonly string[]) => Promise<OpenedWorkspace>;
