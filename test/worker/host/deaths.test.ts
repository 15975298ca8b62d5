import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/worker/job.ts';
import { hostOf } from './hosting.ts';
import { KILLER_FILES, KILLERS } from './killers.ts';

const files = {
  ...KILLER_FILES,
  works:
    'export default async ({ payload }) => { await new Promise((done) => setTimeout(done, 30)); return payload.n; };',
  // It keeps the thread, and leaves the processor to others.
  loops:
    'const cell = new Int32Array(new SharedArrayBuffer(4)); export default () => { for (;;) Atomics.wait(cell, 0, 0, 5); };',
};

const errorOf = (outcome: Outcome): unknown => (outcome.status === 'failed' ? outcome.error : outcome);

describe('a process of handlers that dies', () => {
  it('fails the attempt that ended it, in whichever way, and no other', async () => {
    const { run } = await hostOf(files);
    for (const [killer, { error }] of Object.entries(KILLERS)) {
      const others = Array.from({ length: 3 }, (_, n) => run('works', { payload: { n } }));
      const culprit = run(killer);
      expect(errorOf(await culprit.outcome), killer).toMatchObject(error);
      for (const [n, other] of others.entries()) {
        expect(await other.outcome, killer).toMatchObject({ status: 'complete', output: n });
      }
    }
  });

  it('is replaced, so that later attempts run', async () => {
    const { run } = await hostOf(files);
    await run('exits').outcome;
    expect(await run('works', { payload: { n: 7 } }).outcome).toMatchObject({ output: 7 });
  });

  it('is found out among all others that die at the same time', async () => {
    const { run } = await hostOf(files);
    const killers = Object.keys(KILLERS).map((name) => [name, run(name)] as const);
    const others = Array.from({ length: 10 }, (_, n) => run('works', { payload: { n } }));
    for (const [name, { outcome }] of killers) {
      expect(errorOf(await outcome)).toMatchObject(KILLERS[name]?.error ?? {});
    }
    for (const { outcome } of others) expect((await outcome).status).toBe('complete');
  });

  it('takes a handler that ended one away from the others for its next attempts', async () => {
    const { run } = await hostOf(files);
    const first = run('exits');
    await first.outcome;
    const other = run('works', { payload: { n: 1 } });
    const again = run('exits', { attempt: 2, idempotencyKey: first.job.idempotencyKey });
    await again.outcome;
    expect((await other.outcome).status).toBe('complete');
    expect(other.losses).toEqual([]);
  });

  it('is ended when one attempt keeps it busy past its time, and others go on elsewhere meanwhile', async () => {
    const { host, run, log } = await hostOf(files);
    const before = run('works', { payload: { n: 1 } });
    const loop = run('loops');
    const after = run('works', { payload: { n: 2 } });
    expect((await before.outcome).status).toBe('complete');
    expect((await after.outcome).status).toBe('complete');
    const blocked = log.find(({ msg }) => msg.includes('keeps its process busy'));
    expect(blocked).toMatchObject({ handler: 'loops' });
    expect(blocked?.stack).toContain('loops.mjs:1');
    host.release(loop.job.token);
    await host.idle();
  });
});
