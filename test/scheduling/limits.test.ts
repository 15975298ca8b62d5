/** Requests over a limit are refused by name, and harm nobody else. */

import { describe, expect, it } from 'vitest';
import type { Handler } from '../../src/worker/job.ts';
import { gate, handlers, request, startTroupe, taskFact } from '../support.ts';

const KIB = 1_024;

describe('an output', () => {
  async function runOnce(run: Handler) {
    let executions = 0;
    const print: Handler = (job) => {
      executions++;
      return run(job);
    };
    const troupe = await startTroupe({ handlers: handlers({ print }) });
    const { task } = await troupe.submit(request('print'));
    await Promise.race([taskFact(troupe, task.id, 'failed'), taskFact(troupe, task.id, 'complete')]);
    expect(executions).toBe(1);
    return troupe.getTask(null, task.id);
  }

  it('of 256 KiB is stored', async () => {
    const output = 'x'.repeat(256 * KIB - 2);
    expect((await runOnce(() => output)).result).toEqual({ print: output });
  });

  it('of one byte more fails the attempt for good', async () => {
    expect(await runOnce(() => 'x'.repeat(256 * KIB - 1))).toMatchObject({
      status: 'failed',
      retryCount: 0,
      error: { step: 'print', code: 'OUTPUT_TOO_LARGE', retryable: false },
    });
  });

  it('is measured in bytes, not characters', async () => {
    expect(await runOnce(() => '€'.repeat(100 * KIB))).toMatchObject({ error: { code: 'OUTPUT_TOO_LARGE' } });
  });

  it('nested deeper than 64 levels, or no JSON at all, fails the attempt for good', async () => {
    const nested = (levels: number): unknown => (levels === 0 ? [] : [nested(levels - 1)]);
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(await runOnce(() => nested(64))).toMatchObject({ error: { code: 'OUTPUT_TOO_DEEP' } });
    expect(await runOnce(() => nested(63))).toMatchObject({ status: 'complete' });
    for (const output of [circle, 10n, () => 1]) {
      expect(await runOnce(() => output)).toMatchObject({
        status: 'failed',
        error: { code: 'OUTPUT_NOT_JSON' },
      });
    }
  });
});

describe('the number of unfinished tasks of a tenant', () => {
  const refused = { kind: 'limited', code: 'LIMIT_REACHED', retryAfterSeconds: 5 };

  it('is limited, also when many ask at once, and other tenants are not concerned', async () => {
    const end = gate();
    const troupe = await startTroupe({
      maxBacklogPerTenant: 3,
      handlers: handlers({ print: () => end.promise }),
    });
    const asked = Array.from({ length: 10 }, () => troupe.submit(request('print')));
    const answers = await Promise.allSettled(asked);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject(refused);
    await troupe.submit(request('print', { tenantId: 'other' }));

    end.open();
    for (const { id } of troupe.listTasks({ tenantId: 'default', limit: 10 }).tasks) {
      await taskFact(troupe, id, 'complete');
    }
    await troupe.submit(request('print'));
  });

  it('counts a batch as a whole: all or nothing', async () => {
    const troupe = await startTroupe({ maxBacklogPerTenant: 3 });
    const batch = [request('a'), request('b')];
    await troupe.submitBatch(batch);
    await expect(troupe.submitBatch(batch)).rejects.toMatchObject(refused);
    expect(troupe.listTasks({ tenantId: null, limit: 10 }).tasks).toHaveLength(2);
    await troupe.submit(request('c'));
  });

  it('does not refuse what was submitted before under the same key', async () => {
    const troupe = await startTroupe({ maxBacklogPerTenant: 1 });
    const once = request('print', { idempotencyKey: 'k' });
    const { task } = await troupe.submit(once);
    expect(await troupe.submit(once)).toMatchObject({ replayed: true, task: { id: task.id } });
    await expect(troupe.submit(request('print'))).rejects.toMatchObject(refused);
  });
});
