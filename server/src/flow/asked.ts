// The backward questions of one analysis that were asked before, or are being asked.
import type { AccessPath } from './paths.ts';
import type { Address } from './program.ts';
import type { Thing } from './things.ts';

/** One question and what is known of its answer. */
export interface Asked<T> {
  answer: T | undefined;
  /** An answer that left something out, good enough until the outermost question that is being asked has its own. */
  provisional: T | undefined;
  running: boolean;
  /** Whether the answer left something out because a bound of the unit of work was used up. */
  poor: boolean;
}

/** A question that was not asked yet. */
export function notAsked<T>(): Asked<T> {
  return { answer: undefined, provisional: undefined, running: false, poor: false };
}

/**
 * The asking of questions that ask one another, of all kinds. What is kept must not depend on which question happened to come
 * first: an answer that left something out because a question was being asked already, or nested too deep, is kept only while
 * the outermost question is asked, and a poor one only as long as its unit of work.
 */
export interface Asking {
  /** The answer to a question; `nothing` where it is being asked already or is nested `tooDeep`. */
  answer<T>(question: Asked<T>, nothing: T, tooDeep: boolean, find: () => T): T;
  /** The answer to a question, if it is known for good. */
  known<T>(question: Asked<T>): T | undefined;
  /** Whoever finds an answer says that it is poor. */
  poor(): void;
  /** A unit of work ends: poor answers are forgotten. */
  renew(): void;
}

/** Creates the asking of one analysis. */
export function createAsking(): Asking {
  const provisional: Asked<unknown>[] = [];
  const kept: Asked<unknown>[] = [];
  let depth = 0;
  // Whether the answer that is being found left something out, and why.
  let cut = false;
  let poor = false;

  function answer<T>(question: Asked<T>, nothing: T, tooDeep: boolean, find: () => T): T {
    if (question.answer !== undefined) {
      poor ||= question.poor;
      return question.answer;
    }
    if (question.provisional !== undefined || question.running || tooDeep) {
      cut = true;
      return question.provisional ?? nothing;
    }
    const outer = { cut, poor };
    cut = false;
    poor = false;
    question.running = true;
    depth++;
    const found = find();
    depth--;
    question.running = false;
    if (!cut || depth === 0) {
      question.answer = found;
      question.poor = poor;
      if (poor) kept.push(question);
    } else {
      question.provisional = found;
      provisional.push(question);
    }
    cut = depth === 0 ? false : cut || outer.cut;
    poor = depth === 0 ? false : poor || outer.poor;
    if (depth === 0) for (let q = provisional.pop(); q; q = provisional.pop()) q.provisional = undefined;
    return found;
  }

  return {
    answer,
    known(question) {
      poor ||= question.poor;
      return question.answer;
    },
    poor() {
      poor = true;
    },
    renew() {
      for (let q = kept.pop(); q; q = kept.pop()) {
        q.answer = undefined;
        q.poor = false;
      }
    },
  };
}

/** What was asked of places and paths. */
export interface AskedOfPlaces {
  /** The question of a place and path, which is new if it was not asked. */
  of(at: Address, path: AccessPath): Asked<readonly Thing[]>;
  /** The question of a place and path, if it was asked. */
  find(at: Address, path: AccessPath): Asked<readonly Thing[]> | undefined;
  /** How many are known. */
  count(): number;
}

/** Creates the record of questions. */
export function createAskedOfPlaces(): AskedOfPlaces {
  const asked = new Map<Address, Map<AccessPath, Asked<readonly Thing[]>>>();
  let count = 0;
  const of = (at: Address, path: AccessPath): Asked<readonly Thing[]> => {
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
