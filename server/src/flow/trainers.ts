// Where a module trains a model or starts a fine-tuning job, whatever the data: a sign of what the files beside it are for.
import type { SinkKind } from '../catalog/model.ts';
import { calleeName } from './callee.ts';
import { type Address, address, type ModuleId, type Program } from './program.ts';
import { guardsHold } from './rows.ts';
import type { Values } from './values.ts';

const training: ReadonlySet<SinkKind> = new Set<SinkKind>(['train', 'upload', 'job']);

/** The calls of trainers, fine-tuning uploads and jobs in a module, in order. */
export function trainersOf(program: Program, values: Values, module: ModuleId): readonly Address[] {
  const graph = program.graph(module, 'names a model library');
  const found: Address[] = [];
  graph.calls.forEach((call, index) => {
    const name = calleeName(graph, call.callee);
    if (name === undefined || !program.catalog.trainerNames.has(name)) return;
    const trains = values
      .targets(module, index)
      .some(
        (thing) =>
          thing.is === 'api' &&
          thing.position.rows.some(
            (row) =>
              row.row === 'sink' && training.has(row.kind) && guardsHold(program, values, module, index, row.guards),
          ),
      );
    if (trains) found.push(address(module, call.node));
  });
  return found;
}
