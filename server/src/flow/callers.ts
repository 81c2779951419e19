// Who calls a function: found by following the function's own value (or its class, for methods) forward to the calls that
// invoke it, through imports, fields, closures, decorators and callbacks. This is what promotes a project function that makes
// a model call: its callers are then known with their contexts.
import { EdgeKind, eachEdge, functionOf, INSTANCE, NodeKind } from '../graph/graph.ts';
import type { Artifacts } from './artifacts.ts';
import { type Asked, type Asking, notAsked } from './asked.ts';
import type { Bindings } from './bindings.ts';
import { CONSTRUCTORS, keptUnder } from './classes.ts';
import { type Caller, type Entry, iteration, type SearchParts } from './facts.ts';
import { limits } from './limits.ts';
import type { Linker } from './link.ts';
import type { Named } from './named.ts';
import { type AccessPath, pathOf, tail } from './paths.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import { createSearch } from './search.ts';
import type { Values } from './values.ts';
import { walk } from './walk.ts';

export interface Callers {
  /** Calls of a function from anywhere, in path order. */
  of(module: ModuleId, fn: number): readonly Caller[];
  /** Calls by an entry: of an open one whoever invokes the function in that context, of a closed one those that supplied it. */
  ofEntry(entry: Entry): readonly Caller[];
  openEntry(module: ModuleId, fn: number, outer?: Entry): Entry;
  nextEntryId(): number;
  /** Begins another unit of work: it may ask as much as the one before, and what that left out is forgotten. */
  renew(): void;
}

const NOBODY: readonly Caller[] = [];

/** Creates the caller questions over `program`. Answers are memoised. */
export function createCallers(
  program: Program,
  linker: Linker,
  bindings: Bindings,
  values: Values,
  asking: Asking,
  named: () => Named,
  artifacts: () => Artifacts,
): Callers {
  const open = new Map<string, Entry>();
  const questions = new Map<Entry, Asked<readonly Caller[]>>();
  let depth = 0;
  let ids = 0;
  // What the unit of work has used of its bounds.
  let contexts = 0;
  let asked = 0;
  let followed = 0;

  /** Whether the unit of work has followed what it may: then each question gets the smaller share. */
  const isSpent = (): boolean => followed >= limits.callerFacts;

  function openEntry(module: ModuleId, fn: number, outer?: Entry): Entry {
    // A context that is itself just "whoever calls" adds nothing, unless it is that of an enclosing function's application.
    const tells =
      outer !== undefined &&
      !(outer.open && outer.outer === undefined) &&
      outer.fn !== fn &&
      outer.generation <= limits.contextGenerations;
    const context = tells ? outer : undefined;
    const key = `${module}:${fn}:${(contexts < limits.contexts ? context?.id : undefined) ?? ''}`;
    let entry = open.get(key);
    if (!entry) {
      entry = {
        id: ids++,
        module,
        fn,
        open: true,
        outer: contexts < limits.contexts ? context : undefined,
        generation: context?.generation ?? 0,
        callers: [],
        exits: [],
        param: -1,
        path: '',
        made: undefined,
      };
      open.set(key, entry);
      contexts++;
    }
    return entry;
  }

  function ofEntry(entry: Entry): readonly Caller[] {
    if (!entry.open) return entry.callers;
    if (entry.fn === 0) return NOBODY;
    let question = questions.get(entry);
    if (!question) {
      question = notAsked();
      questions.set(entry, question);
      asked++;
    }
    const spent = asked > limits.callerQuestions;
    const tooMany = spent || depth >= limits.callerDepth;
    if (tooMany && question.answer === undefined && question.provisional === undefined) {
      if (spent) asking.poor();
      program.tracing.cut('more functions were passed through than are followed back to their callers');
    }
    return asking.answer(question, NOBODY, tooMany, () => {
      depth++;
      const found = ask(entry);
      depth--;
      return found;
    });
  }

  function ask(entry: Entry): readonly Caller[] {
    const { module, fn } = entry;
    const info = program.functionIn(module, fn, 'callers');
    const found: Caller[] = [];
    const known = new Set<string>();
    const namedIn = new Map<string, ReadonlySet<ModuleId>>();
    const declared: { readonly at: Address; readonly path: AccessPath }[] = [];
    const parts: SearchParts = {
      program,
      linker,
      bindings,
      values,
      named,
      callersOf: ofEntry,
      openEntry,
      nextEntryId: () => ids++,
      generation: entry.generation + 1,
    };
    // A method is reached through its class: as a member of its instances, or of the class itself.
    const cls = info.owner >= 0 ? program.classIn(module, info.owner, 'callers') : undefined;
    const own = [...(cls?.members ?? [])].flatMap(([name, node]) => (holds(node) ? [name] : []));
    const names = own.length === 0 ? own : [...own, ...keptUnder(program, module, info.owner, own)];
    const search = createSearch(parts, {
      subject: 'function',
      maxFacts: isSpent() ? limits.callerFactsLeft : limits.factsPerFunction,
      read: info.binding === 'property' ? 'member' : names.map((name) => iteration.get(name)).find(Boolean),
      method: cls && { module, cls: info.owner, names },
      within: cls && !names.some(isCalledElsewhere) ? module : undefined,
      invoked(caller) {
        const key = `${caller.module}:${caller.node}:${caller.entry.id}`;
        if (known.has(key)) return;
        if (found.length >= limits.callersPerFunction) {
          program.tracing.cut(`a function has more than ${limits.callersPerFunction} calls; the rest was not followed`);
          return;
        }
        known.add(key);
        // A library that was given a method calls it on the object that it was read from.
        found.push(caller.row && info.params[0]?.kind === 'self' ? { ...caller, bound: true } : caller);
      },
      declared(fact, values) {
        const path = tail(fact.path);
        const from = moduleOf(fact.at);
        if (isNamedIn(from, path)) for (const node of values) declared.push({ at: address(from, node), path });
      },
      // What one module exposes, those call that name its file.
      written(fact, from, call) {
        for (const reading of artifacts().readBack(from, call, fact.path)) search.readBack(fact, reading);
      },
      limit() {
        if (isSpent()) asking.poor();
        program.tracing.cut(
          'a function or its class is passed around more than is followed; some of its calls may not be known',
        );
      },
    });
    const context = entry.outer ?? openEntry(module, Math.max(info.parent, 0));
    if (cls) {
      for (const name of names) {
        search.seed(address(module, cls.node), pathOf([INSTANCE, name]), context, 'text', undefined);
        if (info.binding === 'static' || info.binding === 'class')
          search.seed(address(module, cls.node), pathOf([name]), context, 'text', undefined);
      }
    }
    // In the body of its class a method is a function like any other: `@listen(ask)`.
    search.seed(address(module, info.node), '', context, 'text', undefined);
    search.run();
    instancesFromElsewhere();
    followed += search.facts.length;
    for (const { module: from, call, within, row } of named().callsOf(module, fn)) {
      const { node } = program.callIn(from, call, 'callers');
      const common = { row, bound: false, fact: undefined, constructs: false };
      found.push({ module: from, call, node, entry: openEntry(from, within), ...common });
    }
    return found;

    /** The modules that mention a name. */
    function naming(name: string): ReadonlySet<ModuleId> {
      let modules = namedIn.get(name);
      if (!modules) {
        modules = new Set(program.mentioning(name));
        namedIn.set(name, modules);
      }
      return modules;
    }

    /** Whether a module that has an object may call the method that is at `path` of it: it names it, and does not make the object. */
    function isNamedIn(from: ModuleId, path: AccessPath): boolean {
      return !CONSTRUCTORS.includes(path) && (from === module || isImplicit(path) || naming(path).has(from));
    }

    /** What is declared to be an object of the class and was given none that is known has one from elsewhere: a framework hands it
     * in. Where objects are known to come, the declaration adds nobody, and would mix up who gave them. */
    function instancesFromElsewhere(): void {
      const reached = new Set(search.facts.map((fact) => fact.at));
      for (const { at, path } of declared) {
        if (reached.has(at)) continue;
        const from = moduleOf(at);
        const within = functionOf(program.graphBehind(at, 'callers'), nodeOf(at));
        search.seed(at, path, openEntry(from, within), 'text', undefined);
      }
      search.run();
    }

    /** Whether another module may call a method of that name: if none mentions it, nobody does, wherever the object goes. */
    function isCalledElsewhere(name: string): boolean {
      return isImplicit(name) || program.mentioning(name).some((m) => m !== module);
    }

    /** Whether a member's node is this function, or a definition or decorated value of it. */
    function holds(node: number): boolean {
      const graph = program.graphBehind(address(module, node), 'callers');
      const reached = new Set([node]);
      for (const n of walk(reached, limits.nodesPerWalk)) {
        if (n === info.node) return true;
        eachEdge(graph.in, n, (end, kind) => {
          if (kind === EdgeKind.Flow || (kind === EdgeKind.Argument && graph.kinds[n] === NodeKind.Call))
            reached.add(end);
        });
      }
      return false;
    }
  }

  return {
    of: (module, fn) => ofEntry(openEntry(module, fn)),
    ofEntry,
    openEntry,
    nextEntryId: () => ids++,
    renew() {
      asking.renew();
      contexts = 0;
      asked = 0;
      followed = 0;
    },
  };
}

/** Whether a method of that name is called without being named: constructors, operators, what is called itself. */
function isImplicit(name: string): boolean {
  return name === 'constructor' || !/^[\p{L}$][\p{L}\p{N}_$]*$|^_(?!_)/u.test(name);
}
