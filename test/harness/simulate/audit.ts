/** Everything that must be true of a finished run: of its files, of what its receivers got, and of how its tasks rest. */

import { Findings } from '../kill/findings.ts';
import { inspect } from '../kill/inspect.ts';
import type { World } from './world.ts';

/** Returns the faults of the store and of what left it; the store must be closed. */
export function auditStore(db: string, { ids, facts, log }: World): string[] {
  const findings = new Findings();
  inspect(db, { acknowledged: Object.values(ids), facts, log, dueTimes: new Map() }, findings);
  return findings.violations;
}
