/** Answers requests over NATS for the tenant that the subject names; each answers as HTTP does. */

import { z } from 'zod';
import { answerTaskQuery, LISTED, taskQueryFields } from '../../api/task-query.ts';
import type { BusMessage } from '../../bus/message.ts';
import type { RpcCall } from '../../bus/subjects.ts';
import type { Orchestrator, VerbOptions, Written } from '../../views/orchestrator.ts';
import { type TaskVerb, taskVerbs } from '../../views/verbs.ts';
import { jsonOf } from '../../workflow/json-body.ts';
import { parseWith, strict } from '../../workflow/parse.ts';
import { deadlineField, reasonField } from '../../workflow/task-request.ts';
import { readSubmission } from '../submissions/submission.ts';

type Call = (troupe: Orchestrator, tenantId: string, message: BusMessage) => Promise<Written>;

const BY = 'nats';

const idField = z.string({ error: 'must be the id of a task' });
const whichTask = strict({ id: idField });
const toldShape = { id: idField, reason: reasonField.nullable().default(null) };
const toldTask = strict(toldShape);
const toldRetry = strict({ ...toldShape, deadlineSeconds: deadlineField.nullable().default(null) });

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
  submit: async (troupe, tenantId, message) => {
    const { requests, isBatch } = readSubmission(tenantId, message);
    const [only] = requests;
    if (isBatch || only === undefined) {
      const { tasks } = await troupe.submitBatch(requests);
      return JSON.stringify({ tasks });
    }
    const { task } = await troupe.submit(only);
    return JSON.stringify(task);
  },
  get: async (troupe, tenantId, message) =>
    troupe.answer(tenantId, { ask: 'task', ...read(whichTask, message) }),
  list: async (troupe, tenantId, message) => answerTaskQuery(troupe, { tenantId, ...read(query, message) }),
  ...told,
};

type VerbRequest = { readonly id: string } & Pick<VerbOptions, 'reason' | 'deadlineSeconds'>;

/** Each verb is a call over NATS as well. */
function tell(verb: TaskVerb & RpcCall): Call {
  return async (troupe, tenantId, message) => {
    const { id, ...told } = read<VerbRequest>(verb === 'retry' ? toldRetry : toldTask, message);
    return JSON.stringify(await troupe.taskVerb(tenantId, id, verb, { by: BY, ...told }));
  };
}

/** An empty message says as much as `{}`. */
function read<Output>(schema: z.ZodType<Output>, { data }: BusMessage): Output {
  const body = data.byteLength === 0 ? {} : jsonOf(data);
  return parseWith(schema, body, 'INVALID_BODY', 'the body');
}
