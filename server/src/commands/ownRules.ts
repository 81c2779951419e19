// A team's own catalog files, as `catalog check` and `catalog try` read them: with the loader that reads ours.
import { decodeText } from '../base/text.ts';
import type { CompiledCatalog } from '../catalog/compiled.ts';
import { loadCatalog, type RuleFile } from '../catalog/load.ts';
import { isProblem } from '../host/filesystem.ts';
import { nodeFileSystem, portablePath } from '../host/node-fs.ts';
import { joinPath } from '../host/paths.ts';
import { shownPath } from '../report/report.ts';

/** What own rows may build on. */
export interface BuiltRules {
  readonly catalog: CompiledCatalog;
  /** Ids of providers. */
  readonly providers: readonly string[];
}

/** Own files, loaded. */
export interface OwnRules {
  readonly files: readonly RuleFile[];
  readonly catalog: CompiledCatalog;
  /** What is wrong, each in one sentence that names file and line. */
  readonly mistakes: readonly string[];
}

/** Loads own files, and those below own folders, as one catalog that builds on ours. Paths are as somebody typed them. */
export function loadOwnRules(paths: readonly string[], cwd: string, built: BuiltRules): OwnRules {
  const files: RuleFile[] = [];
  const mistakes: string[] = [];
  for (const given of paths) {
    const root = portablePath(given, cwd);
    const found = nodeFileSystem.stat(root);
    if (isProblem(found)) mistakes.push(`${shownPath(root, cwd)} cannot be read: ${found.message}`);
    else {
      const all = found.kind === 'directory' ? yamlBelow(root) : [root];
      if (all.length === 0) mistakes.push(`${shownPath(root, cwd)} holds no file that ends in .yaml or .yml`);
      for (const path of all) {
        const bytes = nodeFileSystem.readBytes(path);
        if (isProblem(bytes)) mistakes.push(`${shownPath(path, cwd)} cannot be read: ${bytes.message}`);
        else files.push({ path: shownPath(path, cwd), text: decodeText(bytes).text });
      }
    }
  }
  for (const { path, text } of files)
    if (!/^[^\s#]/m.test(text.replace(/^---\s*$/gm, '')))
      mistakes.push(`${path}:1: found nothing, expected a document that begins with \`package:\``);
  const { catalog, problems } = loadCatalog(files, built.catalog, built.providers);
  const inOrder = [...problems].sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  mistakes.push(...inOrder.map(({ message }) => message));
  return { files, catalog, mistakes: [...new Set(mistakes)] };
}

function yamlBelow(folder: string): readonly string[] {
  const entries = nodeFileSystem.list(folder);
  if (isProblem(entries)) return [];
  return entries.flatMap(({ name, kind }) => {
    const path = joinPath(folder, name);
    if (kind === 'directory') return yamlBelow(path);
    return /\.ya?ml$/.test(name) ? [path] : [];
  });
}
