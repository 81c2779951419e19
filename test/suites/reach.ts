// What of rules/ can a finding lead to? Asks the real policy about everything that its own data can tell apart, and keeps what is
// cited. What nothing leads to is dead: it may be read with `distillint terms`, and no finding will ever show it.
import type { Candidate, ProviderQuestion } from '../../server/src/policy/candidate.ts';
import { judge } from '../../server/src/policy/judge.ts';
import { noticesFor } from '../../server/src/policy/message.ts';
import { resolveProviders } from '../../server/src/policy/providers.ts';
import { datasetNamed } from '../../server/src/policy/restricted.ts';
import type { PolicyData, Purpose } from '../../server/src/policy/schema.ts';

/** Ids that nothing leads to, by kind. */
export interface Dead {
  readonly providers: readonly string[];
  /** `provider/surface` */
  readonly surfaces: readonly string[];
  readonly clauses: readonly string[];
  readonly datasets: readonly string[];
  readonly notices: readonly string[];
}

/** Everything that no finding can lead to. */
export function deadOf(data: PolicyData): Dead {
  const clauses = new Set<string>();
  const surfaces = new Set<string>();
  const notices = new Set<string>();
  const purposes: readonly Purpose[] = ['competing', 'non-competing'];
  const rules = data.rules.filter(({ kind }) => kind === 'flow').map(({ id }) => id);
  for (const question of questions(data)) {
    for (const answer of resolveProviders(question, data.routing)) {
      for (const { provider, surface } of answer.parties) surfaces.add(`${provider}/${surface ?? ''}`);
      for (const notice of noticesFor(answer, data)) notices.add(notice.id);
    }
    for (const rule of rules)
      for (const purpose of purposes)
        for (const { id } of judge(candidate(rule, question), data, purpose).clauses) clauses.add(id);
  }
  const datasets = new Set<string>();
  for (const row of data.datasets) {
    // What is permitted is not reported; every name of a set has to lead to it.
    if (data.verdicts[row.verdict]!.stance === 'permitted') continue;
    if (![row.id, ...row.also].every((name) => datasetNamed(name, data)?.id === row.id)) continue;
    datasets.add(row.id);
    const dataset = { id: row.id, place };
    for (const purpose of purposes)
      for (const { id } of judge(
        { ...candidate('training/restricted-dataset', { models: [] }), dataset },
        data,
        purpose,
      ).clauses)
        clauses.add(id);
  }
  const all = Object.values(data.providers).flatMap(({ id, surfaces: own }) => own.map((row) => `${id}/${row.id}`));
  const dead = {
    surfaces: all.filter((id) => !surfaces.has(id)),
    clauses: Object.keys(data.clauses).filter((id) => !clauses.has(id)),
    datasets: data.datasets.map(({ id }) => id).filter((id) => !datasets.has(id)),
    notices: data.notices.map(({ id }) => id).filter((id) => !notices.has(id)),
  };
  const live = (id: string): boolean =>
    [...surfaces].some((surface) => surface.startsWith(`${id}/`)) ||
    [...clauses].some((clause) => clause.startsWith(`${id}.`));
  return { ...dead, providers: Object.keys(data.providers).filter((id) => !live(id)) };
}

/** Models that only a notice speaks of. */
const noticed = ['fable-5'];

/** Every host, client, route and model that the routing data tells apart. */
function questions({ routing }: PolicyData): readonly ProviderQuestion[] {
  const model = (value: string) => ({ value, how: 'argument' });
  const names = [...routing.licences, ...routing.families].map(({ example }) => example);
  const own = (provider: string) => [
    undefined,
    ...routing.families.filter(({ author }) => author === provider).map(({ example }) => example),
  ];
  const ask = (question: Omit<ProviderQuestion, 'models'>, name: string | undefined): ProviderQuestion => ({
    ...question,
    models: name === undefined ? [] : [model(name)],
  });
  return [
    ...routing.hosts.flatMap(({ host, provider }) =>
      own(provider).map((name) => ask({ baseUrl: [`https://${host.replaceAll('*', 'x')}/v1`] }, name)),
    ),
    ...routing.packages.flatMap((row) =>
      'router' in row ? [] : own(row.provider).map((name) => ask({ client: `${row.path}.Client` }, name)),
    ),
    ...Object.keys(routing.providers).map((clientProvider) => ask({ clientProvider }, undefined)),
    ...Object.keys(routing.routes).map((route) => ask({ client: 'litellm.completion' }, `${route}/some-model`)),
    ...routing.model_ids.flatMap(({ examples }) =>
      examples.map(({ id, client }) => ask(client === undefined ? {} : { client }, id)),
    ),
    ...noticed.map((name) => ask({}, name)),
    // Weights: on the spot, and where several vendors' models are served.
    ...names.flatMap((name) => [
      ask({ clientProvider: 'local' }, name),
      ask({ clientProvider: 'openrouter' }, name),
      ask({ clientProvider: 'groq' }, name),
    ]),
  ];
}

const place = { path: 'a.py', start: 0, end: 1 };

function candidate(rule: string, provider: ProviderQuestion): Candidate {
  return {
    rule,
    place,
    scope: '',
    flow: [],
    origin: { api: 'model', place, labels: ['text'], stored: false },
    provider,
    signals: { training: true, volume: true },
    evidence: [],
    confidenceHint: 'high',
    assumptions: [],
    story: '',
    related: [],
  };
}
