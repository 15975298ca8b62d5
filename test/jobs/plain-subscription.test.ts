/** Steps done by plain subscribers, whom nobody can see: a job is offered to them, and those who take it get more. */

import { join } from 'node:path';
import { connect } from 'nats';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import { startWorker } from '../../src/index.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe, TroupeOptions } from '../../src/troupe.ts';
import type { TaskView } from '../../src/views/tasks.ts';
import { TestNats } from '../nats-server.ts';
import {
  handlers,
  request,
  startTroupe,
  step,
  stepFact,
  taskFact,
  temporaryFolder,
  workflow,
} from '../support.ts';
import { BenchWorker } from './bench-worker.ts';
import { freshPrefix, INSTALL_TIMEOUT_MS, inProcessBus, natsBus } from './buses.ts';
import { PlainSubscriber } from './plain-subscriber.ts';

const PATIENTLY = { timeout: 300_000 };
const TIMEOUT_MS = 60_000;
const HOUR_MS = 3_600_000;
const ORDER = workflow('Order', [step('Receive'), step('Charge', ['Receive']), step('Ship', ['Charge'])]);

let server: TestNats;
beforeAll(async () => {
  server = await TestNats.start();
}, INSTALL_TIMEOUT_MS);
afterAll(() => server?.stop());

async function start(options: Partial<TroupeOptions> = {}) {
  const prefix = freshPrefix();
  const bus = await natsBus(server.url, prefix);
  const troupe = await startTroupe({ bus, prefix, workflows: [ORDER], ...options });
  const subscriber = (handler: string, more = {}) => PlainSubscriber.start(server.url, prefix, handler, more);
  return { prefix, bus, troupe, subscriber };
}

const submit = async (troupe: Troupe, name: string, more = {}): Promise<string> =>
  (await troupe.submit(request(name, more))).taskId;

const events = (troupe: Troupe, id: string): string[] =>
  [...troupe.history(null, id)].map(({ event }) => event);

/** Somebody could take it now. */
const offered = (troupe: Troupe, id: string): Promise<void> =>
  expect.poll(() => events(troupe, id), PATIENTLY).toContain('attempt.hindered');

const attemptsOf = ({ steps }: TaskView): number[] => steps.map(({ attempt }) => attempt);

/** How many messages the stream of jobs has. */
async function jobsKept(prefix: string): Promise<number> {
  const connection = await connect({ servers: server.url });
  onTestFinished(() => connection.close());
  const manager = await connection.jetstreamManager();
  return (await manager.streams.info(new Subjects(prefix).stream('jobs').name)).state.messages;
}

it('a task waits for them, says so and loses nothing by it, until one comes and does all its steps', async () => {
  const clock = new ManualClock();
  const { troupe, prefix, subscriber } = await start({ clock });
  const id = await submit(troupe, 'Order', { maxRetries: 0 });
  await offered(troupe, id);
  expect(troupe.getTask(null, id).waitingFor[0]).toEqual({
    kind: 'worker',
    step: 'Receive',
    handler: 'Receive',
    until: null,
    why: 'no worker serves handler Receive; attempt 1 is offered to whoever comes: start "troupe worker --handlers FOLDER" with Receive.ts in the folder',
  });
  clock.advance(HOUR_MS);
  expect(await jobsKept(prefix)).toBe(1);
  const { jobs } = await subscriber('*');
  clock.advance(TIMEOUT_MS);
  await taskFact(troupe, id, 'complete');
  expect(attemptsOf(troupe.getTask(null, id))).toEqual([1, 1, 1]);
  expect(jobs.seen.map((job) => [job.step, job.dependencies])).toEqual([
    ['Receive', {}],
    ['Charge', { Receive: 'done' }],
    ['Ship', { Charge: 'done' }],
  ]);
  await expect.poll(() => jobsKept(prefix), PATIENTLY).toBe(0);
});

it('two of one queue share 200 orders, each job is done once, and none stays in the stream', async () => {
  const { troupe, prefix, subscriber } = await start();
  const subscribers = [await subscriber('*'), await subscriber('*')];
  const ids = await Promise.all(Array.from({ length: 200 }, () => submit(troupe, 'Order')));
  for (const id of ids) await taskFact(troupe, id, 'complete');
  const done = subscribers.map(({ jobs }) => jobs.seen.map(({ idempotencyKey }) => idempotencyKey));
  expect(new Set(done.flat()).size).toBe(600);
  expect(done.flat()).toHaveLength(600);
  for (const jobs of done) expect(jobs.length).toBeGreaterThan(100);
  await expect.poll(() => jobsKept(prefix), PATIENTLY).toBe(0);
});

it('a step whose wait for a worker has an end is not offered, holds up no other, and ends when it should', async () => {
  const clock = new ManualClock();
  const brief = workflow('Brief', [step('Charge', [], { startTimeoutMs: 5_000 })]);
  const { troupe, prefix } = await start({ clock, workflows: [brief] });
  const first = await submit(troupe, 'Brief');
  const other = await submit(troupe, 'Charge');
  await offered(troupe, other);
  expect(troupe.getTask(null, first)).toMatchObject({
    steps: [{ status: 'pending' }],
    waitingFor: [
      { kind: 'worker', why: expect.stringMatching(/^no worker serves handler Charge; put Charge\.ts /) },
    ],
  });
  expect(await jobsKept(prefix)).toBe(1);
  clock.advance(5_000);
  await taskFact(troupe, first, 'failed');
  expect(troupe.getTask(null, first).error).toMatchObject({ code: 'START_TIMEOUT' });
});

it('one that gives signs keeps what it is at; silent, it is tried again, and offered', async () => {
  const clock = new ManualClock();
  const { troupe, prefix, subscriber } = await start({ clock });
  const says = [{ status: 'heartbeat', progress: 0.5 }];
  const { jobs, leave } = await subscriber('Charge', { says });
  const id = await submit(troupe, 'Charge', { timeoutSeconds: 3_600 });
  const { token } = await jobs.nth(1);
  await expect.poll(() => troupe.getTask(null, id).waitingFor[0]?.why, PATIENTLY).toMatch(/, 50 % done$/);
  await leave();
  clock.advance(30_000);
  await stepFact(troupe, id, 'Charge', 'retrying', 1);
  await expect.poll(() => jobsKept(prefix), PATIENTLY).toBe(0);
  const next = await subscriber('Charge');
  clock.advance(HOUR_MS);
  expect((await next.jobs.nth(1)).token).not.toBe(token);
  await taskFact(troupe, id, 'complete');
});

it('those who leave lose the few jobs they were sent; then one is offered again, and no more', async () => {
  const clock = new ManualClock();
  const { troupe, prefix, subscriber } = await start({ clock });
  const { jobs, leave } = await subscriber('Charge');
  await taskFact(troupe, await submit(troupe, 'Charge'), 'complete');
  await leave();
  const ids: string[] = [];
  for (let n = 0; n < 9; n++) ids.push(await submit(troupe, 'Charge'));
  await expect.poll(() => jobsKept(prefix), PATIENTLY).toBe(2);
  const known = () => troupe.health().workers.some(({ name }) => name === 'agent:default');
  expect(known()).toBe(true);
  await expect.poll(known, PATIENTLY).toBe(false);
  clock.advance(TIMEOUT_MS);
  const isOffered = (id: string) => events(troupe, id).includes('attempt.hindered');
  await expect.poll(() => ids.filter(isOffered).length, PATIENTLY).toBe(1);
  await expect.poll(() => jobsKept(prefix), PATIENTLY).toBe(1);
  const next = await subscriber('Charge');
  clock.advance(TIMEOUT_MS);
  for (const id of ids) await taskFact(troupe, id, 'complete');
  expect([jobs.seen.length, next.jobs.seen.length]).toEqual([1, 9]);
});

it('what is offered to nobody takes no place of its tenant', async () => {
  const { troupe } = await start({ tenantConcurrency: 1, handlers: handlers({ Here: () => 'done' }) });
  await offered(troupe, await submit(troupe, 'Charge'));
  await offered(troupe, await submit(troupe, 'Ship'));
  await taskFact(troupe, await submit(troupe, 'Here'), 'complete');
});

it('a worker that pulls takes what was offered too, however late, as the same attempt', async () => {
  const { troupe, prefix } = await start({ clock: new ManualClock(Date.now() - HOUR_MS) });
  const id = await submit(troupe, 'Charge', { maxRetries: 0 });
  await offered(troupe, id);
  const worker = await startWorker({ nats: server.url, prefix, handlers: { Charge: () => 'charged' } });
  onTestFinished(() => worker.stop());
  await taskFact(troupe, id, 'complete');
  expect(troupe.getTask(null, id).result).toEqual({ Charge: 'charged' });
  await expect.poll(() => jobsKept(prefix), PATIENTLY).toBe(0);
});

it('the time of what was offered begins when a worker that pulls is seen', async () => {
  const clock = new ManualClock();
  const { troupe, bus, prefix } = await start({ clock });
  const id = await submit(troupe, 'Charge', { maxRetries: 0 });
  await offered(troupe, id);
  clock.advance(HOUR_MS);
  await BenchWorker.start(bus, 'Charge', { prefix });
  await expect.poll(() => events(troupe, id), PATIENTLY).toContain('attempt.sent');
  clock.advance(TIMEOUT_MS);
  await taskFact(troupe, id, 'failed');
  expect(troupe.getTask(null, id).error).toMatchObject({ code: 'TIMEOUT' });
});

it('a server that restarts while a job is offered changes nothing, with or without what it kept', async () => {
  for (const forgets of [false, true]) {
    const clock = new ManualClock();
    const { troupe, prefix, subscriber } = await start({ clock });
    const id = await submit(troupe, 'Charge', { maxRetries: 0 });
    await offered(troupe, id);
    const { jobs } = await subscriber('Charge');
    await server.kill();
    if (forgets) server.deleteStreams();
    await server.startAgain();
    const next = await submit(troupe, 'Charge');
    await expect.poll(() => troupe.health().nats?.connected, PATIENTLY).toBe(true);
    await expect
      .poll(
        () => {
          clock.advance(TIMEOUT_MS);
          return jobs.seen.length;
          // Seldom: what is on its way must not be late by the next look.
        },
        { ...PATIENTLY, interval: 2_000 },
      )
      .toBeGreaterThan(0);
    for (const each of [id, next]) await taskFact(troupe, each, 'complete');
    expect(attemptsOf(troupe.getTask(null, id))).toEqual([1]);
    await expect.poll(() => jobsKept(prefix), PATIENTLY).toBe(0);
  }
});

it('what was offered by one process is done by the next, here if it can', async () => {
  const prefix = freshPrefix();
  const db = join(temporaryFolder(), 'troupe.db');
  const streams = streamsOf(new Subjects(prefix));
  const open = async (more: Partial<TroupeOptions> = {}) => {
    const bus = await connectNats({ url: server.url, name: 'test', streams, onError: () => undefined });
    return startTroupe({ bus, prefix, db, ...more });
  };
  const before = await open();
  const [charge, ship] = [
    await submit(before, 'Charge', { maxRetries: 0 }),
    await submit(before, 'Ship', { maxRetries: 0 }),
  ];
  for (const id of [charge, ship]) await offered(before, id);
  await before.close({ graceMs: 0 });
  const after = await open({ handlers: handlers({ Charge: () => 'here' }) });
  await taskFact(after, charge, 'complete');
  expect(after.getTask(null, ship).waitingFor).toMatchObject([{ kind: 'worker', step: 'Ship', until: null }]);
  const { jobs } = await PlainSubscriber.start(server.url, prefix, 'Ship');
  await after.close({ graceMs: 0 });
  const last = await open();
  await taskFact(last, ship, 'complete');
  expect((await jobs.nth(1)).attempt).toBe(1);
});

it('they may be in this process, on its bus without a server', async () => {
  const prefix = freshPrefix();
  const bus = inProcessBus(prefix);
  const troupe = await startTroupe({ bus, prefix, workflows: [ORDER] });
  const id = await submit(troupe, 'Order');
  expect(troupe.getTask(null, id).waitingFor[0]?.why).toMatch(
    /^no worker serves handler Receive; put Receive\.ts /,
  );
  bus.subscribe(`${prefix}.jobs.*.default.*`, { queue: 'workers' }, async ({ data }) => {
    const { token, outcomeTo } = JSON.parse(Buffer.from(data).toString());
    await bus.publish(outcomeTo, Buffer.from(JSON.stringify({ token, status: 'complete' })));
  });
  await taskFact(troupe, id, 'complete');
});
