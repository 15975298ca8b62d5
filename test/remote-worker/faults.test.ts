/** A worker keeps its promises while jobs repeat, break or are called off, and while NATS or it stops. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { InProcessBus } from '../../src/bus/in-process.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { ANY, Subjects } from '../../src/bus/subjects.ts';
import { type Handler, type HandlerContext, startWorker, type WorkerSettings } from '../../src/index.ts';
import { Recorder } from '../bus/recorder.ts';
import { TestNats } from '../nats-server.ts';
import { gate } from '../support.ts';
import { type ByHand, byHand, byHandOver, bytes, jobOf } from './by-hand.ts';

let nats: TestNats;
let hand: ByHand;
beforeAll(async () => {
  nats = await TestNats.start();
});
afterAll(() => nats?.stop());
beforeEach(async () => {
  hand = await byHandOver(nats.url);
});

async function work(handlers: Readonly<Record<string, Handler>>, settings: Partial<WorkerSettings> = {}) {
  const worker = await startWorker({ nats: nats.url, prefix: hand.prefix, handlers, ...settings });
  onTestFinished(() => worker.stop({ graceMs: 0 }));
  return worker;
}

const echo = ({ payload }: HandlerContext) => payload;

/** A handler that tells when it began and goes on when the test lets it. */
function heldHandler() {
  const started = new Recorder<HandlerContext>();
  const door = gate();
  const held = async (job: HandlerContext) => {
    started.record(job);
    await door.promise;
    return 'done';
  };
  return { held, started, open: door.open };
}

describe('a job that comes twice', () => {
  it('is run once while it runs, and answered from memory after', async () => {
    const { held, started, open } = heldHandler();
    await work({ held, echo });
    const job = await hand.send('held');
    await started.nth(1);
    await hand.send('held', { ...job });
    await hand.send('echo');
    await hand.outcomes.nth(1);
    open();
    expect(await hand.outcomes.nth(2)).toMatchObject({ token: job.token, output: 'done' });
    await hand.send('held', { ...job });
    await hand.send('echo');
    await hand.outcomes.nth(3);
    expect(started.seen).toHaveLength(1);
  });
});

describe('a job that cannot be run', () => {
  const broken: readonly [string, (job: object) => Uint8Array][] = [
    ['is not JSON', () => Buffer.from('{"token":')],
    ['is not UTF-8', () => Uint8Array.from([0x22, 0xff, 0x22])],
    ['is no object', () => bytes([])],
    ['lacks its token', (job) => bytes({ ...job, token: undefined })],
    ['has a token that would begin another header', (job) => bytes({ ...job, token: 'a\r\nb: c' })],
    ['has a payload that is a list', (job) => bytes({ ...job, payload: [] })],
    ['is for another handler than it was sent to', (job) => bytes({ ...job, handler: 'refund' })],
    ['is of another tenant than it was sent for', (job) => bytes({ ...job, tenantId: 'evil' })],
    [
      'wants its outcome where there are no outcomes',
      (job) => bytes({ ...job, outcomeTo: '$JS.API.STREAM.DELETE.X' }),
    ],
  ];

  it.each(broken)('which %s is thrown away, and the next one is done', async (_, make) => {
    const ran: HandlerContext[] = [];
    await work({ echo, charge: (job) => void ran.push(job) }, { concurrency: 2 });
    const subject = hand.subjects.of({
      kind: 'job',
      tenantId: 'default',
      agent: 'default',
      handler: 'charge',
    });
    await hand.bus.publish(subject, make(jobOf(hand.subjects, 'charge')));
    const { token } = await hand.send('charge');
    expect(await hand.outcomes.nth(1)).toMatchObject({ token });
    expect(ran.map((job) => job.token)).toEqual([token]);
  });
});

describe('a job that comes after its deadline', () => {
  const LONG_AGO = '2020-01-01T00:00:00.000Z';

  it('is told of at once, and not run when that is answered: it is over', async () => {
    const ran = new Recorder<string>();
    await work({ echo, charge: ({ payload }) => ran.record(String(payload.name)) });
    const late = await hand.send('charge', { deadline: LONG_AGO, payload: { name: 'late' } });
    expect(await hand.heartbeats.nth(1)).toMatchObject({ token: late.token });
    await hand.release(late.token);
    await expect.poll(() => hand.jobsLeft()).toBe(0);
    // By when this one is run, so would the first have been.
    await hand.send('charge', { deadline: LONG_AGO, payload: { name: 'current' } });
    expect(await ran.nth(1)).toBe('current');
  });

  it('is run when nobody says that it is over: its time had not begun, or it is the clocks', async () => {
    await work({ charge: () => 'charged' });
    const { token } = await hand.send('charge', { deadline: LONG_AGO });
    expect(await hand.outcomes.nth(1)).toMatchObject({ token, status: 'complete', output: 'charged' });
  });
});

describe('a job taken over from another worker after its deadline', () => {
  const LONG_AGO = '2020-01-01T00:00:00.000Z';
  /** A worker that takes one job, and leaves it to the others at once. */
  const takeAndLeave = async (handler: string, job: Readonly<Record<string, unknown>>) => {
    const pattern = hand.subjects.pattern({ kind: 'job', tenantId: ANY, agent: 'default', handler });
    const left = new Recorder<null>();
    const options = { ackWaitMs: 500 * 2.5, maxInFlight: 1 };
    const stream = hand.subjects.stream('jobs').name;
    const first = await hand.bus.consume(stream, pattern, options, (delivery) => {
      first.unsubscribe();
      delivery.nak(0);
      left.record(null);
    });
    const sent = await hand.send(handler, job);
    await left.nth(1);
    return sent;
  };

  it('is run: its timeout began anew with the one who had it', async () => {
    const { token } = await takeAndLeave('charge', { deadline: LONG_AGO });
    await work({ charge: () => 'charged' }, { heartbeatMs: 500 });
    expect(await hand.outcomes.nth(1)).toMatchObject({ token, status: 'complete', output: 'charged' });
  });

  it('is told of at once, so that an orchestrator who gave it up can call it off', async () => {
    const started = new Recorder<null>();
    const aborted = new Recorder<string>();
    const { token } = await takeAndLeave('charge', { deadline: LONG_AGO });
    await work(
      {
        charge: (job) =>
          new Promise((resolve) => {
            job.signal.addEventListener('abort', () => resolve(aborted.record(job.token)));
            started.record(null);
          }),
      },
      { heartbeatMs: 500 },
    );
    expect(await hand.heartbeats.nth(1)).toMatchObject({ token });
    // A job called off before its handler is called ends without it.
    await started.nth(1);
    await hand.release(token);
    expect(await aborted.nth(1)).toBe(token);
  });
});

describe('an attempt that is called off', () => {
  it('has its signal fired, gives no outcome and makes room for the next', async () => {
    const started = new Recorder<HandlerContext>();
    const aborted = new Recorder<unknown>();
    await work(
      {
        wait: (job) =>
          new Promise((_, reject) => {
            job.signal.addEventListener('abort', () => {
              aborted.record(job.signal.reason);
              reject(job.signal.reason);
            });
            started.record(job);
          }),
        echo,
      },
      { concurrency: 2 },
    );
    const { token } = await hand.send('wait');
    await started.nth(1);
    await hand.release(token);
    expect(await aborted.nth(1)).toBeInstanceOf(Error);
    await hand.send('wait');
    await started.nth(2);
    await hand.send('echo');
    await hand.outcomes.nth(1);
    expect(hand.outcomes.seen.map((outcome) => outcome.token)).not.toContain(token);
  });

  it('before its job came is not begun', async () => {
    const ran: string[] = [];
    await work({ charge: ({ token }) => void ran.push(token) });
    const { token } = jobOf(hand.subjects, 'charge');
    await hand.release('not even JSON wants this');
    await hand.bus.publish(hand.subjects.of({ kind: 'release', node: 'hand' }), Buffer.from('{'));
    await hand.release(token);
    // Heard in order on one connection: this one only after the notice.
    await hand.send('charge', { token });
    const next = await hand.send('charge');
    await hand.outcomes.nth(1);
    expect(ran).toEqual([next.token]);
  });
});

describe('a worker that leaves', () => {
  it('takes no more, and lets what runs finish', async () => {
    const { held, started, open } = heldHandler();
    const worker = await work({ held });
    const first = await hand.send('held');
    await started.nth(1);
    const stopped = worker.stop({ graceMs: 20_000 });
    const second = await hand.send('held');
    open();
    await stopped;
    expect(await hand.outcomes.nth(1)).toMatchObject({ token: first.token, output: 'done' });
    expect(started.seen).toHaveLength(1);
    await work({ held });
    expect(await hand.outcomes.nth(2)).toMatchObject({ token: second.token });
  });

  it('hands back what does not finish in time, as the same attempt, at once', async () => {
    const { held, started } = heldHandler();
    const worker = await work({ held });
    const { token } = await hand.send('held');
    const { signal } = await started.nth(1);
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    await worker.stop({ graceMs: 0 });
    await aborted;
    await work({ held: () => 'by another' });
    expect(await hand.outcomes.nth(1)).toMatchObject({ token, output: 'by another' });
  });
});

describe('a worker that dies in mid-attempt', () => {
  it('leaves its job to another, as the same attempt', async () => {
    const heartbeatMs = 200;
    const script = fileURLToPath(new URL('stuck-worker.ts', import.meta.url));
    const args = ['--import', import.meta.resolve('tsx'), script, nats.url, hand.prefix, `${heartbeatMs}`];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const { token } = await hand.send('charge');
    await once(child.stdout, 'data');
    await work({ charge: () => 'by another' }, { heartbeatMs });
    expect(hand.outcomes.seen).toEqual([]);
    child.kill('SIGKILL');
    expect(await hand.outcomes.nth(1)).toMatchObject({ token, output: 'by another' });
  });
});

describe('NATS going away', () => {
  it('in mid-attempt delays the outcome, and no more', async () => {
    const { held, started, open } = heldHandler();
    const worker = await work({ held }, { heartbeatMs: 500 });
    const { token } = await hand.send('held');
    await started.nth(1);
    await nats.kill();
    open();
    await nats.startAgain();
    expect(await hand.outcomes.nth(1)).toMatchObject({ token, output: 'done' });
    await expect.poll(() => worker.running, { timeout: 300_000 }).toBe(0);
    expect(started.seen).toHaveLength(1);
  });

  it('with all its streams costs the jobs in it, not the outcome of what runs', async () => {
    const { held, started, open } = heldHandler();
    await work({ held });
    const { token } = await hand.send('held');
    await started.nth(1);
    await nats.kill();
    nats.deleteStreams();
    await nats.startAgain();
    open();
    expect(await hand.outcomes.nth(1)).toMatchObject({ token, output: 'done' });
    const next = await expect
      .poll(() => hand.send('held').catch(() => null), { timeout: 300_000 })
      .not.toBeNull()
      .then(() => hand.outcomes.nth(2));
    expect(next).toMatchObject({ output: 'done' });
  });
});

describe('a bus that says no', () => {
  it('has the outcome again, until it says yes', async () => {
    const prefix = 'full';
    const subjects = new Subjects(prefix);
    const streams = streamsOf(subjects);
    const bus = new InProcessBus({ streams, onError: () => undefined, maxStreamBytes: 5_000 });
    onTestFinished(() => bus.close());
    const others = subjects.of({ kind: 'outcome', node: 'other', tenantId: 'a', taskId: 'b', step: 'c' });
    await bus.publish(others, bytes({ filler: 'x'.repeat(3_000) }));
    const { held, started, open } = heldHandler();
    const worker = await startWorker({
      bus,
      prefix,
      handlers: { large: async (job) => `${await held(job)}${'x'.repeat(2_500)}` },
    });
    onTestFinished(() => worker.stop({ graceMs: 0 }));
    const { token, ...job } = jobOf(subjects, 'large');
    const address = { kind: 'job', tenantId: 'default', agent: 'default', handler: 'large' } as const;
    await bus.publish(subjects.of(address), bytes({ token, ...job }));
    await started.nth(1);
    open();
    await new Promise(setImmediate);
    const late = await byHand(bus, prefix);
    expect(await late.outcomes.nth(2)).toMatchObject({ token, status: 'complete' });
  });
});
