/** A task with a deadline is over by then, whatever it was doing, and its failure handlers still run. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import { verifyStore } from '../../src/recovery/verify.ts';
import type { Troupe, TroupeOptions } from '../../src/troupe.ts';
import type { StepVerb, TaskVerb } from '../../src/views/orchestrator.ts';
import type { Handler, HandlerContext } from '../../src/worker/job.ts';
import { WAIT_HANDLER } from '../../src/workflow/built-in.ts';
import type { StepDefinition } from '../../src/workflow/definition.ts';
import type { TaskRequest } from '../../src/workflow/task-request.ts';
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
import { MachineClock } from './machine-clock.ts';
import { asked, fails, failsForGood, statuses } from './one-task.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** It waits for a task that nobody has submitted. */
const WAITING: Options = { more: { dependencies: ['later'], allowUnresolved: true, deadlineSeconds: 60 } };

const slow = step('slow', [], { timeoutMs: DAY });
const tidy = step('tidy', [], { failuresAs: 'failures', timeoutMs: DAY });

interface Options extends Partial<TroupeOptions> {
  /** The workflow has it. */
  readonly deadlineMs?: number;
  readonly more?: Partial<TaskRequest>;
}

/** A task of these steps; one without a handler of its own waits until its attempt is cut. */
async function run(
  steps: readonly StepDefinition[],
  own: Readonly<Record<string, Handler>> = {},
  { deadlineMs, more, ...options }: Options = {},
) {
  const clock = new ManualClock();
  const executed: string[] = [];
  const cut: string[] = [];
  const hang = ({ signal, step: name }: HandlerContext): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        cut.push(name);
        reject(signal.reason);
      });
    });
  const byName = steps.map(({ name }): [string, Handler] => [
    name,
    (job) => {
      executed.push(name);
      return (own[name] ?? hang)(job);
    },
  ]);
  const definition = { ...workflow('w', steps), ...(deadlineMs === undefined ? {} : { deadlineMs }) };
  const troupe = await startTroupe({
    clock,
    workflows: [definition],
    handlers: handlers({ now: () => 1, later: () => 1, ...Object.fromEntries(byName) }),
    ...options,
  });
  const { taskId: id } = await troupe.submit(request('w', more));
  const tell = (verb: TaskVerb, told: { deadlineSeconds?: number } = {}) =>
    troupe.taskVerb(null, id, verb, { ...asked, ...told });
  const tellStep = (name: string, verb: StepVerb, output?: unknown) =>
    troupe.stepVerb(null, id, name, verb, output === undefined ? asked : { ...asked, output });
  const view = () => troupe.getTask(null, id);
  return { troupe, clock, id, executed, cut, tell, tellStep, view, settled: () => settled(troupe) };
}

/** Everything that is due by now has had its turn. */
async function settled(troupe: Troupe): Promise<void> {
  const { taskId } = await troupe.submit(request('now'));
  await taskFact(troupe, taskId, 'complete');
}

const events = (troupe: Troupe, id: string, name: string): number =>
  [...troupe.history(null, id)].filter(({ event }) => event === name).length;

const inMs = (clock: ManualClock, ms: number): string => new Date(clock.now() + ms).toISOString();

const DEADLINE = { step: null, code: 'DEADLINE', name: 'DeadlineExceeded' };

describe('at its deadline a task', () => {
  it('fails: attempts are cut, nothing is tried again, and what has not begun never does', async () => {
    const steps = [
      slow,
      step('flaky'),
      step('nice', [], { optional: true, timeoutMs: DAY }),
      step('after', ['slow']),
    ];
    const { troupe, clock, id, executed, cut, view, settled } = await run(
      steps,
      { flaky: fails },
      { deadlineMs: SECOND },
    );
    await stepFact(troupe, id, 'flaky', 'retrying');
    await stepFact(troupe, id, 'slow', 'running');
    clock.advance(SECOND - 1);
    await settled();
    expect(view()).toMatchObject({ status: 'running', error: { step: 'flaky' } });
    clock.advance(1);
    await taskFact(troupe, id, 'failed');
    expect(statuses(troupe, id)).toEqual({
      slow: 'failed',
      flaky: 'failed',
      nice: 'failed',
      after: 'pending',
    });
    expect(view()).toMatchObject({
      error: { ...DEADLINE, message: `it was to be over by ${view().deadline}`, causes: [] },
      finishedAt: view().deadline,
    });
    for (const name of ['slow', 'flaky', 'nice'])
      expect(troupe.getStep(null, id, name).error).toMatchObject({ code: 'DEADLINE', retryable: false });
    expect(troupe.getStep(null, id, 'flaky').error?.causes).toMatchObject([{ message: 'out of paper' }]);
    expect(troupe.getStep(null, id, 'slow').attempts).toMatchObject([
      { status: 'failed', error: { code: 'DEADLINE' } },
    ]);
    await settled();
    expect(cut.sort()).toEqual(['nice', 'slow']);
    clock.advance(DAY);
    await settled();
    expect(executed.sort()).toEqual(['flaky', 'nice', 'slow']);
    expect(events(troupe, id, 'task.deadline')).toBe(1);
    expect(events(troupe, id, 'step.expire')).toBe(3);
  });

  it('names the failure that it had before as the cause', async () => {
    const { troupe, clock, id, view } = await run(
      [step('bad'), slow],
      { bad: failsForGood },
      { deadlineMs: MINUTE },
    );
    await stepFact(troupe, id, 'bad', 'failed');
    expect(view().error).toMatchObject({ step: 'bad' });
    clock.advance(MINUTE);
    await taskFact(troupe, id, 'failed');
    expect(view().error).toMatchObject({
      ...DEADLINE,
      causes: [{ name: 'PermanentError', message: 'out of paper' }],
    });
  });

  it.each([
    ['retrying', step('only')],
    ['waiting', step('only', [], { handler: WAIT_HANDLER, waitFor: { signal: 'paid', key: null } })],
  ] as const)('that is %s fails too', async (status, only) => {
    const { troupe, clock, id, view } = await run([only], { only: fails }, { deadlineMs: SECOND / 2 });
    await stepFact(troupe, id, 'only', status);
    expect(view().status).toBe(status);
    clock.advance(SECOND / 2);
    await taskFact(troupe, id, 'failed');
    expect(view()).toMatchObject({ error: DEADLINE, finishedAt: view().deadline });
  });

  it('that waits for others fails too, and those that wait for it are told', async () => {
    const { troupe, clock, id } = await run([slow], {}, WAITING);
    const { taskId: next } = await troupe.submit(
      request('now', { dependencies: [id], onDependencyFailure: 'fail' }),
    );
    clock.advance(MINUTE);
    await taskFact(troupe, id, 'failed');
    await taskFact(troupe, next, 'failed');
    expect(troupe.getTask(null, id)).toMatchObject({ error: DEADLINE, startedAt: null });
    expect(troupe.getTask(null, next).error).toMatchObject({ code: 'DEPENDENCY_FAILED' });
  });

  it('tells its webhook why', async () => {
    const { troupe, clock, id } = await run(
      [slow],
      {},
      { deadlineMs: MINUTE, more: { notificationUrl: 'https://shop.example/hook' } },
    );
    clock.advance(MINUTE);
    await taskFact(troupe, id, 'failed');
    expect(troupe.listWebhooks(null)).toMatchObject([{ taskId: id, type: 'task.failed' }]);
  });

  it('that is complete, failed or cancelled by then notices nothing, and has no timer left', async () => {
    const { troupe, clock, id, settled } = await run(
      [step('quick')],
      { quick: () => 1 },
      { deadlineMs: MINUTE },
    );
    await taskFact(troupe, id, 'complete');
    const { taskId: bad } = await troupe.submit(request('none', { deadlineSeconds: 60 }));
    await troupe.taskVerb(null, bad, 'cancel', asked);
    expect(troupe.health().backlog.timers).toBe(0);
    clock.advance(DAY);
    await settled();
    expect(troupe.getTask(null, id)).toMatchObject({ status: 'complete', error: null });
    expect(events(troupe, id, 'task.deadline') + events(troupe, bad, 'task.deadline')).toBe(0);
  });

  it('counts from the end of its own delay', async () => {
    const { troupe, clock, id, view, settled } = await run(
      [slow],
      {},
      { deadlineMs: MINUTE, more: { delaySeconds: 3_600 } },
    );
    expect(view().deadline).toBe(inMs(clock, HOUR + MINUTE));
    clock.advance(HOUR);
    await stepFact(troupe, id, 'slow', 'running');
    clock.advance(MINUTE - 1);
    await settled();
    expect(view().status).toBe('running');
    clock.advance(1);
    await taskFact(troupe, id, 'failed');
  });

  it('of its own request wins over that of its workflow', async () => {
    const { clock, view } = await run([slow], {}, { deadlineMs: MINUTE, more: { deadlineSeconds: 3_600 } });
    expect(view().deadline).toBe(inMs(clock, HOUR));
  });

  it('keeps nothing of it when it has none: no field, no timer', async () => {
    const { troupe, id, view } = await run([slow]);
    await stepFact(troupe, id, 'slow', 'running');
    expect(view().deadline).toBeNull();
    expect(troupe.moment(null, id).task).toMatchObject({ timers: {} });
    expect(troupe.moment(null, id).task.context).not.toHaveProperty('deadline');
    expect(troupe.moment(null, id).steps['slow']?.context).not.toHaveProperty('setAt');
  });
});

describe('failure handlers and the deadline', () => {
  it('R10: they run after it, in their own time, and are told what it ended', async () => {
    const end = gate();
    let told: unknown;
    const { troupe, clock, id, executed, view, settled } = await run(
      [slow, step('after', ['slow']), tidy],
      {
        tidy: async ({ dependencies }) => {
          told = dependencies;
          await end.promise;
        },
      },
      { deadlineMs: MINUTE },
    );
    await stepFact(troupe, id, 'slow', 'running');
    clock.advance(MINUTE);
    await stepFact(troupe, id, 'tidy', 'running');
    clock.advance(HOUR);
    await settled();
    expect(view()).toMatchObject({ status: 'running', error: DEADLINE });
    end.open();
    await taskFact(troupe, id, 'failed');
    expect(executed).toEqual(['slow', 'tidy']);
    expect(told).toMatchObject({ failures: [{ step: 'slow', attempt: 1, error: { code: 'DEADLINE' } }] });
    expect(statuses(troupe, id)).toEqual({ slow: 'failed', after: 'pending', tidy: 'complete' });
    expect(view()).toMatchObject({ status: 'failed', error: DEADLINE });
  });

  it('R10: one that runs because of an earlier failure is not cut, and the task keeps that failure', async () => {
    const end = gate();
    const { troupe, clock, id, cut, view, settled } = await run(
      [step('bad'), tidy],
      { bad: failsForGood, tidy: () => end.promise },
      { deadlineMs: MINUTE },
    );
    await stepFact(troupe, id, 'tidy', 'running');
    clock.advance(HOUR);
    await settled();
    expect(view()).toMatchObject({ status: 'running', error: { step: 'bad' } });
    end.open();
    await taskFact(troupe, id, 'failed');
    expect(cut).toEqual([]);
    expect(view()).toMatchObject({ error: { step: 'bad' } });
  });

  it('R10: they run although critical steps, one of them held, failed by it', async () => {
    const steps = [
      step('guard', [], { critical: true }),
      slow,
      step('unserved', [], { critical: true }),
      tidy,
    ];
    const served = handlers({
      guard: failsForGood,
      slow: () => gate().promise,
      tidy: () => 'tidied',
      now: () => 1,
    });
    const { troupe, clock, id } = await run(steps, {}, { deadlineMs: MINUTE, handlers: served });
    await stepFact(troupe, id, 'guard', 'failed');
    expect(troupe.moment(null, id).steps['unserved']?.state).toBe('pending.held');
    clock.advance(MINUTE);
    await taskFact(troupe, id, 'failed');
    expect(statuses(troupe, id)).toEqual({
      ...{ guard: 'failed', slow: 'failed', unserved: 'failed', tidy: 'complete' },
    });
  });

  it('R10: while the task is paused they wait for somebody to resume it, and it says so', async () => {
    const { troupe, clock, id, tell, view, executed, settled } = await run(
      [slow, tidy],
      { tidy: () => 'tidied' },
      { deadlineMs: MINUTE },
    );
    await stepFact(troupe, id, 'slow', 'running');
    await tell('pause');
    clock.advance(MINUTE);
    await stepFact(troupe, id, 'slow', 'failed');
    await settled();
    expect(view()).toMatchObject({ status: 'paused', error: DEADLINE });
    expect(view().waitingFor[0]?.why).toBe(
      'paused: its deadline has passed, and its failure handlers run once somebody resumes it',
    );
    expect(executed).toEqual(['slow']);
    await tell('resume');
    await taskFact(troupe, id, 'failed');
    expect(executed).toEqual(['slow', 'tidy']);
    expect(view().error).toMatchObject(DEADLINE);
  });

  it('R10: of a task that never started, nothing is to be cleaned up', async () => {
    const { troupe, clock, id, executed } = await run([slow, tidy], {}, WAITING);
    clock.advance(MINUTE);
    await taskFact(troupe, id, 'failed');
    expect(executed).toEqual([]);
  });
});

describe('a retry after the deadline', () => {
  it('R11: gives the same time again, from then on, and executes no completed step a second time', async () => {
    let patient = false;
    const { troupe, clock, id, tell, view, executed, settled } = await run(
      [step('first'), step('second', ['first'], { timeoutMs: DAY }), step('third', ['second'])],
      {
        first: () => 1,
        third: () => 3,
        second: (job) => (patient ? 2 : new Promise((_, no) => job.signal.addEventListener('abort', no))),
      },
      { deadlineMs: MINUTE },
    );
    await stepFact(troupe, id, 'second', 'running');
    clock.advance(MINUTE);
    await taskFact(troupe, id, 'failed');
    clock.advance(HOUR);
    expect(await tell('retry')).toMatchObject({ deadline: inMs(clock, MINUTE), error: null });
    clock.advance(MINUTE - 1);
    await settled();
    expect(view().status).toBe('running');
    clock.advance(1);
    await settled();
    expect(view()).toMatchObject({ status: 'failed', error: DEADLINE });
    patient = true;
    await tell('retry');
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual(['first', 'second', 'second', 'second', 'third']);
    expect(view()).toMatchObject({ error: null, deadline: inMs(clock, MINUTE) });
    expect(troupe.health().backlog.timers).toBe(0);
  });

  it('R11: gives the time that it is asked to, which later retries give again', async () => {
    const { troupe, clock, id, tell, view, settled } = await run([slow], {}, { deadlineMs: MINUTE });
    clock.advance(MINUTE);
    await taskFact(troupe, id, 'failed');
    expect((await tell('retry', { deadlineSeconds: 3_600 })).deadline).toBe(inMs(clock, HOUR));
    clock.advance(HOUR - 1);
    await settled();
    expect(view().status).toBe('running');
    clock.advance(1);
    await settled();
    expect(view().status).toBe('failed');
    expect((await tell('retry')).deadline).toBe(inMs(clock, HOUR));
  });

  it('R11: may give a first deadline to a task that had none', async () => {
    let isBad = true;
    const { troupe, clock, id, tell, view, settled } = await run([step('bad', [], { timeoutMs: DAY })], {
      bad: () => (isBad ? failsForGood() : gate().promise),
    });
    await taskFact(troupe, id, 'failed');
    isBad = false;
    expect((await tell('retry', { deadlineSeconds: 60 })).deadline).toBe(inMs(clock, MINUTE));
    clock.advance(MINUTE);
    await settled();
    expect(view()).toMatchObject({ status: 'failed', error: DEADLINE });
  });

  it.each([0, -1, 315_576_001, Number.NaN])(
    'R11: refuses %s seconds, and changes nothing',
    async (deadlineSeconds) => {
      const { troupe, clock, id, tell, view } = await run([slow], {}, { deadlineMs: MINUTE });
      clock.advance(MINUTE);
      await taskFact(troupe, id, 'failed');
      const before = view();
      const refused = { code: 'INVALID_BODY', faults: [{ pointer: '/deadlineSeconds' }] };
      await expect(tell('retry', { deadlineSeconds })).rejects.toMatchObject(refused);
      await expect(troupe.tasks.retry(id, { deadlineSeconds })).rejects.toMatchObject(refused);
      const actor = troupe.actor(id);
      expect(() => actor.send({ type: 'task.retry', deadlineSeconds })).toThrow(/deadline/);
      expect(view()).toEqual(before);
    },
  );

  it('R11: of one step, or its end by hand, gives the task a deadline again as well', async () => {
    const { troupe, clock, id, tellStep, view, settled } = await run(
      [slow, step('other', [], { timeoutMs: DAY }), step('after', ['slow'], { timeoutMs: DAY })],
      {},
      { deadlineMs: MINUTE },
    );
    await stepFact(troupe, id, 'other', 'running');
    clock.advance(MINUTE);
    await taskFact(troupe, id, 'failed');
    expect(await tellStep('other', 'retry')).toMatchObject({
      status: 'running',
      deadline: inMs(clock, MINUTE),
    });
    clock.advance(MINUTE);
    await settled();
    expect(view()).toMatchObject({ status: 'failed', error: DEADLINE });
    await tellStep('slow', 'complete', 'by hand');
    await stepFact(troupe, id, 'after', 'running');
    expect(view()).toMatchObject({ status: 'running', deadline: inMs(clock, MINUTE) });
    clock.advance(MINUTE);
    await settled();
    expect(view().status).toBe('failed');
    expect(statuses(troupe, id)).toEqual({ slow: 'complete', other: 'failed', after: 'failed' });
  });

  it('R11: lets go on what was held because the deadline had passed', async () => {
    const end = gate();
    const { troupe, clock, id, tell, tellStep, view } = await run(
      [slow, step('after', ['slow']), tidy],
      { after: () => 'after', tidy: () => end.promise },
      { deadlineMs: MINUTE },
    );
    await stepFact(troupe, id, 'slow', 'running');
    clock.advance(MINUTE);
    await stepFact(troupe, id, 'tidy', 'running');
    await tellStep('slow', 'complete', 'by hand');
    expect(troupe.moment(null, id).steps['after']?.state).toBe('pending.held');
    expect(view().waitingFor).toContainEqual(
      expect.objectContaining({
        step: 'after',
        why: expect.stringContaining('the deadline of the task has passed'),
      }),
    );
    end.open();
    await taskFact(troupe, id, 'failed');
    await tell('retry');
    await taskFact(troupe, id, 'complete');
    expect(statuses(troupe, id)).toEqual({ slow: 'complete', after: 'complete', tidy: 'complete' });
  });

  it('R11: of a task that waited for others lets it wait that long again', async () => {
    const { troupe, clock, id, tell, view, settled } = await run(
      [step('quick')],
      { quick: () => 1 },
      WAITING,
    );
    clock.advance(MINUTE);
    await taskFact(troupe, id, 'failed');
    clock.advance(HOUR);
    expect(await tell('retry')).toMatchObject({
      status: 'pending',
      error: null,
      deadline: inMs(clock, MINUTE),
    });
    clock.advance(MINUTE);
    await settled();
    expect(view()).toMatchObject({ status: 'failed', error: DEADLINE });
    await tell('retry');
    await troupe.submit(request('later'));
    await taskFact(troupe, id, 'complete');
  });

  it('R11: stands in the journal, from which the same follows again', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const { troupe, clock, id, tell } = await run(
      [slow, tidy],
      { tidy: () => 1 },
      { deadlineMs: MINUTE, db },
    );
    clock.advance(MINUTE);
    await taskFact(troupe, id, 'failed');
    await tell('retry', { deadlineSeconds: 30 });
    clock.advance(30 * SECOND);
    await stepFact(troupe, id, 'tidy', 'complete', 2);
    const told = [...troupe.history(null, id)];
    const retried = told.find(({ event }) => event === 'task.retry');
    expect(retried?.detail).toMatchObject({ by: 'ann', deadlineMs: 30_000 });
    const before = troupe.moment(null, id, (retried?.seq ?? 0) - 1);
    expect(before.task.context['deadline']).toMatchObject({ ms: MINUTE, over: 'passed' });
    const first = troupe.moment(null, id, 1);
    expect(first.task.timers).toMatchObject({
      'task.deadline': new Date(clock.now() - 30 * SECOND).toISOString(),
    });
    const asked = { actor: 'task', by: 'ann', event: { type: 'task.deadline' } };
    expect(troupe.whatIf(null, id, asked, 3).after).toMatchObject({
      context: { deadline: { over: 'passed' }, error: { code: 'DEADLINE' } },
    });
    expect(troupe.moment(null, id).differs).toBe(false);
    await troupe.close({ graceMs: 0 });
    expect(verifyStore(openStore(db)).findings).toEqual([]);
  });
});

describe('a pause', () => {
  it('R12: does not stop the deadline: the task fails at once, what runs is cut, and it had said so', async () => {
    const { troupe, clock, id, tell, cut, view, settled } = await run([slow], {}, { deadlineMs: MINUTE });
    await stepFact(troupe, id, 'slow', 'running');
    const deadline = inMs(clock, MINUTE);
    const { waitingFor } = await tell('pause');
    expect(waitingFor).toMatchObject([
      {
        kind: 'paused',
        until: null,
        why: `paused: nothing new starts until somebody resumes it; the deadline is not paused, and all of it until ${deadline}`,
      },
    ]);
    clock.advance(MINUTE);
    await taskFact(troupe, id, 'failed');
    await settled();
    expect(view()).toMatchObject({ error: DEADLINE, waitingFor: [] });
    expect(cut).toEqual(['slow']);
  });

  it('R12: in which all steps have ended keeps the task from failing: it is complete once it is resumed', async () => {
    const end = gate();
    const { troupe, clock, id, tell, view, settled } = await run(
      [slow],
      { slow: () => end.promise },
      { deadlineMs: MINUTE },
    );
    await stepFact(troupe, id, 'slow', 'running');
    await tell('pause');
    end.open();
    await stepFact(troupe, id, 'slow', 'complete');
    clock.advance(HOUR);
    await settled();
    expect(view()).toMatchObject({ status: 'paused', error: null });
    expect(await tell('resume')).toMatchObject({ status: 'complete', error: null });
  });

  it('R12: before the start does not stop it either', async () => {
    const { troupe, clock, id, tell, view } = await run(
      [slow, tidy],
      {},
      { deadlineMs: MINUTE, more: { delaySeconds: 60 } },
    );
    await tell('pause');
    clock.advance(2 * MINUTE);
    await taskFact(troupe, id, 'failed');
    expect(view()).toMatchObject({ error: DEADLINE, startedAt: null });
  });

  it('R12: that ends before the deadline leaves it where it was', async () => {
    const { troupe, clock, id, tell, view } = await run([slow], {}, { deadlineMs: MINUTE });
    const deadline = inMs(clock, MINUTE);
    await tell('pause');
    clock.advance(MINUTE / 2);
    expect(await tell('resume')).toMatchObject({ deadline, status: 'running' });
    clock.advance(MINUTE / 2);
    await taskFact(troupe, id, 'failed');
    expect(view().finishedAt).toBe(deadline);
  });
});

describe('the reason that a task gives first', () => {
  it('ends with its deadline, behind the end of the wait itself', async () => {
    const { troupe, clock, id, view } = await run(
      [step('flaky'), slow],
      { flaky: fails },
      { deadlineMs: HOUR },
    );
    await stepFact(troupe, id, 'flaky', 'retrying');
    const [first, second] = view().waitingFor;
    expect(first).toMatchObject({ kind: 'timer', step: 'flaky' });
    expect(first?.why).toBe(
      `backoff after attempt 1, until ${first?.until}, and all of it until ${inMs(clock, HOUR)}`,
    );
    expect(second?.why).toBe('attempt 1 is running');
  });
});

describe('the timer of a deadline', () => {
  it('R13: goes off once, however the clock is set back and forward', async () => {
    const clock = new MachineClock();
    const { troupe, id, settled } = await run([slow], {}, { deadlineMs: HOUR, clock });
    await stepFact(troupe, id, 'slow', 'running');
    clock.set(-DAY);
    clock.pass(2 * HOUR);
    await settled();
    expect(troupe.getTask(null, id).status).toBe('running');
    clock.pass(DAY);
    await taskFact(troupe, id, 'failed');
    clock.set(-DAY);
    clock.pass(2 * DAY);
    await settled();
    expect(events(troupe, id, 'task.deadline')).toBe(1);
    expect(events(troupe, id, 'step.expire')).toBe(1);
  });

  it('R13: that passed while no process ran goes off at the next start, before any attempt starts again', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const clock = new ManualClock();
    const before = await run([slow, step('after', ['slow'])], {}, { deadlineMs: HOUR, clock, db });
    await stepFact(before.troupe, before.id, 'slow', 'running');
    await before.troupe.close({ graceMs: 0 });
    clock.advance(DAY);
    const executed: string[] = [];
    const after = await startTroupe({
      db,
      clock,
      handlers: handlers({ slow: () => void executed.push('slow'), now: () => 1 }),
    });
    await taskFact(after, before.id, 'failed');
    await settled(after);
    expect(after.getTask(null, before.id)).toMatchObject({ error: DEADLINE });
    expect(executed).toEqual([]);
    expect(events(after, before.id, 'task.deadline')).toBe(1);
    await after.close({ graceMs: 0 });
    expect(verifyStore(openStore(db)).findings).toEqual([]);
  });

  it('R13: is kept to the millisecond by a restart before it', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const clock = new ManualClock();
    const before = await run([slow], {}, { deadlineMs: HOUR, clock, db });
    const { deadline } = before.view();
    await before.troupe.close({ graceMs: 0 });
    clock.advance(HOUR - 1);
    const after = await startTroupe({
      db,
      clock,
      handlers: handlers({ slow: () => gate().promise, now: () => 1 }),
    });
    await stepFact(after, before.id, 'slow', 'running');
    expect(after.getTask(null, before.id)).toMatchObject({ status: 'running', deadline });
    clock.advance(1);
    await taskFact(after, before.id, 'failed');
    expect(after.getTask(null, before.id).finishedAt).toBe(deadline);
  });
});
