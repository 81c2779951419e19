// The forward search: a worklist of facts over the graphs of all modules. It serves two subjects alike: the content of a model
// call on its way to datasets, and a function's value on its way to the calls that invoke it. What differs is in the hooks.
//
// Calls and returns are matched by entries: a fact inside a function knows through which entry it came in, and leaves only to
// the calls that supplied that entry. An open entry stands for "whoever calls this function": its calls are found by following
// the function's own value. An entry whose function encloses the fact's function is the context of a closure.
import type { CallRow, CallSlot, FlowRow, Label, Row, Shape, SinkRow, SourceRow } from '../catalog/model.ts';
import { ANY, type Call, EdgeKind, eachEdge, functionOf, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { argumentsAt, arrivals, isArgument, positionOf } from './calls.ts';
import { limits } from './limits.ts';
import type { Linker } from './link.ts';
import { type AccessPath, below, concat, ENCODED, head, INSTANCE, matches, pathOf, prepend, tail } from './paths.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { guardsHold } from './rows.ts';
import { calleeName, endsWith, type Thing, type Values } from './values.ts';

/** A way into a function. */
export interface Entry {
  readonly id: number;
  readonly module: ModuleId;
  readonly fn: number;
  /** Open entries: whoever calls the function. Closed ones: the calls in `callers`. */
  readonly open: boolean;
  /** Open entries of closures: the context in which the closure was made. */
  readonly outer: Entry | undefined;
  readonly callers: Caller[];
  /** Facts that left by this entry, replayed for callers that are found later. */
  readonly exits: Fact[];
  /** Closed entries: the parameter and path that came in. */
  readonly param: number;
  readonly path: AccessPath;
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
  /** The fact that went in by this call; absent for calls found by following the function's value. */
  readonly fact: Fact | undefined;
  /** Whether the call constructs an instance. */
  readonly constructs: boolean;
}

/** Something known of a value: that it (at `path`) is the subject. */
export interface Fact {
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
    | 'encode'
    | 'decode';
  /** What was assumed in this step, if anything. */
  readonly assumed: string | undefined;
  /** For 'enter': the call by which the value came in. */
  readonly site: Address | undefined;
}

export interface Hooks {
  /** `content` keeps flowing through text; a function's value does not. */
  readonly subject: 'content' | 'function';
  readonly maxFacts: number;
  /** The function is a getter: reading it calls it. */
  readonly getter?: boolean;
  /** A fact reached an argument or the receiver of a catalogued sink. `slot` names which. */
  sink?(fact: Fact, row: SinkRow, module: ModuleId, call: number): void;
  /** Content reached a call of a model: it stops there. */
  prompt?(fact: Fact, row: SourceRow, module: ModuleId, call: number): void;
  /** A function's value is invoked here. */
  invoked?(caller: Caller): void;
  limit?(): void;
}

export interface SearchParts {
  readonly program: Program;
  readonly linker: Linker;
  readonly values: Values;
  /** Who calls an open entry. */
  callersOf(entry: Entry): readonly Caller[];
  /** The open entry of a function, in the context of `outer` where it is a closure made there. */
  openEntry(module: ModuleId, fn: number, outer?: Entry): Entry;
  nextEntryId(): number;
}

export interface Search {
  seed(at: Address, path: AccessPath, entry: Entry, label: Label, shape: Shape | undefined): void;
  /** Processes everything that is waiting. */
  run(): void;
  /** All facts, in the order in which they were found. */
  readonly facts: readonly Fact[];
}

type Slot = { readonly argument: number } | 'self';

/** Creates a search. It does nothing until it is seeded and run. */
export function createSearch(parts: SearchParts, hooks: Hooks): Search {
  const { program, linker, values } = parts;
  const { catalog } = program;
  const facts: Fact[] = [];
  const known = new Set<string>();
  const entries = new Map<string, Entry>();
  let next = 0;

  function add(
    at: Address,
    path: AccessPath,
    entry: Entry,
    from: Fact | undefined,
    how: Fact['how'],
    more: { label?: Label; shape?: Shape | undefined; via?: Fact; assumed?: string | undefined; site?: Address } = {},
  ): void {
    const label = more.label ?? from?.label ?? 'text';
    const key = `${at}|${path}|${entry.id}|${label}`;
    if (known.has(key)) return;
    if (facts.length >= hooks.maxFacts) {
      hooks.limit?.();
      return;
    }
    known.add(key);
    facts.push({
      at,
      path,
      entry,
      label,
      shape: 'shape' in more ? more.shape : from?.shape,
      parent: from,
      via: more.via,
      how,
      assumed: more.assumed,
      site: more.site,
    });
  }

  function run(): void {
    while (next < facts.length) {
      visit(facts[next]!);
      next++;
    }
  }

  function visit(fact: Fact): void {
    const module = moduleOf(fact.at);
    const node = nodeOf(fact.at);
    const graph = program.graph(module, 'a value reaches it');
    const kind = graph.kinds[node] as NodeKind;
    if (kind === NodeKind.Return) leave(fact, module, graph.data[node]!);
    else if (kind === NodeKind.ParameterOut) leaveParameter(fact, graph, module, node);
    else if (kind === NodeKind.Class && head(fact.path) === INSTANCE) ownSelves(fact, graph, module, graph.data[node]!);
    eachEdge(graph.out, node, (end, edge, label) => {
      switch (edge) {
        case EdgeKind.Flow:
          add(address(module, end), fact.path, entryAt(fact, graph, module, node, end), fact, 'flow');
          break;
        case EdgeKind.Store:
          add(
            address(module, end),
            prepend(graph.strings[label]!, fact.path),
            entryAt(fact, graph, module, node, end),
            fact,
            'store',
          );
          break;
        case EdgeKind.Load:
          load(fact, module, end, graph.strings[label]!);
          break;
        case EdgeKind.Text:
          if (hooks.subject === 'content')
            add(address(module, end), '', entryAt(fact, graph, module, node, end), fact, 'text', { shape: undefined });
          break;
        case EdgeKind.Argument:
          if (label < 0) derivedClass(fact, graph, module, end);
          else reach(fact, graph, module, graph.data[end]!, { argument: label });
          break;
        case EdgeKind.Receiver:
          reach(fact, graph, module, graph.data[end]!, 'self');
          break;
        case EdgeKind.Callee:
          invoke(fact, graph, module, graph.data[end]!);
          break;
        default:
          break;
      }
    });
    if (kind !== NodeKind.Parameter) leaveModule(fact, module, node);
  }

  /** The entry under which a fact stands after an edge that may cross into or out of a closure. */
  function entryAt(fact: Fact, graph: ModuleGraph, module: ModuleId, from: number, to: number): Entry {
    const inner = functionOf(graph, from);
    const outer = functionOf(graph, to);
    if (inner === outer || fact.entry.module !== module || fact.entry.fn === outer) return fact.entry;
    if (encloses(graph, inner, outer)) return fact.entry;
    // Leaving a closure through a captured variable: back in the context it was made in.
    for (let e = fact.entry.outer; e; e = e.outer) if (e.module === module && e.fn === outer) return e;
    if (encloses(graph, fact.entry.fn, outer)) return fact.entry;
    return parts.openEntry(module, outer);
  }

  function load(fact: Fact, module: ModuleId, end: number, element: string): void {
    const entry = fact.entry;
    const at = address(module, end);
    const first = head(fact.path);
    if (first !== undefined) {
      if (matches(first, element)) {
        const rest = tail(fact.path);
        add(at, rest, entry, fact, 'load');
        if (hooks.getter && rest === '') property(fact, module, end);
      }
      return;
    }
    if (hooks.subject === 'function') return;
    if (fact.shape) {
      if (fact.shape.neutral.has(element)) return;
      const label = fact.shape.labelled.get(element);
      if (label) {
        add(at, '', entry, fact, 'load', { label });
        return;
      }
    }
    add(at, '', entry, fact, 'load');
  }

  /** Reading a property calls its getter. */
  function property(fact: Fact, module: ModuleId, end: number): void {
    hooks.invoked?.({
      module,
      call: -1,
      node: end,
      entry: fact.entry,
      row: undefined,
      bound: true,
      fact: undefined,
      constructs: false,
    });
  }

  // ---- calls ------------------------------------------------------------------------------------------------------------

  function reach(fact: Fact, graph: ModuleGraph, module: ModuleId, callIndex: number, slot: Slot): void {
    const call = graph.calls[callIndex]!;
    let resolved = false;
    let outside: string | undefined;
    for (const thing of values.targets(module, callIndex)) {
      switch (thing.is) {
        case 'function':
          resolved = true;
          enterFunction(fact, graph, module, callIndex, slot, thing, false);
          break;
        case 'class':
          resolved = true;
          construct(fact, graph, module, callIndex, slot, thing);
          break;
        case 'api':
          if (thing.position.rows.length > 0) {
            resolved = true;
            applyRows(fact, graph, module, callIndex, slot, thing.position.rows);
          } else outside = thing.position.path;
          break;
        case 'outside':
          outside = thing.name;
          break;
        default:
          break;
      }
    }
    if (resolved) return;
    const name = calleeName(graph, call.callee);
    if (name !== undefined && hooks.sink && sinkByTail(fact, graph, module, callIndex, slot, name)) return;
    const untyped =
      call.receiver >= 0 && name !== undefined ? catalog.untyped(program.ecosystem(module), name) : undefined;
    if (untyped) {
      applyRows(fact, graph, module, callIndex, slot, untyped.rows);
      return;
    }
    if (hooks.subject === 'content' && slot === 'self' && fact.path !== '') return;
    if (hooks.subject === 'function' && slot === 'self') return;
    const called = outside ?? name ?? 'a callee';
    const assumed = hooks.subject === 'content' && slot === 'self' ? undefined : `${called} returns what it is given`;
    add(address(module, call.node), hooks.subject === 'content' ? '' : fact.path, fact.entry, fact, 'library', {
      assumed,
      ...(hooks.subject === 'content' ? { shape: undefined } : {}),
    });
  }

  /** A sink whose receiver is not known, recognised by the end of its path. */
  function sinkByTail(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    slot: Slot,
    name: string,
  ): boolean {
    const call = graph.calls[callIndex]!;
    let found = false;
    for (const { members, position } of catalog.tails(program.ecosystem(module), name)) {
      if (!position.rows.some((r) => r.row === 'sink') || !endsWith(graph, call.callee, members)) continue;
      found = true;
      applyRows(fact, graph, module, callIndex, slot, position.rows);
    }
    return found;
  }

  function enterFunction(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    slot: Slot,
    thing: Extract<Thing, { is: 'function' }>,
    constructs: boolean,
  ): void {
    const call = graph.calls[callIndex]!;
    const info = program.graph(thing.module, 'a value is passed into it').functions[thing.fn]!;
    const bound = thing.bound || constructs;
    const into =
      slot === 'self'
        ? thing.bound && info.params[0]?.kind === 'self'
          ? [{ param: 0, path: fact.path }]
          : []
        : arrivals(info, call, slot.argument, fact.path, bound);
    for (const a of into)
      enter(thing.module, thing.fn, a.param, a.path, fact, {
        module,
        call: callIndex,
        node: call.node,
        entry: fact.entry,
        row: undefined,
        bound,
        fact,
        constructs,
      });
  }

  function enter(module: ModuleId, fn: number, param: number, path: AccessPath, fact: Fact, caller: Caller): void {
    const key = `${module}:${fn}:${param}:${path}:${fact.label}:${fact.shape?.name ?? ''}`;
    let entry = entries.get(key);
    if (!entry) {
      entry = {
        id: parts.nextEntryId(),
        module,
        fn,
        open: false,
        outer: undefined,
        callers: [],
        exits: [],
        param,
        path,
      };
      entries.set(key, entry);
    }
    if (entry.callers.some((c) => c.module === caller.module && c.call === caller.call && c.entry === caller.entry))
      return;
    if (entry.callers.length >= limits.callersPerFunction) return;
    entry.callers.push(caller);
    const node = program.graph(module, 'a value is passed into it').functions[fn]!.params[param]!.node;
    add(address(module, node), path, entry, fact, 'enter', { site: address(caller.module, caller.node) });
    for (const exit of entry.exits) arrive(exit, caller);
  }

  function construct(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    slot: Slot,
    thing: Extract<Thing, { is: 'class' }>,
  ): void {
    if (slot === 'self') return;
    const call = graph.calls[callIndex]!;
    for (const name of ['__init__', 'constructor']) {
      const member = values.member(thing.module, thing.cls, name);
      if (member?.at === undefined) continue;
      const graphOf = program.graph(moduleOf(member.at), 'constructor');
      const node = nodeOf(member.at);
      if (graphOf.kinds[node] !== NodeKind.Function) continue;
      enterFunction(
        fact,
        graph,
        module,
        callIndex,
        slot,
        { is: 'function', module: moduleOf(member.at), fn: graphOf.data[node]!, bound: true },
        true,
      );
      return;
    }
    // No constructor of its own (dataclass, pydantic model, record): arguments become fields.
    const arg = call.args[slot.argument]!;
    if (arg.kind === 'keyword' && arg.name !== undefined)
      add(address(module, call.node), prepend(arg.name, fact.path), fact.entry, fact, 'store');
    else if (arg.kind === 'keyword-spread') add(address(module, call.node), fact.path, fact.entry, fact, 'flow');
    else {
      const classGraph = program.graph(thing.module, 'record');
      const fields = [...classGraph.classes[thing.cls]!.members].filter(
        ([, n]) => classGraph.kinds[n] !== NodeKind.Function,
      );
      const field = fields[positionOf(call.args, slot.argument)]?.[0];
      add(address(module, call.node), prepend(field ?? ANY, fact.path), fact.entry, fact, 'store');
    }
  }

  /** A function's value at the callee of a call: the call invokes it. A class with the path of an instance: the call makes one. */
  function invoke(fact: Fact, graph: ModuleGraph, module: ModuleId, callIndex: number): void {
    if (hooks.subject !== 'function') return;
    const call = graph.calls[callIndex]!;
    const first = head(fact.path);
    if (first === INSTANCE) {
      const rest = tail(fact.path);
      if (rest === '__init__' || rest === 'constructor') record(fact, module, callIndex, call, true);
      else add(address(module, call.node), rest, fact.entry, fact, 'library');
    } else if (fact.path === '' || fact.path === '__call__') record(fact, module, callIndex, call, false);
  }
  function record(fact: Fact, module: ModuleId, callIndex: number, call: Call, constructs: boolean): void {
    hooks.invoked?.({
      module,
      call: callIndex,
      node: call.node,
      entry: fact.entry,
      row: undefined,
      bound: constructs || call.receiver >= 0,
      fact: undefined,
      constructs,
    });
  }

  // ---- library rows -----------------------------------------------------------------------------------------------------

  function applyRows(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    slot: Slot,
    rows: readonly Row[],
  ): void {
    const call = graph.calls[callIndex]!;
    for (const row of rows) {
      switch (row.row) {
        case 'flow':
          applyFlow(fact, graph, module, callIndex, slot, row);
          break;
        case 'sink':
          if (hooks.sink && row.at.some((p) => inSlot(call, slot, p.slot) && below(fact.path, p.path) !== undefined))
            hooks.sink(fact, row, module, callIndex);
          break;
        case 'source':
          hooks.prompt?.(fact, row, module, callIndex);
          break;
        case 'call':
          applyCall(fact, graph, module, callIndex, slot, row);
          break;
        default:
          break;
      }
    }
  }

  function inSlot(call: Call, slot: Slot, wanted: CallSlot): boolean {
    if (slot === 'self') return wanted.at === 'self';
    if (wanted.at === 'arguments' || wanted.at === 'keywords') return argumentsAt(call, wanted).includes(slot.argument);
    return wanted.at === 'argument' && isArgument(call, slot.argument, wanted.index, wanted.name);
  }

  function applyFlow(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    slot: Slot,
    row: FlowRow,
  ): void {
    const call = graph.calls[callIndex]!;
    if (row.guards && !guardsHold(program, values, module, callIndex, row.guards)) return;
    if (!row.to || row.how === 'stop' || row.how === 'measure' || !inSlot(call, slot, row.from.slot)) return;
    if (hooks.subject === 'function' && row.how !== 'value') return;
    // `f(*args)`: what the argument holds is its elements.
    const argument = slot === 'self' ? undefined : call.args[slot.argument];
    const start = argument?.kind === 'spread' ? tail(fact.path) : fact.path;
    const key = (e: string): string => constantKey(e, graph, call, argument?.name);
    let rest = below(start, row.from.path.map(key));
    if (rest === undefined) return;
    if (row.how === 'text') rest = '';
    else if (row.how === 'encode') rest = prepend(ENCODED, rest);
    else if (row.how === 'decode' && head(rest) === ENCODED) rest = tail(rest);
    const path = concat(row.to.path.map(key), rest);
    const how =
      row.how === 'encode' || row.how === 'decode'
        ? row.how
        : row.how === 'text'
          ? 'text'
          : row.to.path.length > 0
            ? 'store'
            : 'library';
    const more = row.how === 'value' ? {} : { shape: undefined };
    const put = (node: number): void => {
      if (node >= 0) add(address(module, node), path, fact.entry, fact, how, more);
    };
    const to = row.to.slot;
    if (to.at === 'return') put(call.node);
    else if (to.at === 'self') put(call.receiverPost);
    else if (to.at === 'callback')
      intoCallback(fact, graph, module, callIndex, to, to.inside, to.parameter, path, undefined);
    else for (const i of argumentsAt(call, to)) put(call.args[i]!.post);
  }

  function applyCall(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    slot: Slot,
    row: CallRow,
  ): void {
    const call = graph.calls[callIndex]!;
    if (row.guards && !guardsHold(program, values, module, callIndex, row.guards)) return;
    if (hooks.subject === 'function' && row.later) {
      // What comes back stands for the function itself: calling it calls the function.
      if (fact.path === '' && inSlot(call, slot, row.callable))
        add(address(module, call.node), '', fact.entry, fact, 'library');
    } else if (hooks.subject === 'function') {
      if (below(fact.path, row.inside ?? []) === '' && inSlot(call, slot, row.callable))
        hooks.invoked?.({
          module,
          call: callIndex,
          node: call.node,
          entry: fact.entry,
          row,
          bound: false,
          fact: undefined,
          constructs: false,
        });
    }
    const callable = row.callable;
    if (callable.at !== 'argument') return;
    for (const pass of row.passes) {
      if (!inSlot(call, slot, pass.from.slot)) continue;
      const rest = below(fact.path, pass.from.path);
      if (rest === undefined) continue;
      const element = pass.spread ? head(rest) : undefined;
      const parameter =
        element !== undefined && /^\d+$/.test(element) ? pass.parameter + Number(element) : pass.parameter;
      intoCallback(
        fact,
        graph,
        module,
        callIndex,
        callable,
        row.inside,
        parameter,
        pass.spread ? tail(rest) : rest,
        row,
      );
    }
    if (row.forwardsFrom >= 0 && slot !== 'self' && call.args[slot.argument]!.kind === 'positional') {
      const position = positionOf(call.args, slot.argument);
      if (position >= row.forwardsFrom)
        intoCallback(fact, graph, module, callIndex, callable, row.inside, position - row.forwardsFrom, fact.path, row);
    }
  }

  /** Passes a value to parameter `parameter` of the functions given as an argument. */
  function intoCallback(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    callable: { readonly index: number; readonly name: string | undefined },
    inside: readonly string[] | undefined,
    parameter: number,
    path: AccessPath,
    row: CallRow | undefined,
  ): void {
    const call = graph.calls[callIndex]!;
    for (const i of argumentsAt(call, { at: 'argument', index: callable.index, name: callable.name }))
      for (const thing of values.what(address(module, call.args[i]!.value), pathOf(inside ?? []))) {
        if (thing.is !== 'function') continue;
        const info = program.graph(thing.module, 'callback').functions[thing.fn]!;
        const param = parameter + (thing.bound ? 1 : 0);
        if (!info.params[param]) continue;
        enter(thing.module, thing.fn, param, path, fact, {
          module,
          call: callIndex,
          node: call.node,
          entry: fact.entry,
          row,
          bound: thing.bound,
          fact,
          constructs: false,
        });
      }
  }

  function constantKey(element: string, graph: ModuleGraph, call: Call, keyword: string | undefined): string {
    if (!element.startsWith('=')) return element;
    if (element === '=name') return keyword ?? ANY;
    const arg = call.args[Number(element.slice(1))];
    const value =
      arg && graph.kinds[arg.value] === NodeKind.Constant ? graph.constants[graph.data[arg.value]!] : undefined;
    return value === undefined || value === null ? ANY : String(value);
  }

  // ---- leaving functions and modules --------------------------------------------------------------------------------------

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
    const graph = program.graph(moduleOf(fact.at), 'return');
    const callerGraph = program.graph(caller.module, 'caller');
    const more = caller.fact ? { via: caller.fact } : {};
    if (graph.kinds[node] === NodeKind.ParameterOut) {
      const info = graph.functions[graph.data[node]!]!;
      const param = info.params.findIndex((p) => p.out === node);
      if (caller.call < 0 || param < 0 || caller.row) return;
      const call = callerGraph.calls[caller.call]!;
      if (info.params[param]!.kind === 'self') {
        const post = caller.constructs ? call.node : call.receiverPost;
        if (post >= 0) add(address(caller.module, post), fact.path, caller.entry, fact, 'exit', more);
        return;
      }
      call.args.forEach((arg, i) => {
        if (arg.post < 0) return;
        for (const a of arrivals(info, call, i, '', caller.bound))
          if (a.param === param && a.path === '')
            add(address(caller.module, arg.post), fact.path, caller.entry, fact, 'exit', more);
      });
      return;
    }
    if (caller.constructs) return;
    if (caller.row) {
      const result = caller.row.result;
      if (!result) return;
      const call = callerGraph.calls[caller.call]!;
      const path = concat(result.path, fact.path);
      const to = result.slot;
      if (to.at === 'return') add(address(caller.module, call.node), path, caller.entry, fact, 'exit', more);
      else if (to.at === 'self' && call.receiverPost >= 0)
        add(address(caller.module, call.receiverPost), path, caller.entry, fact, 'exit', more);
      return;
    }
    add(address(caller.module, caller.node), fact.path, caller.entry, fact, 'exit', more);
  }

  function leaveParameter(fact: Fact, graph: ModuleGraph, module: ModuleId, node: number): void {
    if (fact.path === '') return;
    const fn = graph.data[node]!;
    const info = graph.functions[fn]!;
    const param = info.params.findIndex((p) => p.out === node);
    const entry = fact.entry;
    const own = entry.module === module && entry.fn === fn;
    if (own && !entry.open) {
      if (entry.param !== param || entry.path !== fact.path) {
        entry.exits.push(fact);
        for (const caller of entry.callers) arrive(fact, caller);
      }
    } else {
      const open = own ? entry : parts.openEntry(module, fn, entry);
      for (const caller of parts.callersOf(open)) arrive(fact, caller);
    }
    if (info.params[param]?.kind === 'self') intoField(fact, module, info.owner);
  }

  /** What a method leaves in a field of its object is seen by every method of the class that reads the field. */
  function intoField(fact: Fact, module: ModuleId, cls: number): void {
    const element = head(fact.path)!;
    for (const relative of values.lineage(module, cls)) {
      const graph = program.graph(relative.module, 'field');
      graph.functions.forEach((fn, index) => {
        const self = fn.owner === relative.cls ? fn.params[0] : undefined;
        if (self?.kind !== 'self' || !readsField(graph, index, element)) return;
        add(address(relative.module, self.node), fact.path, parts.openEntry(relative.module, index), fact, 'field');
      });
    }
  }

  /** The class of a function's value: its own methods and those of derived classes see it under `self`. */
  function ownSelves(fact: Fact, graph: ModuleGraph, module: ModuleId, cls: number): void {
    if (hooks.subject !== 'function') return;
    const path = tail(fact.path);
    const element = head(path);
    if (element === undefined) return;
    graph.functions.forEach((fn, index) => {
      const self = fn.owner === cls ? fn.params[0] : undefined;
      if (self?.kind === 'self' && readsField(graph, index, element))
        add(address(module, self.node), path, parts.openEntry(module, index), fact, 'field');
    });
  }

  function derivedClass(fact: Fact, graph: ModuleGraph, module: ModuleId, node: number): void {
    if (hooks.subject !== 'function' || head(fact.path) !== INSTANCE) return;
    const info = graph.classes[graph.data[node]!]!;
    const element = head(tail(fact.path));
    if (element !== undefined && info.members.has(element)) return;
    add(address(module, node), fact.path, fact.entry, fact, 'flow');
  }

  function leaveModule(fact: Fact, module: ModuleId, node: number): void {
    for (const name of linker.namesAt(module, node)) leaveAs(fact, module, name, new Set());
  }
  function leaveAs(fact: Fact, module: ModuleId, name: string, seen: Set<string>): void {
    const key = `${module}:${name}`;
    if (seen.has(key)) return;
    seen.add(key);
    let files = 0;
    for (const importer of program.importers(module, name)) {
      if (++files > limits.filesPerName) {
        hooks.limit?.();
        break;
      }
      const graph = program.graph(importer, `imports ${name}`);
      const entry = parts.openEntry(importer, 0);
      for (const info of graph.imports) {
        if (program.resolve(importer, info.specifier) !== module) continue;
        if (info.name === name || (name === '=' && info.name === 'default'))
          add(address(importer, info.node), fact.path, entry, fact, 'module');
        else if (info.name === ANY)
          add(address(importer, info.node), name === '=' ? fact.path : prepend(name, fact.path), entry, fact, 'module');
        else if (name === '=' && head(fact.path) !== undefined && matches(head(fact.path)!, info.name))
          add(address(importer, info.node), tail(fact.path), entry, fact, 'module');
      }
      // `import pkg` and `from . import module`: the module itself is the value.
      for (const info of graph.imports) {
        if (info.name === ANY) continue;
        for (const link of linker.imported(importer, info))
          if (link.to === 'module' && link.module === module)
            add(address(importer, info.node), prepend(name, fact.path), entry, fact, 'module');
      }
      if (graph.starImports.some((s) => program.resolve(importer, s) === module))
        for (let n = 0; n < graph.kinds.length; n++)
          if (graph.kinds[n] === NodeKind.Global && graph.strings[graph.data[n]!] === name)
            add(address(importer, n), fact.path, entry, fact, 'module');
    }
    for (const again of linker.reexports(module, name)) leaveAs(fact, again.module, again.name, seen);
  }

  return {
    seed: (at, path, entry, label, shape) => add(at, path, entry, undefined, 'seed', { label, shape }),
    run,
    facts,
  };
}

/** Whether function `inner` stands inside function `outer`, or is it. */
function encloses(graph: ModuleGraph, outer: number, inner: number): boolean {
  for (let fn = inner; fn >= 0; fn = graph.functions[fn]!.parent) if (fn === outer) return true;
  return false;
}

const fieldReads = new WeakMap<ModuleGraph, Map<string, Set<number>>>();

/** Whether a function of the module (or a closure in it) reads a field of that name from anything. */
function readsField(graph: ModuleGraph, fn: number, element: string): boolean {
  let index = fieldReads.get(graph);
  if (!index) {
    index = new Map();
    for (let n = 0; n < graph.kinds.length; n++) {
      if (graph.kinds[n] !== NodeKind.Load) continue;
      const name = graph.strings[graph.data[n]!]!;
      let readers = index.get(name);
      if (!readers) {
        readers = new Set();
        index.set(name, readers);
      }
      for (let f = functionOf(graph, n); f >= 0; f = graph.functions[f]!.parent) readers.add(f);
    }
    fieldReads.set(graph, index);
  }
  return (element === ANY ? [...index.values()].some((r) => r.has(fn)) : index.get(element)?.has(fn)) ?? false;
}

/** The path of one element: for seeds. */
export const onePath = (element: string): AccessPath => pathOf([element]);
