// The workspaces that are measured where nobody names a folder: made-up text, the same in every run.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pythonModule } from './python-text.mjs';
import { createRandom, nouns } from './random.mjs';
import { typescriptModule } from './typescript-text.mjs';

/** A workspace of `files` ordinary files, two thirds of them Python, none with a model call. */
export function generatePlain(folder, files, seed = 1) {
  const random = createRandom(seed);
  for (const [path, text] of ordinaryFiles(random, files, [], [])) write(folder, path, text);
}

/**
 * A workspace with five files that call a model, the wrappers and writers around them, some that only use those, and
 * `files` ordinary ones.
 */
export function generateWithModelCalls(folder, files, seed = 2) {
  const random = createRandom(seed);
  const size = () => random.between(5000, 10000);
  const python = (path, about, imports, code) =>
    write(folder, path, pythonModule(random, { about, imports, code, size: size() }));
  const typescript = (path, about, imports, code) =>
    write(folder, path, typescriptModule(random, { about, imports, code, size: size() }));

  python('app/llm/client.py', 'What asks the model', ['from openai import OpenAI'], pythonClient);
  python('app/llm/judge.py', 'Says how good an answer is', ['import anthropic'], pythonJudge);
  python('scripts/distill.py', 'Makes examples', ['from openai import OpenAI'], pythonScript);
  typescript('web/llm/chat.ts', 'Answers in the chat', ["import OpenAI from 'openai';"], typescriptChat);
  typescript('web/llm/summary.ts', 'Summaries', ["import Anthropic from '@anthropic-ai/sdk';"], typescriptSummary);

  python('app/storage/writer.py', 'Writes rows', [], pythonWriter);
  python('app/services/answers.py', 'Asks again', ['from app.llm.client import AnswerClient'], pythonWrapper);
  const pipeline = ['from app.services.answers import answer_safely', 'from app.storage.writer import write_rows'];
  python('app/pipeline/generate.py', 'Rows for later', pipeline, pythonPipeline);
  typescript('web/storage/writer.ts', 'Writes rows', ["import { appendFileSync } from 'node:fs';"], typescriptWriter);
  const collect = ["import { chat } from '../llm/chat';", "import { writeRow } from '../storage/writer';"];
  typescript('web/pipeline/collect.ts', 'Collects pairs', collect, typescriptPipeline);
  for (let i = 0; i < 4; i++) {
    python(`app/views/view_${i}.py`, 'Shows answers', ['from app.services.answers import answer_safely'], pythonView);
    typescript(`web/views/view${i}.ts`, 'Shows answers', ["import { chat } from '../llm/chat';"], typescriptView);
  }
  const ordinary = ordinaryFiles(
    random,
    files,
    ['from app.storage.writer import write_rows'],
    ["import { writeRow } from '../storage/writer';"],
  );
  for (const [path, text] of ordinary) write(folder, path, text);
}

/** A file of at least `lines` lines. Unless it `isPlain` it asks a model and keeps the answers. */
export function generateLongFile(language, lines, { isPlain = false } = {}) {
  const special = language === 'python' ? longPython : longTypeScript;
  const make = (size) => {
    const options = { about: 'A long one', ...(isPlain ? {} : special), size };
    return (language === 'python' ? pythonModule : typescriptModule)(createRandom(3), options);
  };
  let size = lines * 30;
  while (make(size).split('\n').length < lines) size += 1000;
  return make(size);
}

/** Paths and texts. Files import earlier ones of their language, as layers do; some import what `python` and `typescript` say. */
function* ordinaryFiles(random, count, python, typescript) {
  const earlier = { py: [], ts: [] };
  for (let i = 0; i < count; i++) {
    const isPython = i % 3 !== 2;
    const list = isPython ? earlier.py : earlier.ts;
    const name = `${random.pick(nouns)}_${i}`;
    const part = random.pick(['orders', 'billing', 'shipping', 'people', 'reports', 'search']);
    const imports = list.length === 0 ? [] : Array.from({ length: random.between(1, 4) }, () => random.pick(list));
    const lines = [...new Set(imports.map(({ line }) => line))];
    if (random.chance(0.08)) lines.push(...(isPython ? python : typescript));
    const about = `Everything about the ${name.replace('_', ' number ')}`;
    const options = {
      about,
      imports: lines,
      helpers: imports.map(({ helper }) => helper),
      size: random.between(5000, 10000),
    };
    const text = isPython ? pythonModule(random, options) : typescriptModule(random, options);
    const helper = (isPython ? /^def (\w+)/m : /^export function (\w+)/m).exec(text)?.[1];
    const line = isPython
      ? `from app.${part}.${name} import ${helper}`
      : `import { ${helper} } from '../${part}/${name}';`;
    if (helper !== undefined && !list.some((entry) => entry.helper === helper)) list.push({ helper, line });
    yield [isPython ? `app/${part}/${name}.py` : `web/${part}/${name}.ts`, text];
  }
}

function write(folder, path, text) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const pythonClient = `
class AnswerClient:
    """One client for all of the application."""

    def __init__(self, model: str = "gpt-4o-mini") -> None:
        self.client = OpenAI()
        self.model = model

    def ask(self, question: str) -> str:
        reply = self.client.chat.completions.create(
            model=self.model,
            messages=[
                {"role": "system", "content": "Answer in one sentence."},
                {"role": "user", "content": f"Question: {question}"},
            ],
        )
        return reply.choices[0].message.content

    def ask_all(self, questions: list[str]) -> list[str]:
        return [self.ask(question) for question in questions]
`;

const pythonJudge = `
judge_client = anthropic.Anthropic()


def grade(question: str, answer: str) -> int:
    message = judge_client.messages.create(
        model="claude-sonnet-4-5",
        max_tokens=4,
        messages=[{"role": "user", "content": f"Grade from 1 to 5. {question} {answer}"}],
    )
    return int(message.content[0].text)
`;

const pythonScript = `
examples_client = OpenAI()


def make_example(seed: str) -> dict[str, str]:
    reply = examples_client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": f"Write an instruction like this one: {seed}"}],
    )
    return {"instruction": seed, "output": reply.choices[0].message.content}


def make_examples(seeds: list[str]) -> None:
    with open("train_examples.jsonl", "w", encoding="utf-8") as out:
        for seed in seeds:
            out.write(json.dumps(make_example(seed)) + "\\n")
`;

const pythonWriter = `
def write_rows(path: str, rows: list[dict]) -> None:
    with open(path, "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row) + "\\n")
`;

const pythonWrapper = `
answers = AnswerClient()


def answer_safely(question: str, attempts: int = 3) -> str:
    for attempt in range(attempts):
        try:
            return answers.ask(question)
        except TimeoutError:
            logger.warning("no answer, attempt %d", attempt)
    return ""
`;

const pythonPipeline = `
def generate_pairs(questions: list[str]) -> None:
    rows = []
    for question in questions:
        rows.append({"prompt": question, "completion": answer_safely(question)})
    write_rows("sft_pairs.jsonl", rows)
`;

const pythonView = `
def show_answer(question: str) -> str:
    answer = answer_safely(question)
    return f"<p>{answer}</p>" if answer else "<p>No answer.</p>"
`;

const typescriptChat = `
const chatClient = new OpenAI();

export async function chat(question: string): Promise<string> {
  const reply = await chatClient.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [
      { role: 'system', content: 'Answer in one sentence.' },
      { role: 'user', content: question },
    ],
  });
  return reply.choices[0]?.message.content ?? '';
}
`;

const typescriptSummary = `
const summaryClient = new Anthropic();

export async function summarise(text: string): Promise<string> {
  const message = await summaryClient.messages.create({
    model: 'claude-sonnet-4-5',
    max_tokens: 500,
    messages: [{ role: 'user', content: \`Summarise: \${text}\` }],
  });
  return message.content[0]?.type === 'text' ? message.content[0].text : '';
}
`;

const typescriptWriter = `
export function writeRow(path: string, row: Row): void {
  appendFileSync(path, \`\${JSON.stringify(row)}\\n\`);
}
`;

const typescriptPipeline = `
export async function collectPairs(questions: readonly string[]): Promise<void> {
  for (const prompt of questions) {
    const completion = await chat(prompt);
    writeRow('finetune_pairs.jsonl', { prompt, completion });
  }
}
`;

const typescriptView = `
export async function showAnswer(question: string): Promise<string> {
  const answer = await chat(question);
  return answer === '' ? '<p>No answer.</p>' : \`<p>\${answer}</p>\`;
}
`;

const longPython = { imports: ['from openai import OpenAI'], code: pythonScript };
const longTypeScript = {
  imports: ["import OpenAI from 'openai';", "import { writeRow } from '../storage/writer';"],
  code: typescriptChat + typescriptPipeline,
};
