// The rows of one library call, followed backward: from its result, or from what it changed, to what that was made of.
import type { Ecosystem, FlowRow, Row } from '../catalog/model.ts';
import { ANY, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { argumentsAt, selfOf } from './calls.ts';
import { type AccessPath, concat, ENCODED, head, matches, ofInstance, prepend, tail } from './paths.ts';

/** A value that a call was given, and the path below it. */
export interface Source {
  readonly node: number;
  readonly path: AccessPath;
}

/** Ways of moving that keep what a backward question asks for. */
const reversed: Partial<Record<FlowRow['how'], true>> = { value: true, copy: true, encode: true, decode: true };

/** What stands at `path` below the result of call `index`, or below its receiver afterwards, by the rows of the call. */
export function sourcesOf(
  rows: readonly Row[],
  graph: ModuleGraph,
  ecosystem: Ecosystem,
  index: number,
  end: 'return' | 'self',
  path: AccessPath,
): readonly Source[] {
  const call = graph.calls[index]!;
  const found: Source[] = [];
  for (const row of rows) {
    if (row.row === 'call' && row.later && end === 'return') {
      for (const i of argumentsAt(call, row.callable)) found.push({ node: call.args[i]!.value, path });
      continue;
    }
    if (row.row !== 'flow' || row.to?.slot.at !== end || !(row.how in reversed)) continue;
    if (row.from.slot.at === 'keywords' && row.to.path[0] === '=name') {
      const first = head(path);
      for (const arg of call.args)
        if (arg.kind === 'keyword-spread') found.push({ node: arg.value, path });
        else if (arg.kind === 'keyword' && arg.name !== undefined && first !== undefined && matches(arg.name, first))
          found.push({ node: arg.value, path: tail(path) });
      continue;
    }
    let rest = strictlyBelow(path, elementsAt(row.to.path, graph, ecosystem, index));
    if (rest === undefined) continue;
    if (row.how === 'encode') rest = head(rest) === ENCODED ? tail(rest) : rest;
    else if (row.how === 'decode' && rest !== '') rest = prepend(ENCODED, rest);
    const { slot } = row.from;
    const below = concat(elementsAt(row.from.path, graph, ecosystem, index), rest);
    // What a class returns that is called is an instance of it.
    const from = slot.at === 'callback-return' ? concat(slot.inside ?? [], ofInstance(below)) : below;
    if (slot.at === 'self') found.push({ node: selfOf(call), path: from });
    else for (const i of argumentsAt(call, slot)) found.push({ node: call.args[i]!.value, path: from });
  }
  return found;
}

/** Whether a row says that its call gives the object that it is called on. */
export function isSameObject(row: Row): boolean {
  if (row.row !== 'flow' || row.how !== 'value' || row.from.slot.at !== 'self' || row.to?.slot.at !== 'return')
    return false;
  return row.from.path.length === 0 && row.to.path.length === 0;
}

/** What remains of `path` below `prefix`; undefined where it asks for the whole of what the prefix fills in part. */
export function strictlyBelow(path: AccessPath, prefix: readonly string[]): AccessPath | undefined {
  let rest = path;
  for (const element of prefix) {
    const first = head(rest);
    if (first === undefined || !matches(first, element)) return undefined;
    rest = tail(rest);
  }
  return rest;
}

/** The elements of a row's path as they are at one call: `=0` means the constant of that argument. */
export function elementsAt(
  elements: readonly string[],
  graph: ModuleGraph,
  ecosystem: Ecosystem,
  index: number,
): readonly string[] {
  // Hardly any row has such a place, and every row of a call is read for each question.
  if (!elements.some((e) => e.startsWith('='))) return elements;
  return elements.map((e) => {
    if (!e.startsWith('=')) return e;
    const arg = graph.calls[index]!.args[Number(e.slice(1))];
    const value =
      arg && graph.kinds[arg.value] === NodeKind.Constant ? graph.constants[graph.data[arg.value]!] : undefined;
    return value === undefined || value === null ? ANY : optionName(String(value), ecosystem);
  });
}

/** The name under which a program finds what was given for an option: `--max-tokens` is `max_tokens`, or `maxTokens`. */
function optionName(text: string, ecosystem: Ecosystem): string {
  const name = /^-.*?(?:^|[\s,])--([A-Za-z][\w-]*)|^-{1,2}([A-Za-z][\w-]*)/.exec(text);
  const written = name?.[1] ?? name?.[2];
  if (written === undefined) return text;
  return ecosystem === 'python'
    ? written.replaceAll('-', '_')
    : written.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
