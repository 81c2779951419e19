// Which variable a name means: the scopes that are open while a file is read, the module's own at the bottom.
import type { Variable } from './ssa.ts';

interface Scope {
  readonly kind: 'module' | 'function' | 'class' | 'block';
  /** Index of the function that it stands in. */
  readonly fn: number;
  readonly names: Map<string, Variable>;
}

export type Scopes = ReturnType<typeof createScopes>;

/** Creates the scopes of one file. `here` gives the index of the function that is being read. */
export function createScopes(here: () => number) {
  const scopes: Scope[] = [];
  const variables: Variable[] = [];

  function made(names: Map<string, Variable>, name: string, fn: number): Variable {
    let v = names.get(name);
    if (!v) {
      v = { name, fn, param: -1, imported: false, definitions: [], cell: -1, foreign: false };
      variables.push(v);
      names.set(name, v);
    }
    return v;
  }
  const innermost = (): Scope => scopes[scopes.length - 1]!;

  function lookup(name: string): Variable | undefined {
    let inFunction = false;
    for (let i = scopes.length - 1; i >= 0; i--) {
      const scope = scopes[i]!;
      // Names of a class body are not visible in its methods.
      if (scope.kind === 'class' && (scope.fn !== here() || inFunction)) continue;
      const found = scope.names.get(name);
      if (found) return found;
      inFunction ||= scope.kind === 'function';
    }
    return undefined;
  }

  return {
    /** Every variable that any scope had. */
    variables,
    lookup,
    push(kind: Scope['kind']): void {
      scopes.push({ kind, fn: here(), names: new Map() });
    },
    /** Closes the innermost scope and gives its names. */
    pop(): ReadonlyMap<string, Variable> {
      return scopes.pop()!.names;
    },
    /** The names of the module itself. */
    ofModule(): ReadonlyMap<string, Variable> {
      return scopes[0]!.names;
    },
    /** The variable of a name in the innermost scope, made where there is none. */
    declare: (name: string): Variable => made(innermost().names, name, innermost().fn),
    /** The variable of a name in the scope of the module, made where there is none. */
    declareInModule: (name: string): Variable => made(scopes[0]!.names, name, 0),
    /** Makes a name in the innermost scope mean the variable of an outer one. */
    redirect(name: string, to: 'global' | 'nonlocal'): void {
      const { names } = innermost();
      if (to === 'nonlocal') names.delete(name);
      const outer = to === 'global' ? made(scopes[0]!.names, name, 0) : lookup(name);
      if (outer) names.set(name, outer);
    },
  };
}
