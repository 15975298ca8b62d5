/**
 * A worker on NATS in a process of its own, to be killed: tells its parent of each start and end of a step, and takes
 * as long as the payload says. It runs from the build. Arguments: NATS URL, prefix, names of the steps.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { startWorker } from '../../dist/src/remote-worker/worker.js';

const [url = '', prefix = '', ...steps] = process.argv.slice(2);

process.on('disconnect', () => process.exit(1));

const run = async ({ taskId, step, attempt, payload }) => {
  process.send?.({ event: 'start', taskId, step, attempt });
  await sleep(Number(payload.ms ?? 0));
  process.send?.({ event: 'end', taskId, step, attempt });
  return `${step} by attempt ${attempt}`;
};
const handlers = Object.fromEntries(steps.map((name) => [name, run]));
// Gives a silent server up within a second, so that no test waits for that.
await startWorker({ nats: { url, pingIntervalMs: 300 }, prefix, handlers, heartbeatMs: 500 });
process.send?.({ event: 'ready' });
