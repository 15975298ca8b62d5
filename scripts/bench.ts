/**
 * `npm run bench`: six-step orders with one parallel pair, no-op handlers and outputs of about 100 bytes, on a
 * store with full durability. Prints what a user would compare, as text; `--json FILE` writes it as data too;
 * `-- --nats` adds the same orders with every step done by a worker process over a nats-server.
 */

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toPromise } from 'xstate';
import { createTroupe, defineWorkflow, parseTaskRequest, type Troupe } from '../src/index.ts';
import { natsBench } from './bench/nats.ts';

const FILLER = 'x'.repeat(60);
const work = (step: string) => (): unknown => ({ step, ok: true, reference: FILLER });

/** How often the last step has run: only when that is enough is the engine asked, so that asking costs nothing. */
let notified = 0;
const notify = (): unknown => {
  notified++;
  return work('Notify')();
};

const order = defineWorkflow({
  name: 'Order',
  version: '1.0.0',
  steps: {
    Receive: { handler: work('Receive') },
    Inventory: { dependsOn: ['Receive'], handler: work('Inventory') },
    Payment: { dependsOn: ['Receive'], handler: work('Payment') },
    Reserve: { dependsOn: ['Inventory', 'Payment'], handler: work('Reserve') },
    Ship: { dependsOn: ['Reserve'], handler: work('Ship') },
    Notify: { dependsOn: ['Ship'], handler: notify },
  },
});

const request = parseTaskRequest({
  name: 'Order',
  payload: { orderId: 'ORD123', customer: 'cust_789', total: 89.99 },
});

const { values } = parseArgs({
  options: {
    orders: { type: 'string', short: 'n', default: '5000' },
    sequential: { type: 'string', default: '1000' },
    steps: { type: 'string', default: '5000' },
    delayed: { type: 'string', default: '100000' },
    nats: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves once as many tasks as that are complete. */
async function completed(troupe: Troupe, count: number): Promise<void> {
  while (notified < count) await pause(2);
  while (troupe.health().tasks.complete < count) await pause(1);
}

async function withTroupe<T>(
  run: (troupe: Troupe, db: string) => Promise<T>,
  workflows: Parameters<typeof createTroupe>[0]['workflows'] = [order],
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-bench-'));
  const db = join(folder, 'troupe.db');
  const troupe = await createTroupe({ db, handlers: [], workflows });
  try {
    return await run(troupe, db);
  } finally {
    await troupe.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const commitsOf = async (troupe: Troupe): Promise<number> =>
  Number(/^troupe_commits (\d+)/m.exec((await troupe.metrics()).text)?.[1] ?? 0);

async function throughput(orders: number): Promise<Record<string, number>> {
  return withTroupe(async (troupe, db) => {
    notified = 0;
    await runOrders(troupe, 200, 0);
    const commitsBefore = await commitsOf(troupe);
    const bytesBefore = statSync(db).size;
    const cpuBefore = process.cpuUsage();
    const started = performance.now();
    await runOrders(troupe, orders, 200);
    const seconds = (performance.now() - started) / 1_000;
    const cpu = process.cpuUsage(cpuBefore);
    return {
      orders,
      ordersPerSecond: orders / seconds,
      cpuMsPerOrder: (cpu.user + cpu.system) / 1_000 / orders,
      fsyncsPerOrder: ((await commitsOf(troupe)) - commitsBefore) / orders,
      peakMemoryMb: process.resourceUsage().maxRSS / 1_024,
      diskBytesPerOrder: (statSync(db).size - bytesBefore) / orders,
    };
  });
}

async function runOrders(troupe: Troupe, count: number, before: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => troupe.submit(request)));
  await completed(troupe, before + count);
}

/** Orders before the first one timed: the code of a fresh process is not compiled yet. */
const WARM_UP = 500;

async function sequential(count: number): Promise<Record<string, number>> {
  return withTroupe(async (troupe) => {
    const times: number[] = [];
    for (let i = 0; i < count + WARM_UP; i++) {
      const started = performance.now();
      const { taskId } = await troupe.submit(request);
      await toPromise(troupe.actor(taskId));
      if (i >= WARM_UP) times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
    return { sequentialP50Ms: at(0.5), sequentialP95Ms: at(0.95) };
  });
}

/** Milliseconds a step of a large task costs: a chain, and a fan-out with its fan-in. */
async function largeTasks(steps: number): Promise<Record<string, number>> {
  const step = (name: string, dependsOn: string[]) => ({
    name,
    handler: 'noop',
    dependsOn,
    maxAttempts: null,
    timeoutMs: null,
    startTimeoutMs: null,
    backoff: null,
    critical: false,
    optional: false,
    agent: 'default',
    channel: null,
  });
  const base = { namespace: 'default', version: '1.0.0', description: '', input: null };
  const names = Array.from({ length: steps }, (_, i) => `s${i}`);
  const chain = {
    ...base,
    name: 'Chain',
    steps: names.map((name, i) => step(name, i === 0 ? [] : [`s${i - 1}`])),
  };
  const middle = names.slice(1, -1);
  const groups = Array.from({ length: Math.ceil(middle.length / 1_000) }, (_, i) =>
    middle.slice(i * 1_000, (i + 1) * 1_000),
  );
  const fan = {
    ...base,
    name: 'Fan',
    steps: [
      step('start', []),
      ...middle.map((name) => step(name, ['start'])),
      ...groups.map((group, i) => step(`join${i}`, group)),
      step(
        'end',
        groups.map((_, i) => `join${i}`),
      ),
    ],
  };
  const perStep = async (name: string, count: number): Promise<number> => {
    const folder = mkdtempSync(join(tmpdir(), 'troupe-bench-'));
    const noop = { name: 'noop', run: work('noop'), concurrency: null };
    const troupe = await createTroupe({
      db: join(folder, 'troupe.db'),
      handlers: [noop],
      workflows: [chain, fan],
    });
    const started = performance.now();
    const { taskId } = await troupe.submit({ ...request, name });
    await toPromise(troupe.actor(taskId));
    const ms = (performance.now() - started) / count;
    await troupe.close();
    rmSync(folder, { recursive: true, force: true });
    return ms;
  };
  return {
    chainMsPerStep: await perStep('Chain', chain.steps.length),
    fanMsPerStep: await perStep('Fan', fan.steps.length),
  };
}

/** Many tasks that wait for tomorrow: what they cost in memory, and how long a restart takes with them. */
async function delayedTasks(count: number): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-bench-'));
  const options = { db: join(folder, 'troupe.db'), handlers: [], workflows: [order] };
  const before = process.memoryUsage().rss;
  const first = await createTroupe(options);
  const batch = Array.from({ length: Math.min(count, 1_000) }, () => ({ ...request, delaySeconds: 86_400 }));
  for (let done = 0; done < count; done += batch.length) await first.submitBatch(batch);
  const grownMb = (process.memoryUsage().rss - before) / 1_048_576;
  await first.close();
  const started = performance.now();
  const second = await createTroupe(options);
  if (!second.health().ready) throw new Error('not ready after a restart');
  const restartMs = performance.now() - started;
  await second.close();
  rmSync(folder, { recursive: true, force: true });
  return { delayed: count, delayedMemoryMb: grownMb, delayedRestartMs: restartMs };
}

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
};
const figures = {
  ...(await throughput(Number(values.orders))),
  ...(await sequential(Number(values.sequential))),
  ...(await largeTasks(Number(values.steps))),
  ...(await delayedTasks(Number(values.delayed))),
  ...(values.nats
    ? await natsBench({ orders: Number(values.orders), sequential: Number(values.sequential) })
    : {}),
};
const rows = Object.entries(figures).map(
  ([name, value]) => `${name.padEnd(22)} ${value.toFixed(value < 10 ? 3 : 0)}`,
);
console.log(
  [`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, synchronous=FULL`, ...rows].join('\n'),
);
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ machine, figures }, null, 2)}\n`);
