// Questions that go on backward where a value was made: over text it is part of, or what it was reckoned from.
import { calledFrom, type Frame } from './bound.ts';
import type { AccessPath } from './paths.ts';
import type { Address } from './program.ts';
import type { Spot } from './spots.ts';
import type { Values } from './values.ts';

/** A place that a question passes, and the one it came from. */
export interface Way {
  readonly at: Address;
  readonly path: AccessPath;
  readonly before: Way | undefined;
}

/**
 * Every place that a question about `start` passes, each place and path once and at most `most` of them, nearest first. `before` is
 * where the question came from; `beyond` gives the values that it goes on with at a place. A call that it went down into it leaves
 * to that call's arguments, also where text was made of them on the way.
 */
export function waysBack(
  values: Values,
  start: Spot,
  before: Way | undefined,
  most: number,
  beyond: (way: Way) => readonly Spot[],
): Way[] {
  const found: Way[] = [];
  const seen = new Set<string>();
  const go = (from: Spot, last: Way | undefined, frame: Frame | undefined): void => {
    const own: Way[] = [];
    for (const passed of values.behind(from.at, from.path, frame)) {
      const way = { at: passed.at, path: passed.path, before: own[passed.before] ?? last };
      own.push(way);
      const key = `${passed.at}|${passed.path}|${calledFrom(passed.frame)}`;
      if (seen.has(key) || seen.size >= most) continue;
      seen.add(key);
      found.push(way);
      for (const spot of beyond(way)) go(spot, way, passed.frame);
    }
  };
  go(start, before, undefined);
  return found;
}

/** A way and those before it, the last first. */
export function chainOf(way: Way): readonly Way[] {
  const chain: Way[] = [];
  for (let w: Way | undefined = way; w; w = w.before) chain.push(w);
  return chain;
}
