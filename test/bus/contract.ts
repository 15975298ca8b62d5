/** Every bus must pass this suite. Each implementation runs this suite; what only one does is tested beside it. */

import { afterEach, describe } from 'vitest';
import type { Bus } from '../../src/bus/bus.ts';
import { describeLifetime } from './contract/close.ts';
import { describeStreams } from './contract/consume.ts';
import { describeSubscribers } from './contract/publish.ts';
import { describeReaders } from './contract/read.ts';
import { describeRequests } from './contract/request.ts';
import { type CreateBus, type Started, startBus } from './contract/start.ts';

export function busContract(name: string, createBus: CreateBus): void {
  describe(name, () => {
    const open: Bus[] = [];
    const start = async (): Promise<Started> => {
      const started = await startBus(createBus);
      open.push(started.bus);
      return started;
    };

    afterEach(async () => {
      await Promise.all(open.splice(0).map((bus) => bus.close()));
    });

    describeSubscribers(start);
    describeRequests(start);
    describeStreams(start);
    describeReaders(start);
    describeLifetime(start);
  });
}
