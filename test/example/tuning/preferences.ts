// Two answers to each question, the better and the worse one, for preference tuning.
import { readFile, writeFile } from 'node:fs/promises';
import OpenAI from 'openai';

interface Preference {
  prompt: string;
  chosen: string;
  rejected: string;
}

const client = new OpenAI();

async function ask(question: string, manner: string): Promise<string> {
  const response = await client.responses.create({
    model: 'gpt-4o',
    instructions: `You work at the help desk of a shop for bicycles. ${manner}`,
    input: question,
  });
  return response.output_text;
}

async function compare(prompt: string): Promise<Preference> {
  const [chosen, rejected] = await Promise.all([
    ask(prompt, 'Be precise and friendly.'),
    ask(prompt, 'Answer carelessly and too briefly.'),
  ]);
  return { prompt, chosen, rejected };
}

const questions: string[] = JSON.parse(await readFile('questions.json', 'utf8'));
const pairs: Preference[] = [];
for (const question of questions) pairs.push(await compare(question));
await writeFile('helpdesk_preferences.json', JSON.stringify(pairs, null, 2));
