/** Steps that run last, and only if something failed. */

import { describe, expect, it } from 'vitest';
import { gate, step, stepFact, taskFact } from '../support.ts';
import { failsForGood, runSteps, statuses } from './one-task.ts';

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

  it('is not executed again when the task is retried', async () => {
    let mended = false;
    const { troupe, id, executed, tellTask } = await runSteps([step('bad'), step('after', ['bad']), tidy], {
      bad: () => (mended ? 1 : failsForGood()),
    });
    await taskFact(troupe, id, 'failed');
    mended = true;
    await tellTask('retry');
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual(['bad', 'tidy', 'bad', 'after']);
  });

  it('cannot be resolved before it has begun', async () => {
    const end = gate();
    const { tell } = await runSteps([step('slow'), tidy], { slow: () => end.promise });
    await expect(tell('tidy', 'skip')).rejects.toMatchObject({ kind: 'conflict', code: 'WRONG_STATE' });
    end.open();
  });
});
