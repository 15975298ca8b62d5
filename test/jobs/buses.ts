/** Both buses, so that what holds of jobs is held on each: a fresh one of its own prefix for each test. */

import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Bus } from '../../src/bus/bus.ts';
import { InProcessBus } from '../../src/bus/in-process.ts';
import { connectNats, type NatsBus, type NatsBusOptions } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';

/** It may have to be installed first. */
export const INSTALL_TIMEOUT_MS = 300_000;

export const freshPrefix = (): string => `t${randomUUID()}`;

export function inProcessBus(prefix: string): Bus {
  return new InProcessBus({ streams: streamsOf(new Subjects(prefix)), onError: () => undefined });
}

/** Closed when the test ends, if not before. */
export async function natsBus(
  url: string,
  prefix: string,
  options: Partial<NatsBusOptions> = {},
): Promise<NatsBus> {
  const streams = streamsOf(new Subjects(prefix));
  const bus = await connectNats({ url, streams, name: 'test', onError: () => undefined, ...options });
  onTestFinished(() => bus.close());
  return bus;
}
