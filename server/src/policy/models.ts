// Model ids: which host an id gives away, and who made the model it names. `us.anthropic.claude-…` is Bedrock and Anthropic;
// `openrouter/meta-llama/llama-3.3-70b` is OpenRouter and Meta under the Llama 3.3 licence.
import type { Routing } from './schema.ts';

/** Who serves a call: a provider id, `local` or `unknown`, with what is known beside it. */
export interface HostWord {
  readonly provider: string;
  readonly surface?: string | undefined;
  readonly name?: string | undefined;
  readonly serves?: 'own' | 'weights' | 'many' | undefined;
}

/** Who made a model, and the licence of its weights if they are open and the licence is known. */
export interface AuthorWord {
  readonly provider: string;
  readonly weights: 'open' | 'closed' | 'mixed' | undefined;
  readonly document?: string | undefined;
  readonly surface?: string | undefined;
}

/** What a model id says. */
export interface ModelReading {
  /** The bare name, without routes, authors, versions and tags. */
  readonly name: string;
  readonly host: HostWord | undefined;
  /** The author first, then those of the models it was made from. */
  readonly authors: readonly AuthorWord[];
  /** Why what was read is a guess, or why nothing could be read. */
  readonly inferred: string | undefined;
  readonly opaque: string | undefined;
}

type Form = Routing['model_ids'][number];

/** Reads a model id that is sent to `host`, or to a host that the id itself may name. */
export function readModel(id: string, host: HostWord | undefined, routing: Routing): ModelReading {
  let rest = id.trim();
  let named: HostWord | undefined;
  let author: string | undefined;
  let inferred: string | undefined;
  // A route may stand before another form: `litellm_proxy/bedrock/us.anthropic.…`.
  for (let depth = 0; depth < 5; depth++) {
    const found = matchForm(rest, named ?? host, host === undefined, routing);
    if (!found) break;
    const { form, groups } = found;
    inferred ??= form.inferred;
    if (groups.route !== undefined) named ??= routing.routes[groups.route.toLowerCase()];
    else if (form.implies !== undefined) {
      named ??= { provider: form.implies, surface: form.surface, name: form.name, serves: form.serves };
    }
    if (form.opaque !== undefined) return { name: rest, host: named, authors: [], inferred, opaque: form.opaque };
    author = groups.author ?? author;
    const next = groups.rest ?? groups.model ?? rest;
    rest = form.dots === undefined ? next : next.replace(new RegExp(`(?<=\\d)${form.dots}(?=\\d)`, 'g'), '.');
    if (groups.rest === undefined) break;
  }
  const name = bareName(rest);
  return {
    name,
    host: named,
    authors: authorsOf(name, author, inferred !== undefined, routing),
    inferred,
    opaque: undefined,
  };
}

/** Whether most of the models that a call may name are of those that answer with something else than text; tests name any. No name
 * tells nothing. */
export function answersOtherwise(models: readonly { readonly value: string }[], { other_models }: Routing): boolean {
  const others = models.filter(({ value }) => other_models.some((pattern) => expression(pattern).test(value)));
  return others.length * 2 > models.length;
}

/** The first form that fits. Forms of one host need that host; routes count only while the host is open. */
function matchForm(id: string, host: HostWord | undefined, open: boolean, routing: Routing) {
  for (const form of routing.model_ids) {
    if (form.host !== undefined && form.host !== host?.provider) continue;
    const groups = expression(form.pattern).exec(id)?.groups;
    if (groups === undefined && !(form.opaque !== undefined && expression(form.pattern).test(id))) continue;
    const route = groups?.route;
    if (route !== undefined && !mayRoute(route, host, open, routing)) continue;
    return { form, groups: groups ?? {} } as { form: Form; groups: Record<string, string | undefined> };
  }
  return undefined;
}

function mayRoute(route: string, host: HostWord | undefined, open: boolean, routing: Routing): boolean {
  const word = routing.routes[route.toLowerCase()];
  if (!word) return false;
  return open || (word.provider !== 'unknown' && word.provider === host?.provider);
}

/** Without what follows a tag, a version or a path, and without `models/` in front. */
function bareName(name: string): string {
  const last = name.replace(/^models\//, '').replace(/[:@].*$/, '');
  return last.slice(last.lastIndexOf('/') + 1);
}

/** The authors of a bare name, in the order that the routing data gives. */
function authorsOf(name: string, prefix: string | undefined, guess: boolean, routing: Routing): readonly AuthorWord[] {
  for (const step of routing.order.author) {
    const found = authorSteps[step]?.(name, prefix, guess, routing);
    if (found) return found;
  }
  return [];
}

type AuthorStep = (
  name: string,
  prefix: string | undefined,
  guess: boolean,
  routing: Routing,
) => readonly AuthorWord[] | undefined;

const authorSteps: Partial<Record<Routing['order']['author'][number], AuthorStep>> = {
  licence: (name, _prefix, _guess, routing) => {
    const row = routing.licences.find((licence) => expression(licence.pattern).test(name));
    if (!row) return undefined;
    const own: AuthorWord = {
      provider: row.author,
      weights: 'open',
      document: row.document,
      surface: row.surface ?? routing.licenceSurface[row.document ?? ''],
    };
    const bases = row.base.map((document): AuthorWord => {
      const provider = document.slice(0, document.indexOf('.'));
      return { provider, weights: 'open', document, surface: routing.licenceSurface[document] };
    });
    return [own, ...bases];
  },
  family: (name, _prefix, guess, routing) => {
    const row =
      routing.families.find((family) => expression(family.pattern).test(name)) ??
      (guess ? routing.families.find((family) => family.loose && expression(family.loose).test(name)) : undefined);
    return row && [{ provider: row.author, weights: row.weights }];
  },
  author_prefix: (_name, prefix, _guess, routing) => {
    const wanted = prefix?.toLowerCase();
    const found = Object.entries(routing.authors).find(([, words]) => wanted !== undefined && words.includes(wanted));
    return found && [{ provider: found[0], weights: undefined }];
  },
};

const expressions = new Map<string, RegExp>();

/** Patterns of the routing data, compiled once; they ignore case. */
export function expression(source: string): RegExp {
  const known = expressions.get(source);
  if (known) return known;
  const made = new RegExp(source, 'i');
  expressions.set(source, made);
  return made;
}
