/** The worker of the NATS benchmark, in a process of its own: handlers that do nothing. */

import { startWorker } from '../../src/index.ts';
import { outputOf } from './order.ts';

const [, , nats = '', ...steps] = process.argv;
await startWorker({
  nats,
  handlers: Object.fromEntries(steps.map((step) => [step, () => outputOf(step)])),
});
console.log('serving');
