// By which imports a file is worth parsing: those of packages that the catalog knows where answers come from, or go out by.
import { ANY_PACKAGE, asList, type PackageFile, packageOf } from './documents.ts';
import type { MarkerRow } from './model.ts';

/** The packages that a document knows model calls, clients or datasets of, or publishes by, as they stand in imports. */
export function packageMarkers(document: PackageFile): MarkerRow[] {
  const { types, sources, sinks, cells } = document.checked.value;
  const paths = [
    ...types.filter((type) => type.provider ?? type.model ?? type.key).flatMap((type) => type.is),
    ...sources.filter((source) => source.url === undefined).flatMap((source) => asList(source.call)),
    ...sinks.filter((sink) => sink.kind === 'publish').flatMap((sink) => asList(sink.call)),
    ...cells.filter((cell) => cell.cell === 'uri' && cell.access === 'read').flatMap((cell) => asList(cell.call)),
  ];
  const wild = document.packages[0] === ANY_PACKAGE;
  const names = wild
    ? paths.map((path) => packageOf(document.ecosystem, path))
    : paths.length > 0
      ? document.packages
      : [];
  return [...new Set(names)].map((text) => ({ text, position: 'import' }));
}

/** What two markers have in common exactly if they are met by the same files. */
export function markerKey(marker: MarkerRow): string {
  return JSON.stringify([marker.position, marker.text, marker.with ?? []]);
}
