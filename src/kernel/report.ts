/** Tells a task when it would count a step differently; a task hears of nothing else. */

import type { Standing, TaskEvent } from '../../machines/index.ts';
import { briefError } from '../views/errors.ts';
import { definitionOf, type PlaceActor } from './actor.ts';
import { hasCompensations } from './compensations.ts';

/**
 * `owes`: by how many steps more, or less, the task would have to take back. `isEnding`: it ends once all of its steps and
 * their children have.
 */
export function reportOf(
  actor: PlaceActor,
  from: Standing,
  to: Standing,
  at: number,
  owes: 0 | 1 | -1 = 0,
  isEnding = (): boolean => false,
): TaskEvent | null {
  const { entry, index, context } = actor;
  const { name, critical, failuresAs, compensates } = definitionOf(entry, index);
  if (from === to) return owes === 0 ? null : { type: 'step.owes', at, step: name, owes };
  const base = {
    ...{ at, step: name, from },
    ...(critical ? { critical } : {}),
    ...(failuresAs === undefined ? {} : { onFailure: entry.workflow.failureHandlers.length }),
    ...(compensates === undefined ? {} : { compensates: true as const }),
    ...(owes === 0 ? {} : { owes }),
  };
  const needs = entry.workflow.needs[index] ?? [];
  const dependents = compensates === undefined || isFirstEnd(actor, from) ? needs : [];
  switch (to) {
    case 'active':
      return { ...base, type: 'step.ready' };
    case 'backoff':
      return 'polls' in context && context.error === undefined
        ? { ...base, type: 'step.retrying', polls: true }
        : { ...base, type: 'step.retrying' };
    case 'waiting':
      return { ...base, type: 'step.waiting' };
    case 'held':
      return { ...base, type: 'step.held' };
    case 'failed':
      if (context.error === undefined) throw new Error('assertion failed: a failed step has an error');
      return {
        ...{ ...base, type: 'step.failed', error: briefError(context.error) },
        ...(compensates === undefined ? {} : { dependents }),
      };
    case 'complete':
    case 'skipped':
      return { ...base, type: `step.${to}`, dependents };
    case 'cancelled':
      return hasCompensations(entry) || isEnding() ? { ...base, type: 'step.cancelled' } : null;
  }
}

/** One that failed has let those before it run; they do so once. */
const isFirstEnd = ({ context }: PlaceActor, from: Standing): boolean =>
  from !== 'failed' && 'base' in context && context.base === 0;
