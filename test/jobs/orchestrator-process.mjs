/**
 * An orchestrator on NATS in a process of its own, to be killed: submits what its parent sends, and tells it of
 * every task that ends. It runs from the build. Arguments: store, NATS URL, prefix, workflow as JSON.
 */

import { connectNats } from '../../dist/src/bus/nats.js';
import { streamsOf } from '../../dist/src/bus/streams.js';
import { Subjects } from '../../dist/src/bus/subjects.js';
import { createTroupe } from '../../dist/src/troupe.js';

const [db = '', url = '', prefix = '', workflow = ''] = process.argv.slice(2);

// Nobody is left to stop a process whose parent is gone.
process.on('disconnect', () => process.exit(1));

const streams = streamsOf(new Subjects(prefix));
const bus = await connectNats({ url, streams, name: 'orchestrator', onError: () => undefined });
const troupe = await createTroupe({
  db,
  bus,
  prefix,
  handlers: [],
  workflows: [JSON.parse(workflow)],
  heartbeatTimeoutMs: 3_000,
});
process.on('message', async (request) => {
  const { taskId } = await troupe.submit(request);
  process.send?.({ submitted: taskId });
});
process.send?.({ ready: true });
const { signal } = new AbortController();
for await (const { fact } of troupe.events({ tenantId: null, after: '0-0', signal })) {
  if (fact.actor === 'task' && fact.fact === 'complete') process.send?.({ complete: fact.taskId });
}
