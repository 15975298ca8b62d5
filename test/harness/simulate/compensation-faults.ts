/** The work of a step is taken back once, after that of all steps behind it, and nothing else is. */

import type { HistoryEvent, StepView, TaskView } from '../../../src/views/tasks.ts';

type Steps = TaskView['steps'];

/** The steps behind this one, however far. */
function behind(name: string, steps: Steps): Set<string> {
  const found = new Set<string>();
  const look = (of: string): void => {
    for (const { name: next, dependsOn, compensates } of steps) {
      if (compensates !== undefined || !dependsOn.includes(of) || found.has(next)) continue;
      found.add(next);
      look(next);
    }
  };
  look(name);
  return found;
}

export function compensationFaults(task: TaskView, history: Iterable<HistoryEvent>): string[] {
  const { idempotencyKey: key, steps, compensation } = task;
  if (compensation === null) return [];
  const compensations = steps.filter(({ compensates }) => compensates !== undefined);
  const ended = new Set<string>();
  const cutOff = new Set<string>();
  const times = new Map<string, number>();
  const faults: string[] = [];
  for (const { actor, event, from, to } of history) {
    const [, name = ''] = actor.split(/^step:/);
    const own = compensations.find((step) => step.name === name);
    if (event === 'step.cancel' && from === 'running') cutOff.add(name);
    if (own !== undefined && event === 'step.start') {
      const after = behind(own.compensates ?? '', steps);
      const early = compensations.filter((one) => after.has(one.compensates ?? '') && !ended.has(one.name));
      faults.push(...early.map((one) => `${key}/${name} started before ${one.name} had ended`));
    }
    if (to === 'complete' || to === 'skipped' || to === 'failed') ended.add(name);
    if (event === 'attempt.complete' && to === 'complete') times.set(name, (times.get(name) ?? 0) + 1);
  }
  return [...faults, ...compensations.flatMap((one) => faultsOf(task, one, times, cutOff))];
}

function faultsOf(
  { idempotencyKey: key, status, steps }: TaskView,
  { name, status: is, compensates, resolvedBy }: StepView,
  times: ReadonlyMap<string, number>,
  cutOff: ReadonlySet<string>,
): string[] {
  const of = steps.find((step) => step.name === compensates);
  if (of === undefined) return [`${key}/${name} is the compensation of no step`];
  const isOver = status === 'failed' || status === 'cancelled';
  const hasDone = of.unknown === true || cutOff.has(of.name) || (of.children?.done ?? 0) > 0;
  const isOwed = of.status === 'complete' || hasDone;
  const isDone = is === 'complete' || is === 'failed' || (is === 'skipped' && resolvedBy !== 'condition');
  const count = times.get(name) ?? 0;
  return [
    ...(count > 1 ? [`${key}/${name} took its step back ${count} times`] : []),
    ...(isOver && isOwed && !isDone ? [`${key}/${compensates} was not taken back`] : []),
    ...(count > 0 && !isOwed ? [`${key}/${compensates} was taken back for nothing`] : []),
  ];
}
