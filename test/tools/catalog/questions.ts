// What a run of the analysis asked the catalog, and whether another catalog would answer the same: if it would, the run would
// end the same and need not be made. This is what the project does with its units and the files, done with the catalog.
import { forNameSets, NAME_SETS } from '../../../server/src/catalog/compiled.ts';
import type { ApiPosition, Catalog, Ecosystem } from '../../../server/src/catalog/model.ts';

type Ask = (catalog: Catalog, from: ApiPosition | undefined) => ApiPosition | undefined;

/** A look-up, which begins at the answer of another or at none. */
interface Question {
  readonly ask: Ask;
  readonly answer: string;
  /** Who asked. */
  readonly by: Set<number>;
  readonly next: Map<string, Question>;
}

/** A catalog that remembers what it was asked. */
export interface Questionnaire {
  /** Answers like the catalog that it was made from. */
  readonly catalog: Catalog;
  /** What is asked from now on is asked by run number `run`. */
  begin(run: number): void;
  /** The runs that asked something which `other` answers differently, ascending. */
  changed(other: Catalog): readonly number[];
}

/** Makes a catalog that answers like `inner` and remembers who asked what. */
export function createQuestionnaire(inner: Catalog): Questionnaire {
  let run = -1;
  const first = new Map<string, Question>();
  const tails = new Map<string, { readonly answer: string; readonly by: Set<number> }>();
  const names = forNameSets(() => new AskedNames());
  /** Equal positions are one object, so what is asked of it has one place, at the question that gave it first. */
  const asked = new Map<ApiPosition, Question>();

  const record = (from: ApiPosition | undefined, name: string, ask: Ask): ApiPosition | undefined => {
    // A position that no question gave comes from a tail, whose own answer says which rows it has.
    const questions = from === undefined ? first : asked.get(from)?.next;
    const position = ask(inner, from);
    if (!questions) return position;
    let question = questions.get(name);
    if (!question) {
      question = { ask, answer: signature(position), by: new Set(), next: new Map() };
      questions.set(name, question);
    }
    question.by.add(run);
    if (position && !asked.has(position)) asked.set(position, question);
    return position;
  };
  const named = (ecosystem: Ecosystem, kind: 'root' | 'global' | 'untyped', name: string) =>
    record(undefined, `${ecosystem} ${kind} ${name}`, (catalog) => catalog[kind](ecosystem, name));

  const catalog: Catalog = {
    ...inner,
    root: (ecosystem, name) => named(ecosystem, 'root', name),
    global: (ecosystem, name) => named(ecosystem, 'global', name),
    untyped: (ecosystem, name) => named(ecosystem, 'untyped', name),
    member: (position, name) => record(position, `.${name}`, (other, from) => from && other.member(from, name)),
    result: (position) => record(position, '()', (other, from) => from && other.result(from)),
    element: (position) => record(position, '[]', (other, from) => from && other.element(from)),
    instance: (position) => record(position, '<', (other, from) => from && other.instance(from)),
    tails(ecosystem, lastMember) {
      const found = inner.tails(ecosystem, lastMember);
      const key = `${ecosystem} ${lastMember}`;
      if (!tails.has(key)) tails.set(key, { answer: tailsSignature(found), by: new Set() });
      tails.get(key)!.by.add(run);
      return found;
    },
    ...Object.fromEntries(NAME_SETS.map((kind) => [kind, names[kind].recording(inner[kind], () => run)])),
  };

  function changed(other: Catalog): readonly number[] {
    const runs = new Set<number>();
    const add = (by: ReadonlySet<number>): void => {
      for (const one of by) runs.add(one);
    };
    const visit = (questions: ReadonlyMap<string, Question>, from: ApiPosition | undefined): void => {
      for (const question of questions.values()) {
        const position = question.ask(other, from);
        if (signature(position) !== question.answer) add(question.by);
        visit(question.next, position);
      }
    };
    visit(first, undefined);
    for (const [key, { answer, by }] of tails) {
      const [ecosystem, name] = key.split(' ') as [Ecosystem, string];
      if (tailsSignature(other.tails(ecosystem, name)) !== answer) add(by);
    }
    for (const kind of NAME_SETS)
      for (const [name, by] of names[kind].asked) if (other[kind].has(name) !== inner[kind].has(name)) add(by);
    return [...runs].sort((a, b) => a - b);
  }

  return {
    catalog,
    begin(number) {
      run = number;
    },
    changed,
  };
}

/** Names that were looked for in a set of names. */
class AskedNames {
  readonly asked = new Map<string, Set<number>>();

  recording(inner: ReadonlySet<string>, run: () => number): ReadonlySet<string> {
    const recorded = new Set(inner);
    recorded.has = (name) => {
      const by = this.asked.get(name);
      if (by) by.add(run());
      else this.asked.set(name, new Set([run()]));
      return inner.has(name);
    };
    return recorded;
  }
}

const signatures = new WeakMap<ApiPosition, string>();

/** All that can be seen of a position but what lies behind it. */
function signature(position: ApiPosition | undefined): string {
  if (!position) return '';
  let known = signatures.get(position);
  if (known === undefined) {
    const rows = position.rows.map(({ row, origin }) => `${row} ${origin.file}:${origin.line}`);
    known = JSON.stringify([position.path, position.type, [...position.captures], rows]);
    signatures.set(position, known);
  }
  return known;
}

function tailsSignature(tails: ReturnType<Catalog['tails']>): string {
  return tails.map(({ members, position }) => `${members.join('.')} ${signature(position)}`).join('\n');
}
