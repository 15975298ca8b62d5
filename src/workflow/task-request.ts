/** Describes a submission, however it arrives (HTTP, NATS, code), and how unknown input becomes one. */

import { z } from 'zod';
import { LIMITS } from './definition.ts';
import { jsonObjectOf, nameField, nameOf, pathNameOf, proseOf, referenceField } from './fields.ts';
import { fullName } from './identity.ts';
import { spelledTwice, TASK_SPELLINGS } from './json/spellings.ts';
import { ASKED_TYPES, type AskedType } from './notification-types.ts';
import { parseWith, strict } from './parse.ts';
import { firstSignalSchema } from './signal-request.ts';

/** Marks a request that was checked, so that it is checked once. JSON and hashes do not see it. */
const CHECKED = Symbol('checked');

export interface TaskRequest {
  /** A registered workflow, as `namespace/name` or by its bare name, or else a handler: then the task is that one step. */
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
  /** It is told of these too, beside the ends that it is always told of. */
  readonly notificationTypes: readonly AskedType[];
  /** 1–10, higher first. */
  readonly priority: number;
  readonly correlationId: string | null;
  readonly timeoutSeconds: number | null;
  /** How long the whole task may take, from the end of its delay on; null: as long as its workflow says. */
  readonly deadlineSeconds: number | null;
  readonly tags: readonly string[];
  readonly initiator: string | null;
  readonly reason: string | null;
  readonly sourceSystem: string | null;
  readonly allowUnresolved: boolean;
  readonly onDependencyFailure: 'wait' | 'fail';
  readonly workflowVersion: string | null;
  /** Signals that the task finds when its steps begin to wait for them. */
  readonly signals?: readonly {
    readonly name: string;
    readonly data?: unknown;
    readonly id: string | null;
  }[];
  /** W3C Trace Context. A header of the message, not a field of its body. */
  readonly traceparent?: string;
  readonly [CHECKED]?: true;
}

export const DEFAULT_TENANT = 'default';

/** Signals that come with one task. */
const MOST_SIGNALS = 100;

export const tenantIdField = pathNameOf(LIMITS.tenantIdLength);
export const correlationIdField = nameOf(255);
export const idempotencyKeyField = nameOf(255);
export const reasonField = proseOf(1_000);

export const dependenciesField = z
  .array(referenceField)
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

/** The length of a task's deadline in seconds. */
export const deadlineField = z
  .number()
  .min(0.001, 'must be at least 0.001')
  .max(LIMITS.delaySeconds, `must be at most ${LIMITS.delaySeconds} (10 years)`);

/** The body of `POST /tasks`, and of a message on `troupe.submit.<tenant>`. */
export const taskRequestSchema = strict({
  name: referenceField.meta({
    description:
      'A registered workflow, as `namespace/name` or by its bare name, or else a handler: then the task is that one ' +
      'step. A bare name means the workflow of the namespace `default`, or else the only one of that name',
  }),
  namespace: nameField.optional().meta({ description: 'Of the workflow, where `name` does not say it' }),
  payload: jsonObjectOf(LIMITS.payloadBytes).optional().meta({
    type: 'object',
    default: {},
    description: 'Handed to every step; at most 256 KiB, 64 levels deep',
  }),
  context: jsonObjectOf(LIMITS.payloadBytes)
    .optional()
    .meta({ type: 'object', description: "Tasker's `payload`; one of the two is given, not both" }),
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
    description:
      'Tasks that must be complete first: ids, or names of tasks (or of their workflows, as `namespace/name`) of this tenant and correlation',
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
  notificationTypes: z
    .array(z.enum(ASKED_TYPES, `must be one of ${ASKED_TYPES.join(', ')}`))
    .nullable()
    .default([])
    .meta({
      description:
        'What `notificationUrl` is told beside that: each time the task waits for something outside any worker, when ' +
        'what it had done has been taken back, and when it is cancelled',
    }),
  priority: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(10, 'must be at most 10')
    .default(5)
    .meta({ description: 'Higher first' }),
  correlationId: correlationIdField
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
  deadlineSeconds: deadlineField.nullable().default(null).meta({
    description:
      'How long the whole task may take, from the end of its delay on: then it fails with DEADLINE; as the workflow says unless given',
  }),
  tags: z.array(nameField).max(50, 'must be at most 50 tags').default([]),
  initiator: nameOf(255).nullable().default(null),
  reason: reasonField.nullable().default(null),
  sourceSystem: nameOf(255).nullable().optional().meta({ default: null }),
  source_system: nameOf(255)
    .nullable()
    .optional()
    .meta({ description: "Tasker's `sourceSystem`; one of the two is given, not both" }),
  allowUnresolved: z
    .boolean()
    .default(false)
    .meta({ description: 'Wait for a dependency nobody has submitted yet instead of refusing it' }),
  onDependencyFailure: z
    .enum(['wait', 'fail'])
    .default('wait')
    .meta({ description: '`fail` fails this task as soon as one it depends on has failed or was cancelled' }),
  workflowVersion: nameField.nullable().default(null).meta({ description: 'The current one unless given' }),
  signals: z
    .array(firstSignalSchema)
    .max(MOST_SIGNALS, `must be at most ${MOST_SIGNALS} signals`)
    .optional()
    .meta({ description: 'Signals that it finds when its steps begin to wait for them' }),
})
  .superRefine((request, refinement) => {
    for (const { key, message } of spelledTwice(request, TASK_SPELLINGS))
      refinement.addIssue({ code: 'custom', path: [key], message });
    if (request.notificationUrl === null && (request.notificationTypes ?? []).length > 0) {
      const message = 'must be given beside notificationUrl: there is nobody to tell';
      refinement.addIssue({ code: 'custom', path: ['notificationTypes'], message });
    }
    if (request.idempotencyKey === null) return;
    request.signals?.forEach(({ id }, index) => {
      const message = 'must be given beside an idempotency key: sent again, it is to be the same signal';
      if (id === null) refinement.addIssue({ code: 'custom', path: ['signals', index, 'id'], message });
    });
  })
  .meta({ id: 'TaskRequest' });

/** The body of `POST /tasks/batch`, which a message on `troupe.submit.<tenant>` may have as well. */
export const batchRequestSchema = strict({
  tasks: z
    .array(taskRequestSchema)
    .min(1, 'must hold at least one task')
    .max(LIMITS.tasksPerBatch, `must hold at most ${LIMITS.tasksPerBatch} tasks`),
}).meta({ id: 'BatchRequest' });

/** A request as code gives it: the fields of `POST /tasks`, of which only the name must be there. */
export type TaskRequestInput = z.input<typeof taskRequestSchema> & {
  /** W3C Trace Context. */
  readonly traceparent?: string;
};

/** A request that is checked. Refuses with INVALID_TASK and every fault. */
export function toTaskRequest(request: TaskRequest | TaskRequestInput): TaskRequest {
  if (CHECKED in request) return request;
  const { traceparent, ...body } = request;
  return { ...parseTaskRequest(body), ...(traceparent === undefined ? {} : { traceparent }) };
}

/** Code may submit a batch of any length: no body of a request holds it. */
const tasksOfCode = strict({ tasks: z.array(taskRequestSchema) });

/** Requests that are checked. Refuses with INVALID_TASK and every fault of all of them. */
export function toTaskRequests(requests: readonly (TaskRequest | TaskRequestInput)[]): TaskRequest[] {
  if (requests.every((request): request is TaskRequest => CHECKED in request)) return [...requests];
  const tasks = requests.map(({ traceparent: _trace, ...body }) => body);
  const parsed = parseWith(tasksOfCode, { tasks }, 'INVALID_TASK', 'the batch');
  return parsed.tasks.map((task, index) => {
    const traceparent = requests[index]?.traceparent;
    return { ...withTenant(task, DEFAULT_TENANT), ...(traceparent === undefined ? {} : { traceparent }) };
  });
}

/** Refuses with INVALID_TASK and every fault. `tenantId` is for a request that names none. */
export function parseTaskRequest(body: unknown, tenantId: string = DEFAULT_TENANT): TaskRequest {
  return withTenant(parseWith(taskRequestSchema, body, 'INVALID_TASK', 'the task'), tenantId);
}

export function withTenant(parsed: z.output<typeof taskRequestSchema>, tenantId: string): TaskRequest {
  const { namespace, context, source_system, ...request } = parsed;
  return {
    ...request,
    name: namespace === undefined ? parsed.name : fullName({ namespace, name: parsed.name }),
    payload: request.payload ?? context ?? {},
    sourceSystem: request.sourceSystem ?? source_system ?? null,
    // Each once, and in one order: the same wish has the same hash.
    notificationTypes: ASKED_TYPES.filter((type) => request.notificationTypes?.includes(type)),
    tenantId: request.tenantId ?? tenantId,
    [CHECKED]: true,
  };
}
