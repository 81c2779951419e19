// A helper reads under a name that it is handed, so what it gives is for each of its callers another thing. Here is told which of
// them hand it one name.
import { functionOf } from '../graph/graph.ts';
import type { Caller, Readers, SearchParts } from './facts.ts';
import { frameOf } from './frames.ts';
import type { Frame } from './keyTexts.ts';
import { limits } from './limits.ts';
import { type Address, address, moduleOf, nodeOf } from './program.ts';

/** How many names a place may read under, where its function is called so, and whether the one asked for is among them. */
export interface Named {
  readonly names: number;
  readonly isNamed: boolean;
}

export interface ReadersOf {
  /** Who calls the function around a place so that it reads there under the name asked for; undefined where it does so for
   * everybody, or nobody is known to call it so. `within`: the calls that handed the name on. */
  naming(at: Address, named: (within: Frame | undefined) => Named): Readers | undefined;
  /** Who calls the function around a place, as far as `depth` goes, and the frame of it that a caller makes. */
  callersAround(
    at: Address,
    depth: number,
  ): {
    readonly callers: readonly Caller[];
    frame(caller: Caller, outer: Frame | undefined): Frame | undefined;
  };
}

/** Creates the telling apart of callers. */
export function createReaders(parts: SearchParts): ReadersOf {
  /** Those calls of the function around a place with which something holds, as far as it is told: true where it holds with all of
   * them, and false where it does with none. */
  function callersSo(
    at: Address,
    holds: (within: Frame | undefined, isLast?: boolean) => boolean | undefined,
    depth: number,
  ): Readers | boolean {
    const { callers: all, frame } = callersAround(at, depth);
    if (all.length === 0) return holds(undefined, true) ?? true;
    const callers = all.flatMap((caller): Readers['callers'] => {
      const own = frame(caller, undefined);
      if (!own) return [{ caller, within: undefined }];
      const around = address(caller.module, caller.node);
      const so = holds(own) ?? callersSo(around, (outer, isLast) => holds(frame(caller, outer), isLast), depth - 1);
      return so === false ? [] : [{ caller, within: so === true ? undefined : so }];
    });
    if (callers.length === all.length && callers.every(({ within }) => within === undefined)) return true;
    return callers.length > 0 && { callers };
  }

  function callersAround(at: Address, depth: number): ReturnType<ReadersOf['callersAround']> {
    const module = moduleOf(at);
    const fn = functionOf(parts.program.graphBehind(at, 'reads for its callers'), nodeOf(at));
    return {
      callers: fn === 0 || depth === 0 ? [] : parts.callersOf(parts.openEntry(module, fn)),
      frame: (caller: Caller, outer: Frame | undefined) => frameOf(caller, module, fn, outer),
    };
  }

  return {
    naming(at, named) {
      const readers = callersSo(
        at,
        (within, isLast = false) => {
          const { names, isNamed } = named(within);
          // Of several names, or of more than are told, it depends on whoever calls the caller, as far as those are asked.
          return isLast || names === 1 || (!isNamed && names < limits.textsPerKey) ? isNamed : undefined;
        },
        limits.framesPerReader,
      );
      return typeof readers === 'boolean' ? undefined : readers;
    },
    callersAround,
  };
}
