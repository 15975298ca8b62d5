/** This handler asks the customer how it was. */

import type { HandlerContext } from 'troupe/worker';
import { send } from '../mail.ts';

export default function mailCustomer({ with: { to, text } }: HandlerContext) {
  return send({ to: String(to), text: String(text) });
}
