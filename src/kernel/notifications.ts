/** Tells the receiver of a task what it has asked for beside the ends: one delivery for each time that it happens. */

import { standingOf } from '../../machines/index.ts';
import { waitsForOf } from '../views/statuses.ts';
import type { AskedType } from '../workflow/notification-types.ts';
import { definitionOf, placeOf, type TaskActor } from './actor.ts';
import type { Batch } from './batch.ts';
import { compensatedOf, figuresOf } from './compensations.ts';
import { entriesOf, type JournalEntry } from './journal.ts';
import { statusOf } from './turn.ts';
import { orUnreadable } from './unreadable.ts';
import { createWebhook } from './webhooks.ts';

/** A receiver that wants to know all of them asks for the task. */
const MOST_WAITS = 20;

/** Compares the task with what it was a turn ago. */
export function tellWhatWasAsked(batch: Batch, task: TaskActor, before: TaskActor): void {
  const { notificationTypes } = task.entry.request;
  if (notificationTypes.length === 0) return;
  const tell = (type: AskedType, data: () => object): void => {
    if (notificationTypes.includes(type)) createWebhook(batch, task, type, data);
  };
  const [from, to] = [statusOf(before.state), statusOf(task.state)];
  if (from !== to && to === 'waiting') {
    const waitsFor = waitsOf(batch, task);
    // A kept signal has ended its wait by now; a worker that is told to stop is nobody to wait for.
    if (waitsFor.length > 0) tell('task.waiting', () => ({ waitsFor }));
  }
  const compensated = compensatedOf(task.context, to);
  if (compensated !== false && compensated !== compensatedOf(before.context, from))
    tell('task.compensated', () => ({ compensated, compensation: figuresOf(task.context) }));
  if (from !== to && to === 'cancelled') tell('task.cancelled', () => cancelOf(batch, task));
}

/** As the facts `waiting` of its steps say it: no link that answers stands in it. */
function waitsOf(batch: Batch, { entry }: TaskActor): object[] {
  const waits: object[] = [];
  for (const index of entry.workflow.waits) {
    const wait = batch.actor(placeOf(entry, index));
    if (wait?.kind !== 'wait' || standingOf(wait.state) !== 'waiting') continue;
    const { policy, until, prompt = null } = wait.context;
    waits.push({
      step: definitionOf(entry, index).name,
      for: waitsForOf(policy.for),
      until: until === undefined ? null : new Date(until).toISOString(),
      prompt,
    });
    if (waits.length === MOST_WAITS) break;
  }
  return waits;
}

/** Says who has cancelled the task, and why. It may have had to be taken back before it was over. */
function cancelOf(batch: Batch, { entry: { no } }: TaskActor): object {
  const isCancel = ({ e }: JournalEntry): boolean => e.type === 'task.cancel';
  const line = batch.written(no).findLast(isCancel) ?? storedLine(batch, no, isCancel);
  return { by: line?.e['by'] ?? null, reason: line?.e['reason'] ?? null };
}

function storedLine(batch: Batch, task: number, is: (line: JournalEntry) => boolean): JournalEntry | null {
  for (const row of batch.draft.journalBackwards(task)) {
    // A row that cannot be read hides nothing that the task could not be cancelled without.
    const line = orUnreadable(
      () => entriesOf(row).findLast(is),
      () => undefined,
    );
    if (line !== undefined) return line;
  }
  return null;
}
