// What is said of a place that several model calls reach: the strictest of what the terms make of each, with the names of the
// others. A model whose terms permit it must not stand before one whose terms do not.
import { addTo } from '../base/groups.ts';
import { type Candidate, strength } from './candidate.ts';
import { type Confidence, type Finding, type Level, placeKey } from './finding.ts';
import { UNKNOWN_HOST } from './judge.ts';
import { listWords } from './message.ts';
import type { Draft } from './weigh.ts';

/** What a finding says whatever is found beside it. */
export type Judged = Omit<Finding, 'fingerprint' | 'related'> & {
  /** Who answers, with the model where it is known; of a data set its id. */
  readonly answerer: string;
};

/** A finding to be that stands for its place, and what else would have stood there. */
export interface Kept {
  readonly draft: Draft;
  readonly others: readonly Judged[];
}

const sure: Readonly<Record<Confidence, number>> = { high: 2, medium: 1, low: 0 };
const strict: Readonly<Record<Level, number>> = { warning: 2, note: 1, permitted: 0 };

/** How many others are named. */
const NAMED = 3;

/**
 * At one place one of persist, train and capture-reasoning, and one of any other rule, by path and place: the strictest level, then
 * the surest with the shortest flow. What is of low confidence is shown to nobody who did not ask for it, so it replaces nothing
 * that is surer; where it is stricter it stands beside that, so that a permitted model does not hide it from those who ask.
 * `judgedOf` is asked only where several meet.
 */
export function strictestAtEachPlace(drafts: readonly Draft[], judgedOf: (draft: Draft) => Judged): readonly Kept[] {
  const groups = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const { rule, place } = draft.candidate;
    addTo(groups, `${placeKey(place)}\n${rule in strength ? 'training' : rule}`, draft);
  }
  const kept: Kept[] = [];
  for (const group of groups.values()) {
    if (group.length === 1) {
      kept.push({ draft: group[0]!, others: [] });
      continue;
    }
    const ranked = group.map((draft) => ({ draft, judged: judgedOf(draft) })).sort(compare);
    const keep = ({ draft }: Ranked): void => {
      kept.push({ draft, others: ranked.flatMap((one) => (one.draft === draft ? [] : [one.judged])) });
    };
    const best = ranked[0]!;
    keep(best);
    const stricter = ranked.find(({ judged }) => strict[judged.level] > strict[best.judged.level]);
    if (stricter && sure[stricter.judged.confidence] < sure[best.judged.confidence]) keep(stricter);
  }
  return kept.sort((a, b) => order(a.draft.candidate, b.draft.candidate));
}

/** The same with the others who answer in its message, where there are any but its own. */
export function besideIn(judged: Judged, others: readonly Judged[]): Judged {
  const own = judged.answerer;
  // That nobody knows who answers is nothing to name, and of a provider that is named already only another model is new.
  const isNew = ({ answerer }: Judged): boolean =>
    answerer !== UNKNOWN_HOST && answerer !== own && !own.startsWith(`${answerer} (`);
  const names = [...new Set(others.filter(isNew).map(({ answerer }) => answerer))].sort();
  if (names.length === 0) return judged;
  const shown = names.length > NAMED + 1 ? [...names.slice(0, NAMED), `${names.length - NAMED} others`] : names;
  const all = listWords(shown);
  const says = judged.rule in strength ? `Answers of ${all} come here as well.` : `Here as well: ${all}.`;
  return { ...judged, message: `${judged.message} ${says}` };
}

interface Ranked {
  readonly draft: Draft;
  readonly judged: Judged;
}

function compare({ draft: a, judged: first }: Ranked, { draft: b, judged: second }: Ranked): number {
  const isLow = ({ confidence }: Judged): number => Number(confidence === 'low');
  return (
    isLow(first) - isLow(second) ||
    Number(a.candidate.origin.stored) - Number(b.candidate.origin.stored) ||
    strict[second.level] - strict[first.level] ||
    sure[second.confidence] - sure[first.confidence] ||
    (strength[b.candidate.rule] ?? 0) - (strength[a.candidate.rule] ?? 0) ||
    a.candidate.flow.length - b.candidate.flow.length ||
    order(a.candidate, b.candidate) ||
    order({ ...a.candidate, place: a.candidate.origin.place }, { ...b.candidate, place: b.candidate.origin.place })
  );
}

function order(a: Candidate, b: Candidate): number {
  if (a.place.path !== b.place.path) return a.place.path < b.place.path ? -1 : 1;
  return a.place.start - b.place.start || a.place.end - b.place.end || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}
