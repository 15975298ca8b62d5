/** The shapes that are answered with, for the OpenAPI document; the compiler holds each to the type it describes. */

import { z } from '@hono/zod-openapi';
import type { SnapshotView } from '../views/orchestrator.ts';
import { STEP_STATUSES, TASK_STATUSES, WAITING_KINDS, WAITS_FOR } from '../views/statuses.ts';
import type {
  AttemptView,
  HistoryEvent,
  StepDetailView,
  StepStatus,
  StepView,
  TaskStatus,
  TaskSummary,
  TaskView,
  Waiting,
  WaitView,
  WebhookView,
} from '../views/tasks.ts';
import { ASKED_TYPES, WEBHOOK_TYPES } from '../workflow/notification-types.ts';
import { errorSchema, errorShape, errorSummaryShape } from './error-views.ts';

const time = z.iso.datetime().meta({ example: '2026-01-31T09:30:00.000Z' });
const anyJson = z.unknown().meta({ description: 'Any JSON value' });
const object = z.record(z.string(), z.unknown());

export const taskStatusSchema: z.ZodType<TaskStatus> = z.enum(TASK_STATUSES).meta({ id: 'TaskStatus' });

const stepStatusSchema: z.ZodType<StepStatus> = z.enum(STEP_STATUSES).meta({ id: 'StepStatus' });

const waitingSchema: z.ZodType<Waiting> = z
  .object({
    kind: z.enum(WAITING_KINDS),
    step: z.string().optional(),
    on: z.string().optional().meta({ description: 'The step or task waited for' }),
    taskId: z.string().optional(),
    handler: z.string().optional(),
    until: time.nullable().meta({ description: 'null when no clock ends the wait' }),
    why: z.string(),
  })
  .meta({ id: 'Waiting' });

const waitSchema: z.ZodType<WaitView> = z
  .object({
    for: z.enum(WAITS_FOR),
    signal: z.string().optional().meta({ description: 'The name of the signal' }),
    key: z.string().nullable().optional().meta({
      description: 'A signal by key must have this one; null: only those sent to the task are heard',
    }),
    prompt: z.string().optional().meta({ description: 'The question, once it is asked' }),
    who: z
      .array(z.string())
      .readonly()
      .optional()
      .meta({ description: 'API keys that may answer; missing: anybody' }),
    onTimeout: z
      .enum(['approve', 'reject', 'fail'])
      .optional()
      .meta({ description: 'What becomes of an approval that nobody answers in time' }),
  })
  .meta({ id: 'StepWait' });

const stepShape = {
  name: z.string(),
  status: stepStatusSchema,
  handler: z.string(),
  dependsOn: z.array(z.string()),
  attempt: z.int().meta({ description: 'Executions so far' }),
  maxAttempts: z.int(),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  nextAttemptAt: time.nullable(),
  critical: z.boolean(),
  optional: z.boolean(),
  onFailure: z
    .boolean()
    .optional()
    .meta({ description: 'A failure handler: it runs after all other steps, and only if one failed' }),
  compensates: z.string().optional().meta({ description: 'A compensation: the step that it takes back' }),
  unknown: z
    .boolean()
    .optional()
    .meta({ description: 'An attempt may have done its work without telling: the step is taken back' }),
  with: object
    .optional()
    .meta({ description: 'Its arguments as they are written, with their references; left out in lists' }),
  output: anyJson,
  error: errorSchema.nullable(),
  resolvedBy: z.string().optional().meta({ description: 'Who resolved it by hand' }),
  until: time
    .nullable()
    .optional()
    .meta({ description: 'Of a wait that has begun: when it ends by itself; null: never' }),
  children: z
    .object({ total: z.int(), next: z.int(), open: z.int(), done: z.int(), lost: z.int() })
    .optional()
    .meta({
      description: 'Of a step with child tasks: how many there are to be, spawned, at work, complete, lost',
    }),
  wait: waitSchema.optional().meta({
    description: 'What it waits for; left out in lists, and of a step that somebody works at',
  }),
};

const stepSchema: z.ZodType<StepView> = z.object(stepShape).meta({ id: 'Step' });

const attemptSchema: z.ZodType<AttemptView> = z
  .object({
    attempt: z.int().meta({ description: 'Numbered from 1' }),
    status: z.enum(['running', 'complete', 'failed', 'cancelled']),
    startedAt: time,
    finishedAt: time.nullable(),
    error: errorSchema.nullable(),
    backoffMs: z.number().nullable().meta({ description: 'The delay chosen before the next attempt' }),
    worker: z.string().optional().meta({ description: 'The last worker elsewhere that said it has it' }),
    lost: z
      .array(z.object({ worker: z.string().nullable(), at: z.string(), returned: z.boolean() }))
      .optional()
      .meta({ description: 'Workers elsewhere that fell silent under it or gave it back' }),
  })
  .meta({ id: 'Attempt' });

export const stepDetailSchema: z.ZodType<StepDetailView> = z
  .object({
    ...stepShape,
    taskId: z.string(),
    attempts: z.array(attemptSchema),
    arguments: object.nullable().meta({
      description:
        'What its attempts were given as `job.with`. null: it has not begun, or has none, or they depend on failures',
    }),
  })
  .meta({ id: 'StepDetail' });

/** A task shows these fields in a list too. */
const headShape = {
  id: z.string().meta({ description: 'UUIDv7' }),
  name: z.string(),
  workflow: z
    .object({ namespace: z.string(), name: z.string(), version: z.string(), hash: z.string() })
    .nullable()
    .meta({ description: 'null when the task is one handler' }),
  tenantId: z.string(),
  status: taskStatusSchema,
  priority: z.int(),
  retryCount: z.int(),
  maxRetries: z.int().nullable(),
  correlationId: z.string().nullable(),
  tags: z.array(z.string()),
  dependencies: z.array(
    z.object({
      name: z.string(),
      taskId: z.string().nullable().meta({ description: 'null while nobody has submitted it' }),
      status: z.union([taskStatusSchema, z.literal('unresolved')]),
    }),
  ),
  idempotencyKey: z.string().nullable(),
  notificationUrl: z.string().nullable(),
  notificationTypes: z.array(z.enum(ASKED_TYPES)).meta({ description: 'What it is told beside the ends' }),
  initiator: z.string().nullable(),
  reason: z.string().nullable(),
  sourceSystem: z.string().nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  parent: z
    .object({ taskId: z.string(), step: z.string(), index: z.int() })
    .nullable()
    .meta({ description: 'The task and the step whose child it is' }),
  rootId: z.string().meta({ description: 'The task at the top of its family' }),
  deadline: time.nullable().meta({ description: 'When it must be, or had to be, over; null: never' }),
  ending: z
    .enum(['cancel', 'deadline', 'failure'])
    .nullable()
    .meta({ description: 'Why it ends, while it takes back what it has done, and after that' }),
  compensation: z
    .object({ done: z.int(), total: z.int(), failed: z.int() })
    .nullable()
    .meta({ description: 'Steps that are taken back; null before that begins' }),
  compensated: z
    .union([z.boolean(), z.literal('partly')])
    .meta({ description: 'Once it is over: what it had done is taken back' }),
};

export const taskSchema: z.ZodType<TaskView> = z
  .object({
    ...headShape,
    error: z.object({ ...errorShape, step: z.string().nullable() }).nullable(),
    payload: object,
    result: object
      .nullable()
      .meta({ description: 'Outputs of the steps nothing depends on, by name, once complete' }),
    waitingFor: z
      .array(waitingSchema)
      .meta({ description: 'What the task waits for, and what ends each wait' }),
    steps: z.array(stepSchema).meta({
      description:
        'Of more than ten that failed, the rest have their errors in short; each step has it whole',
    }),
  })
  .meta({ id: 'Task' });

const stepCount = z.int().optional();

export const taskSummarySchema: z.ZodType<TaskSummary> = z
  .object({
    ...headShape,
    error: z
      .object(errorSummaryShape)
      .nullable()
      .meta({ description: 'In short; the task itself has it whole' }),
    stepCounts: z
      .object({
        pending: stepCount,
        running: stepCount,
        retrying: stepCount,
        waiting: stepCount,
        complete: stepCount,
        failed: stepCount,
        cancelled: stepCount,
        skipped: stepCount,
      })
      .meta({ description: 'Steps by state; a state that none is in is left out' }),
    waitingFor: z.array(waitingSchema).meta({ description: 'The most telling of what the task waits for' }),
    waitingForCount: z.int().meta({ description: 'How many waits the task itself shows' }),
  })
  .meta({ id: 'TaskSummary' });

export const historyEventSchema: z.ZodType<HistoryEvent> = z
  .object({
    seq: z.int(),
    at: time,
    actor: z.string().meta({ description: '`task`, `step:<name>` or `webhook:<n>`', example: 'step:charge' }),
    event: z.string(),
    from: z.string().nullable(),
    to: z.string(),
    attempt: z.int().nullable(),
    detail: object,
  })
  .meta({ id: 'HistoryEvent' });

export const snapshotSchema: z.ZodType<SnapshotView> = z
  .object({
    seq: z.int(),
    task: z.unknown().meta({ description: 'Opens with createActor(taskMachine, { snapshot })' }),
    steps: object.meta({
      description: 'By step name; each opens with createActor(stepMachine, { snapshot })',
    }),
  })
  .meta({ id: 'Snapshot' });

export const webhookStatusSchema: z.ZodType<WebhookView['status']> = z
  .enum(['pending', 'retrying', 'delivered', 'dead'])
  .meta({ id: 'WebhookStatus' });

export const webhookSchema: z.ZodType<WebhookView> = z
  .object({
    id: z.string(),
    taskId: z.string(),
    tenantId: z.string(),
    url: z.string(),
    type: z.enum(WEBHOOK_TYPES),
    status: webhookStatusSchema,
    attempts: z.int(),
    nextAttemptAt: time.nullable(),
    createdAt: time,
    error: errorSchema.nullable(),
  })
  .meta({ id: 'Webhook' });
