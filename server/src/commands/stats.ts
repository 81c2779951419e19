// What a scan did and how long it took, on standard error.
import type { CheckResult } from '../project.ts';
import { coverageSentences, sizeText } from '../report/coverage.ts';
import { shownPath } from '../report/report.ts';
import { visible } from '../report/terminal.ts';

/** The statistics of a scan, as lines. */
export function statsLines(
  result: CheckResult,
  times: ReadonlyMap<string, number>,
  memory: number,
  root: string,
): readonly string[] {
  const { files, bytes, parsed, origins } = result.coverage;
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const phases = [...times].map(([phase, time]) => `${phase} ${time.toFixed(0)} ms`);
  return [
    `files    ${files}`,
    `bytes    ${bytes} (${sizeText(bytes)})`,
    `parsed   ${parsed.length}`,
    ...parsed.map(({ path, cause }) => `         ${visible(shownPath(path, root))}: ${visible(cause)}`),
    `origins  ${origins}`,
    `findings ${result.findings.length}`,
    `time     ${total.toFixed(0)} ms (${phases.join(', ')})`,
    `memory   ${sizeText(memory)}`,
    ...coverageSentences(result.coverage).slice(1),
  ];
}
