// Modules that run beside one another: a call names the file of another, and what that one exposes is what the call gives.
import type { CellRow, Place, Row } from '../catalog/model.ts';
import { EdgeKind, eachEdge, type ModuleGraph, NodeKind, valueBefore } from '../graph/graph.ts';
import { candidatesIn } from './candidates.ts';
import type { KeyTexts } from './keyTexts.ts';
import { limits } from './limits.ts';
import { type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { rowsOfCall } from './rows.ts';
import { type Spot, spots } from './spots.ts';
import type { Values } from './values.ts';

/** The modules that the key of a call names, as the one who runs them. */
export function othersAt(
  program: Program,
  values: Values,
  textsAt: KeyTexts,
  module: ModuleId,
  call: number,
  { key }: CellRow,
): readonly ModuleId[] {
  if (key.slot.at === 'rerun') {
    const instead = runInstead(program, values, textsAt, module);
    return instead.length > 0 ? instead : [module];
  }
  return namedAt(program, textsAt, module, call, key);
}

/** What a module says that is run where it would run itself again. */
function runInstead(program: Program, values: Values, textsAt: KeyTexts, module: ModuleId): readonly ModuleId[] {
  return candidatesIn(program, module, 'writerNames').flatMap((call) =>
    rowsOfCall(program, values, module, call).flatMap((row) =>
      row.row === 'cell' && row.value.slot.at === 'rerun' ? namedAt(program, textsAt, module, call, row.key) : [],
    ),
  );
}

/** The modules that a place of a call names. */
function namedAt(program: Program, textsAt: KeyTexts, module: ModuleId, call: number, key: Place): readonly ModuleId[] {
  return spots(program, module, call, key).flatMap((spot) =>
    standsForFile(program.graphBehind(spot.at, 'key'), nodeOf(spot.at))
      ? [moduleOf(spot.at)]
      : textsAt(spot).flatMap((text) => {
          const named = program.resolve(module, `./${text.replace(/^(?:\{[^{}]*\}|\.)?\//, '')}`);
          return named === undefined ? [] : [named];
        }),
  );
}

/** The modules that mention a module by the name of its file. */
export function mentioningFile(program: Program, module: ModuleId): readonly ModuleId[] {
  const [, stem = '', ending = ''] = /([^/]+?)(\.\w+)?$/.exec(program.path(module)) ?? [];
  // A word is found with any ending; other names stand there whole, and name what is run instead of what is written.
  const names = /^[\w$]+$/.test(stem) ? [stem] : [stem, stem + ending, stem + ending.replace('ts', 'js')];
  return [...new Set(names.flatMap((name) => program.mentioning(name).slice(0, limits.filesPerName)))];
}

/** What the modules that a call names have exposed, where its rows say that it gives that. */
export function exposedTo(
  program: Program,
  values: Values,
  textsAt: KeyTexts,
  rows: readonly Row[],
  module: ModuleId,
  call: number,
): readonly Spot[] {
  return rows.flatMap((row) => {
    if (row.row !== 'cell' || row.cell !== 'module' || row.access !== 'read' || row.value.slot.at !== 'return')
      return [];
    return othersAt(program, values, textsAt, module, call, row).flatMap((other) => exposedIn(program, values, other));
  });
}

function exposedIn(program: Program, values: Values, module: ModuleId): readonly Spot[] {
  return candidatesIn(program, module, 'writerNames').flatMap((call) =>
    rowsOfCall(program, values, module, call).flatMap((row) =>
      row.row === 'cell' && row.access === 'write' && row.cell === 'module' && row.key.slot.at === 'module'
        ? spots(program, module, call, row.value)
        : [],
    ),
  );
}

/** Whether a value is the name of the file that it stands in or its address (`__filename`, `fileURLToPath(import.meta.url)`), or
 * was made with it: a worker of its own file. */
function standsForFile(graph: ModuleGraph, node: number): boolean {
  let at = node;
  for (let steps = 0; steps < limits.namesPerChain && at >= 0; steps++) {
    const kind = graph.kinds[at];
    const name = kind === NodeKind.Global || kind === NodeKind.Load ? graph.strings[graph.data[at]!] : undefined;
    if (kind === NodeKind.Global) return name === '__filename' || name === 'import.meta';
    if (kind === NodeKind.Call) at = graph.calls[graph.data[at]!]!.args[0]?.value ?? -1;
    else if (kind === NodeKind.Load) {
      if (name !== 'url' && name !== 'filename') return false;
      eachEdge(graph.in, at, (end, edge) => {
        if (edge === EdgeKind.Load) at = end;
      });
    } else at = valueBefore(graph, at);
  }
  return false;
}
