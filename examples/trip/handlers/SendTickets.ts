/** This handler mails the traveller that all is booked. */

import type { HandlerContext } from 'troupe/worker';
import { send } from '../mail.ts';

export default function sendTickets({ payload, with: { to } }: HandlerContext) {
  return send({ to: String(to), text: `your trip to ${payload['to']} is booked` });
}
