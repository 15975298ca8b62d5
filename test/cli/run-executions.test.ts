/** The rows of a runbook's record, from the journal of tasks that really ran. */

import { describe, expect, it } from 'vitest';
import { cellOf, executionsOf } from '../../src/cli/run/executions.ts';
import type { Troupe } from '../../src/troupe.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import { fails, failsForGood, runSteps } from '../kernel/one-task.ts';
import { gate, step, stepFact, taskFact } from '../support.ts';

function rowsOf(troupe: Troupe, id: string): Record<string, unknown>[] {
  const { definition } = troupe.getWorkflow('w');
  const rows = executionsOf(troupe.getTask(null, id), troupe.history(null, id), definition);
  return rows.map(({ phase, columns }) => ({ phase, ...columns }));
}

describe('a row', () => {
  it('tells who did what with what, and the columns its handler adds', async () => {
    const steps = [
      step('Receive order', [], {
        agent: 'shop',
        channel: 'orders',
        outputs: [{ name: 'order', type: null }],
      }),
      step('Charge', ['Receive order'], { inputs: [{ name: 'order', type: null }] }),
    ];
    const { troupe, id } = await runSteps(steps, {
      'Receive order': () => ({ order: { ref: 'order_1' }, other: 2 }),
      Charge: (job) => {
        job.record({ amount_usd: 89.99, status: 'made up' });
        return 'receipt_1';
      },
    });
    await taskFact(troupe, id, 'complete');
    const [receive, charge] = rowsOf(troupe, id);
    expect(receive).toMatchObject({ phase: 'ReceiveOrder', agent: 'shop', channel: 'orders' });
    expect(charge).toMatchObject({
      phase: 'Charge',
      input: 'order_1',
      output: 'receipt_1',
      status: 'success',
      amount_usd: 89.99,
    });
    expect(charge).not.toHaveProperty('agent');
    expect(Date.parse(String(charge?.['at']))).not.toBeNaN();
  });

  it('has the time of all attempts together, without the waits between them', async () => {
    const attempts = [gate<() => unknown>(), gate<() => unknown>()];
    const { troupe, id, clock } = await runSteps(
      [step('a', [], { backoff: { strategy: 'fixed', baseMs: 5_000, maxMs: 5_000, jitter: 'none' } })],
      { a: async ({ attempt }: HandlerContext) => (await attempts[attempt - 1]?.promise)?.() },
    );
    await stepFact(troupe, id, 'a', 'running', 1);
    clock.advance(100);
    attempts[0]?.open(fails);
    await stepFact(troupe, id, 'a', 'retrying', 1);
    clock.advance(5_000);
    await stepFact(troupe, id, 'a', 'running', 2);
    clock.advance(50);
    attempts[1]?.open(() => 'done');
    await taskFact(troupe, id, 'complete');
    expect(rowsOf(troupe, id)).toEqual([expect.objectContaining({ duration_ms: 150, status: 'success' })]);
  });

  it('says how it failed', async () => {
    const { troupe, id } = await runSteps([step('a')], {
      a: (job) => {
        job.record({ tokens_used: 12 });
        throw Object.assign(new Error('no'), { name: 'PermanentError', code: 'NO_STOCK' });
      },
    });
    await taskFact(troupe, id, 'failed');
    expect(rowsOf(troupe, id)).toEqual([
      expect.objectContaining({ status: 'failed', output: 'NO_STOCK', tokens_used: 12 }),
    ]);
  });

  it('says that the time was up', async () => {
    const { troupe, id, clock } = await runSteps([step('a', [], { timeoutMs: 1_000, maxAttempts: 1 })], {
      a: () => new Promise(() => undefined),
    });
    await stepFact(troupe, id, 'a', 'running');
    clock.advance(1_000);
    await taskFact(troupe, id, 'failed');
    expect(rowsOf(troupe, id)).toEqual([expect.objectContaining({ status: 'timeout', duration_ms: 1_000 })]);
  });

  it('of an optional step that failed says skipped; what was not executed has none', async () => {
    const { troupe, id } = await runSteps(
      [
        step('try', [], { optional: true }),
        step('never', [], { condition: { op: 'is', value: { step: null, path: ['wanted'] } } }),
        step('bad'),
        step('after', ['bad']),
        step('tidy', [], { failuresAs: 'failed_steps' }),
      ],
      { try: failsForGood, bad: failsForGood },
    );
    await taskFact(troupe, id, 'failed');
    expect(rowsOf(troupe, id).map(({ phase, status }) => [phase, status])).toEqual([
      ['Try', 'skipped'],
      ['Bad', 'failed'],
      ['Tidy', 'success'],
    ]);
  });
});

describe('a cell', () => {
  it.each([
    ['order_1', 'order_1'],
    [7.5, 7.5],
    [true, true],
    [null, null],
    [{ ref: 'r1', id: 'i1' }, 'r1'],
    [{ id: 12 }, 12],
  ])('of %j is %j', (value, cell) => {
    expect(cellOf(value)).toBe(cell);
  });

  it('of anything else is its type and a hash: the same for the same content, in whatever order', () => {
    expect(cellOf({ a: 1, b: 2 })).toMatch(/^object:[0-9a-f]{8}$/);
    expect(cellOf({ b: 2, a: 1 })).toBe(cellOf({ a: 1, b: 2 }));
    expect(cellOf({ a: 1, b: 3 })).not.toBe(cellOf({ a: 1, b: 2 }));
    expect(cellOf([{ id: 1 }])).toMatch(/^array:[0-9a-f]{8}$/);
  });
});
