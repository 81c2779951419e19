// Files, directories and hub ids join programs: what is written under a key is read back under it, in another script or another
// language. A key is text with holes, compared by its last segment; of several readers the nearest win.
import type { CellRow, Place } from '../catalog/model.ts';
import { NodeKind } from '../graph/graph.ts';
import { calleeName } from './callee.ts';
import { fits, type Key, keyOf, nearest } from './keys.ts';
import { limits } from './limits.ts';
import { textOf } from './origins.ts';
import { type AccessPath, below, concat, ENCODED, elementsOf, head, prepend } from './paths.ts';
import { type Address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { guardsHold } from './rows.ts';
import { type Spot, spots } from './spots.ts';
import { textsBehind } from './texts.ts';
import type { Values } from './values.ts';

/** A value that is read under the key of a write. */
export interface Reading extends Spot {
  readonly module: ModuleId;
  /** The key as the reader writes it, for people. */
  readonly key: string;
}

export interface Artifacts {
  /** Where a value that a call is given at `path` below its place is read back; nowhere if the key of the write is not known. */
  readBack(module: ModuleId, call: number, path: AccessPath): readonly Reading[];
}

interface Write {
  readonly row: CellRow;
  readonly key: Key;
}

interface Read {
  readonly keys: readonly Key[];
  readonly form: CellRow['form'];
  readonly value: readonly Spot[];
}

/** Creates the joins of one analysis. Answers are memoised for as long as it lives. */
export function createArtifacts(program: Program, values: Values): Artifacts {
  const writes = new Map<string, readonly Write[]>();
  const reads = new Map<ModuleId, readonly Read[]>();

  function readBack(module: ModuleId, call: number, path: AccessPath): readonly Reading[] {
    const found: Reading[] = [];
    for (const { row, key } of writtenAt(module, call)) {
      const rest = below(path, row.value.path);
      if (rest === undefined) continue;
      const stored = row.form === 'encode' ? prepend(ENCODED, rest) : rest;
      const readings = program.mentioning(key.name).flatMap((reader) =>
        readsOf(reader).flatMap((read) => {
          const same = read.keys.find((k) => fits(key, k));
          if (!same) return [];
          return read.value.map((spot) => ({
            at: spot.at,
            path: arriving(spot, stored, read),
            module: reader,
            key: same.name,
          }));
        }),
      );
      found.push(...nearest(readings, (reading) => program.path(reading.module), program.path(module)));
    }
    return found.slice(0, limits.readersPerWrite);
  }

  /** The keys that a call writes under, each once. */
  function writtenAt(module: ModuleId, call: number): readonly Write[] {
    const at = `${module}:${call}`;
    let known = writes.get(at);
    if (!known) {
      const found = new Map<string, Write>();
      for (const row of cellsOf(module, call))
        if (row.access === 'write' && isArtifact(row) && guardsHold(program, values, module, call, row.guards))
          for (const key of keysAt(spots(program, module, call, row.key), row.cell)) found.set(key.name, { row, key });
      known = [...found.values()];
      writes.set(at, known);
    }
    return known;
  }

  function readsOf(module: ModuleId): readonly Read[] {
    let known = reads.get(module);
    if (!known) {
      known = readsIn(module);
      reads.set(module, known);
    }
    return known;
  }

  function readsIn(module: ModuleId): Read[] {
    const graph = program.graph(module, 'reads what is written');
    const found: Read[] = [];
    graph.calls.forEach((call, index) => {
      const name = calleeName(graph, call.callee);
      if (name === undefined || !program.catalog.readerNames.has(name)) return;
      for (const row of cellsOf(module, index)) {
        if (row.access !== 'read' || !isArtifact(row) || !guardsHold(program, values, module, index, row.guards))
          continue;
        const keys = keysAt(spots(program, module, index, row.key), row.cell);
        if (keys.length > 0) found.push({ keys, form: row.form, value: spots(program, module, index, row.value) });
      }
    });
    return found;
  }

  function cellsOf(module: ModuleId, call: number): readonly CellRow[] {
    return values
      .targets(module, call)
      .flatMap((thing) => (thing.is === 'api' ? thing.position.rows : []))
      .filter((row) => row.row === 'cell');
  }

  function keysAt(at: readonly Spot[], cell: CellRow['cell']): readonly Key[] {
    const keys = new Map<string, Key>();
    for (const text of at.flatMap((spot) => textsAt(spot, 3))) {
      const key = keyOf(text, cell);
      if (key && !keys.has(key.name)) keys.set(key.name, key);
    }
    return [...keys.values()];
  }

  /** The texts that a key may be: whole ones where they are known, else the pieces that it is put together from. */
  function textsAt(spot: Spot, depth: number): readonly string[] {
    const found: string[] = [];
    for (const thing of values.what(spot.at, spot.path)) {
      const text = textOf(program, values, thing);
      if (text !== undefined) found.push(text);
      else if (thing.is === 'api' && depth > 0)
        for (const target of targetsOf(thing.at)) found.push(...textsAt(target, depth - 1));
    }
    return found.length > 0 ? found : textsBehind(program, values, [spot.at], false);
  }

  /** What an object such as an open file stands for: what its constructor was given. */
  function targetsOf(made: Address): readonly Spot[] {
    const module = moduleOf(made);
    const graph = program.graph(module, 'target');
    if (graph.kinds[nodeOf(made)] !== NodeKind.Call) return [];
    const index = graph.data[nodeOf(made)]!;
    const places = values
      .targets(module, index)
      .flatMap((t) => (t.is === 'api' ? t.position.rows : []))
      .flatMap((row): readonly Place[] => (row.row === 'client' ? row.target : []));
    return places.flatMap((place) => spots(program, module, index, place));
  }

  return { readBack };
}

/**
 * Where content stands in what is read. Of an encoded value that is read as it is, the path is known once it is decoded; whoever
 * decodes while reading lays it out anew (rows, columns), so that all of it counts as content.
 */
function arriving(spot: Spot, stored: AccessPath, read: Read): AccessPath {
  return read.form === 'value' && head(stored) === ENCODED ? concat(elementsOf(spot.path), stored) : spot.path;
}

function isArtifact(row: CellRow): boolean {
  return row.cell === 'file' || row.cell === 'directory' || row.cell === 'uri';
}
