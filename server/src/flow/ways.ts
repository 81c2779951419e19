// From a fact back to its seed: the path that explains it, and the place where a write is reported.

import { EdgeKind, eachEdge, NodeKind } from '../graph/graph.ts';
import type { Entry, Fact } from './facts.ts';
import { frameOf } from './frames.ts';
import type { Frame } from './keyTexts.ts';
import { limits } from './limits.ts';
import { head, isCut } from './paths.ts';
import { type Address, address, moduleOf, nodeOf, type Program } from './program.ts';
import { walk } from './walk.ts';

/**
 * The ways from the seed to `fact`, calls that returned included, each call left by the way it was entered; the shortest first.
 * They differ in who handed the value to the functions that pass it on unchanged: a helper that writes has one way for each caller.
 * `limit` is called where there are more than are told.
 */
export function waysTo(fact: Fact, limit?: () => void): readonly (readonly Fact[])[] {
  const ways: Fact[][] = [];
  const work: { readonly before: Fact; readonly rest: readonly Fact[] }[] = [{ before: fact, rest: [] }];
  for (let way = work.shift(); way && ways.length < limits.arrivalsPerSink; way = work.shift()) {
    const path = [...factsUpTo(way.before, undefined).reverse(), ...way.rest];
    ways.push(path);
    for (let i = path.length - 1 - way.rest.length; i > 0 && !changes(path[i]!); i--) {
      const entered = path[i]!;
      if (entered.how !== 'enter' || entered.site === undefined) continue;
      for (const { fact: given, module, node } of entered.entry.callers) {
        const site = address(module, node);
        if (!given || site === entered.site) continue;
        if (work.length + ways.length >= limits.arrivalsPerSink) limit?.();
        else work.push({ before: given, rest: [{ ...entered, parent: given, site }, ...path.slice(i + 1)] });
      }
    }
  }
  return ways;
}

/** The calls that content returned from on its way, from the inside out. */
export function returnsOn(path: readonly Fact[]): readonly Address[] {
  return path.flatMap((fact) => (fact.how === 'exit' && fact.site !== undefined ? [fact.site] : []));
}

/** The calls that content was handed on by and that have not returned, the innermost first with those around it. */
export function handedBy(path: readonly Fact[]): Frame | undefined {
  let inside: Frame | undefined;
  for (const { how, at, site, entry } of path) {
    if (how === 'exit') inside = inside?.outer;
    else if (how === 'artifact' || how === 'field' || how === 'module') inside = undefined;
    else if (how === 'enter') {
      const caller = entry.callers.find(({ module, node }) => address(module, node) === site);
      inside = caller && frameOf(caller, moduleOf(at), entry.fn, inside);
    }
  }
  return inside;
}

/** The names that content was put under on its way, in order; elements of lists have none. */
export function keysOn(path: readonly Fact[]): readonly string[] {
  return path.flatMap((fact) => {
    const key = fact.how === 'store' ? head(fact.path) : undefined;
    return key === undefined || !/^[A-Za-z_]/.test(key) ? [] : [key];
  });
}

/**
 * Whether a way reads a part of what is known as a whole only because paths are cut: content stands in some part of it, and this
 * is taken to be the one.
 */
export function isTakenForWhole(path: readonly Fact[]): boolean {
  let lost = false;
  return path.some((fact, i) => {
    const before = path[i - 1];
    if (!before) return false;
    if (fact.wide || isCut(before.path, fact.path)) lost = true;
    // Text has no parts, and what is encoded anew begins at the whole.
    else if (fact.how === 'text' && fact.path === '') lost = false;
    return lost && fact.how === 'load' && before.path === '';
  });
}

/** Said where that is so. */
export const TOO_DEEP = `what stands deeper than ${limits.pathDepth} levels, or beside many others, is not told apart`;

/** Whether a step makes another value of what arrives, so that a write behind it does not belong to whoever handed it in. */
function changes(fact: Fact): boolean {
  return (
    fact.how === 'artifact' ||
    fact.how === 'store' ||
    fact.how === 'exit' ||
    fact.how === 'field' ||
    fact.how === 'module'
  );
}

/** The chain backward from `fact`, to the seed or to where `until` was entered. */
function factsUpTo(fact: Fact, until: Entry | undefined): Fact[] {
  const chain: Fact[] = [];
  for (let at: Fact | undefined = fact; at; ) {
    chain.push(at);
    if (chain.length > limits.factsPerWay) break;
    if (at.how === 'exit' && at.via && at.parent) {
      chain.push(...factsUpTo(at.parent, at.parent.entry));
      at = at.via;
    } else if (until && at.how === 'enter' && at.entry === until) break;
    else at = at.parent;
  }
  return chain;
}

/** One place on a path that a person is shown. */
export interface Step {
  readonly at: Address;
  readonly role: 'source' | 'step' | 'call' | 'return' | 'store' | 'sink' | 'loop';
  readonly why: string;
}

/** The steps of a path that are worth showing: the source, each call and return, each place something is put into. */
export function stepsOf(program: Program, path: readonly Fact[], describeSource: string): Step[] {
  const steps: Step[] = [];
  const push = (at: Address, role: Step['role'], why: string): void => {
    const last = steps[steps.length - 1];
    if (last && last.at === at) return;
    steps.push({ at, role, why });
  };
  path.forEach((fact, i) => {
    const graph = program.graphBehind(fact.at, 'flow');
    const node = nodeOf(fact.at);
    const before = path[i - 1];
    switch (fact.how) {
      case 'seed':
        push(fact.at, 'source', describeSource);
        break;
      case 'enter': {
        const fn = graph.functions[graph.data[node]!]!;
        if (before) push(before.at, 'call', `passed to ${fn.name || 'a function'}`);
        push(fact.at, 'step', `parameter of ${fn.name || 'a function'}`);
        break;
      }
      case 'exit':
        push(fact.at, 'return', 'returned to its caller');
        break;
      case 'store': {
        const key = head(fact.path);
        const name = key === undefined || key === '*' || /^\d+$/.test(key) ? 'a collection' : `“${key}”`;
        push(
          before && graph.kinds[node] === NodeKind.PostUpdate ? fact.at : (before?.at ?? fact.at),
          'store',
          `stored in ${name}`,
        );
        break;
      }
      case 'field':
        push(fact.at, 'step', `kept in field “${head(fact.path) ?? ''}”`);
        break;
      case 'module':
        push(fact.at, 'step', 'imported here');
        break;
      case 'artifact':
        if (fact.site !== undefined) push(fact.site, 'store', `written to “${fact.key}”`);
        push(fact.at, 'step', `read back from “${fact.key}”`);
        break;
      case 'encode':
        push(fact.at, 'step', 'encoded');
        break;
      case 'library':
      case 'text':
        if (fact.assumed) push(fact.at, 'step', `assumed: ${fact.assumed}`);
        break;
      default:
        if (graph.kinds[node] === NodeKind.Definition)
          push(fact.at, 'step', `assigned to ${graph.strings[graph.data[node]!]}`);
    }
  });
  return steps;
}

/**
 * Where a write is reported. A write inside a helper belongs to the caller while what is written is the helper's parameter
 * itself, whole, encoded or element by element; it stays where the row is built or changed. `envelope` holds the fields that the
 * API of the sink wants around the row (`create({ data: row })`). Gives the call of the outermost such helper,
 * or undefined for the write itself.
 */
export function lifted(program: Program, path: readonly Fact[], envelope: ReadonlySet<string>): Address | undefined {
  let place: Address | undefined;
  for (let i = path.length - 1; i > 0; i--) {
    const fact = path[i]!;
    if (fact.how === 'store' && envelope.has(head(fact.path) ?? '')) continue;
    if (changes(fact)) break;
    if (fact.how !== 'enter') continue;
    // A callback of a library is where it stands, not where the library is called.
    if (fact.site === undefined || isRewritten(program, fact.at)) break;
    place = fact.site;
  }
  return place;
}

/** Whether a function puts something under a name into the object that its parameter is. */
function isRewritten(program: Program, parameter: Address): boolean {
  const reached = new Set([nodeOf(parameter)]);
  let rewritten = false;
  for (const n of walk(reached, limits.nodesPerWalk)) {
    if (rewritten) break;
    const graph = program.graphAround(address(moduleOf(parameter), n), 'flow');
    if (graph.kinds[n] === NodeKind.PostUpdate)
      eachEdge(graph.in, n, (_, kind, label) => {
        if (kind === EdgeKind.Store && /^[A-Za-z_]/.test(graph.strings[label]!)) rewritten = true;
      });
    eachEdge(graph.out, n, (end, kind) => {
      if (kind === EdgeKind.Flow && graph.kinds[end] !== NodeKind.ParameterOut) reached.add(end);
    });
  }
  return rewritten;
}
