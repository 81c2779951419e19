// Builds dist/: the doors as bundles, the parsers beside them, the rules compiled.
//   --watch        build again on every change
//   --production   minified, without source maps, and every door must be there
//   --tests        also bundle test/suites into dist/test; --tests=a,b only those whose names contain a or b
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { performance } from 'node:perf_hooks';
import * as esbuild from 'esbuild';
import { cutParser, parserPlugin } from './parser-slice.mjs';
import { buildStamp, root } from './setup.mjs';
import { watPlugin } from './wat.mjs';

const require = createRequire(import.meta.url);
const dist = join(root, 'dist');
const parser = join(dist, 'ts-parser.js');
const flags = new Set(process.argv.slice(2));
const production = flags.has('--production');
const tests = process.argv.find((flag) => /^--tests(=|$)/.test(flag));

const nodeOnly = /^(node:)?(crypto|fs|fs\/promises|inspector|module|os|path|perf_hooks|source-map-support|url)$/;

const doors = [
  { from: 'server/src/cli.ts', to: 'cli', platform: 'node', executable: true },
  { from: 'server/src/node.ts', to: 'server', platform: 'node' },
  { from: 'client/src/extension.ts', to: 'client', platform: 'node' },
];

const common = {
  bundle: true,
  metafile: true,
  logLevel: 'warning',
  absWorkingDir: root,
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
};

if (production) rmSync(dist, { recursive: true, force: true });
process.exitCode = await build();
if (flags.has('--watch')) watchSources();

async function build() {
  const started = performance.now();
  const begin = new Date();
  try {
    mkdirSync(dist, { recursive: true });
    cutParser(esbuild, parser);
    copyWasm();
    const present = doors.filter(isPresent);
    const work = [compileRules(), ...present.map(bundle)];
    if (tests) work.push(bundleTests());
    // A door that does not build is no reason to leave the others half written.
    const results = await Promise.allSettled(work);
    const broken = results.find((result) => result.status === 'rejected');
    if (broken) throw broken.reason;
    if (production) writeNotices(results.flatMap((result) => result.value));
    writeFileSync(buildStamp, '');
    // The stamp carries the time before the build, so that an edit made during it counts as newer.
    utimesSync(buildStamp, begin, begin);
    const names = present.map((door) => door.to).join(', ');
    console.log(`built ${names || 'the parsers'} in ${Math.round(performance.now() - started)} ms`);
    return 0;
  } catch (error) {
    // esbuild has already printed its own errors with their places.
    if (!Array.isArray(error?.errors)) console.error(`build: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}

function isPresent(door) {
  if (existsSync(join(root, door.from))) return true;
  if (production) throw new Error(`${door.from} is missing`);
  console.log(`skipped ${door.to}: there is no ${door.from} yet`);
  return false;
}

/** Bundles one door and returns the files that went into it. */
async function bundle(door) {
  const outfile = join(dist, `${door.to}.js`);
  const browser = door.platform === 'browser';
  const result = await esbuild.build({
    ...common,
    entryPoints: [join(root, door.from)],
    outfile,
    platform: door.platform,
    // A worker has no module system; a client is loaded by VS Code's, in the browser too.
    format: door.to === 'browser-server' ? 'iife' : 'cjs',
    target: browser ? 'es2022' : 'node20',
    external: ['vscode'],
    plugins: [
      parserPlugin(parser, { inline: browser, specifier: './ts-parser.js' }),
      parserPackages(browser),
      watPlugin,
    ],
  });
  if (door.executable) {
    const text = readFileSync(outfile, 'utf8');
    if (!text.startsWith('#!')) writeFileSync(outfile, `#!/usr/bin/env node\n${text}`);
    chmodSync(outfile, 0o755);
  }
  return Object.keys(result.metafile.inputs);
}

/** Bundles every suite on its own; test.mjs runs what lies in dist/test. */
async function bundleTests() {
  const folder = join(root, 'test', 'suites');
  const outdir = join(dist, 'test');
  const all = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.test.ts')) : [];
  const parts = tests.split('=')[1]?.split(',');
  const suites = parts ? all.filter((name) => parts.some((part) => name.includes(part))) : all;
  // A suite that was removed must not run on; one that another run is reading right now must stay.
  for (const name of existsSync(outdir) ? readdirSync(outdir) : []) {
    if (/\.test\.js(\.map)?$/.test(name) && !all.includes(name.replace(/\.js(\.map)?$/, '.ts')))
      rmSync(join(outdir, name));
  }
  await esbuild.build({
    ...common,
    entryPoints: suites.map((name) => join(folder, name)),
    outdir,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    plugins: [parserPlugin(parser, { inline: false, specifier: '../ts-parser.js' }), parserPackages(false), watPlugin],
    // Packages that are only needed by tests may do what bundles cannot, such as finding their own files.
    external: ['vscode', 'esbuild', 'playwright-core', 'mocha', '@vscode/test-electron'],
  });
  return [];
}

/**
 * Compiles rules/ into one file, dist/rules.json, that every door loads.
 * The code is the core's own and does no input or output. server/src/catalog/compile.ts exports
 * `compileRules(files, sections)`, which takes `{ path, text }` of every file below rules/ (paths from there, with
 * forward slashes, sorted) and returns `{ json, problems }`. A section `{ name, load }` is whatever a file
 * server/src/<layer>/compile.ts exports under a name that ends in `Section`.
 */
async function compileRules() {
  const source = join(root, 'server', 'src');
  const compilers = readdirSync(source).filter((layer) => existsSync(join(source, layer, 'compile.ts')));
  if (!compilers.includes('catalog')) {
    console.log('skipped rules.json: there is no server/src/catalog/compile.ts yet');
    return [];
  }
  // The code runs from memory: nothing is left in dist/, and two builds at once do not read each other's.
  const bundled = await esbuild.build({
    ...common,
    stdin: {
      contents: compilers.map((layer) => `export * from './${layer}/compile.ts';`).join('\n'),
      resolveDir: source,
    },
    write: false,
    sourcemap: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  });
  const compiled = { exports: {} };
  new Function('module', 'exports', 'require', bundled.outputFiles[0].text)(compiled, compiled.exports, require);
  const sections = Object.entries(compiled.exports).flatMap(([name, value]) =>
    name.endsWith('Section') ? [value] : [],
  );
  const { json, problems } = compiled.exports.compileRules(rulesFiles(), sections);
  if (problems.length > 0) {
    throw new Error(`rules/ has problems\n${problems.map((problem) => `  ${describe(problem)}`).join('\n')}`);
  }
  writeFileSync(join(dist, 'rules.json'), json);
  // As they are written, for `catalog show`; a scan does not read this.
  const written = rulesFiles().filter(({ path }) => path.startsWith('catalog/'));
  writeFileSync(join(dist, 'catalog.json'), JSON.stringify(written));
  return [];
}

function rulesFiles() {
  const folder = join(root, 'rules');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((path) => ({
      path: path
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
      text: readFileSync(path, 'utf8'),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function describe(problem) {
  if (typeof problem === 'string') return problem;
  const place = [problem.file ?? problem.path, problem.line, problem.column].filter((part) => part !== undefined);
  return `${place.join(':')}: ${problem.message}`;
}

function copyWasm() {
  copyFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm'), join(dist, 'web-tree-sitter.wasm'));
  copyFileSync(require.resolve('tree-sitter-python/tree-sitter-python.wasm'), join(dist, 'tree-sitter-python.wasm'));
}

/**
 * Takes the build of web-tree-sitter that fits: its ES module asks for import.meta.url, which a CommonJS bundle lacks.
 * In a browser both parsers' branches for Node never run, but name modules that the bundler would look for.
 */
function parserPackages(browser) {
  const webTreeSitter = join(root, 'node_modules', 'web-tree-sitter');
  return {
    name: 'parser-packages',
    setup(build) {
      const file = join(webTreeSitter, `web-tree-sitter.${browser ? 'js' : 'cjs'}`);
      build.onResolve({ filter: /^web-tree-sitter$/ }, () => ({ path: file }));
      if (!browser) return;
      // Only for these two: one of our own files that needs Node must not build for a browser.
      build.onResolve({ filter: nodeOnly }, (args) =>
        args.importer === file || args.importer === parser ? { path: args.path, namespace: 'absent' } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'module.exports = {};' }));
    },
  };
}

/** The licences of every package whose code is in a bundle. */
function writeNotices(inputs) {
  // These two do not come through the bundler.
  const packages = new Set(['node_modules/typescript', 'node_modules/tree-sitter-python']);
  for (const input of inputs) {
    const path = input.replaceAll('\\', '/');
    const at = path.lastIndexOf('node_modules/');
    if (at < 0) continue;
    const parts = path.slice(at + 'node_modules/'.length).split('/');
    const name = parts[0].startsWith('@') ? `${parts[0]}/${parts[1]}` : parts[0];
    packages.add(`${path.slice(0, at)}node_modules/${name}`);
  }
  const texts = [...packages].sort().map((path) => {
    const folder = join(root, path);
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[sc]e/i.test(entry));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${license}`;
    return `${name} ${version}\n\n${text}\n`;
  });
  const rule = `\n${'-'.repeat(80)}\n\n`;
  writeFileSync(
    join(dist, 'third-party.txt'),
    `The bundles beside this file contain code of these packages.\n${rule}${texts.join(rule)}`,
  );
}

function watchSources() {
  let timer;
  let running = Promise.resolve();
  const rebuild = () => {
    clearTimeout(timer);
    // An editor's save is several events; one build for all of them.
    timer = setTimeout(() => {
      running = running.then(build);
    }, 50);
  };
  const folders = ['client', 'server', 'rules', ...(tests ? ['test/suites'] : [])];
  for (const folder of folders) {
    if (existsSync(join(root, folder))) watch(join(root, folder), { recursive: true }, rebuild);
  }
  console.log('watching');
}
