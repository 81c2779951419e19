// Which of everything that a model call reached belongs to one chain of calls around it. A client that a whole program shares is
// one call, and what is done with its answers differs from caller to caller: signs of one use must not speak for another.
import type { Caller, Fact } from './facts.ts';
import type { Address } from './program.ts';

/** Some facts of a search. */
export type Context = (fact: Fact) => boolean;

/** What a step does to how far out content is: nothing, it goes anywhere, it returns from a call, or it returns from a call that it
 * was given to, and then is as far out as what was given. */
const Move = { Stays: 0, Anywhere: 1, Returns: 2, ComesBack: 3 } as const;
type Move = (typeof Move)[keyof typeof Move];

/** The steps between the facts of one search, as columns, so that they can be walked for many chains: those to fact `i` stand from
 * `first[i]` to before `first[i + 1]`. */
interface Steps {
  /** The facts that the search began with. */
  readonly seeds: readonly number[];
  readonly first: Int32Array;
  readonly from: Int32Array;
  readonly move: Uint8Array;
  /** For `ComesBack`: the fact that was given. */
  readonly given: Int32Array;
  /** For `Returns`: the call that is returned to, or -1 where a library returns. */
  readonly site: Float64Array;
}

/**
 * Tells, for chains of calls (the model call itself, then the calls outward), the facts that content reaches if its model call is
 * made through the chain. `facts` are all facts of the search, in the order they were found.
 * A fact knows how far out it has come, as a set of bits, one for each call of the chain: content returns along the chain until it
 * has left its last call, and goes anywhere from there.
 */
export function createContexts(facts: readonly Fact[]): (chain: readonly Address[]) => Context {
  const isOf = (fact: Fact): boolean => facts[fact.index] === fact;
  let steps: Steps | undefined;

  return (chain) => {
    steps ??= stepsBetween(facts, isOf);
    const reach = reached(steps, chain);
    return (fact) => isOf(fact) && reach[fact.index] !== 0;
  };
}

function reached({ seeds, first, from, move, given, site }: Steps, chain: readonly Address[]): Int32Array {
  const count = first.length - 1;
  const reach = new Int32Array(count);
  for (const seed of seeds) reach[seed] = 1;
  const last = 1 << (chain.length - 1);
  // Parents come before their children, but for the further ways, which a second round sees.
  for (let changed = true, rounds = 0; changed && rounds < 4; rounds++) {
    changed = false;
    for (let i = 0; i < count; i++) {
      const known = reach[i]!;
      let bits = known;
      for (let s = first[i]!; s < first[i + 1]!; s++) {
        const before = reach[from[s]!]!;
        if (before === 0) continue;
        switch (move[s] as Move) {
          case Move.Stays:
            bits |= before;
            break;
          case Move.Anywhere:
            bits |= last;
            break;
          case Move.ComesBack:
            bits |= reach[given[s]!]!;
            break;
          case Move.Returns:
            bits |= before & last;
            for (let c = 1; c < chain.length; c++)
              if (chain[c] === site[s] && (before & ((1 << c) - 1)) !== 0) bits |= 1 << c;
            break;
          default:
            break;
        }
      }
      if (bits === known) continue;
      reach[i] = bits;
      changed = true;
    }
  }
  return reach;
}

function stepsBetween(facts: readonly Fact[], isOf: (fact: Fact) => boolean): Steps {
  const seeds: number[] = [];
  let most = 0;
  for (const fact of facts) most += 1 + callersInto(fact).length + (fact.also?.length ?? 0);
  const first = new Int32Array(facts.length + 1);
  const from = new Int32Array(most);
  const move = new Uint8Array(most);
  const given = new Int32Array(most);
  const site = new Float64Array(most);
  let count = 0;
  const step = (source: Fact, how: Fact['how'], via: Fact | undefined, call: Address | undefined): void => {
    if (!isOf(source)) return;
    from[count] = source.index;
    // A function that was found by what it is handed other than content returns along the chain as any.
    const isGiven = how === 'exit' && via !== undefined && isOf(via);
    move[count] = isGiven ? Move.ComesBack : moves[how];
    given[count] = isGiven ? via.index : -1;
    site[count] = call ?? -1;
    count++;
  };
  facts.forEach((fact, i) => {
    first[i] = count;
    if (fact.parent) step(fact.parent, fact.how, fact.via, fact.site);
    else seeds.push(i);
    for (const caller of callersInto(fact)) if (caller.fact) step(caller.fact, 'flow', undefined, undefined);
    if (fact.also) for (const way of fact.also) step(way.from, way.how, way.via, way.site);
  });
  first[facts.length] = count;
  return { seeds, first, from, move, given, site };
}

/** The calls by which a fact came into a function. */
function callersInto({ how, entry }: Fact): readonly Caller[] {
  return how === 'enter' && !entry.open ? entry.callers : NOBODY;
}

const NOBODY: readonly Caller[] = [];

/** What is kept in an object, a module or a file is read by whoever has it. */
const moves: Readonly<Record<Fact['how'], Move>> = {
  seed: Move.Stays,
  flow: Move.Stays,
  store: Move.Stays,
  load: Move.Stays,
  text: Move.Stays,
  enter: Move.Stays,
  exit: Move.Returns,
  library: Move.Stays,
  field: Move.Anywhere,
  module: Move.Anywhere,
  artifact: Move.Anywhere,
  encode: Move.Stays,
  decode: Move.Stays,
};
