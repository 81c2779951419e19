// How a call writes what it invokes: names and chains of members, as far as the text tells.
import { ANY, EdgeKind, eachEdge, type ModuleGraph, NodeKind, valueBefore } from '../graph/graph.ts';
import { limits } from './limits.ts';

/** The name by which a call names what it invokes: `create` of `client.messages.create(…)`; undefined for other callees. */
export function calleeName(graph: ModuleGraph, callee: number): string | undefined {
  const kind = graph.kinds[callee];
  // What is imported under another name has the name that its module gives it, in functions too.
  const brought = kind === NodeKind.Cell ? valueBefore(graph, callee) : -1;
  if (brought >= 0 && graph.kinds[brought] === NodeKind.Import) {
    const { name } = graph.imports[graph.data[brought]!]!;
    if (name !== ANY && name !== 'default') return name;
  }
  if (kind === NodeKind.Load || kind === NodeKind.Global || kind === NodeKind.Definition || kind === NodeKind.Cell)
    return graph.strings[graph.data[callee]!];
  if (kind === NodeKind.Import) return graph.imports[graph.data[callee]!]!.name;
  if (kind === NodeKind.Function) return graph.functions[graph.data[callee]!]!.name;
  if (kind === NodeKind.Class) return graph.classes[graph.data[callee]!]!.name;
  return undefined;
}

/** How a call writes what it invokes, for people: `plugin.transform`, `eval(…)`; undefined where that is neither name nor call. */
export function calleeText(graph: ModuleGraph, callee: number, depth = 4): string | undefined {
  const kind = graph.kinds[callee];
  if (kind === NodeKind.Call && depth > 0) {
    const made = calleeText(graph, graph.calls[graph.data[callee]!]!.callee, depth - 1);
    return made === undefined ? undefined : `${made}(…)`;
  }
  // A variable that a loop goes round with is a join of what it was.
  const name = kind === NodeKind.Join ? graph.strings[graph.data[callee]!] : calleeName(graph, callee);
  if (kind !== NodeKind.Load || name === undefined || depth === 0) return name;
  const object = objectOf(graph, callee);
  const before = object < 0 ? undefined : calleeText(graph, object, depth - 1);
  return before === undefined ? name : `${before}.${name}`;
}

/** Whether a callee is a name of another module or of the language, or a chain of members that begins with one. */
export function beginsOutside(graph: ModuleGraph, callee: number): boolean {
  let node = callee;
  for (let steps = 0; steps < limits.namesPerChain; steps++) {
    const kind = graph.kinds[node];
    if (kind === NodeKind.Import || kind === NodeKind.Global) return true;
    // An instance that is called may be so by what its class derives from.
    if (kind === NodeKind.Class) return graph.classes[graph.data[node]!]!.bases.length > 0;
    if (kind === NodeKind.Call) {
      node = graph.calls[graph.data[node]!]!.callee;
      continue;
    }
    if (!KEPT.has(kind)) return false;
    let before = -1;
    // What was put into a value later does not say where it is from.
    eachEdge(graph.in, node, (end, edge) => {
      if (before >= 0 || graph.kinds[end] === NodeKind.PostUpdate) return;
      if (edge === EdgeKind.Flow || edge === EdgeKind.Load) before = end;
    });
    if (before < 0) return false;
    node = before;
  }
  return false;
}

/** Kinds of nodes behind which a value is what it was before: a member of it, a variable, what a call has changed of it. */
const KEPT: ReadonlySet<number | undefined> = new Set([
  NodeKind.Load,
  NodeKind.Definition,
  NodeKind.Cell,
  NodeKind.Join,
  NodeKind.PostUpdate,
]);

/** The text that a value is, as far as its module writes it down, `{}` for what a template is filled with; else undefined. */
export function writtenText(graph: ModuleGraph, value: number): string | undefined {
  const before = [value];
  for (let i = 0; i < before.length && i < 12; i++) {
    const node = before[i]!;
    const kind = graph.kinds[node];
    if (kind === NodeKind.Template)
      return graph.templates[graph.data[node]!]!.map((part) => (typeof part === 'string' ? part : '{}')).join('');
    const constant = kind === NodeKind.Constant ? graph.constants[graph.data[node]!] : undefined;
    if (typeof constant === 'string') return constant;
    // A member is something else than what it is read from.
    if (!KEPT.has(kind) || kind === NodeKind.Load) continue;
    eachEdge(graph.in, node, (end, edge) => {
      if (edge === EdgeKind.Flow && !before.includes(end)) before.push(end);
    });
  }
  return undefined;
}

/** Whether a callee is an imported name, or a member of one. */
export function isImported(graph: ModuleGraph, callee: number): boolean {
  let node = callee;
  for (let steps = 0; steps < limits.namesPerChain; steps++) {
    const kind = graph.kinds[node];
    if (kind === NodeKind.Import) return true;
    if (kind !== NodeKind.Load && kind !== NodeKind.Cell && kind !== NodeKind.Definition) return false;
    let before = -1;
    eachEdge(graph.in, node, (end, edge) => {
      if (before < 0 && (edge === EdgeKind.Flow || edge === EdgeKind.Load)) before = end;
    });
    if (before < 0) return false;
    node = before;
  }
  return false;
}

/** Whether a callee is a chain of members that ends in `members`. */
export function endsWith(graph: ModuleGraph, callee: number, members: readonly string[]): boolean {
  let node = callee;
  for (let i = members.length - 1; i >= 0; i--) {
    if (graph.kinds[node] !== NodeKind.Load || graph.strings[graph.data[node]!] !== members[i]) return false;
    node = objectOf(graph, node);
    if (node < 0) return false;
  }
  return true;
}

/** The member that a member is read from, or the name it is imported by: `batches` of `client.batches.get`; else undefined. */
export function memberBefore(graph: ModuleGraph, member: number): string | undefined {
  const object = objectOf(graph, member);
  const kept = graph.kinds[object] === NodeKind.Cell ? valueBefore(graph, object) : object;
  if (graph.kinds[kept] === NodeKind.Import) return graph.imports[graph.data[kept]!]!.name;
  return graph.kinds[kept] === NodeKind.Load ? graph.strings[graph.data[kept]!] : undefined;
}

/** What a member is read from, or -1. An object that is kept in a variable on the way breaks no chain. */
function objectOf(graph: ModuleGraph, member: number): number {
  let object = -1;
  eachEdge(graph.in, member, (end, kind) => {
    if (kind === EdgeKind.Load) object = end;
  });
  // Definitions may stand in a circle, so the walk is bounded.
  for (let steps = 0; steps < limits.namesPerChain; steps++) {
    if (graph.kinds[object] !== NodeKind.Definition && graph.kinds[object] !== NodeKind.PostUpdate) break;
    const before = valueBefore(graph, object);
    if (before < 0) break;
    object = before;
  }
  return object;
}
