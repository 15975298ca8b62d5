/**
 * A worker on NATS in a process of its own, to be killed: tells its parent of each start and end of a step, and takes
 * as long as the payload says. Started as `node --import tsx worker-process.ts <nats url> <prefix>`.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { startWorker } from '../../src/remote-worker/worker.ts';
import type { Handler } from '../../src/worker/job.ts';
import { STEPS } from './order.ts';

const [url = '', prefix = ''] = process.argv.slice(2);

process.on('disconnect', () => process.exit(1));

const run: Handler = async ({ taskId, step, attempt, payload }) => {
  process.send?.({ event: 'start', taskId, step, attempt });
  await sleep(Number(payload['ms'] ?? 0));
  process.send?.({ event: 'end', taskId, step, attempt });
  return `${step} by attempt ${attempt}`;
};
const handlers = Object.fromEntries(STEPS.map((name) => [name, run]));
// Gives a silent server up within a second, so that no test waits for that.
await startWorker({ nats: { url, pingIntervalMs: 300 }, prefix, handlers, heartbeatMs: 500 });
process.send?.({ event: 'ready' });
