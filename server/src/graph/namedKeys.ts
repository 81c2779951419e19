// Keys under a name: `BACKENDS[NAME]` reads what `BACKENDS["claude"]` does where `NAME = "claude"` is all that the name is given.
import { type Constant, NodeKind } from './graph.ts';
import type { Ref } from './specs.ts';
import type { Variable } from './ssa.ts';
import type { GraphStore } from './store.ts';

export interface NamedKeys {
  /** A variable is given a value. */
  assigned(variable: Variable, value: Ref): void;
  /** A node reads any element, by an edge, and the key is a value that the frontend does not know. */
  read(node: number, edge: number, key: Ref): void;
  /** Gives every read its element whose key turned out to be one text. */
  finish(): void;
}

/** Creates the named keys of one file, whose literals are `constants`. */
export function createNamedKeys(store: GraphStore, constants: readonly Constant[]): NamedKeys {
  /** The text that a variable is given, or undefined where it is given something else or more than once. */
  const texts = new Map<Variable, string | undefined>();
  const reads: { readonly node: number; readonly edge: number; readonly variable: Variable }[] = [];
  return {
    assigned(variable, { node }) {
      const value = store.kindOf(node) === NodeKind.Constant ? constants[store.datumOf(node)] : undefined;
      texts.set(variable, typeof value === 'string' && !texts.has(variable) ? value : undefined);
    },
    read(node, edge, { variable }) {
      if (variable) reads.push({ node, edge, variable });
    },
    finish() {
      for (const { node, edge, variable } of reads) {
        const text = variable.imported || variable.param >= 0 ? undefined : texts.get(variable);
        if (text !== undefined) store.relabel(node, edge, store.intern(text));
      }
    },
  };
}
