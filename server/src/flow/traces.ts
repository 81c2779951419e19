// What an answer was found from. An edit then costs only the answers that looked at what it changed: any other holds, and is
// given again without being found again. The scheme is that of Salsa, the library behind rust-analyzer (inputs, revisions,
// memoised queries that are verified before they are used).

/** Something that answers are found from and that an edit may change: the graph of a module, or a question of the workspace. */
export interface Input {
  /** The revision by which it had become what it is now. */
  since(): number;
  /** The file whose graph it is, and why that was read first. */
  readonly file?: { readonly path: string; readonly cause: string };
  /** What was left out, in words, because a bound was reached: whoever is given the answer is told as well. */
  readonly cut?: string;
}

/** What one answer was found from: inputs, and the traces of other answers, all of them finished before it. */
export interface Trace {
  readonly inputs: readonly Input[];
  readonly parts: readonly Trace[];
  /** The revision in which it was last known to hold, or `BROKEN`. */
  held: number;
  /** The last walk that passed it. */
  walk: number;
}

/** An answer that is being found: what it was found from so far. */
interface Open {
  inputs: Set<Input> | undefined;
  /** The one that was looked at last, which mostly is looked at again. */
  last: Input | undefined;
  parts: Set<Trace> | undefined;
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
  /**
   * An input, to be looked at by calling it: what the value of `look` means. It is looked up again once after each edit, and
   * understood again where it is another. `file` says whose graph it is.
   */
  watch<V, T>(look: () => V, meaning: (value: V) => T, file?: Input['file']): () => T;
  /** The answer that is being found leaves something out because a bound was reached; in words. */
  cut(says: string): void;
  /** The answer that is being found rests on another one. */
  rests(on: Trace | undefined): void;
  /** The trace of an answer that holds until the next edit, whatever that is. */
  fleeting(): Trace;
  /** Whether nothing has changed that an answer was found from. */
  holds(trace: Trace | undefined): boolean;
  /** Every input behind some traces. */
  inputsOf(traces: Iterable<Trace | undefined>): ReadonlySet<Input>;
}

const BROKEN = -1;

/** Creates a recording. `revision` counts the edits of the workspace. */
export function createTracing(revision: () => number): Tracing {
  let current: Open | undefined;
  let walks = 0;
  const everything: Input = { since: revision };
  const cuts = new Map<string, Input>();

  function isAsItWas({ inputs, held }: Trace): boolean {
    for (const input of inputs) if (input.since() > held) return false;
    return true;
  }

  /** A walk without recursion, since answers may rest on one another thousands deep. Parts are older, so there are no circles. */
  function holds(trace: Trace | undefined): boolean {
    const now = revision();
    if (trace === undefined || trace.held === now) return true;
    const path = [trace];
    const next = [0];
    while (path.length > 0) {
      const top = path.length - 1;
      const here = path[top]!;
      if (here.held === BROKEN || (next[top] === 0 && !isAsItWas(here))) {
        for (const broken of path) broken.held = BROKEN;
        return false;
      }
      const part = here.parts[next[top]!++];
      if (part === undefined) {
        here.held = now;
        path.pop();
        next.pop();
      } else if (part.held !== now) {
        path.push(part);
        next.push(0);
      }
    }
    return true;
  }

  function open(): void {
    current = { inputs: undefined, last: undefined, parts: undefined, outer: current };
  }

  function saw(input: Input): void {
    if (!current || current.last === input) return;
    current.last = input;
    current.inputs ??= new Set();
    current.inputs.add(input);
  }

  return {
    begin() {
      current = undefined;
      open();
    },
    open,
    close() {
      const { inputs, parts, outer } = current!;
      current = outer;
      if (parts === undefined) {
        if (inputs === undefined) return undefined;
      } else if (inputs === undefined && parts.size === 1) return parts.values().next().value;
      return { inputs: inputs ? [...inputs] : [], parts: parts ? [...parts] : [], held: revision(), walk: 0 };
    },
    watch(look, meaning, file) {
      let value = look();
      let since = revision();
      let looked = since;
      let understood = value;
      let means = meaning(value);
      const input: Input = {
        ...(file && { file }),
        since() {
          if (looked === revision()) return since;
          looked = revision();
          const now = look();
          if (now !== value) since = looked;
          value = now;
          return since;
        },
      };
      return () => {
        saw(input);
        if (looked !== revision()) input.since();
        if (understood !== value) {
          understood = value;
          means = meaning(value);
        }
        return means;
      };
    },
    cut(says) {
      let input = cuts.get(says);
      if (!input) {
        input = { since: () => 0, cut: says };
        cuts.set(says, input);
      }
      saw(input);
    },
    rests(on) {
      if (!current || on === undefined) return;
      current.parts ??= new Set();
      current.parts.add(on);
    },
    fleeting: () => ({ inputs: [everything], parts: [], held: revision(), walk: 0 }),
    holds,
    inputsOf(traces) {
      const found = new Set<Input>();
      const walk = ++walks;
      const work = [...traces];
      while (work.length > 0) {
        const at = work.pop();
        if (at === undefined || at.walk === walk) continue;
        at.walk = walk;
        for (const input of at.inputs) found.add(input);
        for (const part of at.parts) if (part.walk !== walk) work.push(part);
      }
      return found;
    },
  };
}
