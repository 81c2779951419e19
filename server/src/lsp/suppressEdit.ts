// Where the comment that suppresses a finding goes: on a line of its own before the line of the finding, or behind that
// line where none can stand before it (a string or a continued line begins there). Pure text.

/** What to insert at `offset`: `before` + `reason` + `after`. */
export interface SuppressEdit {
  readonly offset: number;
  readonly before: string;
  /** What the author is to replace. */
  readonly reason: string;
  readonly after: string;
}

/** The edit that suppresses `rule` for what stands at `offset` of `text`; undefined where no comment can stand. */
export function suppressEdit(
  text: string,
  offset: number,
  rule: string,
  language: 'python' | 'javascript',
): SuppressEdit | undefined {
  const start = lineStart(text, offset);
  const line = /^[^\r\n]*/.exec(text.slice(start))![0];
  const strings = stringsWithLines(text, start + line.length, language);
  const comment = `${language === 'python' ? '#' : '//'} distillint-ignore ${rule}: `;
  const reason = 'explain why';
  if (isFree(text, start, strings, language)) {
    const indentation = /^\s*/.exec(line)![0];
    return { offset: start, before: indentation + comment, reason, after: lineBreak(text, start) };
  }
  const end = start + line.length;
  return isFree(text, end, strings, language) && !line.endsWith('\\')
    ? { offset: end, before: `  ${comment}`, reason, after: '' }
    : undefined;
}

/** Whether a comment may stand at an offset. */
function isFree(text: string, offset: number, strings: readonly Span[], language: 'python' | 'javascript'): boolean {
  if (strings.some((string) => string.start < offset && offset <= string.end)) return false;
  // A comment after a continued line would break the statement.
  return language !== 'python' || !/\\(\r\n|\r|\n)$/.test(text.slice(Math.max(0, offset - 3), offset));
}

/** How lines end around here. */
function lineBreak(text: string, offset: number): string {
  return /\r\n|\r|\n/.exec(text.slice(offset))?.[0] ?? /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
}

function lineStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && text[start - 1] !== '\n' && text[start - 1] !== '\r') start--;
  // Between the two characters of one line break.
  return text[start] === '\n' && text[start - 1] === '\r' ? lineStart(text, start - 1) : start;
}

interface Span {
  readonly start: number;
  /** The offset of the closing quote's last character. */
  readonly end: number;
}

const pythonToken = /#[^\r\n]*|("""|''')(?:\\[\s\S]|(?!\1)[\s\S])*(?:\1|$)|(["'])(?:\\[\s\S]|(?!\2)[^\\\r\n])*\2?/g;
// A slash begins a regular expression where no value stands before it; there, quotes and backticks mean nothing.
const scriptToken =
  /\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)|(["'])(?:\\[\s\S]|(?!\1)[^\\\r\n])*\1?|(?<=(?:^|[=(,:;!&|?{}[+\-*%<>~^]|\breturn|\bcase)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\r\n])*\]|[^/\\[\r\n])+\/|`|\$\{|[{}]/g;

/** The strings that may have line breaks in them and begin before `end`. */
function stringsWithLines(text: string, end: number, language: 'python' | 'javascript'): Span[] {
  return language === 'python' ? pythonStrings(text, end) : templates(text, end);
}

function pythonStrings(text: string, end: number): Span[] {
  const found: Span[] = [];
  for (const match of text.matchAll(pythonToken)) {
    if (match.index >= end) break;
    if (match[1]) found.push({ start: match.index, end: match.index + match[0].length - 1 });
  }
  return found;
}

/** Templates, which hold code that holds templates: a stack of where each began, and of braces within their holes. */
function templates(text: string, end: number): Span[] {
  const found: Span[] = [];
  const open: { start: number; braces: number }[] = [];
  let inTemplate = false;
  const code = new RegExp(scriptToken);
  const inside = /\\[\s\S]|`|\$\{/g;
  for (let at = 0; ; ) {
    const expression = inTemplate ? inside : code;
    expression.lastIndex = at;
    const match = expression.exec(text);
    if (!match || match.index >= end) break;
    at = match.index + match[0].length;
    const hole = open.at(-1);
    if (match[0] === '`' && inTemplate) {
      found.push({ start: open.pop()!.start, end: match.index });
      inTemplate = false;
      // Back in the hole of the template around it, if there is one.
    } else if (match[0] === '`') {
      open.push({ start: match.index, braces: 0 });
      inTemplate = true;
    } else if (match[0] === '${' && inTemplate) {
      hole!.braces = 1;
      inTemplate = false;
    } else if (!inTemplate && hole && (match[0] === '{' || match[0] === '${')) hole.braces++;
    else if (!inTemplate && hole && match[0] === '}') {
      hole.braces--;
      inTemplate = hole.braces === 0;
    }
  }
  // What is still open at the end reaches beyond it.
  for (const { start } of open) found.push({ start, end: text.length });
  return found;
}
