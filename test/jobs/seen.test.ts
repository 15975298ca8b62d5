/** An orchestrator tells of the workers elsewhere: who serves which handler, and their progress. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bus } from '../../src/bus/bus.ts';
import { TestNats } from '../nats-server.ts';
import { handlers, request, startTroupe, step, taskFact, workflow } from '../support.ts';
import { BenchWorker } from './bench-worker.ts';
import { freshPrefix, INSTALL_TIMEOUT_MS, inProcessBus, natsBus } from './buses.ts';

const PATIENTLY = { timeout: 300_000 };

let server: TestNats;
beforeAll(async () => {
  server = await TestNats.start();
}, INSTALL_TIMEOUT_MS);
afterAll(() => server?.stop());

const BUSES: Readonly<Record<string, (prefix: string) => Promise<Bus>>> = {
  'in this process': async (prefix) => inProcessBus(prefix),
  'over NATS': (prefix) => natsBus(server.url, prefix),
};

describe.each(Object.entries(BUSES))('workers elsewhere, %s', (_where, openBus) => {
  it('are listed by agent, with what they serve, though nothing is to be done', async () => {
    const prefix = freshPrefix();
    const bus = await openBus(prefix);
    const billed = workflow('Bill', [step('Bill', [], { agent: 'billing' })]);
    const here = handlers({ Here: () => 1 });
    const troupe = await startTroupe({ bus, prefix, workflows: [billed], handlers: here });
    await BenchWorker.start(bus, 'Ship', { prefix });
    await BenchWorker.start(bus, 'Charge', { prefix });
    const bill = await BenchWorker.start(bus, 'Bill', { prefix, agent: 'billing' });
    const seen = () => [...troupe.health().workers].sort((a, b) => (a.name < b.name ? -1 : 1));
    await expect.poll(seen, PATIENTLY).toEqual([
      { name: 'agent:billing', handlers: ['Bill'], running: 0 },
      { name: 'agent:default', handlers: ['Charge', 'Ship'], running: 0 },
      { name: 'in-process', handlers: ['Here'], running: 0 },
    ]);
    await troupe.submit(request('Bill'));
    await bill.jobs.nth(1);
    expect(seen().map(({ running }) => running)).toEqual([1, 0, 0]);
  });

  it('are believed how far they say they are', async () => {
    const prefix = freshPrefix();
    const bus = await openBus(prefix);
    const troupe = await startTroupe({ bus, prefix });
    const worker = await BenchWorker.start(bus, 'Charge', { prefix });
    const { taskId } = await troupe.submit(request('Charge'));
    const job = await worker.jobs.nth(1);
    const why = () => troupe.getTask(null, taskId).waitingFor[0]?.why;
    await worker.begin(job);
    await expect.poll(why, PATIENTLY).toMatch(/^attempt 1 is running on a worker since \S+Z$/);
    await worker.say(job.outcomeTo, { token: job.token, status: 'heartbeat', progress: 0.4 });
    await expect.poll(why, PATIENTLY).toMatch(/, 40 % done$/);
    await worker.begin(job);
    await worker.complete(job);
    await taskFact(troupe, taskId, 'complete');
  });
});
