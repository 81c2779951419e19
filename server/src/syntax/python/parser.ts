// The one place that knows the parser library. What leaves it is a flat syntax tree; the library's own tree, which lives in
// WebAssembly memory, is freed before `parse` returns.
import { Language, Parser } from 'web-tree-sitter';
import { applyRepairs, findRepairs, isBetter, restoreOffsets } from './recover.ts';
import { Field, Syntax, type SyntaxTree } from './tree.ts';

/** Parses Python. Not re-entrant; each thread loads its own. */
export interface PythonParser {
  /** Parses any text. Never fails: what the grammar cannot read is listed in the tree's `errors`. */
  parse(text: string): SyntaxTree;
}

/** Kinds that are never entered: leaves, and names and strings whose text says everything. */
const closed = new Set([
  'identifier',
  'integer',
  'float',
  'true',
  'false',
  'none',
  'ellipsis',
  'dotted_name',
  'import_prefix',
  'type_conversion',
  'pass_statement',
  'break_statement',
  'continue_statement',
  'wildcard_import',
]);
const skipped = new Set([
  'comment',
  'line_continuation',
  'string_start',
  'string_content',
  'string_end',
  'escape_sequence',
]);
/** Unnamed tokens that mean something to the lowering. Operators are recognised by their field. */
const tokens = new Set(['async', '_']);

// What kind of children a node has.
const FIELDS = 0;
const NO_FIELDS = 1;
const OPERATORS = 2;
const roles = new Uint8Array(256);
roles.fill(FIELDS);
for (const name of [
  ...([
    'module',
    'block',
    'expression_statement',
    'argument_list',
    'list',
    'tuple',
    'set',
    'dictionary',
    'string',
  ] as const),
  ...([
    'expression_list',
    'pattern_list',
    'parameters',
    'lambda_parameters',
    'parenthesized_expression',
    'type',
  ] as const),
  ...(['return_statement', 'conditional_expression', 'concatenated_string', 'decorator', 'await'] as const),
]) {
  roles[Syntax[name]] = NO_FIELDS;
}
for (const name of ['binary_operator', 'unary_operator', 'comparison_operator', 'augmented_assignment'] as const) {
  roles[Syntax[name]] = OPERATORS;
}

// What a symbol of the grammar is to us.
const ENTER = 0;
const LEAF = 1;
const SKIP = 2;
const TEXT = 3;
const COMMENT = 4;
const TOKEN = 5;

/**
 * What the library's WebAssembly module offers for walking a tree. Its `TreeCursor` copies the cursor's state out of and back
 * into WebAssembly memory around each of these calls, which takes several times as long as the calls. The state stays in the
 * library's transfer buffer between them, so as long as nothing else is called they can follow each other directly.
 */
interface Runtime {
  _ts_tree_root_node_wasm(tree: number): void;
  _ts_tree_cursor_new_wasm(tree: number): void;
  _ts_tree_cursor_delete_wasm(tree: number): void;
  _ts_tree_cursor_goto_first_child_wasm(tree: number): number;
  _ts_tree_cursor_goto_next_sibling_wasm(tree: number): number;
  _ts_tree_cursor_goto_parent_wasm(tree: number): number;
  _ts_tree_cursor_current_node_type_id_wasm(tree: number): number;
  _ts_tree_cursor_current_node_is_missing_wasm(tree: number): number;
  _ts_tree_cursor_current_field_id_wasm(tree: number): number;
  _ts_tree_cursor_start_index_wasm(tree: number): number;
  _ts_tree_cursor_end_index_wasm(tree: number): number;
}

/** The library keeps one module for the whole process, and tells only its first caller what it offers. */
let runtime: Promise<Runtime> | undefined;

async function initialise(runtimeWasm: Uint8Array | undefined): Promise<Runtime> {
  // It asks where its file lies even when it has the bytes, and in a bundled worker it has no address to answer from.
  const options = runtimeWasm ? { wasmBinary: runtimeWasm, locateFile: (name: string) => name } : {};
  await Parser.init(options as Parameters<typeof Parser.init>[0]);
  return options as unknown as Runtime;
}

/**
 * Loads the grammar from its WebAssembly bytes. `runtimeWasm` is the library's own module; without it the library looks for
 * `web-tree-sitter.wasm` by itself, which only works unbundled.
 */
export async function loadPython(runtimeWasm: Uint8Array | undefined, grammarWasm: Uint8Array): Promise<PythonParser> {
  runtime ??= initialise(runtimeWasm);
  const module = await runtime;
  const language = await Language.load(grammarWasm);
  const parser = new Parser();
  parser.setLanguage(language);
  const symbols = readSymbols(language);
  const fields = Uint8Array.from(language.fields, (name) => Field[name as keyof typeof Field] ?? 0);
  const read = (text: string): SyntaxTree => {
    // A parse never ends without a tree here: there is a language, and no callback that stops it.
    const tree = parser.parse(text)!;
    const damaged = tree.rootNode.hasError;
    const address = (tree as unknown as number[])[0]!;
    module._ts_tree_root_node_wasm(address);
    module._ts_tree_cursor_new_wasm(address);
    try {
      return flatten(module, address, text, symbols, fields, damaged);
    } finally {
      module._ts_tree_cursor_delete_wasm(address);
      tree.delete();
    }
  };
  return {
    parse(text) {
      const first = read(text);
      if (first.errors.length === 0) return first;
      const repairs = findRepairs(text);
      if (repairs.length === 0) return first;
      const repaired = applyRepairs(text, repairs);
      const second = read(repaired.text);
      return isBetter(second, first) ? restoreOffsets(second, text, repaired.origin) : first;
    },
  };
}

interface Symbols {
  readonly kinds: Uint8Array;
  readonly actions: Uint8Array;
}

function readSymbols(language: Language): Symbols {
  const count = language.types.length;
  const kinds = new Uint8Array(count);
  const actions = new Uint8Array(count);
  for (let id = 0; id < count; id++) {
    const name = language.types[id] ?? '';
    const named = language.nodeTypeIsNamed(id);
    kinds[id] = named || tokens.has(name) ? (Syntax[name as keyof typeof Syntax] ?? 0) : Syntax.operator;
    if (name === 'comment') actions[id] = COMMENT;
    else if (skipped.has(name)) actions[id] = SKIP;
    else if (!named) actions[id] = tokens.has(name) ? LEAF : TOKEN;
    else if (name === 'string') actions[id] = TEXT;
    else if (closed.has(name)) actions[id] = LEAF;
  }
  return { kinds, actions };
}

const ERROR_SYMBOL = 0xffff;

/** Copies a tree out of WebAssembly memory. `damaged` says that it holds errors. */
function flatten(
  runtime: Runtime,
  tree: number,
  text: string,
  symbols: Symbols,
  fieldMap: Uint8Array,
  damaged: boolean,
): SyntaxTree {
  const {
    _ts_tree_cursor_goto_first_child_wasm: enterChild,
    _ts_tree_cursor_goto_next_sibling_wasm: nextSibling,
    _ts_tree_cursor_goto_parent_wasm: parent,
    _ts_tree_cursor_current_node_type_id_wasm: typeId,
    _ts_tree_cursor_current_node_is_missing_wasm: isMissing,
    _ts_tree_cursor_current_field_id_wasm: fieldId,
    _ts_tree_cursor_start_index_wasm: startOf,
    _ts_tree_cursor_end_index_wasm: endOf,
  } = runtime;
  const { kinds: kindOf, actions } = symbols;
  let capacity = (text.length >> 2) + 16;
  let kinds = new Uint8Array(capacity);
  let fields = new Uint8Array(capacity);
  let starts = new Int32Array(capacity);
  let ends = new Int32Array(capacity);
  let next = new Int32Array(capacity);
  let count = 0;
  const comments: number[] = [];
  const errors: number[] = [];
  const open: number[] = [];
  const grow = (): void => {
    capacity *= 2;
    kinds = copyInto(new Uint8Array(capacity), kinds);
    fields = copyInto(new Uint8Array(capacity), fields);
    starts = copyInto(new Int32Array(capacity), starts);
    ends = copyInto(new Int32Array(capacity), ends);
    next = copyInto(new Int32Array(capacity), next);
  };

  for (;;) {
    const id = typeId(tree);
    const action = id === ERROR_SYMBOL ? ENTER : actions[id]!;
    let enter = false;
    if (action === COMMENT) comments.push(startOf(tree), endOf(tree));
    else if (action !== SKIP) {
      // Asking for a field costs more than all else here: most parents have none, and few have operators.
      const parentRole = open.length === 0 ? NO_FIELDS : roles[kinds[open[open.length - 1]!]!]!;
      const field =
        parentRole === NO_FIELDS || (action === TOKEN && parentRole !== OPERATORS) ? 0 : fieldMap[fieldId(tree)]!;
      if (action !== TOKEN || field === Field.operator || field === Field.operators) {
        if (count === capacity) grow();
        kinds[count] = id === ERROR_SYMBOL ? Syntax.ERROR : kindOf[id]!;
        fields[count] = field;
        const start = startOf(tree);
        starts[count] = start;
        ends[count] = endOf(tree);
        enter = action === ENTER || (action === TEXT && hasHoles(text, start));
        if (enter) open.push(count);
        else next[count] = count + 1;
        count++;
      }
      if (damaged && (id === ERROR_SYMBOL || isMissing(tree) === 1)) errors.push(startOf(tree), endOf(tree));
    }
    if (enter && enterChild(tree) === 1) continue;
    if (enter) next[open.pop()!] = count;
    while (nextSibling(tree) !== 1) {
      if (parent(tree) !== 1) {
        return {
          text,
          count,
          kinds: kinds.subarray(0, count),
          fields: fields.subarray(0, count),
          starts: starts.subarray(0, count),
          ends: ends.subarray(0, count),
          next: next.subarray(0, count),
          comments,
          errors,
        };
      }
      next[open.pop()!] = count;
    }
  }
}

/** Whether the string that begins at `start` is one with holes: its prefix holds an f or a t. */
function hasHoles(text: string, start: number): boolean {
  for (let i = start; i < start + 3; i++) {
    const code = text.charCodeAt(i) | 32;
    if (code === 102 || code === 116) return true;
    if (code < 97 || code > 122) return false;
  }
  return false;
}

function copyInto<T extends Uint8Array | Int32Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
