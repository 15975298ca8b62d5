/**
 * Six-step orders whose steps are all done by one worker process over a nats-server of its own: how many a second
 * when many are there, and how long one takes when it is alone. Alone: `node --import tsx scripts/bench/nats.ts`.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { toPromise } from 'xstate';
import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import {
  findNatsServer,
  HOW_TO_GET_NATS_SERVER,
  type NatsServer,
  startNatsServer,
} from '../../src/cli/nats-server.ts';
import { createTroupe, parseTaskRequest, type Troupe, type WorkflowDefinition } from '../../src/index.ts';

export interface NatsBenchOptions {
  readonly orders: number;
  readonly sequential: number;
}

const STEPS: Readonly<Record<string, readonly string[]>> = {
  Receive: [],
  Inventory: ['Receive'],
  Payment: ['Receive'],
  Reserve: ['Inventory', 'Payment'],
  Ship: ['Reserve'],
  Notify: ['Ship'],
};

const ORDER: WorkflowDefinition = {
  name: 'Order',
  namespace: 'default',
  version: '1.0.0',
  description: '',
  input: null,
  steps: Object.entries(STEPS).map(([name, dependsOn]) => ({
    name,
    handler: name,
    dependsOn,
    maxAttempts: null,
    timeoutMs: null,
    startTimeoutMs: null,
    backoff: null,
    critical: false,
    optional: false,
    agent: 'default',
    channel: null,
  })),
};

const request = parseTaskRequest({
  name: 'Order',
  payload: { orderId: 'ORD123', customer: 'cust_789', total: 89.99 },
});

const WARM_UP_ORDERS = 200;
const WARM_UP_SEQUENTIAL = 30;

export async function natsBench(options: NatsBenchOptions): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-bench-nats-'));
  const server = await startBenchServer(folder);
  const worker = await startWorkerProcess(server.url, Object.keys(STEPS));
  const streams = streamsOf(new Subjects());
  const bus = await connectNats({ url: server.url, name: 'bench', streams, onError: console.error });
  const troupe = await createTroupe({ db: join(folder, 'troupe.db'), handlers: [], workflows: [ORDER], bus });
  try {
    return { ...(await throughput(troupe, options.orders)), ...(await latency(troupe, options.sequential)) };
  } finally {
    await troupe.close({ graceMs: 0 });
    await bus.close();
    await worker.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export function startBenchServer(folder: string): Promise<NatsServer> {
  const program = findNatsServer();
  if (program === null) throw new Error(`no nats-server is installed. ${HOW_TO_GET_NATS_SERVER}`);
  return startNatsServer({ program, folder: join(folder, 'nats') });
}

/** One whose handlers, by these names, do nothing. */
export async function startWorkerProcess(
  url: string,
  handlers: readonly string[],
): Promise<{ stop(): Promise<void> }> {
  const script = fileURLToPath(new URL('nats-worker.ts', import.meta.url));
  const args = ['--import', import.meta.resolve('tsx'), script, url, ...handlers];
  const worker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(worker.stdout, 'data');
  return {
    stop: async () => {
      const ended = once(worker, 'exit');
      worker.kill('SIGKILL');
      await ended;
    },
  };
}

async function throughput(troupe: Troupe, orders: number): Promise<Record<string, number>> {
  await run(troupe, WARM_UP_ORDERS, 0);
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  await run(troupe, orders, WARM_UP_ORDERS);
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  await published(troupe);
  const secondsToPublish = (performance.now() - started) / 1_000;
  return {
    natsOrdersPerSecond: orders / seconds,
    natsPublishedPerSecond: orders / secondsToPublish,
    natsCpuMsPerOrder: (user + system) / 1_000 / orders,
  };
}

/** Each look costs the engine something. */
const LOOK_EVERY_MS = 25;

/** Resolves once `count` more orders than `before` are complete. */
async function run(troupe: Troupe, count: number, before: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => troupe.submit(request)));
  while (troupe.health().tasks.complete < before + count) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Resolves once the stream has every fact of the journal, which follows the work at its own pace. */
async function published(troupe: Troupe): Promise<void> {
  while (!/^troupe_publication_backlog 0$/m.test((await troupe.metrics()).text)) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function latency(troupe: Troupe, count: number): Promise<Record<string, number>> {
  const times: number[] = [];
  for (let index = 0; index < count + WARM_UP_SEQUENTIAL; index++) {
    const started = performance.now();
    const { taskId } = await troupe.submit(request);
    await toPromise(troupe.actor(taskId));
    if (index >= WARM_UP_SEQUENTIAL) times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { natsSequentialP50Ms: at(0.5), natsSequentialP95Ms: at(0.95) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      orders: { type: 'string', short: 'n', default: '3000' },
      sequential: { type: 'string', default: '300' },
    },
  });
  const figures = await natsBench({ orders: Number(values.orders), sequential: Number(values.sequential) });
  for (const [name, value] of Object.entries(figures)) {
    console.log(`${name.padEnd(22)} ${value.toFixed(value < 10 ? 3 : 0)}`);
  }
}
