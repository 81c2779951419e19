// What holds whatever the files say: a warm project answers like a cold one, the order of files does not matter, fingerprints
// outlive moves and reformatting, and half-written code never breaks a check.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { languageOf } from '../../server/src/host/languages.ts';
import { memoryFileSystem, overlay } from '../../server/src/host/memory.ts';
import { type Engine, openWorkspace, type Workspace } from '../../server/src/workspace.ts';
import { builtEngine, checkAll, drain } from './workspaces.ts';

const flows = join('test', 'fixtures', 'flows');
const root = '/w';

/** Files of a workspace by absolute path. Edited in place: the file systems below read it at every call. */
type Files = Map<string, string>;

/** The files of a fixture, in memory. */
function fixture(name: string): Files {
  const folder = join(flows, name);
  const names = readdirSync(folder, { recursive: true }).map((path) => String(path).replaceAll('\\', '/'));
  return new Map(
    names
      .filter((path) => statSync(join(folder, path)).isFile())
      .sort()
      .map((path) => [`${root}/${path}`, readFileSync(join(folder, path), 'utf8')]),
  );
}

function open(engine: Engine, files: Files, once = false): Workspace {
  const live = overlay(memoryFileSystem(new Map()), files);
  const workspace = openWorkspace(engine, live, [root], { today: '2026-01-01', once });
  drain(workspace.load());
  return workspace;
}

/** Everything that a door could show, as text that compares. */
function shown(workspace: Workspace): string {
  const { findings, suppressed, problems, coverage } = checkAll(workspace.project);
  return JSON.stringify({ findings, suppressed, problems, origins: coverage.origins, gaps: coverage.gaps }, null, 1);
}

// Warm equals cold --------------------------------------------------------------------------------------------------------

/** Numbers in [0, 1) that are the same at every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Changes the files and answers which paths changed and what was done. */
function edit(files: Files, random: () => number): { readonly paths: readonly string[]; readonly what: string } {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const sources = [...files.keys()].filter((path) => languageOf(path) !== undefined).sort();
  const path = pick(sources);
  const text = files.get(path)!;
  const lines = text.split('\n');
  const line = Math.floor(random() * lines.length);
  const kind = random();
  const changed = (text: string, what: string) => {
    files.set(path, text);
    return { paths: [path], what: `${path}:${line + 1} ${what}` };
  };
  if (kind < 0.1) {
    lines.splice(line, 0, '', '');
    return changed(lines.join('\n'), 'blank lines');
  }
  if (kind < 0.35) {
    lines.splice(line, 1);
    return changed(lines.join('\n'), 'deleted');
  }
  if (kind < 0.55) {
    const copied = Math.floor(random() * lines.length);
    lines.splice(line, 0, lines[copied]!);
    return changed(lines.join('\n'), `copied from ${copied + 1}`);
  }
  const names = text.match(/\b[a-z_]{4,}\b/g) ?? ['none'];
  const name = pick(names);
  if (kind < 0.75) {
    // One name, and the text of a string, for another that stands in the file.
    const other = pick(names);
    lines[line] = lines[line]!.replace(/\b[a-z_]{4,}\b/, other);
    return changed(lines.join('\n'), `now says ${other}`);
  }
  if (kind < 0.85) return changed(text.replaceAll(name, `${name}_x`), `${name} renamed`);
  const moved = path.replace(/(\w+)\.(\w+)$/, '$1_moved.$2');
  files.delete(path);
  files.set(moved, text);
  return { paths: [path, moved], what: `${path} moved to ${moved}` };
}

const edited = [
  'other-module/python-imports',
  'other-module/python-package',
  'other-module/typescript-barrel',
  'other-module/javascript-commonjs',
  'class-attributes/typescript',
  'concurrency-helper/python',
  'concurrency-helper/typescript',
  'globals/python',
  'inheritance/python',
  'artifacts/languages',
  'notebook/python',
  'component/svelte',
];

for (const [number, name] of edited.entries())
  test(`warm equals cold: ${name}`, async () => {
    const engine = await builtEngine();
    const random = randomNumbers(number + 1);
    const files = fixture(name);
    const original = new Map(files);
    const warm = open(engine, files);
    const answers = new Set([shown(warm)]);
    const done: string[] = [];
    for (let i = 0; i < 8; i++) {
      const { paths, what } = edit(files, random);
      done.push(what);
      warm.reread(paths);
      const answer = shown(warm);
      answers.add(answer);
      assert.equal(answer, shown(open(engine, files, true)), `after ${done.join(', ')}`);
    }
    assert.ok(answers.size > 1, `these edits change nothing, choose another seed: ${done.join(', ')}`);
    // Undo everything.
    const paths = [...new Set([...files.keys(), ...original.keys()])];
    files.clear();
    for (const [path, text] of original) files.set(path, text);
    warm.reread(paths);
    assert.equal(shown(warm), shown(open(engine, files, true)), 'after all was undone');
  });

test('warm equals cold in every other fixture', async () => {
  const engine = await builtEngine();
  const random = randomNumbers(17);
  for (const topic of readdirSync(flows))
    for (const name of readdirSync(join(flows, topic)).map((folder) => `${topic}/${folder}`)) {
      if (edited.includes(name) || !statSync(join(flows, name)).isDirectory()) continue;
      const files = fixture(name);
      const warm = open(engine, files);
      shown(warm);
      const done: string[] = [];
      for (let i = 0; i < 3; i++) {
        const { paths, what } = edit(files, random);
        done.push(what);
        warm.reread(paths);
        assert.equal(shown(warm), shown(open(engine, files, true)), `${name} after ${done.join(', ')}`);
      }
    }
});

test('what was opened for one check finds all anew after a change', async () => {
  const engine = await builtEngine();
  const random = randomNumbers(5);
  for (const name of edited) {
    const files = fixture(name);
    const single = open(engine, files, true);
    shown(single);
    for (let i = 0; i < 3; i++) {
      const { paths, what } = edit(files, random);
      single.reread(paths);
      assert.equal(shown(single), shown(open(engine, files)), `${name} after ${what}`);
    }
  }
});

test('what an edited file is not on the way to stays the same object', async () => {
  const engine = await builtEngine();
  const helper = `${root}/saving.py`;
  const files: Files = new Map([
    [helper, 'def save(text):\n    with open("far_sft.jsonl", "a") as out:\n        out.write(text)\n'],
    [
      `${root}/ask.py`,
      `from openai import OpenAI
from saving import save
answer = OpenAI().chat.completions.create(model="gpt-4o", messages=[]).choices[0].message.content
save(answer)
with open("near_sft.jsonl", "a") as out:
    out.write(answer)
`,
    ],
  ]);
  const warm = open(engine, files);
  const sinks = () => {
    const [only, ...others] = checkAll(warm.project).observations;
    assert.deepEqual(others, []);
    const found = (path: string) => only!.sinks.find(({ write }) => write.path === path)!;
    return { far: found(helper), near: found(`${root}/ask.py`), origin: only!.origin };
  };
  const before = sinks();
  files.set(helper, `\n${files.get(helper)}`);
  warm.reread([helper]);
  const after = sinks();
  assert.equal(after.far.write.start, before.far.write.start + 1);
  assert.equal(after.near, before.near);
  assert.equal(after.origin, before.origin);
});

test('an overlay equals the file it stands for', async () => {
  const engine = await builtEngine();
  const files = fixture('same-file-helper/python');
  const path = `${root}/collect.py`;
  const text = files.get(path)!;
  const plain = shown(open(engine, files, true));
  files.set(path, '# nothing yet\n');
  const warm = open(engine, files);
  warm.overlay(path, text);
  assert.equal(shown(warm), plain);
  warm.overlay(path, undefined);
  assert.equal(shown(warm), shown(open(engine, files, true)));
});

test('a file may go between the search and the judging', async () => {
  const engine = await builtEngine();
  const files = fixture('class-attributes/python');
  const warm = open(engine, files);
  const [path] = checkAll(warm.project).findings.map(({ place }) => place.path);
  assert.ok(path);
  const check = warm.project.check();
  let step = check.next();
  while (!step.done && step.value.phase !== 'judging') step = check.next();
  files.delete(path);
  warm.reread([path]);
  step = check.next();
  assert.ok(step.done, 'the check goes on to its end');
  assert.equal(shown(warm), shown(open(engine, files, true)));
});

// Depth -------------------------------------------------------------------------------------------------------------------

test('a model call is found through hundreds of wrappers', async () => {
  const engine = await builtEngine();
  const count = 300;
  const wrappers = (first: string, wrapper: (n: number) => string): string =>
    first + Array.from({ length: count }, (_, n) => wrapper(n + 1)).join('');
  const classes = wrappers(
    `from openai import OpenAI
import json
class C0:
    def __init__(self, client):
        self.inner = client
    def ask(self, text):
        answer = self.inner.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
        return answer.choices[0].message.content
`,
    (n) => `class C${n}:
    def __init__(self, client):
        self.inner = C${n - 1}(client)
    def ask(self, text):
        return self.inner.ask(text)
`,
  );
  const callbacks = wrappers(
    `import fs from 'node:fs';
import OpenAI from 'openai';
const c0 = (run) => run();
`,
    (n) => `const c${n} = (run) => c${n - 1}(() => run());\n`,
  );
  const files: Files = new Map([
    [
      `${root}/classes.py`,
      `${classes}client = C${count}(OpenAI())
with open("sft.jsonl", "w") as out:
    for prompt in open("prompts.txt"):
        out.write(json.dumps({"prompt": prompt, "completion": client.ask(prompt)}) + "\\n")
`,
    ],
    [
      `${root}/callbacks.mjs`,
      `${callbacks}const client = new OpenAI();
for (const prompt of fs.readFileSync('prompts.txt', 'utf8').split('\\n')) {
  const messages = [{ role: 'user', content: prompt }];
  const answer = await c${count}(() => client.chat.completions.create({ model: 'gpt-4o', messages }));
  fs.appendFileSync('sft.jsonl', JSON.stringify({ prompt, completion: answer.choices[0].message.content }) + '\\n');
}
`,
    ],
  ]);
  const { findings, coverage } = checkAll(open(engine, files).project);
  assert.deepEqual(findings.map(({ rule, place }) => `${rule} ${place.path}`).sort(), [
    `training/persist-output ${root}/callbacks.mjs`,
    `training/persist-output ${root}/classes.py`,
    `volume/bulk-query ${root}/callbacks.mjs`,
    `volume/bulk-query ${root}/classes.py`,
  ]);
  assert.deepEqual(coverage.assumed, []);
});

// Order -------------------------------------------------------------------------------------------------------------------

test('the order in which files come does not matter', async () => {
  const engine = await builtEngine();
  const random = randomNumbers(7);
  for (const name of edited) {
    const files = fixture(name);
    const expected = shown(open(engine, files, true));
    const workspace = open(engine, files);
    const paths = [...files.keys()].filter((path) => languageOf(path) !== undefined);
    for (let round = 0; round < 3; round++) {
      workspace.project.update(paths.map((path) => ({ path, bytes: undefined })));
      const mixed = paths
        .map((path) => ({ path, order: random() }))
        .sort((a, b) => a.order - b.order)
        .map(({ path }) => path);
      // One by one, with a check in between: what was found of half a workspace must not stay.
      for (const [i, path] of mixed.entries()) {
        workspace.project.update([{ path, bytes: new TextEncoder().encode(files.get(path)!) }]);
        if (i === 0) shown(workspace);
      }
      assert.equal(shown(workspace), expected, `${name}: ${mixed.join(', ')}`);
    }
  }
});

// Fingerprints ------------------------------------------------------------------------------------------------------------

interface Rewrite {
  readonly what: string;
  readonly file: string;
  readonly change: (text: string) => string;
}

const rewrites: readonly Rewrite[] = [
  { what: 'lines above', file: 'collect.py', change: (text) => `# One.\n# Two.\n\n${text}` },
  { what: 'names above', file: 'collect.py', change: (text) => `import zlib\nunused = zlib.crc32(b"")\n${text}` },
  { what: 'another indentation', file: 'collect.py', change: (text) => text.replaceAll('    ', '  ') },
  { what: 'a function moved', file: 'collect.py', change: (text) => moved(text, 'def tidy', 'def main', 'def ask') },
  { what: 'Windows line ends', file: 'collect.py', change: (text) => text.replaceAll('\n', '\r\n') },
  {
    what: 'a call on one line',
    file: 'collect.py',
    change: (text) => text.replace(/create\([\s\S]*?\n {4}\)/, (call) => call.replace(/\s*\n\s*/g, ' ')),
  },
  { what: 'lines above', file: 'collect.ts', change: (text) => `// One.\n// Two.\n\n${text}` },
  {
    what: 'names above',
    file: 'collect.ts',
    change: (text) => `import zlib from 'node:zlib';\nzlib.crc32('');\n${text}`,
  },
  { what: 'tabs', file: 'collect.ts', change: (text) => text.replaceAll('  ', '\t') },
  { what: 'other quotes', file: 'collect.ts', change: (text) => text.replaceAll("'", '"') },
  { what: 'no semicolons', file: 'collect.ts', change: (text) => text.replaceAll(/;$/gm, '') },
  {
    what: 'a function moved',
    file: 'collect.ts',
    change: (text) => moved(text, 'function tidy', 'async function main', 'async function ask'),
  },
];

/** Text with the part from `from` up to `to` moved before `before`. */
function moved(text: string, from: string, to: string, before: string): string {
  const start = text.indexOf(from);
  const end = text.indexOf(to);
  const target = text.indexOf(before);
  assert.ok(target >= 0 && target < start && start < end, 'the fixture has changed: choose other functions');
  return text.slice(0, target) + text.slice(start, end) + text.slice(target, start) + text.slice(end);
}

for (const { what, file, change } of rewrites)
  test(`fingerprints survive: ${what}, ${file}`, async () => {
    const engine = await builtEngine();
    const files = fixture(`same-file-helper/${file.endsWith('.py') ? 'python' : 'typescript'}`);
    const prints = () => {
      const { findings } = checkAll(open(engine, files).project);
      return findings.map(({ rule, fingerprint, confidence }) => `${rule} ${confidence} ${fingerprint}`);
    };
    const before = prints();
    assert.ok(before.length >= 2, 'the fixture has findings');
    const path = `${root}/${file}`;
    const text = change(files.get(path)!);
    assert.notEqual(text, files.get(path));
    files.set(path, text);
    assert.deepEqual(prints(), before);
  });

// Half-written code -------------------------------------------------------------------------------------------------------

const step = 7;

for (const [name, file] of [
  ['class-attributes/python', 'generator.py'],
  ['concurrency/typescript', 'gathered.ts'],
  ['component/vue', 'Collector.vue'],
] as const)
  test(`every beginning of ${name}/${file} is checked without a crash`, async () => {
    const files = fixture(name);
    const path = `${root}/${file}`;
    const text = files.get(path)!;
    const workspace = open(await builtEngine(), files);
    for (let end = 0; end <= text.length; end += step) {
      files.set(path, text.slice(0, end));
      workspace.reread([path]);
      assert.doesNotThrow(() => checkAll(workspace.project), `the first ${end} characters`);
    }
  });
