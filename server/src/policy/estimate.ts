// How often a model is asked, as far as the code tells: what is walked, how often that is repeated, and whether several calls run
// at once.
import type { ObservedFactor, ObservedRepetition } from '../flow/observation.ts';
import type { CallEstimate, CallFactor } from './finding.ts';

/** The estimate of a repetition, its factors from the outermost in. */
export function estimateOf({ levels, factors: repeated }: ObservedRepetition): CallEstimate {
  const outward = [...repeated].reverse();
  const factors = outward.map(factorOf);
  const isKnown = factors.every(({ count }) => count !== undefined);
  const calls = factors.reduce((all, { count = 1 }) => all * count, 1);
  const atOnce = levels.some(({ kind }) => kind === 'pool');
  const product = outward.map(saidOf).join(' × ');
  const about = factors.some(({ default: isDefault }) => isDefault) ? 'about ' : '';
  const number = `${about}${calls.toLocaleString('en')} calls${factors.length > 1 ? ` (${product})` : ''}`;
  return {
    ...(isKnown ? { calls } : {}),
    text: `${isKnown ? number : product}${atOnce ? ', several at once' : ''}`,
    atOnce,
    factors,
  };
}

function factorOf({ over, count, byDefault, place, from }: ObservedFactor): CallFactor {
  return {
    over,
    ...(count === undefined ? {} : { count }),
    ...(byDefault ? { default: true } : {}),
    place,
    ...(from === undefined ? {} : { from }),
  };
}

function saidOf({ over, count, dependent }: ObservedFactor): string {
  if (count !== undefined)
    return `${count.toLocaleString('en')} ${dependent ? 'item' : 'repeat'}${count === 1 ? '' : 's'}`;
  if (over === 'a condition' || over === 'a count') return 'however many rounds a loop makes';
  return `however many items ${over.startsWith('what ') ? over.replace(/^what /, '') : `${over} has`}`;
}

/** The factors of an estimate in short, the outermost first, `?` for what is not known: `?×4`. */
export function factorsInShort({ factors }: CallEstimate): string {
  return factors.map(({ count }) => count ?? '?').join('×');
}
