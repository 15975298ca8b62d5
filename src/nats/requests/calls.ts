/** Answers requests over NATS for the tenant that the subject names; each answers as HTTP does. */

import { z } from 'zod';
import { answerTaskQuery, LISTED, taskQueryFields } from '../../api/task-query.ts';
import type { BusMessage } from '../../bus/message.ts';
import type { RpcCall } from '../../bus/subjects.ts';
import type { Troupe } from '../../troupe.ts';
import type { Written } from '../../views/orchestrator.ts';
import { type StepVerb, type TaskVerb, taskVerbs } from '../../views/verbs.ts';
import { LIMITS } from '../../workflow/definition.ts';
import { jsonValueOf } from '../../workflow/fields.ts';
import { jsonOf } from '../../workflow/json-body.ts';
import { parseWith, strict } from '../../workflow/parse.ts';
import { deadlineField, reasonField } from '../../workflow/task-request.ts';
import { BY_NATS } from '../signals/intake.ts';
import { readSubmission } from '../submissions/submission.ts';
import { signal, signalCallSchema } from './signal-call.ts';

export interface Asked {
  readonly tenantId: string;
  readonly message: BusMessage;
  /** There are API keys, and so people whom a step may name: nobody who calls over NATS is one of them. */
  readonly isKeyed: boolean;
}

type Call = (troupe: Troupe, asked: Asked) => Promise<Written>;

const idField = z.string({ error: 'must be the id of a task' });
const stepField = z.string({ error: 'must be the name of a step' });
const reason = reasonField.nullable().default(null);
const output = jsonValueOf(LIMITS.outputBytes).optional();
const whichTask = strict({ id: idField });
const toldTask = strict({ id: idField, reason });
const cancelled = toldTask.extend({ compensate: z.boolean().nullable().default(null) });
const toldStep = strict({ id: idField, step: stepField, reason });
const retried = strict({
  id: idField,
  step: stepField.optional(),
  reason,
  deadlineSeconds: deadlineField.nullable().default(null),
}).superRefine(({ step, deadlineSeconds }, context) => {
  if (step !== undefined && deadlineSeconds !== null)
    context.addIssue({
      code: 'custom',
      path: ['deadlineSeconds'],
      message: 'is for the task: leave out the step, or the deadline',
    });
});

const query = strict({
  ...taskQueryFields,
  limit: z
    .int()
    .min(LISTED.least, `must be at least ${LISTED.least}`)
    .max(LISTED.most, `must be at most ${LISTED.most}`)
    .default(LISTED.usual),
});

const told = Object.fromEntries(taskVerbs.map((verb) => [verb, tell(verb)])) as Readonly<
  Record<TaskVerb, Call>
>;

export const CALLS: Readonly<Record<RpcCall, Call>> = {
  submit: async (troupe, { tenantId, message }) => {
    const { requests, isBatch } = readSubmission(tenantId, message);
    const [only] = requests;
    if (isBatch || only === undefined) {
      const { tasks } = await troupe.submitBatch(requests);
      return JSON.stringify({ tasks });
    }
    const { task } = await troupe.submit(only);
    return JSON.stringify(task);
  },
  get: async (troupe, { tenantId, message }) =>
    troupe.answer(tenantId, { ask: 'task', ...read(whichTask, message) }),
  list: async (troupe, { tenantId, message }) =>
    answerTaskQuery(troupe, { tenantId, ...read(query, message) }),
  ...told,
  retry: retryTaskOrStep,
  signal: async (troupe, { tenantId, message }) =>
    JSON.stringify(await signal(troupe, tenantId, read(signalCallSchema, message), message)),
  skip: tellStep('skip', toldStep.extend({ output })),
  complete: tellStep('complete', toldStep.extend({ output })),
  reject: tellStep('reject', toldStep),
  extend: tellStep('extend', toldStep.extend({ until: z.string('must be a time') })),
};

/** Each verb is a call over NATS as well. */
function tell(verb: TaskVerb & RpcCall): Call {
  return async (troupe, { tenantId, message }) => {
    const { id, ...told } = read(verb === 'cancel' ? cancelled : toldTask, message);
    return JSON.stringify(await troupe.taskVerb(tenantId, id, verb, { by: BY_NATS, ...told }));
  };
}

interface ToldStep {
  readonly id: string;
  readonly step: string;
  readonly reason: string | null;
  readonly output?: unknown;
  readonly until?: string;
}

function tellStep(verb: StepVerb & RpcCall, schema: z.ZodType<ToldStep>): Call {
  return async (troupe, { tenantId, message, isKeyed }) => {
    const { id, step, ...more } = read(schema, message);
    const options = { ...more, by: BY_NATS, isTrusted: !isKeyed };
    return JSON.stringify(await troupe.stepVerb(tenantId, id, step, verb, options));
  };
}

async function retryTaskOrStep(
  ...[troupe, { tenantId, message, isKeyed }]: Parameters<Call>
): Promise<Written> {
  const { id, step, reason, deadlineSeconds } = read(retried, message);
  const options = { by: BY_NATS, reason };
  return JSON.stringify(
    step === undefined
      ? await troupe.taskVerb(tenantId, id, 'retry', { ...options, deadlineSeconds })
      : await troupe.stepVerb(tenantId, id, step, 'retry', { ...options, isTrusted: !isKeyed }),
  );
}

/** An empty message says as much as `{}`. */
function read<Output>(schema: z.ZodType<Output>, { data }: BusMessage): Output {
  const body = data.byteLength === 0 ? {} : jsonOf(data);
  return parseWith(schema, body, 'INVALID_BODY', 'the body');
}
