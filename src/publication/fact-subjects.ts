/** Under which subjects a fact is heard. */

import type { Subjects } from '../bus/subjects.ts';
import { definitionOf, isStep, type TaskEntry } from '../kernel/actor.ts';
import type { FactName } from '../views/tasks.ts';

export function eventSubject(subjects: Subjects, entry: TaskEntry, ref: number, fact: FactName): string {
  const { tenant: tenantId, id: taskId } = entry;
  if (!isStep(ref)) return subjects.of({ kind: 'taskFact', tenantId, taskId, fact });
  const { name: step } = definitionOf(entry, ref);
  return subjects.of({ kind: 'stepFact', tenantId, taskId, step, fact });
}

/** Null for all but steps that name a channel. */
export function channelSubject(subjects: Subjects, entry: TaskEntry, ref: number): string | null {
  const channel = isStep(ref) ? definitionOf(entry, ref).channel : null;
  return channel === null ? null : subjects.of({ kind: 'channel', tenantId: entry.tenant, channel });
}

/** What a message about a task carries beside its data. */
export function traceHeader({ request }: TaskEntry): Readonly<Record<string, string>> {
  return request.traceparent === undefined ? {} : { traceparent: request.traceparent };
}
