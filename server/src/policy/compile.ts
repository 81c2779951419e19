// The parts of the compiled rules that belong to policy.
export { evidenceSection } from './evidence.ts';
export { policySection } from './load.ts';
