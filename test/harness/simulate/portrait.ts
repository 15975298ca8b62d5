/** Describes the end of everything: the same, however often the process was stopped on the way. */

import type { Troupe } from '../../../src/troupe.ts';
import { tasksByKey } from './family.ts';

export type Portrait = Readonly<Record<string, unknown>>;

const KEPT = 1_000;
const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** By key, without ids and times. */
export function portrait(troupe: Troupe): Portrait {
  const webhooks = troupe.listWebhooks(null, undefined, KEPT);
  return Object.fromEntries(
    [...tasksByKey(troupe)].map(([key, { id, status, retryCount, result, error, steps, waitingFor }]) => [
      key,
      {
        status,
        retryCount,
        result,
        error:
          error === null
            ? null
            : { step: error.step, code: error.code, message: error.message.replaceAll(ID, 'ID') },
        steps: steps.map(({ name, status: is, attempt, output, resolvedBy, children }) => ({
          name,
          status: is,
          attempt,
          output,
          resolvedBy,
          children,
        })),
        waitsFor: waitingFor.map(({ kind, step }) => ({ kind, step })),
        webhooks: webhooks
          .filter(({ taskId }) => taskId === id)
          .map(({ type, status: is }) => `${type} ${is}`)
          .sort(),
      },
    ]),
  );
}
