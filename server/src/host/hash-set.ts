// A set of 32-bit numbers that gives its members in order almost for free: a number's place in the table is its high bits,
// so that the table is nearly sorted already.

/** The set under construction; 0 is never a member (it marks a free place). */
export interface HashSet {
  slots: Int32Array;
  /** A number's place is what is left of it after this shift. */
  shift: number;
  count: number;
}

/** An empty set with room for the names in a text of `length` bytes; it grows where that is too little. */
export function makeHashSet(length: number): HashSet {
  const bits = Math.max(7, 32 - Math.clz32(length >>> 4));
  return { slots: new Int32Array(1 << bits), shift: 32 - bits, count: 0 };
}

/** Adds a number (as a signed 32-bit integer). */
export function addToSet(set: HashSet, value: number): void {
  const slots = set.slots;
  const mask = slots.length - 1;
  let slot = value >>> set.shift;
  for (let held = slots[slot]!; held !== 0; held = slots[slot]!) {
    if (held === value) return;
    slot = (slot + 1) & mask;
  }
  if (value === 0) return;
  slots[slot] = value;
  if (++set.count * 2 > slots.length) grow(set);
}

/** The members, ascending as unsigned numbers. */
export function sortedMembers(set: HashSet): Uint32Array {
  const members = new Uint32Array(set.count);
  let count = 0;
  const slots = set.slots;
  for (let slot = 0; slot < slots.length; slot++) {
    const value = slots[slot]!;
    if (value === 0) continue;
    // Insertion: only neighbours in a cluster, and what was pushed past the end of the table, are out of order.
    const member = value >>> 0;
    let at = count++;
    for (; at > 0 && members[at - 1]! > member; at--) members[at] = members[at - 1]!;
    members[at] = member;
  }
  return members;
}

function grow(set: HashSet): void {
  const held = set.slots;
  set.slots = new Int32Array(held.length * 2);
  set.shift--;
  set.count = 0;
  for (const value of held) if (value !== 0) addToSet(set, value);
}
