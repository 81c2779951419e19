// Which file a command runs: a path below the folder of the script that says so, or below a folder above it, since scripts are
// started from there.
import { ancestorsOf, type PathIndex, remembered } from './path-index.ts';
import { joinPath, parentOf } from './paths.ts';

/** The file that `specifier`, a path as a command names it, means in the script `from`. */
export function resolveScript(index: PathIndex, from: string, specifier: string): string | undefined {
  if (specifier.startsWith('/')) return index.files.has(specifier) ? specifier : undefined;
  return remembered(index, `script ${parentOf(from)} ${specifier}`, () =>
    ancestorsOf(index, parentOf(from))
      .map((directory) => joinPath(directory, specifier))
      .find((path) => index.files.has(path)),
  );
}
