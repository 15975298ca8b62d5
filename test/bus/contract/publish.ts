/** Subjects, patterns, order, queues and what may not be sent. */

import { describe, expect, it } from 'vitest';
import type { BusMessage } from '../../../src/bus/message.ts';
import { Recorder } from '../recorder.ts';
import { bytes, type Start, text, texts } from './start.ts';

export function describeSubscribers(start: Start): void {
  describe('publish and subscribe', () => {
    it('delivers subject, data and headers to every subscriber whose pattern matches, and to no other', async () => {
      const { bus, prefix } = await start();
      const exact = new Recorder<BusMessage>();
      const star = new Recorder<BusMessage>();
      const rest = new Recorder<BusMessage>();
      const other = new Recorder<BusMessage>();
      const end = new Recorder<BusMessage>();
      bus.subscribe(`${prefix}.a.b`, {}, exact.record);
      bus.subscribe(`${prefix}.*.b`, {}, star.record);
      bus.subscribe(`${prefix}.a.>`, {}, rest.record);
      bus.subscribe(`${prefix}.a`, {}, other.record);
      bus.subscribe(`${prefix}.a.*.c`, {}, other.record);
      bus.subscribe(`${prefix}.end`, {}, end.record);
      await bus.publish(`${prefix}.a.b`, bytes('hello'), {
        headers: { traceparent: '00-1' },
        messageId: 'm1',
      });
      await bus.publish(`${prefix}.end`, bytes(''));
      await end.first(1);
      for (const recorder of [exact, star, rest]) {
        expect(recorder.seen).toHaveLength(1);
        const message = await recorder.nth(1);
        expect(message.subject).toBe(`${prefix}.a.b`);
        expect(text(message)).toBe('hello');
        expect(message.headers).toEqual({ traceparent: '00-1', 'Nats-Msg-Id': 'm1' });
        expect(message.replyTo).toBeNull();
      }
      expect(other.seen).toEqual([]);
    });

    it('takes more than one token for ">" and exactly one for "*"', async () => {
      const { bus, prefix } = await start();
      const rest = new Recorder<BusMessage>();
      const star = new Recorder<BusMessage>();
      bus.subscribe(`${prefix}.*`, {}, star.record);
      bus.subscribe(`${prefix}.>`, {}, rest.record);
      for (const tail of ['a', 'a.b', 'a.b.c']) await bus.publish(`${prefix}.${tail}`, bytes(tail));
      expect(texts(await rest.first(3))).toEqual(['a', 'a.b', 'a.b.c']);
      expect(texts(star.seen)).toEqual(['a']);
    });

    it('never runs a handler inside publish', async () => {
      const { bus, prefix } = await start();
      const seen = new Recorder<BusMessage>();
      bus.subscribe(`${prefix}.a`, {}, seen.record);
      const accepted = bus.publish(`${prefix}.a`, bytes('1'));
      expect(seen.seen).toEqual([]);
      await accepted;
      await seen.first(1);
    });

    it('lets a handler publish to its own subject without nesting', async () => {
      const { bus, prefix } = await start();
      const seen = new Recorder<string>();
      let depth = 0;
      bus.subscribe(`${prefix}.a`, {}, (message) => {
        depth += 1;
        seen.record(`${text(message)} at depth ${depth}`);
        if (seen.seen.length < 3) void bus.publish(`${prefix}.a`, bytes(`${seen.seen.length}`));
        depth -= 1;
      });
      await bus.publish(`${prefix}.a`, bytes('0'));
      expect(await seen.first(3)).toEqual(['0 at depth 1', '1 at depth 1', '2 at depth 1']);
    });

    it('keeps the order of a publisher that does not wait', async () => {
      const { bus, prefix } = await start();
      const seen = new Recorder<BusMessage>();
      bus.subscribe(`${prefix}.>`, {}, seen.record);
      const numbers = Array.from({ length: 2_500 }, (_, index) => `${index}`);
      await Promise.all(numbers.map((n) => bus.publish(`${prefix}.${Number(n) % 7}`, bytes(n))));
      expect(texts(await seen.first(numbers.length))).toEqual(numbers);
    });

    it('reports a handler that throws or rejects, and goes on delivering to it and to others', async () => {
      const { bus, prefix, errors } = await start();
      const seen = new Recorder<BusMessage>();
      bus.subscribe(`${prefix}.a`, {}, () => {
        throw new Error('thrown');
      });
      bus.subscribe(`${prefix}.a`, {}, () => Promise.reject(new Error('rejected')));
      bus.subscribe(`${prefix}.a`, {}, seen.record);
      await bus.publish(`${prefix}.a`, bytes('1'));
      await bus.publish(`${prefix}.a`, bytes('2'));
      expect(texts(await seen.first(2))).toEqual(['1', '2']);
      const reported = (await errors.first(4))
        .map(({ error, subject }) => `${subject} ${String(error)}`)
        .sort();
      expect(reported).toEqual([
        `${prefix}.a Error: rejected`,
        `${prefix}.a Error: rejected`,
        `${prefix}.a Error: thrown`,
        `${prefix}.a Error: thrown`,
      ]);
    });

    it('gives each message to exactly one of a queue, also across patterns, and to everyone else', async () => {
      const { bus, prefix } = await start();
      const all = new Recorder<BusMessage>();
      const shared = new Recorder<BusMessage>();
      const second = new Recorder<BusMessage>();
      const members = new Map([`${prefix}.a`, `${prefix}.*`, `${prefix}.>`].map((pattern) => [pattern, 0]));
      for (const pattern of members.keys()) {
        bus.subscribe(pattern, { queue: 'workers' }, (message) => {
          members.set(pattern, (members.get(pattern) ?? 0) + 1);
          shared.record(message);
        });
      }
      bus.subscribe(`${prefix}.a`, { queue: 'others' }, second.record);
      bus.subscribe(`${prefix}.a`, {}, all.record);
      const numbers = Array.from({ length: 90 }, (_, index) => `${index}`);
      for (const n of numbers) await bus.publish(`${prefix}.a`, bytes(n));
      const end = new Recorder<BusMessage>();
      bus.subscribe(`${prefix}.end.now`, {}, end.record);
      await bus.publish(`${prefix}.end.now`, bytes('end'));
      await Promise.all([end.first(1), shared.first(91), all.first(90), second.first(90)]);
      expect(
        texts(shared.seen)
          .filter((n) => n !== 'end')
          .sort(),
      ).toEqual([...numbers].sort());
      expect(texts(second.seen)).toEqual(numbers);
      expect(texts(all.seen)).toEqual(numbers);
      for (const count of members.values()) expect(count).toBeGreaterThan(0);
    });

    it('calls no handler after unsubscribe, not even for what was on its way', async () => {
      const { bus, prefix } = await start();
      const gone = new Recorder<BusMessage>();
      const stays = new Recorder<BusMessage>();
      const subscription = bus.subscribe(`${prefix}.a`, {}, gone.record);
      bus.subscribe(`${prefix}.a`, {}, stays.record);
      const accepted = bus.publish(`${prefix}.a`, bytes('1'));
      subscription.unsubscribe();
      subscription.unsubscribe();
      await accepted;
      await bus.publish(`${prefix}.a`, bytes('2'));
      await stays.first(2);
      expect(gone.seen).toEqual([]);
    });

    it.each(['', 'a..b', '.a', 'a.', 'a b', 'a\r\nPUB x 0', 'a.*', 'a.>', 'é'])(
      'refuses to publish to %j',
      async (subject) => {
        const { bus } = await start();
        await expect(bus.publish(subject, bytes('x'))).rejects.toMatchObject({ code: 'INVALID_SUBJECT' });
      },
    );

    it.each(['', 'a..b', '.>', '>.a', 'a.>.b', 'a*', 'a.b>', 'a b', 'a\n'])(
      'refuses to subscribe to %j',
      async (pattern) => {
        const { bus } = await start();
        expect(() => bus.subscribe(pattern, {}, () => {})).toThrow(
          expect.objectContaining({ code: 'INVALID_PATTERN' }),
        );
      },
    );

    it('carries 1 MiB and refuses a byte more, counting headers', async () => {
      const { bus, prefix } = await start();
      const seen = new Recorder<BusMessage>();
      bus.subscribe(`${prefix}.a`, {}, seen.record);
      expect(bus.maxMessageBytes).toBe(1024 * 1024);
      const largest = new Uint8Array(bus.maxMessageBytes);
      await bus.publish(`${prefix}.a`, largest);
      expect((await seen.nth(1)).data.byteLength).toBe(largest.byteLength);
      for (const [data, headers] of [
        [new Uint8Array(1024 * 1024 + 1), {}],
        [largest, { a: 'b' }],
      ] as const) {
        await expect(bus.publish(`${prefix}.a`, data, { headers })).rejects.toMatchObject({
          code: 'MESSAGE_TOO_LARGE',
        });
      }
    });

    it.each<Record<string, string>>([{ 'a\r\nb': 'c' }, { 'a:': 'c' }, { '': 'c' }, { a: 'b\r\nc: d' }])(
      'refuses the headers %j',
      async (headers) => {
        const { bus, prefix } = await start();
        await expect(bus.publish(`${prefix}.a`, bytes('x'), { headers })).rejects.toMatchObject({
          code: 'INVALID_HEADER',
        });
      },
    );
  });
}
