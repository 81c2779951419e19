// What the terms make of a flow: which clauses apply to this use on this surface, which stance leads, which level follows.
// Host and author of a model both bind; the stricter one leads and both are shown. Confidence in the fact is another axis
// and not looked at here. A judgement is information about terms, never a verdict.
import type { Candidate } from './candidate.ts';
import type { CitedClause, FindingStance, Level } from './finding.ts';
import { messageOf } from './message.ts';
import { type Party, type ProviderAnswer, resolveProviders } from './providers.ts';
import { type Dataset, type PolicyData, type Purpose, type Rule, type Stance, stances, type Use } from './schema.ts';

/** What policy says about a candidate. */
export interface Judgement {
  /** The leading clause first. */
  readonly clauses: readonly CitedClause[];
  /** What each of the terms that were asked says, the strictest first. */
  readonly opinions: readonly Opinion[];
  readonly stance: FindingStance;
  readonly level: Level;
  readonly message: string;
  /** The answer that the leading clause rests on. */
  readonly provider: ProviderAnswer;
  /** All answers: several models or addresses may be possible. */
  readonly providers: readonly ProviderAnswer[];
  readonly assumptions: readonly string[];
}

/** One set of terms, asked about one use. */
export interface Opinion {
  readonly use: Use;
  readonly stance: Exclude<FindingStance, 'none'>;
  readonly level: Level;
  readonly clauses: readonly CitedClause[];
  readonly answer: ProviderAnswer;
  /** Whose terms; absent where no provider is known. */
  readonly provider?: string;
  /** Why nothing is known. */
  readonly reason?: string;
}

/** Judges a candidate under the team's purpose. `providers`: all who may be asked. Throws if its rule is not in the data. */
export function judge(
  candidate: Candidate,
  data: PolicyData,
  purpose: Purpose,
  providers = resolveProviders(candidate.provider, data.routing),
): Judgement {
  const rule = data.rules.find((row) => row.id === candidate.rule);
  if (!rule) throw new Error(`no rule '${candidate.rule}'`);
  const asked = usesOf(rule, data, purpose);
  const dataset = candidate.dataset && findDataset(candidate.dataset.id, data);
  const opinions = candidate.dataset
    ? asked.flatMap((use) => datasetOpinions(dataset, use, data))
    : providers.flatMap((answer) => asked.flatMap((use) => answerOpinions(answer, use, candidate, data)));
  const capped = opinions.map((opinion) => ({ ...opinion, level: cap(opinion.level, rule, candidate) }));
  const ranked = [...capped].sort(stricterFirst);
  const lead = ranked[0];
  const stance: FindingStance = lead?.stance ?? 'none';
  const level: Level = lead?.level ?? (rule.use === 'none' ? 'note' : 'permitted');
  const provider = lead?.answer ?? providers[0]!;
  return {
    clauses: unique(ranked.flatMap((opinion) => opinion.clauses)),
    opinions: ranked,
    stance,
    level,
    message: messageOf({
      rule,
      data,
      purpose,
      opinions: ranked,
      provider,
      dataset,
      datasetName: candidate.dataset?.id,
      kept: candidate.kept,
      rotated: candidate.rotated?.words,
    }),
    provider,
    providers,
    assumptions: assumptionsOf(lead, purpose, provider, providers, data),
  };
}

/** The uses that a rule asks about: the training stance by purpose, and what stands beside it. */
function usesOf(rule: Rule, data: PolicyData, purpose: Purpose): readonly Use[] {
  if (rule.use === 'none') return [];
  const use = rule.use === 'training' ? data.purposes[purpose] : rule.use;
  return use === 'none' ? [] : [use, ...rule.beside];
}

/** The row of a data set, by its id or another name of it; a name that ends in `*` stands for all that begin so. */
export function findDataset(id: string, data: PolicyData): Dataset | undefined {
  const wanted = id.toLowerCase();
  const isMeant = (name: string): boolean =>
    name.endsWith('*') ? wanted.startsWith(name.slice(0, -1).toLowerCase()) : name.toLowerCase() === wanted;
  return data.datasets.find((row) => [row.id, ...row.also].some(isMeant));
}

/** What host and author say about a use. Nobody known is an opinion too: unknown. */
function answerOpinions(answer: ProviderAnswer, use: Use, candidate: Candidate, data: PolicyData): readonly Opinion[] {
  const known = answer.parties.map((party) => partyOpinion(answer, party, use, candidate, data));
  if (answer.local) return known.length > 0 ? known : [unknown(answer, use)];
  const hostKnown = answer.parties.some((party) => party.party === 'host');
  const authorKnown = answer.author !== 'unknown';
  return hostKnown && authorKnown ? known : [...known, unknown(answer, use)];
}

function unknown(answer: ProviderAnswer, use: Use): Opinion {
  const reason = answer.unknownReason ?? 'neither host nor author is known';
  return { use, stance: 'unknown', level: 'note', clauses: [], answer, reason };
}

function partyOpinion(
  answer: ProviderAnswer,
  party: Party,
  use: Use,
  { rotated }: Candidate,
  data: PolicyData,
): Opinion {
  const { provider } = party;
  const surface = data.providers[provider]?.surfaces.find((row) => row.id === party.surface);
  if (!surface) {
    const reason = 'the licence of these weights is not in our data';
    return { use, stance: 'unknown', level: 'note', clauses: [], answer, provider, reason };
  }
  const row = surface.stances[use];
  const all = row.clauses.map((id) => cite(id, party.party, use, row.stance, data));
  // A surface may stand for several licences with one stance; the one that is known is cited alone.
  const own = all.filter((clause) => clause.document === party.licence);
  const clauses =
    own.length > 0 ? own : all.filter((clause) => party.licence === undefined || !isLicence(clause, data));
  // What terms say of keys and accounts does not settle whether a request may say that somebody else sends it.
  const fitting = rotated?.isDisguise ? clauses.filter(({ id }) => data.clauses[id]!.about !== 'credentials') : clauses;
  const stance = fitting.length === clauses.length ? row.stance : strictestOf(fitting.map((clause) => clause.stance));
  return { use, stance, level: levelOf(stance, fitting), clauses: applied(fitting, stance), answer, provider };
}

/** Clauses with the stance that they came to, where they say another by themselves. */
function applied(clauses: readonly CitedClause[], stance: Stance): readonly CitedClause[] {
  return clauses.map((clause) => (clause.stance === stance ? clause : { ...clause, applied: stance }));
}

/** The strictest of the stances of clauses; where there is none, nothing is settled. */
function strictestOf(all: readonly Stance[]): Stance {
  return stances.find((stance) => all.includes(stance)) ?? 'unclear';
}

function isLicence(clause: CitedClause, data: PolicyData): boolean {
  return data.documents[clause.document]?.kind === 'model-licence';
}

/** What the terms of the models behind a data set say, one opinion per provider. */
function datasetOpinions(dataset: Dataset | undefined, use: Use, data: PolicyData): readonly Opinion[] {
  if (!dataset) {
    const answer = datasetAnswer('unknown', 'the data set is not in our list');
    return [{ use, stance: 'unknown', level: 'note', clauses: [], answer, reason: 'the data set is not in our list' }];
  }
  const verdict = data.verdicts[dataset.verdict]!;
  // What is silent about other models is not what forbids competing ones.
  const fallback = use === 'train_competing' ? verdict.stance : 'unclear';
  const cited = dataset.clauses.map((id) => cite(id, 'dataset', use, fallback, data)).sort(stricterClauseFirst);
  const providers = [...new Set(cited.map((clause) => clause.provider))];
  if (providers.length === 0) {
    const answer = datasetAnswer('unknown', undefined);
    return [{ use, stance: verdict.stance, level: levelOf(verdict.stance), clauses: [], answer }];
  }
  return providers.map((provider) => {
    const clauses = cited.filter((clause) => clause.provider === provider);
    // The verdict was made for the data set as a whole: where it is mild, no clause makes it stricter.
    const stance = verdict.stance === 'restricted' ? clauses[0]!.stance : verdict.stance;
    const level = dataset.confidence === 'general-knowledge' ? levelOf(stance) : levelOf(stance, clauses);
    return {
      use,
      stance,
      level,
      clauses: applied(clauses, stance),
      answer: datasetAnswer(provider, undefined),
      provider,
    };
  });
}

/** Nobody serves a data set; the author of the model behind it is the one whose terms are asked. */
function datasetAnswer(author: string, unknownReason: string | undefined): ProviderAnswer {
  const reason = unknownReason === undefined ? {} : { unknownReason };
  return {
    host: 'unknown',
    author,
    surface: 'unknown',
    how: 'data set',
    local: false,
    ...reason,
    parties: [],
    assumptions: [],
  };
}

/** The level of a stance. Clauses that we only know by hearsay of the field never raise it above a note. */
function levelOf(stance: Stance, clauses: readonly CitedClause[] = []): Level {
  if (stance === 'permitted') return 'permitted';
  if (stance !== 'prohibited' && stance !== 'restricted') return 'note';
  return clauses.every((clause) => clause.confidence === 'general-knowledge') ? 'note' : 'warning';
}

/** Rules that are only warnings together with other signs in the same story. */
function cap(level: Level, rule: Rule, { signals }: Candidate): Level {
  if (level !== 'warning') return level;
  const enough = {
    always: true,
    'with-training': signals.training,
    'with-training-or-volume': signals.training || signals.volume,
    never: false,
  }[rule.warns];
  return enough ? level : 'note';
}

/** The strictest first. */
export const levels: readonly Level[] = ['warning', 'note', 'permitted'];

/** Strictness of a stance; unknown ranks with unclear. */
function strictness(stance: Opinion['stance']): number {
  return stances.length - stances.indexOf(stance === 'unknown' ? 'unclear' : stance);
}

function stricterFirst(a: Opinion, b: Opinion): number {
  return (
    levels.indexOf(a.level) - levels.indexOf(b.level) ||
    strictness(b.stance) - strictness(a.stance) ||
    Number(b.clauses[0]?.firstHand ?? false) - Number(a.clauses[0]?.firstHand ?? false) ||
    b.clauses.length - a.clauses.length
  );
}

function stricterClauseFirst(a: CitedClause, b: CitedClause): number {
  return strictness(b.stance) - strictness(a.stance) || Number(b.firstHand) - Number(a.firstHand);
}

function cite(id: string, party: CitedClause['party'], use: Use, stance: Stance, data: PolicyData): CitedClause {
  const clause = data.clauses[id]!;
  const document = data.documents[clause.document]!;
  return {
    id,
    provider: clause.provider,
    providerName: data.providers[clause.provider]!.name,
    document: document.id,
    title: document.title,
    ...(clause.section === undefined ? {} : { section: clause.section }),
    summary: clause.summary,
    url: document.url,
    party,
    use,
    stance: clause.stances[use] ?? stance,
    exceptions: clause.exceptions,
    confidence: clause.confidence,
    firstHand: clause.confidence === 'first-hand' || clause.confidence === 'first-hand-partial',
    ...(clause.effective === undefined ? {} : { effective: clause.effective }),
    ...(clause.checked === undefined ? {} : { asOf: clause.checked }),
  };
}

function unique(clauses: readonly CitedClause[]): readonly CitedClause[] {
  const ids = new Set<string>();
  return clauses.filter((clause) => !ids.has(clause.id) && ids.add(clause.id));
}

function assumptionsOf(
  lead: Opinion | undefined,
  purpose: Purpose,
  provider: ProviderAnswer,
  providers: readonly ProviderAnswer[],
  data: PolicyData,
): readonly string[] {
  const found: string[] = [];
  if (lead && assumesCompetition(lead, purpose)) found.push("the trained model competes with the provider's");
  found.push(...provider.assumptions);
  const others = providers.includes(provider) ? providers.filter((other) => other !== provider) : [];
  const named = nameOfAnswer(provider, data);
  // Servers of one's own are told apart by their addresses alone.
  const names = [...new Set(others.map((other) => nameOfAnswer(other, data)))].filter((name) => name !== named);
  if (names.length > 0) found.push(`the call goes to ${named}; possible as well: ${names.join(', ')}`);
  return found;
}

/** Whether an opinion holds only if the trained model competes, and nobody has said that it does. */
export function assumesCompetition(opinion: Opinion, purpose: Purpose): boolean {
  const matters: readonly Opinion['stance'][] = ['prohibited', 'restricted', 'permitted-with-conditions', 'unclear'];
  return purpose === 'unknown' && opinion.use === 'train_competing' && matters.includes(opinion.stance);
}

/** Who answers where nobody knows who. */
export const UNKNOWN_HOST = 'an unknown host';

/** Who answers, with the model where it is known: `OpenAI (gpt-4o)`, `a local model (qwen3:32b)`. */
export function nameOfAnswer(answer: ProviderAnswer, data: PolicyData): string {
  const host = answer.local ? 'a local model' : (data.providers[answer.host]?.name ?? answer.hostName ?? UNKNOWN_HOST);
  return answer.model?.value ? `${host} (${answer.model.value})` : host;
}
