// Candidates become findings: each is judged, gets its fingerprint, and evidence is sorted by side. The order is that of the
// files and places, whatever order the candidates came in. Which results of one story are shown is decided later.
import type { Candidate, EvidenceFact } from './candidate.ts';
import type { Evidence, Finding, FindingProvider } from './finding.ts';
import { fingerprints } from './fingerprint.ts';
import { judge } from './judge.ts';
import type { PolicyData, Purpose } from './schema.ts';

/** The findings for candidates under the team's purpose, by path, offset and rule. */
export function assemble(candidates: readonly Candidate[], data: PolicyData, purpose: Purpose): readonly Finding[] {
  const ordered = [...candidates].sort(byPlace);
  const names = fingerprints(ordered);
  return ordered.map((candidate, i) => finding(candidate, data, purpose, names[i]!));
}

function finding(candidate: Candidate, data: PolicyData, purpose: Purpose, fingerprint: string): Finding {
  const { clauses, stance, level, message, provider, assumptions } = judge(candidate, data, purpose);
  return {
    rule: candidate.rule,
    place: candidate.place,
    flow: candidate.flow,
    provider: providerOf(provider),
    ...(provider.model === undefined ? {} : { model: provider.model.value }),
    models: candidate.provider.models,
    clauses,
    stance,
    evidence: { for: side(candidate.evidence, 'for'), against: side(candidate.evidence, 'against') },
    confidence: candidate.confidenceHint,
    level,
    assumptions: [...candidate.assumptions, ...assumptions],
    fingerprint,
    story: candidate.story,
    related: candidate.related,
    message,
  };
}

function providerOf({ host, hostName, author, surface, how, local, unknownReason }: FindingProvider): FindingProvider {
  return {
    host,
    ...(hostName === undefined ? {} : { hostName }),
    author,
    surface,
    how,
    local,
    ...(unknownReason === undefined ? {} : { unknownReason }),
  };
}

/** The heaviest first. */
function side(facts: readonly EvidenceFact[], wanted: EvidenceFact['side']): readonly Evidence[] {
  return facts
    .filter((fact) => fact.side === wanted)
    .map(({ text, place, weight }) => ({ text, ...(place === undefined ? {} : { place }), weight }))
    .sort((a, b) => b.weight - a.weight);
}

function byPlace(a: Candidate, b: Candidate): number {
  if (a.place.path !== b.place.path) return a.place.path < b.place.path ? -1 : 1;
  return a.place.start - b.place.start || a.place.end - b.place.end || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}
