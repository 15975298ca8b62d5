/**
 * The journal as the page holds it: a stretch of it without gaps up to the last entry known, in order, and by actor, so
 * that any moment of it is found without a scan. Entries are numbered from 1.
 */

import type { MomentView } from '../../views/moments.ts';
import type { HistoryEvent, StepStatus, TaskStatus, TaskView } from '../../views/tasks.ts';

export interface Journal {
  /** By rising `seq`. */
  readonly events: readonly HistoryEvent[];
  readonly byActor: ReadonlyMap<string, readonly HistoryEvent[]>;
}

export const EMPTY_JOURNAL: Journal = { events: [], byActor: new Map() };

export const stepActor = (step: string): string => `step:${step}`;

/** null for the task itself and for webhooks. */
export const stepOf = (actor: string): string | null => (actor.startsWith('step:') ? actor.slice(5) : null);

/** Tells whether the journal's beginning is there too. */
export const isWhole = ({ events }: Journal): boolean => events[0]?.seq === 1;

/** Joined to those before them or after them; what is there already is left out. */
export function extend(journal: Journal, events: readonly HistoryEvent[]): Journal {
  const first = journal.events[0]?.seq ?? 0;
  const last = journal.events.at(-1)?.seq ?? 0;
  const earlier = events.filter(({ seq }) => seq < first);
  const later = events.filter(({ seq }) => seq > last);
  if (earlier.length === 0 && later.length === 0) return journal;
  const byActor = new Map(journal.byActor);
  for (const [actor, trail] of trailsOf(earlier))
    byActor.set(actor, [...trail, ...(byActor.get(actor) ?? [])]);
  for (const [actor, trail] of trailsOf(later)) byActor.set(actor, [...(byActor.get(actor) ?? []), ...trail]);
  return { events: [...earlier, ...journal.events, ...later], byActor };
}

function trailsOf(events: readonly HistoryEvent[]): Map<string, HistoryEvent[]> {
  const trails = new Map<string, HistoryEvent[]>();
  for (const event of events) {
    const trail = trails.get(event.actor);
    if (trail === undefined) trails.set(event.actor, [event]);
    else trail.push(event);
  }
  return trails;
}

/** Returns the next piece to read from `begin` to `end`: new entries first, then those before the known ones. */
export function missingOf(
  { events }: Journal,
  begin: number,
  end: number,
  most: number,
): { after: number; limit: number } | null {
  const last = events.at(-1)?.seq ?? Math.max(0, end - most);
  if (last < end) return { after: last, limit: most };
  const first = events[0]?.seq ?? 1;
  if (first <= Math.max(1, begin)) return null;
  const after = Math.max(0, first - 1 - most);
  return { after, limit: first - 1 - after };
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

/** How the task stood after `seq`; now, without one. Where the journal is not read so far, its moment tells. */
export function taskStatusAt(
  { task, journal }: Told,
  seq: number | null,
  moment: MomentView | null,
): TaskStatus {
  if (seq === null) return task.status;
  const then = lastOf(journal, 'task', seq)?.to ?? (moment?.seq === seq ? moment.task.status : undefined);
  return (then as TaskStatus | undefined) ?? 'pending';
}

/** How each step stood after `seq`; one that had not been spawned was pending. */
export function statusesAt(
  { task, journal }: Told,
  seq: number | null,
  moment: MomentView | null,
): ReadonlyMap<string, StepStatus> {
  const known = moment?.seq === seq ? moment?.steps : undefined;
  const statuses = new Map<string, StepStatus>();
  for (const { name, status } of task.steps) {
    const then = seq === null ? status : (lastOf(journal, stepActor(name), seq)?.to ?? known?.[name]?.status);
    statuses.set(name, (then as StepStatus | undefined) ?? 'pending');
  }
  return statuses;
}

interface Told {
  readonly task: TaskView;
  readonly journal: Journal;
}
