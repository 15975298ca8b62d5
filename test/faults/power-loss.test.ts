/**
 * The power fails: of what a real server had asked its disk to keep, only what was synced is sure to be there. A short
 * run; `npm run power-loss` is the long one.
 */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { losePower } from '../harness/faults/power-loss.ts';
import { record } from '../harness/faults/recording.ts';
import { hindrance } from '../harness/faults/strace.ts';
import { temporaryFolder } from '../support.ts';

const hindered = hindrance();
if (hindered !== null) console.warn(hindered);

describe.skipIf(hindered !== null)('a disk whose power fails', () => {
  it('has all that was acknowledged or told, whole; one that lies about its syncs is found out', async () => {
    const seed = Date.now() % 1_000_000;
    const folder = temporaryFolder();
    const recording = await record(folder, { seed, tasks: 24 });
    const options = { recording, seed, folder: join(folder, 'disk') };
    const honest = await losePower({ ...options, cuts: 60, runs: 1 });
    expect(honest.violations, `seed ${seed}`).toEqual([]);
    expect(honest.counts).toMatchObject({ 'power losses': 60 });
    // An answer that left in two pieces is not recognized in the trace, and nothing is asked of its task.
    expect(honest.counts['tasks acknowledged'], `seed ${seed}`).toBeGreaterThan(20);
    expect(honest.counts['facts told'], `seed ${seed}`).toBeGreaterThan(24);

    const lying = await losePower({ ...options, cuts: 10, runs: 0, lies: (path) => path.endsWith('-wal') });
    // Tasks lost, or, when all that was written is in the log still, a file without a store in it.
    expect(lying.violations, `seed ${seed}`).not.toEqual([]);
  });

  it('has all that was acknowledged after a sync had failed, the server been killed, and started again', async () => {
    const seed = Date.now() % 1_000_000;
    const folder = temporaryFolder();
    const recording = await record(folder, { seed, tasks: 40, failingSync: 14 });
    const report = await losePower({ recording, seed, folder: join(folder, 'disk'), cuts: 30, runs: 0 });
    expect(report.violations, `seed ${seed}`).toEqual([]);
    expect(recording.events).toContainEqual(expect.objectContaining({ kind: 'sync', failed: true }));
  });
});
