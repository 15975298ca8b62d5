/** How the failure of one step, or a person's word on it, decides what becomes of the others. */

import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/actors/clock.ts';
import type { StepVerb } from '../../src/orchestrator.ts';
import type { Troupe } from '../../src/troupe.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import type { Handler, HandlerContext } from '../../src/worker/job.ts';
import type { StepDefinition } from '../../src/workflow/definition.ts';
import { gate, handlers, request, startTroupe, step, stepFact, taskFact, workflow } from '../support.ts';

const asked = { by: 'ann', reason: 'because' };
const fails = (): never => {
  throw new Error('out of paper');
};
const failsForGood = (): never => {
  throw new PermanentError('out of paper');
};

const statuses = (troupe: Troupe, id: string): Record<string, string> =>
  Object.fromEntries(troupe.getTask(null, id).steps.map(({ name, status }) => [name, status]));

/** Starts one task of these steps; a step without a handler of its own returns its name. */
async function run(steps: readonly StepDefinition[], own: Readonly<Record<string, Handler>> = {}) {
  const clock = new ManualClock();
  const executed: string[] = [];
  const byName = steps.map(({ name }) => {
    const handler: Handler = (job) => {
      executed.push(name);
      return (own[name] ?? (() => name))(job);
    };
    return [name, handler];
  });
  const troupe = await startTroupe({
    clock,
    workflows: [workflow('w', steps)],
    handlers: handlers(Object.fromEntries(byName) as Record<string, Handler>),
  });
  const { task } = await troupe.submit(request('w'));
  const { id } = task;
  const tell = (name: string, verb: StepVerb, output?: unknown) =>
    troupe.stepVerb(null, id, name, verb, output === undefined ? asked : { ...asked, output });
  return { troupe, clock, id, executed, tell };
}

describe('a failed step', () => {
  it('is shown by its task at once, while independent branches run on', async () => {
    const end = gate();
    const steps = [step('bad'), step('after', ['bad']), step('slow'), step('last', ['slow'])];
    const { troupe, id, executed } = await run(steps, { bad: failsForGood, slow: () => end.promise });
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
    const { troupe, id } = await run([step('bad'), step('flaky')], { bad: failsForGood, flaky: fails });
    await stepFact(troupe, id, 'flaky', 'retrying');
    await stepFact(troupe, id, 'bad', 'failed');
    expect(troupe.getTask(null, id)).toMatchObject({ status: 'retrying', error: { step: 'bad' } });
  });

  it('stands in the error until it is mended, and then the next one that still stands does', async () => {
    const mended = new Set<string>();
    const maybe = ({ step: name }: HandlerContext): string => (mended.has(name) ? name : failsForGood());
    const { troupe, id, tell } = await run([step('a'), step('b', [], { handler: 'b' })], {
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
    const { troupe, id, executed } = await run(steps, { bad: failsForGood, slow: () => end.promise });
    await stepFact(troupe, id, 'bad', 'failed');
    expect(troupe.getTask(null, id).status).toBe('running');
    end.open();
    await taskFact(troupe, id, 'failed');
    expect(statuses(troupe, id)).toEqual({ bad: 'failed', slow: 'complete', next: 'pending' });
    expect(executed).not.toContain('next');
  });

  it('cancels waiting retries, and what fails later is not tried again', async () => {
    const [bad, late] = [gate(), gate()];
    const { troupe, id, clock, executed } = await run(
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
    const { troupe, id, tell } = await run(steps, own);
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
      const { troupe, id, tell } = await run(steps, {
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
    const { troupe, id, tell, clock } = await run([step('bad', [], critical), step('slow')], {
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
    const { troupe, id } = await run(steps, {
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
    const { troupe, id, clock } = await run(steps, {
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
    const { troupe, id, clock } = await run(steps, { extra: () => gate().promise });
    await stepFact(troupe, id, 'extra', 'running');
    clock.advance(1_000);
    await taskFact(troupe, id, 'complete');
    const { attempts, error } = troupe.getStep(null, id, 'extra');
    expect(error).toMatchObject({ code: 'TIMEOUT' });
    expect(attempts).toMatchObject([{ status: 'failed', error: { code: 'TIMEOUT' } }]);
  });
});

describe('skip and complete by hand', () => {
  const seenBy =
    (seen: unknown[]): Handler =>
    ({ dependencies }) =>
      void seen.push(dependencies);

  it('give dependents null or the given output', async () => {
    const seen: unknown[] = [];
    const steps = [step('a'), step('b'), step('c'), step('last', ['a', 'b', 'c'])];
    const own = { a: failsForGood, b: failsForGood, c: failsForGood, last: seenBy(seen) };
    const { troupe, id, tell } = await run(steps, own);
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
    const { troupe, id, tell } = await run([step('slow'), step('last', ['slow'])], { slow });
    await stepFact(troupe, id, 'slow', 'running');
    await tell('slow', 'complete', 1);
    await stopped.promise;
    await taskFact(troupe, id, 'complete');
    expect(troupe.getStep(null, id, 'slow').attempts).toMatchObject([{ status: 'cancelled' }]);
  });

  it('settle a step before its dependencies have reported, once and for all', async () => {
    const end = gate();
    const steps = [step('a'), step('b', ['a']), step('c', ['b']), step('d', ['c', 'a'])];
    const { troupe, id, tell, executed } = await run(steps, { a: () => end.promise });
    await stepFact(troupe, id, 'a', 'running');
    await tell('c', 'complete', 'early');
    await tell('b', 'skip');
    expect(statuses(troupe, id)).toEqual({ a: 'running', b: 'skipped', c: 'complete', d: 'pending' });
    end.open();
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual(['a', 'd']);
  });

  it('settle every step of a task, which is then complete', async () => {
    const { troupe, id, tell } = await run([step('a'), step('b', ['a'])], { a: () => gate().promise });
    await stepFact(troupe, id, 'a', 'running');
    await tell('b', 'complete', 2);
    const view = await tell('a', 'complete', 1);
    expect(view).toMatchObject({ status: 'complete', result: { b: 2 }, waitingFor: [] });
  });

  it('work on a paused task, and what follows waits for resume', async () => {
    const { troupe, id, tell, executed } = await run([step('a'), step('b', ['a'])], {
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
    const { troupe, id, tell, clock, executed } = await run([step('a'), step('b', ['a'])], { a: fails });
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
    const { troupe, id, tell, executed } = await run([step('a'), step('b')], {
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
    const { troupe, id, tell, executed } = await run([step('a'), step('b')], {
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
    const { troupe, id, tell } = await run(steps, { bad: failsForGood, slow: () => gate().promise });
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
    const { tell } = await run([step('a')], { a: () => gate().promise });
    await expect(tell('b', 'skip')).rejects.toMatchObject({ kind: 'not_found', code: 'STEP_NOT_FOUND' });
  });

  it('is refused when the output is missing, unasked for or too large', async () => {
    const { troupe, id, tell } = await run([step('a')], { a: failsForGood });
    await taskFact(troupe, id, 'failed');
    const invalid = { kind: 'invalid', code: 'INVALID_OUTPUT', faults: [{ pointer: '/output' }] };
    await expect(tell('a', 'complete')).rejects.toMatchObject(invalid);
    await expect(tell('a', 'retry', 1)).rejects.toMatchObject(invalid);
    await expect(tell('a', 'skip', 'x'.repeat(256 * 1024))).rejects.toMatchObject(invalid);
    expect(statuses(troupe, id)).toEqual({ a: 'failed' });
  });
});
