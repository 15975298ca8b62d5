/** The journal as the page holds it: in order, and by actor, so that any moment of it is found without a scan. */

import type { HistoryEvent, StepStatus, TaskStatus, TaskView } from '../../actors/views.ts';

export interface Journal {
  /** By rising `seq`. */
  readonly events: readonly HistoryEvent[];
  readonly byActor: ReadonlyMap<string, readonly HistoryEvent[]>;
}

export const EMPTY_JOURNAL: Journal = { events: [], byActor: new Map() };

export const stepActor = (step: string): string => `step:${step}`;

/** null for the task itself and for webhooks. */
export const stepOf = (actor: string): string | null => (actor.startsWith('step:') ? actor.slice(5) : null);

/** Later events at its end; those it has already are left out. */
export function extend(journal: Journal, events: readonly HistoryEvent[]): Journal {
  const last = journal.events.at(-1)?.seq ?? Number.NEGATIVE_INFINITY;
  const fresh = events.filter(({ seq }) => seq > last);
  if (fresh.length === 0) return journal;
  const byActor = new Map(journal.byActor);
  const begun = new Map<string, HistoryEvent[]>();
  for (const event of fresh) {
    let trail = begun.get(event.actor);
    if (trail === undefined) {
      trail = [...(byActor.get(event.actor) ?? [])];
      begun.set(event.actor, trail);
      byActor.set(event.actor, trail);
    }
    trail.push(event);
  }
  return { events: [...journal.events, ...fresh], byActor };
}

/** The index of the last event at or before `seq`; -1 when all are later. */
export function indexAt(events: readonly HistoryEvent[], seq: number | null): number {
  if (seq === null) return events.length - 1;
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.seq ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The last thing that happened to an actor, as of `seq`. */
export function lastOf(journal: Journal, actor: string, seq: number | null): HistoryEvent | null {
  const trail = journal.byActor.get(actor) ?? [];
  return trail[indexAt(trail, seq)] ?? null;
}

/** How the task stood after `seq`; now, without one. */
export function taskStatusAt(task: TaskView, journal: Journal, seq: number | null): TaskStatus {
  if (seq === null) return task.status;
  return (lastOf(journal, 'task', seq)?.to as TaskStatus | undefined) ?? 'pending';
}

/** How each step stood after `seq`; one that had not been spawned was pending. */
export function statusesAt(
  task: TaskView,
  journal: Journal,
  seq: number | null,
): ReadonlyMap<string, StepStatus> {
  const statuses = new Map<string, StepStatus>();
  for (const { name, status } of task.steps) {
    const then = seq === null ? status : lastOf(journal, stepActor(name), seq)?.to;
    statuses.set(name, (then as StepStatus | undefined) ?? 'pending');
  }
  return statuses;
}
