// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** A task and its children are exported, restored and deleted as a whole; none of it could go on alone. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportTasks } from '../../src/recovery/export.ts';
import { pruneAll, pruneSome } from '../../src/recovery/prune.ts';
import { restore } from '../../src/recovery/restore.ts';
import type { SnapshotLine } from '../../src/recovery/snapshot-format.ts';
import { verifyStore } from '../../src/recovery/verify.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { countTasks } from '../../src/store/whole-tasks.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { request, startTroupe, taskFact, temporaryFolder } from '../support.ts';
import { openStore } from './stores.ts';

const DAY_MS = 86_400_000;
const later = { endedBefore: Date.now() + DAY_MS };

/** Each of its children waits for a signal. */
const workflows = [
  defineWorkflow({
    name: 'line',
    steps: {
      arrived: { waitFor: { signal: 'arrived' } },
      tell: { dependsOn: ['arrived'], handler: () => 'told' },
    },
  }),
  defineWorkflow({
    name: 'order',
    steps: { ship: { forEach: '${payload.items}', run: { workflow: 'line' } } },
  }),
];

async function shipping(count: number) {
  const folder = temporaryFolder();
  const db = join(folder, 'troupe.db');
  const troupe = await startTroupe({ db, workflows });
  const items = Array.from({ length: count }, (_, index) => index);
  const { taskId: id } = await troupe.submit(request('order', { payload: { items } }));
  const children = () =>
    troupe.listTasks({ tenantId: null, limit: 200, parentId: id, status: 'waiting' }).tasks;
  await expect.poll(() => children().length).toBe(Math.min(count, 50));
  return { folder, db, troupe, id, children };
}

const thrownBy = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('a family', () => {
  it('is exported and restored whole, whichever of it is asked for, and goes on where it was', async () => {
    const { folder, db, troupe, id, children } = await shipping(3);
    const [first, second] = children();
    await troupe.signalTask(null, first?.id ?? '', 'arrived', {}, 'ann');
    await taskFact(troupe, first?.id ?? '', 'complete');
    await troupe.taskVerb(null, second?.id ?? '', 'pause', { by: 'ann', reason: null });
    await troupe.signalTask(null, second?.id ?? '', 'arrived', { id: 's2' }, 'ann');
    await troupe.close({ graceMs: 0 });
    const file = join(folder, 'tasks.jsonl');
    const lines = [...exportTasks(openStore(db), { now: 0, ids: [second?.id ?? ''] })];
    expect(lines).toHaveLength(1 + 4);
    writeFileSync(file, `${lines.join('\n')}\n`);
    const other = join(folder, 'other.db');
    const store = new SqliteStore(other);
    expect(restore(store, file)).toMatchObject({ restored: 4, problems: [] });
    expect(verifyStore(store).findings).toEqual([]);
    store.close();
    const again = await startTroupe({ db: other, workflows });
    await again.taskVerb(null, second?.id ?? '', 'resume', { by: 'ann', reason: null });
    await taskFact(again, second?.id ?? '', 'complete');
    const open = again.listTasks({ tenantId: null, limit: 9, parentId: id, status: 'waiting' }).tasks;
    expect(open).toHaveLength(1);
    for (const child of open) await again.signalTask(null, child.id, 'arrived', {}, 'ann');
    await taskFact(again, id, 'complete');
    expect(again.getTask(null, id).result).toEqual({
      ship: Array.from({ length: 3 }, () => ({ tell: 'told' })),
    });
  });

  it('R15: restored while a word to its children was on its way, is told it again', async () => {
    const { folder, db, troupe, id } = await shipping(3);
    await troupe.close({ graceMs: 0 });
    const lines = [...exportTasks(openStore(db), { now: 0 })];
    const file = join(folder, 'tasks.jsonl');
    const toEnd = { ending: { as: 'cancelled' } };
    writeFileSync(
      file,
      `${lines
        .map((text) => {
          const line = JSON.parse(text) as SnapshotLine;
          if (line.task?.id !== id) return text;
          const actors = line.actors.map((actor) =>
            actor.ref === 0
              ? actor
              : { ...actor, state: 'waiting.ending', context: { ...(actor.context as object), ...toEnd } },
          );
          return JSON.stringify({ ...line, actors });
        })
        .join('\n')}\n`,
    );
    const other = join(folder, 'other.db');
    const store = new SqliteStore(other);
    expect(restore(store, file)).toMatchObject({ restored: 4, problems: [] });
    store.close();
    const again = await startTroupe({ db: other, workflows });
    const statuses = () =>
      again.listTasks({ tenantId: null, limit: 9, parentId: id }).tasks.map(({ status }) => status);
    await expect.poll(statuses).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(again.getStep(null, id, 'ship').status).toBe('cancelled');
  });

  it('is not restored in parts', async () => {
    const { folder, db, troupe, id } = await shipping(2);
    await troupe.close({ graceMs: 0 });
    const lines = [...exportTasks(openStore(db), { now: 0 })];
    const file = join(folder, 'tasks.jsonl');
    const without = (gone: (text: string) => boolean): void => {
      const kept = lines.filter((text) => !gone(text));
      const header = JSON.stringify({ ...(JSON.parse(kept[0] ?? '') as object), tasks: kept.length - 1 });
      writeFileSync(file, `${[header, ...kept.slice(1)].join('\n')}\n`);
    };
    const store = new SqliteStore(join(folder, 'other.db'));
    without((text) => text.startsWith(`{"task":{"id":"${id}"`));
    const refusal = thrownBy(() => restore(store, file)) as { faults?: { message: string }[] };
    expect(refusal.faults?.map(({ message }) => message).join('\n')).toContain(
      'a family is restored as a whole',
    );
    expect(restore(store, file, { partial: true }).restored).toBe(0);
    store.close();
  });

  it('R21: is deleted whole: children first, in commits that are small, and the task above last', async () => {
    const { db, troupe, id } = await shipping(120);
    for (let sent = 0; sent < 120; ) {
      const open = troupe.listTasks({ tenantId: null, limit: 200, parentId: id, status: 'waiting' }).tasks;
      for (const child of open) await troupe.signalTask(null, child.id, 'arrived', {}, 'ann');
      sent += open.length;
    }
    await taskFact(troupe, id, 'complete');
    // The newest task of all stays, whoever it is.
    await troupe.submit(request('order', { payload: { items: [] } }));
    await troupe.close({ graceMs: 0 });
    const store = openStore(db, false);
    expect(pruneSome(store, later, 0)).toMatchObject({ deleted: 100 });
    expect(store.taskById(id)).not.toBeNull();
    expect(pruneAll(store, later)).toBe(21);
    expect(countTasks(store)).toBe(1);
    expect(verifyStore(store).findings).toEqual([]);
  });

  it('whose newest member has the highest number stays, since numbers count on from it', async () => {
    const { db, troupe, id, children } = await shipping(1);
    await troupe.signalTask(null, children()[0]?.id ?? '', 'arrived', {}, 'ann');
    await taskFact(troupe, id, 'complete');
    await troupe.close({ graceMs: 0 });
    const store = openStore(db, false);
    expect(pruneAll(store, later)).toBe(0);
    expect(countTasks(store)).toBe(2);
  });
});
