/** Functions that end the program they are given to: it is started again and again, as a supervisor would. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../build.ts';
import { temporaryFolder } from '../support.ts';

const PROGRAM = `
import { createTroupe, parseTaskRequest } from ${JSON.stringify(join(ROOT, 'dist/src/index.js'))};
const [db, ...names] = process.argv.slice(2);
const later = (ms) => new Promise((done) => setTimeout(done, ms));
const run = {
  exits: () => later(20).then(() => process.exit(5)),
  aborts: () => later(20).then(() => process.abort()),
  throwsLater: async () => { setTimeout(() => { throw new Error('from a timer'); }, 5); await later(60_000); },
  works: () => later(200).then(() => 1),
};
const handlers = Object.entries(run).map(([name, run]) => ({ name, run, concurrency: null }));
const troupe = await createTroupe({ db, handlers });
await Promise.all(names.map((name) => troupe.submit(parseTaskRequest({ name, maxRetries: 1 }))));
const all = () => troupe.listTasks({ scope: null, limit: 50 }).tasks;
while (!all().every(({ status }) => status === 'complete' || status === 'failed')) await later(20);
console.log(JSON.stringify(all().map(({ name, status, error }) => [name, status, error?.code ?? error?.message ?? null])));
await troupe.close({ graceMs: 0 });
process.exit(0);
`;

/** How often it died, and what became of the tasks in the end. */
function untilItEnds(...names: string[]): { deaths: number; tasks: unknown } {
  const folder = temporaryFolder();
  const program = join(folder, 'program.mjs');
  writeFileSync(program, PROGRAM);
  for (let deaths = 0; deaths < 20; deaths++) {
    const args = [program, join(folder, 'troupe.db'), ...(deaths === 0 ? names : [])];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status === 0) return { deaths, tasks: JSON.parse(stdout) };
  }
  throw new Error('it died at each of twenty starts');
}

describe('a function that ends its program', () => {
  it('by process.exit fails its attempt before the program is gone', () => {
    const { deaths, tasks } = untilItEnds('works', 'exits');
    expect(deaths).toBe(2);
    expect(tasks).toContainEqual(['exits', 'failed', 'WORKER_DIED']);
    expect(tasks).toContainEqual(['works', 'complete', null]);
  });

  it('without a word is found by running alone, and costs the others nothing', () => {
    const { deaths, tasks } = untilItEnds('works', 'aborts', 'works');
    // Side by side twice, then alone until it is sure; its second attempt is alone at once.
    expect(deaths).toBeLessThanOrEqual(8);
    expect(tasks).toContainEqual(['aborts', 'failed', 'WORKER_DIED']);
    expect((tasks as unknown[][]).filter(([, status]) => status === 'complete')).toHaveLength(2);
  });

  it('is charged with what it throws where nobody catches it, and the program goes on', () => {
    const { deaths, tasks } = untilItEnds('throwsLater', 'works');
    expect(deaths).toBe(0);
    expect(tasks).toContainEqual(['throwsLater', 'failed', 'from a timer']);
  });
});
