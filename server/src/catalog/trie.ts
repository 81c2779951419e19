// Walks the compiled catalog. A position is a set of trie nodes (a value may be known by its path and by its type), made on
// first use and kept, so that equal sets are the same object. A step costs the nodes of one position, whatever the number of rows.

import type { CompiledCatalog, CompiledNode, CompiledRow, CompiledTrie } from './compiled.ts';
import { BUILTINS, forEcosystems, forNameSets, UNTYPED } from './compiled.ts';
import { markerKey } from './markers.ts';
import type { ApiPosition, Catalog, Ecosystem, Row, Shape } from './model.ts';

/** One compiled catalog while it is open. The nodes of each ecosystem count from `first`. */
interface Opened {
  readonly data: CompiledCatalog;
  readonly first: Readonly<Record<Ecosystem, number>>;
  readonly shape: (name: string) => Shape;
}

/** A node together with the trie and the catalog that it is in. */
interface Located {
  readonly id: number;
  readonly node: CompiledNode;
  readonly trie: CompiledTrie;
  readonly ecosystem: Ecosystem;
  readonly catalog: Opened;
}

interface Position extends ApiPosition {
  readonly nodes: readonly Located[];
  readonly next: Map<string, Position | null>;
}

const NO_CAPTURES: ReadonlyMap<string, string> = new Map();

/**
 * Opens compiled catalogs as one; a team's own rows add to those that come with the product. `onStep` is told of every node
 * that is looked at.
 */
export function openCatalog(catalogs: CompiledCatalog | readonly CompiledCatalog[], onStep?: () => void): Catalog {
  const list = 'tries' in catalogs ? [catalogs] : catalogs;
  const shapes = new Map<string, Shape>();
  const shape = (name: string): Shape => {
    let made = shapes.get(name);
    if (!made) {
      const found = own(Object.assign({}, ...list.map((data) => data.shapes)) as CompiledCatalog['shapes'], name);
      made = {
        name,
        label: found?.label ?? 'text',
        neutral: new Set(found?.neutral),
        labelled: new Map(Object.entries(found?.labelled ?? {})),
      };
      shapes.set(name, made);
    }
    return made;
  };
  let count = 0;
  const opened = list.map((data): Opened => {
    const first = forEcosystems((name) => {
      const at = count;
      count += data.tries[name].nodes.length;
      return at;
    });
    return { data, first, shape };
  });
  const located = new Map<number, Located>();
  const positions = new Map<string, Position>();

  const locate = (catalog: Opened, ecosystem: Ecosystem, index: number): Located => {
    const trie = catalog.data.tries[ecosystem];
    const id = catalog.first[ecosystem] + index;
    let found = located.get(id);
    if (!found) {
      found = { id, node: trie.nodes.at(index)!, trie, ecosystem, catalog };
      located.set(id, found);
    }
    return found;
  };

  /** Adds what `also` and types say a node is too. */
  const close = (nodes: readonly Located[]): readonly Located[] => {
    const all = [...new Set(nodes)];
    for (let i = 0; i < all.length; i++) {
      const { node, ecosystem, catalog } = all[i]!;
      const more = (node.also ?? []).map((index) => locate(catalog, ecosystem, index));
      for (const id of node.types ?? []) more.push(...typeNodes(ecosystem, id));
      for (const found of more) if (!all.includes(found)) all.push(found);
    }
    return all.sort((a, b) => a.id - b.id);
  };

  const typeNodes = (ecosystem: Ecosystem, id: string): readonly Located[] =>
    opened.flatMap((catalog) => {
      const index = own(catalog.data.tries[ecosystem].types, id);
      return index === undefined ? [] : [locate(catalog, ecosystem, index)];
    });

  const positionOf = (direct: readonly Located[], captures: ReadonlyMap<string, string>): Position | undefined => {
    if (direct.length === 0) return undefined;
    const nodes = close(direct);
    const key = nodes.map((at) => at.id).join() + [...captures].map(([k, v]) => `;${k}=${v}`).join('');
    let position = positions.get(key);
    if (!position) {
      let rows: readonly Row[] | undefined;
      const typed = nodes.find((at) => at.node.types);
      position = {
        nodes,
        captures,
        path: (typed ?? nodes[0]!).node.path,
        type: typed?.node.types?.[0] ?? typeIdOf(nodes[0]!),
        next: new Map(),
        get rows() {
          rows ??= rowsOf(nodes);
          return rows;
        },
      };
      positions.set(key, position);
    }
    return position;
  };

  const step = (
    position: ApiPosition,
    edge: string,
    take: (at: Located) => readonly [number, ReadonlyMap<string, string>?][],
  ) => {
    const from = position as Position;
    const known = from.next.get(edge);
    if (known !== undefined) {
      onStep?.();
      return known ?? undefined;
    }
    let captures = from.captures;
    const found: Located[] = [];
    for (const at of from.nodes) {
      onStep?.();
      for (const [index, more] of take(at)) {
        found.push(locate(at.catalog, at.ecosystem, index));
        if (more) captures = new Map([...captures, ...more]);
      }
    }
    const next = positionOf(found, captures);
    from.next.set(edge, next ?? null);
    return next;
  };

  const memberEdge = (at: Located, name: string): readonly [number, ReadonlyMap<string, string>?][] => {
    const index = own(at.node.members, name);
    if (index !== undefined) return [[index]];
    return at.node.capture ? [[at.node.capture[1], new Map([[at.node.capture[0], name]])]] : [];
  };
  const member = (position: ApiPosition, name: string) => step(position, `.${name}`, (at) => memberEdge(at, name));

  const roots = new Map<string, Position | null>();
  const root = (ecosystem: Ecosystem, name: string): ApiPosition | undefined => {
    const key = `${ecosystem} ${name}`;
    const known = roots.get(key);
    if (known !== undefined) return known ?? undefined;
    const [first, ...rest] = ecosystem === 'python' ? name.split('.') : [packageName(name)];
    const direct = opened.flatMap((catalog) => {
      const index = own(catalog.data.tries[ecosystem].roots, first!);
      return index === undefined ? [] : [locate(catalog, ecosystem, index)];
    });
    let position: ApiPosition | undefined = positionOf(direct, NO_CAPTURES);
    for (const part of rest) position = position && member(position, part);
    roots.set(key, (position as Position | undefined) ?? null);
    return position;
  };

  const anyIn = (ecosystem: Ecosystem) => positionOf(typeNodes(ecosystem, UNTYPED), NO_CAPTURES);
  const untyped = forEcosystems(anyIn);
  const tails = new Map<string, ReturnType<Catalog['tails']>>();

  return {
    root,
    member,
    global(ecosystem, name) {
      const builtins = root(ecosystem, BUILTINS);
      return builtins && member(builtins, name);
    },
    type: (ecosystem, id) => positionOf(typeNodes(ecosystem, id), NO_CAPTURES),
    steps: (position) => [...new Set((position as Position).nodes.flatMap(stepsBelow))].sort(),
    result: (position) => step(position, '()', (at) => edge(at.node.call)),
    element: (position) => step(position, '[]', (at) => edge(at.node.element)),
    instance: (position) => step(position, '<', (at) => [...edge(at.node.subclass), ...edge(at.node.call)]),
    untyped(ecosystem, name) {
      const any = untyped[ecosystem];
      return any && member(any, name);
    },
    tails(ecosystem, lastMember) {
      const key = `${ecosystem} ${lastMember}`;
      let found = tails.get(key);
      if (!found) {
        found = opened.flatMap((catalog) =>
          (own(catalog.data.tries[ecosystem].tails, lastMember) ?? []).map(([members, index]) => ({
            members,
            position: positionOf([locate(catalog, ecosystem, index)], NO_CAPTURES)!,
          })),
        );
        tails.set(key, found);
      }
      return found;
    },
    defaults: (ecosystem, name) => opened.flatMap(({ data }) => own(data.tries[ecosystem].defaults, name) ?? []),
    ...forNameSets((kind) => new Set(list.flatMap((data) => data[kind]))),
    markers: unique(list.flatMap((data) => data.markers)),
    routes: list.flatMap((data) =>
      data.routes.map(({ place, handlers }) => ({ place: new RegExp(place), handlers: new Set(handlers) })),
    ),
  };
}

function edge(index: number | undefined): readonly [number][] {
  return index === undefined ? [] : [[index]];
}

/** The steps that lead on from a node, as an API path writes them. */
function stepsBelow({ node }: Located): readonly string[] {
  return [
    ...Object.keys(node.members ?? {}).map((name) => `.${name}`),
    ...(node.call === undefined ? [] : ['()']),
    ...(node.element === undefined ? [] : ['.Element']),
    ...(node.subclass === undefined ? [] : ['.Subclass']),
    ...(node.capture === undefined ? [] : [`.{${node.capture[0]}}`]),
  ];
}

function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** The id of the type whose root this node is. */
function typeIdOf(at: Located): string | undefined {
  return own(at.trie.types, at.node.path) !== undefined && at.trie.nodes.at(at.trie.types[at.node.path]!) === at.node
    ? at.node.path
    : undefined;
}

function rowsOf(nodes: readonly Located[]): readonly Row[] {
  return nodes.flatMap((at) => (at.node.rows ?? []).map((index) => finish(at, at.catalog.data.rows.at(index)!)));
}

function finish(at: Located, compiled: CompiledRow): Row {
  const { origin: written, shape, ...body } = compiled;
  const [file, line, verified] = written;
  const origin = { file: at.catalog.data.files[file]!, line, path: at.node.path, verified };
  return { ...body, origin, ...(compiled.row === 'source' ? { shape: at.catalog.shape(shape ?? 'text') } : {}) } as Row;
}

/** The package that a JavaScript specifier names: without `node:`, `npm:`, a registry's URL or a version. */
function packageName(specifier: string): string {
  const bare = specifier.replace(/^(node:|npm:|jsr:|https?:\/\/[^/]+\/(v\d+\/|npm\/)?)/, '').replace(/\?.*$/, '');
  return bare
    .replace(/^(@[^/]+\/[^/@]+|[^/@]+)@[^/]+/, '$1')
    .replace(/\.m?js$/, (end) => (bare.includes('/') ? '' : end));
}

function unique(markers: Catalog['markers']): Catalog['markers'] {
  return [...new Map(markers.map((marker) => [markerKey(marker), marker])).values()];
}
