// Which model calls tell one story: those whose answers become training data at one place, such as a call that thinks up the
// question and one that answers it, both in one row.
import { addTo } from '../base/groups.ts';
import { strength } from './candidate.ts';
import type { Draft } from './weigh.ts';

/**
 * Tells the story that a story is part of: of several whose drafts meet, the first of their ids, so that the order of drafts does
 * not matter. Low confidence joins nothing, since who does not ask for it would see a story without its link.
 */
export function joinedStories(drafts: readonly Draft[]): (story: string) => string {
  const parents = new Map<string, string>();
  const joined = (story: string): string => {
    let root = story;
    for (let up = parents.get(root); up !== undefined; up = parents.get(root)) root = up;
    return root;
  };
  const places = new Map<string, string[]>();
  for (const { candidate, weighed } of drafts) {
    const { rule, place, story } = candidate;
    if (rule in strength && weighed.confidence !== 'low') addTo(places, `${place.path}\n${place.start}`, story);
  }
  for (const [first, ...others] of places.values())
    for (const other of others) {
      const [a, b] = [joined(first!), joined(other)];
      if (a !== b) parents.set(a < b ? b : a, a < b ? a : b);
    }
  return joined;
}
