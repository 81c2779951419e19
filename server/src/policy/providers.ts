// Who serves a model call and who made the model. Both bind, so both are answered, and neither is guessed: what cannot be
// found out stays `unknown` with the reason. The order of the questions is data (rules/routing.yaml).
import { perObject } from '../base/memo.ts';
import type { ProviderQuestion } from './candidate.ts';
import type { FindingProvider, ModelCandidate } from './finding.ts';
import { hostOf, hostRow, isLocalHost } from './hosts.ts';
import { type AuthorWord, expression, type HostWord, type ModelReading, readModel } from './models.ts';
import type { Routing } from './schema.ts';

/** Terms or a licence that bind: whose, on which surface, and under which document if it is a licence. */
export interface Party {
  readonly party: 'host' | 'author';
  readonly provider: string;
  /** Absent where the weights are open and their licence is not known. */
  readonly surface?: string;
  readonly licence?: string;
}

/** One possible answer to a provider question. */
export interface ProviderAnswer extends FindingProvider {
  readonly model?: ModelCandidate;
  readonly parties: readonly Party[];
  readonly assumptions: readonly string[];
}

/** What is assumed where an address is given and not told by the code, and the model's name is one of the provider's. */
export const ADDRESS_OPEN = "the address, which is set elsewhere, is the provider's own";

/** The likeliest answer. */
export function resolveProvider(question: ProviderQuestion, routing: Routing): ProviderAnswer {
  return resolveProviders(question, routing)[0]!;
}

const answered = perObject<ProviderQuestion, readonly ProviderAnswer[]>();

/** All answers that the possible base URLs and models give, in their order, each once. */
export function resolveProviders(question: ProviderQuestion, routing: Routing): readonly ProviderAnswer[] {
  return answered(question, () => resolveAll(question, routing), [routing]);
}

function resolveAll(question: ProviderQuestion, routing: Routing): readonly ProviderAnswer[] {
  const urls = question.baseUrl?.length ? question.baseUrl : [undefined];
  const models = question.models.length > 0 ? question.models : [undefined];
  const answers = new Map<string, ProviderAnswer>();
  for (const url of urls) {
    for (const model of models) {
      const answer = resolveOne(question, url, model, routing);
      const key = JSON.stringify([answer.host, answer.hostName, answer.author, answer.parties, answer.model?.value]);
      if (!answers.has(key)) answers.set(key, answer);
    }
  }
  return [...answers.values()];
}

/** A host and how it was found. `by` is the step that answered. */
interface FoundHost extends HostWord {
  readonly by: Routing['order']['host'][number];
  readonly how: string;
  readonly author?: string | undefined;
  readonly assumption?: string;
}

function resolveOne(
  question: ProviderQuestion,
  url: string | undefined,
  model: ModelCandidate | undefined,
  routing: Routing,
): ProviderAnswer {
  const asked = model ?? modelInUrl(url, routing);
  const host = findHost(question, url, asked, routing);
  const reading = asked && readModel(asked.value, host, routing);
  const open = url !== undefined && hostOf(url) === undefined;
  const [certain, doubt] =
    url === undefined && isElsewhere(question, routing)
      ? doubtAddress(host, reading, routing)
      : doubtHost(host, reading, routing);
  return compose(certain, reading, asked, open ? 'the base URL is not constant' : doubt, routing);
}

/** Whether an address is given that the code does not tell. What a library reads by itself is where it is sent anyway. */
function isElsewhere({ openAddress, clientProvider }: ProviderQuestion, routing: Routing): boolean {
  if (openAddress === undefined) return false;
  return !openAddress.some((name) =>
    routing.hosts.some((row) => row.provider === providerId(clientProvider) && row.env.includes(name)),
  );
}

function findHost(
  question: ProviderQuestion,
  url: string | undefined,
  model: ModelCandidate | undefined,
  routing: Routing,
): FoundHost | undefined {
  // A base URL that is not constant may lead anywhere: neither the client nor a model string tells the host then.
  const open = url !== undefined && hostOf(url) === undefined;
  for (const by of routing.order.host) {
    if (open && (by === 'client' || by === 'model_id')) continue;
    const found = hostSteps[by](question, url, model, routing);
    if (found) return { ...found, by };
  }
  return undefined;
}

type HostStep = (
  question: ProviderQuestion,
  url: string | undefined,
  model: ModelCandidate | undefined,
  routing: Routing,
) => Omit<FoundHost, 'by'> | undefined;

const hostSteps: Record<Routing['order']['host'][number], HostStep> = {
  base_url: (_question, url, _model, routing) => {
    const name = url === undefined ? undefined : hostOf(url);
    if (name === undefined) return undefined;
    const how = `base URL ${name}`;
    const row = hostRow(name, routing);
    if (row) return { ...row, how };
    if (isLocalHost(name, routing)) return { provider: 'local', name, how };
    return { provider: 'unknown', name, how };
  },
  client: ({ client, clientProvider }, _url, _model, routing) => {
    const row = client === undefined ? undefined : packageRow(client, routing);
    const named = row && 'provider' in row ? row : undefined;
    const word = clientProvider === undefined ? undefined : providerWord(clientProvider, routing);
    const isSame =
      word?.provider === named?.provider && (word?.surface === undefined || word.surface === named?.surface);
    if (named && (word === undefined || isSame)) return { ...named, how: `client ${client}` };
    // A vendor's package may have a class for another host, and a framework stands for a gateway of its own only where it was
    // not handed somebody's model: what is said of the object is nearer than what is said of the package.
    if (word) return { ...word, how: client === undefined ? `client of ${word.provider}` : `client ${client}` };
    return named && { ...named, how: `client ${client}` };
  },
  model_id: (_question, _url, model, routing) => {
    const host = model && readModel(model.value, undefined, routing).host;
    return host && { ...host, how: `model id ${model.value}` };
  },
  environment: ({ env, clientProvider }, _url, _model, routing) => {
    for (const name of env ?? []) {
      const row = routing.hosts.find((host) => host.env.includes(name));
      // A library's own variable is what it reads by default, wherever it is sent.
      if (row && row.provider !== providerId(clientProvider)) {
        return {
          ...row,
          how: `environment variable ${name}`,
          assumption: `${name} belongs to ${row.name ?? row.host}`,
        };
      }
    }
    return undefined;
  },
};

/** The row whose API path is the longest beginning of the client's. */
function packageRow(client: string, routing: Routing): Routing['packages'][number] | undefined {
  let best: Routing['packages'][number] | undefined;
  for (const row of routing.packages) {
    const fits = client === row.path || (client.startsWith(row.path) && /[./(]/.test(client[row.path.length]!));
    if (fits && row.path.length > (best?.path.length ?? 0)) best = row;
  }
  return best;
}

function providerId(word: string | undefined): string | undefined {
  return word?.replace(/\/.*$/, '');
}

/** A provider as catalogs write it: the id of a provider's file, perhaps with a surface of its terms, or local. */
function providerWord(word: string, routing: Routing): HostWord | undefined {
  const [provider, surface] = word.split('/');
  // Whose models are served there is what the routes to that surface say.
  if (surface !== undefined)
    return Object.values(routing.routes).find((r) => r.provider === provider && r.surface === surface);
  return word === 'local' || routing.providers[word] ? { provider: word } : undefined;
}

function modelInUrl(url: string | undefined, routing: Routing): ModelCandidate | undefined {
  if (url === undefined) return undefined;
  for (const pattern of routing.url_models) {
    const groups = expression(pattern).exec(url)?.groups;
    const model = groups?.model;
    if (groups === undefined || model === undefined || model.includes('{')) continue;
    return { value: groups.author === undefined ? model : `${groups.author}/${model}`, how: 'base URL' };
  }
  return undefined;
}

function compose(
  host: FoundHost | undefined,
  reading: ModelReading | undefined,
  model: ModelCandidate | undefined,
  doubt: string | undefined,
  routing: Routing,
): ProviderAnswer {
  const serves = host && (host.serves ?? routing.providers[host.provider]?.serves);
  const local = host?.provider === 'local';
  const own = serves === 'own' && host !== undefined && routing.providers[host.provider] !== undefined;
  const authors = own ? [] : authorsFor(host, reading, local, routing);
  const parties: Party[] = [];
  const hostSurface = host && surfaceOf(host, authors, routing);
  if (host && hostSurface !== undefined) parties.push({ party: 'host', provider: host.provider, surface: hostSurface });
  for (const author of authors) {
    const party = authorParty(author, serves, routing);
    const known = parties.some(
      (other) => other.provider === party.provider && (other.surface === party.surface || !party.licence),
    );
    if (!known) parties.push(party);
  }
  const authorId = own ? host.provider : (authors[0]?.provider ?? 'unknown');
  const reason = unknownReason(host, authorId, reading, doubt);
  const licensed = parties.find((party) => party.party === 'author');
  const surface = local
    ? licensed?.surface === undefined
      ? 'local'
      : 'open-weights'
    : (kindOf(host?.provider, hostSurface, routing) ??
      kindOf(licensed?.provider, licensed?.surface, routing) ??
      'unknown');
  const how = [
    host ? `host by ${host.how}` : 'host not found',
    own || authors.length === 0
      ? undefined
      : `author by ${reading?.authors.length ? `model ${model?.value}` : host?.how}`,
  ];
  const assumptions = [host?.assumption, authors.length > 0 ? reading?.inferred : undefined];
  return {
    host: host?.provider ?? 'unknown',
    ...(host && (host.provider === 'unknown' || local) && host.name !== undefined ? { hostName: host.name } : {}),
    author: authorId,
    surface,
    ...(model ? { model } : {}),
    how: how.filter((part) => part !== undefined).join(', '),
    local,
    ...(reason === undefined ? {} : { unknownReason: reason }),
    parties,
    assumptions: assumptions.filter((part) => part !== undefined),
  };
}

/** A vendor's own client that asks for somebody else's model talks to an address that we do not see. */
function doubtHost(
  found: FoundHost | undefined,
  reading: ModelReading | undefined,
  routing: Routing,
): [FoundHost | undefined, string | undefined] {
  const author = reading?.authors[0];
  if (found?.by !== 'client' || !author || author.provider === found.provider) return [found, undefined];
  const serves = found.serves ?? routing.providers[found.provider]?.serves;
  if (serves !== 'own') return [found, undefined];
  return [undefined, `${found.how} asks for a model of ${author.provider}, so its address is set elsewhere`];
}

/** Where the address is set elsewhere, a vendor's own client says nothing of who is asked; its model's name does, by assumption. */
function doubtAddress(
  found: FoundHost | undefined,
  reading: ModelReading | undefined,
  routing: Routing,
): [FoundHost | undefined, string | undefined] {
  if (found === undefined || (found.serves ?? routing.providers[found.provider]?.serves) !== 'own')
    return [found, undefined];
  if (found.by !== 'client' && found.by !== 'model_id') return [found, undefined];
  if (reading?.authors[0]?.provider === found.provider) return [{ ...found, assumption: ADDRESS_OPEN }, undefined];
  return [undefined, 'its address is set elsewhere'];
}

function authorsFor(
  host: FoundHost | undefined,
  reading: ModelReading | undefined,
  local: boolean,
  routing: Routing,
): readonly AuthorWord[] {
  const read = reading?.authors ?? [];
  // On the spot only weights can run; the name of a closed model there is an alias or a proxy.
  if (local) return read.filter((author) => author.weights !== 'closed' && author.weights !== undefined);
  if (read.length > 0 || host?.author === undefined || !routing.order.author.includes('client')) return read;
  return reading?.opaque === undefined || host.by === 'client' ? [{ provider: host.author, weights: undefined }] : [];
}

/** The surface of the host's own terms. */
function surfaceOf(host: HostWord, authors: readonly AuthorWord[], routing: Routing): string | undefined {
  const row = routing.providers[host.provider];
  if (!row) return undefined;
  if (row.own_surface !== undefined && authors[0]?.provider === host.provider) return row.own_surface;
  return host.surface ?? row.surface;
}

/** What of an author binds: the licence of open weights, or its terms. Never its API terms for weights that others run. */
function authorParty(author: AuthorWord, serves: HostWord['serves'], routing: Routing): Party {
  const { provider } = author;
  if (author.surface !== undefined) {
    return {
      party: 'author',
      provider,
      surface: author.surface,
      ...(author.document ? { licence: author.document } : {}),
    };
  }
  const weightsOnly = author.weights === 'open' || (author.weights !== 'closed' && serves !== 'many');
  const surface = weightsOnly ? undefined : routing.providers[provider]?.surface;
  return { party: 'author', provider, ...(surface === undefined ? {} : { surface }) };
}

function unknownReason(
  host: FoundHost | undefined,
  author: string,
  reading: ModelReading | undefined,
  doubt: string | undefined,
): string | undefined {
  if (host?.provider === 'local' && author === 'unknown') {
    if (reading?.authors.length) return 'a local address answers to the name of a closed model';
    return reading
      ? 'the model behind a local address is not known by its name'
      : 'the model behind a local address is not named';
  }
  if (!host) return doubt ?? 'neither an address, a client nor the model id names the host';
  if (host.provider === 'unknown') return `the terms of ${host.name ?? 'the host'} are not in our data`;
  if (author === 'unknown')
    return reading?.opaque ?? (reading ? 'the model id names no author that we know' : 'the model is not constant');
  return undefined;
}

function kindOf(provider: string | undefined, surface: string | undefined, routing: Routing) {
  return provider === undefined || surface === undefined ? undefined : routing.surfaceKind[`${provider}/${surface}`];
}
