// Functions that a text names: a queue is told the path of what its worker calls, a pool the file that holds it.
import type { CallRow } from '../catalog/model.ts';
import { functionAt, functionOf, functionsInOrder } from '../graph/graph.ts';
import type { Asking } from './asked.ts';
import { mentioningFile } from './beside.ts';
import { candidatesIn } from './candidates.ts';
import type { KeyTexts } from './keyTexts.ts';
import { limits } from './limits.ts';
import type { Linker } from './link.ts';
import { type Address, type ModuleId, moduleName, moduleOf, nodeOf, type Program } from './program.ts';
import { rowsOfCall } from './rows.ts';
import { spots } from './spots.ts';
import type { Values } from './values.ts';

/** A function of the workspace. */
export interface ProjectFunction {
  readonly module: ModuleId;
  readonly fn: number;
}

/** A call that names a function, and the row that says so. */
export interface Naming {
  readonly module: ModuleId;
  readonly call: number;
  /** The function that the call stands in. */
  readonly within: number;
  readonly row: CallRow;
}

export interface Named {
  /** The functions that a call names where its row says that it may. */
  functionsAt(module: ModuleId, call: number, row: CallRow): readonly ProjectFunction[];
  /** The calls that name a function. */
  callsOf(module: ModuleId, fn: number): readonly Naming[];
}

/** Creates the joins by name of one analysis. Answers are memoised. */
export function createNamed(
  program: Program,
  linker: Linker,
  values: Values,
  textsAt: KeyTexts,
  asking: Asking,
): Named {
  const { catalog } = program;
  const named = asking.memo<ModuleId, readonly (Naming & { readonly functions: readonly ProjectFunction[] })[]>();
  const users = asking.memo<'', ReadonlySet<ModuleId>>();

  function functionsAt(module: ModuleId, call: number, row: CallRow): readonly ProjectFunction[] {
    if (row.named === undefined) return [];
    const place = { slot: row.callable, path: row.inside ?? [] };
    const texts = spots(program, module, call, place).flatMap((spot) => textsAt(spot));
    return [...new Set(texts)].flatMap((text) => {
      if (row.named === 'file')
        return row.folder === undefined ? inFile(module, text) : inFolder(module, row.folder, text);
      if (!/^[\w$.:]+$/.test(text)) return [];
      return row.named === 'path' ? atPath(module, text) : calledSo(module, text);
    });
  }

  /** `package.module.function`, or `package.module:function`. */
  function atPath(module: ModuleId, text: string): readonly ProjectFunction[] {
    const parts = /^(.+)[.:]([\w$]+)$/.exec(text);
    if (!parts) return [];
    // A module that speaks of itself does not import itself.
    const isOwn = moduleName(program.path(module)) === parts[1]!.split('.').at(-1);
    const target = program.resolve(module, parts[1]!) ?? (isOwn ? module : undefined);
    return target === undefined ? [] : exportedAs(target, parts[2]!);
  }

  /** What a file exports as a whole. */
  function inFile(module: ModuleId, text: string): readonly ProjectFunction[] {
    const target = program.resolve(module, `./${text.replace(/^(?:\{[^{}]*\}|\.)?\//, '')}`);
    return target === undefined ? [] : [...exportedAs(target, 'default'), ...exportedAs(target, '=')];
  }

  /** What a file of a folder exports that goes by its own name, of the nearest such folder. */
  function inFolder(module: ModuleId, folder: string, name: string): readonly ProjectFunction[] {
    if (!/^[\w.-]+$/.test(name)) return [];
    const depth = program.path(module).split('/').length;
    for (let up = 0; up < depth; up++) {
      const found = inFile(module, `${'../'.repeat(up)}${folder}/${name}`);
      if (found.length > 0) return found;
    }
    return [];
  }

  function exportedAs(module: ModuleId, name: string): readonly ProjectFunction[] {
    const places = linker.exported(module, name).flatMap((link) => (link.to === 'node' ? [link.at] : []));
    return places.flatMap(functionsBehind);
  }

  function functionsBehind(at: Address): readonly ProjectFunction[] {
    const fn = functionAt(program.graphBehind(at, 'is named'), nodeOf(at));
    if (fn >= 0) return [{ module: moduleOf(at), fn }];
    return values.what(at).flatMap((thing) => (thing.is === 'function' ? [thing] : []));
  }

  /** The functions of that name: those of the module that names them, or else of others. */
  function calledSo(module: ModuleId, name: string): readonly ProjectFunction[] {
    const own = functionsIn(module, name);
    if (own.length > 0) return own;
    const others = program.mentioning(name).slice(0, limits.filesPerName);
    return others
      .filter((other) => program.ecosystem(other) === program.ecosystem(module))
      .flatMap((other) => functionsIn(other, name));
  }

  function functionsIn(module: ModuleId, name: string): readonly ProjectFunction[] {
    const graph = program.graph(module, 'is named');
    return functionsInOrder(graph).flatMap((fn) => {
      const info = graph.functions[fn]!;
      return info.name === name && info.owner < 0 ? [{ module, fn }] : [];
    });
  }

  function callsOf(module: ModuleId, fn: number): readonly Naming[] {
    const using = users('', () => new Set([...catalog.namingPackages].flatMap(program.mentioning)));
    if (using.size === 0) return [];
    const info = program.functionIn(module, fn, 'is named');
    if (info.owner >= 0 || fn === 0) return [];
    const naming = [...program.mentioning(info.name), ...mentioningFile(program, module)];
    return [...new Set(naming)].flatMap((user) =>
      using.has(user) && program.ecosystem(user) === program.ecosystem(module)
        ? namingsIn(user).filter(({ functions }) => functions.some((f) => f.module === module && f.fn === fn))
        : [],
    );
  }

  const namingsIn = (module: ModuleId) =>
    named(module, () =>
      candidatesIn(program, module, 'namingNames').flatMap((call) =>
        rowsOfCall(program, values, module, call).flatMap((row) => {
          const functions = row.row === 'call' ? functionsAt(module, call, row) : [];
          if (row.row !== 'call' || functions.length === 0) return [];
          const graph = program.graphOfCall(module, call, 'names what is called');
          return [{ module, call, within: functionOf(graph, graph.calls[call]!.node), row, functions }];
        }),
      ),
    );

  return { functionsAt, callsOf };
}
