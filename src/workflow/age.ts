/** How old something may become, as people write it: `30d`, `12h`, `4w`. */

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const MOST_MS = 100 * 366 * 86_400_000;

/** `30d` as milliseconds; null when it is nothing of the sort. */
export function ageMs(text: string): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(s|m|h|d|w)$/.exec(text.trim()) ?? [];
  const ms = Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  return ms <= MOST_MS ? ms : null;
}

export const AGE_FORMS = 'like 30d, 12h or 4w; at most 100 years';
