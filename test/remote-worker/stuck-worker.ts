/** A worker in a process of its own whose handler begins and never ends; for a test to kill. */

import { startWorker } from '../../src/remote-worker/worker.ts';

const [, , nats = '', prefix = '', heartbeatMs = ''] = process.argv;
await startWorker({
  nats,
  prefix,
  heartbeatMs: Number(heartbeatMs),
  handlers: {
    charge: () => {
      console.log('begun');
      return new Promise(() => undefined);
    },
  },
});
