/**
 * `npm run kill -- --kills 100 --seed 7`: kills a working Troupe again and again and checks that nothing it had
 * acknowledged is lost, nothing it had completed is done again, and no wait is forgotten. Exits 1 if one is.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KillRun } from './kill/run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    tasks: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

const kills = Number(values.kills);
const seed = Number(values.seed);
const tasks = Number(values.tasks ?? kills * 6);
if (![kills, seed, tasks].every((value) => Number.isInteger(value) && value >= 0)) {
  console.error('--kills, --seed and --tasks are whole numbers');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'troupe-kill-'));
console.log(`seed ${seed}, ${kills} kills, about ${tasks} tasks`);
const report = await new KillRun({
  seed,
  kills,
  tasks,
  folder,
  ...(values.verbose ? { say: (line) => console.error(line) } : {}),
}).run();

for (const [what, count] of Object.entries(report.counts)) console.log(`${what}: ${count}`);
for (const line of report.findings.lines()) console.log(line);
const { violations } = report.findings;
if (violations.length === 0) {
  rmSync(folder, { recursive: true });
} else {
  for (const violation of violations.slice(0, 50)) console.error(violation);
  console.error(`${violations.length} violations; seed ${seed}; the store and the log are kept in ${folder}`);
  process.exitCode = 1;
}
