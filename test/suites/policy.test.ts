// What is allowed: the data of rules/ resolves, hosts and authors are found by the order that the data gives, and the terms
// that apply to a use on a surface decide the level. Cases are tables; the data files are the real ones.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { loadCatalog } from '../../server/src/catalog/load.ts';
import { unpackCatalog } from '../../server/src/catalog/pack.ts';
import { filesBelow, memoryFileSystem } from '../../server/src/host/memory.ts';
import type { Candidate, ProviderQuestion } from '../../server/src/policy/candidate.ts';
import { changesOf } from '../../server/src/policy/changes.ts';
import { estimateOf } from '../../server/src/policy/estimate.ts';
import type { Finding } from '../../server/src/policy/finding.ts';
import { fingerprint, numbered } from '../../server/src/policy/fingerprint.ts';
import { hostOf, isLocalHost, matchesHost } from '../../server/src/policy/hosts.ts';
import { judge } from '../../server/src/policy/judge.ts';
import { loadPolicyData } from '../../server/src/policy/load.ts';
import { noticesFor, shortName } from '../../server/src/policy/message.ts';
import { resolveProvider, resolveProviders } from '../../server/src/policy/providers.ts';
import { type Purpose, stances, uses } from '../../server/src/policy/schema.ts';
import { readSuppressions, type SourceComment, suppressionFor } from '../../server/src/policy/suppressions.ts';
import { openEngine, openWorkspace } from '../../server/src/workspace.ts';
import { checkAll, drain, engineFiles } from './workspaces.ts';

const files = readdirSync('rules', { recursive: true })
  .map((name) => String(name).replaceAll('\\', '/'))
  .filter((path) => /\.(yaml|md)$/.test(path) && !path.startsWith('catalog/'))
  .map((path) => ({ path, text: readFileSync(`rules/${path}`, 'utf8') }));
const { data, problems } = loadPolicyData(files);
const { routing } = data;
const ruleIds = data.rules.map((rule) => rule.id);

test('the data files have no problems and hold everything', () => {
  assert.deepEqual(problems, []);
  const count = (record: object) => Object.keys(record).length;
  assert.ok(count(data.providers) >= 31 && count(data.documents) >= 105 && count(data.clauses) >= 228);
  assert.ok(data.datasets.length >= 76 && data.notices.length >= 4 && routing.hosts.length >= 150);
});

test('every link is https, every clause has words, a document and a sureness', () => {
  for (const document of Object.values(data.documents)) assert.match(document.url, /^https:\/\//, document.id);
  for (const clause of Object.values(data.clauses)) {
    assert.ok(data.documents[clause.document], clause.id);
    assert.ok(clause.summary.length > 10 && clause.summary.length < 400, clause.id);
  }
});

test('every surface says something about every use, and what is forbidden rests on a clause', () => {
  for (const provider of Object.values(data.providers)) {
    for (const surface of provider.surfaces) {
      for (const use of uses) {
        const { stance, clauses } = surface.stances[use];
        assert.ok(stances.includes(stance));
        if (stance === 'prohibited' || stance === 'restricted') {
          assert.ok(clauses.length > 0, `${provider.id} ${surface.id} ${use} cites no clause`);
        }
      }
    }
  }
});

test('a mistake in a file is named by file, line, key, expectation and nearest word', () => {
  const bad = (path: string, from: string, to: string) => {
    const changed = files.map((file) => (file.path === path ? { path, text: file.text.replace(from, to) } : file));
    assert.notDeepEqual(changed, files, from);
    const found = loadPolicyData(changed).problems;
    return found.find((problem) => problem.nearest !== undefined) ?? found[0];
  };
  const unknownKey = bad('providers/groq.yaml', 'roles:', 'rols:');
  assert.equal(unknownKey?.file, 'providers/groq.yaml');
  assert.equal(unknownKey?.nearest, 'roles');
  const word = bad('providers/groq.yaml', 'stance: silent', 'stance: silnt');
  assert.equal(word?.nearest, 'silent');
  assert.match(word?.key ?? '', /^surfaces\[0\]\.stances\.\w+\.stance$/);
  assert.ok((word?.line ?? 0) > 1);
  const clause = bad(
    'providers/groq.yaml',
    'clauses: [groq.services-agreement.competing-hosting]',
    'clauses: [groq.services-agreement.competing-hostin]',
  );
  assert.equal(clause?.nearest, 'groq.services-agreement.competing-hosting');
  const host = bad('routing.yaml', 'provider: anthropic, surface: api }', 'provider: antropic, surface: api }');
  assert.equal(host?.nearest, 'anthropic');
  const url = bad('providers/groq.yaml', 'url: https://', 'url: http://');
  assert.match(url?.message ?? '', /https/);
  const dataset = bad('datasets.yaml', 'openai.row-terms.competing-models', 'openai.row-terms.competing-model');
  assert.equal(dataset?.nearest, 'openai.row-terms.competing-models');
});

test('data that was loaded survives being written as JSON', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(data)), data);
});

test('each rule has a page, and pages of code rules have examples in both languages', () => {
  for (const rule of data.rules) {
    const page = files.find((file) => file.path === `pages/${rule.id}.md`)?.text ?? '';
    assert.ok(page.startsWith(`# ${rule.id}\n`), rule.id);
    if (rule.kind === 'config') continue;
    for (const kind of ['Found', 'Not found']) {
      for (const language of ['python', 'ts']) {
        assert.match(
          page,
          new RegExp(`^${kind}: \`[\\w.]+\`\n\n\`\`\`${language}\n`, 'm'),
          `${rule.id}: ${kind} in ${language}`,
        );
      }
    }
  }
});

test('host names match whole labels from the right', () => {
  const cases: readonly [host: string, pattern: string, matches: boolean][] = [
    ['a.openai.azure.com', '*.openai.azure.com', true],
    ['openai.azure.com', '*.openai.azure.com', false],
    ['evilopenai.azure.com', '*.openai.azure.com', false],
    ['us-east1-aiplatform.googleapis.com', '*-aiplatform.googleapis.com', true],
    ['x.us-east1-aiplatform.googleapis.com', '*-aiplatform.googleapis.com', false],
    ['bedrock-runtime.us-east-1.amazonaws.com', 'bedrock-runtime.*.amazonaws.com', true],
    ['bedrock-runtime.a.b.amazonaws.com', 'bedrock-runtime.*.amazonaws.com', false],
    ['api.openai.com.example.org', 'api.openai.com', false],
  ];
  for (const [host, pattern, matches] of cases) assert.equal(matchesHost(host, pattern), matches, `${host} ${pattern}`);
});

test('the host of an address', () => {
  const cases: readonly [url: string, host: string | undefined][] = [
    ['https://API.OpenAI.com/v1', 'api.openai.com'],
    ['https://user:pass@api.openai.com:443/v1?x=1', 'api.openai.com'],
    ['http://[::1]:8000/v1', '::1'],
    ['localhost:8000', 'localhost'],
    ['api.deepseek.com/v1', 'api.deepseek.com'],
    ['https://{name}.openai.azure.com/', '{}.openai.azure.com'],
    ['https://${region}-aiplatform.googleapis.com', '{}-aiplatform.googleapis.com'],
    ['{}', undefined],
    ['{}/v1', undefined],
    ['https://{}/v1', undefined],
    ['gpt-4o', undefined],
  ];
  for (const [url, host] of cases) assert.equal(hostOf(url), host, url);
  for (const host of [
    'localhost',
    '127.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '192.168.0.9',
    '172.20.0.2',
    '::1',
    'ollama',
    'gpu.internal',
    'host.docker.internal',
  ]) {
    assert.ok(isLocalHost(host, routing), host);
  }
  for (const host of ['172.33.0.1', '8.8.8.8', 'api.openai.com', 'localhost.example.org', '{}.example.org']) {
    assert.ok(!isLocalHost(host, routing), host);
  }
});

test('every example of a model id gives the host and the author that stand beside it', () => {
  const clients: Record<string, ProviderQuestion> = {
    openrouter: { client: '@openrouter/ai-sdk-provider.createOpenRouter', models: [] },
    github: { baseUrl: ['https://models.github.ai/inference'], models: [] },
    huggingface: { client: 'huggingface_hub.InferenceClient', models: [] },
    replicate: { client: 'replicate.Client', models: [] },
    microsoft: { client: 'openai.AzureOpenAI', models: [] },
  };
  for (const form of routing.model_ids) {
    assert.ok(form.examples.length > 0, form.id);
    for (const example of form.examples) {
      const asked = example.client === undefined ? clients[form.host ?? ''] : { client: example.client };
      const answer = resolveProvider({ ...asked, models: [{ value: example.id, how: 'argument' }] }, routing);
      assert.deepEqual([answer.host, answer.author], [example.host, example.author], `${form.id}: ${example.id}`);
    }
  }
});

test('every host, package and route of the table answers with itself', () => {
  for (const row of routing.hosts) {
    const url = `https://${row.host.replace(/^\*\./, 'x.').replaceAll('*', 'x')}/v1`;
    assert.equal(resolveProvider({ baseUrl: [url], models: [] }, routing).host, row.provider, row.host);
  }
  for (const row of routing.packages) {
    if ('router' in row) continue;
    const answer = resolveProvider({ client: `${row.path}.Client`, models: [] }, routing);
    assert.equal(answer.host, row.provider, row.path);
    if (row.author) assert.equal(answer.author, row.author, row.path);
  }
});

test('hosts and authors', () => {
  const cases: readonly [question: ProviderQuestion, expected: string][] = [
    [ask('anthropic.Anthropic', 'claude-sonnet-4-5'), 'anthropic anthropic api'],
    [ask('openai.OpenAI', undefined), 'openai openai api'],
    // A base URL wins over the client, and the client over the model string.
    [ask('anthropic.Anthropic', 'claude-sonnet-4', 'https://api.moonshot.ai/anthropic'), 'moonshot moonshot api'],
    [ask('openai.OpenAI', 'deepseek-chat', 'https://api.deepseek.com'), 'deepseek deepseek api'],
    [ask('openai.OpenAI', 'gpt-4o', 'http://localhost:8000/v1'), 'local unknown local'],
    [ask('openai.OpenAI', 'llama3.1:8b', 'http://127.0.0.1:11434/v1'), 'local meta open-weights'],
    [ask('openai.OpenAI', 'gpt-4o', 'https://api.openai.com.example.org/v1'), 'unknown openai api'],
    [ask('anthropic.AnthropicBedrock', 'my-profile'), 'aws anthropic api'],
    [ask('boto3.client', 'amazon.nova-pro-v1:0'), 'aws aws api'],
    [ask('groq.Groq', 'llama-3.3-70b-versatile'), 'groq meta api'],
    [ask('groq.Groq', 'mixtral-8x7b-32768'), 'groq mistral api'],
    [ask('openai.AzureOpenAI', 'team-deployment-1', 'https://{}.openai.azure.com'), 'microsoft unknown api'],
    [ask('litellm.completion', 'bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0'), 'aws anthropic api'],
    [ask('dspy.LM', 'openai/gpt-4o-mini'), 'openai openai api'],
    [ask('ai.generateText', 'anthropic/claude-sonnet-4.5'), 'unknown anthropic api'],
    [ask(undefined, 'publishers/anthropic/models/claude-opus-4'), 'google anthropic api'],
    [ask('vllm.LLM', 'meta-llama/Llama-2-7b-chat-hf'), 'local meta open-weights'],
    [ask('transformers.pipeline', 'tiiuae/falcon-7b'), 'local unknown local'],
    // Consumer surfaces.
    [ask(undefined, undefined, 'https://chatgpt.com/backend-api/conversation'), 'openai openai consumer'],
    [ask(undefined, undefined, 'https://claude.ai/api/organizations'), 'anthropic anthropic consumer'],
    // Nothing is guessed: an address that is not constant may be anywhere, and a foreign model belies the client.
    [ask('openai.OpenAI', 'gpt-4o', '{}'), 'unknown openai api'],
    [ask('openai.OpenAI', undefined, '{}/v1'), 'unknown unknown unknown'],
    [ask('openai.OpenAI', 'claude-3-5-sonnet'), 'unknown anthropic api'],
    [ask('openai.OpenAI', 'Qwen/Qwen2.5-Math-7B'), 'unknown alibaba unknown'],
    [{ ...ask('openai.OpenAI', undefined, '{}'), env: ['OPENROUTER_API_KEY'] }, 'openrouter unknown api'],
    [{ clientProvider: 'xai', models: [] }, 'xai xai api'],
    // Ids of providers are those of their files; a route is no id.
    [{ clientProvider: 'bedrock', models: [] }, 'unknown unknown unknown'],
    [ask('langchain.chat_models.init_chat_model', 'google_anthropic_vertex:claude-sonnet-4-5'), 'google anthropic api'],
    [ask('langchain.chat_models.init_chat_model', 'google-gla:gemini-2.5-pro'), 'google google api'],
    [ask('litellm.completion', 'novita/meta-llama/llama-3.3-70b-instruct'), 'unknown meta open-weights'],
    [{ ...ask('openai.OpenAI', undefined, '{}'), env: ['GROQ_BASE_URL'] }, 'groq unknown api'],
    [{ ...ask('openai.OpenAI', undefined, '{}'), env: ['CLAUDE_CODE_USE_BEDROCK'] }, 'aws unknown api'],
    [{ models: [] }, 'unknown unknown unknown'],
  ];
  for (const [question, expected] of cases) {
    const { host, author, surface, unknownReason } = resolveProvider(question, routing);
    assert.equal(`${host} ${author} ${surface}`, expected, JSON.stringify(question));
    if (host === 'unknown' || author === 'unknown') assert.ok(unknownReason, JSON.stringify(question));
  }
});

test('weights bring their licence, distilled ones that of their base too', () => {
  const licences = (question: ProviderQuestion) =>
    resolveProvider(question, routing).parties.flatMap((party) => party.licence ?? []);
  const cases: readonly [model: string, expected: readonly string[]][] = [
    ['deepseek-ai/DeepSeek-R1-Distill-Llama-70B', ['deepseek.r1-licence', 'meta.llama3_3']],
    ['deepseek-ai/DeepSeek-V3', ['deepseek.model-licence']],
    ['deepseek-ai/DeepSeek-V3.1', ['deepseek.r1-licence']],
    ['nvidia/Llama-3.1-Nemotron-70B-Instruct-HF', ['nvidia.open-model-licence', 'meta.llama3_1']],
    ['meta-llama/Meta-Llama-3-8B-Instruct', ['meta.llama3']],
    ['unsloth/Llama-3.2-1B', ['meta.llama3_2']],
    ['google/gemma-3-27b-it', ['google.gemma-terms']],
    ['google/gemma-4-27b-it', ['google.gemma4-licence']],
    ['openai/gpt-oss-120b', ['openai.gpt-oss']],
    ['Qwen/Qwen2.5-72B-Instruct', ['alibaba.qwen-licence-2024']],
    ['Qwen/Qwen2.5-7B-Instruct', ['alibaba.qwen-apache']],
    ['Qwen/Qwen3-Max', []],
    ['mistralai/Mistral-Large-Instruct-2411', ['mistral.mrl']],
    ['zai-org/GLM-4.6', ['zhipu.glm-licence']],
  ];
  for (const [model, expected] of cases) assert.deepEqual(licences(ask('vllm.LLM', model)), expected, model);
});

test('several models and addresses give several answers, each once', () => {
  const models = ['gpt-4o', 'gpt-4o-mini', 'gpt-4o'].map((value) => ({ value, how: 'argument' }));
  assert.equal(resolveProviders({ client: 'openai.OpenAI', models }, routing).length, 2);
  const baseUrl = ['http://localhost:8000/v1', 'https://api.openai.com/v1'];
  const answers = resolveProviders({ client: 'openai.OpenAI', baseUrl, models: [] }, routing);
  assert.deepEqual(
    answers.map((answer) => answer.host),
    ['local', 'openai'],
  );
});

test('a notice is information: whatever was alleged or announced, no level and no clause changes', () => {
  const silent = { ...data, notices: [] };
  const questions = [
    ask('dashscope.Generation', 'qwen-max'),
    ask('vllm.LLM', 'Qwen3-32B'),
    ask('anthropic.Anthropic', 'fable-5'),
  ];
  for (const question of questions) {
    const noticed = noticesFor(resolveProvider(question, routing), data);
    assert.ok(noticed.length > 0, JSON.stringify(question));
    const own = judge(candidate('provenance/model-notice', question), data, 'competing');
    assert.deepEqual([own.level, own.stance, own.clauses], ['note', 'none', []]);
    for (const { title, status, as_of } of noticed)
      assert.ok(own.message.includes(`${title} (${status.replaceAll('-', ' ')} as of ${as_of}, `), own.message);
    for (const { id, kind } of data.rules) {
      if (kind === 'config' || kind === 'notice') continue;
      for (const purpose of ['competing', 'unknown', 'non-competing', 'evaluation'] as const)
        assert.deepEqual(
          judge(candidate(id, question), data, purpose),
          judge(candidate(id, question), silent, purpose),
          id,
        );
    }
  }
  for (const { id, confidence, as_of } of data.notices) {
    assert.match(as_of, /^\d{4}-\d\d-\d\d$/, id);
    assert.equal(confidence, 'second-hand', id);
  }
});

interface Case {
  readonly rule: string;
  readonly provider: ProviderQuestion;
  readonly purpose?: Purpose;
  readonly extra?: Partial<Candidate>;
  /** level, stance and the leading clause. */
  readonly expected: string;
  readonly message?: RegExp;
}

const persist = 'training/persist-output';
const openrouter = 'https://openrouter.ai/api/v1';
const withTraining = { signals: { training: true, volume: false } };

const claude = ask('anthropic.Anthropic', 'claude-sonnet-4-5');
const gpt = ask('openai.OpenAI', 'gpt-4o');
const anthropicRule = 'anthropic.commercial.use-restrictions.competing-models';
const openaiTerms = 'openai.services-agreement.restrictions';
const openaiRule = `${openaiTerms}.competing-models`;

const cases: readonly Case[] = [
  stored(
    claude,
    `warning prohibited ${anthropicRule}`,
    /may conflict with Anthropic Commercial Terms of Service, section D\.4\(a\), if the trained model competes/,
  ),
  on(persist, claude, `warning prohibited ${anthropicRule}`, { purpose: 'competing', message: /section D\.4\(a\)\.$/ }),
  on(persist, claude, 'warning restricted anthropic.aup.model-scraping-distillation', { purpose: 'non-competing' }),
  on(persist, claude, 'permitted none -', {
    purpose: 'evaluation',
    message: /purpose is evaluation/,
  }),
  on('training/train-on-output', gpt, 'note permitted-with-conditions openai.services-agreement.permitted-exception', {
    purpose: 'internal-classifier',
    message: /unless its conditions are met: .*private models/,
  }),
  stored(
    ask('openai.OpenAI', 'deepseek-chat', 'https://api.deepseek.com'),
    'permitted permitted deepseek.open-platform.distillation-allowed',
  ),
  stored(ask('openai.OpenAI', 'gpt-4o', 'http://localhost:8000/v1'), 'note unknown -', /no clause can be named/),
  stored(
    ask('openai.OpenAI', 'Qwen/Qwen3-32B', 'http://localhost:8000/v1'),
    'permitted permitted alibaba.qwen-apache.apache-2',
    /No clause was read first hand/,
  ),
  stored(
    ask('boto3.client', 'us.anthropic.claude-opus-4-7'),
    `warning prohibited ${anthropicRule}`,
    /Also binding: AWS Service Terms, section 50\.5/,
  ),
  stored(
    ask('openai.OpenAI', 'deepseek/deepseek-r1', openrouter),
    'note unclear openrouter.tos.5.model-terms',
    /Also binding: DeepSeek-R1 licence/,
  ),
  stored(ask('openai.OpenAI', 'anthropic/claude-3.5-sonnet', openrouter), `warning prohibited ${anthropicRule}`),
  stored(
    ask('openai.AzureOpenAI', 'gpt-4o'),
    `warning prohibited ${openaiRule}`,
    /Also binding: Microsoft Product Terms/,
  ),
  stored(ask('groq.Groq', 'llama-3.3-70b-versatile'), 'note permitted-with-conditions meta.llama3_3.1-b-i.naming'),
  stored(ask('groq.Groq', 'llama2-70b-4096'), 'warning prohibited meta.llama2.1-b-v.improve-other-llm'),
  // The host is stricter than the licence of the weights.
  stored(
    ask('openai.OpenAI', 'deepseek-ai/deepseek-r1', 'https://integrate.api.nvidia.com/v1'),
    'warning prohibited nvidia.api-trial.4-12.competing',
    /leading clause was not read first hand/,
  ),
  stored(
    ask('watsonx', undefined, 'https://us-south.ml.cloud.ibm.com'),
    'note unclear ibm.watsonx.unseen',
    /no clause was read first hand/,
  ),
  stored(
    ask(undefined, undefined, 'https://chatgpt.com/backend-api/conversation'),
    'warning prohibited openai.eu-terms.competing-models',
  ),
  on('training/capture-reasoning', claude, `warning prohibited ${anthropicRule}`),
  on(
    'training/capture-reasoning',
    ask(undefined, undefined, 'https://api.llama.com/v1'),
    'warning prohibited meta.model-api.10-1-x.reverse',
    { purpose: 'non-competing' },
  ),
  // Whose terms bar training of any kind leaves no purpose that would be another matter.
  on('training/persist-output', ask('xai_sdk.Client', 'grok-4'), 'warning prohibited xai.enterprise.output-training', {
    purpose: 'non-competing',
  }),
  // Volume and evasion alone are notes.
  on('volume/bulk-query', gpt, `note restricted ${openaiTerms}.extraction`),
  on('volume/bulk-query', gpt, `warning restricted ${openaiTerms}.extraction`, { extra: withTraining }),
  on('volume/evade-limits', gpt, `note prohibited ${openaiTerms}.rate-limits`),
  on('volume/evade-limits', gpt, `warning prohibited ${openaiTerms}.rate-limits`, {
    extra: { signals: { training: false, volume: true } },
  }),
  // Data sets: by name alone a note.
  listed('tatsu-lab/alpaca', false, `note prohibited ${openaiRule}`),
  listed('Yahma/Alpaca-Cleaned', true, `warning prohibited ${openaiRule}`, /generated by openai\/text-davinci-003/),
  listed('databricks/databricks-dolly-15k', true, 'permitted permitted -', /written by people/),
  listed('microsoft/orca-agentinstruct-1M-v1', true, `note prohibited ${openaiRule}`),
  on('provenance/model-notice', ask('openai.OpenAI', 'qwen-max', 'https://dashscope.aliyuncs.com/v1'), 'note none -', {
    message: /alleged as of 2026-06-27, said by Anthropic, denied by Alibaba/,
  }),
];

test('stances, levels and clauses', () => {
  for (const { rule, provider, purpose = 'unknown', extra, expected, message } of cases) {
    const found = judge({ ...candidate(rule, provider), ...extra }, data, purpose);
    const what = JSON.stringify({ rule, provider, purpose, extra });
    assert.equal(`${found.level} ${found.stance} ${found.clauses[0]?.id ?? '-'}`, expected, what);
    if (message) assert.match(found.message, message, what);
    assert.doesNotMatch(found.message, /undefined|\{\w+\}|violat|illegal|unlawful/i, what);
    assert.ok(sentences(found.message) <= 2, found.message);
  }
});

test('what is only general knowledge is never more than a note', () => {
  const clauses = Object.fromEntries(
    Object.entries(data.clauses).map(([id, clause]) => [id, { ...clause, confidence: 'general-knowledge' as const }]),
  );
  for (const { rule, provider, purpose = 'unknown', extra } of cases) {
    const found = judge({ ...candidate(rule, provider), ...extra }, { ...data, clauses }, purpose);
    assert.notEqual(found.level, 'warning', found.message);
  }
});

test('host and author both bind and both are shown', () => {
  const found = judge(candidate(persist, ask('boto3.client', 'us.anthropic.claude-opus-4-7')), data, 'unknown');
  const parties = new Set(found.clauses.map((clause) => `${clause.party} ${clause.provider}`));
  assert.deepEqual(parties, new Set(['author anthropic', 'host aws']));
  for (const clause of found.clauses) {
    assert.match(clause.url, /^https:/);
    assert.match(clause.asOf ?? '', /^2026-/);
  }
});

test('assumptions are said', () => {
  const assumptions = (provider: ProviderQuestion, purpose: Purpose = 'unknown') =>
    judge(candidate(persist, provider), data, purpose).assumptions.join('; ');
  assert.match(assumptions(ask('openai.OpenAI', 'gpt-4o')), /competes with the provider's/);
  assert.equal(assumptions(ask('openai.OpenAI', 'gpt-4o'), 'competing'), '');
  assert.match(assumptions(ask('openai.AzureOpenAI', 'my-gpt4o')), /guessed from its name/);
  const both = { ...ask('openai.OpenAI', 'gpt-4o'), baseUrl: ['http://localhost:8000', 'https://api.openai.com/v1'] };
  assert.match(assumptions(both), /a local model \(gpt-4o\)/);
});

test('what would change a verdict is said, and only that', () => {
  const sign = { kind: 'target', side: 'for', weight: 3, text: 'the name says “train”' } as const;
  const changes = (provider: ProviderQuestion, purpose: Purpose = 'unknown', rests = [sign]) => {
    const made = candidate(persist, provider);
    const weighed = { evidence: [sign], sum: 4, confidence: 'medium', rests } as const;
    return changesOf({ candidate: made, weighed }, judge(made, data, purpose), data, purpose);
  };
  const permission = 'an agreement with OpenAI that allows this use would settle it';
  const rests = 'without this sign the confidence would be low: the name says “train”';
  assert.deepEqual(changes(gpt, 'competing'), [permission, rests]);
  assert.match(
    changes(gpt)[0]!,
    /^if what is trained does not compete with the provider's, this is (a note|permitted)$/,
  );
  assert.ok(changes(ask(undefined, undefined)).includes('once the provider is known, its terms decide'));
  assert.deepEqual(changes(gpt, 'competing', []), [permission]);
});

test('every result has something that would change it, and what is said of levels is so', () => {
  const weighed = { evidence: [], sum: 6, confidence: 'high', rests: [] } as const;
  const words = { warning: 'a warning', note: 'a note', permitted: 'permitted' };
  const rows: readonly (Omit<Case, 'expected'> & { readonly terms?: typeof data })[] = [...cases, ...everySurface()];
  for (const { rule, provider, purpose = 'unknown', extra, terms = data } of rows) {
    const made = { ...candidate(rule, provider), ...extra };
    const found = judge(made, terms, purpose);
    const changes = changesOf({ candidate: made, weighed }, found, terms, purpose);
    const what = JSON.stringify({ rule, provider, purpose, extra, found: found.message, changes });
    const again = (changed: Partial<Candidate>, as = purpose, under = terms) =>
      words[judge({ ...made, ...changed }, under, as).level];
    assert.notDeepEqual(changes, [], what);
    // All that an agreement is about is as if the terms of its parties permitted it.
    const agreed = (names: readonly string[]) => ({
      ...terms,
      clauses: Object.fromEntries(
        Object.entries(terms.clauses).map(([id, clause]) => {
          const isOf = names.includes(shortName(terms.providers[clause.provider]!.name));
          return [id, isOf ? { ...clause, stances: {} } : clause];
        }),
      ),
      verdicts: Object.fromEntries(
        Object.entries(terms.verdicts).map(([id, row]) => [id, { ...row, stance: 'permitted' as const }]),
      ),
      providers: Object.fromEntries(
        Object.entries(terms.providers).map(([id, row]) => [
          id,
          names.includes(shortName(row.name))
            ? { ...row, surfaces: row.surfaces.map((surface) => ({ ...surface, stances: permitting })) }
            : row,
        ]),
      ),
    });
    for (const change of changes) {
      const level = / this (?:is|would be) (a warning|a note|permitted)$/.exec(change)?.[1];
      const agreement = /^an agreement with (.*) that allows this use would (?:settle it|leave (.*))$/.exec(change);
      if (/^if (the answers|its rows) (became|were trained)/.test(change))
        assert.equal(again({ signals: { training: true, volume: true } }), level, what);
      else if (/^if (the answers|its rows) (did not|were not)/.test(change))
        assert.equal(again({ signals: { training: false, volume: false } }), level, what);
      else if (/does not compete/.test(change)) assert.equal(again({}, 'non-competing'), level, what);
      else if (/^if a competing model/.test(change)) assert.equal(again({}, 'competing'), level, what);
      else if (agreement) {
        const names = agreement[1]!.split(/, | and /);
        assert.equal(again({}, purpose, agreed(names)), agreement[2] ?? 'permitted', what);
      } else if (/^a clause that speaks plainly/.test(change))
        assert.ok(found.stance === 'unclear' || found.stance === 'silent', what);
      else if (/^a model whose terms do not permit/.test(change)) assert.equal(found.level, 'permitted', what);
      else if (/^once /.test(change))
        assert.ok(
          found.opinions.some(({ stance, level: own }) => stance === 'unknown' && own === found.level),
          what,
        );
      else if (/^if its conditions/.test(change)) assert.equal(found.stance, 'permitted-with-conditions', what);
      else assert.match(change, /no notice names|nobody has read the clause/, what);
    }
  }
});

const permitted = { stance: 'permitted' as const, clauses: [] };
const permitting = {
  train_competing: permitted,
  train_any: permitted,
  bulk_extraction: permitted,
  evade_limits: permitted,
  reasoning_capture: permitted,
};

/** Each rule on a flow, asked of each surface of each provider, with and without other signs. */
function everySurface() {
  const url = 'https://h.example.org';
  const rules = ['training/persist-output', 'training/capture-reasoning', 'volume/bulk-query', 'volume/evade-limits'];
  return Object.values(data.providers).flatMap(({ id, surfaces }) =>
    surfaces.flatMap((surface) => {
      const hosts = [{ host: 'h.example.org', provider: id, surface: surface.id, env: [] }];
      const terms = { ...data, routing: { ...routing, hosts } };
      return rules.flatMap((rule) =>
        [true, false].flatMap((training) =>
          (['unknown', 'evaluation'] as const).map((purpose) => ({
            rule,
            provider: ask(undefined, undefined, url),
            purpose,
            extra: { signals: { training, volume: false } },
            terms,
          })),
        ),
      );
    }),
  );
}

test('how often a model is asked is told as far as it is known', () => {
  const place = { path: 'a.py', start: 1, end: 2 };
  const levels = (...given: [over: string, count?: number | undefined, kind?: 'pool'][]) =>
    given.map(([over, count, kind = 'loop']) => ({ over, count, kind, dependent: kind === 'pool', place }));
  const estimate = (...given: Parameters<typeof levels>) =>
    estimateOf({ levels: levels(...given), factors: levels(...given) } as unknown as Parameters<typeof estimateOf>[0]);
  assert.deepEqual(estimate(['a range of 3', 3], ['a range of 2000', 2000, 'pool']), {
    calls: 6000,
    text: '6,000 calls (2,000 items × 3 repeats), several at once',
    atOnce: true,
    factors: [
      { over: 'a range of 2000', count: 2000, place },
      { over: 'a range of 3', count: 3, place },
    ],
  });
  const limited = estimateOf({
    levels: levels(['a data set', undefined, 'pool']),
    factors: levels(['a data set', undefined, 'pool']),
    together: { count: 8, byDefault: true, from: [place] },
  } as unknown as Parameters<typeof estimateOf>[0]);
  assert.equal(limited.text, 'however many items a data set has, 8 at once by default');
  assert.deepEqual(limited.concurrency, { count: 8, default: true, from: [place] });
  const open = estimate(['a list of 4', 4], ['what a file holds'], ['a condition']);
  assert.equal(open.text, 'however many rounds a loop makes × however many items a file holds × 4 repeats');
  assert.equal(open.calls, undefined);
});

test('every surface of every provider gives a message', () => {
  for (const provider of Object.values(data.providers)) {
    for (const surface of provider.surfaces) {
      const document = surface.documents[0];
      const rows = {
        ...routing,
        hosts: [{ host: 'h.example.org', provider: provider.id, surface: surface.id, env: [] }],
      };
      const one = { ...data, routing: rows };
      for (const purpose of ['unknown', 'non-competing'] as const) {
        const found = judge(candidate(persist, ask(undefined, undefined, 'https://h.example.org')), one, purpose);
        assert.ok(sentences(found.message) <= 2, `${document}: ${found.message}`);
        assert.doesNotMatch(found.message, /undefined/, found.message);
      }
    }
  }
});

test('fingerprints survive moves and reformatting, and tell what is different apart', () => {
  const base = candidate(persist, ask('openai.OpenAI', 'gpt-4o'), 10);
  const moved = candidate(persist, ask('openai.OpenAI', 'gpt-4o'), 900);
  assert.equal(fingerprint(base), fingerprint(moved));
  // Baselines keep this text: a change of the function loses them.
  assert.equal(fingerprint(base), '8b2eadb046f234c2');
  const respaced = { ...moved, flow: moved.flow.map((step) => ({ ...step, name: step.name.replace('(', ' (\n ') })) };
  assert.equal(fingerprint(base), fingerprint(respaced));
  const copied = {
    ...base,
    flow: [base.flow[0]!, { ...base.flow[0]!, role: 'step' as const, name: 'tmp' }, ...base.flow.slice(1)],
  };
  assert.equal(fingerprint(base), fingerprint(copied));
  for (const other of [
    { ...base, rule: 'training/train-on-output' },
    { ...base, scope: 'other' },
    { ...base, place: { ...base.place, path: 'b.py' } },
    { ...base, flow: base.flow.slice(1) },
  ]) {
    assert.notEqual(fingerprint(base), fingerprint(other));
  }
  const [first, second, third] = numbered([base, moved, { ...base, scope: 'other' }].map(fingerprint));
  assert.equal(second, `${first}-2`);
  assert.notEqual(third, first);
});

test('suppressions', () => {
  const good: readonly [text: string, reason: string, until?: string][] = [
    [`# distillint-ignore ${persist}: reviewed by legal`, 'reviewed by legal'],
    [`// distillint-ignore ${persist}: kept until approved by Ana`, 'kept until approved by Ana'],
    [`/* distillint-ignore ${persist}: eval set until 2027-06-30 */`, 'eval set', '2027-06-30'],
    [`# noqa  # distillint-ignore ${persist}: eval set`, 'eval set'],
    [`distillint-ignore ${persist}: today is the last day until 2026-11-24`, 'today is the last day', '2026-11-24'],
    [`{/* distillint-ignore ${persist}: JSX */}`, 'JSX'],
  ];
  for (const [text, reason, until] of good) {
    const { suppressions, problems: wrong } = readSuppressions([comment(text, 4)], ruleIds, '2026-11-24');
    assert.deepEqual(wrong, [], text);
    const [found] = suppressions;
    assert.deepEqual([found?.rule, found?.reason, found?.until], [persist, reason, until], text);
  }
  const bad: readonly [text: string, message: RegExp, cure: RegExp][] = [
    ['# distillint-ignore', /names no rule/, /distillint-ignore <rule>: <reason>/],
    [`# distillint-ignore ${persist}`, /no reason/, /after a colon/],
    [`# distillint-ignore ${persist}:`, /no reason/, /after a colon/],
    [`# distillint-ignore ${persist}: until 2027-01-01`, /no reason/, /after a colon/],
    ['# distillint-ignore training/persist-outptu: x y', /does not exist/, /Did you mean training\/persist-output\?/],
    ['# distillint-ignore *: everything', /does not exist/, /Name one of/],
    [`# distillint-ignore ${persist}: eval set until 2026-02-30`, /does not exist: 2026-02-30/, /YYYY-MM-DD/],
    [`# distillint-ignore ${persist}: eval set until 30.6.2027`, /does not exist/, /YYYY-MM-DD/],
    [`# distillint-ignore ${persist}: eval set until 2026-11-23`, /ended on 2026-11-23/, /new day/],
  ];
  for (const [text, message, cure] of bad) {
    const { suppressions, problems: wrong } = readSuppressions([comment(text, 4)], ruleIds, '2026-11-24');
    assert.deepEqual(suppressions, [], text);
    assert.match(wrong[0]?.message ?? '', message, text);
    assert.match(wrong[0]?.cure ?? '', cure, text);
  }
  const talk = ['# write distillint-ignore to silence it', '# distillint-ignored', '# see docs'].map((text) =>
    comment(text, 1),
  );
  assert.deepEqual(readSuppressions(talk, ruleIds, '2026-11-24'), { suppressions: [], problems: [] });
});

test('a suppression covers its line, and the next one if it stands alone', () => {
  const text = (rule: string) => `# distillint-ignore ${rule}: reviewed`;
  const { suppressions } = readSuppressions(
    [comment(text(persist), 4), comment(text('volume/bulk-query'), 5), comment(text('volume/evade-limits'), 20, false)],
    ruleIds,
    '2026-11-24',
  );
  const silenced = (rule: string, line: number) => suppressionFor(rule, line, suppressions) !== undefined;
  assert.ok(silenced(persist, 6) && silenced('volume/bulk-query', 6));
  assert.ok(!silenced(persist, 7) && !silenced('training/train-on-output', 6));
  assert.ok(silenced('volume/evade-limits', 20) && !silenced('volume/evade-limits', 21));
});

function on(rule: string, provider: ProviderQuestion, expected: string, more: Partial<Case> = {}): Case {
  return { rule, provider, expected, ...more };
}

/** A case of `training/persist-output` under an unknown purpose. */
function stored(provider: ProviderQuestion, expected: string, message?: RegExp): Case {
  return on(persist, provider, expected, message ? { message } : {});
}

/** A case of `training/restricted-dataset`, with or without a trainer in the same story. */
function listed(id: string, training: boolean, expected: string, message?: RegExp): Case {
  const dataset = { id, place: { path: 'a.py', start: 0, end: 1 } };
  const extra = { dataset, signals: { training, volume: false } };
  return on('training/restricted-dataset', { models: [] }, expected, { extra, ...(message ? { message } : {}) });
}

function ask(client: string | undefined, model: string | undefined, baseUrl?: string): ProviderQuestion {
  return {
    ...(client === undefined ? {} : { client }),
    ...(baseUrl === undefined ? {} : { baseUrl: [baseUrl] }),
    models: model === undefined ? [] : [{ value: model, how: 'argument' }],
  };
}

function candidate(rule: string, provider: ProviderQuestion, start = 10): Candidate {
  const place = { path: 'a.py', start, end: start + 5 };
  return {
    rule,
    place,
    scope: 'build',
    flow: [
      {
        place: { ...place, start: 2, end: 4 },
        role: 'source',
        name: 'openai.OpenAI().chat.completions.create()',
        why: 'asked',
      },
      { place, role: 'sink', name: 'file.write()', why: 'written' },
    ],
    origin: { api: 'openai.OpenAI().chat.completions.create', place, labels: ['text'], stored: false },
    provider,
    signals: { training: false, volume: false },
    evidence: [
      { kind: 'file-name', side: 'for', text: 'the file is called train.jsonl', weight: 1 },
      { kind: 'training-keys', side: 'for', text: 'rows of prompt and answer', weight: 3 },
    ],
    confidenceHint: 'high',
    assumptions: [],
    story: 's1',
    related: [],
  };
}

function comment(text: string, line: number, alone = true): SourceComment {
  return { place: { path: 'a.py', start: line * 10, end: line * 10 + 5 }, line, text, alone };
}

/** Counts sentences, not the dots of sections and names. */
function sentences(message: string): number {
  return message.split(/\.(?:\s+(?=[A-Z])|$)/).filter((part) => part.trim() !== '').length;
}

test('what a row finds that nobody checked is of medium confidence, and says why', async () => {
  const rows = (checked: string): string => `package: acme
checked: ${checked}
sources:
  - call: ask
    shape: text
    provider: openai
sinks:
  - call: keep
    kind: store
    at: Argument[0]
`;
  const code = (write: string): string => `import acme, json
answer = acme.ask('Why is the sky blue?')
row = {'instruction': 'Why?', 'output': answer}
${write}
`;
  const found = async (checked: string, write: string): Promise<Finding> => {
    const known = unpackCatalog(JSON.parse(engineFiles().rules).catalog);
    const { catalog, problems } = loadCatalog([{ path: 'python/acme.yaml', text: rows(checked) }], known);
    assert.deepEqual(problems, []);
    const engine = await openEngine(engineFiles(), [catalog]);
    const files = memoryFileSystem(filesBelow('/w', { 'make.py': code(write) }));
    const workspace = openWorkspace(engine, files, ['/w'], { today: '2026-01-01' });
    drain(workspace.load());
    return checkAll(workspace.project).findings[0]!;
  };
  const why = /^assumed: the row for acme\.ask( and that for acme\.keep)? was not checked against its package$/;
  const says = ({ evidence }: Finding): boolean => evidence.against.some(({ text }) => why.test(text));
  const file = "json.dump([row], open('train.jsonl', 'w'))";
  const sure = await found('acme 1.0', file);
  assert.deepEqual([sure.confidence, says(sure)], ['high', false]);
  const unsure = await found('unverified', file);
  assert.deepEqual([unsure.confidence, says(unsure)], ['medium', true]);
  // What is just enough to be shown still is.
  const kept = await found('acme 1.0', 'acme.keep(row)');
  assert.deepEqual([kept.confidence, says(kept)], ['medium', false]);
  const still = await found('unverified, it is our own', 'acme.keep(row)');
  assert.deepEqual([still.confidence, says(still)], ['medium', true]);
});
