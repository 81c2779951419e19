// Compares the results of a scan with labels. A site is found by a result of its category that stands at one of its lines, or
// whose flow passes both its source and its sink.
import type { Log } from 'sarif';
import type { Category, LabelLine, LabelledFile, Site } from './labels.ts';

/** How many of the sites of one kind were found. */
export interface Share {
  found: number;
  sites: number;
}

/** What was found of the labels of one or several repositories. */
export interface Score {
  readonly all: Share;
  readonly categories: Record<string, Share>;
  readonly flows: Record<string, Share>;
  readonly languages: Record<string, Share>;
  /** Sites that are marked hard, and the others. */
  readonly difficulty: Record<string, Share>;
  /** Benign places, and those with a result that should not be. */
  readonly benign: { hit: number; places: number };
  /** Results at no label in repositories that do ordinary things. */
  readonly ordinary: { warnings: number; notes: number };
  /** What a person may want to read: missed sites, wrong results, unlabelled ones in ordinary repositories. */
  readonly remarks: string[];
}

interface Place {
  readonly path: string;
  readonly cell: number | undefined;
  readonly line: number;
}

interface Result {
  readonly rule: string;
  readonly category: Category;
  readonly isNote: boolean;
  readonly at: Place;
  readonly flow: readonly Place[];
  /** Whether a label speaks of it. */
  labelled: boolean;
}

const categories: Readonly<Record<string, Category>> = {
  'training/persist-output': 'A',
  'training/train-on-output': 'B',
  'volume/bulk-query': 'C',
  'training/capture-reasoning': 'D',
  'volume/evade-limits': 'E',
  'training/restricted-dataset': 'F',
};

// A person's line and a tool's may differ by as much, say by the lines of one call.
const NEAR_SITE = 3;
const NEAR_BENIGN = 1;

/** A score of nothing. */
export function emptyScore(): Score {
  return {
    all: { found: 0, sites: 0 },
    categories: {},
    flows: {},
    languages: {},
    difficulty: {},
    benign: { hit: 0, places: 0 },
    ordinary: { warnings: 0, notes: 0 },
    remarks: [],
  };
}

/** Adds to `score` what the results of a scan (its paths relative to the repository) say of the labels of that repository. */
export function addScore(score: Score, files: readonly LabelledFile[], log: Log): void {
  const results = resultsOf(log);
  for (const file of files) for (const site of file.sites ?? []) addSite(score, file, site, results);
  for (const file of files) {
    for (const benign of file.benign ?? []) {
      if (benign.ambiguous) continue;
      score.benign.places++;
      const at = placeOf(file.path ?? '', benign.line);
      const wrong = results.filter(
        (result) =>
          !result.labelled &&
          isNear(result.at, at, NEAR_BENIGN) &&
          (benign.mimics ?? 'ABCDEF').split('').some((category) => answers(result.category, category)) &&
          !(benign.tolerate === 'info' && result.isNote),
      );
      for (const result of wrong) result.labelled = true;
      if (wrong.length === 0) continue;
      score.benign.hit++;
      score.remarks.push(`wrong: ${wrong[0]!.rule} at ${file.repo} ${written(at)}: ${benign.why ?? ''}`);
    }
  }
  if (files[0]?.kind !== 'ordinary') return;
  for (const result of results.filter((r) => !r.labelled)) {
    if (result.isNote) score.ordinary.notes++;
    else score.ordinary.warnings++;
    const level = result.isNote ? 'note' : 'warning';
    score.remarks.push(`unlabelled ${level}: ${result.rule} at ${files[0].repo} ${written(result.at)}`);
  }
}

function addSite(score: Score, file: LabelledFile, site: Site, results: readonly Result[]): void {
  const category = site.category[0]!;
  const path = file.path ?? '';
  const wanted = [site.line, ...(site.altLines ?? [])].map((line) => placeOf(path, line));
  const source = site.sourceLine === undefined ? undefined : placeOf(site.sourcePath ?? path, site.sourceLine);
  const sink = site.sinkLine === undefined ? undefined : placeOf(site.sinkPath ?? path, site.sinkLine);
  if (sink && 'ABD'.includes(category)) wanted.push(sink);
  const isFlow = ({ flow, at }: Result): boolean =>
    source !== undefined &&
    sink !== undefined &&
    flow.some((place) => isNear(place, source, NEAR_SITE)) &&
    [...flow, at].some((place) => isNear(place, sink, NEAR_SITE));
  const found = results.filter(
    (result) =>
      answers(result.category, category) &&
      (wanted.some((place) => isNear(result.at, place, NEAR_SITE)) || isFlow(result)),
  );
  for (const result of found) result.labelled = true;
  if (site.borderline) return;
  const flow = /^(intra|inter|cross-file|cross-process)/.exec(site.flow ?? '')?.[0] ?? 'other';
  const shares = [
    score.all,
    shareOf(score.categories, category),
    shareOf(score.flows, flow),
    shareOf(score.languages, file.language === 'py' ? 'python' : (file.language ?? 'other')),
    shareOf(score.difficulty, site.hard ? 'hard' : 'plain'),
  ];
  for (const share of shares) {
    share.sites++;
    if (found.length > 0) share.found++;
  }
  if (found.length === 0) {
    const hard = site.hard ? ' (hard)' : '';
    score.remarks.push(`missed: ${category}${hard} at ${file.repo} ${written(wanted[0]!)}: ${site.rationale ?? ''}`);
  }
}

/** Persisting, training and capturing reasoning meet at one place, where only the strongest is reported. */
function answers(given: Category, wanted: string): boolean {
  return given === wanted || ('ABD'.includes(given) && 'ABD'.includes(wanted));
}

function shareOf(shares: Record<string, Share>, name: string): Share {
  shares[name] ??= { found: 0, sites: 0 };
  return shares[name];
}

function resultsOf(log: Log): Result[] {
  return log.runs.flatMap((run) =>
    (run.results ?? []).flatMap((result): Result[] => {
      const category = categories[result.ruleId ?? ''];
      const at = locationPlace(result.locations?.[0]);
      if (!category || !at || (result.suppressions ?? []).length > 0) return [];
      const flow = (result.codeFlows ?? []).flatMap((codeFlow) =>
        codeFlow.threadFlows.flatMap((thread) =>
          thread.locations.flatMap((step) => locationPlace(step.location) ?? []),
        ),
      );
      const isNote = result.level === 'note' || result.level === 'none';
      return [{ rule: result.ruleId!, category, isNote, at, flow, labelled: false }];
    }),
  );
}

type Location = NonNullable<NonNullable<NonNullable<Log['runs'][number]['results']>[number]['locations']>[number]>;

/** In notebooks the cell and its line are properties: the region is about the text of the file. */
function locationPlace(location: Location | undefined): Place | undefined {
  const uri = location?.physicalLocation?.artifactLocation?.uri;
  if (location === undefined || uri === undefined) return undefined;
  const path = decodeURIComponent(uri);
  const { cell, line } = (location.properties ?? {}) as { cell?: number; line?: number };
  if (cell !== undefined && line !== undefined) return { path, cell, line };
  return { path, cell: undefined, line: location.physicalLocation?.region?.startLine ?? 1 };
}

function placeOf(path: string, line: LabelLine): Place {
  if (typeof line === 'number') return { path, cell: undefined, line };
  return { path: line.path ?? path, cell: line.cell, line: line.line };
}

function isNear(a: Place, b: Place, lines: number): boolean {
  return a.path === b.path && a.cell === b.cell && Math.abs(a.line - b.line) <= lines;
}

function written({ path, cell, line }: Place): string {
  return cell === undefined ? `${path}:${line}` : `${path}, cell ${cell}, line ${line}`;
}
