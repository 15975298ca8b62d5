/** The four calls of the shop's front end. What Troupe refuses is answered by its app, as problem+json. */

import { type Orchestrator, parseTaskRequest, Refusal, type TaskView, type WorkflowDefinition } from 'troupe';
import { type createApp, HttpProblem } from 'troupe/server';
import { jsonBody } from './body.ts';
import { links, orderStatus, workflowDetails } from './views.ts';

export function checkoutRoutes(
  app: ReturnType<typeof createApp>,
  troupe: Orchestrator,
  workflow: WorkflowDefinition,
): void {
  const find = (id: string): TaskView => {
    const task = troupe.getTask(null, id);
    if (task.workflow?.name === workflow.name) return task;
    throw new HttpProblem(404, 'NOT_A_CHECKOUT', `task ${id} is no checkout`);
  };

  app.post('/checkout', async (c) => {
    const body = await jsonBody(c);
    const key = c.req.header('idempotency-key') ?? null;
    const { task, replayed } = await submit(troupe, workflow.name, body, key);
    const answer = { success: true, task_id: task.id, status: task.status, ...links(task.id) };
    c.header('Location', answer.order_status_url);
    if (replayed) c.header('Idempotent-Replayed', 'true');
    return c.json(answer, replayed ? 200 : 202);
  });

  app.get('/order_status/:id', (c) => c.json(orderStatus(find(c.req.param('id')))));

  app.get('/workflow_details/:id', (c) =>
    c.json(workflowDetails(troupe, find(c.req.param('id')), workflow.description)),
  );

  app.post('/retry_checkout/:id', async (c) => {
    const { id } = find(c.req.param('id'));
    const { status } = await retry(troupe, id);
    return c.json({ success: true, task_id: id, status, ...links(id) }, 202);
  });
}

/** The body may be the checkout or have it under `checkout`. With a key, a double click is the same purchase. */
async function submit(troupe: Orchestrator, name: string, body: unknown, key: string | null) {
  const isWrapped =
    typeof body === 'object' && body !== null && 'checkout' in body && Object.keys(body).length === 1;
  const payload = isWrapped ? body.checkout : body;
  const idempotencyKey = key?.trim().replace(/^"(.*)"$/, '$1') ?? null;
  try {
    return await troupe.submit(parseTaskRequest({ name, payload, idempotencyKey }));
  } catch (error) {
    throw error instanceof Refusal ? asSent(error, isWrapped ? '/checkout' : '') : error;
  }
}

/** The refusal of a task, in terms of the body that became its payload. */
function asSent({ code, message, faults, retryAfterSeconds }: Refusal, root: string): Refusal {
  const moved = faults.map((fault) => ({ ...fault, pointer: fault.pointer.replace(/^\/payload/, root) }));
  const text = moved.map((fault) => `${fault.pointer} ${fault.message}`.trim()).join('; ');
  return new Refusal(code, text === '' ? message : `the checkout cannot be taken: ${text}`, {
    faults: moved,
    ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
  });
}

async function retry(troupe: Orchestrator, id: string): Promise<TaskView> {
  try {
    return await troupe.taskVerb(null, id, 'retry', { by: 'checkout', reason: 'asked for over HTTP' });
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind !== 'conflict') throw error;
    const { status } = troupe.getTask(null, id);
    throw new HttpProblem(422, 'NOT_FAILED', `checkout ${id} is ${status}: only a failed one is retried`);
  }
}
