/** A step asks again until the answer is the one that it waits for. */

import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { parseWorkflowJson } from '../../src/workflow/from-json.ts';
import { warningsOf } from '../../src/workflow/warnings.ts';
import { request, startTroupe, stepFact, taskFact } from '../support.ts';

/** Each question is answered with the next of these, and the last for ever; a text that begins with `!` is thrown. */
async function start(
  answers: readonly string[],
  options: { readonly within?: string; maxAttempts?: number } = {},
) {
  const clock = new ManualClock();
  let asked = 0;
  const flow = defineWorkflow({
    name: 'flow',
    steps: {
      first: { handler: () => 'delivered' },
      poll: {
        dependsOn: ['first'],
        until: 'output.status == delivered',
        every: '10s',
        backoff: { baseMs: 1_000, maxMs: 1_000, jitter: 'none' },
        handler: () => {
          const answer = answers[Math.min(asked++, answers.length - 1)] ?? '';
          if (answer.startsWith('!')) throw new Error(answer);
          return { status: answer };
        },
        ...options,
      },
    },
  });
  const troupe = await startTroupe({ workflows: [flow], clock });
  const { taskId: id } = await troupe.submit(request('flow'));
  const step = () => troupe.getStep(null, id, 'poll');
  /** Goes on to the next question, and until it is answered. */
  const again = async (ms: number) => {
    const before = step().attempt;
    clock.advance(ms);
    await expect.poll(() => step().attempt > before && step().status !== 'running').toBe(true);
  };
  await stepFact(troupe, id, 'poll', 'retrying');
  return { troupe, id, clock, step, again, asked: () => asked };
}

describe('a step that polls', () => {
  it('is complete with the first answer that meets its condition', async () => {
    const { troupe, id, step, again, asked } = await start(['packed', 'packed', 'delivered']);
    expect(troupe.getTask(null, id)).toMatchObject({
      status: 'retrying',
      retryCount: 0,
      error: null,
      waitingFor: [
        { kind: 'timer', step: 'poll', why: expect.stringContaining('asks again, after one answer') },
      ],
    });
    await again(10_000);
    await again(10_000);
    await taskFact(troupe, id, 'complete');
    expect(asked()).toBe(3);
    expect(step()).toMatchObject({ output: { status: 'delivered' }, attempt: 3 });
    expect(troupe.getTask(null, id).retryCount).toBe(0);
    expect(step().attempts.map(({ status }) => status)).toEqual(['complete', 'complete', 'complete']);
  });

  it('begins a fresh set with each answer: only failures in a row are counted', async () => {
    const { troupe, id, again } = await start(['!', 'packed', '!', 'delivered'], { maxAttempts: 2 });
    await again(1_000);
    await again(10_000);
    await again(1_000);
    await taskFact(troupe, id, 'complete');
    expect(troupe.getTask(null, id).retryCount).toBe(2);
  });

  it('fails with its last answer when there is no time for another question', async () => {
    const { troupe, id, step, again } = await start(['packed', 'on its way'], { within: '15s' });
    await again(10_000);
    await taskFact(troupe, id, 'failed');
    expect(step().error).toMatchObject({ code: 'WITHIN', details: { answer: '{"status":"on its way"}' } });
  });

  it('asks once after a pause, and makes up no questions', async () => {
    const { troupe, id, clock, asked } = await start(['packed', 'delivered']);
    await troupe.taskVerb(null, id, 'pause', { by: 'ann', reason: null });
    clock.advance(100_000);
    await expect
      .poll(() => troupe.snapshot(null, id).steps['poll'])
      .toMatchObject({ value: { retrying: 'held' } });
    expect(asked()).toBe(1);
    await troupe.taskVerb(null, id, 'resume', { by: 'ann', reason: null });
    await taskFact(troupe, id, 'complete');
    expect(asked()).toBe(2);
  });

  it('journals at most 1,024 characters of an answer', async () => {
    const { troupe, id } = await start(['x'.repeat(5_000), 'delivered']);
    const unmet = [...troupe.history(null, id)].find(({ event }) => event === 'attempt.unmet');
    expect(String(unmet?.detail['answer'])).toHaveLength(1_024);
  });
});

describe('the keys of polling', () => {
  const written = (step: object) => parseWorkflowJson({ name: 'w', steps: [{ name: 'a', ...step }] });
  const faultsOf = (step: object): unknown => {
    try {
      compileWorkflow(written(step));
      return [];
    } catch (error) {
      return (error as { faults: readonly { pointer: string; message: string }[] }).faults;
    }
  };

  it.each([
    [{ until: 'output.x == 1' }, '/steps/0/until', 'needs every'],
    [{ every: 10 }, '/steps/0/every', 'is for until'],
    [{ until: 'status == 1', every: 10 }, '/steps/0/until', 'write output.x'],
    [{ until: 'output.x ==', every: 10 }, '/steps/0/until', 'cannot be read'],
    [{ until: 'output.x == 1', every: 0 }, '/steps/0/every', 'must be'],
    [{ until: 'output.x == 1', every: 1, sleep: '3d' }, '/steps/0/until', 'makes no attempts'],
    [{ until: 'steps.b.output.x == 1', every: 1 }, '/steps/0/until', 'which is no step'],
  ])('are refused where they make no sense: %j', (step, pointer, message) => {
    expect(faultsOf(step)).toContainEqual(
      expect.objectContaining({ pointer, message: expect.stringContaining(message) }),
    );
  });

  it('warn of a step that may ask for ever', () => {
    const flow = written({ until: 'output.done', every: '30s' });
    expect(warningsOf(flow)).toMatchObject([{ message: expect.stringContaining('within: 1h') }]);
    expect(warningsOf(written({ until: 'output.done', every: '30s', within: '1h' }))).toEqual([]);
  });
});

it('a refusal for good ends the polling', async () => {
  const flow = defineWorkflow({
    name: 'flow',
    steps: {
      poll: {
        until: 'output.done',
        every: '1s',
        handler: () => {
          throw new PermanentError('there is no such parcel');
        },
      },
    },
  });
  const troupe = await startTroupe({ workflows: [flow] });
  const { taskId: id } = await troupe.submit(request('flow'));
  await taskFact(troupe, id, 'failed');
  expect(troupe.getTask(null, id).error).toMatchObject({ message: 'there is no such parcel' });
});
