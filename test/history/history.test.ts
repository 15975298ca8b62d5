/** The history of a task: its journal as users read it. */

import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import { RetryableError } from '../../src/worker/errors.ts';
import type { Handler } from '../../src/worker/job.ts';
import { gate, handlers, request, startTroupe, step, stepFact, taskFact, workflow } from '../support.ts';

describe('the history of a task', () => {
  const fixed = { strategy: 'fixed', baseMs: 4_000, maxMs: 4_000, jitter: 'none' } as const;

  async function run() {
    const clock = new ManualClock();
    const print: Handler = ({ attempt }) => {
      if (attempt === 1) throw new RetryableError('busy', { details: { queue: 3 } });
      return 'done';
    };
    const workflows = [workflow('w', [step('print', [], { backoff: fixed })])];
    const troupe = await startTroupe({ clock, workflows, handlers: handlers({ print }) });
    const { task } = await troupe.submit(request('w', { delaySeconds: 1 }));
    clock.advance(1_000);
    await stepFact(troupe, task.id, 'print', 'retrying');
    clock.advance(4_000);
    await taskFact(troupe, task.id, 'complete');
    return { troupe, id: task.id, clock };
  }

  it('reads as the story of each actor, with delays and errors, and without tokens or dice', async () => {
    const { troupe, id } = await run();
    const history = [...troupe.history(null, id)];
    const of = (actor: string): string[] =>
      history
        .filter((entry) => entry.actor === actor)
        .map(({ event, from, to }) => `${event}: ${from} → ${to}`);
    expect(of('step:print')).toEqual([
      'step.spawned: null → pending',
      'step.start: pending → running',
      'attempt.failed: running → retrying',
      'timer.backoff: retrying → retrying',
      'step.start: retrying → running',
      'attempt.complete: running → complete',
    ]);
    expect(of('task')).toEqual([
      'task.submitted: null → pending',
      'timer.delay: pending → running',
      'step.retrying: running → retrying',
      'step.ready: retrying → running',
      'step.complete: running → complete',
    ]);
    const failure = history.find(({ event }) => event === 'attempt.failed');
    expect(failure).toMatchObject({
      attempt: 1,
      detail: { backoffMs: 4_000, error: { name: 'RetryableError', message: 'busy', details: { queue: 3 } } },
    });
    const told = history.find(({ event }) => event === 'step.retrying');
    // In short: the step's own entry, just before, has it whole.
    const short = {
      name: 'RetryableError',
      message: 'busy',
      code: null,
      retryable: true,
      details: { queue: 3 },
    };
    expect(told?.detail['error']).toEqual(short);
    expect(JSON.stringify(history)).not.toMatch(/"(token|dice)"/);
  });

  it('gives each attempt its times, its error and the delay after it', async () => {
    const { troupe, id, clock } = await run();
    const at = (ms: number): string => new Date(clock.now() - 4_000 + ms).toISOString();
    const error = {
      name: 'RetryableError',
      message: 'busy',
      code: null,
      retryable: true,
      stack: expect.stringContaining('history.test.ts'),
      causes: [],
      errors: [],
      details: { queue: 3 },
      response: null,
    };
    expect(troupe.getStep(null, id, 'print').attempts).toEqual([
      { attempt: 1, status: 'failed', startedAt: at(0), finishedAt: at(0), error, backoffMs: 4_000 },
      {
        attempt: 2,
        status: 'complete',
        startedAt: at(4_000),
        finishedAt: at(4_000),
        error: null,
        backoffMs: null,
      },
    ]);
  });

  it('can be read by many at once, slowly, while the task goes on', async () => {
    const end = gate();
    const troupe = await startTroupe({ handlers: handlers({ print: () => end.promise }) });
    const { task } = await troupe.submit(request('print'));
    await stepFact(troupe, task.id, 'print', 'running');
    const [slow, other] = [troupe.history(null, task.id), troupe.history(null, task.id)];
    const first = slow[Symbol.iterator]();
    first.next();
    end.open();
    await taskFact(troupe, task.id, 'complete');
    expect([...other].at(-1)).toMatchObject({ actor: 'task', to: 'complete' });
    expect(first.next().value).toMatchObject({ seq: 2 });
  });

  it('has no moment before its first entry or after its last', async () => {
    const { troupe, id } = await run();
    const { seq: last } = troupe.snapshot(null, id);
    for (const seq of [0, -1, last + 1]) {
      expect(() => troupe.snapshot(null, id, seq)).toThrow(
        expect.objectContaining({ code: 'NO_SUCH_MOMENT' }),
      );
    }
  });

  it('is no business of another tenant', async () => {
    const { troupe, id } = await run();
    const refused = expect.objectContaining({ code: 'TASK_NOT_FOUND' });
    expect(() => troupe.history('other', id)).toThrow(refused);
    expect(() => troupe.snapshot('other', id)).toThrow(refused);
  });
});
