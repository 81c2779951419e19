// Text of a file: decoding, and the arithmetic between offsets and positions.
// Offsets are UTF-16 code units into the decoded text, which never holds a byte order mark; lines end with LF, CRLF or CR.

// The core names no platform, but every platform has this one.
declare const TextDecoder: new (
  encoding: string,
  options?: { readonly fatal?: boolean },
) => { decode(bytes: Uint8Array): string };

/** A decoded file. */
export interface DecodedText {
  readonly text: string;
  /** Whether the bytes began with a byte order mark, which `text` leaves out. */
  readonly bom: boolean;
  /** Whether the bytes were not valid UTF-8; the broken places are U+FFFD in `text`. */
  readonly invalid: boolean;
}

/** A place in a text: `line` and `character` from 0, `character` in UTF-16 code units. */
export interface TextPosition {
  readonly line: number;
  readonly character: number;
}

/** Whether a text is a regular expression. */
export function isRegularExpression(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

/** Decodes UTF-8. Never fails: what is not UTF-8 is replaced and said. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const bom = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), bom, invalid: false };
  } catch {
    return { text: new TextDecoder('utf-8').decode(bytes), bom, invalid: true };
  }
}

/** The offset at which each line begins; line 0 begins at 0, and a text that ends with a line break has an empty last line. */
export function lineStarts(text: string): Uint32Array {
  const starts: number[] = [0];
  const hasReturns = text.includes('\r');
  for (let at = text.indexOf('\n'); at >= 0 && !hasReturns; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  if (hasReturns) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === LINE_FEED || (code === RETURN && text.charCodeAt(at + 1) !== LINE_FEED)) starts.push(at + 1);
    }
  }
  return Uint32Array.from(starts);
}

/** The line that holds an offset, by its number from 0. */
export function lineAt(starts: Uint32Array, offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The position of an offset of the text that `starts` describes. */
export function positionAt(starts: Uint32Array, offset: number): TextPosition {
  const line = lineAt(starts, offset);
  return { line, character: offset - starts[line]! };
}

/** The offset of a position, kept within its line and the text (an editor may name places that are no longer there). */
export function offsetAt(text: string, starts: Uint32Array, position: TextPosition): number {
  if (position.line < 0) return 0;
  const start = starts[position.line];
  if (start === undefined) return text.length;
  const next = starts[position.line + 1];
  let end = next ?? text.length;
  if (next !== undefined) {
    end--;
    if (end > start && text.charCodeAt(end) === LINE_FEED && text.charCodeAt(end - 1) === RETURN) end--;
  }
  return Math.min(start + Math.max(position.character, 0), end);
}

const LINE_FEED = 10;
const RETURN = 13;
