// Writing to the terminal, to pipes and to files so that nothing is lost and nobody is bothered: the process ends only when all is
// written, and a reader that has gone away (`| head`) is no error.

import { isProblem } from '../host/filesystem.ts';
import { nodeFileSystem, portablePath } from '../host/node-fs.ts';
import { writeAtomically } from '../host/node-write.ts';
import { nameOf, parentOf } from '../host/paths.ts';
import { visible } from '../report/terminal.ts';

/** What a command needs of a stream. */
export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, done: (error?: Error | null) => void): boolean;
}

/** The streams and surroundings of the process. */
export interface Terminal {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Absolute, '/'-separated. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Writes all of a text; returns what went wrong, in words. A closed pipe is not wrong. */
export function writeText(stream: TextStream, text: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    stream.write(text, (error) => {
      const code = (error as NodeJS.ErrnoException | undefined)?.code;
      resolve(error && code !== 'EPIPE' && code !== 'EOF' ? (code ?? error.message) : undefined);
    });
  });
}

/** One sentence for the person at the terminal. */
export async function say(terminal: Terminal, sentence: string): Promise<void> {
  await writeText(terminal.stderr, `distillint: ${visible(sentence)}\n`);
}

/** Writes a report to a file in one step; returns what went wrong, in words. */
export function writeReport(terminal: Terminal, file: string, text: string): string | undefined {
  const problem = writeAtomically(portablePath(file, terminal.cwd), text);
  return problem && `${visible(file)} could not be written: ${problem.message}.`;
}

/** Whether to write colours on a stream, by the conventions of NO_COLOR and FORCE_COLOR; `asked` is the user's option. */
export function wantsColor(stream: TextStream, env: Terminal['env'], asked: boolean): boolean {
  if (!asked || (env.NO_COLOR ?? '') !== '') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** The columns of a stream. */
export function columnsOf(stream: TextStream): number {
  return stream.columns !== undefined && stream.columns > 0 ? stream.columns : 100;
}

/** The names beside a path that does not exist, for saying what may have been meant. */
export function namesBeside(path: string): readonly string[] {
  const entries = nodeFileSystem.list(parentOf(path));
  return isProblem(entries) || nameOf(path) === '' ? [] : entries.map(({ name }) => name);
}
