// The examples on the pages of the rules.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One example: the file that it stands in, and whether its page says that the rule finds something there. */
export interface Example {
  readonly rule: string;
  readonly file: string;
  readonly found: boolean;
  readonly code: string;
}

/** The examples of all pages. Throws if one has another form than the others. */
export function ruleExamples(): Example[] {
  const pages = join('rules', 'pages');
  return readdirSync(pages, { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .flatMap((name) => examplesIn(name.replace(/\.md$/, ''), readFileSync(join(pages, name), 'utf8')));
}

/** The examples of a page: a line ``Found: `name` `` or ``Not found: `name` `` and the fenced code that follows it. */
function examplesIn(rule: string, page: string): Example[] {
  const pattern = /^(Not found|Found): `([^`]+)`\n\n```\w+\n([\s\S]*?)^```$/gm;
  const found = [...page.matchAll(pattern)].map(
    ([, verdict, file, code]): Example => ({ rule, file: file!, found: verdict === 'Found', code: code! }),
  );
  const announced = page.match(/^(?:Not found|Found):/gm)?.length ?? 0;
  if (found.length !== announced) throw new Error(`${rule}: an example has another form than the others`);
  return found;
}
