/** One failed step affects the others, and the task. */

import { describe, expect, it } from 'vitest';
import type { HandlerContext } from '../../src/worker/job.ts';
import { gate, step, stepFact, taskFact } from '../support.ts';
import { asked, fails, failsForGood, runSteps, statuses } from './one-task.ts';

describe('a failed step', () => {
  it('is shown by its task at once, while independent branches run on', async () => {
    const end = gate();
    const steps = [step('bad'), step('after', ['bad']), step('slow'), step('last', ['slow'])];
    const { troupe, id, executed } = await runSteps(steps, { bad: failsForGood, slow: () => end.promise });
    await stepFact(troupe, id, 'bad', 'failed');
    expect(troupe.getTask(null, id)).toMatchObject({
      status: 'running',
      finishedAt: null,
      error: { step: 'bad' },
    });
    end.open();
    await taskFact(troupe, id, 'failed');
    expect(statuses(troupe, id)).toEqual({
      bad: 'failed',
      after: 'pending',
      slow: 'complete',
      last: 'complete',
    });
    expect(executed).toEqual(['bad', 'slow', 'last']);
    expect(troupe.getTask(null, id).waitingFor).toMatchObject([
      { kind: 'dependency', step: 'after', on: 'bad' },
    ]);
  });

  it('leaves the task retrying while the only other step backs off', async () => {
    const { troupe, id } = await runSteps([step('bad'), step('flaky')], { bad: failsForGood, flaky: fails });
    await stepFact(troupe, id, 'flaky', 'retrying');
    await stepFact(troupe, id, 'bad', 'failed');
    expect(troupe.getTask(null, id)).toMatchObject({ status: 'retrying', error: { step: 'bad' } });
  });

  it('stands in the error until it is mended, and then the next one that still stands does', async () => {
    const mended = new Set<string>();
    const maybe = ({ step: name }: HandlerContext): string => (mended.has(name) ? name : failsForGood());
    const { troupe, id, tell } = await runSteps([step('a'), step('b', [], { handler: 'b' })], {
      a: maybe,
      b: maybe,
    });
    await taskFact(troupe, id, 'failed');
    expect(troupe.getTask(null, id).error).toMatchObject({ step: 'a' });
    mended.add('a');
    await tell('a', 'retry');
    await stepFact(troupe, id, 'a', 'complete');
    expect(troupe.getTask(null, id)).toMatchObject({ status: 'failed', error: { step: 'b' } });
    mended.add('b');
    await tell('b', 'retry');
    await taskFact(troupe, id, 'complete');
    expect(troupe.getTask(null, id).error).toBeNull();
  });
});

describe('a critical step that fails', () => {
  const critical = { critical: true };

  it('lets what runs finish and starts nothing more', async () => {
    const end = gate();
    const steps = [step('bad', [], critical), step('slow'), step('next', ['slow'])];
    const { troupe, id, executed } = await runSteps(steps, { bad: failsForGood, slow: () => end.promise });
    await stepFact(troupe, id, 'bad', 'failed');
    expect(troupe.getTask(null, id).status).toBe('running');
    end.open();
    await taskFact(troupe, id, 'failed');
    expect(statuses(troupe, id)).toEqual({ bad: 'failed', slow: 'complete', next: 'pending' });
    expect(executed).not.toContain('next');
  });

  it('cancels waiting retries, and what fails later is not tried again', async () => {
    const [bad, late] = [gate(), gate()];
    const { troupe, id, clock, executed } = await runSteps(
      [step('bad', [], critical), step('flaky'), step('late')],
      {
        bad: () => bad.promise.then(failsForGood),
        flaky: fails,
        late: () => late.promise.then(fails),
      },
    );
    await stepFact(troupe, id, 'flaky', 'retrying');
    bad.open();
    await stepFact(troupe, id, 'bad', 'failed');
    expect(statuses(troupe, id)).toMatchObject({ flaky: 'failed', late: 'running' });
    late.open();
    await taskFact(troupe, id, 'failed');
    clock.advance(3_600_000);
    expect(statuses(troupe, id)).toEqual({ bad: 'failed', flaky: 'failed', late: 'failed' });
    expect(executed).toHaveLength(3);
    expect(troupe.getTask(null, id).error).toMatchObject({ step: 'bad' });
  });

  it('leaves an optional step skipped, whose retry it cancels', async () => {
    const bad = gate();
    const steps = [step('bad', [], critical), step('extra', [], { optional: true }), step('last', ['extra'])];
    const own = { bad: () => bad.promise.then(failsForGood), extra: fails };
    const { troupe, id, tell } = await runSteps(steps, own);
    await stepFact(troupe, id, 'extra', 'retrying');
    bad.open();
    await taskFact(troupe, id, 'failed');
    expect(statuses(troupe, id)).toEqual({ bad: 'failed', extra: 'skipped', last: 'pending' });
    await tell('bad', 'complete', 'by hand');
    await taskFact(troupe, id, 'complete');
  });

  for (const [verb, output] of [['retry'], ['skip'], ['complete', 'by hand']] as const) {
    it(`lets everything go on once it is mended by ${verb}`, async () => {
      let isBroken = true;
      const end = gate();
      const steps = [step('bad', [], critical), step('slow'), step('next', ['slow']), step('after', ['bad'])];
      const { troupe, id, tell } = await runSteps(steps, {
        bad: () => (isBroken ? failsForGood() : 'good'),
        slow: () => end.promise,
      });
      await stepFact(troupe, id, 'bad', 'failed');
      end.open();
      await taskFact(troupe, id, 'failed');
      isBroken = false;
      await tell('bad', verb, output);
      await taskFact(troupe, id, 'complete');
      const bad = verb === 'skip' ? 'skipped' : 'complete';
      expect(statuses(troupe, id)).toEqual({ bad, slow: 'complete', next: 'complete', after: 'complete' });
    });
  }

  it('no longer forbids retries of what runs once it is mended', async () => {
    const end = gate();
    const slow = ({ attempt }: HandlerContext): unknown => (attempt === 1 ? end.promise.then(fails) : 'good');
    const { troupe, id, tell, clock } = await runSteps([step('bad', [], critical), step('slow')], {
      bad: failsForGood,
      slow,
    });
    await stepFact(troupe, id, 'bad', 'failed');
    await tell('bad', 'skip');
    end.open();
    await stepFact(troupe, id, 'slow', 'retrying');
    clock.advance(30_000);
    await taskFact(troupe, id, 'complete');
  });

  it('halts a paused task too, and its retry after resume lets all go on', async () => {
    let isBroken = true;
    const [bad, slow] = [gate(), gate()];
    const steps = [step('bad', [], critical), step('slow'), step('next', ['slow'])];
    const { troupe, id } = await runSteps(steps, {
      bad: () => bad.promise.then(() => (isBroken ? failsForGood() : 'good')),
      slow: () => slow.promise,
    });
    await stepFact(troupe, id, 'slow', 'running');
    await troupe.taskVerb(null, id, 'pause', asked);
    bad.open();
    slow.open();
    await stepFact(troupe, id, 'bad', 'failed');
    await stepFact(troupe, id, 'slow', 'complete');
    expect((await troupe.taskVerb(null, id, 'resume', asked)).status).toBe('failed');
    isBroken = false;
    await troupe.taskVerb(null, id, 'retry', asked);
    await taskFact(troupe, id, 'complete');
  });
});

describe('an optional step that fails', () => {
  it('is skipped after its last attempt, and its dependents get null', async () => {
    const seen: unknown[] = [];
    const steps = [step('extra', [], { optional: true, maxAttempts: 2 }), step('last', ['extra'])];
    const { troupe, id, clock } = await runSteps(steps, {
      extra: fails,
      last: ({ dependencies }) => void seen.push(dependencies),
    });
    await stepFact(troupe, id, 'extra', 'retrying');
    clock.advance(30_000);
    await taskFact(troupe, id, 'complete');
    expect(seen).toEqual([{ extra: null }]);
    const extra = troupe.getStep(null, id, 'extra');
    expect(extra).toMatchObject({ status: 'skipped', output: null, error: { message: 'out of paper' } });
    expect(extra.attempts).toMatchObject([{ status: 'failed' }, { status: 'failed' }]);
    expect(troupe.getTask(null, id)).toMatchObject({ error: null, status: 'complete' });
  });

  it('is skipped when it takes too long, and says so', async () => {
    const steps = [step('extra', [], { optional: true, maxAttempts: 1, timeoutMs: 1_000 })];
    const { troupe, id, clock } = await runSteps(steps, { extra: () => gate().promise });
    await stepFact(troupe, id, 'extra', 'running');
    clock.advance(1_000);
    await taskFact(troupe, id, 'complete');
    const { attempts, error } = troupe.getStep(null, id, 'extra');
    expect(error).toMatchObject({ code: 'TIMEOUT' });
    expect(attempts).toMatchObject([{ status: 'failed', error: { code: 'TIMEOUT' } }]);
  });
});
