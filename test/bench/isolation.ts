/**
 * Measures what a handler host costs: the same order runs with its handler files in this process and in a host, in
 * turns.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { openHandlerFiles } from '../../src/cli/handler-files.ts';
import { createTroupe, type Troupe } from '../../src/index.ts';
import { completed, type Figures, inFolder, median, oneByOne, percentile } from './measure.ts';
import { orderRequest, outputOf, remoteOrder, STEPS } from './order.ts';
import { section } from './section.ts';

const WARM_UP = 2_000;
/** Submissions not yet acknowledged. */
const AT_ONCE = 1_000;

interface Way {
  readonly troupe: Troupe;
  readonly rates: number[];
  readonly times: number[];
  done: number;
  close(): Promise<void>;
}

const isolation = (orders: number, sequential: number, rounds: number): Promise<Figures> =>
  inFolder(async (folder) => {
    const handlers = join(folder, 'handlers');
    mkdirSync(handlers);
    for (const step of STEPS)
      writeFileSync(
        join(handlers, `${step}.mjs`),
        `const output = ${JSON.stringify(outputOf(step))};\nexport default () => output;\n`,
      );
    const here = await open(join(folder, 'none.db'), handlers, 'none');
    const hosted = await open(join(folder, 'host.db'), handlers, 'host');
    for (const way of [here, hosted]) await runOrders(way, WARM_UP);
    for (let round = 0; round < rounds; round++) {
      for (const way of [here, hosted]) {
        const started = performance.now();
        await runOrders(way, orders);
        way.rates.push(orders / ((performance.now() - started) / 1_000));
        way.times.push(...(await oneByOne(way.troupe, orderRequest, sequential)));
        way.done += sequential;
      }
    }
    for (const way of [here, hosted]) await way.close();
    const ratios = hosted.rates.map((rate, round) => rate / (here.rates[round] ?? Number.NaN));
    return {
      ordersPerSecondHere: median(here.rates),
      ordersPerSecondHosted: median(hosted.rates),
      throughputHostedToHere: median(ratios),
      sequentialP50MsHere: percentile(here.times, 0.5),
      sequentialP50MsHosted: percentile(hosted.times, 0.5),
      sequentialP50MsMoreHosted: percentile(hosted.times, 0.5) - percentile(here.times, 0.5),
    };
  });

async function open(db: string, folder: string, isolation: 'none' | 'host'): Promise<Way> {
  const files = await openHandlerFiles({ groups: [[folder]], isolation, log: pino({ level: 'silent' }) });
  const troupe = await createTroupe({ db, ...files.use, workflows: [remoteOrder] });
  return {
    troupe,
    rates: [],
    times: [],
    done: 0,
    close: async () => {
      await troupe.close();
      await files.use.host.close();
    },
  };
}

async function runOrders(way: Way, count: number): Promise<void> {
  for (let submitted = 0; submitted < count; submitted += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - submitted);
    await Promise.all(Array.from({ length }, () => way.troupe.submit(orderRequest)));
  }
  way.done += count;
  await completed(way.troupe, way.done);
}

await section({ orders: 2_000, sequential: 200, rounds: 5 }, ({ orders, sequential, rounds }) =>
  isolation(orders, sequential, rounds),
);
