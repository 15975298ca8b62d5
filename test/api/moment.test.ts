/** Any moment of a task's past over HTTP, what an event would lead to, and the inspector's feed. */

import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { InspectionEvent } from '../../src/publication/inspection.ts';
import type { MomentView, WhatIfView } from '../../src/views/orchestrator.ts';
import { handlers, request, startTroupe, taskFact, temporaryFolder } from '../support.ts';
import { bearer, problemIn, type Server, start, until } from './server.ts';

async function failedTask(server: Server): Promise<string> {
  const { id } = (await (await server.post('/tasks', { name: 'fail' })).json()) as { id: string };
  await until(server, id, 'failed');
  return id;
}

const momentOf = async (server: Server, id: string, seq?: number): Promise<MomentView> =>
  (await (
    await server.get(`/tasks/${id}/moment${seq === undefined ? '' : `?seq=${seq}`}`)
  ).json()) as MomentView;

test('a task is told as it is now, with what a person may do to it', async () => {
  const server = await start();
  const now = await momentOf(server, await failedTask(server));
  expect(now.seq).toBe(now.last);
  expect(now.task).toMatchObject({ state: 'failed', accepts: ['task.retry', 'task.cancel'], timers: {} });
  expect(now.steps['fail']).toMatchObject({
    status: 'failed',
    accepts: ['step.retry', 'step.skip', 'step.complete'],
  });
  expect(now.differs).toBe(false);
});

test('a task is told as it was: what ran then, and when it would have timed out', async () => {
  const server = await start();
  const id = await failedTask(server);
  const { last } = await momentOf(server, id);
  const moments = await Promise.all(
    Array.from({ length: last }, (_, index) => momentOf(server, id, index + 1)),
  );
  expect(moments.map(({ task }) => task.status)).toEqual([
    'pending',
    ...Array.from({ length: last - 2 }, () => 'running'),
    'failed',
  ]);
  const running = moments.find(({ steps }) => steps['fail']?.state === 'running');
  expect(Object.keys(running?.steps['fail']?.timers ?? {})).toEqual(['xstate.after.timeout.step.running']);
  expect(running?.task.accepts).toEqual(['task.pause', 'task.cancel']);
});

test('there is no moment before the first event, nor after the last', async () => {
  const server = await start();
  const id = await failedTask(server);
  expect((await problemIn(await server.get(`/tasks/${id}/moment?seq=0`))).code).toBe('INVALID_QUERY');
  expect((await problemIn(await server.get(`/tasks/${id}/moment?seq=99`))).code).toBe('NO_SUCH_MOMENT');
});

test('a stored snapshot that is not what the journal makes of it is told of', async () => {
  const db = join(temporaryFolder(), 'troupe.db');
  const troupe = await startTroupe({ db, handlers: handlers({ echo: () => 'done' }) });
  const { taskId } = await troupe.submit(request('echo'));
  await taskFact(troupe, taskId, 'complete');
  expect(troupe.moment(null, taskId)).toMatchObject({ seq: 6, last: 6, differs: false });
  const other = new Database(db);
  other.exec(`UPDATE actors SET context = json_object('output', 'forged') WHERE ref = 1`);
  other.close();
  expect(troupe.moment(null, taskId).differs).toBe(true);
  expect(troupe.moment(null, taskId, 5).differs).toBe(false);
});

test('what if: an event is taken by a copy, and nothing is stored', async () => {
  const server = await start();
  const id = await failedTask(server);
  const before = await (await server.get(`/tasks/${id}/history`)).text();
  const asked = { actor: 'step:fail', event: { type: 'step.retry' } };
  const answer = (await (await server.post(`/tasks/${id}/what-if`, asked)).json()) as WhatIfView;
  expect(answer.before.state).toBe('failed');
  expect(answer.after.state).toBe('pending.queued');
  expect(answer.effects).toContainEqual({ type: 'enqueue', params: null });
  expect(await (await server.get(`/tasks/${id}/history`)).text()).toBe(before);
  expect((await momentOf(server, id)).steps['fail']?.state).toBe('failed');
});

test('what if: at a past moment time, dice and token are filled in, and timers go by their short names', async () => {
  const server = await start();
  const id = await failedTask(server);
  const history = (await (await server.get(`/tasks/${id}/history`)).json()) as {
    events: { seq: number; event: string }[];
  };
  const seq = history.events.find(({ event }) => event === 'step.start')?.seq;
  const ask = async (event: object): Promise<WhatIfView> =>
    (await (
      await server.post(`/tasks/${id}/what-if`, { seq, actor: 'step:fail', event })
    ).json()) as WhatIfView;
  expect((await ask({ type: 'timer.timeout' })).after.state).toBe('retrying.backoff');
  const error = { name: 'E', message: 'no', code: null, retryable: false };
  expect((await ask({ type: 'attempt.failed', error })).after.state).toBe('failed');
  expect((await ask({ type: 'attempt.failed', error, token: 'another' })).effects).toEqual([
    { type: 'stale', params: null },
  ]);
});

test('what if: says which actor there is none of, and what the machine could not read', async () => {
  const server = await start();
  const id = await failedTask(server);
  for (const actor of ['step:nobody', 'nobody', 'step:']) {
    const response = await server.post(`/tasks/${id}/what-if`, { actor, event: { type: 'x' } });
    expect(await problemIn(response)).toMatchObject({ status: 422, code: 'NO_SUCH_ACTOR' });
  }
  const unreadable = { seq: 4, actor: 'step:fail', event: { type: 'attempt.failed' } };
  const problem = await problemIn(await server.post(`/tasks/${id}/what-if`, unreadable));
  expect(problem).toMatchObject({ status: 422, code: 'UNREADABLE_EVENT' });
  expect(server.errors).toEqual([]);
});

test('the inspector is told of a task from its beginning on, and then live', async () => {
  const server = await start();
  const { id } = (await (await server.post('/tasks', { name: 'hang' })).json()) as { id: string };
  await until(server, id, 'running');
  const { body } = await server.get(`/tasks/${id}/inspection`);
  const heard = messages(body);
  const first = await next(heard, () => true);
  expect(first).toMatchObject({ type: '@xstate.actor', name: 'task', sessionId: `${id}/task` });
  await next(heard, ({ type, name }) => type === '@xstate.actor' && name === 'step:hang');
  await server.post(`/tasks/${id}/cancel`);
  const end = await next(
    heard,
    ({ type, event }) => type === '@xstate.snapshot' && event?.type === 'task.cancel',
  );
  expect(end.snapshot).toMatchObject({ value: 'cancelled', status: 'done' });
  await heard.return();
});

test('the inspector of all tasks tells a tenant of its own alone', async () => {
  const server = await start({ keyed: true });
  const heard = messages((await server.get('/inspection', bearer('shop-key'))).body);
  await server.post('/tasks', { name: 'echo' }, bearer('bank-key'));
  const { id } = (await (await server.post('/tasks', { name: 'echo' }, bearer('shop-key'))).json()) as {
    id: string;
  };
  expect((await next(heard, () => true)).rootId).toBe(`${id}/task`);
  await heard.return();
});

test('another tenant sees no moment, graph, plan or inspection', async () => {
  const server = await start({ keyed: true });
  const { id } = (await (await server.post('/tasks', { name: 'echo' }, bearer('shop-key'))).json()) as {
    id: string;
  };
  for (const path of ['moment', 'graph', 'inspection', 'diagram?format=svg']) {
    expect((await server.get(`/tasks/${id}/${path}`, bearer('bank-key'))).status, path).toBe(404);
  }
  const asked = { actor: 'task', event: { type: 'task.cancel' } };
  expect((await server.post(`/tasks/${id}/what-if`, asked, bearer('bank-key'))).status).toBe(404);
});

type Heard = InspectionEvent & { name?: string; event?: { type: string }; snapshot?: unknown };

async function* messages(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Heard, void, undefined> {
  let text = '';
  for await (const part of body ?? []) {
    text += Buffer.from(part).toString();
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const message of parts)
      if (message.startsWith('data: ')) yield JSON.parse(message.slice(6)) as Heard;
  }
}

async function next(
  heard: AsyncGenerator<Heard, void, undefined>,
  is: (event: Heard) => boolean,
): Promise<Heard> {
  for (;;) {
    const { done, value } = await heard.next();
    if (done === true || value === undefined) throw new Error('the stream ended');
    if (is(value)) return value;
  }
}
