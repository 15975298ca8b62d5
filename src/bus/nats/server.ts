/** Asks a server on connecting whether it can do what is needed, and hears what it denies later. */

import { Events, type NatsConnection } from 'nats';
import { Refusal } from '../../errors.ts';
import type { BusOptions } from '../bus.ts';
import { noJetStream, notPermitted } from './errors.ts';

const OLDEST = { major: 2, minor: 9 };

/** Refused: NATS_TOO_OLD, NO_JETSTREAM. */
export function assertUsable({ info }: NatsConnection, needsStreams: boolean): void {
  const version = info?.version ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)) {
    throw new Refusal(
      'NATS_TOO_OLD',
      `The NATS server is version ${version}; at least ${OLDEST.major}.${OLDEST.minor} is needed. Upgrade nats-server.`,
    );
  }
  if (needsStreams && info?.jetstream !== true) throw noJetStream();
}

/** Until the connection ends. */
export function reportDenials(connection: NatsConnection, onError: BusOptions['onError']): void {
  const read = async (): Promise<void> => {
    for await (const { type, permissionContext } of connection.status()) {
      if (type !== Events.Error || permissionContext === undefined) continue;
      const { operation, subject } = permissionContext;
      onError(notPermitted(operation, subject), subject);
    }
  };
  read().catch((error: unknown) => onError(error, ''));
}
