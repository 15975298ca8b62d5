/** A start with many unfinished orders in the store: how soon it is ready, and how fast they are done then. */

import { join } from 'node:path';
import { createTroupe } from '../../src/index.ts';
import { LIMITS } from '../../src/workflow/definition.ts';
import { completed, costsPer, type Figures, inFolder, measure, perSecond } from './measure.ts';
import { orderRequest, remoteHandlers, remoteOrder } from './order.ts';
import { section } from './section.ts';

const restart = (unfinished: number): Promise<Figures> =>
  inFolder(async (folder) => {
    const db = join(folder, 'troupe.db');
    // Nobody here serves their steps: they stay where they are.
    const before = await createTroupe({ db, handlers: [], workflows: [remoteOrder] });
    const batch = Array.from({ length: Math.min(unfinished, LIMITS.tasksPerBatch) }, () => orderRequest);
    for (let done = 0; done < unfinished; done += batch.length) await before.submitBatch(batch);
    await before.close({ graceMs: 0 });

    const started = performance.now();
    const troupe = await createTroupe({ db, handlers: remoteHandlers });
    if (!troupe.health().ready) throw new Error('not ready after a restart');
    const restartReadyMs = performance.now() - started;
    const costs = await measure(troupe, db, () => completed(troupe, unfinished));
    await troupe.close();
    return {
      unfinished,
      restartReadyMs,
      restartOrdersPerSecond: perSecond(unfinished, costs),
      ...costsPer('Order', unfinished, costs, 'restart'),
    };
  });

await section({ unfinished: 10_000 }, ({ unfinished }) => restart(unfinished));
