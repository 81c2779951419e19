// The parts of the compiled rules that belong to policy.
import type { RuleSection } from '../catalog/compile.ts';
import { readYaml } from '../catalog/yaml.ts';
import { evidenceFile } from './evidence.ts';

export { policySection } from './load.ts';

/** rules/evidence.yaml: the signs of training data and their weights. */
export const evidenceSection: RuleSection = {
  name: 'evidence',
  load(files) {
    const file = files.find(({ path }) => /(^|\/)evidence\.ya?ml$/.test(path));
    if (!file) return { data: undefined, problems: [] };
    const { documents, problems } = readYaml(file.path, file.text, evidenceFile);
    return { data: documents[0]?.value, problems };
  },
};
