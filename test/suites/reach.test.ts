// Every provider, surface, clause, data set, notice and page is reachable from some finding, or stands here with the reason why not.
// The list is compared as a whole: what dies is noticed, and so is what comes to life.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parse } from 'yaml';
import { catalogSection, compileRules } from '../../server/src/catalog/compile.ts';
import type { Ecosystem } from '../../server/src/catalog/model.ts';
import { type PackedCatalog, unpackCatalog } from '../../server/src/catalog/pack.ts';
import { SINK_KINDS } from '../../server/src/catalog/schema.ts';
import { openCatalog } from '../../server/src/catalog/trie.ts';
import { policySection } from '../../server/src/policy/load.ts';
import type { PolicyData } from '../../server/src/policy/schema.ts';
import { ruleFiles } from '../tools/catalog/entries.ts';
import { deadOf } from './reach.ts';

const { policy, catalog: packed } = JSON.parse(readFileSync('dist/rules.json', 'utf8')) as {
  readonly policy: PolicyData;
  readonly catalog: PackedCatalog;
};
const catalog = unpackCatalog(packed);
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

/** One reference of every kind in the real files, bent a little, and the word that was meant. */
const bent: readonly (readonly [file: string, from: string, to: string, meant: string])[] = [
  ['catalog/python/openai.yaml', 'provider: openai', 'provider: opnai', 'openai'],
  ['catalog/python/openai.yaml', 'shape: openai-chat', 'shape: opnai-chat', 'openai-chat'],
  ['catalog/python/stdlib.yaml', 'type: builtins.File', 'type: builtins.Fille', 'builtins.File'],
  ['catalog/shapes.yaml', 'like: common', 'like: comon', 'common'],
  [
    'providers/groq.yaml',
    'documents: [groq.services-agreement]',
    'documents: [groq.service-agreement]',
    'groq.services-agreement',
  ],
  [
    'providers/groq.yaml',
    '    document: groq.services-agreement',
    '    document: groq.services-agrement',
    'groq.services-agreement',
  ],
  [
    'providers/groq.yaml',
    '[groq.services-agreement.3-2.account-resale]',
    '[groq.services-agreement.3-2.account-resal]',
    'groq.services-agreement.3-2.account-resale',
  ],
  [
    'providers/mistral.yaml',
    'superseded_by: mistral.commercial',
    'superseded_by: mistral.comercial',
    'mistral.commercial',
  ],
  ['providers/groq.yaml', 'id: groq\n', 'id: grok\n', 'groq'],
  ['routing.yaml', '  groq: { surface: api, serves: weights }', '  groq: { surface: apis, serves: weights }', 'api'],
  ['routing.yaml', 'host: api.groq.com, provider: groq', 'host: api.groq.com, provider: grok', 'groq'],
  ['routing.yaml', '  groqcloud: { provider: groq }', '  groqcloud: { provider: grok }', 'groq'],
  ['routing.yaml', '{ path: groq, provider: groq }', '{ path: groq, provider: grok }', 'groq'],
  ['routing.yaml', 'implies: fireworks', 'implies: firework', 'fireworks'],
  ['routing.yaml', 'host: openrouter\n', 'host: openrouters\n', 'openrouter'],
  ['routing.yaml', '  perplexity: [perplexity]', '  perplexty: [perplexity]', 'perplexity'],
  ['routing.yaml', 'author: nvidia\n', 'author: nvida\n', 'nvidia'],
  ['routing.yaml', 'document: meta.llama4', 'document: meta.llama44', 'meta.llama4'],
  ['routing.yaml', 'base: [meta.llama3_3]', 'base: [meta.llama3_33]', 'meta.llama3_3'],
  [
    'datasets.yaml',
    'clauses: [openai.row-terms.competing-models',
    'clauses: [openai.row-terms.competing-model',
    'openai.row-terms.competing-models',
  ],
  ['datasets.yaml', 'verdict: upstream-restricted', 'verdict: upstream-restrictd', 'upstream-restricted'],
  ['notices.yaml', 'authors: [alibaba]', 'authors: [alibab]', 'alibaba'],
  ['rules.yaml', 'beside: [reasoning_capture]', 'beside: [reasoning_captur]', 'reasoning_capture'],
];

test('a reference to an id that nobody defines is an error with file, line and the nearest word', () => {
  const files = ruleFiles('rules').map(({ path, text }) => ({ path: path.replace(/^rules\//, ''), text }));
  for (const [path, from, to, meant] of bent) {
    const text = files.find((file) => file.path === path)?.text ?? '';
    assert.ok(text.includes(from), `${path} has no longer ${from}`);
    const changed = files.map((file) => (file.path === path ? { path, text: text.replace(from, () => to) } : file));
    const { problems } = compileRules(changed, [path.startsWith('catalog/') ? catalogSection : policySection]);
    const line = text.slice(0, text.indexOf(from)).split('\n').length;
    const problem = problems.find(({ nearest }) => nearest === meant);
    assert.ok(problem, `${path}: ${to}\n${problems.map(({ message }) => message).join('\n')}`);
    assert.equal(problem.file, path);
    assert.ok(Math.abs(problem.line - line) <= 1, `${problem.message} is not near line ${line}`);
  }
});

test('every id that a file of rules/ names is one that another file defines', () => {
  const providers = readdirSync(join('rules', 'providers')).map((name) => name.replace(/\.yaml$/, ''));
  assert.deepEqual(Object.keys(policy.providers).sort(), providers.sort());
  // The loaders check each reference and are tested for it; this is what they do not see.
  const named = [...catalog.rows].flatMap((row) =>
    'provider' in row && row.provider !== undefined ? [row.provider] : [],
  );
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
  const used = new Set([...catalog.rows].flatMap(({ shape }) => shape ?? []));
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

test('the sixty libraries that real projects import most have a fixture each, and the catalog knows them', () => {
  const used = parse(readFileSync(join('test', 'most-used.yaml'), 'utf8')) as readonly {
    readonly repositories: number;
    readonly language: Ecosystem;
    readonly package: string;
    readonly fixture: string;
  }[];
  const open = openCatalog(catalog);
  assert.equal(new Set(used.map((library) => `${library.language} ${library.package}`)).size, 60);
  assert.deepEqual(
    used,
    [...used].sort((a, b) => b.repositories - a.repositories),
  );
  for (const { language, package: name, fixture } of used) {
    const path = join('test', 'fixtures', 'flows', fixture);
    const escaped = name.replace(/[/.@-]/g, '\\$&');
    const imported =
      language === 'python'
        ? new RegExp(`^\\s*(?:from|import) ${escaped}\\b`, 'm')
        : new RegExp(`(?:from |import |require\\()['"]${escaped}(?:/[^'"]*)?['"]`);
    assert.match(readFileSync(path, 'utf8'), imported, `${fixture} shows ${name}`);
    assert.ok(open.root(language, name) ?? routed.includes(name), `${name} has rows`);
  }
});

/** Frameworks of which the catalog knows by which files they answer requests. */
const routed: readonly string[] = ['next'];
