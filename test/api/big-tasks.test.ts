/** A task of many steps is read while others are served: what takes long goes on in a thread, or in small parts. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { createTroupe, type Troupe } from '../../src/troupe.ts';
import type { Question } from '../../src/views/orchestrator.ts';
import {
  gate,
  handlers,
  request,
  startTroupe,
  step,
  stepFact,
  taskFact,
  temporaryFolder,
  workflow,
} from '../support.ts';

const STEPS = 800;
const LAST = `s${STEPS - 1}`;
/** A longer text tells the task as a whole, and not some of its steps. */
const MOST_CHARACTERS = 40_000;

/** Two steps come first, and all others depend on both. */
const wide = workflow(
  'Wide',
  Array.from({ length: STEPS }, (_, index) =>
    step(`s${index}`, index < 2 ? [] : ['s0', 's1'], { handler: 'count' }),
  ),
);

const asTold = (told: unknown): unknown => JSON.parse(JSON.stringify(told));

/** The process itself would answer each path so. */
const HERE: Readonly<Record<string, (troupe: Troupe, id: string) => unknown>> = {
  '': (troupe, id) => troupe.getTask(null, id),
  [`/steps/${LAST}`]: (troupe, id) => troupe.getStep(null, id, LAST),
  '/snapshot': (troupe, id) => troupe.snapshot(null, id),
  '/snapshot?seq=1500': (troupe, id) => troupe.snapshot(null, id, 1_500),
  '/moment': (troupe, id) => troupe.moment(null, id),
  '/moment?seq=1500': (troupe, id) => troupe.moment(null, id, 1_500),
  '/history': (troupe, id) => ({ events: [...troupe.history(null, id)] }),
  '/history?after=1234': (troupe, id) => ({ events: [...troupe.history(null, id, 1_234)] }),
  '/history?after=100&limit=1500': (troupe, id) => ({
    events: [...troupe.history(null, id, 100)].slice(0, 1_500),
  }),
  '/diagram?format=dot': (troupe, id) => troupe.diagram(null, id, 'dot'),
};
const LISTED: Readonly<Record<string, (troupe: Troupe) => unknown>> = {
  '/tasks': (troupe) => troupe.listTasks({ tenantId: null, limit: 20 }),
  '/tasks?fields=summary': (troupe) => troupe.summarizeTasks({ tenantId: null, limit: 20 }),
};

const start = (troupe: Troupe) => createApp({ troupe, keys: null, version: '0' });

describe('a task of many steps that is over', () => {
  let troupe: Troupe;
  let taskId = '';

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'troupe-'));
    troupe = await createTroupe({
      db: join(folder, 'troupe.db'),
      handlers: handlers({ count: () => 1 }),
      workflows: [wide],
    });
    ({ taskId } = await troupe.submit(request('Wide')));
    await taskFact(troupe, taskId, 'complete');
    return async () => {
      await troupe.close({ graceMs: 0 });
      rmSync(folder, { recursive: true });
    };
  });

  test.each(Object.keys(HERE))('answers %s in a thread as it would here', async (path) => {
    const response = await start(troupe).request(`/tasks/${taskId}${path}`);
    expect(response.status).toBe(200);
    const told = path.startsWith('/diagram') ? await response.text() : await response.json();
    expect(told).toEqual(asTold(HERE[path]?.(troupe, taskId)));
  });

  test.each(Object.keys(LISTED))('is listed by %s in a thread as it would be here', async (path) => {
    const response = await start(troupe).request(path);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual(asTold(LISTED[path]?.(troupe)));
  });

  test('is drawn with all its steps', async () => {
    const get = (path: string) => start(troupe).request(`/tasks/${taskId}${path}`);
    const { nodes } = (await (await get('/graph')).json()) as { nodes: { name: string }[] };
    expect(nodes.map(({ name }) => name)).toEqual(wide.steps.map(({ name }) => name));
    const svg = await get('/diagram?format=svg');
    expect(svg.headers.get('content-type')).toBe('image/svg+xml');
    expect((await svg.text()).match(/<title>s\d+<\/title>/g)).toHaveLength(STEPS);
    const alone = await start(troupe).request('/workflows/Wide/graph');
    expect(await alone.json()).toEqual(await (await get('/graph')).json());
  });

  test.each([
    '/tasks/ID',
    `/tasks/ID/steps/${LAST}`,
    '/tasks/ID/snapshot',
    '/tasks/ID/moment',
    '/tasks/ID/moment?seq=1500',
    '/tasks/ID/history',
    '/tasks/ID/graph',
    '/tasks',
  ])('is neither read nor written as a whole on the event loop for %s', async (path) => {
    const [write, read] = [vi.spyOn(JSON, 'stringify'), vi.spyOn(JSON, 'parse')];
    try {
      await (await start(troupe).request(path.replace('ID', taskId))).arrayBuffer();
      const written = write.mock.results.map(({ value }) => String(value ?? '').length);
      const texts = [...written, ...read.mock.calls.map(([text]) => text.length)];
      expect(Math.max(0, ...texts)).toBeLessThan(MOST_CHARACTERS);
    } finally {
      vi.restoreAllMocks();
    }
  });

  test('comes as bytes of a thread, whatever is asked of it', async () => {
    const query = { tenantId: null, limit: 20 };
    const page = { after: 1_000, upTo: 1_001, lines: true };
    const event = { actor: 'task', event: { type: 'task.retry' }, by: 'me' };
    const questions: readonly Question[] = [
      { ask: 'whatIf', id: taskId, event },
      { ask: 'history', id: taskId, ...page },
      { ask: 'summaries', query },
      { ask: 'diagram', of: { id: taskId }, format: 'svg' },
      { ask: 'diagram', of: { id: taskId }, format: 'mermaid' },
    ];
    for (const question of questions)
      expect(await troupe.answer(null, question), question.ask).toBeInstanceOf(Uint8Array);
  });

  test('is not to be seen by another tenant, and what there is not is refused as ever', async () => {
    for (const ask of ['task', 'snapshot', 'moment'] as const) {
      await expect(troupe.answer('other', { ask, id: taskId })).rejects.toMatchObject({
        code: 'TASK_NOT_FOUND',
      });
    }
    await expect(troupe.answer('other', { ask: 'graph', of: { id: taskId } })).rejects.toMatchObject({
      code: 'TASK_NOT_FOUND',
    });
    for (const [path, code] of [
      ['snapshot?seq=999999', 'NO_SUCH_MOMENT'],
      ['moment?seq=999999', 'NO_SUCH_MOMENT'],
      ['steps/none', 'STEP_NOT_FOUND'],
    ] as const) {
      const response = await start(troupe).request(`/tasks/${taskId}/${path}`);
      expect([response.status, await response.json()]).toEqual([404, expect.objectContaining({ code })]);
    }
  });

  test('says what is wrong with what is asked of a moment', async () => {
    const what = { actor: 'step:none', event: { type: 'step.retry' }, by: 'me' };
    await expect(troupe.answer(null, { ask: 'whatIf', id: taskId, event: what })).rejects.toMatchObject({
      code: 'NO_SUCH_ACTOR',
      faults: [expect.objectContaining({ pointer: '/actor' })],
    });
  });

  test('lets others have their turn every few events while it is inspected', async () => {
    const stop = new AbortController();
    let turns = 0;
    const turn = (): void => {
      turns++;
      if (!stop.signal.aborted) setImmediate(turn);
    };
    setImmediate(turn);
    let [told, before, most] = [0, 0, 0];
    let since = 0;
    for await (const _ of troupe.inspect({ tenantId: null, taskId, signal: stop.signal })) {
      told++;
      since = turns === before ? since + 1 : 1;
      before = turns;
      most = Math.max(most, since);
      if (told === 2 * STEPS) stop.abort();
    }
    expect(told).toBeGreaterThanOrEqual(2 * STEPS);
    expect(most).toBeLessThanOrEqual(32);
  });
});

describe('a task of many steps that goes on', () => {
  test('says in a thread what it waits for, as it would here', async () => {
    const open = gate();
    const troupe = await startTroupe({
      db: join(temporaryFolder(), 'troupe.db'),
      handlers: [{ name: 'count', concurrency: 3, run: () => open.promise }],
      workflows: [
        workflow(
          'Waits',
          Array.from({ length: STEPS }, (_, index) =>
            step(`s${index}`, index > STEPS / 2 ? ['s0', 's1', 's2', 's3'] : [], {
              handler: index < 6 ? 'count' : 'nobody',
            }),
          ),
        ),
      ],
    });
    const { taskId } = await troupe.submit(request('Waits'));
    await stepFact(troupe, taskId, 's2', 'running');
    const answer = await troupe.answer(null, { ask: 'task', id: taskId });
    expect(answer).toBeInstanceOf(Uint8Array);
    const told = JSON.parse(Buffer.from(answer).toString()) as { waitingFor: { kind: string }[] };
    expect(told).toEqual(asTold(troupe.getTask(null, taskId)));
    expect(new Set(told.waitingFor.map(({ kind }) => kind))).toEqual(new Set(['worker', 'limit']));
    open.open();
  });

  test('is told as it is at one moment, whatever is committed meanwhile', async () => {
    let answered = gate();
    const troupe = await startTroupe({
      db: join(temporaryFolder(), 'troupe.db'),
      // It goes on by eighty steps at a time while it is looked at.
      handlers: [
        {
          name: 'count',
          concurrency: 1,
          run: ({ step }) => (/\d*[48]0$/.test(step) ? answered.promise : null),
        },
      ],
      workflows: [wide],
    });
    const app = start(troupe);
    const { taskId } = await troupe.submit(request('Wide'));
    const seen: { seq: number; last: number; differs: boolean; task: { status: string } }[] = [];
    do {
      const { open } = answered;
      answered = gate();
      open();
      seen.push((await (await app.request(`/tasks/${taskId}/moment`)).json()) as (typeof seen)[number]);
    } while (seen.at(-1)?.task.status !== 'complete');
    expect(seen.length).toBeGreaterThan(10);
    expect(seen.filter(({ seq, last, differs }) => differs || seq !== last)).toEqual([]);
  });
});
