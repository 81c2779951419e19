// The parts of the compiled rules that reports show: the pages of rules/pages, as they are written.
import type { RuleSection } from '../catalog/compile.ts';

/** rules/pages: Markdown by the id of its rule, without the comments that mark what is generated. */
export const pagesSection: RuleSection = {
  name: 'pages',
  load(files) {
    const data: Record<string, string> = {};
    for (const { path, text } of files) {
      const id = /(?:^|\/)pages\/(.+)\.md$/.exec(path)?.[1];
      if (id !== undefined) data[id] = text.replace(/^<!--.*-->\n/gm, '');
    }
    return { data, problems: [] };
  },
};
