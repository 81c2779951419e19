// The one place that knows the parser library. What leaves it is a flat syntax tree; the library's own tree, which lives in
// WebAssembly memory, is freed before `parse` returns.
import { Language, Parser, type TreeCursor } from 'web-tree-sitter';
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

// What a symbol of the grammar is to us.
const ENTER = 0;
const LEAF = 1;
const SKIP = 2;
const TEXT = 3;
const COMMENT = 4;
const TOKEN = 5;

/**
 * Loads the grammar from its WebAssembly bytes. `runtimeWasm` is the library's own module; without it the library looks for
 * `web-tree-sitter.wasm` by itself, which only works unbundled.
 */
export async function loadPython(runtimeWasm: Uint8Array | undefined, grammarWasm: Uint8Array): Promise<PythonParser> {
  const options = runtimeWasm ? { wasmBinary: runtimeWasm } : {};
  await Parser.init(options as Parameters<typeof Parser.init>[0]);
  const language = await Language.load(grammarWasm);
  const parser = new Parser();
  parser.setLanguage(language);
  const symbols = readSymbols(language);
  const fields = Uint8Array.from(language.fields, (name) => Field[name as keyof typeof Field] ?? 0);
  return {
    parse(text) {
      // A parse never ends without a tree here: there is a language, and no callback that stops it.
      const tree = parser.parse(text)!;
      const cursor = tree.walk();
      try {
        return flatten(cursor, text, symbols, fields);
      } finally {
        cursor.delete();
        tree.delete();
      }
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

function flatten(cursor: TreeCursor, text: string, symbols: Symbols, fieldMap: Uint8Array): SyntaxTree {
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
    const id = cursor.nodeTypeId;
    const action = id === ERROR_SYMBOL ? ENTER : symbols.actions[id]!;
    let enter = false;
    if (action === COMMENT) {
      comments.push(cursor.startIndex, cursor.endIndex);
    } else if (action !== SKIP) {
      const field = fieldMap[cursor.currentFieldId]!;
      if (action !== TOKEN || field === Field.operator || field === Field.operators) {
        if (count === capacity) grow();
        kinds[count] = id === ERROR_SYMBOL ? Syntax.ERROR : symbols.kinds[id]!;
        fields[count] = field;
        const start = cursor.startIndex;
        starts[count] = start;
        ends[count] = cursor.endIndex;
        enter = action === ENTER || (action === TEXT && hasHoles(text, start));
        if (enter) open.push(count);
        else next[count] = count + 1;
        count++;
      }
      if (id === ERROR_SYMBOL) errors.push(cursor.startIndex, cursor.endIndex);
      else if (action !== ENTER && cursor.endIndex === cursor.startIndex && cursor.nodeIsMissing)
        errors.push(cursor.startIndex, cursor.endIndex);
    }
    if (enter && cursor.gotoFirstChild()) continue;
    if (enter) next[open.pop()!] = count;
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) {
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
