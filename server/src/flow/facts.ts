// The words of the search: facts, the entries under which they hold, the callers of an entry, and what a search is told.
import type { CallRow, Label, Shape, SinkRow, SourceRow } from '../catalog/model.ts';
import { ITERATOR } from '../graph/graph.ts';
import type { Bindings } from './bindings.ts';
import type { Given, Made } from './bound.ts';
import type { Linker } from './link.ts';
import type { Named } from './named.ts';
import type { AccessPath } from './paths.ts';
import type { Address, ModuleId, Program } from './program.ts';
import type { Spot } from './spots.ts';
import type { Values } from './values.ts';

/** A way into a function. */
export interface Entry {
  readonly id: number;
  readonly module: ModuleId;
  readonly fn: number;
  /** Open entries: whoever calls the function. Closed ones: the calls in `callers`. */
  readonly open: boolean;
  /** Open entries of closures: the context in which the closure was made. */
  readonly outer: Entry | undefined;
  /** How many questions who calls a function it took to find it, each in a context that the one before had found. */
  readonly generation: number;
  readonly callers: Caller[];
  /** Facts that left by this entry, replayed for callers that are found later. */
  readonly exits: Fact[];
  /** Closed entries: the parameter and path that came in. */
  readonly param: number;
  readonly path: AccessPath;
  /** Closed entries of a closure: the call that gave it, where that is known. */
  readonly made: Made | undefined;
}

/** A call of a function: a call site, a library that invokes a callback (`row`), or a property read (`call` -1). */
export interface Caller {
  readonly module: ModuleId;
  /** Index of the call, or -1 for a property read. */
  readonly call: number;
  /** The node that is the result. */
  readonly node: number;
  /** The context of the call. */
  readonly entry: Entry;
  readonly row: CallRow | undefined;
  readonly bound: boolean;
  /** What the function was given before this call, if anything. */
  readonly given?: Given | undefined;
  /** Where what is called is a closure: the call that gave it. */
  readonly made?: Made | undefined;
  /** The fact that went in by this call; absent for calls found by following the function's value. */
  readonly fact: Fact | undefined;
  /** Whether the call constructs an instance. */
  readonly constructs: boolean;
  /** For a method that gives what its object is iterated over: whether it makes an iterator, each element of which arrives, and
   * where in the result an element stands. */
  readonly iterates?: { readonly each: boolean; readonly into: readonly string[] };
}

/** Another way by which a fact that is known was reached again. */
export interface Way {
  readonly from: Fact;
  readonly how: Fact['how'];
  readonly via: Fact | undefined;
  readonly site: Address | undefined;
}

/** Something known of a value: that it (at `path`) is the subject. */
export interface Fact {
  /** Its place among the facts of its search, in the order they were found. */
  readonly index: number;
  readonly at: Address;
  readonly path: AccessPath;
  readonly entry: Entry;
  readonly label: Label;
  /** Set while the value is still a response whose members have their own labels. */
  readonly shape: Shape | undefined;
  readonly parent: Fact | undefined;
  /** Set on what a call returned: the fact that went into the call. */
  readonly via: Fact | undefined;
  /** How it came here from its parent; 'enter' and 'exit' are calls and returns. */
  readonly how:
    | 'seed'
    | 'flow'
    | 'store'
    | 'load'
    | 'text'
    | 'enter'
    | 'exit'
    | 'library'
    | 'field'
    | 'module'
    | 'artifact'
    | 'encode'
    | 'decode';
  /** What was assumed in this step, if anything. */
  readonly assumed: string | undefined;
  /** For 'artifact': the key under which the value is read back. */
  readonly key: string | undefined;
  /** For 'enter' and 'exit': the call that was entered or returned to; absent where a library invokes a callback. For 'artifact':
   * the call that wrote. */
  readonly site: Address | undefined;
  /** Its path was cut to its first element, since too many were known of one value. */
  readonly wide: boolean;
  /** It holds only of what is read behind this place of the text: what was changed there was another before. */
  readonly after: number | undefined;
  /** Further ways to this fact, the first few; `parent` is the shortest. */
  also: Way[] | undefined;
  /** The fact of the same place and entry that was found next. */
  beside: Fact | undefined;
}

/** How reading calls a function: as the member that is read (`member`), for an element of the object (`item`), or for an iterator
 * over them (`items`). */
export type ReadMethod = 'member' | 'item' | 'items';

/** The methods that an object is iterated by. */
export const iteration: ReadonlyMap<string, ReadMethod> = new Map<string, ReadMethod>([
  ['__next__', 'item'],
  ['__anext__', 'item'],
  ['__getitem__', 'item'],
  ['__iter__', 'items'],
  ['__aiter__', 'items'],
  [ITERATOR, 'items'],
]);

export interface Hooks {
  /** `content` keeps flowing through text; a function's value does not; the `name` of an artifact does, and into what opens it. */
  readonly subject: 'content' | 'function' | 'name';
  readonly maxFacts: number;
  /** Whether content may be known by the path of its file: what is read under that is content too. */
  readonly paths?: boolean | undefined;
  /** The only module that is looked at; undefined: any. */
  readonly within?: ModuleId | undefined;
  /** The function is called by reading: a getter, or a method that gives what its object is iterated over. */
  readonly read?: ReadMethod | undefined;
  /** The function is a method: its class, and the names that it has there. */
  readonly method?: { readonly module: ModuleId; readonly cls: number; readonly names: readonly string[] } | undefined;
  /** A fact reached an argument or the receiver of a catalogued sink. `slot` names which. */
  sink?(fact: Fact, row: SinkRow, module: ModuleId, call: number): void;
  /** Content reached the prompt of a call of a model: it stops there. */
  prompt?(fact: Fact, row: SourceRow, module: ModuleId, call: number): void;
  /** The tools that a model called are read from an answer. */
  acted?(fact: Fact): void;
  /** A value is put where another module, or another place, may read it back. */
  written?(fact: Fact, module: ModuleId, call: number): void;
  /** A value comes into an entry by another of its callers. */
  entered?(entry: Entry): void;
  /** A class reached the type of values, nodes of the same module, that are declared to be its instances. */
  declared?(fact: Fact, values: readonly number[]): void;
  /** A function's value is invoked here. */
  invoked?(caller: Caller): void;
  /** A bound was reached, in words. */
  limit?(says: string): void;
}

export interface SearchParts {
  readonly program: Program;
  readonly linker: Linker;
  readonly bindings: Bindings;
  readonly values: Values;
  /** Functions that are named by a text; made after what it asks, which asks in turn. */
  named(): Named;
  /** Who calls an open entry. */
  callersOf(entry: Entry): readonly Caller[];
  /** The open entry of a function, in the context of `outer` where it is a closure made there. */
  openEntry(module: ModuleId, fn: number, outer?: Entry): Entry;
  nextEntryId(): number;
  /** The generation of entries that the search makes. */
  readonly generation: number;
}

export interface Search {
  seed(at: Address, path: AccessPath, entry: Entry, label: Label, shape: Shape | undefined): void;
  /** Goes on from a fact that was written under a key, where it is read back. */
  readBack(from: Fact, reading: Reading): void;
  /** The entry of the function around a place, which leads back to some of its callers alone, if they are told. */
  entryFor(at: Address, readers: Readers | undefined): Entry;
  /** Processes everything that is waiting. */
  run(): void;
  /** All facts, in the order in which they were found. */
  readonly facts: readonly Fact[];
}

/** What a step adds to the fact it makes, where it differs from the fact it comes from. */
export interface FactDetails {
  readonly label?: Label;
  readonly shape?: Shape | undefined;
  readonly via?: Fact;
  readonly assumed?: string | undefined;
  readonly key?: string;
  readonly site?: Address | undefined;
  readonly wide?: boolean;
  readonly after?: number;
}

/** A value that is read under the key of a write. */
export interface Reading extends Spot {
  /** The call that wrote it. */
  readonly written: Address;
  /** The key as the reader writes it, for people. */
  readonly key: string;
  /** What is taken for granted where the keys are not known to be the same. */
  readonly assumed: string | undefined;
  /** Who calls the function that reads so that the keys agree, where not all do: a helper reads for everybody. */
  readonly readers: Readers | undefined;
}

/** Some of the calls of a function, with those of their calls' functions that lead to them. */
export interface Readers {
  readonly callers: readonly { readonly caller: Caller; readonly within: Readers | undefined }[];
}

/** Where a value came to be where its path says: the fact before it was only named, passed changes of other things, or was joined. */
export function settled(fact: Fact): Fact {
  let at = fact;
  while (at.how === 'flow' && at.path === fact.path && at.parent) at = at.parent;
  return at;
}

/** Labels that a rule asks for. What stands under another goes where the answer goes, and is followed with that. */
const toldApart: ReadonlySet<Label> = new Set<Label>(['reasoning', 'logprobs', 'reference']);

/** The label that a member of a response has of its own, where it is followed apart from the response. */
export function labelOf(shape: Shape, member: string): Label | undefined {
  const label = shape.labelled.get(member);
  return label !== undefined && toldApart.has(label) ? label : undefined;
}

/** Adds a fact unless it is known. */
export type AddFact = (
  at: Address,
  path: AccessPath,
  entry: Entry,
  from: Fact | undefined,
  how: Fact['how'],
  details?: FactDetails,
) => void;

/** Passes a value into parameter `param` of a function. */
export type EnterFunction = (
  module: ModuleId,
  fn: number,
  param: number,
  path: AccessPath,
  fact: Fact,
  caller: Caller,
) => void;

/** Where in a call a value arrives: an argument by its index, or the receiver. */
export type Slot = { readonly argument: number } | 'self';

/** Where rows may find a value: in a slot, as what the callable in an argument returned, or as what the callable in argument
 * `callable` gave to its parameter. */
export type RowSlot =
  | Slot
  | { readonly returnOf: { readonly index: number; readonly name: string | undefined } }
  | { readonly givenBy: { readonly callable: number; readonly parameter: number; readonly argument: number } };
