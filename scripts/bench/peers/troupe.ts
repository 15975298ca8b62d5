/**
 * Troupe, as it is by default: in one process, SQLite with synchronous=FULL, 100 attempts at once. An order is done
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
  const facts = troupe.events({ tenantId: null, signal: new AbortController().signal });
  const listen = async (): Promise<void> => {
    for await (const { fact } of facts) if (fact.actor === 'task' && fact.fact === 'complete') done();
  };
  void listen();
  return {
    submit: () => troupe.submit(orderRequest),
    complete: async () => toPromise(troupe.actor((await troupe.submit(orderRequest)).taskId)),
    servers: [],
    stop: () => troupe.close({ graceMs: 0 }),
  };
});
