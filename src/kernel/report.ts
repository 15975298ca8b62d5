/** Tells a task when it would count a step differently; a task hears of nothing else. */

import type { Standing, TaskEvent } from '../../machines/index.ts';
import { briefError } from '../views/errors.ts';
import { definitionOf, type PlaceActor } from './actor.ts';

export function reportOf(actor: PlaceActor, from: Standing, to: Standing, at: number): TaskEvent | null {
  const { entry, index, context } = actor;
  const { name, critical, failuresAs } = definitionOf(entry, index);
  const base = {
    ...{ at, step: name, from },
    ...(critical ? { critical } : {}),
    ...(failuresAs === undefined ? {} : { onFailure: entry.workflow.failureHandlers.length }),
  };
  const dependents = entry.workflow.needs[index] ?? [];
  switch (to) {
    case 'active':
      return { ...base, type: 'step.ready' };
    case 'backoff':
      return { ...base, type: 'step.retrying' };
    case 'waiting':
      return { ...base, type: 'step.waiting' };
    case 'held':
      return { ...base, type: 'step.held' };
    case 'failed':
      if (context.error === undefined) throw new Error('assertion failed: a failed step has an error');
      return { ...base, type: 'step.failed', error: briefError(context.error) };
    case 'complete':
    case 'skipped':
      return { ...base, type: `step.${to}`, dependents };
    case 'cancelled':
      return null;
  }
}
