// The shape of the code as one table: which folder may import which, and which package only one folder may know.
// A row that has to change here is a change of the architecture, not of the test.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import test from 'node:test';

/** From the bottom up. Layers on one line do not see each other; a layer sees itself and every line above it here. */
const ranks: readonly (readonly string[])[] = [
  ['base'],
  ['graph'],
  ['syntax', 'catalog'],
  ['flow'],
  ['policy', 'config', 'inputs'],
  ['project', 'host'],
  ['workspace'],
  ['report', 'edit'],
  ['lsp', 'commands'],
  ['node', 'browser', 'cli'],
];

const doors = ['server/src/node.ts', 'server/src/browser.ts', 'server/src/cli.ts'];

/** Each package, or group of them, and the only places that may import it. A place is a prefix of a file's path. */
const restricted: readonly { readonly packages: readonly string[]; readonly places: readonly string[] }[] = [
  { packages: ['vscode', 'vscode-languageclient'], places: ['client/'] },
  { packages: ['typescript'], places: ['server/src/syntax/typescript/'] },
  { packages: ['web-tree-sitter', 'tree-sitter-python'], places: ['server/src/syntax/python/'] },
  { packages: ['minimatch', 'ignore'], places: ['server/src/config/', 'server/src/host/'] },
  {
    packages: [
      'vscode-languageserver',
      'vscode-languageserver-protocol',
      'vscode-languageserver-types',
      'vscode-languageserver-textdocument',
      'vscode-jsonrpc',
    ],
    places: ['server/src/lsp/', ...doors],
  },
  { packages: ['commander'], places: ['server/src/commands/', 'server/src/cli.ts'] },
  { packages: builtinModules, places: ['server/src/host/node', 'server/src/commands/', ...doors] },
];

/** What the client may take from the server: the types of the messages between them. */
const sharedWithClient = 'server/src/lsp/protocol.ts';

const lineLimit = 600;

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

test('every file keeps to its layer', () => {
  const files = [...read('server/src'), ...read('client/src')];
  assert.deepEqual(files.flatMap(violations), []);
});

test('the check fails on what it forbids', () => {
  const bad: readonly [path: string, text: string, expected: RegExp][] = [
    ['server/src/graph/a.ts', `import { x } from '../flow/search.ts';`, /graph must not import flow/],
    ['server/src/graph/a.ts', `import type { x } from '../flow/search.ts';`, /graph must not import flow/],
    ['server/src/graph/a.ts', `export { x } from '../flow/search.ts';\nconst y = 1;`, /graph must not import flow/],
    ['server/src/graph/a.ts', `const y = await import('../flow/search.ts');`, /graph must not import flow/],
    ['server/src/graph/a.ts', `import {\n  x,\n} from '../flow/search.ts';`, /graph must not import flow/],
    ['server/src/syntax/a.ts', `import { x } from '../catalog/b.ts';`, /syntax must not import catalog/],
    ['server/src/host/a.ts', `import { x } from '../project.ts';`, /host must not import project/],
    ['server/src/lsp/a.ts', `import { x } from '../cli.ts';`, /lsp must not import cli/],
    ['server/src/flow/a.ts', `import * as vscode from 'vscode';`, /'vscode' is only for/],
    ['server/src/syntax/python/a.ts', `import ts from 'typescript';`, /'typescript' is only for/],
    ['server/src/syntax/typescript/a.ts', `import { Parser } from 'web-tree-sitter';`, /'web-tree-sitter' is only for/],
    ['server/src/report/a.ts', `import { minimatch } from 'minimatch';`, /'minimatch' is only for/],
    [
      'server/src/report/a.ts',
      `import { x } from 'vscode-languageserver/node';`,
      /'vscode-languageserver' is only for/,
    ],
    ['server/src/base/a.ts', `import { readFileSync } from 'node:fs';`, /'fs' is only for/],
    ['server/src/host/a.ts', `import { readFile } from 'fs/promises';`, /'fs' is only for/],
    ['server/src/project.ts', `const fs = require('fs');`, /'fs' is only for/],
    ['client/src/a.ts', `import { x } from '../../server/src/flow/search.ts';`, /the client knows the server only by/],
    ['client/src/a.ts', `import { x } from '../../server/src/lsp/protocol.ts';`, /only its types/],
    ['server/src/lsp/a.ts', `import { x } from '../../../client/src/b.ts';`, /must not import the client/],
    ['server/src/flow/a.ts', 'x();\n'.repeat(lineLimit + 1), /601 lines/],
    ['server/src/flow/index.ts', `export * from './search.ts';\n`, /only re-exports/],
    ['server/src/utils/a.ts', 'export const x = 1;', /not a layer/],
    ['server/src/flow/utils/a.ts', 'export const x = 1;', /no utils folder/],
    ['server/src/flow/a.ts', `import { x } from './b';`, /with its ending/],
  ];
  for (const [path, text, expected] of bad) {
    assert.match(violations({ path, text }).join('\n'), expected, `${path}: ${text.slice(0, 80)}`);
  }
});

test('the check allows what the design allows', () => {
  const good: readonly [path: string, text: string][] = [
    ['server/src/flow/a.ts', `import { x } from '../graph/graph.ts';\nimport { y } from './b.ts';\nx(y);`],
    ['server/src/syntax/typescript/lower.ts', `import ts from 'typescript';\nts;`],
    ['server/src/host/node/files.ts', `import { readFileSync } from 'node:fs';\nreadFileSync;`],
    ['server/src/host/node-git.ts', `import { execFile } from 'node:child_process';\nexecFile;`],
    ['server/src/cli.ts', `import { run } from './commands/run.ts';\nrun();`],
    [
      'client/src/extension.ts',
      `import type { x } from '../../server/src/lsp/protocol.ts';\nimport * as vscode from 'vscode';`,
    ],
    ['server/src/flow/a.ts', `// import { x } from '../lsp/b.ts'\nconst text = "import y from '../lsp/b.ts'";`],
  ];
  for (const [path, text] of good) assert.deepEqual(violations({ path, text }), [], path);
});

function violations(file: SourceFile): string[] {
  const found: string[] = [];
  const report = (what: string): void => void found.push(`${file.path}: ${what}`);

  const lines = file.text.split('\n').length - (file.text.endsWith('\n') ? 1 : 0);
  if (lines > lineLimit) report(`${lines} lines, more than ${lineLimit}`);
  if (/(^|\/)(utils?|helpers|common|misc)(\/|\.ts$)/.test(file.path)) report('there is no utils folder or file');
  if (isBarrel(file.text)) report('only re-exports; import from the file itself');

  const layer = layerOf(file.path);
  if (layer !== undefined && rankOf(layer) < 0) report(`${layer} is not a layer of the design`);
  for (const found of importsOf(file.text)) checkImport(file.path, layer, found, report);
  return found;
}

function checkImport(path: string, layer: string | undefined, found: Import, report: (what: string) => void): void {
  const { specifier } = found;
  if (!specifier.startsWith('.')) {
    const name = packageOf(specifier);
    const rule = restricted.find((row) => row.packages.includes(name));
    // The client runs in VS Code's process and may do what the host allows; only the server has a core.
    if (rule && !(path.startsWith('client/') && rule.packages === builtinModules)) {
      if (!rule.places.some((place) => path.startsWith(place)))
        report(`'${name}' is only for ${rule.places.join(', ')}`);
    }
    return;
  }
  if (!/\.(ts|json|wat)$/.test(specifier)) report(`'${specifier}' must be named with its ending`);
  const target = posix.join(posix.dirname(path), specifier);
  if (path.startsWith('client/')) {
    if (!target.startsWith('server/')) return;
    if (target !== sharedWithClient) report(`the client knows the server only by ${sharedWithClient}`);
    else if (!found.typeOnly) report(`the client takes from ${sharedWithClient} only its types`);
    return;
  }
  if (target.startsWith('client/')) report('the server must not import the client');
  const other = layerOf(target);
  if (layer === undefined || other === undefined || other === layer) return;
  if (rankOf(other) >= rankOf(layer)) report(`${layer} must not import ${other} ('${specifier}')`);
}

/** The folder directly below server/src, or the name of a file that lies there. */
function layerOf(path: string): string | undefined {
  return /^server\/src\/([^/]+?)(\.ts)?(\/|$)/.exec(path)?.[1];
}

function rankOf(layer: string): number {
  return ranks.findIndex((names) => names.includes(layer));
}

function packageOf(specifier: string): string {
  const parts = specifier.replace(/^node:/, '').split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
}

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

// Statements begin a line; the formatter sees to that. So a word in a comment or in a text is not taken for one.
const statement = /^(?:import|export)\s+(type\s)?(?:[\w*{][^'"`;]*?\sfrom\s+)?['"]([^'"\n]+)['"]/gm;
const expression = /^(?!\s*(?:\/\/|\*)).*?\b(?:import|require)\(\s*['"]([^'"\n]+)['"]/gm;

function importsOf(text: string): Import[] {
  const found: Import[] = [];
  for (const match of text.matchAll(statement)) found.push({ specifier: match[2]!, typeOnly: match[1] !== undefined });
  for (const match of text.matchAll(expression)) found.push({ specifier: match[1]!, typeOnly: false });
  return found;
}

/** Whether nothing is left of a file without its comments and its re-exports. */
function isBarrel(text: string): boolean {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').trim();
  return code !== '' && code.replace(/export\s+(type\s+)?(\*|\{)[^;]*?from\s+['"][^'"]+['"];?/g, '').trim() === '';
}

function read(folder: string): SourceFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => `${folder}/${String(name).replaceAll('\\', '/')}`)
    .filter((path) => /\.(m|c)?tsx?$/.test(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}
