/**
 * Takes signals by key from their stream. Whoever waits for one may be in any store, so every server reads all of them,
 * under the name of its store; what comes again makes no second signal.
 */

import type { Logger } from 'pino';
import type { Delivery } from '../../bus/bus.ts';
import type { Troupe } from '../../troupe.ts';
import { unknownSubject } from '../intake/message-key.ts';
import { type Intake, startReceiver } from '../intake/receiver.ts';
import { readSignal } from './signal.ts';

export const BY_NATS = 'nats';

/** Resolves whether or not the bus is connected; see `Bus.read` for what it refuses. */
export function startSignals(troupe: Troupe, log: Logger): Promise<Intake> {
  const { bus, subjects, node } = troupe;
  const { name, pattern } = subjects.stream('signals');
  return startReceiver(troupe, log, {
    what: 'a signal',
    open: (options, handler) => bus.read(name, { ...options, reader: node, takesOver: true }, handler),
    take: (delivery) => signal(troupe, delivery),
    tenantOf: (subject) => {
      const address = subjects.parse(subject);
      if (address?.kind === 'signal') return address.tenantId;
      const [tenant = ''] = subject.slice(pattern.length - 1).split('.');
      return tenant;
    },
  });
}

async function signal(troupe: Troupe, delivery: Delivery): Promise<void> {
  const { subject } = delivery.message;
  const address = troupe.subjects.parse(subject);
  if (address?.kind !== 'signal') throw unknownSubject(subject, 'tenant and signal');
  await troupe.signal(address.tenantId, readSignal(address, delivery, Date.now()), BY_NATS);
}
