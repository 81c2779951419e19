// What a program reads from a document of the workspace: `yaml.safe_load(open('config.yaml'))['model']` is what stands there.
import type { ApiPosition } from '../catalog/model.ts';
import { callsInOrder, eachEdge, type ModuleGraph } from '../graph/graph.ts';
import type { KeyTexts } from './keyTexts.ts';
import { type AccessPath, decodedPath } from './paths.ts';
import { address, type ModuleId, type Program } from './program.ts';
import { type Spot, spots } from './spots.ts';

/** The values that a call reads at `path` from documents, by its rows. `keyTexts` says which files it opens. */
export function settingsAt(
  program: Program,
  keyTexts: KeyTexts,
  rows: ApiPosition['rows'],
  module: ModuleId,
  call: number,
  path: AccessPath,
): readonly Spot[] {
  if (path === '') return [];
  const inText = decodedPath(path);
  const found: Spot[] = [];
  for (const row of rows) {
    if (row.row !== 'cell' || row.access !== 'read' || row.cell !== 'file') continue;
    const wanted = row.form === 'decode' ? path : inText;
    if (wanted === undefined || wanted === '') continue;
    for (const text of spots(program, module, call, row.key).flatMap((spot) => keyTexts(spot))) {
      const document = program.document(module, text);
      if (document === undefined) continue;
      for (const mapping of wholes(program.graph(document, 'settings that a program reads')))
        found.push({ at: address(document, mapping), path: wanted });
    }
  }
  return found;
}

/** The mappings of a document that stand in no other and in no list. */
export function wholes(graph: ModuleGraph): readonly number[] {
  const nodes = callsInOrder(graph).map((call) => graph.calls[call]!.node);
  return nodes.filter((node) => !isUsed(graph, node));
}

function isUsed(graph: ModuleGraph, node: number): boolean {
  let used = false;
  eachEdge(graph.out, node, () => {
    used = true;
  });
  return used;
}
