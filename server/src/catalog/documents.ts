// The documents of rules/catalog as they are written, before their rows are compiled: reading them, and where their paths start.

import { ECOSYSTEMS, forEcosystems } from './compiled.ts';
import type { RuleFile } from './load.ts';
import type { Ecosystem } from './model.ts';
import type { PackageDocument, ShapesDocument } from './schema.ts';
import { packageSchema, shapesSchema, verifiedSchema } from './schema.ts';
import { ecosystemOf } from './source.ts';
import type { Checked, Problem } from './yaml.ts';
import { readYaml } from './yaml.ts';

/** A document about a package or several, as it was read and before its rows are compiled. */
export interface PackageFile {
  readonly file: string;
  readonly ecosystem: Ecosystem;
  readonly checked: Checked<PackageDocument>;
  readonly packages: readonly string[];
}

/** The files of rules/catalog as they were read. */
export interface CatalogText {
  readonly shapes: readonly Checked<ShapesDocument>[];
  readonly documents: readonly PackageFile[];
  /** API paths that were looked for in their packages and not found, each as `openPath` writes it. */
  readonly open: ReadonlySet<string>;
}

/** An API path of a document of these packages, as `CatalogText.open` holds it. */
export function openPath(ecosystem: Ecosystem, packages: readonly string[], path: string): string {
  return [ecosystem, packages[0], path].join(' ');
}

/** Instead of a package: the paths of the document start with one. */
export const ANY_PACKAGE = '*';

/** The first half of loading: YAML whose keys and kinds of values are right. Documents with problems are left out. */
export function readCatalog(files: readonly RuleFile[]): {
  readonly text: CatalogText;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const shapes: Checked<ShapesDocument>[] = [];
  const documents: PackageFile[] = [];
  const open = new Set<string>();
  for (const file of files) {
    if (file.path === 'verified.yaml') {
      const read = readYaml(file.path, file.text, verifiedSchema);
      problems.push(...read.problems);
      for (const { language, open: found } of read.documents.flatMap(({ value }) => value))
        for (const [name, paths] of Object.entries(found))
          for (const path of Object.keys(paths)) open.add(openPath(language, [name], path));
      continue;
    }
    if (/(^|\/)shapes\.ya?ml$/.test(file.path)) {
      const read = readYaml(file.path, file.text, shapesSchema);
      problems.push(...read.problems);
      shapes.push(...read.documents);
      continue;
    }
    const read = readYaml(file.path, file.text, packageSchema);
    problems.push(...read.problems);
    for (const checked of read.documents) {
      const ecosystem = checked.value.language ?? ecosystemOf(file.path);
      if (ecosystem) documents.push({ file: file.path, ecosystem, checked, packages: asList(checked.value.package) });
      else
        problems.push(
          checked.problem(
            ['language'],
            'nothing',
            `a key \`language\`, ${ECOSYSTEMS.slice(0, -1).join(', ')} or ${ECOSYSTEMS.at(-1)}, or a folder of that name`,
          ),
        );
    }
  }
  return { text: { shapes, documents, open }, problems };
}

/** The ids of the types that the documents declare. */
export function typeIds(documents: readonly PackageFile[]): Record<Ecosystem, Set<string>> {
  const types = forEcosystems(() => new Set<string>());
  for (const { ecosystem, packages, checked } of documents)
    for (const { type } of checked.value.types) if (!type.includes('.')) types[ecosystem].add(`${packages[0]}.${type}`);
  return types;
}

/** The package at the head of a path of a document without a package of its own. */
export function packageOf(ecosystem: Ecosystem, path: string): string {
  return (ecosystem === 'python' ? /^\w+/ : /^(@[^/.]+\/)?[^.(]+/).exec(path)?.[0] ?? '';
}

/** The type that an API path of the document starts at, and the path below it; undefined if it starts at a package. */
export function typeAtHead(
  { packages }: Pick<PackageFile, 'packages'>,
  types: ReadonlySet<string>,
  text: string,
): { readonly id: string; readonly rest: string } | undefined {
  const below = (head: string, id: string) => ({ id, rest: text.slice(head.length).replace(/^\./, '') });
  const own = /^[A-Za-z_]\w*/.exec(text)?.[0];
  if (own !== undefined && types.has(`${packages[0]}.${own}`)) return below(own, `${packages[0]}.${own}`);
  if (text.startsWith('.')) return undefined;
  const before = (end: number): number => Math.max(text.lastIndexOf('.', end - 1), text.lastIndexOf('(', end - 1));
  for (let end = text.length; end > 0; end = before(end))
    if (types.has(text.slice(0, end))) return below(text.slice(0, end), text.slice(0, end));
  return undefined;
}

/** A key that holds one text, several or none, as a list. */
export function asList(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
