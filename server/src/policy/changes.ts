// What would make another verdict of a finding: what else stands in its story, what is trained, an agreement, what is not known of
// the provider or its terms, and the signs that the confidence rests on. A reviewer can look into each of them, and each is true by
// the rules of the policy: where a sentence names a level, that is what judging once more gives.
import type { Candidate } from './candidate.ts';
import type { Finding, Level } from './finding.ts';
import { type Judgement, judge, levels, type Opinion } from './judge.ts';
import { listWords, shortName } from './message.ts';
import type { PolicyData, Purpose, Rule } from './schema.ts';
import type { Draft } from './weigh.ts';

/** The sentences, the most likely change first. Throws if the rule of the draft is not in the data. */
export function changesOf(
  { candidate, weighed }: Draft,
  judgement: Judgement,
  data: PolicyData,
  purpose: Purpose,
): Finding['changes'] {
  const rule = data.rules.find(({ id }) => id === candidate.rule)!;
  const again = (signals: Candidate['signals'], why = purpose): Level =>
    judge({ ...candidate, signals }, data, why, judgement.providers).level;
  return [
    ...bySignals(rule, candidate, judgement.level, again),
    ...byPurpose(rule, judgement, purpose, (why) => again(candidate.signals, why)),
    ...byTerms(judgement, data),
    ...(rule.use === 'none' ? ['a model would not be found if no notice names it or its author'] : []),
    ...(weighed.rests ?? []).map(({ text }) => `without this sign the confidence would be low: ${text}`),
  ];
}

type Again = (signals: Candidate['signals']) => Level;

/** Rules that are only warnings beside other signs: what it would be with them, or without. */
function bySignals(rule: Rule, { signals }: Candidate, level: Level, again: Again): readonly string[] {
  const words = signalWords[rule.warns];
  if (words === undefined) return [];
  const has = signals.training || (rule.warns === 'with-training-or-volume' && signals.volume);
  const other = again({ training: !has, volume: !has });
  if (other === level) return [];
  const [kind, without] = words[rule.kind === 'dataset' ? 'dataset' : 'flow'];
  return [`${has ? without : kind}, this would be ${levelWords[other]}`];
}

/** With the signs, and without them, of a listed data set and of a flow. */
const signalWords: Partial<Record<Rule['warns'], Record<'dataset' | 'flow', readonly [string, string]>>> = {
  'with-training': {
    dataset: ['if its rows were trained on', 'if its rows were not trained on'],
    flow: ['if the answers became training data', 'if the answers did not become training data'],
  },
  'with-training-or-volume': {
    dataset: ['if its rows were trained on', 'if its rows were not trained on'],
    flow: [
      'if the answers became training data, or the model were asked in bulk',
      'if the answers did not become training data and the model were not asked in bulk',
    ],
  },
};

function byPurpose(
  { use }: Rule,
  { level }: Judgement,
  purpose: Purpose,
  again: (purpose: Purpose) => Level,
): readonly string[] {
  if (use !== 'training') return [];
  if (purpose === 'unknown') {
    const other = again('non-competing');
    return other === level
      ? []
      : [`if what is trained does not compete with the provider's, this is ${levelWords[other]}`];
  }
  if (purpose !== 'evaluation') return [];
  return [`if a competing model were trained with it, this would be ${levelWords[again('competing')]}`];
}

/** What an agreement, a text that nobody has read, or other terms would make of it. */
function byTerms({ opinions, level, stance }: Judgement, data: PolicyData): readonly string[] {
  const [lead] = opinions;
  if (!lead) return [];
  const found: string[] = [];
  const asked = opinions.filter(
    (one) =>
      one.level === level && one.provider !== undefined && one.stance !== 'permitted' && one.stance !== 'unknown',
  );
  const names = [...new Set(asked.map(({ provider }) => shortName(data.providers[provider!]!.name)))];
  // An agreement covers whatever its party's terms are asked about; what others say stays.
  const rest = opinions.filter((one) => !asked.some(({ provider }) => provider === one.provider));
  const left = levels.find((one) => rest.some((opinion) => opinion.level === one)) ?? 'permitted';
  if (names.length > 0 && levels.indexOf(left) > levels.indexOf(level)) {
    const settles = left === 'permitted' ? 'settle it' : `leave ${levelWords[left]}`;
    found.push(`an agreement with ${listWords(names)} that allows this use would ${settles}`);
  }
  if (stance === 'permitted-with-conditions') found.push('if its conditions are met, the terms allow it');
  const unknown = opinions.find((one) => one.stance === 'unknown' && one.level === level);
  if (unknown) found.push(unknownWords(unknown));
  if (stance === 'unclear' || stance === 'silent') found.push('a clause that speaks plainly of this use would decide');
  const isHearsay =
    lead.clauses.length > 0 && lead.clauses.every(({ confidence }) => confidence === 'general-knowledge');
  if (level === 'note' && lead.stance === 'prohibited' && isHearsay)
    found.push('nobody has read the clause: once it is read, what it says decides');
  if (level === 'permitted') found.push('a model whose terms do not permit this use would not be permitted here');
  return found;
}

function unknownWords({ provider, answer }: Opinion): string {
  if (answer.how === 'data set') return 'once it is known which model wrote the rows, its terms decide';
  if (provider !== undefined) return 'once the licence of these weights is known, it decides';
  if (answer.local) return 'once the model is known, the licence of its weights decides';
  if (answer.host !== 'unknown') return 'once the model is known, the terms of who made it bind as well';
  return 'once the provider is known, its terms decide';
}

const levelWords: Readonly<Record<Level, string>> = {
  warning: 'a warning',
  note: 'a note',
  permitted: 'permitted',
};
