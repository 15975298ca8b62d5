import { expect, test } from 'vitest';
import { Throughput } from '../../src/monitoring/throughput.ts';

const NOW = 1_800_000_000_500;

test('tasks that ended count in their second, by tenant or all together', () => {
  const last = new Throughput();
  last.ended('shop', 'complete', NOW - 1_000, 10);
  last.ended('bank', 'complete', NOW - 1_000, 30);
  last.ended('bank', 'failed', NOW - 2_000, 50);
  expect(last.seen(NOW, null).slice(-2)).toMatchObject([
    { complete: 0, failed: 1, meanMs: 50 },
    { complete: 2, failed: 0, meanMs: 20 },
  ]);
  expect(last.seen(NOW, 'shop').at(-1)).toMatchObject({ complete: 1, failed: 0, meanMs: 10 });
  expect(last.seen(NOW, 'nobody').at(-1)).toMatchObject({ complete: 0, failed: 0, meanMs: null });
});

test('it forgets what is older than a minute, and does not count the present second', () => {
  const last = new Throughput();
  for (let ago = 90; ago >= 0; ago--) last.ended('shop', 'complete', NOW - ago * 1_000, 1);
  const seconds = last.seen(NOW, null);
  expect(seconds.map(({ complete }) => complete)).toEqual(Array.from({ length: 60 }, () => 1));
  expect(last.seen(NOW + 60_000, null).map(({ complete }) => complete)).toEqual([
    1,
    ...Array.from({ length: 59 }, () => 0),
  ]);
});
