// No report holds a credential: one of each kind, planted wherever text of the analysed code can reach a report.
// Every value here is made up, and none is written in one piece, so that nothing takes them for real ones.
import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import test from 'node:test';
import { memoryFileSystem } from '../../server/src/host/memory.ts';
import type { Finding, Place } from '../../server/src/policy/finding.ts';
import type { CheckResult } from '../../server/src/project.ts';
import { knownKeys } from '../../server/src/report/credentials.ts';
import { renderJson } from '../../server/src/report/json.ts';
import { maskText } from '../../server/src/report/mask.ts';
import { renderPretty } from '../../server/src/report/pretty.ts';
import { renderSarif } from '../../server/src/report/sarif.ts';
import { openWorkspace } from '../../server/src/workspace.ts';
import { coverageOf, findingAt, notebookOf, options, placeOf, resultOf, root, sourcesOf } from './report-samples.ts';
import { builtEngine, checkAll, drain } from './workspaces.ts';

// Letters and digits in both cases, with a piece in the middle that must never be seen.
const middle = 'Zq9Xw8Vt7';
const random = `aB3dE5${middle}gH1jK2mN4pQ6`;

/** How each kind of key may look; those without a row are their prefix and `random`. */
const bodies: Readonly<Record<string, string>> = {
  dapi: '0123456789abcdef0123456789abcdef',
  AKIA: 'ZQ9XW8VT7ABCDEFG',
  ASIA: 'ZQ9XW8VT7ABCDEFG',
  'SG.': `${random}.${random}`,
  ABSK: `${random}${random}`,
};

test('a key is known by how it begins, wherever it stands', () => {
  for (const { prefix } of knownKeys) {
    const body = bodies[prefix] ?? random;
    for (const [before, after] of [
      ['', ''],
      ['x = "', '"'],
      ['(', ')'],
      ['https://a.example/', '?b=1'],
      ['key ', ', and'],
      ["'", "' + b"],
    ]) {
      const masked = maskText(`${before}${prefix}${body}${after}`);
      assert.equal(masked, `${before}${prefix}***${after}`, prefix);
    }
  }
});

test('literals in key positions are hidden whatever they look like', () => {
  const hidden: readonly string[] = [
    'client = OpenAI(api_key="hunter2")',
    "const client = new OpenAI({ apiKey: 'hunter2' })",
    'api_key: str = "hunter2"',
    '{"api_key": "hunter2"}',
    '{\\"api_key\\": \\"hunter2\\"}',
    'os.environ["ACME_API_KEY"] = "hunter2"',
    'os.getenv("ACME_API_KEY", "hunter2")',
    'process.env.ACME_API_KEY ?? "hunter2"',
    'process.env.API_KEY = `hunter2`',
    'setdefault("HF_TOKEN", "hunter2")',
    'headers.set("x-api-key", "hunter2")',
    '"x-api-key": "hunter2"',
    'headers = {"Authorization": "Bearer hunter2"}',
    "Authorization: 'Basic hunter2'",
    'password = b"hunter2"',
    'dbPassword2 = """hunter2"""',
    'if password == "hunter2":',
    'client_secret=r"hunter2",',
    'secret ="\\"hunter2"',
    'API_KEYS = ["hunter2",\n  "hunter2",\n]',
    'api_keys = {"one": "hunter2", "two": "hunter2"}',
    'apiKey:\n    "hunter2",',
    'api_key = (\n  "hunter2"\n)',
    'api_key = prefix + "hunter2"',
    'SecretStr("hunter2")',
    'new AzureKeyCredential("hunter2")',
    'builder.setApiKey("hunter2")',
    '["--api-key", "hunter2"]',
    'run --api-key hunter2 --x',
    'run --token=hunter2',
    'export ACME_API_KEY=hunter2',
    'postgres://me:hunter2@db.example/x',
    'https://a.example/?api_key=hunter2&b=1',
    'api_key=f"{a}hunter2{b}"',
    'private_key = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----"',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n',
    `keys = ["${random}hunter2"]`,
    `auth = ("me", "${random}hunter2")`,
    `token: ${random}hunter2`,
    `Authorization: Bearer ${random}hunter2`,
    `cookie eyJ${random}.eyJ${random}.hunter2`,
  ];
  for (const code of hidden) assert.doesNotMatch(maskText(code), /hunter2/, code);
});

test('what is no secret stays', () => {
  const shown: readonly string[] = [
    'api_key=os.getenv("ACME_API_KEY")',
    'api_key = os.environ["ACME_API_KEY"]',
    'const apiKey = process.env["ACME_API_KEY"]',
    'getApiKey("acme")',
    'api_key=get_secret("projects/acme/key")',
    'headers={"Authorization": f"Bearer {key}"}',
    'headers: { Authorization: `Bearer ${key}` }',
    'max_tokens=100, stop="END"',
    'tokenizer.pad_token = "[PAD]"',
    'eos_token="</s>"',
    'tokens = ["a", "b"]',
    'key = "question"',
    'model_key = "claude-3-5-sonnet-20241022"',
    'keys = ["gpt-4o-2024-08-06", "question"]',
    'columns = ["user", "password", "token", "title"]',
    "fetch(url, { credentials: 'include' })",
    'if not api_key: raise ValueError("Set ACME_API_KEY")',
    'parser.add_argument("--api-key", type=str, help="the key")',
    'token = line.split(",")[0]',
    'a sk-folding-cube, task-4a5b6c, hf_transfer and npm_config_registry',
    'models/hf_auto_model_for_speech_seq2seq.py',
    'https://a.example:8080/path@2',
    'training data is bearer of good news',
  ];
  for (const code of shown) assert.equal(maskText(code), code);
});

test('masking twice is masking once, and a long text costs no more than its length', () => {
  const slow = [
    'api_key="',
    '{"token":',
    'token:[',
    '-',
    'a',
    'sk-',
    '-----BEGIN PRIVATE KEY-----',
    '"""api_key=',
    'eyJa.',
    '&key=',
  ];
  for (const piece of slow) {
    const text = piece.repeat(100_000 / piece.length);
    const started = performance.now();
    maskText(text);
    assert.ok(performance.now() - started < 5000, piece);
  }
  const once = maskText(`api_key="${random}" Bearer ${random}`);
  assert.equal(maskText(once), once);
});

const value = `correct-horse-${middle}`;
const planted = [
  ...knownKeys.map(({ prefix }) => `"${prefix}${bodies[prefix] ?? random}"`),
  `api_key="${value}"`,
  `{ "Authorization": "Bearer ${value}" }`,
  `password = '${value}'`,
  `"-----BEGIN RSA PRIVATE KEY-----\\n${middle}\\n-----END RSA PRIVATE KEY-----"`,
  `"eyJ${random}.eyJ${random}.${random}"`,
  `"https://me:${value}@a.example/?key=${value}"`,
];
// Of every planted key, what no report may hold.
const leak = /Zq9Xw8Vt7|ZQ9XW8VT7|0123456789abcdef01/;

test('no report shows a planted credential, in whatever place', () => {
  for (const code of planted) {
    const texts = { [`${root}/a.py`]: `x = ${code}\ncall(x)\n# ${code}\n`, [`${root}/other.py`]: `${code}\n` };
    const place = placeOf(`${root}/a.py`, texts[`${root}/a.py`]!, 'call(x)');
    checkReports(resultOf([findingWith(code, place)], { coverage: coverageWith(code) }), texts, code);
  }
});

test('a value is hidden in a message where only the source gives it away', () => {
  const code = `client = Acme(api_key="${value}")\ncall(client)\n`;
  const finding = findingWith(`the literal ${value}`, placeOf(`${root}/a.py`, code, 'call(client)'));
  checkReports(resultOf([finding]), { [`${root}/a.py`]: code }, code);
});

test('a secret over several lines is hidden on each', () => {
  const code = `key = """-----BEGIN RSA PRIVATE KEY-----\n${middle}1\n${middle}2\ncall(x)\n${middle}3\n-----END RSA PRIVATE KEY-----"""\n`;
  checkReports(resultOf([findingAt(placeOf(`${root}/a.py`, code, 'call(x)'))]), { [`${root}/a.py`]: code }, code);
});

test('names of files and cells of notebooks are no hiding place', () => {
  const path = `${root}/sk-proj-${random}/ghp_${random}.py`;
  checkReports(resultOf([findingAt(placeOf(path, 'call(x)', 'call'))]), { [path]: 'call(x)' }, path);
  const notebook = notebookOf(`${root}/n.ipynb`, [`api_key = "${value}"`, `call("gsk_${random}")`]);
  const finding = findingAt(placeOf(notebook.path, notebook.text, 'call'));
  checkReports(resultOf([finding]), { [notebook.path]: notebook }, 'notebook');
});

test('what is used as a key is hidden, whatever it looks like and wherever it is kept', async () => {
  const code = [
    'import random',
    'from openai import OpenAI',
    'POOL = ["correct-horse", b"battery", """staple""", f"number-{len(name)}"]',
    'def ask(question):',
    '    client = OpenAI(api_key=random.choice(POOL))',
    '    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": question}])',
    '',
  ].join('\n');
  const path = `${root}/pool.py`;
  const files = memoryFileSystem(new Map([[path, code]]));
  const workspace = openWorkspace(await builtEngine(), files, [root], { today: '2026-01-01' });
  drain(workspace.load());
  const result = checkAll(workspace.project);
  assert.deepEqual(
    result.findings.map(({ rule }) => rule),
    ['volume/evade-limits'],
  );
  for (const render of [renderPretty, renderJson, renderSarif]) {
    const out = render(result, sourcesOf({ [path]: code }), options);
    assert.doesNotMatch(out, /correct-horse|battery|staple|number-/, render.name);
    assert.match(out, /POOL|\*\*\*/, render.name);
  }
});

/** A finding that quotes `code` wherever a finding has words. */
function findingWith(code: string, place: Place): Finding {
  const other: Place = { path: `${root}/other.py`, start: 0, end: 1 };
  return findingAt(place, {
    message: `Output of ${code} is stored.`,
    flow: [
      { place: other, role: 'source', name: code, why: `${code} answers` },
      { place, role: 'sink', name: 'call', why: `reaches ${code}` },
    ],
    provider: {
      host: 'unknown',
      hostName: code,
      author: 'unknown',
      surface: 'unknown',
      how: code,
      local: false,
      unknownReason: code,
    },
    model: code,
    models: [{ value: code, how: code, place: other }],
    evidence: { for: [{ text: code, weight: 1, place: other }], against: [{ text: code, weight: 1 }] },
    assumptions: [code],
    changes: [code],
    related: [{ place: other, message: code }],
  });
}

function coverageWith(code: string) {
  const path = `${root}/${code.replaceAll(/["\n\\]/g, '')}`;
  return coverageOf({
    parsed: [{ path: `${root}/a.py`, cause: code }],
    skipped: [{ path: `${root}/b.py`, reason: `broken: ${code}` }],
    // A slash makes two names of it.
    gaps: [{ path: /\/|correct/.test(code) ? `${root}/a.py` : path, count: 1 }],
    assumed: [code],
  });
}

function checkReports(result: CheckResult, texts: Parameters<typeof sourcesOf>[0], what: string): void {
  const mistakes = [{ path: undefined, line: undefined, message: what }];
  for (const render of [renderPretty, renderJson, renderSarif]) {
    const out = render(result, sourcesOf(texts), { ...options, mistakes });
    const at = leak.exec(decodeURIComponent(out.replaceAll('%', '%25')))?.index;
    assert.equal(
      at === undefined ? undefined : out.slice(Math.max(0, at - 80), at + 40),
      undefined,
      `${render.name}: ${what}`,
    );
  }
}
