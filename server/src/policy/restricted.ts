// Data sets of restricted origin: a listed set is loaded, and perhaps trained on. One finding stands at the load, and one at each
// trainer that its rows reach.
import { hashText } from '../base/hash.ts';
import type { ObservedLoad, ObservedSink } from '../flow/observation.ts';
import { type EvidenceFact, TRAINING, trains } from './candidate.ts';
import { findDataset } from './judge.ts';
import type { Dataset, PolicyData } from './schema.ts';
import { addWords, type Draft, isNear, type Scales, total, uncheckedFacts, wordsOf } from './weigh.ts';

export const RESTRICTED = 'training/restricted-dataset';

/**
 * The listed data set that a text names: its id (`tatsu-lab/alpaca`, `datasets/tatsu-lab/alpaca`), an address of a hub that holds it
 * (`hf://datasets/tatsu-lab/alpaca/data.parquet`, `https://huggingface.co/datasets/…`), the path or address of a file by whose name
 * it is known (`data/alpaca_data.json`), or undefined.
 */
export function datasetNamed(text: string, policy: PolicyData): Dataset | undefined {
  const address =
    /^(?:hf:\/\/|https?:\/\/[^/]*(?:huggingface\.co|hf-mirror\.com|hf\.co)\/)?datasets\/([\w.-]+\/[\w.-]+)/i.exec(
      text.trim(),
    );
  const named = findDataset(address?.[1] ?? text.trim(), policy);
  if (named) return named;
  const file = text
    .trim()
    .replace(/[?#].*$/, '')
    .replace(/^.*[/\\]/, '')
    .toLowerCase();
  return policy.datasets.find(({ files }) => files.some((name) => name.toLowerCase() === file));
}

/** The name of a listed set as a text gives it: the id that is loaded, be it a mirror's, or the set's own where a file is named. */
export function nameOfDataset(text: string, policy: PolicyData): string | undefined {
  const named = datasetNamed(text, policy);
  if (!named) return undefined;
  const id = /(?:^|datasets\/)([\w.-]+\/[\w.-]+)/i.exec(text.trim())?.[1];
  return id !== undefined && findDataset(id, policy) === named ? id : named.id;
}

/** The drafts of each load. `files`: those in which answers of models become training data. */
export function loadDrafts(
  loads: readonly ObservedLoad[],
  files: ReadonlySet<string>,
  scales: Scales,
  policy: PolicyData,
): readonly Draft[] {
  return loads.flatMap((load) =>
    load.ids.flatMap((id) => {
      const listed = findDataset(id, policy);
      const stance = listed && policy.verdicts[listed.verdict]?.stance;
      if (!listed || stance === undefined || stance === 'permitted') return [];
      const upstream = upstreamOf(listed, policy);
      const loaded = draft(load, id, files, scales, upstream);
      const trainers = load.sinks.filter(({ kind }) => trains.has(kind));
      return [loaded, ...trainers.map((sink) => trained(loaded, sink, scales, upstream))];
    }),
  );
}

/** What a judgement on a listed set rests on: what our list says of it, and whether the model's terms reach whoever uses the set. */
function upstreamOf(set: Dataset, { verdicts }: PolicyData): readonly string[] {
  const { text, stance } = verdicts[set.verdict]!;
  const note = set.note === undefined ? '' : `; ${set.note}`;
  return [
    ...(stance === 'restricted'
      ? ["the terms of the model's provider bind a later user of the set, which is disputed"]
      : []),
    `our list is right about ${set.id}: ${text}; licence ${set.licence}${note}`,
  ];
}

function draft(
  load: ObservedLoad,
  id: string,
  files: ReadonlySet<string>,
  scales: Scales,
  upstream: readonly string[],
): Draft {
  const { dataset } = scales.evidence;
  const evidence: EvidenceFact[] = [];
  const add = (kind: string, sign: { readonly weight: number; readonly says: string }, place = load.place): void => {
    evidence.push({ kind, side: sign.weight > 0 ? 'for' : 'against', weight: sign.weight, text: sign.says, place });
  };
  const sink = strongest(load.sinks, dataset);
  if (sink) add('sink', dataset[sink.kind]!, sink.place);
  const path = scales.relative(load.place.path);
  // Rows that are only written to a file may be the samples of an evaluation.
  if (sink?.kind === 'file') {
    const against = (kind: string, weight: number, says: string): void => add(kind, { weight, says });
    addWords(against, 'path', scales.evidence.paths.against, wordsOf(path), (word) => `the file's path says “${word}”`);
  }
  const trainer = scales.trainers.find((t) => isNear(path, t, scales));
  if (trainer) add('trainer', dataset.trainer!, trainer.place);
  if (files.has(load.place.path)) add('beside', dataset.beside!);
  if (sink) evidence.push(...uncheckedFacts([sink], scales.evidence));
  const weighed = total(evidence, scales.evidence, sink !== undefined && sink.assumed.length > 0);
  return {
    candidate: {
      rule: RESTRICTED,
      place: load.place,
      scope: load.scope,
      flow: sink?.steps ?? [{ place: load.place, role: 'source', name: load.api, why: `${load.api} loads ${id}` }],
      origin: { api: load.api, place: load.place, labels: ['text'], stored: false },
      provider: { models: [] },
      dataset: { id, place: load.place },
      signals: { training: sink !== undefined && trains.has(sink.kind), volume: false },
      evidence,
      confidenceHint: weighed.confidence,
      assumptions: [...(sink?.assumed ?? []), ...upstream],
      bounds: load.bounds,
      story: hashText(['load', path, load.scope, id].join('\n')).slice(0, 12),
      related: [],
    },
    weighed: { ...weighed, sum: Math.max(weighed.sum, 1) },
  };
}

/** What trains on the rows of a load, in the same story. */
function trained({ candidate }: Draft, sink: ObservedSink, scales: Scales, upstream: readonly string[]): Draft {
  const sign = scales.evidence.dataset[sink.kind]!;
  const evidence: readonly EvidenceFact[] = [
    { kind: 'sink', side: 'for', weight: sign.weight, text: sign.says, place: sink.place },
    ...uncheckedFacts([sink], scales.evidence),
  ];
  const weighed = total(evidence, scales.evidence, sink.assumed.length > 0);
  return {
    candidate: {
      ...candidate,
      rule: TRAINING,
      place: sink.place,
      scope: sink.scope,
      flow: sink.steps,
      signals: { training: true, volume: false },
      evidence,
      confidenceHint: weighed.confidence,
      assumptions: [...sink.assumed, ...upstream],
    },
    weighed,
  };
}

/** The sink that says most of what the rows are for. */
function strongest(
  sinks: readonly ObservedSink[],
  weights: Readonly<Record<string, { readonly weight: number }>>,
): ObservedSink | undefined {
  let best: ObservedSink | undefined;
  for (const sink of sinks)
    if (weights[sink.kind] && weights[sink.kind]!.weight > (best ? weights[best.kind]!.weight : 0)) best = sink;
  return best;
}
