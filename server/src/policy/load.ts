// From the texts of rules/ to PolicyData: parse, check against the schemas, check that every id resolves. Mistakes become
// problems with a place; what is right still counts. Used at build time on our own files, and on a team's own.
import type * as z from 'zod';
import type { RuleSection } from '../catalog/compile.ts';
import type { RuleFile } from '../catalog/load.ts';
import { type Checked, type KeyPath, type Problem, readYaml } from '../catalog/yaml.ts';
import { checkRouting, emptyRouting } from './routing.ts';
import {
  type Clause,
  type Dataset,
  type DatasetVerdict,
  type Document,
  datasetsFile,
  type Notice,
  noticesFile,
  type PolicyData,
  type Provider,
  providerFile,
  type Routing,
  type Rule,
  routingFile,
  rulesFile,
  uses,
} from './schema.ts';

/** The outcome of loading: whatever could be read, and what was wrong. */
export interface PolicyOutcome {
  readonly data: PolicyData;
  readonly problems: readonly Problem[];
}

/** This part of rules/ in the compiled rules. */
export const policySection: RuleSection = { name: 'policy', load: loadPolicyData };

/** Loads the policy files among `files`: providers/*.yaml, routing.yaml, datasets.yaml, notices.yaml and rules.yaml. */
export function loadPolicyData(files: readonly RuleFile[]): PolicyOutcome {
  const loading = newLoading();
  const { problems } = loading;
  const read = <T>(name: string, schema: z.ZodType<T>): readonly PolicyFile<T>[] =>
    files
      .filter(({ path }) => !/(^|\/)catalog\//.test(path) && new RegExp(`(^|/)${name}\\.ya?ml$`).test(path))
      .flatMap(({ path, text }) => {
        const outcome = readYaml(path, text, schema);
        problems.push(...outcome.problems);
        return outcome.documents.map((document) => policyFile(path, document, problems));
      });

  const providers = read('providers/[^/]+', providerFile);
  for (const file of providers) addProvider(loading, file);
  for (const file of providers) checkProvider(loading, file);
  for (const file of read('routing', routingFile)) loading.routing = checkRouting(file, loading.providers);
  for (const file of read('datasets', datasetsFile)) addDatasets(loading, file);
  for (const file of read('notices', noticesFile)) addNotices(loading, file);
  for (const file of read('rules', rulesFile)) addRules(loading, file);
  const { problems: _, ...data } = loading;
  return { data, problems };
}

/** One file that fits its schema, with the means to say what is wrong with it. */
export interface PolicyFile<T> {
  readonly path: string;
  readonly value: T;
  report(key: KeyPath, found: string, expected: string, words?: readonly string[]): void;
  /** Reports a word that is none of `words`; an absent one is right. */
  oneOf(key: KeyPath, word: string | undefined, words: readonly string[], expected: string): void;
  /** Reports all words but the first where `words` holds one twice. */
  distinct(words: readonly (readonly [key: KeyPath, word: string])[], expected: string): void;
}

function policyFile<T>(path: string, document: Checked<T>, problems: Problem[]): PolicyFile<T> {
  const report: PolicyFile<T>['report'] = (key, found, expected, words = []) =>
    void problems.push(document.problem(key, found, expected, words));
  return {
    path,
    value: document.value,
    report,
    oneOf(key, word, words, expected) {
      if (word !== undefined && !words.includes(word)) report(key, word, expected, words);
    },
    distinct(words, expected) {
      const seen = new Set<string>();
      for (const [key, word] of words) {
        if (seen.has(word)) report(key, word, expected);
        seen.add(word);
      }
    },
  };
}

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
  readonly problems: Problem[];
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
  };
}

type ProviderFile = PolicyFile<z.infer<typeof providerFile>>;

function addProvider(loading: Loading, file: ProviderFile): void {
  const { documents, clauses, ...provider } = file.value;
  const { id } = provider;
  const fileName = /([^/]+)\.ya?ml$/.exec(file.path)![1]!;
  file.oneOf(['id'], id, [fileName], `${fileName}, as the file is named`);
  if (loading.providers[id]) file.report(['id'], id, 'an id that no other provider has');
  loading.providers[id] = provider;
  for (const [i, document] of documents.entries()) {
    if (!document.id.startsWith(`${id}.`))
      file.report(['documents', i, 'id'], document.id, `an id that begins with ${id}.`);
    loading.documents[document.id] = { ...document, provider: id };
  }
  for (const [i, clause] of clauses.entries()) {
    const prefix = `${clause.document}.`;
    if (!clause.id.startsWith(prefix)) file.report(['clauses', i, 'id'], clause.id, `an id that begins with ${prefix}`);
    const { effective, captured, checked } = documents.find((document) => document.id === clause.document) ?? {};
    loading.clauses[clause.id] = { ...defined({ effective, captured, checked }), ...clause, provider: id };
  }
  const ids = (key: 'documents' | 'clauses' | 'surfaces') =>
    file.value[key].map((row, i) => [[key, i, 'id'], row.id] as const);
  file.distinct(ids('documents'), 'an id that no other document has');
  file.distinct(ids('clauses'), 'an id that no other clause has');
  file.distinct(ids('surfaces'), 'an id that no other surface has');
}

/** Whether the ids inside a provider's file resolve; needs all of them to be loaded. */
function checkProvider(loading: Loading, file: ProviderFile): void {
  const { documents, clauses, surfaces } = file.value;
  const documentIds = documents.map((document) => document.id);
  const clauseIds = clauses.map((clause) => clause.id);
  for (const [i, { superseded_by }] of documents.entries()) {
    const words = Object.keys(loading.documents);
    file.oneOf(['documents', i, 'superseded_by'], superseded_by, words, 'the id of a document');
  }
  for (const [i, clause] of clauses.entries()) {
    file.oneOf(['clauses', i, 'document'], clause.document, documentIds, 'the id of a document of this file');
    const words = Object.keys(loading.clauses);
    file.oneOf(['clauses', i, 'superseded_by'], clause.superseded_by, words, 'the id of a clause');
  }
  for (const [i, surface] of surfaces.entries()) {
    for (const [j, word] of surface.documents.entries()) {
      file.oneOf(['surfaces', i, 'documents', j], word, documentIds, 'the id of a document of this file');
    }
    for (const use of uses) {
      for (const [j, word] of surface.stances[use].clauses.entries()) {
        const key = ['surfaces', i, 'stances', use, 'clauses', j];
        file.oneOf(key, word, clauseIds, 'the id of a clause of this file');
      }
    }
  }
}

function addDatasets(loading: Loading, file: PolicyFile<z.infer<typeof datasetsFile>>): void {
  const { datasets, verdicts } = file.value;
  loading.verdicts = { ...loading.verdicts, ...verdicts };
  const known = loading.datasets.flatMap((row) => [row.id, ...row.also]);
  const names = datasets.flatMap((row, i) =>
    [row.id, ...row.also].map((name) => [['datasets', i, 'id'], name] as const),
  );
  file.distinct([...known.map((name) => [['datasets'], name] as const), ...names], 'a data set that is not listed yet');
  for (const [i, row] of datasets.entries()) {
    file.oneOf(['datasets', i, 'verdict'], row.verdict, Object.keys(loading.verdicts), 'one of the verdicts');
    for (const [j, word] of row.clauses.entries()) {
      file.oneOf(['datasets', i, 'clauses', j], word, Object.keys(loading.clauses), 'the id of a clause');
    }
    loading.datasets.push(row);
  }
}

function addNotices(loading: Loading, file: PolicyFile<z.infer<typeof noticesFile>>): void {
  const { notices } = file.value;
  file.distinct(
    notices.map((row, i) => [['notices', i, 'id'], row.id]),
    'an id that no other notice has',
  );
  for (const [i, row] of notices.entries()) {
    for (const [j, word] of row.authors.entries()) {
      file.oneOf(['notices', i, 'authors', j], word, Object.keys(loading.providers), 'the id of a provider');
    }
    loading.notices.push(row);
  }
}

function addRules(loading: Loading, file: PolicyFile<z.infer<typeof rulesFile>>): void {
  const { purposes, rules } = file.value;
  loading.purposes = purposes;
  file.distinct(
    rules.map((row, i) => [['rules', i, 'id'], row.id]),
    'an id that no other rule has',
  );
  for (const [i, row] of rules.entries()) {
    if (row.kind !== 'config' && row.says === undefined) file.report(['rules', i], row.id, 'a key `says`');
    loading.rules.push(row);
  }
}

/** Without the keys that have no value. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as never;
}
