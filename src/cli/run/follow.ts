/** The tasks of a run, followed until each has ended and nothing of it runs any more. */

import type { Troupe } from '../../troupe.ts';
import type { Fact, TaskView } from '../../views/tasks.ts';
import { hasEnded } from '../follow.ts';

export interface Follower {
  /** Makes the tasks, or finds them; facts are told afterwards. */
  start(): Promise<readonly TaskView[]>;
  onFact(fact: Fact): void;
  /** Once a task. */
  onEnded(task: TaskView): void;
}

/** Resolves when every task has ended, or as soon as `signal` fires. */
export async function follow(troupe: Troupe, follower: Follower, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const events = troupe.events({ tenantId: null, signal: AbortSignal.any([signal, over.signal]) });
  const facts = events[Symbol.asyncIterator]();
  // Asked for before the tasks are there, so that none of their facts is missed.
  let next = facts.next();
  try {
    const open = new Set((await follower.start()).map(({ id }) => id));
    const ended = new Set<string>();
    const look = (id: string): void => {
      const task = troupe.getTask(null, id);
      if (!isOver(task)) return;
      open.delete(id);
      follower.onEnded(task);
    };
    for (const id of [...open]) look(id);
    while (open.size > 0) {
      const { done, value } = await next;
      if (done === true) return;
      next = facts.next();
      const { fact } = value;
      if (!open.has(fact.taskId)) continue;
      follower.onFact(fact);
      if (fact.actor === 'task' && hasEnded({ status: fact.fact })) ended.add(fact.taskId);
      if (ended.has(fact.taskId)) look(fact.taskId);
    }
  } finally {
    over.abort();
    await next;
  }
}

/** A critical failure ends a task while attempts of it may still run; they finish, and are recorded. */
const isOver = (task: TaskView): boolean =>
  hasEnded(task) && task.steps.every(({ status }) => status !== 'running');
