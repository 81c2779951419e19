// Where a module loads a data set that policy has a row for: by the id of a hub, or by an address that holds one.
import { addTo } from '../base/groups.ts';
import { once } from '../base/memo.ts';
import type { CellRow } from '../catalog/model.ts';
import { candidatesIn } from './candidates.ts';
import type { Commands } from './commands.ts';
import type { Readers } from './facts.ts';
import type { KeyTexts } from './keyTexts.ts';
import { textOf } from './origins.ts';
import { type Address, address, type ModuleId, type Program } from './program.ts';
import type { ReadersOf } from './readers.ts';
import { isSelected } from './registered.ts';
import { guardsHold, thingsAt } from './rows.ts';
import { type Spot, spots } from './spots.ts';
import type { Values } from './values.ts';

/** A listed data set that is loaded. */
export interface Load {
  readonly module: ModuleId;
  readonly at: Address;
  /** The API path as the catalog writes it. */
  readonly api: string;
  /** The ids under which policy lists what is loaded. */
  readonly ids: readonly string[];
  /** Where the rows stand. */
  readonly value: readonly Spot[];
  /** Whether what stands there is the path of a file that holds them. */
  readonly isPath: boolean;
  /** Who calls the function around it so that it loads these, where others have it load something else. */
  readonly readers: Readers | undefined;
}

/** The loads of listed data sets in a module, in order. */
export function loadsOf(
  program: Program,
  values: Values,
  commands: Commands,
  keyTexts: KeyTexts,
  readers: ReadersOf,
  module: ModuleId,
): readonly Load[] {
  const graph = program.graph(module, 'names a model library');
  const found: Load[] = [];
  const listed = (texts: readonly (string | undefined)[]): readonly string[] =>
    texts.flatMap((text) => (text === undefined ? [] : (program.listedDataset(text) ?? [])));
  // What a name is put together from is looked for only where it may be a listed one: of a program that is run with options, or
  // that has such a name.
  const mayBePut = once(
    () =>
      program.ecosystem(module) === 'python' &&
      (commands.isRun(module) || graph.constants.some((text) => typeof text === 'string' && listed([text]).length > 0)),
  );
  candidatesIn(program, module, 'readerNames').forEach((index) => {
    const call = graph.calls[index]!;
    for (const thing of values.targets(module, index)) {
      if (thing.is !== 'api') continue;
      for (const row of thing.position.rows) {
        if (row.row !== 'cell' || row.access !== 'read' || !(row.cell in loaded)) continue;
        const own = thingsAt(program, values, module, index, row.key).map((key) => textOf(program, values, key));
        const ids = new Set(listed(own));
        if (ids.size === 0 && mayBePut())
          for (const spot of spots(program, module, index, row.key))
            for (const id of listed(keyTexts(spot))) ids.add(id);
        if (ids.size === 0 || !guardsHold(program, values, module, index, row.guards)) continue;
        if (row.registered !== undefined && !isSelected(program, values, module, index, row.registered)) continue;
        const value = spots(program, module, index, row.value);
        const at = address(module, call.node);
        const load = { module, at, api: thing.position.path, value, isPath: row.form === 'path' };
        const named = new Map<Readers | undefined, string[]>();
        for (const id of ids) {
          const naming = readers.naming(at, (within) => {
            const texts = spots(program, module, index, row.key).flatMap((spot) => keyTexts(spot, within));
            return { names: texts.length, isNamed: listed(texts).includes(id) };
          });
          addTo(named, naming, id);
        }
        for (const [readers, ids] of named) found.push({ ...load, ids, readers });
        return;
      }
    }
  });
  return found;
}

/** The kinds of cells whose keys are ids or addresses. */
const loaded: Partial<Record<CellRow['cell'], true>> = { uri: true, file: true };
