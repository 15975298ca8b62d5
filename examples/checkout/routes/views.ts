/** What the front end is told of a checkout, read from its task. */

import type { Orchestrator, StepView, TaskView } from 'troupe';
import { orderSchema } from '../models/order.ts';

export const links = (taskId: string) => ({
  order_status_url: `/order_status/${taskId}`,
  workflow_details_url: `/workflow_details/${taskId}`,
});

const ENDED: readonly StepView['status'][] = ['complete', 'skipped', 'cancelled'];

export function orderStatus(task: TaskView) {
  const completed = task.steps.filter(({ status }) => status === 'complete' || status === 'skipped').length;
  const total = task.steps.length;
  const failed = task.steps.find(({ status }) => status === 'failed');
  const current = task.steps.find(({ status }) => !ENDED.includes(status));
  const hasFailed = task.status === 'failed';
  return {
    task_id: task.id,
    status: task.status,
    progress: { completed, total, percent: Math.round((100 * completed) / total) },
    current_step: failed !== undefined || current === undefined ? null : stepSummary(current),
    failed_step: failed === undefined ? null : stepSummary(failed),
    retry_url: hasFailed ? `/retry_checkout/${task.id}` : null,
    order: orderOf(task),
    created_at: task.createdAt,
    finished_at: task.finishedAt,
    workflow_details_url: links(task.id).workflow_details_url,
  };
}

function orderOf(task: TaskView) {
  const order = orderSchema.safeParse(task.steps.find(({ name }) => name === 'create_order')?.output);
  if (!order.success) return null;
  const { order_id, total_cents, payment_id } = order.data;
  return { order_id, total_cents, payment_id };
}

const stepSummary = (step: StepView) => ({
  name: step.name,
  status: step.status,
  attempts: step.attempt,
  max_attempts: step.maxAttempts,
  next_attempt_at: step.nextAttemptAt,
  error: step.error,
});

export function workflowDetails(troupe: Orchestrator, task: TaskView, description: string) {
  return {
    task_id: task.id,
    status: task.status,
    workflow: { ...task.workflow, description },
    customer: task.payload.customer_info,
    waiting_for: task.waitingFor.map(({ why }) => why),
    steps: task.steps.map((step) => ({
      ...stepSummary(step),
      depends_on: step.dependsOn,
      started_at: step.startedAt,
      finished_at: step.finishedAt,
      output: step.output,
      history: troupe.getStep(null, task.id, step.name).attempts.map((attempt) => ({
        attempt: attempt.attempt,
        status: attempt.status,
        started_at: attempt.startedAt,
        finished_at: attempt.finishedAt,
        error: attempt.error,
        backoff_ms: attempt.backoffMs,
      })),
    })),
    diagram: troupe.diagram(null, task.id, 'mermaid'),
  };
}
