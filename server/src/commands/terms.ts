// `distillint terms`: providers and what their terms make of each use, the clauses of one, and what changed between two versions.
import { decodeText } from '../base/text.ts';
import { nearest, readYaml } from '../catalog/yaml.ts';
import { isProblem } from '../host/filesystem.ts';
import { nodeFileSystem, portablePath } from '../host/node-fs.ts';
import { joinPath } from '../host/paths.ts';
import { providerFile } from '../policy/schema.ts';
import { diffTerms, type TermsFile } from '../policy/termsDiff.ts';
import type { ListingLook } from '../report/catalog.ts';
import { plural, shownPath } from '../report/report.ts';
import { visible } from '../report/terminal.ts';
import {
  renderTermsDiff,
  renderTermsDiffJson,
  renderTermsJson,
  renderTermsList,
  renderTermsOf,
} from '../report/terms.ts';
import type { Knowledge } from './knowledge.ts';
import { columnsOf, say, type Terminal, wantsColor, writeText } from './streams.ts';

/** The options as the command line gives them. */
export interface TermsOptions {
  readonly format: 'pretty' | 'json';
  readonly color: boolean;
}

/** Shows all providers, or one whole. `today` is `YYYY-MM-DD`. Returns the exit code. */
export async function terms(
  provider: string | undefined,
  options: TermsOptions,
  knowledge: Knowledge,
  today: string,
  terminal: Terminal,
): Promise<number> {
  const pack = { policy: knowledge.policy, termsAsOf: knowledge.termsAsOf, today };
  const ids = Object.keys(knowledge.policy.providers);
  if (provider !== undefined && !ids.includes(provider)) {
    const near = nearest(provider, ids);
    const hint = near === undefined ? `Providers: ${ids.join(', ')}.` : `Did you mean ${near}?`;
    return failed(terminal, `there is no provider ${visible(provider)}. ${hint}`);
  }
  if (options.format === 'json')
    return written(renderTermsJson(provider === undefined ? ids : [provider], pack), 0, terminal);
  const look = lookOf(options, terminal);
  return written(
    provider === undefined ? renderTermsList(pack, look) : renderTermsOf(provider, pack, look),
    0,
    terminal,
  );
}

/** Compares two versions: folders of provider files, or single files. Returns 0 if they say the same, 1 if not, 2 on mistakes. */
export async function termsDiff(
  before: string,
  after: string,
  options: TermsOptions,
  terminal: Terminal,
): Promise<number> {
  const sides = [readSide(before, terminal.cwd), readSide(after, terminal.cwd)] as const;
  const mistakes = sides.flatMap((side) => side.mistakes);
  for (const mistake of mistakes) await say(terminal, mistake);
  if (mistakes.length > 0) return failed(terminal, `${plural(mistakes.length, 'mistake')}; nothing was compared.`);
  const changes = diffTerms(sides[0].files, sides[1].files);
  const text =
    options.format === 'json' ? renderTermsDiffJson(changes) : renderTermsDiff(changes, lookOf(options, terminal));
  return written(text, changes.length === 0 ? 0 : 1, terminal);
}

interface Side {
  readonly files: readonly TermsFile[];
  readonly mistakes: readonly string[];
}

/** The provider files that a path stands for: itself, those in it, or those in its folder `providers`. */
function readSide(given: string, cwd: string): Side {
  const root = portablePath(given, cwd);
  const found = nodeFileSystem.stat(root);
  if (isProblem(found)) return { files: [], mistakes: [`${shownPath(root, cwd)} cannot be read: ${found.message}`] };
  const paths = found.kind === 'directory' ? providerFiles(root) : [root];
  if (paths.length === 0) return { files: [], mistakes: [`${shownPath(root, cwd)} holds no provider files (.yaml)`] };
  const files: TermsFile[] = [];
  const mistakes: string[] = [];
  for (const path of paths) {
    const bytes = nodeFileSystem.readBytes(path);
    if (isProblem(bytes)) {
      mistakes.push(`${shownPath(path, cwd)} cannot be read: ${bytes.message}`);
      continue;
    }
    const { documents, problems } = readYaml(shownPath(path, cwd), decodeText(bytes).text, providerFile);
    files.push(...documents.map(({ value }) => value));
    mistakes.push(...problems.map(({ message }) => message));
    if (documents.length === 0 && problems.length === 0)
      mistakes.push(`${shownPath(path, cwd)}:1: found nothing, expected a provider`);
  }
  return { files, mistakes };
}

function providerFiles(folder: string): readonly string[] {
  const entries = nodeFileSystem.list(folder);
  if (isProblem(entries)) return [];
  const inside = entries.find(({ name, kind }) => name === 'providers' && kind === 'directory');
  if (inside) return providerFiles(joinPath(folder, inside.name));
  const names = entries.filter(({ name, kind }) => kind === 'file' && /\.ya?ml$/.test(name)).map(({ name }) => name);
  return names.sort().map((name) => joinPath(folder, name));
}

function lookOf({ color }: TermsOptions, terminal: Terminal): ListingLook {
  return { color: wantsColor(terminal.stdout, terminal.env, color), width: columnsOf(terminal.stdout) };
}

async function written(text: string, code: number, terminal: Terminal): Promise<number> {
  const problem = await writeText(terminal.stdout, text);
  return problem === undefined ? code : failed(terminal, `the terms could not be written: ${problem}.`);
}

async function failed(terminal: Terminal, sentence: string): Promise<number> {
  await say(terminal, sentence);
  return 2;
}
