// The calls that content came into a function by, as frames: what a helper writes is written under what those calls say.
import type { Caller, Entry } from './facts.ts';
import type { Frame } from './keyTexts.ts';
import { limits } from './limits.ts';
import type { ModuleId } from './program.ts';

/** The frame of a function that a caller calls; undefined where no call of the workspace does. */
export function frameOf(
  { module, call, bound, given, row }: Caller,
  inModule: ModuleId,
  fn: number,
  outer: Frame | undefined,
): Frame | undefined {
  return row || call < 0 ? undefined : { module, call, inModule, fn, bound, given, outer };
}

/** The calls that an entry stands for, each with those around it, up to `depth` of them, fewer where there are too many; undefined
 * for whoever calls. */
export function framesOf(entry: Entry, depth: number): readonly (Frame | undefined)[] {
  if (entry.open || entry.callers.length === 0 || depth === 0) return [undefined];
  const found = entry.callers.flatMap((caller) =>
    caller.row || caller.call < 0
      ? [undefined]
      : framesOf(caller.entry, depth - 1).map((outer) => frameOf(caller, entry.module, entry.fn, outer)),
  );
  return found.length > limits.framesPerWrite ? framesOf(entry, depth - 1) : found;
}

/** The entries whose callers such frames are made of. */
export function entriesAround(entry: Entry, depth: number): readonly Entry[] {
  if (entry.open || depth === 0) return [];
  return [...new Set([entry, ...entry.callers.flatMap((caller) => entriesAround(caller.entry, depth - 1))])];
}
