/** Steps that run last, and only if something failed. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyStore } from '../../src/recovery/verify.ts';
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
import { asked, failsForGood, runSteps, statuses } from './one-task.ts';

const tidy = step('tidy', [], { failuresAs: 'failed_steps', optional: true });

describe('a failure handler', () => {
  it('runs when all others have ended, is told what failed, and leaves the task failed', async () => {
    const end = gate();
    let told: unknown;
    const { troupe, id, executed } = await runSteps(
      [tidy, step('bad'), step('after', ['bad']), step('slow')],
      {
        bad: failsForGood,
        slow: () => end.promise,
        tidy: ({ dependencies }) => {
          told = dependencies;
        },
      },
    );
    await stepFact(troupe, id, 'bad', 'failed');
    expect(troupe.getTask(null, id).waitingFor).toContainEqual(
      expect.objectContaining({ step: 'tidy', kind: 'dependency' }),
    );
    end.open();
    await taskFact(troupe, id, 'failed');
    expect(executed).toEqual(['bad', 'slow', 'tidy']);
    expect(told).toMatchObject({ failed_steps: [{ step: 'bad', attempt: 1, error: { retryable: false } }] });
    expect(statuses(troupe, id)).toEqual({
      tidy: 'complete',
      bad: 'failed',
      after: 'pending',
      slow: 'complete',
    });
  });

  it('is skipped when nothing failed, and is no part of the result', async () => {
    const { troupe, id, executed } = await runSteps([step('good'), tidy], { good: () => 1 });
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual(['good']);
    expect(statuses(troupe, id)).toEqual({ good: 'complete', tidy: 'skipped' });
    expect(troupe.getTask(null, id).result).toEqual({ good: 1 });
  });

  it('hears of an optional step that was skipped after failing; the task is complete', async () => {
    const { troupe, id, executed } = await runSteps([step('try', [], { optional: true }), tidy], {
      try: failsForGood,
    });
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual(['try', 'tidy']);
  });

  it('runs although a critical failure has halted the task', async () => {
    const { troupe, id, executed } = await runSteps(
      [step('bad', [], { critical: true }), step('next', ['bad']), tidy],
      { bad: failsForGood },
    );
    await taskFact(troupe, id, 'failed');
    expect(executed).toEqual(['bad', 'tidy']);
  });

  it('runs again each time a retried task fails again, and finds the outputs of what is complete', async () => {
    const told: unknown[] = [];
    const { troupe, id, executed, tellTask, tell } = await runSteps(
      [step('good'), step('bad'), step('other', [], { optional: true }), tidy],
      {
        good: () => ({ parts: 3 }),
        bad: failsForGood,
        other: failsForGood,
        tidy: ({ dependencies, attempt, idempotencyKey }) => {
          told.push({ dependencies, attempt, idempotencyKey });
          return 'tidied';
        },
      },
    );
    await taskFact(troupe, id, 'failed');
    await tellTask('retry');
    await stepFact(troupe, id, 'tidy', 'complete', 2);
    await tell('bad', 'retry');
    await stepFact(troupe, id, 'tidy', 'complete', 3);
    expect(executed.filter((name) => name === 'tidy')).toHaveLength(3);
    expect(executed.filter((name) => name === 'good')).toHaveLength(1);
    expect(told).toEqual(
      [1, 2, 3].map((attempt) => ({
        attempt,
        idempotencyKey: `${id}/tidy`,
        dependencies: {
          good: { parts: 3 },
          completed: [{ step: 'good', output: { parts: 3 } }],
          compensated: [],
          failed_steps: [
            expect.objectContaining({ step: 'bad', attempt }),
            expect.objectContaining({ step: 'other', attempt: 1 }),
          ],
        },
      })),
    );
    expect(statuses(troupe, id)).toEqual({
      ...{ good: 'complete', bad: 'failed', other: 'skipped', tidy: 'complete' },
    });
    expect(troupe.getTask(null, id).waitingFor).not.toContainEqual(expect.objectContaining({ step: 'tidy' }));
  });

  it('keeps its count through a restart between two rounds', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const workflows = [workflow('w', [step('bad'), tidy])];
    let calls = 0;
    const own = handlers({
      bad: () => (++calls === 1 ? failsForGood() : new Promise(() => {})),
      tidy: () => 1,
    });
    const first = await startTroupe({ db, workflows, handlers: own });
    const { id } = (await first.submit(request('w'))).task;
    await taskFact(first, id, 'failed');
    await first.taskVerb(null, id, 'retry', asked);
    await stepFact(first, id, 'bad', 'running', 2);
    await first.close({ graceMs: 0 });
    const findings = () => verifyStore(openStore(db)).findings;
    expect(findings()).toEqual([]);
    const second = await startTroupe({
      db,
      workflows,
      handlers: handlers({ bad: failsForGood, tidy: () => 2 }),
    });
    await stepFact(second, id, 'tidy', 'complete', 2);
    expect(statuses(second, id)).toEqual({ bad: 'failed', tidy: 'complete' });
    await second.close({ graceMs: 0 });
    expect(findings()).toEqual([]);
  });

  it('that failed itself runs again with the rest, or alone when nothing else failed', async () => {
    const strict = step('report', [], { failuresAs: 'failed_steps' });
    let isDown = true;
    const { troupe, id, executed, tellTask } = await runSteps([step('bad'), strict], {
      bad: () => (isDown ? failsForGood() : 1),
      report: failsForGood,
    });
    await taskFact(troupe, id, 'failed');
    await tellTask('retry');
    await stepFact(troupe, id, 'report', 'failed', 2);
    expect(executed).toEqual(['bad', 'report', 'bad', 'report']);
    isDown = false;
    await tellTask('retry');
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual(['bad', 'report', 'bad', 'report', 'bad']);
    expect(statuses(troupe, id)).toEqual({ bad: 'complete', report: 'skipped' });
  });

  it('cannot be retried by hand while it may have to run again', async () => {
    const end = gate();
    let calls = 0;
    const { troupe, id, tellTask, tell } = await runSteps(
      [step('bad'), step('report', [], { failuresAs: 'failed_steps' })],
      { bad: () => (++calls === 1 ? failsForGood() : end.promise), report: failsForGood },
    );
    await taskFact(troupe, id, 'failed');
    await tellTask('retry');
    await expect(tell('report', 'retry')).rejects.toMatchObject({ kind: 'conflict', code: 'WRONG_STATE' });
    end.open();
    await taskFact(troupe, id, 'complete');
  });

  it('is not executed again, and stays complete, when what is retried succeeds', async () => {
    let mended = false;
    const { troupe, id, executed, tellTask } = await runSteps([step('bad'), step('after', ['bad']), tidy], {
      bad: () => (mended ? 1 : failsForGood()),
    });
    await taskFact(troupe, id, 'failed');
    mended = true;
    await tellTask('retry');
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual(['bad', 'tidy', 'bad', 'after']);
    expect(statuses(troupe, id)).toEqual({ bad: 'complete', after: 'complete', tidy: 'complete' });
  });

  it('cannot be resolved before it has begun', async () => {
    const end = gate();
    const { tell } = await runSteps([step('slow'), tidy], { slow: () => end.promise });
    await expect(tell('tidy', 'skip')).rejects.toMatchObject({ kind: 'conflict', code: 'WRONG_STATE' });
    end.open();
  });
});
