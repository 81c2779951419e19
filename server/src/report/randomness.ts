// Telling what was drawn by chance from what somebody has written.

/** Whether a text looks like a key or a hash: no white space, and somewhere a long run of letters mixed with digits. */
export function looksLikeChance(text: string): boolean {
  if (text.length < 16 || /\s/.test(text)) return false;
  return (text.match(/[A-Za-z0-9+/]{16,}/g) ?? []).some((run) => {
    if (!/\d/.test(run) || !/[A-Za-z]/.test(run)) return false;
    return entropy(run) >= 2.5;
  });
}

/** Whether there is an unbroken run of letters and digits of at least that length. */
export function hasLongRun(text: string, length: number): boolean {
  return new RegExp(`[A-Za-z0-9]{${length},}`).test(text);
}

/** Shannon's, in bits for each character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum -= (count / text.length) * Math.log2(count / text.length);
  return sum;
}
