/** A job that cannot be sent: its time stands still until it is, and whoever asks is told what it waits for. */

import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe } from '../../src/troupe.ts';
import { TestNats } from '../nats-server.ts';
import { request, startTroupe, step, stepFact, taskFact, temporaryFolder, workflow } from '../support.ts';
import { BenchWorker } from './bench-worker.ts';
import { freshPrefix, INSTALL_TIMEOUT_MS, natsBus } from './buses.ts';

const PATIENTLY = { timeout: 300_000 };
const LONGER_THAN_AN_ATTEMPT_MS = 120_000;

let server: TestNats;
beforeAll(async () => {
  server = await TestNats.start();
}, INSTALL_TIMEOUT_MS);
afterAll(() => server?.stop());

const events = (troupe: Troupe, id: string): string[] =>
  [...troupe.history(null, id)].map(({ event }) => event);

/** A worker is there, so that jobs are sent; then the server is not, and one is to be sent. */
async function hindered(troupe: Troupe, worker: BenchWorker, name = 'Charge'): Promise<string> {
  const { taskId: first } = await troupe.submit(request('Charge'));
  await worker.complete(await worker.jobs.nth(1));
  await taskFact(troupe, first, 'complete');
  await server.kill();
  const { taskId } = await troupe.submit(request(name));
  await expect.poll(() => events(troupe, taskId), PATIENTLY).toContain('attempt.hindered');
  return taskId;
}

it('it spends none of its time while NATS is away, and all of it afterwards', async () => {
  const prefix = freshPrefix();
  const clock = new ManualClock();
  const bus = await natsBus(server.url, prefix);
  const troupe = await startTroupe({ bus, prefix, clock });
  const worker = await BenchWorker.start(await natsBus(server.url, prefix), 'Charge', { prefix });
  const taskId = await hindered(troupe, worker);
  expect(troupe.getTask(null, taskId).waitingFor).toMatchObject([
    { kind: 'worker', until: null, why: expect.stringMatching(/^attempt 1 is sent as soon as/) },
  ]);
  clock.advance(LONGER_THAN_AN_ATTEMPT_MS);
  await server.startAgain();
  const job = await worker.jobs.nth(2);
  expect(Date.parse(job.deadline)).toBe(clock.now() + 60_000);
  await expect.poll(() => events(troupe, taskId), PATIENTLY).toContain('attempt.sent');
  expect(troupe.getStep(null, taskId, 'Charge')).toMatchObject({ status: 'running', attempt: 1 });
  clock.advance(60_000);
  await stepFact(troupe, taskId, 'Charge', 'retrying', 1);
});

it('it is sent by the process that opens the file next', async () => {
  const prefix = freshPrefix();
  const db = join(temporaryFolder(), 'troupe.db');
  const streams = streamsOf(new Subjects(prefix));
  const connect = () => connectNats({ url: server.url, name: 'test', streams, onError: () => undefined });
  const before = await startTroupe({ bus: await connect(), prefix, db });
  const worker = await BenchWorker.start(await natsBus(server.url, prefix), 'Charge', { prefix });
  const taskId = await hindered(before, worker);
  await before.close({ graceMs: 0 });
  await server.startAgain();
  const after = await startTroupe({ bus: await connect(), prefix, db });
  await worker.complete(await worker.jobs.nth(2), 'charged');
  await taskFact(after, taskId, 'complete');
  expect(after.getStep(null, taskId, 'Charge').attempts).toHaveLength(1);
});

it('it spends the time that its step has for all attempts, and still says that it could not be sent', async () => {
  const prefix = freshPrefix();
  const clock = new ManualClock();
  const bus = await natsBus(server.url, prefix);
  const workflows = [workflow('Order', [step('Charge', [], { withinMs: 600_000 })])];
  const troupe = await startTroupe({ bus, prefix, clock, workflows });
  const worker = await BenchWorker.start(await natsBus(server.url, prefix), 'Charge', { prefix });
  const taskId = await hindered(troupe, worker, 'Order');
  expect(troupe.getTask(null, taskId).waitingFor).toMatchObject([
    {
      kind: 'worker',
      until: new Date(clock.now() + 600_000).toISOString(),
      why: expect.stringMatching(/^attempt 1 is sent as soon as/),
    },
  ]);
  clock.advance(599_999);
  await server.startAgain();
  const job = await worker.jobs.nth(2);
  expect(Date.parse(job.deadline)).toBe(clock.now() + 1);
  clock.advance(1);
  await taskFact(troupe, taskId, 'failed');
  expect(troupe.getStep(null, taskId, 'Charge').error).toMatchObject({ code: 'WITHIN' });
});
