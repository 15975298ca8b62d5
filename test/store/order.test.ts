/** The order example, whole and with its own handlers, runs on a store made of maps as it runs on SQLite. */

import { describe, expect, it, onTestFinished } from 'vitest';
import checkInventory from '../../examples/order-fulfilment/handlers/CheckInventory.ts';
import confirmPayment from '../../examples/order-fulfilment/handlers/ConfirmPayment.ts';
import packageOrder from '../../examples/order-fulfilment/handlers/PackageOrder.ts';
import shipOrder from '../../examples/order-fulfilment/handlers/ShipOrder.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import { entriesOf } from '../../src/kernel/journal.ts';
import { Changes } from '../../src/operations/changes.ts';
import type { Store } from '../../src/store/store.ts';
import { System } from '../../src/system.ts';
import { submissionsOn } from '../../src/troupe.ts';
import type { Fact } from '../../src/views/tasks.ts';
import type { TaskRequestInput } from '../../src/workflow/task-request.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { delivery } from './contract/rows.ts';
import { sqlite } from './contract/stores.ts';
import { ReferenceStore } from './reference-store.ts';

const HANDLERS = {
  CheckInventory: checkInventory,
  ConfirmPayment: confirmPayment,
  PackageOrder: packageOrder,
  ShipOrder: shipOrder,
};
const NAMES = Object.keys(HANDLERS);

/** The four calls of the example, each after the one before it; `failing` is asked to fail. */
const calls = (notificationUrl: string, failing?: string): TaskRequestInput[] =>
  NAMES.map((name, index) => ({
    name,
    payload: { orderId: 'ORD123', ...(name === failing ? { fail: true } : {}) },
    dependencies: NAMES.slice(Math.max(index - 1, 0), index),
    maxRetries: 1,
    tenantId: 'ecommerce',
    idempotencyKey: `order123-${name}`,
    notificationUrl,
  }));

/** A system of the test's own on a store that is given to it, as `createTroupe` makes one. */
async function start(store: Store) {
  const { url, received } = await startReceiver((_, response) => response.writeHead(204).end());
  const clock = new ManualClock();
  const options = {
    handlers: HANDLERS,
    clock,
    random: () => 0.5,
    webhooks: { secret: null, allow: ['127.0.0.1'] },
  };
  const system = new System(options, store);
  await system.open();
  onTestFinished(async () => {
    await system.drain(0);
    await system.stop();
  });
  const heard = async (id: string, name: Fact['fact']): Promise<void> => {
    const { signal } = new AbortController();
    for await (const { fact } of system.facts.follow({ tenantId: null, taskId: id, after: '0-0', signal })) {
      if (fact.actor === 'task' && fact.fact === name) return;
    }
    throw new Error(`the facts ended before task ${id} was ${name}`);
  };
  const noOf = (id: string): number => system.reader.find(null, id).no;
  /** Its webhooks are delivered, so many there are. */
  const told = (id: string, count: number): Promise<void> =>
    expect
      .poll(() =>
        Array.from({ length: count }, (_, index) => store.webhookOfActor(noOf(id), delivery(index))?.status),
      )
      .toEqual(Array.from({ length: count }, () => 'delivered'));
  const notified = () => received.map(({ body }) => JSON.parse(body) as { type: string });
  return { system, clock, url, submissions: submissionsOn(system, options), heard, told, noOf, notified };
}

type Running = Awaited<ReturnType<typeof start>>;

/** Times and what is made of dice are of one run; ids stand for the tasks that have them. */
const OF_ONE_RUN = /^(at|token|id|notificationUrl|.+At)$/;

/** Tells what became of the tasks, as it must be in every run. */
function outcomeOf({ system, noOf, notified }: Running, ids: readonly string[]): unknown {
  const tasks = ids.map((id) => ({
    task: system.reader.task(system.reader.find(null, id)),
    journal: [...system.store.journal(noOf(id))].flatMap((row) => entriesOf(row)),
    end: system.store.lastSeq(noOf(id)),
  }));
  const text = JSON.stringify({ tasks, notified: notified().map(({ type }) => type) }, (key, value) =>
    OF_ONE_RUN.test(key) && value !== null ? '(of one run)' : value,
  );
  return JSON.parse(ids.reduce((told, id, index) => told.replaceAll(id, `(task ${index})`), text));
}

async function runs(store: Store): Promise<unknown> {
  const running = await start(store);
  const { submissions, heard, told, url } = running;
  const { tasks } = await submissions.submitBatch(calls(url));
  const ids = tasks.map(({ id }) => id);
  for (const id of ids) await heard(id, 'complete');
  for (const id of ids) await told(id, 1);
  const again = await submissions.submitBatch(calls(url));
  expect(again).toMatchObject({ replayed: true, tasks: ids.map((id) => ({ id, status: 'complete' })) });
  return outcomeOf(running, ids);
}

/** The payment fails for good, and is settled by hand. */
async function fails(store: Store): Promise<unknown> {
  const running = await start(store);
  const { system, submissions, clock, heard, told, url } = running;
  const { tasks } = await submissions.submitBatch(calls(url, 'ConfirmPayment'));
  const ids = tasks.map(({ id }) => id);
  const [inventory = '', payment = '', packing = ''] = ids;
  await told(inventory, 1);
  await heard(payment, 'retrying');
  clock.advance(10_000);
  await heard(payment, 'failed');
  await told(payment, 1);
  const waiting = system.reader.task(system.reader.find(null, packing));
  expect(waiting).toMatchObject({ status: 'pending', waitingFor: [{ kind: 'dependency', taskId: payment }] });
  const byHand = { by: 'ann', reason: 'called the bank', output: { paid: 'by hand' } };
  await new Changes(system).stepVerb(null, payment, 'ConfirmPayment', 'complete', byHand);
  for (const id of ids) await heard(id, 'complete');
  for (const id of ids) await told(id, id === payment ? 2 : 1);
  return outcomeOf(running, ids);
}

describe.each([
  ['that goes well', runs],
  ['whose payment fails, and is settled by hand', fails],
])('an order %s', (_, order) => {
  it('ends on the reference as on SQLite, with the same results, steps and journals', async () => {
    const [onSqlite, onReference] = await Promise.all([
      order(sqlite(':memory:')),
      order(new ReferenceStore()),
    ]);
    expect(onReference).toEqual(onSqlite);
    expect(onReference).toMatchObject({
      tasks: NAMES.map((name) => ({
        task: { name, status: 'complete', steps: [{ name, status: 'complete' }], result: { [name]: {} } },
        journal: expect.arrayContaining([expect.objectContaining({ k: 'complete' })]),
      })),
    });
  });
});
