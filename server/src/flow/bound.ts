// Functions that were given some of their arguments beforehand: `partial(save, "train.jsonl")`, `ask.bind(null, client)`. Whoever
// calls what came of it gives the rest.
import type { CallRow, Row } from '../catalog/model.ts';
import type { Call, FunctionInfo } from '../graph/graph.ts';
import { argumentsAt, passedTo, positionOf, selfOf, suppliers } from './calls.ts';
import { type AccessPath, concat, elementsOf } from './paths.ts';
import { address, type ModuleId, type Program } from './program.ts';
import { type Spot, spots } from './spots.ts';

/** The call that bound arguments of a function, and how many of them by their position. */
export interface Given {
  readonly module: ModuleId;
  readonly call: number;
  readonly row: CallRow;
  readonly positions: number;
}

/** The call that gave a closure: what it handed to the function around it, the closure has captured. */
export interface Made extends Giver {
  /** The function around the closure, of the same module. */
  readonly fn: number;
}

/** One call that a backward question went down into, so that it comes back to the same call's arguments. */
export interface Frame extends Made {
  readonly id: number;
  readonly inModule: ModuleId;
  /** Where a closure is called: the call that gave it. */
  readonly made: Made | undefined;
  readonly below: Frame | undefined;
  readonly depth: number;
}

/** What a call of a function is made by: the call, the row of a library that makes it, and what was bound before. */
export interface Giver {
  readonly module: ModuleId;
  readonly call: number;
  readonly row?: CallRow | undefined;
  readonly bound: boolean;
  readonly given?: Given | undefined;
}

/** What call `index` binds, by the first of its rows that says so, with the nodes of the function that it binds it to; else undefined. */
export function bindingOf(rows: readonly Row[], call: Call, module: ModuleId, index: number) {
  const row = rows.find((each): each is CallRow => each.row === 'call' && each.later === true);
  if (!row || row.forwardsFrom < 0) return undefined;
  const positions = call.args.filter(
    ({ kind }, i) => kind === 'positional' && positionOf(call.args, i) >= row.forwardsFrom,
  ).length;
  const { callable } = row;
  const nodes = callable.at === 'self' ? [selfOf(call)] : argumentsAt(call, callable).map((i) => call.args[i]!.value);
  const given: Given = { module, call: index, row, positions };
  return { given, nodes };
}

/** What a caller gives at `path` below parameter `index` of a function: by the call itself, or by what was bound before it. */
export function givenBy(
  program: Program,
  info: FunctionInfo,
  index: number,
  path: AccessPath,
  caller: Giver,
): readonly Spot[] {
  const { name } = info.params[index]!;
  const own = index - (caller.bound ? 1 : 0);
  const before = caller.given?.positions ?? 0;
  const from = (row: CallRow, position: number, module: ModuleId, call: number): readonly Spot[] =>
    passedTo(row, position, name)
      .flatMap((place) => spots(program, module, call, place))
      .map((spot) => ({ at: spot.at, path: concat(elementsOf(spot.path), path) }));
  let found: readonly Spot[] = [];
  if (!caller.row) {
    const call = program.callIn(caller.module, caller.call, 'caller');
    found = suppliers(info, call, index, path, caller.bound, before).map((s) => ({
      at: address(caller.module, call.args[s.index]!.value),
      path: s.path,
    }));
  } else if (own >= before) found = from(caller.row, own - before, caller.module, caller.call);
  if (found.length > 0 || !caller.given) return found;
  const { row, module, call } = caller.given;
  return from(row, own, module, call);
}

/** The calls that a question went down into, as text. */
export function calledFrom(frame: Frame | undefined): string {
  return frame ? `${frame.module}:${frame.call}:${frame.inModule}:${frame.fn} ${calledFrom(frame.below)}` : '';
}
