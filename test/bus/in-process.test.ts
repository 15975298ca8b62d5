import { describe, expect, it } from 'vitest';
import { InProcessBus, type InProcessBusOptions } from '../../src/bus/in-process.ts';
import type { BusMessage } from '../../src/bus/message.ts';
import { busContract } from './contract.ts';
import { Recorder } from './recorder.ts';

busContract('the in-process bus', async (options) => new InProcessBus(options));

function start(options: Partial<InProcessBusOptions> = {}) {
  const errors = new Recorder<unknown>();
  const bus = new InProcessBus({ streams: [], onError: errors.record, ...options });
  return { bus, errors };
}

const kibibyte = new Uint8Array(1024);
const jobs = { name: 'JOBS', pattern: 'jobs.>' };

describe('the memory of the in-process bus', () => {
  it('drops the newest for a subscriber that is too far behind, says so once, and goes on when it has caught up', async () => {
    const { bus, errors } = start({ maxBacklogBytes: 10 * 1024 });
    const seen = new Recorder<BusMessage>();
    bus.subscribe('a.*', {}, seen.record);
    for (let n = 0; n < 20; n++) void bus.publish(`a.${n}`, kibibyte);
    await seen.first(6);
    await bus.publish('a.last', kibibyte);
    await seen.first(7);
    const subjects = seen.seen.map(({ subject }) => subject);
    expect(subjects).toEqual(['a.0', 'a.1', 'a.2', 'a.3', 'a.4', 'a.5', 'a.last']);
    expect(errors.seen).toEqual([expect.objectContaining({ kind: 'limited', code: 'SLOW_SUBSCRIBER' })]);
  });

  it('refuses what a full stream cannot keep and takes it again once something was acknowledged', async () => {
    const { bus } = start({ streams: [jobs], maxStreamBytes: 4 * 1024 });
    const full = expect.objectContaining({ kind: 'limited', code: 'STREAM_FULL' });
    await bus.publish('jobs.a', kibibyte, { messageId: '1' });
    await bus.publish('jobs.a', kibibyte, { messageId: '2' });
    await expect(bus.publish('jobs.b', kibibyte, { messageId: '3' })).rejects.toEqual(full);
    const acknowledged = new Recorder<string>();
    await bus.consume('JOBS', 'jobs.a', { ackWaitMs: 60_000, maxInFlight: 1 }, (delivery) => {
      delivery.ack();
      acknowledged.record(delivery.message.subject);
    });
    await acknowledged.first(1);
    expect(await bus.publish('jobs.b', kibibyte, { messageId: '3' })).toMatchObject({ duplicate: false });
  });

  it('frees the room of a message only once, however often it is acknowledged', async () => {
    const { bus } = start({ streams: [jobs], maxStreamBytes: 2 * 1024 });
    const acknowledged = new Recorder<string>();
    await bus.consume('JOBS', 'jobs.a', { ackWaitMs: 60_000, maxInFlight: 1 }, (delivery) => {
      for (let n = 0; n < 5; n++) delivery.ack();
      acknowledged.record(delivery.message.subject);
    });
    await bus.publish('jobs.a', kibibyte);
    await acknowledged.first(1);
    await bus.publish('jobs.b', kibibyte);
    await expect(bus.publish('jobs.b', kibibyte)).rejects.toMatchObject({ code: 'STREAM_FULL' });
  });
});

describe('the turns of the in-process bus', () => {
  it('serves the members of a queue one after another', async () => {
    const { bus } = start();
    const turns = new Recorder<string>();
    for (const who of ['a', 'b', 'c']) bus.subscribe('x', { queue: 'q' }, () => turns.record(who));
    for (let n = 0; n < 7; n++) void bus.publish('x', kibibyte);
    expect(await turns.first(7)).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a']);
  });

  it('lets timers and sockets in while handlers keep publishing', async () => {
    const { bus } = start();
    let stopped = false;
    bus.subscribe('x', {}, () => {
      if (!stopped) void bus.publish('x', kibibyte);
    });
    const timer = new Promise<void>((resolve) => setTimeout(resolve, 5));
    await bus.publish('x', kibibyte);
    await timer;
    stopped = true;
    await bus.close();
  });

  it('refuses streams that share subjects', () => {
    const other = { name: 'OTHER', pattern: 'jobs.*.a' };
    expect(() => start({ streams: [jobs, other] })).toThrow('share no subject');
  });
});

describe('who hears the in-process bus', () => {
  const log = { name: 'LOG', pattern: 'log.>', keepMs: 60_000 };

  it('is told of a subject, and of all that a pattern takes', () => {
    const { bus } = start({ streams: [] });
    const taken = ['log.a.b', 'log.>', 'log.*.b'];
    expect(taken.map((subject) => bus.isHeard(subject))).toEqual([false, false, false]);
    const { unsubscribe } = bus.subscribe('*.a.b', {}, () => undefined);
    expect(taken.map((subject) => bus.isHeard(subject))).toEqual([true, true, true]);
    expect(bus.isHeard('log.a.c')).toBe(false);
    unsubscribe();
    expect(bus.isHeard('log.>')).toBe(false);
    bus.subscribe('>', {}, () => undefined);
    expect(bus.isHeard('log.>')).toBe(true);
  });

  it('is nobody who comes later, but for the work of a queue', () => {
    const { bus } = start({ streams: [jobs, log] });
    expect(bus.isKept('jobs.a')).toBe(true);
    expect(bus.isKept('jobs.>')).toBe(true);
    expect(bus.isKept('log.>')).toBe(false);
    expect(bus.isHeard('log.>')).toBe(false);
  });

  it('is no plain subscriber, when it is those who consume', async () => {
    const { bus } = start({ streams: [jobs] });
    await bus.consume(jobs.name, 'jobs.a', { ackWaitMs: 60_000, maxInFlight: 1 }, () => undefined);
    expect(bus.mayBeSubscribed('jobs.a')).toBe(false);
    bus.subscribe('jobs.a', {}, () => undefined);
    expect(bus.mayBeSubscribed('jobs.a')).toBe(true);
  });
});
