// The language server as any client sees it: a process, and messages over its pipes.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { afterEach } from 'node:test';
import { casesIn, foundIn, markedText, sourcesIn } from '../editor/flows.ts';
import { type Client, type ClientOptions, connect, type Diagnostic, until, uriOf } from '../editor/protocol-client.ts';
import { differences } from './fixtures.ts';

const server = [process.execPath, join('dist', 'server.js'), '--stdio'];
const commandLine = join('dist', 'cli.js');
const flows = join('test', 'fixtures', 'flows');
const fixtures = join(flows, 'editor', 'workspace');
const persist = 'training/persist-output';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** A server that does not answer fails its own test, and not the whole run. */
function check(name: string, run: () => Promise<void>): void {
  test(name, { timeout: 60_000 }, run);
}

/** A client on a copy of the fixtures. */
async function start(options: Partial<ClientOptions> = {}): Promise<{ client: Client; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'distillint-lsp-'));
  cpSync(fixtures, folder, { recursive: true });
  const client = await connect({ command: server, folders: [folder], ...options });
  cleanups.push(() => {
    client.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  return { client, folder };
}

/** What differs from what the fixture itself expects; its text may have been changed since. */
function wrong(text: string, diagnostics: readonly Diagnostic[] = []): string[] {
  return differences('fixture', text, foundIn(diagnostics));
}

async function openFile(client: Client, path: string): Promise<string> {
  const text = readFileSync(path, 'utf8');
  await client.open(path, path.endsWith('.py') ? 'python' : 'typescript', text);
  return text;
}

check('a session from beginning to end', async () => {
  const { client, folder } = await start();
  assert.deepEqual(client.capabilities.diagnosticProvider, { interFileDependencies: true, workspaceDiagnostics: true });

  const path = join(folder, 'collect.py');
  const text = await openFile(client, path);
  const report = await client.pull(path);
  assert.deepEqual(wrong(text, report.items), []);
  const diagnostic = report.items!.find(({ code }) => code === persist);
  assert.equal(diagnostic!.source, 'distillint');
  assert.equal(diagnostic!.severity, 2);
  assert.match(diagnostic!.codeDescription!.href, /^https:\/\/.*anthropic/);
  assert.match(
    diagnostic!.message,
    /\(information, not legal advice(?:; the clause was last checked on \d{4}-\d\d-\d\d)?\)$/,
  );
  assert.equal(diagnostic!.range.end.line, diagnostic!.range.start.line);
  assert.ok(diagnostic!.relatedInformation.length >= 2);
  assert.match(diagnostic!.relatedInformation[0]!.message, /^1\. /);
  assert.ok(diagnostic!.relatedInformation.every(({ location }) => location.uri === uriOf(path)));
  assert.ok(diagnostic!.data.fingerprint);

  assert.deepEqual(await client.pull(path, report.resultId), { kind: 'unchanged', resultId: report.resultId });

  const actions = await codeActions(client, path, diagnostic!);
  const suppress = actions.find((action) => action.title.startsWith('Suppress'))!;
  const open = actions.find((action) => action.title.startsWith('Open clause'))!;
  assert.deepEqual([suppress.kind, open.kind], ['quickfix', 'quickfix']);

  await client.connection.sendRequest('workspace/executeCommand', open.command);
  assert.deepEqual(client.shown, [{ uri: diagnostic!.codeDescription!.href, external: true }]);

  const edit = suppress.edit!.documentChanges[0]!;
  assert.deepEqual(edit.textDocument, { uri: uriOf(path), version: 1 });
  const [{ range, snippet }] = edit.edits as [(typeof edit.edits)[0]];
  const indentation = ' '.repeat(12);
  assert.equal(snippet.value, `${indentation}# distillint-ignore ${diagnostic!.code}: \${1:explain why}\n`);
  assert.deepEqual(range.start, { line: diagnostic!.range.start.line, character: 0 });
  const lines = text.split('\n');
  lines.splice(range.start.line, 0, `${indentation}# distillint-ignore ${diagnostic!.code}: explain why`);
  await client.change(path, 2, lines.join('\n'));
  const left = (await client.pull(path)).items!;
  assert.deepEqual(
    left.map(({ code }) => code),
    report.items!.map(({ code }) => code).filter((code) => code !== persist),
  );

  assert.equal(await client.shutdown(), 0);
});

check('the pointer on a call shows the rows about it', async () => {
  const { client, folder } = await start();
  const path = join(folder, 'collect.py');
  const other = join(folder, 'web', 'distill.ts');
  const texts = new Map([path, other].map((each) => [each, readFileSync(each, 'utf8')]));
  for (const each of texts.keys()) {
    await openFile(client, each);
    await client.pull(each);
  }
  const hover = async (part: string, file = path): Promise<string | undefined> => {
    const lines = texts.get(file)!.split('\n');
    const line = lines.findIndex((each) => each.includes(part));
    const position = { line, character: lines[line]!.indexOf(part) + 1 };
    const textDocument = { uri: uriOf(file) };
    const answer: { contents: { value: string } } | null = await client.connection.sendRequest('textDocument/hover', {
      textDocument,
      position,
    });
    return answer?.contents.value;
  };
  const shown = await hover('messages.create(');
  assert.match(
    shown!,
    /is `anthropic\.Client\.messages\.create`, from what is made at \[`collect\.py:7:10`\]\(file:\S+collect\.py#L7,10\)/,
  );
  assert.match(shown!, /^- `\+ source anthropic-message`/m);
  assert.match(shown!, /rules\/catalog\/python\/anthropic\.yaml:\d+/);
  assert.equal(await hover('import json'), undefined);
  // What is imported is told where it is called, and not where it was imported.
  assert.match((await hover('appendFileSync(', other))!, /is `fs\.appendFileSync`, imported at/);
  assert.equal(await hover('{ appendFileSync', other), undefined);
});

interface Action {
  readonly title: string;
  readonly kind: string;
  readonly command?: object;
  readonly edit?: {
    readonly documentChanges: readonly {
      readonly textDocument: object;
      readonly edits: readonly { readonly range: Diagnostic['range']; readonly snippet: { readonly value: string } }[];
    }[];
  };
}

function codeActions(client: Client, path: string, diagnostic: Diagnostic): Promise<Action[]> {
  return client.connection.sendRequest('textDocument/codeAction', {
    textDocument: { uri: uriOf(path) },
    range: diagnostic.range,
    context: { diagnostics: [diagnostic] },
  });
}

check('every fixture of flows shows what it expects, each in a folder of its own', async () => {
  const folders = casesIn(flows).map((name) => join(process.cwd(), flows, name));
  const { client } = await start({ folders });
  const problems: string[] = [];
  for (const path of folders.flatMap(sourcesIn)) {
    const { items } = await client.pull(path);
    problems.push(...differences(path, markedText(path), foundIn(items!)));
  }
  assert.ok(problems.length === 0, `\n  ${problems.join('\n  ')}`);
});

check('files that are not open are reported for the workspace, and news arrives by itself', async () => {
  const { client, folder } = await start();
  const first = await workspacePull(client, []);
  const ids = first.map(({ uri, resultId }) => ({ uri, value: resultId }));
  assert.deepEqual(
    first.map(({ uri }) => uri).sort(),
    [uriOf(join(folder, 'collect.py')), uriOf(join(folder, 'web', 'distill.ts'))].sort(),
  );

  let answered = false;
  const second = workspacePull(client, ids).then((items) => {
    answered = true;
    return items;
  });
  await client.pull(join(folder, 'collect.py'));
  assert.equal(answered, false, 'without news the request stays open');

  const path = join(folder, 'collect.py');
  writeFileSync(path, '# nothing is left\n');
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: uriOf(path), type: 2 }],
  });
  assert.deepEqual(
    (await second).map(({ uri, items }) => ({ uri, items })),
    [{ uri: uriOf(path), items: [] }],
  );
});

async function workspacePull(client: Client, previousResultIds: readonly object[]) {
  const { items } = await client.connection.sendRequest<{
    items: { uri: string; resultId: string; items: Diagnostic[] }[];
  }>('workspace/diagnostic', { previousResultIds });
  return items;
}

check('a directory that was removed takes its findings along', async () => {
  const { client, folder } = await start();
  const path = join(folder, 'web', 'distill.ts');
  assert.equal((await client.pull(path)).items!.length, 2);
  rmSync(join(folder, 'web'), { recursive: true });
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: uriOf(join(folder, 'web')), type: 3 }],
  });
  assert.deepEqual((await client.pull(path)).items, []);
});

check('an unsaved document counts, and its file again once it is closed', async () => {
  const { client, folder } = await start();
  const path = join(folder, 'collect.py');
  await client.open(path, 'python', '# empty so far\n');
  assert.deepEqual((await client.pull(path)).items, []);
  await client.close(path);
  assert.equal((await client.pull(path)).items!.length, 2);

  const text = readFileSync(path, 'utf8');
  const unsaved = join(folder, 'new.py');
  await client.open(unsaved, 'python', text);
  assert.deepEqual(wrong(text, (await client.pull(unsaved)).items), []);
});

check('the last of many edits counts', async () => {
  const { client, folder } = await start();
  const path = join(folder, 'collect.py');
  const text = await openFile(client, path);
  const pulls = [];
  for (let version = 2; version < 30; version++) {
    await client.change(path, version, '\n'.repeat(version) + text);
    pulls.push(client.pull(path));
  }
  const reports = await Promise.all(pulls);
  assert.deepEqual(wrong('\n'.repeat(29) + text, reports.at(-1)!.items), []);
});

check('a client that does not ask is told', async () => {
  const { client, folder } = await start({ capabilities: { textDocument: {} } });
  const path = join(folder, 'collect.py');
  await until('diagnostics', () => client.published.get(uriOf(path))?.length === 2);
  const text = await openFile(client, path);
  await client.change(path, 2, text.replace(/client\.messages/g, 'unknown.thing'));
  await until('no diagnostics', () => client.published.get(uriOf(path))?.length === 0);
});

check('settings of the client apply when they change', async () => {
  const { client, folder } = await start({ settings: { minConfidence: 'high' } });
  const path = join(folder, 'collect.py');
  await openFile(client, path);
  const before = await client.pull(path);
  assert.equal(before.items!.length, 2);
  await client.configure({ enable: false });
  // A client that asked in between would have the answer already, and would rightly not be told to ask again.
  await until('to be asked again', () => client.refreshes() > 0);
  await until('findings to go', async () => (await client.pull(path)).items!.length === 0);
  await client.configure({ enable: true });
  await until('findings to come back', async () => (await client.pull(path)).items!.length === 2);
});

check('folders come and go, and an inner one reports its own files', async () => {
  const { client, folder } = await start();
  const inner = join(folder, 'web');
  await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
    event: { added: [{ uri: uriOf(inner), name: 'web' }], removed: [] },
  });
  const path = join(inner, 'distill.ts');
  await openFile(client, path);
  assert.equal((await client.pull(path)).items!.length, 2);
  await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
    event: { added: [], removed: [{ uri: uriOf(folder), name: 'outer' }] },
  });
  await until(
    'the outer folder to go',
    async () => (await client.pull(join(folder, 'collect.py'))).items!.length === 0,
  );
  assert.equal((await client.pull(path)).items!.length, 2);
});

check('documents outside of all folders are checked, other versions of files are not', async () => {
  const { client, folder } = await start({ folders: [] });
  const path = join(folder, 'collect.py');
  const text = await openFile(client, path);
  assert.deepEqual(wrong(text, (await client.pull(path)).items), []);

  const open = async (uri: string) => {
    await client.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'python', version: 1, text },
    });
    return client.connection.sendRequest<{ items: Diagnostic[] }>('textDocument/diagnostic', { textDocument: { uri } });
  };
  assert.equal((await open('untitled:Untitled-1')).items.length, 2);
  assert.equal((await open(`git:${path}?HEAD`)).items.length, 0);
});

check('a scan reads everything again, tells how far it is, and sums up', async () => {
  const { client, folder } = await start();
  await client.pull(join(folder, 'collect.py'));
  mkdirSync(join(folder, 'more'));
  cpSync(join(folder, 'collect.py'), join(folder, 'more', 'collect_again.py'));
  const answer = await client.connection.sendRequest<Record<string, unknown>>('distillint/scan', {
    workDoneToken: 'scan',
  });
  assert.deepEqual(answer, { files: 5, findings: 3, warnings: 3, skipped: 0, stopped: false });
  assert.deepEqual([client.progress[0]!.kind, client.progress.at(-1)!.kind], ['begin', 'end']);
  await until('an idle status', () => client.statuses.at(-1)?.state === 'idle');
  assert.equal(client.statuses.at(-1)!.findings, 3);
});

check('the client is asked to watch files', async () => {
  const { client } = await start();
  const methods = ['workspace/didChangeWatchedFiles', 'workspace/didChangeConfiguration'];
  await until('registrations', () => methods.every((name) => client.registered.some(({ method }) => method === name)));
});

if (existsSync(commandLine))
  check('the command line is a language server, too', async () => {
    const { client, folder } = await start({ command: [process.execPath, commandLine, 'lsp', '--stdio'] });
    const path = join(folder, 'collect.py');
    const text = await openFile(client, path);
    assert.deepEqual(wrong(text, (await client.pull(path)).items), []);
    assert.equal(await client.shutdown(), 0);
  });
