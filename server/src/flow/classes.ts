// Classes of the workspace: what they derive from, and where a member of theirs is found.
import type { ApiPosition } from '../catalog/model.ts';
import {
  constantOf,
  EdgeKind,
  eachEdge,
  type FunctionInfo,
  functionAt,
  functionsInOrder,
  type ModuleGraph,
  NodeKind,
  type Parameter,
  perGraph,
} from '../graph/graph.ts';
import { type Asking, createAskedOfPlaces } from './asked.ts';
import { fieldsHolding } from './fields.ts';
import { limits } from './limits.ts';
import { type Address, address, type GraphQuestion, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
import type { Thing } from './things.ts';
import type { Values } from './values.ts';

/** A member: a node of the workspace, or a position of the library that a base class comes from. */
export type Member =
  | { readonly at: Address; readonly position?: undefined }
  | { readonly position: ApiPosition; readonly at?: undefined };

/** A function of the workspace that makes the instances of a class. */
export interface Constructor {
  readonly module: ModuleId;
  readonly fn: number;
}

/** The names of methods that make an object when its class is called. */
export const CONSTRUCTORS: readonly string[] = ['__init__', 'constructor'];

export interface Classes {
  /** The node of member `name` of a class, its own or inherited; bases of a library give a position. */
  member(module: ModuleId, cls: number, name: string): Member | undefined;
  /** The class and the workspace classes it derives from, nearest first. */
  lineage(module: ModuleId, cls: number): readonly { readonly module: ModuleId; readonly cls: number }[];
  /** What the one class that has it, of those derived from a class, has under `name` where the member at `idle`, the one it has itself,
   * is left to them: a method that does nothing, a field that is `None`. Of several nobody knows which it is, and in frameworks with an
   * interface for each part everything would be passed to everything. */
  implementation(module: ModuleId, cls: number, name: string, idle: Address): Address | undefined;
  /** The constructor of a class, its own or inherited, where the workspace has one. */
  constructorOf(module: ModuleId, cls: number): Constructor | undefined;
  /** The classes of libraries that a class derives from, itself or through others, nearest first. */
  libraryBases(module: ModuleId, cls: number): readonly Extract<Thing, { is: 'api' }>[];
}

/** A class of the workspace. */
interface ClassId {
  readonly module: ModuleId;
  readonly cls: number;
}

/** Creates the questions about classes; `what` answers what a base is. What a class derives from is memoised. */
export function createClasses(program: Program, asking: Asking, what: Values['what']): Classes {
  const { catalog } = program;
  const lines = createAskedOfPlaces<ClassId>();
  const families = createAskedOfPlaces<ClassId>();

  function bases(module: ModuleId, cls: number): readonly Thing[] {
    return program.classIn(module, cls, 'base class').bases.flatMap((b) => what(address(module, b)));
  }

  function lineage(module: ModuleId, cls: number): readonly ClassId[] {
    const question = lines.of(address(module, program.classIn(module, cls, 'base class').node), '');
    return asking.answer(question, [{ module, cls }], false, () => lineageAnew(module, cls));
  }

  function lineageAnew(module: ModuleId, cls: number): readonly ClassId[] {
    const line: ClassId[] = [{ module, cls }];
    for (let i = 0; i < line.length && line.length < limits.basesPerClass; i++)
      for (const base of bases(line[i]!.module, line[i]!.cls))
        if (base.is === 'class' && !line.some((l) => l.module === base.module && l.cls === base.cls))
          line.push({ module: base.module, cls: base.cls });
    return line;
  }

  // Most members are the class's own: what it derives from is asked only where they are not.
  function member(module: ModuleId, cls: number, name: string): Member | undefined {
    const own = ownMember(module, cls, name);
    if (own) return own;
    for (const c of lineage(module, cls).slice(1)) {
      const inherited = ownMember(c.module, c.cls, name);
      if (inherited) return inherited;
    }
    for (const base of libraryBases(module, cls)) {
      const instance = catalog.instance(base.position);
      const position = instance && catalog.member(instance, name);
      if (position) return { position };
    }
    return undefined;
  }

  function libraryBases(module: ModuleId, cls: number): readonly Extract<Thing, { is: 'api' }>[] {
    return lineage(module, cls).flatMap((c) => bases(c.module, c.cls).filter((base) => base.is === 'api'));
  }

  function ownMember(module: ModuleId, cls: number, name: string): Member | undefined {
    const node = program.classIn(module, cls, 'member').members.get(name);
    return node === undefined ? undefined : { at: address(module, node) };
  }

  function implementation(module: ModuleId, cls: number, name: string, idle: Address): Address | undefined {
    const isLeft = (thing: Thing): boolean =>
      thing.is === 'function'
        ? program.foundIn(thing.module, `idle ${thing.fn}`, isIdle(thing.fn), 'member')
        : thing.is === 'constant' && thing.value === null;
    if (!what(idle).every(isLeft)) return undefined;
    const found: Address[] = [];
    for (const derived of derivedFrom(module, cls)) {
      const node = program.classIn(derived.module, derived.cls, 'member').members.get(name);
      if (node !== undefined) found.push(address(derived.module, node));
    }
    return found.length === 1 ? found[0] : undefined;
  }

  /** The classes of the workspace that derive from a class, the nearest first. */
  function derivedFrom(module: ModuleId, cls: number): readonly ClassId[] {
    const question = families.of(address(module, program.classIn(module, cls, 'derived class').node), '');
    return asking.answer(question, [], false, () => {
      const family: ClassId[] = [{ module, cls }];
      for (let i = 0; i < family.length; i++)
        for (const derived of derivedDirectly(family[i]!)) {
          if (family.some((c) => isSameClass(c, derived))) continue;
          if (family.length <= limits.classesPerFamily) family.push(derived);
          else
            program.tracing.cut(
              `more than ${limits.classesPerFamily} classes derive from one; others were not looked at`,
            );
        }
      return family.slice(1);
    });
  }

  function derivedDirectly(base: ClassId): readonly ClassId[] {
    const { name } = program.classIn(base.module, base.cls, 'derived class');
    return program
      .mentioning(name)
      .slice(0, limits.filesPerName)
      .flatMap((module) =>
        program
          .foundIn(module, 'derived classes', deriving, 'derived class')
          .map((cls) => ({ module, cls }))
          .filter(({ cls }) => bases(module, cls).some((thing) => thing.is === 'class' && isSameClass(thing, base))),
      );
  }

  function constructorOf(module: ModuleId, cls: number): Constructor | undefined {
    for (const name of CONSTRUCTORS) {
      const found = member(module, cls, name);
      if (found?.at === undefined) continue;
      const graph = program.graphBehind(found.at, 'constructor');
      const fn = functionAt(graph, nodeOf(found.at));
      if (fn >= 0) return { module: moduleOf(found.at), fn };
      // One that is decorated: `@inject`.
      const decorated = what(found.at).find((thing) => thing.is === 'function');
      if (decorated) return decorated;
    }
    return undefined;
  }

  return { member, lineage, implementation, constructorOf, libraryBases };
}

function isSameClass(a: ClassId, b: ClassId): boolean {
  return a.module === b.module && a.cls === b.cls;
}

/** The classes of a module that derive from others. */
function deriving({ classes }: ModuleGraph): readonly number[] {
  return classes.flatMap(({ bases }, cls) => (bases.length > 0 ? [cls] : []));
}

/** Whether a function uses nothing that it is given, changes nothing and returns nothing: the body of a method that is left to
 * derived classes (`...`, `raise NotImplementedError`). What it reads of its object goes into the words of an error. */
function isIdle(fn: number): GraphQuestion<boolean> {
  return (graph) => {
    const { params, result } = graph.functions[fn]!;
    let idle = params.every(({ out }) => out < 0);
    for (const { node, kind } of params)
      if (kind !== 'self')
        eachEdge(graph.out, node, () => {
          idle = false;
        });
    eachEdge(graph.in, result, (end) => {
      idle &&= constantOf(graph, end) === null;
    });
    return idle;
  };
}

/** A method and the parameter under which it sees its object. */
export interface Method {
  readonly fn: number;
  readonly self: Parameter;
}

const methods = perGraph((graph): readonly (readonly Method[])[] => {
  const byClass: Method[][] = graph.classes.map(() => []);
  functionsInOrder(graph).forEach((fn) => {
    const {
      owner,
      params: [self],
    } = graph.functions[fn]!;
    if (self?.kind === 'self') byClass[owner]?.push({ fn, self });
  });
  return byClass;
});

/** The methods that a class of the module declares itself, without those that see no object, in order. */
export function methodsOf(program: Program, module: ModuleId, cls: number): readonly Method[] {
  return methods(program.graphOfClass(module, cls, 'methods'))[cls] ?? [];
}

/** The names of fields in which the constructor of a class keeps a method of it, known by `names`: that is called under them as well. */
export function keptUnder(
  program: Program,
  module: ModuleId,
  cls: number,
  names: readonly string[],
): readonly string[] {
  const find: GraphQuestion<readonly string[]> = (graph) => {
    const selves = (methods(graph)[cls] ?? []).flatMap(({ fn, self }) =>
      CONSTRUCTORS.includes(graph.functions[fn]!.name) ? [self] : [],
    );
    return fieldsHolding(graph, selves, names);
  };
  return program.foundIn(module, `fields of ${cls} with ${names.join(' ')}`, find, 'callers');
}

/** Whether a function that is read from an instance is handed that first, as what Python's decorators make of a method is. */
export function takesReceiver(program: Program, { binding }: FunctionInfo, member: Address): boolean {
  if (binding !== 'none') return binding === 'instance' || binding === 'class';
  if (program.ecosystem(moduleOf(member)) !== 'python') return false;
  const graph = program.graphBehind(member, 'member');
  const isMade = (node: number): boolean =>
    graph.kinds[node] === NodeKind.Call && graph.calls[graph.data[node]!]!.form === 'decorator';
  let found = isMade(nodeOf(member));
  eachEdge(graph.in, nodeOf(member), (end, edge) => {
    found ||= edge === EdgeKind.Flow && isMade(end);
  });
  return found;
}
