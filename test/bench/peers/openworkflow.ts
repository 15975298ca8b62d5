/**
 * OpenWorkflow on SQLite as it opens it: write-ahead log, and `synchronous` as SQLite has it, FULL. It needs the SQLite
 * inside Node 22 and later, and gets such a Node when this one is older. 100 orders at once; each step is a `step.run`.
 */

import { join } from 'node:path';
import { OpenWorkflow } from 'openworkflow';
import { BackendSqlite } from 'openworkflow/sqlite';
import { outputOf, PAYLOAD } from '../order.ts';
import { peer } from './peer.ts';

await peer(async (folder, done) => {
  const backend = BackendSqlite.connect(join(folder, 'openworkflow.db'));
  const engine = new OpenWorkflow({ backend });
  let told: () => void = () => undefined;
  const order = engine.defineWorkflow<typeof PAYLOAD, unknown>({ name: 'Order' }, async ({ step }) => {
    const run = (name: string) => step.run({ name }, async () => outputOf(name) as Record<string, string>);
    await run('Receive');
    await Promise.all([run('Inventory'), run('Payment')]);
    await run('Reserve');
    await run('Ship');
    const last = await run('Notify');
    done();
    told();
    return last;
  });
  const worker = engine.newWorker({ concurrency: 100 });
  await worker.start();
  return {
    submit: () => order.run(PAYLOAD),
    // Whoever asks for a result looks once a second; so it counts as there once the last step has run.
    complete: () =>
      new Promise<void>((resolve, reject) => {
        told = resolve;
        order.run(PAYLOAD).catch(reject);
      }),
    servers: [],
    stop: async () => {
      await worker.stop();
      await backend.stop();
    },
  };
});
