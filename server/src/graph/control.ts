// Control flow as blocks: branches, loops, jumps and handlers. A block that a jump has left is dead: what follows in it is still
// read, and nothing that follows it sees what it wrote.
import type { LoopInfo, Region } from './graph.ts';
import type { LoopSpec, Ref, Span } from './specs.ts';
import type { Block, Ssa } from './ssa.ts';

interface LoopState {
  readonly head: Block;
  /** Where the loop decides whether to go on: its head, or behind a condition that is evaluated in it. */
  test: Block;
  readonly exits: Block[];
  readonly info: LoopInfo | undefined;
  /** Blocks that `continue` from, or undefined for a breakable statement that is no loop (switch). */
  readonly continues: boolean;
  readonly label: string | undefined;
}
/** The function that is being read. */
export interface FunctionState {
  readonly index: number;
  readonly result: number;
  readonly loops: LoopState[];
  block: Block;
  dead: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What control flow needs of the builder. */
export interface ControlHost {
  readonly ssa: Ssa;
  state(): FunctionState;
  inRegion(entry: Omit<Region, 'parent' | 'fn'>, run: () => void): void;
  /** Sets the subject of the region that is being read. */
  setSubject(node: number): void;
  /** An element of what a loop iterates over. */
  element(subject: Ref, target: Span | undefined): Ref;
}

/** Creates the control flow of one graph. */
export function createControl(host: ControlHost) {
  const { ssa } = host;

  function startBlock(preds: readonly Block[], sealed = true): void {
    const current = host.state();
    current.block = ssa.block(preds, sealed);
    current.dead = preds.length === 0 && sealed;
  }
  /** Code after a jump: it still sees what was known before, but nothing that follows sees it. */
  function die(): void {
    const current = host.state();
    if (current.dead) return;
    current.block = ssa.block([current.block], true);
    current.dead = true;
  }
  function joinBlocks(ends_: readonly { block: Block; dead: boolean }[]): void {
    const live = ends_.filter((e) => !e.dead).map((e) => e.block);
    if (live.length > 0) startBlock(live);
    else if (ends_.length > 0) {
      startBlock([ends_[0]!.block]);
      host.state().dead = true;
    }
  }

  function loopBody(spec: LoopSpec, info: LoopInfo, label: string | undefined, run: () => void): void {
    const current = host.state();
    const before = { block: current.block, dead: current.dead };
    const head = ssa.block([before.block], false);
    // The body has its own block: what it assigns must not hide, behind the loop, what held before it.
    current.block = ssa.block([head], true);
    current.dead = before.dead;
    const loop: LoopState = { head, test: head, exits: [], info, continues: true, label };
    current.loops.push(loop);
    host.inRegion(
      {
        kind: spec.form === 'comprehension' ? 'comprehension' : 'loop',
        start: spec.start,
        end: spec.end,
        subject: spec.subject?.node ?? -1,
        loop: info,
      },
      run,
    );
    current.loops.pop();
    if (!current.dead) ssa.addPredecessor(head, current.block);
    ssa.seal(head);
    const exits = info.endless ? [...loop.exits] : [loop.test, ...loop.exits];
    if (exits.length > 0) {
      startBlock(exits);
      current.dead = before.dead;
    } else {
      startBlock([head]);
      current.dead = true;
    }
  }
  function jump(target: 'break' | 'continue', label: string | undefined): void {
    const current = host.state();
    for (let i = current.loops.length - 1; i >= 0; i--) {
      const loop = current.loops[i]!;
      if (label !== undefined && loop.label !== label) continue;
      if (target === 'continue' && !loop.continues) continue;
      if (!current.dead) {
        if (target === 'break') {
          loop.exits.push(current.block);
        } else ssa.addPredecessor(loop.head, current.block);
      }
      if (target === 'break' && loop.info) loop.info.breaks = true;
      break;
    }
    die();
  }

  /** Runs the cases as alternatives. Not exhaustive: one may also run none of them. `subject` is what decides. */
  function alternatives(
    subject: Ref | undefined,
    cases: readonly (Span & { run: () => void })[],
    exhaustive: boolean,
  ): void {
    const current = host.state();
    const before = { block: current.block, dead: current.dead };
    const finished: { block: Block; dead: boolean }[] = exhaustive ? [] : [before];
    for (const c of cases) {
      startBlock([before.block]);
      current.dead = before.dead;
      host.inRegion(
        { kind: 'branch', start: c.start, end: c.end, subject: subject?.node ?? -1, loop: undefined },
        c.run,
      );
      finished.push({ block: current.block, dead: current.dead });
    }
    joinBlocks(finished);
  }
  /** A loop. `body` gets an element of the subject (for-each, comprehension) to bind, or undefined. */
  function loop(spec: LoopSpec, body: (element: Ref | undefined) => void, label?: string): void {
    const info: Mutable<LoopInfo> = {
      form: spec.form,
      async: spec.async ?? false,
      endless: spec.endless ?? false,
      breaks: false,
      returns: false,
      variable: -1,
    };
    loopBody(spec, info, label, () => {
      const element =
        spec.subject && (spec.form === 'for-each' || spec.form === 'comprehension')
          ? host.element(spec.subject, spec.target)
          : undefined;
      if (element) info.variable = element.node;
      body(element);
    });
  }
  /** Says, first thing in a loop's body, what decides whether to go on (`while`), lowered there as it runs each time. */
  function condition(value: Ref): void {
    const current = host.state();
    host.setSubject(value.node);
    current.loops[current.loops.length - 1]!.test = current.block;
    const { dead } = current;
    startBlock([current.block]);
    current.dead = dead;
  }
  /** A statement that `break` leaves but that does not repeat: switch, a labelled block. */
  function breakable(label: string | undefined, run: () => void): void {
    const current = host.state();
    const loop: LoopState = {
      head: current.block,
      test: current.block,
      exits: [],
      info: undefined,
      continues: false,
      label,
    };
    current.loops.push(loop);
    run();
    current.loops.pop();
    if (loop.exits.length > 0)
      joinBlocks([
        { block: current.block, dead: current.dead },
        ...loop.exits.map((block) => ({ block, dead: false })),
      ]);
  }
  /** `try`: handlers see the state after any part of the body. */
  function attempt(
    span: Span,
    body: () => void,
    handlers: readonly (Span & { type?: Ref | undefined; run: () => void })[],
    last?: () => void,
  ): void {
    const current = host.state();
    const before = { block: current.block, dead: current.dead };
    const firstInside = ssa.size;
    startBlock([before.block]);
    current.dead = before.dead;
    host.inRegion({ kind: 'try', start: span.start, end: span.end, subject: -1, loop: undefined }, body);
    const finished = [{ block: current.block, dead: current.dead }];
    const inside = [before.block];
    for (let b = firstInside; b < ssa.size && inside.length < 40; b++) inside.push(b);
    for (const h of handlers) {
      startBlock(inside);
      current.dead = before.dead;
      host.inRegion(
        { kind: 'handler', start: h.start, end: h.end, subject: h.type?.node ?? -1, loop: undefined },
        h.run,
      );
      finished.push({ block: current.block, dead: current.dead });
    }
    joinBlocks(finished);
    last?.();
  }
  /** `with context as …`: `run` gets the context's value. */
  function within(context: Ref, span: Span, run: (value: Ref) => void): void {
    host.inRegion({ kind: 'with', start: span.start, end: span.end, subject: context.node, loop: undefined }, () =>
      run(context),
    );
  }

  return { alternatives, attempt, breakable, condition, die, jump, loop, within };
}
