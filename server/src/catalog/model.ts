// What the catalog says about libraries, compiled: rows hang in a trie of API paths, so that matching a call costs the length
// of its path and never grows with the number of rows. The flow engine walks the trie; it knows no library by name.
// Everything here is plain data or a pure look-up; the YAML it comes from is described in rules/README.md.

/** What content a value carries; `reference`: none, but the id under which a service knows it. */
export type Label = 'text' | 'reasoning' | 'tool-call' | 'logprobs' | 'score' | 'selection' | 'embedding' | 'reference';

/** Where in a call a value sits. */
export type CallSlot =
  /** `Argument[0]`, `Argument[name:]`, `Argument[0,name:]`; `index` -1 where only the name is known. */
  | { readonly at: 'argument'; readonly index: number; readonly name: string | undefined }
  /** `Argument[any]`, or `Argument[1..]`: every argument from `from` on. */
  | { readonly at: 'arguments'; readonly from: number }
  | { readonly at: 'self' }
  | { readonly at: 'return' }
  /** `Argument[*:]`: every keyword argument. A target path may then say `Field[=name]`: under that argument's own name. */
  | { readonly at: 'keywords' }
  /** `Argument[0].Parameter[1]`: parameter `parameter` of the callable in argument `index`/`name` (of Self where index is -2).
   * `inside` leads from the argument to the callable: `Argument[0].Field[onFinish].Parameter[0]`. `Parameter[*:]`, -1: each
   * parameter is given what the target of a flow has under its name. */
  | {
      readonly at: 'callback';
      readonly index: number;
      readonly name: string | undefined;
      readonly inside?: readonly string[];
      readonly parameter: number;
    }
  /** `Argument[0].ReturnValue`: what the callable in that argument returns. */
  | {
      readonly at: 'callback-return';
      readonly index: number;
      readonly name: string | undefined;
      readonly inside?: readonly string[];
    }
  /** `Argument[0].Parameter[1].Argument[0]`: what that callable passes when it calls its parameter (`resolve(value)`). */
  | {
      readonly at: 'callback-argument';
      readonly index: number;
      readonly name: string | undefined;
      readonly inside?: readonly string[];
      readonly parameter: number;
      readonly argument: number;
    }
  /** `{table}`: the name that stood at this place of the API path. Only in the key of a cell or the target of a sink. */
  | { readonly at: 'capture'; readonly name: string }
  /** The module in which the call stands. Only in the key of a cell. */
  | { readonly at: 'module' }
  /** That module as another process runs it. Only in the key of a cell. */
  | { readonly at: 'rerun' }
  /** The member at the path, where it is read and not called. Only in the value of a cell that is read. */
  | { readonly at: 'member' };

/**
 * A slot and the access path below it: `Argument[0].Field[messages].Element` is {argument 0, ['messages', '*']}.
 * Path elements are keys, `*`, `#encoded`, and two that depend on the call: `=0` is the constant of argument 0 (any key where
 * it is not constant; `Field[=Argument[0]]`), `=name` the name of the keyword argument that the value came from.
 */
export interface Place {
  readonly slot: CallSlot;
  readonly path: readonly string[];
}

/** A condition on the arguments of a call. All of a row's guards must hold; an unknown value leaves `assume` to decide. */
export interface Guard {
  readonly place: Place;
  /** `is`: the constant equals one of `values`; `matches`: values[0] is a regular expression; `exists`: the argument is given;
   * `imports`: the module imports one of these packages. A null among `values` means that the test also holds where the argument is
   * not given. */
  readonly test: 'is' | 'matches' | 'exists' | 'absent' | 'imports';
  readonly values: readonly (string | number | boolean | null)[];
  /** Whether the row holds where the value cannot be found out. */
  readonly assume: boolean;
}

/** How a response is laid out: members that carry no content, and members whose content has another label. */
export interface Shape {
  readonly name: string;
  readonly label: Label;
  readonly neutral: ReadonlySet<string>;
  readonly labelled: ReadonlyMap<string, Label>;
}

/** Where every row came from; shown by `catalog try` and in debug output. */
export interface RowOrigin {
  /** `rules/catalog/python/openai.yaml` */
  readonly file: string;
  readonly line: number;
  /** The row's API path as written. */
  readonly path: string;
  readonly verified: boolean;
}

/** A call whose result is model output. */
export interface SourceRow {
  readonly row: 'source';
  readonly origin: RowOrigin;
  readonly shape: Shape;
  /** Provider id of the client where nothing says otherwise, or undefined where the model string decides. */
  readonly provider: string | undefined;
  readonly mode: 'call' | 'stream' | 'batch' | 'handler';
  /** Where the content is: usually the result; for callbacks a callback's parameter. */
  readonly result: readonly Place[];
  readonly model: readonly Place[];
  /** What stands before the model's id where it is given apart: `custom_llm_provider='azure'`. */
  readonly route: readonly Place[];
  readonly baseUrl: readonly Place[];
  readonly prompt: readonly Place[];
  /** Credentials and proxies given with the call itself. */
  readonly key: readonly Place[];
  readonly proxy: readonly Place[];
  readonly guards: readonly Guard[];
  /** Raw HTTP: the URL decides whether this is a model call at all, and of whom. */
  readonly url: Place | undefined;
}

/** What kind of dataset, trainer or store a sink is. */
export type SinkKind = 'file' | 'dataset' | 'publish' | 'upload' | 'job' | 'train' | 'store' | 'platform' | 'log';

/** A call that persists, publishes or trains on what reaches `at`. */
export interface SinkRow {
  readonly row: 'sink';
  readonly origin: RowOrigin;
  readonly kind: SinkKind;
  readonly at: readonly Place[];
  /** Where the file name, hub id or table is, for evidence and artifacts. */
  readonly target: Place | undefined;
  readonly guards: readonly Guard[];
}

/** How what is written in a cell relates to the value: the same, stored under `#encoded`, or loaded from it; `path`: the value is the
 * path of a file that holds it. */
export type CellForm = 'value' | 'encode' | 'decode' | 'path';

/** How content moves through a library call. `to` undefined: it stops here (neutral or sanitized). */
export interface FlowRow {
  readonly row: 'flow';
  readonly origin: RowOrigin;
  readonly from: Place;
  readonly to: Place | undefined;
  /** `value`: the same object, its fields kept; `copy`: its fields in objects of their own; `text`: text made of it;
   * `below`: names of what lies in the directory that it names;
   * `encode`/`decode`: stored under / loaded from #encoded; `measure`: only a number or a flag remains (what has the label
   * `residual` goes on); `reference`: the id under which a service knows it: written down it is no content, given to a job it is;
   * `fetch`: what the service knows under such an id. */
  readonly how: 'value' | 'copy' | 'text' | 'below' | 'encode' | 'decode' | 'measure' | 'reference' | 'fetch' | 'stop';
  readonly residual: Label | undefined;
  /** Absent means none. */
  readonly guards?: readonly Guard[];
}

/** A call that invokes a function it is given: pools, maps, decorators of libraries. */
export interface CallRow {
  readonly row: 'call';
  readonly origin: RowOrigin;
  /** The callable: an argument, or Self for `partial(f)()`-like values. */
  readonly callable: CallSlot;
  /** How a text that stands there names the callable: by the path of its module and its own, by its name, or by its file. */
  readonly named?: 'path' | 'name' | 'file';
  /** The folder that such files lie in, beside the call or further up. */
  readonly folder?: string;
  /** Leads from the slot to the callable, where it is a field of an options object. */
  readonly inside?: readonly string[];
  /** What its parameters receive: `Argument[1].Element -> Parameter[0]`. `spread` (`Parameter[0..]`) gives the elements of what
   * is at `from` to successive parameters. */
  readonly passes: readonly { readonly from: Place; readonly parameter: number; readonly spread?: boolean }[];
  /** All positional arguments from this index on go to the callable's parameters in order (`submit(f, a, b)`), or -1. */
  readonly forwardsFrom: number;
  /** Where the callable's result is found. */
  readonly result: Place | undefined;
  /** `repeat`: one call per item of `iterable`; `once`: the same call (retry decorators, to_thread, partial); `unknown`: it is told
   * what to call, and calls it when something else is done, so that a loop around says nothing of how often. */
  readonly times: 'repeat' | 'once' | 'unknown';
  /** The call made by this row only returns a function; calling that one invokes the callable with the same arguments, after
   * those that `forwardsFrom` binds (`partial`, decorators that wrap). */
  readonly later?: boolean;
  readonly iterable: Place | undefined;
  /** Whether several of the repeated calls run at once, whatever `concurrency` says. */
  readonly atOnce?: boolean;
  /** Where the number of calls that run at once is given; who gives it has several run. */
  readonly concurrency: Place | undefined;
  /** Absent means none. */
  readonly guards?: readonly Guard[];
}

/** Model calls are made in number by the library itself (batch APIs), or their results gathered (`gather`), or the result is as many
 * items as the numbers in `iterable` say (`range`), or lets as many run at once (`limit`), or what it gives is walked until an attempt
 * succeeds (`attempts`). */
export interface VolumeRow {
  readonly row: 'volume';
  readonly origin: RowOrigin;
  readonly kind: 'batch' | 'gather' | 'range' | 'limit' | 'attempts';
  readonly iterable: Place | undefined;
  /** The row by which another library calls what makes the model calls, where that repeats them. */
  readonly by?: CallRow;
}

/** A call that picks one of several, or the number by which one is picked. */
export interface ChoiceRow {
  readonly row: 'choice';
  readonly origin: RowOrigin;
  /** `chance`: at random; `turn`: round and round (`cycle`, `rotate`); `least`: the first by a measure;
   * `next`: what an iterator gives next; `take`: one is taken out;
   * `use`: by what has come of each so far; `order`: what is read first of them is picked by that. */
  readonly by: 'chance' | 'turn' | 'least' | 'next' | 'take' | 'use' | 'order';
  /** The collection; undefined where the result is a number or flag that another choice may be made by. */
  readonly from: Place | undefined;
  /** Where what is picked among holds the same: deployments of one name. */
  readonly alike: readonly Place[];
  readonly guards: readonly Guard[];
}

/** A file, directory, hub id, file id or table that a call writes or reads under a key. Sinks with a target imply a write. */
export interface CellRow {
  readonly row: 'cell';
  readonly origin: RowOrigin;
  readonly access: 'write' | 'read';
  readonly cell: 'file' | 'directory' | 'uri' | 'id' | 'table' | 'module' | 'environment' | 'option';
  readonly key: Place;
  /** What is written, or where the value read appears. */
  readonly value: Place;
  readonly form: CellForm;
  /** Set where it is only registered here: the option by which a run selects the entry. */
  readonly registered?: string | undefined;
  /** What names further tables whose rows are read along with those of the key, and stand in them under that name. */
  readonly along?: readonly Place[];
  readonly guards: readonly Guard[];
}

/**
 * A client, its default provider and where its base URL and keys are given; hangs at the constructor. Where a client is made
 * from another (`openai('gpt-4o')` from `createOpenAI({baseURL})`), what this row does not say is asked of the receiver or callee.
 */
export interface ClientRow {
  readonly row: 'client';
  readonly origin: RowOrigin;
  readonly type: string;
  readonly provider: string | undefined;
  readonly baseUrl: readonly Place[];
  readonly model: readonly Place[];
  readonly route: readonly Place[];
  /** Credentials and proxies. Places below Self are in the object itself (`client.api_key = …`): such a row hangs at the type. */
  readonly key: readonly Place[];
  readonly proxy: readonly Place[];
  /** For files, writers and tables: the argument that names what they stand for. A place that holds such an object stands for
   * this target (`json.dump(x, f)`: target `Argument[1]`, whose own target is the path given to `open`). */
  readonly target: readonly Place[];
  /** Who serves it instead, on which surface, where guards hold. */
  readonly instead: readonly {
    readonly guards: readonly Guard[];
    readonly provider: string | undefined;
    readonly surface: string;
  }[];
  /** Holds for every call of the package that is told nothing itself; `client`: also where a call names a model, but nobody who
   * serves it. */
  readonly default: boolean | 'client';
}

export type Row = SourceRow | SinkRow | FlowRow | CallRow | VolumeRow | ChoiceRow | CellRow | ClientRow;

/** A position in the trie: what is known of a value by the API path that made it. Positions are compared by identity. */
export interface ApiPosition {
  /** `openai.OpenAI().chat`, for people. */
  readonly path: string;
  /** Rows that hold when the value at this position is called. */
  readonly rows: readonly Row[];
  /** The catalogued type of a value at this position (`openai.Client`), if any. */
  readonly type: string | undefined;
  /** Names that stood at `{name}` places of the path. */
  readonly captures: ReadonlyMap<string, string>;
}

/** The compiled catalog of one ecosystem. All look-ups are pure. */
export interface Catalog {
  /** The position of package or builtin `name` (`openai`, `@anthropic-ai/sdk`, `json`); dotted Python modules walk their parts. */
  root(ecosystem: Ecosystem, name: string): ApiPosition | undefined;
  /** The position of a builtin global (`open`, `fetch`, `JSON`, `print`). */
  global(ecosystem: Ecosystem, name: string): ApiPosition | undefined;
  /** The position of values of the catalogued type `id` (`openai.Client`). */
  type(ecosystem: Ecosystem, id: string): ApiPosition | undefined;
  /** The steps that lead on from a position, as an API path writes them: `.chat`, `()`, `.Element`. */
  steps(position: ApiPosition): readonly string[];
  member(position: ApiPosition, name: string): ApiPosition | undefined;
  /** The result of calling (or constructing) the value at `position`. */
  result(position: ApiPosition): ApiPosition | undefined;
  /** An element of the value at `position` (iteration, index). */
  element(position: ApiPosition): ApiPosition | undefined;
  /** A subclass of the class at `position`: what `self` is inside it. */
  instance(position: ApiPosition): ApiPosition | undefined;
  /** Positions of methods named `name` that hold for receivers of unknown type (list.append, str.strip, Array.push). */
  untyped(ecosystem: Ecosystem, name: string): ApiPosition | undefined;
  /** Sources and sinks that may be recognised by the end of their path alone (`chat.completions.create`): by last member name.
   * The rows there carry the guards that such a match asks for. */
  tails(
    ecosystem: Ecosystem,
    lastMember: string,
  ): readonly { readonly members: readonly string[]; readonly position: ApiPosition }[];
  /** The last members of what sets for a whole program who answers the calls of a package: `dspy.configure`, `Settings.llm`. */
  defaults(ecosystem: Ecosystem, name: string): readonly string[];
  // Of the paths that some rows speak of, these sets hold what calls can be named, behind the ecosystem that the rows are of: the last
  // member (`python get`), and that with the member before it (`python batches.get`), or with none (`python .get`) where the path has
  // no more or goes on from a call.
  /** Sources and data sets. */
  readonly candidateNames: ReadonlySet<string>;
  /** Trainers, fine-tuning jobs and their uploads. */
  readonly trainerNames: ReadonlySet<string>;
  /** What reads artifacts. */
  readonly readerNames: ReadonlySet<string>;
  /** Methods of any receiver that read an artifact if their key looks like one: `bucket.get('answers.json')`. */
  readonly spelledReaderNames: ReadonlySet<string>;
  /** Those of them that read tables. */
  readonly tableReaderNames: ReadonlySet<string>;
  /** Those of them that read further tables along. */
  readonly alongNames: ReadonlySet<string>;
  /** What writes tables, or sends something to a module. */
  readonly writerNames: ReadonlySet<string>;
  /** What keeps a value under a key of its receiver, by the last member alone, in whatever ecosystem: `parser.add_argument`. */
  readonly keeperNames: ReadonlySet<string>;
  /** The last members of the paths that are such by being read, and not called. */
  readonly memberNames: ReadonlySet<string>;
  /** What makes a client of a service. */
  readonly makerNames: ReadonlySet<string>;
  /** What names a function by a text. */
  readonly namingNames: ReadonlySet<string>;
  /** What the packages of that are called. */
  readonly namingPackages: ReadonlySet<string>;
  /** Members that give the same type again without a call: `frame.values`. */
  readonly viewNames: ReadonlySet<string>;
  /** Members of answers that hold the calls of tools that the model asks for: `message.tool_calls`. */
  readonly toolCallNames: ReadonlySet<string>;
  readonly markers: readonly MarkerRow[];
  readonly routes: readonly RouteRow[];
}

/** A string whose presence makes a file worth parsing. */
export interface MarkerRow {
  readonly text: string;
  /** `import`: it counts only where it names what is imported. */
  readonly position: 'anywhere' | 'import';
  /** It counts only where one of these stands somewhere in the file as well. */
  readonly with?: readonly string[] | undefined;
}

/** Files that answer requests by their place. */
export interface RouteRow {
  /** Matches their path; the first group is the address. */
  readonly place: RegExp;
  /** What they export to answer requests. */
  readonly handlers: ReadonlySet<string>;
}

/** Which package registry names come from. */
export type Ecosystem = 'python' | 'javascript' | 'configuration';
