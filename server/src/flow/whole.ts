// Whether an answer is kept whole, together with the tools that the model called: the steps of an agent. What carries them is no
// text of its own, so they are not followed apart; but a program that acts on them reads them out of the answer, and an answer
// that is kept as the object that they are read from holds them as well.
import { ANY, EdgeKind, eachEdge } from '../graph/graph.ts';
import type { Fact } from './facts.ts';
import { moduleOf, nodeOf, type Program } from './program.ts';
import { waysTo } from './ways.ts';

/** The members by which part of an answer is read, the outermost first; elements of lists are none. */
type Members = readonly string[];

/**
 * Tells of ways to sinks whether they hand on an object whose tool calls are read. `read`: facts of answers at whose tool calls the
 * program looks; no more than a few are compared.
 */
export function createWhole(program: Program, read: readonly Fact[]): (path: readonly Fact[]) => boolean {
  let acted: readonly Members[] | undefined;
  return (path) => {
    if (read.length === 0 || !staysLaidOut(path)) return false;
    acted ??= read.slice(0, COMPARED).flatMap((fact) => {
      const [way] = waysTo(fact);
      return way ? [membersOn(program, way)] : [];
    });
    const kept = membersOn(program, path);
    return acted.some((members) => kept.every((name, i) => members[i] === name));
  };
}

const COMPARED = 8;

/** Whether what arrives is still laid out as a response when it is written as data, or handed to the sink. */
function staysLaidOut(path: readonly Fact[]): boolean {
  const written = path.findIndex(({ how }) => how === 'encode');
  const last = path[written < 0 ? path.length - 1 : written];
  return last?.shape !== undefined && [...last.shape.labelled.values()].includes('tool-call');
}

function membersOn(program: Program, path: readonly Fact[]): Members {
  const members: string[] = [];
  path.forEach((fact, i) => {
    const before = path[i - 1];
    if (fact.how !== 'load' || !before?.shape || before.path !== '' || moduleOf(before.at) !== moduleOf(fact.at))
      return;
    const graph = program.graphBehind(fact.at, 'record');
    eachEdge(graph.in, nodeOf(fact.at), (end, kind, label) => {
      const name = graph.strings[label]!;
      if (kind === EdgeKind.Load && end === nodeOf(before.at) && name !== ANY && !/^\d+$/.test(name))
        members.push(name);
    });
  });
  return members;
}
