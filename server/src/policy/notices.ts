// Models in use that something was reported about. The finding stands at the model call; it repeats what was reported, by whom
// and as of when, weighs nothing, and says no more than its source.
import type { Observation } from '../flow/observation.ts';
import type { EvidenceFact } from './candidate.ts';
import { candidateBase, storyOf } from './draft.ts';
import type { ModelCandidate } from './finding.ts';
import { listWords, noticesFor, statusWords } from './message.ts';
import { resolveProviders } from './providers.ts';
import type { Notice, PolicyData } from './schema.ts';
import type { Draft, Scales, Weighed } from './weigh.ts';

/** The rule on models in use that something was reported about. */
export const NOTICE = 'provenance/model-notice';

/** A draft for each model call whose model, or its author, is named in a notice. */
export function noticeDrafts(
  observations: readonly Observation[],
  scales: Pick<Scales, 'relative'>,
  policy: PolicyData,
): readonly Draft[] {
  return observations.flatMap((observation) => {
    const { provider } = candidateBase(observation, '', NOTHING);
    const answers = resolveProviders(provider, policy.routing);
    const named = answers.filter((answer) => noticesFor(answer, policy).length > 0);
    if (named.length === 0) return [];
    const notices = [...new Set(named.flatMap((answer) => noticesFor(answer, policy)))];
    const evidence = notices.map(
      (notice): EvidenceFact => ({ kind: 'notice', side: 'for', weight: 0, text: words(notice) }),
    );
    const sure = named.length === answers.length && observation.origin.assumed === undefined;
    const weighed: Weighed = { evidence, sum: 1, confidence: sure ? 'high' : 'medium' };
    const { place, scope, api, assumed } = observation.origin;
    const models = provider.models.filter(({ value }) => named.some((answer) => answer.model?.value === value));
    return [
      {
        candidate: {
          ...candidateBase(observation, storyOf(observation, scales), weighed),
          provider: { ...provider, models: models.length > 0 ? models : provider.models },
          rule: NOTICE,
          place,
          scope,
          flow: [{ place, role: 'source', name: api, why: `${api} is called` }],
          signals: { training: false, volume: false },
          assumptions: [...(assumed === undefined ? [] : [assumed]), ...severalModels(provider.models, models)],
        },
        weighed,
      },
    ];
  });
}

/** Where another model may be asked as well, which notices are silent on. */
function severalModels(all: readonly ModelCandidate[], named: readonly ModelCandidate[]): readonly string[] {
  const others = all.filter((model) => !named.includes(model)).map(({ value }) => value);
  if (named.length === 0 || others.length === 0) return [];
  return [`it is ${listWords(named.map(({ value }) => value))} that is asked, and not ${others.join(' or ')}`];
}

const NOTHING: Weighed = { evidence: [], sum: 0, confidence: 'low' };

/** What was reported, who said and who denied it, and how we know. */
function words(notice: Notice): string {
  const sources = [
    `status: ${statusWords(notice.status)} as of ${notice.as_of}`,
    `said by ${notice.said_by}`,
    ...(notice.denied_by === undefined ? [] : [`denied by ${notice.denied_by}`]),
    `known ${notice.confidence}`,
  ];
  return `${notice.title}: ${notice.summary} ${notice.status_text} (${sources.join('; ')})`;
}
