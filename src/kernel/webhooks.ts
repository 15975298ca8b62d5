/** A webhook delivery is a step whose handler is built in: the same retries, timers and journal. */

import { uuidv7 } from 'uuidv7';
import type { StepError, TaskContext } from '../../machines/index.ts';
import { deliveryAt, refOf, type StepPlace } from '../store/address.ts';
import { briefError } from '../views/errors.ts';
import type { WebhookView } from '../views/tasks.ts';
import { WEBHOOK_BACKOFF, WEBHOOK_MAX_ATTEMPTS } from '../webhooks/retry.ts';
import type { WebhookType } from '../workflow/notification-types.ts';
import {
  definitionOf,
  isPlaceActor,
  type PlaceActor,
  placeOf,
  type TaskActor,
  type TaskEntry,
} from './actor.ts';
import type { Batch } from './batch.ts';
import { taskErrorOf } from './task-error.ts';
import { statusOf } from './turn.ts';

/** The sender gives up after ten seconds; this only catches one that never comes back. */
const DELIVERY_TIMEOUT_MS = 30_000;

/** How a delivery's state is shown. */
export function webhookStatus(status: string): WebhookView['status'] {
  switch (status) {
    case 'complete':
      return 'delivered';
    case 'failed':
      return 'dead';
    case 'retrying':
      return 'retrying';
    default:
      return 'pending';
  }
}

/** Makes the delivery of a task's end. */
export function tellEnd(batch: Batch, task: TaskActor, status: 'complete' | 'failed'): void {
  const { entry, context } = task;
  createWebhook(batch, task, `task.${status}`, () =>
    status === 'complete'
      ? { result: resultOf(entry, (step) => batch.actor(step)) }
      : { error: briefTaskError(batch, entry, context) },
  );
}

/** Makes a delivery, if the task has a receiver. The body is written now and sent unchanged ever after. */
export function createWebhook(batch: Batch, task: TaskActor, type: WebhookType, more: () => object): void {
  const { entry, context } = task;
  const url = entry.request.notificationUrl;
  if (url === null) return;
  const delivery = deliveryAt(entry.no, batch.draft.countWebhooksOf(entry.no));
  const body = {
    type,
    timestamp: new Date(batch.now).toISOString(),
    data: {
      taskId: entry.id,
      name: entry.name,
      status: statusOf(task.state),
      tenantId: entry.tenant,
      retryCount: context.retryCount,
      correlationId: entry.correlation,
      ...more(),
    },
  };
  batch.draft.insertWebhook({
    id: `msg_${uuidv7()}`,
    task: entry.no,
    ref: refOf(delivery),
    tenant: entry.tenant,
    type,
    url,
    body: JSON.stringify(body),
    status: 'pending',
    created_at: batch.now,
  });
  const policy = {
    maxAttempts: WEBHOOK_MAX_ATTEMPTS,
    timeoutMs: DELIVERY_TIMEOUT_MS,
    backoff: WEBHOOK_BACKOFF,
  };
  batch.spawn(entry, delivery, { at: batch.now, policy });
}

/** Stacks and what providers answer are for those who run the server. */
function briefTaskError(batch: Batch, entry: TaskEntry, context: TaskContext): StepError | null {
  const steps = [...batch.actorsOf(entry)].filter(isPlaceActor);
  const error = taskErrorOf(entry, context, steps);
  return error === null ? null : briefError(error);
}

/** The outputs of a task's last steps, by name. */
export function resultOf(
  entry: TaskEntry,
  actor: (step: StepPlace) => PlaceActor | null,
): Record<string, unknown> {
  return Object.fromEntries(
    entry.workflow.leaves.map((index) => {
      const output = actor(placeOf(entry, index))?.context.output ?? null;
      return [definitionOf(entry, index).name, output];
    }),
  );
}
