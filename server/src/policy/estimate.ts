// How often a model is asked, as far as the code tells: what is walked, how often that is repeated, and whether several calls run
// at once.
import type { ObservedFactor, ObservedRepetition, ObservedTogether } from '../flow/observation.ts';
import type { CallEstimate, CallFactor } from './finding.ts';

/** The estimate of a repetition, its factors from the outermost in. */
export function estimateOf({ levels, factors: repeated, together }: ObservedRepetition): CallEstimate {
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
    text: `${isKnown ? number : product}${atOnce ? `, ${atOnceSaid(together)}` : ''}`,
    atOnce,
    ...(atOnce && together ? { concurrency: concurrencyOf(together) } : {}),
    factors,
  };
}

function concurrencyOf({ count, byDefault, from }: ObservedTogether) {
  return { count, ...(byDefault ? { default: true } : {}), from };
}

function atOnceSaid(together: ObservedTogether | undefined): string {
  if (together === undefined) return 'several at once';
  return `${together.count.toLocaleString('en')} at once${together.byDefault ? ' by default' : ''}`;
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

/** How many calls run at once, in short: `?` where several do and nobody says how many, nothing where one follows the other. */
export function atOnceInShort({ atOnce, concurrency }: CallEstimate): string | undefined {
  return atOnce ? `${concurrency?.count ?? '?'}` : undefined;
}
