// Code frames: the lines around a place with their numbers, a sign at each line of the place and carets under its first. Tabs are
// spread, long lines cut around what matters, secrets hidden, and nothing in the file can act on the terminal.
import { lineAt } from '../base/text.ts';
import type { Place } from '../policy/finding.ts';
import type { Secret } from './keyPositions.ts';
import type { PreparedText } from './places.ts';
import { displayWidth, visible } from './terminal.ts';

/** How a frame looks. */
export interface FrameOptions {
  /** Lines shown before and after. */
  readonly context: number;
  /** Columns of the widest line, numbers and signs included. */
  readonly width: number;
  /** Colours what points: signs and carets. */
  readonly accent: (text: string) => string;
  /** Colours numbers and rules. */
  readonly faint: (text: string) => string;
}

// A place may be a whole call over fifty lines; its beginning tells which.
const mostPlaceLines = 4;
const tabWidth = 4;
// Beyond this nothing of a line is drawn, so that a line of a megabyte costs no more than another.
const drawnBefore = 400;
const drawnAfter = 2000;

/** The lines of a frame; none where the place does not lie in the text. */
export function codeFrame(text: PreparedText, place: Place, options: FrameOptions): readonly string[] {
  const { source, starts } = text;
  if (place.start < 0 || place.end > source.text.length || place.start > place.end) return [];
  const first = lineAt(starts, place.start);
  const last = Math.min(lineAt(starts, Math.max(place.start, place.end - 1)), first + mostPlaceLines - 1);
  const shown: number[] = [];
  for (let line = first - options.context; line <= last + options.context; line++) {
    if (line >= 0 && line < starts.length && isSameCell(text, line, first)) shown.push(line);
  }
  // The empty line behind a file's last line break says nothing.
  while (shown.length > 0 && shown.at(-1)! > last && lineText(text, shown.at(-1)!).trim() === '') shown.pop();

  const numbers = shown.map((line) => String(numberOf(text, line)));
  const gutter = Math.max(...numbers.map((number) => number.length));
  const room = Math.max(20, options.width - gutter - 5);
  const start = Math.max(0, place.start - starts[first]!);
  const end = (first === last ? Math.min(place.end, lineEnd(text, first)) : lineEnd(text, first)) - starts[first]!;
  const column = firstColumn(drawLine(text, first, start), start, end, room);

  return shown.flatMap((line, index) => {
    const isPlace = line >= first && line <= last;
    const isFirst = line === first;
    const drawn = drawLine(text, line, isFirst ? start : 0);
    const sign = isPlace ? options.accent('>') : ' ';
    const content = cut(drawn, isFirst ? column : 0, room);
    const row = `${sign} ${options.faint(`${numbers[index]!.padStart(gutter)} |`)} ${content}`.trimEnd();
    if (!isFirst) return [row];
    const carets = caretsUnder(drawn, start, end, column, room);
    return carets === '' ? [row] : [row, `  ${' '.repeat(gutter)} ${options.faint('|')} ${options.accent(carets)}`];
  });
}

/** The one line of a place, without numbers and indentation, cut to `width`; for lists of places. */
export function codeLine(text: PreparedText, place: Place, width: number): string {
  const { source, starts } = text;
  if (place.start < 0 || place.start > source.text.length) return '';
  const line = lineAt(starts, place.start);
  const start = place.start - starts[line]!;
  const drawn = withoutIndent(drawLine(text, line, start));
  return cut(drawn, firstColumn(drawn, start, start + 1, width), width);
}

function withoutIndent(drawn: readonly Drawn[]): readonly Drawn[] {
  const indent = drawn.findIndex(({ shown }) => shown.trim() !== '');
  const by = drawn[indent]?.at ?? 0;
  return indent <= 0 ? drawn : drawn.slice(indent).map((piece) => ({ ...piece, at: piece.at - by }));
}

/** A character as it is shown, or a secret's stand-in: which columns of the line it stands for. */
interface Drawn {
  readonly from: number;
  readonly to: number;
  readonly shown: string;
  /** Where it begins on the screen, and how wide it is. */
  readonly at: number;
  readonly width: number;
}

function drawLine(text: PreparedText, line: number, around: number): readonly Drawn[] {
  const start = text.starts[line]!;
  const end = lineEnd(text, line);
  const drawn: Drawn[] = [];
  let column = 0;
  let at = Math.max(start, Math.min(start + around, end) - drawnBefore);
  const stop = Math.min(end, at + drawnBefore + drawnAfter);
  const secrets = secretsWithin(text.secrets, at, stop);
  let next = 0;
  const add = (from: number, to: number, shown: string): void => {
    const width = displayWidth(shown);
    drawn.push({ from: from - start, to: to - start, shown, at: column, width });
    column += width;
  };
  while (at < stop) {
    while (next < secrets.length && secrets[next]!.end <= at) next++;
    const secret = secrets[next];
    if (secret && secret.start <= at) {
      const to = Math.min(secret.end, end);
      // A secret over several lines shows its beginning on the first alone.
      add(at, to, secret.start >= start ? secret.shown : '***');
      at = to;
      continue;
    }
    const character = String.fromCodePoint(text.source.text.codePointAt(at)!);
    add(
      at,
      at + character.length,
      character === '\t' ? ' '.repeat(tabWidth - (column % tabWidth)) : visible(character),
    );
    at += character.length;
  }
  return drawn;
}

function secretsWithin(secrets: readonly Secret[], from: number, to: number): readonly Secret[] {
  return secrets.filter(({ start, end }) => end > from && start < to);
}

/** The column of the screen from which a line is shown, so that a place in it can be seen. */
function firstColumn(drawn: readonly Drawn[], start: number, end: number, room: number): number {
  const whole = drawn.at(-1);
  if (!whole || whole.at + whole.width <= room) return 0;
  const begin = drawn.find(({ to }) => to > start)?.at ?? 0;
  const stop = drawn.find(({ to }) => to >= end);
  const close = stop ? stop.at + stop.width : begin + 1;
  if (close + 1 <= room) return 0;
  const spare = Math.max(0, room - (close - begin));
  // A place that does not fit anyway is cut at its end; as long as it begins early, the line may begin where it does.
  if (spare === 0 && begin <= room / 2) return 0;
  // The place in the middle if it fits, else its beginning with a little before it.
  return Math.max(0, begin - Math.max(8, Math.floor(spare / 2)));
}

function cut(drawn: readonly Drawn[], column: number, room: number): string {
  const whole = drawn.at(-1);
  const end = whole ? whole.at + whole.width : 0;
  const cutsLeft = column > 0;
  const cutsRight = end - column > room;
  const from = column + (cutsLeft ? 1 : 0);
  const to = column + room - (cutsRight ? 1 : 0);
  let text = cutsLeft && end > column ? '…' : '';
  for (const piece of drawn) {
    if (piece.at + piece.width <= from || piece.at >= to) continue;
    // Half of a wide character, of a tab or of a stand-in is blank, so that columns stay where they are.
    const isWhole = piece.at >= from && piece.at + piece.width <= to;
    text += isWhole ? piece.shown : ' '.repeat(Math.min(piece.at + piece.width, to) - Math.max(piece.at, from));
  }
  return cutsRight ? `${text}…` : text;
}

function caretsUnder(drawn: readonly Drawn[], start: number, end: number, column: number, room: number): string {
  const begin = drawn.find(({ to }) => to > start);
  const last = [...drawn].reverse().find(({ from }) => from < Math.max(end, start + 1));
  const lineWidth = (drawn.at(-1)?.at ?? 0) + (drawn.at(-1)?.width ?? 0);
  const from = Math.max(begin?.at ?? lineWidth, column + (column > 0 ? 1 : 0)) - column;
  const to = Math.min(last && begin ? last.at + last.width : lineWidth + 1, column + room) - column;
  return `${' '.repeat(Math.max(0, from))}${'^'.repeat(Math.max(1, to - from))}`;
}

/** The offset behind the last character of a line, without its line break and trailing blanks. */
function lineEnd({ source, starts }: PreparedText, line: number): number {
  let end = starts[line + 1] ?? source.text.length;
  while (end > starts[line]! && /\s/.test(source.text[end - 1]!)) end--;
  return end;
}

function lineText(text: PreparedText, line: number): string {
  return text.source.text.slice(text.starts[line]!, lineEnd(text, line));
}

function isSameCell({ source, starts }: PreparedText, line: number, other: number): boolean {
  return !source.locate || source.locate(starts[line]!).cell === source.locate(starts[other]!).cell;
}

/** The number by which people know a line: within its cell, in a notebook. */
function numberOf({ source, starts }: PreparedText, line: number): number {
  return source.locate ? source.locate(starts[line]!).line : line + 1;
}
