/** A step may have so much time for all its attempts together, and no attempt begins that would come too late. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import { verifyStore } from '../../src/recovery/verify.ts';
import type { Troupe, TroupeOptions } from '../../src/troupe.ts';
import type { Handler, HandlerContext } from '../../src/worker/job.ts';
import type { StepDefinition } from '../../src/workflow/definition.ts';
import { openStore } from '../recovery/stores.ts';
import {
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
import { asked, fails, failsForGood } from './one-task.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const BACKOFF = { strategy: 'fixed', baseMs: 20 * SECOND, maxMs: 20 * SECOND, jitter: 'none' } as const;
const PATIENT = { maxAttempts: 100, timeoutMs: 60 * MINUTE, backoff: BACKOFF } as const;

/** The step `pay`, which has a minute for all its attempts. */
const pay = (more: Partial<StepDefinition> = {}): StepDefinition =>
  step('pay', [], { ...PATIENT, withinMs: MINUTE, ...more });

async function run(definition: StepDefinition, own: Handler, options: Partial<TroupeOptions> = {}) {
  const clock = new ManualClock();
  const signals: AbortSignal[] = [];
  const handler: Handler = (job: HandlerContext) => {
    signals.push(job.signal);
    return own(job);
  };
  const troupe = await startTroupe({
    clock,
    workflows: [workflow('w', [definition])],
    handlers: handlers({ pay: handler, now: () => 1 }),
    ...options,
  });
  const { taskId: id } = await troupe.submit(request('w'));
  const view = () => troupe.getStep(null, id, 'pay');
  return { troupe, clock, id, signals, view };
}

async function settled(troupe: Troupe): Promise<void> {
  const { taskId } = await troupe.submit(request('now'));
  await taskFact(troupe, taskId, 'complete');
}

const never = (): Promise<void> => gate().promise;

describe('the time of a step', () => {
  it('cuts an attempt that runs when it is over', async () => {
    const { troupe, clock, id, signals, view } = await run(pay(), never);
    await stepFact(troupe, id, 'pay', 'running');
    expect(troupe.getTask(null, id).waitingFor[0]?.until).toBe(new Date(clock.now() + MINUTE).toISOString());
    clock.advance(MINUTE);
    await taskFact(troupe, id, 'failed');
    expect(view()).toMatchObject({
      status: 'failed',
      error: {
        code: 'WITHIN',
        retryable: false,
        message: 'the step may take 60000 ms over all its attempts',
        causes: [],
      },
      attempts: [{ status: 'failed', error: { code: 'WITHIN' } }],
    });
    await settled(troupe);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('counts over all attempts and their backoff, and no attempt begins after it', async () => {
    const { troupe, clock, id, signals, view } = await run(pay(), fails);
    const startedAt = clock.now();
    for (let attempt = 1; attempt <= 3; attempt++) {
      await stepFact(troupe, id, 'pay', 'retrying', attempt);
      clock.advance(20 * SECOND);
    }
    // A fourth was to begin with the end of the time, which comes first.
    await taskFact(troupe, id, 'failed');
    expect(signals).toHaveLength(3);
    expect(view()).toMatchObject({
      error: { code: 'WITHIN', causes: [{ name: 'Error', message: 'out of paper' }] },
      finishedAt: new Date(startedAt + MINUTE).toISOString(),
    });
    expect(troupe.health().backlog.timers).toBe(0);
  });

  it('fails at once what would be tried again too late, with the last failure as the cause', async () => {
    const { troupe, clock, id, view } = await run(pay({ withinMs: 19 * SECOND }), fails);
    await taskFact(troupe, id, 'failed');
    expect(view()).toMatchObject({
      attempt: 1,
      finishedAt: new Date(clock.now()).toISOString(),
      error: { code: 'WITHIN', causes: [{ message: 'out of paper' }] },
    });
  });

  it('is no cause where there is no further attempt anyway', async () => {
    const last = await run(pay({ withinMs: SECOND, maxAttempts: 1 }), fails);
    await taskFact(last.troupe, last.id, 'failed');
    expect(last.view().error).toMatchObject({ name: 'Error', code: null });
    const bad = await run(pay({ withinMs: SECOND }), failsForGood);
    await taskFact(bad.troupe, bad.id, 'failed');
    expect(bad.view().error).toMatchObject({ name: 'PermanentError' });
  });

  it('skips an optional step, as any failure of it does', async () => {
    const { troupe, clock, id, view } = await run(pay({ optional: true }), never);
    await stepFact(troupe, id, 'pay', 'running');
    clock.advance(MINUTE);
    await taskFact(troupe, id, 'complete');
    expect(view()).toMatchObject({ status: 'skipped', error: { code: 'WITHIN' } });
  });

  it('goes on while the task is paused, also where the next attempt is held', async () => {
    const { troupe, clock, id, view } = await run(pay(), fails);
    await stepFact(troupe, id, 'pay', 'retrying');
    await troupe.taskVerb(null, id, 'pause', asked);
    clock.advance(20 * SECOND);
    await settled(troupe);
    expect(troupe.moment(null, id).steps['pay']?.state).toBe('retrying.held');
    clock.advance(40 * SECOND);
    await stepFact(troupe, id, 'pay', 'failed');
    expect(view().error).toMatchObject({ code: 'WITHIN' });
    expect(troupe.getTask(null, id).status).toBe('paused');
  });

  it('begins anew with the first attempt after a retry by hand', async () => {
    const { troupe, clock, id, view } = await run(pay(), never);
    await stepFact(troupe, id, 'pay', 'running');
    clock.advance(MINUTE);
    await taskFact(troupe, id, 'failed');
    clock.advance(MINUTE);
    await troupe.taskVerb(null, id, 'retry', asked);
    await stepFact(troupe, id, 'pay', 'running', 2);
    clock.advance(MINUTE - 1);
    await settled(troupe);
    expect(view().status).toBe('running');
    clock.advance(1);
    await settled(troupe);
    expect(view()).toMatchObject({ status: 'failed', error: { code: 'WITHIN' }, attempt: 2 });
  });

  it('does not begin before the first attempt does', async () => {
    const { troupe, clock, id } = await run(pay({ handler: 'nobody' }), never);
    clock.advance(60 * MINUTE);
    await settled(troupe);
    expect(troupe.getTask(null, id)).toMatchObject({
      status: 'running',
      waitingFor: [{ kind: 'worker', until: null }],
    });
  });

  it('is over when the step is: no timer is left of one that is complete', async () => {
    const { troupe, clock, id } = await run(pay(), () => 'paid');
    await taskFact(troupe, id, 'complete');
    expect(troupe.health().backlog.timers).toBe(0);
    clock.advance(60 * MINUTE);
    await settled(troupe);
    expect(troupe.getTask(null, id).status).toBe('complete');
  });

  it('goes on through a restart, and what it ended meanwhile is not started again', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const clock = new ManualClock();
    const before = await run(pay(), never, { db, clock });
    await stepFact(before.troupe, before.id, 'pay', 'running');
    await before.troupe.close({ graceMs: 0 });

    clock.advance(MINUTE - 1);
    let calls = 0;
    const again = handlers({ pay: () => ++calls && never(), now: () => 1 });
    const between = await startTroupe({ db, clock, handlers: again });
    await settled(between);
    expect(between.getStep(null, before.id, 'pay').status).toBe('running');
    expect(calls).toBe(1);
    await between.close({ graceMs: 0 });

    clock.advance(1);
    const after = await startTroupe({ db, clock, handlers: again });
    await taskFact(after, before.id, 'failed');
    expect(after.getStep(null, before.id, 'pay').error).toMatchObject({ code: 'WITHIN' });
    expect(calls).toBe(1);
    await after.close({ graceMs: 0 });
    expect(verifyStore(openStore(db)).findings).toEqual([]);
  });
});
