// The schema of rules/evidence.yaml. Checked at build time (compile.ts); `weigh.ts` uses the data.
import * as z from 'zod';
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
      chat: z.boolean().default(false),
    }),
  ),
  otherKeys: z.array(
    z.strictObject({
      name: z.string(),
      any: z.array(z.string()).min(1),
      begins: z.array(z.string()).default([]),
      with: z.array(z.string()).default([]),
      weight,
      volume: z.boolean().default(true),
    }),
  ),
  targets: z.strictObject({ for: named, against: named, about: words, drafts: words, endings: named }),
  paths: z.strictObject({
    for: z.array(z.strictObject({ words, weight, unless: z.array(z.string()).default([]) })),
    against: named,
  }),
  otherTraining: z.array(z.string()).min(1),
  spoken: sign,
  chat: sign,
  prompts: z.array(z.strictObject({ phrases: z.array(z.string()).min(1), weight })),
  markup: z.array(z.strictObject({ phrases: z.array(z.string()).min(1), weight })),
  ownName: sign,
  byLine: sign.extend({ words }),
  inner: z.strictObject({
    weight,
    kinds: z.array(
      z.strictObject({
        name: z.string(),
        many: z.boolean().default(false),
        says: z.string(),
        labels: z.array(z.enum(['reasoning', 'logprobs', 'tool-call'])).default([]),
        weighs: z.boolean().default(true),
        keys: z.array(z.array(z.string().regex(/^[a-z0-9_]+$/, 'a key in lower case')).min(1)).default([]),
      }),
    ),
    words,
    names: named,
    tensors: sign.extend({ words }),
  }),
  unchecked: sign,
  trainer: sign,
  trainedOn: sign,
  aside: sign.extend({ files: weight }),
  beside: sign,
  stored: z.strictObject({
    names: words,
    common: words,
    sinks: z.record(z.string(), sign),
  }),
  dataset: z.record(z.string(), sign),
  rotation: z.strictObject({
    rotated: z.strictObject({
      credential: z.string(),
      client: z.string(),
      proxy: z.string(),
      value: z.string(),
      header: z.string(),
    }),
    header: z.array(z.string()).min(1),
    by: z.record(z.string(), sign),
    single: sign,
    route: sign,
    providers: sign,
    plain: sign.extend({ names: z.array(z.string()).min(1) }),
    owner: z.strictObject({ words, weight, says: z.string() }),
    unused: z.strictObject({ words, weight, says: z.string() }),
    training: sign,
    volume: sign,
  }),
  volume: z.strictObject({
    perItem: sign,
    many: sign,
    pool: sign,
    nested: sign,
    beside: sign,
    measured: sign.extend({ words }),
    further: sign.extend({ most: weight, through: weight }),
    short: sign.extend({ names: z.array(z.string()).min(1), unless: z.array(z.string()).min(1), most: weight }),
    note: weight,
  }),
});

/** The signs and their weights, as plain data. */
export type EvidenceData = Deep<z.infer<typeof evidenceFile>>;
