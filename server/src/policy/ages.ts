// How long ago a text was checked. Days are texts, `YYYY-MM-DD`, and today is told: nothing here reads a clock.

/** After so many days without a check a clause is shown as stale: terms change several times a year. */
export const STALE_AFTER_DAYS = 90;

/** Days from one day to another, negative where the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** Whether a text is not known to have been checked in the last 90 days; no day of a check at all counts as such. */
export function isStale(checked: string | undefined, today: string): boolean {
  return checked === undefined || daysBetween(checked, today) > STALE_AFTER_DAYS;
}
