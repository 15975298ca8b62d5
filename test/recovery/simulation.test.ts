/** A few random runs; `npm run simulate -- --seeds 1000` is the long one. */

import { expect, it, onTestFinished } from 'vitest';
import { Receiver } from '../harness/simulate/receiver.ts';
import { runSeeds } from '../harness/simulate/run.ts';
import { trySeed } from '../harness/simulate/seed.ts';
import { temporaryFolder } from '../support.ts';

async function place(): Promise<{ folder: string; receiver: Receiver }> {
  const receiver = await Receiver.start();
  onTestFinished(() => receiver.close());
  return { folder: temporaryFolder(), receiver };
}

it('through crashes, failed commits, clock jumps and meddling every task ends as its plan says', async () => {
  const first = Date.now() % 1_000_000;
  const { counts, findings } = await runSeeds(await place(), first, 15);
  expect(findings, `seeds from ${first} on`).toEqual([]);
  expect(counts['crashes'], `seeds from ${first} on`).toBeGreaterThan(0);
});

it('a seed plays the same run each time', async () => {
  const here = await place();
  const once = await trySeed(4271, here);
  expect(await trySeed(4271, here)).toEqual(once);
  expect(once.counts.points).toBeGreaterThan(100);
});
