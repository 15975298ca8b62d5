/** A person tells a task each verb; a verb in the wrong state changes nothing. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe } from '../../src/troupe.ts';
import type { TaskVerb } from '../../src/views/orchestrator.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import { sendLate } from '../harness/simulate/late-outcome.ts';
import {
  fact,
  gate,
  handlers,
  request,
  startTroupe,
  step,
  stepFact,
  taskFact,
  temporaryFolder,
  workflow,
} from '../support.ts';
import { asked, fails, failsForGood, startChain, statuses } from './one-task.ts';

describe('cancel', () => {
  it('ends every unfinished step and tells running attempts to stop', async () => {
    const { troupe, id, signals, tell, executed } = await startChain();
    const view = await tell('cancel');
    expect(view).toMatchObject({ status: 'cancelled', waitingFor: [], result: null });
    expect(view.finishedAt).not.toBeNull();
    expect(statuses(troupe, id)).toEqual({ a: 'cancelled', b: 'cancelled' });
    expect(signals[0]?.aborted).toBe(true);
    expect(executed).toEqual(['a1']);
    expect(troupe.getStep(null, id, 'a').attempts).toMatchObject([{ status: 'cancelled', error: null }]);
  });

  it('makes outcomes that come later stale', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const { troupe, id, tell } = await startChain(undefined, db);
    const { token } = troupe.actor(id, 'a').getSnapshot().context as { token: string };
    await tell('cancel');
    const outcome = { token, status: 'complete', output: 'late' } as const;
    await sendLate(troupe, db, { taskId: id, step: 'a', outcome });
    await expect.poll(() => [...troupe.history(null, id)].at(-1)?.event).toBe('stale');
    expect(troupe.getStep(null, id, 'a')).toMatchObject({ status: 'cancelled', output: null });
    expect([...troupe.history(null, id)].at(-1)).toMatchObject({ actor: 'step:a', event: 'stale' });
  });

  it('ends a backoff, a delay and a pause', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock, handlers: handlers({ print: fails, scan: () => 1 }) });
    const backingOff = await troupe.submit(request('print'));
    await taskFact(troupe, backingOff.task.id, 'retrying');
    const delayed = await troupe.submit(request('scan', { delaySeconds: 60 }));
    const paused = await troupe.submit(request('scan', { delaySeconds: 60 }));
    await troupe.taskVerb(null, paused.task.id, 'pause', asked);
    for (const { task } of [backingOff, delayed, paused]) {
      const view = await troupe.taskVerb(null, task.id, 'cancel', asked);
      expect(view.steps.map(({ status }) => status)).toEqual(['cancelled']);
    }
    clock.advance(3_600_000);
    expect(troupe.health().backlog).toEqual({ queued: 0, running: 0, timers: 0 });
  });

  it('leaves what has ended as it is', async () => {
    const workflows = [workflow('w', [step('good'), step('bad'), step('after', ['bad'])])];
    const troupe = await startTroupe({ workflows, handlers: handlers({ good: () => 1, bad: failsForGood }) });
    const { task } = await troupe.submit(request('w'));
    await taskFact(troupe, task.id, 'failed');
    await troupe.taskVerb(null, task.id, 'cancel', asked);
    expect(statuses(troupe, task.id)).toEqual({ good: 'complete', bad: 'failed', after: 'cancelled' });
  });
});

describe('retry of a task', () => {
  it('gives failed steps a fresh set of attempts and executes no complete step again', async () => {
    const clock = new ManualClock();
    let isBroken = true;
    const executed: string[] = [];
    const run = ({ step: name }: HandlerContext): string => {
      executed.push(name);
      if (isBroken && name === 'b') fails();
      return name;
    };
    const steps = [step('a'), step('b', ['a'], { maxAttempts: 2 }), step('c', ['b'])];
    const troupe = await startTroupe({
      clock,
      workflows: [workflow('w', steps)],
      handlers: handlers({ a: run, b: run, c: run }),
    });
    const { task } = await troupe.submit(request('w'));
    await stepFact(troupe, task.id, 'b', 'retrying', 1);
    clock.advance(30_000);
    await taskFact(troupe, task.id, 'failed');
    expect(executed).toEqual(['a', 'b', 'b']);

    const again = await troupe.taskVerb(null, task.id, 'retry', asked);
    expect(again).toMatchObject({ status: 'running', finishedAt: null });
    await stepFact(troupe, task.id, 'b', 'retrying', 3);
    isBroken = false;
    clock.advance(30_000);
    await taskFact(troupe, task.id, 'complete');
    expect(executed).toEqual(['a', 'b', 'b', 'b', 'b', 'c']);
    expect(troupe.getTask(null, task.id)).toMatchObject({ error: null, result: { c: 'c' }, retryCount: 2 });
    expect(
      troupe.getStep(null, task.id, 'b').attempts.map(({ attempt, status }) => `${attempt} ${status}`),
    ).toEqual(['1 failed', '2 failed', '3 failed', '4 complete']);
  });

  it('can be asked again and again', async () => {
    const troupe = await startTroupe({ handlers: handlers({ print: failsForGood }) });
    const { task } = await troupe.submit(request('print'));
    for (let attempt = 1; attempt <= 3; attempt++) {
      await stepFact(troupe, task.id, 'print', 'failed', attempt);
      expect(troupe.getTask(null, task.id).status).toBe('failed');
      await troupe.taskVerb(null, task.id, 'retry', asked);
    }
    await stepFact(troupe, task.id, 'print', 'failed', 4);
  });
});

describe('a verb in the wrong state', () => {
  const allowed: Record<string, TaskVerb[]> = {
    pending: ['pause', 'cancel'],
    running: ['pause', 'cancel'],
    retrying: ['pause', 'cancel'],
    paused: ['resume', 'cancel'],
    failed: ['retry', 'cancel'],
    complete: [],
    cancelled: [],
  };

  async function taskIn(troupe: Troupe, status: string): Promise<string> {
    const handler = { retrying: 'flaky', failed: 'broken', complete: 'good' }[status] ?? 'slow';
    const delaySeconds = status === 'pending' ? 60 : 0;
    const { task } = await troupe.submit(request(handler, { delaySeconds }));
    if (handler === 'slow' && status !== 'pending') await taskFact(troupe, task.id, 'running');
    if (status === 'paused') await troupe.taskVerb(null, task.id, 'pause', asked);
    if (status === 'cancelled') await troupe.taskVerb(null, task.id, 'cancel', asked);
    await fact(troupe, ({ taskId }) => taskId === task.id && troupe.getTask(null, task.id).status === status);
    return task.id;
  }

  for (const [status, verbs] of Object.entries(allowed)) {
    it(`is refused, names the state and changes nothing: a ${status} task`, async () => {
      const by = { good: () => 1, flaky: fails, broken: failsForGood, slow: () => gate().promise };
      const troupe = await startTroupe({ clock: new ManualClock(), handlers: handlers(by) });
      const all: TaskVerb[] = ['cancel', 'pause', 'resume', 'retry'];
      const id = await taskIn(troupe, status);
      for (const verb of all.filter((each) => !verbs.includes(each))) {
        const before = JSON.stringify([troupe.getTask(null, id), [...troupe.history(null, id)]]);
        const refusal = await troupe.taskVerb(null, id, verb, asked).catch((error: unknown) => error);
        expect(refusal).toMatchObject({ kind: 'conflict', code: 'WRONG_STATE' });
        expect(String(refusal)).toContain(status);
        expect(JSON.stringify([troupe.getTask(null, id), [...troupe.history(null, id)]])).toBe(before);
      }
      for (const verb of verbs) {
        const other = await taskIn(troupe, status);
        await troupe.taskVerb(null, other, verb, asked);
        const entry = [...troupe.history(null, other)].find(({ event }) => event === `task.${verb}`);
        expect(entry).toMatchObject({ actor: 'task', from: status, detail: asked });
      }
    });
  }

  it('is no business of another tenant', async () => {
    const troupe = await startTroupe();
    const { task } = await troupe.submit(request('print', { tenantId: 'acme' }));
    const refused = { kind: 'not_found', code: 'TASK_NOT_FOUND' };
    await expect(troupe.taskVerb('other', task.id, 'cancel', asked)).rejects.toMatchObject(refused);
    expect((await troupe.taskVerb('acme', task.id, 'cancel', asked)).status).toBe('cancelled');
  });
});
