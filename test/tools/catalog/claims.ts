// What the rows say of packages: every API path that a person says was checked against a package of a registry.
import {
  ANY_PACKAGE,
  type CatalogText,
  type PackageFile,
  packageOf,
  typeAtHead,
  typeIds,
} from '../../../server/src/catalog/documents.ts';
import type { Ecosystem } from '../../../server/src/catalog/model.ts';
import { CHECKED_PACKAGE, type PackageDocument } from '../../../server/src/catalog/schema.ts';
import { type Entry, entriesOf } from './entries.ts';

/** A package of a registry, as `checked` names it. */
export interface Named {
  readonly name: string;
  readonly version: string;
}

/** Packages that some rows are checked against. They are read as one: what one of them passes on, another declares. */
export interface Reading {
  readonly ecosystem: Ecosystem;
  readonly names: readonly string[];
  readonly claims: readonly Claim[];
}

/** One API path of a row. */
export interface Claim {
  readonly entry: Entry;
  /** As written. */
  readonly path: string;
  /** What `checked` says of the row. */
  readonly checked: string;
  readonly named: readonly Named[];
  /** The key of the document's paths in the table: the first package that it speaks of. */
  readonly package: string;
  readonly ecosystem: Ecosystem;
}

/** All paths of the rows. */
export function claimsOf(text: CatalogText): Claim[] {
  return entriesOf(text).flatMap((entry) => {
    const { document } = entry;
    const row = rowOf(entry);
    const checked = row.checked ?? document.checked.value.checked;
    const paths = 'type' in row ? row.is : [row.call].flat();
    const { ecosystem } = document;
    return paths.map((path) => ({
      entry,
      path,
      checked,
      named: namedIn(checked),
      package: document.packages[0]!,
      ecosystem,
    }));
  });
}

export function rowOf({ document, key, index }: Entry): PackageDocument[Entry['key']][number] {
  return document.checked.value[key][index]!;
}

/** The packages that a text like `openai 1.109.1, fs-extra 11.4.1` names. The language itself is no package of a registry. */
export function namedIn(checked: string): Named[] {
  return checked.split(/\s*,\s*/).flatMap((part) => {
    const [, name, version] = CHECKED_PACKAGE.exec(part) ?? [];
    return name === undefined || name === 'python' || name === 'node' ? [] : [{ name, version: version! }];
  });
}

/** The claims, by the packages that they are checked against. */
export function readingsOf(claims: readonly Claim[]): Reading[] {
  const readings = new Map<string, Reading & { claims: Claim[] }>();
  for (const claim of claims) {
    const names = [...new Set(claim.named.map(({ name }) => name))];
    const key = [claim.ecosystem, ...names].join(' ');
    const known = readings.get(key) ?? { ecosystem: claim.ecosystem, names, claims: [] };
    known.claims.push(claim);
    if (names.length > 0) readings.set(key, known);
  }
  return [...readings.values()];
}

/** Where a path begins: modules by their specifiers and the path below them, for each way to come by it. */
export interface Start {
  readonly module: string;
  readonly path: string;
}

/** Answers from where the paths of a catalog start; a path below a type starts wherever values of the type do. */
export function createStarts({ documents }: CatalogText): (document: PackageFile, path: string) => Start[] {
  const types = typeIds(documents);
  const ways = new Map<string, { readonly document: PackageFile; readonly path: string }[]>();
  /** Members that give the type again. */
  const same = new Map<string, string[]>();
  for (const document of documents)
    for (const type of document.checked.value.types) {
      const own = `${document.packages[0]}.${type.type}`;
      const id = `${document.ecosystem} ${types[document.ecosystem].has(own) ? own : type.type}`;
      const list = ways.get(id) ?? [];
      list.push(...type.is.map((path) => ({ document, path })));
      ways.set(id, list);
      same.set(id, [...(same.get(id) ?? []), ...type.same]);
    }
  const starts = (document: PackageFile, path: string, above: readonly string[]): Start[] => {
    const type = typeAtHead(document, types[document.ecosystem], path);
    if (!type) {
      if (document.packages[0] === ANY_PACKAGE) {
        const module = packageOf(document.ecosystem, path);
        return [{ module, path: path.slice(module.length).replace(/^\./, '') }];
      }
      const own = path.startsWith('.') ? path.slice(1) : path;
      const head = document.checked.value.default;
      // The member that the document says is the default export need not be exported under its own name, too.
      const isDefault = head !== undefined && new RegExp(`^${head}\\b`).test(own);
      const spelt = isDefault ? [own, own.replace(head, 'default')] : [own];
      return spelt.flatMap((path) => document.packages.map((module) => ({ module, path })));
    }
    const id = `${document.ecosystem} ${type.id}`;
    if (above.includes(id) || above.length > 4) return [];
    return (ways.get(id) ?? []).flatMap((way) =>
      starts(way.document, way.path, [...above, id]).flatMap(({ module, path: before }) => {
        const again = above.length === 0 && type.rest !== '' ? (same.get(id) ?? []) : [];
        return [before, ...again.map((member) => below(before, member))].map((start) => ({
          module,
          path: below(start, type.rest),
        }));
      }),
    );
  };
  return (document, path) => starts(document, path, []);
}

function below(path: string, rest: string): string {
  return rest === '' ? path : `${path}${rest.startsWith('(') || path === '' ? '' : '.'}${rest}`;
}

/** The keywords, and fields of options, that the row says its calls take; of configurations also those that its guards ask for. */
export function keywordsOf(entry: Entry): string[] {
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (Array.isArray(value)) for (const inner of value) visit(inner);
  };
  const others = ['call', 'is', 'same', 'checked', 'type', 'extends'];
  if (entry.document.ecosystem !== 'configuration') others.push('when');
  for (const [key, value] of Object.entries(rowOf(entry))) if (!others.includes(key)) visit(value);
  const found = texts.flatMap((text) => {
    const keyword = /^Argument\[(?:\d+,)?(\w+):\]/.exec(text)?.[1];
    const field = /^Argument\[\d+\]\.Field\[(\w+)\]/.exec(text)?.[1];
    return keyword ?? field ?? [];
  });
  return [...new Set(found)];
}
