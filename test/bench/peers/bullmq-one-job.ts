/**
 * BullMQ on a Redis of its own with `appendonly yes`, `appendfsync always` and no snapshots: what it acknowledges is on
 * the disk. An order is one job in the "step job" pattern of its manual: after each step, what is done is written into
 * the job's data, so that a worker that takes over goes on from there. A step has no attempts, timeout or history of its
 * own then: `bullmq.ts` has those. 100 jobs at once; finished jobs are kept, as ours.
 */

import { Queue, QueueEvents, Worker } from 'bullmq';
import { outputOf, PAYLOAD } from '../order.ts';
import { peer } from './peer.ts';
import { freePort, startServer } from './server.ts';

const NAME = 'orders';
const RESULT_TIMEOUT_MS = 30_000;

await peer(async (folder, done) => {
  const port = await freePort();
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...durable];
  const server = await startServer('redis-server', args, port);
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  const queue = new Queue(NAME, { connection });
  const events = new QueueEvents(NAME, { connection });
  await events.waitUntilReady();
  const worker = new Worker(
    NAME,
    async (job) => {
      const outputs: Record<string, unknown> = { ...job.data.outputs };
      const step = async (name: string): Promise<void> => {
        if (outputs[name] !== undefined) return;
        outputs[name] = outputOf(name);
        await job.updateData({ ...job.data, outputs });
      };
      await step('Receive');
      await Promise.all([step('Inventory'), step('Payment')]);
      for (const name of ['Reserve', 'Ship', 'Notify']) await step(name);
      return outputs['Notify'];
    },
    { connection, concurrency: 100 },
  );
  worker.on('completed', done);
  const submit = () => queue.add('Order', { payload: PAYLOAD, outputs: {} });
  return {
    submit,
    complete: async () => (await submit()).waitUntilFinished(events, RESULT_TIMEOUT_MS),
    servers: [server.pid],
    stop: async () => {
      await worker.close(true);
      await events.close();
      await queue.close();
      await server.stop();
    },
  };
});
