// The reports: what they say, in which form, and that it does not depend on anything but the result.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import type { Location, Log, Result } from 'sarif';
import { lineStarts } from '../../server/src/base/text.ts';
import type { Finding } from '../../server/src/policy/finding.ts';
import type { CheckResult } from '../../server/src/project.ts';
import { isComplete } from '../../server/src/report/coverage.ts';
import { codeFrame, codeLine } from '../../server/src/report/frame.ts';
import { renderJson } from '../../server/src/report/json.ts';
import { secretsIn } from '../../server/src/report/mask.ts';
import { renderPretty } from '../../server/src/report/pretty.ts';
import { countFindings, problemFindings, type Sources } from '../../server/src/report/report.ts';
import { renderSarif } from '../../server/src/report/sarif.ts';
import { displayWidth, visible } from '../../server/src/report/terminal.ts';
import {
  clause,
  coverageOf,
  findingAt,
  notebookOf,
  options,
  placeOf,
  resultOf,
  root,
  sourcesOf,
} from './report-samples.ts';

const path = `${root}/src/make data.py`;
const text =
  'import acme\n\ndef ask(q):\n\treturn acme.ask(q)\n\nwith open("train.jsonl") as f:\n\tf.write(ask("héllo 😀"))\n';
const place = placeOf(path, text, 'f.write(ask("héllo 😀"))');
const source = placeOf(path, text, 'acme.ask(q)');
const story: readonly Finding[] = [
  findingAt(place, {
    flow: [
      { place: source, role: 'source', name: 'acme.ask', why: 'acme.ask answers' },
      { place, role: 'sink', name: 'write', why: 'reaches write' },
    ],
    related: [{ place: source, message: 'A model is queried in bulk', rule: 'volume/bulk-query' }],
  }),
  findingAt(source, { rule: 'volume/bulk-query', level: 'note', clauses: [], flow: [] }),
];
const sources = sourcesOf({ [path]: text });

test('a frame shows the lines around a place, and points at it', () => {
  assert.deepEqual(frame(text, 'ask("héllo 😀")'), [
    '  5 |',
    '  6 | with open("train.jsonl") as f:',
    '> 7 |     f.write(ask("héllo 😀"))',
    '    |             ^^^^^^^^^^^^^^^',
  ]);
  assert.deepEqual(frame('a\r\nbc\r\nd', 'c'), ['  1 | a', '> 2 | bc', '    |  ^', '  3 | d']);
  assert.deepEqual(frame('f(\n  1,\n  2,\n  3,\n  4,\n  5,\n)', 'f(\n  1,\n  2,\n  3,\n  4,\n  5,\n)').slice(0, 6), [
    '> 1 | f(',
    '    | ^^',
    '> 2 |   1,',
    '> 3 |   2,',
    '> 4 |   3,',
    '  5 |   4,',
  ]);
  assert.deepEqual(frame('', ''), ['> 1 |', '    | ^']);
  assert.deepEqual(codeFrame(prepared('abc'), { path, start: 2, end: 9 }, look), []);
});

test('a frame keeps carets under wide characters, spread tabs and hidden keys', () => {
  assert.deepEqual(frame('\tx = "日本" + y', 'y'), ['> 1 |     x = "日本" + y', '    |                  ^']);
  assert.deepEqual(frame('f(api_key="hunter2hunter2", b=1)', 'b=1'), [
    '> 1 | f(api_key="***", b=1)',
    '    |                  ^^^',
  ]);
  assert.deepEqual(frame('f(api_key="hunter2hunter2", b=1)', 'hunter2'), [
    '> 1 | f(api_key="***", b=1)',
    '    |            ^^^',
  ]);
});

test('a frame cuts a long line around the place', () => {
  const long = `${'a = 1; '.repeat(60_000)}write(b); ${'c = 2; '.repeat(60_000)}`;
  const [line, carets] = frame(long, 'write(b)');
  assert.match(line!, /^> 1 \| ….*write\(b\).*…$/);
  assert.equal(line!.indexOf('write(b)'), carets!.indexOf('^'));
  assert.match(carets!, /^ {4}\| +\^{8}$/);
  assert.ok(line!.length <= 80, line);
  assert.equal(codeLine(prepared('    x = 1'), { path, start: 4, end: 5 }, 40), 'x = 1');
  assert.match(codeLine(prepared(long), placeOf(path, long, 'write(b)'), 40), /^…(?=.*write\(b\)).{38}…$/);
});

test('a frame of a notebook stays within the cell and counts its lines', () => {
  const notebook = notebookOf(`${root}/n.ipynb`, ['a = 1\nb = 2', 'c = 3\nd = 4']);
  const at = { source: notebook, starts: lineStarts(notebook.text), secrets: [] };
  assert.deepEqual(codeFrame(at, placeOf(path, notebook.text, 'c'), look), ['> 1 | c = 3', '    | ^', '  2 | d = 4']);
});

test('nothing of an analysed file acts on a terminal', () => {
  const evil = '\u001b[31mred\u001b]0;t\u0007 \u009b2J \u202etxet\u2066 \u0000 \u200b \ud800 a\rb';
  const file = `${root}/\u001b[2J\n.py`;
  const code = `x = "${evil}"\n`;
  const finding = findingAt(placeOf(file, code, 'x'), { message: evil, assumptions: [evil], model: evil });
  const skipped = [{ path: file, reason: `broken: ${evil}` }];
  const result = resultOf([finding], { coverage: coverageOf({ skipped, assumed: [evil] }) });
  for (const render of [renderPretty, renderJson, renderSarif]) {
    const out = render(result, sourcesOf({ [file]: code }), options);
    assert.doesNotMatch(out, unsafe, render.name);
  }
  assert.equal(visible('a\u001b[1mb\tc\nd'), 'a\\x1b[1mb c\\nd');
  assert.equal(displayWidth('a日😀é'), 6);
});

test('the report for people', () => {
  const out = renderPretty(resultOf(story), sources, options);
  assert.match(out, /^src\/make data\.py:4:9: note: .* \[volume\/bulk-query\]$/m);
  assert.match(
    out,
    /^src\/make data\.py:7:2: warning: Output of acme-1 .* section 4\.2\. \[training\/persist-output\]$/m,
  );
  assert.match(out, /^ {2}> 7 \| {5}f\.write\(ask\("héllo 😀"\)\)$/m);
  assert.match(out, /1\. acme\.ask answers \(source\) src\/make data\.py:4:9\n {7}\| return acme\.ask\(q\)/);
  assert.match(
    out,
    /Acme Terms of Service, section 4\.2: prohibited \(training a competing model; acme\.terms\.rivals\)/,
  );
  assert.match(out, /https:\/\/acme\.example\/terms, in force since 2026-01-01, as of 2026-08-22/);
  assert.match(out, /1 warning and 1 note in 1 story\.\nLooked at 3 files \(1\.2 kB\); 1 parsed, 1 origin followed\./);
  assert.match(out, /Terms as of 2026-11-23; .* Information, not legal advice\.\n$/);
  assert.doesNotMatch(out, unsafe);
  assert.match(
    renderPretty(resultOf(story), sources, { ...options, color: true }),
    new RegExp(`${escapeSign}\\[33mwarning`),
  );
  assert.doesNotMatch(renderPretty(resultOf(story), sources, { ...options, snippets: false }), /f\.write/);
  assert.match(renderPretty(resultOf([]), sources, options), /^No findings\.\n/);
  const brief = renderPretty(resultOf(story), sources, { ...options, brief: true });
  assert.doesNotMatch(brief, /Looked at/);
});

test('the report for people counts what it does not show', () => {
  const permitted = findingAt(place, { level: 'permitted', message: 'A permitted use.' });
  const out = renderPretty(
    resultOf([permitted], { suppressed: [{ finding: story[0]!, reason: 'own model' }] }),
    sources,
    options,
  );
  assert.doesNotMatch(out, /A permitted use/);
  assert.match(out, /Not shown: 1 use permitted, 1 finding suppressed by comments/);
});

test('JSON holds the whole finding, in offsets and in lines', () => {
  const report = JSON.parse(renderJson(resultOf(story), sources, options));
  assert.equal(report.schema, 'distillint-report/1');
  assert.equal(report.disclaimer, 'Information, not legal advice.');
  assert.equal(report.termsAsOf, '2026-11-23');
  assert.deepEqual(report.summary, {
    warnings: 1,
    notes: 1,
    permitted: 0,
    warningStories: 1,
    stories: 1,
    suppressed: 0,
  });
  const [bulk, persist] = report.results;
  assert.deepEqual([bulk.rule, persist.rule], ['volume/bulk-query', 'training/persist-output']);
  const { place: at, ...rest } = persist;
  assert.deepEqual(at, {
    ...{ path: 'src/make data.py', start: place.start, end: place.end },
    ...{ line: 7, column: 2, endLine: 7, endColumn: 26, snippet: 'f.write(ask("héllo 😀"))' },
  });
  for (const key of Object.keys(story[0]!)) if (key !== 'place') assert.ok(key in rest, key);
  assert.deepEqual(rest.clauses, [clause]);
  assert.equal(rest.flow[0].place.line, 4);
  assert.equal(report.coverage.complete, true);
  const bare = renderJson(resultOf(story), sources, { ...options, snippets: false });
  assert.doesNotMatch(bare, /snippet/);
});

test('a notebook has cells in JSON and SARIF, and the region is in the file', () => {
  const notebook = notebookOf(`${root}/n.ipynb`, ['a = 1\nb = 2', 'c = 3\nd = write()']);
  const finding = findingAt(placeOf(notebook.path, notebook.text, 'write()'));
  const texts = sourcesOf({ [notebook.path]: notebook });
  const [result] = JSON.parse(renderJson(resultOf([finding]), texts, options)).results;
  const { cell, line, column, file } = result.place;
  assert.deepEqual({ cell, line, column }, { cell: 3, line: 2, column: 5 });
  assert.deepEqual(file, { line: 22, column: 10, endLine: 22, endColumn: 17 });
  const [location] = sarif(resultOf([finding]), texts).runs[0]!.results![0]!.locations!;
  assert.deepEqual(location!.properties, { cell: 3, line: 2 });
  const { snippet, ...region } = location!.physicalLocation!.region!;
  assert.deepEqual(region, { startLine: 22, startColumn: 10, endLine: 22, endColumn: 17 });
  assert.equal(snippet!.text, 'write()');
  assert.match(renderPretty(resultOf([finding]), texts, options), /^n\.ipynb:22:10 \(cell 4, line 2\): warning/m);
});

test('SARIF: results, rules, flows and clauses refer to each other', () => {
  const [run] = sarif(resultOf(story)).runs;
  const { rules, supportedTaxonomies } = run!.tool.driver;
  const [bulk, persist] = run!.results as [Result, Result];
  for (const result of run!.results!) assert.equal(rules![result.ruleIndex!]!.id, result.ruleId);
  assert.deepEqual([bulk.level, bulk.kind, persist.level, persist.kind], ['note', 'fail', 'warning', 'fail']);
  assert.match(persist.message.text!, /may conflict with .* Information, not legal advice\.$/);
  assert.deepEqual(persist.partialFingerprints, { 'distillint/v1': story[0]!.fingerprint });
  assert.equal(run!.columnKind, 'utf16CodeUnits');
  const { artifactLocation, region } = persist.locations![0]!.physicalLocation!;
  assert.deepEqual(artifactLocation, { uri: 'src/make%20data.py', uriBaseId: '%SRCROOT%' });
  assert.deepEqual(run!.originalUriBaseIds!['%SRCROOT%']!.uri, 'file:///project/');
  assert.deepEqual([region!.startLine, region!.startColumn, region!.endLine, region!.endColumn], [7, 2, 7, 26]);
  const steps = persist.codeFlows![0]!.threadFlows[0]!.locations;
  assert.deepEqual(
    steps.map(({ location, kinds }) => [location!.physicalLocation!.region!.startLine, location!.message!.text, kinds]),
    [
      [4, 'acme.ask answers', ['source']],
      [7, 'reaches write', ['sink']],
    ],
  );
  assert.equal(persist.relatedLocations![0]!.message!.text, 'A model is queried in bulk');
  const [taxon] = persist.taxa!;
  const taxonomy = run!.taxonomies![taxon!.toolComponent!.index!]!;
  assert.equal(taxonomy.name, supportedTaxonomies![0]!.name);
  assert.equal(taxonomy.taxa![taxon!.index!]!.id, clause.id);
  assert.equal(taxonomy.taxa![taxon!.index!]!.helpUri, clause.url);
  for (const key of ['confidence', 'provider', 'model', 'clauses', 'evidence', 'story'])
    assert.ok(key in persist.properties!, key);
  assert.equal(
    rules![0]!.help!.markdown,
    '# training/persist-output\n\nWhat it finds.\n\nInformation, not legal advice.',
  );
  assert.equal(
    rules![0]!.helpUri,
    'https://github.com/distillint/distillint/blob/main/rules/pages/training/persist-output.md',
  );
  assert.deepEqual(rules![2]!.defaultConfiguration, { enabled: false, level: 'note' });
});

test('SARIF: what is permitted is no problem, and what is suppressed says why', () => {
  const permitted = findingAt(place, { level: 'permitted' });
  const suppressed = [{ finding: findingAt(source), reason: 'agreed in writing' }];
  const results = sarif(resultOf([permitted], { suppressed })).runs[0]!.results!;
  assert.deepEqual(
    results.map(({ kind, level, properties }) => [kind, level, properties!.permitted]),
    [
      ['fail', 'warning', false],
      ['informational', 'none', true],
    ],
  );
  assert.deepEqual(results[0]!.suppressions, [
    { kind: 'inSource', status: 'accepted', justification: 'agreed in writing' },
  ]);
});

test('SARIF: coverage is told in notifications, configuration mistakes too', () => {
  const skipped = [
    { path: `${root}/b.py`, reason: 'unreadable: permission denied' },
    { path: `${root}/dist`, reason: 'ignored: by an ignore file' },
  ];
  const coverage = coverageOf({
    skipped,
    gaps: [{ path, count: 2 }],
    assumed: ['f[0](x) was not resolved', 'g(x) returns what it is given'],
    bounds: ['f[0](x) was not resolved'],
  });
  const mistakes = [{ path: `${root}/distillint.yaml`, line: 3, message: 'no such key' }];
  const log = sarif(resultOf([], { coverage }), sources, { ...options, mistakes });
  const [invocation] = log.runs[0]!.invocations!;
  const told = invocation!.toolExecutionNotifications!.map(({ level, message, locations }) => [
    level,
    message.text,
    uriOf(locations?.[0]),
  ]);
  assert.deepEqual(told.slice(1), [
    ['warning', 'Not analysed: unreadable: permission denied.', 'b.py'],
    ['note', 'Not analysed: ignored: by an ignore file.', 'dist'],
    ['warning', 'Parts of this file were not understood: 2.', 'src/make%20data.py'],
    ['warning', 'f\\[0\\](x) was not resolved', undefined],
    ['note', 'g(x) returns what it is given', undefined],
  ]);
  assert.deepEqual(
    invocation!.toolConfigurationNotifications!.map(({ message, locations }) => [message.text, uriOf(locations?.[0])]),
    [['no such key', 'distillint.yaml']],
  );
  assert.equal(isComplete(coverage), false);
  assert.equal(isComplete(coverageOf({ skipped: skipped.slice(1) })), true);
});

test('SARIF: no path can be mistaken for something else', () => {
  const names = ['a b.py', 'a%20b.py', 'a#b?.py', 'c:d/e.py', 'ü/日本.py', 'a\nb.py', '\ud800.py'];
  for (const name of names) {
    const file = `${root}/${name}`;
    const { uri } = artifact(
      sarif(resultOf([findingAt({ path: file, start: 0, end: 1 })]), sourcesOf({ [file]: 'x' })),
    );
    assert.match(uri!, /^[\w%./-]+$/);
    assert.equal(decodeURIComponent(uri!), name.replace('\ud800', '\ufffd'));
  }
  const outside = artifact(sarif(resultOf([findingAt({ path: 'C:/x y/b.py', start: 0, end: 0 })]), sourcesOf({})));
  assert.deepEqual(outside, { uri: 'file:///C:/x%20y/b.py' });
});

test('the order of findings does not matter, nor that a file is gone', () => {
  const problems = [{ place: source, message: 'The suppression gives no reason.', cure: 'Say why.' }];
  const more = [...story, findingAt({ path: `${root}/gone.py`, start: 3, end: 9 }), ...problemFindings({ problems })];
  for (const render of [renderPretty, renderJson, renderSarif]) {
    const once = render(resultOf(more), sources, options);
    assert.equal(render(resultOf([...more].reverse()), sources, options), once, render.name);
    assert.match(once, /gone\.py/);
    assert.match(once, /The suppression gives no reason\. Say why\./);
  }
});

test('a story counts once', () => {
  const other = findingAt(place, { story: 'story-2', level: 'note' });
  assert.deepEqual(countFindings([...story, other]), {
    warnings: 1,
    notes: 2,
    permitted: 0,
    warningStories: 1,
    stories: 2,
  });
});

const schemaText = readFileSync(join('test', 'schemas', 'sarif-schema-2.1.0.json'));
const validate = validator();

test('the SARIF schema is the published one, and fails on what it forbids', () => {
  const sum = createHash('sha256').update(schemaText).digest('hex');
  assert.match(readFileSync(join('test', 'schemas', 'README.md'), 'utf8'), new RegExp(sum));
  const log = JSON.parse(renderSarif(resultOf(story), sources, options));
  log.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0;
  assert.equal(validate(log), false);
});

const escapeSign = String.fromCharCode(27);
// Control characters but line breaks, and what changes the direction of writing.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069]/;
const look = { context: 2, width: 80, accent: (part: string) => part, faint: (part: string) => part };

function prepared(code: string) {
  return { source: { path, text: code, locate: undefined }, starts: lineStarts(code), secrets: secretsIn(code) };
}

function frame(code: string, piece: string): readonly string[] {
  return codeFrame(prepared(code), placeOf(path, code, piece), look);
}

/** Renders SARIF and checks it against the schema. */
function sarif(result: CheckResult, texts: Sources = sources, how = options): Log {
  const log = JSON.parse(renderSarif(result, texts, how)) as Log;
  assert.ok(validate(log), JSON.stringify(validate.errors, null, 2));
  return log;
}

function artifact(log: Log) {
  return log.runs[0]!.results![0]!.locations![0]!.physicalLocation!.artifactLocation!;
}

function uriOf(location: Location | undefined): string | undefined {
  return location?.physicalLocation?.artifactLocation?.uri;
}

function validator() {
  // The validator reads a later draft, in which an id is `$id`; the words that draft 4 understands otherwise do not occur.
  const { $schema: _, id, ...schema } = JSON.parse(schemaText.toString('utf8'));
  assert.doesNotMatch(schemaText.toString('utf8'), /"exclusiveM(in|ax)imum"|"dependencies"/);
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  return ajv.compile({ $id: id, ...schema });
}
