// Requests that are spread over several credentials or proxies. The finding stands where one of them is picked.
import type { Observation, ObservedRotation } from '../flow/observation.ts';
import type { EvidenceFact } from './candidate.ts';
import { candidateBase, providerAsked, storyOf } from './draft.ts';
import { resolveProvider } from './providers.ts';
import type { PolicyData } from './schema.ts';
import { type Draft, type Scales, total, uncheckedFacts, type Weighed, weighVolume, wordsOf } from './weigh.ts';

const EVADE = 'volume/evade-limits';

/** A draft for each rotation behind a model call. `trained`: those whose answers become training data. */
export function rotationDrafts(
  observations: readonly Observation[],
  trained: ReadonlySet<Observation>,
  scales: Scales,
  { routing }: PolicyData,
): readonly Draft[] {
  const providers = providersOf(observations, routing);
  return observations.flatMap((observation) =>
    observation.rotations
      .filter((rotation) => isReadBy(rotation, observation, routing))
      .map((rotation) => {
        const story = {
          training: trained.has(observation),
          volume: weighVolume(observation.repetitions, scales.evidence).sum > 0,
        };
        const shared = (providers.get(keyOf(rotation))?.size ?? 0) > 1;
        const weighed = weigh(rotation, { ...story, shared }, observation, scales);
        return {
          candidate: {
            ...candidateBase(observation, storyOf(observation, scales), weighed),
            rule: EVADE,
            place: rotation.place,
            scope: rotation.scope,
            flow: rotation.steps,
            secrets: rotation.secrets,
            signals: story,
            assumptions: observation.origin.assumed === undefined ? [] : [observation.origin.assumed],
          },
          weighed,
        };
      }),
  );
}

/** Whether the client of a model call looks for its credential where the one that was picked is put. */
function isReadBy({ variable }: ObservedRotation, { provider }: Observation, routing: PolicyData['routing']): boolean {
  if (variable === undefined) return true;
  const { host } = resolveProvider(providerAsked(provider), routing);
  return routing.hosts.some((row) => row.provider === host && row.env.includes(variable));
}

function keyOf({ place }: ObservedRotation): string {
  return `${place.path}\n${place.start}`;
}

/** The providers whose calls one choice decides: where there are several, one stands in for the other. */
function providersOf(
  observations: readonly Observation[],
  routing: PolicyData['routing'],
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const observation of observations)
    for (const rotation of observation.rotations) {
      if (!isReadBy(rotation, observation, routing)) continue;
      const known = found.get(keyOf(rotation)) ?? new Set();
      const { host } = resolveProvider(providerAsked(observation.provider), routing);
      if (host !== 'unknown') known.add(host);
      found.set(keyOf(rotation), known);
    }
  return found;
}

function weigh(
  rotation: ObservedRotation,
  story: { readonly training: boolean; readonly volume: boolean; readonly shared: boolean },
  observation: Observation,
  scales: Scales,
): Weighed {
  const { rotation: signs } = scales.evidence;
  const evidence: EvidenceFact[] = [];
  const add = (kind: string, sign: { readonly weight: number; readonly says: string }): void => {
    evidence.push({ kind, side: sign.weight > 0 ? 'for' : 'against', weight: sign.weight, text: sign.says });
  };
  add('choice', signs.by[rotation.by]!);
  if (rotation.written === 1) add('single', signs.single);
  if (rotation.routes) add('route', signs.route);
  if (story.shared) add('providers', signs.providers);
  if (rotation.field !== undefined && signs.plain.names.includes(rotation.field.toLowerCase()))
    add('plain', signs.plain);
  const reads = wordsOf(rotation.reads.join(' '));
  const whose = signs.owner.words.find((word) => reads.has(word));
  if (rotation.by === 'use' && !signs.unused.words.some((word) => reads.has(word))) add('unused', signs.unused);
  if (whose !== undefined) add('owner', { weight: signs.owner.weight, says: `${signs.owner.says} “${whose}”` });
  if (story.training) add('training', signs.training);
  if (story.volume) add('volume', signs.volume);
  evidence.push(...uncheckedFacts([observation.origin], scales.evidence));
  return total(evidence, scales.evidence, observation.origin.assumed !== undefined);
}
