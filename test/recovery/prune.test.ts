/** Retention takes what nobody needs any more, with all it owns, and keeps the file from growing for ever. */

import { join } from 'node:path';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import { compact, type PruneOptions, pruneAll, pruneSome, spaceOf } from '../../src/recovery/prune.ts';
import { Retention } from '../../src/recovery/retention.ts';
import { verifyStore } from '../../src/recovery/verify.ts';
import { listTasks } from '../../src/store/list-tasks.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { handlers, request, startTroupe, taskFact, temporaryFolder } from '../support.ts';
import { type Mixed, mixedStore, openStore } from './stores.ts';

const DAY_MS = 86_400_000;

let db: string;
beforeEach(() => {
  db = join(temporaryFolder(), 'troupe.db');
});

const idsIn = (store: SqliteStore): string[] => listTasks(store, { limit: 1_000 }).map(({ id }) => id);

const later: PruneOptions = { endedBefore: Date.now() + DAY_MS };

describe('prune', () => {
  async function closed(): Promise<Mixed & { store: SqliteStore }> {
    const mixed = await mixedStore(db);
    await mixed.troupe.close({ graceMs: 0 });
    return { ...mixed, store: openStore(db, false) };
  }

  it('deletes what is complete, and its key with it; nothing of it is left', async () => {
    const { store, complete, failed } = await closed();
    expect(pruneAll(store, later)).toBe(1);
    expect(idsIn(store)).not.toContain(complete);
    expect(idsIn(store)).toContain(failed);
    expect(store.taskByIdempotencyKey('default', 'k')).toBeNull();
    expect(listTasks(store, { tag: 'a', limit: 10 })).toEqual([]);
    expect(verifyStore(store).findings).toEqual([]);
  });

  it('deletes failed tasks when asked to', async () => {
    const { store, failed } = await closed();
    expect(pruneAll(store, { ...later, failed: true })).toBe(2);
    expect(idsIn(store)).not.toContain(failed);
  });

  it('keeps what ended since', async () => {
    const { store } = await closed();
    expect(pruneAll(store, { endedBefore: Date.now() - DAY_MS })).toBe(0);
  });

  it('keeps what an unfinished task depends on, and lets it go with that one', async () => {
    const troupe = await startTroupe({ db, handlers: handlers({ First: () => 'done' }) });
    const { taskId: first } = await troupe.submit(request('First'));
    await taskFact(troupe, first, 'complete');
    const { taskId: second } = await troupe.submit(request('Second', { dependencies: [first] }));
    await troupe.submit(request('Last'));
    const by = { by: 'test', reason: null };
    const store = openStore(db);
    await troupe.close({ graceMs: 0 });
    expect(idsIn(store)).toHaveLength(3);

    const writable = openStore(db, false);
    expect(pruneAll(writable, later)).toBe(0);
    writable.close();
    const again = await startTroupe({ db });
    await again.taskVerb(null, second, 'cancel', by);
    // The last entry of the journal stays, whoever's it is.
    await again.submit(request('Last'));
    await again.close({ graceMs: 0 });
    expect(pruneAll(openStore(db, false), later)).toBe(2);
  });

  it('never gives the number of a deleted task or journal entry away again', async () => {
    const troupe = await startTroupe({ db, handlers: handlers({ Fine: () => 'fine' }) });
    for (let round = 0; round < 3; round++) {
      await taskFact(troupe, (await troupe.submit(request('Fine'))).taskId, 'complete');
    }
    await troupe.close({ graceMs: 0 });
    const store = openStore(db, false);
    const before = [store.lastTaskNo(), store.lastJournalPos()];
    expect(pruneAll(store, later)).toBe(2);
    expect([store.lastTaskNo(), store.lastJournalPos()]).toEqual(before);
  });

  it('keeps the file bounded, and makes it smaller when asked to', async () => {
    const payload = { text: 'x'.repeat(20_000) };
    const round = async (): Promise<number> => {
      const troupe = await startTroupe({ db, handlers: handlers({ Fine: () => 'fine' }) });
      const requests = Array.from({ length: 50 }, () => request('Fine', { payload }));
      const { tasks } = await troupe.submitBatch(requests);
      for (const { id } of tasks) await taskFact(troupe, id, 'complete');
      await troupe.close();
      const store = new SqliteStore(db);
      pruneAll(store, later);
      const { bytes } = spaceOf(store);
      store.close();
      return bytes;
    };
    const first = await round();
    for (let more = 0; more < 4; more++) await round();
    expect(await round()).toBeLessThan(first * 1.5);

    const store = openStore(db, false);
    compact(store);
    expect(spaceOf(store).freeBytes).toBe(0);
    expect(spaceOf(store).bytes).toBeLessThan(first / 4);
    expect(verifyStore(store).findings).toEqual([]);
  });
});

describe('retention on a running server', () => {
  it('deletes by itself what gets too old, and counts anew', async () => {
    const { troupe, complete } = await mixedStore(db);
    await troupe.close({ graceMs: 0 });
    const store = openStore(db, false);
    const clock = new ManualClock();
    clock.moveTo(Date.now() + 30 * DAY_MS);
    let told = 0;
    let looked: () => void = () => undefined;
    const retention = new Retention({
      keepMs: 30 * DAY_MS + 300_000,
      clock,
      log: pino({ level: 'silent' }),
      prune: (options, after) => {
        const step = pruneSome(store, options, after);
        looked();
        return step;
      },
      pruned: () => {
        told++;
      },
    });
    onTestFinished(() => retention.stop());
    const look = (advanceMs: number): Promise<void> =>
      new Promise((resolve) => {
        looked = resolve;
        clock.advance(advanceMs);
      });
    retention.start();
    await look(1_000);
    expect(idsIn(store)).toContain(complete);
    // Work after a look is done once promises have run.
    await new Promise(setImmediate);
    await look(3_600_000);
    expect(idsIn(store)).not.toContain(complete);
    await new Promise(setImmediate);
    expect(told).toBe(1);
    expect(pruneSome(store, later, 0).deleted).toBe(0);
  });
});
