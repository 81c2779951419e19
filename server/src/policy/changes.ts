// What would make another verdict of a finding: what is trained, an agreement, who the provider is, and the signs that the
// confidence rests on. A reviewer can look into each of them.
import type { Finding } from './finding.ts';
import { type Judgement, judge } from './judge.ts';
import type { PolicyData, Purpose } from './schema.ts';
import type { Draft } from './weigh.ts';

/** The sentences, the most likely change first. */
export function changesOf(
  { candidate, weighed }: Draft,
  judgement: Judgement,
  data: PolicyData,
  purpose: Purpose,
): Finding['changes'] {
  const found: string[] = [];
  if (purpose === 'unknown') {
    const other = judge(candidate, data, 'non-competing', judgement.providers);
    if (other.level !== judgement.level)
      found.push(`if what is trained does not compete with the provider's, this is ${levelWords[other.level]}`);
  }
  const name = judgement.clauses[0]?.providerName;
  if (judgement.level === 'warning' && name !== undefined)
    found.push(`an agreement with ${name} that allows this use would settle it`);
  if (judgement.stance === 'unknown') found.push('once the provider is known, its terms decide');
  for (const { text } of weighed.rests ?? []) found.push(`without this sign the confidence would be low: ${text}`);
  return found;
}

const levelWords: Readonly<Record<Finding['level'], string>> = {
  warning: 'a warning',
  note: 'a note',
  permitted: 'permitted',
};
