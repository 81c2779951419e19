// The small projects that say what is found: the fixtures of flows and the examples of the rules' pages, held in memory.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, memoryFileSystem } from '../../../server/src/host/memory.ts';
import type { CheckResult } from '../../../server/src/project.ts';
import { type Engine, openWorkspace } from '../../../server/src/workspace.ts';
import { casesIn } from '../../editor/flows.ts';
import { ruleExamples } from '../../suites/examples.ts';
import { drain } from '../../suites/workspaces.ts';

/** Files of a project by their paths in it. */
export interface SmallProject {
  readonly name: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

/** All fixtures and examples. */
export function smallProjects(): SmallProject[] {
  const flows = join('test', 'fixtures', 'flows');
  const fixtures = casesIn(flows)
    .flatMap((name) => (name.startsWith('libraries') ? foldersIn(join(flows, name), name) : [name]))
    .map((name) => ({ name, files: filesIn(join(flows, name)) }));
  const examples = ruleExamples().map(({ rule, file, code }) => ({ name: `${rule} ${file}`, files: { [file]: code } }));
  return [...fixtures, ...examples];
}

/** What is found in a project, as text, so that two runs compare: each finding with its facts and places. */
export function findingsIn({ files }: SmallProject, engine: Engine): string {
  const disk = memoryFileSystem(filesBelow('/w', files));
  // Suppressions may end; no fixture's does before this day.
  const workspace = openWorkspace(engine, disk, ['/w'], { today: '2026-01-01' });
  drain(workspace.load());
  const { findings } = drain<CheckResult>(workspace.project.check());
  return JSON.stringify(
    findings.map(({ rule, place, provider, model, confidence, level, stance, flow }) => [
      [rule, place, provider.host, provider.author, model, confidence, level, stance],
      flow.map((step) => step.place),
    ]),
  );
}

/** Each folder below `libraries/<language>` is a project of its own, so that few are run for one row. */
function foldersIn(folder: string, name: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(name, entry.name));
}

function filesIn(folder: string): Record<string, Uint8Array> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path)];
    }),
  );
}
