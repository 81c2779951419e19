// Weighs what was observed: how sure can we be that this is training data, or high volume, and why. Every sign is kept with its
// weight so that a reviewer can check it. What the terms say of it is not looked at here.
import type {
  Observation,
  ObservedRecord,
  ObservedRepetition,
  ObservedSink,
  ObservedTrainer,
  SourcePlace,
} from '../flow/observation.ts';
import { isPlaceholder } from '../flow/records.ts';
import { HOW_OFTEN } from '../flow/volume.ts';
import { type Candidate, type EvidenceFact, trains } from './candidate.ts';
import type { EvidenceData } from './evidence.ts';
import type { Confidence } from './finding.ts';

/** Signs and what they come to. */
export interface Weighed {
  readonly evidence: readonly EvidenceFact[];
  readonly sum: number;
  readonly confidence: Confidence;
  /** The signs without any one of which it would be low. */
  readonly rests?: readonly EvidenceFact[];
}

/** A finding to be: what a rule is about, and what speaks for and against it. */
export interface Draft {
  readonly candidate: Candidate;
  readonly weighed: Weighed;
}

const stored: ReadonlySet<string> = new Set(['file', 'dataset', 'publish', 'platform']);

/** What weighing needs beside the facts. */
export interface Scales {
  readonly evidence: EvidenceData;
  /** Where the workspace trains models, whatever on. */
  readonly trainers: readonly ObservedTrainer[];
  /** A file's path below its root: the folders above the workspace say nothing. */
  relative(path: string): string;
}

/** What is looked at beside a sink when it is weighed. */
export interface Surroundings {
  readonly origin: Observation['origin'];
  /** What the model call is repeated for, of each repetition whose answers come to it. */
  readonly levels: readonly ObservedRepetition['levels'][];
  /** The trainer that is given what it writes. */
  readonly trainer: ObservedSink | undefined;
  /** Whether the model may be asked more often than is known. */
  readonly isOpen: boolean;
}

export function surroundingsOf(observation: Observation, sink: ObservedSink): Surroundings {
  return {
    origin: observation.origin,
    levels: levelsOf(observation, sink),
    trainer: observation.sinks.find((other) => trains.has(other.kind) && isTrainedOn(sink, other, observation)),
    isOpen: observation.bounds.some((says) => says.startsWith(HOW_OFTEN)),
  };
}

/** Weighs a sink. */
export function weighSink(
  sink: ObservedSink,
  { origin, levels, trainer, isOpen }: Surroundings,
  scales: Scales,
): Weighed {
  const data = scales.evidence;
  const path = scales.relative(sink.write.path);
  const facts: EvidenceFact[] = [];
  const add = (kind: string, weight: number, text: string, place?: SourcePlace): void => {
    if (weight !== 0)
      facts.push({ kind, side: weight > 0 ? 'for' : 'against', weight, text, ...(place ? { place } : {}) });
  };
  const { stored: table } = origin;
  const doubt = table === undefined ? undefined : data.stored.sinks[sink.kind];
  if (doubt) add('stored', doubt.weight, `${doubt.says}: rows of “${table}” are read back`, origin.place);
  const base = data.sinks[sink.kind];
  if (base) add('sink', base.weight, base.says, sink.write);
  const shapes = sink.records.filter(({ left }) => !left);
  const records = shapes.map((one) => ({ ...one, keys: one.keys.map((key) => key.toLowerCase()) }));
  const record = best(
    data.records,
    (r) => r.weight,
    (r) => matchRecord(records, r),
  );
  if (record)
    add(
      record.chat ? 'chat-keys' : 'training-keys',
      record.weight,
      `the record has the shape of ${record.name}`,
      records.find(hasKeys(record.all))?.place,
    );
  // Stored rows that are published or trained on are a data set, whatever else the store keeps beside them.
  for (const keys of doubt && (trains.has(sink.kind) || sink.kind === 'publish') ? [] : data.otherKeys) {
    const [found] = sink.records.flatMap(({ keys: own, constants, place }) =>
      own.filter((key) => isAmong(key, keys, own) && !isPlaceholder(constants[key])).map((key) => ({ key, place })),
    );
    if (found) add('other-keys', keys.weight, `“${found.key}” beside it is a sign of ${keys.name}`, found.place);
  }
  const named = (kind: string, weight: number, text: string): void => add(kind, weight, text, sink.write);
  addPhrase(named, 'markup', data.markup, sink.frames, (p) => `the text around it has “${p}”, as training texts have`);
  const inner = stored.has(sink.kind) ? wayShown(sink, data) : undefined;
  const isInner = inner?.kind.weighs === true;
  if (inner)
    facts.push({
      kind: 'inner',
      side: 'for',
      weight: isInner ? data.inner.weight : 0,
      text: inner.kind.says,
      place: sink.write,
    });
  const targets = sink.targets.map((name) => withoutDraft(name, data));
  const target = new Set(wordsOf(targets.join(' ')));
  if (isInner) for (const word of data.inner.words) target.delete(word);
  const meant = wordsOf(targets.filter((text) => !isAboutRun(text, data)).join(' '));
  addWords(named, 'target', data.targets.for, meant, (w) => `the name it is written under says “${w}”`);
  addWords(named, 'target', data.targets.against, target, (w) => `the name it is written under says “${w}”`);
  const endings = wordsOf(targets.map((text) => /\.\w+$/.exec(text)?.[0] ?? '').join(' '));
  addWords(named, 'target', data.targets.endings, endings, (w) => `the name it is written under ends in “${w}”`);
  if (sink.named) add('own-name', data.ownName.weight, data.ownName.says, sink.write);
  if (isInner) {
    addWords(named, 'inner-name', data.inner.names, target, (w) => `the name it is written under says “${w}”`);
    addWords(named, 'inner-form', [data.inner.tensors], endings, () => data.inner.tensors.says);
  }
  if (sink.byLine || data.byLine.words.some((word) => target.has(word)))
    add('by-line', data.byLine.weight, data.byLine.says, sink.write);
  const place = wordsOf(path);
  const told = data.paths.for.filter(({ unless }) => !unless.includes(sink.kind));
  addWords(add, 'path', told, place, (w) => `the file's path says “${w}”`);
  addWords(add, 'path', data.paths.against, place, (w) => `the file's path says “${w}”`);
  const asked = (kind: string, weight: number, text: string): void => add(kind, weight, text, origin.place);
  const prompts = sink.prompts.map((text) => withoutOtherTraining(text, data));
  addPhrase(asked, 'prompt', data.prompts, prompts, (p) => `the prompt speaks of “${p}”`);
  if (trainer) add('trained-on', data.trainedOn.weight, data.trainedOn.says, trainer.place);
  // Whoever measures models keeps how they came to their answers as well.
  const others = facts.filter(({ kind }) => kind !== 'inner');
  if (!isMeant(others) && (isInner || isAside(sink, facts, data))) named('aside', data.aside.weight, data.aside.says);
  for (const fact of weighVolume(levels, data).evidence) facts.push({ ...fact, weight: 1 });
  const near = sink.kind === 'log' ? undefined : scales.trainers.find((t) => isNear(path, t, scales));
  if (near) add('trainer', data.trainer.weight, data.trainer.says, near.place);
  // A loop asks for many answers, whether or not its code tells how many.
  if (!isOpen && levels.length === 0 && facts.every(({ kind, weight }) => kind === 'prompt' || weight <= 0))
    named('spoken', data.spoken.weight, data.spoken.says);
  else if (!isOpen && facts.every(({ kind, weight }) => kind === 'chat-keys' || weight <= 0))
    named('chat', data.chat.weight, data.chat.says);
  facts.push(...uncheckedFacts([origin, sink], data));
  const { assumed: onWay } = inner?.way ?? sink;
  const assumed = onWay.length > 0 || origin.assumed !== undefined || table !== undefined;
  return total(facts, data, assumed);
}

/** Signs of how an answer was asked for, and of what else its code does. */
const circumstances: ReadonlySet<string> = new Set(['by-line', 'per-item', 'many', 'pool', 'nested', 'trainer']);

/** Whether anything of what is written speaks for training, not only its circumstances. */
export function isMeant(facts: readonly EvidenceFact[]): boolean {
  // A word of the prompt that stands for a topic as well is as little as a circumstance.
  return facts.some(({ kind, weight }) => weight > (kind === 'prompt' ? 1 : 0) && !circumstances.has(kind));
}

/**
 * Whether how often a model is asked, and what else its code does, says nothing of a write: where something speaks against training,
 * where the way there leads through many files, and where many answers become one text.
 */
function isAside(
  { steps, records, joined }: ObservedSink,
  facts: readonly EvidenceFact[],
  { aside }: EvidenceData,
): boolean {
  const files = new Set(steps.map(({ place }) => place.path)).size;
  return facts.some(({ weight }) => weight < 0) || files > aside.files || (joined === true && records.length === 0);
}

/**
 * Whether what `sink` writes is what `trainer` is given. Applications keep answers in stores for all kinds of ends, whatever else
 * is done with them: of a store, and of what is made of rows that are read back of one, it is so only where the flow to the trainer
 * goes through it.
 */
function isTrainedOn(sink: ObservedSink, trainer: ObservedSink, { sinks }: Observation): boolean {
  if (!isSameAnswers(sink, trainer)) return false;
  const isRead = (): boolean => sinks.some((one) => one.kind === 'store' && goesThrough(sink, one));
  return sink.kind === 'store' || isRead() ? goesThrough(trainer, sink) : stored.has(sink.kind);
}

/** Whether the answers that reach a sink are what another has written. */
function goesThrough({ steps }: ObservedSink, { write: { path, start } }: ObservedSink): boolean {
  return steps.some(({ place, role }) => role === 'store' && place.path === path && place.start === start);
}

/** Whether two sinks may be given the same answers of one model call: where both are known, they come of one repetition. */
function isSameAnswers(a: ObservedSink, b: ObservedSink): boolean {
  return (
    a.repetitions.length === 0 || b.repetitions.length === 0 || a.repetitions.some((i) => b.repetitions.includes(i))
  );
}

const UNCHECKED = 'unchecked';

/** A sign against what is known from rows that nobody checked: one, however many they are. */
export function uncheckedFacts(
  known: readonly { readonly api: string; readonly verified: boolean }[],
  { unchecked }: EvidenceData,
): EvidenceFact[] {
  const names = [...new Set(known.filter(({ verified }) => !verified).map(({ api }) => api))];
  if (names.length === 0) return [];
  const text = `assumed: the row for ${names.join(' and that for ')} ${unchecked.says}`;
  return [{ kind: UNCHECKED, side: 'against', weight: unchecked.weight, text }];
}

/** What the model call is repeated for, of each repetition whose answers come to a sink. */
export function levelsOf(observation: Observation, sink: ObservedSink): readonly ObservedRepetition['levels'][] {
  return sink.repetitions.map((i) => observation.repetitions[i]!.levels);
}

/** Weighs how often the model is asked: the strongest of some repetitions. */
export function weighVolume(repetitions: readonly ObservedRepetition['levels'][], data: EvidenceData): Weighed {
  let strongest: EvidenceFact[] = [];
  for (const levels of repetitions) {
    const facts = volumeFacts(levels, data);
    if (sumOf(facts) > sumOf(strongest)) strongest = facts;
  }
  return total(strongest, data, false);
}

/** The signs of one repetition. */
export function volumeFacts(levels: ObservedRepetition['levels'], data: EvidenceData): EvidenceFact[] {
  const facts: EvidenceFact[] = [];
  const add = (kind: string, sign: { weight: number; says: string }, place: SourcePlace): void => {
    facts.push({ kind, side: 'for', weight: sign.weight, text: sign.says, place });
  };
  const first = levels[0];
  if (!first) return facts;
  const perItem = levels.find((l) => l.dependent);
  if (perItem) add('per-item', data.volume.perItem, perItem.place);
  const counted = levels.reduce((product, { count }) => product * (count ?? 1), 1);
  const many = levels.find((l) => l.provenance === 'file' || l.provenance === 'dataset' || (l.count && counted >= 100));
  if (many) add('many', data.volume.many, many.place);
  const pool = levels.find((l) => l.kind === 'pool');
  if (pool) add('pool', data.volume.pool, pool.place);
  // Whatever is at hand is cut into parts so that not all of it is asked about at once; a file that is cut up is a long one.
  const own = many ? levels : levels.filter((level) => level.shares !== 'parts');
  if (own.length > 1) add('nested', data.volume.nested, own[own.length - 1]!.place);
  return facts;
}

/** The same with one sign more; it makes nothing high that was low. */
export function weighedWith(weighed: Weighed, sign: EvidenceFact, data: EvidenceData): Weighed {
  return total([...weighed.evidence, sign], data, true);
}

/** What signs come to together, and which of them it rests on. `assumed`: whether something on the way is not known for sure. */
export function total(evidence: readonly EvidenceFact[], data: EvidenceData, assumed: boolean): Weighed {
  const sum = sumOf(evidence);
  const confidence = confidenceOf(sum, evidence, data, assumed);
  const without = (fact: EvidenceFact): Confidence =>
    confidenceOf(
      sum - fact.weight,
      evidence.filter((other) => other !== fact),
      data,
      assumed,
    );
  const rests = confidence === 'low' ? [] : evidence.filter((fact) => fact.weight > 0 && without(fact) === 'low');
  return { evidence, sum, confidence, rests };
}

/** Whether a key is one that records have which hold how a model came to its answer. */
export function namesReasoning(key: string, { inner }: EvidenceData): boolean {
  const name = key.toLowerCase();
  return inner.kinds.some(({ keys }) => keys.some((all) => all.includes(name)));
}

/** What of how the model came to its answer is kept, and a way on which that is. */
export interface Inner {
  readonly kind: EvidenceData['inner']['kinds'][number];
  readonly way: Pick<ObservedSink, 'steps' | 'assumed'>;
}

/** What of how the model came to its answer reaches a sink, if anything does. */
export function wayShown(sink: ObservedSink, { inner }: EvidenceData): Inner | undefined {
  const labelled = inner.kinds.find(({ labels }) => labels.some((one) => one === sink.label));
  if (labelled?.weighs) return { kind: labelled, way: sink };
  // A constant is what the program says, such as an option: `{ reasoning: 'all' }`. What stands beside an answer that is read out
  // alone stays behind.
  const said = sink.records.map(({ keys, constants, read = keys }) => ({
    keys: read.filter((key) => !(key in constants)).map((key) => key.toLowerCase()),
  }));
  for (const kind of inner.kinds) {
    const all = kind.keys.find((keys) => said.some(hasKeys(keys)));
    if (!all) continue;
    const isUnder = ({ under }: Pick<ObservedSink, 'under'>): boolean =>
      under.some((key) => all.includes(key.toLowerCase()));
    return { kind, way: [sink, ...sink.others].find(isUnder) ?? sink };
  }
  return labelled && { kind: labelled, way: sink };
}

/**
 * How sure a sum is. What was assumed, or taken from a row that nobody checked, is not of high confidence; it is still shown if
 * it would be otherwise: that a row was not checked says nothing against what the code does.
 */
function confidenceOf(
  sum: number,
  evidence: readonly EvidenceFact[],
  { thresholds }: EvidenceData,
  assumed: boolean,
): Confidence {
  const unchecked = evidence.filter(({ kind }) => kind === UNCHECKED);
  if (sum - sumOf(unchecked) < thresholds.medium) return 'low';
  return sum < thresholds.high || assumed || unchecked.length > 0 ? 'medium' : 'high';
}

function sumOf(facts: readonly EvidenceFact[]): number {
  return facts.reduce((sum, fact) => sum + fact.weight, 0);
}

/** Whether a trainer is near a file: in its folder, or, where the code itself trains, in one above or below. */
export function isNear(path: string, trainer: ObservedTrainer, scales: Scales): boolean {
  const folder = (of: string): string => of.slice(0, of.lastIndexOf('/') + 1);
  const [mine, its] = [folder(path), folder(scales.relative(trainer.place.path))];
  return mine === its || (trainer.by === 'code' && (mine.startsWith(its) || its.startsWith(mine)));
}

/** Whether one of some records, their keys in lower case, has the shape that is wanted. */
function matchRecord(
  records: readonly Pick<ObservedRecord, 'keys' | 'constants'>[],
  wanted: EvidenceData['records'][number],
): boolean {
  if (!records.some(hasKeys(wanted.all))) return false;
  if (!wanted.constant) return true;
  return Object.entries(wanted.constant).every(([key, values]) =>
    records.some((r) => values.includes(String(r.constants[key]))),
  );
}

/** Tells whether a record has all of some keys, its own in lower case: columns of tables are often written with a capital. */
function hasKeys(all: readonly string[]): (record: { readonly keys: readonly string[] }) => boolean {
  return ({ keys }) => all.every((key) => keys.includes(key));
}

/** Whether a key of a record with the keys `own` is one of a group. */
export function isAmong(key: string, group: EvidenceData['otherKeys'][number], own: readonly string[]): boolean {
  const { any, begins } = group;
  return (any.includes(key) || begins.some((word) => key.startsWith(word))) && group.with.every((k) => own.includes(k));
}

/** The words of a name in lower case: `sftTrain_v2.jsonl` has sft, train, v2, jsonl. Plurals count as their singular. */
export function wordsOf(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  const lower = text
    .replace(/fine[-_ ]?tun/gi, 'finetun')
    .replace(/data[-_ ]?gen(?=erat|\b|_)/gi, 'datagen ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
  for (const word of lower.match(/[a-z]+[0-9]*/g) ?? []) {
    words.add(word);
    if (word.endsWith('s')) words.add(word.slice(0, -1));
    if (word.endsWith('ies')) words.add(`${word.slice(0, -3)}y`);
    // `toolbench`, `mtbench`: benchmarks are named so.
    if (/^(?!work).+bench$/.test(word)) words.add('bench');
  }
  return words;
}

/** The name that a file has once it is whole: `rows.json` of `rows.json.tmp`. A name of its own that is only a draft's stays. */
function withoutDraft(target: string, { targets }: EvidenceData): string {
  const [, name, ending] = /^(.*\w)\.(\w+)$/.exec(target) ?? [];
  return name !== undefined && targets.drafts.includes(ending!) ? name : target;
}

/** Whether a name says last that it is about a run: `training_log.json`, and `training/metrics.jsonl` as well. */
function isAboutRun(target: string, { targets }: EvidenceData): boolean {
  const name = target.slice(target.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
  const last = /(?:[A-Z]?[a-z]+|[A-Z]+)[^A-Za-z]*$/.exec(name)?.[0] ?? '';
  const words = wordsOf(last);
  return targets.about.some((word) => words.has(word));
}

/** Tells the sign of the strongest group of words, if one of `words` is in it; `says` puts that word into a sentence. */
export function addWords(
  add: (kind: string, weight: number, text: string) => void,
  kind: string,
  groups: readonly { readonly words: readonly string[]; readonly weight: number }[],
  words: ReadonlySet<string>,
  says: (word: string) => string,
): void {
  const group = best(
    groups,
    (g) => Math.abs(g.weight),
    (g) => g.words.some((w) => words.has(w)),
  );
  if (group) add(kind, group.weight, says(group.words.find((w) => words.has(w))!));
}

function addPhrase(
  add: (kind: string, weight: number, text: string) => void,
  kind: string,
  groups: readonly { readonly phrases: readonly string[]; readonly weight: number }[],
  texts: readonly string[],
  says: (phrase: string) => string,
): void {
  const text = texts.join('\n').toLowerCase();
  const isSaid = (phrase: string): boolean => {
    for (let i = text.indexOf(phrase); i >= 0; i = text.indexOf(phrase, i + 1))
      if (!/^[a-z]/.test(phrase) || !/[a-z]/.test(text[i - 1] ?? '')) return true;
    return false;
  };
  const group = best(
    groups,
    (g) => g.weight,
    (g) => g.phrases.some(isSaid),
  );
  if (group) add(kind, group.weight, says(group.phrases.find(isSaid)!));
}

/** A prompt without its sentences about a training that has nothing to do with the answer. */
function withoutOtherTraining(prompt: string, { otherTraining }: EvidenceData): string {
  const isOther = (sentence: string): boolean =>
    otherTraining.some((phrase) => sentence.toLowerCase().includes(phrase));
  return prompt
    .split(/(?<=[.!?\n])/)
    .filter((sentence) => !isOther(sentence))
    .join('');
}

function best<T>(items: readonly T[], weight: (item: T) => number, holds: (item: T) => boolean): T | undefined {
  let found: T | undefined;
  // The weight first, since it costs nothing.
  for (const item of items) if ((!found || weight(item) > weight(found)) && holds(item)) found = item;
  return found;
}
