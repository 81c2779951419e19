// A reporter for node:test that writes only the totals, for test.mjs to add up.
export default async function* totals(events) {
  const counts = new Map();
  for await (const event of events) {
    const found = event.type === 'test:diagnostic' ? /^(\w+) (\d+)$/.exec(event.data.message) : null;
    // Totals come last and below every test; a test's own message could look alike, so the last one wins.
    if (found && event.data.nesting === 0) counts.set(found[1], Number(found[2]));
  }
  const count = (name) => counts.get(name) ?? 0;
  yield JSON.stringify({
    passed: count('pass'),
    failed: count('fail') + count('cancelled'),
    skipped: count('skipped'),
  });
}
