// The folders of the workspace: one project each, checked again after every change. The only place that runs a project.
// A check runs in slices between messages; a newer change drops it and begins another, which finds finished work remembered.
import { isWithin } from '../host/paths.ts';
import type { CheckResult, Progress, Project } from '../project.ts';
import { defaultSettings } from './configuration.ts';
import { parseUri, pathOfUri } from './uris.ts';

/**
 * A project and where its text comes from. The door makes one for each folder; `lsp` knows no file system.
 */
export interface WorkspaceProject {
  readonly project: Project;
  /**
   * Finds and reads the files of the folder and gives them to the project, also again later: afterwards the project holds
   * what is on disk then, below what is laid over it. Asynchronous steps are for hosts whose files are.
   */
  load(): Generator<Progress, void> | AsyncGenerator<Progress, void>;
  /**
   * Lays the text of an open document over the file, or takes it away again (`undefined`): what is on disk then counts.
   * What the folder's configuration excludes stays excluded.
   */
  overlay(path: string, text: string | undefined): void;
  /** These files or directories were made, changed or removed on disk. Overlays stay on top. */
  reread(paths: readonly string[]): void;
}

/** What a project is made with. */
export interface ProjectOptions {
  /** Files with more bytes are skipped. */
  readonly maxFileSize: number;
}

/**
 * Makes the project of a folder. Without a folder: a project of nothing but what is laid over it, for documents that belong
 * to no folder.
 */
export type CreateWorkspaceProject = (folder: string | undefined, options: ProjectOptions) => WorkspaceProject;

/** What the door gives: how to make projects, and how to share the thread with messages. */
export interface Environment {
  readonly version: string;
  readonly createWorkspaceProject: CreateWorkspaceProject;
  /** Rules that nobody asked for are not shown: these have to be turned on. */
  readonly offByDefault: ReadonlySet<string>;
  /** Resolves after waiting messages were handled. */
  readonly pause: () => Promise<void>;
  /** A clock in milliseconds. */
  readonly now: () => number;
}

/** A folder and the state of its project. */
export interface Folder {
  /** As the client wrote it; undefined for the one that holds documents outside of all folders. */
  readonly uri: string | undefined;
  readonly path: string | undefined;
  readonly files: WorkspaceProject;
  /** Whether it is checked at all. */
  enabled: boolean;
  /** The last finished check. After a change its positions may be off until the next one has finished. */
  result: CheckResult | undefined;
  /** While a load or a check runs. */
  progress: Progress | undefined;
  /** Whether the last check ended in an error of ours. */
  failed: boolean;
  /** Grows with every change. */
  generation: number;
  mustLoad: boolean;
  running: boolean;
  /** Asks what runs to end without a result. */
  halted: boolean;
  /** Called once nothing runs any more. */
  waiting: (() => void)[];
}

/** What the owner of a workspace is told. */
export interface WorkspaceListener {
  /** A load or a check begins, or has done a step. */
  progressed(folder: Folder): void;
  /** Nothing runs any more: there is a new `result`, or the check failed or was stopped. */
  settled(folder: Folder): void;
  /** An error of ours. */
  error(what: string, error: unknown): void;
}

/** All folders, and the documents that belong to none. */
export interface Workspace {
  folders(): readonly Folder[];
  /**
   * The folder of a document: the innermost that holds it, or the one for documents outside of all folders. Undefined for
   * documents that are no file to check: other schemes than the folders' show old or made-up versions of files (git, chat).
   */
  folderOf(uri: string): Folder | undefined;
  /** Adds a folder, or returns the one that is there; undefined for a URI without a path. */
  add(uri: string, options: ProjectOptions, enabled: boolean): Folder | undefined;
  remove(uri: string): void;
  /** Says that something was laid over or reread: check again. With `load`: read everything from disk again first. */
  changed(folder: Folder, how?: { readonly load: boolean }): void;
  /** Ends the running load or check, keeping the last result. */
  stop(folder: Folder): void;
  /** Turns checking a folder on or off. */
  enable(folder: Folder, enabled: boolean): void;
  /** Resolves when nothing runs in a folder, or when `token` is cancelled. */
  settled(folder: Folder, token?: Token): Promise<void>;
}

/** What is needed of a cancellation token. */
export interface Token {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): void };
}

// How long a check may keep messages waiting: well below what a person notices, well above what a pause costs.
const sliceMilliseconds = 10;

/** A workspace without folders. */
export function createWorkspace(environment: Environment, listener: WorkspaceListener): Workspace {
  let folders: readonly Folder[] = [];
  const loose = makeFolder(environment, undefined, { maxFileSize: defaultSettings.maxFileSize });

  const start = (folder: Folder): void => {
    if (folder.enabled && !folder.running) void run(folder, environment, listener);
  };

  return {
    folders: () => [...folders, loose],
    folderOf(uri) {
      let innermost: Folder | undefined;
      for (const folder of folders) {
        if (!holds(folder, uri)) continue;
        if (folder.path!.length > (innermost?.path?.length ?? -1)) innermost = folder;
      }
      return innermost ?? (isOrdinary(uri) ? loose : undefined);
    },
    add(uri, options, enabled) {
      const known = folders.find((folder) => folder.uri === uri);
      if (known || pathOfUri(uri) === undefined) return known;
      const folder = { ...makeFolder(environment, uri, options), enabled };
      folders = [...folders, folder];
      start(folder);
      return folder;
    },
    remove(uri) {
      const folder = folders.find((candidate) => candidate.uri === uri);
      if (!folder) return;
      folder.enabled = false;
      folder.halted = true;
      folders = folders.filter((candidate) => candidate !== folder);
    },
    changed(folder, how) {
      folder.generation++;
      if (how?.load && folder.path !== undefined) folder.mustLoad = true;
      start(folder);
    },
    stop(folder) {
      if (folder.running) folder.halted = true;
    },
    enable(folder, enabled) {
      if (folder.enabled === enabled) return;
      folder.enabled = enabled;
      folder.halted = !enabled && folder.running;
      if (enabled) return start(folder);
      folder.result = undefined;
      folder.failed = false;
      // What is on disk may change unseen until the folder is turned on again.
      folder.mustLoad = folder.path !== undefined;
      if (!folder.running) listener.settled(folder);
    },
    settled(folder, token) {
      if (!folder.running || token?.isCancellationRequested) return Promise.resolve();
      return new Promise((resolve) => {
        const subscription = token?.onCancellationRequested(resolve);
        folder.waiting.push(() => {
          subscription?.dispose();
          resolve();
        });
      });
    },
  };
}

function makeFolder(environment: Environment, uri: string | undefined, options: ProjectOptions): Folder {
  const path = uri === undefined ? undefined : pathOfUri(uri);
  return {
    uri,
    path,
    files: environment.createWorkspaceProject(path, options),
    enabled: true,
    result: undefined,
    progress: undefined,
    failed: false,
    generation: 0,
    mustLoad: path !== undefined,
    running: false,
    halted: false,
    waiting: [],
  };
}

function holds(folder: Folder, uri: string): boolean {
  const path = pathOfUri(uri);
  if (folder.uri === undefined || folder.path === undefined || path === undefined) return false;
  const [its, other] = [parseUri(folder.uri), parseUri(uri)];
  return its?.scheme === other?.scheme && its?.authority === other?.authority && isWithin(path, folder.path);
}

function isOrdinary(uri: string): boolean {
  const scheme = parseUri(uri)?.scheme;
  return scheme === 'file' || scheme === 'untitled';
}

async function run(folder: Folder, environment: Environment, listener: WorkspaceListener): Promise<void> {
  folder.running = true;
  folder.halted = false;
  // Changes come in bursts (a window that opens with twenty documents): take them together.
  await environment.pause();
  let again = true;
  while (again && !folder.halted) {
    const { generation } = folder;
    try {
      again = !(await loadAndCheck(folder, environment, listener));
    } catch (error) {
      folder.failed = true;
      // What broke may be what was changed since.
      again = folder.generation !== generation;
      listener.error(`checking ${folder.uri ?? 'single files'} failed`, error);
    }
  }
  folder.running = false;
  folder.progress = undefined;
  const { waiting } = folder;
  folder.waiting = [];
  for (const resolve of waiting) resolve();
  listener.settled(folder);
}

/** One load, where it is due, and one check. Returns false if a change came in between, so that it has to be done again. */
async function loadAndCheck(folder: Folder, environment: Environment, listener: WorkspaceListener): Promise<boolean> {
  const report = (progress: Progress): void => {
    folder.progress = progress;
    listener.progressed(folder);
  };
  if (folder.mustLoad) {
    folder.mustLoad = false;
    report({ phase: 'reading', done: 0, total: 0, path: undefined });
    const isStale = () => folder.halted || folder.mustLoad;
    if (!(await inSlices(folder.files.load(), isStale, environment, report))) return false;
  }
  const { generation } = folder;
  const isStale = () => folder.halted || folder.generation !== generation;
  const checked = await inSlices(folder.files.project.check(), isStale, environment, report);
  if (!checked) return false;
  folder.result = checked.result;
  folder.failed = false;
  return true;
}

/** Runs steps to their end, letting messages in between; undefined where they became stale before. */
async function inSlices<R>(
  steps: Generator<Progress, R> | AsyncGenerator<Progress, R>,
  isStale: () => boolean,
  environment: Environment,
  report: (progress: Progress) => void,
): Promise<{ readonly result: R } | undefined> {
  let sliceEnd = environment.now() + sliceMilliseconds;
  for (;;) {
    const next = steps.next();
    const step = next instanceof Promise ? await next : next;
    if (step.done) return { result: step.value };
    report(step.value);
    if (environment.now() < sliceEnd) continue;
    await environment.pause();
    if (isStale()) {
      await steps.return(undefined as R);
      return undefined;
    }
    sliceEnd = environment.now() + sliceMilliseconds;
  }
}
