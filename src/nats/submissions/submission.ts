/**
 * A submission that came as a message: the body of `POST /tasks` or of `POST /tasks/batch`, for the tenant its
 * subject names. A message that comes again makes no second task.
 */

import type { BusMessage } from '../../bus/message.ts';
import { isJsonObject } from '../../workflow/fields.ts';
import { jsonOf } from '../../workflow/json-body.ts';
import { invalid, parseWith } from '../../workflow/parse.ts';
import {
  batchRequestSchema,
  type TaskRequest,
  taskRequestSchema,
  tenantIdField,
  withTenant,
} from '../../workflow/task-request.ts';
import { traceparentField } from '../../workflow/traceparent.ts';
import { messageKeyOf } from '../intake/message-key.ts';

export interface Submission {
  readonly requests: readonly TaskRequest[];
  readonly isBatch: boolean;
}

/**
 * A task without an idempotency key of its own gets one of the message's id, or else of `deliveryId`. Refuses with
 * BODY_TOO_LARGE, NOT_UTF8, NOT_JSON, INVALID_TENANT, INVALID_BODY, FOREIGN_TENANT.
 */
export function readSubmission(
  tenantId: string,
  message: BusMessage,
  deliveryId: string | null = null,
): Submission {
  const body = jsonOf(message.data);
  parseWith(tenantIdField, tenantId, 'INVALID_TENANT', 'the tenant in the subject');
  const isBatch = isJsonObject(body) && 'tasks' in body;
  const tasks = isBatch
    ? parseWith(batchRequestSchema, body, 'INVALID_BODY', 'the body').tasks
    : [parseWith(taskRequestSchema, body, 'INVALID_BODY', 'the body')];
  refuseForeign(
    tenantId,
    tasks.map((task) => task.tenantId),
    isBatch,
  );
  const messageKey = messageKeyOf(message, deliveryId);
  const trace = traceparentField(message.headers['traceparent'] ?? message.headers['Traceparent']);
  const requests = tasks.map((task, index) => {
    const made = messageKey === null ? null : `${messageKey}${isBatch ? `/${index}` : ''}`;
    return { ...withTenant(task, tenantId), idempotencyKey: task.idempotencyKey ?? made, ...trace };
  });
  return { requests, isBatch };
}

function refuseForeign(tenantId: string, asked: readonly (string | undefined)[], isBatch: boolean): void {
  const faults = asked.flatMap((tenant, index) => {
    if (tenant === undefined || tenant === tenantId) return [];
    const message = `is another tenant than "${tenantId}" of the subject; leave it out`;
    return [{ pointer: `${isBatch ? `/tasks/${index}` : ''}/tenantId`, message }];
  });
  if (faults.length > 0) throw invalid('FOREIGN_TENANT', 'the body', faults);
}
