/** The picture of a run: of tasks that really ran, for terminals of several heights. */

import { describe, expect, it } from 'vitest';
import { colorsFor } from '../../src/cli/output.ts';
import { frame } from '../../src/cli/run/frame.ts';
import { Progress } from '../../src/cli/run/progress.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import { handlers, request, startTroupe, step, stepFact, taskFact, workflow } from '../support.ts';

const steps = [
  step('receive'),
  step('charge', ['receive'], {
    backoff: { strategy: 'fixed', baseMs: 30_000, maxMs: 30_000, jitter: 'none' },
  }),
  step('ship', ['charge']),
];

/** The first task is complete, the second waits for its second attempt, the third has failed, the fourth runs. */
async function fourTasks(count = 4) {
  const clock = new ManualClock();
  const troupe = await startTroupe({
    clock,
    workflows: [workflow('w', steps)],
    handlers: handlers({
      receive: ({ payload }) => {
        if (payload['id'] === 'o3') throw new PermanentError('no address', { code: 'NO_ADDRESS' });
      },
      charge: ({ payload }) => {
        if (payload['id'] === 'o2') throw new Error('the gateway is busy');
        return payload['id'] === 'o4' ? new Promise(() => undefined) : 'charged';
      },
      ship: () => 'sent',
    }),
  });
  const progress = new Progress(steps.map(({ name }) => name));
  const ids: string[] = [];
  for (let no = 1; no <= count; no++) {
    ids.push((await troupe.submit(request('w', { payload: { id: `o${no}` } }))).taskId);
  }
  progress.add(ids.map((id) => troupe.getTask(null, id)));
  const of = (no: number): string => ids[no - 1] ?? '';
  await taskFact(troupe, of(1), 'complete');
  await stepFact(troupe, of(2), 'charge', 'retrying');
  await taskFact(troupe, of(3), 'failed');
  await stepFact(troupe, of(4), 'charge', 'running');
  if (count > 4) await taskFact(troupe, of(count), 'complete');
  clock.advance(12_000);
  const fresh = new Progress(steps.map(({ name }) => name));
  fresh.add(ids.map((id) => troupe.getTask(null, id)));
  const draw = (rows: number): string =>
    frame(fresh, (id) => troupe.getTask(null, id), {
      rows,
      nowMs: clock.now(),
      colors: colorsFor({ isTTY: false }, {}),
    });
  return { draw, troupe };
}

describe('a picture of a run', () => {
  it('shows every step of every task where there is room, with the countdown to the next attempt', async () => {
    const { draw } = await fourTasks();
    const picture = draw(40);
    expect(picture).toMatch(/^TASK +STEP +STATUS +ATTEMPTS +TIME +NEXT ATTEMPT +ERROR/);
    expect(picture).toMatch(/^1 o1 +receive +complete +1 of 3/m);
    expect(picture).toMatch(
      /^2 o2 +receive[^\n]*\n +charge +retrying +1 of 3 .*in 18 s +the gateway is busy$/m,
    );
    expect(picture).toMatch(/^4 o4 +receive[^\n]*\n +charge +running +1 of 3 +12 s/m);
    expect(picture).toMatch(/2 of 4 tasks ended in .*: 1 complete, 1 failed, 1 running, 1 retrying$/);
  });

  it('shows a line a task where there is less', async () => {
    const { draw } = await fourTasks();
    const picture = draw(10);
    expect(picture.split('\n').length).toBeLessThan(10);
    expect(picture).toMatch(/^1 o1 +complete +3\/3/m);
    expect(picture).toMatch(/^2 o2 +retrying +1\/3 .*charge failed 1 of 3, again in 18 s$/m);
    expect(picture).toMatch(/^3 o3 +failed +0\/3 .*receive: no address$/m);
    expect(picture).toMatch(/^4 o4 +running +1\/3 .*charge 12 s$/m);
  });

  it('counts where there are many', async () => {
    const { draw } = await fourTasks(500);
    const picture = draw(24);
    expect(picture.split('\n').length).toBeLessThan(24);
    expect(picture).toMatch(/^receive +· +· +· +· +499 +1 +·$/m);
    expect(picture).toMatch(/^charge +1 +1 +1 +· +497 +· +·$/m);
  });
});

describe('progress', () => {
  it('follows the facts to what the tasks themselves say, and names what is in trouble now', async () => {
    const { troupe } = await fourTasks();
    const { tasks } = troupe.listTasks({ tenantId: null, limit: 10 });
    const told = new Progress(steps.map(({ name }) => name));
    told.add(
      tasks.map((task) => ({
        ...task,
        status: 'pending',
        steps: task.steps.map((each) => ({ ...each, status: 'pending' })),
      })),
    );
    const read = new Progress(steps.map(({ name }) => name));
    read.add(tasks);
    const stop = new AbortController();
    const awaited = new Set(['task complete', 'task retrying', 'task failed', 'step:charge running 4']);
    const last = tasks[0]?.id;
    for await (const { fact } of troupe.events({ tenantId: null, after: '0-0', signal: stop.signal })) {
      told.apply(fact);
      awaited.delete(`${fact.actor} ${fact.fact}${fact.taskId === last ? ' 4' : ''}`);
      if (awaited.size === 0) break;
    }
    for (const { name } of steps) {
      const counts = Object.entries(told.tallyOf(name)).filter(([, count]) => count > 0);
      expect(Object.fromEntries(counts)).toEqual(read.tallyOf(name));
    }
    expect(told.endedCount).toBe(2);
    expect(told.troubles.map(({ step: name, message }) => [name, message]).sort()).toEqual([
      ['charge', 'the gateway is busy'],
      ['receive', 'no address'],
    ]);
  });
});
