/** This handler mails the traveller why the trip is off, and what became of the bookings. */

import type { HandlerContext } from 'troupe/worker';
import { send } from '../mail.ts';

export default function tellTraveller({ dependencies, payload, with: { to } }: HandlerContext) {
  const { failures = [], compensated = [] } = dependencies as Told;
  const stepsThat = (was: boolean): string =>
    compensated.flatMap(({ step, status }) => ((status === 'complete') === was ? [step] : [])).join(', ');
  const stays = stepsThat(false);
  const lines = [
    `your trip to ${payload['to']} is off: ${failures.map(({ error }) => error.message).join(', ')}.`,
    `Given back: ${stepsThat(true)}.`,
    ...(stays === '' ? [] : [`Please see to it yourself: ${stays}.`]),
  ];
  return send({ to: String(to), text: lines.join(' ') });
}

/** A failure handler finds these among its dependencies. */
interface Told {
  readonly failures?: readonly { readonly step: string; readonly error: { readonly message: string } }[];
  readonly compensated?: readonly { readonly step: string; readonly status: string }[];
}
