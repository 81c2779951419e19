// Objects that nobody in the workspace makes and everybody may name: what a library keeps for a program (`st.session_state`), and
// the global object of a page. What is put into one stands in it wherever it is named.
import { ANY, EdgeKind, eachEdge, type ModuleGraph, NodeKind, nameOf, nodesInOrder } from '../graph/graph.ts';
import { limits } from './limits.ts';
import { type AccessPath, below, elementsOf, head, prepend } from './paths.ts';
import { address, type ModuleId, type Program } from './program.ts';
import type { Source } from './reversal.ts';
import type { Spot } from './spots.ts';

/** The names of the global object. */
const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(['window', 'globalThis', 'self', 'global']);

/** The places that name the object in which a member stands at `node`, with the way from there to what is at `path` of the member;
 * none where the object is somebody's. */
export function namedOutside(
  program: Program,
  module: ModuleId,
  graph: ModuleGraph,
  node: number,
  path: AccessPath,
): readonly Spot[] {
  const { object, path: whole } = beginningOf(graph, node, path);
  const first = head(whole);
  if (first === undefined || first === ANY || whole === path) return [];
  if (graph.kinds[object] === NodeKind.Import) {
    const own = graph.imports[graph.data[object]!]!;
    if (program.resolve(module, own.specifier) !== undefined) return [];
    return mentioning(first).flatMap((other) =>
      program
        .graphOfImports(other, 'names a library')
        .imports.filter(({ specifier, name }) => specifier === own.specifier && name === own.name)
        .map((named) => ({ at: address(other, named.node), path: whole })),
    );
  }
  const name = graph.kinds[object] === NodeKind.Global ? nameOf(graph, object) : '';
  if (!GLOBAL_OBJECTS.has(name) || program.ecosystem(module) !== 'javascript') return [];
  return mentioning(first).flatMap((other) =>
    program
      .foundIn(other, 'global objects', globalObjects, 'names a global')
      .map((n) => ({ at: address(other, n), path: whole })),
  );

  function mentioning(member: string): readonly ModuleId[] {
    return program
      .mentioning(member)
      .filter((other) => program.ecosystem(other) === program.ecosystem(module))
      .slice(0, limits.filesPerName);
  }
}

/** The states in which a module leaves what stands at `path` of a library that it imports at `node`, and what is asked of each. */
export function leftOutside(program: Program, module: ModuleId, node: number, path: AccessPath): readonly Source[] {
  const states = program.foundIn(module, 'states of imports', statesOfImports, 'value');
  return states.flatMap(({ on, at, state }) => {
    const rest = on === node ? below(path, elementsOf(at)) : undefined;
    return rest ? [{ node: state, path: rest }] : [];
  });
}

/** What is put into members of imports: the import, the member's path, and the node that is the member afterwards. */
function statesOfImports(graph: ModuleGraph): readonly { on: number; at: AccessPath; state: number }[] {
  return [...nodesInOrder(graph)].flatMap((state) => {
    if (graph.kinds[state] !== NodeKind.PostUpdate) return [];
    let changed = -1;
    let puts = false;
    eachEdge(graph.in, state, (end, edge) => {
      if (edge === EdgeKind.Flow) changed = end;
      else if (edge === EdgeKind.Store) puts = true;
    });
    if (!puts || changed < 0 || graph.kinds[changed] !== NodeKind.Load) return [];
    const { object, path } = beginningOf(graph, changed, '');
    return graph.kinds[object] === NodeKind.Import ? [{ on: object, at: path, state }] : [];
  });
}

/** The object that a chain of members begins with. */
function beginningOf(graph: ModuleGraph, node: number, path: AccessPath): { object: number; path: AccessPath } {
  let object = node;
  let whole = path;
  for (let steps = 0; steps < limits.pathDepth; steps++) {
    const kind = graph.kinds[object];
    let before = -1;
    eachEdge(graph.in, object, (end, edge, label) => {
      if (kind === NodeKind.Load && edge === EdgeKind.Load) {
        before = end;
        whole = prepend(graph.strings[label]!, whole);
      } else if (kind === NodeKind.Cell && edge === EdgeKind.Flow && graph.kinds[end] === NodeKind.Import) before = end;
    });
    if (before < 0) break;
    object = before;
  }
  return { object, path: whole };
}

function globalObjects(graph: ModuleGraph): readonly number[] {
  return [...nodesInOrder(graph)].filter(
    (n) => graph.kinds[n] === NodeKind.Global && GLOBAL_OBJECTS.has(nameOf(graph, n)),
  );
}
