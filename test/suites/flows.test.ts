// Every folder test/fixtures/flows/<topic>/<case> is a small project; its files say on which lines what is found.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { languageOf } from '../../server/src/host/languages.ts';
import { differences } from './fixtures.ts';
import { builtEngine, checkAll, foundIn, openFolder } from './workspaces.ts';

const flows = join('test', 'fixtures', 'flows');

for (const topic of foldersIn(flows))
  for (const name of foldersIn(join(flows, topic)))
    test(`${topic}/${name}`, async () => {
      const folder = join(flows, topic, name);
      const { root, workspace } = openFolder(await builtEngine(), folder);
      const { findings } = checkAll(workspace.project);
      const problems = sourcesIn(folder).flatMap((file) => {
        const path = `${root}/${file}`;
        // The text that was analysed: of a notebook its cells, of a component its script.
        const text = workspace.project.source(path)?.text;
        assert.ok(text !== undefined, `${file} is not read`);
        // What is of low confidence is not shown by default.
        const shown = findings.filter((f) => f.place.path === path && f.confidence !== 'low');
        return differences(
          file,
          text,
          shown.map((finding) => foundIn(text, finding)),
        );
      });
      assert.ok(problems.length === 0, `\n  ${problems.join('\n  ')}`);
    });

test('what is found does not depend on what was asked before', async () => {
  const engine = await builtEngine();
  for (const topic of foldersIn(flows))
    for (const name of foldersIn(join(flows, topic))) {
      const { workspace } = openFolder(engine, join(flows, topic, name));
      const found = () => {
        const { findings, coverage } = checkAll(workspace.project);
        return { findings, parsed: coverage.parsed.map(({ path }) => path) };
      };
      const cold = found();
      // The last unit goes first, and those before it are given what it asked.
      const last = cold.parsed.at(-1);
      if (last === undefined) continue;
      const text = workspace.project.source(last)!.text;
      workspace.overlay(last, `${text}\n`);
      found();
      workspace.overlay(last, undefined);
      assert.deepEqual(found(), cold, `${topic}/${name}`);
    }
});

test('volume says where what is walked is handed in, where that is made if it can be told', async () => {
  const { root, workspace } = openFolder(await builtEngine(), join(flows, 'volume', 'python'));
  const path = `${root}/handed_in.py`;
  const text = workspace.project.source(path)!.text;
  const found = checkAll(workspace.project).findings.find(
    (f) => f.rule === 'volume/bulk-query' && f.place.path === path,
  );
  const handed = found?.flow.filter((step) => step.why.includes('handed in')).map(({ place }) => place);
  assert.deepEqual(
    handed?.map(({ start, end }) => text.slice(start, end)),
    ['answer_all(questions)', 'keep(json.load(file))'],
  );
});

test('who else answers at a place is named', async () => {
  const { root, workspace } = openFolder(await builtEngine(), join(flows, 'provider', 'meeting'));
  const said = checkAll(workspace.project)
    .findings.filter(({ place }) => place.path === `${root}/either.py`)
    .map(({ message }) => /Answers of \S.* come here as well\.$/.exec(message)?.[0]);
  assert.deepEqual(said, [
    'Answers of a local model (deepseek-ai/DeepSeek-V3.1) come here as well.',
    'Answers of a local model (deepseek-ai/DeepSeek-V3.1) come here as well.',
    'Answers of a local model (deepseek-ai/DeepSeek-V3.1) come here as well.',
    'Answers of OpenAI (gpt-4o) come here as well.',
    undefined,
  ]);
});

test('model calls whose answers meet in one row tell one story, and name each other', async () => {
  const { root, workspace } = openFolder(await builtEngine(), join(flows, 'records', 'stories'));
  const { findings } = checkAll(workspace.project);
  const of = (name: string) => findings.filter(({ place }) => place.path === `${root}/${name}`);
  const stories = (name: string) => [...new Set(of(name).map(({ story }) => story))];
  assert.equal(stories('chained.py').length, 1);
  assert.deepEqual(
    of('chained.py').map(({ related }) => related.map(({ rule }) => rule).sort()),
    [
      ['training/persist-output', 'volume/bulk-query'],
      ['training/persist-output', 'volume/bulk-query'],
      ['volume/bulk-query', 'volume/bulk-query'],
    ],
  );
  assert.equal(stories('apart.py').length, 2);
  for (const { changes } of findings) assert.notDeepEqual(changes, []);
});

test('what is assumed on the way to a finding is counted, and leaves coverage complete', async () => {
  const { workspace } = openFolder(await builtEngine(), join(flows, 'provider', 'meeting'));
  const { coverage } = checkAll(workspace.project);
  assert.deepEqual(coverage.assumed, [
    'elsewhere.polish.polished returns what it is given',
    'which of the functions in ways is called is decided at run time',
  ]);
  assert.deepEqual(coverage.bounds, []);
  assert.equal(coverage.complete, true);
});

test('several credentials are followed back to where they are made', async () => {
  const { root, workspace } = openFolder(await builtEngine(), join(flows, 'evasion', 'typescript'));
  const path = `${root}/minted.ts`;
  const text = workspace.project.source(path)!.text;
  const found = checkAll(workspace.project).findings.find((f) => f.place.path === path);
  const first = text.slice(0, found?.flow[0]?.place.start);
  assert.equal(first.slice(first.lastIndexOf('\n') + 1).trim(), 'const minted = await Promise.all(Array.from(');
});

test('the example has a few findings, and none where it only answers people', async () => {
  const { root, workspace } = openFolder(await builtEngine(), join('test', 'example'));
  const { findings, coverage } = checkAll(workspace.project);
  const places = findings
    .filter((f) => f.confidence !== 'low' && f.level !== 'permitted')
    .map((f) => `${f.rule} ${f.place.path.slice(root.length + 1)}`);
  assert.ok(places.length >= 3 && places.length <= 5, places.join('\n'));
  assert.deepEqual(
    places.filter((place) => !place.includes(' tuning/')),
    [],
  );
  assert.ok(coverage.origins >= 5 && coverage.complete, 'the chat is looked at, too');
});

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Sources below a folder, '/'-separated. */
function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => languageOf(name) !== undefined)
    .sort();
}
