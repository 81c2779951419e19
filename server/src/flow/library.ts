// What a call of a catalogued library does to a value that reaches it: rows of the catalog, applied to one call.
import type { CallRow, CallSlot, CellRow, FlowRow, Place, Row, SinkRow } from '../catalog/model.ts';
import { ANY, type Call, functionAt, type ModuleGraph } from '../graph/graph.ts';
import { bindingOf, type Given } from './bound.ts';
import { endsWith } from './callee.ts';
import { argumentsAt, isArgument, passedTo, positionOf, selfOf } from './calls.ts';
import {
  type AddFact,
  type EnterFunction,
  type Fact,
  type FactDetails,
  type Hooks,
  labelOf,
  type RowSlot,
  type SearchParts,
  type Slot,
} from './facts.ts';
import { limits } from './limits.ts';
import { type AccessPath, below, concat, ENCODED, head, ofInstance, pathOf, prepend, tail, textPath } from './paths.ts';
import { address, type ModuleId, moduleOf, nodeOf } from './program.ts';
import { guardsHold, rowsOfCall, rowsOfTargets } from './rows.ts';
import type { Sharing } from './sharing.ts';
import { spots } from './spots.ts';
import type { Thing } from './things.ts';

export interface LibrarySteps {
  /** Applies rows to a value in `slot` of a call. */
  applyRows(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    slot: RowSlot,
    rows: readonly Row[],
  ): void;
  /** A sink whose receiver is not known, recognised by the end of its path. Says whether there was one. */
  sinkByTail(fact: Fact, graph: ModuleGraph, module: ModuleId, callIndex: number, slot: Slot, name: string): boolean;
  /** A call of what a library made of a function, which calls that as a row says: `np.vectorize(ask)(questions)`. Says whether
   * it is one. */
  callsItself(fact: Fact, graph: ModuleGraph, module: ModuleId, callIndex: number): boolean;
  /** What a function was given beforehand whose value has come to be a fact. */
  givenOn(fact: Fact): Given | undefined;
  /** A sink that keeps what the call itself answers, such as a service asked to store its completions. */
  ownAnswer(fact: Fact, module: ModuleId, callIndex: number): void;
}

/** Creates the steps through libraries of one search. */
export function createLibrarySteps(
  parts: SearchParts,
  hooks: Hooks,
  add: AddFact,
  enter: EnterFunction,
  givenChanged: Sharing['givenChanged'],
): LibrarySteps {
  const { program, values } = parts;
  const { catalog } = program;

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
      if (!endsWith(graph, call.callee, members)) continue;
      // Where the guards of the sink do not hold, the method is another one of that name.
      if (!position.rows.some((r) => r.row === 'sink' && guardsHold(program, values, module, callIndex, r.guards)))
        continue;
      found = true;
      applyRows(fact, graph, module, callIndex, slot, position.rows);
    }
    return found;
  }

  function callsItself(fact: Fact, graph: ModuleGraph, module: ModuleId, callIndex: number): boolean {
    const rows = rowsOfTargets(values, module, callIndex).filter(
      (row) => row.row === 'call' && row.callable.at === 'self',
    );
    applyRows(fact, graph, module, callIndex, 'self', rows);
    return rows.length > 0;
  }

  function ownAnswer(fact: Fact, module: ModuleId, callIndex: number): void {
    for (const thing of values.targets(module, callIndex))
      if (thing.is === 'api')
        for (const row of thing.position.rows)
          if (row.row === 'sink' && row.at.some((place) => place.slot.at === 'return'))
            hooks.sink?.(fact, row, module, callIndex);
  }

  function applyRows(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    slot: RowSlot,
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
          if (row.prompt.some((p) => inSlot(call, slot, p.slot) && below(fact.path, p.path) !== undefined))
            hooks.prompt?.(fact, row, module, callIndex);
          break;
        case 'client':
          // What a path or an open file stands for is its name.
          if (hooks.subject === 'name' && row.target.some((place) => inSlot(call, slot, place.slot)))
            add(address(module, call.node), '', fact.entry, fact, 'library');
          break;
        case 'cell':
          // Of what else is written, sinks speak.
          if (row.cell === 'module' && row.access === 'write' && inSlot(call, slot, row.value.slot))
            hooks.written?.(fact, module, callIndex);
          if (hooks.paths && row.access === 'read' && files.has(row.cell) && inSlot(call, slot, row.key.slot)) {
            if (
              below(fact.path, row.key.path) !== undefined &&
              guardsHold(program, values, module, callIndex, row.guards)
            )
              for (const spot of spots(program, module, callIndex, row.value))
                add(spot.at, spot.path, fact.entry, fact, 'library', { shape: undefined });
          }
          break;
        case 'call':
          applyCall(fact, graph, module, callIndex, slot, row);
          break;
        default:
          break;
      }
    }
  }

  function inSlot(call: Call, slot: RowSlot, wanted: CallSlot): boolean {
    if (slot === 'self') return wanted.at === 'self';
    if ('returnOf' in slot) {
      const { index, name } = slot.returnOf;
      return wanted.at === 'callback-return' && wanted.index === index && wanted.name === name;
    }
    if ('givenBy' in slot) {
      const { callable, parameter, argument } = slot.givenBy;
      if (wanted.at !== 'callback-argument' || wanted.parameter !== parameter || wanted.argument !== argument)
        return false;
      return isArgument(call, callable, wanted.index, wanted.name);
    }
    if (wanted.at === 'arguments' || wanted.at === 'keywords') return argumentsAt(call, wanted).includes(slot.argument);
    return wanted.at === 'argument' && isArgument(call, slot.argument, wanted.index, wanted.name);
  }

  function applyFlow(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    slot: RowSlot,
    row: FlowRow,
  ): void {
    const call = graph.calls[callIndex]!;
    if (row.guards && !guardsHold(program, values, module, callIndex, row.guards)) return;
    if (!row.to || row.how === 'stop' || !inSlot(call, slot, row.from.slot)) return;
    if (row.how === 'measure' && row.residual !== fact.label) return;
    if (row.how === 'fetch' && fact.label !== 'reference') return;
    if (hooks.subject === 'function' && row.how !== 'value' && row.how !== 'copy') return;
    // `f(*args)`, `f(**row)`: what the argument holds is its elements.
    const argument = slot !== 'self' && 'argument' in slot ? call.args[slot.argument] : undefined;
    const isSpread = argument?.kind === 'spread' || argument?.kind === 'keyword-spread';
    const start = isSpread ? tail(fact.path) : fact.path;
    const name = argument?.name ?? (isSpread ? head(fact.path) : undefined) ?? ANY;
    for (const given of keysGiven(row, module, call)) {
      const key = (e: string): string => (e === '=name' ? name : e.startsWith('=') ? given : e);
      move(fact, graph, module, callIndex, row, start, key);
    }
  }

  /** Moves content that lies at `start` of what a row takes; `key` gives the elements of its paths that depend on the call. */
  function move(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    row: FlowRow,
    start: AccessPath,
    key: (element: string) => string,
  ): void {
    if (!row.to) return;
    const call = graph.calls[callIndex]!;
    let rest = below(start, row.from.path.map(key));
    if (rest === undefined) return;
    // A member that is asked for by a call: `message.get('reasoning_content')`.
    const member = start === '' && fact.shape ? row.from.path.map(key).find((e) => e !== ANY) : undefined;
    if (member !== undefined && fact.shape?.neutral.has(member)) return;
    if (member !== undefined && fact.shape?.labelled.get(member) === 'tool-call') hooks.acted?.(fact);
    const label = member === undefined || !fact.shape ? undefined : labelOf(fact.shape, member);
    rest = transformed(row.how, rest);
    const path = concat(row.to.path.map(key), rest);
    const how = stepOf(row);
    const more: FactDetails = {
      ...(keepsShape.has(row.how) ? {} : { shape: undefined }),
      ...(row.how === 'reference' ? { label: 'reference' } : label === undefined ? {} : { label }),
      ...(row.how === 'fetch' ? { label: 'text' } : {}),
    };
    const put = (node: number): void => {
      if (node >= 0) add(address(module, node), path, fact.entry, fact, how, more);
    };
    const to = row.to.slot;
    if (to.at === 'return') put(call.node);
    else if (to.at === 'self') {
      if (call.receiverPost >= 0) put(call.receiverPost);
      else if (hooks.subject === 'content' && call.receiver >= 0)
        givenChanged(fact, fact.entry, graph, module, call.receiver, path);
    } else if (to.at === 'callback') {
      const name = to.parameter < 0 ? head(path) : undefined;
      if (to.parameter >= 0) intoCallback(fact, graph, module, callIndex, to, to.inside, to.parameter, path, undefined);
      else if (name !== undefined && name !== ANY)
        intoCallback(fact, graph, module, callIndex, to, to.inside, name, tail(path), undefined);
    } else for (const i of argumentsAt(call, to)) put(call.args[i]!.post);
  }

  function applyCall(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    slot: RowSlot,
    row: CallRow,
  ): void {
    const call = graph.calls[callIndex]!;
    if (row.guards && !guardsHold(program, values, module, callIndex, row.guards)) return;
    if (hooks.subject !== 'content' && row.later) {
      // What comes back stands for the function itself: calling it calls the function.
      if (fact.path === '' && inSlot(call, slot, row.callable))
        add(address(module, call.node), '', fact.entry, fact, 'library', { site: address(module, call.node) });
    } else if (hooks.subject !== 'content') {
      const called = below(fact.path, row.inside ?? []);
      if (called !== undefined && CALLED.has(called) && inSlot(call, slot, row.callable))
        hooks.invoked?.({
          module,
          call: callIndex,
          node: call.node,
          entry: fact.entry,
          row,
          bound: false,
          given: givenOn(fact),
          fact: undefined,
          constructs: false,
        });
    }
    const callable = row.callable.at === 'self' ? RECEIVER : row.callable;
    if (callable.at !== 'argument') return;
    // A method that keeps its object: `to_thread(frame.to_csv, path)`.
    if (hooks.sink && !row.later && slot !== 'self' && inSlot(call, slot, row.callable) && 'argument' in slot)
      for (const given of values.what(address(module, call.args[slot.argument]!.value)))
        for (const kept of given.is === 'api' ? given.position.rows : [])
          if (kept.row === 'sink' && kept.at.some((place) => place.slot.at === 'self'))
            hooks.sink(fact, handedOn(kept, row), module, callIndex);
    for (const pass of row.passes) {
      if (!inSlot(call, slot, pass.from.slot)) continue;
      const rest = below(fact.path, pass.from.path);
      if (rest === undefined) continue;
      const element = pass.spread ? head(rest) : undefined;
      const position = element !== undefined && /^\d+$/.test(element) ? Number(element) : 0;
      intoCallback(
        fact,
        graph,
        module,
        callIndex,
        callable,
        row.inside,
        pass.parameter + position,
        pass.spread ? tail(rest) : rest,
        row,
        // Which element of a list it is, nobody knows.
        element === ANY,
      );
    }
    if (row.forwardsFrom < 0 || slot === 'self' || !('argument' in slot)) return;
    const { kind, name } = call.args[slot.argument]!;
    const position = kind === 'positional' ? positionOf(call.args, slot.argument) - row.forwardsFrom : -1;
    const parameter = position >= 0 ? position : kind === 'keyword' && name !== callable.name ? name : undefined;
    if (parameter !== undefined)
      intoCallback(fact, graph, module, callIndex, callable, row.inside, parameter, fact.path, row);
  }

  /** What a function was given beforehand whose value has come to be a fact. */
  function givenOn(fact: Fact): Given | undefined {
    for (let at: Fact | undefined = fact; at; at = at.parent) {
      if (at.how !== 'library' || at.site === undefined) continue;
      const module = moduleOf(at.site);
      const index = program.graphBehind(at.site, 'callee').data[nodeOf(at.site)]!;
      return bindingOf(
        rowsOfCall(program, values, module, index),
        program.callIn(module, index, 'callee'),
        module,
        index,
      )?.given;
    }
    return undefined;
  }

  /** Passes a value to a parameter, by its position (or to that or a later one) or its name, of the functions given as an argument
   * or that the receiver is. */
  function intoCallback(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    callable: { readonly index: number; readonly name: string | undefined },
    inside: readonly string[] | undefined,
    parameter: number | string,
    path: AccessPath,
    row: CallRow | undefined,
    orLater = false,
  ): void {
    const call = graph.calls[callIndex]!;
    const nodes =
      callable.index === RECEIVER.index
        ? [selfOf(call)]
        : argumentsAt(call, { at: 'argument', index: callable.index, name: callable.name }).map(
            (i) => call.args[i]!.value,
          );
    const named = row ? parts.named().functionsAt(module, callIndex, row) : [];
    const intoFunction = (
      thing: Pick<Extract<Thing, { is: 'function' }>, 'module' | 'fn' | 'given' | 'made'>,
      bound: boolean,
    ): void => {
      const info = program.functionIn(thing.module, thing.fn, 'callback');
      let first =
        typeof parameter === 'string'
          ? info.params.findIndex((p) => p.name === parameter)
          : parameter + (bound ? 1 : 0) + (thing.given?.positions ?? 0);
      let arriving = path;
      if (first < 0 && typeof parameter === 'string') {
        first = info.params.findIndex((p) => p.kind === 'keyword-rest');
        if (first < 0) return;
        arriving = prepend(parameter, path);
      }
      const last = orLater ? info.params.length - 1 : first;
      for (let param = first; param <= last && info.params[param]; param++)
        enter(thing.module, thing.fn, param, arriving, fact, {
          module,
          call: callIndex,
          node: call.node,
          entry: fact.entry,
          row,
          bound,
          given: thing.given,
          made: thing.made,
          fact,
          constructs: false,
        });
    };
    for (const thing of named) intoFunction(thing, false);
    for (const node of nodes)
      for (const given of values.what(address(module, node), pathOf(inside ?? []))) {
        if (given.is === 'api')
          throughFunction(fact, graph, module, callIndex, given.position.rows, parameter, path, row);
        const thing = given.is === 'class' || given.is === 'instance' ? methodCalled(given) : given;
        if (thing?.is === 'function') intoFunction(thing, thing.bound);
      }
  }

  /** What a function of a library makes of its parameter is where a row says that the result of the callable is:
   * `map(json.dumps, rows)`; what it keeps is kept by the call that hands it on: `to_thread(json.dump, rows, out)`. */
  function throughFunction(
    fact: Fact,
    graph: ModuleGraph,
    module: ModuleId,
    callIndex: number,
    rows: readonly Row[],
    parameter: number | string,
    path: AccessPath,
    by: CallRow | undefined,
  ): void {
    if (hooks.subject !== 'content' || by === undefined || by.later) return;
    for (const row of rows)
      if (
        row.row === 'sink' &&
        row.at.some((place) => takes(place, parameter) && below(path, place.path) !== undefined)
      )
        hooks.sink?.(fact, handedOn(row, by), module, callIndex);
    if (by.result?.slot.at !== 'return') return;
    for (const row of rows) {
      if (row.row !== 'flow' || row.guards || row.to?.slot.at !== 'return' || row.from.slot.at !== 'argument') continue;
      if (row.from.slot.index !== parameter || row.how === 'measure' || row.how === 'fetch' || row.how === 'stop')
        continue;
      // Keys that other arguments give are written nowhere.
      if ([...row.from.path, ...row.to.path].some((key) => key.startsWith('='))) continue;
      const rest = below(path, row.from.path);
      if (rest === undefined) continue;
      const made = transformed(row.how, rest);
      const to = concat(by.result.path, concat(row.to.path, made));
      const more = keepsShape.has(row.how) ? {} : { shape: undefined };
      add(address(module, graph.calls[callIndex]!.node), to, fact.entry, fact, stepOf(row), more);
    }
  }

  /** What is invoked where an object of a class is called. */
  function methodCalled({ module, cls }: Extract<Thing, { is: 'class' | 'instance' }>): Thing | undefined {
    const at = values.member(module, cls, CALL)?.at;
    if (at === undefined) return undefined;
    const fn = functionAt(program.graphBehind(at, 'callback'), nodeOf(at));
    return fn < 0 ? undefined : { is: 'function', module: moduleOf(at), fn, bound: true };
  }

  /** The keys that another argument of a call may give where a row names it: its constant, or those of all callers, or any. */
  function keysGiven(row: FlowRow, module: ModuleId, call: Call): readonly string[] {
    const element = [...row.from.path, ...(row.to?.path ?? [])].find((e) => /^=\d/.test(e));
    if (element === undefined) return NO_KEY;
    const arg = call.args[Number(element.slice(1))];
    const keys = (arg ? values.what(address(module, arg.value)) : []).map((thing) =>
      thing.is === 'constant' && thing.value !== null ? String(thing.value) : ANY,
    );
    return keys.length === 0 || keys.length > limits.keysPerCall || keys.includes(ANY) ? NO_KEY : [...new Set(keys)];
  }

  return { givenOn, applyRows, sinkByTail, callsItself, ownAnswer };
}

/** Whether a place of a function's row is its parameter of that position or name. */
function takes({ slot }: Place, parameter: number | string): boolean {
  return slot.at === 'argument' && (typeof parameter === 'string' ? slot.name : slot.index) === parameter;
}

/** The row of a function that `by` calls, with its places as they stand in the call that hands it on. */
function handedOn(row: SinkRow, by: CallRow): SinkRow {
  const moved = ({ slot, path }: Place): readonly Place[] =>
    slot.at !== 'argument'
      ? []
      : passedTo(by, slot.index, slot.name).map((to) => ({ slot: to.slot, path: [...to.path, ...path] }));
  return {
    ...row,
    at: row.at.flatMap(moved),
    target: row.target && moved(row.target)[0],
    guards: row.guards.flatMap((guard) => moved(guard.place).map((place) => ({ ...guard, place }))),
  };
}

/** Where content lies after a step of a library that it lay at `path` before. */
function transformed(how: FlowRow['how'], path: AccessPath): AccessPath {
  if (how === 'text' || how === 'below') return textPath(path);
  if (how === 'encode') return prepend(ENCODED, path);
  return how === 'decode' && head(path) === ENCODED ? tail(path) : path;
}

/** What a step of a library is called. */
function stepOf(row: FlowRow): 'encode' | 'decode' | 'text' | 'store' | 'library' {
  if (row.how === 'encode' || row.how === 'decode' || row.how === 'text') return row.how;
  if (row.how === 'below') return 'text';
  return row.to && row.to.path.length > 0 ? 'store' : 'library';
}

/** The cells whose keys are paths. */
const files: ReadonlySet<CellRow['cell']> = new Set<CellRow['cell']>(['file', 'directory', 'uri']);

/** How a response can pass a library and still be laid out as it was. */
const keepsShape: ReadonlySet<FlowRow['how']> = new Set(['value', 'copy', 'encode', 'decode', 'fetch']);

/** The method of an object that can be called. */
const CALL = '__call__';
/** Where the value of a function stands in what a library calls: itself, an object, or a class of which the library makes one. */
const CALLED: ReadonlySet<AccessPath> = new Set(['', CALL, ofInstance(CALL)]);

/** The keys of a call whose key is not known. */
const NO_KEY: readonly string[] = [ANY];

/** The callable of a row that speaks of methods of functions: `task.delay(…)`. */
const RECEIVER = { at: 'argument', index: -2, name: undefined } as const;
