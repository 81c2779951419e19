// The backward questions of one analysis that were asked before, or are being asked, and when two answers say the same.
import type { AccessPath } from './paths.ts';
import type { Address } from './program.ts';
import type { Thing } from './values.ts';

/** One question. */
export interface Asked {
  answers: readonly Thing[] | undefined;
  /** An answer that left something out, good enough until the outermost question that is being asked has its own. */
  provisional: readonly Thing[] | undefined;
  running: boolean;
}

/** The questions of one analysis. */
export interface AskedQuestions {
  /** The question of a place and path, which is new if it was not asked. */
  of(at: Address, path: AccessPath): Asked;
  /** How many are known. */
  count(): number;
}

/** Creates the record of questions. */
export function createAsked(): AskedQuestions {
  const asked = new Map<Address, Map<AccessPath, Asked>>();
  let count = 0;
  const of = (at: Address, path: AccessPath): Asked => {
    let ofNode = asked.get(at);
    if (!ofNode) {
      ofNode = new Map();
      asked.set(at, ofNode);
    }
    let question = ofNode.get(path);
    if (!question) {
      question = { answers: undefined, provisional: undefined, running: false };
      ofNode.set(path, question);
      count++;
    }
    return question;
  };
  return { of, count: () => count };
}

/** Whether two things are the same one: what is made at two places is two things. */
export function isSame(a: Thing, b: Thing): boolean {
  switch (a.is) {
    case 'function':
      return b.is === 'function' && a.fn === b.fn && a.module === b.module && a.bound === b.bound;
    case 'class':
    case 'instance':
      return b.is === a.is && a.cls === b.cls && a.module === b.module;
    case 'module':
      return b.is === 'module' && a.module === b.module;
    case 'api':
      return b.is === 'api' && a.at === b.at && a.position.path === b.position.path;
    default:
      return b.is === a.is && a.at === b.at;
  }
}
