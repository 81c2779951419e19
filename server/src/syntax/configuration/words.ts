// The words of a shell script, by commands: quotes taken off, continued lines joined, redirections and here-documents left out.

/** A variable within a word, and the text that stands for it where it is not set. */
export interface Hole {
  readonly name: string;
  readonly otherwise: string | undefined;
}

/** One word. `text` is its constant text with `{}` for each hole. */
export interface Word {
  readonly text: string;
  readonly parts: readonly (string | Hole)[];
  readonly start: number;
  readonly end: number;
}

/** Reads the words of every command, in order. */
export function words(text: string): {
  readonly commands: readonly (readonly Word[])[];
  readonly comments: readonly { readonly start: number; readonly end: number }[];
} {
  const commands: Word[][] = [];
  const comments: { start: number; end: number }[] = [];
  const pending: string[] = [];
  let command: Word[] = [];
  let redirected = false;
  let at = 0;

  const end = (): void => {
    if (command.length > 0) commands.push(command);
    command = [];
    redirected = false;
  };
  const newline = (): void => {
    end();
    at++;
    for (let limit = pending.shift(); limit !== undefined; limit = pending.shift()) {
      // A here-document is the input of a program, whatever it says.
      while (at < text.length) {
        const line = /[^\n]*\n?/y;
        line.lastIndex = at;
        const found = line.exec(text)![0];
        at += found.length;
        if (found.trim() === limit) break;
      }
    }
  };

  while (at < text.length) {
    const c = text[at]!;
    if (c === '\n') newline();
    else if (c === ' ' || c === '\t' || c === '\r') at++;
    else if (c === '\\' && /\r?\n/y.test(text.slice(at + 1, at + 3))) at += text[at + 1] === '\r' ? 3 : 2;
    else if (c === '#') {
      const start = at;
      while (at < text.length && text[at] !== '\n') at++;
      comments.push({ start, end: at });
    } else if (c === ';' || c === '&' || c === '|' || c === '(' || c === ')') {
      end();
      at++;
    } else if (c === '<' || c === '>') {
      const here = /<<-?\s*['"]?(\w+)['"]?/y;
      here.lastIndex = at;
      const found = here.exec(text);
      if (found) {
        pending.push(found[1]!);
        at += found[0].length;
      } else {
        redirected = true;
        while (text[at] === '<' || text[at] === '>' || text[at] === '&') at++;
      }
    } else {
      const word = readWord(text, at);
      at = word.end;
      // A number before a redirection says what is redirected.
      if (/^\d$/.test(word.text) && (text[at] === '>' || text[at] === '<')) continue;
      if (!redirected) command.push(word);
      redirected = false;
    }
  }
  end();
  return { commands, comments };
}

function readWord(text: string, start: number): Word {
  const parts: (string | Hole)[] = [];
  let constant = '';
  let at = start;
  const hole = (name: string, otherwise?: string): void => {
    if (constant !== '') parts.push(constant);
    constant = '';
    parts.push({ name, otherwise });
  };
  const dollar = (): void => {
    const braced = /\$\{(\w+|[@*#?])(?::?[-=]([^}]*))?[^}]*\}/y;
    const plain = /\$(\w+|[@*#?!$])/y;
    braced.lastIndex = at;
    plain.lastIndex = at;
    const found = braced.exec(text) ?? plain.exec(text);
    if (found) {
      hole(found[1]!, found[2] === undefined ? undefined : found[2].replace(/^["']|["']$/g, ''));
      at += found[0].length;
    } else if (text[at + 1] === '(') {
      let depth = 0;
      do {
        if (text[at] === '(') depth++;
        else if (text[at] === ')') depth--;
        at++;
      } while (at < text.length && (depth > 0 || text[at - 1] === '$'));
      hole('$()');
    } else constant += text[at++];
  };
  for (; at < text.length; ) {
    const c = text[at]!;
    if (/[\s;&|()<>]/.test(c)) break;
    if (c === "'") {
      const close = text.indexOf("'", at + 1);
      const stop = close < 0 ? text.length : close;
      constant += text.slice(at + 1, stop);
      at = stop + 1;
    } else if (c === '"') {
      at++;
      while (at < text.length && text[at] !== '"') {
        if (text[at] === '\\' && at + 1 < text.length) {
          if (text[at + 1] !== '\n') constant += text[at + 1];
          at += 2;
        } else if (text[at] === '$') dollar();
        else constant += text[at++];
      }
      at++;
    } else if (c === '`') {
      const close = text.indexOf('`', at + 1);
      at = close < 0 ? text.length : close + 1;
      hole('``');
    } else if (c === '$') dollar();
    else if (c === '\\') {
      if (/^\r?\n/.test(text.slice(at + 1, at + 3))) break;
      constant += text[at + 1] ?? '';
      at += 2;
    } else {
      constant += c;
      at++;
    }
  }
  if (constant !== '') parts.push(constant);
  const end = Math.min(at, text.length);
  return {
    text: parts.map((p) => (typeof p === 'string' ? p : '{}')).join(''),
    parts,
    start,
    end: Math.max(end, start + 1),
  };
}
