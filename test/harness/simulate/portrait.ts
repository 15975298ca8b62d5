/** Describes the end of everything: the same, however often the process was stopped on the way. */

import type { Troupe } from '../../../src/troupe.ts';

export type Portrait = Readonly<Record<string, unknown>>;

const KEPT = 1_000;

/** By key, without ids and times. */
export function portrait(troupe: Troupe): Portrait {
  const { tasks } = troupe.listTasks({ tenantId: null, limit: KEPT });
  const webhooks = troupe.listWebhooks(null, undefined, KEPT);
  return Object.fromEntries(
    tasks.map(({ id, idempotencyKey, status, retryCount, result, error, steps, waitingFor }) => [
      idempotencyKey ?? id,
      {
        status,
        retryCount,
        result,
        error: error === null ? null : { step: error.step, code: error.code, message: error.message },
        steps: steps.map(({ name, status: is, attempt, output, resolvedBy }) => ({
          name,
          status: is,
          attempt,
          output,
          resolvedBy,
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
