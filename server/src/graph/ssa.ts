// Static single assignment on the fly, after Braun et al., "Simple and Efficient Construction of SSA Form" (CC 2013).
// A block that may still gain predecessors is unsealed: a variable read in it becomes a join whose operands are filled when it
// is sealed. Joins are filled from a queue, never by recursion, so that ten thousand statements in a row cannot overflow.
// Trivial joins (all operands the same) are left in place and named by `simplify` at the end.

/** A basic block, by index. */
export type Block = number;

/** A variable as the SSA sees it: an opaque key. */
export interface Variable {
  readonly name: string;
  /** Index of the function that declares it. */
  readonly fn: number;
  /** Index of the parameter that it is, or -1. */
  param: number;
  /** Whether it is bound by an import, and so never updated by a call on it. */
  imported: boolean;
  /** Every definition, in order, for the cell that other functions read. */
  readonly definitions: number[];
  /** Its cell node, or -1 while nobody outside its function reads or writes it. */
  cell: number;
  /** Whether another function assigns or mutates it. */
  foreign: boolean;
}

interface BlockState {
  readonly preds: Block[];
  sealed: boolean;
  /** Both are made when first written: most blocks hold little, and there are many blocks. */
  values: Map<Variable, number> | undefined;
  incomplete: Map<Variable, number> | undefined;
}

/** What the builder supplies: nodes for joins, and for a read that no definition reaches. */
export interface JoinFactory {
  join(variable: Variable): number;
  undefinedValue(variable: Variable): number;
}

export interface Ssa {
  /** A new block. `sealed` promises that `preds` are all it will ever have. */
  block(preds: readonly Block[], sealed: boolean): Block;
  addPredecessor(block: Block, pred: Block): void;
  seal(block: Block): void;
  write(variable: Variable, block: Block, value: number): void;
  read(variable: Variable, block: Block): number;
  /** What a join has so far: of one in a block that may gain predecessors, what comes from the first. None for other nodes. */
  joined(join: number): readonly number[];
  /** Operands of every join made, once all blocks are sealed. */
  readonly operands: ReadonlyMap<number, readonly number[]>;
  /** Number of blocks made so far. */
  readonly size: number;
}

/** How many blocks a read may walk without remembering what it found in each. */
const SHORT_WAY = 16;

/** Creates an empty SSA state. */
export function createSsa(factory: JoinFactory): Ssa {
  const blocks: BlockState[] = [];
  const operands = new Map<number, number[]>();
  const waiting = new Map<number, { readonly variable: Variable; readonly block: Block }>();
  const pending: { join: number; variable: Variable; block: Block }[] = [];
  let draining = false;

  function fresh(variable: Variable, block: Block): number {
    const join = factory.join(variable);
    operands.set(join, []);
    hold(blocks[block]!, variable, join);
    return join;
  }
  function hold(state: BlockState, variable: Variable, value: number): void {
    state.values ??= new Map();
    state.values.set(variable, value);
  }

  /** Walks single predecessors to a definition, or to a block that needs a join. */
  function find(variable: Variable, block: Block): number {
    let walked: Block[] | undefined;
    let at = block;
    for (;;) {
      const state = blocks[at]!;
      let value = state.values?.get(variable);
      if (value === undefined) {
        if (!state.sealed) {
          value = fresh(variable, at);
          state.incomplete ??= new Map();
          state.incomplete.set(variable, value);
          waiting.set(value, { variable, block: at });
        } else if (state.preds.length === 1) {
          walked ??= [];
          walked.push(at);
          at = state.preds[0]!;
          if (walked.length > blocks.length) value = factory.undefinedValue(variable);
          else continue;
        } else if (state.preds.length === 0) {
          value = factory.undefinedValue(variable);
        } else {
          value = fresh(variable, at);
          pending.push({ join: value, variable, block: at });
        }
      }
      if (walked) {
        // Remembered where it was asked for; after a long way, along the way.
        if (walked.length < SHORT_WAY) hold(blocks[block]!, variable, value);
        else for (const w of walked) hold(blocks[w]!, variable, value);
      }
      return value;
    }
  }

  function drain(): void {
    if (draining) return;
    draining = true;
    for (let next = pending.pop(); next; next = pending.pop()) {
      const list = operands.get(next.join)!;
      for (const pred of blocks[next.block]!.preds) list.push(find(next.variable, pred));
    }
    draining = false;
  }

  return {
    block(preds, sealed) {
      blocks.push({ preds: [...preds], sealed, values: undefined, incomplete: undefined });
      return blocks.length - 1;
    },
    addPredecessor(block, pred) {
      blocks[block]!.preds.push(pred);
    },
    seal(block) {
      const state = blocks[block]!;
      if (state.sealed) return;
      state.sealed = true;
      if (!state.incomplete) return;
      for (const [variable, join] of state.incomplete) {
        waiting.delete(join);
        pending.push({ join, variable, block });
      }
      state.incomplete = undefined;
      drain();
    },
    write(variable, block, value) {
      hold(blocks[block]!, variable, value);
    },
    read(variable, block) {
      const value = find(variable, block);
      drain();
      return value;
    },
    joined(join) {
      const open = waiting.get(join);
      const first = open && blocks[open.block]!.preds[0];
      if (open === undefined || first === undefined) return operands.get(join) ?? [];
      const value = find(open.variable, first);
      drain();
      return [value];
    },
    operands,
    get size() {
      return blocks.length;
    },
  };
}

/** Maps each trivial join to the one value it stands for; other nodes are absent. Runs to a fixpoint. */
export function simplify(operands: ReadonlyMap<number, readonly number[]>): Map<number, number> {
  const same = new Map<number, number>();
  const resolve = (n: number): number => {
    let at = n;
    for (let next = same.get(at); next !== undefined; next = same.get(at)) at = next;
    return at;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [join, list] of operands) {
      if (same.has(join)) continue;
      let only = -1;
      let trivial = true;
      for (const operand of list) {
        const value = resolve(operand);
        if (value === join || value === only) continue;
        if (only >= 0) {
          trivial = false;
          break;
        }
        only = value;
      }
      if (trivial && only >= 0) {
        same.set(join, only);
        changed = true;
      }
    }
  }
  for (const join of same.keys()) same.set(join, resolve(join));
  return same;
}
