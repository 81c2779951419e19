// Where a search finds the facts that it knows already.
import type { Entry, Fact } from './facts.ts';
import type { Address } from './program.ts';

/** Creates an index: of an entry, the first fact at each place. Few places have others `beside` it. */
export function createFactIndex(): (entry: Entry) => Map<Address, Fact> {
  const known = new Map<Entry, Map<Address, Fact>>();
  // One value after another of the same function is reached.
  let recent: Entry | undefined;
  let facts = new Map<Address, Fact>();
  return (entry) => {
    if (entry === recent) return facts;
    recent = entry;
    const found = known.get(entry);
    facts = found ?? new Map();
    if (!found) known.set(entry, facts);
    return facts;
  };
}
