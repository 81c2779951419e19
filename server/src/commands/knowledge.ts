// The compiled rules as reports and explanations need them.
import type { PolicyData } from '../policy/schema.ts';
import type { RuleHelp } from '../report/report.ts';

/** What is known of rules and terms. */
export interface Knowledge {
  readonly rules: readonly RuleHelp[];
  readonly policy: Pick<PolicyData, 'clauses' | 'documents' | 'providers'>;
  /** The last day for which we know how any of the documents read. */
  readonly termsAsOf: string | undefined;
}

/** The parts of the compiled rules that are used here. */
export interface CompiledParts {
  readonly policy: Pick<PolicyData, 'clauses' | 'documents' | 'providers' | 'rules'>;
  readonly pages?: Readonly<Record<string, string>>;
}

/** Knowledge from the compiled rules. */
export function knowledgeOf({ policy, pages }: CompiledParts): Knowledge {
  const days = Object.values(policy.documents).flatMap(({ checked }) => checked ?? []);
  return {
    rules: policy.rules.map((rule) => ({
      id: rule.id,
      title: rule.title,
      short: rule.short,
      full: rule.full,
      page: pages?.[rule.id],
      level: rule.warns === 'never' ? 'note' : 'warning',
      enabled: rule.default,
    })),
    policy,
    termsAsOf: days.sort().at(-1),
  };
}
