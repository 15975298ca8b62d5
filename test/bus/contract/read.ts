/** Logs that remember their readers: each name gets every message, once it has settled those before. */

import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../src/bus/bus.ts';
import { Recorder } from '../recorder.ts';
import { bytes, type Start, type Started, text } from './start.ts';

export function describeReaders(start: Start): void {
  const patient = { ackWaitMs: 60_000, maxInFlight: 100 };
  const publisher =
    ({ bus, subjects }: Started) =>
    (name: string, options = {}) =>
      bus.publish(subjects.of({ kind: 'signal', tenantId: 'acme', name }), bytes(name), options);
  const settling = (seen: Recorder<Delivery>) => (delivery: Delivery) => {
    seen.record(delivery);
    delivery.ack();
  };
  const said = (deliveries: readonly Delivery[]) => deliveries.map(({ message }) => text(message));

  describe('read', () => {
    it('gives each name every message, in order, as the same message', async () => {
      const started = await start();
      const { bus, signals } = started;
      const [one, other] = [new Recorder<Delivery>(), new Recorder<Delivery>()];
      await bus.read(signals.name, { ...patient, reader: 'one' }, settling(one));
      await bus.read(signals.name, { ...patient, reader: 'other' }, settling(other));
      const send = publisher(started);
      for (const n of ['1', '2', '3']) await send(n);
      const [ofOne, ofOther] = [await one.first(3), await other.first(3)];
      expect(said(ofOne)).toEqual(['1', '2', '3']);
      expect(said(ofOther)).toEqual(['1', '2', '3']);
      expect(ofOne.map(({ id }) => id)).toEqual(ofOther.map(({ id }) => id));
    });

    it('keeps what is published before there is any reader, and says when that was', async () => {
      const started = await start();
      const { bus, signals } = started;
      const before = Date.now();
      for (const n of ['1', '2']) await publisher(started)(n);
      const seen = new Recorder<Delivery>();
      await bus.read(signals.name, { ...patient, reader: 'one' }, settling(seen));
      const deliveries = await seen.first(2);
      expect(said(deliveries)).toEqual(['1', '2']);
      for (const { keptAt } of deliveries) {
        // The server may be another process of this machine, with a clock of its own resolution.
        expect(keptAt).toBeGreaterThanOrEqual(before - 1);
        expect(keptAt).toBeLessThanOrEqual(Date.now() + 1);
      }
    });

    it('goes on where a name has settled all before', async () => {
      const started = await start();
      const { bus, signals } = started;
      const send = publisher(started);
      const first = new Recorder<Delivery>();
      const subscription = await bus.read(signals.name, { ...patient, reader: 'one' }, settling(first));
      await send('1');
      await first.nth(1);
      subscription.unsubscribe();
      await send('2');
      const next = new Recorder<Delivery>();
      await bus.read(signals.name, { ...patient, reader: 'one' }, settling(next));
      await send('3');
      expect(said(await next.first(2))).toEqual(['2', '3']);
    });

    it('takes over at once what a predecessor of its name left unsettled, in order', async () => {
      const started = await start();
      const { bus, signals } = started;
      const send = publisher(started);
      const dead = new Recorder<Delivery>();
      const subscription = await bus.read(signals.name, { ...patient, reader: 'one' }, (delivery) => {
        dead.record(delivery);
        if (text(delivery.message) === '1') delivery.ack();
      });
      for (const n of ['1', '2', '3']) await send(n);
      await dead.first(3);
      subscription.unsubscribe();
      await send('4');
      const heir = new Recorder<Delivery>();
      const options = { ...patient, reader: 'one', takesOver: true };
      await bus.read(signals.name, options, settling(heir));
      expect(said(await heir.first(3))).toEqual(['2', '3', '4']);
    });

    it('delivers again to the one name what it has not acknowledged in time', async () => {
      const started = await start();
      const { bus, signals } = started;
      const [slow, other] = [new Recorder<Delivery>(), new Recorder<Delivery>()];
      await bus.read(signals.name, { ackWaitMs: 50, maxInFlight: 1, reader: 'slow' }, slow.record);
      await bus.read(signals.name, { ...patient, reader: 'other' }, settling(other));
      await publisher(started)('1');
      const again = await slow.nth(2);
      expect(slow.seen.map(({ deliveries }) => deliveries)).toEqual([1, 2]);
      again.ack();
      await publisher(started)('2');
      expect(text((await slow.nth(3)).message)).toBe('2');
      expect(said(await other.first(2))).toEqual(['1', '2']);
    });

    it('stores a message id once', async () => {
      const started = await start();
      const { bus, signals } = started;
      const seen = new Recorder<Delivery>();
      await bus.read(signals.name, { ...patient, reader: 'one' }, settling(seen));
      const send = publisher(started);
      const { id } = await send('1', { messageId: 'm' });
      expect(await send('1', { messageId: 'm' })).toEqual({ duplicate: true, id });
      await send('2');
      expect(said(await seen.first(2))).toEqual(['1', '2']);
    });

    it('is heard by plain subscribers too', async () => {
      const started = await start();
      const { bus, signals } = started;
      const heard = new Recorder<string>();
      bus.subscribe(signals.pattern, {}, (message) => heard.record(text(message)));
      await publisher(started)('1');
      expect(await heard.nth(1)).toBe('1');
    });

    it('refuses a stream nobody declared, a queue, and a log without readers', async () => {
      const { bus, jobs, events } = await start();
      for (const name of ['NONE', jobs.name, events.name]) {
        const reading = bus.read(name, { ...patient, reader: 'one' }, () => undefined);
        await expect(reading).rejects.toMatchObject({ kind: 'not_found', code: 'UNKNOWN_STREAM' });
      }
    });
  });
}
