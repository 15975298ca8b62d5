// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** A step that sleeps: the clock ends it, whatever happens to the process and the task meanwhile. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe } from '../../src/troupe.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { request, startTroupe, stepFact, taskFact, temporaryFolder } from '../support.ts';
import { asked } from './one-task.ts';

const DAY_MS = 86_400_000;

const ran: string[] = [];
const nap = (sleep: number | string) =>
  defineWorkflow({
    name: 'nap',
    steps: {
      before: { handler: () => ({ seconds: 90, at: '1970-01-02T00:00:00Z' }) },
      rest: { dependsOn: ['before'], sleep },
      after: { dependsOn: ['rest'], handler: () => ran.push('after') },
    },
  });

async function napping(sleep: number | string, db = ':memory:') {
  const clock = new ManualClock(0);
  const options = { clock, db, workflows: [nap(sleep)] };
  const troupe = await startTroupe(options);
  const { taskId: id } = await troupe.submit(request('nap'));
  return { clock, troupe, id, options };
}

const statusOf = (troupe: Troupe, id: string): string => troupe.getTask(null, id).status;

describe('a step that sleeps', () => {
  it('waits for the clock, says until when, and goes on', async () => {
    const { clock, troupe, id } = await napping('3d');
    await taskFact(troupe, id, 'waiting');
    const until = new Date(clock.now() + 3 * DAY_MS).toISOString();
    const view = troupe.getTask(null, id);
    expect(view).toMatchObject({
      status: 'waiting',
      waitingFor: [
        { kind: 'sleep', step: 'rest', until, why: `sleeps until ${until}` },
        { kind: 'dependency', step: 'after', on: 'rest', why: 'step rest is waiting' },
      ],
    });
    expect(view.steps[1]).toMatchObject({ name: 'rest', status: 'waiting', attempt: 1, until });
    clock.advance(3 * DAY_MS - 1);
    expect(statusOf(troupe, id)).toBe('waiting');
    clock.advance(1);
    await taskFact(troupe, id, 'complete');
    expect(troupe.getStep(null, id, 'rest')).toMatchObject({ status: 'complete', output: null, error: null });
  });

  it.each([
    ['seconds in the output of a step before it', '${steps.before.output.seconds}', 90_000],
    ['a time in one', '${steps.before.output.at}', DAY_MS],
    ['a time that is written down', '1970-01-01T00:01:00Z', 60_000],
    ['a number of seconds', 1.5, 1_500],
  ])('takes %s', async (_, sleep, ms) => {
    const { clock, troupe, id } = await napping(sleep);
    await taskFact(troupe, id, 'waiting');
    expect(troupe.getStep(null, id, 'rest').until).toBe(new Date(ms).toISOString());
    clock.advance(ms);
    await taskFact(troupe, id, 'complete');
  });

  it('ends at once where its time is past', async () => {
    const { clock, troupe, id } = await napping('1969-12-31T00:00:00Z');
    await stepFact(troupe, id, 'rest', 'waiting');
    clock.advance(1);
    await taskFact(troupe, id, 'complete');
  });

  it.each([
    ['${payload.when}', 'sleep: ${payload.when} has no value: there is no payload.when'],
    ['${steps.before.output}', 'is no time'],
  ])('fails with what was found where %s gives no time', async (sleep, message) => {
    const { troupe, id } = await napping(sleep);
    await taskFact(troupe, id, 'failed');
    const { error } = troupe.getStep(null, id, 'rest');
    expect(error).toMatchObject({ code: 'WAIT_INVALID', retryable: false });
    expect(error?.message).toContain(message);
  });

  it('R6: a paused sleep that is past its time ends at resume, once', async () => {
    const { clock, troupe, id } = await napping('3d');
    await taskFact(troupe, id, 'waiting');
    await troupe.taskVerb(null, id, 'pause', asked);
    clock.advance(5 * DAY_MS);
    expect(troupe.getTask(null, id)).toMatchObject({ status: 'paused' });
    expect(troupe.getStep(null, id, 'rest').status).toBe('waiting');
    await troupe.taskVerb(null, id, 'resume', asked);
    clock.advance(1);
    await taskFact(troupe, id, 'complete');
    const ends = [...troupe.history(null, id)].filter(
      ({ actor, to }) => actor === 'step:rest' && to === 'complete',
    );
    expect(ends).toHaveLength(1);
  });

  it('goes on in the next process, and its whole past can be computed again', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const { clock, troupe, id, options } = await napping('3d', db);
    await taskFact(troupe, id, 'waiting');
    await troupe.taskVerb(null, id, 'pause', asked);
    clock.advance(DAY_MS);
    await troupe.close();
    const again = await startTroupe(options);
    expect(again.getTask(null, id).status).toBe('paused');
    await again.taskVerb(null, id, 'resume', asked);
    clock.advance(2 * DAY_MS);
    await taskFact(again, id, 'complete');
    const last = [...again.history(null, id)].length;
    for (let seq = 1; seq <= last; seq++) expect(again.moment(null, id, seq).differs).toBe(false);
    expect(again.moment(null, id).steps['rest']).toMatchObject({ state: 'complete' });
  });

  it.each([
    ['skip', { status: 'skipped', resolvedBy: 'ann' }],
    ['complete', { status: 'complete', output: 7, resolvedBy: 'ann' }],
  ] as const)('can be ended by hand: %s', async (verb, expected) => {
    const { troupe, id } = await napping('3d');
    await taskFact(troupe, id, 'waiting');
    const output = verb === 'complete' ? { output: 7 } : {};
    await troupe.stepVerb(null, id, 'rest', verb, { by: 'ann', reason: null, ...output });
    await taskFact(troupe, id, 'complete');
    expect(troupe.getStep(null, id, 'rest')).toMatchObject(expected);
  });

  it('is cancelled with its task', async () => {
    const { clock, troupe, id } = await napping('3d');
    await taskFact(troupe, id, 'waiting');
    await troupe.taskVerb(null, id, 'cancel', asked);
    clock.advance(4 * DAY_MS);
    expect(troupe.getTask(null, id)).toMatchObject({ status: 'cancelled', waitingFor: [] });
    expect(troupe.getStep(null, id, 'rest').status).toBe('cancelled');
  });

  it('does not begin where its condition does not hold', async () => {
    const workflow = defineWorkflow({
      name: 'choosy',
      steps: { rest: { sleep: '3d', when: 'payload.size == large' } },
    });
    const troupe = await startTroupe({ clock: new ManualClock(), workflows: [workflow] });
    const { taskId: id } = await troupe.submit(request('choosy', { payload: { size: 'small' } }));
    await taskFact(troupe, id, 'complete');
    const events = [...troupe.history(null, id)].filter(({ actor }) => actor === 'step:rest');
    expect(events.map(({ to }) => to)).toEqual(['pending', 'skipped']);
  });
});
