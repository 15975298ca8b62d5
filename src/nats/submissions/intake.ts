/**
 * Takes submissions from their stream, where they are kept while no Troupe runs. Those who share a NATS share them; what
 * comes again makes no second task.
 */

import type { Logger } from 'pino';
import type { Delivery } from '../../bus/bus.ts';
import type { Troupe } from '../../troupe.ts';
import { unknownSubject } from '../intake/message-key.ts';
import { type Intake, startReceiver } from '../intake/receiver.ts';
import { readSubmission } from './submission.ts';

/** Resolves whether or not the bus is connected; see `Bus.consume` for what it refuses. */
export function startIntake(troupe: Troupe, log: Logger): Promise<Intake> {
  const { bus, subjects } = troupe;
  const { name, pattern } = subjects.stream('submit');
  return startReceiver(troupe, log, {
    what: 'a submission',
    // All of the stream: what names no tenant would lie there for ever.
    open: (options, handler) => bus.consume(name, pattern, options, handler),
    take: (delivery) => submit(troupe, delivery),
    tenantOf: (subject) => {
      const address = subjects.parse(subject);
      return address?.kind === 'submit' ? address.tenantId : subject.slice(pattern.length - 1);
    },
  });
}

async function submit(troupe: Troupe, { message, id }: Delivery): Promise<void> {
  const address = troupe.subjects.parse(message.subject);
  if (address?.kind !== 'submit') throw unknownSubject(message.subject);
  const { requests, isBatch } = readSubmission(address.tenantId, message, id);
  const [only] = requests;
  if (isBatch || only === undefined) await troupe.submitBatch(requests);
  else await troupe.submit(only);
}
