/** The bus of a server: over NATS where there is a URL, and then its comings and goings are logged; else none. */

import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.ts';
import { streamsOf } from '../bus/streams.ts';
import { Subjects } from '../bus/subjects.ts';
import { Refusal } from '../errors.ts';
import type { Config } from './config.ts';
import { Failure } from './failure.ts';

/** null: the one inside the process. A NATS that is not there now is connected to when it is. */
export async function connectBus(config: Config, log: Logger): Promise<Bus | null> {
  const { natsUrl, natsCreds, prefix } = config;
  if (natsUrl.value === null) return null;
  // Not above: a server without NATS does without its client.
  const { connectNats } = await import('../bus/nats.ts');
  return connectNats({
    url: natsUrl.value,
    ...(natsCreds.value === null ? {} : { creds: natsCreds.value }),
    name: prefix.value,
    streams: streamsOf(new Subjects(prefix.value)),
    onError: (err, subject) => log.warn({ err, subject }, 'a message could not be handled'),
    onStatus: (status) => {
      if (status.state === 'connected') log.info(status, 'connected to NATS');
      else log.warn(status, 'no connection to NATS; trying until there is one');
    },
  }).catch((cause: unknown) => {
    if (cause instanceof Refusal) throw new Failure(`${cause.message} (${cause.code})`, { cause });
    throw cause;
  });
}
