// Records of which a library picks one among those that are alike: deployments of one name. What the records hold apart from that
// is spread over calls only where alike ones differ in it.
import { type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { loopsAround } from './loops.ts';
import type { AccessPath } from './paths.ts';
import { type Address, moduleOf, nodeOf, type Program } from './program.ts';
import type { Spot } from './spots.ts';
import { isMadeOf } from './workers.ts';

/** The questions that are asked of a record: what its values are made of, and by what one can be told from another. */
export interface Asking {
  /** The places behind a value, nearest first. */
  readonly follow: (spot: Spot) => readonly Spot[];
  /** What tells a value from another one; empty where there is nothing. */
  readonly marks: (spot: Spot) => string;
}

/** Whether records of a pool that agree under all of the paths `alike` hold different values under `own`; `at` is where one is picked. */
export function alikeDiffer(
  program: Program,
  { at: picking, pool }: { readonly at: Address; readonly pool: Spot },
  alike: readonly AccessPath[],
  own: AccessPath,
  { follow, marks }: Asking,
): boolean {
  const isRecord = ({ at, path }: Spot): boolean =>
    path === '' && program.graphBehind(at, 'credentials').kinds[nodeOf(at)] === NodeKind.Allocation;
  const groups = new Map<string, string>();
  for (const { at } of follow(pool).filter(isRecord)) {
    const mine = marks({ at, path: own });
    if (mine === '') continue;
    const group = alike.map((path) => marks({ at, path })).join('\n\n');
    const other = groups.get(group);
    if (other !== undefined && other !== mine) return true;
    groups.set(group, mine);
    // A record that is made in a loop, for each of what the loop walks.
    for (const item of itemsAround(program, at, picking)) {
      // Also one that is read by a number or a name of the item.
      const isMade = (way: Spot): boolean =>
        way.path === '' &&
        moduleOf(way.at) === moduleOf(at) &&
        isMadeOf(program.graphBehind(way.at, 'credentials'), nodeOf(way.at), item, true);
      const isVaried = (path: AccessPath): boolean => follow({ at, path }).some(isMade);
      if (isVaried(own) && !alike.some(isVaried)) return true;
    }
  }
  return false;
}

/** The variables of the loops that a record is made in, and the place that picks among them is not. */
function itemsAround(program: Program, record: Address, picking: Address): readonly number[] {
  const outside = moduleOf(record) === moduleOf(picking) ? nodeOf(picking) : -1;
  const find = (graph: ModuleGraph): readonly number[] => {
    const outer = outside < 0 ? [] : loopsAround(graph, outside);
    const inner = loopsAround(graph, nodeOf(record)).filter((loop) => !outer.includes(loop));
    return inner.map((loop) => graph.regions[loop]!.loop!.variable).filter((variable) => variable >= 0);
  };
  return program.foundIn(moduleOf(record), `items around ${nodeOf(record)} in ${outside}`, find, 'credentials');
}
