// Joins modules: what an import means in the module it names, and which names a value is exported under.
import { addTo } from '../base/groups.ts';
import { ANY, type ImportInfo, perGraph } from '../graph/graph.ts';
import type { Asking } from './asked.ts';
import { limits } from './limits.ts';
import { type Address, address, type ModuleId, type Program } from './program.ts';
import { wholes } from './settings.ts';

/** What a name of another module turned out to be. */
export type Linked =
  | { readonly to: 'node'; readonly at: Address }
  | { readonly to: 'module'; readonly module: ModuleId }
  | { readonly to: 'outside'; readonly specifier: string; readonly name: string };

export interface Linker {
  /** What import `info` of `module` brings. */
  imported(module: ModuleId, info: ImportInfo): readonly Linked[];
  /** What `module` exports as `name` (following re-exports); empty where it exports no such name. */
  exported(module: ModuleId, name: string): readonly Linked[];
  /** Names under which the value at `node` leaves its module. */
  namesAt(module: ModuleId, node: number): readonly string[];
}

/** Creates a linker over `program`. Look-ups are memoised. */
export function createLinker(program: Program, asking: Asking): Linker {
  const imports = asking.memo<Address, readonly Linked[]>();
  const known = asking.memo<string, readonly Linked[]>();

  function exported(module: ModuleId, name: string, seen: Set<string>): Linked[] {
    const key = `${module}:${name}`;
    if (seen.has(key) || seen.size >= limits.exportsPerName) return [];
    seen.add(key);
    const cause = `import of ${name}`;
    // A document that is imported is its value.
    if (program.ecosystem(module) === 'configuration' && name === 'default')
      return wholes(program.graph(module, cause)).map((node) => ({ to: 'node', at: address(module, node) }));
    const found: Linked[] = [];
    let whole = -1;
    const { exports } = program.graphOfExports(module, cause);
    for (const e of exports) {
      if (e.name === '=') whole = e.node;
      if (e.name !== name || e.name === '*') continue;
      if (e.from) found.push(...follow(module, e.from.specifier, e.from.name, seen));
      else found.push({ to: 'node', at: address(module, e.node) });
    }
    if (found.length > 0) return found;
    if (program.ecosystem(module) === 'python') {
      const global = program.graphOfGlobal(module, name, cause).globals.get(name);
      if (global !== undefined) return [{ to: 'node', at: address(module, global) }];
    }
    const submodule = program.submodule(module, name);
    if (submodule !== undefined) return [{ to: 'module', module: submodule }];
    for (const e of exports) if (e.name === '*' && e.from) found.push(...follow(module, e.from.specifier, name, seen));
    const { starImports } = program.graphOfImports(module, cause);
    for (const specifier of starImports) found.push(...follow(module, specifier, name, seen));
    const inside = found.filter((f) => f.to !== 'outside');
    if (inside.length > 0) return inside;
    if (name === 'default' && whole >= 0) return [{ to: 'node', at: address(module, whole) }];
    return found;
  }

  function follow(from: ModuleId, specifier: string, name: string, seen: Set<string>): Linked[] {
    const module = program.resolve(from, specifier);
    if (module === undefined) {
      // `from . import name`, where the package has no file of its own, or `from pkg import submodule` of a namespace package.
      const joined = program.resolve(from, specifier.endsWith('.') ? specifier + name : `${specifier}.${name}`);
      if (joined !== undefined && program.ecosystem(from) === 'python') return [{ to: 'module', module: joined }];
      return [{ to: 'outside', specifier, name }];
    }
    if (name === ANY) return [{ to: 'module', module }];
    return exported(module, name, seen);
  }

  return {
    imported: (module, { node, specifier, name }) =>
      imports(address(module, node), () => {
        // The key is a place in its graph.
        program.graphBehind(address(module, node), 'import');
        return follow(module, specifier, name, new Set());
      }),
    exported: (module, name) => known(`${module}:${name}`, () => exported(module, name, new Set())),
    namesAt(module, node) {
      const names = program.ecosystem(module) === 'python' ? namesInPython : namesExported;
      return names(program.graphBehind(address(module, node), 'export')).get(node) ?? NONE;
    },
  };
}

const NONE: readonly string[] = [];

const namesExported = perGraph(({ exports }) => namesByNode(exports.map(({ node, name }) => [name, node])));

// In Python other modules see whatever a module names.
const namesInPython = perGraph(({ exports, globals }) =>
  namesByNode([...exports.map(({ node, name }): [string, number] => [name, node]), ...globals]),
);

function namesByNode(named: readonly (readonly [string, number])[]): ReadonlyMap<number, readonly string[]> {
  const names = new Map<number, string[]>();
  for (const [name, node] of named) if (node >= 0) addTo(names, node, name);
  return names;
}
