// What a door on Node has beside it and around it: what the build left, and the day.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuiltFiles } from './built.ts';

/** The path of what the build leaves in one folder with the bundles. */
export function beside(name: string): string {
  return join(__dirname, name);
}

/** The text of the compiled rules in `file`. They are written in ASCII, so there is nothing to decode: half of the reading. */
export function readRules(file: string = beside('rules.json')): string {
  return readFileSync(file, 'latin1');
}

/** What the engine needs, with the text of the compiled rules, from the folder of the build. Throws where the installation is broken. */
export function readBuilt(rules: string, folder: string = __dirname): BuiltFiles {
  return {
    rules,
    treeSitterWasm: readFileSync(join(folder, 'web-tree-sitter.wasm')),
    pythonWasm: readFileSync(join(folder, 'tree-sitter-python.wasm')),
  };
}

/** The day here, as `YYYY-MM-DD`. */
export function today(): string {
  const now = new Date();
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
