// What IPython adds to Python (`%magic`, `!command`, `name?`) made harmless in a cell without moving anything: the result has
// the same length and the same lines. Only lines that begin a statement are looked at: a prompt in a string may begin with
// `!`, and a continued expression with `%`. A command that names a path or an address is kept, as a comment with a mark of its own.
import { COMMAND_MARK } from '../syntax/hash-comments.ts';

/** The cell with everything that is not Python blanked. */
export function blankMagics(cell: string): string {
  const first = /^\s*/.exec(cell)![0].length;
  const magic = /^%%([\w.]*)/.exec(cell.slice(first));
  if (magic && !pythonBodies.has(magic[1]!)) return blank(cell);
  const alone = /^%(\w+)[ \t]*(?:[\r\n]|$)/.exec(cell.slice(first));
  if (alone && wholeCells.has(alone[1]!)) return blank(cell);
  let result = '';
  let at = 0;
  if (magic) {
    at = lineEnd(cell, first);
    result = blank(cell.slice(0, at));
  }
  while (at < cell.length) {
    const end = lineEnd(cell, at);
    const line = cell.slice(at, end);
    const replaced = replaceLine(line);
    if (replaced === undefined) {
      const next = statementEnd(cell, at);
      result += cell.slice(at, next);
      at = next;
    } else if (replaced.startsWith(TIMED, indentOf(line))) {
      // The statement behind the magic may go on in the next line.
      const next = statementEnd(cell, at + replaced.search(/;/) + 1);
      result += replaced + cell.slice(end, Math.max(end, next));
      at = Math.max(end, next);
    } else {
      const next = continuedEnd(cell, end);
      result += keptCommand(cell.slice(at, next)) ?? replaced + blank(cell.slice(end, next));
      at = next;
    }
  }
  return result;
}

/** Cell magics whose cell is Python that runs here. */
const pythonBodies: ReadonlySet<string> = new Set(
  `time timeit capture prun memit mprun lprun mlprun px python python3 pypy wandb local spark pyspark debug heat snakeviz
   scalene notify skip ipytest pyinstrument tensorboard_python`
    .trim()
    .split(/\s+/),
);

/** Line magics that, alone in the first line, name the language of the whole cell on some platforms. */
const wholeCells: ReadonlySet<string> = new Set(['sql', 'scala', 'r', 'R', 'md', 'sh', 'fs', 'bash', 'html']);

const TIMED = 'True;';
const timedMagic = /^(\s*)(%(?:time|timeit|prun|memit|lprun|mprun)\b(?:[ \t]+-{1,2}\w+(?:[ \t]+\d+)?)*[ \t]+)(?=\S)/;

/** The line without its magic; undefined for Python. */
function replaceLine(line: string): string | undefined {
  const body = line.trimStart();
  const character = body[0];
  if (character === '%') {
    const timed = timedMagic.exec(line);
    if (timed) return timed[1]! + TIMED.padEnd(timed[2]!.length) + line.slice(timed[0].length);
    return /^%[%\w]/.test(body) ? emptyStatement(line) : undefined;
  }
  if (character === '!' && body[1] !== '=') return emptyStatement(line);
  if (/^(?:\?{1,2}[\w.*]+|[\w.*[\]]+\?{1,2})\s*$/.test(body)) return emptyStatement(line);
  if (/^(?:pip3?|conda|mamba|apt|apt-get) +(?:install|uninstall|list|freeze|show|update)\b(?!\s*[=.(])/.test(body))
    return emptyStatement(line);
  return replaceAssigned(line);
}

/** A command as comments of the same length; undefined where it tells nothing, or where comments would leave a block empty. */
function keptCommand(lines: string): string | undefined {
  if (!/^![^=]/.test(lines) || !lines.includes('/')) return undefined;
  const marked = `#${lines.slice(1).replace(/[ \t]/, COMMAND_MARK)}`;
  // The lines that it goes on in become comments where their first character is free.
  return /(?:\r\n|\r|\n)[^\s]/.test(lines) ? undefined : marked.replace(/(\r\n|\r|\n)[ \t]/g, '$1#');
}

/** `files = !ls` and `x = %magic`: the result of a command is nothing we know. */
function replaceAssigned(line: string): string | undefined {
  const equals = line.indexOf('=');
  if (equals < 0 || !/^[!%](?!=)/.test(line.slice(equals + 1).trimStart())) return undefined;
  if (!/^[\w.,\s[\]'"]+$/.test(line.slice(0, equals))) return undefined;
  const command = line.slice(equals + 1).trim();
  const start = line.indexOf(command, equals);
  return line.slice(0, start) + '0'.padEnd(command.length) + line.slice(start + command.length);
}

/** Blanks; within a block a statement, since the block may have no other. */
function emptyStatement(line: string): string {
  const indent = indentOf(line);
  const blanks = blank(line);
  const room = line.trimEnd().length - indent;
  return indent > 0 && room >= 4 ? `${line.slice(0, indent)}pass${blanks.slice(indent + 4)}` : blanks;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Behind the line that holds `at`, its line break included. */
function lineEnd(text: string, at: number): number {
  lineBreak.lastIndex = at;
  return lineBreak.test(text) ? lineBreak.lastIndex : text.length;
}

const lineBreak = /\r\n|\r|\n/g;

/** Behind the lines that a command goes on in: every line before ends with a backslash. */
function continuedEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && /\\[ \t]*\r?\n?$/.test(text.slice(Math.max(0, end - 80), end))) end = lineEnd(text, end);
  return end;
}

const notable = /"""|'''|["'#()[\]{}\\\r\n]/g;

/** Behind the last line of the statement that begins at `start`: past brackets, strings and continued lines. */
function statementEnd(text: string, start: number): number {
  let depth = 0;
  notable.lastIndex = start;
  for (let match = notable.exec(text); match; match = notable.exec(text)) {
    const token = match[0];
    if (token === '#') notable.lastIndex = Math.max(match.index + 1, contentEnd(text, match.index));
    else if (token === '\\') notable.lastIndex += text.startsWith('\r\n', notable.lastIndex) ? 2 : 1;
    else if (token[0] === '"' || token[0] === "'") notable.lastIndex = stringEnd(text, match.index, token);
    else if ('([{'.includes(token)) depth++;
    else if (')]}'.includes(token)) depth = Math.max(0, depth - 1);
    else {
      const end = lineEnd(text, match.index);
      notable.lastIndex = end;
      // No expression goes on with a command: a bracket before it was never closed.
      if (depth === 0 || /^[ \t]*!(?!=)/.test(text.slice(end, end + 80))) return end;
    }
  }
  return text.length;
}

/** The offset of the line break that ends the line of `at`. */
function contentEnd(text: string, at: number): number {
  const end = text.slice(at).search(/[\r\n]/);
  return end < 0 ? text.length : at + end;
}

function stringEnd(text: string, start: number, quote: string): number {
  const pattern = new RegExp(stringEnds[quote]!, 'g');
  pattern.lastIndex = start + quote.length;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (match[0] === quote) return pattern.lastIndex;
    // A text of one line that never ends is a mistake; the line break still ends the statement.
    if (match[0] === '\n' || match[0] === '\r') return match.index;
  }
  return text.length;
}

/** What ends a text, and what within it must be stepped over whole. */
const stringEnds: Readonly<Record<string, string>> = {
  '"""': String.raw`\\[\s\S]|"""`,
  "'''": String.raw`\\[\s\S]|'''`,
  '"': String.raw`\\(?:\r\n|[\s\S])|["\r\n]`,
  "'": String.raw`\\(?:\r\n|[\s\S])|['\r\n]`,
};

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
