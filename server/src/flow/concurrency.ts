// Whether repeated calls run at once.
import type { CallRow, VolumeRow } from '../catalog/model.ts';
import type { ModuleId, Program } from './program.ts';
import { spots } from './spots.ts';
import type { Values } from './values.ts';

/**
 * Whether of the calls that a library makes at call `index`, known by `row`, several run at once: the row says so, or their number
 * is given there, and it is not one. What makes many calls of a model by itself does.
 */
export function runAtOnce(
  program: Program,
  values: Values,
  module: ModuleId,
  index: number,
  row: CallRow | VolumeRow,
): boolean {
  const calling = row.row === 'volume' ? row.by : row;
  if (calling === undefined) return true;
  const given = calling.concurrency && index >= 0 ? spots(program, module, index, calling.concurrency) : [];
  if (given.length === 0) return calling.atOnce === true;
  const numbers = given.flatMap(({ at, path }) => values.what(at, path));
  return !numbers.some((thing) => thing.is === 'constant' && (thing.value === 1 || thing.value === null));
}
