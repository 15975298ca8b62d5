/** Starts what sections over NATS need beside the engine: a nats-server, and a worker process on it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import {
  findNatsServer,
  HOW_TO_GET_NATS_SERVER,
  type NatsServer,
  startNatsServer,
} from '../../src/cli/nats-server.ts';
import type { Bus } from '../../src/index.ts';
import { scriptOf } from './section.ts';

export function startBenchServer(folder: string): Promise<NatsServer> {
  const program = findNatsServer();
  if (program === null) throw new Error(`no nats-server is installed. ${HOW_TO_GET_NATS_SERVER}`);
  return startNatsServer({ program, folder: join(folder, 'nats') });
}

export const connectBus = (url: string, name: string): Promise<Bus> =>
  connectNats({ url, name, streams: streamsOf(new Subjects()), onError: console.error });

/** One whose handlers, by these names, do nothing. */
export async function startWorkerProcess(
  url: string,
  handlers: readonly string[],
): Promise<{ stop(): Promise<void> }> {
  const worker = spawn(process.execPath, [scriptOf('nats-worker'), url, ...handlers], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(worker.stdout, 'data');
  return {
    stop: async () => {
      const ended = once(worker, 'exit');
      worker.kill('SIGKILL');
      await ended;
    },
  };
}
