/** How a bus ends. */

import { describe, expect, it } from 'vitest';
import type { BusMessage } from '../../../src/bus/message.ts';
import { Recorder } from '../recorder.ts';
import { bytes, type Start, texts } from './start.ts';

export function describeLifetime(start: Start): void {
  describe('close', () => {
    it('delivers what subscribers have coming, then refuses everything', async () => {
      const { bus, prefix, jobs, job } = await start();
      const seen = new Recorder<BusMessage>();
      bus.subscribe(`${prefix}.a`, {}, seen.record);
      await bus.publish(`${prefix}.a`, bytes('1'));
      await bus.close();
      expect(texts(seen.seen)).toEqual(['1']);
      const closed = expect.objectContaining({ kind: 'unavailable', code: 'BUS_CLOSED' });
      const options = { ackWaitMs: 1_000, maxInFlight: 1 };
      await expect(bus.publish(`${prefix}.a`, bytes('2'))).rejects.toEqual(closed);
      await expect(bus.request(`${prefix}.a`, bytes('2'), { timeoutMs: 1_000 })).rejects.toEqual(closed);
      await expect(bus.consume(jobs.name, job('charge'), options, () => {})).rejects.toEqual(closed);
      expect(() => bus.subscribe(`${prefix}.a`, {}, () => {})).toThrow(closed);
      await bus.close();
    });

    it('fails requests that are still waiting', async () => {
      const { bus, prefix } = await start();
      const heard = new Recorder<BusMessage>();
      bus.subscribe(`${prefix}.ask`, {}, heard.record);
      const asked = bus.request(`${prefix}.ask`, bytes('?'), { timeoutMs: 2 ** 31 - 1 });
      const refused = expect(asked).rejects.toMatchObject({ code: 'BUS_CLOSED' });
      await heard.first(1);
      await bus.close();
      await refused;
    });
  });
}
