/** Lengths of time as people write them in workflows: a number of seconds, or `500ms`, `30s`, `5m`, `2h`, `3d`. */

import { LIMITS } from './definition.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
};

export const DURATION_FORMS =
  'must be a number of seconds, or like 500ms, 30s, 5m, 2h, 3d; above 0, at most 10 years';

/** Whole milliseconds, at least 1; null when it is nothing of the sort. */
export function durationMs(value: unknown): number | null {
  const ms =
    typeof value === 'number' ? value * 1_000 : typeof value === 'string' ? parse(value) : Number.NaN;
  if (!(ms > 0) || ms > LIMITS.delaySeconds * 1_000) return null;
  return Math.max(1, Math.round(ms));
}

function parse(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  return Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
}

/** As people write it, in the largest unit that says it to the millisecond: `2h`, `90s`, `1500ms`. */
export function durationText(ms: number): string {
  const [unit, unitMs] = Object.entries(UNIT_MS).find(([, size]) => ms % size === 0) ?? ['ms', 1];
  return `${ms / unitMs}${unit}`;
}
