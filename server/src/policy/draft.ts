// What all findings of one model call have in common: its provider, its origin, the story they tell together.
import { hashText } from '../base/hash.ts';
import { perObject } from '../base/memo.ts';
import type { Observation } from '../flow/observation.ts';
import type { Candidate } from './candidate.ts';
import type { Scales, Weighed } from './weigh.ts';

/** The story of a model call: what follows from it shares this id. */
export function storyOf({ origin }: Observation, scales: Pick<Scales, 'relative'>): string {
  return hashText(['story', scales.relative(origin.place.path), origin.scope, origin.api].join('\n')).slice(0, 12);
}

/** What a candidate takes over from the model call that it is about, and from its weighing. */
export function candidateBase(
  { origin, provider, bounds }: Observation,
  story: string,
  weighed: Weighed,
): Pick<Candidate, 'origin' | 'provider' | 'evidence' | 'confidenceHint' | 'bounds' | 'story' | 'related'> {
  return {
    origin: { api: origin.api, place: origin.place, labels: [origin.label], stored: origin.stored !== undefined },
    provider: providerAsked(provider),
    evidence: weighed.evidence,
    confidenceHint: weighed.confidence,
    bounds,
    story,
    related: [],
  };
}

const asked = perObject<Observation['provider'], Candidate['provider']>();

/** What is known of whose model a call asks, as a question: the same object for the same provider, since it is answered once. */
export function providerAsked(provider: Observation['provider']): Candidate['provider'] {
  return asked(provider, () => ({
    ...(provider.baseUrls.length > 0 ? { baseUrl: provider.baseUrls } : {}),
    ...(provider.client === undefined ? {} : { client: provider.client }),
    ...(provider.provider === undefined ? {} : { clientProvider: provider.provider }),
    ...(provider.env.length > 0 ? { env: provider.env } : {}),
    ...(provider.openAddress === undefined ? {} : { openAddress: provider.openAddress }),
    models: provider.models.map((m) => ({ value: m.value, how: 'argument', place: m.place })),
  }));
}
