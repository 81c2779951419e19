// The routing table: whether its words are providers, surfaces and licences that exist, and what it takes from them.
import type * as z from 'zod';
import type { KeyPath } from '../catalog/yaml.ts';
import type { PolicyFile } from './load.ts';
import type { Provider, Routing, routingFile, SurfaceKind } from './schema.ts';

/** Provider words that are no file of rules/providers. */
const otherHosts = ['local', 'unknown'];

/** A table that answers nothing. */
export const emptyRouting: Routing = {
  order: { host: [], author: [] },
  providers: {},
  local_hosts: [],
  api_paths: [],
  api_turns: [],
  other_paths: [],
  other_models: [],
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

/** The table with the surfaces of licences filled in; reports words that do not resolve. */
export function checkRouting(
  file: PolicyFile<z.infer<typeof routingFile>>,
  providers: Readonly<Record<string, Provider>>,
): Routing {
  const { value } = file;
  const ids = Object.keys(providers);
  const surfaces = surfacesOf(providers);
  const provider = (key: KeyPath, word: string | undefined): void => file.oneOf(key, word, ids, 'the id of a provider');
  const surface = (key: KeyPath, of: string, word: string | undefined): void =>
    file.oneOf(key, word, providers[of]?.surfaces.map((row) => row.id) ?? [], `a surface of ${of}`);
  const host = (key: KeyPath, word: string | undefined, surfaceWord?: string): void => {
    file.oneOf([...key], word, [...ids, ...otherHosts], 'the id of a provider, local or unknown');
    surface([...key.slice(0, -1), 'surface'], word ?? '', surfaceWord);
  };
  const licence = (key: KeyPath, word: string | undefined): void =>
    file.oneOf(key, word, Object.keys(surfaces.licenceSurface), 'a document of an open-weights surface');

  for (const [name, row] of Object.entries(value.providers)) {
    provider(['providers', name], name);
    surface(['providers', name, 'surface'], name, row.surface);
    surface(['providers', name, 'own_surface'], name, row.own_surface);
  }
  for (const name of ids) if (!value.providers[name]) file.report(['providers'], 'nothing', `a row for ${name}`);
  for (const [i, row] of value.hosts.entries()) host(['hosts', i, 'provider'], row.provider, row.surface);
  for (const [name, row] of Object.entries(value.routes)) host(['routes', name, 'provider'], row.provider, row.surface);
  for (const [i, row] of value.packages.entries()) {
    if ('router' in row) continue;
    host(['packages', i, 'provider'], row.provider, row.surface);
    provider(['packages', i, 'author'], row.author);
  }
  for (const [i, row] of value.model_ids.entries()) {
    host(['model_ids', i, 'implies'], row.implies, row.surface);
    host(['model_ids', i, 'host'], row.host);
    for (const [j, example] of row.examples.entries()) {
      host(['model_ids', i, 'examples', j, 'host'], example.host);
      host(['model_ids', i, 'examples', j, 'author'], example.author);
    }
  }
  for (const name of Object.keys(value.authors)) provider(['authors', name], name);
  for (const key of ['licences', 'families'] as const) {
    for (const [i, { example }] of value[key].entries()) {
      const first = value[key].findIndex((row) => new RegExp(row.pattern, 'i').test(example));
      if (first !== i) file.report([key, i, 'example'], example, 'a name that this row fits, and none before it');
    }
  }
  for (const [i, row] of value.families.entries()) provider(['families', i, 'author'], row.author);
  for (const [i, row] of value.licences.entries()) {
    provider(['licences', i, 'author'], row.author);
    surface(['licences', i, 'surface'], row.author, row.surface);
    licence(['licences', i, 'document'], row.document);
    if (row.document === undefined && row.surface === undefined) {
      file.report(['licences', i], 'neither', 'a document or a surface');
    }
    for (const [j, word] of row.base.entries()) licence(['licences', i, 'base', j], word);
  }
  return { ...value, ...surfaces };
}

function surfacesOf(providers: Readonly<Record<string, Provider>>): Pick<Routing, 'licenceSurface' | 'surfaceKind'> {
  const licenceSurface: Record<string, string> = {};
  const surfaceKind: Record<string, SurfaceKind> = {};
  for (const [name, { surfaces }] of Object.entries(providers)) {
    for (const row of surfaces) {
      surfaceKind[`${name}/${row.id}`] = row.kind;
      if (row.kind === 'open-weights') for (const word of row.documents) licenceSurface[word] = row.id;
    }
  }
  return { licenceSurface, surfaceKind };
}
