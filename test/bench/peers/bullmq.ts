/**
 * BullMQ on a Redis of its own with `appendonly yes`, `appendfsync always` and no snapshots: what it acknowledges is on
 * the disk. Every step is a job, with attempts of its own, as every step is here: the first adds the rest as a flow,
 * whose jobs wait for their children. 100 jobs at once; finished jobs are kept, as ours.
 */

import { FlowProducer, Queue, Worker } from 'bullmq';
import { outputOf, PAYLOAD } from '../order.ts';
import { peer } from './peer.ts';
import { freePort, startServer } from './server.ts';

const NAME = 'orders';
const attempts = 3;

await peer(async (folder, done) => {
  const port = await freePort();
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...durable];
  const server = await startServer('redis-server', args, port);
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  const queue = new Queue(NAME, { connection });
  const flows = new FlowProducer({ connection });
  const waiting = new Map<string, () => void>();
  /** Under ids made of the order's, so that a first step that runs twice adds them once. */
  const node = (order: string, name: string, children: object[] = []): never =>
    ({
      name,
      queueName: NAME,
      data: { order, payload: PAYLOAD },
      opts: { jobId: `${order}-${name}`, attempts },
      children,
    }) as never;
  const rest = (order: string) => {
    const pair = [node(order, 'Inventory'), node(order, 'Payment')];
    return node(order, 'Notify', [node(order, 'Ship', [node(order, 'Reserve', pair)])]);
  };
  const worker = new Worker(
    NAME,
    async (job) => {
      if (job.name === 'Receive') await flows.add(rest(job.data.order));
      return outputOf(job.name);
    },
    { connection, concurrency: 100 },
  );
  worker.on('completed', (job) => {
    if (job.name !== 'Notify') return;
    done();
    waiting.get(job.data.order)?.();
    waiting.delete(job.data.order);
  });
  let count = 0;
  const submitAs = (order: string) =>
    queue.add('Receive', { order, payload: PAYLOAD }, { jobId: `${order}-Receive`, attempts });
  return {
    submit: () => submitAs(`order-${++count}`),
    complete: async () => {
      const order = `order-${++count}`;
      const ended = new Promise<void>((resolve) => waiting.set(order, resolve));
      await submitAs(order);
      await ended;
    },
    servers: [server.pid],
    stop: async () => {
      await worker.close(true);
      await flows.close();
      await queue.close();
      await server.stop();
    },
  };
});
