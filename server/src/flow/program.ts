// What the search may ask of the workspace. Every question that the answer of an edit could change goes through here, so that
// the one who implements it can record what each answer was found from.
import type { Catalog, Ecosystem } from '../catalog/model.ts';
import type { Call, ClassInfo, FunctionInfo, ModuleGraph } from '../graph/graph.ts';
import type { Tracing } from './traces.ts';

/** A file that can be parsed, by number. Numbers are given in path order, so that they order results. */
export type ModuleId = number;

/** One node of one module: `module * NODES + node`. */
export type Address = number;

/** How many nodes a module may have. No more than it takes, so that addresses are small integers to the machine in workspaces of
 * up to two thousand files: maps of others are half as fast. */
export const NODES = 2 ** 20;

/** The address of node `node` of `module`. */
export function address(module: ModuleId, node: number): Address {
  return module * NODES + node;
}
/** The module of an address. */
export function moduleOf(at: Address): ModuleId {
  return Math.floor(at / NODES);
}
/** The node of an address. */
export function nodeOf(at: Address): number {
  // The remainder, without a division of floating-point numbers, which most addresses of a large workspace are.
  return at & (NODES - 1);
}

/** The name that Python's imports know a file by: its own, or its folder's where it is a package; undefined for other files. */
export function moduleName(path: string): string | undefined {
  return /([^/]+?)(?:\/__init__)?\.py$/.exec(path)?.[1];
}

/** One bound import in one module. */
export interface Importer {
  readonly module: ModuleId;
  /** The import's node. */
  readonly node: number;
  /** The name imported, or `*` for the module. */
  readonly name: string;
}

/** A question that a graph alone answers, with data that compares as JSON: numbers of nodes, indices of calls, names. */
export type GraphQuestion<T> = (graph: ModuleGraph) => T;

export interface Program {
  readonly catalog: Catalog;
  /** Records what of the workspace answers are found from. */
  readonly tracing: Tracing;
  /** The graph of a module; parses it on first use. `cause` is shown in coverage. Whoever asks so looks at all of it; whoever asks
   * for the same graph in one of the ways below looks at that part alone, and is not asked again when an edit changes others. */
  graph(module: ModuleId, cause: string): ModuleGraph;
  /** For who goes back from a node: what its value was made of, in this module, and the names that it has for others. */
  graphBehind(at: Address, cause: string): ModuleGraph;
  /** For who goes forward from a node: its edges, and the nodes at their ends with what they were made of directly. */
  graphAround(at: Address, cause: string): ModuleGraph;
  /** For one call, with what it invokes and what it is given. */
  graphOfCall(module: ModuleId, call: number, cause: string): ModuleGraph;
  /** For one class: its bases, members and methods. */
  graphOfClass(module: ModuleId, cls: number, cause: string): ModuleGraph;
  /** The call, function or class of an index. */
  callIn(module: ModuleId, call: number, cause: string): Call;
  functionIn(module: ModuleId, fn: number, cause: string): FunctionInfo;
  classIn(module: ModuleId, cls: number, cause: string): ClassInfo;
  /** For the names of the fields that a function reads and sets. */
  graphOfFields(module: ModuleId, fn: number, cause: string): ModuleGraph;
  /** For what a module imports. */
  graphOfImports(module: ModuleId, cause: string): ModuleGraph;
  /** For what a module exports. */
  graphOfExports(module: ModuleId, cause: string): ModuleGraph;
  /** For the global of one name. */
  graphOfGlobal(module: ModuleId, name: string, cause: string): ModuleGraph;
  /** What `find` finds in the graph alone. Whoever is given it is asked again when it is something else, and not when the graph is.
   * `key` says which question it is. */
  foundIn<T>(module: ModuleId, key: string, find: GraphQuestion<T>, cause: string): T;
  ecosystem(module: ModuleId): Ecosystem;
  path(module: ModuleId): string;
  /** The module that `specifier` means in `from`, or undefined where it is outside the workspace. */
  resolve(from: ModuleId, specifier: string): ModuleId | undefined;
  /** The submodule `name` of package `module` (Python), if it is a file of its own. */
  submodule(module: ModuleId, name: string): ModuleId | undefined;
  /** The package that `module` is a part of (Python), and its name there. */
  package(module: ModuleId): { readonly module: ModuleId; readonly name: string } | undefined;
  /** Modules that import `module` and mention `name`, in order. */
  importers(module: ModuleId, name: string): readonly ModuleId[];
  /** Those of them that import it as a module, and not only names of it (Python). */
  holders(module: ModuleId, name: string): readonly ModuleId[];
  /** Those of them that may pass on what they import without a binding of their own. */
  reexporters(module: ModuleId, name: string): readonly ModuleId[];
  /** Modules that mention a name of a file or folder (`{}` stands for anything in it), in order. */
  mentioning(name: string): readonly ModuleId[];
  /** The document of the workspace (YAML, JSON) that a path means in a program of `from`, wherever it is started; the nearest. */
  document(from: ModuleId, path: string): ModuleId | undefined;
  /** The id of a data set that policy lists, its own or a mirror's, as an id, an address or a file name says it. */
  listedDataset(text: string): string | undefined;
  /** Whether a table is named as those are in which applications keep what models answered. */
  keepsAnswers(table: string): boolean;
  /** Whether a module's path says that training data is made or used there. */
  saysTraining(module: ModuleId): boolean;
  /** Whether a key says that it holds how a model came to its answer. */
  holdsReasoning(key: string): boolean;
  /** Whether a URL (or its constant part) is one of a known model API, and of which provider. */
  modelHost(url: string): boolean;
  /** Whether only a model is sent turns of a role. */
  modelTurn(role: string): boolean;
}
