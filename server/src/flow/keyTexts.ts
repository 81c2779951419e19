// What the key of an artifact may be as text: names put together by templates, path joins, defaults and helpers, evaluated
// backward as far as they are constant. What is not constant becomes a hole that is named after the value it stands for, so
// that a value which is used twice is known to be the same.
import type { FlowRow, Place } from '../catalog/model.ts';
import { ANY, EdgeKind, eachEdge, type ModuleGraph, NodeKind } from '../graph/graph.ts';
import { type Asking, createAskedOfPlaces } from './asked.ts';
import { type Given, givenBy } from './bound.ts';
import { calleeName } from './callee.ts';
import type { Commands } from './commands.ts';
import { limits } from './limits.ts';
import { givenFor } from './naming.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { type Spot, spots } from './spots.ts';
import { isWithout, type Thing } from './things.ts';
import type { Values } from './values.ts';

/** A call of a project function that is being looked into, and the one from inside of which it is made. */
export interface Frame {
  readonly module: ModuleId;
  readonly call: number;
  readonly inModule: ModuleId;
  readonly fn: number;
  readonly bound: boolean;
  readonly given?: Given | undefined;
  readonly outer: Frame | undefined;
}

/** Every text that the value at a spot may be, `{…}` for holes; `within`: where its function is called by that call. */
export type KeyTexts = (spot: Spot, within?: Frame) => readonly string[];

const NOTHING: readonly string[] = [];
/** A hole for a value of which nothing is known, not even that it is used twice. */
const UNNAMED = '{}';

/** Creates the evaluation of key texts. Answers are memoised. */
export function createKeyTexts(program: Program, values: Values, asking: Asking, commands: Commands): KeyTexts {
  const asked = createAskedOfPlaces<string>();
  // Of the text that is being evaluated.
  let active = new Set<string>();
  let steps = 0;

  function of({ at, path }: Spot, within?: Frame): readonly string[] {
    return asking.answer(asked.of(at, within ? `${path}|${frameName(within)}` : path), NOTHING, false, () => {
      // A value on the way may be a setting, which is found by the text of another key.
      const outer = { active, steps };
      active = new Set();
      steps = 0;
      const found = texts(at, path, within);
      ({ active, steps } = outer);
      return found;
    });
  }

  function texts(at: Address, path: string, frame: Frame | undefined): readonly string[] {
    const key = `${at}|${path}`;
    if (steps++ >= limits.stepsPerKey || active.size >= limits.keyDepth || active.has(key)) return [hole(at, frame)];
    active.add(key);
    const given = path === '' ? optionAt(at).flatMap((option) => texts(option, '', undefined)) : [];
    const own = path === '' ? evaluate(at, frame) : ofThings(at, values.what(at, path), frame);
    // What commands give an option is not in doubt; a default beside it is.
    const unknown = given.length > 0 ? hole(at, frame) : undefined;
    const found = [...given, ...own.filter((text) => text !== unknown)];
    active.delete(key);
    return [...new Set(found)].slice(0, limits.textsPerKey);
  }

  function evaluate(at: Address, frame: Frame | undefined): readonly string[] {
    const module = moduleOf(at);
    const node = nodeOf(at);
    const graph = program.graphBehind(at, 'key');
    switch (graph.kinds[node] as NodeKind) {
      case NodeKind.Constant: {
        const value = graph.constants[graph.data[node]!];
        return value === null ? [] : [String(value).replace(/\{[^{}]*\}/g, '{}')];
      }
      case NodeKind.Template:
        return product(
          graph.templates[graph.data[node]!]!.map((part) =>
            typeof part === 'string' ? [part] : texts(address(module, part), '', frame),
          ),
          '',
        );
      case NodeKind.Call:
        return ofCall(graph, module, graph.data[node]!, at, frame);
      case NodeKind.Parameter: {
        const given = frame && suppliedBy(frame, graph, module, node);
        return given ?? ofThings(at, values.what(at), frame);
      }
      case NodeKind.Load:
      case NodeKind.Import:
      case NodeKind.Global:
      case NodeKind.Class:
        return ofThings(at, values.what(at), frame);
      case NodeKind.Allocation:
        return ofEdges(graph, module, node, EdgeKind.Store, frame) ?? [hole(at, frame)];
      case NodeKind.Cell: {
        // What is done with a class passes its cell as well: the name is that of the class alone.
        const things = values.what(at);
        if (things.some((thing) => thing.is === 'class')) return ofThings(at, things, frame);
        return ofEdges(graph, module, node, EdgeKind.Flow, frame) ?? [hole(at, frame)];
      }
      default:
        return ofEdges(graph, module, node, EdgeKind.Flow, frame) ?? [hole(at, frame)];
    }
  }

  /** What commands give an option that is read at a place: `args.data`, or a parameter that the options are given to. */
  function optionAt(at: Address): readonly Address[] {
    const module = moduleOf(at);
    const node = nodeOf(at);
    const graph = program.graphBehind(at, 'key');
    const kind = graph.kinds[node];
    const name =
      kind === NodeKind.Load
        ? graph.strings[graph.data[node]!]
        : kind === NodeKind.Parameter
          ? graph.functions[graph.data[node]!]!.params.find((param) => param.node === node)?.name
          : undefined;
    return name === undefined || name === ANY ? [] : commands.given(module, name);
  }

  function ofEdges(graph: ModuleGraph, module: ModuleId, node: number, wanted: EdgeKind, frame: Frame | undefined) {
    const found: string[] = [];
    eachEdge(graph.in, node, (end, kind) => {
      if ((kind === wanted || kind === EdgeKind.Flow) && found.length < limits.textsPerKey)
        found.push(...texts(address(module, end), '', frame));
    });
    return found.length > 0 ? found : undefined;
  }

  function ofThings(at: Address, things: readonly Thing[], frame: Frame | undefined): readonly string[] {
    const found: string[] = [];
    for (const thing of things) {
      if (thing.is === 'outside') {
        const made = moduleOf(thing.at);
        const isCall = program.graphBehind(thing.at, 'key').kinds[nodeOf(thing.at)] === NodeKind.Call;
        found.push(
          ...(isCall && thing.at !== at && !isInside(thing) ? texts(thing.at, '', frame) : [`{${thing.name}@${made}}`]),
        );
      } else if (thing.is === 'class' || thing.is === 'instance')
        // The rows of an object mapper go by the name of their class.
        found.push(program.classIn(thing.module, thing.cls, 'key').name);
      else if ('at' in thing && thing.at !== at && thing.is !== 'parameter' && !isWithout(program, thing))
        found.push(...texts(thing.at, '', frame));
      else if ('at' in thing) found.push(isImported(thing) ? UNNAMED : hole(thing.at, frame));
    }
    return found.length > 0 ? found : [hole(at, frame)];
  }

  /** Whether a thing is held by what a library call gave, and not that itself: what is read from a file is not its name. */
  function isInside({ at, name }: Extract<Thing, { is: 'outside' }>): boolean {
    return values.what(at).some((own) => own.is === 'api' && name.startsWith(`${own.position.path}.`));
  }

  /** Whether a thing is what a library offers to everybody, such as a class of paths: two values made by it are not the same. */
  function isImported(thing: Thing): boolean {
    if (thing.is !== 'api') return false;
    return program.graphBehind(thing.at, 'key').kinds[nodeOf(thing.at)] === NodeKind.Import;
  }

  function suppliedBy(frame: Frame, graph: ModuleGraph, module: ModuleId, node: number): readonly string[] | undefined {
    if (frame.inModule !== module || graph.data[node] !== frame.fn) return undefined;
    const info = graph.functions[frame.fn]!;
    const index = info.params.findIndex((param) => param.node === node);
    const given = givenBy(program, info, index, '', frame);
    if (given.length > 0) return given.flatMap((s) => texts(s.at, s.path, frame.outer));
    const fallback = info.params[index]?.fallback ?? -1;
    return fallback < 0 ? undefined : texts(address(module, fallback), '', frame.outer);
  }

  function ofCall(graph: ModuleGraph, module: ModuleId, index: number, at: Address, frame: Frame | undefined) {
    const call = graph.calls[index]!;
    const things = values.targets(module, index);
    const at_ = (place: Place): (readonly string[])[] =>
      spots(program, module, index, place).map((spot) => texts(spot.at, spot.path, frame));
    for (const thing of things)
      if (thing.is === 'function') {
        const result = address(thing.module, program.functionIn(thing.module, thing.fn, 'key').result);
        const inner = {
          module,
          call: index,
          inModule: thing.module,
          fn: thing.fn,
          bound: thing.bound,
          given: thing.given,
          outer: frame,
        };
        return texts(result, '', inner);
      }
    // The rows of an object mapper are those of their class, also where one is made there: `session.add(Reply(text=…))`.
    if (things.some((thing) => thing.is === 'class')) return ofThings(at, values.what(at), frame);
    const name = calleeName(graph, call.callee);
    const known = things.flatMap((thing) => (thing.is === 'api' ? thing.position.rows : []));
    const untyped = name === undefined ? undefined : program.catalog.untyped(program.ecosystem(module), name)?.rows;
    const rows = known.length > 0 ? known : (untyped ?? []);
    // What an object stands for: the path that a file was opened with, the parts that a path was made of.
    for (const row of rows)
      if (row.row === 'client' && row.target.length > 0) return product(row.target.flatMap(at_), '/');
    const moves = rows.filter(
      (row): row is FlowRow =>
        row.row === 'flow' && row.to?.slot.at === 'return' && row.how !== 'measure' && row.how !== 'stop',
    );
    // What stands under a key is asked for as any field is.
    if (moves.some((row) => row.from.path.some((element) => element.startsWith('='))))
      return ofThings(at, values.what(at), frame);
    // What a directory lists stands below it: `folder.glob('*.json')`, `folder.iterdir()`.
    const listed = moves.flatMap((row) => (row.how === 'below' ? [row.from] : []));
    if (listed.length > 0) {
      const parts = listed.flatMap(at_);
      return product(parts.length > 1 ? parts : [...parts, [hole(at, frame)]], '/');
    }
    const own = moves.find((row) => row.from.slot.at === 'self');
    if (own) {
      // A piece of a text is any text: `line.split(',')`.
      if (own.how === 'text' && own.to?.path[0] === ANY) return [hole(at, frame)];
      const found = at_(own.from).flat();
      // A text that is changed is not that text any more, but for its own holes that are filled.
      return own.how === 'text' && call.args.length > 0
        ? found.map((t) => (t.includes('{') ? t : hole(at, frame)))
        : found;
    }
    const joined = moves.find((row) => row.how === 'text' && row.from.slot.at === 'arguments');
    if (joined) return product(at_(joined.from), '/');
    // What stands in one place of what is given (the items of `enumerate(names)`, not their numbers) is asked for there.
    const whole = moves.filter((row) => (row.to?.path.length ?? 0) < 2);
    const found = whole.flatMap((row) => at_(row.from).flat());
    return found.length > 0 ? found : [hole(at, frame)];
  }

  /** A hole for the value at a place. What a helper makes of what it is given is another value for each of its calls. */
  function hole(at: Address, frame: Frame | undefined): string {
    const isGiven = frame !== undefined && givenFor(program, at, frame).length > 0;
    return isGiven ? `{${at}.${frameName(frame)}}` : `{${at}}`;
  }

  /** All ways to put one text of each part together. */
  function product(parts: readonly (readonly string[])[], between: string): readonly string[] {
    let found: readonly string[] = [''];
    parts.forEach((part, i) => {
      found = found
        .flatMap((before) => part.map((text) => (i === 0 ? text : before + between + text)))
        .slice(0, limits.textsPerKey);
    });
    return found;
  }

  return of;
}

/** A name that tells frames of one function apart. */
export function frameName({ module, call, outer }: Frame): string {
  return `${module}.${call}${outer ? `.${frameName(outer)}` : ''}`;
}

/** The values that holes of a text stand for. */
export function holesIn(text: string): readonly Address[] {
  return [...text.matchAll(/\{(\d+)(?:\.[\d.]+)?\}/g)].map(([, at]) => Number(at));
}
