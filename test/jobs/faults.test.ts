/** NATS, workers and orchestrators suffer faults while tasks run: every task ends, and no step is done twice. */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Troupe, TroupeOptions } from '../../src/troupe.ts';
import { TestNats } from '../nats-server.ts';
import { fact, handlers, request, startTroupe, stepFact, taskFact, temporaryFolder } from '../support.ts';
import { BenchWorker } from './bench-worker.ts';
import { freshPrefix, INSTALL_TIMEOUT_MS, natsBus } from './buses.ts';
import { ORDER, STEPS } from './order.ts';
import { allComplete, expectOnce, submitOrders } from './orders.ts';
import { TestProcess } from './processes.ts';

let server: TestNats;
beforeAll(async () => {
  server = await TestNats.start();
}, INSTALL_TIMEOUT_MS);
afterAll(() => server?.stop());

const start = async (prefix: string, options: Partial<TroupeOptions> = {}): Promise<Troupe> => {
  const bus = await natsBus(server.url, prefix);
  return startTroupe({ bus, prefix, workflows: [ORDER], heartbeatTimeoutMs: 3_000, ...options });
};

describe('with tasks running, all of them end and nothing is done twice', { timeout: 300_000 }, () => {
  it('when the nats-server is killed and starts again', async () => {
    const prefix = freshPrefix();
    const troupe = await start(prefix, { handlers: handlers({ Here: () => 'done' }) });
    const worker = await TestProcess.worker(server.url, prefix);
    const ids = await submitOrders(troupe, 40, 20);
    await fact(troupe, ({ actor, fact: name }) => actor === 'step:Pack' && name === 'running');
    await server.kill();
    const here = (await troupe.submit(request('Here'))).taskId;
    await taskFact(troupe, here, 'complete');
    await server.startAgain();
    await allComplete(troupe, ids);
    expectOnce(troupe, ids, [worker]);
  });

  it('when all that JetStream kept is lost', async () => {
    const prefix = freshPrefix();
    const troupe = await start(prefix);
    const worker = await TestProcess.worker(server.url, prefix);
    const ids = await submitOrders(troupe, 40, 20);
    await fact(troupe, ({ actor, fact: name }) => actor === 'step:Pack' && name === 'running');
    await server.kill();
    server.deleteStreams();
    await server.startAgain();
    await allComplete(troupe, ids);
    expectOnce(troupe, ids, [worker]);
  });

  it('when a worker is killed in the middle of its attempts', async () => {
    const prefix = freshPrefix();
    const troupe = await start(prefix);
    const doomed = await TestProcess.worker(server.url, prefix);
    const ids = await submitOrders(troupe, 20, 50);
    await doomed.messages.nth(30);
    await doomed.kill();
    const heir = await TestProcess.worker(server.url, prefix);
    await allComplete(troupe, ids);
    for (const id of ids) {
      for (const name of STEPS) {
        const ends = [...troupe.history(null, id)].filter(
          ({ actor, event }) => actor === `step:${name}` && event === 'attempt.complete',
        );
        expect(ends, `${id}/${name}`).toHaveLength(1);
      }
    }
    expect(heir.messages.seen.length).toBeGreaterThan(1);
  });

  it('when the orchestrator is killed and another opens its file', async () => {
    const prefix = freshPrefix();
    const db = join(temporaryFolder(), 'troupe.db');
    const worker = await TestProcess.worker(server.url, prefix);
    const before = await TestProcess.orchestrator(db, server.url, prefix);
    for (let n = 0; n < 20; n++) before.tell(request('Order', { payload: { ms: 50 } }));
    await worker.messages.nth(60);
    await before.kill();
    const ids = before.messages.seen.flatMap(({ submitted }) => submitted ?? []);
    expect(ids).toHaveLength(20);
    const after = await start(prefix, { db });
    await allComplete(after, ids);
    expectOnce(after, ids, [worker]);
  });
});

describe('an attempt with a worker elsewhere', () => {
  const open = (prefix: string, db: string): Promise<Troupe> => start(prefix, { db, workflows: [] });

  it('stays with its worker while the orchestrator is away', async () => {
    const prefix = freshPrefix();
    const db = join(temporaryFolder(), 'troupe.db');
    const bus = await natsBus(server.url, prefix);
    const charge = await BenchWorker.start(bus, 'Charge', { prefix });
    const before = await open(prefix, db);
    const ids = [];
    for (let n = 0; n < 2; n++) ids.push((await before.submit(request('Charge'))).taskId);
    const [begun, waiting] = await charge.jobs.first(2);
    if (begun === undefined || waiting === undefined) throw new Error('two jobs came');
    await charge.begin(begun);
    await expect.poll(() => [...before.history(null, begun.taskId)].at(-1)?.event).toBe('attempt.taken');
    await before.close();
    await charge.complete(begun, 'charged');

    const after = await open(prefix, db);
    await charge.complete(waiting, 'charged');
    await allComplete(after, ids);
    // The second message was the same job, and kept once.
    expect(charge.jobs.seen.map(({ token }) => token)).toEqual([begun.token, waiting.token]);
    for (const id of ids) expect(after.getStep(null, id, 'Charge').attempts).toHaveLength(1);
  });

  it('is one attempt though two workers do its job', async () => {
    const prefix = freshPrefix();
    const troupe = await start(prefix, { workflows: [] });
    const bus = await natsBus(server.url, prefix);
    const slow = await BenchWorker.start(bus, 'Charge', { prefix, ackWaitMs: 200, maxInFlight: 1 });
    const { taskId } = await troupe.submit(request('Charge'));
    const first = await slow.jobs.nth(1);
    slow.leave();
    const quick = await BenchWorker.start(bus, 'Charge', { prefix, ackWaitMs: 200, maxInFlight: 1 });
    const second = await quick.jobs.nth(1);
    expect(second.token).toBe(first.token);
    await slow.begin(first);
    await quick.begin(second);
    await quick.complete(second, 'quick');
    await slow.complete(first, 'slow');
    await taskFact(troupe, taskId, 'complete');
    await expect.poll(() => [...troupe.history(null, taskId)].at(-1)?.event).toBe('stale');
    expect(troupe.getTask(null, taskId).result).toEqual({ Charge: 'quick' });
  });

  it('waits for NATS when that is away from the start, and says so', async () => {
    const own = await TestNats.start();
    const { url } = own;
    try {
      const prefix = freshPrefix();
      const bus = await natsBus(url, prefix);
      const troupe = await startTroupe({ bus, prefix });
      await own.kill();
      const { taskId } = await troupe.submit(request('Charge'));
      await expect
        .poll(() => troupe.getTask(null, taskId).waitingFor[0]?.why)
        .toMatch(/^no worker of Charge can be reached: /);
      await own.startAgain();
      const charge = await BenchWorker.start(bus, 'Charge', { prefix });
      await charge.complete(await charge.jobs.nth(1));
      await taskFact(troupe, taskId, 'complete');
    } finally {
      await own.stop();
    }
  });
});

it('orchestrators on one NATS each hear of their own tasks, and share the workers', async () => {
  const prefix = freshPrefix();
  const troupes = await Promise.all([start(prefix, { workflows: [] }), start(prefix, { workflows: [] })]);
  const bus = await natsBus(server.url, prefix);
  const charge = await BenchWorker.start(bus, 'Charge', { prefix });
  const ids: string[][] = [[], []];
  for (let n = 0; n < 10; n++) {
    for (const [index, troupe] of troupes.entries())
      ids[index]?.push((await troupe.submit(request('Charge'))).taskId);
  }
  for (let n = 1; n <= 20; n++) {
    const job = await charge.jobs.nth(n);
    await charge.complete(job, job.taskId);
  }
  for (const [index, troupe] of troupes.entries()) {
    for (const id of ids[index] ?? []) {
      const { attempt } = await stepFact(troupe, id, 'Charge', 'complete');
      expect([attempt, troupe.getTask(null, id).result]).toEqual([1, { Charge: id }]);
    }
    expect((await troupe.metrics()).text).toContain('troupe_refused_outcomes_total 0');
  }
});
