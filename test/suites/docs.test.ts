// The documents against what they speak of: rules, options, settings, scripts, dependencies, paths and links. What a document
// lists in a table is compared as a whole, so that neither side can grow alone.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import test from 'node:test';
import { parse } from 'yaml';
import { createProgram } from '../../server/src/commands/program.ts';
import { exitCodes } from '../../server/src/commands/scan.ts';
import { generatedParts, withPart } from '../tools/docs/tables.ts';

interface Manifest {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, { default: unknown }>> };
  };
}
interface Rule {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const { rules } = parse(read('rules/rules.yaml')) as { readonly rules: readonly Rule[] };
const readme = read('README.md');
const files = everyFile('.');
const documents = files.filter((path) => path.endsWith('.md') && !path.startsWith('test/'));

test('what documents say of rules/ is what npm run docs:tables writes', () => {
  for (const part of generatedParts()) {
    const text = read(part.file);
    assert.equal(withPart(text, part), text, `${part.file}, ${part.name}: run npm run docs:tables`);
  }
});

test('every page of a rule says what, why, what is found and not, what to do, which options there are, and where clauses rest', () => {
  const all = ['What it finds', 'Why it matters', 'Found', 'Not found', 'What to do', 'Options', 'Clauses'];
  const ofConfig = ['What it finds', 'Why it matters', 'What to do'];
  for (const { id, kind, title } of rules) {
    const page = read(`rules/pages/${id}.md`);
    assert.ok(page.startsWith(`# ${id}\n\n${title}.\n`), `${id} begins with its id and title`);
    const found = [...withoutCode(page).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(found, kind === 'config' ? ofConfig : all, id);
  }
});

test('the README says which rules nothing reports yet', () => {
  // What reports a rule names it.
  const code = files.filter((path) => /^server\/src\/.*\.ts$/.test(path)).map(read);
  const silent = rules.map(({ id }) => id).filter((id) => !code.some((text) => text.includes(`'${id}'`)));
  assert.deepEqual(codeIn(between('planned')), silent);
});

test("the README's counts are those of rules/", () => {
  const providers = files.filter((path) => /^rules\/providers\/.*\.yaml$/.test(path)).map((path) => parse(read(path)));
  const clauses = providers.flatMap((provider) => provider.clauses ?? []);
  const { datasets } = parse(read('rules/datasets.yaml'));
  assert.match(readme, new RegExp(`\\b${providers.length} providers with ${clauses.length} clauses\\b`));
  assert.match(readme, new RegExp(`\\b${datasets.length} data sets\\b`));
});

test("the README's options, exit codes and settings are the real ones", () => {
  const catalog = { list: nothing, show: nothing, check: nothing, try: nothing };
  const terms = { show: nothing, diff: nothing };
  const actions = { scan: nothing, explain: nothing, lsp: nothing, catalog, terms };
  const program = createProgram(manifest.version, actions, () => {});
  const scan = program.commands.find((command) => command.name() === 'scan')!;
  assert.deepEqual(
    firstCells('option of `scan`').map((cell) => codeIn(cell).find((name) => name.startsWith('--'))),
    scan.options.map(({ long }) => long),
  );
  for (const { name } of program.commands.map((command) => ({ name: command.name() })))
    assert.match(readme, new RegExp(`distillint ${name}\\b`));
  assert.deepEqual(
    firstCells('exit code').map(Number),
    Object.values(exitCodes).sort((a, b) => a - b),
  );
  const { properties } = manifest.contributes.configuration;
  assert.deepEqual(
    table('setting').map(([name, standard]) => [codeIn(name!)[0], codeIn(standard!)[0]]),
    Object.entries(properties).map(([name, setting]) => [name, String(setting.default)]),
  );
});

test('every npm script that a document names exists, and the file that it runs', () => {
  const problems = documents.flatMap((path) =>
    [...read(path).matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].flatMap(
      ([written, name = written.slice(4)]) => {
        const command = manifest.scripts[name];
        const file = /^node (\S+)/.exec(command ?? '')?.[1];
        return command === undefined || (file !== undefined && !existsSync(file)) ? [`${path}: ${written}`] : [];
      },
    ),
  );
  assert.deepEqual(problems, []);
});

test('docs/dependencies.md gives a reason for each dependency, and for nothing else', () => {
  const rows = tablesOf(read('docs/dependencies.md')).filter(([name]) => name?.startsWith('`'));
  for (const [name, reason] of rows) assert.ok(reason && reason.length > 10, `${name} has no reason`);
  const listed = new Set(rows.flatMap(([name]) => codeIn(name!)));
  const wanted = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  assert.deepEqual([...listed].sort(), wanted.sort());
});

test('relative links resolve, to their heading too', () => {
  const problems = documents.flatMap((path) =>
    [...withoutCode(read(path)).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => {
      if (/^[a-z]+:/.test(link!)) return [];
      const [file, heading] = link!.split('#') as [string, string?];
      const target = file === '' ? path : posix.join(posix.dirname(path), file);
      if (!existsSync(target)) return [`${path}: ${link}`];
      return heading === undefined || headings(read(target)).includes(heading) ? [] : [`${path}: ${link}`];
    }),
  );
  assert.deepEqual(problems, []);
});

test('paths of the repository that documents name are there', () => {
  const own = /^(?:\.ci|\.github|client|docs|rules|server|syntaxes|test)\//;
  const problems = documents.flatMap((path) =>
    codeIn(read(path))
      .filter((name) => own.test(name) && !/[\s<>{}*…]|NAME/.test(name) && !existsSync(name))
      .map((name) => `${path}: ${name}`),
  );
  assert.deepEqual(problems, []);
});

test('the change log knows this version', () => {
  assert.match(read('CHANGELOG.md'), new RegExp(`^## ${manifest.version.replaceAll('.', '\\.')}\\b`, 'm'));
});

test('no text names a folder of the machine it was written on', () => {
  const machine = ['work', 'root', 'tmp', 'home/[a-z]\\w*', 'Users/[A-Za-z]\\w*', 'var/folders'];
  const path = new RegExp(`(?<![\\w.)}\\]/~-])/(?:${machine.join('|')})/|\\b[A-Z]:\\\\+Users\\\\`);
  const problems = files.flatMap((file) =>
    isText(file)
      ? read(file)
          .split('\n')
          .flatMap((line, index) => (path.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 100)}`] : []))
      : [],
  );
  assert.deepEqual(problems, []);
});

test('packages come from the public registry', () => {
  const hosts = [...read('package-lock.json').matchAll(/"resolved":\s*"[\w+]*:\/\/([^/"]+)/g)].map(([, host]) => host);
  assert.deepEqual(
    [...new Set(hosts)].filter((host) => host !== 'registry.npmjs.org'),
    [],
  );
  const settings = existsSync('.npmrc') ? read('.npmrc') : '';
  assert.doesNotMatch(settings, /registry\s*=\s*(?!https:\/\/registry\.npmjs\.org\/?\s*$)/m);
});

function read(path: string): string {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
}

async function nothing(): Promise<number> {
  return 0;
}

/** What git would commit, '/'-separated: all but what .gitignore names. */
function everyFile(folder: string): string[] {
  const ignored = /^(?:\.git|node_modules|dist|\.vscode-test)$|\.(?:vsix|tgz)$/;
  return readdirSync(folder)
    .filter((name) => !ignored.test(name))
    .sort()
    .flatMap((name) => {
      const path = folder === '.' ? name : posix.join(folder, name);
      // Other suites make and remove files while this one runs.
      const info = statSync(path, { throwIfNoEntry: false });
      if (info?.isDirectory()) return everyFile(path);
      return info?.isFile() ? [path] : [];
    });
}

function isText(path: string): boolean {
  return !readFileSync(path).subarray(0, 8192).includes(0);
}

/** The README between a comment that begins with `name` and the one that closes it. */
function between(name: string): string {
  const found = new RegExp(`<!-- ${name}: [^>]*-->\n([\\s\\S]*?)\n<!-- /${name} -->`).exec(readme);
  assert.ok(found, `README.md has no part ${name}`);
  return found[1]!;
}

/** Words set as code. */
function codeIn(text: string): string[] {
  return [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, word]) => word!);
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
}

/** Cells of all rows of all tables. */
function tablesOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^[|\s:-]+$/.test(line))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** The rows of the README's table whose first heading is `heading`. */
function table(heading: string): string[][] {
  const start = readme.indexOf(`| ${heading} |`);
  assert.ok(start >= 0, `README.md has no table ${heading}`);
  return tablesOf(readme.slice(start).split('\n\n')[0]!).slice(1);
}

function firstCells(heading: string): string[] {
  return table(heading).map(([cell]) => cell!);
}

/** The anchors of a document's headings. */
function headings(text: string): string[] {
  return [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}
