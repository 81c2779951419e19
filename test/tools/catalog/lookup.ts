// Looks for the API paths of rows in one package.
import { parseApiPath } from '../../../server/src/catalog/paths.ts';
import { type Claim, keywordsOf, type Start } from './claims.ts';
import type { Found, Reader } from './read/declarations.ts';
import type { Asked } from './read/keys.ts';

/** Where a path is declared, or why that is not known. */
export type Answer =
  /** `missing`: keywords of the row that it does not take. */
  { readonly file: string; readonly missing: readonly string[] } | { readonly open: string };

/** Answers for each claim, in order. `starts` says where its path begins; only beginnings in this package count. */
export function lookUp(claims: readonly Claim[], starts: (claim: Claim) => readonly Start[], reader: Reader): Answer[] {
  const reached = claims.map((claim) => {
    const anyhow = reachAnyhow(claim, reader);
    if (anyhow) return anyhow;
    const reached = reachAny(starts(claim), reader);
    return 'found' in reached ? reached : (reachNamed(claim, reader) ?? reachAdded(claim, reached, reader) ?? reached);
  });
  // A keyword that none of a row's paths takes is a slip, or gone; one that some do not take is how rows are shared.
  return claims.map((claim, i) => {
    const own = reached[i]!;
    if (!('found' in own)) return { open: own.open };
    if (own.found.declarations.length === 0) return { file: own.file, missing: [] };
    const beside = reached
      .filter((_, j) => claims[j]!.entry === claim.entry)
      .flatMap((r) => ('found' in r ? [r.found] : []));
    const isCall = claim.entry.key !== 'types' || claim.path.endsWith('()');
    const missing = isCall
      ? keywordsOf(claim.entry).filter((name) => !beside.some((found) => reader.takes(found, name)))
      : [];
    return { file: own.file, missing };
  });
}

/** The same for configurations and commands: of each path, the file that knows most of what its rows name. */
export function lookUpKeys(claims: readonly Claim[], { programs, files }: Asked): Answer[] {
  type Best = { readonly file: string; readonly names: ReadonlySet<string> };
  const best = new Map<string, Best | { readonly open: string }>();
  const find = (path: string): Best | { readonly open: string } => {
    const words = path.split('.');
    const program = words.map((_, i) => words.slice(0, words.length - i).join('.')).find((name) => programs.has(name));
    // A module may be run by its path.
    const isModule = [...files.keys()].some((file) => file.endsWith(`/${words.join('/')}.py`));
    if (path !== 'mapping' && program === undefined && !isModule)
      return { open: `no program ${words[0]} is installed` };
    const commands = program === undefined ? [] : words.slice(program.split('.').length);
    const unknown = commands.find((word) => ![...files.values()].some((names) => names.has(word)));
    if (unknown !== undefined) return { open: `no file knows ${unknown}` };
    const keys = claims.filter((claim) => claim.path === path).flatMap(({ entry }) => keywordsOf(entry));
    const wanted = new Set([...keys, ...commands]);
    let found: (Best & { readonly score: number }) | undefined;
    for (const [file, names] of files) {
      // A command is mostly found in the file of its name.
      const place = file.replace(/\.pyi?$/, '').split('/');
      const known = [...wanted].filter((key) => names.has(key));
      const score = known.length + words.filter((word) => place.includes(word)).length;
      if (score > (found?.score ?? 0)) found = { file, names, score };
    }
    return found ?? { open: `no file knows ${[...wanted].join(', ')}` };
  };
  for (const { path } of claims) if (!best.has(path)) best.set(path, find(path));
  return claims.map(({ entry, path }) => {
    const own = best.get(path)!;
    if ('open' in own) return own;
    const beside = claims.filter((claim) => claim.entry === entry).map((claim) => best.get(claim.path)!);
    const isKnown = (key: string): boolean => beside.some((one) => 'names' in one && one.names.has(key));
    return { file: own.file, missing: keywordsOf(entry).filter((key) => !isKnown(key)) };
  });
}

/** Why a path is not found that begins in none of the packages. */
export const NO_MODULE = 'the module is not in the package';

type Reached =
  | { readonly found: Found; readonly file: string }
  /** `steps`: how far it went. */
  | { readonly open: string; readonly steps: number };

/** A method of whatever receiver, or what it gives: any declaration of its name will do. */
function reachAnyhow({ path }: Claim, reader: Reader): Reached | undefined {
  const name = /^(?:builtins\.)?Any\.(\w+)(?:\(\))?$/.exec(path)?.[1];
  if (name === undefined) return undefined;
  const [declared] = reader.anywhere(name);
  if (!declared) return { open: `no ${name} is declared anywhere`, steps: 0 };
  return { found: { declarations: [], foreign: new Set() }, file: declared.scope.file };
}

function reachAny(starts: readonly Start[], reader: Reader): Reached {
  const nowhere = starts.length === 0 ? 'nothing says how to come by its type' : NO_MODULE;
  const all = starts.flatMap((start) => reach(start, reader) ?? []);
  // Each way to come by a type may lead to another class: what one of them does not take, another may.
  const found = all.flatMap((reached) => ('found' in reached ? [reached] : []));
  if (found[0]) return { file: found[0].file, found: found.map((reached) => reached.found).reduce(both) };
  let furthest: Reached = { open: nowhere, steps: -1 };
  for (const reached of all) if ('open' in reached && reached.steps > furthest.steps) furthest = reached;
  return furthest;
}

function both(a: Found, b: Found): Found {
  return {
    declarations: [...new Set([...a.declarations, ...b.declarations])],
    foreign: new Set([...a.foreign, ...b.foreign]),
  };
}

/** A type is mostly named like the class that it stands for, whatever ways the rows know to come by it. */
function reachNamed({ path }: Claim, reader: Reader): Reached | undefined {
  const [, name, rest] = /^([A-Z]\w*)(?:\.(.*))?$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  const declarations = reader.anywhere(name);
  const reached =
    declarations.length > 0 ? descend({ declarations, foreign: new Set() }, rest ?? '', reader) : undefined;
  return reached && 'found' in reached ? reached : undefined;
}

/** What a package adds to another one's type, which is not here: any declaration of its name will do. */
function reachAdded(
  { path, package: own }: Claim,
  { open }: { readonly open: string },
  reader: Reader,
): Reached | undefined {
  const name = /\.(\w+)$/.exec(path)?.[1];
  if (open !== NO_MODULE || name === undefined || reader.root(own).declarations.length === 0) return undefined;
  const declarations = reader.anywhere(name);
  const found: Found = { declarations, foreign: new Set() };
  return declarations.length > 0 ? { found, file: reader.file(found) } : undefined;
}

/** Undefined if the path begins in another package. */
function reach({ module, path }: Start, reader: Reader): Reached | undefined {
  const found = reader.root(module);
  return found.declarations.length === 0 ? undefined : descend(found, path, reader);
}

function descend(from: Found, path: string, reader: Reader): Reached {
  let found = from;
  let holder = from;
  let steps = 0;
  const parsed = parseApiPath(path === '' ? '.' : path);
  if (!parsed.ok) return { open: `cannot be read: ${path}`, steps: 0 };
  for (const step of parsed.value) {
    // What a name stands for is whatever calling, indexing or deriving it may give; a captured name is anybody's.
    if (step.step === 'capture') break;
    if (step.step !== 'member') continue;
    let next = reader.member(found, step.name);
    if (next.declarations.length === 0 && found.declarations.some(({ givesSelf }) => givesSelf))
      next = reader.member(holder, step.name);
    if (next.declarations.length === 0) return { open: whyNot(step.name, next, reader), steps };
    holder = found;
    found = next;
    steps++;
  }
  return { found, file: reader.file(found) };
}

function whyNot(name: string, { foreign }: Found, reader: Reader): string {
  if (foreign.size > 0) return `${name} may come from ${[...foreign].sort().slice(0, 3).join(', ')}`;
  const [declared] = reader.anywhere(name);
  if (!declared) return `no ${name} is declared anywhere`;
  return `${name} is declared in ${declared.scope.file}, but not where the path leads`;
}
