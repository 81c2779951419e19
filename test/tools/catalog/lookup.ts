// Looks for the API paths of rows in one package.
import { parseApiPath } from '../../../server/src/catalog/paths.ts';
import { type Claim, keywordsOf, type Start } from './claims.ts';
import type { Found, Reader } from './read/declarations.ts';

/** Where a path is declared, or why that is not known. */
export type Answer = { readonly file: string } | { readonly open: string };

/** Answers for each claim, in order. `starts` says where its path begins; only beginnings in this package count. */
export function lookUp(claims: readonly Claim[], starts: (claim: Claim) => readonly Start[], reader: Reader): Answer[] {
  const reached = claims.map((claim) => {
    const anyhow = reachAnyhow(claim, reader);
    if (anyhow) return anyhow;
    const reached = reachAny(starts(claim), reader);
    return 'found' in reached ? reached : (reachNamed(claim, reader) ?? reached);
  });
  // A keyword that none of a row's paths takes is a slip, or gone; one that some do not take is how rows are shared.
  return claims.map((claim, i) => {
    const own = reached[i]!;
    if (!('found' in own)) return { open: own.open };
    if (own.found.declarations.length === 0) return { file: own.file };
    const beside = reached
      .filter((_, j) => claims[j]!.entry === claim.entry)
      .flatMap((r) => ('found' in r ? [r.found] : []));
    const isCall = claim.entry.key !== 'types' || claim.path.endsWith('()');
    const missing = isCall
      ? keywordsOf(claim.entry).filter((name) => !beside.some((found) => reader.takes(found, name)))
      : [];
    if (missing.length > 0) return { open: `takes no ${missing.join(', ')} in ${own.file}` };
    return { file: own.file };
  });
}

type Reached =
  | { readonly found: Found; readonly file: string }
  /** `steps`: how far it went. */
  | { readonly open: string; readonly steps: number };

/** A method of whatever receiver: any declaration of its name will do. */
function reachAnyhow({ path }: Claim, reader: Reader): Reached | undefined {
  const name = /^(?:builtins\.)?Any\.(\w+)$/.exec(path)?.[1];
  if (name === undefined) return undefined;
  const [declared] = reader.anywhere(name);
  if (!declared) return { open: `no ${name} is declared anywhere`, steps: 0 };
  return { found: { declarations: [], foreign: new Set() }, file: declared.scope.file };
}

function reachAny(starts: readonly Start[], reader: Reader): Reached {
  const nowhere = starts.length === 0 ? 'nothing says how to come by its type' : 'the module is not in the package';
  let reason: Reached = { open: nowhere, steps: -1 };
  for (const start of starts) {
    const reached = reach(start, reader);
    if (!reached) continue;
    if ('found' in reached) return reached;
    if (reached.steps > reason.steps) reason = reached;
  }
  return reason;
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

/** Undefined if the path begins in another package. */
function reach({ module, path }: Start, reader: Reader): Reached | undefined {
  const found = reader.root(module);
  return found.declarations.length === 0 ? undefined : descend(found, path, reader);
}

function descend(from: Found, path: string, reader: Reader): Reached {
  let found = from;
  let steps = 0;
  const parsed = parseApiPath(path === '' ? '.' : path);
  if (!parsed.ok) return { open: `cannot be read: ${path}`, steps: 0 };
  for (const step of parsed.value) {
    // What a name stands for is whatever calling, indexing or deriving it may give; a captured name is anybody's.
    if (step.step === 'capture') break;
    if (step.step !== 'member') continue;
    const next = reader.member(found, step.name);
    if (next.declarations.length === 0) return { open: whyNot(step.name, next, reader), steps };
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
