// Workspaces over real files, for every suite that asks what the engine finds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineAt, lineStarts } from '../../server/src/base/text.ts';
import type { BuiltFiles } from '../../server/src/host/built.ts';
import { nodeFileSystem, portablePath } from '../../server/src/host/node-fs.ts';
import { atOnceInShort, factorsInShort } from '../../server/src/policy/estimate.ts';
import type { Finding } from '../../server/src/policy/finding.ts';
import type { CheckResult, Project } from '../../server/src/project.ts';
import { loadPython, type PythonParser } from '../../server/src/syntax/python/parser.ts';
import { type Engine, openEngine, openWorkspace, type Workspace } from '../../server/src/workspace.ts';
import type { Found } from './fixtures.ts';

let engine: Promise<Engine> | undefined;

/** The engine over the rules and parsers that the build left in dist/, loaded once. */
export function builtEngine(): Promise<Engine> {
  engine ??= openEngine(engineFiles());
  return engine;
}

/** The rules and parsers that the build left in dist/. */
export function engineFiles(): BuiltFiles {
  return {
    rules: readFileSync(join('dist', 'rules.json'), 'utf8'),
    treeSitterWasm: readFileSync(join('dist', 'web-tree-sitter.wasm')),
    pythonWasm: readFileSync(join('dist', 'tree-sitter-python.wasm')),
  };
}

/** The parser of Python, as the build left it in dist/. */
export function builtPython(): Promise<PythonParser> {
  return loadPython(
    readFileSync(join('dist', 'web-tree-sitter.wasm')),
    readFileSync(join('dist', 'tree-sitter-python.wasm')),
  );
}

/** Opens the folder as the only root and reads its files. */
export function openFolder(
  engine: Engine,
  folder: string,
  rules: readonly string[] = [],
): { readonly root: string; readonly workspace: Workspace } {
  const root = portablePath(folder, process.cwd());
  // Suppressions may end; no fixture's does before this day.
  const workspace = openWorkspace(engine, nodeFileSystem, [root], { today: '2026-01-01', rules });
  drain(workspace.load());
  return { root, workspace };
}

/** Does all the work of a check. */
export function checkAll(project: Project): CheckResult {
  return drain(project.check());
}

/** Runs a generator to its end. */
export function drain<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** A finding in the words of the marks. `text` is what its offsets refer to. */
export function foundIn(text: string, finding: Finding): Found {
  const { provider, confidence, level, model, stance, estimate } = finding;
  return {
    line: lineAt(lineStarts(text), finding.place.start) + 1,
    rule: finding.rule,
    facts: {
      provider: provider.host,
      author: provider.author,
      confidence,
      level,
      stance,
      model,
      calls: estimate && factorsInShort(estimate),
      atOnce: estimate && atOnceInShort(estimate),
    },
  };
}
