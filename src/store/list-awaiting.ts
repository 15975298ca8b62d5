/** Lists waits by what they await, over tenants or of one, by the index that finds the waiters of a signal. */

import type { ActorKey } from './rows.ts';
import type { SqliteStore } from './sqlite-store.ts';

export interface AwaitingRow extends ActorKey {
  readonly awaits: string;
}

/** After every text that begins with the same characters and goes on as JSON does. */
const END = '~';

/** The texts of the column for a kind of wait, of all tenants (null) or of one. */
export function awaitsRange(
  kind: string,
  tenant: string | null,
): { readonly start: string; readonly end: string } {
  const start =
    tenant === null ? `${JSON.stringify([kind]).slice(0, -1)},` : JSON.stringify([kind, tenant]).slice(0, -1);
  return { start, end: start + END };
}

/** Counts the waits of a kind, of all tenants (null) or of one, and stops at `most`. */
export function countAwaiting(
  { connection }: SqliteStore,
  kind: string,
  tenant: string | null,
  most: number,
): number {
  return connection
    .prepare(
      'SELECT COUNT(*) FROM (SELECT 1 FROM actors WHERE awaits >= :start AND awaits < :end LIMIT :most)',
    )
    .pluck()
    .get({ ...awaitsRange(kind, tenant), most }) as number;
}

/** `kind`: `approval`, `signal` or `sleep`. In the order of tenants, the oldest task of each first. */
export function listAwaiting(
  { connection }: SqliteStore,
  kind: string,
  tenant: string | null,
  after: AwaitingRow | null,
  limit: number,
): AwaitingRow[] {
  const { start, end } = awaitsRange(kind, tenant);
  const from = after ?? { awaits: start, task: 0, ref: 0 };
  return connection
    .prepare(
      `SELECT awaits, task, ref FROM actors WHERE awaits >= :start AND awaits < :end
        AND (awaits, task, ref) > (:awaits, :task, :ref) ORDER BY awaits, task, ref LIMIT :limit`,
    )
    .all({ start, end, ...from, limit }) as AwaitingRow[];
}
