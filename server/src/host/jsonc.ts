// JSON as tools accept it in their configuration: with comments and trailing commas.

/** The value of such a text; undefined where it is not even that. */
export function parseJsonc(text: string): unknown {
  try {
    return JSON.parse(toJson(text));
  } catch {
    return undefined;
  }
}

/** A member of an object, undefined where there is no such object or member. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** The texts of an array, or a single text as an array of one. */
export function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

// Strings are matched so that nothing within them is taken for a comment or a comma. Two passes, because one would have to
// look past comments for the bracket that makes a comma superfluous, and a text made for it could keep that busy for ever.
const string = String.raw`"[^"\\]*(?:\\[\s\S][^"\\]*)*"`;
const comments = new RegExp(String.raw`${string}|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/`, 'g');
const commas = new RegExp(String.raw`${string}|,(?=\s*[\]}])`, 'g');

function toJson(text: string): string {
  const keep = (part: string) => (part.startsWith('"') ? part : ' ');
  return text
    .replace(/^\uFEFF/, '')
    .replace(comments, keep)
    .replace(commas, keep);
}
