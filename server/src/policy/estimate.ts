// How often a model is asked, as far as the code tells: what is walked, how often that is repeated, and whether several calls run
// at once.
import type { ObservedRepetition } from '../flow/observation.ts';
import type { CallEstimate } from './finding.ts';

/** The estimate of a repetition, its factors from the outermost in. */
export function estimateOf({ levels }: ObservedRepetition): CallEstimate {
  const factors = levels
    .map(({ over, count, place }) => ({ over, place, ...(count === undefined ? {} : { count }) }))
    .reverse();
  const product = factors.map(({ over, count }) => count?.toLocaleString('en') ?? `however many ${itemsOf(over)}`);
  const isKnown = factors.every(({ count }) => count !== undefined);
  const calls = factors.reduce((all, { count = 1 }) => all * count, 1);
  return {
    ...(isKnown ? { calls } : {}),
    text: isKnown ? `${calls.toLocaleString('en')} calls` : product.join(' × '),
    atOnce: levels.some(({ kind }) => kind === 'pool'),
    factors,
  };
}

function itemsOf(over: string): string {
  if (over === 'a condition') return 'rounds a loop makes';
  return over.startsWith('what ') ? `items ${over.replace(/^what /, '')}` : `items ${over} has`;
}
