/** When a handler wants to be tried again, in each form, and what is no wish at all. */

import { describe, expect, it } from 'vitest';
import { backoffMs, DEFAULT_BACKOFF, MAX_RETRY_AFTER_MS } from '../../machines/index.ts';
import { describe as described } from '../../src/worker/describe.ts';
import { PermanentError, RetryableError } from '../../src/worker/errors.ts';

const wish = (retryAfter: ConstructorParameters<typeof RetryableError>[1]) =>
  new RetryableError('busy', retryAfter);
/** The machine waits so many seconds then. */
const waits = (error: RetryableError): number =>
  backoffMs(DEFAULT_BACKOFF, 1, 0, error.retryAfter, Date.now()) / 1_000;
const later = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);

describe('retryAfter', () => {
  it.each([
    ['a number of seconds', 600],
    ['seconds as a header has them', '600'],
    ['a Date', later(600)],
    ['an ISO time', later(600).toISOString()],
    [
      'an ISO time of another zone',
      later(600 + 3_600)
        .toISOString()
        .replace('Z', '+01:00'),
    ],
    ['an HTTP date', later(600).toUTCString()],
  ])('is %s', (_, retryAfter) => {
    const seconds = waits(wish({ retryAfter }));
    expect(seconds).toBeGreaterThan(540);
    expect(seconds).toBeLessThanOrEqual(601);
    expect(described(wish({ retryAfter }))).toHaveProperty('retryAfter');
  });

  it.each([undefined, null])('may be left out as %s, as a header that is not there', (retryAfter) => {
    expect(wish({ retryAfter }).retryAfter).toBeUndefined();
    expect(wish({}).retryAfter).toBeUndefined();
  });

  it.each([0, '0', 0.5, '0.5'])('%j is a wish for soon', (retryAfter) => {
    expect(waits(wish({ retryAfter }))).toBeLessThan(1);
  });

  it('is bounded by an hour like any wait', () => {
    expect(waits(wish({ retryAfter: later(86_400) }))).toBe(MAX_RETRY_AFTER_MS / 1_000);
  });

  it.each([
    'soon',
    '',
    '7s',
    '-1',
    '1e3',
    '0x10',
    'tomorrow',
    '2026-11-29T10:00:00',
    '2026-11-29',
    '2026-02-30T10:00:00Z',
    'Sun, 06 Nov 1994 08:49:37 PST',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    Date.now() + 60_000,
    new Date('soon'),
    {},
    [7],
    7n,
    true,
    () => 7,
    Symbol('7'),
  ])('is a TypeError as %s', (retryAfter) => {
    expect(() => wish({ retryAfter: retryAfter as never })).toThrow(TypeError);
    expect(() => wish({ retryAfter: retryAfter as never })).toThrow(
      /^retryAfter must be a number of seconds/,
    );
  });

  it('of an error that only has the name is read the same way, and otherwise left out', () => {
    const own = (retryAfter: unknown) =>
      Object.assign(new Error('x'), { name: 'RetryableError', retryAfter });
    expect(described(own(later(600)))).toHaveProperty('retryAfter', expect.stringMatching(/ GMT$/));
    expect(described(own('soon'))).not.toHaveProperty('retryAfter');
    expect(described(own(Number.NaN))).not.toHaveProperty('retryAfter');
  });

  it('and what else may be undefined may be given so', () => {
    expect(new PermanentError('no', { code: undefined, details: undefined }).code).toBeUndefined();
  });
});
