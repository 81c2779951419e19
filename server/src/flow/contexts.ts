// Which of everything that a model call reached belongs to one chain of calls around it. A client that a whole program shares is
// one call, and what is done with its answers differs from caller to caller: signs of one use must not speak for another.
import type { Fact } from './facts.ts';
import type { Address } from './program.ts';

/** Some facts of a search. */
export type Context = (fact: Fact) => boolean;

/**
 * The facts that content reaches if its model call is made through `chain` (the model call itself, then the calls outward).
 * A fact knows how far out it has come, as a set of bits, one for each call of the chain: content returns along the chain until it
 * has left its last call, and goes anywhere from there. `facts` are all facts of the search, in the order they were found.
 */
export function along(facts: readonly Fact[], chain: readonly Address[]): Context {
  const reach = new Int32Array(facts.length);
  const last = 1 << (chain.length - 1);
  const isOf = (fact: Fact): boolean => facts[fact.index] === fact;
  const bitsOf = (fact: Fact | undefined): number => (fact && isOf(fact) ? reach[fact.index]! : 0);

  /** How far out content is after one step from a fact. */
  function after(from: Fact, how: Fact['how'], via: Fact | undefined, site: Address | undefined): number {
    const bits = bitsOf(from);
    if (bits === 0) return 0;
    switch (how) {
      case 'exit': {
        // A function that was found by what it is handed other than content returns along the chain as any.
        if (via && isOf(via)) return bitsOf(via);
        let out = bits & last;
        for (let i = 1; i < chain.length; i++) if (chain[i] === site && (bits & ((1 << i) - 1)) !== 0) out |= 1 << i;
        return out;
      }
      // What is kept in an object, a module or a file is read by whoever has it.
      case 'field':
      case 'module':
      case 'artifact':
        return last;
      default:
        return bits;
    }
  }

  // Parents come before their children, but for the further ways, which a second round sees.
  for (let changed = true, rounds = 0; changed && rounds < 4; rounds++) {
    changed = false;
    for (const fact of facts) {
      const known = bitsOf(fact);
      let bits = fact.parent ? known | after(fact.parent, fact.how, fact.via, fact.site) : 1;
      if (fact.how === 'enter' && !fact.entry.open)
        for (const { fact: given } of fact.entry.callers) bits |= bitsOf(given);
      for (const { from, how, via, site } of fact.also) bits |= after(from, how, via, site);
      if (bits === known) continue;
      reach[fact.index] = bits;
      changed = true;
    }
  }
  return (fact) => bitsOf(fact) !== 0;
}
