// Which row of a table a statement of SQL gives, where it gives one alone: one at random, or the first by what has come of each.
import { ANY } from '../graph/graph.ts';
import { firstBy } from './keys.ts';
import { address, type ModuleId, type Program } from './program.ts';
import { guardsHold, rowsOfCall } from './rows.ts';
import { type Spot, spots } from './spots.ts';
import { textsBehind } from './texts.ts';
import type { Values } from './values.ts';

/** One row, and the words that it is picked by: columns of the order and of the condition. */
export interface PickedRow {
  readonly by: 'chance' | 'use';
  readonly pool: Spot;
  readonly reads: readonly string[];
}

/** What a call picks whose rows are its result, or stand in its receiver afterwards; undefined where it gives all, or any. */
export function rowPicked(
  program: Program,
  values: Values,
  module: ModuleId,
  call: number,
  where: 'return' | 'self',
): PickedRow | undefined {
  for (const row of rowsOfCall(program, values, module, call)) {
    const isRead = row.row === 'cell' && row.cell === 'table' && row.access === 'read' && row.value.slot.at === where;
    if (!isRead || !guardsHold(program, values, module, call, row.guards)) continue;
    const from = spots(program, module, call, row.key).map((spot) => spot.at);
    const first = firstBy(textsBehind(program, values, from, { deep: false, through: [] }).join(' '));
    if (first === undefined) continue;
    const by = /\b(?:random|rand|newid)\s*\(/i.test(first.order) ? 'chance' : 'use';
    const pool = { at: address(module, program.callIn(module, call, 'selection').callee), path: ANY };
    return { by, pool, reads: `${first.order} ${first.where}`.match(/\w+/g) ?? [] };
  }
  return undefined;
}
