// Where other modules see what a module exports: their imports of the name, of the module, and of the packages around it.
// Nothing here depends on the value or its access path, so a search asks once for a name, however many facts leave by it.
import { addTo } from '../base/groups.ts';
import { ANY, type ImportInfo, type ModuleGraph, NodeKind, nameOf, nodesInOrder, perGraph } from '../graph/graph.ts';
import type { Asking } from './asked.ts';
import { limits } from './limits.ts';
import type { Linker } from './link.ts';
import { type Address, address, type ModuleId, moduleName, type Program } from './program.ts';

/** A node of another module at which an exported value is seen. */
export interface Binding {
  readonly at: Address;
  /** The elements under which it stands there, outermost first: `export` where the module is bound, none where the name is. */
  readonly under: readonly string[];
  /** Where the module is what it exports (`module.exports = value`): the one member of the value that is bound. */
  readonly member: string | undefined;
}

export interface Bindings {
  /** Where `name` of `module` is seen, also through re-exports, in a fixed order. */
  of(module: ModuleId, name: string): Bound;
}

/** The bindings of one exported name. */
export interface Bound {
  readonly bindings: readonly Binding[];
  /** Whether more files import the name than are looked at. */
  readonly cut: boolean;
}

/** Creates the question over `program`. Answers are memoised. */
export function createBindings(program: Program, linker: Linker, asking: Asking): Bindings {
  const known = asking.memo<string, Bound>();
  const byTarget = asking.memo<ModuleId, ReadonlyMap<ModuleId, readonly ImportInfo[]>>();

  const of = (module: ModuleId, name: string): Bound =>
    known(`${module}:${name}`, () => {
      const bindings: Binding[] = [];
      const cut = gather(module, name, bindings, new Set());
      return { bindings, cut };
    });

  /** Adds the bindings of one name; says whether some were left out. */
  function gather(module: ModuleId, name: string, found: Binding[], seen: Set<string>): boolean {
    const key = `${module}:${name}`;
    if (seen.has(key)) return false;
    seen.add(key);
    const importers = program.importers(module, name);
    let cut = importers.length > limits.filesPerName;
    for (const importer of importers.slice(0, limits.filesPerName)) importedBy(importer, module, name, found);
    for (const again of reexports(module, name)) cut = gather(again.module, again.name, found, seen) || cut;
    throughPackages(module, name, found);
    return cut;
  }

  function importedBy(importer: ModuleId, module: ModuleId, name: string, found: Binding[]): void {
    const cause = `imports ${name}`;
    const { imports, starImports } = program.graphOfImports(importer, cause);
    const bind = (node: number, under: readonly string[], member?: string): void => {
      found.push({ at: address(importer, node), under, member });
    };
    for (const info of importsOf(importer).get(module) ?? []) {
      if (info.name === name || (name === '=' && info.name === 'default')) bind(info.node, []);
      else if (info.name === ANY) bind(info.node, name === '=' ? [] : [name]);
      else if (name === '=') bind(info.node, [], info.name);
    }
    // `from . import module` and `from pkg import module`: the module itself is the value.
    const own = moduleName(program.path(module));
    for (const info of imports) {
      if (info.name === ANY || info.name !== own) continue;
      for (const link of linker.imported(importer, info))
        if (link.to === 'module' && link.module === module) bind(info.node, [name]);
    }
    if (!starImports.some((specifier) => program.resolve(importer, specifier) === module)) return;
    const globals = (graph: ModuleGraph): readonly number[] => globalsOf(graph).get(name) ?? [];
    for (const node of program.foundIn(importer, `global ${name}`, globals, cause)) bind(node, []);
  }

  /** `import pkg` and then `pkg.module.name`: a package holds its modules. Two packages up. */
  function throughPackages(module: ModuleId, name: string, found: Binding[]): void {
    let under = [name];
    let inside = program.package(module);
    for (let level = 0; inside && level < 2; level++) {
      under = [inside.name, ...under];
      for (const importer of program.holders(inside.module, name).slice(0, limits.filesPerName))
        for (const info of importsOf(importer).get(inside.module) ?? [])
          if (info.name === ANY) found.push({ at: address(importer, info.node), under, member: undefined });
      inside = program.package(inside.module);
    }
  }

  /** Modules that re-export `name` of `module`, with the name they give it. */
  function reexports(module: ModuleId, name: string): readonly { readonly module: ModuleId; readonly name: string }[] {
    const found: { module: ModuleId; name: string }[] = [];
    for (const importer of program.reexporters(module, name)) {
      const { exports } = program.graphOfExports(importer, `re-export of ${name}`);
      for (const { from, name: given } of exports)
        if (from && (from.name === name || from.name === ANY) && program.resolve(importer, from.specifier) === module)
          found.push({ module: importer, name: from.name === ANY ? name : given });
      for (const specifier of program.graphOfImports(importer, `re-export of ${name}`).starImports)
        if (program.resolve(importer, specifier) === module) found.push({ module: importer, name });
    }
    return found;
  }

  /** The imports of a module by the module that they name. */
  const importsOf = (importer: ModuleId): ReadonlyMap<ModuleId, readonly ImportInfo[]> =>
    byTarget(importer, () => {
      const index = new Map<ModuleId, ImportInfo[]>();
      for (const info of program.graphOfImports(importer, 'imports').imports) {
        const target = program.resolve(importer, info.specifier);
        if (target === undefined) continue;
        const list = index.get(target);
        if (list) list.push(info);
        else index.set(target, [info]);
      }
      return index;
    });

  return { of };
}

/** By name: the nodes that stand for what no one in a module binds, in order. */
const globalsOf = perGraph((graph): ReadonlyMap<string, readonly number[]> => {
  const found = new Map<string, number[]>();
  for (const n of nodesInOrder(graph)) if (graph.kinds[n] === NodeKind.Global) addTo(found, nameOf(graph, n), n);
  return found;
});
