import { expect, it } from 'vitest';
import { backoffMs } from '../../machines/backoff.ts';
import { WEBHOOK_BACKOFF, WEBHOOK_MAX_ATTEMPTS } from '../../src/webhooks/retry.ts';

const HOUR_MS = 3_600_000;

function delaysMs(dice: number): number[] {
  const attempts = Array.from({ length: WEBHOOK_MAX_ATTEMPTS - 1 }, (_, index) => index + 1);
  return attempts.map((attempt) => backoffMs(WEBHOOK_BACKOFF, attempt, dice, undefined, 0));
}

const hours = (delays: number[]) => delays.reduce((sum, delay) => sum + delay, 0) / HOUR_MS;

it('retries a webhook eight times over about a day', () => {
  expect(delaysMs(0.5)).toHaveLength(8);
  expect(hours(delaysMs(0.5))).toBeCloseTo(24, 0);
  expect(hours(delaysMs(0))).toBeGreaterThan(15);
  expect(hours(delaysMs(1))).toBeLessThan(32);
});

it('doubles each delay, from minutes to at most sixteen hours', () => {
  expect(delaysMs(1).map((delay) => delay / HOUR_MS)).toEqual([0.125, 0.25, 0.5, 1, 2, 4, 8, 16]);
});
