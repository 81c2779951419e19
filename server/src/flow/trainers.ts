// Where a module trains a model or starts a fine-tuning job, whatever the data: a sign of what the files beside it are for.
import type { SinkKind } from '../catalog/model.ts';
import { candidatesIn } from './candidates.ts';
import { type Address, address, type ModuleId, type Program } from './program.ts';
import { guardsHold } from './rows.ts';
import type { Values } from './values.ts';

/** A call that trains a model here, or has it trained by a service. */
export interface Trainer {
  readonly at: Address;
  readonly by: 'code' | 'service';
}

const training: Partial<Record<SinkKind, Trainer['by']>> = { train: 'code', upload: 'service', job: 'service' };

/** The calls of trainers, fine-tuning uploads and jobs in a module, in order. */
export function trainersOf(program: Program, values: Values, module: ModuleId): readonly Trainer[] {
  return candidatesIn(program, module, 'trainerNames').flatMap((index): Trainer[] => {
    for (const thing of values.targets(module, index)) {
      if (thing.is !== 'api') continue;
      for (const row of thing.position.rows) {
        const by = row.row === 'sink' ? training[row.kind] : undefined;
        if (by === undefined || row.row !== 'sink' || !guardsHold(program, values, module, index, row.guards)) continue;
        return [{ at: address(module, program.callIn(module, index, 'names a model library').node), by }];
      }
    }
    return [];
  });
}
