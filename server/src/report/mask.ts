// No output holds a credential: this finds them in any text and puts `***` in their place, leaving at most the beginning that is
// public knowledge. Found are keys by how they begin, and literals where a key is expected (`api_key=…`, `"x-api-key": …`).
// When in doubt it hides: a hidden word costs a glance, a shown key costs a key. Linear in the text but for its literals.
import { knownKeys, secretNames, shownFor } from './credentials.ts';
import { literalsInKeyPosition, type Secret } from './keyPositions.ts';
import { hasLongRun, looksLikeChance } from './randomness.ts';

/** Hides what is secret in a text. */
export type Masker = (text: string) => string;

/** The secrets of a text in order, without overlaps. */
export function secretsIn(text: string): readonly Secret[] {
  if (!worthALook.test(text)) return [];
  return merge([...knownSecrets(text), ...literalsInKeyPosition(text)]);
}

/** The secrets with those of `text` between `start` and `end` of `literals`, which are known to be secret by their use. */
export function withLiterals(
  secrets: readonly Secret[],
  text: string,
  literals: readonly Pick<Secret, 'start' | 'end'>[],
): readonly Secret[] {
  const inside = literals.flatMap(({ start, end }): Secret[] => {
    const [, open = '', value = ''] =
      /^(\w{0,2}(?:"{3}|'{3}|["'`])?)([\s\S]*?)["'`]*$/.exec(text.slice(start, end)) ?? [];
    const from = start + open.length;
    return value === '' ? [] : [{ start: from, end: from + value.length, shown: shownFor(value) }];
  });
  return merge([...secrets, ...inside]);
}

/** `text` without its secrets. */
export function maskText(text: string): string {
  return replace(text, secretsIn(text));
}

/** `text` without keys that are known by how they begin: for names of files, which are no code. */
export function maskKnownKeys(text: string): string {
  return worthALook.test(text) ? replace(text, merge(knownSecrets(text))) : text;
}

/**
 * A masker that also hides `values`, secrets found elsewhere, wherever they turn up: a message may quote a literal without the
 * name beside it that gave it away in the source. Short ones and mere words are left alone, or messages would lose theirs.
 */
export function createMasker(values: Iterable<string>): Masker {
  const learned = [...new Set(values)]
    .filter((value) => value.length >= 8 && value.length <= 4096 && /\d/.test(value) && /[A-Za-z]/.test(value))
    // One may be a part of another.
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return (text) => {
    let masked = maskText(text);
    for (const value of learned) if (masked.includes(value)) masked = masked.replaceAll(value, shownFor(value));
    return masked;
  };
}

/** The text with every secret replaced; `secrets` in order. */
export function replace(text: string, secrets: readonly Secret[]): string {
  let masked = '';
  let from = 0;
  for (const { start, end, shown } of secrets) {
    masked += text.slice(from, start) + shown;
    from = end;
  }
  return masked + text.slice(from);
}

const knownKey = new RegExp(
  // A word before it makes it part of a longer name: `task-…` is not `sk-…`.
  `(?<![A-Za-z0-9])(?:${knownKeys.map(({ prefix, body }) => `${quoted(prefix)}${body ?? '[\\w-]{4,}'}`).join('|')})`,
  'g',
);

const shapes: readonly { readonly find: RegExp; readonly group: number; readonly ifChance?: boolean }[] = [
  // PEM; of one that is cut off, all that is left.
  { find: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----([\s\S]*?)(?:-----END [A-Z0-9 ]*-----|$)/dg, group: 1 },
  // JSON web tokens.
  { find: /\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?/dg, group: 0 },
  { find: /\b(?:Bearer|Basic)\s+([\w.~+/=-]{8,})/dgi, group: 1, ifChance: true },
  // Password in the authority of a URL.
  { find: /\b[a-z][\w+.-]{0,20}:\/\/[^\s/:@'"`]{0,200}:([^\s/@'"`{}$<>]+)@/dgi, group: 1 },
  {
    find: /[?&](?:[\w-]{0,40}(?:key|token|secret|password|signature|sig))=([^&\s'"`{}$<>#]+)/dgi,
    group: 1,
  },
  // Command lines and .env files.
  { find: /(?<![\w-])--?(?:[\w-]{0,40}(?:api-?key|token|password|secret))[ =]([^\s'"`$<{([-][^\s'"`]*)/dgi, group: 1 },
  {
    find: /^[ \t]*(?:export[ \t]+|set[ \t]+|ENV[ \t]+)?[A-Z][A-Z0-9_]*(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD)=([^\s'"`$<{(.[\]]+)(?=[ \t]*(?:#.*)?$)/dgm,
    group: 1,
  },
];

// One pass that lets most texts go at once. All of the above betrays itself by one of these.
const worthALook = new RegExp(
  `-----BEGIN|eyJ|Bearer|Basic|://[^\\s/]{1,400}@|[?&-][\\w-]{0,40}(?:key|token|secret|password|sig)|keys?|tokens|secrets|cred|auth|pwd|session|cookie|account|${secretNames.join('|')}|${knownKeys.map(({ prefix }) => quoted(prefix)).join('|')}`,
  'i',
);

function knownSecrets(text: string): Secret[] {
  const found: Secret[] = [];
  for (const match of text.matchAll(knownKey)) {
    const key = knownKeys.find(({ prefix }) => match[0].startsWith(prefix))!;
    if (key.ambiguous && !isByChance(match[0].slice(key.prefix.length))) continue;
    found.push({ start: match.index, end: match.index + match[0].length, shown: `${key.prefix}***` });
  }
  for (const { find, group, ifChance } of shapes) {
    for (const match of text.matchAll(find)) {
      const value = match[group]!;
      if (value.trim() === '' || (ifChance && !isByChance(value))) continue;
      const [start, end] = match.indices![group]!;
      found.push({ start, end, shown: shownFor(value) });
    }
  }
  return found;
}

/** Whether a rest is no word: it has a digit beside letters, both cases mixed within, or a long run. */
function isByChance(rest: string): boolean {
  return (
    (/\d/.test(rest) && /[A-Za-z]/.test(rest) && rest.length >= 6) || hasLongRun(rest, 20) || looksLikeChance(rest)
  );
}

/** In order; of two that overlap the union, shown as the first is. */
function merge(secrets: readonly Secret[]): readonly Secret[] {
  const sorted = [...secrets].sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Secret[] = [];
  for (const secret of sorted) {
    const last = merged.at(-1);
    if (last === undefined || secret.start >= last.end) merged.push(secret);
    else {
      // A literal that holds a known key says more by the key's beginning.
      const shown = last.shown === '***' && secret.start === last.start ? secret.shown : last.shown;
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, secret.end), shown };
    }
  }
  return merged;
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
