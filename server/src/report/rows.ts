// Rows of the catalog in words: one line each, for lists and for `catalog try`.
import type { Row } from '../catalog/model.ts';
import { ROW_KEYS, type RowKey, type WrittenRow } from '../catalog/source.ts';
import { placeText } from '../catalog/words.ts';

/** What a row says, in a few words. */
export function rowWords(row: Row): string {
  switch (row.row) {
    case 'source':
      return `source ${row.shape.name}${row.mode === 'call' ? '' : `, ${row.mode}`}${row.provider === undefined ? '' : `, provider ${row.provider}`}`;
    case 'sink':
      return `sink ${row.kind} at ${row.at.map(placeText).join(', ')}`;
    case 'flow':
      return `flow ${row.how} ${placeText(row.from)}${row.to ? ` -> ${placeText(row.to)}` : ''}`;
    case 'call':
      return `call ${row.times} of ${placeText({ slot: row.callable, path: row.inside ?? [] })}${row.later ? ', later' : ''}`;
    case 'volume':
      return `volume ${row.kind}`;
    case 'choice':
      return `choice by ${row.by}${row.from ? ` from ${placeText(row.from)}` : ''}`;
    case 'cell':
      return `cell ${row.access} ${row.cell} ${placeText(row.key)}`;
    case 'client':
      return `type ${row.type}${row.provider === undefined ? '' : `, provider ${row.provider}`}`;
  }
}

/** How many rows there are of each kind, for the kinds that there are. */
export function rowCounts(rows: readonly WrittenRow[]): Partial<Record<RowKey, number>> {
  const counts = ROW_KEYS.map((kind) => [kind, rows.filter((row) => row.kind === kind).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** `3 types, 1 source`. */
export function countWords(counts: Partial<Record<RowKey, number>>): string {
  return Object.entries(counts)
    .map(([kind, count]) => `${count} ${count === 1 ? kind.slice(0, -1) : kind}`)
    .join(', ');
}
