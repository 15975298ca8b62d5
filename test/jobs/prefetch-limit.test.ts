import { expect, it } from 'vitest';
import { PrefetchLimit } from '../../src/jobs/prefetch-limit.ts';

const times = (count: number, act: () => void): void => {
  for (let n = 0; n < count; n++) act();
};

it('the limit of jobs in the stream grows while jobs are taken as quickly as one alone is, up to a bound', () => {
  const limit = new PrefetchLimit();
  expect(limit.size).toBe(2);
  times(20, () => limit.taken(30));
  expect(limit.size).toBe(22);
  times(1_000, () => limit.taken(30));
  expect(limit.size).toBe(64);
});

it('it shrinks while jobs wait behind others, however long the way is', () => {
  for (const aloneMs of [1, 200]) {
    const limit = new PrefetchLimit();
    times(100, () => limit.taken(aloneMs));
    times(50, () => limit.taken(2 * aloneMs + 41));
    expect(limit.size, `${aloneMs} ms`).toBe(14);
  }
});

it('it has a place for every worker that asks in vain', () => {
  const limit = new PrefetchLimit();
  limit.seen({ asking: 8, waiting: 0, untaken: 2, oldestMs: 60_000 });
  expect(limit.size).toBe(10);
});

it('it falls to what workers hold when jobs lie in the stream for long', () => {
  const limit = new PrefetchLimit();
  times(50, () => limit.taken(1));
  limit.seen({ asking: 0, waiting: 40, untaken: 43, oldestMs: 4_000 });
  expect(limit.size).toBe(52);
  limit.seen({ asking: 0, waiting: 40, untaken: 43, oldestMs: 6_000 });
  expect(limit.size).toBe(3);
});
