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
