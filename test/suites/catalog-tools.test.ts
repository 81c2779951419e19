// The tools that ask what the rows of the catalog are worth, on small catalogs made up here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCatalog } from '../../server/src/catalog/load.ts';
import { describeEntry, entriesOf } from '../tools/catalog/entries.ts';
import { idleEntries } from '../tools/catalog/idle.ts';
import { builtEngine } from './workspaces.ts';

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
