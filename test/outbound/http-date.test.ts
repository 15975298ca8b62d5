/** RFC 9110 §5.6.7, to the letter. */

import { describe, expect, it } from 'vitest';
import { httpDate, httpDateMs } from '../../src/outbound/http-date.ts';

const NOW = Date.UTC(2026, 10, 29);
const MOMENT = Date.UTC(1994, 10, 6, 8, 49, 37);

describe('a date of HTTP', () => {
  it.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
    'has one of three forms: %s',
    (text) => expect(httpDateMs(text, NOW)).toBe(MOMENT),
  );

  it('may name another day of the week, which the date outweighs', () => {
    expect(httpDateMs('Fri, 06 Nov 1994 08:49:37 GMT', NOW)).toBe(MOMENT);
  });

  it.each([
    ['27', 2027],
    ['49', 2049],
    ['50', 2050],
    ['75', 2075],
    ['77', 1977],
    ['99', 1999],
    ['00', 2000],
  ])('of a year …%s is at most 50 years in the future: %d', (digits, year) => {
    expect(httpDateMs(`Monday, 01-Jan-${digits} 00:00:00 GMT`, NOW)).toBe(Date.UTC(year, 0, 1));
  });

  it('of a two-digit year is told by the moment, not by the year alone', () => {
    expect(httpDateMs('Sunday, 29-Nov-76 00:00:00 GMT', NOW)).toBe(Date.UTC(2076, 10, 29));
    expect(httpDateMs('Sunday, 29-Nov-76 00:00:01 GMT', NOW)).toBe(Date.UTC(1976, 10, 29, 0, 0, 1));
  });

  it('may hold a leap second, and be one of a leap day', () => {
    expect(httpDateMs('Sat, 31 Dec 2016 23:59:60 GMT', NOW)).toBe(Date.UTC(2017, 0, 1));
    expect(httpDateMs('Thu, 29 Feb 2024 00:00:00 GMT', NOW)).toBe(Date.UTC(2024, 1, 29));
  });

  it.each([
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 PST',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 94 08:49:37 GMT',
    'Sun 06 Nov 1994 08:49:37 GMT',
    'sun, 06 nov 1994 08:49:37 gmt',
    'Sunday, 06 Nov 1994 08:49:37 GMT',
    'Sun, 06-Nov-94 08:49:37 GMT',
    'Xyz, 06 Nov 1994 08:49:37 GMT',
    '06 Nov 1994 08:49:37 GMT',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Wed, 29 Feb 2023 00:00:00 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:37 GMT',
    'Sun, 06 Nov 1994 08:49 GMT',
    'Sun Nov 6 08:49:37 1994',
    'Sun Nov 06 08:49:37 1994 GMT',
    ' Sun, 06 Nov 1994 08:49:37 GMT',
    '1994-11-06T08:49:37Z',
    '784111777',
    '',
  ])('is not %j', (text) => expect(httpDateMs(text, NOW)).toBeNull());

  it('is written in whole seconds, never earlier than meant', () => {
    expect(httpDate(MOMENT + 1)).toBe('Sun, 06 Nov 1994 08:49:38 GMT');
    expect(httpDateMs(httpDate(MOMENT), NOW)).toBe(MOMENT);
  });
});
