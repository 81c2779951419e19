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

/** Creates the record of questions: gives the question of a place and path, which is new if it was not asked. */
export function createAsked(): (at: Address, path: AccessPath) => Asked {
  const asked = new Map<Address, Map<AccessPath, Asked>>();
  return (at, path) => {
    let ofNode = asked.get(at);
    if (!ofNode) {
      ofNode = new Map();
      asked.set(at, ofNode);
    }
    let question = ofNode.get(path);
    if (!question) {
      question = { answers: undefined, provisional: undefined, running: false };
      ofNode.set(path, question);
    }
    return question;
  };
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
