// From facts to findings: which rule each observation answers to, one result at one place, its story, its terms, its fingerprint.
// Every rule keeps its own place: a write or a trainer where content arrives, volume at the call in the loop.
import { addTo } from '../base/groups.ts';
import { isSame, perObject } from '../base/memo.ts';
import type {
  Observation,
  ObservedLoad,
  ObservedRepetition,
  ObservedSink,
  ObservedTrainer,
} from '../flow/observation.ts';
import { isStale } from './ages.ts';
import { type Candidate, type EvidenceFact, PERSIST, REASONING, TRAINING, trains, VOLUME } from './candidate.ts';
import { changesOf } from './changes.ts';
import { candidateBase, storyOf } from './draft.ts';
import { estimateOf } from './estimate.ts';
import { rotationDrafts } from './evasion.ts';
import type { EvidenceData } from './evidence.ts';
import {
  type Confidence,
  type Evidence,
  type Finding,
  type FlowStep,
  type Place,
  placeKey,
  type Related,
} from './finding.ts';
import { fingerprint, numbered } from './fingerprint.ts';
import { type Judgement, judge, nameOfAnswer, UNKNOWN_HOST } from './judge.ts';
import { relatedTitle } from './message.ts';
import { answersOtherwise } from './models.ts';
import { NOTICE, noticeDrafts } from './notices.ts';
import { ADDRESS_OPEN } from './providers.ts';
import { loadDrafts } from './restricted.ts';
import type { PolicyData, Purpose } from './schema.ts';
import { withKnownStore } from './stored.ts';
import { joinedStories, type Link } from './stories.ts';
import { besideIn, type Judged, strictestAtEachPlace } from './strictest.ts';
import {
  type Draft,
  isAmong,
  isMeant,
  levelsOf,
  type Scales,
  surroundingsOf,
  uncheckedFacts,
  volumeFacts,
  type Weighed,
  wayShown,
  weighedWith,
  weighSink,
  weighVolume,
  wordsOf,
} from './weigh.ts';

/** What the findings of a workspace are judged by. */
export interface Terms {
  readonly policy: PolicyData;
  readonly evidence: EvidenceData;
  readonly purpose: Purpose;
  /** Rules that are off by default and wanted here. */
  readonly wanted: readonly string[];
  /** `YYYY-MM-DD`: clauses that were checked long ago are marked. */
  readonly today: string;
  /** A file's path below the root of its workspace, for messages and evidence. */
  relative(path: string): string;
}

/** The facts of a workspace. */
export interface Facts {
  readonly observations: readonly Observation[];
  /** Where the workspace trains models, whatever on. */
  readonly trainers: readonly ObservedTrainer[];
  /** Listed data sets that are loaded. */
  readonly loads: readonly ObservedLoad[];
}

/** All findings of the facts, by path, place and rule. Low confidence included: a door hides what it does not show. */
export type Judging = (facts: Facts) => readonly Finding[];

/** Creates the judging of a workspace. An observation that was judged before is not weighed again, since most of them outlive an edit. */
export function createJudging(terms: Terms): Judging {
  const { policy, evidence } = terms;
  const answeredOtherwise = perObject<Observation, boolean>();
  const known = perObject<Observation, Observation | undefined>();
  const drafts = perObject<Observation, readonly SinkDraft[]>();
  const weighed = perObject<ObservedSink, Weighed>();
  const beside = perObject<SinkDraft, SinkDraft>();
  const volumes = perObject<Observation, readonly Draft[]>();
  const prints = perObject<Candidate, string>();
  const judged = perObject<Draft, Judged>();
  let last: { readonly facts: Facts; readonly findings: readonly Finding[] } | undefined;

  return (facts) => {
    // Most edits change no fact.
    if (!last || !isSameFacts(last.facts, facts)) last = { facts, findings: judgeAll(facts) };
    return last.findings;
  };

  function judgeAll({ observations: observed, trainers, loads }: Facts): readonly Finding[] {
    const answered = observed.filter(
      (one) => !answeredOtherwise(one, () => answersOtherwise(one.provider.models, policy.routing)),
    );
    const asks = answered.some(({ origin }) => origin.stored === undefined);
    const observations = answered.flatMap((one) => known(one, () => withKnownStore(one, asks, evidence), [asks]) ?? []);
    const scales = { evidence, trainers, relative: terms.relative };
    const trained = JSON.stringify(trainers);
    // Most sinks outlive an edit that makes another observation of a model call, and many are of few.
    const weigh = (one: Observation, sink: ObservedSink): Weighed => {
      const around = surroundingsOf(one, sink);
      const { origin, levels, trainer, isOpen } = around;
      return weighed(sink, () => weighSink(sink, around, scales), [origin, trainer, trained, isOpen, ...levels]);
    };
    const alone = observations.map((one) => drafts(one, () => trainingDrafts(one, weigh, scales), [trained]));
    // What one call's answers are for says something of what else is asked and written in the same file.
    const files = new Set(alone.flat().flatMap((draft) => (isSure(draft) ? [draft.candidate.place.path] : [])));
    const training = alone.map((ofOne) =>
      ofOne.map((draft) =>
        isSure(draft) || !files.has(draft.candidate.place.path)
          ? draft
          : beside(draft, () => besideOthers(draft, evidence)),
      ),
    );
    const volume = observations.map((one, i) => {
      const stories = one.repetitions.map((repetition, r) => ({
        training: training[i]!.some((draft) => isSure(draft) && draft.sink.repetitions.includes(r)),
        beside: files.has(repetition.place.path),
      }));
      return volumes(one, () => volumeDrafts(one, stories, terms), [JSON.stringify(stories)]);
    });
    const firstSure = (found: readonly (readonly Draft[])[]): ReadonlyMap<Observation, Place> =>
      new Map(
        observations.flatMap((one, i) => {
          const sure = found[i]!.find(isSure);
          return sure ? [[one, sure.candidate.place]] : [];
        }),
      );
    const story = { trained: firstSure(training), bulk: firstSure(volume) };
    const judgedOf = (draft: Draft): Judged => judged(draft, () => judgedBy(draft, terms));
    const drafted = [
      ...training.flat(),
      ...volume.flat(),
      ...rotationDrafts(observations, story, scales, policy),
      ...loadDrafts(loads, files, scales, policy),
      ...(isOn(NOTICE, terms) ? noticeDrafts(observations, scales, policy) : []),
    ];
    const kept = strictestAtEachPlace(drafted, judgedOf).filter(({ draft }) => isOn(draft.candidate.rule, terms));
    const printed = numbered(
      kept.map(({ draft: { candidate } }) =>
        prints(candidate, () => fingerprint({ ...candidate, place: { path: terms.relative(candidate.place.path) } })),
      ),
    );
    const storyNow = joinedStories(drafted, linksBetween(observations, terms));
    const stories = new Map<string, Draft[]>();
    for (const { draft } of kept) addTo(stories, storyNow(draft.candidate.story), draft);
    return kept.map(({ draft, others }, i) => {
      const story = storyNow(draft.candidate.story);
      const judged = { ...besideIn(judgedOf(draft), others), story };
      return finding(draft, judged, printed[i]!, stories.get(story)!, terms);
    });
  }
}

/** Which model calls answer what others have asked them. */
function linksBetween(observations: readonly Observation[], terms: Terms): readonly Link[] {
  const asked = new Map(observations.map((one) => [placeKey(one.origin.place), one]));
  return observations.flatMap((one) =>
    one.prompted.flatMap((place) => {
      const other = asked.get(placeKey(place));
      return other && other !== one ? [[storyOf(one, terms), storyOf(other, terms)] as const] : [];
    }),
  );
}

function isSameFacts(before: Facts, now: Facts): boolean {
  return (
    isSame(before.observations, now.observations) &&
    isSame(before.trainers, now.trainers) &&
    isSame(before.loads, now.loads)
  );
}

function isSure(draft: Draft): boolean {
  return draft.weighed.confidence !== 'low';
}

interface SinkDraft extends Draft {
  readonly sink: ObservedSink;
}

/** Where the content of one model call is persisted or trained on. */
function trainingDrafts(
  observation: Observation,
  weigh: (observation: Observation, sink: ObservedSink) => Weighed,
  scales: Scales,
): SinkDraft[] {
  const story = storyOf(observation, scales);
  // A data set in memory (without a target) that the same output leaves again, to a file, a hub or a trainer, is a step and no
  // place of its own.
  const leaves = observation.sinks.some(({ kind }) => kind !== 'dataset' && kind !== 'log' && kind !== 'store');
  const sinks = observation.sinks
    .filter(({ kind, targets }) => !(leaves && kind === 'dataset' && targets.length === 0))
    .map((sink) => ({ sink, weighed: weigh(observation, sink) }));
  return sinks
    .filter(({ weighed }) => weighed.sum > 0)
    .map(({ sink, weighed }) => ({
      candidate: {
        ...candidateBase(observation, story, weighed),
        ...ruleOf(sink, scales.evidence),
        place: sink.place,
        scope: sink.scope,
        signals: {
          training: weighed.confidence !== 'low',
          volume: weighVolume(levelsOf(observation, sink), scales.evidence).sum > 0,
        },
      },
      weighed,
      sink,
    }));
}

/** A write beside others that keep training data, where anything of it speaks for that as well. */
function besideOthers(draft: SinkDraft, data: EvidenceData): SinkDraft {
  if (!isMeant(draft.weighed.evidence)) return draft;
  const { weight, says } = data.beside;
  const weighed = weighedWith(draft.weighed, { kind: 'beside', side: 'for', weight, text: says }, data);
  const signals = { ...draft.candidate.signals, training: isSure({ ...draft, weighed }) };
  const candidate = { ...draft.candidate, evidence: weighed.evidence, confidenceHint: weighed.confidence, signals };
  return { ...draft, candidate, weighed };
}

/** What else is known of a repetition: whether its answers become training data, and whether those of any call in its file do. */
interface RepetitionStory {
  readonly training: boolean;
  readonly beside: boolean;
}

/** Where one model call is made many times. `stories`: of each of its repetitions. */
function volumeDrafts(observation: Observation, stories: readonly RepetitionStory[], terms: Terms): Draft[] {
  const story = storyOf(observation, terms);
  const all = observation.repetitions.map((one, i) => weighRepetition(observation, one, stories[i]!, terms));
  const steps = ({ chain, outward }: ObservedRepetition): number => chain.length + outward.length;
  const alone = observation.repetitions.filter((_, i) => !stories[i]!.training && all[i]!.confidence !== 'low');
  const { most, through, ...further } = terms.evidence.volume.further;
  const nearest = [...alone].sort((a, b) => steps(a) - steps(b));
  const far = new Set(nearest.slice(most).filter((repetition) => steps(repetition) > through));
  return observation.repetitions.flatMap((repetition, i) => {
    const { training } = stories[i]!;
    const weighed = far.has(repetition)
      ? weighedWith(
          all[i]!,
          { kind: 'further', side: 'against', weight: further.weight, text: further.says },
          terms.evidence,
        )
      : all[i]!;
    if (weighed.sum <= 0) return [];
    const candidate: Candidate = {
      ...candidateBase(observation, story, weighed),
      rule: VOLUME,
      place: repetition.place,
      scope: repetition.scope,
      flow: volumeSteps(observation, repetition),
      estimate: estimateOf(repetition),
      signals: { training, volume: true },
      assumptions: observation.origin.assumed === undefined ? [] : [observation.origin.assumed],
    };
    return [{ candidate, weighed }];
  });
}

/** Which rule a sink is about, and the way that shows it. */
function ruleOf(sink: ObservedSink, data: EvidenceData): Pick<Candidate, 'rule' | 'kept' | 'flow' | 'assumptions'> {
  const inner = trains.has(sink.kind) ? undefined : wayShown(sink, data);
  const { steps, assumed } = inner?.way ?? sink;
  const way = { flow: steps.map((step) => ({ ...step })), assumptions: assumed };
  if (!inner) return { rule: trains.has(sink.kind) ? TRAINING : PERSIST, ...way };
  const { name, many } = inner.kind;
  return { rule: REASONING, kept: { name, many }, ...way };
}

/** Volume: with a sign of training in the same story it is what distillation looks like; alone it must be plain and large. */
function weighRepetition(
  { origin }: Observation,
  repetition: ObservedRepetition,
  story: RepetitionStory,
  terms: Terms,
): Weighed {
  const { training } = story;
  const data = terms.evidence;
  const evidence: EvidenceFact[] = volumeFacts(repetition.levels, data);
  if (story.beside && !training && evidence.length > 0)
    evidence.push({ kind: 'beside', side: 'for', weight: data.volume.beside.weight, text: data.volume.beside.says });
  const signs = evidence.reduce((sum, fact) => sum + fact.weight, 0);
  const isLater = repetition.kept === 'later';
  if (!repetition.kept || (isLater && !training && !story.beside))
    evidence.push({
      kind: 'not-kept',
      side: 'against',
      weight: isLater ? -1 : -6,
      text: isLater ? 'the answers are for whoever fetches them later' : 'the answers are not collected',
      place: repetition.place,
    });
  if (training) evidence.push({ kind: 'training', side: 'for', weight: 4, text: 'the answers become training data' });
  else {
    // What lies beside the answer says what it is for only as long as nothing else does.
    for (const keys of data.otherKeys.filter(({ volume }) => volume)) {
      const found = repetition.keys.find((key) => isAmong(key, keys, repetition.keys));
      if (found)
        evidence.push({
          kind: 'other-keys',
          side: 'against',
          weight: keys.weight,
          text: `“${found}” beside the answer is a sign of ${keys.name}`,
          place: repetition.place,
        });
    }
    // What is asked in number to measure something is not kept for what was answered, whoever runs it for those who measure.
    const { words, weight, says } = data.volume.measured;
    for (const { path } of [repetition.place, ...repetition.chain]) {
      const named = wordsOf(terms.relative(path));
      const word = words.find((w) => named.has(w));
      if (word === undefined) continue;
      evidence.push({ kind: 'path', side: 'against', weight, text: `${says} “${word}”` });
      break;
    }
    const { names, unless, most, ...short } = data.volume.short;
    const { options = {} } = origin;
    const longest = Math.max(...names.map((name) => options[name] ?? 0));
    if (longest > 0 && longest <= most && !unless.some((name) => name in options))
      evidence.push({ kind: 'short', side: 'against', weight: short.weight, text: `${short.says} ${longest}` });
  }
  const sum = evidence.reduce((total, fact) => total + fact.weight, 0);
  const enough = training ? sum > 0 : signs >= data.volume.note && sum >= data.volume.note;
  const unchecked = uncheckedFacts([origin], data);
  const confidence: Confidence = !enough ? 'low' : training && unchecked.length === 0 ? 'high' : 'medium';
  return { evidence: [...evidence, ...unchecked], sum: Math.max(sum, enough ? 1 : 0), confidence };
}

function volumeSteps(observation: Observation, repetition: ObservedRepetition): FlowStep[] {
  const steps: FlowStep[] = [
    {
      place: observation.origin.place,
      role: 'source',
      name: observation.origin.api,
      why: `${observation.origin.api} is called`,
    },
  ];
  const levels = [...repetition.levels];
  for (const call of [...repetition.chain, ...repetition.outward]) {
    if (levels.length === 0)
      steps.push({ place: call, role: 'step', name: 'call', why: 'what is walked is handed in here' });
    else if (call !== repetition.chain[0])
      steps.push({ place: call, role: 'call', name: 'call', why: 'through this call' });
    while (levels[0] && levels[0].call.path === call.path && levels[0].call.start === call.start) {
      const level = levels.shift()!;
      const place: Place = { ...level.place, end: Math.min(level.place.end, level.place.start + 1) };
      steps.push({ place, role: 'loop', name: level.kind, why: `repeated for ${level.over}` });
      if (level.gathered)
        steps.push({ place: level.gathered, role: 'call', name: 'call', why: 'all are awaited together here' });
    }
  }
  return steps;
}

function judgedBy(draft: Draft, terms: Terms): Judged {
  const { candidate } = draft;
  const judgement = judge(candidate, terms.policy, terms.purpose);
  const evidence = (side: 'for' | 'against'): Evidence[] =>
    candidate.evidence
      .filter((fact) => fact.side === side)
      .map(({ text, place, weight }) => ({ text, weight, ...(place ? { place } : {}) }));
  const model = judgement.provider.model?.value;
  return {
    rule: candidate.rule,
    place: candidate.place,
    flow: candidate.flow,
    provider: judgement.provider,
    ...(model === undefined ? {} : { model }),
    models: candidate.provider.models,
    clauses: judgement.clauses.map((clause) =>
      isStale(clause.asOf, terms.today) ? { ...clause, stale: true } : clause,
    ),
    stance: judgement.stance,
    evidence: { for: evidence('for'), against: evidence('against') },
    confidence: confidenceFor(draft, judgement, terms),
    level: judgement.level,
    assumptions: [...new Set([...candidate.assumptions, ...(candidate.bounds ?? []), ...judgement.assumptions])],
    changes: changesOf(draft, judgement, terms.policy, terms.purpose),
    ...(candidate.estimate === undefined ? {} : { estimate: candidate.estimate }),
    ...(candidate.secrets === undefined ? {} : { secrets: candidate.secrets }),
    story: candidate.story,
    message: judgement.message,
    answerer: candidate.dataset?.id ?? nameOfAnswer(judgement.provider, terms.policy),
  };
}

/**
 * Where nobody knows who is asked, or by which address, or who may be asked instead, part of the fact is open. The terms of a model's
 * author hold wherever it is asked, so that nothing is open where they lead. It hides nothing: what is medium stays so.
 */
function confidenceFor(
  { candidate, weighed }: Draft,
  { stance, provider, providers }: Judgement,
  { policy }: Terms,
): Confidence {
  const isUnknown =
    (stance === 'unknown' && provider.host === 'unknown') ||
    providers.some((other) => other !== provider && nameOfAnswer(other, policy) === UNKNOWN_HOST);
  // A data set is loaded, and nobody is asked for it.
  const isOpen = candidate.dataset === undefined && (isUnknown || provider.assumptions.includes(ADDRESS_OPEN));
  return isOpen && weighed.confidence === 'high' ? 'medium' : weighed.confidence;
}

/** `story`: all that is found in the same story. */
function finding(
  draft: Draft,
  { answerer: _, ...judged }: Judged,
  print: string,
  story: readonly Draft[],
  terms: Terms,
): Finding {
  const related: Related[] = story
    .filter((other) => other !== draft && isSure(other))
    .map(({ candidate }) => ({
      place: candidate.place,
      rule: candidate.rule,
      message: relatedTitle(candidate, terms.policy),
    }));
  return { ...judged, fingerprint: print, related };
}

/** Whether a rule is on: by default, or because it is wanted. */
function isOn(rule: string, { policy, wanted }: Terms): boolean {
  return wanted.includes(rule) || policy.rules.find((r) => r.id === rule)?.default !== false;
}
