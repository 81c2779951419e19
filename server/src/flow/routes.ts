// Requests that an application makes to its own routes: where a file's place says its address (`app/api/rows/route.ts`; the
// catalog knows such places), whoever asks for that address calls the function that the file exports.
// Only volume asks: what comes back is what a route chose to say.

import { functionOf } from '../graph/graph.ts';
import type { Asking } from './asked.ts';
import type { Callers } from './callers.ts';
import { candidatesIn } from './candidates.ts';
import type { Caller } from './facts.ts';
import { limits } from './limits.ts';
import { textOf } from './origins.ts';
import { address, type ModuleId, type Program } from './program.ts';
import { rowsOfCall, thingsAt } from './rows.ts';
import type { Values } from './values.ts';

/** An address of the application itself: without a host, on this machine, or below an address that is filled in. */
const OWN = /^(?:https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\]|\{\})[^/]*|\{\})?(\/[^?#]*)/;

export interface Routes {
  /** Calls that request the route that a function answers; none if it answers none. */
  requestsOf(module: ModuleId, fn: number): readonly Caller[];
}

/** A call that makes a request, and the addresses that it may ask for, `{}` for what is filled in. */
interface Request {
  readonly call: number;
  readonly urls: readonly string[];
}

/** Creates the joins by address of one analysis. Answers are memoised. */
export function createRoutes(program: Program, values: Values, callers: Callers, asking: Asking): Routes {
  const requests = asking.memo<ModuleId, readonly Request[]>();

  function requestsOf(module: ModuleId, fn: number): readonly Caller[] {
    const route = routeOf(program, module);
    const named = (route?.segments ?? []).filter((segment) => /^\w[\w-]{2,}$/.test(segment));
    if (!route || named.length === 0 || !answers(program, values, route, module, fn)) return [];
    const [first, ...others] = named.map((segment) => program.mentioning(segment));
    const isNear = (m: ModuleId): boolean => m !== module && program.path(m).startsWith(route.folder);
    const near = first!.filter((m) => isNear(m) && others.every((modules) => modules.includes(m)));
    return near.slice(0, limits.filesPerName).flatMap((from) => {
      return requests(from, () => requestsIn(from))
        .filter(({ urls }) => urls.some((url) => isAt(route.segments, url)))
        .map(({ call }) => {
          const graph = program.graphOfCall(from, call, 'names a route');
          const { node } = graph.calls[call]!;
          const entry = callers.openEntry(from, functionOf(graph, node));
          return { module: from, call, node, entry, row: undefined, bound: false, fact: undefined, constructs: false };
        });
    });
  }

  function requestsIn(module: ModuleId): readonly Request[] {
    return candidatesIn(program, module, 'candidateNames').flatMap((index) => {
      const urls = rowsOfCall(program, values, module, index).flatMap((row) =>
        row.row === 'source' && row.url ? thingsAt(program, values, module, index, row.url) : [],
      );
      const texts = [...new Set(urls.map((url) => textOf(program, values, url) ?? ''))];
      return texts.length > 0 ? [{ call: index, urls: texts }] : [];
    });
  }

  return { requestsOf };
}

interface Route {
  /** The folder of its application. */
  readonly folder: string;
  /** The segments of its address, `{}` for those that are filled in. */
  readonly segments: readonly string[];
  readonly handlers: ReadonlySet<string>;
}

/** The route that a file answers; undefined where it answers none. */
function routeOf(program: Program, module: ModuleId): Route | undefined {
  const path = program.path(module);
  for (const { place, handlers } of program.catalog.routes) {
    const match = place.exec(path);
    if (!match) continue;
    const segments = (match[1] ?? '')
      .split('/')
      .filter((name) => name !== '' && name !== 'index' && !/^\(.*\)$/.test(name));
    return {
      folder: path.slice(0, match.index).replace(/(?:^|\/)src$/, ''),
      segments: segments.map((name) => (/^\[.*\]$/.test(name) ? '{}' : name)),
      handlers,
    };
  }
  return undefined;
}

/** Whether function `fn` is what the module exports for requests. */
function answers(program: Program, values: Values, { handlers }: Route, module: ModuleId, fn: number): boolean {
  return program
    .graphOfExports(module, 'answers a route')
    .exports.some(
      ({ name, node }) =>
        handlers.has(name) &&
        node >= 0 &&
        values
          .what(address(module, node))
          .some((thing) => thing.is === 'function' && thing.module === module && thing.fn === fn),
    );
}

/** Whether a URL is that of a route of this application. */
function isAt(segments: readonly string[], url: string): boolean {
  const asked = OWN.exec(url)?.[1]
    ?.split('/')
    .filter((segment) => segment !== '');
  return (
    asked?.length === segments.length &&
    segments.every((segment, i) => segment === asked[i] || (segment === '{}' && asked[i] !== ''))
  );
}
