// Cuts the parser out of the pinned typescript package, and gives it to every bundle as the module `typescript`.
// The package is one script in dependency order; everything behind the parser (checker, emitter, services) is nine
// tenths of it, and loading it would be most of the start-up time. test/suites/parser-slice.test.ts compares trees.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './setup.mjs';

const require = createRequire(import.meta.url);
const version = '6.0.3';
const head = 'var ts = {}; ((module) => {\n';
const interfaceSection = '\n// src/typescript/typescript.ts\n';
const firstSection = '\n// src/compiler/corePublic.ts\n';
const parserSection = '\n// src/compiler/parser.ts\n';

// Everything the frontend may use. Anything else is missing at build time, not at run time.
const functions = [
  'createScanner',
  'createSourceFile',
  'forEachChild',
  'getLeadingCommentRanges',
  'getLineAndCharacterOfPosition',
  'getLineStarts',
  'getTokenPosOfNode',
  'getTrailingCommentRanges',
  'updateSourceFile',
];
const enums = [
  'JSDocParsingMode',
  'LanguageVariant',
  'ModifierFlags',
  'NodeFlags',
  'ScriptKind',
  'ScriptTarget',
  'SyntaxKind',
];

/** Writes dist/ts-parser.js unless it is already that of this version, this list and this script. */
export function cutParser(esbuild, outfile) {
  const key = createHash('sha256')
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .update(version)
    .digest('hex');
  const mark = `/* parser-only slice of typescript ${version}, ${key} */`;
  if (existsSync(outfile) && readFileSync(outfile, 'utf8').startsWith(mark)) return;

  const folder = dirname(require.resolve('typescript/package.json', { paths: [root] }));
  const found = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
  if (found !== version) throw new Error(`the slice is cut from typescript ${version}, but ${found} is installed`);
  const text = readFileSync(join(folder, 'lib', 'typescript.js'), 'utf8').replace(/\r\n/g, '\n');
  const start = expectOnce(text, head);
  const parser = expectOnce(text, parserSection);
  const end = text.indexOf('\n// src/', parser + parserSection.length);
  if (end < 0) throw new Error('typescript: no section follows the parser');

  const notice = text.slice(0, start).trim();
  if (!notice.includes('Apache License')) throw new Error('typescript: its licence notice has moved');
  // The bundler's helpers come first, then a section with nothing but the table of the whole public interface. That
  // table would hold on to everything; ours is a list of exports, so that what the parser does not need falls away.
  const first = expectOnce(text, firstSection);
  const helpers = text.slice(start + head.length, expectOnce(text.slice(0, first), interfaceSection));
  const body = text.slice(first, end);
  const result = esbuild.buildSync({
    stdin: { contents: `${helpers}${body}\nexport { ${[...functions, ...enums].join(', ')} };` },
    bundle: true,
    minify: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'es2022',
    legalComments: 'none',
  });
  mkdirSync(dirname(outfile), { recursive: true });
  writeFileSync(outfile, `${mark}\n${notice}\n${result.outputFiles[0].text}`);
}

/**
 * Resolves `typescript` to a small module: enums as constants, which the bundler folds into numbers, and functions that
 * load the parser at their first call. A scan of Python alone never pays for it. `inline` puts the parser into the
 * bundle, for browsers, where there is no require.
 */
export function parserPlugin(outfile, { inline, specifier }) {
  return {
    name: 'typescript-parser',
    setup(build) {
      build.onResolve({ filter: /^typescript$/ }, () => ({ path: 'typescript', namespace: 'parser-slice' }));
      build.onResolve({ filter: /ts-parser\.js$/, namespace: 'parser-slice' }, (args) =>
        inline ? { path: outfile } : { path: args.path, external: true },
      );
      build.onLoad({ filter: /.*/, namespace: 'parser-slice' }, () => ({
        contents: facade(require(outfile), inline ? outfile : specifier),
        loader: 'ts',
        resolveDir: dirname(outfile),
      }));
    },
  };
}

function facade(parser, specifier) {
  const lines = ['let parser: any;', `const load = () => (parser ??= require(${JSON.stringify(specifier)}));`];
  for (const name of functions) lines.push(`export const ${name} = (...args: any[]) => load().${name}(...args);`);
  for (const name of enums) {
    const members = Object.entries(parser[name]).filter(([key]) => !/^-?\d+$/.test(key));
    lines.push(`export enum ${name} { ${members.map(([key, value]) => `${key} = ${value}`).join(', ')} }`);
  }
  lines.push(`export default { ${[...functions, ...enums].join(', ')} };`);
  return lines.join('\n');
}

function expectOnce(text, marker) {
  const at = text.indexOf(marker);
  if (at < 0 || text.indexOf(marker, at + 1) >= 0) throw new Error(`typescript: expected exactly one ${marker.trim()}`);
  return at;
}
