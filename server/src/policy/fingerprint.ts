// What makes a finding the same finding tomorrow: its rule, file, scope and the names along its flow. Never lines, offsets
// or white space, so that moving and reformatting code keep it. Findings that are alike get an ordinal in source order.
import { hashText } from '../base/hash.ts';
import type { FlowStep } from './finding.ts';

/** What a fingerprint is made of; a candidate has this shape. */
export interface Fingerprinted {
  readonly rule: string;
  readonly place: { readonly path: string };
  readonly scope: string;
  readonly flow: readonly Pick<FlowStep, 'role' | 'name'>[];
}

/** Fingerprints of findings in source order, made different; the second of two that are alike ends in `-2`. */
export function numbered(alike: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return alike.map((base) => {
    const ordinal = (seen.get(base) ?? 0) + 1;
    seen.set(base, ordinal);
    return ordinal === 1 ? base : `${base}-${ordinal}`;
  });
}

/** Sixteen hexadecimal digits. Plain copies from variable to variable do not count. */
export function fingerprint({ rule, place, scope, flow }: Fingerprinted): string {
  const path = place.path.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');
  const steps = flow.filter((step) => step.role !== 'step').map((step) => `${step.role} ${normal(step.name)}`);
  return hashText([rule, path, normal(scope), ...steps].join('\n'));
}

function normal(name: string): string {
  return name.replace(/\s+/g, '').replace(/["'`]/g, '"');
}
