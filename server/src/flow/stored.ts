// Where rows are read back that applications keep the answers of models in: chats, completions, generations. The model call
// that wrote them may be out of sight, in another program; what is done with the rows then speaks for itself.
import type { CellRow } from '../catalog/model.ts';
import type { Artifacts } from './artifacts.ts';
import { candidatesIn } from './candidates.ts';
import { type Key, plain } from './keys.ts';
import { type Address, address, type ModuleId, type Program } from './program.ts';
import type { Spot } from './spots.ts';

/** Rows of a table of answers that are read. */
export interface Stored {
  readonly module: ModuleId;
  readonly at: Address;
  /** The row that knows the call. */
  readonly row: CellRow;
  readonly table: string;
  /** Where the rows stand. */
  readonly value: readonly Spot[];
}

/** The tables of answers that a module reads, in order. */
export function storedIn(program: Program, artifacts: Artifacts, module: ModuleId): readonly Stored[] {
  // Asked of every module that is looked at: most calls are told by their name.
  return candidatesIn(program, module, 'tableReaderNames').flatMap((index) => {
    return artifacts.readsAt(module, index).flatMap(({ row, keys, value }) => {
      const key = keys.find((key) => isOfAnswers(program, key));
      if (key === undefined) return [];
      return [
        {
          module,
          at: address(module, program.callIn(module, index, 'stored').node),
          row,
          table: key.segments.map(plain).join('/'),
          value,
        },
      ];
    });
  });
}

function isOfAnswers(program: Program, { cell, segments }: Key): boolean {
  return cell === 'table' && segments.some((segment) => program.keepsAnswers(plain(segment)));
}
