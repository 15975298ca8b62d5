/** Asks a NATS server whether Troupe could use it, and leaves nothing there. */

import { ErrorCode, NatsError } from 'nats';
import { noJetStream, unavailable } from './errors.ts';
import { type LinkOptions, NatsLink, type NatsStatus } from './link.ts';
import { assertUsable } from './server.ts';

export type NatsProbe = Extract<NatsStatus, { state: 'connected' }>;

/** Refused: what `connectNats` refuses, and BUS_UNAVAILABLE when nobody answers. */
export async function probeNats(options: Pick<LinkOptions, 'url' | 'creds' | 'name'>): Promise<NatsProbe> {
  const heard: NatsStatus[] = [];
  const link = new NatsLink(
    { ...options, onStatus: (status) => void heard.push(status) },
    {
      prepare: async (connection) => {
        assertUsable(connection, true);
        // The server may have JetStream, and this account none.
        await connection.jetstreamManager().catch((error: unknown) => {
          const isOff = error instanceof NatsError && error.code === ErrorCode.JetStreamNotEnabled;
          throw isOff ? noJetStream() : error;
        });
      },
      attach: () => undefined,
      detach: () => undefined,
    },
  );
  try {
    await link.open();
  } finally {
    await link.close();
  }
  const [first] = heard;
  if (first?.state === 'connected') return first;
  throw unavailable(`NATS cannot be used: ${first?.reason ?? 'there is no answer'}`);
}
