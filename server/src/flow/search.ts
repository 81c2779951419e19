// The forward search: a worklist of facts over the graphs of all modules. It serves two subjects alike: the content of a model
// call on its way to datasets, and a function's value on its way to the calls that invoke it. What differs is in the hooks.
//
// Calls and returns are matched by entries: a fact inside a function knows through which entry it came in, and leaves only to
// the calls that supplied that entry. An open entry stands for "whoever calls this function": its calls are found by following
// the function's own value. An entry whose function encloses the fact's function is the context of a closure.
import {
  ANY,
  type Call,
  declaredBy,
  EdgeKind,
  eachEdge,
  functionAt,
  functionOf,
  INSTANCE,
  type ModuleGraph,
  NodeKind,
} from '../graph/graph.ts';
import { calleeName, calleeText, isImported } from './callee.ts';
import { arrivals, parameterBehind, positionOf } from './calls.ts';
import { CONSTRUCTORS } from './classes.ts';
import { madeFor, targetsOf } from './closures.ts';
import { createDepartures } from './departures.ts';
import { createFactIndex } from './factIndex.ts';
import {
  type Caller,
  type Entry,
  type Fact,
  type FactDetails,
  type Hooks,
  labelOf,
  type Readers,
  type Reading,
  type Search,
  type SearchParts,
  type Slot,
} from './facts.ts';
import { createLibrarySteps } from './library.ts';
import { limits } from './limits.ts';
import { type AccessPath, covers, head, matches, prepend, tail, textPath } from './paths.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf } from './program.ts';
import { createSharing, isPutBack, isReadBefore } from './sharing.ts';
import type { Thing } from './things.ts';

/** Creates a search. It does nothing until it is seeded and run. */
export function createSearch(parts: SearchParts, hooks: Hooks): Search {
  const { program, values } = parts;
  const { catalog } = program;
  const isContent = hooks.subject === 'content';
  const facts: Fact[] = [];
  const factsOf = createFactIndex();
  /** Entries of functions that read for some of their callers. */
  const limited = new Map<Readers, Entry>();
  /** Entries by parameter, by label (and shape, of a response), and then by path. */
  const entries = new Map<Address, Map<string, Map<AccessPath, Entry>>>();
  let next = 0;
  /** Whether a library has given back what it made of a value. */
  let isHandedOn = false;
  const sharing = createSharing(parts, add, (fact, path, module, call, row) =>
    library.applyRows({ ...fact, path }, program.graph(module, 'listens'), module, call, 'self', [row]),
  );
  const out = createDepartures(parts, hooks, add, returned, sharing.givenChanged);
  const library = createLibrarySteps(parts, hooks, add, enter, sharing.givenChanged);

  function add(
    at: Address,
    path: AccessPath,
    entry: Entry,
    from: Fact | undefined,
    how: Fact['how'],
    more: FactDetails = NO_DETAILS,
  ): void {
    if (hooks.within !== undefined && moduleOf(at) !== hooks.within) return;
    const label = more.label ?? from?.label ?? 'text';
    const ofEntry = factsOf(entry);
    let last: Fact | undefined;
    let others = 0;
    for (let fact = ofEntry.get(at); fact; fact = fact.beside) {
      last = fact;
      if (fact.label !== label || (fact.after !== undefined && more.after === undefined)) continue;
      // Content is all that is below it; of a response only what has no label of its own.
      if (fact.path === path || (isContent && !fact.shape && covers(fact.path, path))) {
        if (!from || (fact.also && fact.also.length >= limits.waysPerFact)) return;
        fact.also ??= [];
        fact.also.push({ from, how, via: more.via, site: more.site });
        return;
      }
      others++;
    }
    const widened = isContent && others >= limits.pathsPerValue ? head(path) : undefined;
    if (widened !== undefined && widened !== path) {
      add(at, widened, entry, from, how, { ...more, wide: true });
      return;
    }
    if (facts.length >= hooks.maxFacts) {
      hooks.limit?.(`more than ${hooks.maxFacts} values were reached; the rest was not followed`);
      return;
    }
    const fact: Fact = {
      index: facts.length,
      at,
      path,
      entry,
      label,
      shape: 'shape' in more ? more.shape : from?.shape,
      parent: from,
      via: more.via,
      how,
      assumed: more.assumed,
      key: more.key,
      site: more.site,
      wide: more.wide ?? false,
      after: more.after,
      also: undefined,
      beside: undefined,
    };
    isHandedOn ||= how === 'library';
    if (last) last.beside = fact;
    else ofEntry.set(at, fact);
    facts.push(fact);
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
    const graph = program.graphAround(fact.at, 'a value reaches it');
    const kind = graph.kinds[node] as NodeKind;
    if (kind === NodeKind.Return) out.leave(fact, module, graph.data[node]!);
    else if (kind === NodeKind.ParameterOut) out.leaveParameter(fact, graph, module, node);
    else if (kind === NodeKind.Class && head(fact.path) === INSTANCE) out.ownSelves(fact, module, graph.data[node]!);
    else if (kind === NodeKind.PostUpdate && isContent)
      sharing.changed(fact, program.graphBehind(fact.at, 'a change'), module, node);
    if (hooks.declared && head(fact.path) === INSTANCE) {
      const values = declaredBy(graph).get(node);
      if (values) hooks.declared(fact, values);
    }
    if (fact.how === 'seed' && kind === NodeKind.Call) library.ownAnswer(fact, module, graph.data[node]!);
    const { offsets, ends, kinds, labels } = graph.out;
    const last = offsets[node + 1]!;
    for (let i = offsets[node]!; i < last; i++)
      cross(fact, graph, module, node, ends[i]!, kinds[i] as EdgeKind, labels[i]!);
    if (kind !== NodeKind.Parameter) out.leaveModule(fact, module, node);
  }

  /** Follows one edge. Not what `eachEdge` is given, which would make a function anew for each fact of each search. */
  function cross(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    node: number,
    end: number,
    edge: EdgeKind,
    label: number,
  ): void {
    if (fact.after !== undefined && isReadBefore(graph, end, fact.after)) return;
    switch (edge) {
      case EdgeKind.Flow:
        // A post-update names the field that was overwritten: what stood there before is gone.
        if (label >= 0 && head(fact.path) === graph.strings[label]) break;
        add(address(module, end), fact.path, entryAt(fact, graph, module, node, end), fact, 'flow');
        break;
      case EdgeKind.Store:
        if (isContent) {
          const changed = program.graphBehind(address(module, end), 'a change');
          if (isPutBack(changed, fact, end, graph.strings[label]!)) break;
        }
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
        if (hooks.subject !== 'function')
          add(address(module, end), textPath(fact.path), entryAt(fact, graph, module, node, end), fact, 'text', {
            shape: undefined,
          });
        break;
      case EdgeKind.Argument:
        if (label < 0) out.derivedClass(fact, graph, module, end);
        else reach(fact, graph, module, graph.data[end]!, { argument: label });
        break;
      case EdgeKind.Receiver:
        reach(fact, graph, module, graph.data[end]!, 'self');
        break;
      case EdgeKind.Callee:
        invoke(fact, graph, module, graph.data[end]!);
        break;
      case EdgeKind.Key:
        // What content is called in a table of constants says the same in other words: `ids[label]`.
        if (isContent && fact.path === '' && isTable(graph, module, end))
          add(address(module, end), '', fact.entry, fact, 'text', { shape: undefined });
        break;
      default:
        break;
    }
  }

  /** Whether a value is read from a collection that is written out and holds constants alone, at least two. */
  function isTable(graph: ModuleGraph, module: ModuleId, read: number): boolean {
    let table = -1;
    eachEdge(graph.in, read, (end, edge) => {
      if (edge === EdgeKind.Load) table = end;
    });
    if (table < 0) return false;
    const things = values.what(address(module, table));
    return (
      things.length > 0 &&
      things.every((thing) => {
        if (thing.is !== 'collection') return false;
        const { kinds, in: edges } = program.graphBehind(thing.at, 'table');
        let constants = 0;
        let others = 0;
        eachEdge(edges, nodeOf(thing.at), (end) => {
          if (kinds[end] === NodeKind.Constant) constants++;
          else others++;
        });
        return constants > 1 && others === 0;
      })
    );
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
      // In Python, unlike `object[name]` of JavaScript, a method of an object is none of its elements.
      const isMethod = hooks.method?.names.includes(first) && !hooks.read;
      if (isMethod && element === ANY && program.ecosystem(module) === 'python') return;
      if (matches(first, element)) {
        const rest = tail(fact.path);
        // A method that is read under its name is itself; under any other it was called to give what is read.
        const isCalled = hooks.read !== undefined && rest === '' && !isOfIteration(element);
        if (isCalled) readOut(fact, module, end, []);
        else add(at, rest, entry, fact, 'load');
      } else if (isContent && isView(fact.at, at, element)) add(at, fact.path, entry, fact, 'load');
      return;
    }
    if (!isContent) return;
    if (fact.shape) {
      if (fact.shape.neutral.has(element)) return;
      if (fact.shape.labelled.get(element) === 'tool-call') hooks.acted?.(fact);
      const label = labelOf(fact.shape, element);
      if (label) {
        add(at, '', entry, fact, 'load', { label });
        return;
      }
    }
    add(at, '', entry, fact, 'load');
  }

  /** Whether a member of an object is the object again, as a library gives it: `frame.write`. */
  function isView(object: Address, member: Address, name: string): boolean {
    if (!catalog.viewNames.has(name)) return false;
    const types = (at: Address) =>
      values.what(at).flatMap((thing) => (thing.is === 'api' ? [thing.position.type] : []));
    const own = types(object);
    return types(member).some((type) => type !== undefined && own.includes(type));
  }

  /** Whether an object is iterated by the method that is followed, which it has under `name`: a library does that to what it is given. */
  function isOfIteration(name: string): boolean {
    return hooks.read !== undefined && hooks.read !== 'member' && hooks.method?.names.includes(name) === true;
  }

  /** A function that is called by reading gives what is read at a node, or part `into` of it. */
  function readOut(fact: Fact, module: ModuleId, node: number, into: readonly string[]): void {
    hooks.invoked?.({
      module,
      call: -1,
      node,
      entry: fact.entry,
      row: undefined,
      bound: true,
      fact: undefined,
      constructs: false,
      ...(hooks.read === 'member' ? {} : { iterates: { each: hooks.read === 'items', into } }),
    });
  }

  // ---- calls ------------------------------------------------------------------------------------------------------------

  function reach(fact: Fact, graph: ModuleGraph, module: ModuleId, callIndex: number, slot: Slot): void {
    const call = graph.calls[callIndex]!;
    let resolved = false;
    let outside: string | undefined;
    for (const thing of targetsFor(fact, graph, module, callIndex)) {
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
            if (slot !== 'self' && isOfIteration(fact.path))
              readOut(fact, module, call.args[slot.argument]!.value, [ANY]);
            library.applyRows(fact, graph, module, callIndex, slot, thing.position.rows);
          } else outside = thing.position.path;
          break;
        case 'outside':
          outside = thing.name;
          break;
        default:
          break;
      }
    }
    if (resolved || (isContent && slot !== 'self' && handedBack(fact, graph, module, callIndex, slot))) return;
    const name = calleeName(graph, call.callee);
    if (name !== undefined && hooks.sink && library.sinkByTail(fact, graph, module, callIndex, slot, name)) return;
    const untyped =
      call.receiver >= 0 && name !== undefined ? catalog.untyped(program.ecosystem(module), name) : undefined;
    if (untyped) {
      library.applyRows(fact, graph, module, callIndex, slot, untyped.rows);
      return;
    }
    if (isContent && slot === 'self' && fact.path !== '') return;
    // A function's value comes back from a decorator or a wrapper; beside other arguments it is a setting, and stays there.
    if (!isContent && (slot === 'self' || (call.form !== 'decorator' && call.args.length > 1))) return;
    const isKnown = outside !== undefined && isImported(graph, call.callee);
    const called = isKnown ? outside : (calleeText(graph, call.callee) ?? outside ?? 'a callee');
    const assumed = isContent && slot === 'self' ? undefined : `${called} returns what it is given`;
    add(address(module, call.node), isContent ? '' : fact.path, fact.entry, fact, 'library', {
      assumed,
      ...(isContent ? { shape: undefined } : {}),
    });
  }

  /** What a call invokes where a fact holds: of what a closure has captured, what it was given. */
  function targetsFor({ entry }: Fact, graph: ModuleGraph, module: ModuleId, call: number): readonly Thing[] {
    return targetsOf(program, values, graph, module, call, (fn) => madeFor(entry, module, fn));
  }

  /** What a callback returned to a library is where rows of that call speak of its result. */
  function returned(fact: Fact, caller: Caller): void {
    const callable = caller.row?.callable;
    if (!isContent || callable?.at !== 'argument') return;
    const graph = program.graphOfCall(caller.module, caller.call, 'caller');
    const slot = { returnOf: { index: callable.index, name: callable.name } };
    const here = { ...fact, entry: caller.entry };
    for (const thing of values.targets(caller.module, caller.call))
      if (thing.is === 'api') library.applyRows(here, graph, caller.module, caller.call, slot, thing.position.rows);
  }

  /** What a function gives to a callable that a library hands it: `new Promise((resolve) => resolve(text))`. */
  function handedBack(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    { argument }: Exclude<Slot, 'self'>,
  ): boolean {
    const call = graph.calls[callIndex]!;
    const callable = parameterBehind(graph, call.callee);
    if (callable < 0) return false;
    const info = graph.functions[graph.data[callable]!]!;
    const parameter = info.params.findIndex((p) => p.node === callable);
    let found = false;
    program.graphAround(address(module, info.node), 'is handed a callable');
    eachEdge(graph.out, info.node, (end, edge, index) => {
      if (edge !== EdgeKind.Argument || index < 0) return;
      const slot = { givenBy: { callable: index, parameter, argument: positionOf(call.args, argument) } };
      for (const thing of values.targets(module, graph.data[end]!)) {
        const rows = thing.is === 'api' ? thing.position.rows : [];
        const back = rows.filter((row) => row.row === 'flow' && row.from.slot.at === 'callback-argument');
        if (back.length === 0) continue;
        found = true;
        const entry = entryAt(fact, graph, module, call.node, end);
        library.applyRows({ ...fact, entry }, graph, module, graph.data[end]!, slot, back);
      }
    });
    return found;
  }

  /** Whether no object that has the method under `name` is passed into methods of a class: those of that class have another. */
  function isOverridden(module: ModuleId, cls: number, name: AccessPath): boolean {
    const method = hooks.method;
    if (!method?.names.includes(name) || cls < 0) return false;
    const own = values.member(module, cls, name)?.at;
    return (
      own !== undefined &&
      own !== values.member(method.module, method.cls, name)?.at &&
      !values.lineage(method.module, method.cls).some((base) => base.module === module && base.cls === cls)
    );
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
    const info = program.functionIn(thing.module, thing.fn, 'a value is passed into it');
    if (slot === 'self' && isOverridden(thing.module, info.owner, fact.path)) return;
    const bound = thing.bound || constructs;
    const into =
      slot === 'self'
        ? thing.bound && info.params[0]?.kind === 'self'
          ? [{ param: 0, path: fact.path }]
          : []
        : arrivals(info, call, slot.argument, fact.path, bound, thing.given?.positions);
    for (const a of into)
      enter(thing.module, thing.fn, a.param, a.path, fact, {
        module,
        call: callIndex,
        node: call.node,
        entry: fact.entry,
        row: undefined,
        bound,
        given: thing.given,
        made: thing.made,
        fact,
        constructs,
      });
  }

  function enter(module: ModuleId, fn: number, param: number, whole: AccessPath, fact: Fact, caller: Caller): void {
    const parameter = address(module, program.functionIn(module, fn, 'a value is passed into it').params[param]!.node);
    // What is bound beforehand is there whoever makes the call: `partial(work, model=model)`.
    if (caller.row?.later) {
      add(parameter, whole, parts.openEntry(module, fn), fact, 'enter');
      return;
    }
    let byLabel = entries.get(parameter);
    if (!byLabel) {
      byLabel = new Map();
      entries.set(parameter, byLabel);
    }
    const { made } = caller;
    // Most have neither, and to put a text together for each would be a good part of a search.
    const label =
      fact.shape || made
        ? `${fact.label}:${fact.shape?.name ?? ''}:${made?.module ?? ''}:${made?.call ?? ''}`
        : fact.label;
    let ofParameter = byLabel.get(label);
    if (!ofParameter) {
      ofParameter = new Map();
      byLabel.set(label, ofParameter);
    }
    const apart = !isContent || ofParameter.size < limits.pathsPerValue || ofParameter.has(whole);
    const path = apart ? whole : (head(whole) ?? whole);
    let entry = ofParameter.get(path);
    if (!entry) {
      entry = closedEntry(module, fn, { param, path, callers: [], made });
      ofParameter.set(path, entry);
    }
    for (const known of entry.callers)
      if (known.call === caller.call && known.module === caller.module && known.entry === caller.entry) return;
    if (entry.callers.length >= limits.callersPerFunction) {
      hooks.limit?.(`a function has more than ${limits.callersPerFunction} calls; the rest was not followed`);
      return;
    }
    entry.callers.push(caller);
    const wide = path !== whole;
    const site = caller.row ? undefined : address(caller.module, caller.node);
    add(parameter, path, entry, fact, 'enter', { site, wide });
    for (const exit of entry.exits) out.arrive(exit, caller);
    hooks.entered?.(entry);
  }

  function closedEntry(module: ModuleId, fn: number, more: Pick<Entry, 'param' | 'path' | 'callers' | 'made'>): Entry {
    const { generation } = parts;
    return { id: parts.nextEntryId(), module, fn, open: false, outer: undefined, generation, exits: [], ...more };
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
    const maker = values.constructorOf(thing.module, thing.cls);
    if (maker) {
      enterFunction(fact, graph, module, callIndex, slot, { is: 'function', ...maker, bound: true }, true);
      return;
    }
    // No constructor of its own (dataclass, pydantic model, record): arguments become fields.
    const arg = call.args[slot.argument]!;
    if (arg.kind === 'keyword' && arg.name !== undefined)
      add(address(module, call.node), prepend(arg.name, fact.path), fact.entry, fact, 'store');
    else if (arg.kind === 'keyword-spread') add(address(module, call.node), fact.path, fact.entry, fact, 'flow');
    else {
      const { members } = program.classIn(thing.module, thing.cls, 'record');
      const fields = [...members].filter(
        ([, n]) => functionAt(program.graphBehind(address(thing.module, n), 'record'), n) < 0,
      );
      const field = fields[positionOf(call.args, slot.argument)]?.[0];
      add(address(module, call.node), prepend(field ?? ANY, fact.path), fact.entry, fact, 'store');
    }
  }

  /** A function's value at the callee of a call: the call invokes it. A class with the path of an instance: the call makes one. */
  function invoke(fact: Fact, graph: ModuleGraph, module: ModuleId, callIndex: number): void {
    const call = graph.calls[callIndex]!;
    if (call.receiver < 0 && (isContent || fact.path !== ''))
      for (const thing of values.targets(module, callIndex)) {
        // An object that is called sees in its method what it holds.
        if (thing.is === 'function' && thing.bound) enterFunction(fact, graph, module, callIndex, 'self', thing, false);
        // Rows may say what the call does with the content of what is called.
        else if (isContent && thing.is === 'api')
          library.applyRows(fact, graph, module, callIndex, 'self', thing.position.rows);
      }
    if (isContent) return;
    // Only where a library was handed the function can its call be that of what the library made of it.
    if (isHandedOn && fact.path === '' && call.receiver < 0 && library.callsItself(fact, graph, module, callIndex))
      return;
    const first = head(fact.path);
    if (first === INSTANCE) {
      const rest = tail(fact.path);
      if (CONSTRUCTORS.includes(rest)) record(fact, module, callIndex, call, true);
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
      given: library.givenOn(fact),
      fact: undefined,
      constructs,
    });
  }

  function readBack(from: Fact, { at, path, written, key, assumed, readers }: Reading): void {
    const entry = entryFor(at, readers);
    add(at, path, entry, from, 'artifact', { key, assumed, site: written });
  }

  function entryFor(at: Address, readers: Readers | undefined): Entry {
    const module = moduleOf(at);
    const fn = functionOf(program.graphBehind(at, 'reads what is written'), nodeOf(at));
    if (!readers) return parts.openEntry(module, fn);
    let entry = limited.get(readers);
    if (!entry) {
      const callers = readers.callers.map(({ caller, within }) =>
        within ? { ...caller, entry: entryFor(address(caller.module, caller.node), within) } : caller,
      );
      entry = closedEntry(module, fn, { param: -1, path: '', callers, made: undefined });
      limited.set(readers, entry);
    }
    return entry;
  }

  return {
    readBack,
    entryFor,
    seed: (at, path, entry, label, shape) => add(at, path, entry, undefined, 'seed', { label, shape }),
    run,
    facts,
  };
}

const NO_DETAILS: FactDetails = {};

/** Whether function `inner` stands inside function `outer`, or is it. */
function encloses(graph: ModuleGraph, outer: number, inner: number): boolean {
  for (let fn = inner; fn >= 0; fn = graph.functions[fn]!.parent) if (fn === outer) return true;
  return false;
}
