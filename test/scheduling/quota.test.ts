import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import { Quota } from '../../src/scheduling/quota.ts';
import { request, startTroupe } from '../support.ts';

function quotaAt(clock: { now(): number }, ratePerSecond: number, burst: number | null = null): Quota {
  return new Quota({ maxBacklog: null, ratePerSecond, burst, openOf: () => 0, now: () => clock.now() });
}

describe('the rate of a tenant', () => {
  const refused = (retryAfterSeconds: number) => ({
    kind: 'limited',
    code: 'RATE_EXCEEDED',
    retryAfterSeconds,
  });

  it('lets a burst through, then one as often as the rate says, and tells when', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock, ratePerTenant: 2, burstPerTenant: 3 });
    const asked = Array.from({ length: 5 }, () => troupe.submit(request('print')));
    const answers = await Promise.allSettled(asked);
    expect(answers.map(({ status }) => status === 'fulfilled')).toEqual([true, true, true, false, false]);
    await expect(troupe.submit(request('print'))).rejects.toMatchObject(refused(0.5));
    await troupe.submit(request('print', { tenantId: 'other' }));
    clock.advance(500);
    await troupe.submit(request('print'));
    await expect(troupe.submit(request('print'))).rejects.toMatchObject(refused(0.5));
    expect(troupe.listTasks({ tenantId: 'default', limit: 10 }).tasks).toHaveLength(4);
  });

  it('takes a batch as a whole or not at all, and counts neither repeats nor what was refused', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock, ratePerTenant: 1, burstPerTenant: 3 });
    const keyed = ['a', 'b'].map((idempotencyKey) => request('print', { idempotencyKey }));
    await troupe.submitBatch(keyed);
    for (const _ of [1, 2, 3]) expect(await troupe.submitBatch(keyed)).toMatchObject({ replayed: true });
    await expect(troupe.submit(request('print', { dependencies: ['nobody'] }))).rejects.toMatchObject({
      kind: 'invalid',
    });
    await expect(troupe.submitBatch([request('c'), request('d')])).rejects.toMatchObject(refused(1));
    await troupe.submit(request('c'));
    expect(troupe.listTasks({ tenantId: null, limit: 10 }).tasks).toHaveLength(3);
  });

  it('takes a batch larger than the burst after a silence, and a longer silence follows', async () => {
    const clock = new ManualClock();
    const troupe = await startTroupe({ clock, ratePerTenant: 10, burstPerTenant: 5 });
    await troupe.submitBatch(Array.from({ length: 20 }, () => request('print')));
    await expect(troupe.submit(request('print'))).rejects.toMatchObject(refused(1.6));
    clock.advance(1_600);
    await troupe.submit(request('print'));
  });

  it('locks nobody out when the clock is set back a day', () => {
    const clock = new ManualClock();
    const quota = quotaAt(clock, 1);
    quota.took('a', 1);
    clock.moveTo(clock.now() - 86_400_000);
    expect(quota.refusal('a', 1, 0)?.retryAfterSeconds).toBe(1);
    clock.advance(1_000);
    expect(quota.refusal('a', 1, 0)).toBeNull();
  });

  it('is held over any time, and whoever waits as long as told is let in', () => {
    const gaps = fc.array(fc.record({ waitMs: fc.nat(3_000), count: fc.integer({ min: 1, max: 12 }) }));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 10 }),
        gaps,
        (rate, burst, asks) => {
          const clock = { time: 0, now: () => clock.time };
          const quota = quotaAt(clock, rate, burst);
          let taken = 0;
          for (const { waitMs, count } of asks) {
            clock.time += waitMs;
            const refusal = quota.refusal('a', count, 0);
            if (refusal !== null) {
              clock.time += (refusal.retryAfterSeconds ?? 0) * 1_000;
              if (quota.refusal('a', count, 0) !== null) return false;
            }
            quota.took('a', count);
            taken += count;
            // Attempts over the burst are paid for before anything else is taken.
            if (taken > burst + (clock.time / 1_000) * rate + 12) return false;
          }
          return true;
        },
      ),
    );
  });

  it('remembers no more tenants than have lately submitted', () => {
    const clock = new ManualClock();
    const quota = quotaAt(clock, 10);
    for (let tenant = 0; tenant < 50_000; tenant++) {
      quota.took(`t${tenant}`, 1);
      clock.advance(1);
    }
    expect(quota.size).toBeLessThan(2_000);
  });
});
