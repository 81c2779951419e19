// The sets of names of a catalog while they are gathered: how calls may be named that rows speak of.
import type { NameSet } from './compiled.ts';
import type { Ecosystem, Guard, Place } from './model.ts';

/** How a name of calls stands in a set: behind the ecosystem whose rows speak of it. */
export function nameIn(ecosystem: Ecosystem, name: string): string {
  return `${ecosystem} ${name}`;
}

/** Enters the ends of API paths of an ecosystem, given by their members, into a set. */
export function noteNames(
  sets: Readonly<Record<NameSet, Set<string>>>,
  set: NameSet,
  ecosystem: Ecosystem,
  members: readonly (readonly string[])[],
): void {
  for (const names of members) {
    if (names.length === 0) continue;
    sets[set].add(nameIn(ecosystem, names.at(-1)!));
    sets[set].add(nameIn(ecosystem, `${names.at(-2) ?? ''}.${names.at(-1)!}`));
  }
}

/** Whether paths speak of methods of any receiver. */
export function isUntyped(paths: string | readonly string[]): boolean {
  return [paths].flat().every((path) => /^(?:builtins\.)?Any\./.test(path));
}

/** The set of what reads a cell. Of methods of any receiver whose key has to look like something, the key alone is looked at first. */
export function readerSet(
  paths: string | readonly string[],
  key: Place,
  value: Place,
  guards: readonly Guard[],
): NameSet {
  if (value.slot.at === 'member') return 'memberNames';
  const isTold = guards.some(
    ({ place, test, assume }) => test === 'matches' && !assume && JSON.stringify(place) === JSON.stringify(key),
  );
  return isTold && isUntyped(paths) ? 'spelledReaderNames' : 'readerNames';
}
