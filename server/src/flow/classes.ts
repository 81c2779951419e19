// Classes of the workspace: what they derive from, and where a member of theirs is found.
import type { ApiPosition } from '../catalog/model.ts';
import {
  EdgeKind,
  eachEdge,
  type FunctionInfo,
  functionAt,
  functionsInOrder,
  NodeKind,
  type Parameter,
  perGraph,
} from '../graph/graph.ts';
import { type Asking, createAskedOfPlaces } from './asked.ts';
import { limits } from './limits.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf, type Program } from './program.ts';
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

  function constructorOf(module: ModuleId, cls: number): Constructor | undefined {
    for (const name of CONSTRUCTORS) {
      const found = member(module, cls, name);
      if (found?.at === undefined) continue;
      const graph = program.graphBehind(found.at, 'constructor');
      const fn = functionAt(graph, nodeOf(found.at));
      if (fn >= 0) return { module: moduleOf(found.at), fn };
    }
    return undefined;
  }

  return { member, lineage, constructorOf, libraryBases };
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
