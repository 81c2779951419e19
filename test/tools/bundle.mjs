// Tools that work with the engine's own code are TypeScript; this makes one file of such a tool that Node can run.
import { join } from 'node:path';
import { root } from './setup.mjs';

/**
 * Bundles `test/tools/<source>` into dist/<folder of source>/ and gives the path of the bundle. Parsers come from dist/, so the
 * build has to be there.
 */
export async function bundleTool(source) {
  const esbuild = await import('esbuild');
  const { cutParser, parserPlugin } = await import('./parser-slice.mjs');
  const { watPlugin } = await import('./wat.mjs');
  const parser = join(root, 'dist', 'ts-parser.js');
  const outfile = join(root, 'dist', source.replace(/\.ts$/, '.js'));
  cutParser(esbuild, parser);
  await esbuild.build({
    entryPoints: [join(root, 'test', 'tools', source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'linked',
    logLevel: 'warning',
    // Its ES module asks for import.meta.url, which a CommonJS bundle lacks.
    alias: { 'web-tree-sitter': join(root, 'node_modules', 'web-tree-sitter', 'web-tree-sitter.cjs') },
    plugins: [parserPlugin(parser, { inline: false, specifier: '../ts-parser.js' }), watPlugin],
  });
  return outfile;
}
