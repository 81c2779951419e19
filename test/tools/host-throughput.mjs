// Prints what reading, the prefilter and the summaries cost on a folder, in megabytes per second of CPU time:
//   node test/tools/host-throughput.mjs FOLDER
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './setup.mjs';

const ROUNDS = 5;
const words = `openai anthropic google.generativeai google.genai @google/genai mistralai cohere litellm langchain llama_index
  llamaindex @ai-sdk/ dspy transformers load_dataset huggingface_hub @huggingface/ vllm ChatCompletion chat.completions
  messages.create generate_content generateText streamText fine_tuning fine-tuning SFTTrainer DPOTrainer trl peft axolotl
  unsloth bedrock-runtime invoke_model AzureOpenAI azure-ai-inference deepseek dashscope zhipuai openrouter api.openai.com
  generativelanguage api.anthropic.com api.mistral.ai api.together.xyz api.groq.com groq fireworks perplexity distilabel
  sglang text-generation llama_cpp semantic_kernel autogen crewai haystack`;
const plain = 'together replicate guidance instructor outlines ollama modal banana marvin magentic ell ai';

const folder = process.argv[2] ?? '.';
const host = await loadHost();
const fs = host.nodeFileSystem;
const start = host.portablePath(folder, process.cwd());
const found = best(
  'discover',
  () => host.discover(fs, [start]),
  () => undefined,
);
const files = found.files.filter((file) => file.language !== 'notebook');
const contents = files.map((file) => fs.readBytes(file.path));
const size = contents.reduce((sum, bytes) => sum + bytes.length, 0);
console.log(
  `${found.files.length} sources, of them ${files.length} without notebooks: ${(size / 1e6).toFixed(1)} MB; ${found.skipped.length} skipped`,
);

const markers = [
  ...words.split(/\s+/).map((text) => ({ text, position: 'anywhere' })),
  ...plain.split(' ').map((text) => ({ text, position: 'import' })),
];
const prefilter = host.buildPrefilter(markers);
best('read', () => files.map((file) => fs.readBytes(file.path)));
best('read and check', () => files.map((file) => host.checkContent(file, fs.readBytes(file.path))));
best('prefilter', () => contents.map((bytes, index) => host.findMarker(prefilter, bytes, files[index].language)));
best('read and prefilter', () => {
  for (const file of files) {
    const bytes = fs.readBytes(file.path);
    if (bytes instanceof Uint8Array) host.findMarker(prefilter, bytes, file.language);
  }
});
best('summarise', () => contents.map((bytes, index) => host.summarise(bytes, files[index].language)));
best('decode', () => contents.map((bytes) => host.decodeText(bytes)));
best('hash', () => contents.map((bytes) => host.hashBytes(bytes)));

/** Runs a step several times and prints the median and the best; without `bytes`, milliseconds. */
function best(name, step, bytes = () => size) {
  const times = [];
  let result;
  for (let round = 0; round <= ROUNDS; round++) {
    const before = process.cpuUsage();
    result = step();
    const used = process.cpuUsage(before);
    // The first round warms the caches and the compiler.
    if (round > 0) times.push((used.user + used.system) / 1000);
  }
  times.sort((a, b) => a - b);
  const show = (time) =>
    bytes() === undefined ? `${time.toFixed(0)} ms` : `${(bytes() / 1000 / time).toFixed(0)} MB/s`;
  console.log(`${name.padEnd(20)} ${show(times[times.length >> 1])} (best ${show(times[0])})`);
  return result;
}

async function loadHost() {
  const target = mkdtempSync(join(tmpdir(), 'host-throughput-'));
  const modules = [
    'host/node-fs',
    'host/discovery',
    'host/source',
    'host/prefilter',
    'host/imports',
    'base/text',
    'base/hash',
  ];
  const outfile = join(target, 'host.mjs');
  await build({
    stdin: {
      contents: modules.map((name) => `export * from './server/src/${name}.ts';`).join('\n'),
      resolveDir: resolve(root),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  const loaded = await import(pathToFileURL(outfile).href);
  rmSync(target, { recursive: true });
  return loaded;
}
