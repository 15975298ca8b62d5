import { describe, expect, it } from 'vitest';
import { dateOrTimeMs, timeMs } from '../../src/workflow/time-text.ts';

describe('a time', () => {
  it.each([
    ['2026-11-29T10:00:00Z', Date.UTC(2026, 10, 29, 10)],
    ['2026-11-29T10:00:00.250Z', Date.UTC(2026, 10, 29, 10, 0, 0, 250)],
    ['2026-11-29T10:00Z', Date.UTC(2026, 10, 29, 10)],
    ['2026-11-29T10:00:00+05:30', Date.UTC(2026, 10, 29, 4, 30)],
    ['2024-02-29T00:00:00-01:00', Date.UTC(2024, 1, 29, 1)],
  ])('%s is read in the zone it names', (text, ms) => {
    expect(timeMs(text)).toBe(ms);
    expect(dateOrTimeMs(text)).toBe(ms);
  });

  it.each([
    '2026-11-29T10:00:00',
    '2026-11-29T10:00',
    '2026-11-29 10:00:00Z',
    '2026-11-29T10:00:00 PST',
    '2026-11-29T24:00:00Z',
    '2026-02-30T10:00:00Z',
    '2026-11-29T10:00:00Z ',
    '29 Nov 2026 10:00 GMT',
    '1796036400000',
    '2026-11',
    '',
  ])('is not %j', (text) => {
    expect(timeMs(text)).toBeNull();
    expect(dateOrTimeMs(text)).toBeNull();
  });

  it('of a date alone is its midnight in UTC, where a date is enough', () => {
    expect(dateOrTimeMs('2026-11-29')).toBe(Date.UTC(2026, 10, 29));
    expect(dateOrTimeMs('2026-02-30')).toBeNull();
    expect(timeMs('2026-11-29')).toBeNull();
  });
});
