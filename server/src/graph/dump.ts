// A graph as text, for `--dump graph` and for tests: one line for each function, region and node, in the order of the file.
// Stable: the same text gives the same lines. Nodes that nothing reaches and that reach nothing are left out.
import { EdgeKind, eachEdge, type ModuleGraph, NodeKind, nameOf } from './graph.ts';

const kindNames = Object.keys(NodeKind) as (keyof typeof NodeKind)[];
const edgeNames = ['', 'store', 'load', 'text', 'measure', 'arg', 'receiver', 'callee', 'key'];

/** Renders `graph`, made from `text`. */
export function dumpGraph(graph: ModuleGraph, text: string): string {
  const lineOf = lineCounter(text);
  const lines: string[] = [];
  for (const i of graph.imports) lines.push(`import ${quote(i.specifier)} ${i.name} -> n${i.node}`);
  for (const specifier of graph.starImports) lines.push(`import ${quote(specifier)} all`);
  for (const e of graph.exports) {
    lines.push(`export ${e.name} ${e.from ? `from ${quote(e.from.specifier)} ${e.from.name}` : `n${e.node}`}`);
  }
  graph.functions.forEach((f, i) => {
    const words = [
      `function f${i} ${f.name || (i === 0 ? '(module)' : '(anonymous)')}`,
      f.params
        .map(
          (p) => `${p.kind === 'positional' ? '' : `${p.kind} `}${p.name}:n${p.node}${p.out < 0 ? '' : `>n${p.out}`}`,
        )
        .join(', '),
      `-> n${f.result}`,
      f.async ? 'async' : '',
      f.generator ? 'generator' : '',
      f.binding === 'none' ? '' : f.binding,
      f.owner < 0 ? '' : `of c${f.owner}`,
    ];
    lines.push(words.filter((w) => w !== '').join(' '));
  });
  graph.classes.forEach((c, i) => {
    const members = [...c.members].map(([name, n]) => `${name}:n${n}`).join(', ');
    lines.push(`class c${i} ${c.name}(${c.bases.map((b) => `n${b}`).join(', ')}) ${members}`.trimEnd());
  });
  graph.regions.forEach((r, i) => {
    const loop = r.loop;
    const words = [
      `region r${i} ${r.kind}`,
      r.parent < 0 ? '' : `in r${r.parent}`,
      `f${r.fn}`,
      `L${lineOf(r.start)}-${lineOf(r.end)}`,
      r.subject < 0 ? '' : `subject n${r.subject}`,
      loop ? loop.form : '',
      loop?.async ? 'async' : '',
      loop?.endless ? 'endless' : '',
      loop?.breaks ? 'breaks' : '',
      loop?.returns ? 'returns' : '',
    ];
    lines.push(words.filter((w) => w !== '').join(' '));
  });
  for (let n = 0; n < graph.kinds.length; n++) {
    const line = describe(graph, n);
    if (line !== undefined) lines.push(`${line} L${lineOf(graph.starts[n]!)} r${graph.regionOf[n]}${edges(graph, n)}`);
  }
  for (const [n, type] of graph.annotations) lines.push(`annotation n${n}: n${type}`);
  for (const c of graph.comments) lines.push(`comment L${lineOf(c.start)} ${quote(c.text)}`);
  for (const g of graph.gaps) lines.push(`gap L${lineOf(g.start)} ${g.what}`);
  return `${lines.join('\n')}\n`;
}

/** One node without its place and edges, or undefined where it is connected to nothing. */
function describe(graph: ModuleGraph, n: number): string | undefined {
  const kind = graph.kinds[n]!;
  const alone = graph.out.offsets[n] === graph.out.offsets[n + 1] && graph.in.offsets[n] === graph.in.offsets[n + 1];
  if (alone && (kind === NodeKind.Join || kind === NodeKind.Unknown || kind === NodeKind.Global)) return undefined;
  return `n${n} ${kindNames[kind]}${datum(graph, n)}`;
}

function datum(graph: ModuleGraph, n: number): string {
  const index = graph.data[n]!;
  switch (graph.kinds[n]) {
    case NodeKind.Constant:
      return ` ${quote(graph.constants[index])}`;
    case NodeKind.Template:
      return ` ${graph.templates[index]!.map((p) => (typeof p === 'string' ? quote(p) : `n${p}`)).join(' ')}`;
    case NodeKind.Parameter: {
      const params = graph.functions[index]!.params;
      return ` ${params.find((p) => p.node === n)?.name ?? ''} of f${index}`;
    }
    case NodeKind.ParameterOut: {
      const params = graph.functions[index]!.params;
      return ` ${params.find((p) => p.out === n)?.name ?? ''} of f${index}`;
    }
    case NodeKind.Function:
    case NodeKind.Return:
      return ` f${index}`;
    case NodeKind.Class:
      return ` c${index}`;
    case NodeKind.Import:
      return ` ${graph.imports[index]!.specifier} ${graph.imports[index]!.name}`;
    case NodeKind.Call: {
      const call = graph.calls[index]!;
      const args = call.args.map(
        (a) => `${a.kind === 'positional' ? '' : `${a.kind} `}${a.name ? `${a.name}=` : ''}n${a.value}`,
      );
      return `${call.form === 'call' ? '' : ` ${call.form}`} n${call.callee}(${args.join(', ')})`;
    }
    default: {
      const name = index < 0 ? '' : nameOf(graph, n);
      return name === '' ? '' : ` ${name}`;
    }
  }
}

function edges(graph: ModuleGraph, n: number): string {
  let text = '';
  eachEdge(graph.in, n, (tail, kind, label) => {
    const named = kind === EdgeKind.Store || kind === EdgeKind.Load;
    if (kind >= EdgeKind.Argument && kind !== EdgeKind.Key) return;
    text += ` <-${edgeNames[kind]}${named ? `(${graph.strings[label]})` : ''} n${tail}`;
  });
  return text;
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 56)}…"` : text;
}

/** The line of an offset, from 1. */
function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}
