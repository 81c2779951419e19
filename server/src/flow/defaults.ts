// What a program sets once for all calls of a library that are told nothing themselves: `dspy.configure(lm=…)`, `Settings.llm = …`.
import type { ApiPosition, ClientRow } from '../catalog/model.ts';
import { callsInOrder, EdgeKind, eachEdge, NodeKind, nodesInOrder } from '../graph/graph.ts';
import { calleeName } from './callee.ts';
import { limits } from './limits.ts';
import { type Address, address, type ModuleId, type Program } from './program.ts';
import type { Values } from './values.ts';

/**
 * The calls and values by which the program of a module sets who answers the calls of a library, known by the API path of one:
 * those of the module itself, or else of the modules that import it. `kind`: those that say all, or the client alone.
 */
export function defaultsOf(
  program: Program,
  values: Values,
  module: ModuleId,
  api: string,
  kind: ClientRow['default'],
): readonly Address[] {
  const library = packageOf(api);
  const names = new Set(program.catalog.defaults(program.ecosystem(module), library));
  if (names.size === 0) return [];
  const own = defaultsIn(program, values, module, library, names, kind);
  if (own.length > 0) return own;
  const mentioning = [...names].flatMap((name) => program.mentioning(name).slice(0, limits.filesPerName));
  return [...new Set(mentioning)]
    .filter((other) => other !== module && program.ecosystem(other) === program.ecosystem(module))
    .filter((other) => imports(program, other, module))
    .flatMap((other) => defaultsIn(program, values, other, library, names, kind));
}

function imports(program: Program, from: ModuleId, module: ModuleId): boolean {
  const graph = program.graphOfImports(from, 'sets a model for all calls');
  return graph.imports.some(({ specifier }) => program.resolve(from, specifier) === module);
}

function defaultsIn(
  program: Program,
  values: Values,
  module: ModuleId,
  library: string,
  names: ReadonlySet<string>,
  kind: ClientRow['default'],
): readonly Address[] {
  const graph = program.graph(module, 'sets a model for all calls');
  const isDefault = (position: ApiPosition | undefined): boolean =>
    position?.rows.some(
      (row) => row.row === 'client' && row.default === kind && packageOf(position.path) === library,
    ) ?? false;
  const found: Address[] = [];
  callsInOrder(graph).forEach((index) => {
    const call = graph.calls[index]!;
    if (!names.has(calleeName(graph, call.callee) ?? '')) return;
    if (values.targets(module, index).some((thing) => thing.is === 'api' && isDefault(thing.position)))
      found.push(address(module, call.node));
  });
  for (const node of nodesInOrder(graph)) {
    if (graph.kinds[node] !== NodeKind.PostUpdate) continue;
    const objects: number[] = [];
    const stored: { readonly name: string; readonly value: number }[] = [];
    eachEdge(graph.in, node, (end, kind, label) => {
      if (kind === EdgeKind.Flow) objects.push(end);
      else if (kind === EdgeKind.Store && names.has(graph.strings[label]!))
        stored.push({ name: graph.strings[label]!, value: end });
    });
    for (const { name, value } of stored)
      for (const thing of objects.flatMap((object) => values.what(address(module, object))))
        if (thing.is === 'api' && isDefault(program.catalog.member(thing.position, name)))
          for (const made of values.what(address(module, value))) if (made.is === 'api') found.push(made.at);
  }
  return found;
}

/** The library that an API path belongs to. */
export function packageOf(path: string): string {
  return /^[^.(]*/.exec(path)![0];
}
