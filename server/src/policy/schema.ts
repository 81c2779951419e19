// The files of rules/ that say what is allowed: providers, routing, data sets, notices and rules, as schemas.
// One definition serves for loading, for a team's own files and for completion in editors. Unknown keys are errors.
// What the files mean together (that ids resolve) is checked in load.ts; nothing here reads files.
import * as z from 'zod';
import { isRegularExpression } from '../base/text.ts';

/** The uses of model output that a provider's terms are asked about. */
export const uses = ['train_competing', 'train_any', 'bulk_extraction', 'evade_limits', 'reasoning_capture'] as const;
export type Use = (typeof uses)[number];

/** What terms make of a use, from the strictest on. */
export const stances = [
  'prohibited',
  'restricted',
  'permitted-with-conditions',
  'unclear',
  'silent',
  'permitted',
] as const;
export type Stance = (typeof stances)[number];

/** How a text was seen, from the surest on. */
export const sureness = ['first-hand', 'first-hand-partial', 'second-hand', 'general-knowledge'] as const;
export type Sureness = (typeof sureness)[number];

/** What the team does with the models it trains; `unknown` where it has not said. */
export const purposes = ['competing', 'unknown', 'non-competing', 'internal-classifier', 'evaluation'] as const;
export type Purpose = (typeof purposes)[number];

const text = z.string().min(1);
const id = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'an id of lower-case letters, digits, dots and dashes');
const url = z.string().regex(/^https:\/\/\S+$/, 'an https address');
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a day in quotes, "2026-08-22"');
const date = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, 'a date in quotes, "2026-08-22", "2026-08" or "2026"');
const pattern = z.string().refine(isRegularExpression, 'a regular expression');
const environment = z.array(z.string().regex(/^[A-Z0-9_]+$/, 'the name of an environment variable'));
const stance = z.enum(stances);
const seen = z.enum(sureness).describe('How the text was seen.');

const stanceRow = z.strictObject({
  stance,
  clauses: z.array(id).default([]).describe('The clauses it rests on, the leading one first.'),
});

const surface = z.strictObject({
  id: id.describe('`api`, `consumer`, `open-weights-...`: one way of reaching the models, with its own terms.'),
  kind: z.enum(['api', 'consumer', 'open-weights']),
  documents: z.array(id).default([]).describe('The documents that govern it.'),
  stances: z.strictObject({
    train_competing: stanceRow,
    train_any: stanceRow,
    bulk_extraction: stanceRow,
    evade_limits: stanceRow,
    reasoning_capture: stanceRow,
  }),
  note: text.optional(),
});

const document = z.strictObject({
  id,
  title: text,
  kind: z.enum([
    'api-terms',
    'consumer-terms',
    'aggregator-terms',
    'developer-terms',
    'aup',
    'model-licence',
    'help-article',
    'product-docs',
    'regions',
  ]),
  url,
  applies_to: text,
  effective: date.optional().describe('The date that the document gives itself.'),
  captured: day.optional().describe('The day on which the stored copy that was read last changed.'),
  checked: day.optional().describe('The last day for which we know that the text, or a report of it, read so.'),
  seen,
  source: z.array(text).describe('Short notes on where the text was seen.'),
  superseded_by: id.optional(),
  note: text.optional(),
});

const clause = z.strictObject({
  id,
  document: id,
  section: text
    .optional()
    .describe('As the document numbers or names it; absent where it is the whole text, or not known.'),
  category: z.enum(['training', 'extraction', 'evasion', 'reverse-engineering', 'resale', 'attribution', 'geography']),
  about: z
    .enum(['credentials'])
    .optional()
    .describe('Present where it speaks of keys and accounts alone, and not of how requests are sent.'),
  summary: text.describe('In our own words.'),
  stances: z.partialRecord(z.enum(uses), stance).default({}),
  exceptions: z.array(text).default([]),
  applies_to: text.optional().describe('Where narrower than the document.'),
  effective: date.optional(),
  captured: day.optional(),
  checked: day.optional(),
  source: z.array(text).optional(),
  confidence: seen,
  superseded_by: id.optional(),
});

/** rules/providers/<id>.yaml */
export const providerFile = z.strictObject({
  id,
  name: text,
  roles: z.array(z.enum(['model-author', 'api-host', 'aggregator', 'dev-tool', 'dataset-host'])),
  aliases: z.array(text).default([]),
  exceptions: z.array(text).default([]),
  note: text.optional(),
  surfaces: z.array(surface),
  documents: z.array(document),
  clauses: z.array(clause),
});

const serves = z.enum(['own', 'weights', 'many']);

/** The host that a URL, a client, a route or a form of model id stands for. */
const hostWord = {
  provider: id,
  surface: id.optional(),
  name: text.optional(),
  serves: serves.optional(),
};

/** rules/routing.yaml */
export const routingFile = z.strictObject({
  order: z.strictObject({
    host: z.array(z.enum(['base_url', 'client', 'model_id', 'environment'])),
    author: z.array(z.enum(['model_id', 'licence', 'family', 'author_prefix', 'client'])),
  }),
  providers: z.record(id, z.strictObject({ surface: id, serves, own_surface: id.optional() })),
  local_hosts: z.array(text),
  api_paths: z.array(text).default([]),
  api_turns: z.array(text).default([]),
  other_paths: z.array(text).default([]),
  other_models: z.array(pattern).default([]),
  hosts: z.array(
    z.strictObject({
      host: text,
      ...hostWord,
      env: environment.default([]),
      only: z.array(text).optional(),
      note: text.optional(),
    }),
  ),
  url_models: z.array(pattern),
  packages: z.array(
    z.union([
      z.strictObject({ path: text, ...hostWord, package: text.optional(), author: id.optional() }),
      z.strictObject({ path: text, router: z.literal(true), package: text.optional() }),
    ]),
  ),
  routes: z.record(text, z.strictObject(hostWord)),
  model_ids: z.array(
    z.strictObject({
      id,
      pattern,
      implies: id.optional(),
      host: id.optional(),
      surface: id.optional(),
      name: text.optional(),
      serves: serves.optional(),
      dots: text.optional().describe('The letter that stands for a dot between digits.'),
      opaque: text.optional().describe('Why such an id names no model.'),
      inferred: text.optional().describe('Why what it says of the model is a guess.'),
      examples: z.array(z.strictObject({ id: text, client: text.optional(), host: id, author: id })).default([]),
    }),
  ),
  authors: z.record(id, z.array(text)),
  licences: z.array(
    z.strictObject({
      pattern,
      example: text,
      author: id,
      document: id.optional(),
      surface: id.optional(),
      base: z.array(id).default([]),
    }),
  ),
  families: z.array(
    z.strictObject({
      pattern,
      example: text,
      author: id,
      weights: z.enum(['open', 'closed', 'mixed']),
      loose: pattern.optional(),
    }),
  ),
});

/** rules/datasets.yaml */
export const datasetsFile = z.strictObject({
  verdicts: z.record(id, z.strictObject({ stance, text })),
  datasets: z.array(
    z.strictObject({
      id: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'owner/name'),
      also: z.array(text).default([]),
      files: z.array(text).default([]),
      generated_by: z.array(text),
      licence: text,
      verdict: id,
      clauses: z.array(id).default([]),
      confidence: seen,
      source: z.array(text),
      note: text.optional(),
    }),
  ),
});

/** rules/notices.yaml */
export const noticesFile = z.strictObject({
  notices: z.array(
    z.strictObject({
      id,
      title: text,
      summary: text,
      status: z.enum(['alleged', 'announced', 'suspended', 'for-information']),
      status_text: text,
      said_by: text,
      denied_by: text.optional(),
      as_of: day,
      confidence: seen,
      authors: z.array(id).default([]),
      models: z.array(pattern).default([]),
      source: z.array(text),
    }),
  ),
});

/** rules/rules.yaml */
export const rulesFile = z.strictObject({
  purposes: z.strictObject(
    Object.fromEntries(purposes.map((name) => [name, z.enum(['train_competing', 'train_any', 'none'])])) as Record<
      Purpose,
      z.ZodEnum<{ train_competing: 'train_competing'; train_any: 'train_any'; none: 'none' }>
    >,
  ),
  rules: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z]+\/[a-z-]+$/, 'group/name'),
      kind: z.enum(['flow', 'dataset', 'notice', 'config']),
      title: text,
      short: text,
      full: text,
      default: z.boolean(),
      use: z.enum(['training', 'bulk_extraction', 'evade_limits', 'none']),
      beside: z.array(z.enum(uses)).default([]),
      warns: z.enum(['always', 'with-training', 'with-training-or-volume', 'never']),
      says: text.optional(),
      says_of_set: text.optional(),
    }),
  ),
});

/** Plain data that nobody changes. */
export type Deep<T> = T extends readonly (infer E)[]
  ? readonly Deep<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Deep<T[K]> }
    : T;

export type Provider = Deep<Omit<z.infer<typeof providerFile>, 'documents' | 'clauses'>>;
export type Surface = Provider['surfaces'][number];
export type SurfaceKind = Surface['kind'];
export type Document = Deep<z.infer<typeof document>> & { readonly provider: string };
/** A clause with what it takes over from its document. */
export type Clause = Deep<z.infer<typeof clause>> & { readonly provider: string };
export type Routing = Deep<z.infer<typeof routingFile>> & {
  /** The surface of each model licence, by document id, and what kind each `provider/surface` is: taken from the providers. */
  readonly licenceSurface: Readonly<Record<string, string>>;
  readonly surfaceKind: Readonly<Record<string, SurfaceKind>>;
};
export type Dataset = Deep<z.infer<typeof datasetsFile>>['datasets'][number];
export type DatasetVerdict = Deep<z.infer<typeof datasetsFile>>['verdicts'][string];
export type Notice = Deep<z.infer<typeof noticesFile>>['notices'][number];
export type Rule = Deep<z.infer<typeof rulesFile>>['rules'][number];

/** All that policy knows, as plain data that can be written as JSON. */
export interface PolicyData {
  readonly providers: Readonly<Record<string, Provider>>;
  readonly documents: Readonly<Record<string, Document>>;
  readonly clauses: Readonly<Record<string, Clause>>;
  readonly routing: Routing;
  readonly verdicts: Readonly<Record<string, DatasetVerdict>>;
  readonly datasets: readonly Dataset[];
  readonly notices: readonly Notice[];
  readonly purposes: Readonly<Record<Purpose, 'train_competing' | 'train_any' | 'none'>>;
  readonly rules: readonly Rule[];
}
