/** How a bus says no, the same on every bus, so that what sends need not know which it has. */

import { Refusal } from '../errors.ts';

export function busClosed(): Refusal {
  return new Refusal('BUS_CLOSED', 'The bus is closed: the process is stopping. Send it again later.');
}

export function noResponders(subject: string): Refusal {
  return new Refusal(
    'NO_RESPONDERS',
    `Nobody answers on ${subject}. Is what serves it running, with the same prefix?`,
  );
}

export function requestTimeout(subject: string, timeoutMs: number): Refusal {
  return new Refusal(
    'REQUEST_TIMEOUT',
    `No answer on ${subject} within ${timeoutMs} ms. What was asked for may still happen.`,
  );
}

/** `known`: the streams of its kind that there are. */
export function unknownStream(stream: string, known: readonly string[]): Refusal {
  return new Refusal(
    'UNKNOWN_STREAM',
    `There is no such stream ${stream} to read from; this bus was created with: ${known.join(', ') || 'none'}.`,
  );
}

export function overlappingConsumer(stream: string, taken: string, pattern: string): Refusal {
  return new Refusal(
    'OVERLAPPING_CONSUMER',
    `${stream} is already consumed as ${taken}, which shares subjects with ${pattern}. Consume the same pattern, or one apart.`,
  );
}
