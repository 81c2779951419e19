// The one definition of what may stand in rules/catalog. It checks keys and kinds of values; the strings with a grammar of
// their own (API paths, places, flows, guards) are parsed by paths.ts while loading. rules/README.md describes it for people.

import { z } from 'zod';
import { isRegularExpression } from '../base/text.ts';

/** The labels that content may carry. */
export const LABELS = [
  'text',
  'reasoning',
  'tool-call',
  'logprobs',
  'score',
  'selection',
  'embedding',
  'reference',
] as const;

/** The kinds of sink. */
export const SINK_KINDS = ['file', 'dataset', 'publish', 'upload', 'job', 'train', 'store', 'platform', 'log'] as const;

/** The kinds of artifact cell. */
export const CELL_KINDS = ['file', 'directory', 'uri', 'id', 'table', 'module', 'environment', 'option'] as const;

const text = z.string().min(1);
const texts = z.union([text, z.array(text).min(1)]);

/** One package and its version, as `checked` names it. */
export const CHECKED_PACKAGE = /^(@?[\w./-]+) v?(\d[\w.+-]*)$/;

/** What rows were checked against: packages with their versions, or `unverified` and why. */
const checked = text.refine(
  (value) => /^unverified(, .+)?$/.test(value) || value.split(/\s*,\s*/).every((part) => CHECKED_PACKAGE.test(part)),
  'a name and its version, more of them after commas, or `unverified`, and why, after a comma',
);

// A shorter text would be met in every second file, and looking for it everywhere costs more than it tells.
const marker = z
  .strictObject({
    text,
    position: z.enum(['anywhere', 'import']).default('anywhere'),
    /** It counts only where one of these stands somewhere in the file as well. */
    with: z.array(text).min(1).optional(),
  })
  .refine(
    ({ text, position }) => text.length >= (position === 'import' ? 2 : 4),
    'at least four characters, or two of an import',
  );

const route = z.strictObject({
  /** Where such files lie: a regular expression over their path whose first group is the address. */
  place: text.refine(isRegularExpression, 'a regular expression'),
  /** What such a file exports to answer requests. */
  handlers: z.array(text).min(1),
});

const common = {
  /** API paths of the calls that the row is about. */
  call: texts,
  /** Guards; all must hold. */
  when: texts.optional(),
  /** Overrides `checked` of the document. */
  checked: checked.optional(),
};

const type = z.strictObject({
  type: text,
  /** API paths whose value is of this type; `()` is the result of calling or constructing. */
  is: z.array(text).default([]),
  /** Members, below the type, that give the same type again. */
  same: z.array(text).default([]),
  /** Other types whose members this one has too. */
  extends: texts.optional(),
  provider: text.optional(),
  baseUrl: texts.optional(),
  model: texts.optional(),
  route: texts.optional(),
  /** Where credentials are given, and proxies; below Self: in the made object itself. */
  key: texts.optional(),
  proxy: texts.optional(),
  target: texts.optional(),
  /** Who serves it, on which surface of its terms, where arguments of the call that makes it say so. */
  instead: z.array(z.strictObject({ when: texts, provider: text, surface: text })).default([]),
  /** What is made or set here holds for every call of the package that is told nothing itself. */
  default: z.union([z.boolean(), z.literal('client')]).default(false),
  checked: checked.optional(),
});

const source = z.strictObject({
  ...common,
  /** A shape of shapes.yaml, or a label for a result without members. */
  shape: text,
  provider: text.optional(),
  mode: z.enum(['call', 'stream', 'batch', 'handler']).default('call'),
  result: texts.optional(),
  model: texts.optional(),
  /** What stands before the model's id where it is given apart. */
  route: texts.optional(),
  baseUrl: texts.optional(),
  prompt: texts.optional(),
  /** Credentials and proxies that are given with the call itself. */
  key: texts.optional(),
  proxy: texts.optional(),
  url: text.optional(),
  /** May be recognised by its last members alone; a guard or a list of guards then has to hold too. */
  tail: z.union([z.literal(true), texts]).optional(),
});

const sink = z.strictObject({
  ...common,
  kind: z.enum(SINK_KINDS),
  at: texts,
  target: text.optional(),
  /** What the target is a key of; by default what the kind suggests (file: file, publish: uri, else none). */
  cell: z.enum([...CELL_KINDS, 'none']).optional(),
  /** How the content stands in the cell. */
  how: z.enum(['value', 'encode']).default('value'),
  tail: z.union([z.literal(true), texts]).optional(),
});

const flow = z.strictObject({
  ...common,
  flow: texts,
  how: z
    .enum(['value', 'copy', 'text', 'below', 'encode', 'decode', 'measure', 'reference', 'fetch', 'stop'])
    .optional(),
  residual: z.enum(LABELS).optional(),
});

const call = z.strictObject({
  ...common,
  /** The argument (or Self) that is invoked. */
  callable: text,
  /** How a text that stands there names what is invoked. */
  named: z.enum(['path', 'name', 'file']).optional(),
  /** The folder of such files, beside the one who names them or further up. */
  folder: text.optional(),
  passes: texts.optional(),
  /** Positional arguments from this index on go to the callable's parameters. */
  forwards: z.int().min(0).optional(),
  result: text.optional(),
  times: z.enum(['repeat', 'once', 'unknown']),
  later: z.boolean().default(false),
  /** Of what is repeated, several run at once. */
  atOnce: z.boolean().default(false),
  iterable: text.optional(),
  /** The number of those that run at once; where it is given, several do. */
  concurrency: text.optional(),
});

const volume = z.strictObject({
  call: texts,
  kind: z.enum(['batch', 'gather', 'range', 'limit', 'attempts']),
  iterable: text.optional(),
  checked: checked.optional(),
});

const choice = z.strictObject({
  ...common,
  /** How one of several is picked. */
  by: z.enum(['chance', 'turn', 'least', 'next', 'take', 'use', 'order']),
  /** The collection; without it the result is a number or flag that another choice may be made by. */
  from: text.optional(),
  /** It is picked only among those that hold the same there. */
  alike: texts.optional(),
});

const cell = z.strictObject({
  ...common,
  access: z.enum(['read', 'write']),
  cell: z.enum(CELL_KINDS),
  key: text,
  value: text,
  how: z.enum(['value', 'encode', 'decode', 'path']).default('value'),
  /** What is read is only registered here, and used where another file gives this option the name of the entry. */
  registered: z.string().optional(),
  /** What names further tables whose rows are read along, each under its name: the keys of an object, or a text with `name(…)`. */
  along: texts.optional(),
});

/** One YAML document of `rules/catalog/<language>/<file>.yaml`: what is known of one package, or of several that are alike. */
export const packageSchema = z.strictObject({
  /** The package or packages the paths of this document hang below; `builtins` for globals and methods of any receiver. */
  package: texts,
  /** Only where the file lies in no folder that is named after the language. */
  language: z.enum(['python', 'javascript', 'configuration']).optional(),
  checked,
  /** Strings that make a file worth parsing; by default the package names, if it has sources. */
  markers: z.array(marker).optional(),
  /** JavaScript: the member that is also the default export and the module itself; `.` where the module is its own default. */
  default: text.optional(),
  /** Files that answer requests by their place, as web frameworks have it. */
  routes: z.array(route).default([]),
  types: z.array(type).default([]),
  sources: z.array(source).default([]),
  sinks: z.array(sink).default([]),
  flows: z.array(flow).default([]),
  calls: z.array(call).default([]),
  volumes: z.array(volume).default([]),
  choices: z.array(choice).default([]),
  cells: z.array(cell).default([]),
});

/** rules/verified.yaml, as far as loading asks: the API paths of a package that are not declared where their rows say, and why. */
export const verifiedSchema = z.array(
  z.object({
    language: z.enum(['python', 'javascript', 'configuration']),
    open: z.record(z.string(), z.record(z.string(), z.string())),
  }),
);

/** `rules/catalog/shapes.yaml`: a map from the name of a shape to how the response is laid out. */
export const shapesSchema = z.record(
  text,
  z.strictObject({
    label: z.enum(LABELS).default('text'),
    /** Shapes whose members this one has too. */
    like: texts.optional(),
    neutral: z.array(text).default([]),
    labelled: z.partialRecord(z.enum(LABELS), z.array(text)).default({}),
  }),
);

export type PackageDocument = z.infer<typeof packageSchema>;
export type ShapesDocument = z.infer<typeof shapesSchema>;
