// Where rows are read back that applications keep the answers of models in: chats, completions, generations. The model call
// that wrote them may be out of sight, in another program; what is done with the rows then speaks for itself.
import type { CellRow } from '../catalog/model.ts';
import type { Artifacts, Read } from './artifacts.ts';
import { calleeName } from './callee.ts';
import { type Key, plain } from './keys.ts';
import { type Address, address, type ModuleId, type Program } from './program.ts';
import type { Spot } from './spots.ts';
import type { Values } from './values.ts';

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

/** The tables of answers that a module reads, itself or by functions of other modules that it calls; in order. */
export function storedFor(program: Program, values: Values, artifacts: Artifacts, module: ModuleId): readonly Stored[] {
  const readers = [module, ...(passesOn(program, values, module) ? calledBy(program, values, module) : [])];
  return readers.flatMap((reader) =>
    artifacts.reads(reader).flatMap((read) => {
      const table = read.keys.find((key) => isOfAnswers(program, key));
      return table === undefined ? [] : [stored(program, read, table)];
    }),
  );
}

function isOfAnswers(program: Program, { cell, segments }: Key): boolean {
  return cell === 'table' && segments.some((segment) => program.keepsAnswers(plain(segment)));
}

function stored(program: Program, { module, call, row, value }: Read, key: Key): Stored {
  const at = address(module, program.graph(module, 'reads answers').calls[call]!.node);
  return { module, at, row, table: key.segments.map(plain).join('/'), value };
}

/** Whether a module publishes, or trains, or has trained: only then it is worth asking where its rows come from. */
function passesOn(program: Program, values: Values, module: ModuleId): boolean {
  const graph = program.graph(module, 'names a model library');
  return graph.calls.some((call, index) => {
    const name = calleeName(graph, call.callee);
    if (name === undefined || !program.catalog.exportNames.has(name)) return false;
    return values
      .targets(module, index)
      .some((thing) => thing.is === 'api' && thing.position.rows.some((row) => row.row === 'sink'));
  });
}

/** The modules of the functions that a module calls, but for itself. */
function calledBy(program: Program, values: Values, module: ModuleId): readonly ModuleId[] {
  const found = new Set<ModuleId>();
  program.graph(module, 'names a model library').calls.forEach((_, index) => {
    for (const thing of values.targets(module, index))
      if (thing.is === 'function' && thing.module !== module) found.add(thing.module);
  });
  return [...found].sort((a, b) => a - b);
}
