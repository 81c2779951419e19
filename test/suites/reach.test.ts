// Every provider, surface, clause, data set, notice and page is reachable from some finding, or stands here with the reason why not.
// The list is compared as a whole: what dies is noticed, and so is what comes to life.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parse } from 'yaml';
import type { CompiledCatalog } from '../../server/src/catalog/compiled.ts';
import { SINK_KINDS } from '../../server/src/catalog/schema.ts';
import type { PolicyData } from '../../server/src/policy/schema.ts';
import { deadOf } from './reach.ts';

const { policy, catalog } = JSON.parse(readFileSync('dist/rules.json', 'utf8')) as {
  readonly policy: PolicyData;
  readonly catalog: CompiledCatalog;
};
const dead = deadOf(policy);

const guardrails = 'is about safety measures, not about limits of use';
const unread = 'was not read, so that no stance rests on it';
const noWeights = 'is a licence of which we know no weights by name';
const elsewhere = 'is about something that is not followed';

/** Clauses that speak of a use, and that no surface's stance on it rests on. */
const restOnNothing: Readonly<Record<string, string>> = {
  'anthropic.aup.guardrail-bypass': guardrails,
  'aws.aup.security': guardrails,
  'github.copilot-specific.business': unread,
  'github.tos.commercial-ai-reciprocity': elsewhere,
  'meta.llama-use-policy.circumvention': guardrails,
  'meta.model-api-aup.safeguards': guardrails,
  'mistral.la-plateforme-2025.api-key': 'stands in terms that newer ones replaced',
  'mistral.usage-policy.filters': guardrails,
  'nvidia.ai-product-terms.terms': unread,
  'nvidia.community-model-licence.2-1-2.other-models': noWeights,
  'nvidia.open-model-agreement.outputs': noWeights,
  'openai.app-developer-terms.competing-models': elsewhere,
  'openai.service-terms.docs-only': 'is about following documentation, not about limits of use',
  'openai.service-terms.voice-output': elsewhere,
  'openai.usage-policies.agent-rate-limits': 'binds agents that act for users',
  'openai.usage-policies.safeguards': guardrails,
  'replicate.tos.flux-competing': elsewhere,
  'stability.tos.third-party-models': 'depends on terms of a third party that the call does not name',
};

test('a clause that no finding can show speaks of none of the uses, or is on the list', () => {
  const speaking = dead.clauses.filter((id) => Object.keys(policy.clauses[id]!.stances).length > 0);
  assert.deepEqual(speaking.sort(), Object.keys(restOnNothing).sort());
  const silent = dead.clauses.filter((id) => !speaking.includes(id)).map((id) => policy.clauses[id]!.category);
  // These are read with `distillint terms`; a finding is never about them.
  const allowed = ['attribution', 'geography', 'resale', 'training', 'evasion'];
  assert.deepEqual(
    [...new Set(silent)].filter((category) => !allowed.includes(category)),
    [],
  );
});

test('every provider and every surface is led to by a host, a client, a route or a model', () => {
  assert.deepEqual(dead.providers, []);
  assert.deepEqual(dead.surfaces, ['nvidia/open-weights-community-licence'], noWeights);
});

test('every data set that is not permitted is reported, under each of its names', () => {
  const permitted = policy.datasets.filter(({ verdict }) => policy.verdicts[verdict]!.stance === 'permitted');
  assert.ok(permitted.length > 0);
  assert.deepEqual(
    dead.datasets,
    permitted.map(({ id }) => id),
    'listed so that nothing is said about them',
  );
});

test('every notice is about a model or an author that code can name', () => {
  // A bill is about neither; it is read in the file and on the page of the rule.
  assert.deepEqual(dead.notices, ['us-bill-hagerty-kim']);
});

test('every rule has a page and every page a rule', () => {
  const pages = readdirSync(join('rules', 'pages'), { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .flatMap((name) => /^(.+)\.md$/.exec(name)?.[1] ?? []);
  assert.deepEqual(pages.sort(), policy.rules.map(({ id }) => id).sort());
});

test('every id that a file of rules/ names is one that another file defines', () => {
  const providers = readdirSync(join('rules', 'providers')).map((name) => name.replace(/\.yaml$/, ''));
  assert.deepEqual(Object.keys(policy.providers).sort(), providers.sort());
  // The loaders check each reference and are tested for it; this is what they do not see.
  const named = catalog.rows.flatMap((row) => ('provider' in row && row.provider !== undefined ? [row.provider] : []));
  assert.deepEqual(
    [...new Set(named)].filter((id) => id !== 'local' && !providers.includes(id)),
    [],
  );
  const evidence = parse(readFileSync(join('rules', 'evidence.yaml'), 'utf8'));
  const kinds: readonly string[] = SINK_KINDS;
  assert.deepEqual(
    Object.keys(evidence.sinks).filter((kind) => !kinds.includes(kind)),
    [],
  );
  assert.deepEqual(
    Object.keys(evidence.dataset).filter((kind) => ![...kinds, 'trainer', 'beside'].includes(kind)),
    [],
  );
  const used = new Set(catalog.rows.flatMap(({ shape }) => shape ?? []));
  const shapes = parse(readFileSync(join('rules', 'catalog', 'shapes.yaml'), 'utf8')) as Record<
    string,
    { like?: string }
  >;
  for (const { like } of Object.values(shapes)) for (const base of [like ?? []].flat()) used.add(base);
  assert.deepEqual(
    Object.keys(shapes).filter((name) => !used.has(name)),
    [],
    'a shape that no row gives',
  );
});
