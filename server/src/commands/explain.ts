// `distillint explain <rule|clause>`.
import { nearest } from '../catalog/yaml.ts';
import { explainClause, explainRule } from '../report/explain.ts';
import { visible } from '../report/terminal.ts';
import type { Knowledge } from './knowledge.ts';
import { columnsOf, say, type Terminal, wantsColor, writeText } from './streams.ts';

/** Explains a rule or a clause and returns the exit code. `today` is `YYYY-MM-DD`. */
export async function explain(
  topic: string,
  color: boolean,
  knowledge: Knowledge,
  today: string,
  terminal: Terminal,
): Promise<number> {
  const { rules, policy } = knowledge;
  const look = { color: wantsColor(terminal.stdout, terminal.env, color), width: columnsOf(terminal.stdout) };
  const rule = rules.find(({ id }) => id === topic);
  const clause = Object.hasOwn(policy.clauses, topic) ? policy.clauses[topic] : undefined;
  if (!rule && !clause) {
    await say(
      terminal,
      unknownTopic(
        topic,
        rules.map(({ id }) => id),
        Object.keys(policy.clauses),
      ),
    );
    return 2;
  }
  const text = rule ? explainRule(rule, look) : explainClause(topic, clause!, policy, { ...look, today });
  const problem = await writeText(terminal.stdout, text);
  if (problem === undefined) return 0;
  await say(terminal, `the explanation could not be written: ${problem}.`);
  return 2;
}

function unknownTopic(topic: string, rules: readonly string[], clauses: readonly string[]): string {
  const first = `there is no rule or clause ${visible(topic)}.`;
  // Half of an id is as good as a misspelt one: `bulk-query`, `anthropic.commercial`.
  const parts = [...rules, ...clauses].filter((id) => topic !== '' && id.includes(topic.toLowerCase()));
  if (parts.length > 0) return `${first} Did you mean ${parts.slice(0, 5).join(', ')}${parts.length > 5 ? ', …' : ''}?`;
  const near = nearest(topic, [...rules, ...clauses]);
  return near === undefined ? `${first} Rules: ${rules.join(', ')}.` : `${first} Did you mean ${near}?`;
}
