/**
 * The order every benchmark runs, ours and the peers': six steps with one parallel pair (Receive → Inventory ∥
 * Payment → Reserve → Ship → Notify), handlers that do nothing, and outputs of about 100 bytes.
 */

import type { HandlerEntry } from '../../src/worker/job.ts';
import { type DefinedWorkflow, defineWorkflow } from '../../src/workflow/define.ts';
import type { StepDefinition, WorkflowDefinition } from '../../src/workflow/definition.ts';
import { parseTaskRequest, type TaskRequest } from '../../src/workflow/task-request.ts';

const FILLER = 'x'.repeat(60);

export const PAYLOAD = { orderId: 'ORD123', customer: 'cust_789', total: 89.99 };

export const outputOf = (step: string): unknown => ({ step, ok: true, reference: FILLER });

const DEPENDENCIES: Readonly<Record<string, readonly string[]>> = {
  Receive: [],
  Inventory: ['Receive'],
  Payment: ['Receive'],
  Reserve: ['Inventory', 'Payment'],
  Ship: ['Reserve'],
  Notify: ['Ship'],
};

export const STEPS: readonly string[] = Object.keys(DEPENDENCIES);

export const orderRequest: TaskRequest = parseTaskRequest({ name: 'Order', payload: PAYLOAD });

export interface LocalOrder {
  readonly workflow: DefinedWorkflow;
  /** How often the last step has run, so that an engine need only be asked once it may be done. */
  readonly notified: () => number;
}

/** The order with its handlers in this process. */
export function localOrder(): LocalOrder {
  let notified = 0;
  const steps = Object.entries(DEPENDENCIES).map(([step, dependsOn]) => {
    const handler = (): unknown => {
      if (step === 'Notify') notified++;
      return outputOf(step);
    };
    return [step, { dependsOn, handler }] as const;
  });
  const workflow = defineWorkflow({ name: 'Order', version: '1.0.0', steps: Object.fromEntries(steps) });
  return { workflow, notified: () => notified };
}

export const stepOf = (name: string, handler: string, dependsOn: readonly string[]): StepDefinition => ({
  name,
  handler,
  dependsOn,
  maxAttempts: null,
  timeoutMs: null,
  startTimeoutMs: null,
  backoff: null,
  critical: false,
  optional: false,
  agent: 'default',
  channel: null,
});

export const workflowOf = (name: string, steps: readonly StepDefinition[]): WorkflowDefinition => ({
  name,
  namespace: 'default',
  version: '1.0.0',
  description: '',
  input: null,
  steps,
});

/** The order with every step left to whoever serves a handler of its name. */
export const remoteOrder: WorkflowDefinition = workflowOf(
  'Order',
  Object.entries(DEPENDENCIES).map(([step, dependsOn]) => stepOf(step, step, dependsOn)),
);

export const remoteHandlers: readonly HandlerEntry[] = STEPS.map((name) => ({
  name,
  run: () => outputOf(name),
  concurrency: null,
}));
