/** One question, one answer, or a reason why not. */

import { describe, expect, it } from 'vitest';
import type { BusMessage } from '../../../src/bus/message.ts';
import { Recorder } from '../recorder.ts';
import { bytes, type Start, text, texts } from './start.ts';

export function describeRequests(start: Start): void {
  describe('request', () => {
    it('answers each request with its own reply', async () => {
      const { bus, prefix } = await start();
      bus.subscribe(`${prefix}.ask`, { queue: 'q' }, async (message) => {
        if (message.replyTo === null) throw new Error('a request names its reply subject');
        await bus.publish(message.replyTo, bytes(`${text(message)} for ${message.headers.who}`));
      });
      const ask = (n: number) =>
        bus.request(`${prefix}.ask`, bytes(`${n}`), { timeoutMs: 10_000, headers: { who: `w${n}` } });
      const answers = await Promise.all([1, 2, 3].map(ask));
      expect(texts(answers)).toEqual(['1 for w1', '2 for w2', '3 for w3']);
    });

    it('is refused at once when nobody listens', async () => {
      const { bus, prefix } = await start();
      bus.subscribe(`${prefix}.ask`, {}, () => {}).unsubscribe();
      const asked = bus.request(`${prefix}.ask`, bytes('?'), { timeoutMs: 2 ** 31 - 1 });
      await expect(asked).rejects.toMatchObject({ kind: 'unavailable', code: 'NO_RESPONDERS' });
    });

    it('is answered by one of those who serve, until they leave', async () => {
      const { bus, prefix } = await start();
      const serve = (by: string) =>
        bus.serve({
          name: 'answers',
          version: '1.0.0',
          description: '',
          endpoints: ['ask', 'tell'].map((name) => ({
            name,
            pattern: `${prefix}.*.${name}`,
            handler: async ({ replyTo, subject }) => {
              if (replyTo !== null) await bus.publish(replyTo, bytes(`${by} ${subject.split('.')[2]}`));
            },
          })),
        });
      const ask = (name: string) => bus.request(`${prefix}.any.${name}`, bytes('?'), { timeoutMs: 10_000 });
      const one = await serve('one');
      expect(texts([await ask('ask'), await ask('tell')])).toEqual(['one ask', 'one tell']);
      const two = await serve('two');
      const answers = texts(await Promise.all(Array.from({ length: 50 }, () => ask('ask'))));
      expect(new Set(answers)).toEqual(new Set(['one ask', 'two ask']));
      one.unsubscribe();
      two.unsubscribe();
      await expect(ask('ask')).rejects.toMatchObject({ code: 'NO_RESPONDERS' });
    });

    it('is refused when no answer comes in time', async () => {
      const { bus, prefix } = await start();
      const heard = new Recorder<BusMessage>();
      bus.subscribe(`${prefix}.ask`, {}, heard.record);
      const asked = bus.request(`${prefix}.ask`, bytes('?'), { timeoutMs: 20 });
      await expect(asked).rejects.toMatchObject({ kind: 'unavailable', code: 'REQUEST_TIMEOUT' });
      await heard.first(1);
    });
  });
}
