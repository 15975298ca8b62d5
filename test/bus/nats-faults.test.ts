/** The NATS bus keeps its promises while its server dies, freezes, forgets, or cannot be reached. */

import { randomUUID } from 'node:crypto';
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Delivery } from '../../src/bus/bus.ts';
import type { BusMessage } from '../../src/bus/message.ts';
import { connectNats, type NatsBus, type NatsBusOptions, type NatsStatus } from '../../src/bus/nats.ts';
import { TestNats } from '../nats-server.ts';
import { TcpProxy } from '../tcp-proxy.ts';
import { bytes, texts } from './contract/start.ts';
import { Recorder } from './recorder.ts';

let server: TestNats;
/** Nobody else's, in each test. */
let prefix: string;

beforeAll(async () => {
  server = await TestNats.start();
});
afterAll(() => server?.stop());
beforeEach(() => {
  prefix = `t${randomUUID()}`;
});

/** A condition that comes about soon, on a machine that has time. */
const PATIENTLY = { timeout: 300_000 };
const patient = { ackWaitMs: 60_000, maxInFlight: 10 };
const unavailable = expect.objectContaining({ kind: 'unavailable', code: 'BUS_UNAVAILABLE' });

interface Started {
  readonly bus: NatsBus;
  readonly statuses: Recorder<NatsStatus>;
  readonly errors: Recorder<unknown>;
  readonly job: string;
  readonly stream: string;
}

async function start(options: Partial<NatsBusOptions> = {}): Promise<Started> {
  const statuses = new Recorder<NatsStatus>();
  const errors = new Recorder<unknown>();
  const stream = `${prefix}_JOBS`;
  const bus = await connectNats({
    url: server.url,
    name: 'faults',
    streams: [{ name: stream, pattern: `${prefix}.jobs.>` }],
    onError: errors.record,
    onStatus: statuses.record,
    ...options,
  });
  onTestFinished(() => bus.close());
  return { bus, statuses, errors, job: `${prefix}.jobs.charge`, stream };
}

const states = ({ seen }: Recorder<NatsStatus>): string[] => seen.map(({ state }) => state);

async function proxy(): Promise<TcpProxy> {
  const started = await TcpProxy.start(server.port);
  onTestFinished(() => started.stop());
  return started;
}

async function raw(): Promise<NatsConnection> {
  const connection = await connect({ servers: server.url });
  onTestFinished(() => connection.close());
  return connection;
}

/** Takes and acknowledges everything. */
async function work({ bus, stream, job }: Started, options = patient): Promise<Recorder<BusMessage>> {
  const seen = new Recorder<BusMessage>();
  await bus.consume(stream, job, options, (delivery) => {
    delivery.ack();
    seen.record(delivery.message);
  });
  return seen;
}

describe('a server that dies', () => {
  it('is not needed to begin: what was subscribed to and consumed is taken up when it comes', async () => {
    await server.kill();
    const started = await start();
    const { bus, statuses, job } = started;
    expect(bus.connected).toBe(false);
    expect(bus.link.server).toBeNull();
    const heard = new Recorder<BusMessage>();
    bus.subscribe(`${prefix}.hello`, {}, heard.record);
    const worked = await work(started);
    await expect(bus.publish(job, bytes('1'))).rejects.toEqual(unavailable);
    await expect(bus.publish(`${prefix}.hello`, bytes('1'))).rejects.toEqual(unavailable);
    await expect(bus.request(`${prefix}.ask`, bytes('?'), { timeoutMs: 60_000 })).rejects.toEqual(
      unavailable,
    );
    await server.startAgain();
    await statuses.first(2);
    expect(states(statuses)).toEqual(['disconnected', 'connected']);
    expect(bus.link.server).toBe(`127.0.0.1:${server.port}`);
    await bus.publish(`${prefix}.hello`, bytes('2'));
    await bus.publish(job, bytes('2'));
    expect(texts(await heard.first(1))).toEqual(['2']);
    expect(texts(await worked.first(1))).toEqual(['2']);
  });

  it('says what may be heard: nothing while it is away, except for what a stream keeps', async () => {
    const { bus, statuses, job } = await start();
    expect(bus.isHeard(`${prefix}.hello`)).toBe(true);
    await server.kill();
    await statuses.first(2);
    expect(bus.isHeard(`${prefix}.hello`)).toBe(false);
    expect(bus.isHeard(job)).toBe(true);
    expect(bus.isHeard()).toBe(true);
    await server.startAgain();
  });

  it('has lost nothing it kept, and hears of what was acknowledged while it was away', async () => {
    const { bus, statuses, stream, job } = await start();
    const seen = new Recorder<Delivery>();
    const options = { ackWaitMs: 1_500, maxInFlight: 1 };
    await bus.publish(job, bytes('1'));
    await bus.publish(job, bytes('2'));
    await bus.consume(stream, job, options, seen.record);
    const first = await seen.nth(1);
    await server.kill();
    await statuses.first(2);
    first.ack();
    await server.startAgain();
    await statuses.first(3);
    const second = await seen.nth(2);
    second.ack();
    expect(texts(seen.seen.map(({ message }) => message))).toEqual(['1', '2']);
    await expect.poll(() => kept(stream), PATIENTLY).toBe(0);
  });

  it('fails at once what was waiting for an answer', async () => {
    const { bus } = await start();
    const heard = new Recorder<BusMessage>();
    bus.subscribe(`${prefix}.ask`, {}, heard.record);
    const asked = bus.request(`${prefix}.ask`, bytes('?'), { timeoutMs: 2 ** 31 - 1 });
    const refused = expect(asked).rejects.toEqual(unavailable);
    await heard.first(1);
    await server.kill();
    await refused;
    await server.startAgain();
  });

  it('can be closed while it is away', async () => {
    const { bus, statuses } = await start();
    await server.kill();
    await statuses.first(2);
    await bus.close();
    await server.startAgain();
  });
});

describe('several servers', () => {
  it('are one: whichever is there is used', async () => {
    const gone = await TcpProxy.start(server.port);
    const { url } = gone;
    await gone.stop();
    const { bus } = await start({ url: `${url},${server.url}` });
    expect(bus.link.server).toBe(`127.0.0.1:${server.port}`);
  });
});

describe('a server that forgets', () => {
  it('gets its streams and consumers again when it comes back without them', async () => {
    const started = await start();
    const worked = await work(started);
    const { bus, statuses, job } = started;
    await bus.publish(job, bytes('1'), { messageId: 'm1' });
    await worked.first(1);
    await server.kill();
    server.deleteStreams();
    await server.startAgain();
    await statuses.first(3);
    expect(await bus.publish(job, bytes('2'), { messageId: 'm1' })).toMatchObject({ duplicate: false });
    expect(texts(await worked.first(2))).toEqual(['1', '2']);
  });

  it('does not take a late acknowledgement for one of the message that has the number now', async () => {
    const { bus, statuses, stream, job } = await start();
    const seen = new Recorder<Delivery>();
    await bus.consume(stream, job, { ackWaitMs: 60_000, maxInFlight: 2 }, seen.record);
    await bus.publish(job, bytes('before'));
    const before = await seen.nth(1);
    await server.kill();
    server.deleteStreams();
    await server.startAgain();
    await statuses.first(3);
    await bus.publish(job, bytes('after'));
    const after = await seen.nth(2);
    before.ack();
    await bus.publish(`${prefix}.x`, bytes('flushed behind the acknowledgement'));
    expect(await kept(stream)).toBe(1);
    after.ack();
    await expect.poll(() => kept(stream), PATIENTLY).toBe(0);
  });

  it('gets a stream again that is deleted in use, by the next message for it or by who consumes it', async () => {
    const started = await start();
    const worked = await work(started);
    const { bus, stream, job } = started;
    const manager = await (await raw()).jetstreamManager();
    await manager.streams.delete(stream);
    await bus.publish(job, bytes('1'));
    expect(texts(await worked.first(1))).toEqual(['1']);
    await manager.streams.delete(stream);
    const consumers = () => manager.streams.info(stream).then(({ state }) => state.consumer_count);
    await expect.poll(consumers, PATIENTLY).toBe(1);
    await bus.publish(job, bytes('2'));
    expect(texts(await worked.first(2))).toEqual(['1', '2']);
  });
});

describe('a plain subscriber that answers what it hears', () => {
  it('is not taken for the stream, which is made anew when it keeps silent', async () => {
    const { bus, stream, job } = await start({ publishTimeoutMs: 100 });
    const subscriber = await raw();
    const heard = new Recorder<string>();
    subscriber.subscribe(job, {
      callback: (_, message) => {
        message.respond(Buffer.from('+ACK'));
        message.respond(Buffer.from('{"status":"complete"}'));
        heard.record(message.string());
      },
    });
    await subscriber.flush();
    const manager = await subscriber.jetstreamManager();
    await manager.streams.delete(stream);
    await expect(bus.publish(job, bytes('1'), { messageId: 'm1' })).rejects.toEqual(unavailable);
    await expect.poll(() => kept(stream).catch(() => null), PATIENTLY).toBe(0);
    expect(await bus.publish(job, bytes('1'), { messageId: 'm1' })).toMatchObject({ duplicate: false });
    expect(await kept(stream)).toBe(1);
    expect(await heard.first(2)).toEqual(['1', '1']);
  });

  it('has somewhere to answer to also when nothing is kept', async () => {
    const { bus, stream, job } = await start();
    const subscriber = await raw();
    const couldAnswer = new Recorder<boolean>();
    subscriber.subscribe(job, {
      callback: (_, message) => couldAnswer.record(message.respond(Buffer.from('+ACK'))),
    });
    await subscriber.flush();
    await bus.publish(job, bytes('1'), { keep: false });
    expect(await couldAnswer.nth(1)).toBe(true);
    await bus.publish(job, bytes('2'));
    expect(await couldAnswer.nth(2)).toBe(true);
    expect(await kept(stream)).toBe(1);
  });
});

describe('a server that freezes', () => {
  it('is given up; what it did not confirm is refused, and sent again is kept once', async () => {
    const started = await start({ publishTimeoutMs: 100, pingIntervalMs: 200 });
    const { bus, statuses, job } = started;
    await freeze();
    await expect(bus.publish(job, bytes('1'), { messageId: 'm1' })).rejects.toEqual(unavailable);
    await statuses.first(2);
    expect(states(statuses)).toEqual(['connected', 'disconnected']);
    server.thaw();
    await statuses.first(3);
    await bus.publish(job, bytes('1'), { messageId: 'm1' });
    await bus.publish(job, bytes('2'), { messageId: 'm2' });
    const worked = await work(started);
    expect(texts(await worked.first(2))).toEqual(['1', '2']);
  });

  it('does not hold up the close of the bus', async () => {
    const { bus } = await start();
    await freeze();
    const startedAt = performance.now();
    await bus.close();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('a wire', () => {
  it('that is reset loses no acknowledgement', async () => {
    const wire = await proxy();
    const { bus, statuses, stream, job } = await start({ url: wire.url });
    const seen = new Recorder<Delivery>();
    await bus.consume(stream, job, { ackWaitMs: 60_000, maxInFlight: 20 }, seen.record);
    for (let n = 0; n < 20; n++) await bus.publish(job, bytes(`${n}`));
    await seen.first(20);
    for (const delivery of seen.seen) delivery.ack();
    wire.reset();
    await statuses.first(3);
    await expect.poll(() => kept(stream), PATIENTLY).toBe(0);
    expect(seen.seen).toHaveLength(20);
  });

  it('that is reset fails what was in flight at once, and all of it arrives once when sent again', async () => {
    const wire = await proxy();
    const started = await start({ url: wire.url });
    const { bus, statuses, job } = started;
    const send = (n: number) => bus.publish(job, bytes(`${n}`), { messageId: `m${n}` });
    const numbers = Array.from({ length: 500 }, (_, index) => index);
    const sent = Promise.allSettled(numbers.map(send));
    wire.reset();
    const failed = (await sent).flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
    expect(failed.length).toBeGreaterThan(0);
    await statuses.first(3);
    await Promise.all(failed.map(send));
    const worked = await work(started);
    const arrived = texts(await worked.first(500)).map(Number);
    expect(arrived.sort((a, b) => a - b)).toEqual(numbers);
  });

  it('that was never any good holds nothing open, and is used once it is', async () => {
    const wire = await proxy();
    wire.blackHole();
    const trying = start({ url: wire.url });
    await expect.poll(() => wire.connections, PATIENTLY).toBeGreaterThan(0);
    wire.reset();
    const { bus, statuses } = await trying;
    expect(bus.connected).toBe(false);
    expect(statuses.seen).toEqual([{ state: 'disconnected', reason: expect.stringContaining('127.0.0.1') }]);
    wire.heal();
    await statuses.first(2);
    expect(bus.connected).toBe(true);
  });

  it('that goes silent is noticed, and left for a new one', async () => {
    const wire = await proxy();
    const started = await start({ url: wire.url, pingIntervalMs: 100 });
    // Messages that the server sent into the silence come again after this.
    const worked = await work(started, { ackWaitMs: 500, maxInFlight: 10 });
    const { bus, statuses, job } = started;
    const other = await start();
    wire.blackHole();
    await other.bus.publish(job, bytes('1'));
    await statuses.first(2);
    expect(states(statuses)).toEqual(['connected', 'disconnected']);
    wire.heal();
    await statuses.first(3);
    expect(bus.connected).toBe(true);
    expect(texts(await worked.first(1))).toEqual(['1']);
  });
});

async function freeze(): Promise<void> {
  onTestFinished(() => server.thaw());
  await server.freeze();
}

/** How many messages the stream holds. */
async function kept(stream: string): Promise<number> {
  const manager = await (await raw()).jetstreamManager();
  return (await manager.streams.info(stream)).state.messages;
}
