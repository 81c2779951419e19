// What a value may be, as backward questions answer it.
import type { ApiPosition, Catalog } from '../catalog/model.ts';
import { ANY, INSTANCE, NodeKind } from '../graph/graph.ts';
import type { Given, Made } from './bound.ts';
import { limits } from './limits.ts';
import { type AccessPath, elementsOf } from './paths.ts';
import { type Address, type ModuleId, nodeOf, type Program } from './program.ts';

/** One thing that a value may be. */
export type Thing =
  /** A function of the workspace; `bound` where it was read from an instance, so that its first parameter is the receiver. */
  | {
      readonly is: 'function';
      readonly module: ModuleId;
      readonly fn: number;
      readonly bound: boolean;
      /** What it was given beforehand, if anything. */
      readonly given?: Given | undefined;
      /** For a closure: the call that gave it, if that is known. */
      readonly made?: Made | undefined;
    }
  | { readonly is: 'class'; readonly module: ModuleId; readonly cls: number }
  | { readonly is: 'instance'; readonly module: ModuleId; readonly cls: number }
  | { readonly is: 'module'; readonly module: ModuleId }
  /** A value of a catalogued library; `at` is the node that made it (the constructor call, the import). */
  | { readonly is: 'api'; readonly position: ApiPosition; readonly at: Address }
  /** A value of a library that the catalog does not describe at this place. */
  | { readonly is: 'outside'; readonly name: string; readonly at: Address }
  | { readonly is: 'constant'; readonly value: string | number | boolean | null; readonly at: Address }
  | { readonly is: 'template'; readonly at: Address }
  /** A literal collection. */
  | { readonly is: 'collection'; readonly at: Address }
  /** A parameter whose arguments are not known. */
  | { readonly is: 'parameter'; readonly at: Address }
  | { readonly is: 'unknown'; readonly at: Address };

/** Whether a question ended at a literal object that has no such field: its other fields are no answer. */
export function isWithout(program: Program, thing: Thing): boolean {
  if (thing.is !== 'unknown') return false;
  return program.graphBehind(thing.at, 'field').kinds[nodeOf(thing.at)] === NodeKind.Allocation;
}

/** Whether two things are the same one: what is made at two places is two things. */
export function isSame(a: Thing, b: Thing): boolean {
  switch (a.is) {
    case 'function':
      if (b.is !== 'function' || a.fn !== b.fn || a.module !== b.module || a.bound !== b.bound) return false;
      return isSameCall(a.given, b.given) && isSameCall(a.made, b.made);
    case 'class':
    case 'instance':
      return b.is === a.is && a.cls === b.cls && a.module === b.module;
    case 'module':
      return b.is === 'module' && a.module === b.module;
    case 'api':
      return b.is === 'api' && a.at === b.at && a.position.path === b.position.path;
    default:
      return b.is === a.is && a.at === b.at;
  }
}

function isSameCall(a: Given | Made | undefined, b: Given | Made | undefined): boolean {
  return a?.call === b?.call && a?.module === b?.module;
}

/** Whether so much was found of a value, most of it no functions, that nothing is known: more would not be listened to. */
export function isFull(answers: readonly Thing[]): boolean {
  if (answers.length < limits.answersPerQuestion) return false;
  return answers.filter(({ is }) => is === 'function').length * 2 < answers.length;
}

/** What stands at `path` below a value of a library; `at` is the node that made it. */
export function below(catalog: Catalog, position: ApiPosition, path: AccessPath, at: Address): Thing {
  let here: ApiPosition = position;
  for (const element of elementsOf(path)) {
    // A key that is no member's name is one of what the object holds: `splits["train"]`.
    const next: ApiPosition | undefined =
      element === ANY || /^\d+$/.test(element)
        ? (catalog.element(here) ?? catalog.member(here, element))
        : element === INSTANCE
          ? catalog.instance(here)
          : (catalog.member(here, element) ?? catalog.element(here));
    if (!next) return { is: 'outside', name: `${here.path}.${element}`, at };
    here = next;
  }
  return { is: 'api', position: here, at };
}
