/** Less than a minute of the long run; `npm run long-run -- --minutes 60` is the real one. */

import { expect, it } from 'vitest';
import { LongRun } from '../harness/long-run/run.ts';
import { FEWEST_SAMPLES } from '../harness/long-run/verdict.ts';
import { temporaryFolder } from '../support.ts';

it('a server under load and faults ends every task, delivers every webhook, and does not grow', async () => {
  const seed = Date.now() % 1_000_000;
  const report = await new LongRun({
    seed,
    seconds: 48,
    rate: 3,
    faultEverySeconds: 5,
    // Long enough to hear of a task before it is gone, and so short that many go during the run.
    retention: '16s',
    sampleEveryMs: 150,
    folder: temporaryFolder(),
  }).run();
  expect(report.problems, `seed ${seed}`).toEqual([]);
  expect(report.webhooks, `seed ${seed}`).toMatchObject({ waiting: 0 });
  expect(report.webhooks.delivered, `seed ${seed}`).toBeGreaterThan(20);
  expect(report.growth.memory.samples, `seed ${seed}`).toBeGreaterThanOrEqual(FEWEST_SAMPLES);
  // How many are gone again says how fast the machine is.
  const { acknowledged = 0, 'tasks left by the retention': left = 0 } = report.counts;
  expect(left, `seed ${seed}`).toBeLessThan(acknowledged);
});
