/** A store with a task in every kind of state, and the file of it to be spoiled by hand. */

import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import type { Troupe } from '../../src/troupe.ts';
import { gate, handlers, request, startTroupe, step, stepFact, taskFact, workflow } from '../support.ts';

export const order = workflow('Order', [step('Pay'), step('Pack'), step('Ship', ['Pay', 'Pack'])]);

export interface Mixed {
  readonly troupe: Troupe;
  readonly complete: string;
  /** Pay is complete, Pack runs and never ends. */
  readonly running: string;
  readonly retrying: string;
  readonly failed: string;
  readonly delayed: string;
  /** Waits for `running`. */
  readonly waiting: string;
  readonly queued: string;
}

export async function mixedStore(db: string): Promise<Mixed> {
  const never = gate();
  const troupe = await startTroupe({
    db,
    workflows: [order],
    handlers: handlers({
      Pay: () => 'paid',
      Pack: () => never.promise,
      Fine: () => 'fine',
      Bad: () => {
        throw new Error('not now');
      },
    }),
  });
  const submit = async (...of: Parameters<typeof request>): Promise<string> =>
    (await troupe.submit(request(...of))).taskId;
  const mixed = {
    troupe,
    complete: await submit('Fine', { idempotencyKey: 'k', tags: ['a', 'b'] }),
    running: await submit('Order'),
    retrying: await submit('Bad'),
    failed: await submit('Bad', { maxRetries: 0 }),
    delayed: await submit('Fine', { delaySeconds: 86_400 }),
    waiting: await submit('Fine', { dependencies: ['Order'] }),
    queued: await submit('Nobody'),
  };
  await taskFact(troupe, mixed.complete, 'complete');
  await stepFact(troupe, mixed.running, 'Pay', 'complete');
  await stepFact(troupe, mixed.running, 'Pack', 'running');
  await taskFact(troupe, mixed.retrying, 'retrying');
  await taskFact(troupe, mixed.failed, 'failed');
  return mixed;
}

export function openStore(db: string, readOnly = true): SqliteStore {
  const store = new SqliteStore(db, { readOnly });
  onTestFinished(() => store.close());
  return store;
}

export function spoil(db: string, sql: string): void {
  const file = new Database(db);
  try {
    file.exec(sql);
  } finally {
    file.close();
  }
}
