/** A server is killed between a wait and the news of it: the news is told once, and its task goes on in any store. */

import { mkdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exportTasks } from '../../src/recovery/export.ts';
import { restore } from '../../src/recovery/restore.ts';
import { verifyStore } from '../../src/recovery/verify.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import type { WebhookView } from '../../src/views/tasks.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { type Server, startServer } from '../cli/process.ts';
import { startTroupe, taskFact, temporaryFolder } from '../support.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { openStore } from './stores.ts';

const ASK = `name: Ask
version: 1.0.0
steps:
  - name: manager
    wait_for: { approval: "Ship it?", within: 2h }
`;

async function post(server: Server, path: string, body: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const webhooksOf = async (server: Server): Promise<WebhookView[]> => {
  const { webhooks } = (await (await fetch(`${server.url}/webhooks`)).json()) as { webhooks: WebhookView[] };
  return webhooks;
};

it('a wait is told once, under one id and with one body, though kill -9 comes before the receiver answers', async () => {
  let answer = (_: ServerResponse): void => undefined;
  const receiver = await startReceiver((_, response) => answer(response));
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'workflows'));
  writeFileSync(join(cwd, 'workflows/ask.yaml'), ASK);
  const start = (): Promise<Server> => startServer(['dev', '--port', '0'], { cwd });

  const first = await start();
  const request = {
    name: 'Ask',
    notificationUrl: receiver.url,
    notificationTypes: ['task.waiting', 'task.cancelled'],
  };
  const submitted = await post(first, '/tasks', request);
  expect(submitted).toMatchObject({ status: 201, body: request });
  const { id } = submitted.body as { id: string };
  await expect.poll(() => receiver.received.length).toBe(1);
  first.child.kill('SIGKILL');
  await first.exit;

  answer = (response) => void response.writeHead(204).end();
  const server = await start();
  await expect
    .poll(async () => (await webhooksOf(server)).map(({ status }) => status))
    .toEqual(['delivered']);
  const [before, after, ...more] = receiver.received;
  expect(more).toEqual([]);
  expect(after?.headers['webhook-id']).toBe(before?.headers['webhook-id']);
  expect(after?.body).toBe(before?.body);
  expect(JSON.parse(after?.body ?? '')).toMatchObject({
    type: 'task.waiting',
    data: { taskId: id, waitsFor: [{ step: 'manager', for: 'approval', prompt: 'Ship it?' }] },
  });
  expect(after?.body).not.toContain('/approvals/');

  expect((await post(server, `/tasks/${id}/cancel`, { reason: 'sold out' })).status).toBe(200);
  await expect
    .poll(async () => (await webhooksOf(server)).map(({ type, status }) => `${type} ${status}`).sort())
    .toEqual(['task.cancelled delivered', 'task.waiting delivered']);
  expect(JSON.parse(receiver.received.at(-1)?.body ?? '').data).toMatchObject({ reason: 'sold out' });

  const refused = await post(server, '/tasks', { ...request, notificationTypes: ['task.paused'] });
  expect(refused).toMatchObject({
    status: 422,
    body: {
      errors: [{ pointer: '/notificationTypes/0', message: expect.stringContaining('task.compensated') }],
    },
  });
  const alone = await post(server, '/tasks', { name: 'Ask', notificationTypes: ['task.waiting'] });
  expect(alone).toMatchObject({
    status: 422,
    body: {
      errors: [{ pointer: '/notificationTypes', message: expect.stringContaining('notificationUrl') }],
    },
  });
});

it('an export has the wish and the deliveries, and the store that takes it tells the rest', async () => {
  const receiver = await startReceiver((_, response) => response.writeHead(204).end());
  const folder = temporaryFolder();
  const [db, other, file] = ['a.db', 'b.db', 'tasks.jsonl'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const ask = defineWorkflow({ name: 'Ask', steps: { go: { waitFor: { signal: 'go', within: '1h' } } } });
  const options = { workflows: [ask], webhooks: { secret: null, allow: ['127.0.0.1'] } };
  const from = await startTroupe({ db, ...options });
  const { taskId: id } = await from.submit({
    name: 'Ask',
    notificationUrl: receiver.url,
    notificationTypes: ['task.waiting', 'task.cancelled'],
  });
  await taskFact(from, id, 'waiting');
  await expect.poll(() => from.listWebhooks(null, 'delivered').length).toBe(1);
  writeFileSync(file, [...exportTasks(openStore(db), { now: 0 })].map((line) => `${line}\n`).join(''));
  await from.close({ graceMs: 0 });
  const store = new SqliteStore(other);
  expect(restore(store, file, {})).toMatchObject({ restored: 1, problems: [] });
  store.close();

  const to = await startTroupe({ db: other, ...options });
  expect(to.getTask(null, id).notificationTypes).toEqual(['task.waiting', 'task.cancelled']);
  await to.taskVerb(null, id, 'cancel', { by: 'ann', reason: null });
  await expect.poll(() => to.listWebhooks(null, 'delivered').length).toBe(2);
  const types = receiver.received.map(({ body }) => JSON.parse(body).type as string);
  expect(types).toEqual(['task.waiting', 'task.cancelled']);
  await to.close({ graceMs: 0 });
  expect(verifyStore(openStore(other)).findings).toEqual([]);
});
