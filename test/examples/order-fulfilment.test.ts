/** The four calls of the order fulfilment example, as its README prints them, against the real `troupe dev`. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fact, TaskView } from '../../src/views/tasks.ts';
import { type Server, startServer } from '../cli/process.ts';
import { temporaryFolder } from '../support.ts';

interface Notification {
  readonly path: string;
  readonly type: string;
  readonly data: { readonly name: string; readonly status: string; readonly retryCount: number };
}

async function receiver(): Promise<{ url: string; heard: Notification[] }> {
  const heard: Notification[] = [];
  const server = createServer((asked, answer) => {
    let body = '';
    asked.on('data', (chunk) => {
      body += chunk;
    });
    asked.on('end', () => {
      heard.push({ path: asked.url ?? '', ...(JSON.parse(body) as Omit<Notification, 'path'>) });
      answer.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

const calls = (order: string, webhooks: string, more: { failing?: string } = {}) =>
  [
    {
      name: 'CheckInventory',
      delaySeconds: 0,
      maxRetries: 2,
      idempotencyKey: `${order}-checkinv`,
      at: 'inventory',
    },
    {
      name: 'ConfirmPayment',
      dependencies: ['CheckInventory'],
      idempotencyKey: `${order}-payment`,
      maxRetries: 1,
      at: 'payment',
    },
    { name: 'PackageOrder', dependencies: ['ConfirmPayment'], at: 'package' },
    { name: 'ShipOrder', dependencies: ['PackageOrder'], at: 'ship' },
  ].map(({ at, ...call }) => ({
    ...call,
    payload: { orderId: order, ...(more.failing === call.name ? { fail: true } : {}) },
    tenantId: 'ecommerce',
    notificationUrl: `${webhooks}/webhooks/${at}`,
  }));

const post = (server: Server, body: unknown): Promise<Response> =>
  fetch(`${server.url}/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function submit(server: Server, body: unknown): Promise<TaskView> {
  const response = await post(server, body);
  expect(response.status, await response.clone().text()).toBe(201);
  return (await response.json()) as TaskView;
}

const read = async (server: Server, id: string): Promise<TaskView> =>
  (await fetch(`${server.url}/tasks/${id}`)).json() as Promise<TaskView>;

/** Follows the live events, from the first on, until the one that is waited for. */
async function heard(server: Server, is: (fact: Fact) => boolean): Promise<void> {
  const { body } = await fetch(`${server.url}/events`, {
    headers: { 'last-event-id': '0-0' },
  });
  let text = '';
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data:') && is(JSON.parse(line.slice(5)) as Fact)) return;
    }
  }
  throw new Error('the events ended');
}

const taskIs = (server: Server, id: string, fact: Fact['fact']): Promise<void> =>
  heard(server, (found) => found.taskId === id && found.actor === 'task' && found.fact === fact);

describe('the order fulfilment example', () => {
  it('runs two interleaved orders each in strict order, with one webhook a task', async () => {
    const { url, heard: notifications } = await receiver();
    const server = await startServer(['dev', '--examples', '--port', '0'], { cwd: temporaryFolder() });
    const [first, second] = [calls('ORD123', url), calls('ORD456', url)];
    const tasks: TaskView[] = [];
    for (const [index, call] of first.entries()) {
      tasks.push(await submit(server, call), await submit(server, second[index]));
    }
    for (const { id } of tasks) await taskIs(server, id, 'complete');
    const ended = await Promise.all(tasks.map(({ id }) => read(server, id)));
    for (const task of ended) {
      for (const { taskId } of task.dependencies) {
        const on = ended.find(({ id }) => id === taskId);
        expect(on?.payload).toEqual(task.payload);
        expect(String(task.startedAt) >= String(on?.finishedAt)).toBe(true);
      }
    }
    await expect.poll(() => notifications.length).toBe(8);
    expect(new Set(notifications.map(({ type }) => type))).toEqual(new Set(['task.complete']));
    expect(notifications.filter(({ path }) => path === '/webhooks/ship')).toHaveLength(2);
  });

  it('gives the same task for the same key and body, and refuses the key with another body', async () => {
    const server = await startServer(['dev', '--examples', '--port', '0'], { cwd: temporaryFolder() });
    const [call] = calls('ORD123', 'https://yourapp.example');
    const answers = await Promise.all([post(server, call), post(server, call), post(server, call)]);
    const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as TaskView[];
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(new Set(bodies.map(({ id }) => id)).size).toBe(1);
    expect((await post(server, { ...call, priority: 9 })).status).toBe(422);
    expect((await post(server, { ...call, tenantId: 'another' })).status).toBe(201);
  });

  it('fails after its retries, tells so once, and goes on downstream when it is repaired by hand', async () => {
    const { url, heard: notifications } = await receiver();
    const server = await startServer(['dev', '--examples', '--port', '0'], { cwd: temporaryFolder() });
    const tasks: TaskView[] = [];
    for (const call of calls('ORD7', url, { failing: 'ConfirmPayment' }))
      tasks.push(await submit(server, call));
    const [inventory, payment, packing, shipping] = tasks.map(({ id }) => id);
    await taskIs(server, payment ?? '', 'failed');
    const waiting = await read(server, packing ?? '');
    expect(waiting).toMatchObject({
      status: 'pending',
      waitingFor: [{ kind: 'dependency', taskId: payment }],
    });
    await expect.poll(() => notifications.filter(({ type }) => type === 'task.failed').length).toBe(1);
    expect(notifications.find(({ type }) => type === 'task.failed')?.data.retryCount).toBe(1);

    await fetch(`${server.url}/tasks/${payment}/steps/ConfirmPayment/complete`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ output: { paid: 'by hand' }, reason: 'called the bank' }),
    });
    await taskIs(server, shipping ?? '', 'complete');
    expect((await read(server, inventory ?? '')).steps[0]?.attempt).toBe(1);
  });

  it('goes on after kill -9 in the middle: nothing is lost, no completed task runs again', async () => {
    const cwd = temporaryFolder();
    const before = await startServer(['dev', '--examples', '--port', '0'], { cwd });
    const tasks: TaskView[] = [];
    for (const call of calls('ORD9', 'https://yourapp.example')) tasks.push(await submit(before, call));
    const delayed = await submit(before, { name: 'ShipOrder', delaySeconds: 1 });
    await taskIs(before, tasks[0]?.id ?? '', 'complete');
    before.child.kill('SIGKILL');
    await before.exit;

    const after = await startServer(['dev', '--examples', '--port', '0'], { cwd });
    for (const { id } of [...tasks, delayed]) await taskIs(after, id, 'complete');
    expect((await read(after, tasks[0]?.id ?? '')).steps[0]?.attempt).toBe(1);
    expect((await read(after, tasks[3]?.id ?? '')).status).toBe('complete');
  });
});
