// Doing the work of a generator while staying answerable: in slices, so that an interrupt is heard, with one line of progress on a
// terminal, and with the time that each phase took.
import { performance } from 'node:perf_hooks';
import { relativeTo } from '../host/paths.ts';
import type { Progress } from '../project.ts';
import { maskKnownKeys } from '../report/mask.ts';
import { displayWidth, visible } from '../report/terminal.ts';
import { columnsOf, type Terminal } from './streams.ts';

/** Runs generators of one command. */
export interface Driver {
  /** The result, or undefined after an interrupt. */
  run<R>(steps: Generator<Progress, R>): Promise<{ readonly value: R } | undefined>;
  /** Milliseconds by phase, in the order in which they came. */
  readonly times: ReadonlyMap<string, number>;
  /** Removes the line of progress, and stops listening for interrupts. */
  end(): void;
}

const sliceMilliseconds = 40;
const paintMilliseconds = 60;

/** A driver; `isShown` says whether progress is wanted. */
export function createDriver(terminal: Terminal, isShown: boolean): Driver {
  const times = new Map<string, number>();
  const showsProgress = isShown && terminal.stderr.isTTY === true && terminal.env.TERM !== 'dumb';
  let interrupted = false;
  let painted = false;
  let lastPaint = Number.NEGATIVE_INFINITY;
  const interrupt = (): void => {
    interrupted = true;
  };
  // Once: who presses it again does not want to wait for the end of a slice.
  process.once('SIGINT', interrupt);

  const paint = (progress: Progress, now: number): void => {
    if (!showsProgress || now - lastPaint < paintMilliseconds) return;
    lastPaint = now;
    painted = true;
    terminal.stderr.write(`\r\x1b[K${progressLine(progress, terminal.cwd, columnsOf(terminal.stderr) - 1)}`, () => {});
  };

  return {
    times,
    async run(steps) {
      let now = performance.now();
      let sliceEnd = now + sliceMilliseconds;
      let phase = 'starting';
      for (;;) {
        const step = steps.next();
        const after = performance.now();
        times.set(phase, (times.get(phase) ?? 0) + after - now);
        now = after;
        if (step.done) return { value: step.value };
        phase = step.value.phase;
        paint(step.value, now);
        if (now < sliceEnd) continue;
        await new Promise((resolve) => setImmediate(resolve));
        if (interrupted) return undefined;
        now = performance.now();
        sliceEnd = now + sliceMilliseconds;
      }
    },
    end() {
      process.removeListener('SIGINT', interrupt);
      if (painted) terminal.stderr.write('\r\x1b[K', () => {});
      painted = false;
    },
  };
}

const verbs: Readonly<Record<Progress['phase'], string>> = {
  reading: 'Reading files',
  searching: 'Searching',
  judging: 'Comparing with terms',
};

/** One line that fits into `columns`; of a long path its end is what tells. */
export function progressLine(progress: Progress, cwd: string, columns: number): string {
  const count = progress.total > progress.done ? `${progress.done}/${progress.total}` : `${progress.done}`;
  const head = `${verbs[progress.phase] ?? visible(progress.phase)} ${count}`;
  if (progress.path === undefined) return head.slice(0, columns);
  const room = columns - head.length - 1;
  const whole = visible(maskKnownKeys(relativeTo(cwd, progress.path)));
  let path = whole;
  while (path !== '' && displayWidth(path) > room - 1) path = path.slice(path.codePointAt(0)! > 0xffff ? 2 : 1);
  return room < 8 ? head.slice(0, columns) : `${head} ${path === whole ? path : `…${path}`}`;
}
