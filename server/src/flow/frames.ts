// The calls that content came into a function by, as frames: what a helper writes is written under what those calls say.
import type { Entry } from './facts.ts';
import type { Frame } from './keyTexts.ts';
import { limits } from './limits.ts';

/** The calls that an entry stands for, each with those around it, up to `depth` of them; undefined for whoever calls. */
export function framesOf(entry: Entry, depth: number): readonly (Frame | undefined)[] {
  if (entry.open || entry.callers.length === 0 || depth === 0) return [undefined];
  const found = entry.callers.flatMap(({ module, call, bound, row, entry: around }): (Frame | undefined)[] =>
    row || call < 0
      ? [undefined]
      : framesOf(around, depth - 1).map((outer) => ({
          module,
          call,
          inModule: entry.module,
          fn: entry.fn,
          bound,
          outer,
        })),
  );
  return found.length > limits.framesPerWrite ? [undefined] : found;
}

/** The entries whose callers such frames are made of. */
export function entriesAround(entry: Entry, depth: number): readonly Entry[] {
  if (entry.open || depth === 0) return [];
  return [...new Set([entry, ...entry.callers.flatMap((caller) => entriesAround(caller.entry, depth - 1))])];
}
