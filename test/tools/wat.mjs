// WebAssembly is written as text and assembled by the build; what imports such a file gets the bytes of its module.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './setup.mjs';

/** For esbuild. An error in the text fails the build with its place. */
export const watPlugin = {
  name: 'wat',
  setup(build) {
    build.onLoad({ filter: /\.wat$/ }, async ({ path }) => {
      const { default: load } = await import('wabt');
      const wabt = await load();
      const parsed = wabt.parseWat(relative(root, path), readFileSync(path, 'utf8'), { simd: true });
      try {
        parsed.validate();
        return { contents: parsed.toBinary({}).buffer, loader: 'binary' };
      } finally {
        parsed.destroy();
      }
    });
  },
};
