// What a finding tells beside that it is one: the way that is shown, its story, and what it assumes.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import type { Finding } from '../../server/src/policy/finding.ts';
import { builtEngine, checkAll, openFolder } from './workspaces.ts';

const flows = join('test', 'fixtures', 'flows');

/** What is found in a fixture, and the text of places in it. */
async function found(...folder: readonly string[]) {
  const { root, workspace } = openFolder(await builtEngine(), join(flows, ...folder));
  const { findings, coverage } = checkAll(workspace.project);
  const textOf = ({ path, start, end }: Finding['place']): string =>
    workspace.project.source(path)!.text.slice(start, end);
  const inFile = (name: string) => findings.filter(({ place }) => place.path === `${root}/${name}`);
  return { inFile, coverage, textOf };
}

test('where reasoning is kept beside the answer, its own way is shown, and others name what is kept', async () => {
  const { inFile, textOf } = await found('reasoning', 'ways');
  for (const [file, own, other] of [
    ['summaries.ts', 'thoughts', 'answer'],
    ['columns.py', 'steps', 'final'],
  ] as const) {
    const kept = inFile(file).find(({ rule }) => rule === 'training/capture-reasoning')!;
    const shown = kept.flow.map(({ place }) => textOf(place));
    assert.ok(shown.includes(own), `${file}: ${shown.join('\n')}`);
    assert.ok(!shown.includes(other), `${file}: ${shown.join('\n')}`);
    const said = inFile(file).flatMap(({ related }) => related.filter(({ rule }) => rule === kept.rule));
    assert.deepEqual(
      [...new Set(said.map(({ message }) => message))],
      ['Reasoning of a model is kept as training data'],
    );
  }
});

test('a bound that was reached on the way is said of what is found and of the whole', async () => {
  const nested = await found('bounds', 'nested');
  const deep = 'what stands deeper than 5 levels, or beside many others, is not told apart';
  const assumed = nested.inFile('tree.py').map(({ assumptions }) => assumptions.includes(deep));
  assert.deepEqual(assumed, [true, true, false, false]);
  assert.deepEqual(nested.coverage.bounds, [deep]);
  assert.equal(nested.coverage.complete, false);

  const shared = await found('bounds', 'shared');
  const { bounds } = shared.coverage;
  assert.match(bounds.join('\n'), /^how often it is asked was looked at through \d+ .*; there are more$/);
  for (const { assumptions } of shared.inFile('helpers.py')) assert.ok(assumptions.includes(bounds[0]!));

  const many = await found('bounds', 'many');
  assert.deepEqual(many.coverage.bounds, [
    'what is answered comes to one place by more than 24 ways; the rest was not looked at',
    'what is written is read in more than 24 places; the rest was not followed',
  ]);

  const wrapped = await found('bounds', 'wrapped');
  assert.deepEqual(wrapped.coverage.bounds, []);
});

test('a call that is asked what another has answered tells the same story, wherever their answers go', async () => {
  const { inFile } = await found('records', 'pipeline');
  for (const [file, stories] of [
    ['questions.py', 1],
    ['rewritten.ts', 1],
    ['beside.py', 2],
  ] as const) {
    const here = inFile(file);
    assert.equal(new Set(here.map(({ story }) => story)).size, stories, file);
    const kept = here.filter(({ rule }) => rule === 'training/persist-output');
    const named = kept.map(({ related }) => related.filter(({ rule }) => rule === 'training/persist-output').length);
    assert.deepEqual(named, stories === 1 ? [1, 1] : [0, 0], file);
  }
});
