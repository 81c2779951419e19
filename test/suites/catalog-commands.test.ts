// `distillint catalog` as people run it: the built program over real files, with own rules that are right and wrong.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { unpackCatalog } from '../../server/src/catalog/pack.ts';
import { parseFlow, parseGuard, parsePlace } from '../../server/src/catalog/paths.ts';
import { rowAt, writtenDocuments } from '../../server/src/catalog/source.ts';
import { guardText, placeText } from '../../server/src/catalog/words.ts';
import { folderWith, runCli } from './built-cli.ts';

const own = `package: acme.llm
language: python
checked: unverified
types:
  # Where a team keeps its keys.
  - type: Client
    is: [.Client()]
    provider: openai
sources:
  - call: Client.ask
    shape: openai-chat
    prompt: Argument[0]
    when: Argument[1,mode:] is full or absent
`;

const source = `import json
from acme.llm import Client
from openai import OpenAI

client = Client()
def work(other):
    rows = [client.ask("hi")]
    client.ask("hi", mode="dry")
    other.chat.completions.create(model="gpt-4o", messages=[])
    OpenAI().files.create(purpose="assistants", file=open("rows.jsonl"))
    json.dump(rows, open("rows.json", "w"))
    other.unheard(rows)
`;

const root = folderWith({
  'acme.yaml': own,
  'ask.py': source,
  'python/other.yaml': 'package: other\nchecked: unverified\n',
});

test('list gives packages with language, rows by kind and what they were checked against', () => {
  const { status, stdout } = runCli(['catalog', 'list', 'anthropic']);
  assert.equal(status, 0);
  assert.match(stdout, /^javascript$[\s\S]*^python$/m);
  assert.match(stdout, /^ {2}anthropic +\d+ types?, \d+ sources?.* anthropic \d+\.\d+/m);
  const { packages } = JSON.parse(runCli(['catalog', 'list', '--format', 'json']).stdout);
  const openai = packages.find(
    (row: { language: string; packages: string[] }) => row.language === 'python' && row.packages[0] === 'openai',
  );
  assert.equal(openai.file, 'rules/catalog/python/openai.yaml');
  assert.ok(openai.rows.sources > 5 && openai.rows.types > 1, JSON.stringify(openai));
  const unknown = runCli(['catalog', 'list', 'antropic']);
  assert.equal(unknown.status, 2);
  assert.match(
    unknown.stderr,
    /^distillint: no package of the catalog has antropic in its name\. Did you mean anthropic\?$/m,
  );
});

test('show gives the rows of a package as they are written, at their line', () => {
  const { status, stdout } = runCli(['catalog', 'show', 'openai']);
  assert.equal(status, 0);
  const [, file, line] = /^(rules\/catalog\/python\/openai\.yaml):(\d+) sources$/m.exec(stdout)!;
  const written = readFileSync(file!, 'utf8').split('\n')[Number(line) - 1]!;
  assert.ok(stdout.includes(`sources\n${written}\n`), written);
});

test('show gives the rows about a call, through whatever makes its receiver', () => {
  for (const path of ['openai.OpenAI().chat.completions.create', 'openai.Client.chat.completions.create']) {
    const { status, stdout } = runCli(['catalog', 'show', path]);
    assert.equal(status, 0, path);
    assert.match(stdout, /rules\/catalog\/python\/openai\.yaml:\d+ sources\n {2}- call: /);
    assert.match(stdout, /rules\/catalog\/javascript\/openai\.yaml:\d+ sources\n {2}- call: /);
  }
  assert.match(runCli(['catalog', 'show', '@anthropic-ai/sdk.Anthropic().messages.create']).stdout, / sources$/m);
  assert.match(runCli(['catalog', 'show', 'open']).stdout, /^builtins\.open \(python\)$/m);
  const wrong = runCli(['catalog', 'show', 'openai.OpenAI().chat.completion.create']);
  assert.equal(wrong.status, 2);
  assert.match(
    wrong.stderr,
    /knows openai\.OpenAI\(\)\.chat and below it no \.completion\.create\. Did you mean openai\.OpenAI\(\)\.chat\.completions\?/,
  );
  assert.match(runCli(['catalog', 'show', 'opnai']).stderr, /Did you mean openai\?/);
});

test('check is silent about what is right and names what is wrong, with line and nearest word', () => {
  const good = runCli(['catalog', 'check', 'acme.yaml', 'python'], root);
  assert.equal(good.status, 0, good.stderr);
  assert.match(good.stdout, /^2 files with 2 rows, no mistakes\./);
  const rows: readonly [name: string, text: string, says: RegExp][] = [
    [
      'no language',
      own.replace('language: python\n', ''),
      /^distillint: bad\.yaml:1: language: .*expected a key `language`, python, javascript or configuration/m,
    ],
    [
      'an unknown language',
      own.replace('language: python', 'language: pyton'),
      /bad\.yaml:2: language: found `pyton`.*did you mean `python`/,
    ],
    [
      'an unknown provider',
      own.replace('provider: openai', 'provider: opnai'),
      /bad\.yaml:8: types\[0\]\.provider: found `opnai`.*did you mean `openai`/,
    ],
    ['an unknown key', own.replace('prompt:', 'prmpt:'), /bad\.yaml:12: sources\[0\]\.prmpt: .*did you mean `prompt`/],
    [
      'an unknown shape',
      own.replace('openai-chat', 'openai-chatt'),
      /bad\.yaml:11: sources\[0\]\.shape: .*did you mean `openai-chat`/,
    ],
    [
      'an unknown type',
      own.replace('call: Client.ask', 'call: Cleint.ask'),
      /bad\.yaml:10: sources\[0\]\.call: .*did you mean `Client`/,
    ],
    ['a bad guard', own.replace(' is full', ' si full'), /bad\.yaml:13: sources\[0\]\.when: .*did you mean `is`/],
    ['no text', '# nothing yet\n', /bad\.yaml:1: .*expected a document that begins with `package:`/],
    ['no YAML', 'package: [x\n', /bad\.yaml:\d+: .*YAML/],
  ];
  for (const [name, text, says] of rows) {
    const { status, stderr, stdout } = runCli(['catalog', 'check', 'bad.yaml'], folderWith({ 'bad.yaml': text }));
    assert.equal(status, 2, name);
    assert.match(stderr, says, name);
    assert.equal(stdout, '', name);
  }
  assert.match(runCli(['catalog', 'check', 'none.yaml'], root).stderr, /none\.yaml cannot be read: it does not exist/);
});

test('try says which rows are about a call, what the callee is, and which guard fails', () => {
  const { status, stdout } = runCli(['catalog', 'try', 'ask.py', '--rules', 'acme.yaml'], root);
  assert.equal(status, 0);
  const block = (head: string): string => stdout.split('\n\n').find((part) => part.startsWith(head)) ?? '';
  assert.equal(
    block('ask.py:7:13'),
    [
      'ask.py:7:13  client.ask("hi")',
      '  is acme.llm.Client.ask, from what is made at ask.py:5:10',
      '    + source openai-chat  acme.yaml:10',
      '        holds: Argument[1,mode:] is full or absent (it is not given)',
    ].join('\n'),
  );
  assert.match(block('ask.py:8:5'), /- source openai-chat {2}acme\.yaml:10\n {8}fails: .* \(it is "dry"\)/);
  assert.match(block('ask.py:9:5'), /ends like …\.chat\.completions\.create; .*\n {4}\+ source openai-chat/);
  assert.match(
    block('ask.py:10:5  OpenAI().files'),
    /- sink upload .*\n {8}fails: Argument\[purpose:\] .*"assistants"/,
  );
  assert.match(block('ask.py:5:10'), /is acme\.llm\.Client, imported at ask\.py:2:22/);
  assert.doesNotMatch(stdout, /unheard/);
  assert.match(runCli(['catalog', 'try', 'ask.py', '--all'], root).stdout, /other\.unheard\(rows\)\n {2}not known/);
  const without = runCli(['catalog', 'try', 'ask.py'], root).stdout;
  assert.match(without, /acme\.llm\.Client: no row is about calling it/);
});

test('try answers programs with the same', () => {
  const { stdout } = runCli(['catalog', 'try', 'ask.py', '--rules', 'acme.yaml', '--format', 'json'], root);
  const { schema, marked, calls } = JSON.parse(stdout);
  assert.equal(schema, 'distillint-matches/1');
  assert.equal(marked, true);
  const dry = calls.find(({ place }: { place: { line: number } }) => place.line === 8);
  assert.deepEqual(dry.ways[0].rows[0], {
    kind: 'source',
    says: 'source openai-chat',
    file: 'acme.yaml',
    line: 10,
    holds: false,
    guards: [{ text: 'Argument[1,mode:] is full or absent', holds: false, found: ['dry'] }],
  });
});

test('try says what it cannot do, and when a scan would not look at the file', () => {
  const bad = folderWith({ 'bad.yaml': 'package: x\n', 'a.py': 'print(1)\n', 'a.txt': 'x' });
  assert.match(
    runCli(['catalog', 'try', 'a.py', '--rules', 'bad.yaml'], bad).stderr,
    /bad\.yaml:1: .*\n.*own rules with mistakes/,
  );
  assert.match(runCli(['catalog', 'try', 'a.txt'], bad).stderr, /is no Python, JavaScript or TypeScript file/);
  assert.match(runCli(['catalog', 'try', '.'], bad).stderr, /is a directory; name one source file/);
  assert.match(runCli(['catalog', 'try', 'b.py'], bad).stderr, /b\.py cannot be read: it does not exist/);
  assert.match(runCli(['catalog', 'try', 'a.py'], bad).stdout, /Nothing in the file is a marker/);
});

test('try follows what a file imports from its directory', () => {
  const project = folderWith({
    'llm.py': 'from anthropic import Anthropic\nclient = Anthropic()\n',
    'ask.py': 'from llm import client\nclient.messages.create(model="claude-sonnet-4-5", messages=[])\n',
  });
  const there = runCli(['catalog', 'try', 'ask.py', '--in', '.'], project).stdout;
  assert.match(there, /is anthropic\.Client\.messages\.create, from what is made at llm\.py:2:10/);
});

test('no answer shows a credential', () => {
  const key = `sk-ant-api03-${'Zq9X'}w8Vt7aBcDeF`;
  const project = folderWith({
    'key.py': `from anthropic import Anthropic\nclient = Anthropic(api_key="${key}")\nclient.messages.create(model="${key}")\n`,
    'own.yaml': `package: anthropic\nlanguage: python\nchecked: unverified\nsinks:\n  - call: Client.messages.create\n    kind: file\n    at: Self\n    when: Argument[model:] is x\n`,
  });
  for (const format of ['pretty', 'json']) {
    const { stdout, stderr } = runCli(
      ['catalog', 'try', 'key.py', '--rules', 'own.yaml', '--all', '--format', format],
      project,
    );
    assert.match(stdout, /sk-ant-api03-\*\*\*/);
    assert.doesNotMatch(stdout + stderr, /Zq9Xw8Vt7/);
  }
});

test('help teaches, and colours are for terminals alone', () => {
  for (const args of [
    ['catalog', '--help'],
    ['catalog', 'list', '--help'],
    ['catalog', 'show', '--help'],
    ['catalog', 'check', '--help'],
    ['catalog', 'try', '--help'],
  ]) {
    const { status, stdout } = runCli(args);
    assert.equal(status, 0);
    assert.match(stdout, /Examples:\n {2}\$ distillint catalog/);
    if (args.length > 2) assert.match(stdout, /Exit codes:\n {2}0 /);
  }
  const colored = (env: Record<string, string>, ...more: string[]): boolean =>
    runCli(['catalog', 'list', 'openai', ...more], process.cwd(), env).stdout.includes('\u001b[');
  assert.equal(colored({}), false);
  assert.equal(colored({ FORCE_COLOR: '1' }), true);
  assert.equal(colored({ FORCE_COLOR: '1' }, '--no-color'), false);
  assert.match(runCli(['catalog', 'lst']).stderr, /unknown command 'lst'.*Did you mean list\?/);
});

test('every row of the catalog is found at its line, and is shown whole', () => {
  const files = JSON.parse(readFileSync('dist/catalog.json', 'utf8'));
  const documents = writtenDocuments(files);
  const catalog = unpackCatalog(JSON.parse(readFileSync('dist/rules.json', 'utf8')).catalog);
  const lost = [...catalog.rows]
    .map(({ origin: [file, line] }) => `${catalog.files[file]}:${line}`)
    .filter((place: string) => {
      const [, file, line] = /^(.*):(\d+)$/.exec(place)!;
      const row = rowAt(documents, file!, Number(line));
      return !row || !/^- |^\{/.test(row.text);
    });
  assert.deepEqual(lost, []);
});

test('places and guards are said in the words they were written in', () => {
  const texts = (JSON.parse(readFileSync('dist/catalog.json', 'utf8')) as { text: string }[]).map(({ text }) => text);
  const places = new Set(
    texts.flatMap((text) => text.match(/(?:Argument|Parameter|Self|ReturnValue)\b[\w.[\]:,*=#]*/g) ?? []),
  );
  let tried = 0;
  for (const text of places) {
    const parsed = parsePlace(text);
    if (!parsed.ok) continue;
    tried++;
    assert.deepEqual(parsePlace(placeText(parsed.value)), parsed, text);
  }
  assert.ok(tried > 100, String(tried));
  const named = parseFlow('Self.Field[=name] -> Argument[0].Parameter[*:]');
  assert.ok(named.ok && named.value.to);
  assert.equal(placeText(named.value.to), 'Argument[0].Parameter[*:]');
  for (const text of [
    'Argument[purpose:] is fine-tune | batch or absent or unknown',
    "Argument[0] is '1' | 2 | true",
    'Argument[1,mode:] matches ^[rbt]*$ or absent',
    'Argument[0].Field[onFinish].Parameter[0] exists',
    'Argument[stream:] absent',
  ]) {
    const parsed = parseGuard(text);
    assert.ok(parsed.ok, text);
    assert.deepEqual(parseGuard(guardText(parsed.value)), parsed, text);
  }
});
