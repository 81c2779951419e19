// The parts of documents that say what rules/ holds: tables of rules, libraries and providers, and on each rule's page where its
// clauses rest. A part stands between two comments, `<!-- name: … -->` and `<!-- /name -->`; `npm run docs:tables` writes them all,
// and the suite `docs` compares them.
import { readFileSync } from 'node:fs';
import { ROW_KEYS, type WrittenDocument, writtenDocuments } from '../../../server/src/catalog/source.ts';
import { loadPolicyData } from '../../../server/src/policy/load.ts';
import { type PolicyData, type Rule, stances, type Use } from '../../../server/src/policy/schema.ts';
import { useWords } from '../../../server/src/report/pretty.ts';
import { ruleFiles } from '../catalog/entries.ts';
import type { Detection } from '../corpus/floors.ts';
import type { Share } from '../corpus/score.ts';

/** One generated part of a document. */
export interface Part {
  readonly file: string;
  readonly name: string;
  readonly text: string;
}

/** The highest level of a rule's findings, in words. */
export const levelWords: Readonly<Record<Rule['warns'], string>> = {
  always: 'warning',
  'with-training': 'warning beside training data, else note',
  'with-training-or-volume': 'warning beside training data or volume, else note',
  never: 'note',
};

/** Every generated part, from the files of rules/ in the working directory. */
export function generatedParts(): readonly Part[] {
  const { data } = loadPolicyData(ruleFiles('rules'));
  const catalog = writtenDocuments(ruleFiles('rules/catalog'));
  return [
    { file: 'README.md', name: 'rules', text: rulesTable(data.rules) },
    ...(['python', 'javascript', 'configuration'] as const).map((language) => ({
      file: 'docs/libraries.md',
      name: language,
      text: librariesTable(catalog.filter(({ ecosystem }) => ecosystem === language)),
    })),
    { file: 'docs/providers.md', name: 'providers', text: providersTable(data) },
    { file: 'docs/detection.md', name: 'measured', text: detectionTables(readDetection()) },
    ...data.rules.flatMap((rule) => {
      const text = pageList(rule, data);
      return text === undefined ? [] : [{ file: `rules/pages/${rule.id}.md`, name: 'stances', text }];
    }),
  ];
}

/** A document with one of its parts replaced; undefined where it has no such part. */
export function withPart(document: string, { name, text }: Part): string | undefined {
  const found = new RegExp(`(<!-- ${name}: [^>]*-->\n)[\\s\\S]*?(\n<!-- /${name} -->)`).exec(document);
  if (!found) return undefined;
  const [whole, begin, end] = found;
  return document.replace(whole, () => `${begin}${text}${end}`);
}

function readDetection(): Detection {
  return JSON.parse(readFileSync('docs/detection.json', 'utf8')) as Detection;
}

/** What was found of the labelled sites, by kind, and what was reported where nothing should be. */
function detectionTables({ all, categories, flows, languages, difficulty, benign, ordinary }: Detection): string {
  const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
  const shares = (kind: string, given: Readonly<Record<string, Share>>, words: Readonly<Record<string, string>> = {}) =>
    table(
      [kind, 'found', 'of', 'recall'],
      Object.entries(given).map(([name, { found, sites }]) => [
        words[name] ?? name,
        String(found),
        String(sites),
        percent(found, sites),
      ]),
    );
  const perLines = ((100_000 * ordinary.notes) / ordinary.lines).toFixed(2);
  return [
    shares('category', { ...categories, all }, categoryWords),
    shares('flow', flows, flowWords),
    shares('language', languages),
    shares('difficulty', difficulty),
    table(
      ['what should be silent', 'results', 'of'],
      [
        [
          'places that only look like a site',
          String(benign.hit),
          `${benign.places} (${percent(benign.hit, benign.places)})`,
        ],
        ['warnings in ordinary repositories, at no label', String(ordinary.warnings), `${ordinary.lines} lines`],
        ['notes there', String(ordinary.notes), `${perLines} in 100,000 lines`],
      ],
    ),
  ].join('\n\n');
}

const categoryWords: Readonly<Record<string, string>> = {
  A: 'A, persisted',
  B: 'B, trained on',
  C: 'C, queried in bulk',
  D: 'D, reasoning captured',
  E: 'E, limits evaded',
  F: 'F, restricted data set',
};

const flowWords: Readonly<Record<string, string>> = {
  intra: 'within a function',
  inter: 'between functions of a file',
  'cross-file': 'across files',
  'cross-process': 'across scripts, through a file or a table',
};

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), `|${heads.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function rulesTable(rules: readonly Rule[]): string {
  const rows = rules.map(({ id, short, warns, default: isOn }) => [
    `[${id}](rules/pages/${id}.md)`,
    short,
    levelWords[warns],
    isOn ? 'on' : 'off',
  ]);
  return table(['rule', 'what it says', 'level, at most', 'by default'], rows);
}

/** One row for each file, that is, for a family of packages. */
function librariesTable(documents: readonly WrittenDocument[]): string {
  const files = [...new Set(documents.map(({ file }) => file))];
  const rows = files.map((file) => {
    const own = documents.filter((document) => document.file === file);
    const packages = [...new Set(own.flatMap((document) => document.packages))]
      .filter((name) => name !== '*')
      .map((name) => `\`${name}\``);
    const kinds = ROW_KEYS.filter((kind) => own.some(({ rows }) => rows.some((row) => row.kind === kind)));
    const checked = [...new Set(own.map((document) => document.checked))].sort();
    const name = /([^/]+)\.yaml$/.exec(file)![1]!;
    return [`[${name}](../${file})`, packages.join(' ') || 'several', kinds.join(', '), checked.join(', ')];
  });
  return table(['family', 'packages', 'what rows say', 'checked against'], rows);
}

function providersTable(data: PolicyData): string {
  const rows = Object.values(data.providers).map(({ id, name, roles, surfaces }) => {
    const clauses = Object.values(data.clauses).filter(({ provider }) => provider === id);
    const days = clauses.flatMap(({ checked }) => checked ?? []).sort();
    return [
      `[${id}](../rules/providers/${id}.yaml)`,
      name,
      roles.join(', '),
      surfaces.map((surface) => surface.id).join(', '),
      String(clauses.length),
      days.at(-1) ?? 'not known',
    ];
  });
  return table(['id', 'name', 'what it is', 'surfaces', 'clauses', 'last checked'], rows);
}

/** What a page says of where its clauses rest. */
function pageList(rule: Rule, data: PolicyData): string | undefined {
  if (rule.kind === 'config') return undefined;
  if (rule.kind === 'notice') return noticesList(data);
  const own: readonly Use[] =
    rule.use === 'training' ? ['train_competing', 'train_any'] : rule.use === 'none' ? [] : [rule.use];
  const uses = [...own, ...rule.beside.filter((use) => !own.includes(use))];
  const lists = uses.map((use) => `Stances on ${useWords[use]}:\n\n${stanceList(use, data)}`);
  return rule.kind === 'dataset' ? `${verdictList(data)}\n\n${lists.join('\n\n')}` : lists.join('\n\n');
}

function stanceList(use: Use, { providers }: PolicyData): string {
  return stances
    .flatMap((stance) => {
      const names = Object.values(providers).flatMap(({ id, surfaces }) => {
        const own = surfaces.filter((surface) => surface.stances[use].stance === stance).map((surface) => surface.id);
        return own.length === 0 ? [] : [`${id} (${own.join(', ')})`];
      });
      return names.length === 0 ? [] : [`- ${stance}: ${names.join(', ')}`];
    })
    .join('\n');
}

function verdictList({ verdicts, datasets }: PolicyData): string {
  const lines = Object.entries(verdicts).flatMap(([id, { stance, text }]) => {
    const count = datasets.filter(({ verdict }) => verdict === id).length;
    return count === 0 ? [] : [`- ${count} ${text}: ${stance}`];
  });
  return `Data sets on the list:\n\n${lines.join('\n')}`;
}

function noticesList({ notices }: PolicyData): string {
  return notices
    .map(({ title, status, status_text, said_by, denied_by, as_of }) => {
      const denied = denied_by === undefined ? '' : ` Denied by ${denied_by}.`;
      return `- ${title} (${status}, as of ${as_of}): ${status_text} Said by ${said_by}.${denied}`;
    })
    .join('\n');
}
