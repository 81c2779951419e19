// Notices are off by default: they are found where the rule is asked for, they are notes, they say what their source says, and
// nobody else sees them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { differences } from './fixtures.ts';
import { builtEngine, checkAll, foundIn, openFolder } from './workspaces.ts';

const NOTICE = 'provenance/model-notice';
const folders = ['python', 'typescript'].map((language) => join('test', 'fixtures', 'notices', language));

for (const folder of folders) {
  test(`${folder} shows its notices where they are asked for`, async () => {
    const { root, workspace } = openFolder(await builtEngine(), folder, [NOTICE]);
    const { findings } = checkAll(workspace.project);
    const problems = readdirSync(folder).flatMap((file) => {
      const path = `${root}/${file}`;
      const { text } = workspace.project.source(path)!;
      const shown = findings.filter((f) => f.place.path === path && f.confidence !== 'low');
      return differences(
        file,
        text,
        shown.map((finding) => foundIn(text, finding)),
      );
    });
    assert.ok(problems.length === 0, `\n  ${problems.join('\n  ')}`);
  });

  test(`${folder} shows none of them by default`, async () => {
    const { workspace } = openFolder(await builtEngine(), folder);
    assert.deepEqual(
      checkAll(workspace.project).findings.map((f) => f.rule),
      [],
    );
  });
}

test('a notice says its status, its day, who said it and who denied it', async () => {
  const { policy } = await builtEngine();
  const { workspace } = openFolder(await builtEngine(), folders[0]!, [NOTICE]);
  for (const finding of checkAll(workspace.project).findings) {
    const said = finding.evidence.for.map(({ text }) => text);
    const notices = policy.notices.filter(({ title }) => said.some((text) => text.startsWith(title)));
    assert.equal(notices.length, said.length);
    for (const notice of notices) {
      assert.ok(finding.message.includes(notice.title) && finding.message.includes(notice.as_of), finding.message);
      const text = said.find((sentence) => sentence.startsWith(notice.title))!;
      for (const part of [
        notice.summary,
        notice.status.replaceAll('-', ' '),
        notice.as_of,
        notice.said_by,
        notice.denied_by ?? '',
      ])
        assert.ok(text.includes(part), `${text} lacks ${part}`);
    }
  }
});

test('what was reported of an author is not said of a model, and what may be asked instead is', async () => {
  const { workspace } = openFolder(await builtEngine(), folders[0]!, [NOTICE]);
  const { findings } = checkAll(workspace.project);
  const about = (model: string) => findings.find((finding) => finding.model === model)!;
  assert.match(
    about('qwen-max').message,
    /^A notice is on record for Alibaba, and not for its model qwen-max in particular: .*\(alleged as of .*, said by Anthropic, denied by Alibaba, known second-hand\)/,
  );
  assert.match(about('anthropic/fable-5').message, /^A notice is on record for anthropic\/fable-5: /);
  assert.deepEqual(about('openrouter/qwen/qwen3-235b-a22b').assumptions, [
    'it is openrouter/qwen/qwen3-235b-a22b that is asked, and not openrouter/mistralai/mistral-small',
  ]);
  assert.deepEqual(about('qwen-max').assumptions, []);
});

test('the command line turns the rule on by its name', () => {
  const run = (...options: string[]): string =>
    execFileSync(
      process.execPath,
      [join('dist', 'cli.js'), 'scan', ...folders, '--quiet', '--fail-on', 'never', ...options],
      {
        encoding: 'utf8',
      },
    );
  assert.doesNotMatch(run(), /model-notice\]/);
  assert.match(run('--rule', NOTICE), /note: A notice is on record for .*\[provenance\/model-notice\]/);
});
