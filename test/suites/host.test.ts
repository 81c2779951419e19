// The host: finding, reading and scanning files, resolving modules, and what is analysed of components and notebooks.
// Files are real wherever the disk matters, and in memory where only paths do.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { hashBytes, hashText } from '../../server/src/base/hash.ts';
import { decodeText, lineStarts, offsetAt, positionAt } from '../../server/src/base/text.ts';
import { type AnalysedText, analysedText, isNotAnalysed } from '../../server/src/host/container.ts';
import { type DiscoveryOptions, discover, discoverSteps } from '../../server/src/host/discovery.ts';
import { unreadableByContent } from '../../server/src/host/exclusions.ts';
import { isProblem } from '../../server/src/host/filesystem.ts';
import { mentions, mentionsParts, summarise } from '../../server/src/host/imports.ts';
import { parseJsonc } from '../../server/src/host/jsonc.ts';
import type { Language } from '../../server/src/host/languages.ts';
import { blankMagics } from '../../server/src/host/magics.ts';
import { filesBelow, memoryFileSystem, overlay } from '../../server/src/host/memory.ts';
import { nodeFileSystem, portablePath } from '../../server/src/host/node-fs.ts';
import { writeAtomically } from '../../server/src/host/node-write.ts';
import { type CellMap, locateCell } from '../../server/src/host/notebook.ts';
import { buildPathIndex } from '../../server/src/host/path-index.ts';
import { extensionOf, isWithin, joinPath, parentOf, relativeTo } from '../../server/src/host/paths.ts';
import { buildPrefilter, findMarker, type Marker } from '../../server/src/host/prefilter.ts';
import { resolvePython } from '../../server/src/host/resolve-python.ts';
import { resolveTypeScript } from '../../server/src/host/resolve-typescript.ts';
import { checkContent, sizeLimit } from '../../server/src/host/source.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

// Real files -----------------------------------------------------------------------------------------------------------

/** A temporary directory with these files; names that end in '/' are empty directories. */
function place(context: TestContext, files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'distillint-host-')));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, content);
  }
  return portablePath(root, '/');
}

/** Sources found, below the root, and `reason path` of all that is skipped. */
function found(root: string, options: DiscoveryOptions = {}, roots = [root]) {
  const result = discover(nodeFileSystem, roots, options);
  return {
    files: result.files.map((file) => relativeTo(root, file.path)),
    skipped: result.skipped.map((item) => `${item.reason} ${relativeTo(root, item.path)}`),
    manifests: result.manifests.map((path) => relativeTo(root, path)),
  };
}

function git(root: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: root, stdio: 'ignore' });
}

test('sources are found in order, and what is skipped has a reason', (context) => {
  const root = place(context, {
    'b.py': '',
    'a/z.ts': '',
    'a/é.ipynb': '{}',
    'a/types.d.ts': '',
    'a/app.min.js': '',
    'a/x_pb2.py': '',
    'a/stub.pyi': '',
    'README.md': '',
    'package.json': '{}',
    'tests/t.py': '',
    'third_party/v.js': '',
    'node_modules/p/i.js': '',
    'pkg/__pycache__/c.py': '',
    'myenv/pyvenv.cfg': '',
    'myenv/lib/x.py': '',
    'dist/o.js': '',
    'Component.vue': '',
    'Page.svelte': '',
    '.github/scripts/s.py': '',
  });
  assert.deepEqual(found(root), {
    files: [
      '.github/scripts/s.py',
      'Component.vue',
      'Page.svelte',
      'a/z.ts',
      'a/é.ipynb',
      'b.py',
      'tests/t.py',
      'third_party/v.js',
    ],
    skipped: [
      'minified a/app.min.js',
      'declarations a/types.d.ts',
      'generated a/x_pb2.py',
      'build-output dist',
      'environment myenv',
      'foreign node_modules',
      'foreign pkg/__pycache__',
    ],
    manifests: ['package.json'],
  });
});

test('ignore files nest, negate, and hold within a repository alone', (context) => {
  const root = place(context, {
    '.gitignore': '*.py\n!keep.py\n/top.ts\nsecret/\nlogs\n\\#odd.ts\n',
    'a.py': '',
    'keep.py': '',
    'top.ts': '',
    '#odd.ts': '',
    'secret/x.ts': '',
    'sub/top.ts': '',
    'sub/.gitignore': '!b.py\nlocal.ts\n/deep/*.ts\n!logs\n',
    'sub/b.py': '',
    'sub/c.py': '',
    'sub/local.ts': '',
    'sub/deep/one.ts': '',
    'sub/deep/two/local.ts': '',
    'sub/deep/two/one.ts': '',
    // Brought back by the nested file although the one above ignores it: git reads it, and so do we.
    'sub/logs/l.ts': '',
    'sub [1]/.gitignore': 'x.ts\n',
    'sub [1]/x.ts': '',
    'sub 1/x.ts': '',
  });
  const expected = ['keep.py', 'sub 1/x.ts', 'sub/b.py', 'sub/deep/two/one.ts', 'sub/logs/l.ts', 'sub/top.ts'];
  // What was exported from a repository was tracked there.
  const exported = [
    '#odd.ts',
    'a.py',
    'keep.py',
    'secret/x.ts',
    'sub 1/x.ts',
    'sub [1]/x.ts',
    'sub/b.py',
    'sub/c.py',
    'sub/deep/one.ts',
    'sub/deep/two/local.ts',
    'sub/deep/two/one.ts',
    'sub/local.ts',
    'sub/logs/l.ts',
    'sub/top.ts',
    'top.ts',
  ];
  assert.deepEqual(found(root).files, exported);
  git(root, 'init', '-q');
  assert.deepEqual(found(root).files, expected);
  const asGit = execFileSync('git', ['ls-files', '-oz', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  assert.deepEqual(
    asGit
      .split('\0')
      .filter((path) => /\.(py|ts)$/.test(path))
      .sort(),
    expected,
  );
  // Named itself, an ignored directory is read.
  assert.deepEqual(found(root, {}, [joinPath(root, 'secret')]).files, ['secret/x.ts']);
  // The rules above a root hold below it.
  assert.deepEqual(
    found(root, {}, [joinPath(root, 'sub')]).files,
    expected.filter((path) => path.startsWith('sub/')),
  );
});

test('every kind of pattern means what it means to git', (context) => {
  const names = [
    'a.py',
    'b.py',
    'a b.py',
    'x.pyc.py',
    '[1].py',
    '!c.py',
    '$d+(e).py',
    'A.PY',
    'deep/a.py',
    'deep/er/a.py',
  ];
  const patterns = [
    'a.py',
    '/a.py',
    'a.py ',
    'a\\ b.py',
    '*.py',
    '?.py',
    '[ab].py',
    '*.py[cod].py',
    '\\[1].py',
    '\\!c.py',
  ];
  patterns.push(
    '$d+(e).py',
    'deep/',
    'deep',
    'deep/*',
    'deep/**',
    '**/er',
    'deep/**/a.py',
    'er/*',
    '*',
    '/*\n!/deep',
    '**/a.py',
  );
  patterns.push(
    '[!a].py',
    'd*p/e?',
    '*.py\n!a*.py',
    'deep/*.py',
    '*/a.py',
    '.*',
    'd[e-f]*/',
    '*y',
    '*.p?',
    'a.*',
    'deep/er/',
  );
  const root = place(context, Object.fromEntries(names.map((name) => [name, ''])));
  git(root, 'init', '-q');
  for (const pattern of patterns) {
    writeFileSync(join(root, '.gitignore'), `${pattern}\n`);
    const asGit = execFileSync('git', ['ls-files', '-oz', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
    const expected = asGit.split('\0').filter((path) => /\.py$/i.test(path));
    assert.deepEqual(found(root).files, expected.sort(), pattern);
  }
});

for (const version of ['2', '3', '4']) {
  test(`tracked files are read although they are ignored (index version ${version})`, (context) => {
    const root = place(context, {
      '.gitignore': 'gen/\n*.tmp.py\n',
      'gen/kept.py': '',
      'gen/other.py': '',
      'gen/deep/er/kept-too.py': '',
      'a.tmp.py': '',
      'dist/tracked.js': '',
      'build/untracked.js': '',
      'ünïcode/😀/kept.tmp.py': '',
      'ünïcode/😁.tmp.py': '',
      'later.py': '',
    });
    git(root, 'init', '-q');
    git(root, 'add', '-f', 'gen/kept.py', 'gen/deep', 'a.tmp.py', 'dist', 'ünïcode', '.gitignore');
    // An entry that is only intended makes the index one of version 3.
    if (version === '3') git(root, 'add', '-N', 'later.py');
    else git(root, 'update-index', `--index-version=${version}`);
    assert.equal(readFileSync(join(root, '.git/index')).readUInt32BE(4), Number(version));
    writeFileSync(join(root, '.git/info/exclude'), 'later.py\n');
    const expected = [
      'a.tmp.py',
      'dist/tracked.js',
      'gen/deep/er/kept-too.py',
      'gen/kept.py',
      'ünïcode/😀/kept.tmp.py',
      'ünïcode/😁.tmp.py',
    ];
    assert.deepEqual(
      found(root).files,
      version === '3' ? [...expected.slice(0, 4), 'later.py', ...expected.slice(4)] : expected,
    );
    assert.ok(found(root).skipped.includes('build-output build'));
    assert.ok(!found(root, { git: false }).skipped.some((item) => item.startsWith('ignored')));
  });
}

test('split indexes, submodules and work trees of git are understood, and its configuration runs nothing', (context) => {
  const root = place(context, { 'a.py': '', 'sub/b.py': '', 'sub/.gitignore': '*.py\n', '.gitignore': '*.py\n' });
  git(join(root, 'sub'), 'init', '-q');
  git(join(root, 'sub'), 'add', '-f', 'b.py');
  git(root, 'init', '-q');
  git(root, 'add', '-f', 'a.py');
  git(root, 'commit', '-qm', 'one');
  git(root, 'update-index', '--split-index');
  writeFileSync(join(root, 'c.py'), '');
  git(root, 'add', '-f', 'c.py');
  git(root, 'config', 'core.fsmonitor', `touch ${join(root, 'ran')}`);
  assert.deepEqual(found(root).files, ['a.py', 'c.py', 'sub/b.py']);
  assert.ok(!readdirSync(root).includes('ran'));
  const other = `${root}-tree`;
  context.after(() => rmSync(other, { recursive: true, force: true }));
  git(root, '-c', 'core.fsmonitor=', 'worktree', 'add', '-q', other);
  assert.deepEqual(found(other).files, ['a.py']);
  writeFileSync(join(root, '.git/index'), 'no index');
  assert.deepEqual(found(root).skipped.slice(0, 2), ['unreadable .git/index', 'ignored a.py']);
});

test('symbolic links are followed once, by real path, and never outside the root', (context) => {
  const outside = place(context, { 'o.py': '' });
  const root = place(context, {
    'z/real.py': '',
    'ignored/i.py': '',
    '.gitignore': '/ignored\n',
    'node_modules/m/n.js': '',
  });
  git(root, 'init', '-q');
  symlinkSync(join(root, 'z'), join(root, 'a'));
  symlinkSync('..', join(root, 'z', 'up'));
  symlinkSync('self', join(root, 'self'));
  symlinkSync(outside, join(root, 'out'));
  symlinkSync(join(outside, 'o.py'), join(root, 'out.py'));
  symlinkSync('ignored', join(root, 'through'));
  symlinkSync('z/real.py', join(root, 'same.py'));
  symlinkSync('nowhere', join(root, 'broken.py'));
  symlinkSync('node_modules/m', join(root, 'm'));
  assert.deepEqual(found(root), {
    files: ['through/i.py', 'z/real.py'],
    skipped: [
      'link a',
      'unreadable broken.py',
      'ignored ignored',
      'foreign m',
      'foreign node_modules',
      'outside out',
      'outside out.py',
      'link same.py',
      'unreadable self',
      'link z/up',
    ],
    manifests: [],
  });
});

test('size limits, named files, exclusions and missing roots', (context) => {
  const root = place(context, {
    'big.py': new Uint8Array(50 << 20).fill(35),
    'big.ipynb': new Uint8Array(3 << 20).fill(32),
    'small.py': '',
    'tiny.py': 'tiny',
    'vendor/v.py': '',
    'node_modules/m.js': '',
  });
  const exclude = (path: string) => path === 'vendor';
  assert.deepEqual(found(root, { exclude }).files, ['big.ipynb', 'big.py', 'small.py', 'tiny.py']);
  assert.deepEqual(found(root, { exclude }).skipped, ['foreign node_modules', 'excluded vendor']);
  const named = [root, ...['big.py', 'node_modules/m.js', 'absent'].map((path) => joinPath(root, path))];
  assert.deepEqual(found(root, {}, named).files, [
    'big.ipynb',
    'big.py',
    'node_modules/m.js',
    'small.py',
    'tiny.py',
    'vendor/v.py',
  ]);
  assert.deepEqual(found(root, {}, named).skipped, ['unreadable absent', 'foreign node_modules']);
  const limits = discover(nodeFileSystem, named).files.map((file) => sizeLimit(file));
  assert.deepEqual(limits, [20 << 20, 4 << 20, 4 << 20, 1 << 20, 1 << 20, 1 << 20]);
  for (const read of [nodeFileSystem.readBytes, nodeFileSystem.lendBytes]) {
    for (const [name, limit] of Object.entries({ 'big.py': 1000, 'tiny.py': 3 })) {
      const limited = read(joinPath(root, name), limit);
      assert.ok(isProblem(limited) && limited.problem === 'too-large' && limited.path.endsWith(name));
      const whole = read(joinPath(root, name));
      assert.ok(!isProblem(whole) && Buffer.compare(whole, readFileSync(join(root, name))) === 0);
    }
  }
  // Several roots, one within the other: no file twice.
  assert.deepEqual(found(root, {}, [root, joinPath(root, 'vendor')]).files, [
    'big.ipynb',
    'big.py',
    'small.py',
    'tiny.py',
    'vendor/v.py',
  ]);
});

test('discovery goes in steps and can be dropped', (context) => {
  const root = place(context, { 'a/1.py': '', 'b/2.py': '', 'c/3.py': '' });
  const seen: string[] = [];
  for (const step of discoverSteps(nodeFileSystem, [root])) {
    seen.push(`${relativeTo(root, step.directory)} ${step.files}`);
    if (seen.length === 3) break;
  }
  assert.deepEqual(seen, [' 0', 'a 1', 'b 2']);
});

test('a failed access is a value that names the path and the cause', (context) => {
  const root = place(context, { 'f.py': 'x' });
  const problem = (result: unknown) =>
    isProblem(result) ? `${result.problem} ${relativeTo(root, result.path)}` : 'none';
  assert.equal(problem(nodeFileSystem.readBytes(joinPath(root, 'no.py'))), 'missing no.py');
  assert.equal(problem(nodeFileSystem.readBytes(root)), `not-a-file ${root}`.replace(root, ''));
  assert.equal(problem(nodeFileSystem.readBytes(joinPath(root, 'f.py/x'))), 'not-a-directory f.py/x');
  assert.equal(problem(nodeFileSystem.list(joinPath(root, 'f.py'))), 'not-a-directory f.py');
  assert.equal(problem(nodeFileSystem.stat(joinPath(root, 'no'))), 'missing no');
  assert.equal(problem(nodeFileSystem.realpath(joinPath(root, 'no'))), 'missing no');
});

test('a pipe is not waited for', { skip: process.platform === 'win32' }, (context) => {
  const root = place(context, { 'f.py': 'x' });
  execFileSync('mkfifo', [join(root, 'pipe.py')]);
  assert.equal((nodeFileSystem.readBytes(joinPath(root, 'pipe.py')) as { problem?: string }).problem, 'not-a-file');
  assert.deepEqual(found(root).files, ['f.py']);
});

const canReadAll = process.platform === 'win32' || process.getuid?.() === 0;
test('what is closed to us is skipped', { skip: canReadAll && 'this user may read everything' }, (context) => {
  const root = place(context, { 'closed/a.py': '', 'secret.py': '' });
  chmodSync(join(root, 'secret.py'), 0);
  chmodSync(join(root, 'closed'), 0);
  const { skipped } = found(root);
  // Opened again at once, or the directory could not be removed.
  chmodSync(join(root, 'closed'), 0o700);
  assert.deepEqual(skipped, ['unreadable closed']);
  assert.equal((nodeFileSystem.readBytes(joinPath(root, 'secret.py')) as { problem?: string }).problem, 'denied');
});

test('writing replaces a file in one step and keeps its mode and its link', (context) => {
  const root = place(context, { 'old.json': 'old', 'dir/': '' });
  chmodSync(join(root, 'old.json'), 0o640);
  symlinkSync('old.json', join(root, 'link.json'));
  assert.equal(writeAtomically(joinPath(root, 'link.json'), 'new'), undefined);
  assert.equal(readFileSync(join(root, 'old.json'), 'utf8'), 'new');
  assert.ok(lstatSync(join(root, 'link.json')).isSymbolicLink());
  if (process.platform !== 'win32') assert.equal(statSync(join(root, 'old.json')).mode & 0o777, 0o640);
  assert.equal(writeAtomically(joinPath(root, 'a/b/c.bin'), new Uint8Array([0, 255])), undefined);
  assert.deepEqual([...readFileSync(join(root, 'a/b/c.bin'))], [0, 255]);
  const failed = writeAtomically(joinPath(root, 'dir'), 'x');
  assert.ok(failed && failed.path === joinPath(root, 'dir'));
  assert.deepEqual(readdirSync(root).sort(), ['a', 'dir', 'link.json', 'old.json']);
  renameSync(join(root, 'dir'), join(root, 'gone'));
});

// Files in memory ------------------------------------------------------------------------------------------------------

test('memory and overlay behave like a disk', () => {
  const base = memoryFileSystem(filesBelow('/w', { 'a/b.py': 'one', 'c.py': 'two' }));
  assert.deepEqual(base.list('/w'), [
    { name: 'a', kind: 'directory' },
    { name: 'c.py', kind: 'file' },
  ]);
  assert.deepEqual(base.stat('/w/a'), { kind: 'directory', size: 0 });
  assert.equal((base.readBytes('/w/a') as { problem?: string }).problem, 'not-a-file');
  assert.equal((base.list('/w/c.py') as { problem?: string }).problem, 'not-a-directory');
  const buffers = new Map<string, string | Uint8Array>();
  const fs = overlay(base, buffers);
  assert.deepEqual(
    discover(fs, ['/w']).files.map((file) => file.path),
    ['/w/a/b.py', '/w/c.py'],
  );
  buffers.set('/w/c.py', 'longer');
  buffers.set('/w/new/d.py', '');
  assert.deepEqual(
    discover(fs, ['/w']).files.map((file) => file.path),
    ['/w/a/b.py', '/w/c.py', '/w/new/d.py'],
  );
  assert.deepEqual(fs.lendBytes('/w/new/d.py'), new Uint8Array());
  assert.equal(decodeText(fs.readBytes('/w/c.py') as Uint8Array).text, 'longer');
});

test('paths', () => {
  assert.equal(joinPath('/a/b', '../c/./d'), '/a/c/d');
  assert.equal(joinPath('/', 'x'), '/x');
  assert.equal(joinPath('/a', '/b'), '/b');
  assert.equal(joinPath('/a', '../../..'), '/');
  assert.equal(joinPath('C:/a', '..'), 'C:/');
  assert.equal(parentOf('C:/a'), 'C:/');
  assert.equal(parentOf('/a'), '/');
  assert.equal(extensionOf('/a.b/c'), '');
  assert.equal(extensionOf('/a/.gitignore'), '');
  assert.equal(extensionOf('/a/B.PY'), '.py');
  assert.ok(isWithin('/a/b', '/a') && !isWithin('/ab', '/a') && isWithin('/a', '/'));
});

// What files say of themselves ------------------------------------------------------------------------------------------

test('text is decoded, with its lines, whatever its line ends', () => {
  assert.deepEqual(decodeText(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])), { text: 'a', bom: true, invalid: false });
  assert.deepEqual(decodeText(new Uint8Array([0x61, 0xff, 0x62])), { text: 'a\uFFFDb', bom: false, invalid: true });
  assert.deepEqual([...lineStarts('')], [0]);
  assert.deepEqual([...lineStarts('a\nb\n')], [0, 2, 4]);
  const text = 'é\r\n😀x\ry\nz';
  const starts = lineStarts(text);
  assert.deepEqual([...starts], [0, 3, 7, 9]);
  assert.deepEqual(positionAt(starts, text.indexOf('x')), { line: 1, character: 2 });
  for (let offset = 0; offset <= text.length; offset++) {
    // Between CR and LF there is no position.
    if (offset !== 2) assert.equal(offsetAt(text, starts, positionAt(starts, offset)), offset);
  }
  assert.equal(offsetAt(text, starts, { line: 0, character: 99 }), 1);
  assert.equal(offsetAt(text, starts, { line: 99, character: 0 }), text.length);
});

test('hashes differ where contents do', () => {
  const seen = new Set<string>();
  for (let length = 0; length < 64; length++) seen.add(hashBytes(new Uint8Array(length)));
  for (let bit = 0; bit < 512; bit++) {
    const bytes = new Uint8Array(64);
    bytes[bit >> 3] = 1 << (bit & 7);
    seen.add(hashBytes(bytes));
    // Where the bytes lie in memory must not matter.
    const shifted = new Uint8Array(67);
    shifted.set(bytes, 3);
    assert.equal(hashBytes(shifted.subarray(3)), hashBytes(bytes));
  }
  assert.equal(seen.size, 64 + 512);
  for (const hash of seen) assert.match(hash, /^[0-9a-f]{16}$/);
  assert.notEqual(hashText('ab'), hashText('ba'));
});

test('content tells the binary, the minified and the generated', () => {
  const reason = (text: string) => unreadableByContent(utf8(text));
  assert.equal(reason('x = 1\n'), undefined);
  assert.equal(reason('x\0y'), 'binary');
  assert.equal(reason(`${'a'.repeat(9000)}\0`), undefined);
  assert.equal(reason('var a=1;'.repeat(10000)), 'minified');
  assert.equal(reason('var a=1;\n'.repeat(10000)), undefined);
  for (const notice of [
    '# Generated by the protocol buffer compiler.  DO NOT EDIT!\n',
    '// Code generated by mockgen. DO NOT EDIT.\n',
    '/**\n * @generated SignedSource<<x>>\n */\n',
    '# File generated from our OpenAPI spec by Stainless. See CONTRIBUTING.md\n',
    '// This file was auto-generated.\n// Do not edit it by hand.\n',
    '/* DO NOT EDIT: this file is automatically generated */\n',
  ]) {
    assert.equal(reason(notice), 'generated', notice);
  }
  for (const ordinary of [
    '# Trains on automatically generated data.\n',
    '"""Filters the generated answers; do not edit the raw ones."""\n',
    '# This file was generated by ChatGPT\n',
    'NOTICE = "Code generated by x. DO NOT EDIT."\n',
    '# Generate data with gpt-4 and write train.jsonl\n',
  ]) {
    assert.equal(reason(ordinary), undefined, ordinary);
  }
  const file = { path: '/x.js', language: 'javascript' as const, named: true };
  assert.equal(checkContent(file, utf8('var a=1;'.repeat(10000))), undefined);
  assert.equal(checkContent(file, utf8('\0'))?.reason, 'binary');
});

test('markers hit anywhere, or only where an import names them', () => {
  const markers: Marker[] = [
    { text: 'openai', position: 'anywhere' },
    { text: 'openai.com', position: 'anywhere' },
    { text: 'pena', position: 'anywhere' },
    { text: 'ollama', position: 'import' },
    { text: 'ai', position: 'import' },
    { text: '@scope/', position: 'import' },
    { text: 'google.genai', position: 'import' },
  ];
  const hits = (text: string, language: Language) =>
    markers.filter((m) => findMarker(buildPrefilter([m]), utf8(text), language) === 0).map((m) => m.text);
  assert.deepEqual(hits('x = 1', 'python'), []);
  assert.deepEqual(hits('url = "https://api.openai.com"', 'python'), ['openai', 'openai.com', 'pena']);
  const python = [
    'import ollama',
    '\ufeffimport ollama',
    'if x:\n    from ollama import chat',
    'import os, ollama as o',
    'import os,ollama',
    'try: import ollama',
    'x = 1; from ollama.types import X',
    "m = importlib.import_module('ollama')",
    'm = lazy_import(\n    "ollama")',
    'import os, \\\n    ollama',
  ];
  for (const text of python) assert.deepEqual(hits(text, 'python'), ['ollama'], text);
  assert.deepEqual(hits('from google.genai.types import X', 'python'), ['google.genai']);
  const notPython = [
    '# use ollama',
    'from google.genai_x import y',
    'from .ollama import y',
    'from_ollama = 1',
    'import my.ollama',
    'import ollama_x',
    'from x import ollama',
    'x = "ollama"',
    'f(a, ollama)',
    'print("from ollama to")',
  ];
  for (const text of notPython) assert.deepEqual(hits(text, 'python'), [], text);
  const javascript = [
    "import { x } from 'ai'",
    'import {\n  x,\n} from\n  "ai"',
    "import 'ai/rsc'",
    "const x = require( 'ai' )",
    "await import('ai')",
    "export * from 'ai/react'",
    "await import(/* webpackChunkName: 'x' */ 'ai')",
    "vi.importActual('ai')",
    'import{x}from"ai"',
  ];
  for (const text of javascript) assert.deepEqual(hits(text, 'typescript'), ['ai'], text);
  assert.deepEqual(hits("import '@scope/a/b'", 'typescript'), ['@scope/']);
  for (const text of [
    "x = 'ai'",
    "Array.from('ai')",
    "from './ai'",
    "from '@ai/x'",
    "from 'ai.js'",
    "import './ai'",
    "from 'air'",
    "call('ai')",
    'import ai from "x"',
  ]) {
    assert.deepEqual(hits(text, 'javascript'), [], text);
  }
  assert.deepEqual(hits('{"source": ["import ollama\\n",\n "from ai import x"]}', 'notebook'), ['ollama', 'ai']);
  assert.deepEqual(hits('{"source": "x = 1\\nimport ollama\\n"}', 'notebook'), ['ollama']);
  assert.deepEqual(hits('{"source": ["import {x} from \\"ai\\""]}', 'notebook'), ['ai']);
  assert.throws(() => buildPrefilter([{ text: 'gpt', position: 'anywhere' }]), /marker 0 \("gpt"\) is too short/);
  assert.equal(findMarker(buildPrefilter([]), utf8('x'), 'python'), -1);
  assert.equal(markers[findMarker(buildPrefilter(markers), utf8('x = 1\nimport ollama'), 'python')]?.text, 'ollama');
});

test('a marker that needs another text beside it hits where one of those stands too', () => {
  const prefilter = buildPrefilter([{ text: '.jsonl', position: 'anywhere', with: ["role: 'user'", 'role: "user"'] }]);
  const isMet = (text: string) => findMarker(prefilter, utf8(text), 'typescript') === 0;
  assert.ok(!isMet("write('rows.jsonl')"));
  assert.ok(!isMet("send({ role: 'user' })"));
  assert.ok(!isMet("send({ role: 'use' }); write('rows.jsonl')"));
  assert.ok(isMet("write('rows.jsonl', { role: 'user' })"));
  assert.ok(isMet('send({ rrole: "user" }); write("rows.jsonl")'));
});

test('markers are found wherever they stand, at the ends of a file and of its memory too', () => {
  let state = 7;
  const next = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return (state >> 8) % below;
  };
  const word = (length: number) => Array.from({ length }, () => 'abc'[next(3)]).join('');
  for (let round = 0; round < 300; round++) {
    const anywhere = Array.from({ length: 1 + next(6) }, () => word(4 + next(5)));
    const imported = Array.from({ length: next(3) }, () => word(2 + next(2)));
    const prefilter = buildPrefilter([
      ...anywhere.map((text): Marker => ({ text, position: 'anywhere' })),
      ...imported.map((text): Marker => ({ text, position: 'import' })),
    ]);
    const name = word(2 + next(2));
    const before = next(2) === 0 ? `${word(next(200))}\n` : '';
    const text = `${before}import ${name}${next(2) === 0 ? `\n${word(next(200))}` : ''}`;
    const expected = anywhere.flatMap((marker, id) => (text.includes(marker) ? [id] : []));
    imported.forEach((marker, id) => {
      if (marker === name) expected.push(anywhere.length + id);
    });
    const shift = next(4);
    const bytes = new Uint8Array([...utf8('c'.repeat(shift)), ...utf8(text)]).subarray(shift);
    const found = findMarker(prefilter, bytes, 'python');
    assert.ok(expected.length === 0 ? found === -1 : expected.includes(found), text);
  }
});

test('a summary has the imports of Python', () => {
  const source = `import a, b.c as d
from . import e
from ..f.g import (  # why
    h as i, j,
    k
)
from m import *
if x:
    import n; from o import p
import q \\
    , r
print("from s import t")
raise u from v
`;
  const imports = summarise(utf8(source), 'python').imports.map((item) => [
    '.'.repeat(item.level) + item.specifier,
    item.names.join(' '),
  ]);
  assert.deepEqual(imports, [
    ['a', ''],
    ['b.c', ''],
    ['.', 'e'],
    ['..f.g', 'h j k'],
    ['m', '*'],
    ['n', ''],
    ['o', 'p'],
    ['q', ''],
    ['r', ''],
  ]);
});

test('a summary has the imports of JavaScript', () => {
  const source = `import a from 'a'; import type {
  b } from "./b"; import './c.css'
export * from "d"; export { e } from 'e'
const f = require('f'), g = await import(/* webpackChunkName: "x" */ 'g')
import h = require("h"); const i = import(\`i\`), j = import(\`\${x}\`), k = Array.from('no')
`;
  const imports = summarise(utf8(source), 'typescript').imports.map((item) => item.specifier);
  assert.deepEqual(imports, ['a', './b', './c.css', 'd', 'e', 'f', 'g', 'h', 'i']);
});

test('a summary tells which names a file mentions', () => {
  const source = `\ufefffirst = load(f"data/out/train-v2.jsonl", 'eval_{split}.json', "größe.csv")\nself.método()\n# comment_word\nlast_word`;
  const summary = summarise(utf8(source), 'python');
  for (const name of [
    'first',
    'load',
    'data',
    'out',
    'train-v2.jsonl',
    'jsonl',
    'split',
    'größe',
    'größe.csv',
    'método',
    'comment_word',
    'last_word',
  ]) {
    assert.ok(mentions(summary, name), name);
  }
  for (const name of ['firs', 'irst', 'train-v3.jsonl', 'self.método', '', 'last'])
    assert.ok(!mentions(summary, name), name);
  assert.ok(
    mentionsParts(summary, 'train-v2.jsonl') &&
      mentionsParts(summary, 'eval_.json') &&
      !mentionsParts(summary, 'nowhere.json'),
  );
  assert.ok(!mentionsParts(summary, '--'));
  // Longer than the stretches that a file is read in, with words across their ends.
  const words = Array.from({ length: 40000 }, (_, index) => `word${index}`);
  const long = summarise(utf8(words.join(' ')), 'python');
  assert.equal(long.names.length, words.length);
  for (const word of words) assert.ok(mentions(long, word), word);
  assert.deepEqual(
    [...long.names],
    [...long.names].sort((a, b) => a - b),
  );
});

// Modules --------------------------------------------------------------------------------------------------------------

function pythonIn(paths: string, roots = ['/w']) {
  const index = buildPathIndex(
    paths
      .trim()
      .split(/\s+/)
      .map((path) => joinPath('/w', path)),
    roots,
  );
  return (from: string, specifier: string, name?: string, isLibrary?: (name: string) => boolean) => {
    const level = /^\.*/.exec(specifier)![0].length;
    const module = { specifier: specifier.slice(level), level, ...(name === undefined ? {} : { name }) };
    const path = resolvePython(index, joinPath('/w', from), module, isLibrary);
    return path && relativeTo('/w', path);
  };
}

test('Python modules are found as the interpreter would', () => {
  const find =
    pythonIn(`main.py utils.py pkg/__init__.py pkg/a.py pkg/sub/__init__.py pkg/sub/b.py pkg/json.py pkg/openai.py
    space/deep/c.py src/core/__init__.py src/core/run.py scripts/run.py scripts/helper.py nb.ipynb`);
  assert.equal(find('main.py', 'utils'), 'utils.py');
  assert.equal(find('nb.ipynb', 'utils'), 'utils.py');
  assert.equal(find('main.py', 'pkg'), 'pkg/__init__.py');
  assert.equal(find('main.py', 'pkg.sub.b'), 'pkg/sub/b.py');
  assert.equal(find('main.py', 'pkg', 'a'), 'pkg/a.py');
  assert.equal(find('main.py', 'pkg', 'nothing'), undefined);
  assert.equal(find('main.py', 'space.deep', 'c'), 'space/deep/c.py');
  assert.equal(find('main.py', 'space.deep'), undefined);
  assert.equal(find('main.py', 'core.run'), 'src/core/run.py');
  assert.equal(find('main.py', 'src.core.run'), 'src/core/run.py');
  assert.equal(find('scripts/run.py', 'helper'), 'scripts/helper.py');
  assert.equal(find('scripts/run.py', 'utils'), 'utils.py');
  assert.equal(find('pkg/sub/b.py', '.'), 'pkg/sub/__init__.py');
  assert.equal(find('pkg/sub/b.py', '..a'), 'pkg/a.py');
  assert.equal(find('pkg/sub/b.py', '..', 'a'), 'pkg/a.py');
  assert.equal(find('pkg/sub/b.py', 'pkg.a'), 'pkg/a.py');
  // A sibling in a package is not on the path, but somebody may have put it there.
  assert.equal(find('pkg/sub/__init__.py', 'b'), 'pkg/sub/b.py');
  assert.equal(find('pkg/a.py', 'json'), undefined);
  assert.equal(find('main.py', 'requests'), undefined);
  assert.equal(find('main.py', ''), undefined);
});

test('a library is not mistaken for a file of the project', () => {
  const isLibrary = (name: string) => name === 'openai' || name === 'datasets';
  const find = pythonIn(`providers/__init__.py providers/openai.py providers/other.py openai/notes.py
    tools/openai.py tools/use.py train.py datasets/__init__.py`);
  assert.equal(find('providers/other.py', 'openai', undefined, isLibrary), undefined);
  assert.equal(find('train.py', 'openai', undefined, isLibrary), undefined);
  assert.equal(find('tools/openai.py', 'openai', undefined, isLibrary), undefined);
  // Beside a script the file wins in the interpreter too.
  assert.equal(find('tools/use.py', 'openai', undefined, isLibrary), 'tools/openai.py');
  assert.equal(find('train.py', 'datasets', undefined, isLibrary), 'datasets/__init__.py');
});

test('a package of the project that is named like a library is found from scripts that are a package themselves', () => {
  const isLibrary = (name: string) => name === 'agents' || name === 'openai';
  const find = pythonIn(`src/__init__.py src/main.py src/agents/__init__.py src/agents/base.py src/agents/make.py
    src/llm/__init__.py src/llm/openai/__init__.py src/llm/openai/client.py src/llm/openai.py`);
  assert.equal(find('src/main.py', 'agents', undefined, isLibrary), 'src/agents/__init__.py');
  assert.equal(find('src/main.py', 'agents.make', undefined, isLibrary), 'src/agents/make.py');
  assert.equal(find('src/agents/make.py', 'agents.base', undefined, isLibrary), 'src/agents/base.py');
  assert.equal(find('src/agents/make.py', 'agents', undefined, isLibrary), undefined);
  // What wraps a library has its name, and is not what it wraps.
  assert.equal(find('src/llm/openai/client.py', 'openai', undefined, isLibrary), undefined);
  assert.equal(find('src/main.py', 'openai', undefined, isLibrary), undefined);
});

test('Python packages of other projects are found where only one can be meant', () => {
  const find =
    pythonIn(`apps/x/main.py libs/core/src/core/__init__.py libs/core/src/core/m.py libs/a/helper.py libs/b/helper.py
    apps/y/helper.py apps/x/deep/er/z.py`);
  assert.equal(find('apps/x/main.py', 'core.m'), 'libs/core/src/core/m.py');
  assert.equal(find('apps/x/main.py', 'helper'), 'apps/y/helper.py');
  assert.equal(find('libs/c/main.py', 'helper'), undefined);
});

function typescriptIn(contents: Readonly<Record<string, string>>, roots = ['/w']) {
  const files = filesBelow('/w', contents);
  const index = buildPathIndex(files.keys(), roots);
  const readText = (path: string) => files.get(path) as string | undefined;
  return (from: string, specifier: string) => {
    const path = resolveTypeScript(index, readText, joinPath('/w', from), specifier);
    return path && relativeTo('/w', path);
  };
}

test('relative imports try extensions and index files', () => {
  const find = typescriptIn({
    'a.ts': '',
    'b.tsx': '',
    'c.js': '',
    'd/index.ts': '',
    'e.mts': '',
    'f.vue': '',
    'g.json': '',
    'sub/h.ts': '',
    'i.ts': '',
    'i.js': '',
    'j.d.ts': '',
    'k/package.json': '{"main": "./lib/k.js"}',
    'k/lib/k.js': '',
    'l.config.ts': '',
    'index.ts': '',
  });
  const cases: readonly [string, string | undefined][] = [
    ['./a', 'a.ts'],
    ['./a.js', 'a.ts'],
    ['./b', 'b.tsx'],
    ['./b.jsx', 'b.tsx'],
    ['./c', 'c.js'],
    ['./c.js', 'c.js'],
    ['./d', 'd/index.ts'],
    ['./d/', 'd/index.ts'],
    ['./e.mjs', 'e.mts'],
    ['./f.vue', 'f.vue'],
    ['./g.json', 'g.json'],
    ['./i', 'i.ts'],
    ['./k', 'k/lib/k.js'],
    ['./l.config', 'l.config.ts'],
    ['./a?raw', 'a.ts'],
    ['.', 'index.ts'],
    ['./none', undefined],
    ['react', undefined],
    ['node:fs', undefined],
    ['https://x/a.ts', undefined],
    ['', undefined],
  ];
  for (const [specifier, expected] of cases) assert.equal(find('x.ts', specifier), expected, specifier);
  assert.equal(find('sub/h.ts', '..'), 'index.ts');
  assert.equal(find('sub/h.ts', '../d'), 'd/index.ts');
});

test('tsconfig maps paths, through extends and references', () => {
  const find = typescriptIn({
    'tsconfig.base.json':
      '{ // comment\n "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["src/*", "gen/*"], "@/special": ["src/s.ts"], }, } }',
    'tsconfig.json': '{"extends": "./tsconfig.base"}',
    'src/a.ts': '',
    'src/s.ts': '',
    'gen/b.ts': '',
    'util/u.ts': '',
    'app/tsconfig.json': '{"files": [], "references": [{"path": "./tsconfig.app.json"}]}',
    'app/tsconfig.app.json': '{"compilerOptions": {"paths": {"~lib/*": ["./lib/*"]}}}',
    'app/lib/x.ts': '',
    'js/jsconfig.json': '{"compilerOptions": {"baseUrl": "${configDir}/src"}}',
    'js/src/one/two.js': '',
    'shared/package.json': '{"name": "@r/tsconfig"}',
    'shared/next.json': '{"compilerOptions": {"paths": {"#x/*": ["../used/x/*"]}}}',
    'package.json': '{"workspaces": ["shared", "used"]}',
    'used/package.json': '{"name": "used"}',
    'used/tsconfig.json': '{"extends": ["@r/tsconfig/next.json"]}',
    'used/x/y.ts': '',
  });
  assert.equal(find('src/a.ts', '@/a'), 'src/a.ts');
  assert.equal(find('src/a.ts', '@/b'), 'gen/b.ts');
  assert.equal(find('src/a.ts', '@/special'), 'src/s.ts');
  assert.equal(find('src/a.ts', 'util/u'), 'util/u.ts');
  assert.equal(find('app/main.ts', '~lib/x'), 'app/lib/x.ts');
  assert.equal(find('app/main.ts', '@/a'), 'src/a.ts');
  assert.equal(find('js/src/a.js', 'one/two'), 'js/src/one/two.js');
  assert.equal(find('used/x/z.ts', '#x/y'), 'used/x/y.ts');
  assert.deepEqual(parseJsonc('{"a": "//no, /*no*/ ,}", /* x */ "b": [1, /* , */ ], // y\n}'), {
    a: '//no, /*no*/ ,}',
    b: [1],
  });
  assert.equal(parseJsonc('{'), undefined);
});

test('packages of the workspace mean their sources', () => {
  const find = typescriptIn({
    'pnpm-workspace.yaml': "packages:\n  - 'packages/*' # all\n  - apps/**\n  - '!packages/old'\n",
    'packages/a/package.json':
      '{"name": "@s/a", "exports": {".": {"types": "./dist/index.d.ts", "import": "./dist/index.mjs"}, "./sub": "./dist/sub/sub.js", "./f/*": {"default": "./dist/features/*.js"}}, "imports": {"#in/*": "./src/internal/*.ts"}}',
    'packages/a/src/index.ts': '',
    'packages/a/src/sub/sub.ts': '',
    'packages/a/src/features/one.ts': '',
    'packages/a/src/internal/z.ts': '',
    'packages/a/src/free.ts': '',
    'packages/b/package.json': '{"name": "b", "main": "lib/main.js"}',
    'packages/b/lib/main.js': '',
    'packages/b/helpers/h.ts': '',
    'packages/c/package.json': '{"name": "c", "main": "dist/c.js"}',
    'packages/c/src/c.ts': '',
    'packages/old/package.json': '{"name": "old"}',
    'packages/old/index.ts': '',
    'examples/e/package.json': '{"name": "react", "dependencies": {"d": "file:../d"}}',
    'examples/e/index.ts': '',
    'examples/d/package.json': '{"name": "d"}',
    'examples/d/src/index.ts': '',
    'apps/web/package.json': '{"name": "web", "dependencies": {"lib": "1"}}',
    'apps/web/src/x.ts': '',
    'apps/web/src/pages/p.ts': '',
    'apps/web/lib/l.ts': '',
    'apps/two/package.json': '{"name": "two"}',
    'apps/two/src/dup.ts': '',
    'apps/two/dup.ts': '',
    'src/top.ts': '',
  });
  const cases: readonly [string, string, string | undefined][] = [
    ['apps/web/src/x.ts', '@s/a', 'packages/a/src/index.ts'],
    ['apps/web/src/x.ts', '@s/a/sub', 'packages/a/src/sub/sub.ts'],
    ['apps/web/src/x.ts', '@s/a/f/one', 'packages/a/src/features/one.ts'],
    ['apps/web/src/x.ts', '@s/a/free', 'packages/a/src/free.ts'],
    ['apps/web/src/x.ts', 'b', 'packages/b/lib/main.js'],
    ['apps/web/src/x.ts', 'b/helpers/h', 'packages/b/helpers/h.ts'],
    ['apps/web/src/x.ts', 'c', 'packages/c/src/c.ts'],
    ['apps/web/src/x.ts', 'old', undefined],
    ['apps/web/src/x.ts', 'react', undefined],
    ['packages/a/src/index.ts', '#in/z', 'packages/a/src/internal/z.ts'],
    ['packages/a/src/index.ts', '@s/a/sub', 'packages/a/src/sub/sub.ts'],
    ['examples/e/index.ts', 'd', 'examples/d/src/index.ts'],
    // Aliases that no tsconfig explains.
    ['apps/web/src/x.ts', '@/pages/p', 'apps/web/src/pages/p.ts'],
    ['apps/web/src/x.ts', '~/lib/l', 'apps/web/lib/l.ts'],
    ['apps/web/src/x.ts', '@/top', 'src/top.ts'],
    ['apps/two/src/y.ts', '@/dup', undefined],
    ['apps/web/src/x.ts', 'src/pages/p', 'apps/web/src/pages/p.ts'],
    ['apps/web/src/x.ts', 'lib/l', undefined],
    ['apps/web/src/x.ts', '/src/pages/p.ts', 'apps/web/src/pages/p.ts'],
  ];
  for (const [from, specifier, expected] of cases)
    assert.equal(find(from, specifier), expected, `${specifier} in ${from}`);
});

// Containers -----------------------------------------------------------------------------------------------------------

function analysed(language: Language, text: string): AnalysedText {
  const result = analysedText(language, text);
  assert.ok(!isNotAnalysed(result), JSON.stringify(result));
  return result;
}

test('of a component the scripts are analysed, where they are', () => {
  const source = `<!-- <script>no</script> -->\r
<script setup lang="ts" generics="T extends Record<string, string>">\r
const a = '</div>' + 1;\r
</script>
<script type="application/ld+json">{"x": 1}</script><template><p>é {{ a }}</p></template>
<script context="module">
  let b;
</SCRIPT >
<script src="./x.js" />`;
  const { text, language } = analysed('vue', source);
  assert.equal(text.length, source.length);
  assert.equal(language, 'typescript');
  assert.deepEqual([...lineStarts(text)], [...lineStarts(source)]);
  assert.deepEqual(
    text
      .split(/\s*[\r\n]\s*/)
      .map((line) => line.trim())
      .filter(Boolean),
    ["const a = '</div>' + 1;", 'let b;'],
  );
  assert.equal(text.indexOf('let b'), source.indexOf('let b'));
  assert.equal(analysed('svelte', '<p/>').language, 'javascript');
  assert.equal(analysed('svelte', '<script>let open').text, '        let open');
});

const notebook = `{
 "cells": [
  {"cell_type": "markdown", "source": ["# openai"]},
  {
   "cell_type": "code", "outputs": [{"text": ["a \\"quoted\\" } ]"]}],
   "source": [
    "%matplotlib inline\\n",
    "text = \\"\\u00e9\\\\n\\"\\n",
    "\\tprint(text)"
   ]
  },
  {"source": "one = 1\\r\\ntwo = \\"2\\"\\n", "cell_type": "code"},
  {"cell_type": "code", "source": []},
  {"cell_type": "code", "source": ["%%bash\\n", "pip install openai"]},
  {"cell_type": "code", "source": ["last"]}
 ],
 "metadata": {"kernelspec": {"name": "python3"}, "language_info": {"name": "python"}},
 "nbformat": 4
}`;

test('a notebook is one module, and every offset has its cell and its line of the file', () => {
  const { text, language, cells } = analysed('notebook', notebook);
  assert.equal(language, 'python');
  assert.equal(
    text,
    `${' '.repeat(18)}\ntext = "é\\n"\n\tprint(text)\none = 1\r\ntwo = "2"\n${' '.repeat(6)}\n${' '.repeat(18)}\nlast\n`,
  );
  const map = cells as CellMap;
  const lines = notebook.split('\n');
  const at = (needle: string, inFile = needle) => {
    const place = locateCell(map, text.indexOf(needle));
    assert.ok(
      lines[place.fileLine - 1]!.startsWith(inFile, place.fileColumn - 1),
      `${needle}: ${JSON.stringify(place)}`,
    );
    return [place.cell, place.line, place.column];
  };
  assert.deepEqual(at('text ='), [1, 2, 1]);
  assert.deepEqual(at('é', '\\u00e9'), [1, 2, 9]);
  assert.deepEqual(at('\\n"', '\\\\n'), [1, 2, 10]);
  assert.deepEqual(at('print'), [1, 3, 2]);
  assert.deepEqual(at('one'), [2, 1, 1]);
  assert.deepEqual(at('two'), [2, 2, 1]);
  assert.deepEqual(at('"2"', '\\"2'), [2, 2, 7]);
  assert.deepEqual(at('last'), [5, 1, 1]);
});

test('notebooks of other kernels, formats and none', () => {
  const result = (value: unknown) =>
    analysedText('notebook', typeof value === 'string' ? value : JSON.stringify(value));
  const cell = { cell_type: 'code', source: 'x = 1' };
  const language = (metadata: unknown) => {
    const found = result({ cells: [cell], metadata });
    return isNotAnalysed(found) ? found.detail : found.language;
  };
  assert.equal(language({}), 'python');
  assert.equal(language(undefined), 'python');
  assert.equal(language({ kernelspec: { name: 'conda-env-x-py' } }), 'python');
  assert.equal(language({ kernelspec: { name: 'deno', language: 'typescript' } }), 'typescript');
  assert.equal(language({ kernelspec: { name: 'ir' }, language_info: { name: 'R' } }), 'its code is r');
  assert.equal(language({ kernelspec: { name: 'julia-1.9' } }), 'its code is julia');
  assert.equal(
    analysed('notebook', '{"worksheets": [{"cells": [{"cell_type": "code", "input": ["y = 1"]}]}]}').text,
    'y = 1\n',
  );
  assert.deepEqual(result('{"cells": [\n{"cell_type": "code",\n<<<<<<< HEAD\n"source": 1}]}'), {
    reason: 'broken',
    detail: 'it is not JSON: line 3',
  });
  for (const text of ['', '[]', '{"cells": 1}', '{"cells": [', notebook.slice(0, 300), '"x']) {
    const found = result(text);
    assert.ok(isNotAnalysed(found) && found.reason === 'broken', text);
  }
  const empty = analysed('notebook', '{"cells": []}');
  assert.equal(empty.text, '');
  assert.equal(locateCell(empty.cells as CellMap, 0).fileLine, 1);
});

test('magics are blanked in place, and only magics', () => {
  const cases: readonly [string, string][] = [
    ['!pip install x\ny', '              \ny'],
    ['x = 5\n%time y = f(1)\nz', 'x = 5\nTrue; y = f(1)\nz'],
    ['%timeit -n 10 -r3 f()\n', 'True;             f()\n'],
    ['%%time\nx = 1', '      \nx = 1'],
    ['\n%%writefile a.py\nx = 1', '\n                \n     '],
    ['if a:\n    !ls -la\n', 'if a:\n    pass   \n'],
    ['files = !ls *.py\n', 'files = 0       \n'],
    ['f(1\n  % x)\n', 'f(1\n  % x)\n'],
    ['p = """\n!keep\n%keep\n"""\n!go', 'p = """\n!keep\n%keep\n"""\n   '],
    ["s = 'it\\'s' # don't (\n!go", "s = 'it\\'s' # don't (\n   "],
    ['open(\n!go\nx', 'open(\n   \nx'],
    ['!a \\\n b\nc', '    \n  \nc'],
    ['model?\n??f\nx = y', '      \n   \nx = y'],
    ['pip install openai\npip = 1', '                  \npip = 1'],
    ['x = 10 \\\n % 3\n!z', 'x = 10 \\\n % 3\n  '],
    ['%sql\nselect 1', '    \n        '],
    ['a != b\nx %= 2', 'a != b\nx %= 2'],
    ['%time f(\n  1)\n!z', 'True; f(\n  1)\n  '],
    ["x = 'never ends\n!z", "x = 'never ends\n  "],
    // A command that names a path or an address is kept where a comment may stand.
    ['!wget -O a http://b/c\nx', '#wget\u00a0-O a http://b/c\nx'],
    ['! cat a/b', '#\u00a0cat a/b'],
    ['!wget \\\n  http://b/c\nx', '#wget\u00a0\\\n# http://b/c\nx'],
    ['!wget \\\nhttp://b/c\nx', '       \n          \nx'],
    ['if a:\n    !wget http://b/c\n', 'if a:\n    pass            \n'],
    ['p = """\n!wget http://b/c\n"""', 'p = """\n!wget http://b/c\n"""'],
  ];
  for (const [cell, expected] of cases) assert.equal(blankMagics(cell), expected, cell);
});

test('damaged files never throw, and blanking moves nothing', () => {
  for (let end = 0; end < notebook.length; end += 3) {
    analysedText('notebook', notebook.slice(0, end));
    analysedText('notebook', notebook.slice(0, end) + notebook.slice(end + 5));
  }
  const parts = [
    '!ls \\\n',
    '%time x',
    '\n',
    '"""',
    "'",
    '(',
    ')',
    ' ',
    'x = ',
    '# c',
    '%%bash',
    '?',
    '\\',
    '\r\n',
    'f()',
  ];
  let state = 11;
  for (let round = 0; round < 3000; round++) {
    let cell = '';
    for (let part = 0; part < 12; part++) {
      state = (state * 1103515245 + 12345) % 2147483648;
      cell += parts[(state >> 8) % parts.length];
    }
    const blanked = blankMagics(cell);
    assert.equal(blanked.length, cell.length, JSON.stringify(cell));
    assert.deepEqual([...lineStarts(blanked)], [...lineStarts(cell)], JSON.stringify(cell));
    for (const language of ['vue', 'svelte'] as const) analysed(language, `<script>${cell}</script`);
    summarise(utf8(cell), 'python');
  }
});

test('texts made to be slow to read are not', () => {
  // Each of these once took minutes, or would have taken years.
  parseJsonc(`{"a": 1, ${'// a // b '.repeat(1000)}`);
  parseJsonc(`{"a": 1${', /* a */'.repeat(1000)}`);
  blankMagics(`${' '.repeat(200_000)}x`);
  analysedText('vue', '<script '.repeat(30_000));
  summarise(utf8('import /*'.repeat(30_000)), 'typescript');
  const find = typescriptIn({
    'tsconfig.json': JSON.stringify({ extends: Array(9).fill('./tsconfig.json') }),
    'a.ts': '',
  });
  assert.equal(find('b.ts', 'a'), undefined);
  assert.equal(find('b.ts', './a'), 'a.ts');
});
