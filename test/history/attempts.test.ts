/** How often a step is executed, with what, and which outcome counts. */

import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe } from '../../src/troupe.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import { type LateOutcome, sendLate } from '../harness/simulate/late-outcome.ts';
import { fails, runThroughBackoffs } from '../kernel/one-task.ts';
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

const fixed = { strategy: 'fixed', baseMs: 5, maxMs: 5, jitter: 'none' } as const;

describe('the number of executions', () => {
  async function executions(
    maxRetries: number | null,
    maxAttempts: number | null,
    isSingle = false,
  ): Promise<number> {
    const clock = new ManualClock();
    let count = 0;
    const run = (): never => {
      count++;
      return fails();
    };
    const workflows = isSingle ? [] : [workflow('print', [step('print', [], { maxAttempts })])];
    const troupe = await startTroupe({ clock, handlers: handlers({ print: run }), workflows });
    const { task } = await troupe.submit(request('print', { maxRetries }));
    await runThroughBackoffs(troupe, clock, task.id, 'print');
    const view = troupe.getTask(null, task.id);
    expect(view).toMatchObject({ status: 'failed', retryCount: count - 1 });
    expect(view.steps[0]).toMatchObject({ status: 'failed', attempt: count, maxAttempts: count });
    return count;
  }

  it('is four for a task without a workflow', async () => {
    expect(await executions(null, null, true)).toBe(4);
  });

  it('is three for a step of a workflow', async () => {
    expect(await executions(null, null)).toBe(3);
  });

  it('is one more than maxRetries', async () => {
    expect(await executions(0, null, true)).toBe(1);
    expect(await executions(1, null, true)).toBe(2);
    expect(await executions(1, null)).toBe(2);
  });

  it("is the step's own before the task's", async () => {
    expect(await executions(7, 2)).toBe(2);
  });
});

describe('a failed attempt', () => {
  it('is the last one when the error is permanent, and keeps its code and details', async () => {
    const print = (): never => {
      throw new PermanentError('no such card', { code: 'CARD_UNKNOWN', details: { card: 7 } });
    };
    const troupe = await startTroupe({ handlers: handlers({ print }) });
    const { task } = await troupe.submit(request('print'));
    await taskFact(troupe, task.id, 'failed');
    const error = { message: 'no such card', code: 'CARD_UNKNOWN', retryable: false, details: { card: 7 } };
    expect(troupe.getTask(null, task.id)).toMatchObject({
      retryCount: 0,
      error: { ...error, step: 'print' },
    });
    expect(troupe.getStep(null, task.id, 'print').attempts).toMatchObject([{ status: 'failed', error }]);
  });

  it('is retried whatever was thrown', async () => {
    const thrown: unknown[] = ['text', undefined, null, 42, { strange: true }, new TypeError('bug')];
    const print = ({ attempt }: HandlerContext): string => {
      if (attempt <= thrown.length) throw thrown[attempt - 1];
      return 'done';
    };
    const workflows = [workflow('w', [step('print', [], { backoff: fixed, maxAttempts: 10 })])];
    const troupe = await startTroupe({ workflows, handlers: handlers({ print }) });
    const { task } = await troupe.submit(request('w'));
    await taskFact(troupe, task.id, 'complete');
    expect(troupe.getTask(null, task.id)).toMatchObject({
      error: null,
      result: { print: 'done' },
      retryCount: 6,
    });
  });

  it('is shown in the task while it waits for the next', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock, handlers: handlers({ print: fails }) });
    const { task } = await troupe.submit(request('print'));
    await taskFact(troupe, task.id, 'retrying');
    const view = troupe.getTask(null, task.id);
    expect(view).toMatchObject({ status: 'retrying', error: { step: 'print', message: 'out of paper' } });
    expect(view.steps[0]).toMatchObject({
      status: 'retrying',
      error: { message: 'out of paper', retryable: true },
    });
  });
});

describe('an attempt that takes too long', () => {
  it('is told to stop, counts as a failure, and is tried again', async () => {
    const clock = new ManualClock();
    const [started, stopped] = [gate(), gate()];
    const print = ({ attempt, signal }: HandlerContext): unknown => {
      if (attempt > 1) return 'done';
      signal.addEventListener('abort', () => stopped.open());
      started.open();
      return gate().promise;
    };
    const workflows = [workflow('w', [step('print', [], { timeoutMs: 90_000 })])];
    const troupe = await startTroupe({ clock, workflows, handlers: handlers({ print }) });
    const { task } = await troupe.submit(request('w'));
    await started.promise;
    clock.advance(90_000);
    await stopped.promise;
    await stepFact(troupe, task.id, 'print', 'retrying');
    clock.advance(30_000);
    await taskFact(troupe, task.id, 'complete');
    expect(troupe.getStep(null, task.id, 'print').attempts).toMatchObject([
      { attempt: 1, status: 'failed', error: { name: 'TimeoutError', code: 'TIMEOUT', retryable: true } },
      { attempt: 2, status: 'complete', error: null },
    ]);
  });

  it('is one of a minute unless somebody said otherwise', async () => {
    const clock = new ManualClock();
    const jobs: HandlerContext[] = [];
    const print = (job: HandlerContext): unknown => {
      jobs.push(job);
      return gate().promise;
    };
    const workflows = [
      workflow('w', [step('print'), step('scan', [], { handler: 'print', timeoutMs: 5_000 })]),
      workflow('brief', [step('print', [], { timeoutMs: 5_000, withinMs: 3_000 })]),
    ];
    const troupe = await startTroupe({ clock, workflows, handlers: handlers({ print }) });
    const isRunning = async (more: object, names: string[], of = 'w'): Promise<string[]> => {
      const { task } = await troupe.submit(request(of, more));
      for (const name of names) await stepFact(troupe, task.id, name, 'running');
      return jobs.splice(0).map(({ deadline }) => deadline);
    };
    const inMs = (ms: number): string => new Date(clock.now() + ms).toISOString();
    expect(await isRunning({}, ['print', 'scan'])).toEqual([inMs(60_000), inMs(5_000)]);
    expect(await isRunning({ timeoutSeconds: 7 }, ['print', 'scan'])).toEqual([inMs(7_000), inMs(5_000)]);
    expect(await isRunning({}, ['print'], 'brief'), 'no longer than its step has').toEqual([inMs(3_000)]);
  });
});

describe('a step no worker takes in time', () => {
  const unserved = { startTimeoutMs: 5_000 };

  it('fails when it has a start timeout', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock, workflows: [workflow('w', [step('print', [], unserved)])] });
    const { task } = await troupe.submit(request('w'));
    await taskFact(troupe, task.id, 'running');
    clock.advance(5_000);
    await taskFact(troupe, task.id, 'failed');
    expect(troupe.getTask(null, task.id)).toMatchObject({ error: { code: 'START_TIMEOUT', step: 'print' } });
  });

  it('is let off once it has started', async () => {
    const clock = new ManualClock();
    const done = gate();
    const workflows = [workflow('w', [step('print', [], unserved)])];
    const troupe = await startTroupe({ clock, workflows, handlers: handlers({ print: () => done.promise }) });
    const { task } = await troupe.submit(request('w'));
    await stepFact(troupe, task.id, 'print', 'running');
    clock.advance(50_000);
    done.open();
    await taskFact(troupe, task.id, 'complete');
    expect(troupe.getTask(null, task.id).retryCount).toBe(0);
  });
});

const staleOf = (troupe: Troupe, taskId: string) =>
  [...troupe.history(null, taskId)].filter(({ event }) => event === 'stale');

describe('the outcome of an attempt that is no longer current', () => {
  it('changes nothing and is journaled as stale, before and after the step has ended', async () => {
    const clock = new ManualClock();
    const tokens: string[] = [];
    const second = gate<string>();
    const print = ({ attempt, token }: HandlerContext): unknown => {
      tokens.push(token);
      return attempt === 1 ? fails() : second.promise;
    };
    const db = join(temporaryFolder(), 'troupe.db');
    const troupe = await startTroupe({ db, clock, handlers: handlers({ print }) });
    const { task } = await troupe.submit(request('print'));
    await stepFact(troupe, task.id, 'print', 'retrying', 1);
    clock.advance(30_000);
    await stepFact(troupe, task.id, 'print', 'running', 2);
    expect(new Set(tokens).size).toBe(2);

    const token = tokens[0] ?? '';
    const send = (outcome: LateOutcome['outcome']) =>
      sendLate(troupe, db, { taskId: task.id, step: 'print', outcome });
    const late = { token, status: 'complete', output: 'late' } as const;
    await send(late);
    await send({ token, status: 'failed', error: { message: 'late' } } as const);
    await expect.poll(() => staleOf(troupe, task.id)).toHaveLength(2);
    second.open('second');
    await taskFact(troupe, task.id, 'complete');
    await send(late);
    await expect.poll(() => staleOf(troupe, task.id)).toHaveLength(3);

    expect(staleOf(troupe, task.id).map(({ from, to, detail }) => [from, to, detail.outcome])).toEqual([
      ['running', 'running', 'attempt.complete'],
      ['running', 'running', 'attempt.failed'],
      ['complete', 'complete', 'attempt.complete'],
    ]);
    expect(troupe.getTask(null, task.id)).toMatchObject({ result: { print: 'second' }, retryCount: 1 });
    expect(troupe.getStep(null, task.id, 'print').attempts).toHaveLength(2);
  });
});

describe('a job', () => {
  it('holds the payload and the outputs of the steps it depends on', async () => {
    const seen: Pick<HandlerContext, 'payload' | 'dependencies'>[] = [];
    const diamond = [step('a'), step('b', ['a']), step('c', ['a']), step('d', ['b', 'c'])];
    const run = ({ step: name, payload, dependencies }: HandlerContext): unknown => {
      if (name === 'd') seen.push({ payload, dependencies });
      return { by: name };
    };
    const troupe = await startTroupe({
      workflows: [workflow('diamond', diamond)],
      handlers: handlers({ a: run, b: run, c: run, d: run }),
    });
    const { task } = await troupe.submit(request('diamond', { payload: { cart: 1 } }));
    await taskFact(troupe, task.id, 'complete');
    expect(seen).toEqual([{ payload: { cart: 1 }, dependencies: { b: { by: 'b' }, c: { by: 'c' } } }]);
    expect(troupe.getTask(null, task.id).result).toEqual({ d: { by: 'd' } });
  });

  it('names itself the same in every attempt, and each attempt by another token', async () => {
    const jobs: HandlerContext[] = [];
    const print = (job: HandlerContext): void => {
      jobs.push(job);
      if (job.attempt < 3) fails();
    };
    const workflows = [workflow('w', [step('print', [], { backoff: fixed })])];
    const troupe = await startTroupe({ workflows, handlers: handlers({ print }) });
    const { task } = await troupe.submit(request('w'));
    await taskFact(troupe, task.id, 'complete');
    expect(jobs.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(jobs.map(({ token }) => token)).size).toBe(3);
    expect(new Set(jobs.map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set([`${task.id}/print`]));
  });

  it('brings back any JSON value as it was returned', async () => {
    const troupe = await startTroupe({ handlers: handlers({ echo: ({ payload }) => payload.value }) });
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (raw) => {
        const value: unknown = JSON.parse(JSON.stringify(raw));
        const { task } = await troupe.submit(request('echo', { payload: { value } }));
        await taskFact(troupe, task.id, 'complete');
        expect(troupe.getTask(null, task.id).result).toEqual({ echo: value });
      }),
      { numRuns: 20 },
    );
  });
});
