/**
 * `npm run kill -- --kills 100 --seed 7`: kills a working Troupe again and again and checks that nothing it had
 * acknowledged is lost, nothing it had completed is done again, and no wait is forgotten. Exits 1 if one is.
 * `npm run kill -- --map 10000 --kills 10` kills it in the middle of one map over so many elements instead.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MapRun } from './kill/map-run.ts';
import { KillRun } from './kill/run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    tasks: { type: 'string' },
    map: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

const kills = Number(values.kills);
const seed = Number(values.seed);
const tasks = Number(values.tasks ?? kills * 6);
const items = Number(values.map ?? 0);
if (![kills, seed, tasks, items].every((value) => Number.isInteger(value) && value >= 0)) {
  console.error('--kills, --seed, --tasks and --map are whole numbers');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'troupe-kill-'));
const what = items > 0 ? `a map of ${items}` : `about ${tasks} tasks`;
console.log(`seed ${seed}, ${kills} kills, ${what}`);
const { violations, counts, lines } = items > 0 ? await killMap() : await killTasks();
for (const [name, count] of Object.entries(counts)) console.log(`${name}: ${count}`);
for (const line of lines) console.log(line);
if (violations.length === 0) {
  rmSync(folder, { recursive: true });
} else {
  for (const violation of violations.slice(0, 50)) console.error(violation);
  console.error(`${violations.length} violations; seed ${seed}; the store and the log are kept in ${folder}`);
  process.exitCode = 1;
}

interface Outcome {
  readonly violations: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly lines: readonly string[];
}

async function killTasks(): Promise<Outcome> {
  const say = values.verbose ? { say: (line: string) => console.error(line) } : {};
  const { findings, counts: counted } = await new KillRun({ seed, kills, tasks, folder, ...say }).run();
  return { violations: findings.violations, counts: counted, lines: findings.lines() };
}

async function killMap(): Promise<Outcome> {
  return { ...(await new MapRun({ seed, kills, items, folder }).run()), lines: [] };
}
