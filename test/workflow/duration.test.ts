/** Lengths of time as people write them. */

import { expect, it } from 'vitest';
import { durationMs, durationText } from '../../src/workflow/duration.ts';

it.each([
  [1.5, 1_500],
  ['500ms', 500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['3d', 259_200_000],
  ['1.5 d', 129_600_000],
  ['0.2ms', 1],
])('%s is %s ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

it.each([0, -1, '0d', '-1d', '3653d', '1w', '2 hours', '5', '', null, undefined, Number.NaN])(
  '%s is none',
  (text) => {
    expect(durationMs(text)).toBeNull();
  },
);

it.each([
  [259_200_000, '3d'],
  [7_200_000, '2h'],
  [90_000, '90s'],
  [1_500, '1500ms'],
])('%s ms is written %s, and read again', (ms, text) => {
  expect(durationText(ms)).toBe(text);
  expect(durationMs(text)).toBe(ms);
});
