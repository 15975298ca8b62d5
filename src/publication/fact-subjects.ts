/** Under which subjects a fact is heard. */

import type { Subjects } from '../bus/subjects.ts';
import { definitionOf, type TaskEntry } from '../kernel/actor.ts';
import { type Address, isStepPlace } from '../store/address.ts';
import type { FactName } from '../views/tasks.ts';

export function eventSubject(subjects: Subjects, entry: TaskEntry, address: Address, fact: FactName): string {
  const { tenant: tenantId, id: taskId } = entry;
  if (!isStepPlace(address)) return subjects.of({ kind: 'taskFact', tenantId, taskId, fact });
  const { name: step } = definitionOf(entry, address.index);
  return subjects.of({ kind: 'stepFact', tenantId, taskId, step, fact });
}

/** Null for all but steps that name a channel. */
export function channelSubject(subjects: Subjects, entry: TaskEntry, address: Address): string | null {
  const channel = isStepPlace(address) ? definitionOf(entry, address.index).channel : null;
  return channel === null ? null : subjects.of({ kind: 'channel', tenantId: entry.tenant, channel });
}

/** A message about a task carries this header beside its data. */
export function traceHeader({ request }: TaskEntry): Readonly<Record<string, string>> {
  return request.traceparent === undefined ? {} : { traceparent: request.traceparent };
}
