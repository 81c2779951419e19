// TEMPORARY: stands where the real project will be until the engine is wired in; then this file goes.
// It knows one pattern, text by text: a line that calls a model and a later line of the same file that writes.
import type { Finding, Place } from '../policy/finding.ts';
import type { Change, CheckResult, Progress, Project, SourceText } from '../project.ts';
import type { CreateWorkspaceProject } from './workspace.ts';

/** Reads a folder: every source file below it, as bytes; and one file. */
export interface StubFiles {
  list(folder: string): Iterable<string>;
  read(path: string): Uint8Array | undefined;
}

/** Makes stub projects. */
export function stubProjects(files: StubFiles): CreateWorkspaceProject {
  return (folder) => {
    const overlays = new Map<string, string>();
    const known: string[] = [];
    const project = stubProject();
    const fromDisk = (path: string): Change => ({ path, bytes: folder === undefined ? undefined : files.read(path) });
    return {
      project,
      *load(): Generator<Progress, void> {
        let done = 0;
        for (const path of files.list(folder ?? '/')) {
          known.push(path);
          if (!overlays.has(path)) project.update([fromDisk(path)]);
          yield { phase: 'reading', done: ++done, total: done, path };
        }
      },
      overlay(path, text) {
        if (text === undefined) {
          overlays.delete(path);
          project.update([fromDisk(path)]);
        } else {
          overlays.set(path, text);
          project.update([{ path, bytes: new TextEncoder().encode(text) }]);
        }
      },
      reread(paths) {
        const below = paths.flatMap((path) => [path, ...known.filter((other) => other.startsWith(`${path}/`))]);
        project.update(below.filter((path) => !overlays.has(path)).map(fromDisk));
      },
    };
  };
}

function stubProject(): Project {
  const texts = new Map<string, SourceText>();
  return {
    update(changes) {
      for (const { path, bytes } of changes) {
        if (bytes) texts.set(path, { path, text: new TextDecoder().decode(bytes), locate: undefined });
        else texts.delete(path);
      }
    },
    *check(): Generator<Progress, CheckResult> {
      const findings: Finding[] = [];
      let done = 0;
      for (const { path, text } of texts.values()) {
        findings.push(...findIn(path, text));
        yield { phase: 'searching', done: ++done, total: texts.size, path };
      }
      return {
        findings,
        observations: [],
        coverage: {
          files: texts.size,
          bytes: 0,
          parsed: [],
          skipped: [],
          gaps: [],
          origins: 0,
          assumed: [],
          complete: true,
        },
      };
    },
    skip() {},
    graph: () => undefined,
    source: (path) => texts.get(path),
  };
}

function findIn(path: string, text: string): Finding[] {
  const source = /\w+\.(messages|responses)\.create\(/.exec(text);
  if (!source) return [];
  const from: Place = { path, start: source.index, end: source.index + source[0].length - 1 };
  const found: Finding[] = [];
  for (const match of text.matchAll(/(\w+\.write|push_to_hub|writeFileSync|appendFileSync)\([^\r\n]*\)/g)) {
    if (match.index < from.end) continue;
    const before =
      text
        .slice(0, match.index)
        .split(/\r\n|\n/)
        .slice(-2)[0] ?? '';
    if (/distillint-ignore training\/persist-output: \w/.test(before)) continue;
    const place = { path, start: match.index, end: match.index + match[0].length };
    found.push(finding(place, from));
  }
  return found;
}

function finding(place: Place, from: Place): Finding {
  return {
    rule: 'training/persist-output',
    place,
    flow: [
      { place: from, role: 'source', name: 'messages.create', why: 'Output of a model of Anthropic' },
      { place, role: 'sink', name: 'write', why: 'is written to a dataset' },
    ],
    provider: { host: 'anthropic', author: 'anthropic', surface: 'api', how: 'client', local: false },
    models: [],
    clauses: [
      {
        id: 'anthropic/commercial/stub',
        provider: 'anthropic',
        providerName: 'Anthropic',
        document: 'Commercial Terms of Service',
        title: 'Use restrictions',
        section: 'D.4',
        summary: '',
        url: 'https://www.anthropic.com/legal/commercial-terms',
        party: 'host',
        use: 'train_competing',
        stance: 'prohibited',
        exceptions: [],
        confidence: 'first-hand',
        firstHand: true,
      },
    ],
    stance: 'prohibited',
    evidence: { for: [], against: [] },
    confidence: 'high',
    level: 'warning',
    assumptions: [],
    fingerprint: `stub ${place.path} ${place.start}`,
    story: `stub ${place.path}`,
    related: [],
    message:
      'Output of a model of Anthropic is written to a dataset, which may conflict with its Commercial Terms, D.4.',
  };
}
