/**
 * `npm run power-loss -- --cuts 2000 --tasks 400 --seed 7`: records what a server asks of its disk and tells its
 * clients, and takes the power away at moments the seed chooses. `--lie` leaves out the syncs, to see it caught.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { losePower } from './faults/power-loss.ts';
import { record } from './faults/recording.ts';
import { hindrance } from './faults/strace.ts';

const { values } = parseArgs({
  options: {
    cuts: { type: 'string', default: '1000' },
    tasks: { type: 'string', default: '200' },
    runs: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    lie: { type: 'boolean', default: false },
  },
});
const [cuts, tasks, runs, seed] = [values.cuts, values.tasks, values.runs, values.seed].map(Number);
if (![cuts, tasks, runs, seed].every((value) => Number.isInteger(value) && Number(value) >= 0)) {
  console.error('--cuts, --tasks, --runs and --seed are whole numbers');
  process.exit(2);
}
const hindered = hindrance();
if (hindered !== null) {
  console.error(hindered);
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'troupe-power-'));
console.log(`seed ${seed}`);
const recording = await record(folder, { seed: seed ?? 0, tasks: tasks ?? 0 });
const { counts, violations } = await losePower({
  recording,
  seed: seed ?? 0,
  cuts: cuts ?? 0,
  runs: runs ?? 0,
  folder: join(folder, 'disk'),
  ...(values.lie ? { lies: () => true } : {}),
});
rmSync(folder, { recursive: true });
for (const [what, count] of Object.entries(counts)) console.log(`${what}: ${count}`);
console.log(`violations: ${violations.length}`);
for (const violation of violations.slice(0, 20)) console.error(violation);
if (violations.length > 0) process.exitCode = 1;
