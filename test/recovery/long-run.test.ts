/** Three minutes of the long run; `scripts/long-run.ts --minutes 60` is the real one. */

import { expect, it } from 'vitest';
import { LongRun } from '../../scripts/long-run/run.ts';
import { FEWEST_SAMPLES } from '../../scripts/long-run/verdict.ts';
import { temporaryFolder } from '../support.ts';

it('for three minutes, a server under load and faults ends every task, delivers every webhook, and does not grow', async () => {
  const seed = Date.now() % 1_000_000;
  const report = await new LongRun({
    seed,
    seconds: 180,
    rate: 3,
    faultEverySeconds: 8,
    retention: '5s',
    folder: temporaryFolder(),
  }).run();
  expect(report.problems, `seed ${seed}`).toEqual([]);
  expect(report.webhooks, `seed ${seed}`).toMatchObject({ waiting: 0 });
  expect(report.webhooks.delivered, `seed ${seed}`).toBeGreaterThan(20);
  expect(report.growth.memory.samples, `seed ${seed}`).toBeGreaterThanOrEqual(FEWEST_SAMPLES);
  // Most of what was submitted is gone again.
  const { acknowledged = 0, 'tasks left by the retention': left = 0 } = report.counts;
  expect(left, `seed ${seed}`).toBeLessThan(acknowledged / 2);
}, 300_000);
