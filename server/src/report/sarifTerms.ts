// Clauses in SARIF: a taxonomy of what results refer to, beside the rules that found them.
import type { ReportingDescriptorReference, ToolComponent } from 'sarif';
import type { CitedClause, Finding } from '../policy/finding.ts';
import { citation } from '../policy/message.ts';
import { homepage } from './report.ts';

/** Names the one taxonomy of a run. */
export const termsReference = { name: 'provider-terms', index: 0 };

/** Every clause that a finding cites, once, in order of ids. */
export function clausesOf(findings: readonly Finding[]): readonly CitedClause[] {
  const byId = new Map(findings.flatMap((finding) => finding.clauses.map((clause) => [clause.id, clause])));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The clauses as a taxonomy. */
export function termsTaxonomy(clauses: readonly CitedClause[], termsAsOf: string | undefined): ToolComponent {
  return {
    name: termsReference.name,
    fullName: 'Clauses of providers on the use of model output',
    shortDescription: {
      text: 'The clauses that results refer to, summarised in our words; the linked documents decide.',
    },
    informationUri: homepage,
    isComprehensive: false,
    language: 'en-US',
    ...(termsAsOf === undefined ? {} : { releaseDateUtc: termsAsOf }),
    taxa: clauses.map((clause) => ({
      id: clause.id,
      shortDescription: { text: citation(clause) },
      fullDescription: { text: clause.summary || citation(clause) },
      helpUri: clause.url,
      properties: {
        provider: clause.provider,
        providerName: clause.providerName,
        document: clause.document,
        ...(clause.section === undefined ? {} : { section: clause.section }),
        exceptions: clause.exceptions,
        confidence: clause.confidence,
        firstHand: clause.firstHand,
        ...(clause.effective === undefined ? {} : { effective: clause.effective }),
        ...(clause.asOf === undefined ? {} : { asOf: clause.asOf }),
        ...(clause.stale ? { stale: true } : {}),
      },
    })),
  };
}

/** The clauses of a finding, as references into the taxonomy of `clauses`. */
export function taxaOf(finding: Finding, clauses: readonly CitedClause[]): ReportingDescriptorReference[] {
  const ids = [...new Set(finding.clauses.map(({ id }) => id))];
  return ids.map((id) => ({
    id,
    index: clauses.findIndex((clause) => clause.id === id),
    toolComponent: termsReference,
  }));
}
