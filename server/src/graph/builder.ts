// Builds a module graph. A frontend walks its syntax tree in evaluation order and calls nothing but this: the builder owns
// scopes, SSA, post-updates, cells and regions, so that both languages mean the same by them.
//
// The law of mutation: whatever may change an object (a store, a call on it or with it) makes a post-update node that replaces
// it in its variable; where the object was itself read from a place (`rows[0]`, `self.items`, a loop variable), that place is
// updated too. Objects reached through an import are library objects and are never updated.

import { createControl, type FunctionState } from './control.ts';
import { freeze } from './freeze.ts';
import {
  type AllocationKind,
  ANY,
  type Call,
  type ClassInfo,
  type Comment,
  EdgeKind,
  type ExportInfo,
  type FunctionInfo,
  type Gap,
  type ImportInfo,
  type ModuleGraph,
  NodeKind,
  type Parameter,
  type Region,
  type TemplatePart,
} from './graph.ts';
import { createLaterReads } from './later.ts';
import { createNamedKeys } from './namedKeys.ts';
import { createScopes } from './scopes.ts';
import type { ArgumentSpec, FunctionSpec, Ref, Span } from './specs.ts';
import { createSsa, type Variable } from './ssa.ts';
import { createStore } from './store.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Joins and their operands that are looked at for where a value was read from. */
const JOINS_PER_ALIAS = 16;
/** Places of which a value may be one; of more, none is said to be changed with it. */
const CHOICES_PER_ALIAS = 4;

/** How far up a chain of reads (`a.b.c.d`) a mutation updates the places it came from. */
const PLACE_DEPTH = 4;

export type Builder = ReturnType<typeof createBuilder>;

/** Creates a builder for one file of `length` UTF-16 code units; of a notebook `cells` are the offsets at which its cells begin. */
export function createBuilder(length: number, cells?: Uint32Array) {
  const store = createStore();
  const { intern, edge, spanOf } = store;
  const constants: (string | number | boolean | null)[] = [];
  const templates: TemplatePart[][] = [];
  const calls: Mutable<Call>[] = [];
  const functions: Mutable<FunctionInfo>[] = [];
  const paramLists: Mutable<Parameter>[][] = [];
  const classes: ClassInfo[] = [];
  const imports: ImportInfo[] = [];
  const exports: ExportInfo[] = [];
  const starImports: string[] = [];
  const regions: Region[] = [];
  const annotations = new Map<number, number>();
  const comments: Comment[] = [];
  const gaps: Gap[] = [];
  /** Where the value of a definition was read from, so that updating a copy updates the original's place. */
  const aliases = new Map<number, Ref>();
  const states: FunctionState[] = [];
  const classStack: number[] = [];
  let region = 0;

  const node = (kind: NodeKind, datum: number, span: Span): number => store.node(kind, datum, region, span);
  const state = (): FunctionState => states[states.length - 1]!;
  const scopes = createScopes(() => state().index);
  const namedKeys = createNamedKeys(store, constants);

  const ssa = createSsa({
    join: (variable) => node(NodeKind.Join, intern(variable.name), lastSpan(variable)),
    undefinedValue: (variable) => {
      const span = lastSpan(variable);
      const n = later?.unassigned(variable, span) ?? node(NodeKind.Unknown, intern(variable.name), span);
      // It is read where only other functions have written: the cell flows into it as into the owner's own definitions.
      variable.definitions.push(n);
      return n;
    },
  });
  const later =
    cells &&
    createLaterReads(cells, store, {
      cell: (name, span) => node(NodeKind.Cell, intern(name), span),
      isOfModule: (v) => state().index === 0 && scopes.ofModule().get(v.name) === v,
      cellOf,
    });
  function lastSpan(variable: Variable): Span {
    const last = variable.definitions[variable.definitions.length - 1];
    return last === undefined ? { start: 0, end: 0 } : spanOf(last);
  }

  function inRegion<T>(entry: Omit<Region, 'parent' | 'fn'>, run: () => T): T {
    const outer = region;
    regions.push({
      kind: entry.kind,
      parent: outer,
      fn: state().index,
      start: entry.start,
      end: entry.end,
      subject: entry.subject,
      loop: entry.loop,
    });
    region = regions.length - 1;
    const value = run();
    region = outer;
    return value;
  }

  function cellOf(v: Variable): number {
    if (v.cell < 0) v.cell = node(NodeKind.Cell, intern(v.name), lastSpan(v));
    return v.cell;
  }
  function define(v: Variable, n: number): void {
    if (v.fn === state().index) {
      v.definitions.push(n);
      ssa.write(v, state().block, n);
    } else {
      v.foreign = true;
      edge(n, cellOf(v), EdgeKind.Flow);
    }
  }
  function valueHeld(v: Variable): number {
    return v.fn === state().index ? ssa.read(v, state().block) : cellOf(v);
  }

  function isForeignKind(kind: number): boolean {
    return kind === NodeKind.Global || kind === NodeKind.Import;
  }
  function isLibraryObject(ref: Ref): boolean {
    let at: Ref | undefined = ref;
    while (at?.base) at = at.base;
    return at === undefined || at.variable === undefined
      ? isForeignKind(store.kindOf(at?.node ?? 0))
      : at.variable.imported;
  }
  function namesPlace(ref: Ref): boolean {
    return (ref.variable !== undefined || ref.base !== undefined) && !isLibraryObject(ref);
  }
  /** Where a value was read from; after a branch, where it was read in either; after one or in a loop that leaves a variable alone,
   * where it was read before that. */
  function aliasesOf(n: number): readonly Ref[] {
    const found = new Set<Ref>();
    const seen = new Set([n]);
    for (const each of seen) {
      const alias = aliases.get(each);
      const joined = alias || seen.size > JOINS_PER_ALIAS ? [] : ssa.joined(each);
      if (joined.length > 0) for (const operand of joined) seen.add(operand);
      else if (alias) for (const one of alias.choices ?? [alias]) found.add(one);
      else return [];
    }
    return found.size > CHOICES_PER_ALIAS ? [] : [...found];
  }
  /** Makes the post-update node of the object at `ref` and updates every place it is known by. */
  function mutate(ref: Ref, span: Span, depth = PLACE_DEPTH, overwritten = -1): number {
    const post = node(NodeKind.PostUpdate, ref.variable ? intern(ref.variable.name) : -1, span);
    edge(ref.node, post, EdgeKind.Flow, overwritten);
    if (ref.variable) {
      const v = ref.variable;
      const before = v.fn === state().index ? ssa.read(v, state().block) : -1;
      // The variable may have moved on since it was read: `rows.append(extend(rows))`.
      if (before >= 0 && before !== ref.node) edge(before, post, EdgeKind.Flow, overwritten);
      later?.changed(before, post);
      define(v, post);
      if (v.param >= 0 && v.fn === state().index) edge(post, parameterOut(v.fn, v.param), EdgeKind.Flow);
      const all = before >= 0 ? aliasesOf(before) : [];
      // The new value keeps the alias, so that a second update reaches the container as well.
      if (all.length > 0) aliases.set(post, all.length === 1 ? all[0]! : { node: post, choices: all });
      if (depth > 0) for (const alias of all) updatePlace(alias, post, span, depth - 1);
    }
    if (depth > 0 && ref.base) updatePlace(ref, post, span, depth - 1);
    if (depth > 0) for (const one of ref.choices ?? []) updatePlace(one, post, span, depth - 1);
    return post;
  }
  function updatePlace(ref: Ref, value: number, span: Span, depth: number): void {
    if (ref.base && ref.element !== undefined && !isLibraryObject(ref.base)) {
      const base =
        ref.base.variable && ref.base.variable.fn === state().index
          ? { ...ref.base, node: ssa.read(ref.base.variable, state().block) }
          : ref.base;
      edge(value, mutate(base, span, depth), EdgeKind.Store, intern(ref.element));
    } else if (!ref.base && ref.variable && depth >= 0) {
      // A plain copy of another variable's object: the other variable sees the change.
      const post = node(NodeKind.PostUpdate, intern(ref.variable.name), span);
      edge(value, post, EdgeKind.Flow);
      // It may hold another object by now, which this change does not replace.
      const now = ref.variable.fn === state().index ? ssa.read(ref.variable, state().block) : -1;
      if (now >= 0 && now !== ref.node) edge(now, post, EdgeKind.Flow);
      define(ref.variable, post);
      if (ref.variable.param >= 0 && ref.variable.fn === state().index)
        edge(post, parameterOut(ref.variable.fn, ref.variable.param), EdgeKind.Flow);
    }
  }
  function parameterOut(fn: number, index: number): number {
    const param = paramLists[fn]![index]!;
    if (param.out < 0) param.out = node(NodeKind.ParameterOut, fn, spanOf(param.node));
    return param.out;
  }

  function pushFunction(name: string, span: Span, spec?: FunctionSpec): FunctionState {
    const index = functions.length;
    const owner =
      spec?.binding !== undefined && spec.binding !== 'none' ? (classStack[classStack.length - 1] ?? -1) : -1;
    const parent = states.length > 0 ? state().index : -1;
    paramLists.push([]);
    functions.push({
      node: -1,
      name,
      params: paramLists[index]!,
      result: -1,
      generator: spec?.generator ?? false,
      async: spec?.async ?? false,
      owner,
      binding: spec?.binding ?? 'none',
      parent,
      region: regions.length,
    });
    regions.push({
      kind: index === 0 ? 'module' : 'function',
      parent: index === 0 ? -1 : region,
      fn: index,
      start: span.start,
      end: span.end,
      subject: -1,
      loop: undefined,
    });
    region = regions.length - 1;
    const result = node(NodeKind.Return, index, { start: span.start, end: span.start });
    functions[index]!.result = result;
    const made: FunctionState = { index, result, loops: [], block: ssa.block([], true), dead: false };
    states.push(made);
    scopes.push(index === 0 ? 'module' : 'function');
    return made;
  }

  function operation(kind: EdgeKind, inputs: readonly Ref[], span: Span, operator?: '%'): Ref {
    const n = node(NodeKind.Operation, operator === undefined ? -1 : intern(operator), span);
    for (const input of inputs) edge(input.node, n, kind);
    return { node: n };
  }

  const control = createControl({
    ssa,
    state,
    inRegion,
    setSubject(n) {
      regions[region] = { ...regions[region]!, subject: n };
    },
    element: (subject, target) => builder.load(subject, undefined, target ?? spanOf(subject.node)),
  });
  const { die } = control;

  pushFunction('', { start: 0, end: length });

  const builder = {
    // ---- values -------------------------------------------------------------------------------------------------------
    constant(value: string | number | boolean | null, span: Span): Ref {
      constants.push(value);
      return { node: node(NodeKind.Constant, constants.length - 1, span) };
    },
    /** Text with holes: `parts` are constant pieces and the values between them. */
    template(parts: readonly (string | Ref)[], span: Span): Ref {
      templates.push(parts.map((p) => (typeof p === 'string' ? p : p.node)));
      const n = node(NodeKind.Template, templates.length - 1, span);
      for (const part of parts) if (typeof part !== 'string') edge(part.node, n, EdgeKind.Text);
      return { node: n };
    },
    /** A value that the frontend cannot say more of; its inputs do not flow into it. */
    unknown(span: Span): Ref {
      return { node: node(NodeKind.Unknown, -1, span) };
    },
    /** A part of a value, chosen by its bounds. */
    slice(value: Ref, bounds: readonly Ref[], span: Span): Ref {
      const part = operation(EdgeKind.Flow, [value], span);
      for (const bound of bounds) edge(bound.node, part.node, EdgeKind.Key);
      return part;
    },
    /** One of several values, or a copy: spread of a whole. */
    either(inputs: readonly Ref[], span: Span): Ref {
      return operation(EdgeKind.Flow, inputs, span);
    },
    /** One of several objects: what is put into it is put into whichever it is. */
    choice(inputs: readonly Ref[], span: Span): Ref {
      const places = inputs.flatMap((input) => input.choices ?? (namesPlace(input) ? [input] : []));
      const chosen = operation(EdgeKind.Flow, inputs, span);
      return places.length > 0 && places.length <= CHOICES_PER_ALIAS ? { ...chosen, choices: places } : chosen;
    },
    /** Text made of its inputs (concatenation, formatting without a known template). */
    text(inputs: readonly Ref[], span: Span, operator?: '%'): Ref {
      return operation(EdgeKind.Text, inputs, span, operator);
    },
    /** Only a measure of its inputs: comparison, arithmetic, length, negation, membership. */
    measure(inputs: readonly Ref[], span: Span, operator?: '%'): Ref {
      return operation(EdgeKind.Measure, inputs, span, operator);
    },
    /** `base.element`, `base["element"]`, `base[0]` (element "0"), `base[key]` and iteration (element `*`). */
    load(base: Ref, element: string | undefined, span: Span, key?: Ref): Ref {
      const name = element ?? ANY;
      const n = node(NodeKind.Load, intern(name), span);
      const from = element === undefined && later ? later.used(base, span) : base.node;
      const read = edge(from, n, EdgeKind.Load, intern(name));
      if (key) {
        edge(key.node, n, EdgeKind.Key);
        namedKeys.read(n, read, key);
      }
      return { node: n, base, element: name };
    },
    /** A literal. Entries with element undefined and `spread` set are merged in; otherwise undefined means any element. */
    allocate(
      kind: AllocationKind,
      entries: readonly { element: string | undefined; value: Ref; spread?: boolean }[],
      span: Span,
    ): Ref {
      const n = node(NodeKind.Allocation, intern(kind), span);
      if (entries.length === 0) later?.empty(n);
      for (const e of entries) {
        if (e.spread) edge(e.value.node, n, EdgeKind.Flow);
        else edge(e.value.node, n, EdgeKind.Store, intern(e.element ?? ANY));
      }
      return { node: n };
    },
    /** Puts `value` into an allocation that is still being made (comprehensions). */
    fill(allocation: Ref, element: string | undefined, value: Ref): void {
      edge(value.node, allocation.node, EdgeKind.Store, intern(element ?? ANY));
      later?.filled(allocation.node);
    },
    /** Calls `callee`. A callee that was read from a value makes that value the receiver. */
    call(callee: Ref, args: readonly ArgumentSpec[], span: Span, form: Call['form'] = 'call'): Ref {
      const index = calls.length;
      const n = node(NodeKind.Call, index, span);
      const receiver = callee.base;
      const made: Mutable<Call> = {
        node: n,
        callee: callee.node,
        receiver: receiver?.node ?? -1,
        receiverPost: -1,
        args: [],
        form,
        region,
      };
      calls.push(made);
      edge(callee.node, n, EdgeKind.Callee);
      if (receiver) edge(receiver.node, n, EdgeKind.Receiver);
      const given = args.map(({ value }) => (later ? later.used(value, span) : value.node));
      for (let i = 0; i < args.length; i++) edge(given[i]!, n, EdgeKind.Argument, i);
      made.args = args.map((a, i) => ({
        value: given[i]!,
        kind: a.kind ?? 'positional',
        name: a.name,
        post: namesPlace(a.value) ? mutate(a.value, span, 2) : -1,
      }));
      if (receiver && (namesPlace(receiver) || receiver.choices)) made.receiverPost = mutate(receiver, span);
      return { node: n };
    },
    /** Awaiting, parenthesising, casting: the value itself. */
    same(value: Ref): Ref {
      return value;
    },

    // ---- names and places ---------------------------------------------------------------------------------------------
    /** Declares `name` in the innermost scope. Declaring it twice gives the same variable. */
    declare: scopes.declare,
    /** Makes `name` in the innermost scope mean the variable of an outer scope: Python's `global` (module) and `nonlocal`. */
    redirect: scopes.redirect,
    /** Whether `name` is declared in any scope seen from here. */
    isDeclared(name: string): boolean {
      return scopes.lookup(name) !== undefined;
    },
    pushScope(): void {
      scopes.push('block');
    },
    popScope(): void {
      scopes.pop();
    },
    /** Reads a name. A name declared nowhere is a global. */
    read(name: string, span: Span): Ref {
      const v = scopes.lookup(name);
      if (!v) return { node: node(NodeKind.Global, intern(name), span) };
      return { node: valueHeld(v), variable: v };
    },
    /** Reads a name in a type, where it may stand above what it names. */
    readType(name: string, span: Span): Ref {
      const v = scopes.lookup(name);
      const isBelow = v !== undefined && !v.imported && v.param < 0 && v.definitions.length === 0;
      return isBelow ? { node: cellOf(v), variable: v } : builder.read(name, span);
    },
    /** `name = value`. An undeclared name is declared in the scope of the module. Returns the new definition. */
    assign(name: string, value: Ref, span: Span): Ref {
      const v = scopes.lookup(name) ?? scopes.declareInModule(name);
      const n = node(NodeKind.Definition, intern(name), span);
      edge(value.node, n, EdgeKind.Flow);
      if (later?.isEmpty(value.node)) later.empty(n);
      namedKeys.assigned(v, value);
      if (value.base || value.variable || value.choices) aliases.set(n, value);
      define(v, n);
      return { node: n, variable: v };
    },
    /** `base.element = value`; element undefined for an unknown key. */
    store(base: Ref, element: string | undefined, value: Ref, span: Span): void {
      const label = intern(element ?? ANY);
      // A known field holds nothing of what it held before; which element a number or an unknown key means is not known.
      const overwritten = element === undefined || element === ANY || /^\d+$/.test(element) ? -1 : label;
      edge(value.node, mutate(base, span, PLACE_DEPTH, overwritten), EdgeKind.Store, label);
    },
    /** Says that the value at `target` is declared to be of the type that `annotation` names. */
    annotate(target: Ref, annotation: Ref): void {
      annotations.set(target.node, annotation.node);
    },

    // ---- modules ------------------------------------------------------------------------------------------------------
    /** A value from another module: `name` is `*` for the module itself, `default` for its default export. Binds nothing. */
    imported(specifier: string, name: string, span: Span): Ref {
      const n = node(NodeKind.Import, imports.length, span);
      imports.push({ node: n, specifier, name });
      return { node: n };
    },
    /** Imports and binds `local` in the innermost scope. */
    import(specifier: string, name: string, local: string, span: Span): void {
      const value = builder.imported(specifier, name, span);
      const v = builder.declare(local);
      v.imported = true;
      define(v, value.node);
    },
    importStar(specifier: string): void {
      starImports.push(specifier);
    },
    /** Exports `name`. `=` exports the module's whole value (CommonJS). A variable exports all that it ever holds. */
    export(name: string, value: Ref): void {
      const v = value.variable;
      exports.push({ name, node: v && v.fn === 0 ? cellOf(v) : value.node, from: undefined });
    },
    /** Re-exports `name` of `specifier` as `as`; both `*` for `export * from`. */
    exportFrom(as: string, specifier: string, name: string): void {
      exports.push({ name: as, node: -1, from: { specifier, name } });
    },

    // ---- control flow -------------------------------------------------------------------------------------------------
    alternatives: control.alternatives,
    loop: control.loop,
    condition: control.condition,
    breakable: control.breakable,
    attempt: control.attempt,
    within: control.within,
    break: (label?: string): void => control.jump('break', label),
    continue: (label?: string): void => control.jump('continue', label),
    returns(value: Ref | undefined): void {
      const current = state();
      if (value) edge(value.node, current.result, EdgeKind.Flow);
      for (const loop of current.loops) if (loop.info) loop.info.returns = true;
      die();
    },
    throws(): void {
      die();
    },
    /** `yield value`; `all` for `yield from` / `yield*`, which gives what the other generator returns. What is sent in is not followed. */
    yields(value: Ref | undefined, all: boolean, span: Span): Ref {
      if (value) edge(value.node, state().result, all ? EdgeKind.Flow : EdgeKind.Store, all ? -1 : intern(ANY));
      return all && value ? value : builder.unknown(span);
    },

    // ---- functions and classes ------------------------------------------------------------------------------------------
    /** A function value. `body` runs with the parameters declared; statements that follow a `return` are still read. */
    function(spec: FunctionSpec, body: () => void): Ref {
      const n = node(NodeKind.Function, functions.length, spec);
      const outerRegion = region;
      const current = pushFunction(spec.name, spec, spec);
      const info = functions[current.index]!;
      info.node = n;
      if (spec.returns) annotations.set(info.result, spec.returns.node);
      spec.params.forEach((p, i) => {
        const param = node(NodeKind.Parameter, current.index, p);
        const fallback = typeof p.fallback === 'function' ? p.fallback() : p.fallback;
        const isSelf = i === 0 && info.owner >= 0 && info.binding !== 'static' && p.kind === 'self';
        paramLists[current.index]!.push({
          node: param,
          name: p.name,
          kind: isSelf ? 'self' : p.kind === 'self' ? 'positional' : (p.kind ?? 'positional'),
          fallback: fallback?.node ?? -1,
          out: -1,
        });
        if (fallback) edge(fallback.node, param, EdgeKind.Flow);
        if (p.annotation) annotations.set(param, p.annotation.node);
        const v = builder.declare(p.name);
        v.param = i;
        define(v, param);
      });
      body();
      scopes.pop();
      states.pop();
      region = outerRegion;
      return { node: n };
    },
    /** A class value. In `body`, functions with a binding become its methods and assigned names its members. */
    class(
      name: string,
      bases: readonly Ref[],
      span: Span,
      body: (member: (name: string, value: Ref) => void) => void,
    ): Ref {
      const index = classes.length;
      const n = node(NodeKind.Class, index, span);
      const members = new Map<string, number>();
      classes.push({ node: n, name, bases: bases.map((b) => b.node), members, region: regions.length });
      for (const base of bases) edge(base.node, n, EdgeKind.Argument, -1);
      classStack.push(index);
      inRegion({ kind: 'class', start: span.start, end: span.end, subject: -1, loop: undefined }, () => {
        scopes.push('class');
        body((memberName, value) => members.set(memberName, value.node));
        for (const [memberName, v] of scopes.pop())
          if (!members.has(memberName)) members.set(memberName, ssa.read(v, state().block));
      });
      classStack.pop();
      return { node: n };
    },

    // ---- the rest -------------------------------------------------------------------------------------------------------
    comment(span: Span, text: string): void {
      comments.push({ start: span.start, end: span.end, text });
    },
    /** Records that something was not understood. Its parts should still be lowered. */
    gap(span: Span, what: string): void {
      gaps.push({ start: span.start, end: span.end, what });
    },
    /** Ends the module and gives its graph. The builder must not be used afterwards. */
    finish(): ModuleGraph {
      const globals = new Map<string, number>();
      for (const [name, v] of scopes.ofModule()) globals.set(name, cellOf(v));
      for (const v of scopes.variables) {
        if (v.cell < 0) continue;
        for (const d of v.definitions) {
          edge(d, v.cell, EdgeKind.Flow);
          // What another function wrote is seen by the owner's own later reads.
          if (v.foreign && store.kindOf(d) !== NodeKind.Parameter) edge(v.cell, d, EdgeKind.Flow);
        }
        if (v.foreign && v.param >= 0) edge(v.cell, parameterOut(v.fn, v.param), EdgeKind.Flow);
      }
      later?.finish(ssa.operands);
      namedKeys.finish();
      const graph = freeze(
        {
          ...store.take(),
          joins: ssa.operands,
        },
        {
          strings: store.strings,
          constants,
          templates,
          calls,
          functions,
          classes,
          imports,
          exports,
          starImports,
          regions,
          annotations,
          globals,
          comments,
          gaps,
        },
      );
      store.release();
      return graph;
    },
  };
  return builder;
}
