// Packs the extension the way it is published, from a copy of the checkout: packing builds for production, which would take
// dist/ away from under whoever is working with it.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../tools/setup.mjs';

const expectedFiles = join(dirname(fileURLToPath(import.meta.url)), 'vsix-files.txt');
const notCopied = new Set(['node_modules', 'dist', '.git', '.vscode-test']);

/**
 * Returns `{ folder, vsix, files }`: the folder that was packed (an unpacked extension, too), the package, and the sorted
 * names of the files in it. Throws with the packer's output where it fails.
 */
export function packExtension() {
  const folder = mkdtempSync(join(tmpdir(), 'distillint-package-'));
  for (const name of readdirSync(root)) {
    if (!notCopied.has(name)) cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  const vsix = join(root, 'dist', 'distillint.vsix');
  mkdirSync(dirname(vsix), { recursive: true });
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const packing = spawnSync(process.execPath, [vsce, 'package', '--no-dependencies', '--out', vsix], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (packing.status !== 0) throw new Error(`vsce package failed:\n${packing.stdout}${packing.stderr}`);
  return { folder, vsix, files: namesInZip(readFileSync(vsix)).sort() };
}

/**
 * Compares the names in a package with test/editor/vsix-files.txt: what is added to or lost from the package is a decision,
 * not an accident. Returns the differences as lines, none if all is well.
 */
export function compareFiles(files) {
  const expected = new Set(
    readFileSync(expectedFiles, 'utf8')
      .split('\n')
      .map((line) => line.replace(/#.*/, '').trim())
      .filter((line) => line !== ''),
  );
  const found = new Set(files);
  return [
    ...files.filter((name) => !expected.has(name)).map((name) => `not expected in the package: ${name}`),
    ...[...expected].filter((name) => !found.has(name)).map((name) => `missing from the package: ${name}`),
  ];
}

/** The names in a zip file's central directory, read by hand: one dependency less. */
function namesInZip(bytes) {
  const endRecord = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const count = bytes.readUInt16LE(endRecord + 10);
  let at = bytes.readUInt32LE(endRecord + 16);
  const names = [];
  for (let index = 0; index < count; index++) {
    const length = bytes.readUInt16LE(at + 28);
    names.push(bytes.toString('utf8', at + 46, at + 46 + length));
    at += 46 + length + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return names;
}
