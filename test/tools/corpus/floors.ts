// What was measured on labelled repositories and must not get worse: docs/detection.json. Only counts, so that it says nothing of
// a machine; docs/detection.md shows it as tables.
import type { Score, Share } from './score.ts';

/** The measured state. `lines` are the lines of source in the ordinary repositories. */
export interface Detection extends Pick<Score, 'all' | 'categories' | 'flows' | 'languages' | 'difficulty' | 'benign'> {
  readonly ordinary: { readonly warnings: number; readonly notes: number; readonly lines: number };
}

/** The state that a score says. */
export function detectionOf(score: Score, lines: number): Detection {
  const { all, categories, flows, languages, difficulty, benign, ordinary } = score;
  return {
    all,
    categories: sorted(categories),
    flows: sorted(flows),
    languages: sorted(languages),
    difficulty: sorted(difficulty),
    benign,
    ordinary: { ...ordinary, lines },
  };
}

/** Where a state is worse than the floors, in words. Other labels than those of the floors cannot be compared: that is said too. */
export function worseThan(floors: Detection, now: Detection): readonly string[] {
  if (floors.all.sites !== now.all.sites || floors.benign.places !== now.benign.places)
    return [
      `these labels (${now.all.sites} sites, ${now.benign.places} benign places) are not those of the floors ` +
        `(${floors.all.sites} and ${floors.benign.places})`,
    ];
  const found: string[] = [];
  const less = (name: string, floor: Share | undefined, share: Share | undefined): void => {
    if (floor && floor.found > (share?.found ?? 0))
      found.push(`${name}: ${share?.found ?? 0} found, at least ${floor.found} before`);
  };
  const more = (name: string, most: number, count: number): void => {
    if (count > most) found.push(`${name}: ${count}, at most ${most} before`);
  };
  less('all sites', floors.all, now.all);
  for (const kind of ['categories', 'difficulty', 'flows', 'languages'] as const)
    for (const name of Object.keys(floors[kind])) less(name, floors[kind][name], now[kind][name]);
  more('benign places hit', floors.benign.hit, now.benign.hit);
  more('unlabelled warnings in ordinary repositories', floors.ordinary.warnings, now.ordinary.warnings);
  more('unlabelled notes in ordinary repositories', floors.ordinary.notes, now.ordinary.notes);
  return found;
}

function sorted(shares: Readonly<Record<string, Share>>): Record<string, Share> {
  return Object.fromEntries(Object.entries(shares).sort(([a], [b]) => (a < b ? -1 : 1)));
}
