import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { InProcessBus } from '../../src/bus/in-process.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import {
  type HandlerContext,
  PermanentError,
  startWorker,
  type Worker,
  type WorkerSettings,
} from '../../src/index.ts';
import { Recorder } from '../bus/recorder.ts';
import { TestNats } from '../nats-server.ts';
import { gate } from '../support.ts';
import { type ByHand, byHand, byHandOver, bytes, jobOf } from './by-hand.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await TestNats.start();
});
afterAll(() => nats?.stop());

async function work(
  { prefix }: ByHand,
  handlers: WorkerSettings['handlers'],
  settings: Partial<WorkerSettings> = {},
): Promise<Worker> {
  const worker = await startWorker({ nats: nats.url, prefix, handlers, ...settings });
  onTestFinished(() => worker.stop({ graceMs: 0 }));
  return worker;
}

const echo = ({ payload }: HandlerContext) => payload;

describe('a worker', () => {
  it('runs a job and answers with its output, then the job is gone from the stream', async () => {
    const hand = await byHandOver(nats.url);
    await work(hand, { echo });
    const { token } = await hand.send('echo', { payload: { orderId: 'ORD123' } });
    expect(await hand.outcomes.first(1)).toEqual([
      { token, status: 'complete', output: { orderId: 'ORD123' } },
    ]);
    await expect.poll(() => hand.jobsLeft(), { timeout: 300_000 }).toBe(0);
  });

  it('takes up jobs that were sent before there was any worker', async () => {
    const hand = await byHandOver(nats.url);
    const { token } = await hand.send('echo');
    await work(hand, { echo });
    expect(await hand.outcomes.nth(1)).toMatchObject({ token, status: 'complete' });
  });

  it('gives a handler its job as it would get it in process, whatever its payload is called', async () => {
    const hand = await byHandOver(nats.url);
    const seen = new Recorder<HandlerContext>();
    await work(hand, { look: seen.record });
    const payload = JSON.parse('{"__proto__":{"a":1},"constructor":2}');
    const job = await hand.send('look', { payload, dependencies: { before: { id: 7 } }, newerField: 1 });
    const got = await seen.nth(1);
    expect(JSON.stringify(got.payload)).toBe(JSON.stringify(payload));
    expect(got).toMatchObject({ taskId: job.taskId, attempt: 1, dependencies: { before: { id: 7 } } });
    expect(got.signal.aborted).toBe(false);
    expect(got).not.toHaveProperty('outcomeTo');
    expect(got).not.toHaveProperty('newerField');
  });

  it('answers with what was thrown, and with the columns recorded', async () => {
    const hand = await byHandOver(nats.url);
    await work(hand, {
      refuse: (job) => {
        job.record({ amount_usd: 89.99 });
        throw new PermanentError('card expired', { code: 'EXPIRED' });
      },
    });
    await hand.send('refuse');
    expect(await hand.outcomes.nth(1)).toMatchObject({
      status: 'failed',
      error: { name: 'PermanentError', message: 'card expired', code: 'EXPIRED', retryable: false },
      record: { amount_usd: 89.99 },
    });
  });

  it('holds an output to the same limits', async () => {
    const hand = await byHandOver(nats.url);
    await work(hand, { flood: () => 'x'.repeat(300_000) });
    await hand.send('flood');
    expect((await hand.outcomes.nth(1)).error).toMatchObject({ code: 'OUTPUT_TOO_LARGE', retryable: false });
  });

  it('answers that an outcome is too large to be carried, instead of trying for ever', async () => {
    const hand = await byHandOver(nats.url);
    await work(hand, {
      flood: (job) => {
        for (let i = 0; i < 400; i++) job.record({ [`column${i}`]: 'x'.repeat(4_000) });
      },
    });
    await hand.send('flood');
    expect((await hand.outcomes.nth(1)).error).toMatchObject({ code: 'OUTCOME_TOO_LARGE', retryable: false });
  });

  it('says that it is at work, again and again, and keeps the job from going to others meanwhile', async () => {
    const hand = await byHandOver(nats.url);
    const done = gate();
    let runs = 0;
    const slow = async () => {
      runs++;
      await done.promise;
    };
    await work(hand, { slow }, { heartbeatMs: 100 });
    await work(hand, { slow }, { heartbeatMs: 100 });
    const { token } = await hand.send('slow');
    const heartbeats = await hand.heartbeats.first(10);
    expect(new Set(heartbeats.map(({ token }) => token))).toEqual(new Set([token]));
    done.open();
    await hand.outcomes.nth(1);
    expect(runs).toBe(1);
  });

  it('says who it is, and as which delivery it has the job, to a server that takes that and to no other', async () => {
    const hand = await byHandOver(nats.url);
    const done = gate();
    const slow = () => done.promise;
    await work(hand, { slow }, { heartbeatMs: 100, name: 'press-1' });
    const plain = await hand.send('slow');
    const said = await hand.heartbeats.nth(1);
    expect(said).toEqual({ token: plain.token, status: 'heartbeat' });
    const asked = await hand.send('slow', { accepts: ['worker', 'what is not known yet'] });
    await expect
      .poll(() => hand.heartbeats.seen.find(({ token }) => token === asked.token))
      .toEqual({ token: asked.token, status: 'heartbeat', worker: 'press-1', delivery: 1 });
    done.open();
    await hand.outcomes.nth(2);
  });

  it.each(['', 'x'.repeat(256)])('refuses to be called %j', async (name) => {
    const hand = await byHandOver(nats.url);
    await expect(work(hand, { slow: () => null }, { name })).rejects.toMatchObject({ code: 'INVALID_NAME' });
  });

  it('never has more in hand than it may run at once', async () => {
    const hand = await byHandOver(nats.url);
    const started = new Recorder<string>();
    const doors = Array.from({ length: 20 }, () => gate());
    let running = 0;
    let most = 0;
    const count = async ({ token }: HandlerContext) => {
      most = Math.max(most, ++running);
      started.record(token);
      await doors[started.seen.length - 1]?.promise;
      running--;
    };
    const worker = await work(hand, { count }, { concurrency: 3 });
    for (const _ of doors) await hand.send('count');
    for (const [index, door] of doors.entries()) {
      await started.nth(Math.min(index + 3, doors.length));
      expect(worker.running).toBeLessThanOrEqual(3);
      door.open();
    }
    await hand.outcomes.first(20);
    expect(most).toBe(3);
  });

  it('serves the jobs of its agent only', async () => {
    const hand = await byHandOver(nats.url);
    await work(hand, { echo }, { agent: 'gpu' });
    await hand.send('echo', { payload: { for: 'default' } });
    const job = jobOf(hand.subjects, 'echo', { payload: { for: 'gpu' } });
    const address = { kind: 'job', tenantId: 'default', agent: 'gpu', handler: 'echo' } as const;
    await hand.bus.publish(hand.subjects.of(address), bytes(job));
    expect(await hand.outcomes.nth(1)).toMatchObject({ output: { for: 'gpu' } });
  });

  it('runs a handler whatever its name is', async () => {
    const hand = await byHandOver(nats.url);
    const names = ['send.mail', 'a b', '*', '>', 'größe 🚚', `${'ü'.repeat(99)}.`];
    await work(hand, Object.fromEntries(names.map((name) => [name, () => name])));
    for (const name of names) await hand.send(name);
    const outputs = (await hand.outcomes.first(names.length)).map(({ output }) => output);
    expect(new Set(outputs)).toEqual(new Set(names));
  });

  it('works over the bus of a process as well', async () => {
    const prefix = 'inside';
    const bus = new InProcessBus({ streams: streamsOf(new Subjects(prefix)), onError: () => undefined });
    onTestFinished(() => bus.close());
    const hand = await byHand(bus, prefix);
    const worker = await startWorker({ bus, prefix, handlers: { echo } });
    await hand.send('echo', { payload: { a: 1 } });
    expect(await hand.outcomes.nth(1)).toMatchObject({ output: { a: 1 } });
    await worker.stop();
    expect(await bus.publish('still.open', bytes(1))).toMatchObject({ duplicate: false });
  });

  it('refuses what could never work', async () => {
    const bus = new InProcessBus({ streams: [], onError: () => undefined });
    onTestFinished(() => bus.close());
    const code = (expected: string) => expect.objectContaining({ code: expected });
    await expect(startWorker({ bus, handlers: {} })).rejects.toEqual(code('INVALID_HANDLERS'));
    await expect(startWorker({ bus, handlers: { 'troupe.http': echo } })).rejects.toEqual(
      code('INVALID_HANDLERS'),
    );
    await expect(startWorker({ bus, handlers: { echo }, concurrency: 0 })).rejects.toEqual(
      code('INVALID_CONCURRENCY'),
    );
    await expect(startWorker({ nats: 'http://x', handlers: { echo } })).rejects.toEqual(
      code('INVALID_NATS_URL'),
    );
  });
});
