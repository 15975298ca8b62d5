/** Sends the manager the question, with the link that answers it. */

import type { HandlerContext } from 'troupe/worker';
import { send } from '../mail.ts';

export default function askManager({ approvals, with: { to, text } }: HandlerContext) {
  return send({ to: String(to), text: `${text} Decide at ${approvals['manager']}` });
}
