/** An outcome as a worker elsewhere sends it, for an attempt that is over by now. */

import Database from 'better-sqlite3';
import type { Troupe } from '../../../src/troupe.ts';

export interface LateOutcome {
  readonly taskId: string;
  readonly step: string;
  /** The worker says this, with the token of its attempt. */
  readonly outcome: { readonly token: string; readonly status: 'complete' | 'failed' } & Readonly<
    Record<string, unknown>
  >;
}

/** `db`: the file of the Troupe's store, which has the name that workers answer to. */
export async function sendLate(
  troupe: Troupe,
  db: string,
  { taskId, step, outcome }: LateOutcome,
): Promise<void> {
  const connection = new Database(db, { readonly: true });
  const node = connection.prepare("SELECT value FROM meta WHERE key = 'node'").pluck().get() as string;
  connection.close();
  const { tenantId } = troupe.getTask(null, taskId);
  const subject = troupe.subjects.of({ kind: 'outcome', node, tenantId, taskId, step });
  await troupe.bus.publish(subject, Buffer.from(JSON.stringify(outcome)));
}
