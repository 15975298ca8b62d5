/** Work queues: kept until acknowledged, shared, bounded in flight, delivered again. */

import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../src/bus/bus.ts';
import type { BusMessage } from '../../../src/bus/message.ts';
import { ANY } from '../../../src/bus/subjects.ts';
import { Recorder } from '../recorder.ts';
import { bytes, type Start, text, texts } from './start.ts';

export function describeStreams(start: Start): void {
  const patient = { ackWaitMs: 60_000, maxInFlight: 100 };

  describe('consume', () => {
    it('keeps what was published before anyone consumed, in order', async () => {
      const { bus, jobs, job } = await start();
      for (const n of ['1', '2', '3']) await bus.publish(job('charge'), bytes(n));
      const seen = new Recorder<BusMessage>();
      await bus.consume(jobs.name, job('charge'), patient, (delivery) => {
        seen.record(delivery.message);
        delivery.ack();
      });
      expect(texts(await seen.first(3))).toEqual(['1', '2', '3']);
    });

    it('divides a stream by pattern and gives plain subscribers a copy', async () => {
      const { bus, jobs, job, subjects } = await start();
      const pattern = (handler: string) =>
        subjects.pattern({ kind: 'job', tenantId: ANY, agent: 'default', handler });
      const charge = new Recorder<BusMessage>();
      const ship = new Recorder<BusMessage>();
      const copy = new Recorder<BusMessage>();
      bus.subscribe(jobs.pattern, {}, copy.record);
      const settle = (recorder: Recorder<BusMessage>) => (delivery: Delivery) => {
        recorder.record(delivery.message);
        delivery.ack();
      };
      await bus.consume(jobs.name, pattern('charge'), patient, settle(charge));
      await bus.consume(jobs.name, pattern('ship'), patient, settle(ship));
      await bus.publish(job('charge'), bytes('c1'));
      await bus.publish(job('ship'), bytes('s1'));
      await bus.publish(job('charge'), bytes('c2'));
      expect(texts(await charge.first(2))).toEqual(['c1', 'c2']);
      expect(texts(await ship.first(1))).toEqual(['s1']);
      expect(texts(await copy.first(3))).toEqual(['c1', 's1', 'c2']);
      expect(copy.seen.map(({ replyTo }) => replyTo)).toEqual([null, null, null]);
    });

    it('gives each message to one of those who consume the same pattern', async () => {
      const { bus, jobs, job } = await start();
      const seen = new Recorder<string>();
      for (const who of ['a', 'b']) {
        await bus.consume(jobs.name, job('charge'), { ackWaitMs: 60_000, maxInFlight: 2 }, (delivery) => {
          seen.record(`${who}${text(delivery.message)}`);
        });
      }
      for (const n of ['1', '2', '3', '4']) await bus.publish(job('charge'), bytes(n));
      const taken = await seen.first(4);
      expect(taken.map((entry) => entry.slice(1)).sort()).toEqual(['1', '2', '3', '4']);
      expect(taken.map((entry) => entry.slice(0, 1)).sort()).toEqual(['a', 'a', 'b', 'b']);
    });

    it('holds back beyond maxInFlight until something is settled', async () => {
      const { bus, jobs, job } = await start();
      const seen = new Recorder<Delivery>();
      const options = { ackWaitMs: 60_000, maxInFlight: 2 };
      await bus.consume(jobs.name, job('charge'), options, seen.record);
      for (const n of ['1', '2', '3']) await bus.publish(job('charge'), bytes(n));
      const [first] = await seen.first(2);
      const copy = new Recorder<BusMessage>();
      bus.subscribe(job('charge'), {}, copy.record);
      await bus.publish(job('charge'), bytes('4'));
      await copy.first(1);
      expect(seen.seen).toHaveLength(2);
      first?.ack();
      expect(text((await seen.nth(3)).message)).toBe('3');
    });

    it('delivers again what is not acknowledged in time, and counts the deliveries', async () => {
      const { bus, jobs, job } = await start();
      const seen = new Recorder<Delivery>();
      await bus.consume(jobs.name, job('charge'), { ackWaitMs: 50, maxInFlight: 1 }, seen.record);
      await bus.publish(job('charge'), bytes('1'));
      const again = await seen.nth(2);
      expect(seen.seen.map(({ deliveries }) => deliveries)).toEqual([1, 2]);
      again.ack();
      await bus.publish(job('charge'), bytes('2'));
      expect(text((await seen.nth(3)).message)).toBe('2');
    });

    it('delivers again after nak and its delay, not before', async () => {
      const { bus, jobs, job } = await start();
      const seen = new Recorder<{ delivery: Delivery; at: number }>();
      await bus.consume(jobs.name, job('charge'), patient, (delivery) =>
        seen.record({ delivery, at: performance.now() }),
      );
      await bus.publish(job('charge'), bytes('1'));
      const before = await seen.nth(1);
      const nakedAt = performance.now();
      before.delivery.nak(60);
      const after = await seen.nth(2);
      expect(after.delivery.deliveries).toBe(2);
      // A timer may round by a millisecond.
      expect(after.at - nakedAt).toBeGreaterThan(58);
      after.delivery.ack();
    });

    it('knows a message by the same id at every delivery, and no other by it', async () => {
      const { bus, jobs, job } = await start();
      const seen = new Recorder<Delivery>();
      await bus.consume(jobs.name, job('charge'), patient, (delivery) => {
        seen.record(delivery);
        if (delivery.deliveries === 1) delivery.nak(0);
        else delivery.ack();
      });
      for (const n of ['1', '2']) await bus.publish(job('charge'), bytes(n));
      const deliveries = await seen.first(4);
      const idsOf = (n: string) =>
        new Set(deliveries.filter(({ message }) => text(message) === n).map(({ id }) => id));
      expect([idsOf('1').size, idsOf('2').size]).toEqual([1, 1]);
      expect(idsOf('1')).not.toEqual(idsOf('2'));
    });

    it('lets a consumer that says it is working keep its message beyond ackWaitMs', async () => {
      const { bus, jobs, job } = await start();
      const seen = new Recorder<Delivery>();
      const idle = new Recorder<Delivery>();
      await bus.consume(jobs.name, job('charge'), { ackWaitMs: 500, maxInFlight: 2 }, seen.record);
      await bus.consume(jobs.name, job('clock'), { ackWaitMs: 500, maxInFlight: 1 }, idle.record);
      await bus.publish(job('charge'), bytes('1'));
      const held = await seen.nth(1);
      const beat = setInterval(() => held.working(), 20);
      await bus.publish(job('clock'), bytes('tick'));
      await idle.nth(3);
      clearInterval(beat);
      held.ack();
      await bus.publish(job('charge'), bytes('2'));
      expect(text((await seen.nth(2)).message)).toBe('2');
    });

    it('reports a handler that throws and leaves its message unsettled', async () => {
      const { bus, jobs, job, errors } = await start();
      const seen = new Recorder<Delivery>();
      await bus.consume(jobs.name, job('charge'), { ackWaitMs: 50, maxInFlight: 1 }, (delivery) => {
        seen.record(delivery);
        if (delivery.deliveries === 1) throw new Error('broken');
        delivery.ack();
      });
      await bus.publish(job('charge'), bytes('1'));
      expect((await seen.nth(2)).deliveries).toBe(2);
      expect(errors.seen.map(({ error }) => String(error))).toEqual(['Error: broken']);
    });

    it('accepts an acknowledgement that comes after the message was delivered again', async () => {
      const { bus, jobs, job } = await start();
      const seen = new Recorder<Delivery>();
      await bus.consume(jobs.name, job('charge'), { ackWaitMs: 100, maxInFlight: 1 }, seen.record);
      await bus.publish(job('charge'), bytes('1'));
      const [first] = await seen.first(2);
      first?.ack();
      await bus.publish(job('charge'), bytes('2'));
      expect(text((await seen.nth(3)).message)).toBe('2');
    });

    it('hands what a consumer left unsettled to the next one', async () => {
      const { bus, jobs, job } = await start();
      const leaving = new Recorder<Delivery>();
      const next = new Recorder<Delivery>();
      const options = { ackWaitMs: 300, maxInFlight: 1 };
      const subscription = await bus.consume(jobs.name, job('charge'), options, leaving.record);
      await bus.publish(job('charge'), bytes('1'));
      await bus.publish(job('charge'), bytes('2'));
      await leaving.first(1);
      subscription.unsubscribe();
      const before = leaving.seen.length;
      await bus.consume(jobs.name, job('charge'), options, (delivery) => {
        next.record(delivery);
        delivery.ack();
      });
      expect((await next.first(2)).map(({ message }) => text(message)).sort()).toEqual(['1', '2']);
      expect(leaving.seen).toHaveLength(before);
    });

    it('takes over at once what a predecessor left unsettled', async () => {
      const { bus, jobs, job } = await start();
      const dead = new Recorder<Delivery>();
      const heir = new Recorder<Delivery>();
      const subscription = await bus.consume(jobs.name, job('charge'), patient, dead.record);
      for (const n of ['1', '2']) await bus.publish(job('charge'), bytes(n));
      await dead.first(2);
      subscription.unsubscribe();
      await bus.consume(jobs.name, job('charge'), { ...patient, takesOver: true }, heir.record);
      expect((await heir.first(2)).map(({ message }) => text(message)).sort()).toEqual(['1', '2']);
    });

    it('says who consumes what, and how much of it waits', async () => {
      const { bus, jobs, job } = await start();
      const stateOf = async (handler: string) =>
        (await bus.inspect(jobs.name)).consumers.find(({ pattern }) => pattern === job(handler));
      expect(await bus.inspect(jobs.name)).toMatchObject({ consumers: [] });
      const idle = await bus.consume(jobs.name, job('ship'), patient, () => {});
      const seen = new Recorder<Delivery>();
      await bus.consume(jobs.name, job('charge'), { ackWaitMs: 60_000, maxInFlight: 1 }, seen.record);
      for (const n of ['1', '2', '3']) await bus.publish(job('charge'), bytes(n));
      await seen.nth(1);
      expect(await stateOf('charge')).toMatchObject({ asking: 0, unsettled: 1, waiting: 2 });
      await expect.poll(async () => (await stateOf('ship'))?.asking).toBeGreaterThan(0);
      expect(await stateOf('ship')).toMatchObject({ unsettled: 0, waiting: 0 });
      idle.unsubscribe();
      await expect.poll(async () => (await stateOf('ship'))?.asking).toBe(0);
      await expect(bus.inspect('NONE')).rejects.toMatchObject({ code: 'UNKNOWN_STREAM' });
    });

    it('stores a message id once and says that the second was a duplicate', async () => {
      const { bus, jobs, job } = await start();
      const seen = new Recorder<BusMessage>();
      const send = (n: string, messageId: string) => bus.publish(job('charge'), bytes(n), { messageId });
      expect(await send('1', 'task/charge/1')).toMatchObject({ duplicate: false });
      await bus.consume(jobs.name, job('charge'), patient, (delivery) => {
        seen.record(delivery.message);
        delivery.ack();
      });
      await seen.first(1);
      expect(await send('1 again', 'task/charge/1')).toMatchObject({ duplicate: true });
      expect(await send('2', 'task/charge/2')).toMatchObject({ duplicate: false });
      expect(texts(await seen.first(2))).toEqual(['1', '2']);
    });

    it('keeps nothing of what is only for those who hear it now', async () => {
      const { bus, jobs, job } = await start();
      const heard = new Recorder<BusMessage>();
      bus.subscribe(job('charge'), {}, heard.record);
      const headers = { traceparent: 'a' };
      expect(await bus.publish(job('charge'), bytes('now'), { headers, keep: false })).toEqual({
        duplicate: false,
        id: null,
      });
      await bus.publish(job('charge'), bytes('kept'));
      expect(texts(await heard.first(2))).toEqual(['now', 'kept']);
      expect(heard.seen[0]).toMatchObject({ headers, replyTo: null });
      const seen = new Recorder<BusMessage>();
      await bus.consume(jobs.name, job('charge'), patient, ({ message }) => seen.record(message));
      expect(texts(await seen.first(1))).toEqual(['kept']);
    });

    it('takes a message out again by what it was called when it was published, whoever has it', async () => {
      const { bus, jobs, job } = await start();
      const send = async (n: string, messageId: string) =>
        (await bus.publish(job('charge'), bytes(n), { messageId })).id ?? '';
      const [first, second] = [await send('1', 'm1'), await send('2', 'm2')];
      expect(await send('1 again', 'm1')).toBe(first);
      await bus.discard(first);
      await bus.discard(first);
      const seen = new Recorder<Delivery>();
      const options = { ackWaitMs: 60_000, maxInFlight: 1 };
      await bus.consume(jobs.name, job('charge'), options, seen.record);
      const delivery = await seen.nth(1);
      expect([text(delivery.message), delivery.id]).toEqual(['2', second]);
      const third = await send('3', 'm3');
      await bus.discard(third);
      await bus.discard(second);
      delivery.nak(0);
      await send('4', 'm4');
      expect(text((await seen.nth(2)).message)).toBe('4');
      await expect.poll(async () => (await bus.inspect(jobs.name)).consumers).toMatchObject([{ waiting: 0 }]);
      await bus.discard(`${jobs.name}/another/1`);
      await bus.discard('NONE/another/1');
    });

    it('tells whether a plain subscriber could be there', async () => {
      const { bus, job } = await start();
      bus.subscribe(job('charge'), {}, () => {});
      expect(bus.mayBeSubscribed(job('charge'))).toBe(true);
    });

    it('refuses a pattern that overlaps another', async () => {
      const { bus, jobs, job, prefix } = await start();
      const overlapping = expect.objectContaining({ kind: 'conflict', code: 'OVERLAPPING_CONSUMER' });
      const consume = (pattern: string) => bus.consume(jobs.name, pattern, patient, () => {});
      await consume(`${prefix}.jobs.*.default.charge`);
      for (const pattern of [jobs.pattern, job('charge'), `${prefix}.jobs.acme.*.charge`]) {
        await expect(consume(pattern)).rejects.toEqual(overlapping);
      }
      await consume(`${prefix}.jobs.*.default.ship`);
    });

    it('refuses a stream nobody declared, and a log', async () => {
      const { bus, prefix, events } = await start();
      const unknown = expect.objectContaining({ kind: 'not_found', code: 'UNKNOWN_STREAM' });
      await expect(bus.consume('NONE', `${prefix}.none.>`, patient, () => {})).rejects.toEqual(unknown);
      await expect(bus.consume(events.name, events.pattern, patient, () => {})).rejects.toEqual(unknown);
    });

    it('publishes to a log as to anyone', async () => {
      const { bus, events, subjects } = await start();
      const fact = subjects.of({ kind: 'taskFact', tenantId: 'acme', taskId: 't1', fact: 'complete' });
      const seen = new Recorder<BusMessage>();
      bus.subscribe(events.pattern, {}, seen.record);
      expect(await bus.publish(fact, bytes('1'))).toMatchObject({ duplicate: false });
      expect(await seen.nth(1)).toMatchObject({ subject: fact, replyTo: null });
    });
  });
}
