// A recording for whoever checks once. It tells no change from another: each breaks all that was found before. What it keeps is
// a list of files, where the recording for edits (`traces.ts`) keeps what every answer was found from, a tenth of the memory
// of a large workspace.
import { type Input, merged, NO_INPUTS, NO_PARTS, type Trace, type Tracing } from './traces.ts';

/** An answer that is being found. */
interface Open {
  /** Whether it looked at anything that may change. */
  looked: boolean;
  cuts: ReadonlySet<string> | undefined;
  readonly outer: Open | undefined;
}

/** Creates a recording by which everything is found anew after any change. */
export function createCoarseTracing(): Tracing {
  let current: Open | undefined;
  /** All traces since the last change. Answers that left out the same share theirs. */
  const traces = new Map<ReadonlySet<string> | undefined, Trace>();
  /** One for each file that may be read, and one for all questions. */
  const inputs = new Map<Input['file'], Input>();
  /** The files that were read since the last change, with the cause that they were read for first. */
  const read = new Map<string, string>();

  function open(): void {
    current = { looked: false, cuts: undefined, outer: current };
  }

  function cut(more: ReadonlySet<string>): void {
    if (current) current.cuts = merged(current.cuts, more);
  }

  return {
    begin() {
      current = undefined;
      open();
    },
    open,
    close() {
      const { looked, cuts, outer } = current!;
      current = outer;
      if (!looked && cuts === undefined) return undefined;
      let trace = traces.get(cuts);
      if (!trace) {
        trace = { inputs: NO_INPUTS, parts: NO_PARTS, dependents: undefined, cuts, broken: false, by: 0, walk: 0 };
        traces.set(cuts, trace);
      }
      return trace;
    },
    input(file) {
      let input = inputs.get(file);
      if (!input) {
        input = { file, dependents: undefined, by: 0 };
        inputs.set(file, input);
      }
      return input;
    },
    saw({ file }) {
      if (!current) return;
      current.looked = true;
      if (file && !read.has(file.path)) read.set(file.path, file.cause);
    },
    cut: (says) => cut(new Set([says])),
    rests(on) {
      if (!current || on === undefined) return;
      current.looked = true;
      if (on.cuts) cut(on.cuts);
    },
    holds: (trace) => trace === undefined || !trace.broken,
    changed() {
      for (const trace of traces.values()) trace.broken = true;
      traces.clear();
      read.clear();
    },
    filesOf: () => read,
    keepOnly() {},
    made: () => 0,
  };
}
