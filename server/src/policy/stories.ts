// Which model calls tell one story: those whose answers become training data at one place, such as a call that thinks up the
// question and one that answers it, both in one row; and those of which one answers what another has asked it, wherever each of
// their answers goes.
import { addTo } from '../base/groups.ts';
import { strength, VOLUME } from './candidate.ts';
import { placeKey } from './finding.ts';
import type { Draft } from './weigh.ts';

/** Two stories, the answers of the first of which are put into the prompts of the second. */
export type Link = readonly [from: string, to: string];

/**
 * Tells the story that a story is part of: of several whose drafts meet, the first of their ids, so that the order of drafts does
 * not matter. Low confidence joins nothing, since who does not ask for it would see a story without its link; nor does a call of
 * which nothing is found.
 */
export function joinedStories(drafts: readonly Draft[], links: readonly Link[]): (story: string) => string {
  const parents = new Map<string, string>();
  const joined = (story: string): string => {
    let root = story;
    for (let up = parents.get(root); up !== undefined; up = parents.get(root)) root = up;
    return root;
  };
  const join = (one: string, other: string): void => {
    const [a, b] = [joined(one), joined(other)];
    if (a !== b) parents.set(a < b ? b : a, a < b ? a : b);
  };
  const places = new Map<string, string[]>();
  const told = new Set<string>();
  for (const { candidate, weighed } of drafts) {
    const { rule, place, story } = candidate;
    if (weighed.confidence === 'low') continue;
    if (rule in strength) addTo(places, placeKey(place), story);
    if (rule in strength || rule === VOLUME) told.add(story);
  }
  for (const [first, ...others] of places.values()) for (const other of others) join(first!, other);
  for (const [from, to] of links) if (told.has(from) && told.has(to)) join(from, to);
  return joined;
}
