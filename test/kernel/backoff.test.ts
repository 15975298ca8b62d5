/** How long a step rests between two attempts. */

import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { StepDetailView } from '../../src/views/tasks.ts';
import { RetryableError } from '../../src/worker/errors.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import { handlers, request, startTroupe, step, workflow } from '../support.ts';
import { fails, runThroughBackoffs } from './one-task.ts';

const fixed = { strategy: 'fixed', baseMs: 5, maxMs: 5, jitter: 'none' } as const;
const backoffsOf = ({ attempts }: StepDetailView): (number | null)[] =>
  attempts.map(({ backoffMs }) => backoffMs);

describe('the rest between two attempts', () => {
  it('doubles from two seconds up to thirty', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({
      clock,
      random: () => 0.999_999,
      handlers: handlers({ print: fails }),
    });
    const { task } = await troupe.submit(request('print', { maxRetries: 6 }));
    await runThroughBackoffs(troupe, clock, task.id, 'print');
    expect(backoffsOf(troupe.getStep(null, task.id, 'print'))).toEqual([
      2_000,
      4_000,
      8_000,
      16_000,
      30_000,
      30_000,
      null,
    ]);
  });

  it('lies between half and the whole of the formula by default', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock, random: () => 0, handlers: handlers({ print: fails }) });
    const { task } = await troupe.submit(request('print', { maxRetries: 2 }));
    await runThroughBackoffs(troupe, clock, task.id, 'print');
    expect(backoffsOf(troupe.getStep(null, task.id, 'print'))).toEqual([1_000, 2_000, null]);
  });

  it('is what the handler asks for, whatever the formula and its maximum', async () => {
    const clock = new ManualClock();
    const print = (): never => {
      throw new RetryableError('busy', { retryAfter: 600 });
    };
    const workflows = [workflow('w', [step('print', [], { backoff: fixed, maxAttempts: 2 })])];
    const troupe = await startTroupe({ clock, workflows, handlers: handlers({ print }) });
    const { task } = await troupe.submit(request('w'));
    await runThroughBackoffs(troupe, clock, task.id, 'print');
    expect(backoffsOf(troupe.getStep(null, task.id, 'print'))).toEqual([600_000, null]);
  });

  it('is at most an hour, and the formula when the wish makes no sense; the journal can tell it again', async () => {
    const clock = new ManualClock();
    const wishes = [
      86_400,
      -1,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      'soon',
      new Date(clock.now() + 60_000).toUTCString(),
    ];
    const print = ({ attempt }: HandlerContext): never => {
      throw new RetryableError('busy', { retryAfter: wishes[attempt - 1] ?? 0 });
    };
    const workflows = [workflow('w', [step('print', [], { backoff: fixed, maxAttempts: wishes.length })])];
    const troupe = await startTroupe({ clock, workflows, handlers: handlers({ print }) });
    const { task } = await troupe.submit(request('w'));
    await runThroughBackoffs(troupe, clock, task.id, 'print');
    expect(backoffsOf(troupe.getStep(null, task.id, 'print'))).toEqual([3_600_000, 5, 5, 5, 5, null]);
    for (const { seq } of troupe.history(null, task.id)) troupe.snapshot(null, task.id, seq);
  });
});
