// The catalog as plain JSON: what loading the YAML gives, what is written to disk at build time, and what the trie is opened
// from. Nodes name each other by index; rows are kept once and named by index, whatever number of paths share them.

import type {
  CallRow,
  Catalog,
  CellRow,
  ChoiceRow,
  ClientRow,
  Ecosystem,
  FlowRow,
  Label,
  MarkerRow,
  SinkRow,
  SourceRow,
  VolumeRow,
} from './model.ts';

/** A row without what is added when it is handed out: its origin is [index in `files`, line, verified], a shape is a name. */
export type CompiledRow = { readonly origin: readonly [number, number, boolean]; readonly shape?: string } & (
  | Omit<SourceRow, 'origin' | 'shape'>
  | Omit<SinkRow, 'origin'>
  | Omit<FlowRow, 'origin'>
  | Omit<CallRow, 'origin'>
  | Omit<VolumeRow, 'origin'>
  | Omit<ChoiceRow, 'origin'>
  | Omit<CellRow, 'origin'>
  | Omit<ClientRow, 'origin'>
);

/** One node of the trie. Absent keys mean none. */
export interface CompiledNode {
  /** `openai.Client.chat`, for people. */
  readonly path: string;
  members?: Record<string, number>;
  call?: number;
  element?: number;
  subclass?: number;
  capture?: readonly [string, number];
  /** Nodes whose edges and rows count as this node's own. */
  also?: number[];
  /** Ids of the types of a value here. */
  types?: string[];
  /** Indices into `rows`. */
  rows?: number[];
}

/** A list of which only single items may be at hand. */
export interface Indexed<T> extends Iterable<T> {
  readonly length: number;
  at(index: number): T | undefined;
}

/** The trie of one ecosystem. */
export interface CompiledTrie {
  readonly nodes: Indexed<CompiledNode>;
  /** Nodes of packages by name, of dotted Python modules by their first part. */
  readonly roots: Record<string, number>;
  /** Nodes of types by id. */
  readonly types: Record<string, number>;
  /** By last member: the members in order, and the node that holds the rows. */
  readonly tails: Record<string, [readonly string[], number][]>;
  /** By package, or the first part of a dotted one: the members by which a program sets who answers all its calls. */
  readonly defaults: Record<string, string[]>;
}

/** How a response is laid out, with `like` resolved. */
export interface CompiledShape {
  readonly label: Label;
  readonly neutral: readonly string[];
  readonly labelled: Readonly<Record<string, Label>>;
}

/** The sets of names of a catalog, by which calls are told apart before anything is asked of them. */
export const NAME_SETS = [
  'candidateNames',
  'trainerNames',
  'readerNames',
  'spelledReaderNames',
  'tableReaderNames',
  'alongNames',
  'writerNames',
  'keeperNames',
  'memberNames',
  'makerNames',
  'namingNames',
  'namingPackages',
  'viewNames',
  'toolCallNames',
] as const satisfies readonly (keyof Catalog)[];
export type NameSet = (typeof NAME_SETS)[number];

/** One of something for each set of names. */
export function forNameSets<T>(make: (kind: NameSet) => T): Record<NameSet, T> {
  return Object.fromEntries(NAME_SETS.map((kind) => [kind, make(kind)])) as Record<NameSet, T>;
}

/** Everything under rules/catalog. */
export interface CompiledCatalog extends Record<NameSet, string[]> {
  readonly files: string[];
  readonly rows: Indexed<CompiledRow>;
  readonly shapes: Record<string, CompiledShape>;
  readonly tries: Readonly<Record<Ecosystem, CompiledTrie>>;
  markers: MarkerRow[];
  readonly routes: { readonly place: string; readonly handlers: readonly string[] }[];
}

/** A trie while it is made. */
export interface GrowingTrie extends CompiledTrie {
  readonly nodes: CompiledNode[];
}

/** A catalog while it is made. */
export interface GrowingCatalog extends CompiledCatalog {
  readonly rows: CompiledRow[];
  readonly tries: Readonly<Record<Ecosystem, GrowingTrie>>;
}

/** The ecosystems, as the folders of rules/catalog name them. */
export const ECOSYSTEMS: readonly Ecosystem[] = ['python', 'javascript', 'configuration'];

/** One of something for each ecosystem. */
export function forEcosystems<T>(make: (ecosystem: Ecosystem) => T): Readonly<Record<Ecosystem, T>> {
  return { python: make('python'), javascript: make('javascript'), configuration: make('configuration') };
}

/** The package that holds globals, and the type whose members hold for receivers of unknown type. */
export const BUILTINS = 'builtins';
export const UNTYPED = 'builtins.Any';

/** A catalog without rows. */
export function emptyCatalog(): GrowingCatalog {
  const trie = (): GrowingTrie => ({ nodes: [], roots: {}, types: {}, tails: {}, defaults: {} });
  return {
    files: [],
    rows: [],
    shapes: {},
    tries: forEcosystems(trie),
    ...forNameSets(() => []),
    markers: [],
    routes: [],
  };
}
