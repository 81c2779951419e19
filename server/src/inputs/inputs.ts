// What answers are found from: the graphs of files, and the questions of the workspace with their answers. After an edit each of
// them is brought up to date once, and what was found from one that is another now is told so.
import { addTo } from '../base/groups.ts';
import type { Input, Tracing } from '../flow/traces.ts';
import type { ModuleGraph } from '../graph/graph.ts';
import type { FileFacts, ModuleResolver } from './files.ts';
import { createReading, type Reading } from './reading.ts';
import { createView, type Question, type QuestionKind, type View } from './view.ts';

/** A question of the workspace that was asked, and its answer, which changes with edits. */
export interface Answered {
  readonly question: Question;
  readonly input: Input;
  answer: string;
}

export interface Inputs {
  /** The workspace as it is after all edits. What was found from something that they changed is broken then. */
  settle(): View;
  /** A file was added, changed or removed; its facts are up to date. */
  edited(path: string): void;
  /** Files came or went, or imports may mean others than before: `settle` gives another view. */
  renew(): void;
  question(kind: QuestionKind, path: string, name: string): Answered;
  /** A file as it is parsed; `cause` is that of whoever reads it first. */
  reading(path: string, cause: string): Reading;
  /** Whoever asked until now is gone, and may be forgotten. */
  forgetAskers(): void;
  /** The graph of a file, parsed if need be. */
  graphOf(file: FileFacts): ModuleGraph;
}

/** Kinds of questions that an edit may change the answers of, asked of the edited file alone. */
const ofTexts: ReadonlySet<QuestionKind> = new Set(['importers', 'holders', 'reexporters']);

/** Keeps what answers are found from, in a workspace of `files`. */
export function createInputs(
  files: ReadonlyMap<string, FileFacts>,
  resolver: (paths: ReadonlySet<string>) => ModuleResolver,
  tracing: Tracing,
): Inputs {
  /** Files that answers were found from, with the hash of their text; and graphs of others. */
  const readings = new Map<string, { readonly reading: Reading; hash: string }>();
  const graphs = new Map<string, ModuleGraph>();
  const questions = new Map<string, Answered>();
  /** Questions about who imports a file, by that file; and who mentions a name. */
  const aboutImports = new Map<string, Answered[]>();
  const aboutNames: Answered[] = [];
  const edits = new Set<string>();
  let view: View | undefined;

  function graphOf(file: FileFacts): ModuleGraph {
    settle();
    const known = readings.get(file.path)?.reading.graph ?? graphs.get(file.path);
    if (known) return known;
    const graph = file.lower();
    graphs.set(file.path, graph);
    return graph;
  }

  function settle(): View {
    if (view && edits.size === 0) return view;
    if (view) askAgain(view);
    else {
      view = createView(resolver(new Set(files.keys())), files);
      askAllAgain(view);
    }
    for (const path of edits) readAgain(path);
    edits.clear();
    return view;
  }

  /** Asks what the edits may have changed. */
  function askAgain(view: View): void {
    for (const path of edits) {
      // Whether others are among the importers of a file has not changed, and they may be thousands.
      const line = `\n${path}\n`;
      for (const about of view.edited(path))
        for (const asked of aboutImports.get(about) ?? []) {
          const wasAmong = `\n${asked.answer}\n`.includes(line);
          if (wasAmong !== view.isImporter(path, asked.question)) compare(view, asked);
        }
    }
    for (const asked of aboutNames) compare(view, asked);
  }

  function askAllAgain(view: View): void {
    const all = [...questions.values()];
    questions.clear();
    aboutImports.clear();
    aboutNames.length = 0;
    for (const asked of all) {
      const { path } = asked.question;
      if (path !== '' && !files.has(path)) tracing.changed(asked.input);
      else {
        keep(asked);
        compare(view, asked);
      }
    }
  }

  function compare(view: View, asked: Answered): void {
    const answer = view.answer(asked.question);
    if (answer === asked.answer) return;
    asked.answer = answer;
    tracing.changed(asked.input);
  }

  function readAgain(path: string): void {
    graphs.delete(path);
    const known = readings.get(path);
    if (!known) return;
    const file = files.get(path);
    if (!file) {
      known.reading.gone();
      readings.delete(path);
    } else if (file.hash !== known.hash) {
      known.hash = file.hash;
      known.reading.edited(file.lower());
    }
  }

  function keep(asked: Answered): void {
    const { kind, path, name } = asked.question;
    questions.set(keyOf(kind, path, name), asked);
    if (kind === 'mentioning') aboutNames.push(asked);
    else if (ofTexts.has(kind)) addTo(aboutImports, path, asked);
  }

  return {
    settle,
    edited: (path) => edits.add(path),
    renew() {
      view = undefined;
    },
    question(kind, path, name) {
      let asked = questions.get(keyOf(kind, path, name));
      if (!asked) {
        const question = { kind, path, name };
        asked = { question, input: tracing.input(), answer: settle().answer(question) };
        keep(asked);
      }
      return asked;
    },
    reading(path, cause) {
      let known = readings.get(path);
      if (!known) {
        const file = files.get(path)!;
        const reading = createReading({ path, cause }, graphOf(file), tracing);
        known = { reading, hash: file.hash };
        readings.set(path, known);
        graphs.delete(path);
      }
      return known.reading;
    },
    forgetAskers() {
      for (const { reading } of readings.values()) reading.forgetAskers();
    },
    graphOf,
  };
}

function keyOf(kind: QuestionKind, path: string, name: string): string {
  return `${kind}\n${path}\n${name}`;
}
