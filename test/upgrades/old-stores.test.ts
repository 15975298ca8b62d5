/** A store that any release ever wrote opens, is sound, and everything in it goes on to its end. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import { examineStore } from '../../src/recovery/doctor.ts';
import { verifyStore } from '../../src/recovery/verify.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import type { Troupe } from '../../src/troupe.ts';
import { openStore } from '../recovery/stores.ts';
import { handlers, request, startTroupe, taskFact, temporaryFolder } from '../support.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { writeOldStore } from './old-store.ts';

const stores = readdirSync(fileURLToPath(new URL('stores', import.meta.url)));
const versions = stores.map((name) => name.replace(/\.sql$/, ''));
const by = { by: 'test', reason: null };

/** The tasks of these stores tell it of their ends. */
const HOOK = 'http://hooks.invalid/take';

const Fine = (): string => 'fine';
const everybody = handlers({ Fine, Slow: Fine, Bad: Fine, Unserved: Fine, Nobody: Fine });

const statuses = (troupe: Troupe): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of troupe.listTasks({ tenantId: null, limit: 100 }).tasks)
    counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

it('is kept of every schema there has been; scripts/fixture-store.ts writes that of the present one', () => {
  expect(versions.sort()).toEqual(MIGRATIONS.map((_, index) => `v${index + 1}`));
});

describe.each(versions)('a store as written by %s', (version) => {
  it('is sound to the checks of now, and only what is overdue or unserved is told of it', () => {
    const db = join(temporaryFolder(), 'troupe.db');
    writeOldStore(db, version);
    const codes = examineStore(db, Date.now()).ailments.map(({ code }) => code);
    expect(codes.filter((code) => !['TIMERS_OVERDUE', 'UNSERVED'].includes(code))).toEqual([]);
    const store = openStore(db, false);
    expect(verifyStore(store).findings).toEqual([]);
  });

  it('knows a request again that it has an idempotency key of', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    writeOldStore(db, version);
    const troupe = await startTroupe({ db, clock: new ManualClock() });
    const asked = { idempotencyKey: 'k', notificationUrl: HOOK, tags: ['a'] };
    expect(await troupe.submit(request('Fine', asked))).toMatchObject({ replayed: true });
    const other = troupe.submit(request('Fine', { ...asked, deadlineSeconds: 60 }));
    await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('runs to its end, every task and every delivery', async () => {
    const { url, received } = await startReceiver((_, response) => response.end());
    const db = join(temporaryFolder(), 'troupe.db');
    writeOldStore(db, version, url);
    const clock = new ManualClock();
    // Long after every timer in it.
    clock.moveTo(Date.UTC(2040, 0, 1));
    const webhooks = { secret: null, allow: ['127.0.0.1'] };
    const troupe = await startTroupe({ db, clock, webhooks, handlers: everybody });

    const { tasks } = troupe.listTasks({ tenantId: null, limit: 100 });
    const find = (status: string): string => tasks.find((task) => task.status === status)?.id ?? status;
    const [failed, paused] = [find('failed'), find('paused')];
    await troupe.taskVerb(null, failed, 'retry', by);
    await troupe.taskVerb(null, paused, 'resume', by);
    await troupe.submit(request('Nobody'));
    for (const { id, status } of tasks) if (status !== 'cancelled') await taskFact(troupe, id, 'complete');
    expect(statuses(troupe)).toEqual({ complete: tasks.length, cancelled: 1 });

    await vi.waitFor(() => expect(troupe.listWebhooks(null, 'delivered', 9)).toHaveLength(3), 10_000);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
    await troupe.close();
    expect(verifyStore(openStore(db)).findings).toEqual([]);
  });
});
