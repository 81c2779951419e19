// YAML and JSON documents to module graphs: each mapping is a call of `mapping` with its keys as names, so that rows can say of
// it what they say of calls. A key that names a repository is no name but what the entry is about: it is given to a call of the
// key that the mapping stands behind, with what stands behind itself. A reader of what people write by hand: mappings, lists, scalars
// and flow collections; anchors, tags and folded text are passed over.
import { type Builder, createBuilder } from '../../graph/builder.ts';
import type { ModuleGraph } from '../../graph/graph.ts';
import type { ArgumentSpec, Ref } from '../../graph/specs.ts';
import { isForUs } from '../hash-comments.ts';

/** A line that says something: where its text begins and ends, comments and blanks taken off. */
interface Line {
  readonly indent: number;
  readonly start: number;
  readonly end: number;
}

/** Lowers a YAML or JSON document. Any text gives a graph. */
export function lowerDocument(text: string): ModuleGraph {
  const b = createBuilder(text.length);
  const lines = linesOf(b, text);
  const reader: Reader = { b, text, lines, line: 0, depth: 0, key: undefined };
  while (reader.line < lines.length) {
    const before = reader.line;
    block(reader, lines[before]!.indent);
    if (reader.line === before) reader.line++;
  }
  return b.finish();
}

interface Reader {
  readonly b: Builder;
  readonly text: string;
  readonly lines: Line[];
  line: number;
  depth: number;
  /** The key that what is read stands behind. */
  key: string | undefined;
}

const MOST_DEPTH = 40;

/** The owner and the name of a repository on a hub. */
const REPOSITORY = /^[\w.-]+\/[\w.-]+$/;

function linesOf(b: Builder, text: string): Line[] {
  const lines: Line[] = [];
  const each = /[^\n]+/g;
  for (let match = each.exec(text); match; match = each.exec(text)) {
    const { 0: whole, index } = match;
    const comment = /(?:^|\s)#[^\n]*$/.exec(maskQuotes(whole));
    if (comment && isForUs(comment[0])) {
      const start = index + comment.index + comment[0].indexOf('#');
      b.comment({ start, end: index + whole.length }, text.slice(start, index + whole.length));
    }
    const said = (comment ? whole.slice(0, comment.index) : whole).trimEnd();
    const indent = said.length - said.trimStart().length;
    if (said.trim() === '' || /^(?:---|\.\.\.)$/.test(said)) continue;
    lines.push({ indent, start: index + indent, end: index + said.length });
  }
  return lines;
}

/** The same length with everything in quotes blanked. */
function maskQuotes(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, (quoted) => '_'.repeat(quoted.length));
}

/** What stands at an indentation: a mapping, a list, or a scalar. */
function block(r: Reader, indent: number): Ref {
  const first = r.lines[r.line]!;
  if (r.depth >= MOST_DEPTH) {
    r.line++;
    return r.b.unknown(first);
  }
  r.depth++;
  const said = r.text.slice(first.start, first.end);
  const value = /^-(?:\s|$)/.test(said) ? list(r, indent) : keyAt(said) ? mapping(r, indent) : scalar(r);
  r.depth--;
  return value;
}

/** The key that a line begins with, and where what follows it begins. */
function keyAt(said: string): { readonly key: string; readonly behind: number } | undefined {
  const found = /^(?:"([^"]*)"|'([^']*)'|([^\s#&*!|>'"%@`{[\]},?-][^:{}[\]]*?|-[^\s:][^:]*?))\s*:(?=\s|$)\s*/.exec(
    said,
  );
  return found ? { key: found[1] ?? found[2] ?? found[3]!, behind: found[0].length } : undefined;
}

function mapping(r: Reader, indent: number): Ref {
  const args: ArgumentSpec[] = [];
  const around = r.key;
  const start = r.lines[r.line]!.start;
  let end = start;
  for (let line = r.lines[r.line]; line && line.indent === indent; line = r.lines[r.line]) {
    const found = keyAt(r.text.slice(line.start, line.end));
    if (!found) break;
    const { start: at } = line;
    r.key = found.key;
    const value = valueBehind(r, at + found.behind, line, indent);
    r.key = around;
    args.push({ kind: 'keyword', name: found.key, value });
    end = r.lines[r.line - 1]!.end;
    if (around !== undefined && REPOSITORY.test(found.key)) {
      const key = r.b.constant(found.key, { start: at, end: at + found.behind });
      r.b.call(r.b.read(around, { start: at, end: at }), [{ value: key }, { value }], { start: at, end });
    }
  }
  // A finding in a mapping stands where it begins.
  return r.b.call(r.b.read('mapping', { start, end: start }), args, { start, end });
}

/** The value behind a key or a dash: on the same line, or on the lines below that are indented further. */
function valueBehind(r: Reader, at: number, line: Line, indent: number): Ref {
  if (at < line.end) {
    const said = r.text.slice(at, line.end);
    if (/^[|>][+-]?\d?$/.test(said)) {
      r.line++;
      while (r.lines[r.line] && r.lines[r.line]!.indent > indent) r.line++;
      return r.b.unknown({ start: at, end: line.end });
    }
    r.lines[r.line] = { indent: line.indent, start: at, end: line.end };
    return scalar(r);
  }
  r.line++;
  const below = r.lines[r.line];
  const isList = below && /^-(?:\s|$)/.test(r.text.slice(below.start, below.end));
  if (!below || below.indent < indent || (below.indent === indent && !isList)) return r.b.constant(null, line);
  return block(r, below.indent);
}

function list(r: Reader, indent: number): Ref {
  const entries: { element: undefined; value: Ref }[] = [];
  const start = r.lines[r.line]!.start;
  let end = start;
  for (let line = r.lines[r.line]; line && line.indent === indent; line = r.lines[r.line]) {
    const dash = /^-\s*/.exec(r.text.slice(line.start, line.end));
    if (!dash) break;
    const inner = line.start + dash[0].length;
    if (inner >= line.end) entries.push({ element: undefined, value: valueBehind(r, inner, line, indent) });
    else {
      // What follows a dash is a block of its own, indented by the dash.
      r.lines[r.line] = { indent: indent + dash[0].length, start: inner, end: line.end };
      entries.push({ element: undefined, value: block(r, indent + dash[0].length) });
    }
    end = r.lines[r.line - 1]?.end ?? end;
  }
  return r.b.allocate('list', entries, { start, end });
}

/** One line's text: a flow collection, which may go on over lines, or a constant. */
function scalar(r: Reader): Ref {
  const line = r.lines[r.line]!;
  r.line++;
  const first = r.text[line.start];
  if (first === '{' || first === '[') {
    const flow = { r, at: line.start };
    const value = flowValue(flow, 0);
    while (r.lines[r.line] && r.lines[r.line]!.start < flow.at) r.line++;
    return value;
  }
  return constantOf(r.b, r.text.slice(line.start, line.end).replace(/^(?:[&!]\S+\s+)+/, ''), line);
}

interface Flow {
  readonly r: Reader;
  at: number;
}

function flowValue(flow: Flow, depth: number): Ref {
  const { r } = flow;
  blanks(flow);
  const start = flow.at;
  const open = r.text[start];
  if (depth < MOST_DEPTH && (open === '{' || open === '[')) {
    flow.at++;
    const args: ArgumentSpec[] = [];
    const entries: { element: undefined; value: Ref }[] = [];
    for (blanks(flow); flow.at < r.text.length && !/[}\]]/.test(r.text[flow.at]!); blanks(flow)) {
      const before = flow.at;
      const from = flow.at;
      if (open === '{') {
        const key = flowText(flow);
        blanks(flow);
        if (r.text[flow.at] === ':') {
          flow.at++;
          args.push({ kind: 'keyword', name: key, value: flowValue(flow, depth + 1) });
        } else args.push({ kind: 'keyword', name: key, value: r.b.constant(null, { start: from, end: flow.at }) });
      } else entries.push({ element: undefined, value: flowValue(flow, depth + 1) });
      blanks(flow);
      if (r.text[flow.at] === ',') flow.at++;
      if (flow.at === before) flow.at++;
    }
    flow.at = Math.min(flow.at + 1, r.text.length);
    const span = { start, end: flow.at };
    return open === '{'
      ? r.b.call(r.b.read('mapping', { start, end: start }), args, span)
      : r.b.allocate('list', entries, span);
  }
  const text = flowText(flow);
  const span = { start, end: flow.at };
  return /^["']/.test(r.text[start] ?? '') ? r.b.constant(text, span) : constantOf(r.b, text, span);
}

function flowText(flow: Flow): string {
  const { text } = flow.r;
  const quoted = /"((?:[^"\\]|\\.)*)"|'([^']*)'/y;
  quoted.lastIndex = flow.at;
  const found = quoted.exec(text);
  if (found) {
    flow.at += found[0].length;
    return (found[1] ?? found[2]!).replace(/\\(.)/g, '$1');
  }
  const plain = /[^,\]}\n]*?(?=\s*(?:[,\]}\n]|:\s|$))/y;
  plain.lastIndex = flow.at;
  const said = plain.exec(text)?.[0] ?? '';
  flow.at += said.length;
  return said;
}

function blanks(flow: Flow): void {
  const space = /(?:\s|#[^\n]*)*/y;
  space.lastIndex = flow.at;
  flow.at += space.exec(flow.r.text)![0].length;
}

function constantOf(b: Builder, said: string, span: { readonly start: number; readonly end: number }): Ref {
  const quoted = /^"((?:[^"\\]|\\.)*)"$|^'([^']*)'$/.exec(said);
  if (quoted) return b.constant((quoted[1] ?? quoted[2]!).replace(/\\(.)/g, '$1'), span);
  if (said === '' || said === '~' || said === 'null') return b.constant(null, span);
  if (said === 'true' || said === 'false') return b.constant(said === 'true', span);
  return b.constant(/^-?\d+(?:\.\d+)?$/.test(said) ? Number(said) : said, span);
}
