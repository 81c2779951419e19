// What a file became and what was found out, for finding out why something was found or not. The form may change at any time.
import { dumpGraph } from '../graph/dump.ts';
import type { CheckResult, Project } from '../project.ts';
import { maskedJson } from '../report/json.ts';
import { createMasker, type Masker, secretsIn } from '../report/mask.ts';
import { shownPath } from '../report/report.ts';
import { visible } from '../report/terminal.ts';

/** The graphs of files as text, each below its path. */
export function dumpGraphs(paths: readonly string[], project: Pick<Project, 'graph' | 'source'>, root: string): string {
  return paths.map((path) => dumpOne(path, project, root)).join('\n');
}

function dumpOne(path: string, project: Pick<Project, 'graph' | 'source'>, root: string): string {
  const head = `== ${visible(shownPath(path, root))}\n`;
  const [graph, source] = [project.graph(path), project.source(path)];
  if (!graph || !source) return `${head}not analysed\n`;
  const lines = maskerFor([path], project)(dumpGraph(graph, source.text)).split('\n');
  return `${head}${lines.map(visible).join('\n').trimEnd()}\n`;
}

/** The observations behind the findings, as JSON. */
export function dumpFacts(result: CheckResult, project: Pick<Project, 'source'>, root: string): string {
  const paths = result.coverage.parsed.map(({ path }) => path);
  return `${maskedJson(withShownPaths(result.observations, root), maskerFor(paths, project))}\n`;
}

function withShownPaths(value: unknown, root: string): unknown {
  if (Array.isArray(value)) return value.map((inner) => withShownPaths(inner, root));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    return [key, key === 'path' && typeof inner === 'string' ? shownPath(inner, root) : withShownPaths(inner, root)];
  });
  return Object.fromEntries(entries);
}

/** A masker that knows the secrets of these files. */
function maskerFor(paths: readonly string[], project: Pick<Project, 'source'>): Masker {
  return createMasker(
    paths.flatMap((path) => {
      const text = project.source(path)?.text ?? '';
      return secretsIn(text).map(({ start, end }) => text.slice(start, end));
    }),
  );
}
