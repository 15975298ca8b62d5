/** A stored actor that no machine can open: it is reported and set aside, and stops nobody else. */

import { join } from 'node:path';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Refusal } from '../../src/errors.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe, TroupeOptions } from '../../src/troupe.ts';
import type { TaskRequest } from '../../src/workflow/task-request.ts';
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

const by = { by: 'test', reason: null };
const TASK = 0;
const FIRST_STEP = 1;

let db: string;
let clock: ManualClock;
let errors: string[];
beforeEach(() => {
  db = join(temporaryFolder(), 'troupe.db');
  clock = new ManualClock();
  errors = [];
});

const start = (
  byName: Parameters<typeof handlers>[0] = {},
  more: Partial<TroupeOptions> = {},
): Promise<Troupe> => {
  const log = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) });
  return startTroupe({ db, clock, log, handlers: handlers(byName), ...more });
};

const submit = async (troupe: Troupe, name: string, more: Partial<TaskRequest> = {}): Promise<string> =>
  (await troupe.submit(request(name, more))).taskId;

const inFile = <T>(use: (file: Database.Database) => T): T => {
  const file = new Database(db);
  try {
    return use(file);
  } finally {
    file.close();
  }
};

/** Spoils the row of one actor, in a store nobody has open. */
const spoil = (taskId: string, ref: number, change: string): void => {
  const sql = `UPDATE actors SET ${change} WHERE ref = ? AND task = (SELECT no FROM tasks WHERE id = ?)`;
  expect(inFile((file) => file.prepare(sql).run(ref, taskId).changes)).toBe(1);
};

const setAside = (): unknown[] =>
  inFile((file) =>
    file.prepare('SELECT t.id, s.ref, s.why FROM set_aside s JOIN tasks t ON t.no = s.task').all(),
  );

const gauge = async (troupe: Troupe): Promise<number> =>
  Number(/^troupe_actors_set_aside (\d+)/m.exec((await troupe.metrics()).text)?.[1]);

/** That it still works: what it is given, it finishes. */
const worksOn = async (troupe: Troupe): Promise<void> => {
  await taskFact(troupe, await submit(troupe, 'Fine'), 'complete');
};

const Fine = (): string => 'fine';

describe.each([
  ['a state the machine has not', "state = 'meditating'", 'meditating'],
  ['a snapshot of another machine version', "machine = 'step@0'", 'step@0'],
  ['a context that is no JSON', "context = '{'", 'JSON'],
])('a step with %s', (_, change, why) => {
  it('is set aside when its timer falls due, and reported; the others go on', async () => {
    const Flaky = (): never => {
      throw new Error('not now');
    };
    const before = await start({ Flaky });
    const ids = [await submit(before, 'Flaky'), await submit(before, 'Flaky')];
    for (const id of ids) await taskFact(before, id, 'retrying');
    await before.close();
    spoil(ids[0] ?? '', FIRST_STEP, change);

    const after = await start({ Flaky: Fine, Fine });
    clock.advance(60_000);
    await taskFact(after, ids[1] ?? '', 'complete');
    await worksOn(after);
    expect(setAside()).toEqual([{ id: ids[0], ref: FIRST_STEP, why: expect.stringContaining(why) }]);
    expect(await gauge(after)).toBe(1);
    expect(errors.join()).toContain('set aside');
  });

  it('is set aside when its attempt was lost with the last process', async () => {
    const never = gate();
    const before = await start({ Slow: () => never.promise });
    const ids = [await submit(before, 'Slow'), await submit(before, 'Slow')];
    for (const id of ids) await stepFact(before, id, 'Slow', 'running');
    await before.close({ graceMs: 0 });
    spoil(ids[0] ?? '', FIRST_STEP, change);

    const after = await start({ Slow: Fine, Fine });
    await taskFact(after, ids[1] ?? '', 'complete');
    // At the latest when the lost attempt would have timed out.
    clock.advance(60_000);
    await worksOn(after);
    expect(setAside()).toMatchObject([{ id: ids[0] }]);
  });

  it('is what its task waits for', async () => {
    const before = await start();
    const id = await submit(before, 'Queued');
    await before.close();
    spoil(id, FIRST_STEP, change);

    const after = await start({ Queued: Fine, Fine });
    await worksOn(after);
    const waits = [{ kind: 'paused', step: 'Queued', why: expect.stringContaining('set aside') }];
    expect(after.getTask(null, id).waitingFor).toMatchObject(waits);
    expect(after.listTasks({ tenantId: null, limit: 10 }).tasks.at(-1)?.waitingFor).toMatchObject(waits);
  });

  it('is set aside when a worker should take it', async () => {
    const before = await start();
    const ids = [await submit(before, 'Queued'), await submit(before, 'Queued')];
    await before.close();
    spoil(ids[0] ?? '', FIRST_STEP, change);

    const after = await start({ Queued: Fine, Fine });
    await taskFact(after, ids[1] ?? '', 'complete');
    await worksOn(after);
    expect(setAside()).toMatchObject([{ id: ids[0] }]);
  });

  it('is set aside once, however often the process starts', async () => {
    const never = gate();
    const before = await start({ Slow: () => never.promise });
    const id = await submit(before, 'Slow');
    await stepFact(before, id, 'Slow', 'running');
    await before.close({ graceMs: 0 });
    spoil(id, FIRST_STEP, change);

    for (const _ of ['first', 'second']) {
      const after = await start({ Fine });
      clock.advance(60_000);
      await worksOn(after);
      await after.close();
    }
    expect(setAside()).toHaveLength(1);
    expect(errors).toHaveLength(1);
  });

  it('can still be looked at, in its task and in the list', async () => {
    const before = await start();
    const id = await submit(before, 'Queued');
    await before.close();
    spoil(id, FIRST_STEP, change);

    const after = await start({ Fine });
    await worksOn(after);
    expect(after.getTask(null, id)).toMatchObject({ id, status: 'running' });
    expect(after.listTasks({ tenantId: null, limit: 10 }).tasks).toHaveLength(2);
    expect(after.health()).toMatchObject({ ready: true });
  });

  it('lets its task be cancelled all the same', async () => {
    const before = await start();
    const id = await submit(before, 'Queued');
    await before.close();
    spoil(id, FIRST_STEP, change);

    const after = await start({ Fine });
    await after.taskVerb(null, id, 'cancel', by);
    expect(after.getTask(null, id).status).toBe('cancelled');
    await worksOn(after);
  });

  it('is not taken for one that has not been spawned yet', async () => {
    const before = await start();
    const id = await submit(before, 'Queued');
    await before.close();
    spoil(id, FIRST_STEP, change);

    const after = await start({ Fine });
    const refused = await after.stepVerb(null, id, 'Queued', 'skip', by).catch((error: Refusal) => error);
    expect(refused).toMatchObject({ kind: 'conflict', code: 'SET_ASIDE' });
    await worksOn(after);
  });

  it('does not take down a step that needs its output: that fails and says why', async () => {
    const order = workflow('Order', [step('Pay'), step('Ship', ['Pay'])]);
    const before = await start({ Pay: Fine }, { workflows: [order] });
    const id = await submit(before, 'Order');
    await stepFact(before, id, 'Pay', 'complete');
    await before.close();
    spoil(id, FIRST_STEP, change);

    // Only now does somebody serve the step that needs it.
    const after = await start({ Ship: Fine, Fine }, { workflows: [order] });
    const failed = await stepFact(after, id, 'Ship', 'failed');
    expect(failed.error?.message).toContain(why);
    await worksOn(after);
  });
});

describe('a task that cannot be opened', () => {
  const change = "machine = 'task@0'";

  it('is set aside when its delay ends; those delayed until then start', async () => {
    const before = await start();
    const ids = [
      await submit(before, 'Fine', { delaySeconds: 60 }),
      await submit(before, 'Fine', { delaySeconds: 60 }),
    ];
    await before.close();
    spoil(ids[0] ?? '', TASK, change);

    const after = await start({ Fine });
    clock.advance(60_000);
    await taskFact(after, ids[1] ?? '', 'complete');
    expect(setAside()).toMatchObject([{ id: ids[0], ref: TASK }]);
    expect(after.getTask(null, ids[0] ?? '').waitingFor).toMatchObject([{ kind: 'paused', until: null }]);
  });

  it('is set aside when a step reports to it; what the step did is kept', async () => {
    const never = gate();
    const before = await start({ Slow: () => never.promise });
    const id = await submit(before, 'Slow');
    await stepFact(before, id, 'Slow', 'running');
    await before.close({ graceMs: 0 });
    spoil(id, TASK, change);

    const after = await start({ Slow: Fine, Fine });
    await stepFact(after, id, 'Slow', 'complete');
    await worksOn(after);
    expect(after.getStep(null, id, 'Slow')).toMatchObject({ status: 'complete', output: 'fine' });
    expect(setAside()).toMatchObject([{ id, ref: TASK }]);
  });

  it('refuses what it is told, and says that it is set aside', async () => {
    const before = await start();
    const id = await submit(before, 'Queued');
    await before.close();
    spoil(id, TASK, change);

    const after = await start({ Fine });
    for (const verb of ['cancel', 'pause'] as const) {
      const refused = await after.taskVerb(null, id, verb, by).catch((error: Refusal) => error);
      expect(refused).toMatchObject({ kind: 'conflict', code: 'SET_ASIDE' });
    }
    await worksOn(after);
    expect(setAside()).toHaveLength(1);
  });

  it('keeps waiting those that depend on it, and only those', async () => {
    const before = await start();
    const id = await submit(before, 'Queued');
    await before.close();
    spoil(id, TASK, change);

    const after = await start({ Fine });
    const waits = await submit(after, 'Fine', { dependencies: ['Queued'] });
    expect(after.getTask(null, waits)).toMatchObject({ status: 'pending', waitingFor: [{ taskId: id }] });
    await worksOn(after);
  });
});

it('a task that stumbles over the end of another is set aside, and the other has ended', async () => {
  const end = gate();
  const before = await start();
  const other = await submit(before, 'Slow');
  const waits = await submit(before, 'Fine', { dependencies: ['Slow'] });
  await before.close();
  // It can be opened; only a turn finds out that a field is missing.
  spoil(waits, TASK, `context = replace(context, '"counts"', '"count{"')`);

  const after = await start({ Slow: () => end.promise, Fine });
  await stepFact(after, other, 'Slow', 'running');
  end.open();
  await taskFact(after, other, 'complete');
  await worksOn(after);
  expect(setAside()).toMatchObject([{ id: waits, ref: TASK }]);
});

it('an attempt of a step that its task does not have keeps no other from running', async () => {
  const never = gate();
  const before = await start({ Slow: () => never.promise });
  const ids = [await submit(before, 'Slow'), await submit(before, 'Slow')];
  for (const id of ids) await stepFact(before, id, 'Slow', 'running');
  await before.close({ graceMs: 0 });
  spoil(ids[0] ?? '', FIRST_STEP, 'ref = 7');

  const after = await start({ Slow: Fine, Fine });
  await taskFact(after, ids[1] ?? '', 'complete');
  await worksOn(after);
  expect(setAside()).toMatchObject([{ id: ids[0], ref: 7 }]);
});
