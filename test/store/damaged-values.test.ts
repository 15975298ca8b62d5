/** Values that are not what was written, in a file that is whole: one task's trouble, said when it is asked for. */

import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { examineStore } from '../../src/recovery/doctor.ts';
import type { Troupe } from '../../src/troupe.ts';
import { order, spoil } from '../recovery/stores.ts';
import { handlers, request, startTroupe, stepFact, taskFact, temporaryFolder } from '../support.ts';

const by = { by: 'test', reason: null };
const Fine = (): string => 'fine';

let db: string;
let ids: { damaged: string; sound: string };
beforeEach(async () => {
  db = join(temporaryFolder(), 'troupe.db');
  const troupe = await startTroupe({ db, workflows: [order], handlers: handlers({ Pay: Fine }) });
  const submit = async (): Promise<string> => (await troupe.submit(request('Order'))).taskId;
  ids = { damaged: await submit(), sound: await submit() };
  for (const id of Object.values(ids)) await stepFact(troupe, id, 'Pay', 'complete');
  await troupe.close();
});

const DAMAGED = 1;
const start = (): Promise<Troupe> =>
  startTroupe({ db, handlers: handlers({ Pay: Fine, Pack: Fine, Ship: Fine, Fine }) });

/** The other task, and any that is new, are done. */
const othersGoOn = async (troupe: Troupe): Promise<void> => {
  await taskFact(troupe, ids.sound, 'complete');
  await taskFact(troupe, (await troupe.submit(request('Fine'))).taskId, 'complete');
};

const codes = (): string[] => [...new Set(examineStore(db, Date.now()).ailments.map(({ code }) => code))];

async function ask(troupe: Troupe, path: string): Promise<{ status: number; text: string }> {
  const answer = await createApp({ troupe, keys: null, version: '1.0.0' }).request(path);
  return { status: answer.status, text: await answer.text() };
}

describe.each([
  ['a request that is no JSON', `UPDATE tasks SET request = '{' WHERE no = ${DAMAGED}`],
  ['a workflow nobody knows', `UPDATE tasks SET workflow = 'f00' WHERE no = ${DAMAGED}`],
])('a task with %s', (_, sql) => {
  it('keeps no other from going on, and is listed and shown as what it is', async () => {
    spoil(db, sql);
    expect(codes()).toEqual(['TASK_DAMAGED']);
    const troupe = await start();
    await othersGoOn(troupe);
    const shown = { id: ids.damaged, status: 'running', error: { code: 'TASK_UNREADABLE' } };
    expect(troupe.getTask(null, ids.damaged)).toMatchObject(shown);
    const { tasks } = troupe.listTasks({ tenantId: null, limit: 10 });
    expect(tasks.find(({ id }) => id === ids.damaged)).toMatchObject(shown);
    expect(troupe.summarizeTasks({ tenantId: null, limit: 10 }).tasks).toHaveLength(tasks.length);
    for (const of of ['history', 'snapshot', 'moment', 'graph', 'steps/Pay', 'inspection']) {
      const { status, text } = await ask(troupe, `/tasks/${ids.damaged}/${of}`);
      expect([of, status, text]).toEqual([of, 503, expect.stringContaining('TASK_UNREADABLE')]);
    }
    expect(troupe.health().ready).toBe(true);
    const refused = troupe.taskVerb(null, ids.damaged, 'cancel', by);
    await expect(refused).rejects.toMatchObject({ code: 'SET_ASIDE' });
  });
});

describe('a workflow that is not what was registered', () => {
  const sql = "UPDATE workflows SET definition = replace(definition, 'Pack', 'Pick')";

  it('keeps other tasks from nothing, takes no new ones, and its own wait', async () => {
    spoil(db, sql);
    expect(codes()).toContain('ROWS_DAMAGED');
    const troupe = await start();
    await taskFact(troupe, (await troupe.submit(request('Fine'))).taskId, 'complete');
    expect(troupe.listWorkflows()).toEqual([]);
    expect(troupe.getTask(null, ids.sound)).toMatchObject({ error: { code: 'TASK_UNREADABLE' } });
  });

  it('is mended by registering the same once more', async () => {
    spoil(db, sql);
    const mending = await startTroupe({ db, workflows: [order] });
    await mending.close();
    expect(codes()).not.toContain('ROWS_DAMAGED');
    expect((await start()).getTask(null, ids.sound)).toMatchObject({
      workflow: { name: 'Order' },
      error: null,
    });
  });
});

describe.each([
  ['a queue that cannot be read', "queue = '[5,'"],
  ['a queue that nobody writes', `queue = '[5000000000,"Pack","default"]'`],
  ['a context its machine cannot work with', `context = replace(context, '"policy"', '"polizy"')`],
])('a step with %s', (_, change) => {
  it('is set aside, whoever it would have started beside', async () => {
    spoil(db, `UPDATE actors SET ${change} WHERE queue IS NOT NULL AND task = ${DAMAGED}`);
    expect(codes()).toEqual(['TASK_DAMAGED']);
    const troupe = await start();
    await othersGoOn(troupe);
    expect(troupe.getTask(null, ids.damaged).status).toBe('running');
    expect(codes()).toEqual(['SET_ASIDE']);
  });
});

describe('a journal that cannot be read', () => {
  it('is told of where it is, and what follows is told too; the task goes on', async () => {
    spoil(db, `UPDATE journal SET entries = '[' || entries WHERE task = ${DAMAGED} AND seq = 1`);
    expect(codes()).toEqual(['TASK_DAMAGED']);
    const troupe = await start();
    await othersGoOn(troupe);
    await expect.poll(() => troupe.getTask(null, ids.damaged).status).toBe('complete');
    const { status, text } = await ask(troupe, `/tasks/${ids.damaged}/history`);
    expect(status).toBe(200);
    const { events } = JSON.parse(text) as { events: { seq: number; event: string; to: string }[] };
    expect(events[0]).toMatchObject({ event: 'unreadable', actor: 'task' });
    expect(events.at(-1)).toMatchObject({ to: 'complete' });
    const end = await ask(troupe, `/tasks/${ids.damaged}/history?after=${events.at(-2)?.seq}`);
    expect(JSON.parse(end.text)).toEqual({ events: events.slice(-1) });
    const moment = await ask(troupe, `/tasks/${ids.damaged}/moment`);
    expect(moment).toEqual({ status: 503, text: expect.stringContaining('TASK_UNREADABLE') });
  });

  it('holds up nobody who listens to all tasks', async () => {
    spoil(db, `UPDATE journal SET entries = '[' || entries WHERE task = ${DAMAGED}`);
    const troupe = await start();
    const stop = new AbortController();
    const heard = new Set<string>();
    for await (const { fact } of troupe.events({ tenantId: null, after: '0-0', signal: stop.signal })) {
      heard.add(fact.taskId);
      if (fact.taskId === ids.sound && fact.actor === 'task' && fact.fact === 'complete') break;
    }
    stop.abort();
    expect(heard).toContain(ids.sound);
  });
});

it('a table that is not as it was made keeps the store from being opened', async () => {
  spoil(db, 'ALTER TABLE tasks RENAME COLUMN priority TO priorite');
  expect(codes()).toEqual(['STORE_DAMAGED']);
  await expect(start()).rejects.toMatchObject({ code: 'STORE_UNUSABLE' });
});
