// From the YAML of rules/catalog to the compiled catalog. Everything that is wrong becomes a problem; what is right is kept.

import { addDefault, addTo, packageNode, setMember, tailNode, typeNode, walk } from './build.ts';
import type { CompiledCatalog, CompiledRow, CompiledShape, GrowingCatalog, GrowingTrie, NameSet } from './compiled.ts';
import { ECOSYSTEMS, emptyCatalog, forNameSets, NAME_SETS, UNTYPED } from './compiled.ts';
import {
  ANY_PACKAGE,
  asList,
  type CatalogText,
  openPath,
  type PackageFile,
  packageOf,
  readCatalog,
  typeAtHead,
  typeIds,
} from './documents.ts';
import { markerKey, packageMarkers } from './markers.ts';
import type { CellRow, Ecosystem, Guard, Label, Place } from './model.ts';
import { isUntyped, noteNames, readerSet } from './names.ts';
import type { Parsed, Step } from './paths.ts';
import { lastMembers, parseApiPath, parseFlow, parseGuard, parsePass, parsePlace } from './paths.ts';
import type { PackageDocument, ShapesDocument } from './schema.ts';
import { LABELS } from './schema.ts';
import type { Checked, KeyPath, Problem } from './yaml.ts';
import { nearest } from './yaml.ts';

/** A file under rules/, by its path from the repository's root with forward slashes. */
export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

interface Loading {
  readonly catalog: GrowingCatalog;
  readonly problems: Problem[];
  readonly names: Readonly<Record<NameSet, Set<string>>>;
  readonly markers: Map<string, CompiledCatalog['markers'][number]>;
  /** Ids of all types, also of catalogs that these files extend. */
  readonly types: Readonly<Record<Ecosystem, Set<string>>>;
  readonly shapes: Readonly<Record<string, CompiledShape>>;
  readonly providers: readonly string[] | undefined;
  readonly open: CatalogText['open'];
}

/** One document while its rows are added. `list` turns a key with one text or several into parsed values. */
interface Context {
  readonly loading: Loading;
  readonly document: PackageFile;
  readonly trie: GrowingTrie;
  readonly fileIndex: number;
  readonly heads: ReadonlySet<string>;
}

/**
 * Loads the files of rules/catalog. `known` is a catalog whose types and shapes they may name, for a team's own files; open
 * both together. `providers` are the ids that rows may name; without it these are not checked.
 */
export function loadCatalog(
  files: readonly RuleFile[],
  known?: CompiledCatalog,
  providers?: readonly string[],
): { readonly catalog: CompiledCatalog; readonly problems: readonly Problem[] } {
  const read = readCatalog(files);
  const built = buildCatalog(read.text, known, providers);
  return { catalog: built.catalog, problems: [...read.problems, ...built.problems] };
}

/** The second half: the rows of all documents in one trie; parameters as for `loadCatalog`. */
export function buildCatalog(
  { shapes, documents, open }: CatalogText,
  known?: CompiledCatalog,
  providers?: readonly string[],
): { readonly catalog: CompiledCatalog; readonly problems: readonly Problem[] } {
  const catalog = emptyCatalog();
  const problems: Problem[] = [];
  for (const checked of shapes) addShapes(checked, catalog, known, problems);
  const types = typeIds(documents);
  for (const ecosystem of ECOSYSTEMS)
    for (const id of Object.keys(known?.tries[ecosystem].types ?? {})) types[ecosystem].add(id);
  const loading: Loading = {
    catalog,
    problems,
    names: forNameSets(() => new Set<string>()),
    markers: new Map(),
    types,
    shapes: { ...known?.shapes, ...catalog.shapes },
    providers: providers && [...providers, LOCAL],
    open,
  };
  for (const document of documents) addDocument(loading, document);
  for (const { labelled } of Object.values(catalog.shapes))
    for (const [member, label] of Object.entries(labelled))
      if (label === 'tool-call' && /calls?$/i.test(member)) loading.names.toolCallNames.add(member);
  for (const kind of NAME_SETS) catalog[kind] = [...loading.names[kind]].sort();
  catalog.markers = [...loading.markers.values()].sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return { catalog, problems };
}

function addShapes(
  checked: Checked<ShapesDocument>,
  catalog: GrowingCatalog,
  known: CompiledCatalog | undefined,
  problems: Problem[],
): void {
  const all = checked.value;
  const resolve = (name: string, path: KeyPath, above: readonly string[]): CompiledShape | undefined => {
    const shape = all[name];
    const words = [...Object.keys(all), ...Object.keys(known?.shapes ?? {})];
    if (!shape && known?.shapes[name]) return known.shapes[name];
    if (!shape || above.includes(name)) {
      problems.push(
        checked.problem(path, name, above.includes(name) ? 'a shape that is not like itself' : 'a shape', words),
      );
      return undefined;
    }
    const bases = asList(shape.like).map((base) => resolve(base, [name, 'like'], [...above, name]));
    const labelled: Record<string, Label> = Object.assign({}, ...bases.map((base) => base?.labelled));
    for (const label of LABELS) for (const member of shape.labelled[label] ?? []) labelled[member] = label;
    const neutral = new Set([...bases.flatMap((base) => base?.neutral ?? []), ...shape.neutral]);
    for (const member of Object.keys(labelled)) neutral.delete(member);
    return { label: shape.label, neutral: [...neutral], labelled };
  };
  for (const name of Object.keys(all)) {
    const shape = resolve(name, [name], []);
    if (shape) catalog.shapes[name] = shape;
  }
}

function addDocument(loading: Loading, document: PackageFile): void {
  const value = document.checked.value;
  const trie = loading.catalog.tries[document.ecosystem];
  let fileIndex = loading.catalog.files.indexOf(document.file);
  if (fileIndex < 0) fileIndex = loading.catalog.files.push(document.file) - 1;
  const heads = new Set(value.types.flatMap((type) => type.is.map((path) => /^\w+/.exec(path)?.[0] ?? '')));
  const context: Context = { loading, document, trie, fileIndex, heads };
  for (const name of document.packages) {
    if (name === ANY_PACKAGE) break;
    const node = packageNode(trie, document.ecosystem, name);
    if (value.default === undefined) continue;
    if (value.default === '.') setMember(trie, node, 'default', node);
    else {
      const steps = parsed(context, ['default'], value.default, parseApiPath);
      if (!steps) continue;
      const target = walk(trie, node, steps);
      setMember(trie, node, 'default', target);
      addTo(trie.nodes[node]!, 'also', target);
    }
  }
  addTypes(context);
  addRows(context);
  loading.catalog.routes.push(...value.routes);
  for (const marker of value.markers ?? packageMarkers(document)) loading.markers.set(markerKey(marker), marker);
}

/** Parses one string of the document; what is wrong with it becomes a problem at its line. */
function parsed<T>(context: Context, path: KeyPath, text: string, parse: (text: string) => Parsed<T>): T | undefined {
  const result = parse(text);
  if (result.ok) return result.value;
  const { found, expected, words } = result.problem;
  context.loading.problems.push(context.document.checked.problem(path, found, expected, words));
  return undefined;
}

/** Parses a key that holds one string or a list of them. */
function all<T>(
  context: Context,
  path: KeyPath,
  value: string | readonly string[] | undefined,
  parse: (text: string) => Parsed<T>,
): T[] {
  const list = asList(value);
  return list.flatMap((text, i) => {
    const item = parsed(context, typeof value === 'string' ? path : [...path, i], text, parse);
    return item === undefined ? [] : [item];
  });
}

function one(context: Context, path: KeyPath, value: string | undefined): Place | undefined {
  return value === undefined ? undefined : parsed(context, path, value, parsePlace);
}

/** Who serves a model on the spot: a provider word without a file of its own. */
const LOCAL = 'local';

/** A provider that a row names; one that nobody knows becomes a problem. */
function provider(context: Context, path: KeyPath, id: string | undefined): string | undefined {
  const { providers, problems } = context.loading;
  if (id === undefined || !providers || providers.includes(id)) return id;
  problems.push(context.document.checked.problem(path, id, 'the id of a provider, or local', providers));
  return undefined;
}

const NOWHERE = { nodes: [], steps: [] } as const;

/** The nodes that an API path names: below a type, or below each package of the document. */
function nodesOf(
  context: Context,
  path: KeyPath,
  text: string,
): { readonly nodes: readonly number[]; readonly steps: readonly Step[] } {
  const { trie, document, loading } = context;
  const below = text.startsWith('.') && text !== '.';
  const own = /^[A-Za-z_]\w*/.exec(text)?.[0];
  const type = typeAtHead(document, loading.types[document.ecosystem], text);
  if (type === undefined) {
    if (document.packages[0] === ANY_PACKAGE) {
      const name = packageOf(document.ecosystem, text);
      const steps = parsed(context, path, text.slice(name.length).replace(/^\./, '') || '.', parseApiPath);
      return steps ? { nodes: [walk(trie, packageNode(trie, document.ecosystem, name), steps)], steps } : NOWHERE;
    }
    checkHead(context, path, own);
    const steps = parsed(context, path, below ? text.slice(1) : text, parseApiPath);
    if (!steps) return NOWHERE;
    const nodes = document.packages.map((name) => walk(trie, packageNode(trie, document.ecosystem, name), steps));
    return { nodes, steps };
  }
  if (!checkForeign(context, path, text, type)) return NOWHERE;
  const steps = type.rest === '' ? [] : parsed(context, path, type.rest, parseApiPath);
  if (!steps) return NOWHERE;
  return { nodes: [walk(trie, typeNode(trie, type.id), steps)], steps };
}

/** A head that is spelt nearly like a type of the same document, and is no class that the document lists, is a slip. */
function checkHead(context: Context, path: KeyPath, head: string | undefined): void {
  const words = context.document.checked.value.types.map((type) => type.type);
  if (head === 'Any') {
    context.loading.problems.push(context.document.checked.problem(path, head, `\`${UNTYPED}\``, [UNTYPED]));
    return;
  }
  if (head === undefined || head.length < 5 || !/^[A-Z]/.test(head) || context.heads.has(head)) return;
  const near = nearest(head, words);
  if (near === undefined || Math.abs(near.length - head.length) > 1 || !sameLetters(near, head)) return;
  context.loading.problems.push(context.document.checked.problem(path, head, 'a type of this file', words));
}

/**
 * A path below a package whose members happen to be called like another package and its type: `agents.Agent()`. Values of a
 * type are seldom called, and where other paths of the document start at that member it is the member that is meant.
 */
function checkForeign(context: Context, path: KeyPath, text: string, type: { id: string; rest: string }): boolean {
  const { document, loading } = context;
  const [first = ''] = document.packages;
  if (first === ANY_PACKAGE || document.packages.some((name) => type.id.startsWith(`${name}.`))) return true;
  const head = /^\w+/.exec(text)?.[0];
  const isMember = (other: string): boolean =>
    head !== undefined &&
    /^\w+/.exec(other)?.[0] === head &&
    !typeAtHead(document, loading.types[document.ecosystem], other);
  if (!type.rest.startsWith('(') && !pathsOf(document.checked.value).some(isMember)) return true;
  const expected = `a path below ${first}, with a dot before it; without one it starts at the type ${type.id} of another package`;
  loading.problems.push(document.checked.problem(path, text, expected, [`.${text}`]));
  return false;
}

/** Every API path of a document. */
function pathsOf({ types, sources, sinks, flows, calls, volumes, choices, cells }: PackageDocument): string[] {
  const rows = [...sources, ...sinks, ...flows, ...calls, ...volumes, ...choices, ...cells];
  return [...types.flatMap(({ is }) => is), ...rows.flatMap(({ call }) => asList(call))];
}

/** Whether two words differ by at most one letter, apart from their order. */
function sameLetters(a: string, b: string): boolean {
  const left = [...b];
  let missing = 0;
  for (const letter of a) {
    const at = left.indexOf(letter);
    if (at < 0) missing++;
    else left.splice(at, 1);
  }
  return Math.max(missing, left.length) <= 1;
}

function typeId(context: Context, path: KeyPath, name: string): string | undefined {
  const { document, loading } = context;
  const types = loading.types[document.ecosystem];
  const id = types.has(`${document.packages[0]}.${name}`) ? `${document.packages[0]}.${name}` : name;
  if (types.has(id)) return id;
  const prefix = `${document.packages[0]}.`;
  const words = [...types].map((known) => (known.startsWith(prefix) ? known.slice(prefix.length) : known));
  loading.problems.push(document.checked.problem(path, name, 'a type', words));
  return undefined;
}

function addTypes(context: Context): void {
  const { trie, document, loading } = context;
  document.checked.value.types.forEach((type, i) => {
    if (document.packages[0] === ANY_PACKAGE && !type.type.includes('.')) {
      loading.problems.push(document.checked.problem(['types', i, 'type'], type.type, 'a type of another document'));
      return;
    }
    const id = typeId(context, ['types', i, 'type'], type.type);
    if (id === undefined) return;
    const root = typeNode(trie, id);
    for (const [j, base] of asList(type.extends).entries()) {
      const key = typeof type.extends === 'string' ? ['types', i, 'extends'] : ['types', i, 'extends', j];
      const baseId = typeId(context, key, base);
      if (baseId !== undefined) addTo(trie.nodes[root]!, 'also', typeNode(trie, baseId));
    }
    const place = (key: 'baseUrl' | 'model' | 'route' | 'key' | 'proxy' | 'target') =>
      all(context, ['types', i, key], type[key], parsePlace);
    const [keys, proxies] = [place('key'), place('proxy')];
    const client = {
      row: 'client' as const,
      type: id,
      provider: provider(context, ['types', i, 'provider'], type.provider),
      baseUrl: place('baseUrl'),
      model: place('model'),
      route: place('route'),
      key: keys.filter((p) => !isOwn(p)),
      proxy: proxies.filter((p) => !isOwn(p)),
      target: place('target'),
      instead: type.instead.map(({ when, provider: id, surface }, j) => ({
        guards: all(context, ['types', i, 'instead', j, 'when'], when, parseGuard),
        provider: provider(context, ['types', i, 'instead', j, 'provider'], id),
        surface,
      })),
      default: type.default,
    };
    const own = { ...NOTHING, type: id, key: keys.filter(isOwn), proxy: proxies.filter(isOwn) };
    if (own.key.length + own.proxy.length > 0)
      addTo(trie.nodes[root]!, 'rows', addRow(context, ['types', i], type.checked, own));
    const places = [client.baseUrl, client.model, client.route, client.key, client.proxy, client.target].flat();
    const says = client.provider ?? places[0] ?? (type.default !== false || undefined);
    const row = says === undefined ? -1 : addRow(context, ['types', i], type.checked, client);
    for (const [j, path] of type.is.entries()) {
      const key = ['types', i, 'is', j];
      const { nodes, steps } = nodesOf(context, key, path);
      for (const node of nodes) addTo(trie.nodes[node]!, 'types', id);
      // A value that has the type without being made, such as a vendor's ready object, still says whose it is.
      const made = path.endsWith('()');
      if (row < 0 || !(made || client.provider !== undefined || type.default)) continue;
      const name = lastMembers(steps).at(-1);
      if (type.default && name !== undefined) for (const one of document.packages) addDefault(trie, one, name);
      else if (type.default && nodes.length > 0)
        context.loading.problems.push(document.checked.problem(key, path, 'a path that ends with a member', []));
      if (made && client.provider !== undefined)
        noteNames(context.loading.names, 'makerNames', context.document.ecosystem, [lastMembers(steps)]);
      const maker = made ? path.slice(0, -2) : path;
      for (const node of nodesOf(context, key, maker === '' ? '.' : maker).nodes) addTo(trie.nodes[node]!, 'rows', row);
    }
    for (const [j, path] of type.same.entries()) {
      const steps = parsed(context, ['types', i, 'same', j], path, parseApiPath);
      if (!steps) continue;
      addTo(trie.nodes[walk(trie, root, steps)]!, 'types', id);
      const last = steps.at(-1);
      if (last?.step === 'member') context.loading.names.viewNames.add(last.name);
      if (last?.step !== 'call') continue;
      const kept = addRow(context, ['types', i, 'same', j], type.checked, SELF_TO_RESULT);
      addTo(trie.nodes[walk(trie, root, steps.slice(0, -1))]!, 'rows', kept);
    }
  });
}

type Body = CompiledRow extends infer R ? (R extends unknown ? Omit<R, 'origin'> : never) : never;

/** Whether a place is in the object of the type itself, and not in the call that makes it. */
function isOwn(place: Place): boolean {
  return place.slot.at === 'self';
}

/** A row of a type that says nothing. */
const NOTHING = {
  row: 'client' as const,
  provider: undefined,
  baseUrl: [],
  model: [],
  route: [],
  key: [],
  proxy: [],
  target: [],
  instead: [],
  default: false,
};

/** A method that gives the same type again gives the same object, as far as anyone can tell. */
const SELF_TO_RESULT: Body = {
  row: 'flow',
  from: { slot: { at: 'self' }, path: [] },
  to: { slot: { at: 'return' }, path: [] },
  how: 'value',
  residual: undefined,
};

/** Keeps a row body and gives its index. */
function addRow(context: Context, path: KeyPath, checked: string | undefined, body: Body): number {
  const { document, loading, fileIndex } = context;
  const verified = !(checked ?? document.checked.value.checked).startsWith('unverified');
  loading.catalog.rows.push({ origin: [fileIndex, document.checked.lineOf(path), verified], ...body } as CompiledRow);
  return loading.catalog.rows.length - 1;
}

/** The index of a row like `row` that was not checked against its package. */
function unverified(rows: CompiledRow[], row: number): number {
  const { origin, ...body } = rows[row]!;
  if (!origin[2]) return row;
  return rows.push({ origin: [origin[0], origin[1], false], ...body } as CompiledRow) - 1;
}

/** Hangs row `row` at every path of `call`; gives the members at the end of each path. */
function hang(
  context: Context,
  path: KeyPath,
  call: string | readonly string[],
  row: number,
): readonly (readonly string[])[] {
  return asList(call).map((text, i) => {
    const { nodes, steps } = nodesOf(context, typeof call === 'string' ? path : [...path, i], text);
    const { ecosystem, packages } = context.document;
    const isOpen = context.loading.open.has(openPath(ecosystem, packages, text));
    const hung = isOpen ? unverified(context.loading.catalog.rows, row) : row;
    for (const node of nodes) addTo(context.trie.nodes[node]!, 'rows', hung);
    return lastMembers(steps);
  });
}

function addTails(
  context: Context,
  path: KeyPath,
  tail: true | string | readonly string[] | undefined,
  members: readonly (readonly string[])[],
  row: number,
  least: number,
): void {
  if (tail === undefined) return;
  const { loading, trie, document } = context;
  const guards = tail === true ? [] : all(context, [...path, 'tail'], tail, parseGuard);
  const body = loading.catalog.rows[row]! as CompiledRow & { readonly guards: readonly Guard[] };
  const guarded = { ...body, guards: [...body.guards, ...guards] } as CompiledRow;
  const index = guards.length === 0 ? row : loading.catalog.rows.push(guarded) - 1;
  for (const names of members) {
    const last = names.slice(-3);
    if (last.length < 2 && (last[0] ?? '').length < least)
      loading.problems.push(
        document.checked.problem(
          [...path, 'tail'],
          last.join('.'),
          'a path that ends in two members, or in a long one',
        ),
      );
    else addTo(trie.nodes[tailNode(trie, last)]!, 'rows', index);
  }
}

const CELL_OF_SINK: Readonly<Record<string, CellRow['cell']>> = { file: 'file', publish: 'uri' };

function addRows(context: Context): void {
  const { document, loading } = context;
  const { sources, sinks, flows, calls, volumes, choices, cells } = document.checked.value;
  const places = (path: KeyPath, value: string | readonly string[] | undefined): Place[] =>
    all(context, path, value, parsePlace);
  const when = (path: KeyPath, value: string | readonly string[] | undefined): { guards?: Guard[] } =>
    value === undefined ? {} : { guards: all(context, [...path, 'when'], value, parseGuard) };
  const note = (set: NameSet, members: readonly (readonly string[])[]): void =>
    noteNames(loading.names, set, document.ecosystem, members);

  sources.forEach((source, i) => {
    const at = ['sources', i];
    const shape = shapeName(context, [...at, 'shape'], source.shape);
    const result = places([...at, 'result'], source.result);
    const row = addRow(context, at, source.checked, {
      row: 'source',
      ...(shape === undefined ? {} : { shape }),
      provider: provider(context, [...at, 'provider'], source.provider),
      mode: source.mode,
      result: result.length > 0 ? result : [{ slot: { at: 'return' }, path: [] }],
      model: places([...at, 'model'], source.model),
      route: places([...at, 'route'], source.route),
      baseUrl: places([...at, 'baseUrl'], source.baseUrl),
      prompt: places([...at, 'prompt'], source.prompt),
      key: places([...at, 'key'], source.key),
      proxy: places([...at, 'proxy'], source.proxy),
      guards: all(context, [...at, 'when'], source.when, parseGuard),
      url: one(context, [...at, 'url'], source.url),
    });
    const members = hang(context, [...at, 'call'], source.call, row);
    note('candidateNames', members);
    addTails(context, at, source.tail, members, row, source.url === undefined ? 12 : 1);
  });

  sinks.forEach((sink, i) => {
    const at = ['sinks', i];
    const guards = all(context, [...at, 'when'], sink.when, parseGuard);
    const target = one(context, [...at, 'target'], sink.target);
    const content = places([...at, 'at'], sink.at);
    const body = { row: 'sink' as const, kind: sink.kind, at: content, target, guards };
    const row = addRow(context, at, sink.checked, body);
    const members = hang(context, [...at, 'call'], sink.call, row);
    addTails(context, at, sink.tail, members, row, 4);
    if (sink.kind === 'train' || sink.kind === 'upload' || sink.kind === 'job') note('trainerNames', members);
    const cell = sink.cell ?? CELL_OF_SINK[sink.kind];
    if (target === undefined || cell === undefined || cell === 'none') return;
    if (cell === 'table') note('writerNames', members);
    for (const value of content) {
      const write = {
        row: 'cell' as const,
        access: 'write' as const,
        cell,
        key: target,
        value,
        form: sink.how,
        guards,
      };
      hang(context, [...at, 'call'], sink.call, addRow(context, at, sink.checked, write));
    }
  });

  flows.forEach((flow, i) => {
    const at = ['flows', i];
    for (const sides of all(context, [...at, 'flow'], flow.flow, parseFlow)) {
      const how = flow.how ?? (sides.to === undefined ? 'stop' : 'value');
      const row = addRow(context, at, flow.checked, {
        row: 'flow',
        ...sides,
        how,
        residual: flow.residual,
        ...when(at, flow.when),
      });
      const members = hang(context, [...at, 'call'], flow.call, row);
      // Containers of any kind are left out: they are many, and their keys are asked for by the edges of the graph.
      const isKept =
        sides.to?.slot.at === 'self' &&
        sides.to.path.some((element) => element.startsWith('=')) &&
        !isUntyped(flow.call);
      if (isKept) for (const names of members) if (names.length > 0) loading.names.keeperNames.add(names.at(-1)!);
    }
  });

  calls.forEach((call, i) => {
    const at = ['calls', i];
    const callable = one(context, [...at, 'callable'], call.callable);
    if (!callable) return;
    const row = addRow(context, at, call.checked, {
      row: 'call',
      callable: callable.slot,
      ...(callable.path.length > 0 ? { inside: callable.path } : {}),
      ...(call.named === undefined ? {} : { named: call.named }),
      ...(call.folder === undefined ? {} : { folder: call.folder }),
      passes: all(context, [...at, 'passes'], call.passes, parsePass),
      forwardsFrom: call.forwards ?? -1,
      result: one(context, [...at, 'result'], call.result),
      times: call.times,
      ...(call.atOnce ? { atOnce: true } : {}),
      later: call.later,
      iterable: one(context, [...at, 'iterable'], call.iterable),
      concurrency: one(context, [...at, 'concurrency'], call.concurrency),
      ...when(at, call.when),
    });
    const members = hang(context, [...at, 'call'], call.call, row);
    if (call.named === undefined) return;
    note('namingNames', members);
    for (const name of document.packages) loading.names.namingPackages.add(/[^@/.]+/.exec(name)![0]);
  });

  volumes.forEach((volume, i) => {
    const at = ['volumes', i];
    const iterable = one(context, [...at, 'iterable'], volume.iterable);
    const body = { row: 'volume' as const, kind: volume.kind, iterable };
    hang(context, [...at, 'call'], volume.call, addRow(context, at, volume.checked, body));
  });

  choices.forEach((choice, i) => {
    const at = ['choices', i];
    const from = one(context, [...at, 'from'], choice.from);
    const guards = all(context, [...at, 'when'], choice.when, parseGuard);
    const alike = all(context, [...at, 'alike'], choice.alike, parsePlace);
    const body = { row: 'choice' as const, by: choice.by, from, alike, guards };
    hang(context, [...at, 'call'], choice.call, addRow(context, at, choice.checked, body));
  });

  cells.forEach((cell, i) => {
    const at = ['cells', i];
    const key = one(context, [...at, 'key'], cell.key);
    const value = one(context, [...at, 'value'], cell.value);
    if (!key || !value) return;
    const guards = all(context, [...at, 'when'], cell.when, parseGuard);
    const { access, registered, how: form } = cell;
    const along = all(context, [...at, 'along'], cell.along, parsePlace);
    const body = { row: 'cell' as const, access, cell: cell.cell, key, value, form, registered, along, guards };
    const members = hang(context, [...at, 'call'], cell.call, addRow(context, at, cell.checked, body));
    if (cell.access === 'write') note('writerNames', members);
    if (cell.access !== 'read') return;
    if (cell.cell === 'uri') note('candidateNames', members);
    note(readerSet(cell.call, key, value, guards), members);
    if (cell.cell === 'table') note('tableReaderNames', members);
    if (along.length > 0) note('alongNames', members);
  });
}

/** A shape's name, or a label's where the result has no members. */
function shapeName(context: Context, path: KeyPath, name: string): string | undefined {
  const { loading, document } = context;
  if (Object.hasOwn(loading.shapes, name)) return name;
  loading.problems.push(document.checked.problem(path, name, 'a shape of shapes.yaml', Object.keys(loading.shapes)));
  return undefined;
}
