// From the texts of rules/ to PolicyData: parse, check against the schemas, check that every id resolves. Mistakes become
// problems with a place; what is right still counts. Used at build time on our own files, and on a team's own.
import { LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import { type DataProblem, type KeyPath, problemAt, type SourceText, schemaProblems } from './problem.ts';
import {
  type Clause,
  type Dataset,
  type DatasetVerdict,
  datasetsFile,
  type Document,
  type Notice,
  noticesFile,
  type PolicyData,
  type Provider,
  providerFile,
  type Routing,
  type Rule,
  routingFile,
  rulesFile,
  type SurfaceKind,
  uses,
} from './schema.ts';

/** The outcome of loading: whatever could be read, and what was wrong. */
export interface PolicyOutcome {
  readonly data: PolicyData;
  readonly problems: readonly DataProblem[];
}

/** Provider words that are no file of rules/providers. */
const otherHosts = ['local', 'unknown'];

/** Loads the policy files among `files`: providers/*.yaml, routing.yaml, datasets.yaml, notices.yaml and rules.yaml. */
export function loadPolicyData(files: readonly { readonly path: string; readonly text: string }[]): PolicyOutcome {
  const loading = newLoading();
  const read: Reader = (file, schema) => readFile(file, schema, loading.problems);
  const named = (name: string) => files.filter((file) => new RegExp(`(^|/)${name}\\.ya?ml$`).test(file.path));
  for (const file of named('providers/[^/]+')) addProvider(loading, file, read);
  checkClauses(loading);
  for (const file of named('routing')) addRouting(loading, file, read);
  for (const file of named('datasets')) addDatasets(loading, file, read);
  for (const file of named('notices')) addNotices(loading, file, read);
  for (const file of named('rules')) addRules(loading, file, read);
  const { problems, ...rest } = loading;
  const { providerSources: _, ...data } = rest;
  return { data, problems };
}

type Reader = <S extends z.ZodType>(file: File, schema: S) => { value: z.infer<S>; source: SourceText } | undefined;
type File = { readonly path: string; readonly text: string };

interface Loading {
  readonly providers: Record<string, Provider>;
  readonly documents: Record<string, Document>;
  readonly clauses: Record<string, Clause>;
  routing: Routing;
  verdicts: Record<string, DatasetVerdict>;
  readonly datasets: Dataset[];
  readonly notices: Notice[];
  purposes: PolicyData['purposes'];
  readonly rules: Rule[];
  readonly problems: DataProblem[];
  readonly providerSources: { value: z.infer<typeof providerFile>; source: SourceText }[];
}

function newLoading(): Loading {
  return {
    providers: {},
    documents: {},
    clauses: {},
    routing: emptyRouting,
    verdicts: {},
    datasets: [],
    notices: [],
    purposes: {
      competing: 'train_competing',
      unknown: 'train_competing',
      'non-competing': 'train_any',
      'internal-classifier': 'train_any',
      evaluation: 'none',
    },
    rules: [],
    problems: [],
    providerSources: [],
  };
}

const emptyRouting: Routing = {
  order: { host: [], author: [] },
  providers: {},
  local_hosts: [],
  hosts: [],
  url_models: [],
  packages: [],
  routes: {},
  model_ids: [],
  authors: {},
  licences: [],
  families: [],
  licenceSurface: {},
  surfaceKind: {},
};

function readFile<S extends z.ZodType>(
  file: File,
  schema: S,
  problems: DataProblem[],
): { value: z.infer<S>; source: SourceText } | undefined {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const source: SourceText = { path: file.path, document, lines };
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    const message = `not valid YAML: ${error.message.split('\n')[0]}`;
    problems.push({ path: file.path, line, column: col, key: '', message, expected: 'valid YAML', nearest: undefined });
  }
  if (document.errors.length > 0) return undefined;
  const raw: unknown = document.toJS();
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { value: parsed.data, source };
  problems.push(...schemaProblems(source, parsed.error, raw, schema));
  return undefined;
}

function addProvider(loading: Loading, file: File, read: Reader): void {
  const found = read(file, providerFile);
  if (!found) return;
  const { value, source } = found;
  const report = reporter(loading, source);
  const fileName = /([^/]+)\.ya?ml$/.exec(file.path)![1]!;
  if (fileName !== value.id) report(['id'], `'${fileName}', as the file is named`, value.id, [fileName]);
  if (loading.providers[value.id]) report(['id'], 'an id that no other provider has', value.id);
  const { documents, clauses, ...provider } = value;
  loading.providers[value.id] = provider;
  for (const [i, document] of documents.entries()) {
    if (!document.id.startsWith(`${value.id}.`)) report(['documents', i, 'id'], `an id beginning with '${value.id}.'`, document.id);
    if (loading.documents[document.id]) report(['documents', i, 'id'], 'an id that no other document has', document.id);
    loading.documents[document.id] = { ...document, provider: value.id };
  }
  for (const [i, clause] of clauses.entries()) {
    if (!clause.id.startsWith(`${clause.document}.`)) report(['clauses', i, 'id'], `an id beginning with '${clause.document}.'`, clause.id);
    if (loading.clauses[clause.id]) report(['clauses', i, 'id'], 'an id that no other clause has', clause.id);
    const { effective, captured, checked } = documents.find((document) => document.id === clause.document) ?? {};
    loading.clauses[clause.id] = { ...defined({ effective, captured, checked }), ...clause, provider: value.id };
  }
  loading.providerSources.push(found);
}

/** Whether the ids inside the provider files resolve; needs all of them. */
function checkClauses(loading: Loading): void {
  const allDocuments = Object.keys(loading.documents);
  for (const { value, source } of loading.providerSources) {
    const report = reporter(loading, source);
    const documents = value.documents.map((document) => document.id);
    const clauses = value.clauses.map((clause) => clause.id);
    const mustBe = (key: KeyPath, word: string | undefined, words: readonly string[], what: string): void => {
      if (word !== undefined && !words.includes(word)) report(key, what, word, words);
    };
    for (const [i, document] of value.documents.entries()) {
      mustBe(['documents', i, 'superseded_by'], document.superseded_by, allDocuments, 'the id of a document');
    }
    for (const [i, clause] of value.clauses.entries()) {
      mustBe(['clauses', i, 'document'], clause.document, documents, 'the id of a document of this file');
      mustBe(['clauses', i, 'superseded_by'], clause.superseded_by, Object.keys(loading.clauses), 'the id of a clause');
    }
    for (const [i, surface] of value.surfaces.entries()) {
      if (value.surfaces.findIndex((other) => other.id === surface.id) !== i) report(['surfaces', i, 'id'], 'an id of its own', surface.id);
      for (const [j, word] of surface.documents.entries()) {
        mustBe(['surfaces', i, 'documents', j], word, documents, 'the id of a document of this file');
      }
      for (const use of uses) {
        for (const [j, word] of surface.stances[use].clauses.entries()) {
          mustBe(['surfaces', i, 'stances', use, 'clauses', j], word, clauses, 'the id of a clause of this file');
        }
      }
    }
  }
}

function addRouting(loading: Loading, file: File, read: Reader): void {
  const found = read(file, routingFile);
  if (!found) return;
  const { value, source } = found;
  const report = reporter(loading, source);
  const ids = Object.keys(loading.providers);
  const surfacesOf = (provider: string): string[] => loading.providers[provider]?.surfaces.map((surface) => surface.id) ?? [];
  const provider = (key: KeyPath, word: string | undefined, others: readonly string[] = []): void => {
    const words = [...ids, ...others];
    if (word !== undefined && !words.includes(word)) report(key, 'the id of a provider', word, words);
  };
  const surface = (key: KeyPath, of: string, word: string | undefined): void => {
    if (word !== undefined && !surfacesOf(of).includes(word)) report(key, `a surface of ${of}`, word, surfacesOf(of));
  };

  for (const [name, row] of Object.entries(value.providers)) {
    if (!ids.includes(name)) report(['providers', name], 'the id of a provider', name, ids);
    surface(['providers', name, 'surface'], name, row.surface);
    surface(['providers', name, 'own_surface'], name, row.own_surface);
  }
  for (const name of ids) if (!value.providers[name]) report(['providers'], `a row for ${name}`);
  const host = (key: KeyPath, row: { provider: string; surface?: string | undefined }): void => {
    provider([...key, 'provider'], row.provider, otherHosts);
    surface([...key, 'surface'], row.provider, row.surface);
  };
  for (const [i, row] of value.hosts.entries()) host(['hosts', i], row);
  for (const [name, row] of Object.entries(value.routes)) host(['routes', name], row);
  for (const [i, row] of value.packages.entries()) {
    if ('router' in row) continue;
    host(['packages', i], row);
    provider(['packages', i, 'author'], row.author);
  }
  for (const [i, row] of value.model_ids.entries()) {
    provider(['model_ids', i, 'implies'], row.implies, otherHosts);
    provider(['model_ids', i, 'host'], row.host, otherHosts);
    surface(['model_ids', i, 'surface'], row.implies ?? row.host ?? '', row.surface);
    for (const [j, example] of row.examples.entries()) {
      provider(['model_ids', i, 'examples', j, 'host'], example.host, otherHosts);
      provider(['model_ids', i, 'examples', j, 'author'], example.author, otherHosts);
    }
  }
  for (const name of Object.keys(value.authors)) provider(['authors', name], name);
  for (const [i, row] of value.families.entries()) provider(['families', i, 'author'], row.author);

  const licenceSurface: Record<string, string> = {};
  const surfaceKind: Record<string, SurfaceKind> = {};
  for (const [name, { surfaces }] of Object.entries(loading.providers)) {
    for (const row of surfaces) {
      surfaceKind[`${name}/${row.id}`] = row.kind;
      if (row.kind === 'open-weights') for (const word of row.documents) licenceSurface[word] = row.id;
    }
  }
  for (const [i, row] of value.licences.entries()) {
    provider(['licences', i, 'author'], row.author);
    surface(['licences', i, 'surface'], row.author, row.surface);
    const licence = (key: KeyPath, word: string): void => {
      if (!licenceSurface[word]) report(key, 'a document of an open-weights surface', word, Object.keys(licenceSurface));
    };
    if (row.document !== undefined) licence(['licences', i, 'document'], row.document);
    else if (row.surface === undefined) report(['licences', i], 'a document or a surface');
    for (const [j, word] of row.base.entries()) licence(['licences', i, 'base', j], word);
  }
  loading.routing = { ...value, licenceSurface, surfaceKind };
}

function addDatasets(loading: Loading, file: File, read: Reader): void {
  const found = read(file, datasetsFile);
  if (!found) return;
  const report = reporter(loading, found.source);
  const names = new Set(loading.datasets.flatMap((row) => [row.id, ...row.also]));
  const clauses = Object.keys(loading.clauses);
  loading.verdicts = { ...loading.verdicts, ...found.value.verdicts };
  const verdicts = Object.keys(loading.verdicts);
  for (const [i, row] of found.value.datasets.entries()) {
    for (const name of [row.id, ...row.also]) {
      if (names.has(name)) report(['datasets', i], 'a data set that is not listed yet', name);
      names.add(name);
    }
    if (!verdicts.includes(row.verdict)) report(['datasets', i, 'verdict'], `one of ${verdicts.join(', ')}`, row.verdict, verdicts);
    for (const [j, word] of row.clauses.entries()) {
      if (!loading.clauses[word]) report(['datasets', i, 'clauses', j], 'the id of a clause', word, clauses);
    }
    loading.datasets.push(row);
  }
}

function addNotices(loading: Loading, file: File, read: Reader): void {
  const found = read(file, noticesFile);
  if (!found) return;
  const report = reporter(loading, found.source);
  const ids = Object.keys(loading.providers);
  for (const [i, row] of found.value.notices.entries()) {
    if (loading.notices.some((other) => other.id === row.id)) report(['notices', i, 'id'], 'an id of its own', row.id);
    for (const [j, word] of row.authors.entries()) {
      if (!ids.includes(word)) report(['notices', i, 'authors', j], 'the id of a provider', word, ids);
    }
    loading.notices.push(row);
  }
}

function addRules(loading: Loading, file: File, read: Reader): void {
  const found = read(file, rulesFile);
  if (!found) return;
  const report = reporter(loading, found.source);
  loading.purposes = found.value.purposes;
  for (const [i, row] of found.value.rules.entries()) {
    if (loading.rules.some((other) => other.id === row.id)) report(['rules', i, 'id'], 'an id of its own', row.id);
    if (row.kind !== 'config' && row.says === undefined) report(['rules', i], "'says', the first half of the message");
    loading.rules.push(row);
  }
}

function reporter(loading: Loading, source: SourceText) {
  return (key: KeyPath, expected: string, found?: string, words: readonly string[] = []): void =>
    void loading.problems.push(problemAt(source, key, expected, found, words));
}

/** Without the keys that have no value. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as never;
}
