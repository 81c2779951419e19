// The backward questions of one analysis that were asked before, or are being asked.
import { limits } from './limits.ts';
import type { AccessPath } from './paths.ts';
import type { Address } from './program.ts';
import type { Trace, Tracing } from './traces.ts';

/** One question and what is known of its answer. */
export interface Asked<T> {
  answer: T | undefined;
  /** An answer that left something out, good enough until the question that it waits for has its own. */
  provisional: T | undefined;
  /** Of a provisional answer: which running question it waits for, the outermost of them, counted from the outside; of a running
   * question, whose provisional answer is that of the round before, itself. */
  waits: number;
  running: boolean;
  /** Whether the provisional answer is that of the round before: in this round it is only good while the question runs. */
  stale: boolean;
  /** Whether somebody was given the provisional answer of the round before, while the question runs. */
  given: boolean;
  /** How often an answer was looked for in a circle that has not closed. */
  tries: number;
  /** Whether the answer left something out because a bound of the unit of work was used up. */
  poor: boolean;
  /** What the answer, also a provisional one, was found from. */
  trace: Trace | undefined;
}

/** What is said where a circle of questions was given up. */
const CIRCLE = 'some values depend on one another in a circle that was not followed to its end';

/** What was found under a key. */
interface Remembered<T> {
  readonly found: T;
  trace: Trace | undefined;
  readonly poor: boolean;
}

/** A question that was not asked yet. */
export function notAsked<T>(): Asked<T> {
  return {
    answer: undefined,
    provisional: undefined,
    waits: 0,
    running: false,
    stale: false,
    given: false,
    tries: 0,
    poor: false,
    trace: undefined,
  };
}

/**
 * The asking of questions that ask one another, of all kinds. What is kept must not depend on which question happened to come
 * first: an answer that left something out because a question was being asked already is kept only while that question is asked,
 * one that is nested too deep while the outermost is, and a poor one only as long as its unit of work. Questions that go round in
 * a circle are the strongly connected components of Tarjan's algorithm; the first of each is asked in rounds, in which each of
 * the others is given what it was answered in the round before, until that is a fixpoint: then all of them are answered for good.
 * A circle of thousands may never close, since bounds cut its answers differently in each round. Its questions would all be asked
 * anew for whoever asks next, so each is answered for good once it was asked often enough, and that is said: this alone may
 * depend on who came first.
 */
export interface Asking {
  /** The answer to a question; `nothing` where it is being asked already or is nested `tooDeep`. An answer that `isFull` is not
   * looked for again in another round, since it would not grow. */
  answer<T extends readonly unknown[]>(
    question: Asked<T>,
    nothing: T,
    tooDeep: boolean,
    find: () => T,
    isFull?: (answer: T) => boolean,
  ): T;
  /** The answer to a question, if it is known for good. */
  known<T>(question: Asked<T>): T | undefined;
  /** Says that a question, if nothing is known of it, has the answer of another one, which was answered for good. */
  same<T>(question: Asked<T>, other: Asked<T>): void;
  /** Remembers what is found under each key, as long as nothing changes that it was found from. */
  memo<K, T>(): (key: K, find: () => T) => T;
  /** Whoever finds an answer says that it is poor. */
  poor(): void;
  /** A unit of work ends: poor answers are forgotten. */
  renew(): void;
}

/** Creates the asking of one analysis. Answers live until something changes that they were found from. */
export function createAsking(tracing: Tracing): Asking {
  // Questions with a provisional answer of this round, and of one before, by when they got it.
  const provisional: Asked<unknown>[] = [];
  const stale: Asked<unknown>[] = [];
  // What was found inside a circle that has not closed, and is remembered.
  const inCircle: Remembered<unknown>[] = [];
  // How to forget the poor answers.
  const poorly: (() => void)[] = [];
  let depth = 0;
  // The outermost running question that the answer being found waits for, and whether the answer is poor.
  let waits = Number.POSITIVE_INFINITY;
  let poor = false;
  // Whether somebody was given less than a question was then answered, in a circle that has not closed; whether one of the
  // questions of the outermost was nested too deep.
  let grew = false;
  let deep = false;

  function answer<T extends readonly unknown[]>(
    question: Asked<T>,
    nothing: T,
    tooDeep: boolean,
    find: () => T,
    isFull?: (answer: T) => boolean,
  ): T {
    const before = known(question);
    if (before !== undefined) return before;
    if (question.stale && !question.running && question.provisional !== undefined && isFull?.(question.provisional)) {
      // It is as good in this round as in the one before.
      question.stale = false;
      question.tries++;
      provisional.push(question);
    }
    const isThere = question.running || (question.provisional !== undefined && !question.stale);
    if (isThere || tooDeep) {
      if (!isThere) deep = true;
      else if (question.running) question.given = true;
      waits = Math.min(waits, isThere ? question.waits : 0);
      tracing.rests(question.trace);
      return question.provisional ?? nothing;
    }
    const outer = { waits, poor, grew };
    const first = provisional.length;
    const firstStale = stale.length;
    const firstInCircle = inCircle.length;
    const own = depth++;
    question.waits = own;
    question.running = true;
    question.stale = false;
    question.trace = undefined;
    tracing.open();
    let found = question.provisional ?? nothing;
    let rounds = 0;
    poor = false;
    do {
      endRound(first);
      waits = Number.POSITIVE_INFINITY;
      grew = false;
      question.given = false;
      const size = found.length;
      question.provisional = found;
      question.tries++;
      found = find();
      grew ||= question.given && found.length > size;
      // Of a circle that closes here, somebody was given what was known before; again, until that is all there is.
    } while (waits === own && grew && ++rounds < limits.roundsPerCircle);
    depth--;
    question.running = false;
    const settled = waits >= own ? settledWith(first, grew || (own === 0 && deep)) : [];
    question.trace = tracing.close();
    tracing.rests(question.trace);
    if (waits >= own) {
      settle(question, found);
      // Whoever stands in a circle rests on all of it.
      for (const member of settled) {
        member.trace = question.trace;
        settle(member, member.provisional);
      }
      endRound(first);
      while (stale.length > firstStale) forgetProvisional(stale.pop()!);
      while (inCircle.length > firstInCircle) inCircle.pop()!.trace = question.trace;
      waits = Number.POSITIVE_INFINITY;
      grew = false;
    } else {
      question.provisional = found;
      provisional.push(question);
      for (let i = first; i < provisional.length; i++) provisional[i]!.waits = waits;
    }
    waits = depth === 0 ? Number.POSITIVE_INFINITY : Math.min(waits, outer.waits);
    poor = depth === 0 ? false : poor || outer.poor;
    grew = depth === 0 ? false : grew || outer.grew;
    if (depth === 0) deep = false;
    return found;
  }

  /** Takes those of the provisional answers, but for the `first` ones, that are good for whoever asks: all of them, or of a circle
   * that is `open` those that were looked for often enough. */
  function settledWith(first: number, open: boolean): readonly Asked<unknown>[] {
    const settled: Asked<unknown>[] = [];
    // One by one: a circle may have more members than a call can have arguments.
    for (const member of provisional.splice(first))
      (!open || member.tries >= limits.triesPerQuestion ? settled : provisional).push(member);
    if (open && settled.length > 0) tracing.cut(CIRCLE);
    return settled;
  }

  /** A question is answered for good. */
  function settle<T>(question: Asked<T>, found: T): void {
    question.provisional = undefined;
    question.answer = found;
    question.tries = 0;
    question.poor = poor;
    if (poor) poorly.push(() => forgetAnswer(question));
  }

  /** A round is over: the provisional answers but for the `first` ones are those of the round before. */
  function endRound(first: number): void {
    while (provisional.length > first) {
      const question = provisional.pop()!;
      question.stale = true;
      stale.push(question);
    }
  }

  /** Forgets what was provisional, if it was not answered again. */
  function forgetProvisional(question: Asked<unknown>): void {
    if (!question.stale) return;
    question.stale = false;
    question.provisional = undefined;
  }

  function forgetAnswer(question: Asked<unknown>): void {
    question.answer = undefined;
    question.trace = undefined;
    question.poor = false;
  }

  function known<T>(question: Asked<T>): T | undefined {
    if (question.answer === undefined) return undefined;
    if (!tracing.holds(question.trace)) {
      forgetAnswer(question);
      return undefined;
    }
    poor ||= question.poor;
    tracing.rests(question.trace);
    return question.answer;
  }

  return {
    answer,
    known,
    same(question, other) {
      if (question.running || known(question) !== undefined) return;
      question.answer = other.answer;
      question.trace = other.trace;
    },
    memo<K, T>(): (key: K, find: () => T) => T {
      const memo = new Map<K, Remembered<T>>();
      return (key: K, find: () => T) => {
        const before = memo.get(key);
        if (before && tracing.holds(before.trace)) {
          poor ||= before.poor;
          tracing.rests(before.trace);
          return before.found;
        }
        const outer = poor;
        poor = false;
        tracing.open();
        const found = find();
        const trace = tracing.close();
        tracing.rests(trace);
        const remembered = { found, trace, poor };
        memo.set(key, remembered);
        // What it waits for is known only when the circle has closed. Until then it is given to questions of the circle alone.
        if (waits !== Number.POSITIVE_INFINITY) inCircle.push(remembered);
        if (poor) poorly.push(() => memo.delete(key));
        poor = depth > 0 && (poor || outer);
        return found;
      };
    },
    poor() {
      poor = true;
    },
    renew() {
      for (let forgetPoor = poorly.pop(); forgetPoor; forgetPoor = poorly.pop()) forgetPoor();
    },
  };
}

/** What was asked of places and paths, where answers are lists of T. */
export interface AskedOfPlaces<T> {
  /** The question of a place and path, which is new if it was not asked. */
  of(at: Address, path: AccessPath): Asked<readonly T[]>;
  /** The question of a place and path, if it was asked. */
  find(at: Address, path: AccessPath): Asked<readonly T[]> | undefined;
  /** How many are known. */
  count(): number;
}

/** Creates the record of questions. */
export function createAskedOfPlaces<T>(): AskedOfPlaces<T> {
  const asked = new Map<Address, Map<AccessPath, Asked<readonly T[]>>>();
  let count = 0;
  const of = (at: Address, path: AccessPath): Asked<readonly T[]> => {
    let ofNode = asked.get(at);
    if (!ofNode) {
      ofNode = new Map();
      asked.set(at, ofNode);
    }
    let question = ofNode.get(path);
    if (!question) {
      question = notAsked();
      ofNode.set(path, question);
      count++;
    }
    return question;
  };
  return { of, find: (at, path) => asked.get(at)?.get(path), count: () => count };
}
