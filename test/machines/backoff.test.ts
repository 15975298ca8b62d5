import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../machines/backoff.ts';
import { type Backoff, backoffMs, DEFAULT_BACKOFF, MAX_RETRY_AFTER_MS } from '../../machines/index.ts';

const exact: Backoff = { ...DEFAULT_BACKOFF, jitter: 'none' };
const seconds = (backoff: Backoff, attempts: readonly number[]): number[] =>
  attempts.map((attempt) => backoffMs(backoff, attempt, 0, undefined, 0) / 1_000);

/** RFC 9110 §5.6.7: one moment in the preferred form and in the two obsolete ones. */
const MOMENT = Date.UTC(1994, 10, 6, 8, 49, 37);
const DATE_FORMS = {
  'IMF-fixdate': 'Sun, 06 Nov 1994 08:49:37 GMT',
  'RFC 850': 'Sunday, 06-Nov-94 08:49:37 GMT',
  asctime: 'Sun Nov  6 08:49:37 1994',
};

const strategies = fc.constantFrom('exponential' as const, 'linear' as const, 'fixed' as const);
const jitters = fc.constantFrom('equal' as const, 'full' as const, 'none' as const);
const backoffs = fc.record({
  strategy: strategies,
  baseMs: fc.integer({ min: 1, max: 60_000 }),
  maxMs: fc.integer({ min: 1, max: 86_400_000 }),
  jitter: jitters,
});
const attemptNumbers = fc.integer({ min: 1, max: 2_000 });
const dices = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the delay after an attempt', () => {
  it('doubles by default: 2, 4, 8, 16, then 30 seconds', () => {
    expect(seconds(exact, [1, 2, 3, 4, 5, 6, 7])).toEqual([2, 4, 8, 16, 30, 30, 30]);
  });

  it('grows by its base when linear', () => {
    expect(seconds({ ...exact, strategy: 'linear', baseMs: 4_000 }, [1, 2, 3, 7, 8, 9])).toEqual([
      4, 8, 12, 28, 30, 30,
    ]);
  });

  it('stays at its base when fixed', () => {
    expect(seconds({ ...exact, strategy: 'fixed', baseMs: 5_000 }, [1, 2, 30])).toEqual([5, 5, 5]);
  });

  it('is bounded also where two to the power of the attempt is no number any more', () => {
    expect(backoffMs(exact, 5_000, 0, undefined, 0)).toBe(30_000);
  });

  it.each([
    ['equal', 0, 4_000],
    ['equal', 0.5, 6_000],
    ['full', 0, 0],
    ['full', 0.5, 4_000],
    ['none', 0.5, 8_000],
  ] as const)('with %s jitter and dice %d is %d ms of 8,000', (jitter, dice, delayMs) => {
    expect(backoffMs({ ...DEFAULT_BACKOFF, jitter }, 3, dice, undefined, 0)).toBe(delayMs);
  });

  it('lies within the bounds of its jitter and is a whole number of milliseconds', () => {
    fc.assert(
      fc.property(backoffs, attemptNumbers, dices, (backoff, attempt, dice) => {
        const whole = backoffMs({ ...backoff, jitter: 'none' }, attempt, 0, undefined, 0);
        const delayMs = backoffMs(backoff, attempt, dice, undefined, 0);
        const least = { equal: Math.floor(whole / 2), full: 0, none: whole }[backoff.jitter];
        expect(Number.isInteger(delayMs)).toBe(true);
        expect(delayMs).toBeGreaterThanOrEqual(least);
        expect(delayMs).toBeLessThanOrEqual(whole);
        expect(whole).toBeLessThanOrEqual(backoff.maxMs);
      }),
    );
  });

  it('never shrinks from one attempt to the next under the same dice', () => {
    fc.assert(
      fc.property(backoffs, attemptNumbers, dices, (backoff, attempt, dice) => {
        const now = backoffMs(backoff, attempt, dice, undefined, 0);
        expect(backoffMs(backoff, attempt + 1, dice, undefined, 0)).toBeGreaterThanOrEqual(now);
      }),
    );
  });
});

describe('Retry-After', () => {
  it.each([
    [7, 7_000],
    [0, 0],
    [0.25, 250],
    ['7', 7_000],
    [' 7 ', 7_000],
    ['0', 0],
    ['1.5', 1_500],
  ])('%j asks for %d ms', (value, ms) => {
    expect(retryAfterMs(value, 0)).toBe(ms);
  });

  it.each(Object.entries(DATE_FORMS))(
    'is read as an HTTP date in its %s form, measured from now',
    (_form, date) => {
      expect(retryAfterMs(date, MOMENT - 90_000)).toBe(90_000);
      expect(retryAfterMs(date, MOMENT)).toBe(0);
    },
  );

  it.each([
    ['missing', undefined],
    ['negative', -1],
    ['negative text', '-1'],
    ['not a number', Number.NaN],
    ['infinite', Number.POSITIVE_INFINITY],
    ['absurdly long', 1e12],
    ['absurdly long text', '99999999999999999999'],
    ['empty', ''],
    ['a word', 'soon'],
    ['a number with a unit', '30s'],
    ['a date of another kind', '2094-11-06T08:49:37Z'],
    ['a weekday and nonsense', 'Sun, 99 Foo 1994'],
    ['a date absurdly far', 'Sun, 06 Nov 2094 08:49:37 GMT'],
  ])('is left aside when %s', (_why, value) => {
    expect(retryAfterMs(value, MOMENT)).toBeNull();
    expect(backoffMs(exact, 2, 0, value, MOMENT)).toBe(4_000);
  });

  it.each(Object.values(DATE_FORMS))('is left aside when past: %s', (date) => {
    expect(backoffMs(exact, 2, 0, date, MOMENT + 1)).toBe(4_000);
  });

  it('wins over the formula and over its bound, without jitter', () => {
    expect(backoffMs(DEFAULT_BACKOFF, 1, 0.7, 120, 0)).toBe(120_000);
    expect(backoffMs(DEFAULT_BACKOFF, 4, 0.7, '1', 0)).toBe(1_000);
  });

  it('is bounded at one hour', () => {
    expect(MAX_RETRY_AFTER_MS).toBe(3_600_000);
    expect(backoffMs(DEFAULT_BACKOFF, 1, 0, 3_600, 0)).toBe(3_600_000);
    expect(backoffMs(DEFAULT_BACKOFF, 1, 0, 3_601, 0)).toBe(3_600_000);
    expect(backoffMs(DEFAULT_BACKOFF, 1, 0, DATE_FORMS['IMF-fixdate'], MOMENT - 86_400_000)).toBe(3_600_000);
  });

  it('makes a usable delay of whatever a server sends', () => {
    const values = fc.oneof(
      fc.string(),
      fc.double(),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    );
    fc.assert(
      fc.property(backoffs, attemptNumbers, dices, values, (backoff, attempt, dice, value) => {
        const delayMs = backoffMs(backoff, attempt, dice, value, MOMENT);
        expect(Number.isInteger(delayMs)).toBe(true);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(Math.max(backoff.maxMs, MAX_RETRY_AFTER_MS));
      }),
    );
  });
});
