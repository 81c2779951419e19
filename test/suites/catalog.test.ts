import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compileRules } from '../../server/src/catalog/compile.ts';
import { readCatalog } from '../../server/src/catalog/documents.ts';
import { loadCatalog, type RuleFile } from '../../server/src/catalog/load.ts';
import type { ApiPosition, Catalog, Ecosystem, Row } from '../../server/src/catalog/model.ts';
import { unpackCatalog } from '../../server/src/catalog/pack.ts';
import { parseApiPath, parseGuard, parsePlace } from '../../server/src/catalog/paths.ts';
import { openCatalog } from '../../server/src/catalog/trie.ts';
import { claimsOf } from '../tools/catalog/claims.ts';
import { ruleFiles } from '../tools/catalog/entries.ts';
import { behindOf, readTable } from '../tools/catalog/table.ts';

const compiled = compileRules(ruleFiles('rules/catalog'));
const catalog = openCatalog(unpackCatalog(JSON.parse(compiled.json).catalog));

/** Walks `root` and then `.member`, `()`, `[]` as written in `path`. */
function walk(from: ApiPosition | undefined, path: string, through: Catalog = catalog): ApiPosition | undefined {
  const parsed = parseApiPath(path);
  assert.ok(parsed.ok, path);
  return parsed.value.reduce<ApiPosition | undefined>((at, step) => {
    if (!at) return undefined;
    if (step.step === 'member') return through.member(at, step.name);
    if (step.step === 'call') return through.result(at);
    return step.step === 'subclass' ? through.instance(at) : through.element(at);
  }, from);
}

/** What rows hold at a path, as `row` or `row:kind`. */
function rowsAt(ecosystem: Ecosystem, root: string, path: string): readonly string[] {
  const from = root === 'builtins' ? catalog.root(ecosystem, 'builtins') : catalog.root(ecosystem, root);
  const position = path === '' ? from : walk(from, path);
  return [...new Set((position?.rows ?? []).map(nameOf))].sort();
}

function nameOf(row: Row): string {
  switch (row.row) {
    case 'source':
      return `source:${row.shape.name}`;
    case 'sink':
      return `sink:${row.kind}`;
    default:
      return row.row;
  }
}

test('every file of rules/catalog loads without problems', () => {
  assert.deepEqual(
    compiled.problems.map((problem) => problem.message),
    [],
  );
});

const EXPECTED: readonly [Ecosystem, string, string, readonly string[]][] = [
  ['python', 'openai', 'OpenAI', ['client']],
  ['python', 'openai', 'OpenAI().chat.completions.create', ['sink:platform', 'source:openai-chat']],
  ['python', 'openai', 'AzureOpenAI().with_options().responses.create', ['sink:platform', 'source:openai-responses']],
  ['python', 'openai', 'chat.completions.create', ['sink:platform', 'source:openai-chat']],
  ['python', 'openai', 'ChatCompletion.create', ['source:openai-chat']],
  ['python', 'openai', 'OpenAI().files.create', ['flow', 'sink:upload']],
  ['python', 'openai', 'OpenAI().fine_tuning.jobs.create', ['sink:job']],
  ['python', 'builtins', 'open().write', ['cell', 'sink:file']],
  ['python', 'anthropic', 'Anthropic().messages.create', ['source:anthropic-message']],
  ['python', 'google.genai', 'Client().aio.models.generate_content', ['source:google-response']],
  ['python', 'langchain_openai', 'ChatOpenAI().bind_tools().invoke', ['source:langchain-message']],
  ['python', 'concurrent', 'futures.as_completed', ['flow']],
  ['python', 'pandas', 'DataFrame().drop_duplicates().to_json', ['cell', 'flow', 'sink:file']],
  ['python', 'datasets', 'Dataset.from_list().shuffle().push_to_hub', ['cell', 'sink:publish']],
  ['python', 'trl', 'SFTTrainer', ['sink:train']],
  ['python', 'bespokelabs', 'curator.LLM.Subclass', ['source:text', 'volume']],
  ['javascript', '@anthropic-ai/sdk', 'default().messages.create', ['source:anthropic-message']],
  ['javascript', '@anthropic-ai/sdk', 'Anthropic().messages.create', ['source:anthropic-message']],
  ['javascript', 'ai', 'generateText', ['source:vercel-result']],
  ['javascript', '@ai-sdk/openai', 'createOpenAI()', ['client']],
  ['javascript', 'node:fs/promises', 'writeFile', ['cell', 'sink:file']],
  ['javascript', 'fs', 'default.createWriteStream().write', ['cell', 'sink:file']],
  ['javascript', 'p-limit', 'default()', ['call']],
  ['javascript', '@prisma/client', 'PrismaClient().answers.create', ['cell', 'sink:store']],
  ['javascript', 'openai', 'default().chat.completions.create', ['sink:platform', 'source:openai-chat']],
  ['javascript', 'openai', 'OpenAI().fineTuning.jobs.create', ['sink:job']],
  ['javascript', 'npm:openai@4.2.0', '', ['client']],
  ['javascript', 'builtins', 'JSON.stringify', ['flow']],
  ['javascript', 'builtins', 'Promise.all', ['flow', 'volume']],
];

for (const [ecosystem, root, path, rows] of EXPECTED) {
  test(`${ecosystem}: ${root}.${path} has ${rows.join(', ')}`, () => {
    const found = rowsAt(ecosystem, root, path);
    assert.deepEqual(
      rows.filter((row) => !found.includes(row)),
      [],
      `found only ${found.join(', ') || 'nothing'}`,
    );
  });
}

test('rules/verified.yaml is not older than the rows', () => {
  const claims = claimsOf(readCatalog(ruleFiles('rules/catalog')).text);
  const behind = [...new Set(behindOf(readTable(), claims).map(({ message }) => message))];
  if (behind.length > 0)
    assert.fail(
      'rules/verified.yaml knows nothing of some rows yet. Run `npm run catalog:verify -- --missing`, ' +
        `or say \`checked: unverified, WHY\` of what cannot be checked:\n  ${behind.join('\n  ')}`,
    );
});

test('positions that are reached on two ways are the same object', () => {
  const first = walk(catalog.root('python', 'openai'), 'OpenAI().chat.completions');
  const second = walk(catalog.root('python', 'openai'), 'AsyncOpenAI().with_options().chat.completions');
  assert.ok(first);
  assert.equal(first, second);
});

test('a typed value says its type and where it came from', () => {
  const client = walk(catalog.root('python', 'openai'), 'AzureOpenAI()');
  assert.equal(client?.type, 'openai.Client');
  assert.equal(client?.path, 'openai.AzureOpenAI()');
  const [row] = walk(catalog.root('python', 'openai'), 'AzureOpenAI')?.rows ?? [];
  assert.ok(row?.row === 'client');
  assert.equal(row.provider, 'microsoft');
  assert.equal(row.origin.file, 'rules/catalog/python/openai.yaml');
  assert.equal(row.origin.verified, true);
  assert.match(readFileSync(row.origin.file, 'utf8').split('\n')[row.origin.line - 1]!, /- type: Client/);
});

test('methods of receivers of unknown type are found by name', () => {
  assert.deepEqual(
    catalog.untyped('python', 'append')?.rows.map((row) => row.row === 'flow' && [row.from, row.to]),
    [
      [
        { slot: { at: 'argument', index: 0 }, path: [] },
        { slot: { at: 'self' }, path: ['*'] },
      ],
    ],
  );
  assert.ok(catalog.untyped('javascript', 'map')?.rows.some((row) => row.row === 'call'));
  assert.equal(catalog.untyped('python', 'no_such_method'), undefined);
});

test('a source may be recognised by the end of its path', () => {
  const [tail] = catalog.tails('python', 'create').filter((t) => t.members.join('.') === 'chat.completions.create');
  assert.ok(tail?.position.rows.some((row) => row.row === 'source'));
  assert.ok(catalog.candidateNames.has('javascript create'));
  assert.ok(catalog.markers.some((marker) => marker.text === 'openai' && marker.position === 'import'));
});

test('shapes keep the members of the shapes they are like', () => {
  const [row] = walk(catalog.root('python', 'openai'), 'OpenAI().chat.completions.create')?.rows ?? [];
  assert.ok(row?.row === 'source');
  assert.ok(row.shape.neutral.has('usage') && row.shape.neutral.has('system_fingerprint'));
  assert.equal(row.shape.labelled.get('reasoning_content'), 'reasoning');
});

test('the grammar of places', () => {
  const places: Record<string, unknown> = {
    'Argument[0,messages:].Element.Field[content]': {
      slot: { at: 'argument', index: 0, name: 'messages' },
      path: ['*', 'content'],
    },
    'Argument[1..]': { slot: { at: 'arguments', from: 1 }, path: [] },
    'Argument[*:]': { slot: { at: 'keywords' }, path: [] },
    'Self.Field[=Argument[0]]': { slot: { at: 'self' }, path: ['=0'] },
    'ReturnValue.Element.1': { slot: { at: 'return' }, path: ['*', '1'] },
    'Argument[0].Field[onFinish].Parameter[0].Field[text]': {
      slot: { at: 'callback', index: 0, name: undefined, inside: ['onFinish'], parameter: 0 },
      path: ['text'],
    },
    'Parameter[1]': { slot: { at: 'callback', index: -2, name: undefined, parameter: 1 }, path: [] },
    'Argument[0].Parameter[0].Argument[0]': {
      slot: { at: 'callback-argument', index: 0, name: undefined, parameter: 0, argument: 0 },
      path: [],
    },
  };
  for (const [text, value] of Object.entries(places)) {
    const parsed = parsePlace(text);
    assert.ok(parsed.ok, text);
    assert.deepEqual(JSON.parse(JSON.stringify(parsed.value)), JSON.parse(JSON.stringify(value)), text);
  }
});

test('the grammar of guards', () => {
  const guard = parseGuard('Argument[purpose:] is fine-tune | batch or absent or unknown');
  assert.ok(guard.ok);
  assert.deepEqual(guard.value.values, ['fine-tune', 'batch', null]);
  assert.equal(guard.value.assume, true);
  const mode = parseGuard('Argument[1,mode:] matches ^[rbt]*$ or absent');
  assert.ok(mode.ok);
  assert.deepEqual([mode.value.values, mode.value.assume], [['^[rbt]*$', null], false]);
});

const SHAPES: RuleFile = { path: 'rules/catalog/shapes.yaml', text: 'openai-chat:\n  neutral: [usage]\n' };
const OPENAI = 'package: openai\nchecked: unverified\ntypes:\n  - type: Client\n    is: [.Client()]\n---\n';

const BROKEN: readonly { name: string; text: string; line: number; key: string; says: RegExp; nearest?: string }[] = [
  {
    name: 'an unknown key',
    text: 'package: x\nchecked: unverified\nsources:\n  - call: create\n    shap: openai-chat\n    shape: openai-chat\n',
    line: 5,
    key: 'sources[0].shap',
    says: /one of the keys call, when/,
    nearest: 'shape',
  },
  {
    name: 'a default without a member',
    text: "package: x\nchecked: unverified\ntypes:\n  - type: Client\n    is: ['.']\n    provider: openai\n    default: true\n",
    line: 5,
    key: 'types[0].is[0]',
    says: /a path that ends with a member/,
  },
  {
    name: 'a missing key',
    text: 'package: x\nsources:\n  - call: create\n    shape: openai-chat\n',
    line: 1,
    key: 'checked',
    says: /expected string/,
  },
  {
    name: 'a shape that does not exist',
    text: 'package: x\nchecked: unverified\nsources:\n  - call: create\n    shape: opnai-chat\n',
    line: 5,
    key: 'sources[0].shape',
    says: /a shape of shapes\.yaml/,
    nearest: 'openai-chat',
  },
  {
    name: 'a kind that does not exist',
    text: 'package: x\nchecked: unverified\nsinks:\n  - call: create\n    kind: uplod\n    at: Self\n',
    line: 5,
    key: 'sinks[0].kind',
    says: /file, dataset, publish/,
    nearest: 'upload',
  },
  {
    name: 'a type that does not exist',
    text: 'package: x\nchecked: unverified\ntypes:\n  - type: Client\n    extends: Cleint\n',
    line: 5,
    key: 'types[0].extends',
    says: /expected a type/,
    nearest: 'Client',
  },
  {
    name: 'a slip in a type at the head of a path',
    text: 'package: x\nchecked: unverified\ntypes:\n  - type: Client\nvolumes:\n  - call: Cleint.run\n    kind: batch\n',
    line: 6,
    key: 'volumes[0].call',
    says: /a type of this file/,
    nearest: 'Client',
  },
  {
    name: 'a path below the package that starts like a type of another one',
    text: `${OPENAI}package: x\nchecked: unverified\ntypes:\n  - type: Model\n    is: [openai.Client()]\n`,
    line: 11,
    key: 'types[0].is[0]',
    says: /a path below x, with a dot before it; without one it starts at the type openai\.Client of another package/,
    nearest: '.openai.Client()',
  },
  {
    name: 'a member of the package that others of its paths start at, too',
    text: `${OPENAI}package: x\nchecked: unverified\nvolumes:\n  - call: [openai.Client.run, openai.run_all]\n    kind: batch\n`,
    line: 10,
    key: 'volumes[0].call[0]',
    says: /a path below x/,
    nearest: '.openai.Client.run',
  },
  {
    name: 'a version that is not there',
    text: 'package: x\nchecked: openai\n',
    line: 2,
    key: 'checked',
    says: /a name and its version/,
  },
  {
    name: 'a place that does not parse',
    text: 'package: x\nchecked: unverified\nflows:\n  - call: f\n    flow:\n      - Argument[0] -> Slef\n',
    line: 6,
    key: 'flows[0].flow[0]',
    says: /`Self`/,
    nearest: 'Self',
  },
  {
    name: 'a parameter of any name that is not the end of a flow',
    text: 'package: x\nchecked: unverified\nsinks:\n  - call: f\n    kind: file\n    at: Argument[0].Parameter[*:]\n',
    line: 6,
    key: 'sinks[0].at',
    says: /`Parameter\[n\]`; `Parameter\[\*:\]` stands at the end of a flow only: `Argument/,
  },
  {
    name: 'a parameter of any name at the beginning of a flow',
    text: 'package: x\nchecked: unverified\nflows:\n  - call: f\n    flow: Argument[0].Parameter[*:] -> Self\n',
    line: 5,
    key: 'flows[0].flow',
    says: /at the end of a flow only/,
  },
  {
    name: 'a result that flows into an argument',
    text: 'package: x\nchecked: unverified\nflows:\n  - call: f\n    flow: ReturnValue -> Argument[0]\n',
    line: 5,
    key: 'flows[0].flow',
    says: /two ends of what the call gives/,
  },
  {
    name: 'a guard that does not parse',
    text: 'package: x\nchecked: unverified\nsinks:\n  - call: f\n    kind: file\n    at: Self\n    when: Argument[0] mtches a\n',
    line: 7,
    key: 'sinks[0].when',
    says: /`matches`/,
    nearest: 'matches',
  },
  {
    name: 'a provider that does not exist',
    text: 'package: x\nchecked: unverified\nsources:\n  - call: create\n    shape: openai-chat\n    provider: antropic\n',
    line: 6,
    key: 'sources[0].provider',
    says: /the id of a provider, or local/,
    nearest: 'anthropic',
  },
  {
    name: 'a provider of a type that does not exist',
    text: 'package: x\nchecked: unverified\ntypes:\n  - type: Client\n    is: [.Client()]\n    provider: gogle\n',
    line: 6,
    key: 'types[0].provider',
    says: /the id of a provider, or local/,
    nearest: 'google',
  },
  {
    name: 'a language that does not exist',
    text: 'package: x\nlanguage: pyhton\nchecked: unverified\n',
    line: 2,
    key: 'language',
    says: /python, javascript/,
    nearest: 'python',
  },
  {
    name: 'an element of a place that does not exist',
    text: 'package: x\nchecked: unverified\nsinks:\n  - call: f\n    kind: file\n    at: Argument[0].Feild[a]\n',
    line: 6,
    key: 'sinks[0].at',
    says: /`Field\[name\]`/,
    nearest: 'Field',
  },
  {
    name: 'a pass without a parameter',
    text: 'package: x\nchecked: unverified\ncalls:\n  - call: f\n    callable: Argument[0]\n    passes: Argument[1]\n    times: once\n',
    line: 6,
    key: 'calls[0].passes',
    says: /`place -> Parameter\[n\]`/,
  },
  {
    name: 'an API path that does not parse',
    text: 'package: x\nchecked: unverified\nvolumes:\n  - call: a..b\n    kind: batch\n',
    line: 4,
    key: 'volumes[0].call',
    says: /a member \(`\.name`\)/,
  },
  {
    name: 'a regular expression that does not parse',
    text: 'package: x\nchecked: unverified\nsinks:\n  - call: f\n    kind: file\n    at: Self\n    when: Argument[0] matches (a\n',
    line: 7,
    key: 'sinks[0].when',
    says: /a regular expression/,
  },
  {
    name: 'rows that do not say what they were checked against',
    text: 'package: x\nflows:\n  - call: f\n    flow: Self\n',
    line: 1,
    key: 'checked',
    says: /checked/,
  },
  {
    name: 'a package without the version that rows were checked against',
    text: 'package: x\nchecked: x\n',
    line: 2,
    key: 'checked',
    says: /a name and its version/,
  },
  {
    name: 'a word where a choice of words and other values stands',
    text: 'package: x\nchecked: unverified\ntypes:\n  - type: Client\n    is: [make()]\n    default: clint\n',
    line: 6,
    key: 'types[0].default',
    says: /boolean or client/,
    nearest: 'client',
  },
  {
    name: 'a callable that is named in an unknown way',
    text: 'package: x\nchecked: unverified\ncalls:\n  - call: f\n    callable: Argument[0]\n    named: paths\n    times: once\n',
    line: 6,
    key: 'calls[0].named',
    says: /path, name, file/,
    nearest: 'path',
  },
  {
    name: 'a marker that is too short',
    text: 'package: x\nchecked: unverified\nmarkers:\n  - text: ab\n',
    line: 4,
    key: 'markers[0]',
    says: /at least four characters/,
  },
  { name: 'text that is no YAML', text: 'package: [x\nchecked: y\n', line: 2, key: '', says: /YAML/ },
];

for (const broken of BROKEN) {
  test(`${broken.name} is a problem at its line`, () => {
    const path = 'rules/catalog/python/x.yaml';
    const { problems } = loadCatalog([SHAPES, { path, text: broken.text }], undefined, ['anthropic', 'google']);
    const problem = problems.find((p) => p.key === broken.key);
    assert.ok(problem, JSON.stringify(problems));
    assert.equal(problem.file, path);
    assert.equal(problem.line, broken.line);
    assert.match(problem.message, broken.says);
    assert.equal(problem.nearest, broken.nearest);
  });
}

test('a file in no folder of a language has to say it', () => {
  const text = 'package: x\nchecked: unverified\n';
  const { problems } = loadCatalog([{ path: 'acme.yaml', text }]);
  assert.match(
    problems[0]?.message ?? '',
    /^acme\.yaml:1: language: .* a key `language`, python, javascript or configuration/,
  );
  assert.deepEqual(loadCatalog([{ path: 'acme.yaml', text: `language: python\n${text}` }]).problems, []);
});

test('a path that was not found in its package is not verified, and its neighbours are', () => {
  const text = 'package: x\nchecked: x 1.0.0\nsources:\n  - call: [ask, gone]\n    shape: openai-chat\n';
  const table = `- package: x
  language: python
  version: '1.0.0'
  open:
    x:
      'gone': 'no gone is declared anywhere'
`;
  const { catalog, problems } = loadCatalog([
    SHAPES,
    { path: 'catalog/python/x.yaml', text },
    { path: 'verified.yaml', text: table },
  ]);
  assert.deepEqual(problems, []);
  const opened = openCatalog(catalog);
  const verified = (path: string) =>
    walk(opened.root('python', 'x'), path, opened)?.rows.map((row) => row.origin.verified);
  assert.deepEqual([verified('ask'), verified('gone')], [[true], [false]]);
});

test('the cost of matching does not grow with the number of rows', () => {
  const steps = (rows: number): number => {
    const sources = Array.from({ length: rows }, (_, i) => `  - call: Client.api${i}.create\n    shape: openai-chat\n`);
    const text = `package: x\nchecked: unverified\ntypes:\n  - type: Client\n    is: [New()]\nsources:\n${sources.join('')}`;
    const loaded = loadCatalog([SHAPES, { path: 'rules/catalog/python/x.yaml', text }]);
    assert.deepEqual(loaded.problems, []);
    let count = 0;
    const opened = openCatalog(loaded.catalog, () => count++);
    assert.equal(walk(opened.root('python', 'x'), 'New().api0.create', opened)?.rows.length, 1);
    return count;
  };
  assert.equal(steps(2000), steps(2));
});

test("a team's own files add to the catalog and may name its types", () => {
  const base = unpackCatalog(JSON.parse(compiled.json).catalog);
  const text =
    'package: acme.llm\nchecked: unverified\ntypes:\n  - type: openai.Client\n    is: [client()]\nsources:\n' +
    '  - call: ask\n    shape: openai-chat\n    prompt: Argument[0]\n';
  const own = loadCatalog([{ path: 'rules/python/acme.yaml', text }], base);
  assert.deepEqual(own.problems, []);
  const both = openCatalog([base, own.catalog]);
  const rows = walk(both.root('python', 'acme.llm'), 'client().chat.completions.create', both)?.rows ?? [];
  assert.ok(rows.some((row) => row.row === 'source'));
  assert.ok(walk(both.root('python', 'acme'), 'llm.ask', both)?.rows.some((row) => row.row === 'source'));
});

test('the examples in rules/README.md load, and there is one for every kind of row', () => {
  const examples = [...readFileSync('rules/README.md', 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
    ([, text]) => text!,
  );
  const files = examples.map((text, i) => ({
    path: /^package:/m.test(text) ? `own/${i}.yaml` : 'own/shapes.yaml',
    text,
  }));
  const base = unpackCatalog(JSON.parse(compiled.json).catalog);
  const { catalog: own, problems } = loadCatalog(files, base, ['openai']);
  assert.deepEqual(problems, []);
  const kinds = ['client', 'source', 'sink', 'flow', 'call', 'volume', 'cell'];
  const rows = [...own.rows];
  assert.deepEqual(
    kinds.filter((kind) => !rows.some(({ row }) => row === kind)),
    [],
  );
  assert.ok(own.shapes['acme-answer']?.neutral.includes('usage'), 'a shape takes over what it is like');
});

test('a name that stands at a placeholder is kept', () => {
  const text =
    'package: x\nchecked: unverified\nsinks:\n  - call: Db().{table}.create\n    kind: store\n' +
    '    at: Argument[0]\n    target: "{table}"\n    cell: table\n';
  const loaded = loadCatalog([SHAPES, { path: 'rules/catalog/javascript/x.yaml', text }]);
  assert.deepEqual(loaded.problems, []);
  const opened = openCatalog(loaded.catalog);
  const position = walk(opened.root('javascript', 'x'), 'Db().answers.create', opened);
  assert.equal(position?.captures.get('table'), 'answers');
  assert.deepEqual(
    position?.rows.map((row) => row.row),
    ['sink', 'cell'],
  );
});
