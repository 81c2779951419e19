// rules/evidence.yaml: its schema, and how it becomes data. Used at build time; `weigh.ts` uses the data.
import * as z from 'zod';
import type { RuleSection } from '../catalog/compile.ts';
import { readYaml } from '../catalog/yaml.ts';
import type { Deep } from './schema.ts';

const weight = z.number().int();
const words = z.array(z.string().regex(/^[a-z0-9]+$/, 'one word in lower case')).min(1);
const sign = z.strictObject({ weight, says: z.string() });
const named = z.array(z.strictObject({ words, weight }));

/** rules/evidence.yaml */
export const evidenceFile = z.strictObject({
  thresholds: z.strictObject({ high: weight, medium: weight }),
  sinks: z.record(z.string(), sign),
  records: z.array(
    z.strictObject({
      name: z.string(),
      all: z.array(z.string()).min(1),
      constant: z.record(z.string(), z.array(z.string())).optional(),
      weight,
    }),
  ),
  otherKeys: z.array(z.strictObject({ name: z.string(), any: z.array(z.string()).min(1), weight })),
  targets: z.strictObject({ for: named, against: named }),
  paths: z.strictObject({ for: named, against: named }),
  prompts: z.array(z.strictObject({ phrases: z.array(z.string()).min(1), weight })),
  volume: z.strictObject({ perItem: sign, many: sign, pool: sign, nested: sign, note: weight }),
});

/** The signs and their weights, as plain data. */
export type EvidenceData = Deep<z.infer<typeof evidenceFile>>;

/** The part of the compiled rules that holds them. */
export const evidenceSection: RuleSection = {
  name: 'evidence',
  load(files) {
    const file = files.find(({ path }) => /(^|\/)evidence\.ya?ml$/.test(path));
    if (!file) return { data: undefined, problems: [] };
    const { documents, problems } = readYaml(file.path, file.text, evidenceFile);
    return { data: documents[0]?.value, problems };
  },
};
