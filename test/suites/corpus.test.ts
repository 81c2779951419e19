// The tool that compares results with labels, on labels and results made up here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Log, Result } from 'sarif';
import { detectionOf, worseThan } from '../tools/corpus/floors.ts';
import { type LabelledFile, labelsByRepository } from '../tools/corpus/labels.ts';
import { addScore, emptyScore } from '../tools/corpus/score.ts';

interface Made {
  readonly rule?: string;
  readonly level?: Result['level'];
  readonly path?: string;
  readonly cell?: number;
  readonly flow?: readonly number[];
}

/** A result at a line of `app.py`, unless something else is said. */
function result(line: number, made: Made = {}): Result {
  const { rule = 'training/persist-output', level = 'warning', path = 'app.py', cell, flow = [] } = made;
  const location = (startLine: number) => ({
    physicalLocation: { artifactLocation: { uri: path }, region: { startLine } },
    ...(cell === undefined ? {} : { properties: { cell, line: startLine } }),
  });
  return {
    ruleId: rule,
    level,
    message: { text: 'made up' },
    locations: [location(line)],
    codeFlows: [{ threadFlows: [{ locations: flow.map((at) => ({ location: location(at) })) }] }],
  };
}

function scoreOf(files: readonly Partial<LabelledFile>[], results: Result[]) {
  const score = emptyScore();
  const labelled = files.map((file) => ({ repo: 'a/b', kind: 'positive', path: 'app.py', ...file }) as LabelledFile);
  addScore(score, labelled, { version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results }] } as Log);
  return score;
}

test('a site is found by a result of its kind near one of its lines, or by a flow from its source to its sink', () => {
  const found = (line: number, made?: Made) =>
    scoreOf(
      [{ sites: [{ category: 'A', line: 50, altLines: [80], sourceLine: 10, sinkLine: 30 }] }],
      [result(line, made)],
    ).all.found === 1;
  assert.deepEqual(
    [
      found(53),
      found(54),
      found(78),
      found(30),
      found(200),
      found(200, { flow: [11, 29] }),
      found(200, { flow: [11] }),
    ],
    [true, false, true, true, false, true, false],
  );
  assert.ok(found(50, { rule: 'training/capture-reasoning' }), 'of three rules that meet at a place one reports');
  assert.ok(!found(50, { rule: 'volume/bulk-query' }));
  assert.ok(!found(50, { path: 'other.py' }));
});

test('lines of notebooks are those of their cells', () => {
  const sites = [{ category: 'C', line: { cell: 3, line: 5 }, flow: 'cross-file: told', hard: 'a reason' }];
  const found = (cell: number) =>
    scoreOf(
      [{ path: 'a.ipynb', language: 'notebook', sites }],
      [result(5, { rule: 'volume/bulk-query', path: 'a.ipynb', cell })],
    );
  assert.equal(found(4).all.found, 0);
  const score = found(3);
  const one = { found: 1, sites: 1 };
  assert.deepEqual(
    [score.categories, score.flows, score.languages, score.difficulty],
    [{ C: one }, { 'cross-file': one }, { notebook: one }, { hard: one }],
  );
});

test('a benign place is hit by what it looks like, above what it tolerates, and by nothing that a site speaks of', () => {
  const hits = (benign: NonNullable<LabelledFile['benign']>[number], made?: Made) =>
    scoreOf([{ benign: [benign] }], [result(21, made)]).benign.hit;
  assert.equal(hits({ line: 20 }), 1);
  assert.equal(hits({ line: 19 }), 0);
  assert.equal(hits({ line: 20, mimics: 'CE' }), 0);
  assert.equal(hits({ line: 20, tolerate: 'info' }, { level: 'note' }), 0);
  assert.equal(hits({ line: 20, ambiguous: true }), 0);
  assert.equal(scoreOf([{ benign: [{ line: 20 }], sites: [{ category: 'A', line: 22 }] }], [result(21)]).benign.hit, 0);
});

test('what is reported at no label counts in ordinary repositories', () => {
  const results = [result(1), result(2, { level: 'note' }), result(3, { rule: 'provenance/model-notice' })];
  assert.deepEqual(scoreOf([{ kind: 'ordinary' }], results).ordinary, { warnings: 1, notes: 1 });
  assert.deepEqual(scoreOf([{ kind: 'positive' }], results).ordinary, { warnings: 0, notes: 0 });
});

test('floors hold for every share, and for other labels none does', () => {
  const now = (results: Result[], sites = 2) =>
    detectionOf(
      scoreOf(
        [{ sites: Array.from({ length: sites }, (_, i) => ({ category: 'AC'[i % 2]!, line: 10 * i })) }],
        results,
      ),
      1000,
    );
  const floors = now([result(0)]);
  assert.deepEqual(worseThan(floors, now([result(0)])), []);
  const moved = worseThan(floors, now([result(10, { rule: 'volume/bulk-query' })]));
  assert.deepEqual(moved, ['A: 0 found, at least 1 before']);
  assert.equal(worseThan(floors, now([result(0)], 4)).length, 1);
});

test('labels that name nothing are an error', () => {
  assert.throws(() => labelsByRepository('{}'), /a list/);
  assert.throws(() => labelsByRepository('[{"repo": "a/b", "path": null, "sites": [{}]}]'), /entry 0/);
  assert.equal(labelsByRepository('[{"repo": "a/b", "path": null, "sites": []}]').get('a/b')?.length, 1);
});
