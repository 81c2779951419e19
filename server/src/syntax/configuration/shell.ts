// Shell scripts to module graphs, as far as they say which program is run with which options. A script that is run is a module
// that is called; any other program is a global, and its subcommands are members of it. Control flow is not kept: every command
// is read in order.
import { type Builder, createBuilder } from '../../graph/builder.ts';
import type { ModuleGraph } from '../../graph/graph.ts';
import type { ArgumentSpec, Ref, Span } from '../../graph/specs.ts';
import { isForUs } from '../hash-comments.ts';
import { type Word, words } from './words.ts';

/** Lowers a shell script. Any text gives a graph. */
export function lowerShell(text: string): ModuleGraph {
  const b = createBuilder(text.length);
  const { commands, comments } = words(text);
  for (const command of commands) run(b, command);
  for (const { start, end } of comments) {
    const comment = text.slice(start, end);
    if (isForUs(comment)) b.comment({ start, end }, comment);
  }
  return b.finish();
}

function run(b: Builder, command: readonly Word[]): void {
  let at = 0;
  while (at < command.length && openings.has(command[at]!.text)) at++;
  if (command[at]?.text === 'for' && command[at + 2]?.text === 'in') {
    const items = command.slice(at + 3).map((word) => textOf(b, word));
    if (items.length > 0) b.assign(command[at + 1]!.text, b.either(items, spanOf(command.slice(at))), command[at + 1]!);
    return;
  }
  const declares = declarations.has(command[at]?.text ?? '');
  if (declares) at++;
  const assigned: (() => void)[] = [];
  for (; at < command.length; at++) {
    const word = command[at]!;
    const name = /^([A-Za-z_]\w*)=/.exec(word.text)?.[1];
    if (name === undefined) {
      if (!declares) break;
      continue;
    }
    assigned.push(() => b.assign(name, textOf(b, behind(word, name.length + 1)), word));
  }
  const rest = command.slice(at);
  // What stands before a program is set for that program alone.
  if (rest.length === 0) for (const assign of assigned) assign();
  else program(b, rest);
}

/** Words that begin a command without being one, and words behind which others are declared. */
const openings = new Set([
  'if',
  'then',
  'elif',
  'else',
  'while',
  'until',
  'do',
  '!',
  '{',
  'time',
  'nohup',
  'sudo',
  'exec',
  'env',
  'srun',
  'uvx',
]);
const declarations = new Set(['export', 'local', 'declare', 'readonly']);
/** Programs that run another one: `uv run`. */
const runners = new Set(['uv', 'poetry', 'pipenv', 'conda', 'rye', 'pdm']);

/** Programs that run a module by its name. */
const launchers = /^(?:python[\d.]*|pypy\d*|accelerate|torchrun|deepspeed|coverage)$/;

function program(b: Builder, given: readonly Word[]): void {
  const command = runners.has(given[0]!.text) && given[1]?.text === 'run' ? given.slice(2) : given;
  if (command.length === 0) return;
  const span = spanOf(command);
  // Whatever starts a script (an interpreter, a launcher with options of its own) stands before it.
  const script = command.findIndex(
    (word) => /\.(?:py|[cm]?js|[cm]?ts|sh|bash)$/.test(word.text) && !word.text.startsWith('-'),
  );
  if (script >= 0) {
    const { text, start, end } = command[script]!;
    b.call(b.imported(text.replace(/^\{\}\//, ''), '*', { start, end }), options(b, command.slice(script + 1)), span);
    return;
  }
  const isLauncher = launchers.test(command[0]!.text.replace(/^.*\//, ''));
  const flag = isLauncher ? command.findIndex((word) => word.text === '-m' || word.text === '--module') : -1;
  const launched = flag >= 0 ? command[flag + 1] : undefined;
  if (launched && /^\w+(?:\.\w+)*$/.test(launched.text)) {
    const args = options(b, command.slice(flag + 2));
    b.call(b.imported(`${launched.text.replaceAll('.', '/')}.py`, '*', launched), args, span);
    b.call(member(b, launched.text.split('.'), launched), options(b, command.slice(flag + 2)), span);
    return;
  }
  named(b, command, '');
}

/** A program that is no script: a global, `prefix` before its name, with its subcommands as members. */
function named(b: Builder, command: readonly Word[], prefix: string): void {
  const names: string[] = [];
  let at = 0;
  for (; at < command.length; at++) {
    const text = at === 0 ? command[at]!.text.replace(/^.*\//, '') : command[at]!.text;
    if (!/^[A-Za-z_][\w.-]*$/.test(text) || (at > 0 && /\.(?:jsonl?|ya?ml|csv|parquet|txt|md|toml)$/.test(text))) break;
    names.push(
      ...text
        .replaceAll('-', '_')
        .split('.')
        .filter((part) => /^[A-Za-z_]/.test(part)),
    );
  }
  if (names.length === 0) return;
  names[0] = prefix + names[0]!;
  b.call(member(b, names, command[0]!), options(b, command.slice(at)), spanOf(command));
}

/** Puts the commands of a line of a program in another language into its graph, each a call of a global `$name`; `offset` is where
 * the line begins. Scripts that they run, and what they set, are left out. */
export function lowerCommands(b: Builder, line: string, offset: number): void {
  for (const given of words(line).commands) {
    const command = given.map((word) => ({ ...word, start: word.start + offset, end: word.end + offset }));
    if (!command.some(({ text }) => /^\w+=|\.(?:py|sh)$/.test(text))) named(b, command, '$');
  }
}

function member(b: Builder, names: readonly string[], span: Span): Ref {
  const [first, ...rest] = names;
  return rest.reduce((base, name) => b.load(base, name, span), b.read(first!, span));
}

/** Words behind a program: `--name value`, `--name=value` and `name=value` by name, the others in order. */
function options(b: Builder, given: readonly Word[]): ArgumentSpec[] {
  const args: ArgumentSpec[] = [];
  const named = (name: string, values: readonly Word[]): void => {
    const read = values.map((word) => textOf(b, word));
    const value = read.length === 1 ? read[0]! : b.either(read, spanOf(values));
    args.push({ value, kind: 'keyword', name: name.replaceAll('-', '_') });
  };
  for (let at = 0; at < given.length; at++) {
    const word = given[at]!;
    const equals = /^(?:-{1,2}|\+{0,2})([A-Za-z][\w.-]*)=/.exec(word.text);
    const option = /^-{1,2}([A-Za-z][\w.-]*)$/.exec(word.text);
    if (equals) named(equals[1]!, [behind(word, equals[0].length)]);
    else if (option) {
      const values: Word[] = [];
      // A setting of a configuration ends the values of an option, too: `--config a.yaml dataset.source=json`.
      while (given[at + 1] && !/^-{1,2}[A-Za-z]|^\+{0,2}[A-Za-z]\w*(?:\.\w+)+=/.test(given[at + 1]!.text))
        values.push(given[++at]!);
      if (values.length > 0) named(option[1]!, values);
    } else args.push({ value: textOf(b, word) });
  }
  return args;
}

/** What remains of a word behind its first characters, which are constant. */
function behind(word: Word, length: number): Word {
  const [first, ...rest] = word.parts;
  const cut = typeof first === 'string' ? first.slice(length) : '';
  return { ...word, text: word.text.slice(length), parts: cut === '' ? rest : [cut, ...rest] };
}

function textOf(b: Builder, word: Word): Ref {
  const parts = word.parts.map((part) => {
    if (typeof part === 'string') return part;
    const known = b.read(part.name, word);
    return part.otherwise === undefined ? known : b.either([known, b.constant(part.otherwise, word)], word);
  });
  if (parts.every((part) => typeof part === 'string')) return b.constant(parts.join(''), word);
  return parts.length === 1 ? (parts[0] as Ref) : b.template(parts, word);
}

function spanOf(given: readonly Word[]): Span {
  return { start: given[0]!.start, end: given[given.length - 1]!.end };
}
