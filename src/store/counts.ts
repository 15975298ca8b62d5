/** Health, metrics and the page count with these, which read no task. */

import type { SqliteStore } from './sqlite-store.ts';

export const countTimers = ({ statements }: SqliteStore): number =>
  statements.countTimers.pluck().get() as number;

export const countSetAsides = ({ statements }: SqliteStore): number =>
  statements.countSetAsides.pluck().get() as number;

export const queueLengths = ({ statements }: SqliteStore): { queue: string; count: number }[] =>
  statements.queueLengths.all() as { queue: string; count: number }[];

/** Counts those of one tenant, or (null) of all. */
export const webhookCounts = (
  { statements }: SqliteStore,
  tenant: string | null,
): { status: string; count: number }[] =>
  statements.webhookCounts.all({ tenant }) as { status: string; count: number }[];

/** SQLite adds up the sizes of a task's rows and does not read what they hold. */
export const journalBytes = ({ statements }: SqliteStore, task: number): number =>
  statements.journalBytes.pluck().get(task) as number;
