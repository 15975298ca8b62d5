/** One order at a time, on an engine that has nothing else to do. */

import { join } from 'node:path';
import { createTroupe } from '../../src/index.ts';
import { costsPer, type Figures, inFolder, measure, oneByOne, percentile } from './measure.ts';
import { localOrder, orderRequest } from './order.ts';
import { section } from './section.ts';

/** Orders before the first one timed: the code of a fresh process is not compiled yet. */
const WARM_UP = 500;

const latency = (sequential: number): Promise<Figures> =>
  inFolder(async (folder) => {
    const db = join(folder, 'troupe.db');
    const troupe = await createTroupe({ db, handlers: [], workflows: [localOrder().workflow] });
    await oneByOne(troupe, orderRequest, WARM_UP);
    let times: number[] = [];
    const costs = await measure(troupe, db, async () => {
      times = await oneByOne(troupe, orderRequest, sequential);
    });
    await troupe.close();
    return {
      sequentialP50Ms: percentile(times, 0.5),
      sequentialP95Ms: percentile(times, 0.95),
      ...costsPer('Order', sequential, costs, 'sequential'),
    };
  });

await section({ sequential: 1_000 }, ({ sequential }) => latency(sequential));
