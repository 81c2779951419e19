// How a value leaves: a function by its result or its parameters, an object's method by the object's fields, a module by its
// exports. Calls are matched by entries: see facts.ts.
import { ANY, EdgeKind, eachEdge, INSTANCE, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { argumentsAt, arrivals, fillsIn, passedTo } from './calls.ts';
import { methodsOf } from './classes.ts';
import { type AddFact, type Caller, type Fact, type Hooks, iteration, type SearchParts, settled } from './facts.ts';
import { readsField } from './fields.ts';
import { limits } from './limits.ts';
import { type AccessPath, concat, head, matches, tail } from './paths.ts';
import { address, type ModuleId, moduleOf, nodeOf } from './program.ts';
import type { Sharing } from './sharing.ts';

export interface Departures {
  /** A value is a function's result. */
  leave(fact: Fact, module: ModuleId, fn: number): void;
  /** A value stands in a parameter as its function leaves it. */
  leaveParameter(fact: Fact, graph: ModuleGraph, module: ModuleId, node: number): void;
  /** What left by an entry reaches one of its callers. */
  arrive(fact: Fact, caller: Caller): void;
  /** A class's value, on its way to the methods that see it under `self`. */
  ownSelves(fact: Fact, module: ModuleId, cls: number): void;
  /** A class's value at a class derived from it. */
  derivedClass(fact: Fact, graph: ModuleGraph, module: ModuleId, node: number): void;
  /** A value at a node that other modules may import. */
  leaveModule(fact: Fact, module: ModuleId, node: number): void;
}

/** Creates the ways out of one search. `returned` is told what a callback returned to the library that called it, `givenChanged`
 * what it changed of an argument that names no place. */
export function createDepartures(
  parts: SearchParts,
  hooks: Hooks,
  add: AddFact,
  returned: (fact: Fact, caller: Caller) => void,
  givenChanged: Sharing['givenChanged'],
): Departures {
  const { program, linker, bindings: bound, values } = parts;

  function leave(fact: Fact, module: ModuleId, fn: number): void {
    if (fn === 0) return;
    const entry = fact.entry;
    if (entry.module === module && entry.fn === fn && !entry.open) {
      entry.exits.push(fact);
      for (const caller of entry.callers) arrive(fact, caller);
      return;
    }
    const open = entry.module === module && entry.fn === fn ? entry : parts.openEntry(module, fn, entry);
    for (const caller of parts.callersOf(open)) arrive(fact, caller);
  }

  /** A value that a function returned (or left in a parameter) reaches one of its callers. */
  function arrive(fact: Fact, caller: Caller): void {
    const node = nodeOf(fact.at);
    const graph = program.graphBehind(fact.at, 'return');
    const callerGraph = program.graphBehind(address(caller.module, caller.node), 'caller');
    const site = address(caller.module, caller.node);
    const more = caller.fact ? { via: caller.fact, site } : { site };
    if (graph.kinds[node] === NodeKind.ParameterOut) {
      const info = graph.functions[graph.data[node]!]!;
      const param = info.params.findIndex((p) => p.out === node);
      if (caller.call < 0 || param < 0) return;
      const call = callerGraph.calls[caller.call]!;
      if (caller.row) {
        // What a library handed on (`submit(work, rows)`), whoever gave it sees changed.
        const { kind, name } = info.params[param]!;
        if (kind === 'self') {
          // What a library calls a method of the object that it is told to start for (`worker.start()`), is left in that.
          const isOwn = caller.row.callable.at === 'self' && caller.row.inside !== undefined;
          if (isOwn && call.receiverPost >= 0)
            add(address(caller.module, call.receiverPost), fact.path, caller.entry, fact, 'exit', more);
          return;
        }
        for (const { slot, path } of passedTo(caller.row, param - (caller.bound ? 1 : 0), name)) {
          const changed = concat(path, fact.path);
          if (slot.at === 'return') {
            add(address(caller.module, call.node), changed, caller.entry, fact, 'exit', more);
            continue;
          }
          const given =
            slot.at === 'self'
              ? [{ value: call.receiver, post: call.receiverPost }]
              : argumentsAt(call, slot).map((i) => call.args[i]!);
          for (const { value, post } of given)
            if (post >= 0) add(address(caller.module, post), changed, caller.entry, fact, 'exit', more);
            else if (hooks.subject === 'content' && value >= 0)
              givenChanged(fact, caller.entry, callerGraph, caller.module, value, changed);
        }
        return;
      }
      if (info.params[param]!.kind === 'self') {
        const post = caller.constructs && !fillsIn(callerGraph, call) ? call.node : call.receiverPost;
        if (post >= 0) add(address(caller.module, post), fact.path, caller.entry, fact, 'exit', more);
        return;
      }
      call.args.forEach((arg, i) => {
        if (arg.post < 0 && hooks.subject !== 'content') return;
        for (const a of arrivals(info, call, i, '', caller.bound, caller.given?.positions)) {
          if (a.param !== param || a.path !== '') continue;
          if (arg.post >= 0) add(address(caller.module, arg.post), fact.path, caller.entry, fact, 'exit', more);
          else givenChanged(fact, caller.entry, callerGraph, caller.module, arg.value, fact.path);
        }
      });
      return;
    }
    if (caller.constructs) return;
    if (caller.row) {
      returned(fact, caller);
      const result = caller.row.result;
      if (!result) return;
      const call = callerGraph.calls[caller.call]!;
      const path = concat(result.path, fact.path);
      const to = result.slot;
      if (to.at === 'return') add(address(caller.module, call.node), path, caller.entry, fact, 'exit', more);
      else if (to.at === 'self' && call.receiverPost >= 0)
        add(address(caller.module, call.receiverPost), path, caller.entry, fact, 'exit', more);
      else if (to.at === 'argument')
        // Whoever is named there holds it from then on: `button.click(generate, inputs, [rows])`.
        for (const i of argumentsAt(call, to))
          for (const held of holdersIn(callerGraph, call.args[i]!.value, path))
            add(address(caller.module, held.node), held.path, caller.entry, fact, 'exit', more);
      return;
    }
    const { iterates } = caller;
    if (iterates?.each && fact.path !== '' && !matches(head(fact.path)!, ANY)) return;
    const path = iterates ? concat(iterates.into, iterates.each ? tail(fact.path) : fact.path) : fact.path;
    add(address(caller.module, caller.node), path, caller.entry, fact, 'exit', more);
  }

  function leaveParameter(fact: Fact, graph: ModuleGraph, module: ModuleId, node: number): void {
    if (fact.path === '') return;
    const fn = graph.data[node]!;
    const info = graph.functions[fn]!;
    const param = info.params.findIndex((p) => p.out === node);
    const entry = fact.entry;
    const own = entry.module === module && entry.fn === fn;
    // What a method found in a field and left there, whoever put it there has handed on.
    if (own && entry.open && isAsFound(fact)) return;
    if (own && !entry.open) {
      if (entry.param !== param || entry.path !== fact.path) {
        entry.exits.push(fact);
        for (const caller of entry.callers) arrive(fact, caller);
      }
    } else {
      // A function kept in a field is looked for in the methods of the class alone: whoever else reads the field asks backward.
      const asks = hooks.subject === 'content' || info.params[param]?.kind !== 'self';
      const open = own ? entry : parts.openEntry(module, fn, entry);
      if (asks) for (const caller of parts.callersOf(open)) arrive(fact, caller);
    }
    if (info.params[param]?.kind === 'self') intoField(fact, module, info.owner);
  }

  /** What a method leaves in a field of its object is seen by every method of the class that reads the field. */
  function intoField(fact: Fact, module: ModuleId, cls: number): void {
    const element = head(fact.path)!;
    for (const relative of values.lineage(module, cls)) {
      for (const { fn, self } of methodsOf(program, relative.module, relative.cls))
        if (readsField(program.graphOfFields(relative.module, fn, 'field'), fn, element))
          add(address(relative.module, self.node), fact.path, parts.openEntry(relative.module, fn), fact, 'field');
    }
  }

  /** The class of a function's value: its own methods and those of derived classes see it under `self`, and inherited ones that
   * nobody has to name to call them. */
  function ownSelves(fact: Fact, module: ModuleId, cls: number): void {
    if (hooks.subject === 'content') return;
    const path = tail(fact.path);
    const element = head(path);
    if (element === undefined) return;
    for (const relative of values.lineage(module, cls)) {
      const isOwn = relative.module === module && relative.cls === cls;
      for (const { fn, self } of methodsOf(program, relative.module, relative.cls))
        if (
          (isOwn || iteration.has(program.functionIn(relative.module, fn, 'field').name)) &&
          readsField(program.graphOfFields(relative.module, fn, 'field'), fn, element)
        )
          add(address(relative.module, self.node), path, parts.openEntry(relative.module, fn), fact, 'field');
    }
  }

  function derivedClass(fact: Fact, graph: ModuleGraph, module: ModuleId, node: number): void {
    if (hooks.subject === 'content' || head(fact.path) !== INSTANCE) return;
    const info = graph.classes[graph.data[node]!]!;
    const element = head(tail(fact.path));
    if (element !== undefined && info.members.has(element)) return;
    add(address(module, node), fact.path, fact.entry, fact, 'flow');
  }

  function leaveModule(fact: Fact, module: ModuleId, node: number): void {
    for (const name of linker.namesAt(module, node)) {
      const { bindings, cut } = bound.of(module, name);
      if (cut) hooks.limit?.(`a name is imported by more than ${limits.filesPerName} files; the rest was not followed`);
      for (const { at, under, member } of bindings) {
        const first = member === undefined ? undefined : head(fact.path);
        if (member !== undefined && (first === undefined || !matches(first, member))) continue;
        const path = member === undefined ? concat(under, fact.path) : tail(fact.path);
        add(at, path, parts.openEntry(moduleOf(at), 0), fact, 'module');
      }
    }
  }

  return { leave, leaveParameter, arrive, ownSelves, derivedClass, leaveModule };
}

/** What a literal collection names at the first element of a path, or the value itself where it is none. */
function holdersIn(
  graph: ModuleGraph,
  node: number,
  path: AccessPath,
): readonly { readonly node: number; readonly path: AccessPath }[] {
  const first = head(path);
  if (first === undefined || graph.kinds[node] !== NodeKind.Allocation)
    return [{ node, path: first === ANY ? tail(path) : path }];
  const found: { node: number; path: AccessPath }[] = [];
  eachEdge(graph.in, node, (end, edge, label) => {
    if (edge === EdgeKind.Store && matches(graph.strings[label]!, first)) found.push({ node: end, path: tail(path) });
  });
  return found;
}

/** Whether a value is where it was when it was found in a field: nothing but a change of other things lies between. */
function isAsFound(fact: Fact): boolean {
  const found = settled(fact);
  return found.how === 'field' && found.path === fact.path;
}
