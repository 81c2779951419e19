// The pages of the rules are documentation, hover text and tests in one: every example that a page gives as found is found, and
// every example that it gives as not found is silent.
import assert from 'node:assert/strict';
import test from 'node:test';
import { filesBelow, memoryFileSystem } from '../../server/src/host/memory.ts';
import { openWorkspace } from '../../server/src/workspace.ts';
import { ruleExamples } from './examples.ts';
import { builtEngine, checkAll, drain } from './workspaces.ts';

/** Examples that do not do yet what their page says, and why. An entry that is mended fails until it is taken away. */
const knownGaps: Readonly<Record<string, string>> = {};

const examples = ruleExamples();

for (const { rule, file, found, code } of examples)
  test(`${rule}: ${file} is ${found ? '' : 'not '}found`, async () => {
    const files = memoryFileSystem(filesBelow('/w', { [file]: code }));
    const workspace = openWorkspace(await builtEngine(), files, ['/w'], { today: '2026-01-01', rules: [rule] });
    drain(workspace.load());
    const { findings } = checkAll(workspace.project);
    const rules = [...new Set(findings.filter((f) => f.confidence !== 'low').map((f) => f.rule))].sort();
    const asSaid = found ? rules.includes(rule) : rules.length === 0;
    const reason = knownGaps[`${rule} ${file}`];
    if (reason !== undefined) assert.ok(!asSaid, `mended, take it out of the table: ${reason}`);
    else assert.ok(asSaid, `found ${rules.join(', ') || 'nothing'}`);
  });

test('every rule about a flow has examples of both kinds in both languages', () => {
  for (const rule of new Set(examples.map((example) => example.rule))) {
    const kinds = examples.filter((example) => example.rule === rule);
    for (const extension of ['.py', '.ts'])
      for (const found of [true, false])
        assert.ok(
          kinds.some((example) => example.found === found && example.file.endsWith(extension)),
          `${rule} has no example ${extension} that is ${found ? '' : 'not '}found`,
        );
  }
});

test('the table of gaps names examples that exist', () => {
  const names = examples.map(({ rule, file }) => `${rule} ${file}`);
  assert.deepEqual(
    Object.keys(knownGaps).filter((name) => !names.includes(name)),
    [],
  );
});
