import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharesOf } from '../../src/remote-worker/shares.ts';

const run = () => undefined;
const entries = (limits: readonly (number | null)[]) =>
  limits.map((concurrency, index) => ({ name: `h${index}`, run, concurrency }));

describe('the shares of handlers', () => {
  it('are equal, and what a limit leaves over goes to the others', () => {
    expect([...sharesOf(entries([null, null, null]), 90).values()]).toEqual([30, 30, 30]);
    expect(sharesOf(entries([null, 2, null]), 10)).toEqual(
      new Map([
        ['h1', 2],
        ['h0', 4],
        ['h2', 4],
      ]),
    );
  });

  it('are at least one each, within their limits, and together no more than there is', () => {
    const limits = fc.array(fc.option(fc.integer({ min: 1, max: 50 })), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 200 }), (given, total) => {
        const shares = sharesOf(entries(given), total);
        let sum = 0;
        for (const [index, limit] of given.entries()) {
          const share = shares.get(`h${index}`) ?? 0;
          expect(share).toBeGreaterThanOrEqual(1);
          expect(share).toBeLessThanOrEqual(limit ?? total);
          sum += share;
        }
        expect(sum).toBeLessThanOrEqual(Math.max(total, given.length));
        if (given.includes(null)) expect(sum).toBeGreaterThanOrEqual(Math.min(total, given.length));
      }),
    );
  });
});
