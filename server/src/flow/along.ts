// What a database reads along with the rows of a table: the relations that a call names, by the keys of an object
// (`include: { messages: true }`) or in a text (`select('id, messages(*)')`).
import type { Place } from '../catalog/model.ts';
import { ANY, EdgeKind, eachEdge } from '../graph/graph.ts';
import type { KeyTexts } from './keyTexts.ts';
import { elementsOf, pathOf } from './paths.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { type Spot, spots, writtenIn } from './spots.ts';

/** Rows of a table that are read along. */
export interface Along {
  /** What the table may be called: by the relation, or by one of its rows. */
  readonly names: readonly string[];
  /** Where they stand in a row of the table that is asked for: one of them, or a list. */
  readonly paths: readonly (readonly string[])[];
}

/** How deep relations of relations are looked at. */
const DEEPEST = 2;

/** What the places of a call name as read along. */
export function readAlong(
  program: Program,
  textsAt: KeyTexts,
  module: ModuleId,
  call: number,
  places: readonly Place[],
): readonly Along[] {
  const listed = places.map((place) => ({ ...place, ...asListed(place.path) }));
  const within = (at: Address, isBelow: boolean, paths: Along['paths'], depth: number): Along[] =>
    keysOf(program, at).flatMap(({ key, value }) => {
      const own = paths.flatMap((path) => standing([...path, key]));
      const inner =
        depth === DEEPEST
          ? []
          : listed.flatMap(({ path, isBelow }) =>
              written(program, { at: value, path: pathOf(path.slice(-1)) }).map((at) => ({ at, isBelow })),
            );
      if (isBelow && inner.length === 0 && keysOf(program, value).length === 0) return [];
      return [
        { names: [key, singular(key)], paths: own },
        ...inner.flatMap(({ at, isBelow }) => within(at, isBelow, own, depth + 1)),
      ];
    });
  return listed.flatMap((place) =>
    spots(program, module, call, place).flatMap((spot) => [
      ...written(program, spot).flatMap((at) => within(at, place.isBelow, [[]], 1)),
      ...(spot.path === '' ? textsAt(spot).flatMap(namedIn) : []),
    ]),
  );
}

/** Where an object lists what is read: with columns among it, those of its keys are relations below which something is asked for. */
function asListed(path: Place['path']): { readonly path: Place['path']; readonly isBelow: boolean } {
  const isBelow = path.at(-1) === ANY;
  return { path: isBelow ? path.slice(0, -1) : path, isBelow };
}

/** The name of one of many; a name that is none of many is itself. */
export function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/([^s])s$/, '$1');
}

/** What many of a name are called. */
export function plural(name: string): string {
  return /[^aeiou]y$/.test(name) ? name.replace(/y$/, 'ies') : `${name}s`;
}

/** Where rows stand that are read along under a key: many if its name is one of many, and else one or many. */
function standing(path: readonly string[]): Along['paths'] {
  const key = path.at(-1)!;
  return singular(key) === key ? [path, [...path, ANY]] : [[...path, ANY]];
}

/** The relations that a text names, each before what is read of it in brackets: `id, messages(role, content)`. */
function namedIn(text: string): Along[] {
  let outer = text;
  for (let inner = ''; inner !== outer; ) {
    inner = outer;
    outer = outer.replace(/(\([^()]*)\([^()]*\)/g, '$1');
  }
  return [...outer.matchAll(/(?:(\w+):)?(\w+)(?:!\w+)*\s*\(/g)].map(([, alias, name]) => {
    const key = alias ?? name!;
    return { names: [name!], paths: standing([key]) };
  });
}

/** The object that a call writes down at a spot. */
function written(program: Program, { at, path }: Spot): readonly Address[] {
  const node = writtenIn(program.graphBehind(at, 'row'), nodeOf(at), elementsOf(path));
  return node < 0 ? [] : [address(moduleOf(at), node)];
}

/** The keys of an object that is written down, with what stands under them. */
function keysOf(program: Program, at: Address): readonly { readonly key: string; readonly value: Address }[] {
  const graph = program.graphBehind(at, 'row');
  const found: { key: string; value: Address }[] = [];
  eachEdge(graph.in, nodeOf(at), (end, kind, label) => {
    const key = graph.strings[label]!;
    if (kind === EdgeKind.Store && key !== ANY) found.push({ key, value: address(moduleOf(at), end) });
  });
  return found;
}
