// The report as SARIF 2.1.0, for code scanning services and viewers: rules with their pages, flows as code flows, clauses as taxa of a
// taxonomy, coverage as notifications of the invocation. What SARIF has no word for stands in property bags.
import type {
  CodeFlow,
  Location,
  Log,
  Notification,
  PhysicalLocation,
  ReportingDescriptor,
  Result,
  Run,
  ThreadFlowLocation,
  ToolComponent,
} from 'sarif';
import { isWithin } from '../host/paths.ts';
import type { CitedClause, Finding, FlowStep, Place } from '../policy/finding.ts';
import { NOT_LEGAL_ADVICE } from '../policy/finding.ts';
import type { CheckResult } from '../project.ts';
import { coverageSentences, isComplete, skipCounts, skipKind } from './coverage.ts';
import { maskedJson } from './json.ts';
import { type Places, preparePlaces } from './places.ts';
import {
  homepage,
  inOrder,
  pageAddress,
  providerData,
  type ReportOptions,
  reminded,
  type Sources,
  shownPath,
} from './report.ts';
import { clausesOf, taxaOf, termsReference, termsTaxonomy } from './sarifTerms.ts';
import { encodePath, fileUri } from './uris.ts';

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const base = '%SRCROOT%';
/** The name under which fingerprints are kept; another way of making them gets another. */
const fingerprintKind = 'distillint/v1';

/** What every part of the log needs. */
interface Writing {
  readonly places: Places;
  readonly options: ReportOptions;
  readonly ruleIds: readonly string[];
  readonly clauses: readonly CitedClause[];
  /** Why a comment silences a finding. */
  readonly reasons: ReadonlyMap<Finding, string>;
}

/** Renders a result as SARIF. */
export function renderSarif(result: CheckResult, sources: Sources, options: ReportOptions): string {
  const reasons = new Map(result.suppressed.map(({ finding, reason }) => [finding, reason]));
  const findings = inOrder([...result.findings, ...reasons.keys()]);
  // A rule that we do not know (of a newer policy) still gets an entry, or its index would point nowhere.
  const known = options.rules.map(({ id }) => id);
  const others = findings.map(({ rule }) => rule).filter((rule) => !known.includes(rule));
  const writing: Writing = {
    places: preparePlaces(result, sources),
    options,
    ruleIds: [...known, ...new Set(others)],
    clauses: clausesOf(findings),
    reasons,
  };
  const log: Log = { $schema: schema, version: '2.1.0', runs: [run(result, findings, writing)] };
  return `${maskedJson(log, writing.places.mask)}\n`;
}

function run(result: CheckResult, findings: readonly Finding[], writing: Writing): Run {
  const { options, clauses } = writing;
  const { coverage } = result;
  return {
    tool: { driver: driver(writing) },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: {
      [base]: { uri: fileUri(options.root, true), description: { text: 'The directory that was scanned.' } },
    },
    invocations: [
      {
        executionSuccessful: true,
        toolConfigurationNotifications: options.mistakes.map(({ path, line, message }) => ({
          level: 'error',
          message: { text: message },
          ...(path === undefined
            ? {}
            : {
                locations: [
                  { physicalLocation: physical(path, line === undefined ? undefined : { startLine: line }, options) },
                ],
              }),
        })),
        toolExecutionNotifications: notifications(result, writing),
      },
    ],
    taxonomies: clauses.length === 0 ? [] : [termsTaxonomy(clauses, options.termsAsOf)],
    results: findings.map((finding) => resultOf(finding, writing)),
    properties: {
      disclaimer: NOT_LEGAL_ADVICE,
      ...(options.termsAsOf === undefined ? {} : { termsAsOf: options.termsAsOf }),
      coverage: {
        complete: isComplete(coverage),
        files: coverage.files,
        bytes: coverage.bytes,
        origins: coverage.origins,
        parsed: coverage.parsed.map(({ path, cause }) => ({ path: shownPath(path, options.root), cause })),
        skipped: Object.fromEntries(skipCounts(coverage).map(({ kind, count }) => [kind, count])),
      },
    },
  };
}

function driver({ options, ruleIds, clauses }: Writing): ToolComponent {
  return {
    name: 'Distillint',
    semanticVersion: options.version,
    version: options.version,
    informationUri: homepage,
    shortDescription: { text: 'Finds model output that becomes training data.' },
    fullDescription: {
      text: `Follows the output of language models through code to data sets and trainers, and names the clause of the provider's terms that it may conflict with. ${NOT_LEGAL_ADVICE}`,
    },
    language: 'en-US',
    rules: ruleIds.map((id) => ruleDescriptor(id, options)),
    ...(clauses.length === 0 ? {} : { supportedTaxonomies: [termsReference] }),
  };
}

function ruleDescriptor(id: string, { rules }: ReportOptions): ReportingDescriptor {
  const rule = rules.find((candidate) => candidate.id === id);
  if (!rule) return { id };
  const plain = `${rule.full} ${NOT_LEGAL_ADVICE}`;
  return {
    id,
    name: id.replace(/(?:^|[^A-Za-z]+)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: rule.short },
    fullDescription: { text: rule.full },
    help: {
      text: plain,
      markdown: reminded(rule.page ?? `# ${rule.title}\n\n${rule.full}`),
    },
    helpUri: pageAddress(id),
    defaultConfiguration: { enabled: rule.enabled, level: rule.level },
    properties: {
      tags: [id.split('/')[0]!],
      'problem.severity': rule.level === 'warning' ? 'warning' : 'recommendation',
    },
  };
}

function resultOf(finding: Finding, writing: Writing): Result {
  const { ruleIds, clauses } = writing;
  const permitted = finding.level === 'permitted';
  const reason = writing.reasons.get(finding);
  return {
    ruleId: finding.rule,
    ruleIndex: ruleIds.indexOf(finding.rule),
    // A result that shows no problem has no level, says the standard.
    ...(permitted
      ? { kind: 'informational', level: 'none' }
      : { kind: 'fail', level: finding.level as 'warning' | 'note' }),
    message: { text: messageText(`${finding.message} ${NOT_LEGAL_ADVICE}`) },
    locations: [location(finding.place, writing)],
    ...(finding.flow.length === 0 ? {} : { codeFlows: [codeFlow(finding.flow, writing)] }),
    ...(finding.related.length === 0
      ? {}
      : {
          relatedLocations: finding.related.map(({ place, message }, id) => ({
            id,
            ...location(place, writing),
            message: { text: messageText(message) },
          })),
        }),
    partialFingerprints: { [fingerprintKind]: finding.fingerprint },
    ...(finding.clauses.length === 0 ? {} : { taxa: taxaOf(finding, clauses) }),
    ...(reason === undefined
      ? {}
      : { suppressions: [{ kind: 'inSource', status: 'accepted', justification: reason }] }),
    properties: { permitted, ...about(finding, writing) },
  };
}

function about(finding: Finding, { options }: Writing) {
  const { confidence, provider, model, models, stance, evidence, assumptions, changes, story, estimate } = finding;
  const written = ({ path, start, end }: Place) => ({ path: shownPath(path, options.root), start, end });
  const shown = (place: Place | undefined) => (place === undefined ? {} : { place: written(place) });
  return {
    confidence,
    stance,
    provider: providerData(provider),
    ...(model === undefined ? {} : { model }),
    models: models.map(({ value, how }) => ({ value, how })),
    clauses: finding.clauses.map(({ id, party, use, stance: its, applied }) => ({
      id,
      party,
      use,
      stance: its,
      ...(applied === undefined ? {} : { applied }),
    })),
    evidence: {
      for: evidence.for.map(({ place, ...rest }) => ({ ...rest, ...shown(place) })),
      against: evidence.against.map(({ place, ...rest }) => ({ ...rest, ...shown(place) })),
    },
    assumptions,
    changes,
    ...(estimate === undefined
      ? {}
      : {
          estimate: {
            ...estimate,
            ...(estimate.concurrency
              ? { concurrency: { ...estimate.concurrency, from: estimate.concurrency.from.map(written) } }
              : {}),
            factors: estimate.factors.map(({ place, from, ...rest }) => ({
              ...rest,
              ...shown(place),
              ...(from ? { from: written(from) } : {}),
            })),
          },
        }),
    story,
  };
}

function codeFlow(flow: readonly FlowStep[], writing: Writing): CodeFlow {
  const steps = flow.map(({ place, role, name, why }, index): ThreadFlowLocation => {
    const at = location(place, writing);
    return {
      location: { ...at, message: { text: messageText(why) } },
      kinds: [role],
      executionOrder: index + 1,
      importance: role === 'step' ? 'important' : 'essential',
      properties: { ...at.properties, name },
    };
  });
  return { threadFlows: [{ locations: steps }] };
}

function location(place: Place, { places, options }: Writing): Location {
  const range = places.range(place);
  const cell = places.cell(place);
  const snippet = options.snippets && range ? places.snippet(place) : undefined;
  const region = range && {
    startLine: range.line,
    startColumn: range.column,
    endLine: range.endLine,
    endColumn: range.endColumn,
    ...(snippet ? { snippet: { text: snippet } } : {}),
  };
  return {
    physicalLocation: physical(place.path, region, options),
    ...(cell ? { properties: { cell: cell.cell, line: cell.line } } : {}),
  };
}

function physical(path: string, region: PhysicalLocation['region'], { root }: ReportOptions): PhysicalLocation {
  const artifactLocation = isWithin(path, root)
    ? { uri: encodePath(shownPath(path, root)), uriBaseId: base }
    : { uri: fileUri(shownPath(path, root), false) };
  return { artifactLocation, ...(region ? { region } : {}) };
}

/** Everything that was not analysed, or only in part. */
function notifications({ coverage }: CheckResult, { options }: Writing): Notification[] {
  const at = (path: string): Location[] => [{ physicalLocation: physical(path, undefined, options) }];
  return [
    { level: 'note', message: { text: coverageSentences(coverage).join(' ') } },
    ...coverage.skipped.map((skipped): Notification => {
      const { intended } = skipKind(skipped);
      return {
        level: intended ? 'note' : 'warning',
        message: { text: `Not analysed: ${skipped.reason}.` },
        locations: at(skipped.path),
      };
    }),
    ...coverage.gaps.map(({ path, count }): Notification => {
      const text = `Parts of this file were not understood: ${count}.`;
      return { level: 'warning', message: { text }, locations: at(path) };
    }),
    ...coverage.assumed.map((text): Notification => {
      // What lies behind a bound was not looked at; an assumption hides nothing.
      const level = coverage.bounds.includes(text) ? 'warning' : 'note';
      return { level, message: { text: messageText(text) } };
    }),
  ];
}

/** A message in which brackets are brackets: `[a](b)` would be a link. */
function messageText(text: string): string {
  return /\]\(/.test(text) ? text.replace(/[[\]]/g, '\\$&') : text;
}
