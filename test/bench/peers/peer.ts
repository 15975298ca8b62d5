/**
 * Every engine in the comparison gets the same work: many orders at once, then one at a time. An adapter is a
 * script with a process of its own; the CPU and memory of the servers it starts count as its own.
 */

import { type Figures, inFolder, median, percentile } from '../measure.ts';
import { costsOfProcesses } from '../other-process.ts';
import { section } from '../section.ts';

export interface Peer {
  /** Resolves once the order is accepted and on the disk. */
  readonly submit: () => Promise<unknown>;
  /** Resolves once the caller has the result of the order. */
  readonly complete: () => Promise<unknown>;
  /** Processes it has started. */
  readonly servers: readonly number[];
  readonly stop: () => Promise<unknown>;
}

/** Before the first order timed: the code of a fresh process is not compiled yet. */
const WARM_UP_MS = 4_000;
const WARM_UP_ORDERS = 500;
/** One that has not done its orders by then never will. */
const LIMIT_MS = 180_000;
/** Submissions under way at once: no peer is asked to take thousands of requests in the same moment. */
const SUBMITTERS = 50;

/** `start` gets a folder for all its files, and what to call when an order's last step is done. */
export async function peer(start: (folder: string, done: () => void) => Promise<Peer>): Promise<void> {
  await section({ orders: 1_000, sequential: 100 }, ({ orders, sequential }) =>
    inFolder(async (folder) => {
      const limit = setTimeout(() => {
        console.error(`not done within ${LIMIT_MS} ms`);
        process.exit(1);
      }, LIMIT_MS);
      let done = 0;
      let wake: () => void = () => undefined;
      const engine = await start(folder, () => {
        done++;
        wake();
      });
      /** Until every order's last step is done; for a peer whose last record comes after that, it need not be. */
      const run = async (count: number): Promise<void> => {
        const wanted = done + count;
        const finished = new Promise<void>((resolve) => {
          wake = () => done >= wanted && resolve();
        });
        let left = count;
        const submitter = async (): Promise<void> => {
          while (left-- > 0) await engine.submit();
        };
        await Promise.all(Array.from({ length: SUBMITTERS }, submitter));
        await finished;
      };
      try {
        return await figuresOf(engine, run, orders, sequential);
      } finally {
        clearTimeout(limit);
        await engine.stop();
      }
    }),
  );
}

async function figuresOf(
  engine: Peer,
  run: (count: number) => Promise<void>,
  orders: number,
  sequential: number,
): Promise<Figures> {
  const begun = performance.now();
  do await run(WARM_UP_ORDERS);
  while (performance.now() - begun < WARM_UP_MS);
  const before = costsOfProcesses([process.pid]);
  const started = performance.now();
  await run(orders);
  const seconds = (performance.now() - started) / 1_000;
  const after = costsOfProcesses([process.pid, ...engine.servers]);
  const times: number[] = [];
  while (times.length < sequential) {
    const startedAt = performance.now();
    await engine.complete();
    times.push(performance.now() - startedAt);
  }
  return {
    ordersPerSecond: orders / seconds,
    p50Ms: median(times),
    p95Ms: percentile(times, 0.95),
    cpuMsPerOrder: (after.cpuMs - before.cpuMs) / orders,
    peakMemoryMb: after.peakMemoryMb,
  };
}
