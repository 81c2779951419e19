// Requests that are spread over several credentials, proxies or values of a header that tells who asks. The finding stands where
// one of them is picked.
import { perObject } from '../base/memo.ts';
import type { Observation, ObservedRotation, SourcePlace } from '../flow/observation.ts';
import type { EvidenceFact } from './candidate.ts';
import { candidateBase, providerAsked, storyOf } from './draft.ts';
import type { EvidenceData } from './evidence.ts';
import { placeKey } from './finding.ts';
import { resolveProvider } from './providers.ts';
import type { PolicyData } from './schema.ts';
import { type Draft, type Scales, total, uncheckedFacts, type Weighed, wordsOf } from './weigh.ts';

const EVADE = 'volume/evade-limits';

/** What else is found of model calls, by the place where it is. */
export interface Beside {
  /** Those whose answers become training data. */
  readonly trained: ReadonlyMap<Observation, SourcePlace>;
  /** Those that are made in bulk. */
  readonly bulk: ReadonlyMap<Observation, SourcePlace>;
}

/** A draft for each rotation behind a model call. */
export function rotationDrafts(
  observations: readonly Observation[],
  { trained, bulk }: Beside,
  scales: Scales,
  { routing }: PolicyData,
): readonly Draft[] {
  const providers = providersOf(observations, routing);
  const { evidence, relative } = scales;
  return observations.flatMap((observation) =>
    observation.rotations
      .filter((rotation) => isReadBy(rotation, observation, routing) && kindOf(rotation, evidence) !== 'value')
      .map((rotation) => {
        const training = trained.get(observation);
        const volume = bulk.get(observation);
        const shared = (providers.get(placeKey(rotation.place))?.size ?? 0) > 1;
        return drafts(rotation, () => draftOf(rotation, { training, volume, shared }, observation, scales), [
          observation,
          training,
          volume,
          shared,
          evidence,
          relative,
        ]);
      }),
  );
}

// A rotation is drafted anew only where an edit has changed what is said of it.
const drafts = perObject<ObservedRotation, Draft>();

/** What else is known of the model call behind a rotation. */
interface Story {
  readonly training: SourcePlace | undefined;
  readonly volume: SourcePlace | undefined;
  /** Whether the choice decides over calls of several providers. */
  readonly shared: boolean;
}

function draftOf(rotation: ObservedRotation, story: Story, observation: Observation, scales: Scales): Draft {
  const kind = kindOf(rotation, scales.evidence);
  const words = scales.evidence.rotation.rotated[kind].replace('{field}', rotation.field ?? '');
  // A helper that picks a header's value picks much else besides: what is meant is the header.
  const found = (kind === 'header' ? rotation.handed : undefined) ?? rotation;
  const weighed = weigh(rotation, { ...story, words, place: found.place }, observation, scales);
  return {
    candidate: {
      ...candidateBase(observation, storyOf(observation, scales), weighed),
      rule: EVADE,
      place: found.place,
      scope: found.scope,
      flow: rotation.steps.map((step) => ({ ...step, why: step.why.replace('{rotated}', words) })),
      rotated: { words, isDisguise: kind === 'proxy' || kind === 'header' },
      secrets: rotation.secrets,
      signals: { training: story.training !== undefined, volume: story.volume !== undefined },
      assumptions: observation.origin.assumed === undefined ? [] : [observation.origin.assumed],
    },
    weighed,
  };
}

/** Whether the client of a model call looks for its credential where the one that was picked is put. */
function isReadBy({ variable }: ObservedRotation, { provider }: Observation, routing: PolicyData['routing']): boolean {
  if (variable === undefined) return true;
  const { host } = resolveProvider(providerAsked(provider), routing);
  return routing.hosts.some((row) => row.provider === host && row.env.includes(variable));
}

/** What there are several of. A header that tells who asks is put in like a credential, and is none. */
function kindOf({ what, field }: ObservedRotation, evidence: EvidenceData): ObservedRotation['what'] | 'header' {
  return field !== undefined && evidence.rotation.header.includes(field.toLowerCase()) ? 'header' : what;
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
      const known = found.get(placeKey(rotation.place)) ?? new Set();
      const { host } = resolveProvider(providerAsked(observation.provider), routing);
      if (host !== 'unknown') known.add(host);
      found.set(placeKey(rotation.place), known);
    }
  return found;
}

function weigh(
  rotation: ObservedRotation,
  story: Story & { readonly words: string; readonly place: SourcePlace },
  observation: Observation,
  scales: Scales,
): Weighed {
  const { rotation: signs } = scales.evidence;
  const evidence: EvidenceFact[] = [];
  const add = (kind: string, sign: { readonly weight: number; readonly says: string }, place = story.place): void => {
    const text = sign.says.replace('{rotated}', story.words);
    evidence.push({ kind, side: sign.weight > 0 ? 'for' : 'against', weight: sign.weight, text, place });
  };
  add('choice', signs.by[rotation.by]!);
  if (rotation.written === 1) add('single', signs.single, rotation.steps.find(({ role }) => role === 'source')?.place);
  if (rotation.routes) add('route', signs.route);
  if (story.shared) add('providers', signs.providers);
  if (rotation.field !== undefined && signs.plain.names.includes(rotation.field.toLowerCase()))
    add('plain', signs.plain);
  const reads = wordsOf(rotation.reads.join(' '));
  const whose = signs.owner.words.find((word) => reads.has(word));
  if (rotation.by === 'use' && !signs.unused.words.some((word) => reads.has(word))) add('unused', signs.unused);
  if (whose !== undefined) add('owner', { weight: signs.owner.weight, says: `${signs.owner.says} “${whose}”` });
  if (story.training) add('training', signs.training, story.training);
  // Workers that run beside each other on a credential each ask more at once than one of them may, however much it is.
  const pool = observation.repetitions.flatMap(({ levels }) => levels).find((level) => level.kind === 'pool');
  if (story.volume) add('volume', signs.volume, story.volume);
  else if (rotation.by === 'worker' && pool) add('together', scales.evidence.volume.pool, pool.place);
  const { origin } = observation;
  evidence.push(...uncheckedFacts([origin], scales.evidence).map((fact) => ({ ...fact, place: origin.place })));
  return total(evidence, scales.evidence, origin.assumed !== undefined);
}
