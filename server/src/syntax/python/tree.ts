// The syntax tree that the lowering reads: flat arrays in source order, without any object of the parser behind them.
// Node i's children begin at i + 1; `next[i]` is the node after its whole subtree, so a subtree is a range of indices.
// Tokens without meaning to us (punctuation, comments, pieces of strings) are left out.

const names = [
  'other',
  'ERROR',
  'module',
  'block',
  'identifier',
  'attribute',
  'call',
  'argument_list',
  'keyword_argument',
  'string',
  'interpolation',
  'format_expression',
  'format_specifier',
  'type_conversion',
  'concatenated_string',
  'integer',
  'float',
  'true',
  'false',
  'none',
  'ellipsis',
  'list',
  'tuple',
  'dictionary',
  'set',
  'pair',
  'list_splat',
  'dictionary_splat',
  'parenthesized_list_splat',
  'parenthesized_expression',
  'expression_list',
  'pattern_list',
  'list_pattern',
  'tuple_pattern',
  'list_splat_pattern',
  'dictionary_splat_pattern',
  'subscript',
  'slice',
  'binary_operator',
  'unary_operator',
  'boolean_operator',
  'comparison_operator',
  'not_operator',
  'conditional_expression',
  'named_expression',
  'lambda',
  'lambda_parameters',
  'await',
  'yield',
  'as_pattern',
  'as_pattern_target',
  'list_comprehension',
  'set_comprehension',
  'dictionary_comprehension',
  'generator_expression',
  'for_in_clause',
  'if_clause',
  'assignment',
  'augmented_assignment',
  'expression_statement',
  'return_statement',
  'raise_statement',
  'assert_statement',
  'delete_statement',
  'pass_statement',
  'break_statement',
  'continue_statement',
  'global_statement',
  'nonlocal_statement',
  'import_statement',
  'import_from_statement',
  'future_import_statement',
  'aliased_import',
  'dotted_name',
  'relative_import',
  'import_prefix',
  'wildcard_import',
  'print_statement',
  'chevron',
  'exec_statement',
  'type_alias_statement',
  'if_statement',
  'elif_clause',
  'else_clause',
  'for_statement',
  'while_statement',
  'try_statement',
  'except_clause',
  'finally_clause',
  'with_statement',
  'with_clause',
  'with_item',
  'match_statement',
  'case_clause',
  'case_pattern',
  'class_pattern',
  'complex_pattern',
  'dict_pattern',
  'keyword_pattern',
  'splat_pattern',
  'union_pattern',
  'function_definition',
  'class_definition',
  'decorated_definition',
  'decorator',
  'parameters',
  'default_parameter',
  'typed_parameter',
  'typed_default_parameter',
  'keyword_separator',
  'positional_separator',
  'type',
  'type_parameter',
  'generic_type',
  'union_type',
  'member_type',
  'constrained_type',
  'splat_type',
  'async',
  'operator',
  '_',
] as const;

/** The name of a kind of syntax node: the grammar's own, and `other` for all that the lowering does not know. */
export type SyntaxName = (typeof names)[number];

/** Each kind of syntax node by its name. `operator` is any token in an operator's place. */
export const Syntax = Object.fromEntries(names.map((name, i) => [name, i])) as Readonly<Record<SyntaxName, number>>;

/** The name of kind `kind`. */
export function syntaxName(kind: number): SyntaxName {
  return names[kind] ?? 'other';
}

const fieldNames = [
  'none',
  'alias',
  'alternative',
  'argument',
  'arguments',
  'attribute',
  'body',
  'cause',
  'code',
  'condition',
  'consequence',
  'definition',
  'expression',
  'format_specifier',
  'function',
  'guard',
  'key',
  'left',
  'module_name',
  'name',
  'object',
  'operator',
  'operators',
  'parameters',
  'return_type',
  'right',
  'subject',
  'subscript',
  'superclasses',
  'type',
  'type_conversion',
  'type_parameters',
  'value',
] as const;

/** The name of a child's role in its parent. */
export type FieldName = (typeof fieldNames)[number];

/** Each role by its name; `none` is 0. */
export const Field = Object.fromEntries(fieldNames.map((name, i) => [name, i])) as Readonly<Record<FieldName, number>>;

/** A parsed file. */
export interface SyntaxTree {
  readonly text: string;
  readonly count: number;
  /** Kind of each node, from `Syntax`. */
  readonly kinds: Uint8Array;
  /** Role of each node in its parent, from `Field`. */
  readonly fields: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The node after the subtree of each node. */
  readonly next: Int32Array;
  /** Start and end of each comment, in pairs. */
  readonly comments: readonly number[];
  /** Start and end of each place that the grammar could not read, in pairs. A missing token has an empty one. */
  readonly errors: readonly number[];
}

/** The first child of node `n` in role `field`, or -1. */
export function childAt(tree: SyntaxTree, n: number, field: number): number {
  const end = tree.next[n]!;
  for (let c = n + 1; c < end; c = tree.next[c]!) if (tree.fields[c] === field) return c;
  return -1;
}

/** The first child of node `n` of kind `kind`, or -1. */
export function childOf(tree: SyntaxTree, n: number, kind: number): number {
  const end = tree.next[n]!;
  for (let c = n + 1; c < end; c = tree.next[c]!) if (tree.kinds[c] === kind) return c;
  return -1;
}

/** The first child of node `n`, or -1. */
export function firstChild(tree: SyntaxTree, n: number): number {
  return n + 1 < tree.next[n]! ? n + 1 : -1;
}

/** All children of node `n`. */
export function children(tree: SyntaxTree, n: number): number[] {
  const found: number[] = [];
  const end = tree.next[n]!;
  for (let c = n + 1; c < end; c = tree.next[c]!) found.push(c);
  return found;
}

/** The source text of node `n`. */
export function textOf(tree: SyntaxTree, n: number): string {
  return tree.text.slice(tree.starts[n]!, tree.ends[n]!);
}
