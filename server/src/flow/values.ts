// Backward questions: what may the value at a node be? Answers are found on demand over the same edges the search follows,
// reversed, through calls, fields and modules, bounded and memoised. Nobody else resolves a callee, a constant or a client.
import type { ApiPosition } from '../catalog/model.ts';
import { ANY, EdgeKind, INSTANCE, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { type Asking, createAskedOfPlaces } from './asked.ts';
import { exposedTo } from './beside.ts';
import { bindingOf, calledFrom, type Frame, givenBy, type Made } from './bound.ts';
import { calleeName } from './callee.ts';
import type { Callers } from './callers.ts';
import { argumentsAt, callUpdating } from './calls.ts';
import { type Classes, createClasses, methodsOf, takesReceiver } from './classes.ts';
import { targetsOf } from './closures.ts';
import { setsField } from './fields.ts';
import { decoratorsOf, givenByName, putInto, putIntoImported } from './kept.ts';
import type { KeyTexts } from './keyTexts.ts';
import { limits } from './limits.ts';
import type { Linked, Linker } from './link.ts';
import { leftOutside } from './outside.ts';
import { type AccessPath, ENCODED, head, matches, ofInstance, prepend, tail } from './paths.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { sourcesOf, strictlyBelow } from './reversal.ts';
import { guardsHold } from './rows.ts';
import { settingsAt } from './settings.ts';
import { changesBefore, createStates } from './states.ts';
import { below, isFull, isSame, type Thing } from './things.ts';

export interface Values extends Omit<Classes, 'implementation'> {
  /** What the value at `path` below the node may be. */
  what(at: Address, path?: AccessPath): readonly Thing[];
  /** The places that the question what the value may be passes on its way back, nearest first. */
  behind(at: Address, path?: AccessPath, frame?: Frame): readonly Passed[];
  /** What a call invokes. */
  targets(module: ModuleId, callIndex: number): readonly Thing[];
  /** How many answers are kept. */
  kept(): number;
}

/** A place that a backward question passes, with what it asks for there. `before` is the index of the one it came from, or -1. */
export interface Passed {
  readonly at: Address;
  readonly path: AccessPath;
  readonly before: number;
  readonly frame: Frame | undefined;
}

/** A question's walk: the answers that were found, the places passed, and how many of those after the first have the same answer,
 * since the way to them forks nowhere. */
interface Walk {
  readonly answers: readonly Thing[];
  readonly work: readonly Passed[];
  readonly unforked: number;
}

const NOTHING: readonly Thing[] = [];
const NOWHERE: readonly Passed[] = [];

/** Creates the backward questions over `program`. Who calls a function and what a key is are answered by others, who ask in turn. */
export function createValues(
  program: Program,
  linker: Linker,
  asking: Asking,
  callers: () => Callers,
  keyTexts: () => KeyTexts,
): Values {
  const asked = createAskedOfPlaces<Thing>();
  const walked = createAskedOfPlaces<Passed>();
  let depth = 0;
  let frames = 0;
  const { catalog } = program;
  const states = createStates(program);
  const { member, lineage, implementation, constructorOf, libraryBases } = createClasses(program, asking, what);

  function what(at: Address, path: AccessPath = ''): readonly Thing[] {
    const question = asked.of(at, path);
    let walk: Walk | undefined;
    const find = (): readonly Thing[] => {
      depth++;
      walk = ask(at, path, knownAt);
      depth--;
      return walk.answers;
    };
    const answer = asking.answer(question, NOTHING, depth >= limits.questionDepth, find, isFull);
    if (walk && question.answer !== undefined && !question.poor)
      for (const passed of walk.work.slice(1, walk.unforked + 1))
        asking.same(asked.of(passed.at, passed.path), question);
    return answer;
  }

  function knownAt(at: Address, path: AccessPath): readonly Thing[] | undefined {
    const question = asked.find(at, path);
    return question && asking.known(question);
  }

  /** Walks back from a place. Without `answerOf` it passes every place there is; with it, it is for the answer alone: where the
   * answer of a place is known, or the state of an object tells nothing, the place is not walked through. */
  function ask(
    start: Address,
    wanted: AccessPath,
    answerOf?: (at: Address, path: AccessPath) => readonly Thing[] | undefined,
    within?: Frame,
  ): Walk {
    const answers: Thing[] = [];
    const seen = new Map<Address, string | Set<string>>();
    const work: Passed[] = [{ at: start, path: wanted, before: -1, frame: within }];
    let before = 0;
    const emit = (thing: Thing): void => {
      // Functions are kept in tables of many, by the name that a job gives; of anything else so many mean that nothing is known.
      const most = thing.is === 'function' ? limits.functionsPerQuestion : limits.answersPerQuestion;
      if (answers.length < most && !answers.some((known) => isSame(known, thing))) answers.push(thing);
    };
    const push = (next: Address, path: AccessPath, frame: Frame | undefined): void => {
      const at = answerOf ? states.telling(next, path) : next;
      const key = frame ? `${path}|${frame.id}` : path;
      const known = seen.get(at);
      // Most nodes are asked for one path only.
      if (known === undefined) seen.set(at, key);
      else if (typeof known === 'string') {
        if (known === key) return;
        seen.set(at, new Set([known, key]));
      } else if (known.has(key)) return;
      else known.add(key);
      work.push({ at, path, before, frame });
    };
    let unforked = 0;
    for (; before < work.length && before < limits.stepsPerQuestion; before++) {
      if (answerOf && isFull(answers)) break;
      const here = work[before]!;
      const answer = before > 0 && !here.frame ? answerOf?.(here.at, here.path) : undefined;
      if (answer) answer.forEach(emit);
      else step(here, push, emit);
      if (unforked === before && answers.length === 0 && work.length === before + 2 && !work[before + 1]!.frame)
        unforked++;
    }
    return { answers, work, unforked };
  }

  type Push = (at: Address, path: AccessPath, frame: Frame | undefined) => void;
  type Emit = (thing: Thing) => void;

  function step({ at, path, frame }: Passed, push: Push, emit: Emit): void {
    const module = moduleOf(at);
    const node = nodeOf(at);
    const graph = program.graphBehind(at, 'value');
    switch (graph.kinds[node] as NodeKind) {
      case NodeKind.Constant:
        if (path === '') emit({ is: 'constant', value: graph.constants[graph.data[node]!]!, at });
        return;
      case NodeKind.Template:
        emit({ is: 'template', at });
        return;
      case NodeKind.Function:
        if (path === '') functionValue(graph, module, graph.data[node]!, frame, emit);
        else if (head(path) === INSTANCE)
          push(address(module, graph.functions[graph.data[node]!]!.result), tail(path), undefined);
        return;
      case NodeKind.Class:
        classValue(module, graph.data[node]!, path, frame, push, emit);
        return;
      case NodeKind.Import:
        for (const link of linker.imported(module, graph.imports[graph.data[node]!]!))
          linked(link, at, module, path, push, emit);
        if (path !== '')
          for (const put of [
            ...putIntoImported(program, self, module, node, path),
            ...leftOutside(program, module, node, path),
          ])
            push(address(module, put.node), put.path, undefined);
        return;
      case NodeKind.Global:
        globalValue(graph, module, node, path, push, emit);
        return;
      case NodeKind.Call:
        callResult(graph, module, graph.data[node]!, at, path, frame, push, emit);
        return;
      case NodeKind.Parameter:
        parameter(graph, module, node, at, path, frame, push, emit);
        return;
      default:
        break;
    }
    const before = graph.kinds[node];
    let reached = false;
    if (before === NodeKind.PostUpdate && path !== '') {
      askEarlier(graph, module, node);
      for (const put of putInto(program, self, graph, module, node, path)) {
        reached = true;
        push(address(module, put.node), put.path, frame);
      }
    }
    const { offsets, ends, kinds, labels } = graph.in;
    for (let i = offsets[node]!; i < offsets[node + 1]!; i++) {
      const from = address(module, ends[i]!);
      const label = labels[i]!;
      switch (kinds[i] as EdgeKind) {
        case EdgeKind.Flow:
          reached = true;
          if (label < 0 || head(path) !== graph.strings[label]) push(from, path, frame);
          break;
        case EdgeKind.Load:
          reached = true;
          push(from, prepend(graph.strings[label]!, path), frame);
          break;
        case EdgeKind.Store: {
          const first = head(path);
          if (first === undefined || !matches(graph.strings[label]!, first)) break;
          reached = true;
          push(from, tail(path), frame);
          break;
        }
        case EdgeKind.Text:
        case EdgeKind.Measure:
          reached = true;
          if (path === '') emit({ is: 'unknown', at });
          break;
        default:
          break;
      }
    }
    const annotation = graph.annotations.get(node);
    if (annotation !== undefined) declared(address(module, annotation), path, push, emit);
    if (before === NodeKind.Allocation && path === '') emit({ is: 'collection', at });
    else if (!reached && annotation === undefined && before !== NodeKind.Return) emit({ is: 'unknown', at });
  }

  function functionValue(graph: ModuleGraph, module: ModuleId, fn: number, frame: Frame | undefined, emit: Emit): void {
    const isMade = frame?.inModule === module && frame.fn === graph.functions[fn]!.parent;
    emit({ is: 'function', module, fn, bound: false, ...(isMade ? { made: frame } : {}) });
  }

  function classValue(
    module: ModuleId,
    cls: number,
    path: AccessPath,
    frame: Frame | undefined,
    push: Push,
    emit: Emit,
  ): void {
    const first = head(path);
    if (first === undefined) {
      emit({ is: 'class', module, cls });
      return;
    }
    if (first === INSTANCE) {
      instanceValue(module, cls, tail(path), frame, push, emit);
      return;
    }
    const found = member(module, cls, first);
    if (found?.at !== undefined) push(found.at, tail(path), undefined);
    else if (found?.position)
      emit(below(catalog, found.position, tail(path), address(module, program.classIn(module, cls, 'class').node)));
  }

  /** The value at `path` below an instance: a member of the class, or whatever its methods store in the field. */
  function instanceValue(
    module: ModuleId,
    cls: number,
    path: AccessPath,
    frame: Frame | undefined,
    push: Push,
    emit: Emit,
  ): void {
    const first = head(path);
    if (first === undefined) {
      emit({ is: 'instance', module, cls });
      return;
    }
    const found = member(module, cls, first);
    const rest = tail(path);
    const left = found?.at === undefined ? undefined : implementation(module, cls, first, found.at);
    for (const at of [found?.at, left]) {
      if (at === undefined) continue;
      for (const thing of what(at)) {
        if (thing.is === 'function') {
          const info = program.functionIn(thing.module, thing.fn, 'member');
          if (info.binding === 'property') push(address(thing.module, info.result), rest, undefined);
          else if (rest === '') emit({ ...thing, bound: takesReceiver(program, info, at) });
        } else if (rest === '') emit(thing);
      }
      if (rest !== '') push(at, rest, undefined);
    }
    for (const relative of lineage(module, cls)) {
      for (const { fn, self } of methodsOf(program, relative.module, relative.cls)) {
        const graph = program.graphOfFields(relative.module, fn, 'field');
        if (self.out >= 0 && setsField(graph, self, first, catalog.keeperNames))
          push(address(relative.module, self.out), path, frame);
      }
    }
    if (found?.position)
      emit(below(catalog, found.position, rest, address(module, program.classIn(module, cls, 'class').node)));
  }

  function parameter(
    graph: ModuleGraph,
    module: ModuleId,
    node: number,
    at: Address,
    path: AccessPath,
    frame: Frame | undefined,
    push: Push,
    emit: Emit,
  ): void {
    const fn = graph.data[node]!;
    const info = graph.functions[fn]!;
    const index = info.params.findIndex((p) => p.node === node);
    const param = info.params[index]!;
    if (param.kind === 'self') {
      // `cls` of a class method is the class; `self` its instance.
      if (info.binding === 'class') classValue(module, info.owner, path, undefined, push, emit);
      // Asked of the class, since each method that changes the object leads to its own `self`: once is enough for all. A path of
      // nothing but encoded text says nothing of a field.
      else if (head(path) !== ENCODED)
        push(address(module, graph.classes[info.owner]!.node), ofInstance(path), undefined);
      return;
    }
    if (frame && frame.fn === fn && frame.inModule === module) {
      const from = givenBy(program, info, index, path, frame);
      for (const s of from) push(s.at, s.path, frame.below);
      if (from.length > 0) return;
    }
    let known = false;
    const annotation = graph.annotations.get(node);
    if (annotation !== undefined) {
      known = true;
      declared(address(module, annotation), path, push, emit);
    }
    if (param.fallback >= 0) {
      known = true;
      push(address(module, param.fallback), path, undefined);
    }
    const byName = (caller: ModuleId, call: number): void => {
      for (const spot of givenByName(program, self, caller, call, param.name, path)) {
        known = true;
        push(spot.at, spot.path, undefined);
      }
    };
    for (const call of decoratorsOf(program, module, fn)) byName(module, call);
    for (const caller of callers().of(module, fn)) {
      if (caller.call < 0) continue;
      if (caller.row) byName(caller.module, caller.call);
      for (const s of givenBy(program, info, index, path, caller)) {
        known = true;
        push(s.at, s.path, undefined);
      }
    }
    if (!known) emit({ is: 'parameter', at });
  }

  /** A value declared to be of the type named at `annotation`: an instance of it. */
  function declared(annotation: Address, path: AccessPath, push: Push, emit: Emit): void {
    for (const thing of what(annotation)) {
      if (thing.is === 'class') instanceValue(thing.module, thing.cls, path, undefined, push, emit);
      else if (thing.is === 'api') {
        const instance = catalog.instance(thing.position);
        if (instance) emit(below(catalog, instance, path, thing.at));
      }
    }
  }

  function globalValue(
    graph: ModuleGraph,
    module: ModuleId,
    node: number,
    path: AccessPath,
    push: Push,
    emit: Emit,
  ): void {
    const name = graph.strings[graph.data[node]!]!;
    let found = false;
    for (const specifier of program.graphOfImports(module, 'value').starImports) {
      const target = program.resolve(module, specifier);
      if (target === undefined) {
        const position = catalog.root(program.ecosystem(module), specifier);
        const brought = position && catalog.member(position, name);
        if (brought) {
          found = true;
          emit(below(catalog, brought, path, address(module, node)));
        }
        continue;
      }
      for (const link of linker.exported(target, name)) {
        found = true;
        linked(link, address(module, node), module, path, push, emit);
      }
    }
    if (found) return;
    const position = catalog.global(program.ecosystem(module), name);
    if (position) emit(below(catalog, position, path, address(module, node)));
    else emit({ is: 'unknown', at: address(module, node) });
  }

  function linked(link: Linked, at: Address, from: ModuleId, path: AccessPath, push: Push, emit: Emit): void {
    if (link.to === 'node') {
      push(link.at, path, undefined);
      return;
    }
    if (link.to === 'outside') {
      const ecosystem = program.ecosystem(from);
      const root = catalog.root(ecosystem, link.specifier);
      const position = root && link.name !== ANY ? catalog.member(root, link.name) : root;
      if (position) emit(below(catalog, position, path, at));
      else emit({ is: 'outside', name: link.name === ANY ? link.specifier : `${link.specifier}.${link.name}`, at });
      return;
    }
    const first = head(path);
    if (first === undefined) emit({ is: 'module', module: link.module });
    else for (const next of linker.exported(link.module, first)) linked(next, at, link.module, tail(path), push, emit);
    // `module.exports = value`: the module is that value.
    for (const whole of linker.exported(link.module, '=')) if (whole.to === 'node') push(whole.at, path, undefined);
  }

  function callResult(
    graph: ModuleGraph,
    module: ModuleId,
    index: number,
    at: Address,
    path: AccessPath,
    frame: Frame | undefined,
    push: Push,
    emit: Emit,
  ): void {
    const call = graph.calls[index]!;
    // A mapping of a document is what its keys are given.
    if (program.ecosystem(module) === 'configuration')
      for (const arg of call.args)
        if (arg.name !== undefined && arg.name === head(path)) {
          push(address(module, arg.value), tail(path), undefined);
          return;
        }
    const made = (fn: number): Made | undefined =>
      frame?.inModule === module && frame.made?.fn === fn ? frame.made : undefined;
    const things = targetsOf(program, self, graph, module, index, made);
    let known = false;
    let outside: string | undefined;
    for (const thing of things) {
      switch (thing.is) {
        case 'function': {
          const info = program.functionIn(thing.module, thing.fn, 'callee');
          if ((frame?.depth ?? 0) >= 4) break;
          known = true;
          push(address(thing.module, info.result), path, {
            id: frames++,
            module,
            call: index,
            fn: thing.fn,
            inModule: thing.module,
            bound: thing.bound,
            given: thing.given,
            made: thing.made,
            below: frame,
            depth: (frame?.depth ?? 0) + 1,
          });
          break;
        }
        case 'class':
          known = true;
          constructed(thing.module, thing.cls, graph, module, index, path, frame, push, emit);
          break;
        case 'api': {
          known = true;
          const { rows } = thing.position;
          const settings = settingsAt(program, keyTexts(), rows, module, index, path);
          for (const setting of settings) push(setting.at, setting.path, undefined);
          if (settings.length > 0) break;
          for (const spot of exposedTo(program, self, keyTexts(), rows, module, index)) push(spot.at, path, undefined);
          if (path === '' && !frame && boundBefore(rows, module, index, emit)) break;
          const moved = moves(rows, graph, module, index, path, frame, push);
          const result = catalog.result(thing.position);
          if (result) emit(below(catalog, result, path, at));
          else if (!moved) emit({ is: 'outside', name: `${thing.position.path}()`, at });
          break;
        }
        case 'outside':
          outside = thing.name;
          break;
        default:
          break;
      }
    }
    // A library's decorator that the catalog does not describe leaves what it decorates as it is.
    if (call.form === 'decorator' && call.args[0] && !things.some((t) => t.is === 'function')) {
      push(address(module, call.args[0].value), path, frame);
      return;
    }
    if (!known) {
      const name = calleeName(graph, call.callee);
      const untyped = name === undefined ? undefined : catalog.untyped(program.ecosystem(module), name);
      if (untyped && path === '' && !frame && boundBefore(untyped.rows, module, index, emit)) return;
      const moved = untyped !== undefined && moves(untyped.rows, graph, module, index, path, frame, push);
      const result = untyped && catalog.result(untyped);
      if (result) emit(below(catalog, result, path, at));
      if (outside !== undefined) emit({ is: 'outside', name: `${outside}()`, at });
      else if (!moved) emit({ is: 'unknown', at });
    }
  }

  /** An instance made at a call: what the constructor was given, or what the class holds. */
  function constructed(
    classModule: ModuleId,
    cls: number,
    graph: ModuleGraph,
    module: ModuleId,
    index: number,
    path: AccessPath,
    frame: Frame | undefined,
    push: Push,
    emit: Emit,
  ): void {
    const first = head(path);
    if (first !== undefined && !constructorOf(classModule, cls)) {
      const call = graph.calls[index]!;
      for (const arg of call.args)
        if (arg.kind === 'keyword' && arg.name === first) push(address(module, arg.value), tail(path), frame);
        else if (arg.kind === 'keyword-spread') push(address(module, arg.value), path, frame);
    }
    instanceValue(classModule, cls, path, frame, push, emit);
  }

  /** Functions that a call gives some of their arguments; says whether there are any. */
  function boundBefore(rows: ApiPosition['rows'], module: ModuleId, index: number, emit: Emit): boolean {
    const binding = bindingOf(rows, program.callIn(module, index, 'callee'), module, index);
    if (!binding || !guardsHold(program, self, module, index, binding.given.row.guards ?? [])) return false;
    const things = binding.nodes.flatMap((node) => what(address(module, node)));
    for (const thing of things)
      emit(thing.is === 'function' ? { ...thing, given: thing.given ?? binding.given } : thing);
    return things.some((thing) => thing.is === 'function');
  }

  /** Follows the rows of a library call backward: from its result to what it was made of. */
  function moves(
    rows: ApiPosition['rows'],
    graph: ModuleGraph,
    module: ModuleId,
    index: number,
    path: AccessPath,
    frame: Frame | undefined,
    push: Push,
  ): boolean {
    const call = graph.calls[index]!;
    const sources = sourcesOf(rows, graph, program.ecosystem(module), index, 'return', path);
    for (const { node, path } of sources) push(address(module, node), path, frame);
    let moved = sources.length > 0;
    // What a function gives that the library calls for each item (`keys.map((key) => new Client(key))`).
    for (const row of rows) {
      const each =
        row.row === 'call' && row.result?.slot.at === 'return' ? strictlyBelow(path, row.result.path) : undefined;
      if (row.row !== 'call' || each === undefined) continue;
      for (const i of argumentsAt(call, row.callable))
        for (const f of what(address(module, call.args[i]!.value)).filter((t) => t.is === 'function')) {
          moved = true;
          push(address(f.module, program.functionIn(f.module, f.fn, 'callback').result), each, frame);
        }
    }
    return moved;
  }

  /** Asks what the calls are that changed the object before, the first of them first: then none has to ask for all the others. */
  function askEarlier(graph: ModuleGraph, module: ModuleId, node: number): void {
    const earlier: Address[] = [];
    for (const change of changesBefore(graph, node)) {
      const index = callUpdating(graph, change);
      if (index < 0 || !catalog.keeperNames.has(calleeName(graph, graph.calls[index]!.callee) ?? '')) continue;
      const callee = address(module, graph.calls[index]!.callee);
      if (asked.find(callee, '')) break;
      earlier.push(callee);
    }
    for (let callee = earlier.pop(); callee !== undefined; callee = earlier.pop()) what(callee);
  }

  function behind(at: Address, path: AccessPath = '', frame?: Frame): readonly Passed[] {
    const key = frame ? `${path}|${calledFrom(frame)}` : path;
    return asking.answer(walked.of(at, key), NOWHERE, false, () => ask(at, path, undefined, frame).work);
  }

  function targets(module: ModuleId, callIndex: number): readonly Thing[] {
    const call = program.callIn(module, callIndex, 'callee');
    const things = what(address(module, call.callee));
    if (!things.some((thing) => thing.is === 'instance')) return things;
    return things.map((thing) => {
      if (thing.is !== 'instance') return thing;
      const found = member(thing.module, thing.cls, '__call__');
      if (found?.position) return { is: 'api', position: found.position, at: address(module, call.node) };
      const fn = found?.at === undefined ? undefined : what(found.at).find((t) => t.is === 'function');
      return fn && fn.is === 'function' ? { ...fn, bound: true } : thing;
    });
  }

  const self: Values = { what, behind, targets, kept: asked.count, member, lineage, constructorOf, libraryBases };
  return self;
}
