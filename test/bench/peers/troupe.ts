/**
 * Troupe, as it is by default: in one process, SQLite with synchronous=FULL, 200 attempts at once. An order is done
 * here when its task is complete and that is on the disk.
 */

import { join } from 'node:path';
import { toPromise } from 'xstate';
import { createTroupe } from '../../../src/index.ts';
import { localOrder, orderRequest } from '../order.ts';
import { peer } from './peer.ts';

await peer(async (folder, done) => {
  const { workflow } = localOrder();
  const troupe = await createTroupe({ db: join(folder, 'troupe.db'), handlers: [], workflows: [workflow] });
  /** Resolves to the order's actor, as any program watches it. */
  const submit = async () => troupe.actor((await troupe.submit(orderRequest)).taskId);
  return {
    submit: async () => {
      void toPromise(await submit()).then(done);
    },
    complete: async () => toPromise(await submit()),
    servers: [],
    stop: () => troupe.close({ graceMs: 0 }),
  };
});
