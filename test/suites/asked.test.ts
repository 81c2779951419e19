// Questions that ask one another, as a graph: question n has the answer n and the answers of those that it asks. Whatever the
// circles, whoever is asked first, each has the answers of all that it reaches.
import assert from 'node:assert/strict';
import test from 'node:test';
import { type Asked, createAsking, notAsked } from '../../server/src/flow/asked.ts';
import { limits } from '../../server/src/flow/limits.ts';
import { createTracing } from '../../server/src/flow/traces.ts';

const nothing: readonly number[] = [];

/** Asks `order` of a graph in which n asks `asks[n]`; gives the answers by question, and how often an answer was looked for. */
function askAll(asks: readonly (readonly number[])[], order: readonly number[]) {
  const asking = createAsking(createTracing());
  const questions: readonly Asked<readonly number[]>[] = asks.map(() => notAsked());
  let looked = 0;
  const ask = (n: number): readonly number[] =>
    asking.answer(questions[n]!, nothing, false, () => {
      looked++;
      return [...new Set([n, ...asks[n]!.flatMap(ask)])];
    });
  const answers = new Map(order.map((n) => [n, [...ask(n)].sort((a, b) => a - b)] as const));
  return { answers, looked };
}

function reachable(asks: readonly (readonly number[])[], from: number): readonly number[] {
  const seen = new Set([from]);
  for (const n of seen) for (const next of asks[n]!) seen.add(next);
  return [...seen].sort((a, b) => a - b);
}

/** Graphs of `size` questions with one to two each that they ask, the same in every run. */
function* graphs(count: number, size: number): Generator<readonly (readonly number[])[]> {
  let state = 1;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % limit;
  };
  for (let i = 0; i < count; i++)
    yield Array.from({ length: size }, () => Array.from({ length: 1 + below(2) }, () => below(size)));
}

test('questions that ask one another in circles have all answers, whoever comes first', () => {
  for (const asks of graphs(200, 9)) {
    const forward = asks.map((_, n) => n);
    for (const order of [forward, [...forward].reverse()]) {
      const { answers } = askAll(asks, order);
      for (const [n, answer] of answers)
        assert.deepEqual(answer, reachable(asks, n), JSON.stringify({ asks, order, n }));
    }
  }
});

test('what asks a circle is answered once and for all', () => {
  // Ten that ask the next, the last two each other.
  const asks = Array.from({ length: 12 }, (_, n) => (n < 11 ? [n + 1] : [10]));
  const once = askAll(asks, [0]).looked;
  const each = askAll(
    asks,
    asks.map((_, n) => n),
  ).looked;
  // Whoever stands in the circle was answered with it.
  assert.equal(each, once);
});

test('a question of a circle is asked in few rounds, whoever comes first', () => {
  // Each asks its neighbours, so that every one of them waits for all others.
  const size = 40;
  const asks = Array.from({ length: size }, (_, n) => [(n + 1) % size, (n + size - 1) % size]);
  const { answers, looked } = askAll(
    asks,
    asks.map((_, n) => n),
  );
  for (const [n, answer] of answers) assert.deepEqual(answer, reachable(asks, n));
  assert.ok(looked <= 3 * size, `${looked} for ${size} questions`);
});

test('a circle that does not close is given up, and that is said', () => {
  const size = 20;
  const tracing = createTracing();
  const asking = createAsking(tracing);
  const questions: readonly Asked<readonly number[]>[] = Array.from({ length: size }, () => notAsked());
  let looked = 0;
  // Whoever is asked finds more than the time before.
  const ask = (n: number): readonly number[] =>
    asking.answer(questions[n]!, nothing, false, () => [
      ...ask((n + 1) % size),
      ...ask((n + size - 1) % size),
      ++looked,
    ]);
  tracing.begin();
  for (let again = 0; again < 30; again++) for (let n = 0; n < size; n++) ask(n);
  const cuts = [...(tracing.close()?.cuts ?? [])];
  assert.deepEqual(cuts, ['some values depend on one another in a circle that was not followed to its end']);
  assert.ok(looked <= 2 * size * limits.triesPerQuestion, `${looked} for ${size} questions`);
});

test('an answer that would not grow is looked for once in a circle', () => {
  const size = 20;
  const asking = createAsking(createTracing());
  const questions: readonly Asked<readonly number[]>[] = Array.from({ length: size }, () => notAsked());
  let looked = 0;
  const ask = (n: number): readonly number[] => {
    const find = (): readonly number[] => {
      if (n % 2 === 1) looked++;
      return [...new Set([n, ...ask((n + 1) % size), ...ask((n + size - 1) % size)])];
    };
    return asking.answer(questions[n]!, nothing, false, find, (answer) => n % 2 === 1 && answer.length > 0);
  };
  ask(0);
  assert.equal(looked, size / 2);
});

test('after an edit only what looked at it is found again, in circles too', () => {
  for (const asks of graphs(200, 9)) {
    const tracing = createTracing();
    const asking = createAsking(tracing);
    const values = asks.map((_, n) => n);
    const inputs = asks.map(() => tracing.input());
    const questions: readonly Asked<readonly number[]>[] = asks.map(() => notAsked());
    let looked: number[] = [];
    const ask = (n: number): readonly number[] =>
      asking.answer(questions[n]!, nothing, false, () => {
        looked.push(n);
        tracing.saw(inputs[n]!);
        return [...new Set([values[n]!, ...asks[n]!.flatMap(ask)])];
      });
    asks.forEach((_, n) => {
      ask(n);
    });
    for (const edited of [4, 0, 8]) {
      values[edited]! += 100;
      tracing.changed(inputs[edited]!);
      looked = [];
      const answers = asks.map((_, n) => [...ask(n)].sort((a, b) => a - b));
      const expected = asks.map((_, n) =>
        reachable(asks, n)
          .map((m) => values[m]!)
          .sort((a, b) => a - b),
      );
      assert.deepEqual(answers, expected, JSON.stringify({ asks, edited }));
      for (const n of looked) assert.ok(reachable(asks, n).includes(edited), JSON.stringify({ asks, edited, n }));
    }
  }
});
