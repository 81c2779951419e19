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

// A string is matched so that nothing within it is taken for a comment or a comma, and a comment so that it cannot end later
// than it does.
const comment = String.raw`\/\/[^\r\n]*|\/\*(?:[^*]|\*(?!\/))*\*\/`;
const parts = new RegExp(String.raw`"(?:[^"\\]|\\[\s\S])*"|${comment}|,(?=(?:\s|${comment})*[\]}])`, 'g');

function toJson(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(parts, (part) => (part.startsWith('"') ? part : ''));
}
