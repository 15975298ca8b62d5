/** The worker of the NATS benchmark, in a process of its own: handlers that do nothing. */

import { startWorker } from '../../src/index.ts';

const [, , nats = '', ...steps] = process.argv;
const filler = 'x'.repeat(60);
await startWorker({
  nats,
  handlers: Object.fromEntries(steps.map((step) => [step, () => ({ step, ok: true, reference: filler })])),
});
console.log('serving');
