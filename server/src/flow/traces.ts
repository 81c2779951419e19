// What an answer was found from. An edit then costs only the answers that looked at what it changed: any other holds, and is
// given again without being found again. The scheme is that of Salsa, the library behind rust-analyzer (inputs, memoised
// queries, what they were found from), but for one thing: a change is told to what rests on it when it is made, instead of
// being looked for whenever an answer is asked for, since a keystroke changes little and the answers of a workspace are many.

/** Something that answers are found from and that an edit may change: a graph, or a question of the workspace. */
export interface Input {
  /** The file that was read, and why it was read first; undefined for a question. */
  readonly file: { readonly path: string; readonly cause: string } | undefined;
  /** What was found from it. Traces that are broken may still be among them. */
  dependents: Dependents;
  /** The answer that looked at it last, by number. */
  by: number;
}

/** Most things that are looked at have one dependent or none, and lists have room for more. */
type Dependents = Trace | Trace[] | undefined;

/** What one answer was found from: inputs, and the traces of other answers, all of them finished before it. */
export interface Trace {
  readonly inputs: readonly Input[];
  readonly parts: readonly Trace[];
  /** What rests on the answer. Traces that are broken may still be among them. */
  dependents: Dependents;
  /** What was left out on the way, in words. */
  readonly cuts: ReadonlySet<string> | undefined;
  /** Whether something has changed that it was found from. */
  broken: boolean;
  /** The answer that was found from it last, by number. */
  by: number;
  /** The last walk that passed it. */
  walk: number;
}

/** An answer that is being found: what it was found from so far. */
interface Open {
  readonly number: number;
  /** Where other answers were looked for in between, some are there twice. */
  inputs: Input[] | undefined;
  parts: Trace[] | undefined;
  cuts: ReadonlySet<string> | undefined;
  readonly outer: Open | undefined;
}

/** The recording of traces. Answers are found one inside another, so what is open is a stack. */
export interface Tracing {
  /** A unit of work begins, until `close`: nothing is open but that. */
  begin(): void;
  /** An answer is being looked for, until `close`. */
  open(): void;
  /** The answer was found: what it was found from, or undefined where that is nothing that may change. */
  close(): Trace | undefined;
  /** Something that answers are found from; `file` says what is read, and why first. */
  input(file?: Input['file']): Input;
  /** The answer that is being found looked at an input. */
  saw(input: Input): void;
  /** The answer that is being found leaves something out because a bound was reached; in words. */
  cut(says: string): void;
  /** The answer that is being found rests on another one. */
  rests(on: Trace | undefined): void;
  /** Whether nothing has changed that an answer was found from. */
  holds(trace: Trace | undefined): boolean;
  /** An input is something else now: no answer holds any more that was found from it. */
  changed(input: Input): void;
  /** Every file behind some traces, with the cause that it was read for first; others may be among them. */
  filesOf(traces: Iterable<Trace | undefined>): ReadonlyMap<string, string>;
  /** Nobody will ask any more but for these traces: what they do not rest on is forgotten. */
  keepOnly(traces: Iterable<Trace | undefined>): void;
  /** How many traces were made since then. */
  made(): number;
}

/** Below so many dependents nobody looks for broken ones among them. */
const FEW = 64;

/** Creates a recording. */
export function createTracing(): Tracing {
  let current: Open | undefined;
  let walks = 0;
  let made = 0;
  let numbers = 0;
  const inputs = new Set<Input>();

  function input(file?: Input['file']): Input {
    const added: Input = { file, dependents: undefined, by: 0 };
    inputs.add(added);
    return added;
  }

  function open(): void {
    current = { number: ++numbers, inputs: undefined, parts: undefined, cuts: undefined, outer: current };
  }

  function finished(looked: readonly Input[], parts: readonly Trace[], cuts: ReadonlySet<string> | undefined): Trace {
    made++;
    const trace: Trace = { inputs: looked, parts, dependents: undefined, cuts, broken: false, by: 0, walk: 0 };
    for (const input of looked) depend(input, trace);
    for (const part of parts) {
      if (part.broken) trace.broken = true;
      else depend(part, trace);
    }
    return trace;
  }

  /** Each of a list once, in order. */
  function once<T extends { by: number }>(all: readonly T[]): readonly T[] {
    const number = ++numbers;
    const each = all.filter((one) => {
      const isNew = one.by !== number;
      one.by = number;
      return isNew;
    });
    // Copied, since a list that has grown has room for more.
    return each.slice();
  }

  function breakAll(on: Input): void {
    const work = taken(on);
    for (let trace = work.pop(); trace; trace = work.pop()) {
      if (trace.broken) continue;
      trace.broken = true;
      for (const dependent of taken(trace)) work.push(dependent);
    }
  }

  /** Marks everything that some traces rest on with the number of a walk, and calls `visit` for each. */
  function walkFrom(traces: Iterable<Trace | undefined>, visit: (trace: Trace) => void): number {
    const walk = ++walks;
    const work = [...traces];
    while (work.length > 0) {
      const at = work.pop();
      if (at === undefined || at.walk === walk) continue;
      at.walk = walk;
      visit(at);
      for (const part of at.parts) if (part.walk !== walk) work.push(part);
    }
    return walk;
  }

  return {
    begin() {
      current = undefined;
      open();
    },
    open,
    close() {
      const { inputs: looked, parts, cuts, outer } = current!;
      current = outer;
      if (parts === undefined) {
        if (looked === undefined && cuts === undefined) return undefined;
      } else if (looked === undefined && parts.length === 1) {
        const only = parts[0]!;
        if (cuts === undefined || cuts === only.cuts) return only;
      }
      return finished(looked ? once(looked) : NO_INPUTS, parts ? once(parts) : NO_PARTS, cuts);
    },
    input,
    saw(looked) {
      if (!current || looked.by === current.number) return;
      looked.by = current.number;
      current.inputs ??= [];
      current.inputs.push(looked);
    },
    cut(says) {
      if (current) current.cuts = merged(current.cuts, new Set([says]));
    },
    rests(on) {
      if (!current || on === undefined) return;
      if (on.by !== current.number) {
        on.by = current.number;
        current.parts ??= [];
        current.parts.push(on);
      }
      if (on.cuts !== undefined) current.cuts = merged(current.cuts, on.cuts);
    },
    holds: (trace) => trace === undefined || !trace.broken,
    changed: breakAll,
    filesOf(traces) {
      const found = new Map<string, string>();
      walkFrom(traces, ({ inputs: looked }) => {
        for (const { file } of looked) if (file && !found.has(file.path)) found.set(file.path, file.cause);
      });
      return found;
    },
    keepOnly(traces) {
      const kept: Trace[] = [];
      const walk = walkFrom(traces, (trace) => kept.push(trace));
      for (const on of [...inputs, ...kept]) on.dependents = taken(on).filter((trace) => trace.walk === walk);
      made = 0;
    },
    made: () => made,
  };
}

/** The same as `find`, but for that it remembers what is found about each object of an analysis until something changes that it was
 * found from. */
export function perFound<C extends { readonly tracing: Tracing }, K extends object, T>(
  find: (context: C, found: K) => T,
): (context: C, found: K) => T {
  const known = new WeakMap<K, { readonly value: T; readonly trace: Trace | undefined }>();
  return (context, found) => {
    const { tracing } = context;
    let last = known.get(found);
    if (!last || !tracing.holds(last.trace)) {
      tracing.open();
      const value = find(context, found);
      last = { value, trace: tracing.close() };
      known.set(found, last);
    }
    tracing.rests(last.trace);
    return last.value;
  };
}

/** What one answer and another that it rests on left out. Most leave out what one other has left out: then it is the same set. */
export function merged(cuts: ReadonlySet<string> | undefined, more: ReadonlySet<string>): ReadonlySet<string> {
  if (cuts === undefined) return more;
  if (cuts === more || [...more].every((says) => cuts.has(says))) return cuts;
  return new Set([...cuts, ...more]);
}

export const NO_INPUTS: readonly Input[] = [];
export const NO_PARTS: readonly Trace[] = [];

/** Adds a dependent. Broken ones are looked for whenever the list has grown to twice what was left of it, or nearly. */
function depend(on: Input | Trace, trace: Trace): void {
  const { dependents } = on;
  if (dependents === undefined) on.dependents = trace;
  else if (!Array.isArray(dependents)) on.dependents = [dependents, trace];
  else {
    const { length } = dependents;
    if (length >= FEW && (length & (length - 1)) === 0) on.dependents = dependents.filter(({ broken }) => !broken);
    (on.dependents as Trace[]).push(trace);
  }
}

/** Takes the dependents away from what they depend on. */
function taken(on: Input | Trace): Trace[] {
  const { dependents } = on;
  on.dependents = undefined;
  return dependents === undefined ? [] : Array.isArray(dependents) ? dependents : [dependents];
}
