// The simple form of the inline expectations of fixtures: `$ expect: RULE key=value...` in a comment on the line.
// To be replaced by the one reader of all suites as soon as there is one.

/** One finding that a fixture expects. */
export interface Expectation {
  /** Counted from 0. */
  readonly line: number;
  readonly rule: string;
  readonly provider: string | undefined;
}

/** The expectations of one file, by line. */
export function expectationsIn(text: string): Expectation[] {
  return text.split(/\r\n|\r|\n/).flatMap((content, line) => {
    const match = /(?:#|\/\/)\s*\$ expect: (\S+)((?:\s+\w+=\S+)*)/.exec(content);
    if (!match) return [];
    const provider = /\bprovider=(\S+)/.exec(match[2]!)?.[1];
    return [{ line, rule: match[1]!, provider }];
  });
}
