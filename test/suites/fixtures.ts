// The one reader of what fixtures expect. A comment at the end of a line says what is found on that line:
//
//   # $ expect: training/persist-output provider=openai confidence=high; volume/bulk-query
//
// Items are separated by `;`. Every `key=value` has to hold. `MISSING:` before an item is a known gap: what should be found and
// is not; `SPURIOUS:` is known noise: what is found and should not be. Both fail once they are mended. A file without marks
// asserts silence.

/** What a line says of one finding. */
export interface Mark {
  readonly kind: 'expected' | 'missing' | 'spurious';
  /** Counted from 1. */
  readonly line: number;
  readonly rule: string;
  readonly facts: Readonly<Record<string, string>>;
  /** As written. */
  readonly text: string;
}

/** A finding as any door shows it, in the words of the marks. */
export interface Found {
  readonly line: number;
  readonly rule: string;
  readonly facts: Readonly<Record<string, string | undefined>>;
}

const comment = /(?:#|\/\/|<!--)\s*\$ expect:\s*(.*?)\s*(?:-->)?\s*$/;
const item = /^(?:(MISSING|SPURIOUS):\s*)?([\w-]+\/[\w-]+)((?:\s+\w+=\S+)*)$/;

/** The marks of one file. Throws on a mark that cannot be read, which would otherwise assert nothing. */
export function marksIn(path: string, text: string): Mark[] {
  return text.split(/\r\n|\r|\n/).flatMap((content, index) => {
    if (!content.includes('$ expect')) return [];
    const line = index + 1;
    const list = comment.exec(content)?.[1];
    if (list === undefined) throw new Error(`${path}:${line}: a mark is written as “# $ expect: rule key=value; …”`);
    return list.split(/\s*;\s*/).map((written): Mark => {
      const parts = item.exec(written);
      if (!parts) throw new Error(`${path}:${line}: cannot read “${written}”`);
      const facts = (parts[3] ?? '').split(/\s+/).filter((fact) => fact !== '');
      return {
        kind: parts[1] === 'MISSING' ? 'missing' : parts[1] === 'SPURIOUS' ? 'spurious' : 'expected',
        line,
        rule: parts[2]!,
        facts: Object.fromEntries(facts.map((fact) => fact.split('=') as [string, string])),
        text: written,
      };
    });
  });
}

/** What differs between the marks of a file and what was found in it: one readable line each, in line order; empty if nothing. */
export function differences(path: string, text: string, found: readonly Found[]): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  const marks = marksIn(path, text);
  const left = new Set(found);
  const problems: { line: number; message: string }[] = [];
  const say = (line: number, message: string): void => {
    problems.push({ line, message: `${path}:${line}: ${message}\n      ${lines[line - 1]?.trim() ?? ''}` });
  };
  // A mark that asks for more takes its finding first, so that the order on the line does not matter.
  const wants = (mark: Mark): number => Object.keys(mark.facts).length;
  for (const mark of marks.filter((m) => m.kind !== 'missing').sort((a, b) => wants(b) - wants(a))) {
    const hit = [...left].find((finding) => fits(mark, finding));
    if (hit) left.delete(hit);
    else if (mark.kind === 'spurious') say(mark.line, `mended, take the mark away: ${mark.text}`);
    else {
      const near = [...left].find((finding) => finding.line === mark.line && finding.rule === mark.rule);
      if (near) left.delete(near);
      say(mark.line, near ? `expected ${mark.text}, found ${describe(near)}` : `expected and not found: ${mark.text}`);
    }
  }
  for (const mark of marks.filter((m) => m.kind === 'missing')) {
    const hit = found.find((finding) => fits(mark, finding));
    if (!hit) continue;
    left.delete(hit);
    say(mark.line, `mended, make it an ordinary mark: ${mark.text}`);
  }
  for (const finding of left) say(finding.line, `found and not expected: ${describe(finding)}`);
  return problems.sort((a, b) => a.line - b.line).map(({ message }) => message);
}

function fits(mark: Mark, finding: Found): boolean {
  return (
    mark.line === finding.line &&
    mark.rule === finding.rule &&
    Object.entries(mark.facts).every(([key, value]) => finding.facts[key] === value)
  );
}

function describe({ rule, facts }: Found): string {
  const said = Object.entries(facts).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
  return [rule, ...said].join(' ');
}
