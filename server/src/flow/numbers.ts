// What number a value is, as far as the code tells: written there, a constant of another module, or what an option, a setting or the
// environment gives where nothing else is said.
import { NodeKind } from '../graph/graph.ts';
import { callUpdating } from './calls.ts';
import { decoratorsOf } from './kept.ts';
import { limits } from './limits.ts';
import type { AccessPath } from './paths.ts';
import { type Address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { rowsOfCall } from './rows.ts';
import { spots } from './spots.ts';
import type { Thing } from './things.ts';
import type { Values } from './values.ts';

/** A number, and where it is written. */
export interface Known {
  readonly value: number;
  readonly at: Address;
  /** Whether another may stand there that the code does not tell: what a library reads. */
  readonly open: boolean;
  /** Whether it is what is given where nothing else is said, so that whoever runs the program may change it. */
  readonly byDefault: boolean;
}

/** The number that the value at `path` below a node is, the largest if it may be several; undefined where any of them is not known.
 * What a library may put in its stead, as the options of a command do, leaves the number written as the default. */
export function numberAt(program: Program, values: Values, at: Address, path: AccessPath = ''): Known | undefined {
  return numberFrom(program, values, at, path, 0);
}

function numberFrom(program: Program, values: Values, at: Address, path: AccessPath, depth: number): Known | undefined {
  let found: Known | undefined;
  let open = false;
  for (const thing of values.what(at, path)) {
    const written = writtenNumber(thing) ?? readNumber(program, values, thing, depth);
    // Nothing that stands there by default is what is given in its place: `options.rows or 500`.
    const isOpen = thing.is === 'outside' || (thing.is === 'constant' && thing.value === null);
    if (written === undefined && !isOpen) return undefined;
    open ||= written?.open ?? true;
    if (written !== undefined && (found === undefined || written.value > found.value)) found = written;
  }
  if (found === undefined) return undefined;
  return { ...found, open, byDefault: open || found.byDefault || isDefault(program, values, at, path) };
}

/** A number that stands there, also as the text that an option is given in. */
function writtenNumber(thing: Thing): Known | undefined {
  if (thing.is !== 'constant') return undefined;
  const { value, at } = thing;
  if (typeof value === 'number') return { value, at, open: false, byDefault: false };
  if (typeof value !== 'string' || !/^\s*\d[\d_]*\s*$/.test(value)) return undefined;
  return { value: Number(value.replaceAll('_', '')), at, open: true, byDefault: true };
}

/** The number that a library reads out of a text: `int(os.environ.get('ROWS', '500'))`. */
function readNumber(program: Program, values: Values, thing: Thing, depth: number): Known | undefined {
  if (thing.is !== 'outside' || depth >= limits.stepsPerCut) return undefined;
  const module = moduleOf(thing.at);
  const graph = program.graphBehind(thing.at, 'volume');
  if (graph.kinds[nodeOf(thing.at)] !== NodeKind.Call) return undefined;
  const index = graph.data[nodeOf(thing.at)]!;
  const texts = rowsOfCall(program, values, module, index).flatMap((row) =>
    row.row === 'flow' && row.how === 'text' && row.to?.slot.at === 'return'
      ? spots(program, module, index, row.from)
      : [],
  );
  return texts.length === 1 ? numberFrom(program, values, texts[0]!.at, texts[0]!.path, depth + 1) : undefined;
}

/** Whether a number is what a library gives where it is told no other: on the way to it is a call that hands it on. */
function isDefault(program: Program, values: Values, at: Address, path: AccessPath): boolean {
  return values.behind(at, path).some((passed) => {
    const module = moduleOf(passed.at);
    const node = nodeOf(passed.at);
    const graph = program.graphBehind(passed.at, 'volume');
    switch (graph.kinds[node]) {
      case NodeKind.Call:
        return handsOn(program, values, module, graph.data[node]!, 'return');
      case NodeKind.PostUpdate:
        return handsOn(program, values, module, callUpdating(graph, node), 'self');
      case NodeKind.Parameter:
        return decoratorsOf(program, module, graph.data[node]!).length > 0;
      default:
        return false;
    }
  });
}

function handsOn(program: Program, values: Values, module: ModuleId, index: number, to: 'return' | 'self'): boolean {
  if (index < 0) return false;
  return rowsOfCall(program, values, module, index).some(
    (row) => row.row === 'flow' && row.how === 'value' && row.to?.slot.at === to,
  );
}

/** A number that is known to be one, told by the code at a place. */
export function oneAt(at: Address): Known {
  return { value: 1, at, open: false, byDefault: false };
}
