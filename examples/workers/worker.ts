/** A worker for Troupe in TypeScript: NATS_URL=nats://127.0.0.1:4222 node --import tsx examples/workers/worker.ts */

import { type HandlerContext, startWorker } from 'troupe/worker';

const worker = await startWorker({
  nats: process.env.NATS_URL ?? 'nats://127.0.0.1:4222',
  handlers: {
    greet: ({ payload }: HandlerContext) => ({
      greeting: `Hello ${payload.name ?? 'you'}, from TypeScript`,
    }),
  },
});
console.log(`serving ${[...worker.shares.keys()].join(', ')}`);
process.once('SIGTERM', () => void worker.stop());
