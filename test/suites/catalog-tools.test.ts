// The tools that ask what the rows of the catalog are worth, on small catalogs made up here.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { readCatalog } from '../../server/src/catalog/documents.ts';
import { claimsOf, createStarts } from '../tools/catalog/claims.ts';
import { describeEntry, entriesOf } from '../tools/catalog/entries.ts';
import { idleEntries } from '../tools/catalog/idle.ts';
import { lookUp, lookUpKeys } from '../tools/catalog/lookup.ts';
import { createReader, type PackageText } from '../tools/catalog/read/declarations.ts';
import { npmFolders, pythonFolders } from '../tools/catalog/read/folders.ts';
import { readAsked } from '../tools/catalog/read/keys.ts';
import { compareVersions } from '../tools/catalog/table.ts';
import { builtEngine, builtPython } from './workspaces.ts';

const catalog = `package: acme
checked: unverified
types:
  - type: Client
    is: [connect()]
    provider: openai
  - type: Client
    is: [reconnect()]
    provider: openai
sources:
  - call: Client.ask
    shape: text
    prompt: Argument[0]
  - call: [Client.tell, Client.shout]
    shape: text
flows:
  - call: tidy
    flow: Argument[0] -> ReturnValue
    how: text
  - call: tidy
    flow: Argument[1] -> ReturnValue
sinks:
  - call: Client.keep
    kind: dataset
    at: Argument[0]
`;

const program = `import acme
client = acme.connect()
questions = load()
for question in questions:
    answer = client.ask(question)
    client.keep({'prompt': question, 'completion': acme.tidy(answer)})
`;

test('the entries that no project needs are those that it never reaches, or whose absence changes nothing', async () => {
  const { text, problems } = readCatalog([{ path: 'rules/catalog/python/acme.yaml', text: catalog }]);
  assert.deepEqual(problems, []);
  const projects = [{ name: 'distil', files: { 'distil.py': program } }];
  const idle = idleEntries(text, entriesOf(text), projects, await builtEngine());
  assert.deepEqual(idle.map(describeEntry), [
    'rules/catalog/python/acme.yaml:7 type Client = reconnect()',
    'rules/catalog/python/acme.yaml:14 source Client.tell, and 1 more',
    'rules/catalog/python/acme.yaml:20 flow tidy',
  ]);
});

const temporary = mkdtempSync(join(tmpdir(), 'distillint-tools-'));
after(() => rmSync(temporary, { recursive: true, force: true }));

function folder(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(temporary, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** The paths of the rows with the file that declares each, or why it is not found. */
function lookedUp(language: string, rows: string, text: PackageText): Record<string, string> {
  const { text: read, problems } = readCatalog([{ path: `rules/catalog/${language}/acme.yaml`, text: rows }]);
  assert.deepEqual(problems, []);
  const claims = claimsOf(read);
  const starts = createStarts(read);
  const answers = lookUp(claims, (claim) => starts(claim.entry.document, claim.path), createReader(text));
  return Object.fromEntries(
    claims.map(({ path }, i) => {
      const answer = answers[i]!;
      if ('open' in answer) return [path, answer.open];
      return [
        path,
        answer.missing.length > 0 ? `takes no ${answer.missing.join(', ')} in ${answer.file}` : answer.file,
      ];
    }),
  );
}

test('a path is followed through re-exports, properties and results of a Python package', async () => {
  const root = folder('python', {
    'acme/__init__.py': 'from ._client import *\nfrom .legacy import old as older\n',
    'acme/_client.py':
      'from functools import cached_property\nfrom .base import Base\n\n' +
      'class Client(Base):\n    def __init__(self, *, api_key=None):\n        self.files = make(self)\n\n' +
      '    @cached_property\n    def chat(self) -> "Chat":\n        from .chat import Chat\n        return Chat(self)\n\n' +
      'def make(client):\n    files = Files(client)\n    return files\n\n' +
      'class Files:\n    def upload(self, file, **rest): ...\n',
    'acme/chat.py': 'class Chat:\n    def create(self, *, messages, model: str): ...\n',
    'acme/base.py': 'class Base:\n    def copy(self): ...\n',
    'acme/legacy.pyi': 'from elsewhere import Model\ndef old() -> Model: ...\n',
  });
  const rows = `package: acme
checked: acme 1.0
types:
  - type: Client
    is: [.Client()]
    key: Argument[api_key:]
sources:
  - call: [Client.chat.create, Client.chat.missing]
    shape: text
    model: Argument[model:]
  - call: Client.copy
    shape: text
    model: Argument[engine:]
  - call: Client.files.upload
    shape: text
    model: Argument[whatever:]
  - call: older().ask
    shape: text
`;
  assert.deepEqual(lookedUp('python', rows, pythonFolders(new Map([['acme', root]]), await builtPython())), {
    '.Client()': 'acme/acme/_client.py',
    'Client.chat.create': 'acme/acme/chat.py',
    'Client.chat.missing': 'no missing is declared anywhere',
    'Client.copy': 'takes no engine in acme/acme/base.py',
    'Client.files.upload': 'acme/acme/_client.py',
    'older().ask': 'ask may come from elsewhere',
  });
});

test('Python: what stands beside a method, what an object gives when it is called, pairs, and names made when a module runs', async () => {
  const root = folder('shapes', {
    'acme/__init__.py':
      'from .sheets import build, ask\nload, dump = _load, _dump\ndef _load(text): ...\ndef _dump(value): ...\nclass Writer:\n    _fp: object = attr.ib(default=None)\n',
    'acme/sheets.pyi':
      'class Sheets:\n    class Values:\n        def append(self, *, body): ...\n\n    def values(self) -> Values: ...\n\n' +
      'class Asker:\n    def __call__(self, question) -> Answer: ...\n\n' +
      'class Answer:\n    def stream(self): ...\n\n' +
      'def build() -> Sheets: ...\nask: Asker\n',
    'acme/data/__init__.py':
      'from . import frames\nfor name in frames.names:\n    globals()[name] = getattr(frames, name)\n',
    'acme/data/frames.py': 'def from_frame(frame): ...\n',
  });
  const rows = `package: acme
checked: acme 1.0
types:
  - type: Writer
    is: [.Writer()]
    target: Argument[0,fp:]
flows:
  - call: [build().values().append, ask().stream, load, dump, data.from_frame, data.from_nothing]
    flow: Argument[0] -> ReturnValue
`;
  assert.deepEqual(lookedUp('python', rows, pythonFolders(new Map([['acme', root]]), await builtPython())), {
    '.Writer()': 'acme/acme/__init__.py',
    'build().values().append': 'acme/acme/sheets.pyi',
    'ask().stream': 'acme/acme/sheets.pyi',
    load: 'acme/acme/__init__.py',
    dump: 'acme/acme/__init__.py',
    'data.from_frame': 'acme/acme/data/frames.py',
    'data.from_nothing': 'no from_nothing is declared anywhere',
  });
});

test('a path is followed through entries, types and options of an npm package', () => {
  const root = folder('npm', {
    'package.json': JSON.stringify({
      name: 'acme',
      exports: { '.': { import: './dist/index.mjs', types: './dist/index.d.ts' }, './extra': './dist/extra.js' },
    }),
    'dist/index.d.ts':
      "import { Chat } from './chat.js';\nexport * from './more.js';\n" +
      'declare class Acme {\n  constructor(options?: Options);\n  chat: Chat;\n  beta(): Promise<{ chat: Chat }>;\n}\n' +
      'interface Options { apiKey?: string }\nexport { Acme as default, Acme as Client };\n',
    'dist/chat.d.ts':
      'export declare class Chat {\n  create: (body: Body) => Promise<string>;\n}\ntype Body = { model: string };\n',
    'dist/more.d.ts': 'export interface Pool { run(): void }\nexport declare const pool: () => Pool;\n',
    'dist/extra.d.ts': "declare const extra: typeof import('./more.js');\nexport = extra;\n",
  });
  const rows = `package: acme
checked: acme 1.0
types:
  - type: Acme
    is: [.Client()]
    key: Argument[0].Field[apiKey]
sources:
  - call: [Acme.chat.create, Acme.beta().chat.create, default().chat.drop]
    shape: text
    model: Argument[0].Field[model]
calls:
  - call: pool().run
    callable: Argument[0]
    times: once
---
package: acme/extra
checked: acme 1.0
calls:
  - call: pool
    callable: Argument[0]
    times: once
`;
  assert.deepEqual(lookedUp('javascript', rows, npmFolders(new Map([['acme', root]]))), {
    '.Client()': 'acme/dist/index.d.ts',
    'Acme.chat.create': 'acme/dist/chat.d.ts',
    'Acme.beta().chat.create': 'acme/dist/chat.d.ts',
    'default().chat.drop': 'no drop is declared anywhere',
    'pool().run': 'acme/dist/more.d.ts',
    pool: 'acme/dist/more.d.ts',
  });
});

test('JavaScript: what a require takes apart, bounds of type parameters, entries for programs, and modules in pieces', () => {
  const common = folder('common', {
    'package.json': JSON.stringify({ name: 'acme', main: 'index.js' }),
    'index.js': "const { Manager, Tool: Helper } = require('./all');\nmodule.exports = { Manager, Helper };\n",
    'all/index.js': "const Manager = require('../manager');\nmodule.exports = { Manager, Tool: class { run() {} } };\n",
    'manager.js':
      'function Manager() {}\nManager.prototype = {\n  add: function (text) {},\n};\nif (module.exports) {\n  module.exports = Manager;\n}\n',
  });
  const typed = folder('typed', {
    'package.json': JSON.stringify({
      name: 'bot',
      types: './browser.d.ts',
      exports: { browser: { types: './browser.d.ts' }, default: { types: './node.d.ts' } },
    }),
    'browser.d.ts': 'export {};\n',
    'node.d.ts': 'interface Api { send(): void }\nexport declare class Bot<A extends Api = Api> { api: A }\n',
  });
  const pieces = folder('pieces', {
    'package.json': JSON.stringify({ name: '@types/acme-run' }),
    'index.d.ts':
      "declare module 'run' { function writer(): Sink; }\ndeclare var Run: typeof import('run');\n" +
      'declare function ask(): void;\n',
    'sink.d.ts': "declare module 'run' { interface Sink { write(): void } }\n",
  });
  const rows = `package: acme
checked: acme 1.0
calls:
  - call: [Manager().add, Helper().run]
    callable: Argument[0]
    times: once
---
package: bot
checked: bot 1.0
calls:
  - call: Bot().api.send
    callable: Argument[0]
    times: once
---
package: builtins
checked: '@types/acme-run 1.0'
calls:
  - call: [Run.writer().write, globalThis.ask]
    callable: Argument[0]
    times: once
`;
  const folders = new Map([
    ['acme', common],
    ['bot', typed],
    ['@types/acme-run', pieces],
  ]);
  assert.deepEqual(lookedUp('javascript', rows, npmFolders(folders)), {
    'Manager().add': 'acme/manager.js',
    'Helper().run': 'acme/all/index.js',
    'Bot().api.send': 'bot/node.d.ts',
    'Run.writer().write': '@types/acme-run/sink.d.ts',
    'globalThis.ask': '@types/acme-run/index.d.ts',
  });
});

test('keys of configurations and options of commands are those that a file of the package asks for', () => {
  const root = folder('trainer', {
    'acme-1.0.dist-info/entry_points.txt':
      '[console_scripts]\nacme-train = acme.cli:main\n\n[other]\nacme = acme:plugin\n',
    'acme/data.py': 'class Rows:\n    path: str\n    kind: str\n\ndef load(entry):\n    return entry["file_name"]\n',
    'acme/cli.py': 'def tune(parser):\n    parser.add_argument("--data-path")\n',
  });
  const rows = `package: builtins
language: configuration
checked: acme 1.0
sinks:
  - call: mapping
    kind: train
    at: Argument[path:]
    when: Argument[kind:] is rows
  - call: [acme_train.tune, acme_train.chat, acme.tune]
    kind: train
    at: ['Argument[data_path:]', 'Argument[rows:]']
`;
  const { text, problems } = readCatalog([{ path: 'rules/catalog/configuration/acme.yaml', text: rows }]);
  assert.deepEqual(problems, []);
  assert.deepEqual(lookUpKeys(claimsOf(text), readAsked(new Map([['acme', root]]))), [
    { file: 'acme/acme/data.py', missing: [] },
    { file: 'acme/acme/cli.py', missing: ['rows'] },
    { open: 'no file knows chat' },
    { open: 'no program acme is installed' },
  ]);
});

test('versions are compared by their numbers', () => {
  assert.ok(compareVersions('1.10.0', '1.9.9') > 0);
  assert.ok(compareVersions('2.0', '2.0.1') < 0);
  assert.equal(compareVersions('1.0.0b9', '1.0.0'), 0);
});
