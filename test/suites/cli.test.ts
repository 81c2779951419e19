// The command line as people run it: the built program on real folders, its exit codes and what it says on which stream.
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';

const cli = join(process.cwd(), 'dist', 'cli.js');
const temporary = mkdtempSync(join(tmpdir(), 'distillint-cli-'));
after(() => rmSync(temporary, { recursive: true, force: true }));

const found = `import json
import anthropic

client = anthropic.Anthropic()
with open("train.jsonl", "w") as out:
    for question in open("questions.txt"):
        answer = client.messages.create(model="claude-sonnet-4-5", max_tokens=9, messages=[{"role": "user", "content": question}])
        out.write(json.dumps({"prompt": question, "completion": answer.content[0].text}) + "\\n")
`;
const clean = 'print("nothing of interest")\n';

const dirty = folder({ 'make.py': found, 'sub/clean.py': clean });
const quiet = folder({ 'clean.py': clean });

test('exit codes, each but 0 with a sentence', async (t) => {
  const file = join(quiet, 'clean.py');
  const rows: readonly [name: string, args: readonly string[], code: number, says: RegExp][] = [
    ['nothing found', ['scan', quiet], 0, /^$/],
    ['found', ['scan', dirty], 1, /^distillint: 1 warning in 1 story\.$/],
    ['found, as a file', ['scan', join(dirty, 'make.py')], 1, /1 warning/],
    ['found and clean', ['scan', quiet, dirty], 1, /1 warning/],
    ['never fails', ['scan', dirty, '--fail-on', 'never'], 0, /^$/],
    ['notes do not fail', ['scan', dirty, '--rule', 'volume/bulk-query'], 0, /^$/],
    [
      'notes fail',
      ['scan', dirty, '--rule', 'volume/bulk-query', '--fail-on', 'note'],
      1,
      /0 warnings and 1 note in 1 story/,
    ],
    ['an empty folder', ['scan', folder({})], 0, /nothing to look at/],
    ['a language that is not read', ['scan', folder({ 'a.txt': 'x' })], 0, /nothing to look at/],
    [
      'no such path',
      ['scan', join(quiet, 'claen.py')],
      2,
      /cannot be scanned: it does not exist\. Did you mean .*clean\.py\?/,
    ],
    ['no such path beside one', ['scan', dirty, join(quiet, 'none')], 2, /none cannot be scanned/],
    ['below a file', ['scan', join(file, 'x')], 2, /cannot be scanned: it is not a directory/],
    ['no command', [], 2, /say what to do: distillint scan/],
    ['no such command', ['scna', quiet], 2, /unknown command 'scna'.*Did you mean scan\?/],
    ['a path as a command', [quiet], 2, /Did you mean distillint scan .*\?/],
    ['no such option', ['scan', '--fromat', 'json'], 2, /unknown option '--fromat'.*Did you mean --format\?/],
    [
      'no such format',
      ['scan', quiet, '--format', 'jsno'],
      2,
      /'jsno' is invalid\. Use pretty, json, sarif\. Did you mean json\?/,
    ],
    ['no such confidence', ['scan', quiet, '--min-confidence', 'hihg'], 2, /Did you mean high\?/],
    ['no such level', ['scan', quiet, '--fail-on', 'warnings'], 2, /Did you mean warning\?/],
    [
      'no such rule',
      ['scan', quiet, '--rule', 'training/persist'],
      2,
      /no rule training\/persist\. Did you mean training\/persist-output\?/,
    ],
    ['a value missing', ['scan', quiet, '--output'], 2, /argument missing/],
    ['complete', ['scan', quiet, '--require-complete'], 0, /^$/],
    ['lsp without a transport', ['lsp'], 2, /distillint lsp --stdio/],
    ['explain nothing', ['explain'], 2, /missing required argument/],
    ['explain a rule', ['explain', 'training/persist-output'], 0, /^$/],
    ['explain a clause', ['explain', 'anthropic.commercial.use-restrictions.competing-models'], 0, /^$/],
    ['explain half a rule', ['explain', 'bulk-query'], 2, /Did you mean volume\/bulk-query\?/],
    ['explain what is not', ['explain', 'volume/bluk-query'], 2, /Did you mean volume\/bulk-query\?/],
  ];
  for (const [name, args, code, says] of rows) {
    await t.test(name, () => {
      const { status, stderr } = run(args);
      assert.equal(status, code, stderr);
      assert.match(stderr.trim(), says);
      if (code !== 0) assert.match(stderr, /^distillint: .+[.?]$/m);
    });
  }
});

test('help teaches with examples, and every text says that it is no legal advice', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  assert.equal(run(['--version']).stdout, `${version}\n`);
  for (const args of [['--help'], ['scan', '--help'], ['explain', '--help'], ['help', 'scan']]) {
    const { status, stdout } = run(args);
    assert.equal(status, 0);
    assert.match(stdout, /Examples:\n {2}\$ distillint/);
    assert.match(stdout.replaceAll('\n', ' '), /information, not legal advice/i);
  }
  for (const format of ['pretty', 'json', 'sarif']) {
    assert.match(run(['scan', dirty, '--format', format]).stdout, /Information, not legal advice\./);
  }
  for (const topic of ['volume/bulk-query', 'anthropic.commercial.use-restrictions.competing-models']) {
    assert.match(run(['explain', topic]).stdout, /Information, not legal advice\./);
  }
});

test('what cannot be read is named and ends nothing', () => {
  const root = folder({ 'make.py': found, 'b.py/inner.py': clean, 'bytes.py': '' });
  symlinkSync('nowhere.py', join(root, 'dangling.py'));
  symlinkSync('.', join(root, 'loop'));
  symlinkSync('self.py', join(root, 'self.py'));
  writeFileSync(join(root, 'bytes.py'), Buffer.from([0x78, 0x3d, 0x27, 0xff, 0xfe, 0x27, 0x0a]));
  const { status, stdout, stderr } = run(['scan', root, '--format', 'json']);
  assert.equal(status, 1);
  assert.match(stderr, /^distillint: skipped .*dangling\.py: /m);
  assert.match(stderr, /^distillint: skipped .*self\.py: /m);
  const { results, coverage } = JSON.parse(stdout);
  assert.deepEqual(
    new Set(results.map((result: { place: { path: string } }) => result.place.path)),
    new Set(['make.py']),
  );
  const skipped = coverage.skipped.map(({ path }: { path: string }) => path);
  assert.ok(skipped.includes('dangling.py') && skipped.includes('self.py'), skipped.join());
  assert.equal(coverage.complete, false);
  assert.equal(run(['scan', root, '--require-complete']).status, 2);
  assert.match(
    run(['scan', root, '--require-complete']).stderr,
    /coverage is partial, and --require-complete was given/,
  );
});

test('a file without permission is named and ends nothing', (t) => {
  const root = folder({ 'make.py': found, 'closed.py': clean });
  chmodSync(join(root, 'closed.py'), 0);
  chmodSync(root, 0o755);
  chmodSync(temporary, 0o755);
  // The superuser may read everything: somebody else has to try.
  const asNobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const { status, stderr, error } = spawnSync(process.execPath, [cli, 'scan', root], { encoding: 'utf8', ...asNobody });
  if (process.platform === 'win32' || error || /EACCES.*cli\.js/.test(stderr))
    return t.skip('cannot run as somebody else');
  assert.equal(status, 1, stderr);
  assert.match(stderr, /^distillint: skipped .*closed\.py: unreadable: permission denied$/m);
});

test('damaged and huge files are survived', () => {
  const root = folder({ 'make.py': found });
  // Not UTF-8 in a comment of the file that matters.
  writeFileSync(join(root, 'latin.py'), Buffer.concat([Buffer.from([0x23, 0xe9, 0xff, 0x0a]), Buffer.from(found)]));
  writeFileSync(join(root, 'bundle.js'), Buffer.from('anthropic.messages.create(a);'.repeat(50_000_000 / 29)));
  const { status, stdout, stderr } = run(['scan', root, '--format', 'json', '--rule', 'training/persist-output']);
  assert.equal(status, 1, stderr);
  const { results } = JSON.parse(stdout);
  assert.deepEqual(
    results.map(({ place }: { place: { path: string; line: number } }) => [place.path, place.line]),
    [
      ['latin.py', 9],
      ['make.py', 8],
    ],
  );
  assert.match(stderr, /skipped .*bundle\.js: /);
});

test('--output writes the whole report or says why not', () => {
  const root = folder({ 'a-file': '' });
  const target = join(root, 'made', 'up', 'report.json');
  const good = run(['scan', dirty, '--format', 'json', '-o', target]);
  assert.equal(good.status, 1);
  assert.equal(good.stdout, '');
  assert.equal(readFileSync(target, 'utf8'), run(['scan', dirty, '--format', 'json']).stdout);
  const bad = run(['scan', dirty, '--output', join(root, 'a-file', 'report.json')]);
  assert.equal(bad.status, 2);
  assert.match(bad.stderr, /^distillint: .*report\.json could not be written: .+\.$/m);
  assert.equal(run(['scan', dirty, '--output', root]).status, 2);
  const relative = run(['scan', dirty, '-o', 'pretty.txt'], { cwd: root });
  assert.match(readFileSync(join(root, 'pretty.txt'), 'utf8'), /warning/);
  assert.equal(relative.status, 1);
});

test('a large report arrives whole through a pipe, and a reader may leave early', async () => {
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`make${i}.py`, found]));
  const root = folder(many);
  const { stdout } = run(['scan', root, '--format', 'json']);
  assert.ok(stdout.length > 300_000);
  assert.equal(JSON.parse(stdout).results.length, 120);
  const child = spawn(process.execPath, [cli, 'scan', root, '--format', 'json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(code, 1);
  assert.equal(stderr.trim(), 'distillint: 60 warnings in 60 stories.');
});

test('a bundle that is too large to parse is left out, also where it is named', () => {
  const root = folder({ 'bundle.js': `import OpenAI from 'openai';${'var a=1;'.repeat(5 << 17)}`, 'make.py': found });
  const { status, stderr } = run(['scan', join(root, 'bundle.js'), join(root, 'make.py')]);
  assert.match(stderr, /skipped .*bundle\.js: too-large: more than 4194304 bytes/);
  assert.equal(status, 1);
});

test('a file with more values than are told apart is a gap, and the others are analysed', () => {
  const root = folder({ 'table.py': `import openai\nrows = [${'0,'.repeat(1 << 20)}]\n`, 'make.py': found });
  const { status, stdout } = run(['scan', join(root, 'table.py'), join(root, 'make.py'), '--format', 'json']);
  const { results, coverage } = JSON.parse(stdout);
  assert.deepEqual(
    coverage.gaps.map((gap: { path: string; count: number }) => [gap.path, gap.count]),
    [['table.py', 1]],
  );
  assert.ok(results.length > 0);
  assert.equal(status, 1);
});

test('a full disk is a failure', (t) => {
  if (!existsSync('/dev/full')) return t.skip('no device that is always full');
  const { status, stderr } = spawnSync('sh', ['-c', '"$0" "$1" scan "$2" > /dev/full', process.execPath, cli, quiet], {
    encoding: 'utf8',
  });
  assert.equal(status, 2);
  assert.match(stderr, /the report could not be written: ENOSPC/);
});

test('a broken installation is said, with exit code 2', () => {
  const root = folder({});
  copyFileSync(cli, join(root, 'cli.js'));
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'cli.js'), 'scan', quiet], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /^distillint: could not finish, .*rules\.json/);
});

test('--quiet, --stats, --no-snippets, --dump', () => {
  assert.equal(run(['scan', quiet, '--quiet']).stdout, '');
  const hushed = run(['scan', dirty, '--quiet']);
  assert.equal(hushed.stderr, '');
  assert.doesNotMatch(hushed.stdout, /Looked at/);
  const { stderr } = run(['scan', dirty, '--stats']);
  for (const line of [
    /^files +2$/m,
    /^bytes +\d+ /m,
    /^parsed +1$/m,
    /^ +make\.py: ./m,
    /^origins +1$/m,
    /^time .*searching \d+ ms/m,
  ]) {
    assert.match(stderr, line);
  }
  for (const format of ['pretty', 'json', 'sarif']) {
    assert.doesNotMatch(run(['scan', dirty, '--no-snippets', '--format', format]).stdout, /max_tokens=9/, format);
  }
  assert.match(run(['scan', dirty, '--dump', 'graph']).stdout, /^== make\.py\nimport "json"/);
  assert.match(run(['scan', join(quiet, 'clean.py'), '--dump', 'graph']).stdout, /^== clean\.py\nfunction f0/);
  const facts = JSON.parse(run(['scan', dirty, '--dump', 'facts']).stdout);
  assert.equal(facts[0].origin.place.path, 'make.py');
});

test('colours only where they are wanted', () => {
  const colored = (env: Record<string, string>, ...args: string[]): boolean =>
    run(['scan', dirty, ...args], { env: { ...process.env, NO_COLOR: '', ...env } }).stdout.includes('\u001b[');
  assert.equal(colored({}), false);
  assert.equal(colored({ FORCE_COLOR: '1' }), true);
  assert.equal(colored({ FORCE_COLOR: '1' }, '--no-color'), false);
  assert.equal(colored({ FORCE_COLOR: '1', NO_COLOR: '1' }), false);
  assert.equal(colored({ FORCE_COLOR: '1' }, '--format', 'json'), false);
});

test('a report depends neither on the run nor on where one stands', () => {
  for (const format of ['json', 'sarif']) {
    const args = ['scan', dirty, '--format', format];
    const first = run(args).stdout;
    assert.equal(run(args, { cwd: quiet }).stdout, first);
    assert.equal(run(['scan', '.', '--format', format], { cwd: dirty }).stdout, first);
  }
  const { runs } = JSON.parse(run(['scan', dirty, '--format', 'sarif']).stdout);
  assert.equal(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri, 'make.py');
  assert.match(run(['scan', '.'], { cwd: dirty }).stdout, /^make\.py:8:9: warning: /m);
});

test('no stream shows a credential', () => {
  // Made up, and not in one piece.
  const [key, word] = [`sk-ant-api03-${'Zq9X'}w8Vt7aBcDeF`, `horse-${'Zq9X'}w8Vt7`];
  const client = `anthropic.Anthropic(api_key="${key}", default_headers={"x-api-key": "${word}"})`;
  const code = `${found.replace('anthropic.Anthropic()', client).replace('question, "completion"', `question, "password": "${word}", "completion"`)}# ${key}\n`;
  const root = folder({ [`ghp_${'Zq9X'}w8Vt7aBcDeFgHiJkL.py`]: code, 'make.py': code });
  symlinkSync('nowhere', join(root, `hf_${'Zq9X'}w8Vt7aBcDeFgHiJkLmN.py`));
  for (const more of [
    [],
    ['--format', 'json'],
    ['--format', 'sarif'],
    ['--dump', 'graph'],
    ['--dump', 'facts'],
    ['--stats'],
  ]) {
    const { stdout, stderr, status } = run(['scan', root, ...more]);
    assert.ok(status === 1 || more.includes('--dump'), stderr);
    assert.doesNotMatch(stdout + stderr, /Zq9Xw8Vt7/, more.join(' '));
    assert.match(stdout, more.includes('facts') ? /anthropic/ : /sk-ant-api03-\*\*\*|x-api-key|make\.py/);
  }
  assert.match(run(['scan', root]).stdout, /ghp_\*\*\*\.py:8:9: warning/);
});

test('lsp --stdio is the language server', async () => {
  const child = spawn(process.execPath, [cli, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const request = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { processId: null, rootUri: null, capabilities: {} },
  });
  child.stdin.write(`Content-Length: ${Buffer.byteLength(request)}\r\n\r\n${request}`);
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (/"capabilities"/.test(text)) resolve(text);
    });
    child.on('close', () => resolve(text));
  });
  child.kill();
  assert.match(answer, /"id":1/);
  assert.match(answer, /"capabilities":\{/);
});

function folder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(temporary, 'case-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

function run(args: readonly string[], given: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): SpawnSyncReturns<string> {
  // What the machine of a test asks of colours is not asked here.
  const env = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined, ...given.env };
  return spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', maxBuffer: 1 << 28, ...given, env });
}
