/** A person tells a step each verb, and the others go on; a word it cannot take changes nothing. */

import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Handler } from '../../src/worker/job.ts';
import { gate, handlers, request, startTroupe, step, stepFact, taskFact } from '../support.ts';
import { asked, fails, failsForGood, runSteps, statuses } from './one-task.ts';

describe('skip and complete by hand', () => {
  const seenBy =
    (seen: unknown[]): Handler =>
    ({ dependencies }) =>
      void seen.push(dependencies);

  it('give dependents null or the given output', async () => {
    const seen: unknown[] = [];
    const steps = [step('a'), step('b'), step('c'), step('last', ['a', 'b', 'c'])];
    const own = { a: failsForGood, b: failsForGood, c: failsForGood, last: seenBy(seen) };
    const { troupe, id, tell } = await runSteps(steps, own);
    await taskFact(troupe, id, 'failed');
    await tell('a', 'skip');
    await tell('b', 'skip', { instead: 1 });
    await tell('c', 'complete', 'by hand');
    await taskFact(troupe, id, 'complete');
    expect(seen).toEqual([{ a: null, b: { instead: 1 }, c: 'by hand' }]);
    expect(statuses(troupe, id)).toMatchObject({ a: 'skipped', b: 'skipped', c: 'complete' });
    expect(troupe.getTask(null, id).steps[2]).toMatchObject({
      resolvedBy: 'ann',
      output: 'by hand',
      error: null,
    });
    const entry = [...troupe.history(null, id)].find(({ event }) => event === 'step.complete');
    expect(entry).toMatchObject({ actor: 'step:c', from: 'failed', detail: asked });
  });

  it('stop the running attempt, whose outcome is stale', async () => {
    const stopped = gate();
    const slow: Handler = ({ signal }) => {
      signal.addEventListener('abort', () => stopped.open());
      return gate().promise;
    };
    const { troupe, id, tell } = await runSteps([step('slow'), step('last', ['slow'])], { slow });
    await stepFact(troupe, id, 'slow', 'running');
    await tell('slow', 'complete', 1);
    await stopped.promise;
    await taskFact(troupe, id, 'complete');
    expect(troupe.getStep(null, id, 'slow').attempts).toMatchObject([{ status: 'cancelled' }]);
  });

  it('settle a step before its dependencies have reported, once and for all', async () => {
    const end = gate();
    const steps = [step('a'), step('b', ['a']), step('c', ['b']), step('d', ['c', 'a'])];
    const { troupe, id, tell, executed } = await runSteps(steps, { a: () => end.promise });
    await stepFact(troupe, id, 'a', 'running');
    await tell('c', 'complete', 'early');
    await tell('b', 'skip');
    expect(statuses(troupe, id)).toEqual({ a: 'running', b: 'skipped', c: 'complete', d: 'pending' });
    end.open();
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual(['a', 'd']);
  });

  it('settle every step of a task, which is then complete', async () => {
    const { troupe, id, tell } = await runSteps([step('a'), step('b', ['a'])], { a: () => gate().promise });
    await stepFact(troupe, id, 'a', 'running');
    await tell('b', 'complete', 2);
    const view = await tell('a', 'complete', 1);
    expect(view).toMatchObject({ status: 'complete', result: { b: 2 }, waitingFor: [] });
  });

  it('work on a paused task, and what follows waits for resume', async () => {
    const { troupe, id, tell, executed } = await runSteps([step('a'), step('b', ['a'])], {
      a: () => gate().promise,
    });
    await stepFact(troupe, id, 'a', 'running');
    await troupe.taskVerb(null, id, 'pause', asked);
    expect(await tell('a', 'complete', 1)).toMatchObject({ status: 'paused' });
    expect(executed).toEqual(['a']);
    await troupe.taskVerb(null, id, 'resume', asked);
    await taskFact(troupe, id, 'complete');
  });

  it('end a backoff', async () => {
    const { troupe, id, tell, clock, executed } = await runSteps([step('a'), step('b', ['a'])], { a: fails });
    await stepFact(troupe, id, 'a', 'retrying');
    await tell('a', 'skip');
    await taskFact(troupe, id, 'complete');
    expect(troupe.health().backlog.timers).toBe(0);
    clock.advance(3_600_000);
    expect(executed).toEqual(['a', 'b']);
  });
});

describe('retry of a step', () => {
  it('gives that one a fresh set of attempts', async () => {
    const { troupe, id, tell, executed } = await runSteps([step('a'), step('b')], {
      a: failsForGood,
      b: failsForGood,
    });
    await taskFact(troupe, id, 'failed');
    await tell('a', 'retry');
    await stepFact(troupe, id, 'a', 'failed', 2);
    expect(executed).toEqual(['a', 'b', 'a']);
    expect(troupe.getTask(null, id)).toMatchObject({ status: 'failed' });
  });

  it('waits for resume when the task is paused', async () => {
    const end = gate();
    const { troupe, id, tell, executed } = await runSteps([step('a'), step('b')], {
      a: ({ attempt }) => (attempt === 1 ? failsForGood() : 'good'),
      b: () => end.promise,
    });
    await stepFact(troupe, id, 'a', 'failed');
    await troupe.taskVerb(null, id, 'pause', asked);
    await tell('a', 'retry');
    expect(statuses(troupe, id)).toMatchObject({ a: 'pending' });
    end.open();
    await stepFact(troupe, id, 'b', 'complete');
    expect(executed).toEqual(['a', 'b']);
    await troupe.taskVerb(null, id, 'resume', asked);
    await taskFact(troupe, id, 'complete');
  });
});

describe('a word on a step that cannot take it', () => {
  it('is refused, names the state and changes nothing', async () => {
    const steps = [step('good'), step('bad'), step('slow'), step('after', ['bad', 'slow'])];
    const { troupe, id, tell } = await runSteps(steps, { bad: failsForGood, slow: () => gate().promise });
    await stepFact(troupe, id, 'bad', 'failed');
    await stepFact(troupe, id, 'good', 'complete');
    await stepFact(troupe, id, 'slow', 'running');
    const cases = [
      ['good', 'retry', 'complete'],
      ['good', 'skip', 'complete'],
      ['good', 'complete', 'complete'],
      ['slow', 'retry', 'running'],
      ['after', 'retry', 'pending'],
    ] as const;
    for (const [name, verb, status] of cases) {
      const before = JSON.stringify([troupe.getTask(null, id), [...troupe.history(null, id)]]);
      const refusal = await tell(name, verb, verb === 'complete' ? 1 : undefined).catch(
        (error: unknown) => error,
      );
      expect(refusal).toMatchObject({ kind: 'conflict', code: 'WRONG_STATE' });
      expect(String(refusal)).toContain(status);
      expect(JSON.stringify([troupe.getTask(null, id), [...troupe.history(null, id)]])).toBe(before);
    }
  });

  it('is refused when the task has not begun or is over', async () => {
    const troupe = await startTroupe({ clock: new ManualClock(), handlers: handlers({ print: () => 1 }) });
    const pending = await troupe.submit(request('print', { delaySeconds: 60 }));
    const done = await troupe.submit(request('print'));
    await taskFact(troupe, done.task.id, 'complete');
    const wrong = { code: 'WRONG_STATE' };
    await expect(troupe.stepVerb(null, pending.task.id, 'print', 'skip', asked)).rejects.toMatchObject(wrong);
    await expect(troupe.stepVerb(null, done.task.id, 'print', 'skip', asked)).rejects.toMatchObject(wrong);
    await troupe.taskVerb(null, pending.task.id, 'cancel', asked);
    await expect(troupe.stepVerb(null, pending.task.id, 'print', 'skip', asked)).rejects.toMatchObject(wrong);
  });

  it('is refused when there is no such step', async () => {
    const { tell } = await runSteps([step('a')], { a: () => gate().promise });
    await expect(tell('b', 'skip')).rejects.toMatchObject({ kind: 'not_found', code: 'STEP_NOT_FOUND' });
  });

  it('is refused when the output is missing, unasked for or too large', async () => {
    const { troupe, id, tell } = await runSteps([step('a')], { a: failsForGood });
    await taskFact(troupe, id, 'failed');
    const invalid = { kind: 'invalid', code: 'INVALID_OUTPUT', faults: [{ pointer: '/output' }] };
    await expect(tell('a', 'complete')).rejects.toMatchObject(invalid);
    await expect(tell('a', 'retry', 1)).rejects.toMatchObject(invalid);
    await expect(tell('a', 'skip', 'x'.repeat(256 * 1024))).rejects.toMatchObject(invalid);
    expect(statuses(troupe, id)).toEqual({ a: 'failed' });
  });
});
