/** Tells the agent how it ended. */

import type { HandlerContext } from 'troupe/worker';
import { send } from '../mail.ts';

interface Failure {
  readonly step: string;
  readonly error: { readonly message: string };
}

export default function tellAgent({ dependencies, with: { to } }: HandlerContext) {
  const failures = (dependencies['failures'] ?? []) as Failure[];
  const [failure] = failures;
  const text = failure === undefined ? 'the money is on its way' : `no refund: ${failure.error.message}`;
  return send({ to: String(to), text });
}
