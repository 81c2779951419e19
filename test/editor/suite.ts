// The extension inside a real extension host. Everything is awaited by polling: the editor cancels and repeats requests as it
// likes while it starts, and how long anything takes depends on the machine.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import * as vscode from 'vscode';
import { differences } from '../suites/fixtures.ts';
import { foundIn, markedText, type ShownDiagnostic, sourcesIn } from './flows.ts';

/** The path of mocha, put in when the suite is bundled: it is no part of the extension under test. */
declare const MOCHA: string;

// Generous, because machines are slow; after the first disappointment less so, or a broken server would take all day.
let patience = 60_000;
const id = 'distillint.distillint';
const persist = 'training/persist-output';

/** Called by the extension host. Fails where a test fails; the counts go to a file. */
export async function run(): Promise<void> {
  const { default: Mocha } = await import(pathToFileURL(join(MOCHA, 'index.js')).href);
  const mocha = new Mocha({ ui: 'tdd', color: false, timeout: 3 * patience, reporter: 'spec' });
  const only = process.env.DISTILLINT_TEST_GREP;
  if (only) mocha.grep(only);
  // Behind code-server's shim the window's own log comes the same way; the mark tells them apart.
  const mark = process.env.DISTILLINT_TEST_MARK ?? '';
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
    for (const line of format(...args).split('\n')) console.log('%s', mark + line);
  };
  mocha.suite.emit('pre-require', globalThis, undefined, mocha);
  define();
  const counts = { passed: 0, failed: 0 };
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', () => counts.passed++);
    runner.on('fail', () => counts.failed++);
  });
  const result = process.env.DISTILLINT_TEST_RESULT;
  if (result) writeFileSync(result, JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} tests failed`);
}

function define(): void {
  suite(`Distillint in ${vscode.env.appName} ${vscode.version}`, () => {
    teardown(async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });

    test('a file is checked when it is opened, and the diagnostic tells what, why and where from', async () => {
      const { uri, text } = await open('collect.py');
      const diagnostic = await stored(uri, text);
      assert.equal(diagnostic.source, 'distillint');
      assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Warning);
      assert.match(
        diagnostic.message,
        /\(information, not legal advice(?:; the clause was last checked on \d{4}-\d\d-\d\d)?\)$/,
      );
      assert.ok(typeof diagnostic.code === 'object');
      assert.match(diagnostic.code.target.toString(), /^https:\/\//);
      const related = diagnostic.relatedInformation ?? [];
      assert.ok(related.length >= 2, 'the steps of the flow');
      assert.equal(related[0]!.location.uri.toString(), uri.toString());
    });

    test('every fixture shows what it expects, opened or not, and what is benign shows nothing', async () => {
      const folders = vscode.workspace.workspaceFolders!.map(({ uri }) => uri.fsPath);
      const paths = folders.flatMap(sourcesIn);
      // Silence means something only once everything has been looked at.
      const summary = await vscode.commands.executeCommand<{ files: number; stopped: boolean }>(
        'distillint.scanWorkspace',
      );
      assert.deepEqual([summary.files, summary.stopped], [paths.length, false]);
      const problems = (): string[] =>
        paths.flatMap((path) => differences(path, markedText(path), shown(vscode.Uri.file(path))));
      await until(
        () => problems().length === 0,
        () => `\n  ${problems().join('\n  ')}`,
      );
    });

    test('a twin stays silent when it is opened', async () => {
      const { uri } = await open('collect_twin.py');
      const { uri: loud, text } = await open('web/distill.ts');
      await shows(loud, text);
      assert.deepEqual(ours(uri), []);
    });

    test('typing makes a finding come and go', async () => {
      const { document, uri, text } = await open('collect.py');
      await shows(uri, text);
      await replaceAll(document, text.replaceAll('client.messages.create', 'print'));
      await shows(uri, '');
      await replaceAll(document, `\n\n${text}`);
      await shows(uri, `\n\n${text}`);
    });

    test('the quick fix suppresses the finding and leaves the reason selected', async () => {
      const { editor, uri, text } = await open('collect.py');
      const { range } = await stored(uri, text);
      const action = await quickFix(uri, range, /^Suppress training\/persist-output/);
      assert.ok(await vscode.workspace.applyEdit(action.edit!));
      const line = editor.document.lineAt(range.start.line);
      assert.equal(line.text.trim(), '# distillint-ignore training/persist-output: explain why');
      assert.equal(line.firstNonWhitespaceCharacterIndex, range.start.character);
      assert.equal(editor.document.getText(editor.selection), 'explain why');
      await isGone(uri, persist);
    });

    test('the quick fix of TypeScript writes its kind of comment', async () => {
      const { editor, uri, text } = await open('web/distill.ts');
      const { range } = await stored(uri, text);
      const action = await quickFix(uri, range, /^Suppress training\/persist-output/);
      assert.ok(await vscode.workspace.applyEdit(action.edit!));
      const line = editor.document.lineAt(range.start.line);
      assert.equal(line.text, '    // distillint-ignore training/persist-output: explain why');
      await isGone(uri, persist);
    });

    test('a suppression without a reason is a problem of its own', async () => {
      const { document, uri, text } = await open('collect.py');
      const { range } = await stored(uri, text);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(uri, new vscode.Position(range.start.line, 0), `            # distillint-ignore ${persist}\n`);
      assert.ok(await vscode.workspace.applyEdit(edit));
      await until(
        () => ours(uri).some(({ code }) => code === 'config/suppression'),
        () => `no problem in\n${document.getText()}`,
      );
    });

    test('the clause can be opened', async () => {
      const { uri, text } = await open('collect.py');
      const { range } = await stored(uri, text);
      const action = await quickFix(uri, range, /^Open clause/);
      assert.match(action.command!.arguments![0] as string, /^https:\/\//);
      const known = await vscode.commands.getCommands(true);
      assert.ok(known.includes(action.command!.command));
    });

    test('an unsaved document is checked', async () => {
      const content = readFileSync(join(workspace(), 'collect.py'), 'utf8');
      const document = await vscode.workspace.openTextDocument({ language: 'python', content });
      await vscode.window.showTextDocument(document);
      await shows(document.uri, content);
    });

    test('a file that another program changes is read again', async () => {
      const path = join(workspace(), 'collect.py');
      const text = readFileSync(path, 'utf8');
      try {
        writeFileSync(path, `\n${text}`);
        await shows(vscode.Uri.file(path), `\n${text}`);
      } finally {
        writeFileSync(path, text);
      }
      await shows(vscode.Uri.file(path), text);
    });

    test('settings apply at once', async () => {
      const { uri, text } = await open('collect.py');
      await shows(uri, text);
      const settings = vscode.workspace.getConfiguration('distillint');
      await settings.update('enable', false, vscode.ConfigurationTarget.Workspace);
      await shows(uri, '');
      await settings.update('enable', undefined, vscode.ConfigurationTarget.Workspace);
      await shows(uri, text);
    });

    test('the server can be restarted, also after it could not start', async () => {
      const { document, uri, text } = await open('collect.py');
      await shows(uri, text);
      const restart = () => vscode.commands.executeCommand('distillint.restartServer');
      await restart();
      await shows(uri, text);

      const server = join(vscode.extensions.getExtension(id)!.extensionPath, 'dist', 'server.js');
      renameSync(server, `${server}.away`);
      try {
        await restart();
        await shows(uri, '');
      } finally {
        renameSync(`${server}.away`, server);
      }
      await Promise.all([restart(), restart(), restart()]);
      await shows(uri, text);
      await replaceAll(document, `\n${text}`);
      await shows(uri, `\n${text}`);
    });

    // Only here it is easy to find the process.
    if (process.platform === 'linux') {
      test('a server that dies is started again', async () => {
        const { document, uri, text } = await open('collect.py');
        await shows(uri, text);
        const [server, ...others] = serverProcesses();
        assert.deepEqual(others, [], 'no server is left over from restarts');
        process.kill(server!, 'SIGKILL');
        await until(
          () => serverProcesses().some((found) => found !== server),
          () => 'no new server',
        );
        await replaceAll(document, `\n${text}`);
        await shows(uri, `\n${text}`);
      });
    }

    test('the commands of the palette are there', async () => {
      const known = new Set(await vscode.commands.getCommands(true));
      const { contributes } = vscode.extensions.getExtension(id)!.packageJSON;
      for (const { command } of contributes.commands) assert.ok(known.has(command), command);
      await vscode.commands.executeCommand('distillint.showOutput');
    });
  });
}

function serverProcesses(): number[] {
  const path = join(vscode.extensions.getExtension(id)!.extensionPath, 'dist', 'server.js');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(path);
      } catch {
        return false;
      }
    })
    .map(Number);
}

function workspace(): string {
  return vscode.workspace.workspaceFolders![0]!.uri.fsPath;
}

/** Opens a fixture with the text that is on disk, whatever a test before has done to it. */
async function open(name: string) {
  const uri = vscode.Uri.file(join(workspace(), name));
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand('workbench.action.files.revert');
  return { document, editor, uri: document.uri, text: document.getText() };
}

async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

function ours(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === 'distillint');
}

function shown(uri: vscode.Uri) {
  return foundIn(ours(uri) as unknown as readonly ShownDiagnostic[]);
}

/** Waits until a file shows what the marks of `text` say. */
async function shows(uri: vscode.Uri, text: string): Promise<void> {
  const problems = () => differences(uri.path, text, shown(uri));
  await until(
    () => problems().length === 0,
    () => problems().join('\n'),
  );
}

/** Waits until a file shows what the marks of `text` say, and returns the diagnostic of stored output. */
async function stored(uri: vscode.Uri, text: string): Promise<vscode.Diagnostic> {
  await shows(uri, text);
  return ours(uri).find((diagnostic) => ruleOf(diagnostic) === persist)!;
}

async function isGone(uri: vscode.Uri, rule: string): Promise<void> {
  const rules = () => ours(uri).map(ruleOf);
  await until(
    () => !rules().includes(rule),
    () => `${rule} is still among ${rules().join(', ')}`,
  );
}

function ruleOf({ code }: vscode.Diagnostic): unknown {
  return typeof code === 'object' ? code.value : code;
}

async function quickFix(uri: vscode.Uri, range: vscode.Range, title: RegExp): Promise<vscode.CodeAction> {
  let found: vscode.CodeAction | undefined;
  let titles: string[] = [];
  await until(
    async () => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        range,
      );
      titles = actions.map((action) => action.title);
      found = actions.find((action) => title.test(action.title));
      return found !== undefined;
    },
    () => `no action ${title} among [${titles.join(', ')}]`,
  );
  return found!;
}

async function until(holds: () => boolean | Promise<boolean>, message: () => string): Promise<void> {
  const end = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > end) {
      patience = 10_000;
      assert.fail(message());
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

declare function suite(title: string, body: () => void): void;
declare function test(title: string, body: () => Promise<void>): void;
declare function teardown(body: () => Promise<void>): void;
