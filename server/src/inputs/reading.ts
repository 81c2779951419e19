// One parsed file, as far as answers were found from it: its graph, and inputs for the parts of the graph. After an edit the graph
// keeps the numbers of the one before, so that answers can name its nodes, and only what was found from parts that are not what
// they were is broken.
import { fieldsSaid } from '../flow/fields.ts';
import type { GraphQuestion } from '../flow/program.ts';
import type { Input, Tracing } from '../flow/traces.ts';
import { differenceOf } from '../graph/difference.ts';
import type { ModuleGraph } from '../graph/graph.ts';
import { PAGE, renumber } from '../graph/renumber.ts';

export interface Reading {
  readonly graph: ModuleGraph;
  /** The input of the whole graph. */
  readonly whole: Input;
  readonly imports: Input;
  readonly exports: Input;
  /** The input of a node, for who goes back from it; the nodes of a page share theirs, since a search passes most of them. */
  behind(node: number): Input;
  /** The input of a node, for who goes forward from it. */
  around(node: number): Input;
  /** The input of the fields that a function reads and sets. */
  fields(fn: number): Input;
  /** The input of the global of a name. */
  global(name: string): Input;
  /** What a question of the graph alone finds, with its input. */
  found<T>(key: string, find: GraphQuestion<T>): Found<T>;
  /** The file has another text, of which `lowered` was made. */
  edited(lowered: ModuleGraph): void;
  /** Whoever asked questions is gone: what was found stays, and is not found again after an edit. A question holds on to all that
   * was known where it was asked, which is an analysis. */
  forgetAskers(): void;
  /** The file is no more. */
  gone(): void;
}

/** What a question of a graph alone finds, which changes with edits. */
export interface Found<T> {
  readonly input: Input;
  /** The question as it was asked last; undefined if whoever asked is gone. */
  find: GraphQuestion<T> | undefined;
  found: T;
}

/** Begins to keep a file. `file` says why it is read. */
export function createReading(file: NonNullable<Input['file']>, lowered: ModuleGraph, tracing: Tracing): Reading {
  let graph = lowered;
  const whole = tracing.input(file);
  const imports = tracing.input(file);
  const exports = tracing.input(file);
  const behind: Input[] = [];
  const around: Input[] = [];
  const fields = new Map<number, Input>();
  const globals = new Map<string, Input>();
  const questions = new Map<string, Found<unknown>>();

  function of<K>(inputs: Map<K, Input>, key: K): Input {
    let input = inputs.get(key);
    if (!input) {
      input = tracing.input(file);
      inputs.set(key, input);
    }
    return input;
  }

  /** Tells who looked at one of the nodes that are set in `differs`. */
  function tell(pages: readonly (Input | undefined)[], differs: Uint8Array): void {
    pages.forEach((input, page) => {
      if (input && differs.subarray(page << PAGE, (page + 1) << PAGE).includes(1)) tracing.changed(input);
    });
  }

  function forgetQuestions(): void {
    for (const { input } of questions.values()) tracing.changed(input);
    questions.clear();
  }

  return {
    get graph() {
      return graph;
    },
    whole,
    imports,
    exports,
    behind(node) {
      behind[node >> PAGE] ??= tracing.input(file);
      return behind[node >> PAGE]!;
    },
    around(node) {
      around[node >> PAGE] ??= tracing.input(file);
      return around[node >> PAGE]!;
    },
    fields: (fn) => of(fields, fn),
    global: (name) => of(globals, name),
    found<T>(key: string, find: GraphQuestion<T>) {
      // Whoever asks under a key asks the same.
      let known = questions.get(key) as Found<T> | undefined;
      if (known) known.find = find;
      else {
        known = { input: tracing.input(file), find, found: find(graph) };
        questions.set(key, known);
      }
      return known;
    },
    edited(lowered) {
      const before = graph;
      graph = renumber(lowered, before);
      const difference = differenceOf(before, graph);
      tracing.changed(whole);
      if (difference.imports) tracing.changed(imports);
      if (difference.exports) tracing.changed(exports);
      tell(behind, difference.behind);
      tell(around, difference.around);
      for (const [name, input] of globals) if (difference.globals.has(name)) tracing.changed(input);
      for (const [fn, input] of fields)
        if (difference.functions.has(fn) && fieldsSaid(before, fn) !== fieldsSaid(graph, fn)) tracing.changed(input);
      // Questions speak of nodes by their numbers, which mean nothing in a graph that could not be given those of the one before.
      if (graph.kinds.length < before.kinds.length) forgetQuestions();
      for (const [key, known] of questions) {
        if (known.find === undefined) tracing.changed(known.input);
        if (known.find === undefined || known.input.dependents === undefined) {
          questions.delete(key);
          continue;
        }
        const text = JSON.stringify(known.found);
        known.found = known.find(graph);
        if (JSON.stringify(known.found) !== text) tracing.changed(known.input);
      }
    },
    forgetAskers() {
      for (const known of questions.values()) known.find = undefined;
    },
    gone() {
      forgetQuestions();
      const pages = [...behind, ...around].filter((input) => input !== undefined);
      for (const input of [whole, imports, exports, ...pages, ...fields.values(), ...globals.values()])
        tracing.changed(input);
    },
  };
}
