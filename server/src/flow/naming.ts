// Whether the name that is written under is content itself: then it is whoever was asked that decides what is made.
import type { Place } from '../catalog/model.ts';
import { EdgeKind, eachEdge, NodeKind } from '../graph/graph.ts';
import { suppliers } from './calls.ts';
import type { Frame } from './keyTexts.ts';
import { limits } from './limits.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { rowsOfCall } from './rows.ts';
import { type Spot, spots } from './spots.ts';
import type { Values } from './values.ts';
import { walk } from './walk.ts';

/** Whether content is in the name at `place` of a call. `isContent`: whether it has come to a place; `within`: see `handedBy`. */
export function isNamedByContent(
  program: Program,
  values: Values,
  module: ModuleId,
  call: number,
  place: Place,
  within: Frame | undefined,
  isContent: (at: Address) => boolean,
): boolean {
  return spots(program, module, call, place)
    .flatMap((spot) => {
      const names = opened(program, values, spot);
      return names.length > 0 || place.slot.at === 'self' ? names : [spot.at];
    })
    .some((at) => {
      const given = givenFor(program, at, within);
      return given.length > 0 ? given.some(isContent) : isContent(at);
    });
}

/** The name that a file, a writer or a table was made with. */
function opened(program: Program, values: Values, spot: Spot): readonly Address[] {
  return values.what(spot.at, spot.path).flatMap((thing) => {
    if (thing.is !== 'api') return [];
    const module = moduleOf(thing.at);
    const graph = program.graphBehind(thing.at, 'key');
    const node = nodeOf(thing.at);
    const call = graph.kinds[node] === NodeKind.Call ? graph.data[node]! : -1;
    const rows = call < 0 ? [] : rowsOfCall(program, values, module, call);
    const places = rows.flatMap((row) => (row.row === 'client' ? row.target : []));
    return places.flatMap((place) => spots(program, module, call, place)).map(({ at }) => at);
  });
}

/** What the call of a helper gives for the parameters that a value in it is made of. */
export function givenFor(program: Program, at: Address, within: Frame | undefined): readonly Address[] {
  if (within?.inModule !== moduleOf(at)) return [];
  const graph = program.graphBehind(at, 'key');
  const info = program.functionIn(within.inModule, within.fn, 'key');
  const call = program.callIn(within.module, within.call, 'key');
  const found: Address[] = [];
  const reached = new Set([nodeOf(at)]);
  for (const n of walk(reached, limits.nodesPerWalk)) {
    const param = info.params.findIndex(({ node }) => node === n);
    if (param >= 0)
      for (const { index } of suppliers(info, call, param, '', within.bound, within.given?.positions))
        found.push(address(within.module, call.args[index]!.value));
    eachEdge(graph.in, n, (end, kind) => {
      if (kind !== EdgeKind.Callee) reached.add(end);
    });
  }
  return found;
}
