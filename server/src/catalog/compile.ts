// Everything under rules/ as one JSON text, made at build time, so that starting needs neither a YAML parser nor a schema.
// Each part of rules/ is a section: a name and a function from the files to its data. Adding a part is adding a section.

import type { RuleFile } from './load.ts';
import { loadCatalog } from './load.ts';
import { packCatalog } from './pack.ts';
import type { Problem } from './yaml.ts';

/** A part of rules/ under its name in the JSON. `load` picks its own files by path. */
export interface RuleSection {
  readonly name: string;
  readonly load: (files: readonly RuleFile[]) => { readonly data: unknown; readonly problems: readonly Problem[] };
}

/** rules/catalog and rules/verified.yaml */
export const catalogSection: RuleSection = {
  name: 'catalog',
  load(files) {
    // A provider's id is the name of its file.
    const providers = files.flatMap(({ path }) => /(?:^|\/)providers\/([^/]+)\.ya?ml$/.exec(path)?.[1] ?? []);
    const { catalog, problems } = loadCatalog(
      files.filter(({ path }) => /(^|\/)catalog\//.test(path) || path === 'verified.yaml'),
      undefined,
      providers.length > 0 ? providers : undefined,
    );
    return { data: packCatalog(catalog), problems };
  },
};

/** Compiles rule files into one JSON object with a key for each section. */
export function compileRules(
  files: readonly RuleFile[],
  sections: readonly RuleSection[] = [catalogSection],
): { readonly json: string; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const data: Record<string, unknown> = {};
  for (const section of sections) {
    const loaded = section.load(files);
    data[section.name] = loaded.data;
    problems.push(...loaded.problems);
  }
  return { json: asciiJson(data), problems };
}

/** JSON in nothing but ASCII, which is read fastest. */
export function asciiJson(data: unknown): string {
  return JSON.stringify(data).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
