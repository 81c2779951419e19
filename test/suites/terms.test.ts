// `distillint terms` as people run it, and the age of clauses in every report.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parse } from 'yaml';
import { filesBelow, memoryFileSystem } from '../../server/src/host/memory.ts';
import { toDiagnostic } from '../../server/src/lsp/findingDiagnostic.ts';
import { daysBetween, isStale } from '../../server/src/policy/ages.ts';
import { renderJson } from '../../server/src/report/json.ts';
import { renderPretty } from '../../server/src/report/pretty.ts';
import { renderSarif } from '../../server/src/report/sarif.ts';
import { openWorkspace } from '../../server/src/workspace.ts';
import { folderWith, runCli } from './built-cli.ts';
import { builtEngine, checkAll, drain } from './workspaces.ts';

const providers = join('rules', 'providers');
const anthropic = readFileSync(join(providers, 'anthropic.yaml'), 'utf8');

test('days are counted over months, leap days and backwards', () => {
  assert.equal(daysBetween('2026-08-22', '2026-08-22'), 0);
  assert.equal(daysBetween('2024-02-28', '2024-03-01'), 2);
  assert.equal(daysBetween('2026-03-28', '2026-03-30'), 2, 'a change of clocks is no day');
  assert.equal(daysBetween('2026-03-02', '2026-03-01'), -1);
  assert.deepEqual(
    [undefined, '2026-01-01', '2026-01-02'].map((day) => isStale(day, '2026-04-02')),
    [true, true, false],
  );
});

test('a clause that was not checked for 90 days is shown as such in every report, and in the editor', async () => {
  const code =
    'import json, anthropic\nclient = anthropic.Anthropic()\nwith open("train.jsonl", "w") as out:\n' +
    '    for q in open("q.txt"):\n        a = client.messages.create(model="claude-sonnet-4-5", messages=[{"role": "user", "content": q}])\n' +
    '        out.write(json.dumps({"prompt": q, "completion": a.content[0].text}))\n';
  const shown = async (today: string) => {
    const files = memoryFileSystem(filesBelow('/w', { 'make.py': code }));
    const workspace = openWorkspace(await builtEngine(), files, ['/w'], { today });
    drain(workspace.load());
    const result = checkAll(workspace.project);
    const source = (path: string) => workspace.project.source(path);
    const options = { version: '0', root: '/w', rules: [], termsAsOf: '2026-11-23', snippets: true, mistakes: [] };
    const diagnostics = result.findings.map(
      (finding) => toDiagnostic(finding, { source, uri: (path) => path })!.message,
    );
    return {
      pretty: renderPretty(result, source, { ...options, color: false, width: 100, brief: false }),
      json: renderJson(result, source, options),
      sarif: renderSarif(result, source, options),
      editor: diagnostics.join('\n'),
    };
  };
  const old = await shown('2030-01-01');
  assert.match(old.pretty, /as of \d{4}-\d\d-\d\d, not checked in the last 90 days/);
  assert.match(old.editor, /not legal advice; the clause was last checked on \d{4}-\d\d-\d\d\)/);
  const [lead] = JSON.parse(old.json).results[0].clauses;
  assert.equal(lead.stale, true);
  const [taxonomy] = JSON.parse(old.sarif).runs[0].taxonomies;
  assert.ok(taxonomy.taxa.every(({ properties }: { properties: { stale: boolean } }) => properties.stale));
  const fresh = await shown(lead.asOf);
  assert.doesNotMatch(fresh.editor, /last checked/);
  assert.equal(JSON.parse(fresh.json).results[0].clauses[0].stale, undefined);
  for (const text of [old.pretty, old.json, old.sarif])
    assert.match(text, /2026-11-23/, 'every report says as of when its terms are');
});

test('terms lists providers, surfaces, stances, documents and ages', () => {
  const { status, stdout } = runCli(['terms']);
  assert.equal(status, 0);
  for (const name of readdirSync(providers)) {
    const { id, surfaces, documents } = parse(readFileSync(join(providers, name), 'utf8'));
    assert.match(stdout, new RegExp(`^${id}  `, 'm'));
    for (const { id: document } of documents) assert.ok(stdout.includes(`  ${document}  `), document);
    for (const { id: surface, kind } of surfaces)
      assert.ok(stdout.includes(`  ${surface} (${kind}): train_competing `), surface);
  }
  assert.match(stdout, /checked \d{4}-\d\d-\d\d, (?:today|\d+ days? ago)/);
  assert.match(stdout, /Terms as of \d{4}-\d\d-\d\d; ages as of \d{4}-\d\d-\d\d\. .*Information, not legal advice\.$/m);
});

test('terms of a provider has every clause, with what it makes of each use', () => {
  const { status, stdout } = runCli(['terms', 'anthropic']);
  assert.equal(status, 0);
  for (const { id, confidence } of parse(anthropic).clauses) {
    assert.ok(stdout.includes(`\n${id}\n`), id);
    assert.ok(stdout.includes(confidence));
  }
  assert.match(stdout, /training a competing model: prohibited anthropic\./);
  const { providers: all, schema } = JSON.parse(runCli(['terms', 'anthropic', '--format', 'json']).stdout);
  assert.equal(schema, 'distillint-terms/1');
  assert.deepEqual(
    all.map(({ id }: { id: string }) => id),
    ['anthropic'],
  );
  assert.equal(all[0].clauses.length, parse(anthropic).clauses.length);
  assert.equal(typeof all[0].clauses[0].stale, 'boolean');
  const unknown = runCli(['terms', 'antropic']);
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /there is no provider antropic\. Did you mean anthropic\?/);
});

test('diff names what came, went and changed, by stance, date, summary and link', () => {
  const file = (clauses: string, link: string, stance: string): string =>
    `id: acme
name: Acme
roles: [api-host]
surfaces:
  - id: api
    kind: api
    stances:
      train_competing: { stance: ${stance}, clauses: [acme.terms.a] }
      train_any: { stance: silent }
      bulk_extraction: { stance: silent }
      evade_limits: { stance: silent }
      reasoning_capture: { stance: silent }
documents:
  - id: acme.terms
    title: Terms
    kind: api-terms
    url: https://acme.example/${link}
    applies_to: everything
    seen: first-hand
    source: [the page]
clauses:${clauses}
`;
  const clause = (id: string, summary: string, checked: string, stance: string): string =>
    `\n  - id: acme.terms.${id}\n    document: acme.terms\n    category: training\n    summary: ${summary}\n    checked: "${checked}"\n    confidence: first-hand\n    stances: { train_competing: ${stance} }`;
  const a = file(
    clause('a', 'No training', '2026-01-01', 'prohibited') + clause('b', 'No resale', '2026-01-01', 'unclear'),
    'old',
    'prohibited',
  );
  const b = file(
    clause('a', 'No competing training', '2026-06-01', 'restricted') + clause('c', 'New', '2026-06-01', 'unclear'),
    'new',
    'restricted',
  );
  const root = folderWith({
    'old/providers/acme.yaml': a,
    'new/acme.yaml': b,
    'bad.yaml': a.replace('kind: api\n', 'kind: apx\n'),
  });
  for (const sides of [
    ['old', 'new'],
    ['old/providers/acme.yaml', 'new/acme.yaml'],
  ]) {
    const { status, stdout } = runCli(['terms', 'diff', ...sides], root);
    assert.equal(status, 1);
    for (const line of [
      '  ~ surface api changed',
      '      stance on train_competing: prohibited -> restricted',
      '      link: https://acme.example/old -> https://acme.example/new',
      '  ~ clause acme.terms.a changed',
      '      summary: No training -> No competing training',
      '      checked: 2026-01-01 -> 2026-06-01',
      '  - clause acme.terms.b removed',
      '  + clause acme.terms.c added',
      '1 added, 1 removed, 3 changed.',
    ])
      assert.ok(stdout.includes(`\n${line}\n`), `${line}\n${stdout}`);
  }
  const same = runCli(['terms', 'diff', 'old', 'old'], root);
  assert.deepEqual([same.status, same.stdout.split('\n')[0]], [0, 'No changes.']);
  const json = JSON.parse(runCli(['terms', 'diff', 'old', 'new', '--format', 'json'], root).stdout);
  assert.deepEqual(
    json.changes.map(({ what, id, change }: Record<string, string>) => `${change} ${what} ${id}`),
    [
      'changed surface api',
      'changed document acme.terms',
      'changed clause acme.terms.a',
      'removed clause acme.terms.b',
      'added clause acme.terms.c',
    ],
  );
  const bad = runCli(['terms', 'diff', 'old', 'bad.yaml'], root);
  assert.equal(bad.status, 2);
  assert.match(
    bad.stderr,
    /bad\.yaml:6: surfaces\[0\]\.kind: found `apx`.*did you mean `api`[\s\S]*nothing was compared/,
  );
  assert.match(runCli(['terms', 'diff', 'old', 'none'], root).stderr, /none cannot be read: it does not exist/);
  assert.match(runCli(['terms', 'diff', 'old'], root).stderr, /missing required argument/);
});

test('our own terms do not differ from themselves', () => {
  const { status, stdout } = runCli(['terms', 'diff', providers, 'rules']);
  assert.equal(status, 0, stdout);
});

test('help teaches, and colours are for terminals alone', () => {
  for (const args of [
    ['terms', '--help'],
    ['terms', 'diff', '--help'],
  ]) {
    const { stdout } = runCli(args);
    assert.match(stdout, /Examples:\n {2}\$ distillint terms/);
    assert.match(stdout, /Exit codes:\n {2}0 /);
    assert.match(stdout, /Information, not legal advice/);
  }
  const colored = (env: Record<string, string>, ...more: string[]): boolean =>
    runCli(['terms', 'xai', ...more], process.cwd(), env).stdout.includes('\u001b[');
  assert.deepEqual(
    [colored({}), colored({ FORCE_COLOR: '1' }), colored({ FORCE_COLOR: '1' }, '--no-color')],
    [false, true, false],
  );
});
