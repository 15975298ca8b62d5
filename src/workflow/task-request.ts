/** What a submission asks for, whichever way it arrives (HTTP, NATS, code), and how unknown input becomes one. */

import { z } from 'zod';
import { LIMITS } from './definition.ts';
import { jsonObjectOf, nameField, nameOf, proseOf } from './fields.ts';
import { parseWith, strict } from './parse.ts';

export interface TaskRequest {
  /** A registered workflow, or else a handler: then the task is that one step. */
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly delaySeconds: number;
  /** null: the default (3 for a workflowless task; steps' own defaults for a workflow). */
  readonly maxRetries: number | null;
  /** Task ids or names. */
  readonly dependencies: readonly string[];
  readonly tenantId: string;
  readonly idempotencyKey: string | null;
  readonly notificationUrl: string | null;
  /** 1–10, higher first. */
  readonly priority: number;
  readonly correlationId: string | null;
  readonly timeoutSeconds: number | null;
  readonly tags: readonly string[];
  readonly initiator: string | null;
  readonly reason: string | null;
  readonly sourceSystem: string | null;
  readonly allowUnresolved: boolean;
  readonly onDependencyFailure: 'wait' | 'fail';
  readonly workflowVersion: string | null;
  /** W3C Trace Context. A header of the message, not a field of its body. */
  readonly traceparent?: string;
}

export const DEFAULT_TENANT = 'default';

export const tenantIdField = nameOf(LIMITS.tenantIdLength);
export const idempotencyKeyField = nameOf(255);
export const reasonField = proseOf(1_000);

export const dependenciesField = z
  .array(nameField)
  .max(LIMITS.dependenciesPerStep, `must be at most ${LIMITS.dependenciesPerStep} dependencies`);

const notificationUrlField = z
  .string()
  .max(2_048, 'must be at most 2048 characters')
  .superRefine((text, context) => {
    const message = urlFault(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });

function urlFault(text: string): string | null {
  if (!URL.canParse(text)) return 'must be an absolute http or https URL';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must be an http or https URL';
  if (url.username !== '' || url.password !== '') return 'must not contain credentials';
  return null;
}

/** The body of `POST /tasks`, and of a message on `troupe.submit.<tenant>`. */
export const taskRequestSchema = strict({
  name: nameField.meta({
    description: 'A registered workflow, or else a handler: then the task is that one step',
  }),
  payload: jsonObjectOf(LIMITS.payloadBytes)
    .meta({ type: 'object', description: 'Handed to every step; at most 256 KiB, 64 levels deep' })
    .default({}),
  delaySeconds: z
    .number()
    .min(0, 'must not be negative')
    .max(LIMITS.delaySeconds, `must be at most ${LIMITS.delaySeconds} (10 years)`)
    .default(0)
    .meta({ description: 'Counts from submission; fractions allowed' }),
  maxRetries: z
    .int('must be a whole number')
    .min(0, 'must not be negative')
    .max(1_000, 'must be at most 1000')
    .nullable()
    .default(null)
    .meta({ description: 'N retries are N + 1 attempts; 3 unless a workflow says otherwise' }),
  dependencies: dependenciesField.default([]).meta({
    description: 'Tasks that must be complete first: ids, or names of tasks of this tenant and correlation',
  }),
  tenantId: tenantIdField.optional().meta({ description: "The API key's tenant, or else `default`" }),
  idempotencyKey: idempotencyKeyField
    .nullable()
    .default(null)
    .meta({ description: 'Unique per tenant; the same key and body answer with the first task' }),
  notificationUrl: notificationUrlField
    .nullable()
    .default(null)
    .meta({ description: 'Gets one signed POST when the task is complete or has failed' }),
  priority: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(10, 'must be at most 10')
    .default(5)
    .meta({ description: 'Higher first' }),
  correlationId: nameOf(255)
    .nullable()
    .default(null)
    .meta({ description: 'Scopes dependencies by name; else `payload.correlationId` or `payload.orderId`' }),
  timeoutSeconds: z
    .number()
    .min(0.001, 'must be at least 0.001')
    .max(LIMITS.delaySeconds, `must be at most ${LIMITS.delaySeconds} (10 years)`)
    .nullable()
    .default(null)
    .meta({ description: 'Longest one attempt may run; 60 unless a workflow says otherwise' }),
  tags: z.array(nameField).max(50, 'must be at most 50 tags').default([]),
  initiator: nameOf(255).nullable().default(null),
  reason: reasonField.nullable().default(null),
  sourceSystem: nameOf(255).nullable().default(null),
  allowUnresolved: z
    .boolean()
    .default(false)
    .meta({ description: 'Wait for a dependency nobody has submitted yet instead of refusing it' }),
  onDependencyFailure: z
    .enum(['wait', 'fail'])
    .default('wait')
    .meta({ description: '`fail` fails this task as soon as one it depends on has failed or was cancelled' }),
  workflowVersion: nameField.nullable().default(null).meta({ description: 'The newest unless given' }),
}).meta({ id: 'TaskRequest' });

/** The body of `POST /tasks/batch`, which a message on `troupe.submit.<tenant>` may have as well. */
export const batchRequestSchema = strict({
  tasks: z
    .array(taskRequestSchema)
    .min(1, 'must hold at least one task')
    .max(LIMITS.tasksPerBatch, `must hold at most ${LIMITS.tasksPerBatch} tasks`),
}).meta({ id: 'BatchRequest' });

/** Refuses with INVALID_TASK and every fault. `tenantId` is for a request that names none. */
export function parseTaskRequest(body: unknown, tenantId: string = DEFAULT_TENANT): TaskRequest {
  return withTenant(parseWith(taskRequestSchema, body, 'INVALID_TASK', 'the task'), tenantId);
}

export function withTenant(parsed: z.output<typeof taskRequestSchema>, tenantId: string): TaskRequest {
  return { ...parsed, tenantId: parsed.tenantId ?? tenantId };
}
