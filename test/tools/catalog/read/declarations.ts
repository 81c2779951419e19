// What a package declares, read from its text alone, and what an API path leads to in it. This is no type checker: a value may
// be whatever its annotation, its initialiser or the results of its function name, and all of that is followed. A path that is
// not found this way may still exist; one that is found is defined where the answer says.

/** Instead of a name: whichever member it may be. */
export const ANY_MEMBER = '*';

/** Names that lead somewhere: `['resources', 'Chat']`, from a scope or from a module. */
export interface Reference {
  readonly specifier?: string;
  readonly names: readonly string[];
}

/** Names that text at some place can see. */
export interface Scope {
  readonly file: string;
  readonly names: Map<string, Declaration[]>;
  readonly parent: Scope | undefined;
}

/** A class, interface, function, variable or module. */
export interface Declaration {
  readonly scope: Scope;
  readonly members: Map<string, Declaration[]>;
  /** What its value may be, or what it gives when it is called. Of a class: its bases. */
  readonly means: (Reference | Declaration)[];
  readonly parameters: string[];
  /** Types of its parameters, for options that are given as an object. */
  readonly parameterTypes: (Reference | Declaration)[];
  /** It takes keywords or has members that it does not list. */
  isOpen: boolean;
  /** A method that gives what it is called on, whichever class that is. */
  givesSelf: boolean;
}

/** One file. What it exports are the members of `module`. */
export interface ModuleText {
  readonly file: string;
  readonly module: Declaration;
  /** Modules whose exports are its own, too. */
  readonly stars: string[];
  /** What it declares is seen everywhere. */
  readonly isScript: boolean;
  /** `declare module 'fs'`: modules that are written down in another's file. */
  readonly ambient: Map<string, ModuleText>;
}

/** The files of a package. */
export interface PackageText {
  /** The module that an import means, or undefined where it is another package's. */
  module(from: string | undefined, specifier: string): ModuleText | undefined;
  /** The module below another one, as in Python. */
  submodule(module: ModuleText, name: string): ModuleText | undefined;
  /** What every module sees without importing it. */
  globals(): Declaration | undefined;
  /** Every module, for names that are looked for anywhere. */
  all(): Iterable<ModuleText>;
}

/** What a path leads to: declarations, or the reason why nobody can tell. */
export interface Found {
  readonly declarations: readonly Declaration[];
  /** Other packages that had to be read. */
  readonly foreign: ReadonlySet<string>;
}

/** Makes a declaration without anything in it. */
export function declaration(scope: Scope, means: readonly (Reference | Declaration)[] = []): Declaration {
  return {
    scope,
    members: new Map(),
    means: [...means],
    parameters: [],
    parameterTypes: [],
    isOpen: false,
    givesSelf: false,
  };
}

/** Adds `value` under `name`. */
export function addName(names: Map<string, Declaration[]>, name: string, value: Declaration): void {
  const known = names.get(name);
  if (known) known.push(value);
  else names.set(name, [value]);
}

/** Answers questions about one package. */
export interface Reader {
  /** What the module of a package is. */
  root(specifier: string): Found;
  /** The members `name` of what these may be. */
  member(from: Found, name: string): Found;
  /** The file that declares it: not one that only passes it on, if there is another. */
  file(found: Found): string;
  /** Whether a call of one of these takes the keyword, or an object with this field. */
  takes(found: Found, name: string): boolean;
  /** Everything in the package that has this name, wherever it is. */
  anywhere(name: string): readonly Declaration[];
}

const MAX_MEANINGS = 3000;
/** References behind references beyond this are not followed. */
const MAX_DEPTH = 300;

interface Resolved {
  declarations: readonly Declaration[];
  readonly foreign: Set<string>;
}

/** Makes a reader of `text`. */
export function createReader(text: PackageText): Reader {
  const modules = new Map<Declaration, ModuleText>();
  let names: Map<string, Declaration[]> | undefined;

  function moduleAt(from: string | undefined, specifier: string): Declaration | undefined {
    const found = text.module(from, specifier);
    if (!found) return undefined;
    modules.set(found.module, found);
    return found.module;
  }

  // Everything is asked again and again, on many ways. What is asked while it is being answered is left out: it goes in circles.
  const resolved = new Map<Reference, Resolved>();
  const exported = new Map<Declaration, Map<string, Resolved>>();
  let depth = 0;

  /** The declarations, and all that they may be. */
  function meanings(start: readonly Declaration[], foreign: Set<string>): readonly Declaration[] {
    const all = new Set(start);
    // A set that grows while it is walked is walked to its new end.
    for (const one of all) {
      if (all.size > MAX_MEANINGS) break;
      for (const means of one.means)
        if ('scope' in means) all.add(means);
        else for (const found of resolve(means, one.scope, foreign)) all.add(found);
    }
    return [...all];
  }

  function resolve(reference: Reference, scope: Scope, foreign: Set<string>): readonly Declaration[] {
    let known = resolved.get(reference);
    if (!known) {
      if (depth >= MAX_DEPTH) return [];
      known = { declarations: [], foreign: new Set() };
      resolved.set(reference, known);
      depth++;
      known.declarations = follow(reference, scope, known.foreign);
      depth--;
    }
    for (const specifier of known.foreign) foreign.add(specifier);
    return known.declarations;
  }

  function follow({ specifier, names }: Reference, scope: Scope, foreign: Set<string>): readonly Declaration[] {
    const [first, ...rest] = names;
    let found: readonly Declaration[];
    if (specifier !== undefined) {
      const module = moduleAt(scope.file, specifier);
      if (!module) foreign.add(specifier);
      if (!module) return [];
      found = first === undefined ? [module] : membersOf(meanings([module], foreign), first, foreign);
    } else if (first === undefined) return [];
    else found = visible(first, scope);
    for (const name of rest) found = membersOf(meanings(found, foreign), name, foreign);
    return found;
  }

  function visible(name: string, scope: Scope): readonly Declaration[] {
    const everywhere = globalNames().get(name) ?? [];
    for (let at: Scope | undefined = scope; at; at = at.parent) {
      const found = at.names.get(name);
      // An interface that everyone sees may be written down in several files.
      if (found) return found.some((one) => everywhere.includes(one)) ? everywhere : found;
    }
    return everywhere;
  }

  let globals: Map<string, Declaration[]> | undefined;

  function globalNames(): Map<string, Declaration[]> {
    if (globals) return globals;
    globals = new Map();
    const holder = text.globals();
    for (const one of holder ? meanings([holder], new Set()) : [])
      for (const [name, list] of one.members) for (const declared of list) addName(globals, name, declared);
    return globals;
  }

  function membersOf(holders: readonly Declaration[], name: string, foreign: Set<string>): readonly Declaration[] {
    return holders.flatMap((holder) => {
      const module = modules.get(holder);
      if (name === ANY_MEMBER) return [...holder.members.values()].flat();
      if (!module) return holder.members.get(name) ?? [];
      let names = exported.get(holder);
      if (!names) {
        names = new Map();
        exported.set(holder, names);
      }
      let known = names.get(name);
      if (!known) {
        known = { declarations: [], foreign: new Set() };
        names.set(name, known);
        known.declarations = exportsOf(module, name, known.foreign);
      }
      for (const specifier of known.foreign) foreign.add(specifier);
      return known.declarations;
    });
  }

  function exportsOf(module: ModuleText, name: string, foreign: Set<string>): readonly Declaration[] {
    const own = module.module.members.get(name) ?? [];
    // `from . import name` in the package itself means the module below it.
    const below = text.submodule(module, name);
    if (below) modules.set(below.module, below);
    // A later `import *` may replace what stands before it, so that both are looked at.
    const passed = module.stars.flatMap((specifier) => {
      const other = moduleAt(module.file, specifier);
      if (!other) foreign.add(specifier);
      return other ? membersOf([other], name, foreign) : [];
    });
    if (own.length > 0 || below) return [...own, ...(below ? [below.module] : []), ...passed];
    // Whoever imports the default of a module without one gets the module.
    if (passed.length === 0 && name === 'default') return [module.module];
    if (passed.length > 0 || !module.module.isOpen) return passed;
    // What Python asks a module for only when it is needed, or makes when it runs, stands somewhere below it.
    const folder = module.file.slice(0, module.file.lastIndexOf('/') + 1);
    return anywhere(name).filter(({ scope }) => scope.file.startsWith(folder));
  }

  function anywhere(name: string): readonly Declaration[] {
    if (!names) {
      names = new Map();
      const seen = new Set<Declaration>();
      const visit = (holder: Declaration): void => {
        if (seen.has(holder)) return;
        seen.add(holder);
        for (const [member, list] of holder.members) {
          for (const one of list) {
            addName(names!, member, one);
            visit(one);
          }
        }
        for (const list of holder.scope.names.values()) for (const one of list) visit(one);
        for (const means of [...holder.means, ...holder.parameterTypes]) if ('scope' in means) visit(means);
      };
      for (const one of text.all()) for (const { module } of [one, ...one.ambient.values()]) visit(module);
    }
    return names.get(name) ?? [];
  }

  return {
    root(specifier) {
      const foreign = new Set<string>();
      const module = specifier === 'builtins' ? text.globals() : moduleAt(undefined, specifier);
      // A module that is imported as a whole may stand for its default export.
      return { declarations: module ? [module, ...(module.members.get('default') ?? [])] : [], foreign };
    },
    member(from, name) {
      const foreign = new Set(from.foreign);
      const holders = meanings(from.declarations, foreign);
      let declarations = membersOf(holders, name, foreign);
      // What calling an object of Python gives is not what making it takes.
      if (declarations.length === 0)
        declarations = membersOf(meanings(membersOf(holders, '__call__', foreign), foreign), name, foreign);
      return { declarations: [...new Set(declarations)], foreign };
    },
    file({ declarations }) {
      const all = meanings(declarations, new Set());
      const end = all.find(({ members, parameters }) => members.size > 0 || parameters.length > 0);
      return (end ?? declarations[0]!).scope.file;
    },
    takes(found, name) {
      const foreign = new Set<string>();
      const all = meanings(found.declarations, foreign);
      const makers = membersOf(all, '__init__', foreign).concat(membersOf(all, '__new__', foreign), all);
      const made = meanings(makers, foreign);
      if (made.some((d) => d.isOpen || d.parameters.includes(name))) return true;
      const options = made.flatMap((d) =>
        d.parameterTypes.flatMap((type) => ('scope' in type ? [type] : resolve(type, d.scope, foreign))),
      );
      const held = meanings(options, foreign);
      // Where an option comes from another package, nobody can tell here.
      return foreign.size > 0 || membersOf([...held, ...all], name, foreign).length > 0 || held.some((d) => d.isOpen);
    },
    anywhere,
  };
}
