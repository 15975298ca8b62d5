/** Workers that die with a job in hand: who they were is in the history, and one job does not end them all. */

import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startWorker, type Troupe, type TroupeOptions } from '../../src/index.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import { TestNats } from '../nats-server.ts';
import { gate, request, startTroupe, step, stepFact, taskFact, workflow } from '../support.ts';
import { BenchWorker, type TakenJob } from './bench-worker.ts';
import { freshPrefix, INSTALL_TIMEOUT_MS, inProcessBus, natsBus } from './buses.ts';
import { ORDER } from './order.ts';
import { TestProcess } from './processes.ts';

let server: TestNats;
beforeAll(async () => {
  server = await TestNats.start();
}, INSTALL_TIMEOUT_MS);
afterAll(() => server?.stop());

const start = async (prefix: string, options: Partial<TroupeOptions> = {}): Promise<Troupe> => {
  const bus = await natsBus(server.url, prefix);
  return startTroupe({ bus, prefix, workflows: [ORDER], ...options });
};

/** Returns the workers in a step's journal. */
const workersOf = (troupe: Troupe, taskId: string, name: string) =>
  [...troupe.history(null, taskId)]
    .filter(({ actor, event }) => actor === `step:${name}` && /^attempt\.(taken|lost)$/.test(event))
    .map(({ event, to, detail }) => [event, to, detail['worker']]);

/** One that has begun the first step, and is killed in it. */
async function killInWork(prefix: string, taskId: string): Promise<string> {
  const doomed = await TestProcess.worker(server.url, prefix);
  await expect
    .poll(() => doomed.messages.seen.some((message) => message.taskId === taskId), PATIENTLY)
    .toBe(true);
  await doomed.kill();
  return `${hostname()}-${doomed.pid}`;
}

const PATIENTLY = { timeout: 300_000 };

describe('a worker that is killed with a job in hand', { timeout: 300_000 }, () => {
  it('is named in the history, and so is the one that takes over', async () => {
    const prefix = freshPrefix();
    const troupe = await start(prefix);
    const { taskId } = await troupe.submit(request('Order', { payload: { ms: 600_000 } }));
    const first = await TestProcess.worker(server.url, prefix);
    await expect.poll(() => workersOf(troupe, taskId, 'Receive'), PATIENTLY).toHaveLength(1);
    await first.kill();
    const second = await TestProcess.worker(server.url, prefix);
    const [one, other] = [first, second].map(({ pid }) => `${hostname()}-${pid}`);
    await expect
      .poll(() => workersOf(troupe, taskId, 'Receive'), PATIENTLY)
      .toEqual([
        ['attempt.taken', 'running', one],
        ['attempt.lost', 'running', one],
        ['attempt.taken', 'running', other],
      ]);
    expect(troupe.getTask(null, taskId).waitingFor[0]).toMatchObject({
      why: expect.stringContaining(`worker ${one} fell silent, and the job was offered again; attempt 1`),
    });
    expect(troupe.getStep(null, taskId, 'Receive').attempts).toMatchObject([
      { attempt: 1, status: 'running', worker: other, lost: [{ worker: one, returned: false }] },
    ]);
  });

  it('does not take the others with it: the third ends the attempt, which names them', async () => {
    const prefix = freshPrefix();
    const backoff = { strategy: 'fixed', baseMs: 3_600_000, maxMs: 3_600_000, jitter: 'none' } as const;
    const poison = workflow('Poison', [step('Receive', [], { maxAttempts: 2, backoff })]);
    const troupe = await start(prefix, { workflows: [poison] });
    const { taskId } = await troupe.submit(request('Poison', { payload: { ms: 600_000 } }));
    const names: string[] = [];
    for (let death = 0; death < 3; death++) names.push(await killInWork(prefix, taskId));
    // It hears of the third, and is called off.
    const survivor = await TestProcess.worker(server.url, prefix);
    await stepFact(troupe, taskId, 'Receive', 'retrying');
    const { attempts } = troupe.getStep(null, taskId, 'Receive');
    expect(attempts).toMatchObject([
      { status: 'failed', error: { code: 'WORKER_DIED', retryable: true }, lost: [{}, {}, {}] },
    ]);
    expect(attempts[0]?.lost?.at(-1)?.worker).toBe(names[2]);
    expect(attempts[0]?.error?.message).toContain(`worker ${names[2]}`);
    expect(troupe.getTask(null, taskId).waitingFor).toMatchObject([
      { why: expect.stringContaining(`worker ${names[2]}`) },
    ]);
    expect(survivor.messages.seen.some(({ event }) => event === 'start')).toBe(false);
  });
});

describe('a worker that leaves or falls silent', () => {
  const heartbeat = (job: TakenJob, more: object) => ({ token: job.token, status: 'heartbeat', ...more });

  it('gives its job back, which is no death, however often that happens', async () => {
    const prefix = freshPrefix();
    const bus = inProcessBus(prefix);
    const troupe = await startTroupe({ bus, prefix });
    const door = gate();
    const { taskId } = await troupe.submit(request('Print'));
    for (let time = 0; time < 5; time++) {
      const worker = await startWorker({
        bus,
        prefix,
        name: `w${time}`,
        handlers: { Print: () => door.promise },
      });
      await expect
        .poll(() => workersOf(troupe, taskId, 'Print').at(-1), PATIENTLY)
        .toEqual(['attempt.taken', 'running', `w${time}`]);
      await worker.stop({ graceMs: 0 });
      await expect
        .poll(() => workersOf(troupe, taskId, 'Print').at(-1), PATIENTLY)
        .toEqual(['attempt.lost', 'running', `w${time}`]);
    }
    door.open();
    const last = await startWorker({ bus, prefix, handlers: { Print: () => 'printed' } });
    onTestFinished(() => last.stop({ graceMs: 0 }));
    await taskFact(troupe, taskId, 'complete');
    const [attempt, ...more] = troupe.getStep(null, taskId, 'Print').attempts;
    expect(more).toEqual([]);
    expect(attempt?.lost?.map(({ returned }) => returned)).toEqual([true, true, true, true, true]);
  });

  it('is named by the failure of its attempt when nobody takes over', async () => {
    const clock = new ManualClock();
    const prefix = freshPrefix();
    const bus = inProcessBus(prefix);
    const troupe = await startTroupe({ bus, prefix, clock });
    const worker = await BenchWorker.start(bus, 'Print', { prefix });
    const { taskId } = await troupe.submit(request('Print', { timeoutSeconds: 3_600 }));
    const job = await worker.jobs.nth(1);
    await worker.say(job.outcomeTo, heartbeat(job, { worker: 'press-1', delivery: 1 }));
    await expect.poll(() => workersOf(troupe, taskId, 'Print')).toHaveLength(1);
    clock.advance(30_000);
    await stepFact(troupe, taskId, 'Print', 'retrying');
    expect(workersOf(troupe, taskId, 'Print').at(-1)).toEqual(['attempt.lost', 'retrying', 'press-1']);
    expect(troupe.getStep(null, taskId, 'Print').attempts).toMatchObject([
      {
        status: 'failed',
        error: { code: 'HEARTBEAT_TIMEOUT', message: 'worker press-1 gave no sign for 30000 ms' },
      },
    ]);
  });

  it('says a second time what it has, and is taken for dead by nobody', async () => {
    const prefix = freshPrefix();
    const bus = inProcessBus(prefix);
    const troupe = await startTroupe({ bus, prefix });
    const worker = await BenchWorker.start(bus, 'Print', { prefix });
    const { taskId } = await troupe.submit(request('Print'));
    const job = await worker.jobs.nth(1);
    const say = (more: object) => worker.say(job.outcomeTo, heartbeat(job, more));
    // Two copies of one job, as a stream made anew gives: both are first deliveries.
    for (const name of ['a', 'b', 'a', 'b', 'a']) await say({ worker: name, delivery: 1 });
    // One that was overtaken and does not know it.
    await say({ worker: 'c', delivery: 2 });
    for (const name of ['a', 'c', 'a', 'c']) await say({ worker: name, delivery: name === 'a' ? 1 : 2 });
    await worker.complete(job, 'printed');
    await taskFact(troupe, taskId, 'complete');
    expect(workersOf(troupe, taskId, 'Print').map(([event]) => event)).toEqual([
      'attempt.taken',
      'attempt.lost',
      'attempt.taken',
    ]);
  });
});
