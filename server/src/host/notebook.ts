// A Jupyter notebook as one module: its code cells in document order (cells share their globals), and the way back from an
// offset of that module to the cell and to the line of the file.
import { lineAt, lineStarts } from '../base/text.ts';
import type { AnalysedText, NotAnalysed } from './container.ts';
import { brokenAt, eachEscape, elementsOf, membersOf, type Span, stringOf, topValue } from './json-spans.ts';
import { blankMagics } from './magics.ts';

/**
 * Where the module's text comes from. A piece is one string of a cell's source, usually a line. Plain data, so that it can be
 * kept with the text.
 */
export interface CellMap {
  /** Number of each code cell among all cells of the notebook, from 0, and the offset at which it begins in the module. */
  readonly cells: Uint32Array;
  readonly cellStarts: Uint32Array;
  readonly lineStarts: Uint32Array;
  /** Offset in the module of each piece, and the line and column in the file of its first character, both from 1. */
  readonly pieceStarts: Uint32Array;
  readonly pieceLines: Uint32Array;
  readonly pieceColumns: Uint32Array;
  /** Offsets in the module of characters that JSON escapes, and by how much all up to here are longer in the file. */
  readonly escapes: Uint32Array;
  readonly escapeExtra: Uint32Array;
}

/** A place in a notebook. Lines and columns are from 1, columns in UTF-16 code units. */
export interface CellPlace {
  /** Number of the cell among all cells of the notebook, from 0. */
  readonly cell: number;
  /** Line and column in the cell. */
  readonly line: number;
  readonly column: number;
  /** Line and column in the file's text. */
  readonly fileLine: number;
  readonly fileColumn: number;
}

/** The module of a notebook's text (JSON, nbformat 3 or 4); its code is Python, TypeScript or JavaScript. */
export function extractNotebook(text: string): AnalysedText | NotAnalysed {
  try {
    const top = membersOf(text, topValue(text));
    const cells = top && cellsOf(text, top);
    if (!cells) return { reason: 'broken', detail: 'it is JSON, but no notebook' };
    const language = kernelLanguage(text, top);
    if (language !== 'python' && language !== 'typescript' && language !== 'javascript') {
      return { reason: 'unknown-language', detail: `its code is ${language}` };
    }
    return { ...joinCells(text, cells, language === 'python'), language };
  } catch (error) {
    const offset = brokenAt(error);
    if (offset === undefined) throw error;
    const line = lineAt(lineStarts(text), Math.min(offset, text.length)) + 1;
    return { reason: 'broken', detail: `it is not JSON: line ${line}` };
  }
}

/** The place of an offset of the module; of an offset between two cells the end of the first. */
export function locateCell(map: CellMap, offset: number): CellPlace {
  if (map.pieceStarts.length === 0) return { cell: 0, line: 1, column: 1, fileLine: 1, fileColumn: 1 };
  const cell = lineAt(map.cellStarts, offset);
  const firstLine = lineAt(map.lineStarts, map.cellStarts[cell]!);
  const line = lineAt(map.lineStarts, offset);
  const piece = lineAt(map.pieceStarts, offset);
  const start = map.pieceStarts[piece]!;
  const longer = extraBefore(map, offset) - extraBefore(map, start);
  return {
    cell: map.cells[cell]!,
    line: line - firstLine + 1,
    column: offset - map.lineStarts[line]! + 1,
    fileLine: map.pieceLines[piece]!,
    fileColumn: map.pieceColumns[piece]! + (offset - start) + longer,
  };
}

function extraBefore(map: CellMap, offset: number): number {
  let low = 0;
  let high = map.escapes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (map.escapes[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : map.escapeExtra[low - 1]!;
}

function cellsOf(text: string, top: ReadonlyMap<string, Span>): Span[] | undefined {
  const cells = elementsOf(text, top.get('cells'));
  if (cells) return cells;
  // Before format 4, cells lay in work sheets.
  const sheets = elementsOf(text, top.get('worksheets'));
  return sheets?.flatMap((sheet) => elementsOf(text, membersOf(text, sheet)?.get('cells')) ?? []);
}

function kernelLanguage(text: string, top: ReadonlyMap<string, Span>): string {
  const metadata = membersOf(text, top.get('metadata'));
  const info = membersOf(text, metadata?.get('language_info'));
  const kernel = membersOf(text, metadata?.get('kernelspec'));
  const name = (stringOf(text, info?.get('name')) ?? stringOf(text, kernel?.get('language')))?.toLowerCase();
  if (name !== undefined) return /^i?python\d*$|^sage(math)?$/.test(name) ? 'python' : name;
  const kernelName = stringOf(text, kernel?.get('name'))?.toLowerCase() ?? 'python';
  if (/^(deno|tslab)$/.test(kernelName)) return 'typescript';
  // Kernels of other languages are few, and environments of Python have any name.
  const other =
    /^(ir|julia|scala|rust|evcxr|gophernotes|bash|javascript|jslab|xcpp|xeus-cling|\.net|octave|matlab)/.exec(
      kernelName,
    );
  return other ? (other[1] === 'jslab' ? 'javascript' : other[1]!) : 'python';
}

function joinCells(text: string, cells: readonly Span[], isPython: boolean): { text: string; cells: CellMap } {
  const fileLines = lineStarts(text);
  const map = {
    cells: [] as number[],
    starts: [] as number[],
    pieces: [] as number[],
    lines: [] as number[],
    columns: [] as number[],
  };
  const escapes: number[] = [];
  const extra: number[] = [];
  let module = '';
  let total = 0;
  cells.forEach((span, number) => {
    const cell = membersOf(text, span);
    if (stringOf(text, cell?.get('cell_type')) !== 'code') return;
    const source = cell?.get('source') ?? cell?.get('input');
    const strings = source && (elementsOf(text, source) ?? [source]);
    const cellStart = module.length;
    let code = '';
    for (const value of strings ?? []) {
      const piece = stringOf(text, value);
      if (!piece) continue;
      const start = cellStart + code.length;
      const line = lineAt(fileLines, value.start);
      map.pieces.push(start);
      map.lines.push(line + 1);
      map.columns.push(value.start + 2 - fileLines[line]!);
      let longer = 0;
      eachEscape(text, value, (offset, length) => {
        escapes.push(start + (offset - value.start - 1) - longer);
        longer += length - 1;
        total += length - 1;
        extra.push(total);
      });
      code += piece;
    }
    if (code === '') return;
    map.cells.push(number);
    map.starts.push(cellStart);
    module += isPython ? blankMagics(code) : code;
    // Cells are statements of their own, whether or not their last line ends.
    if (!/[\r\n]$/.test(code)) module += '\n';
  });
  return {
    text: module,
    cells: {
      cells: Uint32Array.from(map.cells),
      cellStarts: Uint32Array.from(map.starts),
      lineStarts: lineStarts(module),
      pieceStarts: Uint32Array.from(map.pieces),
      pieceLines: Uint32Array.from(map.lines),
      pieceColumns: Uint32Array.from(map.columns),
      escapes: Uint32Array.from(escapes),
      escapeExtra: Uint32Array.from(extra),
    },
  };
}
