// What `catalog try` shows: the calls of a file, what each callee is, and which rows are about it and hold.
import { createColors } from 'picocolors';
import type { CallMatch, GuardMatch, RowMatch, Through, Way } from '../flow/matches.ts';
import type { Place } from '../policy/finding.ts';
import type { FileMatches } from '../project.ts';
import type { ListingLook } from './catalog.ts';
import { maskedJson } from './json.ts';
import { createMasker, type Masker } from './mask.ts';
import { type Places, preparePlaces } from './places.ts';
import { plural, type Sources, shownPath } from './report.ts';
import { rowWords } from './rows.ts';
import { displayWidth, visible } from './terminal.ts';

/** The form of `catalog try --format json`. */
export const MATCHES_SCHEMA = 'distillint-matches/1';

/** What both forms need. */
export interface MatchesOptions {
  /** The directory that paths are relative to. */
  readonly root: string;
  /** Turns a file of the catalog into what is shown. */
  readonly file: (path: string) => string;
  /** Also calls that no row is about. */
  readonly all: boolean;
}

interface Writing {
  readonly places: Places;
  readonly mask: Masker;
  readonly options: MatchesOptions;
}

/** The matches of one file for people. */
export function renderMatches(
  path: string,
  matches: FileMatches,
  sources: Sources,
  options: MatchesOptions,
  look: ListingLook,
): string {
  const writing = prepare(path, sources, options);
  const shown = matches.calls.filter((call) => options.all || call.ways.length > 0 || call.outside.length > 0);
  const blocks = shown.map((call) => callLines(call, writing, look));
  blocks.push(summaryLines(path, matches, shown.length, writing));
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** What is known of one call, as Markdown for editors, in the words of `renderMatches`; undefined where no row is about it. */
export function renderMatch(
  call: CallMatch,
  sources: Sources,
  options: MatchesOptions,
  /** The address of a place, by its line and column. */
  link: (path: string, line: number, column: number) => string,
): string | undefined {
  if (call.ways.length === 0) return undefined;
  const writing = prepare(call.place.path, sources, options);
  const linked = (place: Place): string => {
    const range = writing.places.range(place);
    const label = code(where(place, writing));
    return range ? `[${label}](${link(place.path, range.line, range.column)})` : label;
  };
  return call.ways
    .flatMap((way) => {
      const head = `Distillint: ${wayWords(way, writing, code, linked)}`;
      // What holds is looked for first; where nothing does, most who point at the call do not care.
      const holding = way.rows.filter(({ holds }) => holds);
      if (holding.length === 0)
        return [`${head}; no row about it holds here (${code('distillint catalog try')} says why)`, ''];
      const rows = [...holding, ...way.rows.filter(({ holds }) => !holds)];
      return [head, '', ...rows.flatMap((row) => rowMarkdown(row, writing)), ''];
    })
    .join('\n')
    .trimEnd();
}

function rowMarkdown({ row, holds, guards }: RowMatch, writing: Writing): readonly string[] {
  const origin = code(`${visible(writing.options.file(row.origin.file))}:${row.origin.line}`);
  // Of a row that does not hold it is asked why, of one that does only what it is.
  const told = holds ? [] : guards.filter((guard) => !guard.holds);
  return [
    `- ${code(`${holds ? '+' : '-'} ${visible(rowWords(row))}`)} ${origin}`,
    ...told.map((guard) => `  - fails: ${code(visible(guard.text))} (${foundWords(guard, writing, code)})`),
  ];
}

/** A span of code in Markdown, whatever stands in it. */
function code(text: string): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}

/** The same for programs; always every call. */
export function renderMatchesJson(
  path: string,
  matches: FileMatches,
  sources: Sources,
  options: MatchesOptions,
): string {
  const writing = prepare(path, sources, options);
  const at = (place: Place) => placeData(place, writing);
  const data = {
    schema: MATCHES_SCHEMA,
    file: shownPath(path, options.root),
    marked: matches.marked,
    calls: matches.calls.map(({ place, callee, ways, outside, own }) => ({
      place: at(place),
      callee: at(callee),
      own,
      outside,
      ways: ways.map(({ api, by, through, rows }) => ({
        api,
        by,
        through: through ? { how: through.how, place: at(through.place) } : null,
        rows: rows.map(({ row, holds, guards }) => ({
          kind: row.row,
          says: rowWords(row),
          file: options.file(row.origin.file),
          line: row.origin.line,
          holds,
          guards,
        })),
      })),
    })),
  };
  return `${maskedJson(data, writing.mask)}\n`;
}

function prepare(path: string, sources: Sources, options: MatchesOptions): Writing {
  const places = preparePlaces({ findings: [], suppressed: [] }, sources);
  const text = places.text(path);
  const secrets = (text?.secrets ?? []).map(({ start, end }) => text!.source.text.slice(start, end));
  return { places, mask: createMasker(secrets), options };
}

function callLines(call: CallMatch, writing: Writing, look: ListingLook): readonly string[] {
  const colors = createColors(look.color);
  // Of several calls on one line each is shown for itself.
  const [code = '', ...more] = (writing.places.snippet(call.place) ?? '').split(/\r\n|\r|\n/);
  const head = `${colors.bold(where(call.place, writing))}  ${shortened(visible(code), more.length > 0, Math.max(40, look.width - 24))}`;
  const ways = call.ways.flatMap((way) => [
    `  ${wayWords(way, writing)}`,
    ...way.rows.flatMap((row) => rowLines(row, writing, look)),
  ]);
  const outside = call.outside.map((api) => `  ${visible(writing.mask(api))}: no row is about calling it`);
  const rest =
    call.ways.length + call.outside.length > 0
      ? []
      : [call.own ? '  a function or class of these files' : '  not known'];
  return [head, ...ways, ...outside, ...rest];
}

function plain(text: string): string {
  return text;
}

function shortened(code: string, isCut: boolean, width: number): string {
  if (displayWidth(code) <= width) return isCut ? `${code}…` : code;
  return `${code.slice(0, width - 1)}…`;
}

function wayWords(
  { api, by, through }: Way,
  writing: Writing,
  quoted = plain,
  at = (place: Place): string => where(place, writing),
): string {
  const name = quoted(visible(writing.mask(api)));
  if (by === 'end') return `ends like ${name}; what stands before that is not known`;
  if (by === 'method') return `is like ${name}, whatever the receiver is`;
  return `is ${name}${through ? `, ${throughWords(through, at)}` : ''}`;
}

function throughWords({ how, place }: Through, written: (place: Place) => string): string {
  const at = written(place);
  switch (how) {
    case 'import':
      return `imported at ${at}`;
    case 'call':
      return `from what is made at ${at}`;
    case 'class':
      return `inherited by the class at ${at}`;
    case 'global':
      return 'a name of the language';
    case 'value':
      return `from the value at ${at}`;
  }
}

function rowLines({ row, holds, guards }: RowMatch, writing: Writing, look: ListingLook): readonly string[] {
  const colors = createColors(look.color);
  const sign = holds ? colors.green('+') : colors.red('-');
  const origin = colors.dim(`${visible(writing.options.file(row.origin.file))}:${row.origin.line}`);
  return [
    `    ${sign} ${visible(rowWords(row))}  ${origin}`,
    ...guards.map(
      (guard) => `        ${guard.holds ? 'holds' : 'fails'}: ${visible(guard.text)} (${foundWords(guard, writing)})`,
    ),
  ];
}

function foundWords({ found }: GuardMatch, { mask }: Writing, quoted = plain): string {
  if (found === 'not given') return 'it is not given';
  if (found === 'not known') return 'its value is not known';
  return `it is ${found.map((value) => quoted(visible(mask(JSON.stringify(value))))).join(' or ')}`;
}

function summaryLines(path: string, matches: FileMatches, shown: number, writing: Writing): readonly string[] {
  const { calls, marked } = matches;
  const matched = calls.filter(({ ways }) => ways.some(({ rows }) => rows.some(({ holds }) => holds))).length;
  const lines = [
    `${matched} of ${plural(calls.length, 'call')} in ${shownPath(path, writing.options.root)} match a row that holds.`,
  ];
  if (shown < calls.length) lines.push(`${calls.length - shown} not shown; --all shows every call.`);
  if (!marked)
    lines.push(
      'Nothing in the file is a marker of the catalog: a scan looks at it only if a value reaches it from another file.',
    );
  return lines;
}

function where(place: Place, { places, options }: Writing): string {
  const path = visible(shownPath(place.path, options.root));
  const range = places.range(place);
  return range ? `${path}:${range.line}:${range.column}` : path;
}

function placeData(place: Place, { places, options }: Writing) {
  return { path: shownPath(place.path, options.root), start: place.start, end: place.end, ...places.range(place) };
}
