// Which files are sources, by name alone.
import { extensionOf, nameOf } from './paths.ts';

/**
 * How a file is read: `tsx` is TypeScript in which `<` may begin an element; `javascript` always may. A `document` is YAML or
 * JSON that configures a program.
 */
export type Language =
  | 'python'
  | 'notebook'
  | 'typescript'
  | 'tsx'
  | 'javascript'
  | 'vue'
  | 'svelte'
  | 'shell'
  | 'document';

/** The language of a source file, undefined for everything that is not read. */
export function languageOf(path: string): Language | undefined {
  const language = languages[extensionOf(path)];
  if (language === undefined) return documents.has(nameOf(path)) ? 'document' : undefined;
  return language === 'document' && notDocuments.has(nameOf(path)) ? undefined : language;
}

/** Whether a file tells how modules are found (`resolve-typescript.ts` reads these). */
export function isManifest(path: string): boolean {
  const name = nameOf(path);
  return manifests.has(name) || (name.endsWith('.json') && /^[tj]sconfig\b/.test(name));
}

/** Whether a source or a manifest may have this extension, in lower case and with its dot. */
export function isReadExtension(extension: string): boolean {
  return extension in languages || extension === '.json';
}

/** Whether a file is a source or a manifest. */
export function isRead(path: string): boolean {
  return languageOf(path) !== undefined || isManifest(path);
}

const languages: Readonly<Record<string, Language>> = {
  '.py': 'python',
  '.ipynb': 'notebook',
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.cts': 'typescript',
  '.tsx': 'tsx',
  '.js': 'javascript',
  '.jsx': 'javascript',
  '.mjs': 'javascript',
  '.cjs': 'javascript',
  '.vue': 'vue',
  '.svelte': 'svelte',
  '.sh': 'shell',
  '.bash': 'shell',
  '.yaml': 'document',
  '.yml': 'document',
};

/** JSON is read where its name says what it is for. */
const documents: ReadonlySet<string> = new Set(['dataset_info.json', 'config.json', 'settings.json']);
const notDocuments: ReadonlySet<string> = new Set(['pnpm-workspace.yaml', 'pnpm-lock.yaml']);

const manifests: ReadonlySet<string> = new Set(['package.json', 'pnpm-workspace.yaml', 'lerna.json', 'rush.json']);
