/**
 * An orchestrator on NATS in a process of its own, to be killed: submits what its parent sends, and tells it of
 * every task that ends. Started as `node --import tsx orchestrator-process.ts <db> <nats url> <prefix>`.
 */

import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import { createTroupe } from '../../src/troupe.ts';
import type { TaskRequest } from '../../src/workflow/task-request.ts';
import { ORDER } from './order.ts';

const [db = '', url = '', prefix = ''] = process.argv.slice(2);

// Nobody is left to stop a process whose parent is gone.
process.on('disconnect', () => process.exit(1));

const streams = streamsOf(new Subjects(prefix));
const bus = await connectNats({ url, streams, name: 'orchestrator', onError: () => undefined });
const troupe = await createTroupe({
  db,
  bus,
  prefix,
  handlers: [],
  workflows: [ORDER],
  heartbeatTimeoutMs: 3_000,
});
process.on('message', async (request: TaskRequest) => {
  const { taskId } = await troupe.submit(request);
  process.send?.({ submitted: taskId });
});
process.send?.({ ready: true });
const { signal } = new AbortController();
for await (const { fact } of troupe.events({ tenantId: null, after: '0-0', signal })) {
  if (fact.actor === 'task' && fact.fact === 'complete') process.send?.({ complete: fact.taskId });
}
