/** Every run that has come to rest must keep these rules, whatever happened before. */

import type { Troupe } from '../../../src/troupe.ts';
import type { HistoryEvent, TaskView, WebhookView } from '../../../src/views/tasks.ts';
import { compensationFaults } from './compensation-faults.ts';
import { tasksByKey } from './family.ts';
import { familyFaults } from './family-faults.ts';
import { HANDLER } from './scenario.ts';
import type { World } from './world.ts';

const KEPT = 1_000;

export function restFaults(troupe: Troupe, world: World): string[] {
  const families = tasksByKey(troupe);
  const tasks = [...families].map(([key, task]) => ({ ...task, idempotencyKey: key }));
  return [
    ...world.faults,
    ...familyFaults(troupe, families),
    ...tasks.flatMap(asleep),
    ...tasks.flatMap((task) => overdue(task, world.now)),
    ...tasks.flatMap(staleOutputs),
    ...tasks.flatMap((task) => compensationFaults(task, troupe.history(null, task.id))),
    ...tasks.flatMap((task) => earlyStarts(task, troupe.history(null, task.id))),
    ...webhookFaults(troupe.listWebhooks(null, undefined, KEPT), world),
  ];
}

/** A lost wake-up: somebody should be at it, and nobody is. */
function asleep({ idempotencyKey, status, waitingFor }: TaskView): string[] {
  if (status === 'running' || status === 'retrying') return [`${idempotencyKey} is ${status} at rest`];
  const waits = status === 'pending' || status === 'paused' || status === 'waiting';
  return waits && waitingFor.length === 0 ? [`${idempotencyKey} is ${status} and waits for nothing`] : [];
}

/** Its deadline has passed, and it goes on. */
function overdue({ idempotencyKey, status, deadline, error }: TaskView, now: number): string[] {
  const isOver = ['complete', 'failed', 'cancelled'].includes(status) || error?.code === 'DEADLINE';
  const isLate = deadline !== null && Date.parse(deadline) < now && !isOver;
  return isLate ? [`${idempotencyKey} is ${status}, and was to be over by ${deadline}`] : [];
}

/** Every output says which attempt made it. */
function staleOutputs({ idempotencyKey, steps }: TaskView): string[] {
  return steps.flatMap(({ name, status, handler, attempt, output, resolvedBy }) => {
    if (status !== 'complete' || resolvedBy !== undefined || handler !== HANDLER) return [];
    const made = (output as { attempt: number }).attempt;
    return made === attempt
      ? []
      : [`${idempotencyKey}/${name} took the outcome of attempt ${made} in attempt ${attempt}`];
  });
}

function earlyStarts({ idempotencyKey, steps }: TaskView, history: Iterable<HistoryEvent>): string[] {
  const states = new Map<string, string>();
  const ended = new Set<string>();
  const faults: string[] = [];
  for (const { actor, event, to } of history) {
    states.set(actor, to);
    if (to === 'complete' || to === 'skipped' || to === 'failed') ended.add(actor);
    if (event !== 'step.start') continue;
    const step = steps.find(({ name }) => actor === `step:${name}`);
    // A compensation that fails lets those before it run.
    const missing = step?.dependsOn.filter((on) =>
      step.compensates === undefined
        ? !['complete', 'skipped'].includes(states.get(`step:${on}`) ?? '')
        : !ended.has(`step:${on}`),
    );
    if (missing !== undefined && missing.length > 0)
      faults.push(`${idempotencyKey}/${step?.name} started before ${missing.join(', ')} had ended`);
  }
  return faults;
}

function webhookFaults(webhooks: readonly WebhookView[], { received }: World): string[] {
  const known = new Set(webhooks.map(({ id }) => id));
  const strangers = received.filter(({ id }) => !known.has(id)).map(({ id }) => `unknown webhook ${id}`);
  const faults = webhooks.flatMap(({ id, taskId, type, status }) => {
    const own = received.filter((request) => request.id === id);
    if (own.some((request) => request.taskId !== taskId || request.type !== type))
      return [`webhook ${type} of ${taskId} changed its content`];
    if (status !== 'delivered') return [`webhook ${type} of ${taskId} is ${status} at rest`];
    const isTaken = own.some(({ answer }) => answer >= 200 && answer < 300);
    return isTaken ? [] : [`webhook ${type} of ${taskId} was never delivered`];
  });
  return [...strangers, ...faults];
}
