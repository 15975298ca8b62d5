/** The durable consumer of one reader of a log: it has the reader's name, and the server forgets it when it falls silent. */

import { AckPolicy, DeliverPolicy, type JetStreamManager, nanos, ReplayPolicy } from 'nats';
import type { ConsumeOptions, StreamSpec } from '../bus.ts';
import { consumerDiffers, type Durable, findConsumer, unbounded } from './durable.ts';

export function readerDurable(
  stream: StreamSpec,
  reader: string,
  { ackWaitMs }: Pick<ConsumeOptions, 'ackWaitMs'>,
): Durable {
  const { forgetReadersMs = 0 } = stream;
  const wanted = {
    durable_name: reader,
    ack_policy: AckPolicy.Explicit,
    replay_policy: ReplayPolicy.Instant,
    ack_wait: nanos(ackWaitMs),
    inactive_threshold: nanos(forgetReadersMs),
    ...unbounded,
  };
  const add = (manager: JetStreamManager, from: object) =>
    manager.consumers.add(stream.name, { ...wanted, ...from });
  return {
    async ensure(manager) {
      const found = (await findConsumer(manager, stream.name, reader))?.config;
      if (found === undefined) {
        await add(manager, { deliver_policy: DeliverPolicy.All });
        return reader;
      }
      const { filter_subject = stream.pattern, ack_policy, ack_wait, inactive_threshold } = found;
      if (filter_subject !== stream.pattern || ack_policy !== wanted.ack_policy)
        throw consumerDiffers(stream, reader, stream.pattern);
      if (ack_wait !== wanted.ack_wait || inactive_threshold !== wanted.inactive_threshold)
        await manager.consumers.update(stream.name, reader, wanted);
      return reader;
    },
    async takeOver(manager) {
      const found = await findConsumer(manager, stream.name, reader);
      if (found === null || found.num_ack_pending === 0) return;
      await manager.consumers.delete(stream.name, reader);
      // Where this is not reached, the next one begins with all that is kept.
      const from = found.ack_floor.stream_seq + 1;
      await add(manager, { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from });
    },
  };
}
